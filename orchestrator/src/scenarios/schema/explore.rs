//! Files made up from what is known, and what their readers ask of them.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Asked, Span,
    shape::{Kind, Shape, Step},
};
use crate::scenarios::{
    findings::{Findings, Reader},
    source::Source,
    tree::{Entry, Node, Value},
};

/// So many files in a row that bring nothing new end the search. Each draws its alternatives anew; the rarest is deep
/// in a few of them.
const QUIET: usize = 400;
/// Deepest nesting of what is made up.
const DEPTH: usize = 12;

/// Learns what a reader reads.
pub fn learn(read: impl Fn(Reader<'_>, &Node)) -> Shape {
    let mut shape = Shape::default();
    let mut writer = Writer {
        paths: Vec::new(),
        drawn: 1,
        sparse: false,
    };
    let mut quiet = 0;
    while quiet < QUIET {
        quiet = if round(&mut shape, &mut writer, &read, false) {
            0
        } else {
            quiet + 1
        };
    }
    // Only now is everything there that may be: a key that is needed is needed in each of these, and then where others
    // are left out.
    for sparse in [false, true] {
        writer.sparse = sparse;
        for _ in 0..QUIET {
            round(&mut shape, &mut writer, &read, true);
        }
    }
    shape
}

/// Lets one file be read; says whether something new was asked.
fn round(
    shape: &mut Shape,
    writer: &mut Writer,
    read: &impl Fn(Reader<'_>, &Node),
    counting: bool,
) -> bool {
    writer.paths.clear();
    let root = writer.write(shape, &mut Vec::new());
    let findings = Findings::listening();
    let source = Arc::new(Source::new("", ""));
    read(Reader::new(&source, &findings), &root);
    let mut needed: Vec<Option<BTreeSet<&'static str>>> = vec![None; writer.paths.len()];
    let mut new = false;
    for heard in findings.into_heard() {
        let Some(path) = writer.paths.get(heard.place.line) else {
            continue;
        };
        match &heard.what {
            Asked::Map => drop(needed[heard.place.line].get_or_insert_default()),
            Asked::Needed(key) => {
                needed[heard.place.line].get_or_insert_default().insert(key);
            }
            _ => {}
        }
        new |= shape.at(path).learn(heard.what);
    }
    if counting {
        for (path, needed) in writer.paths.iter().zip(needed) {
            if let Some(needed) = needed {
                shape.at(path).visit(needed);
            }
        }
    }
    new
}

/// How a value is made up.
type Way = fn(&mut Writer, &Shape, &mut Vec<Step>) -> Value;

struct Writer {
    /// The path of each value, by the line that stands in its place.
    paths: Vec<Vec<Step>>,
    drawn: u64,
    /// Whether keys that need not be there are left out now and then.
    sparse: bool,
}

impl Writer {
    /// Makes up a value.
    fn write(&mut self, shape: &Shape, path: &mut Vec<Step>) -> Node {
        let line = self.paths.len();
        self.paths.push(path.clone());
        let span = Span {
            line,
            column: 1,
            length: 1,
        };
        let mut ways: Vec<Way> = Vec::new();
        if path.len() < DEPTH {
            if shape.is(Kind::Map) || shape.is(Kind::Local) || path.is_empty() {
                ways.push(Self::map);
            }
            if shape.entries.is_some() {
                ways.push(Self::entries);
            }
            if shape.list.is_some() {
                ways.push(Self::list);
            }
        }
        let container = !ways.is_empty();
        if !container {
            ways.push(Self::scalar);
        }
        let way = ways[self.draw(ways.len())];
        Node {
            span,
            value: way(self, shape, path),
        }
    }

    fn map(&mut self, shape: &Shape, path: &mut Vec<Step>) -> Value {
        let mut left_out = BTreeSet::new();
        for group in &shape.one_of {
            let chosen = group[self.draw(group.len())];
            left_out.extend(group.iter().copied().filter(|key| *key != chosen));
        }
        let mut entries = Vec::new();
        for (key, field) in &shape.fields {
            let needed = shape.group(key).is_some()
                || shape
                    .needed
                    .as_ref()
                    .is_none_or(|needed| needed.contains(key));
            let kept = needed || !self.sparse || self.draw(2) == 0;
            if kept && !left_out.contains(key) {
                entries.push(self.entry(key, Step::Key(key), field, path));
            }
        }
        Value::Map(entries)
    }

    fn entries(&mut self, shape: &Shape, path: &mut Vec<Step>) -> Value {
        let entry = shape.entries.as_deref().cloned().unwrap_or_default();
        Value::Map(vec![self.entry("x", Step::Entry, &entry, path)])
    }

    fn entry(&mut self, key: &str, step: Step, shape: &Shape, path: &mut Vec<Step>) -> Entry {
        path.push(step);
        let value = self.write(shape, path);
        path.pop();
        Entry {
            key: key.to_owned(),
            span: value.span,
            value,
        }
    }

    fn list(&mut self, shape: &Shape, path: &mut Vec<Step>) -> Value {
        let item = shape.list.as_deref().cloned().unwrap_or_default();
        path.push(Step::Item);
        let item = self.write(&item, path);
        path.pop();
        Value::List(vec![item])
    }

    fn scalar(&mut self, shape: &Shape, _path: &mut Vec<Step>) -> Value {
        let words: Vec<&str> = shape
            .words
            .iter()
            .chain(&shape.examples)
            .copied()
            .chain(shape.words.is_empty().then_some("x"))
            .collect();
        let text = match shape.integer {
            _ if shape.is(Kind::Truth) => "true".to_owned(),
            Some((from, _)) => from.to_string(),
            None if shape.is(Kind::Duration) => "1m".to_owned(),
            None => words[self.draw(words.len())].to_owned(),
        };
        Value::Scalar { text, plain: true }
    }

    /// A number below `count`, the same in every search.
    fn draw(&mut self, count: usize) -> usize {
        self.drawn = self
            .drawn
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.drawn >> 33).unwrap_or(0) % count.max(1)
    }
}
