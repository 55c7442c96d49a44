//! `${NAME}` in a Compose file: the scenario's variables, with the forms that Compose knows.

use crate::scenarios::{
    findings::{Reader, did_you_mean},
    problem::{Message, Span},
    suggest::nearest,
    tree::{Node, Value},
};

/// Finds a variable's value.
pub trait Lookup {
    /// The value, if there is such a variable.
    fn value(&self, name: &str) -> Option<String>;
    /// All names, for suggestions.
    fn names(&self) -> Vec<String>;
}

/// The tree with all `${…}` in its values filled in; keys stay as they are, as in Compose.
#[must_use]
pub fn interpolate(reader: Reader<'_>, node: &Node, variables: &dyn Lookup) -> Node {
    let value = match &node.value {
        Value::Null => Value::Null,
        Value::Scalar { text, plain } => {
            let text = if text.contains('$') {
                fill(reader, text, node.span, variables)
            } else {
                text.clone()
            };
            Value::Scalar {
                text,
                plain: *plain,
            }
        }
        Value::List(items) => Value::List(
            items
                .iter()
                .map(|item| interpolate(reader, item, variables))
                .collect(),
        ),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|entry| {
                    let mut entry = entry.clone();
                    if !entry.key.starts_with("x-") {
                        entry.value = interpolate(reader, &entry.value, variables);
                    }
                    entry
                })
                .collect(),
        ),
    };
    Node {
        span: node.span,
        value,
    }
}

fn fill(reader: Reader<'_>, text: &str, span: Span, variables: &dyn Lookup) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        filled.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            filled.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            let Some(end) = after.find('}') else {
                reader.error(span, Message::new("scenario-interpolation"), None);
                return filled;
            };
            filled.push_str(&braced(reader, &after[..end], span, variables));
            rest = &after[end + 1..];
        } else {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let name = &rest[..end];
            if name.is_empty() {
                reader.error(span, Message::new("scenario-interpolation"), None);
            } else {
                filled.push_str(
                    &variables
                        .value(name)
                        .unwrap_or_else(|| unknown(reader, name, span, variables)),
                );
            }
            rest = &rest[end..];
        }
    }
    filled.push_str(rest);
    filled
}

/// `NAME`, `NAME:-default` or `NAME-default`.
fn braced(reader: Reader<'_>, inner: &str, span: Span, variables: &dyn Lookup) -> String {
    let end = inner.find(|c: char| !is_word(c)).unwrap_or(inner.len());
    let (name, form) = inner.split_at(end);
    let default = form.strip_prefix(":-").or_else(|| form.strip_prefix('-'));
    if name.is_empty() || (default.is_none() && !form.is_empty()) {
        reader.error(span, Message::new("scenario-interpolation"), None);
        return String::new();
    }
    match (variables.value(name), default) {
        (Some(value), _) => value,
        (None, Some(default)) => default.to_owned(),
        (None, None) => unknown(reader, name, span, variables),
    }
}

fn unknown(reader: Reader<'_>, name: &str, span: Span, variables: &dyn Lookup) -> String {
    let names = variables.names();
    let help = nearest(name, names.iter().map(String::as_str)).map(did_you_mean);
    reader.error(
        span,
        Message::new("scenario-unknown-variable").with("name", name),
        help,
    );
    String::new()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
