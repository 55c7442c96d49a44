# What `thaotruong scenario check` says
scenario-error = error
scenario-warning = warning
scenario-help = help
scenario-did-you-mean = did you mean `{ $name }`?
scenario-known-keys = keys that are known here: { $names }
scenario-comma-help = a comma has split the text in two; put all of it in quotes `"…"`
scenario-known-names = there are: { $names }

# YAML
scenario-yaml = this is not YAML: { $reason }
scenario-line-long = the line is too long (at most { $most } bytes); break it into several
scenario-yaml-tab = a tab in the indentation; use spaces
scenario-yaml-quote = a quote is opened and not closed
scenario-yaml-open = a `{ $bracket }` is opened and not closed
scenario-yaml-bracket = opened with `{ $open }` but closed with `{ $close }`
scenario-yaml-comma = a comma or a closing bracket is missing before this; put texts with `,` `:` `[` `{"{"}` in quotes
scenario-yaml-colon = this line is not `key: value`; a colon is missing, or put a text that holds `:` in quotes
scenario-yaml-indentation = the indentation does not fit the lines above
scenario-documents = the file holds more than one YAML document; keep one
scenario-tag = YAML tags (`!…`) are not used here; leave it out
scenario-alias = there is no anchor `&{ $name }` before this
scenario-alias-itself = an anchor cannot hold itself
scenario-merge = `<<` takes a map or a list of maps
scenario-too-large = too deeply nested, or too many values for one file
scenario-key-not-text = a key must be a text
scenario-duplicate-key = the key `{ $key }` already stands in line { $line }; remove one of them

# Keys and kinds of values
scenario-unknown-key = there is no key `{ $key }` here
scenario-missing-key = the key `{ $key }` is missing
scenario-missing-language = the `{ $key }` text is missing
scenario-languages = a text must stand in Vietnamese and in English
scenario-languages-help = write `{"{"}vi: "…", en: "{ $text }"{"}"}`
scenario-not-a-map = `key: value` pairs must stand here
scenario-not-a-list = a list must stand here: `[a, b]`, or a line `- a` each
scenario-not-a-text = a text must stand here
scenario-empty-text = this must not be empty
scenario-empty-list = the list must hold something
scenario-none-of = `{ $key }` must hold something
scenario-hidden-character = there is a hidden character { $code } that readers cannot see; delete it
scenario-number = a whole number from { $from } to { $to } must stand here
scenario-number-range = `from` must not be above `to`
scenario-truth = `true` or `false` must stand here
scenario-choice = `{ $text }` cannot stand here; choose one of: { $names }
scenario-one-of = one of these keys is missing: { $names }
scenario-only-one-of = only one of these keys may stand here: { $names }
scenario-duration = `{ $text }` is not a time
scenario-duration-help = write a number with its unit: `90s`, `15m`, `2h`, `1h30m`
scenario-duration-zero = the time must be more than 0
scenario-name = `{ $name }` cannot be a name
scenario-name-help = use small letters without accents, digits and hyphens, at most 40 characters, such as `server-1`
scenario-variable-name = `{ $name }` cannot name a variable: begin with a letter, go on with letters, digits, `_`
scenario-declared-twice = the name `{ $name }` is already taken in line { $line }

# References
scenario-unknown-node = there is no node `{ $name }` under `nodes`
scenario-unknown-compose-service = the Compose file has no service `{ $name }`
scenario-unknown-network = there is no network `{ $name }` under `networks`
scenario-unknown-task = there is no task `{ $name }`
scenario-unknown-objective = there is no objective `{ $name }`
scenario-unknown-service = there is no service `{ $name }` in the scenario
scenario-unknown-event = there is no event `{ $name }` in the timeline
scenario-unknown-variable = there is no variable `{ $name }` under `variables`
scenario-unknown-file = the scenario has no file `{ $name }`
scenario-unknown-criterion = this report has no criterion `{ $name }`
scenario-unknown-value = there is no value `{ $name }` to fill in
scenario-unknown-capture = no earlier step captures `{ $name }`
scenario-template-form = `{ $text }` cannot be filled in: only a name may stand between the braces
scenario-template-form-help = write {"`{{variable.name}}`, `{{flag.task}}`, `{{node.name.address}}` or `{{environment.id}}`"}; to keep two braces as they are write {"`\\{{`"}
scenario-interpolation = behind `$` a name must stand, {"`${NAME}`"} or {"`${NAME:-default}`"}; for a `$` itself write `$$`

# Files
scenario-file-missing = the file `{ $name }` is missing
scenario-file-large = the file is too large (at most 1 MiB)
scenario-file-utf8 = the file is not UTF-8 text (line { $line })
scenario-path = `{ $path }` is not a path that can be used
scenario-path-help = write an absolute path in the machine without `..`, such as `/srv/portal/readme`
scenario-path-twice = two files are placed at `{ $path }` of one machine
scenario-url-path = `{ $path }` must begin with `/`
scenario-mode = `{ $text }` is not a file mode
scenario-mode-help = write octal digits in quotes: `"0600"`, `"0755"`
scenario-owner = `{ $text }` is not an owner; write `user:group`

# Scenario
scenario-attack = `{ $text }` is not a MITRE ATT&CK technique; write it like `T1190` or `T1505.003`
scenario-attack-unknown = MITRE ATT&CK { $version } has no technique `{ $text }`
scenario-attack-newer = the list that ships with the program, MITRE ATT&CK { $version }, has no technique `{ $text }`; a later release may have it
scenario-skill = `{ $text }` is not a NICE work role; write it like `PD-WRL-003`
scenario-skill-unknown = NICE { $version } has no work role `{ $text }`
scenario-skill-newer = the list that ships with the program, NICE { $version }, has no work role `{ $text }`; a later release may have it
scenario-catalogue-did-you-mean = did you mean `{ $id }` ({ $name })?
scenario-no-access = trainees have neither a terminal nor a page on any machine
scenario-manual = write `manual: true`, nothing else
scenario-respond-action = `respond` goes with a `message`, not with an `action`
scenario-after-end = this is after the exercise has ended (`duration`)
scenario-never-happens = the event `{ $name }` never happens: conditions wait for each other
scenario-never-solvable = the task `{ $name }` can never be solved: it waits for an event that never happens
scenario-pass-mark = no team can reach { $points } points: there are { $highest } at most
scenario-hints-cost = the hints cost { $cost } points, more than the { $points } of the task
scenario-rubric-sum = the criteria add up to { $sum } points, but the task has { $points }
scenario-criterion-twice = this report already has a criterion `{ $name }`
scenario-flag-nowhere = nobody can find the flag of `{ $name }`: it stands in no file and no message
scenario-flag-nowhere-help = put {"`{{flag."}{ $name }{"}}`"} into a file that is listed under `files` with `template: true`
scenario-flag-shown = the flag `{ $name }` stands in a text that trainees read
scenario-flag-shown-help = put it into a file of a machine, where it must be found
scenario-check-tampering = trainees have a terminal on `{ $name }` and could fake this check
scenario-check-tampering-help = use `from: platform` with a `script`, or a machine that trainees cannot enter

# Compose
scenario-compose-refused = `{ $key }` is refused
scenario-compose-unsupported = `{ $key }` is not supported; leave it out
scenario-compose-version = `version` has no meaning in Compose any more; leave it out
scenario-compose-build = `build` is not used, since there is an `image`
scenario-compose-build-alone = give an `image`: machines run images that are already built
scenario-compose-restart = `restart` is not used: the instructor sees that a machine has stopped and starts it again
scenario-refused-ports = nothing is published on the host; trainees open a machine's page through `web:` under `nodes`, and machines of a network see each other anyway
scenario-refused-volumes = no folder of the host and none in common; place files by `files:` in the scenario, temporary folders by `tmpfs:`
scenario-refused-privileged = the machine could take over the host; ask for single capabilities by `cap_add`, and for sudo by `privilege_escalation: true` under `nodes`
scenario-refused-network-mode = lab networks stand apart from the host; declare `networks:`
scenario-refused-namespace = a machine stands apart from the host and from other machines; leave it out
scenario-refused-devices = devices of the host do not enter the lab; leave it out
scenario-refused-security-opt = protection is the range's own; for sudo set `privilege_escalation: true` under `nodes`
scenario-refused-sysctls = kernel settings are the range's own; leave it out
scenario-refused-cap-drop = all capabilities are dropped already; use `cap_add` for those that are needed
scenario-refused-container-name = every team has its own copy, so names are given by the range; in the lab a machine is called as under `services`
scenario-refused-env-file = write the variables under `environment:`
scenario-refused-names = machines find each other by their names under `services`; give more names by `aliases` under `networks`
scenario-refused-address = addresses are given to each team by the range; in texts write {"`{{node.<name>.address}}`"}
scenario-refused-network = every network belongs to one team and has no road out; write its name alone
scenario-refused-secrets = place files by `files:` in the scenario
scenario-refused-deploy = write `mem_limit`, `cpus`, `pids_limit` right under the service
scenario-refused-one-file = write everything into one file; use anchors `&` and `<<` for what repeats
scenario-too-many-nodes = an environment has at most { $most } machines
scenario-capability = the capability `{ $name }` is not given in the lab
scenario-command = a quote is not closed; write the command as a list `[command, "argument"]`
scenario-environment-name = `{ $name }` is not the name of an environment variable
scenario-healthcheck = `test` must be one line, `[CMD, command, …]`, `[CMD-SHELL, "line"]` or `[NONE]`
scenario-memory = `{ $text }` is not an amount of memory; write `6m` to `64g`
scenario-cpus = a number of processors from 0.01 to 64 must stand here
scenario-network-twice = the network `{ $name }` stands here twice
scenario-circle = machines wait for each other in a circle: { $names }

# Solution
scenario-step-twice = there already is a step `{ $name }`
scenario-step-empty = this step does nothing: it needs `run`, `solves`, `expect_check`, `report` or `jump`
scenario-capture-nothing = `capture` needs a `run` whose output it reads
scenario-node-nothing = without `run` this step types nothing into its `node`
scenario-pattern = the regular expression is wrong: { $reason }
scenario-pattern-group = the pattern must have exactly one group `(…)`: the part that is taken
scenario-no-terminal = trainees have no terminal on `{ $name }`, so the solution has none either
scenario-other-user = the terminal of `{ $name }` belongs to `{ $user }`; the solution uses that user alone
scenario-solves-kind = the task `{ $name }` takes no answer; use `expect_check` or `report`
scenario-expect-kind = the task `{ $name }` is no `check`; use `solves` or `report`
scenario-report-kind = the task `{ $name }` is no `report`; use `solves` or `expect_check`
scenario-grade-points = this criterion has { $points } points at most
scenario-jump = `{ $name }` does not happen at a time, so time cannot jump to it
scenario-unsolved = the solution leaves tasks unsolved: { $names }
