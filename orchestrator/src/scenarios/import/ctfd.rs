//! An export of `CTFd`: `db/<table>.json` for each table and the uploads.
//!
//! What makes up challenges is carried over; people, teams and what they submitted are none of a scenario's business and
//! are told in one line a table.

use std::{collections::BTreeMap, rc::Rc};

use serde::{Deserialize, de::IgnoredAny};

use super::{
    Fate, ImportError, Wanted,
    challenges::{self, Challenge, Flag},
    draft::{self, Draft},
    ledger::{Document, Given, Ledger},
};
use crate::scenarios::{BundleFile, Message};

/// Tables that challenges are made of.
const TABLES: [&str; 8] = [
    "challenges",
    "dynamic_challenge",
    "flags",
    "hints",
    "tags",
    "topics",
    "challenge_topics",
    "files",
];
/// Most challenges of an export.
const MOST_CHALLENGES: usize = 2_000;
/// Most rows of the other tables.
const MOST_ROWS: usize = 20_000;
/// Where a task's columns go.
const TASKS: &str = "scenario.yaml: tasks";

/// A table that is not read: only how much it holds.
#[derive(Deserialize)]
struct Unread {
    #[serde(default)]
    results: Vec<IgnoredAny>,
}

/// Reads the tables of challenges.
pub(super) fn import(
    files: &BTreeMap<String, BundleFile>,
    ledger: &Ledger,
    wanted: &Wanted,
) -> Result<Draft, ImportError> {
    let mut tables: BTreeMap<&str, Rc<Document>> = BTreeMap::new();
    for name in TABLES {
        let path = format!("db/{name}.json");
        if let Some(file) = files.get(&path) {
            tables.insert(name, ledger.json(&path, &file.bytes)?);
        }
    }
    if !tables.contains_key("challenges") {
        return Err(ImportError::Missing("db/challenges.json"));
    }
    others(files, ledger);
    let rows = |table: &str| -> Vec<Given<'_>> {
        let Some(document) = tables.get(table) else {
            return Vec::new();
        };
        let root = document.root(ledger);
        for key in ["count", "meta"] {
            if let Some(value) = root.get(key) {
                value.lost(Message::new("import-ctfd-export"));
            }
        }
        root.get("results").map(|it| it.items()).unwrap_or_default()
    };
    for (table, document) in &tables {
        let rows = document
            .root(ledger)
            .get("results")
            .map_or(0, |it| it.items().len());
        let most = if *table == "challenges" {
            MOST_CHALLENGES
        } else {
            MOST_ROWS
        };
        if rows > most {
            let file = format!("db/{table}.json");
            return Err(ImportError::TooMany { file, most });
        }
    }
    let mut read: Vec<Challenge<'_>> = rows("challenges").iter().map(challenge).collect();
    if read.is_empty() {
        return Err(ImportError::Nothing("db/challenges.json".to_owned()));
    }
    for row in rows("dynamic_challenge") {
        with(&mut read, &row, "id", dynamic);
    }
    for row in rows("flags") {
        with(&mut read, &row, "challenge_id", flag);
    }
    for row in rows("hints") {
        with(&mut read, &row, "challenge_id", hint);
    }
    tags(&mut read, rows("tags"));
    topics(&mut read, &rows("topics"), rows("challenge_topics"));
    for row in rows("files") {
        with(&mut read, &row, "challenge_id", |challenge, row| {
            upload(challenge, row, files, ledger);
        });
    }
    Ok(challenges::assemble(read, ledger, wanted))
}

/// Tables that are none of a scenario's business.
fn others(files: &BTreeMap<String, BundleFile>, ledger: &Ledger) {
    for (path, file) in files {
        let table = path
            .strip_prefix("db/")
            .and_then(|name| name.strip_suffix(".json"));
        let Some(table) = table.filter(|table| !TABLES.contains(table)) else {
            continue;
        };
        let unread: Option<Unread> = serde_json::from_slice(&file.bytes).ok();
        let count = unread.map_or(0, |table| table.results.len());
        if count > 0 {
            let message = Message::new("import-ctfd-table")
                .with("table", table)
                .with("count", count);
            ledger.tell_file(Fate::Lost, path, message);
        } else {
            ledger.spare_file(path);
        }
    }
}

fn key(given: &Given<'_>, column: &str) -> Option<String> {
    let value = given.get(column)?;
    value.spare();
    value.text().map(str::to_owned)
}

/// Reads a row that belongs to a challenge; one that belongs to none is lost.
fn with<'a>(
    read: &mut [Challenge<'a>],
    row: &Given<'a>,
    column: &str,
    take: impl FnOnce(&mut Challenge<'a>, &Given<'a>),
) {
    let owner = key(row, column);
    match read
        .iter_mut()
        .find(|challenge| Some(&challenge.key) == owner.as_ref())
    {
        Some(challenge) => {
            if column != "id"
                && let Some(id) = row.get("id")
            {
                id.spare();
            }
            take(challenge, row);
        }
        None => row.lost(Message::new("import-ctfd-orphan")),
    }
}

fn challenge<'a>(row: &Given<'a>) -> Challenge<'a> {
    let id = key(row, "id").unwrap_or_default();
    let name = row
        .get("name")
        .and_then(|name| name.text())
        .unwrap_or_default()
        .to_owned();
    let name = if name.trim().is_empty() {
        format!("challenge {id}")
    } else {
        name
    };
    let mut challenge = Challenge::new(id, name, row.clone());
    for (column, value) in row.entries() {
        match column {
            "name" => value.taken(TASKS),
            "description" => {
                value
                    .text()
                    .unwrap_or_default()
                    .clone_into(&mut challenge.description);
                value.taken(TASKS);
            }
            "attribution" => remark(&mut challenge, &value, "import-attribution"),
            "connection_info" => remark(&mut challenge, &value, "import-connection"),
            "category" => {
                challenge.category = value.text().map(str::to_owned);
                value.taken("scenario.yaml: objectives");
            }
            // The value of a dynamic challenge is what is left of it; its own table knows the first.
            "value" if value.text().is_some() => challenge.worth(&value),
            "initial" | "minimum" | "decay" | "function" if value.text().is_some() => {
                challenge.falling.keep(column, &value);
            }
            "type" => match value.text() {
                Some("standard") => value.taken(TASKS),
                Some("dynamic") => challenge.falling.dynamic(&value),
                _ => value.changed(Message::new("import-type")),
            },
            "max_attempts" => challenge.tries(&value),
            "logic" if value.text().is_some() => challenge.logic(&value),
            "state" if value.text() == Some("visible") => value.taken(TASKS),
            "state" => value.lost(Message::new("import-state")),
            "next_id" if value.text().is_some() => value.lost(Message::new("import-next")),
            "scheduled_at" if value.text().is_some() => {
                value.lost(Message::new("import-scheduled"));
            }
            "position" | "order" => value.spare(),
            "requirements" => requirements(&mut challenge, &value),
            _ => {}
        }
    }
    challenge
}

fn remark(challenge: &mut Challenge<'_>, given: &Given<'_>, message: &'static str) {
    let text = given.text().unwrap_or_default().trim();
    if text.is_empty() {
        given.spare();
        return;
    }
    challenge
        .remarks
        .push(Message::new(message).with("text", draft::literal(text)));
    if message == "import-connection" {
        given.changed(Message::new("import-connection-text"));
    } else {
        given.taken(TASKS);
    }
}

fn requirements<'a>(challenge: &mut Challenge<'a>, given: &Given<'a>) {
    if given.says_nothing() {
        given.spare();
        return;
    }
    for item in given
        .get("prerequisites")
        .map(|it| it.items())
        .unwrap_or_default()
    {
        if let Some(id) = item.text() {
            challenge.requires.push((id.to_owned(), item));
        }
    }
    if let Some(anonymize) = given.get("anonymize") {
        anonymize.lost(Message::new("import-anonymize"));
    }
}

fn dynamic<'a>(challenge: &mut Challenge<'a>, row: &Given<'a>) {
    for (column, value) in row.entries() {
        if value.text().is_some() {
            challenge.falling.keep(column, &value);
        }
    }
}

fn flag<'a>(challenge: &mut Challenge<'a>, row: &Given<'a>) {
    let kind = row.get("type");
    let word = kind.as_ref().and_then(Given::text).unwrap_or("static");
    if let Some(kind) = &kind {
        match word {
            "static" | "regex" => kind.taken(TASKS),
            _ => kind.changed(Message::new("import-flag-type")),
        }
    }
    let data = row.get("data");
    if let Some(data) = &data {
        data.taken(TASKS);
    }
    if let Some(content) = row.get("content") {
        challenge.flags.push(Flag {
            content: content.text().unwrap_or_default().to_owned(),
            is_pattern: word == "regex",
            any_case: data.as_ref().and_then(Given::text) == Some("case_insensitive"),
            given: content,
        });
    }
}

fn hint(challenge: &mut Challenge<'_>, row: &Given<'_>) {
    let mut cost = 0;
    let mut parts = (String::new(), String::new());
    for (column, value) in row.entries() {
        match column {
            "cost" if value.text().is_some() => {
                cost = challenges::points(&value).unwrap_or_default();
            }
            "title" => {
                if let Some(title) = value.text().filter(|title| !title.trim().is_empty()) {
                    parts.0 = format!("**{title}**\n\n");
                }
                value.taken(TASKS);
            }
            "content" => {
                value.text().unwrap_or_default().clone_into(&mut parts.1);
                value.taken(TASKS);
            }
            "type" if value.text() == Some("standard") => value.spare(),
            "requirements" if value.says_nothing() => value.spare(),
            "requirements" if value.is_map() => value.lost(Message::new("import-hint-order")),
            _ => {}
        }
    }
    challenge
        .hints
        .push((cost, format!("{}{}", parts.0, parts.1)));
}

/// Tags become one line of their task's text.
fn tags<'a>(read: &mut [Challenge<'a>], rows: Vec<Given<'a>>) {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        with(read, &row, "challenge_id", |challenge, row| {
            if let Some(value) = row.get("value") {
                value.taken(TASKS);
                all.entry(challenge.key.clone())
                    .or_default()
                    .extend(value.text().map(str::to_owned));
            }
        });
    }
    for challenge in read {
        if let Some(tags) = all.get(&challenge.key) {
            challenge
                .remarks
                .push(Message::new("import-tags").with("tags", draft::literal(&tags.join(", "))));
        }
    }
}

/// Topics are what instructors know a challenge by.
fn topics<'a>(read: &mut [Challenge<'a>], names: &[Given<'a>], rows: Vec<Given<'a>>) {
    let mut by_id: BTreeMap<String, Given<'a>> = BTreeMap::new();
    for topic in names {
        if let (Some(id), Some(value)) = (key(topic, "id"), topic.get("value")) {
            by_id.insert(id, value);
        }
    }
    for row in rows {
        with(read, &row, "challenge_id", |challenge, row| {
            let topic = key(row, "topic_id").and_then(|id| by_id.get(&id));
            match topic {
                Some(topic) => {
                    topic.taken("scenario.yaml: summary");
                    if let Some(id) = row.get("topic_id") {
                        id.taken("scenario.yaml: summary");
                    }
                    challenge.topic(topic.text().unwrap_or_default());
                }
                None => row.lost(Message::new("import-ctfd-orphan")),
            }
        });
    }
}

/// A file among the uploads.
fn upload<'a>(
    challenge: &mut Challenge<'a>,
    row: &Given<'_>,
    files: &'a BTreeMap<String, BundleFile>,
    ledger: &Ledger,
) {
    for column in ["type", "sha1sum"] {
        if let Some(value) = row.get(column) {
            value.spare();
        }
    }
    let Some(location) = row.get("location") else {
        return;
    };
    let path = format!("uploads/{}", location.text().unwrap_or_default());
    let Some(file) = files.get(&path) else {
        location.lost(Message::new("import-compose-absent").with("path", path));
        return;
    };
    if challenge.file(&path, file) {
        let to = Message::new("import-taken").with("to", "files/");
        ledger.tell_file(Fate::Taken, &path, to);
        location.changed(Message::new("import-file-placed"));
    } else {
        ledger.spare_file(&path);
        location.lost(Message::new("import-files-many"));
    }
}
