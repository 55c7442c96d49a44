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
