//! Tests of the whole way from files to plans.

mod answers;
mod catalogues;
mod clear;
mod compose_keys;
mod decisions;
mod draws;
mod errors;
mod formats;
mod import;
pub mod mutations;
mod reach;
mod robustness;
pub mod schemas;
mod scoring;
mod sides;
mod small;
mod untranslated;
mod waits;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{Bundle, BundleFile, Definition, check};
use crate::locales::Locale;

/// A folder beside this file.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/scenarios/tests")
        .join(name)
}

/// The scenario that has one of each and no fault.
pub(super) fn plain() -> Definition {
    let checked = check(Bundle::open(&folder("plain")).unwrap());
    assert_eq!(shown(&checked.problems, Locale::En), "");
    checked.definition.unwrap()
}

/// A bundle of texts.
fn bundle<'a>(files: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Bundle {
    let files = files
        .into_iter()
        .map(|(path, bytes)| (path.to_owned(), BundleFile { bytes, mode: 0o644 }));
    Bundle::from_files(files.collect::<BTreeMap<_, _>>()).unwrap()
}

/// Problems as a terminal shows them.
pub fn shown(problems: &[super::Problem], locale: Locale) -> String {
    problems
        .iter()
        .map(|problem| problem.show(locale))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn shipped_scenarios_are_faultless() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let folders = std::fs::read_dir(scenarios)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    for folder in folders.filter(|folder| folder.join(super::SCENARIO_FILE).exists()) {
        let checked = check(Bundle::open(&folder).unwrap());
        assert_eq!(
            shown(&checked.problems, Locale::Vi),
            "",
            "{}",
            folder.display()
        );
        assert!(checked.definition.is_some());
    }
}
