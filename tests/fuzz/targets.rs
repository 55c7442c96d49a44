//! What reads things that others wrote, and the real files that it is tried with.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use thaotruong::{
    images::Opened,
    learning::course::Course,
    locales::Locale,
    scenarios::{
        Bundle, BundleFile, PlanInput, Seed, check,
        export::{Target as Export, export},
        import::{Format, Wanted, import},
        reading::Others,
        zip,
    },
    workforce::Plan,
};

use super::mutator::{Numbers, mutated};

/// Files by their paths.
pub type Files = BTreeMap<String, BundleFile>;

/// Something that reads: its name, what it is tried with, which of the files are changed, and what is done with them.
pub struct Target {
    pub name: &'static str,
    pub seeds: Vec<Files>,
    pub changed: fn(&str) -> bool,
    pub run: Box<dyn Fn(&Files)>,
}

impl Target {
    /// A seed with one or two of its files changed.
    pub fn input(&self, numbers: &mut Numbers) -> Files {
        let mut files = numbers.pick(&self.seeds).clone();
        for _ in 0..=numbers.below(2) {
            let names: Vec<String> = files
                .keys()
                .filter(|it| (self.changed)(it))
                .cloned()
                .collect();
            if names.is_empty() {
                break;
            }
            let name = numbers.pick(&names);
            if let Some(file) = files.get_mut(name) {
                file.bytes = mutated(&file.bytes, numbers);
            }
        }
        files
    }
}

/// All of them.
pub fn targets() -> Vec<Target> {
    let scenarios = scenarios();
    let mut all = vec![
        Target {
            name: "check",
            seeds: scenarios.clone(),
            changed: |name| is_yaml(name) || name.starts_with("files/"),
            run: Box::new(checked),
        },
        Target {
            name: "solution",
            seeds: scenarios.clone(),
            changed: |name| name == "solution.yaml",
            run: Box::new(checked),
        },
        Target {
            name: "course",
            seeds: folders("scenarios", "course.yaml"),
            changed: |_| true,
            run: Box::new(|files| {
                for file in files.values() {
                    let _ = Course::check("course.yaml", &file.bytes, &Others::default());
                }
            }),
        },
        Target {
            name: "plan",
            seeds: vec![read(&root("deploy/plans"))],
            changed: |_| true,
            run: Box::new(|files| {
                for file in files.values() {
                    let _ = Plan::check("plan.yaml", &file.bytes, &Others::default());
                }
            }),
        },
        Target {
            name: "zip",
            seeds: scenarios.iter().map(zipped).collect(),
            changed: |_| true,
            run: Box::new(|files| {
                for file in files.values() {
                    let _ = zip::unpack(&file.bytes);
                }
            }),
        },
        Target {
            name: "bundle",
            seeds: vec![one("bundle.tar", portable())],
            changed: |_| true,
            run: Box::new(opened),
        },
        Target {
            name: "xlsx",
            seeds: sheets(),
            changed: |_| true,
            run: Box::new(|files| imported(Format::Msel, files)),
        },
        Target {
            name: "xlsx-inside",
            seeds: sheets().iter().map(unzipped).collect(),
            changed: |name| name.starts_with("xl/"),
            run: Box::new(|files| imported(Format::Msel, &one("list.xlsx", packed(files)))),
        },
    ];
    let examples = root("orchestrator/src/scenarios/tests/import");
    for (name, folder, format) in [
        ("import-compose", "compose", Format::Compose),
        ("import-ctfcli", "ctfcli", Format::Ctfcli),
        ("import-ctfd", "ctfd", Format::Ctfd),
        ("import-sdl", "sdl", Format::OpenCyberRange),
        ("import-crcz", "crcz", Format::CyberRangeCz),
    ] {
        all.push(Target {
            name,
            seeds: vec![read(&examples.join(folder))],
            changed: |_| true,
            run: Box::new(move |files| imported(format, files)),
        });
    }
    all
}

/// What passes can be planned and has values, whatever is drawn.
fn checked(files: &Files) {
    let Ok(bundle) = Bundle::from_files(files.clone()) else {
        return;
    };
    let Some(definition) = check(bundle).definition else {
        return;
    };
    let sizes = definition.network_sizes();
    let subnets: Vec<_> = sizes
        .iter()
        .filter_map(|_| "10.0.0.0/24".parse().ok())
        .collect();
    let input = PlanInput {
        environment: thaotruong::ids::EnvironmentId(uuid::Uuid::nil()),
        seed: &Seed([3; 32]),
        subnets: &subnets,
        addresses: None,
    };
    // A drawn value may not fit where the Compose file has it: that is said, too.
    if definition.plan(&input).is_ok() {
        let values = definition.values(&input);
        let Ok(values) = values else { return };
        for written in thaotruong::scenarios::texts(&definition.scenario) {
            for locale in Locale::ALL {
                assert!(
                    values.render(written.text.get(locale)).is_ok(),
                    "{}",
                    written.name
                );
            }
        }
    }
}

/// What an importer makes of it is looked at like every scenario.
fn imported(format: Format, files: &Files) {
    if let Ok(imported) = import(format, files, &Wanted::default()) {
        let _ = check(imported.bundle);
    }
}

fn opened(files: &Files) {
    for file in files.values() {
        let Ok(place) = tempfile::NamedTempFile::new() else {
            return;
        };
        if fs::write(place.path(), &file.bytes).is_ok() {
            let _ = Opened::open(place.path());
        }
    }
}

/// The scenarios that ship and those that the tests have, the broken ones too.
fn scenarios() -> Vec<Files> {
    let mut all = folders("scenarios", "scenario.yaml");
    all.extend(folders("orchestrator/src/scenarios/tests", "scenario.yaml"));
    all.extend(folders(
        "orchestrator/src/scenarios/tests/mistakes",
        "scenario.yaml",
    ));
    all
}

/// The folders of a folder that hold a file.
fn folders(of: &str, file: &str) -> Vec<Files> {
    let mut places: Vec<PathBuf> = fs::read_dir(root(of))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|folder| folder.join(file).is_file())
        .collect();
    places.sort();
    let mut all: Vec<Files> = places.iter().map(|folder| read(folder)).collect();
    if file != "scenario.yaml" {
        for files in &mut all {
            files.retain(|name, _| name == file);
        }
    }
    all
}

/// The spreadsheets of the shipped scenarios.
fn sheets() -> Vec<Files> {
    let mut all = Vec::new();
    for files in folders("scenarios", "scenario.yaml") {
        let definition = Bundle::from_files(files)
            .ok()
            .and_then(|it| check(it).definition);
        if let Some(exported) = definition.and_then(|it| export(Export::Msel, &it, Locale::Vi).ok())
        {
            all.push(exported.files);
        }
    }
    all
}

fn unzipped(files: &Files) -> Files {
    let sheet = files.values().next();
    sheet
        .and_then(|file| zip::unpack(&file.bytes).ok())
        .unwrap_or_default()
}

/// A spreadsheet of what its folder `xl` holds: readers ask for nothing else of it.
fn packed(files: &Files) -> Vec<u8> {
    let inside = files
        .iter()
        .filter_map(|(name, file)| Some((name.strip_prefix("xl/")?, file)));
    zip::pack("xl", inside).unwrap_or_default()
}

fn zipped(files: &Files) -> Files {
    let files = files.iter().map(|(name, file)| (name.as_str(), file));
    one(
        "scenario.zip",
        zip::pack("scenario", files).unwrap_or_default(),
    )
}

/// The beginning of a portable bundle: no signature holds, and everything before it is read.
fn portable() -> Vec<u8> {
    let digest = "0".repeat(64);
    let manifest = format!(
        r#"{{"format":1,"scenario":{{"id":"one","version":1,"title":{{"vi":"Một","en":"One"}},"digest":"{digest}"}},"signer":"{digest}","files":[{{"path":"scenario.yaml","size":9,"sha256":"{digest}","executable":false}}],"images":[],"blobs":[]}}"#
    );
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in [
        ("manifest.json", manifest.as_str()),
        ("signature.jws", "a.b.c"),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        builder
            .append_data(&mut header, name, content.as_bytes())
            .unwrap();
    }
    builder.into_inner().unwrap()
}

fn is_yaml(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == "yaml")
}

fn one(name: &str, bytes: Vec<u8>) -> Files {
    Files::from([(name.to_owned(), BundleFile { bytes, mode: 0o644 })])
}

/// All files of a folder.
fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(here).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if let (Ok(bytes), Ok(name)) = (fs::read(&path), path.strip_prefix(folder)) {
                let name = name.to_string_lossy().into_owned();
                files.insert(name, BundleFile { bytes, mode: 0o644 });
            }
        }
    }
    files
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
