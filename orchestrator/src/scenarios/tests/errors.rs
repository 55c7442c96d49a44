//! Every mistake is reported, in place, in both languages.

use std::fmt::Write as _;

use insta::assert_snapshot;

use super::{bundle, folder, shown};
use crate::{
    locales::Locale,
    scenarios::{Bundle, BundleError, Severity, check},
};

#[test]
fn a_badly_broken_scenario_tells_all_at_once() {
    let checked = check(Bundle::open(&folder("broken")).unwrap());
    assert!(checked.definition.is_none());
    assert_snapshot!("broken_vi", shown(&checked.problems, Locale::Vi));
    assert_snapshot!("broken_en", shown(&checked.problems, Locale::En));
    assert!(checked.count(Severity::Error) > 80);
}

/// A sentence that shows its id, or a value that is missing in it, is a mistake of ours.
#[test]
fn every_message_is_a_sentence() {
    let checked = check(Bundle::open(&folder("broken")).unwrap());
    for problem in &checked.problems {
        for locale in Locale::ALL {
            let view = problem.view(locale);
            for text in [Some(view.message), view.help].into_iter().flatten() {
                assert!(
                    !text.starts_with("scenario-") && !text.contains("{ $") && !text.contains("{$"),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn files_that_are_not_yaml_say_where() {
    let cases = [
        ("tab", "scenario: a\ntitle:\n\tvi: x\n"),
        ("quote", "scenario: \"a\nversion: 1\n"),
        ("bracket", "attack: [T1190\nversion: 1\n"),
        ("mismatch", "attack: [T1190}\n"),
        ("comma", "title: {vi: \"a\" en: b}\n"),
        ("colon", "summary: một: hai\n"),
        ("no_colon", "scenario a\nversion: 1\n"),
        ("indentation", "nodes:\n    a: 1\n  b: 2\n"),
        ("documents", "scenario: a\n---\nscenario: b\n"),
        ("tag", "scenario: !secret a\n"),
        ("merge", "nodes: {<<: 1}\n"),
        ("list", "- a\n- b\n"),
        ("empty", ""),
        ("key", "? [a, b]\n: c\n"),
    ];
    let mut report = String::new();
    for (name, text) in cases {
        let checked = check(bundle([("scenario.yaml", text.as_bytes().to_vec())]));
        assert!(checked.definition.is_none(), "{name}");
        let first = checked
            .problems
            .iter()
            .find(|problem| {
                !matches!(
                    problem.message.id,
                    "scenario-missing-key" | "scenario-none-of"
                )
            })
            .unwrap();
        let (vi, en) = (first.show(Locale::Vi), first.show(Locale::En));
        writeln!(
            report,
            "{name}
{vi}{en}"
        )
        .unwrap();
    }
    assert_snapshot!(report);
}

#[test]
fn missing_and_unreadable_files_are_named() {
    type Files = Vec<(&'static str, Vec<u8>)>;
    let cases: [(&str, Files); 3] = [
        ("nothing", vec![]),
        (
            "latin",
            vec![("scenario.yaml", b"scenario: a\ntitle: \xe1\n".to_vec())],
        ),
        ("large", vec![("scenario.yaml", vec![b' '; (1 << 20) + 1])]),
    ];
    let mut report = String::new();
    for (name, files) in cases {
        let checked = check(bundle(files));
        let shown = shown(&checked.problems, Locale::En);
        writeln!(report, "{name}\n{shown}").unwrap();
    }
    assert_snapshot!(report);
}

#[test]
fn a_file_that_cannot_be_read_hides_no_other_mistake_and_invents_none() {
    let mut files: Vec<(String, Vec<u8>)> = Bundle::open(&folder("plain"))
        .unwrap()
        .files()
        .map(|(path, file)| (path.to_owned(), file.bytes.clone()))
        .collect();
    for (path, bytes) in &mut files {
        if path == "compose.yaml" {
            *bytes = b"services: [".to_vec();
        }
    }
    let checked = check(bundle(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.clone())),
    ));
    let places: Vec<_> = checked
        .problems
        .iter()
        .map(|problem| (problem.file.as_str(), problem.message.id))
        .collect();
    assert_eq!(places, [("compose.yaml", "scenario-yaml-open")]);
}

#[test]
fn bundles_hold_nothing_but_files_within() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("passwd")).unwrap();
    assert!(matches!(
        Bundle::open(folder.path()),
        Err(BundleError::Special(_))
    ));
    for path in ["/etc/passwd", "../a", "a//b", "a/./b", "", "a\\b", "a\nb"] {
        let file = crate::scenarios::BundleFile {
            bytes: Vec::new(),
            mode: 0o644,
        };
        let files = std::iter::once((path.to_owned(), file)).collect();
        assert!(
            matches!(Bundle::from_files(files), Err(BundleError::Path(_))),
            "{path:?}"
        );
    }
    let one = bundle([("a", b"1".to_vec()), ("b", b"2".to_vec())]);
    assert_eq!(
        one.digest(),
        bundle([("b", b"2".to_vec()), ("a", b"1".to_vec())]).digest()
    );
    assert_ne!(
        one.digest(),
        bundle([("a", b"12".to_vec()), ("b", b"".to_vec())]).digest()
    );
}
