//! Decisions: what a team settles around a table, once and for all, and what comes of it.

use serde::Serialize;

use super::{LocalText, tasks::MAX_POINTS};
use crate::scenarios::{
    OptionId,
    findings::Reader,
    problem::Message,
    tree::{Node, Value},
};

/// Fewest and most options: one is no decision, and more are not weighed under pressure.
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=12;

/// What a team decides between. Nothing about it is right or wrong; an option brings what its author holds it to be
/// worth, and the story goes on from there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// What is offered, in this order.
    pub options: Vec<DecisionOption>,
}

/// Something that a team can decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionOption {
    /// Its name within the task.
    pub id: OptionId,
    /// What trainees read before they decide: words, no Markdown.
    pub text: LocalText,
    /// What it brings.
    pub points: u32,
    /// What trainees read once they have decided so, in Markdown; `{{…}}` is filled in.
    pub outcome: Option<LocalText>,
}

impl Decision {
    /// The option of this name.
    #[must_use]
    pub fn option(&self, id: &str) -> Option<&DecisionOption> {
        self.options.iter().find(|option| option.id.as_str() == id)
    }

    /// The most that it can bring.
    #[must_use]
    pub fn most(&self) -> u32 {
        let points = self.options.iter().map(|option| option.points);
        points.max().unwrap_or_default()
    }

    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| {
            let Some(node) = fields.required("options") else {
                return Self {
                    options: Vec::new(),
                };
            };
            let mut seen: Vec<String> = Vec::new();
            let items = reader.items(node).iter();
            let options: Vec<DecisionOption> = items
                .map(|node| DecisionOption::read(reader, node, &mut seen))
                .collect();
            if !OPTIONS.contains(&options.len()) && matches!(node.value, Value::List(_)) {
                let message = Message::new("scenario-options-count").with("most", OPTIONS.end());
                reader.error(node.span, message, None);
            }
            Self { options }
        })
    }
}

impl DecisionOption {
    fn read(reader: Reader<'_>, node: &Node, seen: &mut Vec<String>) -> Self {
        reader.map(node, |fields| {
            let id = fields.text("id");
            if !id.is_empty() {
                reader.name(&id, fields.span("id"));
                if seen.contains(&id) {
                    let message = Message::new("scenario-option-twice").with("name", &id);
                    reader.error(fields.span("id"), message, None);
                }
                seen.push(id.clone());
            }
            Self {
                id: OptionId::from(id),
                text: fields.local_text("text", true),
                points: fields.integer("points", 0..=MAX_POINTS),
                outcome: fields.optional_local_text("outcome", true),
            }
        })
    }
}
