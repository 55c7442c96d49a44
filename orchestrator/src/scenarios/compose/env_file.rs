//! Files of environment variables beside a Compose file: `NAME=value`, a line each.

use std::collections::HashSet;

use super::{Beside, interpolate};
use crate::scenarios::{
    fields::Fields,
    findings::{Reader, Thing},
    problem::{Message, Span},
    tree::{Node, Value},
};

/// The variables of a service's files, in their order; those of a later file count.
pub(super) fn read(fields: &Fields<'_>, beside: &Beside<'_>) -> Vec<(String, String)> {
    let reader = fields.reader();
    let Some(node) = fields.optional("env_file") else {
        return Vec::new();
    };
    let one = std::slice::from_ref(node);
    let items = match &node.value {
        Value::List(_) => reader.items(node),
        _ => one,
    };
    let mut pairs = Vec::new();
    for item in items {
        for (name, value) in file(reader, item, beside) {
            super::set(&mut pairs, name, value);
        }
    }
    pairs
}

/// `path`, or `{path, required, format}`.
fn file(reader: Reader<'_>, node: &Node, beside: &Beside<'_>) -> Vec<(String, String)> {
    let (path, span, needed, raw) = if matches!(node.value, Value::Map(_)) {
        reader.map(node, |fields| {
            let path = fields.text("path");
            let given = fields.optional("required");
            let needed = given.is_none() || fields.flag("required");
            let raw = fields.optional_choice("format", &[("raw", true)]);
            (path, fields.span("path"), needed, raw.unwrap_or(false))
        })
    } else {
        (reader.text(node), node.span, true, false)
    };
    let path = path.strip_prefix("./").unwrap_or(&path);
    let Some(bytes) = (beside.files)(path) else {
        if needed && !path.is_empty() {
            reader.refer(Thing::File, path, span);
        }
        return Vec::new();
    };
    let Ok(text) = str::from_utf8(bytes) else {
        let message = Message::new("scenario-environment-file").with("name", path);
        reader.error(span, message, None);
        return Vec::new();
    };
    let pairs = lines(text).into_iter();
    let filled = |(name, value): (String, String)| {
        let value = if raw {
            value
        } else {
            filled(reader, &value, span, beside)
        };
        (name, value)
    };
    pairs.map(filled).collect()
}

fn filled(reader: Reader<'_>, value: &str, span: Span, beside: &Beside<'_>) -> String {
    interpolate::text(reader, value, span, beside.variables)
}

/// The lines `NAME=value`, in their order; the later of two counts.
pub(in crate::scenarios) fn lines(text: &str) -> Vec<(String, String)> {
    let mut seen = HashSet::new();
    let mut pairs: Vec<(String, String)> = Vec::new();
    for line in text.lines().rev() {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        if seen.insert(name.trim()) {
            pairs.push((name.trim().to_owned(), unquoted(value.trim())));
        }
    }
    pairs.reverse();
    pairs
}

fn unquoted(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some((inner, _)) = value
            .strip_prefix(quote)
            .and_then(|rest| rest.rsplit_once(quote))
        {
            return inner.to_owned();
        }
    }
    // A remark begins behind white space.
    let end = value.find(" #").unwrap_or(value.len());
    value[..end].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn environment_files_are_read_line_by_line() {
        let read = lines("# remark\nA=1\nexport B=\"x # y\"\nC='z'\nD=a # b\nno pair\nA=2\n");
        let pairs: Vec<_> = read
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(pairs, [("B", "x # y"), ("C", "z"), ("D", "a"), ("A", "2")]);
    }
}
