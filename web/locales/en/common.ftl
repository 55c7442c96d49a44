# Used on every page
product = Thao Trường
product-summary = Drills, training and reports on the province's information security

time-ago = { $unit ->
    [seconds] { $count ->
        [one] { $count } second ago
       *[other] { $count } seconds ago
    }
    [minutes] { $count ->
        [one] { $count } minute ago
       *[other] { $count } minutes ago
    }
    [hours] { $count ->
        [one] { $count } hour ago
       *[other] { $count } hours ago
    }
   *[days] { $count ->
        [one] { $count } day ago
       *[other] { $count } days ago
    }
}
time-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
time-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}

skip-to-content = Skip to content
close = Close
locale-switch = Tiếng Việt
theme-light = Light
theme-dark = Dark

nav-label = Functions
nav-drills = Drills
nav-home = Home
nav-exercises = Exercises
nav-scenarios = Scenarios
nav-workforce = Workforce
nav-people = People
nav-attendance = Attendance
nav-completions = Completions
nav-indicators = Indicators
nav-documents = Documents
nav-reports = Reports
nav-administration = Administration
nav-accounts = Accounts
nav-issuer = Issuing body
nav-audit = Audit trail
nav-health = Infrastructure
nav-environments = Environments

shortcuts-title = Keyboard shortcuts
shortcut-help = Show this list
shortcut-search = Go to the search field
shortcut-home = Go to the home page
shortcut-close = Close the dialog or drawer

error-title-not-found = Not found
error-title-forbidden = Not allowed
error-title-invalid = Something to mend
error-title-conflict = Not done
error-title-too-many = Too fast
error-title-unavailable = Not available at the moment
error-title-sign-in = Sign in first
error-title-unexpected = Something went wrong
error-not-found = There is no such thing, or it does not belong to your unit or team.
error-forbidden = Your role does not allow this. Your province's administrator can grant it.
error-sign-in = Your session has ended. Sign in again; what you were writing is still on the page.
error-csrf = This form is too old or was not made by this system. Reload the page and send it again.
error-form = A field of the form is missing or wrong. Reload the page and fill it in again.
error-too-large = What was sent is larger than allowed (1 MiB).
error-too-many = That was too fast. Wait a few seconds and send it again; what you wrote is still on the page.
error-unexpected = The system met an error and noted it. Try again in a few minutes; if it stays, tell your administrator.
error-reference = Reference: { $reference }
error-home = Go to the home page

action = Action
all = See all
show = Show
search = Search
cancel = Cancel
next = Next
previous = Previous
pages = Pages
crumbs = Location
no-figures = no figures yet
offline = The server cannot be reached. What you are writing is kept; connecting again by itself.
points = { $count ->
    [one] { $count } point
   *[other] { $count } points
}
points-column = Points
points-word = points
home-mine = My drills
home-enter = Open the workspace
home-look-back = Look back
home-exercises = Open exercises
home-report = The last drill
home-report-open = Open the report
home-health-open = See details
home-empty-title = Nothing waits for you
home-empty = When the organisers put you in a team, the drill appears here.
