# The list of events (MSEL): columns and words in the spreadsheet; `scenario import` reads them again
msel-control = Control Number
msel-move = Move
msel-group = Group
msel-method = Delivery Method
msel-from = From Org
msel-to = To Org
msel-time = Time
msel-title = Title
msel-subject = Subject
msel-text = Description
msel-expected = Expected Action
msel-due = Response Due
msel-points = Points
msel-blue = Defending team
msel-white = White cell
msel-mail = E-mail
msel-phone = Phone
msel-news = News
msel-chat = Chat
msel-document = Document
msel-action = Action on a machine
msel-manual = By the white cell
msel-solved = When { $name } is solved
msel-failed = When { $name } fails
msel-list = Events list

# ATT&CK Navigator layer
navigator-named = in the scenario
navigator-used = named by most tasks and events
navigator-scenario = Scenario
navigator-version = Version
navigator-task = Task
navigator-objective = Objective
navigator-event = Event
navigator-in-scenario = In the scenario
