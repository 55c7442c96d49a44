# What `thaotruong course check` and `thaotruong plan check` say beside what scenarios' files have in common with theirs
content-code-help = use letters without accents, digits, `-` and `_`, at most 40 characters, such as `QT-01`
content-taken = the name `{ $name }` is already taken by { $file }
content-date = `{ $text }` is not a day of the calendar
content-date-help = write year, month and day: `2026-12-31`
content-unknown-scenario = there is no scenario `{ $name }`
content-unknown-completion = no scenario credits anybody with `{ $name }`
content-unknown-course = there is no course `{ $name }`
content-practice-uncredited = the scenario `{ $name }` credits nobody, so nobody can pass this course
content-practice-uncredited-help = give the scenario `credits`, or choose another one

# Plans
plan-ends-early = the plan ends before it begins
plan-due-early = the target is due before the plan begins ({ $day })
plan-due-late = the target is due after the plan ends: nothing counts that happens after { $day }
plan-no-such-day = no year has this day
plan-of-count = a count has `where`; `of` and `with` belong to a share
plan-where-share = a share has `of` (the whole) and `with` (who of it counts); `where` belongs to a count
plan-figure-of-itself = the figure `{ $name }` cannot be a part of itself
plan-title-of-nothing = this measure has no figure `{ $name }`
plan-figure-untitled = the figure `{ $name }` has no title, so its name is what officers read
plan-figure-untitled-help = add `titles: {"{"}{ $name }: {"{"}vi: "…", en: "…"{"}"}{"}"}`
plan-more-than-all = nothing is more than 100 per cent
plan-more-than-all-help = write `at_least: {"{"}percent: 100{"}"}`
plan-target-nothing = a target of 0 is always met
plan-percent-of-nothing = a percentage needs a whole
plan-percent-of-nothing-help = measure a `share`, or name a `denominator`
plan-amount = a whole number must stand here, or `{"{"}percent: 90{"}"}`
plan-condition = `{ $name }` is no condition
plan-condition-key-help = write `{ $name }: …` with what is asked for
plan-condition-subject = `{ $name }` cannot be asked of { $subject ->
    [people] people
    [units] units
   *[exercises] exercises
}
plan-condition-subject-help = what can be asked: { $names }
