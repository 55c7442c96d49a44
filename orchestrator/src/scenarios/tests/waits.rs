//! What is told of a solution's steps that ask, wait and file reports.

use super::{bundle, folder};
use crate::{
    locales::Locale,
    scenarios::{Bundle, Problem, check},
};

/// The problems of a scenario in which some words of one file are others.
fn told(name: &str, file: &str, from: &str, to: &str) -> Vec<Problem> {
    let opened = Bundle::open(&folder(name)).unwrap();
    let files: Vec<(String, Vec<u8>)> = opened
        .files()
        .map(|(path, bytes)| {
            let mut text = String::from_utf8(bytes.bytes.clone()).unwrap();
            if path == file {
                assert!(text.contains(from), "{from}");
                text = text.replace(from, to);
            }
            (path.to_owned(), text.into_bytes())
        })
        .collect();
    let files = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()));
    check(bundle(files)).problems
}

#[test]
fn a_step_that_cannot_ask_or_waits_in_vain_is_told_in_its_place() {
    let early = "steps:\n  - {id: early, wait: {for: {solved: word}}}\n";
    let both = "    run: /opt/mend\n    request: {node: desk, url: http://portal/}\n";
    let cases = [
        ("{event: E01}", "{event: E09}", "scenario-unknown-event", 15),
        (
            "{check: mended}",
            "{check: word}",
            "scenario-expect-kind",
            21,
        ),
        ("steps:\n", early, "scenario-wait-unsolved", 2),
        ("http://portal/login", "portal/login", "scenario-url", 6),
        ("Cookie:", "Coo kie:", "scenario-header-name", 7),
        (
            "desk\n      method",
            "portal\n      method",
            "scenario-no-terminal",
            4,
        ),
        ("POST", "PSOT", "scenario-choice", 5),
        ("    run: /opt/mend\n", both, "scenario-run-and-request", 21),
    ];
    for (from, to, id, line) in cases {
        let problems = told("steps", "solution.yaml", from, to);
        let found: Vec<_> = problems
            .iter()
            .map(|problem| (problem.message.id, problem.span.line))
            .collect();
        assert_eq!(found, [(id, line)], "{to}");
    }
    let manual = ("when: {solved: word}", "manual: true");
    let problems = told("steps", "scenario.yaml", manual.0, manual.1);
    assert_eq!(problems[0].message.id, "scenario-wait-manual");
}

#[test]
fn a_report_has_the_fields_of_its_form() {
    let problems = told("plain", "solution.yaml", "{reporter:", "{reportr:");
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}");
    };
    assert_eq!(problem.message.id, "scenario-unknown-field");
    assert_eq!(problem.span.length, "reportr".len());
    let view = problem.view(Locale::En);
    assert!(view.help.unwrap().contains("`reporter`"));
    let problems = told("plain", "solution.yaml", "{reporter:", "{đội:");
    let view = problems[0].view(Locale::En);
    assert!(view.help.unwrap().contains("reporter, operator, owner"));
}
