//! Machines, the files placed in them, and the values drawn for each environment.

use serde::Serialize;

use super::LocalText;
use crate::scenarios::{
    NodeId, VariableName,
    fields::Fields,
    findings::{Reader, Thing},
    problem::{Message, Span},
    templates::Scope,
    tree::{Node, Value},
};

/// What a machine is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeRole {
    /// Where trainees work from.
    Analyst,
    /// What is attacked and defended.
    Target,
    /// What attacks.
    Adversary,
    /// What the others need.
    Infrastructure,
    /// Where the platform looks from.
    Checker,
}

/// A machine's access for trainees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Terminal {
    /// The user whose shell it is.
    pub user: String,
    /// What its tab is called; the machine's name when absent.
    pub title: Option<LocalText>,
}

/// A page of a machine that trainees open in the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WebPage {
    /// The port that serves it.
    pub port: u16,
    /// What its link is called.
    pub title: LocalText,
}

/// What a scenario says of a machine beyond the Compose file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScenarioNode {
    /// Its name, also in the Compose file.
    pub id: NodeId,
    /// What it is there for.
    pub role: NodeRole,
    /// Its terminal; trainees have none when absent.
    pub terminal: Option<Terminal>,
    /// Its page.
    pub web: Option<WebPage>,
    /// Whether set-uid programs may raise privileges.
    pub privilege_escalation: bool,
}

/// A file placed in a machine after its creation and before its start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NodeFile {
    /// The machine.
    pub node: NodeId,
    /// Absolute path in the machine.
    pub path: String,
    /// The file in the bundle.
    pub from: String,
    /// Whether `{{…}}` in it is filled in.
    pub template: bool,
    /// Permission bits; the bundle's own when absent.
    pub mode: Option<u32>,
    /// `user:group`; root when absent.
    pub owner: Option<String>,
}

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
}

impl ScenarioNode {
    pub(super) fn read_all(fields: &Fields<'_>) -> Vec<Self> {
        let reader = fields.reader();
        let Some(node) = fields.required("nodes") else {
            return Vec::new();
        };
        if !matches!(node.value, Value::Map(_)) {
            reader.findings().unreadable(Thing::Node);
        }
        let entries = reader.entries(node);
        entries
            .iter()
            .map(|entry| Self::read(reader, &entry.key, entry.span, &entry.value))
            .collect()
    }

    fn read(reader: Reader<'_>, id: &str, span: Span, node: &Node) -> Self {
        reader.name(id, span);
        reader.declare(Thing::Node, id, span);
        reader.refer(Thing::ComposeService, id, span);
        reader.map(node, |fields| Self {
            id: NodeId::from(id),
            role: fields
                .choice(
                    "role",
                    &[
                        ("analyst", NodeRole::Analyst),
                        ("target", NodeRole::Target),
                        ("adversary", NodeRole::Adversary),
                        ("infrastructure", NodeRole::Infrastructure),
                        ("checker", NodeRole::Checker),
                    ],
                )
                .unwrap_or(NodeRole::Target),
            terminal: fields.optional("terminal").map(|node| {
                reader.map(node, |fields| Terminal {
                    user: fields.text("user"),
                    title: fields.optional_local_text("title", true),
                })
            }),
            web: fields.optional("web").map(|node| {
                reader.map(node, |fields| WebPage {
                    port: fields.integer("port", 1..=65_535),
                    title: fields.local_text("title", true),
                })
            }),
            privilege_escalation: fields.flag("privilege_escalation"),
        })
    }
}

impl NodeFile {
    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| Self {
            node: NodeId::from(fields.referred("node", Thing::Node)),
            path: absolute_path(fields),
            from: fields.referred("from", Thing::File),
            template: fields.flag("template"),
            mode: fields.optional("mode").and_then(|node| mode(reader, node)),
            owner: fields.optional("owner").map(|node| owner(reader, node)),
        })
    }
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
                match fields.one_of(&["password", "number", "choice", "hex"])? {
                    ("password", node) => VariableKind::Password {
                        length: length(reader, node, 8..=128),
                    },
                    ("hex", node) => VariableKind::Hex {
                        length: length(reader, node, 1..=128),
                    },
                    ("number", node) => number(reader, node),
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

/// An absolute path in a machine, without a step upwards.
fn absolute_path(fields: &Fields<'_>) -> String {
    let path = fields.text("path");
    let plain =
        path.starts_with('/') && !path.ends_with('/') && !path.split('/').any(|part| part == "..");
    if !plain && !path.is_empty() {
        let message = Message::new("scenario-path").with("path", &path);
        fields.reader().error(
            fields.span("path"),
            message,
            Some(Message::new("scenario-path-help")),
        );
    }
    path
}

/// Permission bits in octal, in quotes so that YAML does not read a number.
fn mode(reader: Reader<'_>, node: &Node) -> Option<u32> {
    let text = reader.text(node);
    let mode = u32::from_str_radix(&text, 8)
        .ok()
        .filter(|mode| *mode <= 0o7777 && (3..=5).contains(&text.len()));
    if mode.is_none() && !text.is_empty() {
        let message = Message::new("scenario-mode").with("text", &text);
        reader.error(node.span, message, Some(Message::new("scenario-mode-help")));
    }
    mode
}

fn owner(reader: Reader<'_>, node: &Node) -> String {
    let text = reader.text(node);
    let is_part = |part: &str| {
        (1..=32).contains(&part.len())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    let known = text.matches(':').count() <= 1 && text.split(':').all(is_part);
    if !known && !text.is_empty() {
        reader.error(
            node.span,
            Message::new("scenario-owner").with("text", &text),
            None,
        );
    }
    text
}

/// Notes the names in a text that only the program and the author see.
pub(super) fn hidden_template(reader: Reader<'_>, text: &str, span: Span) {
    reader.template(text, span, Scope::Environment, false);
}
