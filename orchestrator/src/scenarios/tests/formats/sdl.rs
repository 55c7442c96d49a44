//! An exercise of Open Cyber Range with all its sections.

use std::time::Duration;

use super::{example, faultless, tells};
use crate::scenarios::{
    Answer, Cell, Channel, Effect, RatingShares, Recipient, Trigger,
    import::{Fate, Format},
};

/// Keys of an exercise.
const KEYS: &[(&str, Fate)] = &[
    ("name", Fate::Taken),
    ("description", Fate::Taken),
    ("start", Fate::Changed),
    ("nodes.office-switch.type", Fate::Taken),
    ("nodes.office-switch.description", Fate::Lost),
    ("nodes.analyst-desk.type", Fate::Taken),
    ("nodes.analyst-desk.description", Fate::Changed),
    ("nodes.analyst-desk.source", Fate::Changed),
    ("nodes.analyst-desk.resources.ram", Fate::Taken),
    ("nodes.analyst-desk.resources.cpu", Fate::Taken),
    ("nodes.analyst-desk.roles.responder.username", Fate::Changed),
    ("nodes.analyst-desk.roles.responder.entities", Fate::Taken),
    ("nodes.analyst-desk.roles.admin", Fate::Lost),
    ("nodes.analyst-desk.conditions.profile-private", Fate::Taken),
    ("nodes.portal.source.name", Fate::Changed),
    ("nodes.portal.source.version", Fate::Changed),
    ("nodes.portal.features", Fate::Lost),
    ("nodes.portal.injects", Fate::Lost),
    ("nodes.portal.vulnerabilities", Fate::Changed),
    ("nodes.forgotten", Fate::Lost),
    ("infrastructure.server-switch.links", Fate::Lost),
    ("infrastructure.server-switch.properties", Fate::Lost),
    ("infrastructure.analyst-desk.count", Fate::Taken),
    ("infrastructure.analyst-desk.links[0]", Fate::Taken),
    ("infrastructure.analyst-desk.dependencies[0]", Fate::Taken),
    ("infrastructure.clients.count", Fate::Changed),
    ("infrastructure.clients.links[1]", Fate::Lost),
    ("features.appointment-site", Fate::Lost),
    ("conditions.profile-private.command", Fate::Changed),
    ("conditions.profile-private.interval", Fate::Taken),
    ("conditions.library-check.source", Fate::Lost),
    ("vulnerabilities.upload.description", Fate::Changed),
    ("vulnerabilities.upload.technical", Fate::Lost),
    ("metrics.private.type", Fate::Taken),
    ("metrics.private.max-score", Fate::Taken),
    ("metrics.private.condition", Fate::Taken),
    ("metrics.written.type", Fate::Changed),
    ("metrics.written.artifact", Fate::Lost),
    ("evaluations.handling.metrics", Fate::Taken),
    ("evaluations.handling.min-score", Fate::Changed),
    ("tlos.respond.evaluation", Fate::Taken),
    ("tlos.respond.capabilities", Fate::Lost),
    ("tlos.calls.evaluation", Fate::Lost),
    ("capabilities.containment", Fate::Lost),
    ("entities.blue-team.role", Fate::Taken),
    ("entities.gang.role", Fate::Changed),
    ("entities.blue-team.categories", Fate::Lost),
    ("entities.blue-team.entities.lead.name", Fate::Taken),
    ("goals.calm.description", Fate::Changed),
    ("goals.calm.tlos", Fate::Changed),
    ("injects.first-call.from-entity", Fate::Taken),
    ("injects.first-call.to-entities", Fate::Changed),
    ("injects.first-call.tlos", Fate::Changed),
    ("injects.ransom-note.source", Fate::Lost),
    ("events.morning.injects", Fate::Taken),
    ("events.pressure.conditions[0]", Fate::Changed),
    ("events.pressure.injects", Fate::Taken),
    ("events.pressure.source", Fate::Lost),
    ("events.wrap-up", Fate::Changed),
    ("scripts.day.start-time", Fate::Taken),
    ("scripts.day.end-time", Fate::Taken),
    ("scripts.day.speed", Fate::Changed),
    ("scripts.day.events.morning", Fate::Taken),
    ("scripts.day.events.pressure", Fate::Lost),
    ("stories.main.name", Fate::Lost),
    ("stories.main.scripts", Fate::Taken),
    ("stories.main.speed", Fate::Taken),
    ("workflows", Fate::Lost),
];

/// Sections and keys that people use.
const USED: &[&str] = &[
    "nodes",
    "features",
    "infrastructure",
    "conditions.command",
    "conditions.interval",
    "vulnerabilities",
    "metrics.type",
    "metrics.max-score",
    "metrics.condition",
    "evaluations.metrics",
    "evaluations.min-score",
    "tlos.evaluation",
    "entities.role",
    "entities.entities",
    "goals",
    "injects.from-entity",
    "injects.to-entities",
    "injects.source",
    "events.conditions",
    "events.injects",
    "scripts.start-time",
    "scripts.end-time",
    "scripts.speed",
    "scripts.events",
    "stories",
];

#[test]
fn no_key_that_people_use_lacks_its_row() {
    for used in USED {
        let (section, key) = used.split_once('.').unwrap_or((used, ""));
        let mut rows = KEYS.iter().map(|(place, _)| place.split(['.', '[']));
        let told = rows.any(|mut words| {
            let own = words.next() == Some(section);
            own && (key.is_empty() || words.skip(1).any(|word| word == key))
        });
        assert!(told, "{used}");
    }
}

#[test]
fn every_key_of_an_exercise_is_accounted_for() {
    let (_, report) = faultless(Format::OpenCyberRange, &example("sdl"));
    let at = |place: &str| format!("exercise.yml: {place}");
    let by_hand = report.line("solution.yaml: private").unwrap();
    assert_eq!(by_hand.message.id, "import-sdl-by-hand");
    let table: Vec<_> = KEYS
        .iter()
        .map(|(place, fate)| (at(place), *fate))
        .collect();
    let table: Vec<_> = table
        .iter()
        .map(|(place, fate)| (place.as_str(), *fate))
        .collect();
    tells(&report, &table);
}

#[test]
fn an_exercise_becomes_machines_tasks_and_a_timeline() {
    let (definition, _) = faultless(Format::OpenCyberRange, &example("sdl"));
    let scenario = &definition.scenario;
    let machines: Vec<_> = definition
        .compose
        .services
        .iter()
        .map(|service| {
            (
                service.id.as_str(),
                service.image.as_str(),
                service.networks.len(),
            )
        })
        .collect();
    assert_eq!(
        machines,
        [
            ("analyst-desk", "thaotruong/workstation:1", 1),
            ("portal", "thaotruong/portal:1", 2),
            ("clients-1", "thaotruong/base:1", 1),
            ("clients-2", "thaotruong/base:1", 1),
        ]
    );
    assert_eq!(definition.compose.services[0].memory, 256 << 20);
    assert_eq!(
        definition.compose.services[0].depends_on[0].0.as_str(),
        "portal"
    );
    let terminals: Vec<_> = scenario
        .nodes
        .iter()
        .filter_map(|node| Some((node.id.as_str(), node.terminal.as_ref()?.user.as_str())))
        .collect();
    assert_eq!(terminals, [("analyst-desk", "analyst")]);
    let tasks: Vec<_> = scenario
        .tasks
        .iter()
        .map(|task| {
            let kind = match task.answer {
                Answer::Check(_) => "check",
                Answer::Report(_) => "report",
                _ => "other",
            };
            let objective = task
                .objective
                .as_ref()
                .map(crate::scenarios::identifiers::ObjectiveId::as_str);
            (task.id.as_str(), kind, task.points, objective)
        })
        .collect();
    assert_eq!(
        tasks,
        [
            ("private", "check", 40, Some("respond")),
            ("written", "report", 60, Some("respond"))
        ]
    );
    assert_eq!(scenario.credits[0].points, 50);
    assert_eq!(scenario.attack, ["T1190"]);
    assert_eq!(
        scenario.duration,
        Duration::from_hours(2),
        "three hours, half as fast again"
    );
    let events: Vec<_> = scenario
        .timeline
        .iter()
        .map(|event| {
            let Effect::Message(message) = &event.effect else {
                unreachable!()
            };
            assert!(matches!(message.channel, Channel::Mail | Channel::Document));
            (
                event.id.as_str(),
                event.trigger.clone(),
                message.to,
                message.from.en.as_str(),
            )
        })
        .collect();
    assert_eq!(
        events,
        [
            (
                "morning-first-call",
                Trigger::At(Duration::from_mins(10)),
                Recipient::Blue,
                "Exercise control"
            ),
            (
                "pressure-ransom-note",
                Trigger::Solved("private".into()),
                Recipient::White,
                "The gang"
            ),
            ("wrap-up", Trigger::Manual, Recipient::White, "Events list"),
        ]
    );
}

#[test]
fn pass_marks_rate_objectives_and_texts_name_them() {
    let (definition, _) = faultless(Format::OpenCyberRange, &example("sdl"));
    let scenario = &definition.scenario;
    let rating = RatingShares {
        p: 90,
        s: 70,
        m: 50,
    };
    assert_eq!(scenario.objectives[0].rating, rating);
    assert_eq!(scenario.objectives[1].rating, RatingShares::default());
    let briefing = scenario.briefing.as_ref().unwrap();
    assert!(
        briefing.en.contains("Work by the plan. (Respond)"),
        "{}",
        briefing.en
    );
    assert!(
        scenario.summary.en.contains("**First call**: Respond"),
        "{}",
        scenario.summary.en
    );
}

/// What stands in an exercise of which both sides have machines.
const BOTH_SIDES: &str = r"
name: Both sides
nodes:
  desk: {type: VM, source: kali-desk, roles: {one: {username: analyst, entities: [blue]}}}
  box:
    type: VM
    source: kali-desk
    roles: {one: {username: analyst, entities: [gang.hand]}, two: root}
infrastructure: {desk: 1, box: 1}
entities:
  blue: {role: Blue}
  gang: {role: Red, entities: {hand: {name: Hand}}}
injects:
  go: {name: Go, description: Begin., to-entities: [gang.hand]}
  stop: {name: Stop, description: End., to-entities: [gang, blue]}
events:
  first: {injects: [go, stop]}
";

#[test]
fn those_who_attack_from_a_machine_are_a_side() {
    let given = super::files([("exercise.yml", BOTH_SIDES.as_bytes().to_vec())]);
    let (definition, report) = faultless(Format::OpenCyberRange, &given);
    let scenario = &definition.scenario;
    assert!(scenario.plays(Cell::Red));
    let nodes: Vec<_> = scenario
        .nodes
        .iter()
        .map(|it| (it.id.as_str(), it.cell))
        .collect();
    assert_eq!(nodes, [("desk", Cell::Blue), ("box", Cell::Red)]);
    let to = scenario.timeline.iter().map(|event| match &event.effect {
        Effect::Message(message) => message.to,
        Effect::Action(_) => unreachable!(),
    });
    assert_eq!(to.collect::<Vec<_>>(), [Recipient::Red, Recipient::All]);
    tells(
        &report,
        &[
            ("exercise.yml: entities.gang.role", Fate::Taken),
            ("scenario.yaml: cells.red", Fate::Changed),
            ("exercise.yml: injects.go.to-entities", Fate::Changed),
        ],
    );
}

/// An exercise that does not say what is deployed, in which those who attack get a message and have no machine.
const WITHOUT_MACHINES: &str = r#"
name: Desk alone
nodes:
  desk: {type: VM, source: kali-desk, roles: {one: {username: analyst, entities: [blue]}}, conditions: {up: one}}
conditions:
  up: {command: "true"}
metrics:
  is-up: {type: CONDITIONAL, max-score: 10, condition: up}
entities:
  blue: {role: Blue}
  gang: {role: Red}
injects:
  go: {name: Go, description: Begin., to-entities: [gang]}
stories:
  main: {name: Day, scripts: []}
"#;

#[test]
fn those_who_attack_and_get_a_message_are_a_side() {
    let given = super::files([("exercise.yml", WITHOUT_MACHINES.as_bytes().to_vec())]);
    let (definition, report) = faultless(Format::OpenCyberRange, &given);
    assert!(definition.scenario.plays(Cell::Red));
    tells(
        &report,
        &[
            ("exercise.yml: nodes.desk.conditions.up", Fate::Taken),
            ("exercise.yml: entities.gang.role", Fate::Taken),
            ("exercise.yml: injects.go.to-entities", Fate::Changed),
            ("exercise.yml: stories.main.name", Fate::Lost),
        ],
    );
}
