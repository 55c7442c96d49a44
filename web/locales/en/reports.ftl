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
report-text-too-long = Each part that you write has at most 20,000 characters. Shorten it and save again.
report-broken = The drill's journal no longer fits its hashes: data were changed outside the system. Do not use this report.
report-unfinished = The drill has not ended: figures still change and the journal is not signed yet.
