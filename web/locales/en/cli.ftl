# Command line
cli-failed = could not be done
cli-unreadable = { $path }: cannot be read: { $reason }
cli-check-fine = { $path }: nothing wrong
cli-check-found = { $path }: { $errors ->
    [one] { $errors } error
   *[other] { $errors } errors
}, { $warnings ->
    [one] { $warnings } warning
   *[other] { $warnings } warnings
}
cli-no-config = there is no configuration file { $path }
cli-no-database = There is no database at { $path }. Run this in the server's folder, or set THAOTRUONG_DATA or --config.
cli-environments-away = The engine does not answer: { $detail }
cli-environments-line = { $whose } · desired: { $desired } · actual: { $actual } ({ $since }) · { $engine }
cli-environments-engine = { $running }/{ $nodes } machines run, { $networks } networks
cli-environments-orphan = left over on the engine: { $engine } · the server removes it within 15 seconds
cli-environments-orphan-alone = left over on the engine: { $engine } · no server runs that would remove it; use “thaotruong environment prune”
cli-environments-busy = Under way: { $exercises }. Nothing is removed. Add --running to pause these and then take their teams' machines away.
cli-environments-drafts = Drafts again: { $exercises }.
cli-environments-paused = Paused until their teams are given fresh machines: { $exercises }.
cli-environments-stuck = { $count } environments could not be removed.
cli-rehearse-ready = { $ready }/{ $teams } teams ready ({ $nodes } machines): the first after { $first } s, the last (team { $team }) after { $time } s
cli-rehearse-terminals = { $opened } terminals, the slowest in { $slowest } s; { $keys } keys shown: median { $median } ms, 99 % within { $p99 } ms
cli-rehearse-solution = Solution on one team's machines: { $time } s
cli-rehearse-removal = Removal: { $time } s
cli-rehearse-memory = Memory: { $needed } needed at most, { $available } left; the server really used { $used } more

# Scenarios, on the command line
cli-scenarios-none = There are no scenarios in { $path }
cli-scenarios-facts = version { $version } · { $level } · { $duration } · { $machines } machines and { $memory } of memory a team
cli-new-exists = { $path } exists; choose another name, or remove it first
cli-new-written = Wrote { $path }. Next: thaotruong scenario check { $path }
cli-render-notice = Examples: the flags, passwords and addresses below are drawn from a trial seed; no drill uses them.
cli-render-of = Scenario { $scenario }, version { $version }, seed { $seed }
cli-render-variant = Variant { $variant }
cli-render-cell = Side { $cell } alone
cli-render-no-variant = no variant { $name }; there are: { $names }
cli-render-no-cell = nobody plays { $cell } in this scenario
cli-render-variables = Variables
cli-render-flags = Flags
cli-render-answers = Accepted answers
cli-render-networks = Networks
cli-render-machines = Machines
cli-render-texts = Texts with values filled in
cli-render-files = Files placed in machines
cli-plan-of = Scenario { $scenario }, version { $version }
cli-plan-networks = Networks of one team
cli-plan-network = { $name }: { $machines } machines, takes { $addresses } addresses
cli-plan-machines = Machines of one team, in the order in which they start
cli-plan-machine = { $place }. { $name }: { $image } · { $networks } · { $memory }, { $processors } processors, { $processes } processes
cli-plan-waits = waits for: { $names }
cli-plan-checks = Checks
cli-plan-platform = the platform
cli-plan-check = { $name }: from { $from }, every { $every }: { $what }
cli-plan-totals = Totals for { $teams } teams: { $machines } machines, { $networks } networks, { $addresses } addresses, at most { $memory } of memory and { $processors } processors, { $checks } checks a minute

cli-test-kind = kind
cli-test-name = name
cli-test-task = task
cli-test-step = step
cli-test-failed = failed
cli-test-fastest = fastest
cli-test-median = median
cli-test-slowest = slowest
cli-test-before = fails before
cli-test-after = passes after
cli-test-time = time
cli-test-yes = yes
cli-test-no = NO
cli-test-held = { $path }: held { $passed } of { $runs } times
cli-test-total = { $passed } passed, { $failed } failed, { $unable } could not be tested
cli-test-logs = Logs of what did not hold: { $path }
