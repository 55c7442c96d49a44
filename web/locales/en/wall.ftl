# Wall screen
wall-open = Wall screen
wall-open-light = Wall screen, light
wall-left = Remaining
wall-passed = Passed
wall-starts = · begins at { $at }
wall-phase = Phase { $number }/{ $all }
wall-phase-left = Left of the phase
wall-leaf = Page { $number }/{ $all }
wall-firsts = First solves
wall-firsts-none = No team has solved a task yet.
wall-map = The teams' services
wall-serving = serving
wall-failing = down
wall-unknown = unknown
wall-stale = Connection lost, trying again; the figures may be old.
wall-full = Full screen
wall-frozen = As of { $at }
