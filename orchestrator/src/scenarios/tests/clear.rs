//! Answers in clear: told where they give something away, and nowhere else.

use super::{bundle, folder};
use crate::scenarios::{Bundle, Severity, check};

const LEAK: (&str, &str) = ("Mimikatz để lại mấy dòng?", "Còn mấy dòng?");

/// What is told of the scenario whose third task names the answer to the second, with other words in it.
fn told(changes: &[(&str, &str)]) -> Vec<(&'static str, Severity)> {
    let opened = Bundle::open(&folder("mistakes/answer-in-clear")).unwrap();
    let files: Vec<(String, Vec<u8>)> = opened
        .files()
        .map(|(path, file)| {
            let mut text = String::from_utf8(file.bytes.clone()).unwrap();
            for (from, to) in changes.iter().filter(|_| path == "scenario.yaml") {
                assert!(text.contains(from), "{from}");
                text = text.replace(from, to);
            }
            (path.to_owned(), text.into_bytes())
        })
        .collect();
    let files = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()));
    let problems = check(bundle(files)).problems;
    problems
        .iter()
        .map(|it| (it.message.id, it.severity))
        .collect()
}

#[test]
fn an_answer_that_is_read_before_it_is_asked_for_is_told() {
    let written = [("scenario-answer-written", Severity::Warning)];
    assert_eq!(told(&[]), written);
    assert_eq!(told(&[LEAK, ("Kịch bản nhỏ", "Tìm MIMIKATZ!")]), written);
    assert_eq!(told(&[LEAK, ("Đã rõ.", "Là mimikatz.")]), written);
    // Another task's hint is read by those who have yet to solve this one.
    let hint = "points: 20\n    hints: [{cost: 1, text: {vi: Tìm mimikatz., en: Look.}}]";
    assert_eq!(told(&[LEAK, ("points: 20", hint)]), written);
}

#[test]
fn the_parts_of_a_task_are_looked_at_as_whole_tasks_are() {
    let written = [("scenario-answer-written", Severity::Warning)];
    let answers = "answers: {logic: all, parts: [
      {id: name, title: {vi: Tên, en: Name}, answer: {text: {accept: [mimikatz]}}},
      {id: rest, title: {vi: Còn lại, en: Rest}, answer: {choice: {options: [
        {id: a, text: {vi: Một, en: One}}, {id: b, text: {vi: Hai, en: Two}}], correct: a}}}]}";
    let parts = [("answer: {text: {accept: [mimikatz]}}", answers)];
    let with = |more: &[(&'static str, &'static str)]| -> Vec<_> {
        let all: Vec<(&str, &str)> = parts.iter().chain(more).copied().collect();
        let mut told = told(&all);
        // What the solution lacks now is nothing of what is looked at here.
        told.retain(|(id, _)| *id == "scenario-answer-written");
        told
    };
    assert_eq!(with(&[]), written, "an answer of a part");
    assert_eq!(with(&[LEAK]), []);
    let title = (
        "{vi: Còn lại, en: Rest}",
        "{vi: Mimikatz để lại gì?, en: Rest}",
    );
    assert_eq!(with(&[LEAK, title]), written, "the title of a part");
    let option = ("{vi: Hai, en: Two}", "{vi: Chạy Mimikatz, en: Two}");
    assert_eq!(with(&[LEAK, option]), written, "an option of a part");
}

#[test]
fn an_answer_that_gives_nothing_away_is_not_told() {
    let hint = "points: 30\n    hints: [{cost: 9, text: {vi: Mimikatz., en: Mimikatz.}}]";
    let cases: [&[(&str, &str)]; 6] = [
        &[LEAK],
        // Its own hint is paid for.
        &[LEAK, ("points: 30", hint)],
        // What comes once it is solved.
        &[
            LEAK,
            ("Đã rõ.", "Là mimikatz."),
            ("{solved: note}", "{solved: tool}"),
        ],
        &[("  - id: order\n", "  - id: order\n    requires: [tool]\n")],
        // Those who hold the exercise know.
        &[
            LEAK,
            ("Đã rõ.", "Là mimikatz."),
            ("to: blue, channel: chat", "to: white, channel: chat"),
        ],
        // A machine's name stands in every text.
        &[LEAK, ("[mimikatz]", "[server]")],
    ];
    for case in cases {
        assert_eq!(told(case), [], "{case:?}");
    }
}
