//! YAML read into a tree that keeps its places.
//!
//! Deserialising would stop at the first mistake and lose where things stand. Here a file becomes a tree whose every
//! key and value knows its line and column; duplicate keys, tags and a second document are reported, `<<` merges and
//! aliases are expanded within bounds: no input may take more memory or depth than a careful author needs.

mod weight;

use std::{collections::HashMap, mem};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, Span as Range};

use weight::Weight;

use super::{
    findings::Reader,
    problem::{Message, Span},
};

/// Largest file read, in bytes.
pub const MAX_FILE: usize = 1 << 20;
/// Longest line, in bytes: finding places in it stays quick.
const MAX_LINE: usize = 10_000;
/// Deepest nesting, aliases expanded; an author needs about ten.
const MAX_DEPTH: usize = 48;
/// Most values in a tree, aliases expanded.
const MAX_NODES: usize = 20_000;
/// Most bytes of texts in a tree, aliases expanded: a long text that is named often would grow without bound.
const MAX_TEXT: usize = 4 * MAX_FILE;

/// A value and its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Where it starts.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    #[default]
    Null,
    /// Text, number or truth value; which of them, its reader says.
    Scalar {
        /// What it says, escapes resolved.
        text: String,
        /// Whether it stood without quotes, so that `5` or `true` may be meant as such.
        plain: bool,
    },
    /// Items in order.
    List(Vec<Node>),
    /// Keys and values in the author's order, no key twice.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// The key's place.
    pub span: Span,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// The value under a key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries
                .iter()
                .find(|entry| entry.key == key)
                .map(|entry| &entry.value),
            _ => None,
        }
    }

    /// The place of a key itself rather than of its value, or of the map that a path names where it lacks the key.
    #[must_use]
    pub fn key_place(&self, path: &str, key: &str) -> Span {
        let map = path
            .split('/')
            .try_fold(self, |node, part| match &node.value {
                Value::List(items) => items.get(part.parse::<usize>().ok()?),
                _ => node.get(part),
            });
        let entry = match map.map(|map| &map.value) {
            Some(Value::Map(entries)) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        };
        entry.map_or_else(|| self.place(path), |entry| entry.span)
    }

    /// The place of what a path such as `tasks/0/points` names, or of the nearest thing that exists on the way.
    #[must_use]
    pub fn place(&self, path: &str) -> Span {
        let mut node = self;
        let mut span = self.span;
        for part in path.split('/') {
            let next = match &node.value {
                Value::List(items) => part.parse().ok().and_then(|index: usize| items.get(index)),
                _ => node.get(part),
            };
            let Some(next) = next else { break };
            span = next.span;
            node = next;
        }
        span
    }
}

/// Reads the file; what is wrong with it as YAML goes to the findings, and `None` means that nothing is left to read.
pub fn read(reader: Reader<'_>) -> Option<Node> {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder {
        reader,
        open: Vec::new(),
        root: None,
        documents: 0,
        anchors: HashMap::new(),
        nodes: 0,
        bytes: 0,
    };
    if let Some(line) = reader.source().line_longer_than(MAX_LINE) {
        let span = Span {
            line,
            column: 1,
            length: 1,
        };
        reader.error(
            span,
            Message::new("scenario-line-long").with("most", MAX_LINE),
            None,
        );
        return None;
    }
    for next in Parser::new_from_str_with_options(reader.source().text(), options) {
        match next {
            Ok((event, range)) => builder.take(event, &range)?,
            Err(error) => {
                let mark = error.marker();
                let span = Span {
                    line: mark.line().max(1),
                    column: mark.col() + 1,
                    length: 1,
                };
                reader.error(span, syntax(error.kind()), None);
                return None;
            }
        }
    }
    Some(builder.root.unwrap_or_default())
}

/// What the parser says, in words for the mistakes that authors make.
fn syntax(kind: &ErrorKind) -> Message {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInIndentation => Message::new("scenario-yaml-tab"),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => {
            Message::new("scenario-yaml-quote")
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            Message::new("scenario-yaml-open").with("bracket", open)
        }
        ErrorKind::UnexpectedEofFlowSequence => {
            Message::new("scenario-yaml-open").with("bracket", '[')
        }
        ErrorKind::UnexpectedEofFlowMapping | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            Message::new("scenario-yaml-open").with("bracket", '{')
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            Message::new("scenario-yaml-bracket")
                .with("open", open)
                .with("close", close)
        }
        ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => Message::new("scenario-yaml-comma"),
        ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey
        | ErrorKind::MappingValueNotAllowed
        | ErrorKind::InvalidColonPlacement => Message::new("scenario-yaml-colon"),
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry => Message::new("scenario-yaml-indentation"),
        ErrorKind::RecursionLimitExceeded => Message::new("scenario-too-large"),
        other => Message::new("scenario-yaml").with("reason", other),
    }
}

/// A collection being read.
enum Open {
    List {
        span: Span,
        anchor: usize,
        items: Vec<Node>,
    },
    Map {
        span: Span,
        anchor: usize,
        entries: Vec<Entry>,
        merges: Vec<Node>,
        key: Key,
    },
}

/// How far the next entry of a map has been read.
#[derive(Default)]
enum Key {
    /// Its key comes next.
    #[default]
    Awaited,
    /// Its key is no text; the value is dropped.
    Unusable,
    /// Its value comes next.
    Read {
        text: String,
        span: Span,
        plain: bool,
    },
}

struct Builder<'a> {
    reader: Reader<'a>,
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    anchors: HashMap<usize, (Node, Weight)>,
    nodes: usize,
    bytes: usize,
}

impl Builder<'_> {
    /// Takes one event; `None` when reading on would pass a bound.
    fn take(&mut self, event: Event<'_>, range: &Range) -> Option<()> {
        let span = span_of(range);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.reader
                        .error(span, Message::new("scenario-documents"), None);
                    return None;
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.is_some(), span);
                let plain = style == ScalarStyle::Plain;
                let value = if plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL")
                {
                    Value::Null
                } else {
                    Value::Scalar {
                        text: text.into_owned(),
                        plain,
                    }
                };
                self.place(Node { span, value }, anchor)?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.is_some(), span);
                self.open.push(Open::List {
                    span: start(span),
                    anchor,
                    items: Vec::new(),
                });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.is_some(), span);
                self.open.push(Open::Map {
                    span: start(span),
                    anchor,
                    entries: Vec::new(),
                    merges: Vec::new(),
                    key: Key::Awaited,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close()?,
            Event::Alias(id) => {
                let Some((node, weight)) = self.anchors.get(&id).cloned() else {
                    self.reader
                        .error(span, Message::new("scenario-alias-itself"), None);
                    return self.place(
                        Node {
                            span,
                            value: Value::Null,
                        },
                        0,
                    );
                };
                self.nodes += weight.nodes;
                self.bytes += weight.bytes;
                self.bound(span, weight.depth)?;
                self.place(node, 0)?;
            }
            Event::UnresolvedAlias(name) => {
                let message = Message::new("scenario-alias").with("name", name);
                self.reader.error(span, message, None);
                self.place(
                    Node {
                        span,
                        value: Value::Null,
                    },
                    0,
                )?;
            }
            _ => {}
        }
        Some(())
    }

    fn bound(&self, span: Span, depth: usize) -> Option<()> {
        if self.nodes > MAX_NODES || self.bytes > MAX_TEXT || self.open.len() + depth > MAX_DEPTH {
            self.reader
                .error(span, Message::new("scenario-too-large"), None);
            return None;
        }
        Some(())
    }

    fn refuse_tag(&self, tagged: bool, span: Span) {
        if tagged {
            self.reader.error(span, Message::new("scenario-tag"), None);
        }
    }

    fn close(&mut self) -> Option<()> {
        let (node, anchor) = match self.open.pop()? {
            Open::List {
                span,
                anchor,
                items,
            } => (
                Node {
                    span,
                    value: Value::List(items),
                },
                anchor,
            ),
            Open::Map {
                span,
                anchor,
                mut entries,
                merges,
                ..
            } => {
                for merge in merges {
                    self.merge(&mut entries, merge);
                }
                (
                    Node {
                        span,
                        value: Value::Map(entries),
                    },
                    anchor,
                )
            }
        };
        self.place(node, anchor)
    }

    /// Puts a finished node where it belongs: into the collection that is open, as a key, or as the whole.
    fn place(&mut self, node: Node, anchor: usize) -> Option<()> {
        self.nodes += 1;
        self.bound(node.span, 0)?;
        if anchor > 0 {
            let weight = node.weight();
            // What is kept for aliases is a copy of its own.
            self.bytes += weight.bytes;
            self.bound(node.span, 0)?;
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        let reader = self.reader;
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map {
                entries,
                merges,
                key,
                ..
            }) => match mem::take(key) {
                Key::Awaited => {
                    *key = if let Value::Scalar { text, plain } = node.value {
                        Key::Read {
                            text,
                            span: node.span,
                            plain,
                        }
                    } else {
                        reader.error(node.span, Message::new("scenario-key-not-text"), None);
                        Key::Unusable
                    };
                }
                Key::Unusable => {}
                Key::Read {
                    text, plain: true, ..
                } if text == "<<" => merges.push(node),
                Key::Read { text, span, .. } => {
                    if let Some(first) = entries.iter().find(|entry| entry.key == text) {
                        let message = Message::new("scenario-duplicate-key")
                            .with("key", &text)
                            .with("line", first.span.line);
                        reader.error(span, message, None);
                    } else {
                        entries.push(Entry {
                            key: text,
                            span,
                            value: node,
                        });
                    }
                }
            },
        }
        Some(())
    }

    /// Adds what `<<` names, without touching keys that stand here already.
    fn merge(&self, entries: &mut Vec<Entry>, merged: Node) {
        match merged.value {
            Value::Map(more) => {
                for entry in more {
                    if !entries.iter().any(|own| own.key == entry.key) {
                        entries.push(entry);
                    }
                }
            }
            Value::List(items) => items.into_iter().for_each(|item| self.merge(entries, item)),
            Value::Null | Value::Scalar { .. } => {
                self.reader
                    .error(merged.span, Message::new("scenario-merge"), None);
            }
        }
    }
}

fn span_of(range: &Range) -> Span {
    let same_line = range.start.line() == range.end.line();
    let length = if same_line {
        range.end.col().saturating_sub(range.start.col())
    } else {
        usize::MAX
    };
    Span {
        line: range.start.line().max(1),
        column: range.start.col() + 1,
        length: length.max(1),
    }
}

/// A collection is marked at its start alone.
fn start(span: Span) -> Span {
    Span { length: 1, ..span }
}
