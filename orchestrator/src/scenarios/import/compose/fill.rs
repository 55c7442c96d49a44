//! `${…}` and environment files of Compose, resolved while importing: what stands in the result is the value.
//!
//! A scenario's `${NAME}` are its own variables, so none of the source's may be left; dollars that are meant as such are
//! doubled when the value is written.

use std::{cell::Cell, collections::BTreeMap};

use crate::scenarios::compose;

/// Deepest nesting of `${A:-${B:-c}}`.
const MAX_DEPTH: usize = 8;
/// Longest text in braces, in bytes: what is longer is no variable.
const LONGEST: usize = 2_000;
/// Most bytes that are filled in altogether: a long value may be named everywhere.
const MOST: usize = 16 << 20;

/// Values by their names.
#[derive(Debug)]
pub(super) struct Variables {
    values: BTreeMap<String, String>,
    room: Cell<usize>,
}

impl Variables {
    pub(super) fn new(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            values: values.into_iter().collect(),
            room: Cell::new(MOST),
        }
    }

    /// A value, as long as there is room for what is filled in.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let value = self.values.get(name)?;
        self.take(value.len()).then_some(value)
    }

    /// Takes room for so many bytes, if there is some.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let left = self.room.get().checked_sub(bytes);
        if let Some(left) = left {
            self.room.set(left);
        }
        left.is_some()
    }
}

/// A text whose variables are filled in, and the names of those that had no value.
pub(super) struct Filled {
    pub(super) text: String,
    pub(super) unset: Vec<String>,
}

/// Fills in `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+other}`, `${NAME+other}` and
/// `${NAME:?reason}`; `$$` is a dollar.
pub(super) fn fill(text: &str, variables: &Variables) -> Filled {
    let mut filled = Filled {
        text: String::new(),
        unset: Vec::new(),
    };
    into(&mut filled, text, variables, 0);
    filled
}

fn into(filled: &mut Filled, text: &str, variables: &Variables, depth: usize) {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        filled.text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            filled.text.push('$');
            rest = after;
        } else if let Some((inner, after)) = braced(rest).filter(|_| depth < MAX_DEPTH) {
            substitute(filled, inner, variables, depth);
            rest = after;
        } else {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let name = &rest[..end];
            if name.is_empty() {
                filled.text.push('$');
            } else {
                value(filled, name, variables);
            }
            rest = &rest[end..];
        }
    }
    filled.text.push_str(rest);
}

fn substitute(filled: &mut Filled, inner: &str, variables: &Variables, depth: usize) {
    let end = inner.find(|c: char| !is_word(c)).unwrap_or(inner.len());
    let (name, form) = inner.split_at(end);
    let set = variables.values.get(name);
    let filled_in = set.filter(|value| !value.is_empty());
    let (present, form) = match form.strip_prefix(':') {
        Some(form) => (filled_in.is_some(), form),
        None => (set.is_some(), form),
    };
    if let Some(default) = form.strip_prefix('-') {
        if present {
            value(filled, name, variables);
        } else {
            into(filled, default, variables, depth + 1);
        }
    } else if let Some(other) = form.strip_prefix('+') {
        if present {
            into(filled, other, variables, depth + 1);
        }
    } else {
        value(filled, name, variables);
    }
}

fn value(filled: &mut Filled, name: &str, variables: &Variables) {
    match variables.value(name) {
        Some(value) => filled.text.push_str(value),
        None => filled.unset.push(name.to_owned()),
    }
}

/// What stands in the braces at the start, and what follows them.
fn braced(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{')?;
    let mut depth = 1_usize;
    for (at, c) in inner.char_indices().take_while(|(at, _)| *at <= LONGEST) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&inner[..at], &inner[at + 1..]));
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The lines `NAME=value` of an environment file, in their order; the later of two counts.
pub(super) fn environment_file(bytes: &[u8]) -> Vec<(String, String)> {
    compose::env_file::lines(&String::from_utf8_lossy(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_as_compose_does() {
        let variables = Variables::new(
            [("A", "1"), ("E", "")].map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        for (text, expected) in [
            ("$A ${A} $$A", "1 1 $A"),
            ("${X:-y}${X-z}${E:-e}${E-e}", "yze"),
            ("${X:-${Y:-$A}}", "1"),
            ("${A:+on}${E:+on}${E+on}${A:?why}", "onon1"),
            ("costs 5$ and ${", "costs 5$ and ${"),
        ] {
            assert_eq!(fill(text, &variables).text, expected, "{text}");
        }
        assert_eq!(fill("$X${Y}", &variables).unset, ["X", "Y"]);
    }

    #[test]
    fn a_long_value_is_filled_in_only_so_often() {
        let long = "x".repeat(1 << 20);
        let variables = Variables::new([("A".to_owned(), long)]);
        let filled = fill(&"$A ".repeat(1_000), &variables);
        assert!(filled.text.len() <= MOST + 2_000);
        assert_eq!(filled.unset.len(), 1_000 - 16);
    }

    #[test]
    fn braces_that_never_close_are_looked_for_only_so_far() {
        let open = "${".repeat(20_000);
        let variables = Variables::new([]);
        assert_eq!(fill(&open, &variables).text, open);
        let long = format!("${{A:-{}}}", "x".repeat(LONGEST));
        assert_eq!(fill(&long, &variables).text, long);
    }
}
