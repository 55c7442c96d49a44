//! Scenarios of other systems: what becomes of each key, and that the result holds.

mod challenges;
mod compose;
mod ctfd;
mod hostile;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{folder, shown};
use crate::{
    locales::Locale,
    scenarios::{
        Bundle, BundleFile, Definition, Severity, check,
        import::{self, Fate, Format, ImportError, Imported, Report, Wanted},
    },
};

fn file(text: &str) -> BundleFile {
    BundleFile {
        bytes: text.as_bytes().to_vec(),
        mode: 0o644,
    }
}

/// Files by their paths.
fn files<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, BundleFile> {
    texts
        .into_iter()
        .map(|(path, text)| (path.to_owned(), file(text)))
        .collect()
}

/// The files of an example beside this file.
fn example(name: &str) -> BTreeMap<String, BundleFile> {
    let bundle = Bundle::open(&folder("import").join(name)).unwrap();
    bundle
        .files()
        .map(|(path, file)| (path.to_owned(), file.clone()))
        .collect()
}

/// Imports what must come out free of errors; warnings are given back in English.
fn imported(format: Format, files: &BTreeMap<String, BundleFile>) -> (Definition, Report) {
    assert_eq!(import::recognise(files), Some(format));
    let Imported { bundle, report } = import::import(format, files, &Wanted::default()).unwrap();
    let written = text_of(&bundle, "scenario.yaml") + &text_of(&bundle, "compose.yaml");
    let checked = check(bundle);
    assert_eq!(
        checked.count(Severity::Error),
        0,
        "{}\n{written}",
        shown(&checked.problems, Locale::En)
    );
    (checked.definition.unwrap(), report)
}

fn text_of(bundle: &Bundle, path: &str) -> String {
    String::from_utf8(bundle.file(path).unwrap().bytes.clone()).unwrap()
}

/// The fate of a place and the message's id.
fn fate(report: &Report, place: &str) -> (Fate, &'static str) {
    let told: Vec<&str> = report
        .lines
        .iter()
        .map(|line| line.place.as_str())
        .collect();
    let line = report.line(place);
    let line = line.unwrap_or_else(|| panic!("{place} is not told, but {told:#?}"));
    (line.fate, line.message.id)
}

fn fate_of_all(report: &Report, expected: &[(&str, Fate, &str)]) {
    for (place, fate_there, id) in expected {
        assert_eq!(fate(report, place), (*fate_there, *id), "{place}");
    }
}

#[test]
fn every_message_of_a_report_speaks_both_languages() {
    for (format, name) in [
        (Format::Compose, "compose"),
        (Format::Ctfcli, "ctfcli"),
        (Format::Ctfd, "ctfd"),
    ] {
        let (_, report) = imported(format, &example(name));
        for line in &report.lines {
            for locale in Locale::ALL {
                let text = line.message.text(locale);
                assert!(
                    !text.is_empty() && !text.contains("{$") && !text.starts_with("Unknown"),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn an_importer_says_what_to_mend() {
    let wrong = |format, files: &BTreeMap<String, BundleFile>, id: Option<&str>| {
        let wanted = Wanted {
            id: id.map(str::to_owned),
            ..Wanted::default()
        };
        import::import(format, files, &wanted)
            .unwrap_err()
            .message()
            .id
    };
    let compose = files([("compose.yaml", "services: {a: {image: b}}")]);
    assert_eq!(
        wrong(Format::Compose, &compose, Some("Not a name")),
        "scenario-name"
    );
    assert_eq!(wrong(Format::Compose, &files([]), None), "import-missing");
    assert_eq!(
        wrong(
            Format::Compose,
            &files([("compose.yaml", "services: {}")]),
            None
        ),
        "import-nothing"
    );
    assert_eq!(
        wrong(
            Format::Compose,
            &files([("compose.yaml", "services: [")]),
            None
        ),
        "scenario-yaml-open"
    );
    assert_eq!(
        wrong(Format::Ctfd, &files([("db/challenges.json", "{")]), None),
        "import-json"
    );
    assert_eq!(
        wrong(Format::Ctfcli, &files([("challenge.yml", "a: 1")]), None),
        "import-nothing"
    );
    let binary = BTreeMap::from([(
        "challenge.yml".to_owned(),
        BundleFile {
            bytes: vec![0xff],
            mode: 0,
        },
    )]);
    assert_eq!(wrong(Format::Ctfcli, &binary, None), "import-no-text");
    assert!(matches!(
        import::recognise(&files([("a.txt", "services")])).ok_or(ImportError::Unrecognised),
        Err(ImportError::Unrecognised)
    ));
}

/// A file of the examples with a slip in one place.
fn slipped(name: &str, path: &str, at: usize, with: &str) -> BTreeMap<String, BundleFile> {
    let mut files = example(name);
    let file = files.get_mut(path).unwrap();
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let at = (0..=at % (text.len() + 1))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap();
    let end = text[at..]
        .char_indices()
        .nth(with.len() % 5)
        .map_or(text.len(), |(more, _)| at + more);
    file.bytes = format!("{}{with}{}", &text[..at], &text[end..]).into_bytes();
    files
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_imported_or_refused(format in 0..3_usize, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let path = ["compose.yaml", "challenge.yml", "db/challenges.json"][format];
        let files = BTreeMap::from([(path.to_owned(), BundleFile { bytes, mode: 0o644 })]);
        let _ = import::import(Format::ALL[format], &files, &Wanted::default());
    }

    #[test]
    fn slips_are_imported_or_refused(
        which in 0..5_usize,
        at in 0..4_000_usize,
        with in "[-a-z{}\\[\\]:,#&*!|>'\"%@`?<$ \\n0-9ệ\u{202e}/.]{0,6}",
    ) {
        let (format, name, path) = [
            (Format::Compose, "compose", "docker-compose.yml"),
            (Format::Ctfcli, "ctfcli", "web-login/challenge.yml"),
            (Format::Ctfcli, "ctfcli", "crypto-note/challenge.yml"),
            (Format::Ctfd, "ctfd", "db/challenges.json"),
            (Format::Ctfd, "ctfd", "db/flags.json"),
        ][which];
        let files = slipped(name, path, at, &with);
        if let Ok(Imported { bundle, .. }) = import::import(format, &files, &Wanted::default()) {
            // What comes out can be read; mistakes in it are its author's, never in the YAML that we write.
            let checked = check(bundle);
            for problem in &checked.problems {
                let id = problem.message.id;
                prop_assert!(!id.starts_with("scenario-yaml") && id != "scenario-unknown-key", "{}", problem.show(Locale::En));
            }
        }
    }
}
