//! Imports run only downwards, in the order in which a request passes through the program.
//!
//! A module may use what stands below its row, and its own submodules; neighbours of one row know nothing of each
//! other. Effects that run upwards go through the journal.

use regex::Regex;

use crate::source::{SourceFile, expect_none, files_below};

/// The one table: top to bottom, as the layout in the README shows it.
const ORDER: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["http"],
    &["reports"],
    &["learning", "workforce"],
    &["exercises"],
    &["scoring", "browser", "images", "library"],
    &["environments"],
    &["accounts"],
    &["journal", "organisation", "ownership"],
    &["store"],
    &["scenarios"],
    BASE,
];

/// What everything may use; these may use each other.
const BASE: &[&str] = &[
    "clock", "ids", "tasks", "config", "locales", "random", "recent",
];

const SOURCES: &str = "orchestrator/src";

#[test]
fn imports_run_downwards() {
    let mut findings = Vec::new();
    for file in files_below(SOURCES, &["rs"]) {
        let Some((module, depth)) = place(&file) else {
            continue;
        };
        let Some(own_row) = row(&module) else {
            findings.push(format!(
                "{}: module `{module}` is missing in the table of this test",
                file.path
            ));
            continue;
        };
        for (line, used) in uses(&file, depth) {
            if used == module {
                continue;
            }
            let Some(used_row) = row(&used) else { continue };
            let among_base = BASE.contains(&module.as_str()) && BASE.contains(&used.as_str());
            if used_row <= own_row && !among_base {
                findings.push(format!(
                    "{}:{line}: `{module}` may not use `{used}`",
                    file.path
                ));
            }
        }
    }
    expect_none(
        "Imports run only downwards (the journal carries effects upwards)",
        &findings,
    );
}

fn row(module: &str) -> Option<usize> {
    ORDER.iter().position(|modules| modules.contains(&module))
}

/// The top module that a file belongs to, and how deep in it the file lies; `lib.rs` only lists modules.
fn place(file: &SourceFile) -> Option<(String, usize)> {
    let inner = file
        .path
        .strip_prefix(SOURCES)?
        .trim_start_matches('/')
        .strip_suffix(".rs")?;
    let parts: Vec<&str> = inner.split('/').collect();
    (inner != "lib").then(|| (parts[0].to_owned(), parts.len()))
}

/// Every top module that a file names, with the line: by `crate::`, by the crate's name, or by climbing with `super::`.
fn uses(file: &SourceFile, depth: usize) -> Vec<(usize, String)> {
    let paths = Regex::new(r"\b(crate|thaotruong)::|\b((?:super::)+)").expect("a pattern");
    let text = without_comments_and_strings(&file.text);
    let mut found = Vec::new();
    for captures in paths.captures_iter(&text) {
        let whole = captures.get(0).expect("the match");
        let climbs = captures
            .get(2)
            .map_or(usize::MAX, |climb| climb.as_str().matches("super").count());
        if climbs < depth {
            continue;
        }
        for (offset, name) in first_names(&text[whole.end()..]) {
            let line = text[..whole.end() + offset].matches('\n').count() + 1;
            found.push((line, name));
        }
    }
    found
}

/// The first name of a path, or of each path in braces: `{a::b, c}` gives `a` and `c`.
fn first_names(rest: &str) -> Vec<(usize, String)> {
    let name_at = |start: usize| {
        let name: String = rest[start..]
            .chars()
            .take_while(|character| character.is_alphanumeric() || *character == '_')
            .collect();
        (start, name)
    };
    if !rest.starts_with('{') {
        return vec![name_at(0)];
    }
    let (mut names, mut depth, mut expecting) = (Vec::new(), 0_usize, false);
    for (at, character) in rest.char_indices() {
        match character {
            '{' => {
                depth += 1;
                expecting = depth == 1;
            }
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' if depth == 1 => expecting = true,
            _ if expecting && (character.is_alphabetic() || character == '_') => {
                names.push(name_at(at));
                expecting = false;
            }
            _ => {}
        }
    }
    names
}

/// The text with comments and literals blanked out, line by line in place.
fn without_comments_and_strings(text: &str) -> String {
    let noise =
        Regex::new(r##"(?s)//[^\n]*|/\*.*?\*/|r#".*?"#|"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'"##)
            .expect("a pattern");
    noise
        .replace_all(text, |found: &regex::Captures<'_>| {
            found[0]
                .chars()
                .map(|character| if character == '\n' { '\n' } else { ' ' })
                .collect::<String>()
        })
        .into_owned()
}

#[test]
fn the_reader_of_imports_sees_all_forms() {
    let file = SourceFile {
        path: format!("{SOURCES}/store/people.rs"),
        text: "use crate::{ids::{A, B}, http};\n// crate::cli\nfn f() { crate::scoring::x(\"crate::cli\"); super::super::browser::y(); super::own(); }"
            .to_owned(),
    };
    let (module, depth) = place(&file).unwrap();
    assert_eq!((module.as_str(), depth), ("store", 2));
    let names: Vec<(usize, String)> = uses(&file, depth);
    let expected = [(1, "ids"), (1, "http"), (3, "scoring"), (3, "browser")];
    assert_eq!(names, expected.map(|(line, name)| (line, name.to_owned())));
}
