# Signing in, accounts
sign-in-title = Sign in
sign-in-username = User name
sign-in-password = Password
sign-in-button = Sign in
sign-in-wrong = The user name or the password is not right.
sign-in-too-many = Too many wrong attempts. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
sign-in-busy = Too many people are signing in at once. Try again in a few seconds.
sign-in-wrong-address = Your browser cannot keep the session at this address. Open the system at:
sign-out = Sign out

home-greeting = Hello, { $name }

account-title = My account
account-password-lead = When you change your password, all your other sessions end.
account-password-old = Current password
account-password-new = New password
account-password-help = At least 10 characters. A long sentence that you remember is better than a hard word.
account-password-change = Change password
account-password-changed = Your password is changed. Sign in again.
account-password-short = A password has at least 10 characters.
account-password-long = The password is longer than 1024 bytes.
account-taken = The user name “{ $name }” is taken.
account-username-invalid = A user name has 3 to 64 characters: lower-case letters without marks, digits, dot, underscore, hyphen or @.
account-needs-role = Choose at least one role.
account-person-unknown = There is no such person in the province’s staff list. Choose again.
account-last-administrator = The last administrator cannot be removed. Give the role to somebody else first.
