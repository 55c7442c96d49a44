//! Challenges of ctfcli: a folder with `challenge.yml`, or a repository of such folders.

use std::collections::BTreeMap;

use super::{
    Fate, ImportError, Wanted,
    challenges::{self, Challenge, Flag},
    draft::{self, Draft},
    ledger::{Given, Ledger},
};
use crate::scenarios::{BundleFile, Message};

/// What the file of a challenge is called.
const FILES: [&str; 2] = ["challenge.yml", "challenge.yaml"];
/// Where a task's keys go.
const TASKS: &str = "scenario.yaml: tasks";

/// A challenge's folder.
struct Folder<'f> {
    /// Its path with a slash at the end, or nothing.
    prefix: String,
    files: &'f BTreeMap<String, BundleFile>,
    ledger: &'f Ledger,
}

/// Whether a file is that of a challenge.
pub(super) fn is_challenge(path: &str) -> bool {
    FILES.contains(&path.rsplit('/').next().unwrap_or(path))
}

/// Reads all challenges among the files.
pub(super) fn import(
    files: &BTreeMap<String, BundleFile>,
    ledger: &Ledger,
    wanted: &Wanted,
) -> Result<Draft, ImportError> {
    let mut documents = Vec::new();
    for (path, file) in files.iter().filter(|(path, _)| is_challenge(path)) {
        let prefix = path.rfind('/').map_or("", |at| &path[..=at]);
        documents.push((prefix.to_owned(), ledger.yaml(path, &file.bytes)?));
    }
    if documents.is_empty() {
        return Err(ImportError::Missing(FILES[0]));
    }
    let mut read = Vec::new();
    for (prefix, document) in &documents {
        let folder = Folder {
            prefix: prefix.clone(),
            files,
            ledger,
        };
        let root = document.root(ledger);
        if root.get("name").and_then(|name| name.text()).is_none() {
            return Err(ImportError::Nothing(document.file().to_owned()));
        }
        read.push(folder.challenge(&root));
    }
    Ok(challenges::assemble(read, ledger, wanted))
}

impl<'f> Folder<'f> {
    fn challenge<'a>(&self, root: &Given<'a>) -> Challenge<'a>
    where
        'f: 'a,
    {
        let name = root
            .get("name")
            .and_then(|name| name.text())
            .unwrap_or_default()
            .to_owned();
        let mut challenge = Challenge::new(name.clone(), name, root.clone());
        let protocol = root
            .get("protocol")
            .and_then(|it| it.text())
            .unwrap_or_default();
        for (key, given) in root.entries() {
            match key {
                "name" => given.taken("scenario.yaml: tasks"),
                "description" => {
                    given
                        .text()
                        .unwrap_or_default()
                        .clone_into(&mut challenge.description);
                    given.taken(TASKS);
                }
                "author" => remark(&mut challenge, &given, "import-author"),
                "attribution" => remark(&mut challenge, &given, "import-attribution"),
                "connection_info" => remark(&mut challenge, &given, "import-connection"),
                "tags" => {
                    let tags = texts(&given);
                    challenge.remarks.push(
                        Message::new("import-tags").with("tags", draft::literal(&tags.join(", "))),
                    );
                    given.taken(TASKS);
                }
                "topics" => {
                    for topic in texts(&given) {
                        challenge.topic(&topic);
                    }
                    given.taken("scenario.yaml: summary");
                }
                "category" => {
                    challenge.category = given.text().map(str::to_owned);
                    given.taken("scenario.yaml: objectives");
                }
                "value" => challenge.worth(&given),
                "type" => kind(&mut challenge, &given),
                "extra" => extra(&mut challenge, &given),
                "image" => self.image(&mut challenge, &given, protocol),
                "protocol" => given.changed(Message::new("import-protocol")),
                "attempts" => challenge.tries(&given),
                "logic" => challenge.logic(&given),
                "flags" => challenge.flags = given.items().iter().filter_map(flag).collect(),
                "files" => self.placed(&mut challenge, &given),
                "hints" => challenge.hints = given.items().iter().map(hint).collect(),
                "requirements" => requirements(&mut challenge, &given),
                "solution" => self.write_up(&given),
                "state" if given.text() == Some("visible") => given.taken(TASKS),
                "state" => given.lost(Message::new("import-state")),
                "host" => given.lost(Message::new("import-host")),
                "healthcheck" => given.lost(Message::new("import-healthcheck")),
                "next" => given.lost(Message::new("import-next")),
                "scheduled_at" => given.lost(Message::new("import-scheduled")),
                "version" => given.lost(Message::new("import-version")),
                _ => {}
            }
        }
        challenge
    }

    /// A file of the folder by a path in it.
    fn find(&self, path: &str) -> Option<(String, &'f BundleFile)> {
        let path = format!("{}{}", self.prefix, path.trim_start_matches("./"));
        self.files.get(&path).map(|file| (path, file))
    }

    /// Files for the players.
    fn placed<'a>(&self, challenge: &mut Challenge<'a>, given: &Given<'_>)
    where
        'f: 'a,
    {
        for item in given.items() {
            let path = item.text().unwrap_or_default();
            let Some((found, file)) = self.find(path) else {
                item.lost(Message::new("import-compose-absent").with("path", path));
                continue;
            };
            self.ledger.spare_file(&found);
            if challenge.file(&found, file) {
                item.changed(Message::new("import-file-placed"));
            } else {
                item.lost(Message::new("import-files-many"));
            }
        }
    }

    /// An image becomes a machine.
    fn image(&self, challenge: &mut Challenge<'_>, given: &Given<'_>, protocol: &str) {
        let text = given.text().unwrap_or_default();
        let is_folder = text.starts_with('.') || self.find(&format!("{text}/Dockerfile")).is_some();
        let inside = text.trim_start_matches('.').trim_matches('/');
        let folder = if inside.is_empty() {
            self.prefix.clone()
        } else {
            format!("{}{inside}/", self.prefix)
        };
        let image = if is_folder {
            let name =
                super::names::slug(&challenge.name).unwrap_or_else(|| "challenge".to_owned());
            for path in self.files.keys().filter(|path| path.starts_with(&folder)) {
                self.ledger.spare_file(path);
            }
            format!("thaotruong/{name}:1")
        } else {
            text.split_once("://")
                .map_or(text, |(_, image)| image)
                .to_owned()
        };
        let exposed = self
            .files
            .get(&format!("{folder}Dockerfile"))
            .and_then(|file| exposed(&file.bytes));
        let is_web = matches!(protocol, "http" | "https");
        let port = exposed
            .or_else(|| is_web.then_some(80))
            .filter(|_| is_web || protocol.is_empty());
        if is_folder {
            let shown = if folder.is_empty() {
                "."
            } else {
                folder.trim_end_matches('/')
            };
            given.changed(
                Message::new("import-compose-build")
                    .with("image", &image)
                    .with("folder", shown),
            );
        } else {
            given.taken("compose.yaml: services");
        }
        challenge.machine = Some((image, port));
    }

    /// The solution's text stays with the scenario; nobody is shown it.
    fn write_up(&self, given: &Given<'_>) {
        let named = given.get("path").unwrap_or_else(|| given.clone());
        let path = named.text().unwrap_or_default();
        match self.find(path) {
            Some((found, _)) => {
                self.ledger.spare_file(&found);
                named.lost(Message::new("import-solution").with("path", found));
            }
            None => named.lost(Message::new("import-compose-absent").with("path", path)),
        }
        for (key, value) in given.entries() {
            if key != "path" {
                value.lost(Message::new("import-solution").with("path", path));
            }
        }
    }
}

/// The first port that a Dockerfile names.
fn exposed(dockerfile: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(dockerfile);
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("EXPOSE "))?;
    line.trim().split(['/', ' ']).next()?.parse().ok()
}

/// A line below the text.
fn remark(challenge: &mut Challenge<'_>, given: &Given<'_>, message: &'static str) {
    let text = draft::literal(given.text().unwrap_or_default().trim());
    challenge
        .remarks
        .push(Message::new(message).with("text", text));
    let fate = if message == "import-connection" {
        Fate::Changed
    } else {
        Fate::Taken
    };
    let told = if fate == Fate::Changed {
        Message::new("import-connection-text")
    } else {
        Message::new("import-taken").with("to", TASKS)
    };
    given.tell(fate, told);
}

fn texts(given: &Given<'_>) -> Vec<String> {
    given
        .items()
        .iter()
        .filter_map(|item| item.text().map(str::to_owned))
        .collect()
}

fn kind<'a>(challenge: &mut Challenge<'a>, given: &Given<'a>) {
    match given.text() {
        Some("standard") => given.taken(TASKS),
        Some("dynamic") => challenge.falling.dynamic(given),
        _ => given.changed(Message::new("import-type")),
    }
}

/// How the points of a challenge fall.
fn extra<'a>(challenge: &mut Challenge<'a>, given: &Given<'a>) {
    for (key, value) in given.entries() {
        challenge.falling.keep(key, &value);
    }
}

/// A text, or a map.
fn flag<'a>(given: &Given<'a>) -> Option<Flag<'a>> {
    if let Some(text) = given.text() {
        return Some(Flag {
            content: text.to_owned(),
            is_pattern: false,
            any_case: false,
            given: given.clone(),
        });
    }
    let content = given.get("content").or_else(|| given.get("flag"))?;
    let kind = given.get("type");
    let word = kind.as_ref().and_then(Given::text).unwrap_or("static");
    if let Some(kind) = &kind {
        match word {
            "static" | "regex" => kind.taken(TASKS),
            _ => kind.changed(Message::new("import-flag-type")),
        }
    }
    let data = given.get("data");
    let any_case = data.as_ref().and_then(Given::text) == Some("case_insensitive");
    if let Some(data) = &data {
        match data.text() {
            Some("case_insensitive" | "case_sensitive" | "") => data.taken(TASKS),
            _ => data.lost(Message::new("import-unknown")),
        }
    }
    let text = content.text()?.to_owned();
    Some(Flag {
        content: text,
        is_pattern: word == "regex",
        any_case,
        given: content,
    })
}

/// A text, or a map.
fn hint(given: &Given<'_>) -> (u32, String) {
    if let Some(text) = given.text() {
        given.taken(TASKS);
        return (0, text.to_owned());
    }
    let mut cost = 0;
    let mut parts = (String::new(), String::new());
    for (key, value) in given.entries() {
        match key {
            "cost" => cost = challenges::points(&value).unwrap_or_default(),
            "title" => {
                parts.0 = format!("**{}**\n\n", value.text().unwrap_or_default());
                value.taken(TASKS);
            }
            "content" => {
                value.text().unwrap_or_default().clone_into(&mut parts.1);
                value.taken(TASKS);
            }
            "requirements" if value.says_nothing() => value.spare(),
            "key" | "requirements" => value.lost(Message::new("import-hint-order")),
            _ => {}
        }
    }
    (cost, format!("{}{}", parts.0, parts.1))
}

/// A list of names, or a map with one.
fn requirements<'a>(challenge: &mut Challenge<'a>, given: &Given<'a>) {
    if given.says_nothing() {
        given.spare();
        return;
    }
    let list = given.get("prerequisites").unwrap_or_else(|| given.clone());
    for item in list.items() {
        if let Some(name) = item.text() {
            challenge.requires.push((name.to_owned(), item));
        }
    }
    if let Some(anonymize) = given.get("anonymize") {
        anonymize.lost(Message::new("import-anonymize"));
    }
}
