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
cli-no-database = There is no database at { $path }. Run this in the server's folder, or set THAOTRUONG_DATA or --config.
cli-environments-away = The engine does not answer: { $detail }
cli-environments-line = { $whose } · desired: { $desired } · actual: { $actual } ({ $since }) · { $engine }
cli-environments-engine = { $running }/{ $nodes } machines run, { $networks } networks
cli-environments-orphan = left over on the engine: { $engine } · the server removes it within 15 seconds
cli-environments-orphan-alone = left over on the engine: { $engine } · no server runs that would remove it; use “thaotruong environment prune”
cli-environments-busy = Under way: { $exercises }. Nothing is removed. Add --running to pause these and then take their teams' machines away.
cli-environments-stuck = { $count } environments could not be removed.
