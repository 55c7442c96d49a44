//! A sandbox of `CyberRangeCZ` with two networks and a router, and its training.

use std::time::Duration;

use super::{example, faultless, tells};
use crate::scenarios::{
    Answer, Logic, Penalty, PhaseId,
    import::{Fate, Format},
};

/// Keys of `topology.yml`.
const TOPOLOGY: &[(&str, Fate)] = &[
    ("name", Fate::Taken),
    ("hosts[0].name", Fate::Taken),
    ("hosts[0].base_box.image", Fate::Changed),
    ("hosts[0].base_box.mgmt_user", Fate::Changed),
    ("hosts[1].base_box.man_user", Fate::Changed),
    ("hosts[0].base_box.mgmt_protocol", Fate::Lost),
    ("hosts[0].flavor", Fate::Lost),
    ("hosts[1].block_internet", Fate::Taken),
    ("hosts[2].block_internet", Fate::Changed),
    ("hosts[2].hidden", Fate::Taken),
    ("hosts[1].extra", Fate::Lost),
    ("hosts[1].volumes", Fate::Lost),
    ("routers[0].name", Fate::Changed),
    ("wan", Fate::Lost),
    ("networks[0].name", Fate::Taken),
    ("networks[0].cidr", Fate::Lost),
    ("networks[1].accessible_by_user", Fate::Taken),
    ("networks[2].hidden", Fate::Changed),
    ("net_mappings[0].host", Fate::Taken),
    ("net_mappings[0].network", Fate::Taken),
    ("net_mappings[0].ip", Fate::Changed),
    ("net_mappings[3].network", Fate::Lost),
    ("router_mappings[1].router", Fate::Taken),
    ("monitoring_targets", Fate::Lost),
    ("groups[0].name", Fate::Lost),
    ("groups[0].nodes", Fate::Lost),
    ("router_mappings[0].network", Fate::Taken),
    ("router_mappings[0].ip", Fate::Changed),
];

/// Keys of `training.json`.
const TRAINING: &[(&str, Fate)] = &[
    ("title", Fate::Taken),
    ("description", Fate::Taken),
    ("prerequisites", Fate::Changed),
    ("outcomes", Fate::Changed),
    ("state", Fate::Lost),
    ("show_stepper_bar", Fate::Lost),
    ("levels[0].level_type", Fate::Taken),
    ("levels[0].content", Fate::Taken),
    ("levels[0].estimated_duration", Fate::Changed),
    ("levels[2].estimated_duration", Fate::Taken),
    ("levels[5].estimated_duration", Fate::Taken),
    ("levels[1].passkey", Fate::Lost),
    ("levels[1].cloud_content", Fate::Taken),
    ("levels[1].local_content", Fate::Lost),
    ("levels[2].minimal_possible_solve_time", Fate::Lost),
    ("levels[2].answer_variable_name", Fate::Changed),
    ("levels[2].solution", Fate::Changed),
    ("levels[2].solution_penalized", Fate::Taken),
    ("levels[2].incorrect_answer_limit", Fate::Lost),
    ("levels[3].incorrect_answer_limit", Fate::Lost),
    ("levels[2].attachments", Fate::Lost),
    ("levels[2].max_score", Fate::Taken),
    ("levels[2].reference_solution", Fate::Lost),
    ("levels[2].mitre_techniques[0].technique_key", Fate::Taken),
    ("levels[2].mitre_techniques[1].technique_key", Fate::Lost),
    ("levels[3].answer", Fate::Changed),
    ("levels[3].content", Fate::Taken),
    ("levels[3].hints[0].title", Fate::Taken),
    ("levels[3].hints[0].hint_penalty", Fate::Taken),
    ("levels[4].content", Fate::Changed),
    ("levels[5].assessment_type", Fate::Taken),
    ("levels[5].instructions", Fate::Taken),
    ("levels[5].questions[0].question_type", Fate::Taken),
    ("levels[5].questions[0].penalty", Fate::Changed),
    ("levels[5].questions[1].penalty", Fate::Taken),
    ("levels[5].questions[0].points", Fate::Taken),
    ("levels[5].questions[0].choices[0].correct", Fate::Taken),
    ("levels[5].questions[2].question_type", Fate::Taken),
    (
        "levels[5].questions[2].extended_matching_options[0].text",
        Fate::Taken,
    ),
    (
        "levels[5].questions[2].extended_matching_statements[0].correct_option_order",
        Fate::Taken,
    ),
    ("levels[5].questions[3].choices[1].text", Fate::Taken),
    ("levels[6].assessment_type", Fate::Changed),
    ("levels[6].questions[0]", Fate::Changed),
    ("levels[6].questions[1]", Fate::Lost),
    ("levels[7]", Fate::Lost),
    ("levels[1].level_type", Fate::Taken),
    ("levels[2].level_type", Fate::Taken),
    ("levels[2].variant_answers", Fate::Taken),
    ("levels[3].hints[0].content", Fate::Taken),
    ("levels[3].hints[0].order", Fate::Taken),
    ("levels[5].level_type", Fate::Taken),
    ("levels[5].questions[0].answer_required", Fate::Lost),
    ("levels[5].questions[0].choices[0].order", Fate::Taken),
    (
        "levels[5].questions[2].extended_matching_statements[0].text",
        Fate::Taken,
    ),
];

/// Keys of `variables.yml`.
const VARIABLES: &[(&str, Fate)] = &[
    ("pin.type", Fate::Taken),
    ("pin.prohibited", Fate::Lost),
    ("secret-word.type", Fate::Changed),
];

#[test]
fn every_key_of_a_sandbox_and_its_training_is_accounted_for() {
    let (_, report) = faultless(Format::CyberRangeCz, &example("crcz"));
    let places = |file: &str, table: &[(&str, Fate)]| -> Vec<(String, Fate)> {
        table
            .iter()
            .map(|(place, fate)| (format!("{file}: {place}"), *fate))
            .collect()
    };
    let mut table = places("topology.yml", TOPOLOGY);
    table.extend(places("training.json", TRAINING));
    table.extend(places("variables.yml", VARIABLES));
    let table: Vec<_> = table
        .iter()
        .map(|(place, fate)| (place.as_str(), *fate))
        .collect();
    tells(&report, &table);
}

/// What people have in the two files.
const USED: &[&str] = &["hosts", "routers", "networks", "net_mappings", "groups"];
/// Kinds of levels.
const LEVELS: &[&str] = &["INFO", "ACCESS", "TRAINING", "ASSESSMENT"];

#[test]
fn no_key_and_no_level_that_people_use_lacks_its_row() {
    for key in USED {
        let mut rows = TOPOLOGY.iter();
        assert!(
            rows.any(|(place, _)| place.split('[').next() == Some(key)),
            "{key}"
        );
    }
    let files = example("crcz");
    let training: serde_json::Value =
        serde_json::from_slice(&files["training.json"].bytes).unwrap();
    let levels = training["levels"].as_array().unwrap();
    for kind in LEVELS {
        let is_kind = |level: &serde_json::Value| level["level_type"] == format!("{kind}_LEVEL");
        let at = levels.iter().position(is_kind).unwrap();
        let place = format!("levels[{at}].level_type");
        assert!(TRAINING.iter().any(|(row, _)| *row == place), "{kind}");
    }
}

#[test]
fn a_level_that_nothing_waits_for_keeps_its_tries() {
    let text = r#"{"title": "One", "levels": [{"title": "Only", "level_type": "TRAINING_LEVEL", "order": 0,
        "content": "Say it.", "answer": "it", "incorrect_answer_limit": 4, "estimated_duration": 50000}]}"#;
    let given = super::files([("training.json", text.as_bytes().to_vec())]);
    let (definition, report) = faultless(Format::CyberRangeCz, &given);
    let Answer::Text(answer) = &definition.scenario.tasks[0].answer else {
        unreachable!()
    };
    assert_eq!(answer.attempts, Some(4));
    assert!(
        definition.scenario.phases.is_empty(),
        "longer than a scenario"
    );
    let table = [
        (
            "training.json: levels[0].incorrect_answer_limit",
            Fate::Changed,
        ),
        ("training.json: levels[0].estimated_duration", Fate::Lost),
    ];
    tells(&report, &table);
}

#[test]
fn a_drawn_word_lies_where_the_solution_finds_it() {
    let (definition, report) = faultless(Format::CyberRangeCz, &example("crcz"));
    let [file] = definition.scenario.files.as_slice() else {
        panic!("{:?}", definition.scenario.files)
    };
    assert_eq!(
        (file.node.as_str(), file.path.as_str(), file.template),
        ("attacker", "/home/analyst/secret_word.txt", true)
    );
    let bytes = &definition.bundle.file(&file.from).unwrap().bytes;
    assert_eq!(bytes, b"{{variable.secret_word}}\n");
    let mut steps = definition.solution.steps.iter();
    let step = steps.find(|step| step.id == "the-second-word").unwrap();
    assert_eq!(
        step.run.as_deref(),
        Some("cat /home/analyst/secret_word.txt")
    );
    let told = report.line("training.json: levels[2].answer_variable_name");
    assert_eq!(told.unwrap().message.id, "import-crcz-placed");
}

#[test]
fn levels_become_tasks_in_their_order() {
    let (definition, _) = faultless(Format::CyberRangeCz, &example("crcz"));
    let scenario = &definition.scenario;
    let networks: Vec<_> = definition
        .compose
        .services
        .iter()
        .map(|service| {
            (
                service.id.as_str(),
                service
                    .networks
                    .iter()
                    .map(|(name, _)| name.as_str())
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        networks,
        [
            ("attacker", vec!["user-switch"]),
            ("server", vec!["server-switch"]),
            ("watcher", vec!["quiet-switch"]),
            ("edge-router", vec!["user-switch", "server-switch"]),
        ]
    );
    let tasks: Vec<_> = scenario
        .tasks
        .iter()
        .map(|task| {
            let requires: Vec<_> = task
                .requires
                .iter()
                .map(crate::scenarios::identifiers::TaskId::as_str)
                .collect();
            (task.id.as_str(), task.points, requires)
        })
        .collect();
    assert_eq!(
        tasks,
        [
            ("the-gateway", 20, vec![]),
            ("the-second-word", 30, vec!["the-gateway"]),
            ("check-yourself-1", 10, vec!["the-second-word"]),
            ("check-yourself-2", 10, vec!["the-second-word"]),
            ("check-yourself-3", 11, vec!["the-second-word"]),
            ("check-yourself-4", 9, vec!["the-second-word"]),
            ("how-was-it-1", 0, vec!["the-second-word"]),
        ]
    );
    let gateway = &scenario.tasks[0];
    let Answer::Text(answer) = &gateway.answer else {
        unreachable!()
    };
    assert_eq!(answer.accept, ["{{node.edge-router.address}}"]);
    assert_eq!(answer.attempts, None, "others wait for it");
    assert_eq!(
        gateway.text.en,
        "Which address has the router of 10.20.2.0/24? Yours is {{node.attacker.address}}."
    );
    let costs: Vec<_> = gateway.hints.iter().map(|hint| hint.cost).collect();
    assert_eq!(
        costs,
        [2, 4, 14],
        "in their order, the solution for what is left"
    );
    assert!(
        matches!(&scenario.tasks[3].answer, Answer::Choices(right) if right.correct.len() == 2)
    );
    assert!(
        scenario.tasks[2].text.en.contains("Well done."),
        "a text between levels goes to the next task"
    );
    let briefing = &scenario.briefing.as_ref().unwrap().en;
    assert!(
        briefing.contains("{{node.attacker.address}}") && briefing.contains("\\{{ hidden }}"),
        "{briefing}"
    );
    assert_eq!(scenario.attack, ["T1046", "T1083"]);
    assert_eq!(scenario.duration, Duration::from_mins(38));
}

#[test]
fn levels_are_phases_and_questions_keep_their_penalty() {
    let (definition, _) = faultless(Format::CyberRangeCz, &example("crcz"));
    let scenario = &definition.scenario;
    let phases: Vec<_> = scenario
        .phases
        .iter()
        .map(|phase| (phase.id.as_str(), phase.duration.as_secs() / 60))
        .collect();
    assert_eq!(
        phases,
        [
            ("the-gateway", 23),
            ("the-second-word", 10),
            ("check-yourself", 5)
        ],
        "levels of text count for the next one with a task"
    );
    let phase = |task: usize| scenario.tasks[task].phase.as_ref().map(PhaseId::as_str);
    assert_eq!(
        (phase(0), phase(4)),
        (Some("the-gateway"), Some("check-yourself"))
    );
    assert_eq!(phase(6), None, "it does not say how long it takes");
    let asked = &scenario.tasks[2];
    let penalty = Penalty { points: 2, free: 0 };
    assert_eq!(asked.worth.penalty, Some(penalty));
    assert_eq!(asked.answer.attempts(), Some(2));
    let matching = &scenario.tasks[4];
    let parts: Vec<_> = matching
        .ways()
        .iter()
        .map(|way| way.answer.attempts())
        .collect();
    assert_eq!((matching.logic(), parts), (Logic::All, vec![Some(1); 2]));
}
