# The scenario's page: sides, tasks, phases, variants
about-sides = Sides
about-side-blue = Defending team
about-side-red = Attacking team
about-side-tasks = { $count ->
    [one] { $count } task, at most { $points } points
   *[other] { $count } tasks, at most { $points } points
}
about-side-no-access = This side works on no machine.
about-side-briefing = What the team reads before it begins
about-own-address = ‹address of { $node }›
about-own-value = ‹each environment's own value›
about-task-number = Number
about-at-most = at most { $count }
about-attempts = Tries
about-attempts-each = { $attempts } each part
about-after = Opens after:
about-in-phase = Phase { $number }
about-parts-all = { $count } parts, all of which must be right
about-parts-any = { $count } parts, one of which is enough
about-every-member = Every member of the team must answer
about-graded = To be filed within { $length }, graded by { $count ->
    [one] one criterion
   *[other] { $count } criteria
}
about-decay = Falls to { $to } points as { $solves } teams solve it
about-bonus = Bonus for the first teams: { $places }
about-penalty = Each wrong answer takes { $points } points{ $free ->
    [0] {""}
    [one] , the first is free
   *[other] , the first { $free } are free
}
about-phases = Phases
about-phase = Phase
about-phase-span = From – to minute
about-phase-length = Time
about-variants = Variants
about-variant = Variant
about-variant-files = Files of its own
about-variant-values = Values of its own
about-variant-steps = Steps of its own to solve it
about-variants-text = Each environment has one variant; teams get them in turn. Trainees do not learn a variant's name.
resources-none = This scenario uses no machines: it takes nothing of the engine, and no environments need to be prepared.
