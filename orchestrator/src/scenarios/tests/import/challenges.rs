//! Challenges of ctfcli and `CTFd`, key by key, and back again.

use super::*;
use crate::scenarios::{
    Answer, By, Decay, Logic,
    export::{Target, export},
};
use Fate::{Changed, Lost, Taken};

/// A key of `challenge.yml`, its fate and why.
const KEYS: &[(&str, Fate, &str)] = &[
    ("name", Taken, "import-taken"),
    ("author", Taken, "import-taken"),
    ("category", Taken, "import-taken"),
    ("description", Taken, "import-taken"),
    ("attribution", Taken, "import-taken"),
    ("value", Taken, "import-taken"),
    ("type", Taken, "import-taken"),
    ("image", Changed, "import-compose-build"),
    ("protocol", Changed, "import-protocol"),
    ("host", Lost, "import-host"),
    ("connection_info", Changed, "import-connection-text"),
    ("healthcheck", Lost, "import-healthcheck"),
    ("solution", Lost, "import-solution"),
    ("attempts", Taken, "import-taken"),
    ("logic", Taken, "import-taken"),
    ("flags[0]", Changed, "import-flag-case"),
    ("flags[1].type", Taken, "import-taken"),
    ("flags[1].content", Taken, "import-taken"),
    ("flags[1].data", Taken, "import-taken"),
    ("flags[2].content", Taken, "import-taken"),
    ("flags[3].content", Lost, "scenario-pattern"),
    ("topics", Taken, "import-taken"),
    ("tags", Taken, "import-taken"),
    ("files[0]", Changed, "import-file-placed"),
    ("hints[0]", Taken, "import-taken"),
    ("hints[1].title", Taken, "import-taken"),
    ("hints[1].content", Taken, "import-taken"),
    ("hints[1].cost", Taken, "import-taken"),
    ("hints[1].key", Lost, "import-hint-order"),
    ("hints[1].requirements", Lost, "import-hint-order"),
    ("next", Lost, "import-next"),
    ("scheduled_at", Lost, "import-scheduled"),
    ("state", Lost, "import-state"),
    ("version", Lost, "import-version"),
    ("points_of_view", Lost, "import-unknown"),
];

#[test]
fn each_key_of_a_ctfcli_challenge_has_its_fate() {
    let (definition, report) = imported(Format::Ctfcli, &example("ctfcli"));
    let web = |key: &str| format!("web-login/challenge.yml: {key}");
    for (key, expected, id) in KEYS {
        assert_eq!(fate(&report, &web(key)), (*expected, *id), "{key}");
    }
    fate_of_all(
        &report,
        &[
            ("crypto-note/challenge.yml: type", Taken, "import-taken"),
            (
                "crypto-note/challenge.yml: extra.initial",
                Taken,
                "import-taken",
            ),
            (
                "crypto-note/challenge.yml: extra.decay",
                Taken,
                "import-taken",
            ),
            (
                "crypto-note/challenge.yml: extra.minimum",
                Taken,
                "import-taken",
            ),
            ("crypto-note/challenge.yml: logic", Taken, "import-taken"),
            (
                "crypto-note/challenge.yml: requirements.prerequisites[0]",
                Taken,
                "import-taken",
            ),
            (
                "crypto-note/challenge.yml: requirements.anonymize",
                Lost,
                "import-anonymize",
            ),
            ("crypto-note/challenge.yml: state", Taken, "import-taken"),
        ],
    );
    let scenario = &definition.scenario;
    let tasks: Vec<_> = scenario
        .tasks
        .iter()
        .map(|task| (task.id.as_str(), task.points))
        .collect();
    assert_eq!(
        tasks,
        [
            ("ghi-chu-ma-hoa", 301),
            ("dang-nhap-cua-sau", 100)
        ]
    );
    let note = &scenario.tasks[0];
    assert_eq!(note.requires[0].as_str(), "dang-nhap-cua-sau");
    assert_eq!(note.worth.decay, Some(Decay { to: 50, solves: 20 }));
    let ways: Vec<_> = note.ways().iter().map(|way| way.part.to_owned()).collect();
    assert_eq!((note.logic(), ways), (Logic::All, vec!["part-1".to_owned(), "part-2".to_owned()]));
    let Answer::Pattern(pattern) = &scenario.tasks[1].answer else {
        panic!("{:?}", scenario.tasks[1].answer);
    };
    assert_eq!(pattern.attempts, Some(5));
    for (text, right) in [
        ("flag{c4u_h1nh}", true),
        ("FLAG{c4u_H1nh}", true),
        ("flag{cau_hinh}", true),
        ("flagx", false),
    ] {
        assert_eq!(pattern.matches(text), right, "{text}");
    }
    let machine = scenario
        .nodes
        .iter()
        .find(|node| node.id.as_str() == "dang-nhap-cua-sau")
        .unwrap();
    assert_eq!(machine.web.as_ref().map(|page| page.port), Some(8080));
    assert_eq!(
        scenario.files[0].path,
        "/home/analyst/dang-nhap-cua-sau/app.py"
    );
    assert!(
        scenario.tasks[1].text.en.contains("\\{{7*7}}"),
        "{}",
        scenario.tasks[1].text.en
    );
    assert_eq!(definition.solution.steps[0].id, "dang-nhap-cua-sau");
}

/// A key with its value, of a challenge that has nothing else; its place, its fate and why.
const FORMS: &[(&str, &str, Fate, &str)] = &[
    ("logic: any", "logic", Taken, "import-taken"),
    ("logic: team", "logic", Taken, "import-taken"),
    ("logic: all", "logic", Taken, "import-taken"),
    (
        "flags: [a, b]\nlogic: all\nattempts: 3",
        "attempts",
        Changed,
        "import-attempts-each",
    ),
    (
        "flags: [a, b, c, d, e, f, g, h, i, j, k, l, m]\nlogic: all",
        "logic",
        Changed,
        "import-logic-all",
    ),
    ("logic: none", "logic", Lost, "import-unknown"),
    (
        "flags: [{type: static, content: a, data: case_insensitive}]",
        "flags[0].type",
        Taken,
        "import-taken",
    ),
    (
        "flags: [{type: static, content: a, data: case_insensitive}]",
        "flags[0].content",
        Taken,
        "import-taken",
    ),
    (
        "flags: [{type: plugin, content: a}]",
        "flags[0].type",
        Changed,
        "import-flag-type",
    ),
    (
        "requirements: [Other]",
        "requirements[0]",
        Taken,
        "import-taken",
    ),
    (
        "requirements: [Nobody]",
        "requirements[0]",
        Lost,
        "scenario-unknown-task",
    ),
    (
        "type: dynamic\nextra: {initial: 500, decay: 10, minimum: 50}",
        "extra.initial",
        Taken,
        "import-taken",
    ),
    (
        "type: dynamic\nextra: {initial: 500, decay: 10, minimum: 50}",
        "type",
        Taken,
        "import-taken",
    ),
    (
        "type: dynamic\nextra: {initial: 500, decay: 10, minimum: 50}",
        "extra.decay",
        Taken,
        "import-taken",
    ),
    (
        "type: dynamic\nextra: {initial: 500, decay: 10, minimum: 50}",
        "extra.minimum",
        Taken,
        "import-taken",
    ),
    (
        "extra: {initial: 500, decay: 10, minimum: 50, function: logarithmic}",
        "extra.function",
        Taken,
        "import-taken",
    ),
    (
        "type: dynamic\nextra: {initial: 500, decay: 10, minimum: 50, function: linear}",
        "extra.decay",
        Changed,
        "import-decay-linear",
    ),
    (
        "type: dynamic\nextra: {initial: 500, decay: 10, minimum: 50, function: linear}",
        "extra.function",
        Changed,
        "import-decay-linear",
    ),
    (
        "type: dynamic\nextra: {initial: 500, decay: 10, minimum: 50, function: own}",
        "extra.function",
        Changed,
        "import-decay-function",
    ),
    (
        "type: dynamic\nextra: {initial: 500, decay: 10, minimum: 500}",
        "extra.decay",
        Changed,
        "import-decay-never",
    ),
    (
        "type: dynamic\nextra: {initial: 500, decay: 10}",
        "extra.decay",
        Lost,
        "import-decay-part",
    ),
    (
        "type: dynamic\nextra: {initial: 500, decay: -1, minimum: 5}",
        "extra.decay",
        Lost,
        "scenario-number",
    ),
    ("image: nginx:1.27", "image", Taken, "import-taken"),
    ("state: hidden", "state", Lost, "import-state"),
    ("state: visible", "state", Taken, "import-taken"),
    (
        "hints: [{content: a, cost: 5}]",
        "hints[0].cost",
        Taken,
        "import-taken",
    ),
    ("files: [absent]", "files[0]", Lost, "import-compose-absent"),
    ("attempts: 0", "attempts", Taken, "import-taken"),
    ("attempts: -1", "attempts", Lost, "scenario-number"),
];

#[test]
fn each_form_of_a_key_has_its_fate() {
    for (line, inside, expected, id) in FORMS {
        let flags = if line.starts_with("flags") {
            ""
        } else {
            "flags: [x]\n"
        };
        let text = format!("name: One\nvalue: 5\n{line}\n{flags}");
        let (_, report) = imported(
            Format::Ctfcli,
            &files([
                ("one/challenge.yml", text.as_str()),
                ("two/challenge.yml", "name: Other\nvalue: 1\nflags: [x]\n"),
            ]),
        );
        let place = format!("one/challenge.yml: {inside}");
        assert_eq!(fate(&report, &place), (*expected, *id), "{line}");
    }
}

#[test]
fn no_key_of_a_challenge_lacks_its_row() {
    let used = "name author category description attribution value type extra image protocol host connection_info \
         healthcheck solution attempts logic flags topics tags files hints requirements next scheduled_at state version";
    let first = |inside: &'static str| inside.split(['.', '[']).next().unwrap_or_default();
    let told = KEYS.iter().map(|(inside, ..)| first(inside));
    let told: Vec<&str> = told
        .chain(FORMS.iter().map(|(_, inside, ..)| first(inside)))
        .collect();
    for name in used.split_whitespace() {
        assert!(told.contains(&name), "{name}");
    }
}

/// A column of an export of `CTFd`, its fate and why.
const COLUMNS: &[(&str, Fate, &str)] = &[
    ("db/challenges.json: results[0].name", Taken, "import-taken"),
    (
        "db/challenges.json: results[0].description",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[0].attribution",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[0].connection_info",
        Changed,
        "import-connection-text",
    ),
    (
        "db/challenges.json: results[0].next_id",
        Lost,
        "import-next",
    ),
    (
        "db/challenges.json: results[0].max_attempts",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[0].value",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[0].category",
        Taken,
        "import-taken",
    ),
    ("db/challenges.json: results[0].type", Taken, "import-taken"),
    (
        "db/challenges.json: results[0].state",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[0].logic",
        Taken,
        "import-taken",
    ),
    ("db/challenges.json: results[1].type", Taken, "import-taken"),
    ("db/challenges.json: results[1].state", Lost, "import-state"),
    (
        "db/challenges.json: results[1].logic",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[1].requirements.prerequisites[0]",
        Taken,
        "import-taken",
    ),
    (
        "db/challenges.json: results[1].requirements.anonymize",
        Lost,
        "import-anonymize",
    ),
    (
        "db/dynamic_challenge.json: results[0].initial",
        Taken,
        "import-taken",
    ),
    (
        "db/dynamic_challenge.json: results[0].minimum",
        Taken,
        "import-taken",
    ),
    (
        "db/dynamic_challenge.json: results[0].decay",
        Taken,
        "import-taken",
    ),
    (
        "db/dynamic_challenge.json: results[0].function",
        Taken,
        "import-taken",
    ),
    ("db/flags.json: results[0].type", Taken, "import-taken"),
    (
        "db/flags.json: results[0].content",
        Changed,
        "import-flag-case",
    ),
    ("db/flags.json: results[1].data", Taken, "import-taken"),
    ("db/flags.json: results[2]", Lost, "import-ctfd-orphan"),
    ("db/hints.json: results[0].title", Taken, "import-taken"),
    ("db/hints.json: results[0].cost", Taken, "import-taken"),
    (
        "db/hints.json: results[1].requirements",
        Lost,
        "import-hint-order",
    ),
    ("db/tags.json: results[0].value", Taken, "import-taken"),
    ("db/topics.json: results[0].value", Taken, "import-taken"),
    (
        "db/files.json: results[0].location",
        Changed,
        "import-file-placed",
    ),
    (
        "db/files.json: results[1].location",
        Lost,
        "import-compose-absent",
    ),
    ("db/users.json", Lost, "import-ctfd-table"),
    ("db/alembic_version.json", Lost, "import-ctfd-table"),
];

#[test]
fn each_column_of_a_ctfd_export_has_its_fate() {
    let (definition, report) = imported(Format::Ctfd, &example("ctfd"));
    fate_of_all(&report, COLUMNS);
    assert!(
        report.line("db/teams.json").is_none(),
        "an empty table loses nothing"
    );
    let tasks = &definition.scenario.tasks;
    assert_eq!((tasks[0].points, tasks[1].points), (50, 500));
    let decay = Decay {
        to: 100,
        solves: 15,
    };
    assert_eq!(tasks[1].worth.decay, Some(decay));
    assert_eq!((tasks[0].by, tasks[1].by), (By::Team, By::EveryMember));
    assert!(
        report
            .line("db/hints.json: results[0].requirements")
            .is_none(),
        "an empty requirement loses nothing"
    );
    assert_eq!(tasks[1].requires, [tasks[0].id.clone()]);
    let Answer::Pattern(pattern) = &tasks[1].answer else {
        panic!("{:?}", tasks[1].answer);
    };
    assert!(pattern.matches("GIAM_dan") && pattern.attempts == Some(3));
    assert_eq!(
        definition
            .bundle
            .file("files/chao-san/anh.bin")
            .unwrap()
            .bytes,
        b"flag{chao}\0"
    );
}

/// Worth that falls slowly at first, by as many solves as those that each take the same.
#[test]
fn a_linear_decay_ends_after_as_many_solves() {
    let text = "name: One\nflags: [x]\ntype: dynamic\n\
        extra: {initial: 500, decay: 40, minimum: 90, function: linear}\n";
    let (definition, _) = imported(Format::Ctfcli, &files([("challenge.yml", text)]));
    let decay = definition.scenario.tasks[0].worth.decay;
    assert_eq!(decay, Some(Decay { to: 90, solves: 11 }));
}

#[test]
fn what_is_exported_is_imported_again() {
    for (format, name) in [(Format::Ctfd, "ctfd"), (Format::Ctfcli, "ctfcli")] {
        let (definition, _) = imported(format, &example(name));
        there_and_back(&definition);
    }
}

fn there_and_back(definition: &Definition) {
    let exported = export(Target::Ctfcli, definition, Locale::Vi).unwrap();
    let (again, _) = imported(Format::Ctfcli, &exported.files);
    let same = |definition: &Definition| {
        let mut tasks: Vec<_> = definition
            .scenario
            .tasks
            .iter()
            .map(|task| {
                (
                    task.title.vi.clone(),
                    (task.points, task.worth.clone(), task.by),
                    task.answer.clone(),
                    task.hints.clone(),
                    task.requires.clone(),
                )
            })
            .collect();
        tasks.sort_by(|one, other| one.0.cmp(&other.0));
        tasks
    };
    assert_eq!(same(definition), same(&again));
}

#[test]
fn a_drill_exports_what_a_contest_can_hold_and_names_the_rest() {
    let exported = export(Target::Ctfcli, &super::super::plain(), Locale::En).unwrap();
    let text = |path: &str| String::from_utf8(exported.files[path].bytes.clone()).unwrap();
    for task in &super::super::plain().scenario.tasks {
        let challenge = text(&format!("{}/challenge.yml", task.id));
        for key in [
            "name: ",
            "author: ",
            "category: ",
            "description: ",
            "value: ",
            "type: standard",
            "state: ",
            "version: ",
        ] {
            assert!(
                challenge.lines().any(|line| line.starts_with(key)),
                "{key} in {challenge}"
            );
        }
    }
    for key in ["nodes", "environment", "solution", "version"] {
        assert_eq!(
            fate(&exported.report, &format!("scenario.yaml: {key}")).0,
            Lost,
            "{key}"
        );
    }
}
