//! What is told of decisions that do not add up, on the shipped exercise around a table.

use super::bundle;
use crate::scenarios::{Bundle, check};

#[test]
fn a_decision_that_does_not_add_up_is_told_in_its_place() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../scenarios/ransomware-tabletop"
    );
    let opened = Bundle::open(folder.as_ref()).unwrap();
    let cases: [(&str, &str, &str, &[&str]); 7] = [
        (
            "scenario.yaml",
            "option: watch}",
            "option: wach}",
            &["scenario-unknown-option"],
        ),
        (
            "scenario.yaml",
            "{task: press, option: deny}",
            "{task: evidence, option: deny}",
            &["scenario-decided-kind"],
        ),
        (
            "scenario.yaml",
            "{task: press, option: deny}",
            "{task: pres, option: deny}",
            &["scenario-unknown-task"],
        ),
        (
            "scenario.yaml",
            "points: 60\n    answer",
            "points: 70\n    answer",
            &["scenario-decision-points"],
        ),
        (
            "scenario.yaml",
            "          - id: silence",
            "          - id: deny",
            &["scenario-option-twice"],
        ),
        (
            "scenario.yaml",
            "    requires: [isolate]\n    title: {vi: Thư",
            "    by: every_member\n    bonus: [5]\n    title: {vi: Thư",
            &["scenario-by-nothing", "scenario-worth-report"],
        ),
        (
            "solution.yaml",
            "task: ransom, answer: restore",
            "task: ransom, answer: restored",
            &["scenario-unknown-option"],
        ),
    ];
    for (file, from, to, expected) in cases {
        let files: Vec<(String, Vec<u8>)> = opened
            .files()
            .map(|(path, bytes)| {
                let text = String::from_utf8(bytes.bytes.clone()).unwrap();
                let text = if path == file {
                    assert!(text.contains(from), "{from}");
                    text.replacen(from, to, 1)
                } else {
                    text
                };
                (path.to_owned(), text.into_bytes())
            })
            .collect();
        let files = files.iter().map(|(path, of)| (path.as_str(), of.clone()));
        let problems = check(bundle(files)).problems;
        let ids: Vec<_> = problems.iter().map(|problem| problem.message.id).collect();
        assert_eq!(ids, expected, "{to}");
    }
}
