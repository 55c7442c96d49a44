//! What an author is told of worths, parts, members, ratings and pass marks.

use insta::assert_snapshot;

use super::{bundle, folder, shown};
use crate::{
    locales::Locale,
    scenarios::{Bundle, Decay, Draw, Penalty, RatingShares, Seed, Severity, check},
};

/// The faultless scenario with other tasks, objectives and steps.
fn with(change: impl Fn(&str, String) -> String) -> Bundle {
    let plain = Bundle::open(&folder("plain")).unwrap();
    let files = plain.files().map(|(path, file)| {
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        (path, change(path, text).into_bytes())
    });
    bundle(files.collect::<Vec<_>>())
}

fn more(tasks: &str, steps: &str) -> Bundle {
    with(|path, text| match path {
        "scenario.yaml" => text.replace("services:\n", &format!("{tasks}services:\n")),
        "solution.yaml" => format!("{}\n{steps}", text.trim_end()),
        "files/readme" => format!("{text} {{{{flag.two.one}}}} {{{{flag.two.other}}}}\n"),
        _ => text,
    })
}

const TWO: &str = "  - id: two
    title: {vi: Hai, en: Two}
    text: {vi: Hai., en: Two.}
    points: 50
    decay: {to: 10, solves: 3}
    bonus: [20, 10]
    penalty: {points: 5, free: 2}
    by: every_member
    answers:
      logic: any
      parts:
        - {id: one, title: {vi: Một, en: One}, answer: {flag: {}}}
        - {id: other, title: {vi: Kia, en: Other}, answer: {flag: {}}}
";
const STEPS: &str = "  - {id: t1, solves: {task: two, part: one, answer: '{{capture.flag}}'}}
  - {id: t2, solves: {task: two, part: other, answer: '{{capture.flag}}'}}
";

#[test]
fn parts_have_flags_of_their_own_and_worths_are_read() {
    let checked = check(more(TWO, STEPS));
    assert_eq!(shown(&checked.problems, Locale::En), "");
    let scenario = checked.definition.unwrap().scenario;
    let task = scenario.task(&"two".into()).unwrap();
    assert_eq!(task.worth.decay, Some(Decay { to: 10, solves: 3 }));
    assert_eq!(task.worth.penalty, Some(Penalty { points: 5, free: 2 }));
    assert_eq!((task.floor(), task.most()), (10, 70));
    assert_eq!(
        scenario.highest_score(crate::scenarios::Cell::Blue)
            - scenario.certain_score(crate::scenarios::Cell::Blue),
        60
    );
    assert_eq!(scenario.objectives[0].rating, RatingShares::default());
    let draw = Draw::new(&scenario, &Seed([1; 32]));
    let flags: Vec<_> = task
        .ways()
        .iter()
        .map(|way| draw.flag(&way.flag).unwrap())
        .collect();
    assert_ne!(flags[0], flags[1]);
    assert!(draw.flag(&"two".into()).is_none());
}

fn task(id: &str, points: u32, more: &str) -> String {
    format!(
        "  - id: {id}\n    title: {{vi: A, en: A}}\n    text: {{vi: A, en: A}}\n    points: {points}\n    {}\n",
        more.replace('\n', "\n    ")
    )
}

#[test]
fn every_mistake_in_worths_and_parts_is_told() {
    let text = "answer: {text: {accept: [a]}}";
    let part = |id: &str, answer: &str| {
        format!("{{id: {id}, title: {{vi: P, en: P}}, answer: {{{answer}}}}}")
    };
    let parts = |logic: &str, parts: &[String]| {
        format!("answers: {{logic: {logic}, parts: [{}]}}", parts.join(", "))
    };
    let (a, b) = (
        part("a", "text: {accept: [a]}"),
        part("b", "text: {accept: [b]}"),
    );
    let report = "answer: {report: {form: mau-03, due: 30m, rubric: [{id: x, points: 10, title: {vi: X, en: X}}]}}";
    let seen = "answer: {check: {from: checker, run: [x]}}";
    let tasks = [
        task("d1", 10, &format!("decay: {{to: 10, solves: 0}}\n{text}")),
        task("d2", 10, &format!("decay: {{solve: 3}}\n{text}")),
        task(
            "d3",
            10,
            &format!("decay: {{to: 2, solves: 3}}\nbonus: []\n{report}"),
        ),
        task("b1", 10, &format!("bonus: [5, 6, 0]\n{text}")),
        task("b2", 10, &format!("bonus: {{first: 3}}\n{report}")),
        task("b3", 10, &format!("bonus: [3]\n{report}")),
        task("n1", 10, &format!("penalty: {{points: 2}}\n{seen}")),
        task(
            "n2",
            10,
            &format!("penalty: {{points: 11, free: -1}}\n{text}"),
        ),
        task(
            "n3",
            10,
            "penalty: {points: 2, free: 2}\nanswer: {text: {accept: [a], attempts: 3}}",
        ),
        task("m1", 10, &format!("by: every_member\n{seen}")),
        task(
            "m3",
            10,
            "by: every_member\nanswer: {text: {accept: [a], attempts: 3}}",
        ),
        task("m2", 10, &format!("by: every-member\n{text}")),
        task("p1", 10, &parts("both", &[a.clone(), b.clone()])),
        task("p2", 10, &parts("all", std::slice::from_ref(&a))),
        task("p3", 10, &parts("all", &[a.clone(), a.clone()])),
        task(
            "p4",
            10,
            &parts(
                "any",
                &[a.clone(), part("c", "check: {from: checker, run: [x]}")],
            ),
        ),
        task(
            "p5",
            10,
            &format!("{text}\n{}", parts("all", &[a.clone(), b.clone()])),
        ),
        task("p6", 10, "answers: {parts: []}"),
        task("s1", 10, &parts("any", &[a.clone(), b.clone()])),
        task("s2", 10, &parts("all", &[a, b])),
        task("s3", 10, text),
    ]
    .concat();
    let steps = "  - {id: x1, solves: {task: s1, part: a, answer: a}}
  - {id: x2, solves: {task: s2, answer: a}}
  - {id: x3, solves: {task: s2, part: bb, answer: a}}
  - {id: x4, solves: {task: s3, part: a, answer: a}}
";
    let bundle = with(|path, text| match path {
        "scenario.yaml" => text
            .replace("services:\n", &format!("{tasks}services:\n"))
            .replace(
                "title: {vi: Phát hiện, en: Detect}}",
                "title: {vi: Phát hiện, en: Detect}, rating: {p: 80, s: 85, M: 30}}",
            ),
        "solution.yaml" => format!("{}\n{steps}", text.trim_end()),
        _ => text,
    });
    let checked = check(bundle);
    assert!(checked.definition.is_none());
    assert_snapshot!("scoring_vi", shown(&checked.problems, Locale::Vi));
    assert_snapshot!("scoring_en", shown(&checked.problems, Locale::En));
    assert!(checked.count(Severity::Error) > 20);
}

#[test]
fn a_pass_mark_that_a_late_team_cannot_reach_is_told() {
    let ids = |points: &str| {
        let bundle = with(|path, text| {
            match path {
            "scenario.yaml" => text
                .replace("    points: 50\n    answer: {text", "    points: 50\n    decay: {to: 20, solves: 5}\n    bonus: [10]\n    answer: {text")
                .replace("points: 240", &format!("points: {points}")),
            _ => text,
        }
        });
        let problems = check(bundle).problems;
        problems.iter().map(|it| it.message.id).collect::<Vec<_>>()
    };
    let highest = check(Bundle::open(&folder("plain")).unwrap());
    let highest = highest
        .definition
        .unwrap()
        .scenario
        .highest_score(crate::scenarios::Cell::Blue);
    assert_eq!(ids(&(highest - 30).to_string()), [""; 0]);
    assert_eq!(
        ids(&(highest - 29).to_string()),
        ["scenario-pass-mark-early"]
    );
    assert_eq!(
        ids(&(highest + 10).to_string()),
        ["scenario-pass-mark-early"]
    );
    assert_eq!(ids(&(highest + 11).to_string()), ["scenario-pass-mark"]);
}
