//! `${NAME}` in a Compose file: the scenario's variables, with the forms that Compose knows.

use crate::scenarios::{
    findings::{Reader, did_you_mean},
    problem::{Message, Span},
    suggest::nearest,
    tree::{Node, Value},
};

/// Deepest nesting of `${A:-${B:-c}}`.
const MAX_DEPTH: usize = 8;

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
                self::text(reader, text, node.span, variables)
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

/// A text with all `${…}` filled in.
pub(super) fn text(reader: Reader<'_>, text: &str, span: Span, variables: &dyn Lookup) -> String {
    let filling = Filling {
        reader,
        span,
        variables,
    };
    filling.fill(text, 0)
}

/// What a text is filled in with, and where mistakes in it are told.
struct Filling<'a> {
    reader: Reader<'a>,
    span: Span,
    variables: &'a dyn Lookup,
}

impl Filling<'_> {
    fn fill(&self, text: &str, depth: usize) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            filled.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                filled.push('$');
                rest = after;
            } else if let Some(after) = rest.strip_prefix('{') {
                let Some(end) = closing(after).filter(|_| depth < MAX_DEPTH) else {
                    self.wrong("scenario-interpolation");
                    return filled;
                };
                filled.push_str(&self.braced(&after[..end], depth));
                rest = &after[end + 1..];
            } else {
                let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                let name = &rest[..end];
                if name.is_empty() {
                    self.wrong("scenario-interpolation");
                } else {
                    let value = self.variables.value(name);
                    filled.push_str(&value.unwrap_or_else(|| self.unknown(name)));
                }
                rest = &rest[end..];
            }
        }
        filled.push_str(rest);
        filled
    }

    /// `NAME`, or with `:-`, `-`, `:+`, `+`, `:?`, `?` and a text behind it; with a colon an empty value is as none.
    fn braced(&self, inner: &str, depth: usize) -> String {
        let end = inner.find(|c: char| !is_word(c)).unwrap_or(inner.len());
        let (name, form) = inner.split_at(end);
        if name.is_empty() {
            self.wrong("scenario-interpolation");
            return String::new();
        }
        let value = self.variables.value(name);
        if form.is_empty() {
            return value.unwrap_or_else(|| self.unknown(name));
        }
        let (operator, empty_is_none) = match form.strip_prefix(':') {
            Some(operator) => (operator, true),
            None => (form, false),
        };
        let value = value.filter(|value| !(empty_is_none && value.is_empty()));
        let mut rest = operator.chars();
        let kind = rest.next();
        let other = rest.as_str();
        match (kind, value) {
            (Some('-' | '?'), Some(value)) => value,
            (Some('-'), None) | (Some('+'), Some(_)) => self.fill(other, depth + 1),
            (Some('+'), None) => String::new(),
            (Some('?'), None) => {
                let reason = self.fill(other, depth + 1);
                let message = Message::new("scenario-interpolation-needed")
                    .with("name", name)
                    .with("reason", reason);
                self.reader.error(self.span, message, None);
                String::new()
            }
            _ => {
                let message = Message::new("scenario-interpolation-form").with("form", form);
                self.reader.error(self.span, message, None);
                String::new()
            }
        }
    }

    fn wrong(&self, message: &'static str) {
        self.reader.error(self.span, Message::new(message), None);
    }

    fn unknown(&self, name: &str) -> String {
        let names = self.variables.names();
        let help = nearest(name, names.iter().map(String::as_str)).map(did_you_mean);
        let message = Message::new("scenario-unknown-variable").with("name", name);
        self.reader.error(self.span, message, help);
        String::new()
    }
}

/// Where the brace that is open closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::scenarios::{findings::Findings, source::Source};

    struct Known;

    impl Lookup for Known {
        fn value(&self, name: &str) -> Option<String> {
            let known = [("A", "1"), ("E", "")];
            let found = known.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        }

        fn names(&self) -> Vec<String> {
            vec!["A".to_owned(), "E".to_owned()]
        }
    }

    fn filled(text: &str) -> (String, Vec<&'static str>) {
        let source = Arc::new(Source::new("compose.yaml", text));
        let findings = Findings::default();
        let filled = super::text(
            Reader::new(&source, &findings),
            text,
            Span::default(),
            &Known,
        );
        let told = findings.into_problems().into_iter();
        (filled, told.map(|problem| problem.message.id).collect())
    }

    #[test]
    fn every_form_of_the_specification_is_filled_in() {
        for (text, expected) in [
            ("$A ${A} $$A", "1 1 $A"),
            ("${X:-y}${X-z}${E:-e}${E-n}", "yze"),
            ("${A:+on}${E:+on}${E+set}${X+on}", "onset"),
            ("${A:?why}${A?why}${E?why}", "11"),
            ("${X:-${Y:-$A}}${A:+<${A}>}", "1<1>"),
        ] {
            assert_eq!(filled(text), (expected.to_owned(), Vec::new()), "{text}");
        }
    }

    #[test]
    fn what_is_needed_or_wrong_is_told() {
        for (text, id) in [
            ("${X:?say which}", "scenario-interpolation-needed"),
            ("${X?say which}", "scenario-interpolation-needed"),
            ("${E:?say which}", "scenario-interpolation-needed"),
            ("${A:=1}", "scenario-interpolation-form"),
            ("${A/1/2}", "scenario-interpolation-form"),
            ("${}", "scenario-interpolation"),
            ("${A", "scenario-interpolation"),
            ("$", "scenario-interpolation"),
            ("${B}", "scenario-unknown-variable"),
        ] {
            assert_eq!(filled(text).1, [id], "{text}");
        }
    }
}
