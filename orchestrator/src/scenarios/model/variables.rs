//! Values drawn for each environment.

use serde::Serialize;

use crate::scenarios::{
    Subnet, VariableName, VariantId,
    fields::Fields,
    findings::{Reader, Thing},
    problem::{Message, Span},
    tree::{Node, Value},
};

/// Fewest syllables of a made-up word: shorter ones are soon the same.
const MIN_SYLLABLES: i64 = 2;
/// Most syllables of a made-up word: longer ones nobody types.
const MAX_SYLLABLES: i64 = 6;
/// Highest port.
const MAX_PORT: i64 = 65_535;
/// Lowest port that needs no privilege.
const FIRST_FREE_PORT: u16 = 1_024;
/// Addresses of the smallest range that leaves something to draw.
const MIN_ADDRESSES: u64 = 4;

/// A value drawn for each environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: VariableName,
    /// What it may be.
    pub kind: VariableKind,
}

/// What a drawn value may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    /// Letters and digits that are not mistaken for each other.
    Password {
        /// How many.
        length: usize,
    },
    /// A whole number, both ends included.
    Number {
        /// The lowest.
        from: i64,
        /// The highest.
        to: i64,
    },
    /// One of these.
    Choice(Vec<String>),
    /// Hexadecimal digits.
    Hex {
        /// How many.
        length: usize,
    },
    /// A port, both ends included.
    Port {
        /// The lowest.
        from: u16,
        /// The highest.
        to: u16,
    },
    /// An IPv4 address of a range, neither its first nor its last: for what logs and files tell of, not for machines.
    Address(Subnet),
    /// A made-up word of small letters, fit for accounts, hosts and files.
    Name {
        /// How many syllables of two letters.
        syllables: usize,
    },
    /// A text for each variant.
    Variant(Vec<(VariantId, String)>),
}

impl Variable {
    pub(super) fn read_all(fields: &Fields<'_>) -> Vec<Self> {
        let reader = fields.reader();
        let Some(node) = fields.optional("variables") else {
            return Vec::new();
        };
        if !matches!(node.value, Value::Map(_)) {
            reader.findings().unreadable(Thing::Variable);
        }
        let entries = reader.entries(node);
        entries
            .iter()
            .map(|entry| Self::read(reader, &entry.key, entry.span, &entry.value))
            .collect()
    }

    fn read(reader: Reader<'_>, name: &str, span: Span, node: &Node) -> Self {
        let is_word = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_word
            || !name
                .bytes()
                .next()
                .is_some_and(|byte| byte.is_ascii_alphabetic())
        {
            let message = Message::new("scenario-variable-name").with("name", name);
            reader.error(span, message, None);
        }
        reader.declare(Thing::Variable, name, span);
        let kind = reader.map(node, |fields| {
            Some(
                match fields.one_of(&[
                    "password", "number", "choice", "hex", "port", "address", "name", "variant",
                ])? {
                    ("password", node) => VariableKind::Password {
                        length: length(reader, node, 8..=128),
                    },
                    ("hex", node) => VariableKind::Hex {
                        length: length(reader, node, 1..=128),
                    },
                    ("number", node) => number(reader, node),
                    ("port", node) => port(reader, node),
                    ("address", node) => address(reader, node)?,
                    ("name", node) => VariableKind::Name {
                        syllables: reader.map(node, |fields| {
                            fields.integer("syllables", MIN_SYLLABLES..=MAX_SYLLABLES)
                        }),
                    },
                    ("variant", node) => by_variant(reader, node),
                    (_, node) => {
                        let words = reader.texts(node);
                        if words.is_empty() {
                            reader.error(node.span, Message::new("scenario-empty-list"), None);
                        }
                        VariableKind::Choice(words)
                    }
                },
            )
        });
        Self {
            name: VariableName::from(name),
            kind: kind.unwrap_or(VariableKind::Hex { length: 1 }),
        }
    }
}

fn length(reader: Reader<'_>, node: &Node, range: std::ops::RangeInclusive<i64>) -> usize {
    reader.map(node, |fields| fields.integer("length", range))
}

fn number(reader: Reader<'_>, node: &Node) -> VariableKind {
    let limit = i64::from(i32::MAX);
    let (from, to): (i64, i64) = reader.map(node, |fields| {
        (
            fields.integer("from", -limit..=limit),
            fields.integer("to", -limit..=limit),
        )
    });
    if from > to {
        reader.error(node.span, Message::new("scenario-number-range"), None);
    }
    VariableKind::Number {
        from: from.min(to),
        to,
    }
}

fn port(reader: Reader<'_>, node: &Node) -> VariableKind {
    let (from, to): (Option<u16>, Option<u16>) = reader.map(node, |fields| {
        (
            fields.optional_integer("from", 1..=MAX_PORT),
            fields.optional_integer("to", 1..=MAX_PORT),
        )
    });
    let (from, to) = (from.unwrap_or(FIRST_FREE_PORT), to.unwrap_or(u16::MAX));
    if from > to {
        reader.error(node.span, Message::new("scenario-number-range"), None);
    }
    VariableKind::Port {
        from: from.min(to),
        to,
    }
}

fn address(reader: Reader<'_>, node: &Node) -> Option<VariableKind> {
    reader.map(node, |fields| {
        let text = fields.text("in");
        if text.is_empty() {
            return None;
        }
        let range: Option<Subnet> = text.parse().ok();
        let range = range.filter(|range| range.size() >= MIN_ADDRESSES);
        if range.is_none() {
            let message = Message::new("scenario-address-range").with("text", &text);
            let help = Message::new("scenario-address-range-help");
            reader.error(fields.span("in"), message, Some(help));
        }
        range.map(VariableKind::Address)
    })
}

fn by_variant(reader: Reader<'_>, node: &Node) -> VariableKind {
    let texts = reader.entries(node).iter().map(|entry| {
        reader.refer(Thing::Variant, &entry.key, entry.span);
        (
            VariantId::from(entry.key.as_str()),
            reader.filled(&entry.value),
        )
    });
    VariableKind::Variant(texts.collect())
}
