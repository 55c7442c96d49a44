# People, attendance, completions, indicators
people-lead = Who works where, who was reached, who completed a drill.
people-search = Find by name, marks not needed
people-unit = Unit
people-all-units = All units
people-group = Group
people-all-groups = All groups
people-count = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
people-name = Name
people-position = Position
people-reached = Awareness
people-reached-yes = reached
people-reached-no = not yet
people-response-team = Response team
people-it = IT specialist
people-head = Head
people-empty-title = Nobody fits
people-empty = Use fewer filters, or enter the staff list.
attendance-lead = Enter who attended a course or awareness session, with the document that proves it.
attendance-new = New list
attendance-course = Course
attendance-held = Held on
attendance-title = Title
attendance-document = Document
attendance-document-hint = Number and date of the signed list
attendance-people = Who attended
attendance-save = Save the list
attendance-lists = Lists so far
attendance-empty-title = No list yet
attendance-empty = Lists appear here and count for the awareness indicator.
attendance-saved = { $count ->
    [one] A list of { $count } person is saved.
   *[other] A list of { $count } people is saved.
}
completions-lead = Who completed what, and the journal row that proves it.
completions-title = Completed
completions-kind = What
completions-exercise = Exercise
completions-at = Date
completions-evidence = Evidence
completions-empty-title = Nobody has completed anything yet
completions-empty = When a drill ends, present members of teams with enough points are recorded here.
completions-missed = Not credited
completions-reason = Reason
completion-incident-response = Incident response
completion-penetration-test = Penetration test
indicators-heading = Plan indicators
indicators-lead = { $plan }, as of { $day }. Each figure opens its list and its evidence.
indicators-plan = Plan
indicators-day = As of
indicators-met = Met
indicators-of = { $count ->
    [one] of { $count } indicator
   *[other] of { $count } indicators
}
indicators-unmet = Not met
indicators-unknown = No figures yet
indicators-each = Each indicator
indicators-code = Code
indicators-title-column = Indicator, in the plan's words
indicators-numerator = Numerator
indicators-denominator = Denominator
indicators-target = Target
indicators-progress = Progress
indicators-gap = Gap
indicators-due = Due
indicators-state = Result
indicators-inferred = inferred
indicators-inferred-help = The target is our reading; the plan names no such figure.
indicators-missing = { $code }: missing
indicators-nobody-missing = Nobody is missing.
indicators-more = { $count ->
    [one] And { $count } more.
   *[other] And { $count } more.
}
indicators-reason = What is missing
indicators-evidence = Evidence
indicators-no-target = No target set
indicators-not-completed = No drill passed yet
indicators-not-reached = No awareness session yet
indicators-attendance = attendance list
indicators-none-title = No plan yet
indicators-none = Put the province's plan file into the server's folder of plans; its indicators will show here.
indicators-plan-broken = The plan file { $file } has mistakes (line:column): { $problems }. Mend them and load the page again; `thaotruong plan check` shows each in its place.
attendance-void-tag = void
attendance-void-notice = This list is void and does not count: { $reason }.
attendance-void = Void the list
attendance-void-help = A void list no longer counts for indicators; it is kept and can be restored.
attendance-restore = Restore
attendance-reason = Reason
attendance-on-list = On the list
attendance-on = yes
attendance-off = taken off
attendance-change = Change
attendance-take-off = Take off
attendance-put-back = Put back
attendance-removed = The name was taken off the list; choose "Put back" to undo.
attendance-added = The name stands on the list.
attendance-voided = The list is void.
attendance-restored = The list counts again.
attendance-course-missing = Choose a course.
attendance-title-missing = Enter the session's title.
attendance-document-missing = Enter number and date of the document that proves it.
attendance-day-future = The session must have been held today or earlier.
attendance-people-missing = Tick at least one person.
attendance-people-too-many = A list holds at most 2,000 people; divide it into several.
attendance-person-unknown = Somebody is no longer on the province's staff list. Load the page again and choose anew.
attendance-text-too-long = Title, document and reason have at most 300 characters.
attendance-reason-missing = Enter why the list is void.
figures-title = Figures entered from documents
figures-new = Enter figures
figures-as-of = Figures as of
figures-document = Source document
figures-document-hint = Number, sign, date and issuing body
figures-save = Enter figures
figures-saved = The figures are entered.
figures-help = Entered figures are never deleted; enter them again to correct them: the later entry of the same day counts.
figures-none = No figures have been entered yet.
figures-name = Figure
figures-value = Value
figures-by = Entered by
figures-at = Entered at
figures-number = Enter a whole number that is not negative, such as 1,204.
figures-computed = This indicator is computed; no figures are entered for it.
figures-nothing = The denominator must be greater than 0.
figures-more-than-whole = The numerator cannot be greater than the denominator.
figures-day = The day of the figures must be today or earlier.
figures-outside-plan = The day of the figures must lie within the plan's time.
figures-document-missing = Enter number and date of the document from which the figures are taken.
figures-document-long = The name of a document has at most 300 characters.
indicators-title-short = Indicator
