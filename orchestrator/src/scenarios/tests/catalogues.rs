//! Techniques and work roles against the lists that ship with the program.

use super::{bundle, folder};
use crate::{
    locales::Locale,
    scenarios::{Bundle, Problem, Severity, check},
};

/// What is said of the faultless scenario with one more line.
fn with(line: &str) -> Vec<Problem> {
    let plain = Bundle::open(&folder("plain")).unwrap();
    let files = plain.files().map(|(path, file)| {
        let mut bytes = file.bytes.clone();
        if path == "scenario.yaml" {
            bytes.extend(line.bytes());
        }
        (path, bytes)
    });
    check(bundle(files)).problems
}

fn said(line: &str) -> Vec<(Severity, &'static str, String)> {
    let problems = with(line).into_iter();
    problems
        .map(|problem| {
            let help = problem.help.map(|help| help.text(Locale::En));
            (
                problem.severity,
                problem.message.id,
                help.unwrap_or_default(),
            )
        })
        .collect()
}

#[test]
fn what_is_known_passes() {
    assert_eq!(
        said("attack: [T1190, T1505.003]\nskills: [PD-WRL-003]\n"),
        []
    );
}

#[test]
fn what_never_was_is_a_mistake_and_the_nearest_is_named() {
    let found = said("attack: [T1191, T1550.33, Web Shell]\nskills: [PB-WRL-003]\n");
    let ids: Vec<_> = found
        .iter()
        .map(|(severity, id, _)| (*severity, *id))
        .collect();
    assert_eq!(
        ids,
        [
            (Severity::Error, "scenario-attack-unknown"),
            (Severity::Error, "scenario-attack"),
            (Severity::Error, "scenario-attack"),
            (Severity::Error, "scenario-skill-unknown"),
        ]
    );
    assert!(
        found
            .iter()
            .all(|(_, _, help)| help.starts_with("did you mean")),
        "{found:?}"
    );
    assert!(
        found[2].2.contains("T1505.003") && found[3].2.contains("Incident Response"),
        "{found:?}"
    );
}

#[test]
fn what_a_later_release_may_have_is_only_a_warning() {
    let found = said("attack: [T1741, T1505.020, T1741.001]\nskills: [PD-WRL-067]\n");
    let ids: Vec<_> = found
        .iter()
        .map(|(severity, id, _)| (*severity, *id))
        .collect();
    let newer = (Severity::Warning, "scenario-attack-newer");
    assert_eq!(
        ids,
        [
            newer,
            newer,
            newer,
            (Severity::Warning, "scenario-skill-newer")
        ]
    );
    // So many do not come in a few years: a digit has slipped.
    let found = said("attack: [T1742, T9999, T1505.999]\nskills: [PD-WRL-068]\n");
    assert!(
        found
            .iter()
            .all(|(severity, ..)| *severity == Severity::Error)
            && found.len() == 4
    );
}
