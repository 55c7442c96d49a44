//! Public catalogues that scenarios are tagged with: what is known in them, and what an unknown id may be.
//!
//! A catalogue ships as a list of one release. It can say for certain that an id below the last one of its kind does
//! not exist; one behind it may belong to a later release, which an air-gapped site cannot fetch. So the first is a
//! mistake and the second a warning.

use std::collections::BTreeMap;

use super::{
    fields::Fields,
    problem::{Message, Severity},
    suggest::nearest,
    tree::Node,
};

/// How far behind the last id a later release may come; a year brings some thirty techniques. What is further is a slip.
const AHEAD: u32 = 60;

/// A list of ids and names.
pub struct Catalogue {
    version: &'static str,
    names: BTreeMap<&'static str, &'static str>,
}

/// What is said of an id, and which ids have the right form.
pub struct Rules {
    /// Whether a text is written as an id of the catalogue.
    pub is_code: fn(&str) -> bool,
    /// The message for a text that is not.
    pub form: &'static str,
    /// The message for an id that does not exist.
    pub unknown: &'static str,
    /// The message for an id that a later release may have.
    pub newer: &'static str,
}

impl Catalogue {
    /// Reads a list: `id name` a line, lines with `#` are remarks, one of them `# Version: …`.
    pub fn read(text: &'static str) -> Self {
        let version = text
            .lines()
            .find_map(|line| line.strip_prefix("# Version: "))
            .unwrap_or_default();
        Self {
            version: version.trim_end_matches('.'),
            names: text
                .lines()
                .filter(|line| !line.starts_with('#'))
                .filter_map(|line| line.split_once(' '))
                .collect(),
        }
    }

    /// The release that the list holds.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// The name of an id.
    pub fn name(&self, id: &str) -> Option<&'static str> {
        self.names.get(id).copied()
    }

    /// All ids and names, by id.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.names.iter().map(|(id, name)| (*id, *name))
    }

    /// Reads a list of ids; those that are not of the catalogue are reported.
    pub fn codes(&self, fields: &Fields<'_>, key: &'static str, rules: &Rules) -> Vec<String> {
        fields.list(key, |node| self.code(fields, node, rules))
    }

    fn code(&self, fields: &Fields<'_>, node: &Node, rules: &Rules) -> String {
        let reader = fields.reader();
        let text = reader.text(node);
        if text.is_empty() || self.name(&text).is_some() {
            return text;
        }
        let (severity, message) = if !(rules.is_code)(&text) {
            (Severity::Error, rules.form)
        } else if self.may_be_newer(&text) {
            (Severity::Warning, rules.newer)
        } else {
            (Severity::Error, rules.unknown)
        };
        let message = Message::new(message)
            .with("text", &text)
            .with("version", self.version);
        match severity {
            Severity::Error => reader.error(node.span, message, self.suggestion(&text)),
            Severity::Warning => reader.warn(node.span, message, self.suggestion(&text)),
        }
        text
    }

    /// Whether an id stands not far behind the last known one of its kind, or below one that does.
    fn may_be_newer(&self, id: &str) -> bool {
        let kind = kind_of(id);
        let last = self.names.keys().rev().find(|known| kind_of(known) == kind);
        if let Some(last) = last {
            return id > *last && number_of(id).saturating_sub(number_of(last)) <= AHEAD;
        }
        let above = kind.trim_end_matches('.');
        above != kind && (self.name(above).is_some() || self.may_be_newer(above))
    }

    /// The nearest id, or the id of the nearest name: some write what they mean.
    fn suggestion(&self, written: &str) -> Option<Message> {
        let by_name = |near: &str| self.all().find(|(_, name)| *name == near);
        let (id, name) = nearest(written, self.names.values().copied())
            .and_then(by_name)
            .or_else(|| {
                let id = nearest(written, self.names.keys().copied())?;
                Some((id, self.name(id)?))
            })?;
        let message = Message::new("scenario-catalogue-did-you-mean");
        Some(message.with("id", id).with("name", name))
    }
}

/// The number at the end of an id.
fn number_of(id: &str) -> u32 {
    let digits = id.rsplit(|c: char| !c.is_ascii_digit()).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// What stands before an id's last number: ids of one kind are counted upwards.
fn kind_of(id: &str) -> &str {
    id.trim_end_matches(|c: char| c.is_ascii_digit())
}
