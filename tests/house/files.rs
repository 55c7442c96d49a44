//! Rules on single files: short, opened with their purpose, nothing put off.

use std::process::Command;

use crate::source::{expect_none, files, root};

/// Past this a file holds more than one topic.
const MOST_LINES: usize = 500;

/// Files that people write and read; lock files and data are not among them.
const WRITTEN: &[&str] = &[
    "rs", "ts", "tsx", "css", "hbs", "sh", "mjs", "js", "py", "php", "sql", "ftl", "md", "",
];

#[test]
fn no_file_is_longer_than_a_topic() {
    let findings: Vec<String> = files()
        .iter()
        .filter(|file| WRITTEN.contains(&file.extension()) && !file.path.ends_with("LICENSE"))
        .filter(|file| file.text.lines().count() > MOST_LINES)
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect();
    expect_none("No file over 500 lines: split it by topic", &findings);
}

#[test]
fn every_module_says_what_it_is_for() {
    let findings: Vec<String> = files()
        .iter()
        .filter(|file| file.extension() == "rs" && !file.text.starts_with("//! "))
        .map(|file| file.path.clone())
        .collect();
    expect_none(
        "Every Rust file opens with `//! ` and what it is for",
        &findings,
    );
}

#[test]
fn modules_stand_beside_their_folders() {
    let findings: Vec<String> = files()
        .iter()
        .filter(|file| file.path.ends_with("/mod.rs"))
        .map(|file| file.path.clone())
        .collect();
    expect_none("No mod.rs: `foo.rs` stands beside `foo/`", &findings);
}

#[test]
fn nothing_is_put_off() {
    // Written apart, so that this file does not find itself.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("X", "XX"),
    ];
    let mut findings = Vec::new();
    for file in files()
        .iter()
        .filter(|file| WRITTEN.contains(&file.extension()))
    {
        for (number, line) in file.text.lines().enumerate() {
            let words = line.split(|character: char| !character.is_ascii_alphanumeric());
            if words.into_iter().any(|word| marks.contains(&word)) {
                findings.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    expect_none("What is not done is not promised in the source", &findings);
}

#[test]
fn lints_are_expected_with_a_reason() {
    let findings: Vec<String> = files()
        .iter()
        .filter(|file| file.extension() == "rs" && file.path.starts_with("orchestrator/"))
        .flat_map(|file| {
            file.text
                .lines()
                .enumerate()
                .filter(|(_, line)| {
                    line.trim_start().starts_with("#[allow(")
                        || line.trim_start().starts_with("#![allow(")
                })
                .map(|(number, line)| format!("{}:{}: {}", file.path, number + 1, line.trim()))
                .collect::<Vec<_>>()
        })
        .collect();
    expect_none(
        "`#[expect(…, reason)]` rather than `allow`: it says why, and when it is no longer needed",
        &findings,
    );
}

/// A script that is only run on a fresh machine would otherwise be read for the first time there.
#[test]
fn every_shell_can_read_its_script() {
    let findings: Vec<String> = files()
        .iter()
        .filter(|file| {
            let head = file.text.lines().next().unwrap_or_default();
            head.starts_with("#!") && head.ends_with("sh")
        })
        .filter_map(|file| {
            let shell = file.text.lines().next()?.rsplit(['/', ' ']).next()?;
            let path = root().join(&file.path);
            let read = Command::new(shell).arg("-n").arg(path).output();
            match read {
                Ok(output) if output.status.success() => None,
                Ok(output) => Some(String::from_utf8_lossy(&output.stderr).into_owned()),
                Err(error) => Some(format!("{}: {error}", file.path)),
            }
        })
        .collect();
    expect_none("A script that its shell cannot read", &findings);
}
