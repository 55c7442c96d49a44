# The white cell's log: who did what, notes, time that is added
log-title = White cell's log
log-empty = Nothing yet. What organisers and evaluators do shows here for all of them.
log-teams = { $count ->
    [one] { $count } team
   *[other] { $count } teams
}
log-started = Started
log-paused = Paused
log-resumed = Resumed
log-finished = Finished
log-over = Time is over
log-interrupted = No server for a while; exercise time stood
log-preparing = Preparing environments
log-note = Note
log-duration = The exercise now takes { $length }
log-planned = Event { $event } set
log-held = { $event } held for approval
log-let = { $event } comes by itself
log-skipped = { $event } skipped
log-unskipped = { $event } not skipped any more
log-fired = { $event } sent
log-message = Message
log-graded = Graded: { $what }
log-open = Labs are no longer closed
log-closed = Labs are closed again
note-text = Note what you see; it is pinned to this moment
note-about = About the team
note-whole = The whole exercise
note-pin = Note
note-taken = Noted
note-missing = Write the note
time-add = Add time
time-add-text = Every team gets more time; all clocks change at once.
time-add-minutes = Minutes to add
time-added = { $minutes ->
    [one] { $minutes } minute added
   *[other] { $minutes } minutes added
}
time-added-range = Add at least a minute; an exercise lasts 30 days at most
team-open-page = Open the page
log-regraded = Points changed: { $what }
log-points = Points given or taken: { $points }
log-frozen = Public board frozen
log-thawed = Public board goes on
log-comms = Communications check
