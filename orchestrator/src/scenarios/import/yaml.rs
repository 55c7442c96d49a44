//! YAML as an author would write it: short things on one line, long texts as they are.
//!
//! What is written here is read again by the reader of scenarios, so it keeps to what that accepts: no line longer than
//! its bound, no character that hides. Serialisers write neither both languages of a title on one line nor a long line
//! in several, and people go on with these files by hand.

use std::fmt::{self, Write as _};

use crate::scenarios::source::is_deceptive;

/// Widest line on which a map or list is written, in characters.
const WIDTH: usize = 110;
/// Longest line of a text that stands as it is, in bytes; the reader takes no line over 10,000.
const LONGEST_LINE: usize = 8_000;
/// Longest key that stands before its colon as it is, in bytes: in quotes each may become four, and YAML reads 1,024.
const LONGEST_KEY: usize = 250;
/// Deepest nesting on one line.
const FLOW_DEPTH: usize = 3;

/// A value to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenarios) enum Yaml {
    /// A number or truth value, as it is.
    Plain(Bare),
    /// A text.
    Text(String),
    /// Items in order.
    List(Vec<Self>),
    /// Keys and values, on one line where they fit.
    Map(Vec<(String, Self)>),
    /// Keys and values, a line each.
    Block(Vec<(String, Self)>),
}

/// A word that may stand without quotes and then is a number, a truth value or nothing. Only [`Yaml::plain`] and
/// [`Yaml::scalar`] make one, of what can be no more than a word: no text of a source ever becomes structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenarios) struct Bare(String);

impl Bare {
    fn of(text: &str) -> Option<Self> {
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-');
        let fits = !text.is_empty() && text.chars().all(word) && is_special(text);
        // A minus alone, or one before a blank, would begin a list; three of them a document.
        let digits = text.contains(|c: char| c.is_ascii_alphanumeric());
        (fits && digits).then(|| Self(text.to_owned()))
    }
}

impl Yaml {
    /// A text.
    pub(in crate::scenarios) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number or truth value.
    pub(in crate::scenarios) fn plain(value: impl fmt::Display) -> Self {
        Self::scalar(format!("{value}"), true)
    }

    /// A list of texts.
    pub(in crate::scenarios) fn texts<T: ToString>(texts: &[T]) -> Self {
        Self::List(
            texts
                .iter()
                .map(|text| Self::Text(text.to_string()))
                .collect(),
        )
    }

    /// A scalar as it stood in a source: without quotes where it had none and means something then.
    pub(in crate::scenarios) fn scalar(text: String, plain: bool) -> Self {
        match Bare::of(&text).filter(|_| plain) {
            Some(bare) => Self::Plain(bare),
            None => Self::Text(text),
        }
    }

    /// The file that holds a map, a line each.
    pub(in crate::scenarios) fn file(entries: &[(String, Self)]) -> String {
        let mut out = String::new();
        if entries.is_empty() {
            out.push_str("{}\n");
        }
        block_map(&mut out, entries, 0, false);
        out
    }

    /// On one line, if it fits.
    fn flow(&self, depth: usize) -> Option<String> {
        let joined = |parts: Vec<String>, open, close| {
            let text = format!("{open}{}{close}", parts.join(", "));
            (text.chars().count() <= WIDTH).then_some(text)
        };
        match self {
            Self::Plain(Bare(text)) => Some(text.clone()),
            Self::Text(text) => {
                (!text.contains('\n') && text.len() <= WIDTH).then(|| line(text, true))
            }
            Self::List(items) if depth < FLOW_DEPTH => {
                let parts = items.iter().map(|item| item.flow(depth + 1));
                joined(parts.collect::<Option<_>>()?, '[', ']')
            }
            Self::Map(entries) if depth < FLOW_DEPTH => {
                let parts = entries.iter().map(|(key, value)| {
                    if key.len() > LONGEST_KEY {
                        return None;
                    }
                    Some(format!("{}: {}", line(key, true), value.flow(depth + 1)?))
                });
                joined(parts.collect::<Option<_>>()?, '{', '}')
            }
            Self::Block(entries) if entries.is_empty() => Some("{}".to_owned()),
            _ => None,
        }
    }
}

/// Writes a map, a line each; the first line's indentation stands already where the map is an item of a list.
fn block_map(out: &mut String, entries: &[(String, Yaml)], indent: usize, inline: bool) {
    for (index, (key, value)) in entries.iter().enumerate() {
        if index > 0 || !inline {
            out.push_str(&" ".repeat(indent));
        }
        if key.len() > LONGEST_KEY {
            // A reader looks only so far for the colon of a key that is not announced.
            out.push_str("? ");
            quoted(out, key, indent + 2);
            let _ = write!(out, "\n{}:", " ".repeat(indent));
            after(out, value, indent, indent + 1);
            continue;
        }
        let key = line(key, false);
        let _ = write!(out, "{key}:");
        after(out, value, indent, indent + key.chars().count() + 1);
    }
}

/// Writes a value behind a key, up to the end of its last line.
fn after(out: &mut String, value: &Yaml, indent: usize, column: usize) {
    if let Some(flow) = value.flow(0).filter(|flow| {
        let of_scalars = |items: &[Yaml]| {
            items
                .iter()
                .all(|item| matches!(item, Yaml::Plain(_) | Yaml::Text(_)))
        };
        let on_one_line = match value {
            Yaml::List(items) => of_scalars(items),
            _ => true,
        };
        on_one_line && column + flow.chars().count() < WIDTH
    }) {
        // Behind a key a text may be plain that would need quotes within brackets.
        let text = match value {
            Yaml::Text(text) => line(text, false),
            _ => flow,
        };
        let _ = writeln!(out, " {text}");
        return;
    }
    match value {
        Yaml::Plain(Bare(text)) => {
            let _ = writeln!(out, " {text}");
        }
        Yaml::Text(text) => {
            out.push(' ');
            long(out, text, indent + 2);
        }
        Yaml::Map(entries) | Yaml::Block(entries) => {
            out.push('\n');
            block_map(out, entries, indent + 2, false);
        }
        Yaml::List(items) => {
            out.push('\n');
            for item in items {
                out.push_str(&" ".repeat(indent + 2));
                out.push('-');
                match item {
                    Yaml::Map(entries) | Yaml::Block(entries) if !entries.is_empty() => {
                        let flow = item
                            .flow(0)
                            .filter(|flow| indent + 4 + flow.chars().count() < WIDTH);
                        if let Some(flow) = flow {
                            let _ = writeln!(out, " {flow}");
                        } else {
                            out.push(' ');
                            block_map(out, entries, indent + 4, true);
                        }
                    }
                    _ => after(out, item, indent + 2, indent + 3),
                }
            }
        }
    }
}

/// Writes a text of several lines, or a long one.
fn long(out: &mut String, text: &str, indent: usize) {
    let ends = text.len() - text.trim_end_matches('\n').len();
    let first = text.lines().next().unwrap_or_default();
    let literal = text.contains('\n')
        && ends <= 1
        && !first.trim().is_empty()
        && !first.starts_with([' ', '\t'])
        && text.lines().all(|line| line.len() <= LONGEST_LINE)
        && !text.trim_end_matches('\n').ends_with([' ', '\t'])
        && text
            .chars()
            .all(|c| c == '\n' || c == '\t' || !needs_escape(c));
    if !literal {
        quoted(out, text, indent);
        out.push('\n');
        return;
    }
    out.push_str(if ends == 1 { "|\n" } else { "|-\n" });
    for line in text.lines() {
        if !line.is_empty() {
            out.push_str(&" ".repeat(indent));
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// A text on one line, in quotes where it needs them.
fn line(text: &str, within: bool) -> String {
    if is_simple(text, within) {
        return text.to_owned();
    }
    if text.contains(['\\', '"']) && !text.chars().any(needs_escape) && !text.contains('\t') {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::new();
    quoted(&mut out, text, 0);
    out
}

/// In double quotes; a long text goes on in the next line.
fn quoted(out: &mut String, text: &str, indent: usize) {
    out.push('"');
    let mut length = 0;
    let mut fresh = false;
    for c in text.chars() {
        if length > LONGEST_LINE {
            out.push_str("\\\n");
            out.push_str(&" ".repeat(indent));
            length = 0;
            fresh = true;
        }
        let start = out.len();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // White space at the start of a line would be taken for indentation.
            ' ' if fresh => out.push_str("\\ "),
            c if needs_escape(c) => {
                let _ = match u32::from(c) {
                    code @ 0..=0xff => write!(out, "\\x{code:02x}"),
                    code @ 0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    code => write!(out, "\\U{code:08x}"),
                };
            }
            c => out.push(c),
        }
        fresh = false;
        length += out.len() - start;
    }
    out.push('"');
}

/// Characters that must not stand as they are.
fn needs_escape(c: char) -> bool {
    (c.is_control() && c != '\t')
        || is_deceptive(c)
        || matches!(
            c,
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// Whether a text may stand without quotes; `within` brackets less may.
fn is_simple(text: &str, within: bool) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let allowed = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                ' ' | '_'
                    | '-'
                    | '.'
                    | '/'
                    | '('
                    | ')'
                    | '+'
                    | '='
                    | '$'
                    | ';'
                    | '~'
                    | '@'
                    | '%'
                    | '^'
                    | '*'
            )
            || (!within
                && matches!(
                    c,
                    ':' | ',' | '{' | '}' | '[' | ']' | '!' | '?' | '&' | '|' | '\''
                ))
    };
    (first.is_alphanumeric() || matches!(first, '/' | '$' | '_'))
        && text.chars().all(allowed)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !is_special(text)
        && !text.chars().any(needs_escape)
}

/// Whether a text without quotes is something else to some reader of YAML: a number, a date, a truth value, nothing.
fn is_special(text: &str) -> bool {
    let words = [
        "true", "false", "yes", "no", "on", "off", "null", "~", "y", "n", "",
    ];
    let number = text.replace('_', "");
    words.contains(&text.to_lowercase().as_str())
        || number.parse::<f64>().is_ok()
        || number.starts_with("0x")
        || number.starts_with("0o")
        || (text.starts_with(|c: char| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ':' | '-' | '.' | 'T' | 'Z' | ' ')))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::scenarios::{
        findings::{Findings, Reader},
        source::Source,
        tree::{self, Node, Value},
    };

    fn read(text: &str) -> Node {
        let source = Arc::new(Source::new("a.yaml", text));
        let findings = Findings::default();
        let node = tree::read(Reader::new(&source, &findings));
        assert_eq!(findings.into_problems(), [], "{text}");
        node.unwrap()
    }

    /// What the reader gets of it.
    fn kept(node: &Node) -> Yaml {
        match &node.value {
            Value::Null => Yaml::Text("NOTHING".to_owned()),
            Value::Scalar { text, .. } => Yaml::Text(text.clone()),
            Value::List(items) => Yaml::List(items.iter().map(kept).collect()),
            Value::Map(entries) => Yaml::Map(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), kept(&entry.value)))
                    .collect(),
            ),
        }
    }

    fn value() -> impl Strategy<Value = Yaml> {
        let text = prop_oneof![
            "[ -~\\n\\t]{0,40}",
            "\\PC{0,20}",
            any::<String>(),
            "[a-z:#,{}' \\n]{0,300}"
        ];
        let leaf = text.prop_map(Yaml::Text);
        leaf.prop_recursive(4, 30, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Yaml::List),
                prop::collection::btree_map("\\PC{0,12}", inner, 0..5)
                    .prop_map(|map| Yaml::Map(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(value in value()) {
            let entries = vec![("key".to_owned(), value.clone())];
            let text = Yaml::file(&entries);
            prop_assert_eq!(kept(&read(&text)), Yaml::Map(entries));
        }

        /// What a source says of a number is never more than one value, whatever it is.
        #[test]
        fn no_scalar_becomes_structure(
            text in prop_oneof![any::<String>(), "(0x|0o|-|[0-9]){0,3}[ -~\\n]{0,12}"],
            key in prop_oneof![any::<String>(), "[ -~\\n]{0,12}", "[a-zệ ]{1000,1200}"],
            plain in any::<bool>(),
        ) {
            let value = if plain { Yaml::plain(&text) } else { Yaml::scalar(text.clone(), true) };
            let list = Yaml::List(vec![value.clone(), Yaml::text("x")]);
            let map = Yaml::Map(vec![(key.clone(), value.clone())]);
            let file = Yaml::file(&[
                ("value".to_owned(), value),
                ("list".to_owned(), list),
                ("map".to_owned(), map.clone()),
                (format!("{key}!"), map),
            ]);
            let word = ["null", "Null", "NULL", "~", ""].contains(&text.as_str());
            let said = |node: &Node| match &node.value {
                Value::Null if word => text.clone(),
                Value::Scalar { text, .. } => text.clone(),
                other => format!("{other:?}"),
            };
            let root = read(&file);
            let entries = match &root.value {
                Value::Map(entries) => entries,
                other => panic!("{other:?}"),
            };
            prop_assert_eq!(entries.len(), 4, "{}", file);
            prop_assert_eq!(said(&entries[0].value), text.clone());
            match &entries[1].value.value {
                Value::List(items) => prop_assert_eq!(items.iter().map(said).collect::<Vec<_>>(), [text.clone(), "x".to_owned()]),
                other => panic!("{other:?}"),
            }
            for entry in &entries[2..] {
                match &entry.value.value {
                    Value::Map(inner) => {
                        prop_assert_eq!(&inner[0].key, &key);
                        prop_assert_eq!(said(&inner[0].value), text.clone());
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    #[test]
    fn long_lines_are_broken_and_come_back_whole() {
        let long = format!("{}\n  x{}", " a\\\"ệ".repeat(9_000), " ".repeat(30_000));
        let entries = vec![("list".to_owned(), Yaml::List(vec![Yaml::text(&long)]))];
        let text = Yaml::file(&entries);
        assert!(text.lines().all(|line| line.len() < 10_000));
        assert_eq!(kept(&read(&text)), Yaml::Map(entries));
    }

    #[test]
    fn it_looks_as_an_author_writes_it() {
        let title = Yaml::Map(vec![
            ("vi".to_owned(), Yaml::text("Cổng: bị đổi")),
            ("en".to_owned(), Yaml::text("Portal, defaced")),
        ]);
        let entries = vec![
            ("scenario".to_owned(), Yaml::text("one")),
            ("version".to_owned(), Yaml::plain(1)),
            ("title".to_owned(), title.clone()),
            ("tags".to_owned(), Yaml::texts(&["a", "no", "5"])),
            (
                "tasks".to_owned(),
                Yaml::List(vec![
                    Yaml::Block(vec![
                        ("id".to_owned(), Yaml::text("t")),
                        ("text".to_owned(), Yaml::text("# Head\n\n- one\n")),
                        ("regex".to_owned(), Yaml::text("a\\d+")),
                    ]),
                    Yaml::Map(vec![("id".to_owned(), Yaml::text("u"))]),
                ]),
            ),
        ];
        insta::assert_snapshot!(Yaml::file(&entries), @r#"
        scenario: one
        version: 1
        title: {vi: "Cổng: bị đổi", en: "Portal, defaced"}
        tags: [a, "no", "5"]
        tasks:
          - id: t
            text: |
              # Head

              - one
            regex: 'a\d+'
          - {id: u}
        "#);
    }
}
