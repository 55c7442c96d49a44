//! The keys of a YAML file: where each and its value begin and end in the text, and the text without or with another.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use crate::scenarios::{
    findings::{Findings, Reader},
    problem::Span,
    source::Source,
    tree::{self, Entry, Node, Value},
};

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Key {
    /// The way to it, such as `tasks/0/title/vi`.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// Its line.
    pub line: usize,
    /// The line on which its value begins.
    pub value_line: usize,
    /// The line on which the map begins that holds it.
    pub map_line: usize,
    place: Range<usize>,
    value: Range<usize>,
    scalar: bool,
    flow: bool,
}

impl Key {
    /// The text with another key in its place.
    pub fn renamed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        text.replace_range(self.place.clone(), &format!("zz{}", self.name));
        text
    }

    /// The text without it and its value.
    pub fn removed(&self, text: &str) -> String {
        let mut range = self.place.start..self.value.end;
        if self.flow {
            let behind = text[range.end..].trim_start();
            let before = text[..range.start].trim_end();
            if behind.starts_with(',') {
                range.end = text.len() - behind.len() + 1;
            } else if before.ends_with(',') {
                range.start = before.len() - 1;
            }
        }
        let mut text = text.to_owned();
        text.replace_range(range, "");
        text
    }

    /// The text with a list in place of a text, or a text in place of a list or a map.
    pub fn retyped(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let other = if self.scalar { " [[zz]]" } else { " zz" };
        text.replace_range(self.value.clone(), other);
        text
    }
}

/// All keys of a file, each once.
pub fn keys(file: &str, text: &str) -> Vec<Key> {
    let findings = Findings::default();
    let source = Arc::new(Source::new(file, text));
    let root = tree::read(Reader::new(&source, &findings)).unwrap();
    let mut walk = Walk {
        text,
        starts: std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect(),
        seen: BTreeSet::new(),
        keys: Vec::new(),
    };
    walk.node(&root, "", 1);
    walk.keys
}

struct Walk<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// Places of the keys so far: what a merge brings stands elsewhere too.
    seen: BTreeSet<usize>,
    keys: Vec<Key>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, path: &str, map_line: usize) {
        let below = |name: &str| {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}/{name}")
            }
        };
        match &node.value {
            Value::Map(entries) => {
                for entry in entries {
                    let path = below(&entry.key);
                    self.entry(entry, &path, map_line);
                    self.node(&entry.value, &path, entry.span.line);
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.node(item, &below(&index.to_string()), item.span.line);
                }
            }
            Value::Null | Value::Scalar { .. } => {}
        }
    }

    fn entry(&mut self, entry: &Entry, path: &str, map_line: usize) {
        let start = self.offset(entry.span);
        if !self.seen.insert(start) {
            return;
        }
        let end = self.behind(start, entry.span.length);
        let line = self.starts[entry.span.line - 1];
        let flow = self.text[line..start].contains('{');
        let value = self.value(entry, end);
        self.keys.push(Key {
            path: path.to_owned(),
            name: entry.key.clone(),
            line: entry.span.line,
            value_line: self.starts.partition_point(|line| *line <= value.start),
            map_line,
            place: start..end,
            value,
            scalar: matches!(entry.value.value, Value::Scalar { .. } | Value::Null),
            flow,
        });
    }

    /// Where a value begins and ends; nothing behind the colon where there is none.
    fn value(&self, entry: &Entry, key_end: usize) -> Range<usize> {
        let colon = key_end + self.text[key_end..].find(':').unwrap() + 1;
        // A text in lines of its own is placed at its first line; it begins with its mark.
        let marked = self.text[colon..].trim_start_matches(' ');
        if marked.starts_with(['|', '>']) {
            return self.text.len() - marked.len()..self.block(entry);
        }
        let start = self.offset(entry.value.span).max(colon);
        let rest = &self.text[start..];
        let end = match (&entry.value.value, rest.chars().next()) {
            (Value::Null, _) if !rest.starts_with(['~', 'n']) => return colon..colon,
            (Value::List(_) | Value::Map(_), Some('[' | '{')) => start + bracketed(rest),
            (Value::Scalar { .. }, Some(quote @ ('"' | '\''))) => start + quoted(rest, quote),
            (Value::Scalar { .. } | Value::Null, _) if entry.value.span.length < usize::MAX => {
                self.behind(start, entry.value.span.length)
            }
            _ => self.block(entry),
        };
        start..end
    }

    /// The end of what stands further in than its key, or of a list as far in.
    fn block(&self, entry: &Entry) -> usize {
        let depth = entry.span.column - 1;
        let list = matches!(entry.value.value, Value::List(_));
        let mut end = self.text.len();
        for start in &self.starts[entry.span.line..] {
            let line = self.text[*start..].lines().next().unwrap_or_default();
            let inside = line.trim_start();
            let indent = line.len() - inside.len();
            let item = list && indent == depth && inside.starts_with("- ");
            if !inside.is_empty() && indent <= depth && !item {
                end = *start;
                break;
            }
        }
        self.text[..end].trim_end().len()
    }

    fn offset(&self, span: Span) -> usize {
        let start = self.starts[span.line - 1];
        self.behind(start, span.column - 1)
    }

    /// The place some characters behind another.
    fn behind(&self, start: usize, characters: usize) -> usize {
        let rest = self.text[start..].char_indices().nth(characters);
        rest.map_or(self.text.len(), |(at, _)| start + at)
    }
}

/// The length of a flow list or map. A quote opens a text only where a value may begin.
fn bracketed(text: &str) -> usize {
    let (mut depth, mut at, mut may_begin) = (0, 0, true);
    while let Some(c) = text[at..].chars().next() {
        match c {
            '"' | '\'' if may_begin => {
                at += quoted(&text[at..], c);
                may_begin = false;
                continue;
            }
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            _ => {}
        }
        may_begin = matches!(c, '[' | '{' | ',' | ':') || (may_begin && c.is_whitespace());
        at += c.len_utf8();
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of a text in quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if quote == '"' && c == '\\' {
            characters.next();
        } else if c == quote {
            let doubled = quote == '\'' && characters.next_if(|(_, next)| *next == quote).is_some();
            if !doubled {
                return at + 1;
            }
        }
    }
    text.len()
}
