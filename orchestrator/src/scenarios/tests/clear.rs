//! Answers in clear: told where they give something away, and nowhere else.

use super::{bundle, folder, small::Small};
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

const FLAG: &str = "TT{0123456789abcdef0123456789abcdef}";

/// Tasks with a place for words in each text that a trainee reads.
const TEXTS: &str = "  - id: choose
    title: {vi: <task>, en: Choose}
    text: {vi: <text>, en: Choose one.}
    points: 10
    hints: [{cost: 1, text: {vi: <hint>, en: Hint}}]
    answer:
      decision:
        options:
          - {id: a, points: 10, text: {vi: <option>, en: One}, outcome: {vi: <outcome>, en: Done}}
          - {id: b, points: 0, text: {vi: Hai, en: Two}}
  - id: report
    title: {vi: Báo cáo, en: Report}
    text: {vi: Viết., en: Write.}
    points: 10
    answer: {report: {form: mau-03, due: 30m, rubric: [{id: a, points: 10, title: {vi: <rubric>, en: A}}]}}
  - id: tool
    title: {vi: Công cụ, en: Tool}
    text: {vi: Công cụ nào?, en: Which tool?}
    points: 10
    answers: {logic: any, parts: [
      {id: name, title: {vi: <part>, en: Name}, answer: {text: {accept: [mimikatz]}}},
      {id: rest, title: {vi: Số, en: Number}, answer: {choice: {options: [
        {id: a, text: {vi: <choice>, en: One}}, {id: b, text: {vi: Hai, en: Two}}], correct: a}}}]}
";
const KEYS: &str = "phases: [{id: p1, title: {vi: <phase>, en: P}, duration: 30m}]
cells: {blue: {briefing: {vi: <briefing>, en: B}}}
services:
  - {id: s, title: {vi: <service>, en: S}, from: checker, http: {node: server, port: 80}, points_per_minute: 1}
timeline:
  - {id: E1, at: 5m, title: {vi: <white>, en: W}, message: {to: blue, channel: mail, from: {vi: <from>, en: A}, subject: {vi: <subject>, en: S}, text: {vi: <message>, en: A}}}
";
const STEPS: &str = "  - {id: choose, solves: {task: choose, answer: a}}
  - {id: report, report: {task: report, grade: {a: 10}}}
  - {id: name, solves: {task: tool, part: name, answer: mimikatz}}
  - {id: rest, solves: {task: tool, part: rest, answer: a}}
";

#[test]
fn a_flag_is_found_in_every_text_that_trainees_read_and_an_answer_too() {
    let places = [
        "task", "text", "hint", "option", "outcome", "rubric", "part", "choice", "phase",
        "briefing", "service", "from", "subject", "message",
    ];
    let told = |place: &str, words: &str| -> Vec<&'static str> {
        let mut keys = KEYS.to_owned();
        let mut tasks = TEXTS.replace(
            "    points: 10\n    hints",
            "    phase: p1\n    points: 10\n    hints",
        );
        let at = format!("<{place}>");
        assert!(keys.contains(&at) || tasks.contains(&at), "{at}");
        for text in [&mut keys, &mut tasks] {
            *text = text
                .replace(&at, &format!("\"Là {words} đấy\""))
                .replace(['<', '>'], "");
        }
        Small {
            keys: &keys,
            tasks: &tasks,
            steps: STEPS,
            changes: &[],
        }
        .ids()
    };
    for place in places {
        assert_eq!(told(place, FLAG), ["scenario-flag-written"], "{place}");
        assert_eq!(
            told(place, "mimikatz"),
            ["scenario-answer-written"],
            "{place}"
        );
    }
    // Trainees do not read what the white cell calls an event.
    assert_eq!(told("white", FLAG), Vec::<&str>::new());
    let title = [(
        "{vi: Phát hiện, en: Detect}",
        "{vi: 'TT{0123456789abcdef0123456789abcdef}', en: Detect}",
    )];
    let objective = Small {
        changes: &title,
        ..Small::default()
    };
    assert_eq!(objective.ids(), ["scenario-flag-written"]);
}

#[test]
fn a_number_and_a_plain_pattern_are_looked_for_as_texts_are() {
    let tasks = "  - id: number
    title: {vi: Số, en: Number}
    text: {vi: Có 48213 dòng., en: There are 48213 lines.}
    points: 10
    answer: {number: {value: 48213}}
  - id: pattern
    title: {vi: Mẫu, en: Pattern}
    text: {vi: Dùng mimikatz., en: What is it?}
    points: 10
    answer: {pattern: {regex: '(?i)Mimikatz'}}
  - id: form
    title: {vi: Dạng, en: Form}
    text: {vi: Dạng T1234., en: Such as T1234.}
    points: 10
    answer: {pattern: {regex: 'T[0-9]{4}'}}
";
    let steps = "  - {id: number, solves: {task: number, answer: \"48213\"}}
  - {id: pattern, solves: {task: pattern, answer: mimikatz}}
  - {id: form, solves: {task: form, answer: T1001}}
";
    let told = Small {
        tasks,
        steps,
        ..Small::default()
    };
    assert_eq!(told.ids(), ["scenario-answer-written"; 3]);
}
