//! Tasks of several parts, and who of a team must answer: what is asked, one after the other, whatever a task's form.

use serde::Serialize;

use super::{LocalText, tasks::Answer};
use crate::scenarios::{
    PartId, Task, TaskId,
    fields::Fields,
    findings::Reader,
    problem::{Message, Span},
    tree::{Node, Value},
};

/// Most parts of a task: more are tasks of their own.
const MAX_PARTS: usize = 12;

/// How many parts solve a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Logic {
    /// Any one.
    Any,
    /// All of them.
    #[default]
    All,
}

/// Who of a team must answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Anybody, for the whole team.
    #[default]
    Team,
    /// Every member, each alone.
    EveryMember,
}

/// What is answered in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parts {
    /// How many of them solve the task.
    pub logic: Logic,
    /// The parts in the order in which they are shown.
    pub parts: Vec<Part>,
}

/// One part of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name within the task.
    pub id: PartId,
    /// What is asked.
    pub title: LocalText,
    /// What is right.
    pub answer: Answer,
}

/// One thing that a task asks for: a part, or the whole of a task without parts.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    /// The part's name; empty for the whole.
    pub part: &'a str,
    /// The name of its flag: the task's, or `<task>.<part>`.
    pub flag: TaskId,
    /// What is right.
    pub answer: &'a Answer,
}

impl Parts {
    /// What stands in for parts that cannot be read.
    pub(super) const fn none() -> Self {
        Self {
            logic: Logic::All,
            parts: Vec::new(),
        }
    }

    /// Reads the parts of the task of this name.
    pub(super) fn read(reader: Reader<'_>, node: &Node, task: &str) -> Self {
        reader.map(node, |fields| {
            let logic = fields.choice("logic", &[("all", Logic::All), ("any", Logic::Any)]);
            let Some(node) = fields.required("parts") else {
                return Self::none();
            };
            let mut seen: Vec<String> = Vec::new();
            let items = reader.items(node).iter();
            let parts: Vec<Part> = items
                .map(|node| Part::read(reader, node, task, &mut seen))
                .collect();
            if !(2..=MAX_PARTS).contains(&parts.len()) && matches!(node.value, Value::List(_)) {
                let message = Message::new("scenario-parts-count").with("most", MAX_PARTS);
                let help = Message::new("scenario-parts-count-help");
                reader.error(node.span, message, Some(help));
            }
            Self {
                logic: logic.unwrap_or_default(),
                parts,
            }
        })
    }
}

impl Part {
    fn read(reader: Reader<'_>, node: &Node, task: &str, seen: &mut Vec<String>) -> Self {
        reader.map(node, |fields| {
            let id = fields.text("id");
            if !id.is_empty() {
                reader.name(&id, fields.span("id"));
                if seen.contains(&id) {
                    let message = Message::new("scenario-part-twice").with("name", &id);
                    reader.error(fields.span("id"), message, None);
                }
                seen.push(id.clone());
            }
            let answer = fields
                .required("answer")
                .and_then(|node| Answer::read_given(reader, node));
            if answer == Some(Answer::Flag) && !task.is_empty() && !id.is_empty() {
                reader.findings().offer_flag(&format!("{task}.{id}"));
            }
            Self {
                id: PartId::from(id),
                title: fields.local_text("title", true),
                answer: answer.unwrap_or_else(Answer::nothing),
            }
        })
    }
}

impl By {
    /// Who must answer; the team where nothing is said.
    pub(super) fn read(fields: &Fields<'_>) -> Self {
        fields
            .optional_choice(
                "by",
                &[("team", Self::Team), ("every_member", Self::EveryMember)],
            )
            .unwrap_or_default()
    }
}

impl Task {
    /// Everything that it asks for: its parts, or itself as a whole.
    #[must_use]
    pub fn ways(&self) -> Vec<Way<'_>> {
        let Answer::Parts(parts) = &self.answer else {
            return vec![Way {
                part: "",
                flag: self.id.clone(),
                answer: &self.answer,
            }];
        };
        let parts = parts.parts.iter().map(|part| Way {
            part: part.id.as_str(),
            flag: TaskId::from(format!("{}.{}", self.id, part.id)),
            answer: &part.answer,
        });
        parts.collect()
    }

    /// The part of this name; the whole where that is empty and it has none.
    #[must_use]
    pub fn way(&self, part: &str) -> Option<Way<'_>> {
        self.ways().into_iter().find(|way| way.part == part)
    }

    /// How many of what it asks for solve it.
    #[must_use]
    pub const fn logic(&self) -> Logic {
        match &self.answer {
            Answer::Parts(parts) => parts.logic,
            _ => Logic::All,
        }
    }

    /// Everything that it asks for with its place below the task, for what looks at an author's file.
    pub(in crate::scenarios) fn places(&self) -> Vec<(String, Way<'_>)> {
        let ways = self.ways();
        let whole = !matches!(self.answer, Answer::Parts(_));
        let place = |index: usize| {
            if whole {
                "answer".to_owned()
            } else {
                format!("answers/parts/{index}/answer")
            }
        };
        (0..).map(place).zip(ways).collect()
    }
}

/// Says that a part does not exist, and which may have been meant.
pub(in crate::scenarios) fn unknown_part(reader: Reader<'_>, task: &Task, part: &str, span: Span) {
    let ways = task.ways();
    let names: Vec<&str> = ways.iter().map(|way| way.part).collect();
    let help = crate::scenarios::suggest::nearest(part, names.iter().copied()).map_or_else(
        || Message::new("scenario-known-names").with("names", names.join(", ")),
        crate::scenarios::findings::did_you_mean,
    );
    let message = Message::new("scenario-unknown-part")
        .with("name", part)
        .with("task", &task.id);
    reader.error(span, message, Some(help));
}
