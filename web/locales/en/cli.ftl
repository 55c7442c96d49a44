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
