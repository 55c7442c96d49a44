//! Tests of what comes from other ranges and goes to other systems: each key's fate, and that what comes out holds.

mod columns;
mod crcz;
mod moves;
mod msel;
mod sdl;

use std::{collections::BTreeMap, fs};

use proptest::prelude::*;

use super::{folder, shown};
use crate::{
    locales::Locale,
    scenarios::{
        BundleFile, Definition, Severity, check,
        import::{Fate, Format, Imported, Report, Wanted, import, recognise},
    },
};

/// Files by path.
pub(super) fn files<'a>(
    files: impl IntoIterator<Item = (&'a str, Vec<u8>)>,
) -> BTreeMap<String, BundleFile> {
    files
        .into_iter()
        .map(|(path, bytes)| (path.to_owned(), BundleFile { bytes, mode: 0o644 }))
        .collect()
}

/// The files of an example.
fn example(name: &str) -> BTreeMap<String, BundleFile> {
    let folder = folder("import").join(name);
    let names = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    files(
        names
            .iter()
            .map(|name| (name.as_str(), fs::read(folder.join(name)).unwrap())),
    )
}

/// Images of ours in place of those of the examples.
fn wanted() -> Wanted {
    let images = [
        ("kali-desk", "thaotruong/workstation:1"),
        ("debian-portal", "thaotruong/portal:1"),
        ("debian-client", "thaotruong/base:1"),
        ("kali", "thaotruong/workstation:1"),
        ("debian-12-x86_64", "thaotruong/base:1"),
        ("router-box", "thaotruong/base:1"),
    ];
    Wanted {
        images: images
            .map(|(from, to)| (from.to_owned(), to.to_owned()))
            .into(),
        ..Wanted::default()
    }
}

/// Imports and checks: no error may be left.
fn faultless(format: Format, files: &BTreeMap<String, BundleFile>) -> (Definition, Report) {
    let Imported { bundle, report } = import(format, files, &wanted()).unwrap();
    let yaml = bundle.file("scenario.yaml").unwrap().bytes.clone();
    let checked = check(bundle);
    let errors = checked.count(Severity::Error);
    let problems = shown(&checked.problems, Locale::En);
    assert_eq!(errors, 0, "{problems}\n{}", String::from_utf8_lossy(&yaml));
    (checked.definition.unwrap(), report)
}

/// Each place with its fate must be told, and every message must be one.
fn tells(report: &Report, table: &[(&str, Fate)]) {
    let all = || {
        let lines = report.lines.iter();
        let lines = lines.map(|line| {
            format!(
                "{:?} {}: {}",
                line.fate,
                line.place,
                line.message.text(Locale::Vi)
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    for (place, fate) in table {
        let told = report
            .lines
            .iter()
            .any(|line| line.place == *place && line.fate == *fate);
        assert!(told, "{fate:?} {place}\n{}", all());
    }
    for line in &report.lines {
        for locale in [Locale::Vi, Locale::En] {
            let text = line.message.text(locale);
            assert!(
                !text.is_empty() && text != line.message.id,
                "{}",
                line.message.id
            );
        }
    }
}

#[test]
fn each_format_is_recognised_by_its_files() {
    assert_eq!(recognise(&example("sdl")), Some(Format::OpenCyberRange));
    assert_eq!(recognise(&example("crcz")), Some(Format::CyberRangeCz));
    let sheet = files([("Danh mục.XLSX", Vec::new())]);
    assert_eq!(recognise(&sheet), Some(Format::Msel));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_break_an_importer(bytes in prop::collection::vec(any::<u8>(), 0..400), text in ".{0,200}") {
        for bytes in [bytes, text.into_bytes()] {
            for (format, path) in [
                (Format::Msel, "a.xlsx"),
                (Format::CyberRangeCz, "training.json"),
                (Format::CyberRangeCz, "topology.yml"),
                (Format::OpenCyberRange, "a.yml"),
            ] {
                let _ = import(format, &files([(path, bytes.clone())]), &Wanted::default());
            }
        }
    }

    /// A changed example may be nonsense, but its importer still says so.
    #[test]
    fn no_change_of_an_example_breaks_its_importer(at in any::<prop::sample::Index>(), with in "[-\\[\\]{}:, 0-9a-z\"]{0,6}", cut in 0..40_usize) {
        for (name, format, path) in [
            ("sdl", Format::OpenCyberRange, "exercise.yml"),
            ("crcz", Format::CyberRangeCz, "training.json"),
            ("crcz", Format::CyberRangeCz, "topology.yml"),
        ] {
            let mut all = example(name);
            let bytes = &mut all.get_mut(path).unwrap().bytes;
            let start = at.index(bytes.len());
            let end = (start + cut).min(bytes.len());
            bytes.splice(start..end, with.bytes());
            if let Ok(imported) = import(format, &all, &wanted()) {
                let _ = check(imported.bundle);
            }
        }
    }
}
