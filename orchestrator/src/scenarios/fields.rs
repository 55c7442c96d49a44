//! Reading the tree into types without ever stopping: what is wrong is noted and a harmless value stands in for it.
//!
//! A map's reader names each key that it knows by asking for it; what nobody asked for is unknown, and the keys that
//! were asked for and not found are what it may have been meant to be.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    ops::RangeInclusive,
    time::Duration,
};

use super::{
    findings::{Reader, Thing, did_you_mean},
    model::LocalText,
    problem::{Message, Span},
    schema::Asked,
    suggest::nearest,
    time,
    tree::{Entry, Node, Value},
};

/// A map while it is read.
pub struct Fields<'a> {
    reader: Reader<'a>,
    span: Span,
    entries: &'a [Entry],
    readable: bool,
    asked: RefCell<Vec<&'static str>>,
    missing: RefCell<Vec<&'static str>>,
    tolerated: RefCell<Vec<&'static str>>,
    extensible: Cell<bool>,
}

impl<'a> Reader<'a> {
    /// Reads a map; keys that `read` does not ask for are reported as unknown.
    pub fn map<T>(self, node: &'a Node, read: impl FnOnce(&Fields<'a>) -> T) -> T {
        self.hear(node.span, Asked::Map);
        let (entries, readable): (&[Entry], bool) = match &node.value {
            Value::Map(entries) => (entries, true),
            _ => (&[], false),
        };
        if !readable {
            self.error(node.span, Message::new("scenario-not-a-map"), None);
        }
        let fields = Fields {
            reader: self,
            span: node.span,
            entries,
            readable,
            asked: RefCell::default(),
            missing: RefCell::default(),
            tolerated: RefCell::default(),
            extensible: Cell::new(false),
        };
        let value = read(&fields);
        fields.finish();
        value
    }
}

impl<'a> Fields<'a> {
    /// The reader that reads this map.
    pub fn reader(&self) -> Reader<'a> {
        self.reader
    }

    /// The place of a key's value, or of the map.
    pub fn span(&self, key: &str) -> Span {
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map_or(self.span, |entry| entry.value.span)
    }

    /// Lets a key pass unread, without ever offering it to the author.
    pub fn know(&self, key: &'static str) {
        self.tolerated.borrow_mut().push(key);
    }

    /// The place of a key itself, if it is there.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| entry.span)
    }

    /// Lets keys pass that begin with `x-`: Compose leaves them to the author.
    pub fn know_extensions(&self) {
        self.extensible.set(true);
        self.reader.hear(self.span, Asked::Extensions);
    }

    /// The value of a key that may be absent.
    pub fn optional(&self, key: &'static str) -> Option<&'a Node> {
        self.asked.borrow_mut().push(key);
        self.reader.hear(self.span, Asked::Key(key));
        let entries: &'a [Entry] = self.entries;
        let entry = entries.iter().find(|entry| entry.key == key)?;
        (entry.value.value != Value::Null).then_some(&entry.value)
    }

    /// The value of a key that must be there.
    pub fn required(&self, key: &'static str) -> Option<&'a Node> {
        let node = self.optional(key);
        self.reader.hear(self.span, Asked::Needed(key));
        if node.is_none() && self.readable {
            self.missing.borrow_mut().push(key);
        }
        node
    }

    /// The same, with a message of its own.
    pub fn required_as(&self, key: &'static str, message: &'static str) -> Option<&'a Node> {
        let node = self.optional(key);
        self.reader.hear(self.span, Asked::Needed(key));
        if node.is_none() && self.readable {
            let help = Message::new("scenario-missing-key-help").with("key", key);
            self.reader.error(
                self.span,
                Message::new(message).with("key", key),
                Some(help),
            );
        }
        node
    }

    /// A text that must be there.
    pub fn text(&self, key: &'static str) -> String {
        self.required(key)
            .map(|node| self.reader.filled(node))
            .unwrap_or_default()
    }

    /// A text that may be absent.
    pub fn optional_text(&self, key: &'static str) -> Option<String> {
        self.optional(key).map(|node| self.reader.filled(node))
    }

    /// A list of texts that may be absent.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        self.optional(key)
            .map(|node| self.reader.texts(node))
            .unwrap_or_default()
    }

    /// A list of texts that must be there and hold something.
    pub fn filled_texts(&self, key: &'static str) -> Vec<String> {
        let Some(node) = self.required(key) else {
            return Vec::new();
        };
        let texts = self.reader.texts(node);
        if texts.is_empty() && matches!(node.value, Value::List(_)) {
            self.reader
                .error(node.span, Message::new("scenario-empty-list"), None);
        }
        texts
    }

    /// A text in both languages that must be there; `shown` says that trainees see it.
    pub fn local_text(&self, key: &'static str, shown: bool) -> LocalText {
        self.required(key)
            .map(|node| self.reader.local_text(node, shown))
            .unwrap_or_default()
    }

    /// A text in both languages that may be absent.
    pub fn optional_local_text(&self, key: &'static str, shown: bool) -> Option<LocalText> {
        self.optional(key)
            .map(|node| self.reader.local_text(node, shown))
    }

    /// A text in both languages that must be there, in which nothing is filled in.
    pub fn languages(&self, key: &'static str) -> LocalText {
        self.required(key)
            .map(|node| self.reader.languages(node))
            .unwrap_or_default()
    }

    /// A time that must be there and pass.
    pub fn duration(&self, key: &'static str) -> Duration {
        self.required(key)
            .map(|node| self.positive_duration(node))
            .unwrap_or_default()
    }

    /// A time that may be absent.
    pub fn duration_or(&self, key: &'static str, default: Duration) -> Duration {
        self.optional(key)
            .map_or(default, |node| self.positive_duration(node))
    }

    fn positive_duration(&self, node: &Node) -> Duration {
        let duration = self.reader.duration(node);
        if duration.is_zero()
            && matches!(&node.value, Value::Scalar { text, .. } if time::parse(text).is_some())
        {
            self.reader
                .error(node.span, Message::new("scenario-duration-zero"), None);
        }
        duration
    }

    /// A number that must be there.
    pub fn integer<T: TryFrom<i64> + Default>(
        &self,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> T {
        let number = self
            .required(key)
            .map(|node| self.reader.integer(node, range));
        number
            .and_then(|number| number.try_into().ok())
            .unwrap_or_default()
    }

    /// A number that may be absent.
    pub fn optional_integer<T: TryFrom<i64>>(
        &self,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<T> {
        self.optional(key)
            .map(|node| self.reader.integer(node, range))
            .and_then(|number| number.try_into().ok())
    }

    /// `true` or `false`; false when absent.
    pub fn flag(&self, key: &'static str) -> bool {
        let Some(node) = self.optional(key) else {
            return false;
        };
        self.reader.truth(node).unwrap_or_else(|| {
            self.reader
                .error(node.span, Message::new("scenario-truth"), None);
            false
        })
    }

    /// One of a few words that must be there; the first of them stands in for a wrong one.
    pub fn choice<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        self.required(key).and_then(|node| self.word(node, words))
    }

    /// One of a few words, if there is one.
    pub fn optional_choice<T: Copy>(
        &self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        self.optional(key).and_then(|node| self.word(node, words))
    }

    /// Some of a few words, at least one; what is none of them is left out.
    pub fn words<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Vec<T> {
        let read = self.filled_list(key, |item| self.word(item, words));
        read.into_iter().flatten().collect()
    }

    /// The same, where the key may be absent.
    pub fn optional_words<T: Copy>(
        &self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Vec<T> {
        let items = self.optional(key).map(|node| self.filled_items(node));
        let items = items.unwrap_or_default().iter();
        items.filter_map(|item| self.word(item, words)).collect()
    }

    fn word<T: Copy>(&self, node: &Node, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.reader.text(node);
        let all = words.iter().map(|(word, _)| *word).collect();
        self.reader.hear(node.span, Asked::Words(all));
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        if !text.is_empty() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let message = Message::new("scenario-choice")
                .with("text", &text)
                .with("names", names.join(", "));
            self.reader
                .error(node.span, message, nearest(&text, names).map(did_you_mean));
        }
        words.first().map(|(_, value)| *value)
    }

    /// A list of things, one after the other; absent is empty.
    pub fn list<T>(&self, key: &'static str, read: impl FnMut(&'a Node) -> T) -> Vec<T> {
        self.optional(key)
            .map(|node| self.reader.items(node))
            .unwrap_or_default()
            .iter()
            .map(read)
            .collect()
    }

    /// A list of things that must be there and hold something.
    pub fn filled_list<T>(&self, key: &'static str, read: impl FnMut(&'a Node) -> T) -> Vec<T> {
        let items = self.required(key).map(|node| self.filled_items(node));
        items.unwrap_or_default().iter().map(read).collect()
    }

    fn filled_items(&self, node: &'a Node) -> &'a [Node] {
        let items = self.reader.items(node);
        if items.is_empty() && matches!(node.value, Value::List(_)) {
            self.reader
                .error(node.span, Message::new("scenario-empty-list"), None);
        }
        items
    }

    /// A list of things that may be absent, with the kind of thing that it declares.
    pub fn declaring<T>(
        &self,
        key: &'static str,
        thing: Thing,
        read: impl FnMut(&'a Node) -> T,
    ) -> Vec<T> {
        if self
            .optional(key)
            .is_some_and(|node| !matches!(node.value, Value::List(_)))
        {
            self.reader.findings().unreadable(thing);
        }
        self.list(key, read)
    }

    /// A name that this thing gets; there may be one of each kind.
    pub fn declared(&self, key: &'static str, thing: Thing) -> String {
        let Some(node) = self.required(key) else {
            return String::new();
        };
        let text = self.reader.filled(node);
        if !text.trim().is_empty() {
            self.reader.name(&text, node.span);
            self.reader.declare(thing, &text, node.span);
        }
        text
    }

    /// The name of another thing that must exist.
    pub fn referred(&self, key: &'static str, thing: Thing) -> String {
        self.required(key)
            .map(|node| self.refer(node, thing))
            .unwrap_or_default()
    }

    /// The name of another thing, if one is named.
    pub fn optional_referred(&self, key: &'static str, thing: Thing) -> Option<String> {
        self.optional(key).map(|node| self.refer(node, thing))
    }

    fn refer(&self, node: &Node, thing: Thing) -> String {
        let text = self.reader.filled(node);
        self.reader.refer(thing, &text, node.span);
        text
    }

    /// The one key of several that must be there alone.
    pub fn one_of(&self, keys: &[&'static str]) -> Option<(&'static str, &'a Node)> {
        self.asked.borrow_mut().extend(keys);
        self.reader.hear(self.span, Asked::OneOf(keys.to_vec()));
        let entries: &'a [Entry] = self.entries;
        let found: Vec<_> = keys
            .iter()
            .filter_map(|key| Some((*key, entries.iter().find(|entry| entry.key == *key)?)))
            .collect();
        if found.len() != 1 && self.readable {
            let (id, span) = match found.get(1) {
                None => ("scenario-one-of", self.span),
                Some((_, second)) => ("scenario-only-one-of", second.span),
            };
            let unknown = self
                .entries
                .iter()
                .find(|entry| !self.asked.borrow().contains(&entry.key.as_str()));
            let slip = unknown.and_then(|entry| nearest(&entry.key, keys.iter().copied()));
            if found.len() > 1 || slip.is_none() {
                self.reader
                    .error(span, Message::new(id).with("names", keys.join(", ")), None);
            }
        }
        found.first().map(|(key, entry)| (*key, &entry.value))
    }

    /// Reports unknown and missing keys; a missing key that is merely misspelt is not reported twice.
    fn finish(self) {
        let tolerated = self.tolerated.into_inner();
        let mut asked = self.asked.into_inner();
        asked.retain(|key| !tolerated.contains(key));
        let mut offered = HashSet::new();
        asked.retain(|key| offered.insert(*key));
        let mut missing = self.missing.into_inner();
        let given: HashSet<&str> = self
            .entries
            .iter()
            .map(|entry| entry.key.as_str())
            .collect();
        let absent: Vec<&'static str> = asked
            .iter()
            .copied()
            .filter(|key| !given.contains(key))
            .collect();
        for entry in self.entries {
            let extension = self.extensible.get() && entry.key.starts_with("x-");
            let key = entry.key.as_str();
            if extension || asked.contains(&key) || tolerated.contains(&key) {
                continue;
            }
            let near = nearest(&entry.key, absent.iter().copied());
            missing.retain(|key| near != Some(*key));
            let help = match near {
                Some(near) => did_you_mean(near),
                None if entry.value.value == Value::Null && entry.key.contains(' ') => {
                    Message::new("scenario-comma-help")
                }
                None => Message::new("scenario-known-keys").with("names", asked.join(", ")),
            };
            self.reader.error(
                entry.span,
                Message::new("scenario-unknown-key").with("key", &entry.key),
                Some(help),
            );
        }
        for key in missing {
            let message = Message::new("scenario-missing-key").with("key", key);
            let help = Message::new("scenario-missing-key-help").with("key", key);
            self.reader.error(self.span, message, Some(help));
        }
    }
}
