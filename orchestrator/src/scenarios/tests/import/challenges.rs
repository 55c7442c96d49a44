//! Challenges of ctfcli, key by key, and back again; back again from `CTFd`, too.

use super::*;
use crate::scenarios::{
    Answer, Decay, Logic,
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
    assert_eq!(tasks, [("ghi-chu-ma-hoa", 301), ("dang-nhap-cua-sau", 100)]);
    let note = &scenario.tasks[0];
    assert_eq!(note.requires[0].as_str(), "dang-nhap-cua-sau");
    assert_eq!(note.worth.decay, Some(Decay { to: 50, solves: 20 }));
    let ways: Vec<_> = note.ways().iter().map(|way| way.part.to_owned()).collect();
    assert_eq!(
        (note.logic(), ways),
        (Logic::All, vec!["part-1".to_owned(), "part-2".to_owned()])
    );
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
    (
        "requirements: {prerequisites: [Other], anonymize: true}",
        "requirements.prerequisites[0]",
        Taken,
        "import-taken",
    ),
    (
        "requirements: {prerequisites: [Other], anonymize: true}",
        "requirements.anonymize",
        Lost,
        "import-anonymize",
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
fn an_empty_requirement_loses_nothing() {
    for line in [
        "requirements: []",
        "requirements: {prerequisites: []}",
        "hints: [{content: a, requirements: []}]",
    ] {
        let text = format!("name: One\nvalue: 5\nflags: [x]\n{line}\n");
        let (_, report) = imported(Format::Ctfcli, &files([("challenge.yml", text.as_str())]));
        assert!(
            !report
                .lines
                .iter()
                .any(|line| line.place.contains("requirements")),
            "{line}"
        );
    }
}

#[test]
fn no_key_of_a_challenge_lacks_its_row() {
    let used = "name author category description attribution value type extra image protocol host connection_info \
         healthcheck solution attempts logic flags topics tags files hints requirements next scheduled_at state version \
         extra.initial extra.decay extra.minimum flags.type flags.content flags.data hints.key hints.title hints.content \
         hints.cost hints.requirements requirements.prerequisites requirements.anonymize";
    let told = KEYS.iter().map(|(inside, ..)| *inside);
    let told: Vec<&str> = told
        .chain(FORMS.iter().map(|(_, inside, ..)| *inside))
        .collect();
    for name in used.split_whitespace() {
        let mut rows = told.iter().map(|inside| plain_place(inside));
        assert!(
            rows.any(|row| format!("{row}.").starts_with(&format!("{name}."))),
            "{name}"
        );
    }
}

/// A place without the numbers of its items.
pub(super) fn plain_place(place: &str) -> String {
    let words = place.split('[');
    let words = words.map(|word| word.split_once(']').map_or(word, |(_, rest)| rest));
    words.collect()
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
