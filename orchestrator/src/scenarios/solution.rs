//! `solution.yaml`: the steps that solve a scenario with nothing but a trainee's access.
//!
//! A solution knows no secrets: its templates see what its own steps have printed, and nothing else. That is what makes
//! it a proof.

mod request;
mod wait;

use std::time::Duration;

use regex::Regex;
use serde::Serialize;

use super::{
    CriterionId, EventId, NodeId, PartId, TaskId, VariantId,
    fields::Fields,
    findings::{Reader, Thing},
    model::{Variant, reason},
    problem::Message,
    templates::Scope,
    time,
    tree::{Node, Value},
};

pub use request::{Expectation, Request};
pub use wait::{Awaited, Wait};

/// How long a step's command may take when nothing is said.
const DEFAULT_STEP_TIMEOUT: Duration = Duration::from_mins(2);
/// Largest compiled pattern, in bytes.
const MAX_PATTERN: usize = 1 << 20;

/// The steps in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Solution {
    /// What is done, one after the other.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its name.
    pub id: String,
    /// The machine whose terminal it uses.
    pub node: Option<NodeId>,
    /// The terminal's user; who it is when absent, the node says.
    pub user: Option<String>,
    /// What is typed, as a shell reads it; `{{capture.…}}` is filled in.
    pub run: Option<String>,
    /// A request that it makes instead of typing.
    pub request: Option<Request>,
    /// How long that may take (seconds in JSON).
    #[serde(serialize_with = "time::seconds")]
    pub timeout: Duration,
    /// What is taken from its output.
    pub capture: Vec<Capture>,
    /// An answer that it submits.
    pub solves: Option<Solves>,
    /// A check that must pass after it.
    pub expect_check: Option<TaskId>,
    /// A report that it files.
    pub report: Option<ReportStep>,
    /// How far exercise time jumps after it.
    pub jump: Option<Jump>,
    /// What it waits for at its end.
    pub wait: Option<Wait>,
    /// The variants in which it is taken; all of them when empty.
    pub variants: Vec<VariantId>,
}

/// A part of an output that later steps use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capture {
    /// Its name, `{{capture.<name>}}`.
    pub name: String,
    /// A regular expression with one group.
    pub pattern: String,
}

/// An answer to submit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Solves {
    /// The task.
    pub task: TaskId,
    /// Its part, where it has several.
    pub part: Option<PartId>,
    /// The answer; `{{capture.…}}` is filled in.
    pub answer: String,
}

/// A report to file and the grade to give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportStep {
    /// The task.
    pub task: TaskId,
    /// The form's fields; `{{capture.…}}` is filled in.
    pub fields: Vec<(String, String)>,
    /// Points by criterion.
    pub grade: Vec<(CriterionId, u32)>,
}

/// Where exercise time jumps to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Jump {
    /// To a time after the start.
    To(#[serde(serialize_with = "time::seconds")] Duration),
    /// To an event of the timeline.
    Event(EventId),
}

impl Solution {
    /// Reads `solution.yaml`.
    pub(super) fn read(reader: Reader<'_>, root: &Node) -> Self {
        let mut captures = Vec::new();
        let mut seen = Vec::new();
        reader.map(root, |fields| Self {
            steps: match fields.required("steps") {
                Some(node) => {
                    let items = reader.items(node).iter();
                    items
                        .map(|node| Step::read(reader, node, &mut captures, &mut seen))
                        .collect()
                }
                None => Vec::new(),
            },
        })
    }
}

impl Step {
    fn read(
        reader: Reader<'_>,
        node: &Node,
        captures: &mut Vec<String>,
        seen: &mut Vec<String>,
    ) -> Self {
        reader.map(node, |fields| {
            let id = fields.text("id");
            if !id.is_empty() {
                reader.name(&id, fields.span("id"));
                if seen.contains(&id) {
                    reader.error(
                        fields.span("id"),
                        Message::new("scenario-step-twice").with("name", &id),
                        None,
                    );
                }
                seen.push(id.clone());
            }
            let run = fields
                .optional("run")
                .map(|node| templated(reader, node, captures));
            let uses_node = run.is_some();
            let node = if uses_node {
                Some(fields.referred("node", Thing::Node))
            } else {
                fields.optional_referred("node", Thing::Node)
            };
            if let (Some(_), false) = (&node, uses_node) {
                reader.error(
                    fields.span("node"),
                    Message::new("scenario-node-nothing"),
                    None,
                );
            }
            let request = fields
                .optional("request")
                .map(|node| Request::read(reader, node, captures));
            if uses_node && request.is_some() {
                let span = fields.key_span("request").unwrap_or_default();
                reader.error(span, Message::new("scenario-run-and-request"), None);
            }
            let capture = read_captures(fields, captures);
            if !capture.is_empty() && !uses_node && request.is_none() {
                reader.error(
                    fields.span("capture"),
                    Message::new("scenario-capture-nothing"),
                    None,
                );
            }
            let step = Self {
                id,
                node: node.map(NodeId::from),
                user: fields.optional_text("user"),
                run,
                request,
                timeout: fields.duration_or("timeout", DEFAULT_STEP_TIMEOUT),
                capture,
                solves: fields.optional("solves").map(|node| {
                    reader.map(node, |fields| Solves {
                        task: TaskId::from(fields.referred("task", Thing::Task)),
                        part: fields.optional_text("part").map(PartId::from),
                        answer: fields
                            .required("answer")
                            .map(|node| templated(reader, node, captures))
                            .unwrap_or_default(),
                    })
                }),
                expect_check: fields
                    .optional_referred("expect_check", Thing::Task)
                    .map(TaskId::from),
                report: fields
                    .optional("report")
                    .map(|node| ReportStep::read(reader, node, captures)),
                jump: fields.optional("jump").map(|node| jump(reader, node)),
                wait: fields.optional("wait").map(|node| Wait::read(reader, node)),
                variants: Variant::read_names(fields),
            };
            let does_something = step.run.is_some()
                || step.request.is_some()
                || step.wait.is_some()
                || step.solves.is_some()
                || step.expect_check.is_some()
                || step.report.is_some()
                || step.jump.is_some();
            if !does_something {
                reader.error(node_span(fields), Message::new("scenario-step-empty"), None);
            }
            step
        })
    }
}

impl Step {
    /// The machine that it uses.
    #[must_use]
    pub fn machine(&self) -> Option<&NodeId> {
        let asking = self.request.as_ref().map(|request| &request.node);
        self.node.as_ref().or(asking)
    }

    /// Whether it is taken in an environment of this variant.
    #[must_use]
    pub fn is_of(&self, variant: Option<&VariantId>) -> bool {
        self.variants.is_empty() || variant.is_some_and(|it| self.variants.contains(it))
    }
}

impl ReportStep {
    fn read(reader: Reader<'_>, node: &Node, captures: &[String]) -> Self {
        reader.map(node, |fields| Self {
            task: TaskId::from(fields.referred("task", Thing::Task)),
            fields: fields
                .optional("fields")
                .map(|node| reader.entries(node))
                .unwrap_or_default()
                .iter()
                .map(|entry| (entry.key.clone(), templated(reader, &entry.value, captures)))
                .collect(),
            grade: fields
                .required("grade")
                .map(|node| reader.entries(node))
                .unwrap_or_default()
                .iter()
                .map(|entry| {
                    let points = reader.integer(&entry.value, 0..=100_000);
                    (
                        CriterionId::from(entry.key.as_str()),
                        u32::try_from(points).unwrap_or_default(),
                    )
                })
                .collect(),
        })
    }
}

fn node_span(fields: &Fields<'_>) -> super::problem::Span {
    fields.span("id")
}

fn templated(reader: Reader<'_>, node: &Node, captures: &[String]) -> String {
    let text = reader.filled(node);
    reader.template(&text, node.span, Scope::Captures(captures), false);
    text
}

/// Reads the captures of a step and adds their names to those known.
fn read_captures(fields: &Fields<'_>, known: &mut Vec<String>) -> Vec<Capture> {
    let reader = fields.reader();
    let Some(node) = fields.optional("capture") else {
        return Vec::new();
    };
    let entries = reader.entries(node).iter();
    entries
        .map(|entry| {
            let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            if entry.key.is_empty() || !entry.key.bytes().all(word) {
                reader.error(
                    entry.span,
                    Message::new("scenario-variable-name").with("name", &entry.key),
                    None,
                );
            }
            known.push(entry.key.clone());
            let pattern = reader.text(&entry.value);
            match regex::RegexBuilder::new(&pattern)
                .size_limit(MAX_PATTERN)
                .build()
            {
                Ok(compiled) if group_count(&compiled) == 1 => {}
                Ok(_) if matches!(entry.value.value, Value::Scalar { .. }) => {
                    reader.error(
                        entry.value.span,
                        Message::new("scenario-pattern-group"),
                        None,
                    );
                }
                Ok(_) => {}
                Err(error) => {
                    let message = Message::new("scenario-pattern").with("reason", reason(&error));
                    reader.error(entry.value.span, message, None);
                }
            }
            Capture {
                name: entry.key.clone(),
                pattern,
            }
        })
        .collect()
}

fn group_count(pattern: &Regex) -> usize {
    pattern.captures_len().saturating_sub(1)
}

/// A time, or the name of an event.
fn jump(reader: Reader<'_>, node: &Node) -> Jump {
    let text = reader.filled(node);
    if let Some(time) = time::parse(&text) {
        return Jump::To(time);
    }
    reader.refer(Thing::Event, &text, node.span);
    Jump::Event(EventId::from(text))
}
