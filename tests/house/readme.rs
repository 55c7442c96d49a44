//! The README says why each direct dependency is there: what has no reason is not built on.

use regex::Regex;

use crate::source::{expect_none, root};

#[test]
fn the_readme_gives_the_reason_for_each_dependency() {
    let manifest = std::fs::read_to_string(root().join("orchestrator/Cargo.toml"))
        .expect("the program's manifest");
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let named: Vec<String> = dependencies(&manifest);
    assert!(
        named.len() > 10,
        "the manifest's dependencies were not read"
    );
    let row = |name: &str| {
        Regex::new(&format!(
            r"(?m)^\| [^|]*`{}`[^|]* \| \S.*\|$",
            regex::escape(name)
        ))
        .expect("a pattern")
    };
    let findings: Vec<String> = named
        .into_iter()
        .filter(|name| !row(name).is_match(&readme))
        .map(|name| format!("`{name}`"))
        .collect();
    expect_none(
        "README.md has a row `| `name` | reason |` for each direct dependency; missing:",
        &findings,
    );
}

/// The names in all dependency tables of a manifest.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.trim().ends_with("dependencies]");
        } else if inside && let Some((name, _)) = line.split_once('=') {
            names.push(name.trim().trim_end_matches(".workspace").to_owned());
        }
    }
    names
}
