# What importing a scenario of another system says
import-unrecognised = these files are of no format that is known; name it with --from ({ $names })
import-missing = `{ $file }` is missing
import-json = `{ $file }`, line { $line }, is not JSON: { $reason }
import-no-text = `{ $file }` is no text in UTF-8, or too large to be written by hand
import-nothing = `{ $file }` holds nothing that a scenario could be made of
import-too-many = `{ $file }` holds more than { $most } rows; export fewer challenges at once
import-bundle = what came out is no scenario: { $reason }
import-taken = is now `{ $to }`
import-unknown = this is not known here
import-file-unused = the file is not used
import-report-full = the report ends here; nobody would read on
import-renamed = `{ $name }` cannot be a name here; it is now `{ $to }`
import-one-language = the source has one language; the same text stands in both, a translation is missing
import-added-workstation = the source has no machine; a workstation was added
import-added-red-task = the source has no task for the attacking team; one was added, for every side needs one
import-added-task = the source has no task; one was added, because a scenario needs one
import-first-task = Ready
import-first-task-text = Look around, then answer `OK`.

# Compose
import-compose-summary = Imported from `{ $file }`. Write here what it is about.
import-compose-env = its values are filled in where `{"${"}…{"}"}` names them
import-compose-env-file = merged into `compose.yaml: services.{ $name }.environment`
import-compose-unset = { $names } has no value in `.env`; it is empty
import-compose-extension = Compose itself gives `x-…` no meaning
import-compose-labels = labels of machines are the range's own
import-compose-volume = the machine keeps this in itself until it is reset
import-compose-volume-shared = machines share no folder; each keeps its own until it is reset
import-compose-bind = placed in the machine by `files:` (files: { $count }); it gets a copy of its own
import-compose-many = more than { $most } files would be placed
import-compose-outside = `{ $path }` lies outside of the folder
import-compose-hidden = `{ $path }` is a hidden file, which may hold passwords; it is placed in no machine
import-compose-large = so many machines use `{ $path }` that a scenario cannot hold it
import-compose-absent = `{ $path }` is not among the files
import-compose-build = the image `{ $image }` must be made in `images/` from the folder `{ $folder }`; the scenario does not bring it
import-compose-container-name = is now a further name of the machine in its networks
import-compose-link = `{ $alias }` is now a further name of `{ $name }` in its networks
import-compose-web = port { $port } is now the machine's page (`web:`); nothing is opened on the host
import-compose-port = nothing is opened on the host; machines of the same network reach port { $port } anyway
import-compose-escalation = programs that raise privileges (`sudo`, set-uid) do not work until a node says `privilege_escalation: true`
import-compose-workstation = `{ $name }` was added: a machine for trainees to work from

# Challenges (ctfcli, CTFd)
import-challenges-title = Imported challenges
import-challenges-summary = Challenges of a capture-the-flag contest: { $count }.
import-topics = Topics: { $topics }
import-author = Author: { $text }
import-attribution = { $text }
import-connection = Connection: `{ $text }`
import-connection-text = stands in the task's text; in the lab a machine is reached by its name
import-tags = Tags: { $tags }
import-file-at = File on `workstation`: `{ $path }`
import-machine-at = Machine: `{ $name }`
import-file-placed = lies on the workstation, in its user's home folder
import-files-many = a challenge brings no more files than that
import-part-of = A part of “{ $name }”; the text stands in the first one.
import-part = Part { $number }
import-requires-many = more than { $most } ties between tasks
import-file-large = `{ $name }` is too large for a scenario
import-logic-all = all flags are asked for, and a task has at most { $most } parts: a task for each, the points shared out
import-attempts-each = each part has this many tries of its own
import-attempts-flag = the environment's own flag may be tried without end
import-flag-case = upper and lower case do not matter here
import-flag-type = this kind of flag is not known; its content is taken as a text
import-flag-many = one pattern cannot hold all answers; the first is kept
import-flag-none = `{ $name }` has no answer that could be kept: it asks for the environment's own flag, which must be placed
import-decay-part = points fall where both the lowest value and the number of solves are given; the first value is kept
import-decay-never = the lowest value is not below the first, or the value is static: points do not fall
import-decay-linear = there each solve takes the same; here points fall slowly at first and reach the lowest value after as many solves ({ $solves })
import-decay-function = this way to fall is not known; `logarithmic` is used
import-type = this type is treated as `standard`
import-state = every task is shown
import-host = the range runs the machine itself
import-protocol = decides whether the machine has a page (`web:`)
import-healthcheck = a script that tests from outside; write `services:` or a task with a `check`
import-next = tasks are listed in their order; `requires` says what must come first
import-scheduled = the instructor starts the exercise
import-version = the version of the format means nothing here
import-hint-order = hints do not depend on each other; each can be bought
import-anonymize = a locked task shows its title
import-solution = `{ $path }` is a text for people; write its steps into `solution.yaml`

# CTFd
import-ctfd-table = what table `{ $table }` holds belongs to the contest, not to a scenario (rows: { $count })
import-ctfd-export = about the export, not about a challenge
import-ctfd-orphan = belongs to no challenge

# Command
import-title-taken = Taken ({ $count }):
import-title-changed = Changed ({ $count }):
import-title-lost = Lost ({ $count }):
import-written = Written from { $format }: { $path }
