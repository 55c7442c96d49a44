# The trainee's workspace
workspace-rank = Rank
workspace-brief = Situation, tasks, mail
workspace-stage = The team's machines
workspace-tab-situation = Situation
workspace-tab-tasks = Tasks
workspace-tab-mail = Inbox
workspace-tab-hints = Hints
workspace-due = { $title } is due before { $at }
workspace-due-late = { $title } was due at { $at }
workspace-due-write = Write the report
workspace-answer = Answer
workspace-answer-flag = Flag, as TT…
workspace-answer-send = Send the answer
workspace-attempts = { $count ->
    [one] Your team has { $count } try left.
   *[other] Your team has { $count } tries left.
}
workspace-check-now = Check now
workspace-report-send = File the report
workspace-grades = Grades
workspace-hint-take = Take the hint (−{ $cost } points)
workspace-hint-later = Next hint: −{ $cost } points
workspace-no-hints = This task has no hints.
workspace-hints-empty-title = No task chosen
workspace-hints-empty = Choose a task to see its hints.
workspace-mail-empty-title = No mail yet
workspace-mail-empty = Mail, calls and news of the drill appear here.
workspace-respond = Answer before { $at }
workspace-respond-send = Send the answer
workspace-answered = Your team answered
workspace-no-terminal-title = Machines are not open yet
workspace-no-terminal = Terminals appear when the drill starts and the team's environment is ready.
workspace-noscript = A terminal needs JavaScript. Turn it on for this page.
workspace-recorded = The session is recorded for review and kept until { $until }
workspace-keys = ? shortcuts
