# Reports
reports-lead = Reports of finished drills, made from the journal.
reports-empty-title = No report yet
reports-empty = A report is made when a drill ends.
report-download = Download Word file
report-print = Print
report-own-words = Your own words
report-save = Save
report-saved = Saved at { $at }.
report-evidence = Evidence: { $id }
report-seal = The journal is signed; its head:
