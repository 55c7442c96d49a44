rehearsal-unreadable = The scenario has { $errors } errors; see "thaotruong scenario check".
rehearsal-preparing = Preparing environments for two teams
rehearsal-refusing = Trying answers that must be refused
rehearsal-solving = Following the solution with a trainee's rights only
rehearsal-removing = Removing the environments
rehearsal-refused = ✓ { $task }: all { $answers } wrong answers were refused
rehearsal-step-done = ✓ step { $step }
rehearsal-step-output = ✗ step { $step }
    { $output }
rehearsal-holds = The scenario holds: its solution works, every check fails before and passes after, nothing is left over.
rehearsal-does-not-hold = The scenario does not hold: { $findings } things to mend.
rehearsal-unsolved = ✗ Task "{ $task }" is not solved after the whole solution.
rehearsal-passed-before = ✗ The check of task "{ $task }" was never seen failing: it passes before anybody did anything.
rehearsal-service-down = ✗ Service "{ $service }" is down after the whole solution.
rehearsal-credit-out-of-reach = ✗ The solution reaches { $points } points, too few for the completion "{ $completion }".
rehearsal-not-refused = ✗ Task "{ $task }" did not treat the answer "{ $answer }" as it must.
rehearsal-step-failed = ✗ Step "{ $step }" of the solution did not succeed.
rehearsal-action-failed = ✗ Action "{ $event }" of the timeline ended with code { $code }.
