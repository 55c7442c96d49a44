//! The book in which importers tell the fate of everything that they read.
//!
//! A value whose fate nobody told is lost, and [`Ledger::finish`] writes that down: so a key that an importer does not
//! know cannot vanish silently. Telling the fate of a map or list speaks for all that is in it; tell it only when that
//! is meant, and otherwise of what is inside.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt::Write as _,
    ptr,
    rc::Rc,
    str,
    sync::Arc,
};

use super::{
    ImportError,
    report::{Fate, Line, Report},
};
use crate::scenarios::{
    BundleFile, LocalText, Message, Severity,
    findings::{Findings, Reader},
    problem::Span,
    source::Source,
    tree::{self, Entry, Node, Value},
};

/// Largest JSON file read as a tree, in bytes.
const MAX_JSON: usize = 8 << 20;
/// Most values in it: a table of twenty thousand rows has fewer. Those in texts count, too.
const MAX_VALUES: usize = 1_000_000;
/// How much of a place or of a value a line of a report shows, in characters.
const SHOWN: usize = 400;
/// How much of a key a place shows, in characters.
const SHOWN_KEY: usize = 60;
/// Most lines of a report: past this nobody reads on.
const MAX_LINES: usize = 20_000;

/// The fates told so far.
#[derive(Debug, Default)]
pub(in crate::scenarios) struct Ledger {
    lines: RefCell<Vec<Line>>,
    documents: RefCell<Vec<Rc<Document>>>,
    told: RefCell<HashSet<*const Node>>,
    files: RefCell<BTreeSet<String>>,
    one_language: Cell<bool>,
}

/// A file of the source as a tree.
#[derive(Debug)]
pub(in crate::scenarios) struct Document {
    file: String,
    root: Node,
}

/// A value of the source with its place.
#[derive(Clone, Debug)]
pub(in crate::scenarios) struct Given<'a> {
    ledger: &'a Ledger,
    file: &'a str,
    path: String,
    node: &'a Node,
}

impl Ledger {
    /// Writes a line that belongs to no value of a tree.
    pub(in crate::scenarios) fn tell(
        &self,
        fate: Fate,
        place: impl Into<String>,
        message: Message,
    ) {
        let mut lines = self.lines.borrow_mut();
        let place = cut(place.into());
        let values = message.values.into_iter();
        let message = Message {
            id: message.id,
            values: values.map(|(name, value)| (name, cut(value))).collect(),
        };
        if lines.len() < MAX_LINES {
            lines.push(Line {
                fate,
                place,
                message,
            });
        } else if lines.len() == MAX_LINES {
            let message = Message::new("import-report-full");
            lines.push(Line {
                fate: Fate::Lost,
                place,
                message,
            });
        }
    }

    /// The fate of a file of the source.
    pub(in crate::scenarios) fn tell_file(&self, fate: Fate, path: &str, message: Message) {
        self.spare_file(path);
        self.tell(fate, path, message);
    }

    /// Says that a file is spoken of elsewhere in the report.
    pub(in crate::scenarios) fn spare_file(&self, path: &str) {
        self.files.borrow_mut().insert(path.to_owned());
    }

    /// Reads a YAML file; the fates of its values are awaited from now on.
    pub(in crate::scenarios) fn yaml(
        &self,
        file: &str,
        bytes: &[u8],
    ) -> Result<Rc<Document>, ImportError> {
        let no_text = || ImportError::NoText(file.to_owned());
        if bytes.len() > tree::MAX_FILE {
            return Err(no_text());
        }
        let text = str::from_utf8(bytes).map_err(|_| no_text())?;
        let source = Arc::new(Source::new(file, text));
        let findings = Findings::default();
        let root = tree::read(Reader::new(&source, &findings));
        let mut problems = findings.into_problems();
        match root {
            Some(root) => {
                // The tree stands without them: tags, keys that come twice.
                for problem in problems {
                    let place = format!("{file}:{}", problem.span.line);
                    self.tell(Fate::Lost, place, problem.message);
                }
                Ok(self.keep(file, root))
            }
            None if problems.is_empty() => Err(no_text()),
            None => {
                let worst = problems
                    .iter()
                    .position(|it| it.severity == Severity::Error);
                let problem = problems.swap_remove(worst.unwrap_or_default());
                Err(ImportError::Unreadable(Box::new(problem)))
            }
        }
    }

    /// Reads a JSON file; the fates of its values are awaited from now on.
    pub(in crate::scenarios) fn json(
        &self,
        file: &str,
        bytes: &[u8],
    ) -> Result<Rc<Document>, ImportError> {
        if bytes.len() > MAX_JSON || values_of(bytes) > MAX_VALUES {
            return Err(ImportError::NoText(file.to_owned()));
        }
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|error| ImportError::Json {
                file: file.to_owned(),
                line: error.line(),
                reason: error.to_string(),
            })?;
        Ok(self.keep(file, from_json(value)))
    }

    fn keep(&self, file: &str, root: Node) -> Rc<Document> {
        self.spare_file(file);
        let document = Rc::new(Document {
            file: file.to_owned(),
            root,
        });
        self.documents.borrow_mut().push(Rc::clone(&document));
        document
    }

    /// The same text in both languages, for a source that has one; the report says once that a translation is missing.
    /// Braces that would be filled in are escaped.
    pub(in crate::scenarios) fn text(&self, text: &str) -> LocalText {
        self.one_language.set(true);
        let text = super::draft::literal(text);
        LocalText {
            vi: text.clone(),
            en: text,
        }
    }

    /// The report: what was told, then what nobody told, then the files that nobody spoke of.
    pub(in crate::scenarios) fn finish(self, files: &BTreeMap<String, BundleFile>) -> Report {
        for document in self.documents.take() {
            self.unspoken(&document.root(&self));
        }
        for path in files.keys() {
            if !self.files.borrow().contains(path) {
                self.tell(
                    Fate::Lost,
                    path.as_str(),
                    Message::new("import-file-unused"),
                );
            }
        }
        if self.one_language.get() {
            let message = Message::new("import-one-language");
            self.tell(Fate::Changed, "scenario.yaml", message);
        }
        Report {
            lines: self.lines.into_inner(),
        }
    }

    /// Writes down what lies under a value and was not told: the whole of it in one line where nothing was.
    fn unspoken(&self, given: &Given<'_>) {
        if self.is_told(given.node) {
            return;
        }
        let inside = given.children();
        if inside.iter().any(|child| self.speaks_of(child.node)) {
            for child in &inside {
                self.unspoken(child);
            }
        } else if given.node.value != Value::Null {
            given.lost(Message::new("import-unknown"));
        }
    }

    fn is_told(&self, node: &Node) -> bool {
        self.told.borrow().contains(&ptr::from_ref(node))
    }

    fn speaks_of(&self, node: &Node) -> bool {
        self.is_told(node)
            || match &node.value {
                Value::Map(entries) => entries.iter().any(|entry| self.speaks_of(&entry.value)),
                Value::List(items) => items.iter().any(|item| self.speaks_of(item)),
                Value::Null | Value::Scalar { .. } => false,
            }
    }
}

impl Document {
    /// Its path among the files.
    pub(in crate::scenarios) fn file(&self) -> &str {
        &self.file
    }

    /// The whole of it.
    pub(in crate::scenarios) fn root<'a>(&'a self, ledger: &'a Ledger) -> Given<'a> {
        Given {
            ledger,
            file: &self.file,
            path: String::new(),
            node: &self.root,
        }
    }
}

impl<'a> Given<'a> {
    /// File and key path.
    pub(in crate::scenarios) fn place(&self) -> String {
        if self.path.is_empty() {
            return self.file.to_owned();
        }
        format!("{}: {}", self.file, self.path)
    }

    /// The book that it stands in.
    pub(in crate::scenarios) fn ledger(&self) -> &'a Ledger {
        self.ledger
    }

    /// The value of a key; nothing where it is absent or empty.
    pub(in crate::scenarios) fn get(&self, key: &str) -> Option<Self> {
        let node = self.node.get(key)?;
        (node.value != Value::Null).then(|| self.under(key, node))
    }

    /// Whether a map has this very key.
    pub(in crate::scenarios) fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some()
    }

    /// Keys of a map; none where it is no map.
    pub(in crate::scenarios) fn keys(&self) -> impl Iterator<Item = &'a str> {
        let entries: &'a [Entry] = match &self.node.value {
            Value::Map(entries) => entries,
            _ => &[],
        };
        entries.iter().map(|entry| entry.key.as_str())
    }

    /// Keys and values of a map; none where it is no map.
    pub(in crate::scenarios) fn entries(&self) -> Vec<(&'a str, Self)> {
        let entries: &'a [Entry] = match &self.node.value {
            Value::Map(entries) => entries,
            _ => &[],
        };
        entries
            .iter()
            .map(|entry| (entry.key.as_str(), self.under(&entry.key, &entry.value)))
            .collect()
    }

    /// Items of a list; none where it is no list.
    pub(in crate::scenarios) fn items(&self) -> Vec<Self> {
        let items: &'a [Node] = match &self.node.value {
            Value::List(items) => items,
            _ => &[],
        };
        items
            .iter()
            .enumerate()
            .map(|(index, node)| Self {
                ledger: self.ledger,
                file: self.file,
                path: format!("{}[{index}]", self.path),
                node,
            })
            .collect()
    }

    /// A text, number or truth value as it is written.
    pub(in crate::scenarios) fn text(&self) -> Option<&'a str> {
        match &self.node.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// A whole number.
    pub(in crate::scenarios) fn integer(&self) -> Option<i64> {
        self.text()?.trim().parse().ok()
    }

    /// `true` or `false`.
    pub(in crate::scenarios) fn truth(&self) -> Option<bool> {
        match self.text()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    /// Whether it is a map.
    pub(in crate::scenarios) fn is_map(&self) -> bool {
        matches!(self.node.value, Value::Map(_))
    }

    /// Whether it is a list.
    pub(in crate::scenarios) fn is_list(&self) -> bool {
        matches!(self.node.value, Value::List(_))
    }

    /// Whether nothing is said in it: empty lists and maps, however deep.
    pub(in crate::scenarios) fn says_nothing(&self) -> bool {
        self.text().is_none() && self.children().iter().all(Self::says_nothing)
    }

    /// Tells that it means the same in a new place, such as `tasks[0].title`.
    pub(in crate::scenarios) fn taken(&self, to: impl std::fmt::Display) {
        self.tell(Fate::Taken, Message::new("import-taken").with("to", to));
    }

    /// Tells that something of it is different.
    pub(in crate::scenarios) fn changed(&self, message: Message) {
        self.tell(Fate::Changed, message);
    }

    /// Tells that it is gone, and why.
    pub(in crate::scenarios) fn lost(&self, message: Message) {
        self.tell(Fate::Lost, message);
    }

    /// Tells its fate.
    pub(in crate::scenarios) fn tell(&self, fate: Fate, message: Message) {
        self.spare();
        self.ledger.tell(fate, self.place(), message);
    }

    /// Writes a line of it that does not speak for what is inside.
    pub(in crate::scenarios) fn note(&self, fate: Fate, message: Message) {
        self.ledger.tell(fate, self.place(), message);
        if self.children().is_empty() {
            self.spare();
        }
    }

    /// Whether it is a text without quotes.
    pub(in crate::scenarios) fn is_plain(&self) -> bool {
        matches!(self.node.value, Value::Scalar { plain: true, .. })
    }

    /// Says that it is spoken of elsewhere in the report.
    pub(in crate::scenarios) fn spare(&self) {
        self.ledger
            .told
            .borrow_mut()
            .insert(ptr::from_ref(self.node));
    }

    fn under(&self, key: &str, node: &'a Node) -> Self {
        let mut path = self.path.clone();
        if !path.is_empty() {
            path.push('.');
        }
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let shown: String = key.chars().take(SHOWN_KEY).collect();
        if !shown.is_empty() && shown.chars().all(plain) {
            path.push_str(&shown);
        } else {
            let _ = write!(path, "{shown:?}");
        }
        Self {
            ledger: self.ledger,
            file: self.file,
            path,
            node,
        }
    }

    fn children(&self) -> Vec<Self> {
        if self.is_list() {
            return self.items();
        }
        self.entries().into_iter().map(|(_, child)| child).collect()
    }
}

/// The beginning of a text that is longer than a line of a report.
fn cut(mut text: String) -> String {
    if let Some((at, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(at);
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

/// How many values a JSON text holds at most, which costs no more than looking at each of its bytes once.
fn values_of(bytes: &[u8]) -> usize {
    let part = |byte: &&u8| matches!(byte, b',' | b'[' | b'{');
    bytes.iter().filter(part).count()
}

fn from_json(value: serde_json::Value) -> Node {
    use serde_json::Value as Json;
    let scalar = |text: String, plain| Value::Scalar { text, plain };
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(truth) => scalar(truth.to_string(), true),
        Json::Number(number) => scalar(number.to_string(), true),
        Json::String(text) => scalar(text, false),
        Json::Array(items) => Value::List(items.into_iter().map(from_json).collect()),
        Json::Object(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| Entry {
                    key,
                    span: Span::default(),
                    value: from_json(value),
                })
                .collect(),
        ),
    };
    Node {
        span: Span::default(),
        value,
    }
}

#[cfg(test)]
mod tests;
