//! Who plays against whom, what differs between environments, and how the time is divided.

use std::time::Duration;

use serde::Serialize;

use super::{LocalText, seconds};
use crate::scenarios::{
    PhaseId, VariantId,
    fields::Fields,
    findings::{Reader, Thing},
    problem::Message,
    tree::{Node, Value},
};

/// Fewest variants that differ at all.
const MIN_VARIANTS: usize = 2;
/// Most variants: a scenario's test solves each of them.
const MAX_VARIANTS: usize = 8;
/// What `cell` may say.
const CELLS: &[(&str, Cell)] = &[("blue", Cell::Blue), ("red", Cell::Red)];

/// A side that trainees play. A team belongs to one; the machines are the defenders', and the attackers of an
/// environment use the machines in it that are theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Those who defend.
    #[default]
    Blue,
    /// Those who attack.
    Red,
}

/// What a scenario says of a side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Which.
    pub cell: Cell,
    /// What its trainees read before they begin; the scenario's own briefing when absent.
    pub briefing: Option<LocalText>,
}

/// One of several forms that an environment may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Variant {
    /// Its name.
    pub id: VariantId,
    /// What organisers call it; trainees never see it.
    pub title: LocalText,
}

/// A part of the exercise's time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Phase {
    /// Its name.
    pub id: PhaseId,
    /// What it is called.
    pub title: LocalText,
    /// How long it shall take, in exercise time (seconds in JSON).
    #[serde(serialize_with = "seconds")]
    pub duration: Duration,
}

impl Cell {
    /// Every side.
    pub const ALL: [Self; 2] = [Self::Blue, Self::Red];

    /// Its name in files and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Red => "red",
        }
    }

    /// The side that plays against it.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Blue => Self::Red,
            Self::Red => Self::Blue,
        }
    }

    /// The side of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cell| cell.as_str() == name)
    }

    /// The side that a thing belongs to; those who defend where nothing is said.
    pub(super) fn read(fields: &Fields<'_>) -> Self {
        fields.optional_choice("cell", CELLS).unwrap_or_default()
    }
}

impl Side {
    pub(super) fn read_all(fields: &Fields<'_>) -> Vec<Self> {
        let reader = fields.reader();
        let Some(node) = fields.optional("cells") else {
            return Vec::new();
        };
        reader.map(node, |fields| {
            let sides = CELLS.iter().filter_map(|(name, cell)| {
                let node = fields.optional(name)?;
                Some(reader.map(node, |fields| Self {
                    cell: *cell,
                    briefing: fields.optional_local_text("briefing", true),
                }))
            });
            sides.collect()
        })
    }
}

impl Variant {
    pub(super) fn read_all(fields: &Fields<'_>) -> Vec<Self> {
        let reader = fields.reader();
        let Some(node) = fields.optional("variants") else {
            return Vec::new();
        };
        let is_map = matches!(node.value, Value::Map(_));
        if !is_map {
            reader.findings().unreadable(Thing::Variant);
        }
        let entries = reader.entries(node);
        if is_map && !(MIN_VARIANTS..=MAX_VARIANTS).contains(&entries.len()) {
            let message = Message::new("scenario-variants-count")
                .with("least", MIN_VARIANTS)
                .with("most", MAX_VARIANTS);
            reader.error(node.span, message, None);
        }
        let variants = entries.iter().map(|entry| {
            reader.name(&entry.key, entry.span);
            reader.declare(Thing::Variant, &entry.key, entry.span);
            reader.map(&entry.value, |fields| Self {
                id: VariantId::from(entry.key.as_str()),
                title: fields.local_text("title", false),
            })
        });
        variants.collect()
    }

    /// The variants that something is made for; all of them where none is named.
    pub(in crate::scenarios) fn read_names(fields: &Fields<'_>) -> Vec<VariantId> {
        let reader = fields.reader();
        if let Some(node) = fields.optional("variants")
            && matches!(&node.value, Value::List(items) if items.is_empty())
        {
            reader.error(node.span, Message::new("scenario-empty-list"), None);
        }
        fields.list("variants", |node| {
            let name = reader.filled(node);
            reader.refer(Thing::Variant, &name, node.span);
            VariantId::from(name)
        })
    }
}

impl Phase {
    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| Self {
            id: PhaseId::from(fields.declared("id", Thing::Phase)),
            title: fields.local_text("title", true),
            duration: fields.duration("duration"),
        })
    }
}
