# What importing a scenario of another system says
import-unrecognised = these files are of no format that is known; name it with --from ({ $names })
import-missing = `{ $file }` is missing
import-json = `{ $file }`, line { $line }, is not JSON: { $reason }
import-no-text = `{ $file }` is no text in UTF-8, or too large to be written by hand
import-nothing = `{ $file }` holds nothing that a scenario could be made of
import-bundle = what came out is no scenario: { $reason }
import-taken = is now `{ $to }`
import-unknown = this is not known here
import-file-unused = the file is not used
import-renamed = `{ $name }` cannot be a name here; it is now `{ $to }`
import-one-language = the source has one language; the same text stands in both, a translation is missing
import-added-workstation = the source has no machine; a workstation was added
import-added-task = the source has no task; one was added, because a scenario needs one
import-first-task = Ready
import-first-task-text = Look around, then answer `OK`.
