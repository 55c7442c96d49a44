//! What `scenario check` takes for each scenario that ships, beside merely reading the same YAML files into a tree.

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use thaotruong::scenarios::{Bundle, SCENARIO_FILE, check};

use crate::report::{Goal, Table, median};

/// How often each is measured.
const RUNS: usize = 51;
/// What an author who checks at every save does not notice.
const UNNOTICED: Duration = Duration::from_millis(100);

pub fn measure(table: &mut Table) {
    for folder in folders() {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let texts = texts(&folder);
        let checked = time(|| {
            let bundle = Bundle::open(&folder).expect("a scenario");
            assert!(check(bundle).definition.is_some(), "{name} has errors");
        });
        let read = time(|| {
            for text in &texts {
                let tree: serde_json::Value = serde_saphyr::from_str(text).expect("YAML");
                black_box(tree);
            }
        });
        let what = format!("check of {name}, beside reading its YAML");
        table.time(&what, Goal::Below(UNNOTICED), checked, read);
    }
}

fn folders() -> Vec<PathBuf> {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let entries = std::fs::read_dir(scenarios).expect("scenarios");
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a folder").path())
        .filter(|folder| folder.join(SCENARIO_FILE).exists())
        .collect();
    folders.sort();
    folders
}

fn texts(folder: &Path) -> Vec<String> {
    let files = [SCENARIO_FILE, "compose.yaml", "solution.yaml"];
    let texts = files.map(|file| std::fs::read_to_string(folder.join(file)));
    texts.into_iter().flatten().collect()
}

/// The median time of a piece of work.
fn time(work: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    median(&mut times)
}
