//! JSON Schemas of what authors write, for editors that complete and mark errors while one types.
//!
//! A schema is learnt from the readers themselves, so that the two cannot differ: they read files that are made up here,
//! while it is noted what they ask of each value; from that the next files are made up, until nothing new is asked.
//!
//! A schema knows keys, kinds of values, bounds and words. What holds between values, such as that a name must exist, is
//! up to `check`.

mod explore;
mod shape;

use serde_json::{Value, json};

use super::{findings::Reader, model::Scenario, problem::Span, solution::Solution, tree::Node};

/// A kind of file with a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// `scenario.yaml`
    Scenario,
    /// `solution.yaml`
    Solution,
}

impl File {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Scenario, Self::Solution];

    /// Its name, on the command line and of the schema's file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Solution => "solution",
        }
    }

    /// Its schema, draft 2020-12.
    #[must_use]
    pub fn schema(self) -> Value {
        let file = format!("{}.yaml", self.name());
        match self {
            Self::Scenario => of(&file, |reader, root| drop(Scenario::read(reader, root))),
            Self::Solution => of(&file, |reader, root| drop(Solution::read(reader, root))),
        }
    }
}

/// The schema of a kind of file, by its reader.
pub fn of(file: &str, read: impl Fn(Reader<'_>, &Node)) -> Value {
    let mut schema = explore::learn(read).schema();
    if let Value::Object(map) = &mut schema {
        let head = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": format!("Thao Trường: {file}"),
            "$defs": shape::definitions(),
        });
        if let Value::Object(head) = head {
            map.extend(head);
        }
    }
    schema
}

/// What a reader asks of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A map with keys of the language.
    Map,
    /// A map with keys of the author's choice.
    Entries,
    /// A list.
    List,
    /// A text, or what stands there as one.
    Text,
    /// A text in both languages.
    Local,
    /// A time.
    Duration,
    /// A day.
    Date,
    /// A whole number, both ends included.
    Integer(i64, i64),
    /// `true` or `false`.
    Truth,
    /// One of these words.
    Words(Vec<&'static str>),
    /// A word that has a meaning of its own among other texts.
    Example(&'static str),
    /// A key of a map.
    Key(&'static str),
    /// The same, and it must be there.
    Needed(&'static str),
    /// One of these keys alone.
    OneOf(Vec<&'static str>),
    /// Keys beginning with `x-`.
    Extensions,
}

/// What was asked, and of which value.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The value's place.
    pub place: Span,
    /// What.
    pub what: Asked,
}
