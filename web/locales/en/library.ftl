# Scenarios
library-lead = Each scenario proves itself: its solution runs on real machines, each task fails before it and passes after.
library-reset = Clear filters
library-search = Find a scenario
library-search-hint = Title, summary, ATT&CK code; marks not needed
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
library-empty = Use fewer filters or try another word.
library-show-all = { $count ->
    [one] Show the { $count } scenario
   *[other] Show all { $count } scenarios
}
library-none-title = No scenario yet
library-none = Upload a scenario bundle, or put scenarios into the server's scenario folder, each in a folder of its own; they appear here after a few seconds.
library-broken-title = Scenarios that cannot be used yet
library-broken-count = { $count ->
    [one] { $count } scenario with errors
   *[other] { $count } scenarios with errors
}
library-errors = { $count ->
    [one] { $count } error. Mend it here and load the page again:
   *[other] { $count } errors. Mend them here and load the page again:
}
library-errors-within = { $count ->
    [one] { $count } mistake; open it to see what and where.
   *[other] { $count } mistakes; open it to see each and where.
}
library-warnings = { $count ->
    [one] { $count } thing to look at
   *[other] { $count } things to look at
}
library-apply = Filter
library-active = Filters in use
library-without = Without
library-sort = Sort
library-sort-title = By title
library-sort-used = Most used
library-sort-level = Easy to hard
library-sort-length = Short to long
library-attack = MITRE ATT&CK techniques
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
scenario-terminal = Terminal account
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
audience-leader = Leaders and heads of units
audience-security-specialist = Information security specialists
audience-operator = System operators
audience-public = Citizens, pupils and students
sector-information = Information
sector-health = Health
sector-energy = Energy
sector-transport = Transport
sector-finance = Finance
sector-environment = Natural resources and environment
sector-banking = Banking
sector-defence = National defence
sector-public-order = Security, public order and safety
sector-urban = Towns and cities
sector-government = Government administration
sector-education = Education

## Details of a scenario
about-networks = Networks
about-languages = Languages
about-language-vi = Vietnamese
about-language-en = English
about-language-partial = (incomplete)
about-used = Uses
about-trains = What it trains
about-objectives = Objectives
about-hints = { $count ->
    [one] { $count } hint (−{ $cost })
   *[other] { $count } hints (−{ $cost })
}
about-service = Service
about-probed = Looked at
about-probed-from = Looked at from
about-probe-every = Every
about-points-a-minute = Points a minute
about-credits = Completions that it credits
about-credit = { $what }: from { $points } points of the team
about-credits-whom = Credited to members who were present.
about-credits-none = This scenario credits no completion.
about-axis-label = Time axis with { $count } marks; the list stands below
about-due-code = D{ $number }
about-due = Deadline: { $what }
about-respond = answer within { $length }, { $points } points
about-to-blue = to the defending teams
about-to-white = to the organisers
topology-title = Network of each team
topology-of = Drawing of { $machines } machines on { $networks } networks
topology-lane = Network { $network }: { $machines }.
topology-machines = { $count ->
    [one] { $count } machine
   *[other] { $count } machines
}
topology-probed = Service that is looked at
topology-probes = Looks at another machine
topology-none = Held around a table: teams read what happens, discuss and answer on their workspace page. No machines and no engine are needed.
resources-title = Resources
resources-teams = { $count ->
    [one] { $count } team
   *[other] { $count } teams
}
resources-machines = Machines
resources-memory = Memory
resources-processors = Processors
resources-most = The most that the machines may use.
resources-work-out = Work out
resources-unknown = The engine cannot be asked, so it is not known for how many teams there is room.
resources-full = There is no room for any team now ({ $memory } of memory left).
resources-fewer = There is room for { $teams } teams only now ({ $memory } of memory left).
resources-fit = There is room now ({ $memory } of memory left).

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
about-to-red = to the attacking teams
about-to-all = to all teams
