//! Machines and the files placed in them.

use serde::Serialize;

use super::{Cell, LocalText, Variant};
use crate::scenarios::{
    NodeId, VariantId,
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
    /// The side whose trainees use its terminal and its page.
    pub cell: Cell,
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
    /// The variants in which it is placed; all of them when empty.
    pub variants: Vec<VariantId>,
}

impl ScenarioNode {
    pub(super) fn read_all(fields: &Fields<'_>) -> Vec<Self> {
        let reader = fields.reader();
        let Some(node) = fields.optional("nodes") else {
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
            cell: Cell::read(fields),
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
            variants: Variant::read_names(fields),
        })
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
