# What exporting a scenario for another system says
export-names = names in double braces belong to an environment; they stand as they are
export-digest = the answer is the file's SHA-256
export-tolerance = the number alone is right, nothing near it
export-options = the options stand in the text; the answer is their names
export-drawn = the answer is drawn for each environment; the challenge is hidden
export-check = no machine is looked at there; the challenge is hidden
export-report = no report is graded there; the challenge is hidden
export-none = a contest has nothing like it ({ $count })
export-category = each is the category of its tasks
export-language = the text in the other language ({ $language }) stays behind
export-parts = an answer of several parts has no place in this format: make a challenge of each
