# Why something in a drill was not done, and what to do
exercise-wrong-state = This cannot be done while the exercise is { $state ->
    [draft] a draft
    [preparing] being prepared
    [ready] not started
    [running] running
    [paused] paused
   *[finished] finished
}.
exercise-title-missing = Give the exercise a title.
exercise-team-name-missing = Give each team a name.
exercise-name-too-long = The name is longer than { $limit } characters.
exercise-name-characters = The name holds characters that cannot be shown. Type it again.
exercise-teams-missing = Choose at least one person to make a team.
exercise-teams-too-many = An exercise has at most { $limit } teams.
exercise-team-name-twice = Two teams are called “{ $team }”.
exercise-team-empty = Nobody is in team “{ $team }”.
exercise-team-too-large = Team “{ $team }” has too many members.
exercise-member-twice = Somebody is in two teams, one of them “{ $team }”. A person is in one team only.
exercise-duration-range = The duration is between 1 minute and 5 days.
exercise-override-reason-missing = Write why the exercise may begin nevertheless.
answer-missing = Enter an answer.
answer-too-long = The answer is longer than { $limit } characters.
answer-too-fast = Too many answers. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
answer-no-tries = Your team has no tries left for this task.
answer-locked = This task is still locked. Complete the tasks that it requires first.
answer-not-a-number = Enter a number, such as 12.5 or 12,5, without points or commas between thousands. This does not count as a try.
answer-not-a-digest = Enter the SHA-256 of the file: 64 hexadecimal digits, as sha256sum prints it. This does not count as a try.
answer-not-an-option = Choose from what is offered. This does not count as a try.
answer-not-an-order = Give each option a place of its own. This does not count as a try.
grade-report-replaced = The team has filed another report since you opened this one. Read the new one, then grade it.
answer-correct = Correct. Your team gets { $points ->
    [one] { $points } point
   *[other] { $points } points
}.
answer-before = This task is solved already.
answer-wrong = Not correct.
answer-wrong-left = Not correct. Your team has { $left ->
    [one] { $left } try
   *[other] { $left } tries
} left.
check-passing = Passed. It is recorded.
check-failing = Not yet. Look at the machine again, then check once more.
check-error = It cannot be checked just now. The system tries again by itself.
hint-taken = The hint is open.
report-filed = The report is filed.
response-given = The answer is sent.
help-called = The organisers are called.
report-missing = Fill in at least one field of the report.
report-unreadable = The report cannot be read. Reload the page and send it again.
response-missing = Enter an answer.
message-missing = Enter a message.
help-missing = Say what your team needs help with.
text-too-long = The text is longer than { $limit } characters.
grade-points-range = Points for a criterion are between 0 and { $limit }.

environment-engine-unreachable = The engine that runs the machines cannot be reached. Running environments are untouched; trying again by itself.
environment-images-missing = Images are missing: { $images }. Run “thaotruong image build” on the server and try again.
environment-runtime-unknown = The engine has no runtime { $runtime }, which is configured for machines. “thaotruong doctor” tells the administrator how to mend it.
environment-no-memory = The server has too little memory: { $needed } needed, { $available } left. Use fewer teams or finish another exercise.
environment-not-isolated = Not started: a node can reach the outside. The console lists what it reached and what to do.
environment-bundle = The kept scenario can no longer be read: { $detail }
environment-phase-wanted = Waiting
environment-phase-preparing = Preparing
environment-phase-ready = Good
environment-mending = Making a machine again
environment-phase-suspended = Standing still
environment-phase-failed = Failed
environment-phase-removing = Being removed
environment-phase-gone = Removed
environment-none = None yet
environment-queue = Preparing your environment, number { $place } in the queue, about { $seconds } seconds.
environment-queue-unknown = Preparing your environment, number { $place } in the queue.
environment-well = The environment works well
environment-waiting = The environment is not ready
stage-wanted = Waiting for its turn
stage-network = Making networks
stage-create = Making machines
stage-start = Starting machines
stage-ready = Waiting for machines
stage-remove = Removing machines
exercise-no-attackers = Nobody attacks in this scenario: take the tick away at “This team attacks”.
exercise-no-defenders = At least one team must defend.
exercise-attackers-many = No more teams may attack than defend: each that attacks uses the machines of one that defends.
team-reset-attacked = A team that attacks uses these machines too: only the organisers can give fresh ones.
