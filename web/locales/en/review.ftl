# The review of an exercise: commands, the axis, blacking out, taking along.
commands-title = Commands
commands-search = Search commands
commands-all-teams = All teams
commands-count = { $count ->
    [one] { $count } command
   *[other] { $count } commands
 }
commands-time = Exercise time
commands-line = Command
commands-empty-title = No commands
commands-empty = Lines that a terminal's screen shows were entered appear here. Passwords do not show on a screen, so they are not recorded.
review-title = Exercise review
review-team = Team
review-other = Compare with team
review-other-none = No comparison
review-kinds = Kinds of events
review-filter = Filter
review-axis = Exercise time
review-axis-label = Exercise time, { $count } events; the list beside it names each of them
review-events = Events
review-earlier = Earlier events
review-later = Later events
review-empty-title = No events yet
review-empty = Once the exercise begins, the team's injects, submissions, checks and messages appear here in order.
review-terminals = The team's terminals
review-before = The terminal is not open yet at this moment.
review-after = The terminal is closed at this moment; this is its last screen.
review-cursor = Moment on the axis
review-play = Play from this moment
review-keys = Arrows: event before, after. Space: play or pause.
review-lane-course = Course
review-lane-inject = Injects
review-lane-answer = Submissions
review-lane-decision = Decisions
review-lane-check = Checks
review-lane-talk = Messages
review-lane-machine = Machines
review-lane-other = Notes, other
review-mark = { $lane }: { $count ->
    [one] { $count } event
   *[other] { $count } events
 } from { $time }
review-started = Exercise time begins
review-paused = Paused
review-resumed = Resumed
review-skipped = Jumped to the next event (trial)
review-finished = Finished
review-timed-out = Time is up
review-interrupted = Interrupted for { $time }: no server conducted the exercise
review-stop-paused = Paused from { $from } to { $until }
review-stop-interrupted = Interrupted from { $from } to { $until }
review-stop-skipped = Time jumped at { $from }
review-plan = { $what }: planned for { $planned }, not delivered yet
review-plan-came = { $what }: planned for { $planned }, delivered at { $came }
review-serving = { $what }: serving from { $from } to { $until }
review-not-serving = { $what }: not serving from { $from } to { $until }
review-unknown = { $what }: could not be checked from { $from } to { $until }
review-redact = Black out
review-redact-reason = Reason
review-redact-from = From (hours:minutes:seconds of the recording)
review-redact-until = To
review-redact-no-reason = Give a reason, of at most 300 letters.
review-redact-no-stretch = This stretch cannot be. Write hours:minutes:seconds, the end not before the beginning, a day at most.
review-redacted = Blacked out. Viewers and exported files show █ there; the original is kept until recordings are removed.
review-hidden = { $count ->
    [one] { $count } stretch blacked out
   *[other] { $count } stretches blacked out
 }
review-original = See the original (this is written down)
review-blacked = See it blacked out
review-export = Export .zip
review-index-title = Review: { $title }
review-index-at = Exported at: { $at }
review-index-rows = Events: { $count }
review-index-lines = Commands: { $count }
review-index-hidden = Stretches blacked out: { $count }
review-index-head = Journal: last row { $sequence }, hash { $hash }
review-index-signature = This installation's signature: { $signature }
review-index-unsigned = not signed yet, since the exercise has not finished
review-index-files = timeline.csv, timeline.json: every event. commands.csv, commands.json: commands. recordings/: terminals (asciicast, version 2); what was blacked out shows █.
