# Decisions around a table.
answer-decision = Decision
scenario-decision-points = the task brings { $points } points, and its best option { $most }; both must be the same
scenario-decided-kind = the task `{ $name }` asks for no decision
when-decided = When decided “{ $option }”: { $what }
export-decision = nothing is decided there; the challenge is hidden
msel-decided = When { $name } decides { $option }
workspace-decision = Your team chooses one course of action
workspace-decision-agreed = The whole team agrees; a decision cannot be changed.
workspace-decision-send = Decide
workspace-decision-chosen = Your team has decided
decision-noted = Your team's decision is noted.
decision-taken = Your team has decided otherwise, and that stands.
decision-not-agreed = Tick that the whole team agrees, since a decision cannot be changed.
task-decided = decided
happened-decided = Decision: { $what }
