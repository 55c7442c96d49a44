//! Texts and pages: both languages say everything that is asked for, and nothing is kept that no page shows.
//!
//! A message id may be put together from a part that ends in a hyphen and a value, as in `"role-"` and the role's
//! name; every id that starts with such a part then counts as used.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::source::{SourceFile, expect_none, files_below};

const LOCALES: &[&str] = &["vi", "en"];

/// Message ids of one locale, each with the variables it shows and its place.
type Messages = BTreeMap<String, (BTreeSet<String>, String)>;

#[test]
fn both_languages_have_every_message_with_the_same_variables() {
    let [vi, en] = [messages("vi"), messages("en")];
    let mut findings = Vec::new();
    for (has, other, name) in [(&vi, &en, "en"), (&en, &vi, "vi")] {
        for (id, (variables, place)) in has {
            match other.get(id) {
                None => findings.push(format!("{place}: `{id}` is missing in {name}")),
                Some((others, _)) if others != variables && name == "en" => {
                    findings.push(format!(
                        "{place}: `{id}` shows {variables:?}, in {name} {others:?}"
                    ));
                }
                Some(_) => {}
            }
        }
    }
    expect_none("Every message stands in both languages", &findings);
}

#[test]
fn no_message_is_defined_twice() {
    let mut findings = Vec::new();
    for locale in LOCALES {
        let mut seen = BTreeMap::new();
        for (id, place) in definitions(locale)
            .into_iter()
            .map(|message| (message.id, message.place))
        {
            if let Some(first) = seen.insert(id.clone(), place.clone()) {
                findings.push(format!("{place}: `{id}` stands already at {first}"));
            }
        }
    }
    expect_none("Each message is defined once a language", &findings);
}

#[test]
fn every_message_asked_for_exists() {
    let defined = messages("vi");
    let asked = Regex::new(r#"[({]t(?:-[a-z]+)?\s+"([^"]+)""#).expect("a pattern");
    let mut findings = Vec::new();
    for file in files_below("web/templates", &["hbs"]) {
        for (number, line) in file.text.lines().enumerate() {
            for found in asked
                .captures_iter(line)
                .filter(|found| !defined.contains_key(&found[1]))
            {
                findings.push(format!(
                    "{}:{}: no message `{}`",
                    file.path,
                    number + 1,
                    &found[1]
                ));
            }
        }
    }
    expect_none("Every message that a template asks for exists", &findings);
}

/// A message's id goes through many hands before it is said; those of these topics look like nothing else.
#[test]
fn every_message_that_the_program_asks_for_exists() {
    let defined = messages("vi");
    let asked = Regex::new(
        r#"(?:Message::new\(|\btext\(\s*(?:self\.)?locale,\s*|\bboth\()\s*"([a-z][a-z0-9-]*)"|"((?:import|export|portable|msel|navigator)-[a-z0-9-]*[a-z0-9])""#,
    )
    .expect("a pattern");
    let mut findings = Vec::new();
    for file in files_below("orchestrator/src", &["rs"]) {
        for found in asked.captures_iter(&file.text) {
            let id = found.get(1).or_else(|| found.get(2));
            let id = id.map_or("", |id| id.as_str());
            if !defined.contains_key(id) {
                findings.push(format!("{}: no message `{id}`", file.path));
            }
        }
    }
    expect_none("Every message that the program says exists", &findings);
}

#[test]
fn every_message_is_used() {
    let literal = Regex::new(r#"["'`]([a-z][a-zA-Z0-9-]*)["'`{$]"#).expect("a pattern");
    let mut whole = BTreeSet::new();
    let mut parts = BTreeSet::new();
    for file in sources_of_text() {
        for found in literal.captures_iter(&file.text) {
            let name = found[1].to_owned();
            if name.ends_with('-') {
                parts.insert(name)
            } else {
                whole.insert(name)
            };
        }
    }
    let referenced = references();
    let findings: Vec<String> = messages("vi")
        .into_iter()
        .filter(|(id, _)| !whole.contains(id) && !referenced.contains(id))
        .filter(|(id, _)| !parts.iter().any(|part| id.starts_with(part.as_str())))
        .map(|(id, (_, place))| format!("{place}: `{id}`"))
        .collect();
    expect_none("No message is kept that nothing shows", &findings);
}

#[test]
fn every_template_is_used() {
    let partial = Regex::new(r"\{\{~?#?>\s*([A-Za-z0-9_/.-]+)").expect("a pattern");
    let templates = files_below("web/templates", &["hbs"]);
    let mut included = BTreeSet::new();
    for file in &templates {
        included.extend(
            partial
                .captures_iter(&file.text)
                .map(|found| found[1].to_owned()),
        );
    }
    let program: String = files_below("orchestrator", &["rs"])
        .into_iter()
        .map(|file| file.text)
        .collect();
    let mut findings = Vec::new();
    let mut names = BTreeSet::new();
    for file in &templates {
        let name = file
            .path
            .trim_start_matches("web/templates/")
            .trim_end_matches(".hbs")
            .to_owned();
        if !included.contains(&name) && !program.contains(&format!("\"{name}\"")) {
            findings.push(format!("{}: nothing renders or includes it", file.path));
        }
        names.insert(name);
    }
    let unknown = included
        .iter()
        .filter(|name| !names.contains(*name) && *name != "@partial-block");
    findings.extend(unknown.map(|name| format!("web/templates: no partial `{name}`")));
    expect_none(
        "Every template is used, and every partial exists",
        &findings,
    );
}

struct Definition {
    id: String,
    place: String,
    variables: BTreeSet<String>,
}

fn messages(locale: &str) -> Messages {
    definitions(locale)
        .into_iter()
        .map(|message| (message.id, (message.variables, message.place)))
        .collect()
}

fn definitions(locale: &str) -> Vec<Definition> {
    let heading = Regex::new(r"^(-?[a-zA-Z][a-zA-Z0-9_-]*)\s*=").expect("a pattern");
    let variable = Regex::new(r"\$([a-zA-Z][a-zA-Z0-9_-]*)").expect("a pattern");
    let mut found: Vec<Definition> = Vec::new();
    for file in files_below(&format!("web/locales/{locale}"), &["ftl"]) {
        for (number, line) in file
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.starts_with('#'))
        {
            if let Some(id) = heading.captures(line) {
                let place = format!("{}:{}", file.path, number + 1);
                found.push(Definition {
                    id: id[1].to_owned(),
                    place,
                    variables: BTreeSet::new(),
                });
            }
            if let Some(message) = found.last_mut() {
                message
                    .variables
                    .extend(variable.captures_iter(line).map(|name| name[1].to_owned()));
            }
        }
    }
    found
}

/// Ids that other messages show, `{ product }` or `{ -product }`.
fn references() -> BTreeSet<String> {
    let reference = Regex::new(r"\{\s*(-?[a-zA-Z][a-zA-Z0-9_-]*)\s*[}.]").expect("a pattern");
    files_below("web/locales", &["ftl"])
        .iter()
        .flat_map(|file| {
            reference
                .captures_iter(&file.text)
                .map(|found| found[1].to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

fn sources_of_text() -> Vec<SourceFile> {
    let mut sources = files_below("web/templates", &["hbs"]);
    sources.extend(files_below("orchestrator/src", &["rs"]));
    sources.extend(files_below("web/src", &["ts", "tsx"]));
    sources
}
