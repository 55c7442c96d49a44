# Scenarios
library-lead = Each scenario proves itself: its solution runs on real machines, each task fails before it and passes after.
library-reset = Clear filters
library-search = Find a scenario
library-search-hint = Title, ATT&CK code; marks not needed
library-count = { $total ->
    [one] { $shown } of { $total } scenario
   *[other] { $shown } of { $total } scenarios
}
library-nodes = { $count ->
    [one] { $count } machine a team
   *[other] { $count } machines a team
}
library-tasks = { $count ->
    [one] { $count } task
   *[other] { $count } tasks
}
library-used = { $count ->
    [0] Not used yet
    [one] Used once
   *[other] Used { $count } times
}
library-empty-title = No scenario fits
library-empty = Use fewer filters, or put more scenarios into the server's scenario folder.
library-broken = { $folder } cannot be read
library-valid = Valid
library-level = Level
library-kind = Kind
library-audience = Audience
library-sectors = Sectors
library-length = Duration
level-basic = Basic
level-intermediate = Intermediate
level-advanced = Advanced
kind-simulation = Simulation
kind-live_fire = Live fire
kind-tabletop = Tabletop
length-short = Under 60 minutes
length-medium = 60–120 minutes
length-long = Over 120 minutes
scenario-launch = Make an exercise
scenario-tasks = Tasks
scenario-task = Task
scenario-task-kind = Answered by
scenario-timeline = Timeline
scenario-timeline-empty = This scenario has no planned injects.
scenario-nodes = Machines of each team
scenario-node = Machine
scenario-role = Role
scenario-terminal = Terminal user
scenario-web = Web page
scenario-facts = Facts
scenario-level = Level
scenario-length = Duration
scenario-kind = Kind
scenario-version = Version
scenario-state = State
scenario-skills = Work roles (NICE)
scenario-services = Services to keep up
answer-flag = Flag
answer-text = Question
answer-number = Number
answer-pattern = Question of a form
answer-choice = Choose one
answer-choices = Choose several
answer-order = Put in order
answer-file = Find a file
answer-check = Checked by the system
answer-report = Report
role-analyst = Analyst
role-target = Target
role-adversary = Adversary
role-infrastructure = Infrastructure
role-checker = Checker
when-at = Minute { $minutes }
when-solved = When solved: { $what }
when-failed = When the service fails: { $what }
when-manual = Fired by hand
event-action = Action on node { $node }
channel-mail = Mail
channel-phone = Phone
channel-news = News
channel-chat = Chat
channel-document = Document
scenario-other-tasks = Other tasks
audience-incident-team = Incident-response team
audience-it-specialist = IT specialists
audience-all-staff = All staff
audience-leader = Heads of units
sector-information = Information
sector-health = Health
sector-energy = Energy
sector-transport = Transport
sector-finance = Finance

## Copies kept ready
pool-title = Copies kept ready
pool-ready = Ready
pool-preparing = Being made
pool-failed = Failed
pool-none = None is kept ready. Kept copies are suspended and given to a team the moment it needs one: a drill is prepared at once, and a reset makes nobody wait.
pool-size = Copies to keep
pool-keep = Keep ready
pool-too-many = At most { $most } copies can be kept ready.
pool-changed = { $count ->
    [0] No copy is kept ready any more.
    [one] One copy is kept ready; it is made as soon as no team waits.
   *[other] { $count } copies are kept ready; those missing are made as soon as no team waits.
}
