//! `volumes`: those in memory are what `tmpfs` is; all others would reach out of the machine.

use super::refuse;
use crate::scenarios::{
    fields::Fields,
    findings::Reader,
    problem::Message,
    tree::{Node, Value},
};

/// Why another volume is refused.
const REASON: &str = "scenario-refused-volumes";

/// Folders in memory with their mount options.
pub(super) fn read(fields: &Fields<'_>) -> Vec<(String, String)> {
    let reader = fields.reader();
    let Some(node) = fields.optional("volumes") else {
        return Vec::new();
    };
    let items: &[Node] = match &node.value {
        Value::List(items) => items,
        _ => &[],
    };
    if !items.iter().any(in_memory) {
        refuse(fields, "volumes", REASON);
        return Vec::new();
    }
    let mut mounts = Vec::new();
    for item in items {
        if in_memory(item) {
            mounts.push(mount(reader, item));
        } else {
            let message = Message::new("scenario-compose-refused").with("key", "volumes");
            reader.error(item.span, message, Some(Message::new(REASON)));
        }
    }
    mounts
}

fn in_memory(item: &Node) -> bool {
    let kind = item.get("type").map(|kind| &kind.value);
    matches!(kind, Some(Value::Scalar { text, .. }) if text == "tmpfs")
}

/// `{type: tmpfs, target: /run, tmpfs: {size: 64m, mode: 755}}`.
fn mount(reader: Reader<'_>, item: &Node) -> (String, String) {
    reader.map(item, |fields| {
        fields.know("type");
        let target = fields.required("target");
        let target = target.map(|node| super::service::folder(reader, node));
        let mut options: Vec<String> = Vec::new();
        if let Some(node) = fields.optional("tmpfs") {
            reader.map(node, |fields| {
                for key in ["size", "mode"] {
                    let text = fields.optional_text(key);
                    options.extend(text.map(|text| format!("{key}={text}")));
                }
            });
        }
        if fields.flag("read_only") {
            options.push("ro".to_owned());
        }
        (target.unwrap_or_default(), options.join(","))
    })
}
