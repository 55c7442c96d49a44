//! Sources that are made to cost: each within the bounds of its size, none more than it says.

use std::fmt::Write as _;

use super::*;
use crate::scenarios::Trigger;

/// Imports, and gives how many bytes and files came out; what is refused is nothing.
fn made(format: Format, files: &BTreeMap<String, BundleFile>) -> (usize, usize) {
    match import::import(format, files, &Wanted::default()) {
        Ok(Imported { bundle, .. }) => (
            bundle.files().map(|(_, file)| file.bytes.len()).sum(),
            bundle.files().count(),
        ),
        Err(_) => (0, 0),
    }
}

fn table(rows: impl IntoIterator<Item = String>) -> String {
    let rows: Vec<String> = rows.into_iter().collect();
    format!(
        "{{\"count\": {0}, \"results\": [{1}], \"meta\": {{}}}}",
        rows.len(),
        rows.join(",")
    )
}

#[test]
fn one_topic_named_by_every_row_is_told_once() {
    let challenge = r#"{"id": 1, "name": "a", "value": 1, "type": "standard"}"#;
    let long = "x".repeat(1 << 20);
    let topic = format!(r#"{{"id": 1, "value": "{long}"}}"#);
    let ties = (0..20_000).map(|_| r#"{"challenge_id": 1, "topic_id": 1}"#.to_owned());
    let source = files([
        ("db/challenges.json", table([challenge.to_owned()]).as_str()),
        ("db/topics.json", table([topic]).as_str()),
        ("db/challenge_topics.json", table(ties).as_str()),
    ]);
    let (bytes, _) = made(Format::Ctfd, &source);
    assert!((1..100_000).contains(&bytes), "{bytes}");
}

#[test]
fn one_upload_of_every_row_is_a_bounded_number_of_files() {
    let challenges = (0..200).map(|id| format!(r#"{{"id": {id}, "name": "a", "value": 1}}"#));
    let rows =
        (0..20_000).map(|row| format!(r#"{{"challenge_id": {}, "location": "d/f"}}"#, row % 200));
    let source = files([
        ("db/challenges.json", table(challenges).as_str()),
        ("db/files.json", table(rows).as_str()),
        ("uploads/d/f", "x"),
    ]);
    let (bytes, count) = made(Format::Ctfd, &source);
    assert!(bytes < 8 << 20, "{bytes}");
    assert!(
        (1_000..=crate::scenarios::MAX_FILES).contains(&count),
        "{count}"
    );
}

#[test]
fn every_part_of_everything_waiting_for_every_part_is_bounded() {
    let challenges = (0..40).map(|id| {
        let others: Vec<String> = (0..40).filter(|it| *it != id).map(|it| it.to_string()).collect();
        let others = others.join(",");
        format!(
            r#"{{"id": {id}, "name": "a", "value": 1, "logic": "all", "requirements": {{"prerequisites": [{others}]}}}}"#
        )
    });
    let flags =
        (0..4_000).map(|row| format!(r#"{{"challenge_id": {}, "content": "f{row}"}}"#, row % 40));
    let source = files([
        ("db/challenges.json", table(challenges).as_str()),
        ("db/flags.json", table(flags).as_str()),
    ]);
    let (bytes, _) = made(Format::Ctfd, &source);
    assert!((1..8 << 20).contains(&bytes), "{bytes}");
}

#[test]
fn a_long_text_of_very_many_parts_stands_once() {
    let long = "x".repeat(1 << 20);
    let challenge =
        format!(r#"{{"id": 1, "name": "a", "value": 1, "logic": "all", "description": "{long}"}}"#);
    let flags = (0..2_000).map(|row| format!(r#"{{"challenge_id": 1, "content": "f{row}"}}"#));
    let source = files([
        ("db/challenges.json", table([challenge]).as_str()),
        ("db/flags.json", table(flags).as_str()),
    ]);
    let (bytes, _) = made(Format::Ctfd, &source);
    assert!((1 << 20..8 << 20).contains(&bytes), "{bytes}");
}

#[test]
fn options_repeated_by_very_many_statements_are_bounded() {
    let long = "x".repeat(100_000);
    let options = (0..12).map(|order| format!(r#"{{"order": {order}, "text": "{order} {long}"}}"#));
    let statements = (0..5_000)
        .map(|order| format!(r#"{{"order": {order}, "text": "s", "correct_option_order": 1}}"#));
    let question = format!(
        r#"{{"question_type": "EMI", "text": "q", "points": 1, "extended_matching_options": [{}], "extended_matching_statements": [{}]}}"#,
        options.collect::<Vec<_>>().join(","),
        statements.collect::<Vec<_>>().join(","),
    );
    let text = format!(
        r#"{{"title": "t", "levels": [{{"level_type": "ASSESSMENT", "title": "l", "questions": [{question}]}}]}}"#
    );
    let source = files([("training.json", text.as_str())]);
    let (bytes, _) = made(Format::CyberRangeCz, &source);
    assert!((1..1 << 20).contains(&bytes), "{bytes}");
}

#[test]
fn a_long_value_in_every_place_of_a_compose_file_is_bounded() {
    let mut text = "services:\n".to_owned();
    for number in 0..2_000 {
        let _ = writeln!(
            text,
            "  s{number}: {{image: a, env_file: [e.env, e.env], command: ['$A', '$A']}}"
        );
    }
    let long = format!("A={}\n", "x".repeat(1 << 20));
    let source = files([
        ("compose.yaml", text.as_str()),
        (".env", long.as_str()),
        ("e.env", long.as_str()),
    ]);
    let (bytes, _) = made(Format::Compose, &source);
    assert!(bytes < 64 << 20, "{bytes}");
}

#[test]
fn a_folder_mounted_by_everybody_is_bounded() {
    let mut text = "services:\n".to_owned();
    for number in 0..1_500 {
        let _ = writeln!(
            text,
            "  s{number}: {{image: a, volumes: ['.:/a', '.:/a', '.:/b']}}"
        );
    }
    let mut source = files([("compose.yaml", text.as_str())]);
    for number in 0..1_000 {
        source.insert(format!("f/{number}"), file("x"));
    }
    let imported = import::import(Format::Compose, &source, &Wanted::default()).unwrap();
    let written = text_of(&imported.bundle, "scenario.yaml");
    assert!(written.matches("from: files/").count() <= 1_900);
}

#[test]
fn a_long_inject_of_very_many_events_is_sent_only_so_often() {
    let line = format!("      {}\n", "x".repeat(9_000)).repeat(50);
    let mut text =
        format!("name: a\ninjects:\n  i:\n    name: b\n    description: |\n{line}events:\n");
    for number in 0..2_000 {
        let _ = writeln!(text, "  e{number}: {{injects: [i, i, i]}}");
    }
    let source = files([("exercise.yml", text.as_str())]);
    let imported = import::import(Format::OpenCyberRange, &source, &Wanted::default()).unwrap();
    let bytes = imported.bundle.file("scenario.yaml").unwrap().bytes.len();
    assert!((1..20 << 20).contains(&bytes), "{bytes}");
    let manual = check(imported.bundle)
        .definition
        .map(|it| it.scenario.timeline);
    let manual = manual.unwrap_or_default();
    assert!(manual.iter().all(|event| event.trigger == Trigger::Manual));
}

/// Keys as long as a file may be, each told in a line.
#[test]
fn a_report_repeats_no_long_text() {
    let long = "y".repeat(9_000);
    let mut text = "name: a\nsolution:\n  path: >\n".to_owned();
    text.push_str(&format!("    {long}\n").repeat(40));
    for number in 0..5_000 {
        let _ = writeln!(text, "  k{number}: 1");
    }
    let source = files([("challenge.yml", text.as_str())]);
    let imported = import::import(Format::Ctfcli, &source, &Wanted::default()).unwrap();
    let lines = imported.report.lines.iter();
    let bytes: usize = lines
        .map(|line| {
            line.message
                .values
                .iter()
                .map(|(_, value)| value.len())
                .sum::<usize>()
        })
        .sum();
    assert!(bytes < 8 << 20, "{bytes}");
}
