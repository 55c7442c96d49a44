# Administration
accounts-lead = Make accounts, give roles, reset passwords, end sessions.
accounts-list = Accounts
accounts-new = New account
accounts-new-help = The system draws a first password and shows it once.
accounts-create = Create account
accounts-person = Person
accounts-no-person = Nobody in particular
accounts-roles = Roles
accounts-edit = Edit
accounts-save-roles = Save roles
accounts-reset = Reset password
accounts-revoke = End sessions
accounts-close = Close account
accounts-reopen = Open again
accounts-drawn = New password of { $name }:
accounts-drawn-once = This password is shown only once.
accounts-sessions = { $count ->
    [one] { $count } open session
   *[other] { $count } open sessions
}
accounts-seen = last used { $at }
accounts-open = Open
accounts-closed = Closed
accounts-saved = Saved.
accounts-revoked = { $count ->
    [one] { $count } session ended.
   *[other] { $count } sessions ended.
}
user-role-trainee = Trainee
user-role-instructor = Instructor
user-role-evaluator = Evaluator
user-role-hr = HR officer
user-role-leader = Leader
user-role-administrator = Administrator
audit-lead = Privileged actions, refusals and sign-ins; nobody can change them.
audit-at = At
audit-who = Who
audit-nobody = not signed in
audit-address = Address
audit-action = Action
audit-object = Object
audit-outcome = Outcome
audit-older = Older
audit-empty-title = No line yet
audit-empty = Privileged actions and sign-ins are written here.
audit-done = done
audit-refused = refused
audit-failed = failed
health-lead = What the system needs: database, engine, isolation.
health-check = Check
health-detail = Detail
health-empty-title = Not checked yet
health-empty = The state of the infrastructure appears here.
health-database = Database
health-engine = Engine
health-isolation = Lab isolation
health-isolated = Nothing outside can be reached from a lab.
health-good = good
health-bad = to mend
