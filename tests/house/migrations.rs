//! One schema on two databases: what one engine gets, the other gets in the same step.

use std::collections::BTreeSet;

use regex::Regex;

use crate::source::{expect_none, files_below};

#[test]
fn both_databases_take_the_same_steps() {
    let [sqlite, postgres] = ["sqlite", "postgres"].map(|engine| {
        let folder = format!("orchestrator/migrations/{engine}");
        let steps: BTreeSet<String> = files_below(&folder, &["sql"])
            .into_iter()
            .map(|file| file.path[folder.len() + 1..].to_owned())
            .collect();
        steps
    });
    let findings: Vec<String> = sqlite
        .symmetric_difference(&postgres)
        .map(|step| format!("{step} stands in one folder of orchestrator/migrations alone"))
        .collect();
    expect_none("Every migration exists for both databases", &findings);
}

#[test]
fn both_databases_have_the_same_columns() {
    let [sqlite, postgres] = ["sqlite", "postgres"].map(columns);
    assert!(!sqlite.is_empty(), "the migrations were not read");
    let findings: Vec<String> = sqlite
        .symmetric_difference(&postgres)
        .map(|column| {
            let only = if sqlite.contains(column) {
                "SQLite"
            } else {
                "PostgreSQL"
            };
            format!("{column} exists on {only} alone")
        })
        .collect();
    expect_none("Both databases have the same tables and columns", &findings);
}

/// `table.column` of every `create table` and `add column` in an engine's migrations.
fn columns(engine: &str) -> BTreeSet<String> {
    let table =
        Regex::new(r"(?s)create table (?:if not exists )?(\w+) \((.*?)\n\)").expect("a pattern");
    let added = Regex::new(r"alter table (\w+) add column (\w+)").expect("a pattern");
    let column = Regex::new(r"^\s+([a-z_]+)\s+[a-z]").expect("a pattern");
    let constraints = ["primary", "unique", "foreign", "check", "constraint"];
    let mut found = BTreeSet::new();
    for file in files_below(&format!("orchestrator/migrations/{engine}"), &["sql"]) {
        for created in table.captures_iter(&file.text) {
            let names = created[2].lines().filter_map(|line| column.captures(line));
            let names = names
                .map(|name| name[1].to_owned())
                .filter(|name| !constraints.contains(&name.as_str()));
            found.extend(names.map(|name| format!("{}.{name}", &created[1])));
        }
        for name in added.captures_iter(&file.text) {
            found.insert(format!("{}.{}", &name[1], &name[2]));
        }
    }
    found
}
