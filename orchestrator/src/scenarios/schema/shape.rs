//! What is known of a kind of value so far, and how a JSON Schema says it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Asked;

/// What was asked of a value that says all by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Map,
    Local,
    Text,
    Duration,
    Date,
    Truth,
    Extensions,
}

/// A kind of value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub kinds: BTreeSet<Kind>,
    pub entries: Option<Box<Self>>,
    pub list: Option<Box<Self>>,
    pub integer: Option<(i64, i64)>,
    pub words: BTreeSet<&'static str>,
    pub examples: BTreeSet<&'static str>,
    pub fields: BTreeMap<&'static str, Self>,
    pub one_of: BTreeSet<Vec<&'static str>>,
    /// Keys that were needed each time.
    pub needed: Option<BTreeSet<&'static str>>,
}

/// A step from a value to one in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(&'static str),
    Entry,
    Item,
}

impl Shape {
    /// The shape at the end of a path.
    pub fn at(&mut self, path: &[Step]) -> &mut Self {
        path.iter().fold(self, |shape, step| match step {
            Step::Key(key) => shape.fields.entry(key).or_default(),
            Step::Entry => shape.entries.get_or_insert_default(),
            Step::Item => shape.list.get_or_insert_default(),
        })
    }

    /// Adds what was asked of such a value; says whether that is new.
    pub fn learn(&mut self, asked: Asked) -> bool {
        match asked {
            Asked::Map => self.kinds.insert(Kind::Map),
            Asked::Local => self.kinds.insert(Kind::Local),
            Asked::Text => self.kinds.insert(Kind::Text),
            Asked::Duration => self.kinds.insert(Kind::Duration),
            Asked::Date => self.kinds.insert(Kind::Date),
            Asked::Truth => self.kinds.insert(Kind::Truth),
            Asked::Extensions => self.kinds.insert(Kind::Extensions),
            Asked::Entries => {
                let new = self.entries.is_none();
                self.entries.get_or_insert_default();
                new
            }
            Asked::List => {
                let new = self.list.is_none();
                self.list.get_or_insert_default();
                new
            }
            Asked::Integer(from, to) => self.integer.replace((from, to)).is_none(),
            Asked::Words(words) => {
                let before = self.words.len();
                self.words.extend(words);
                self.words.len() > before
            }
            Asked::Example(word) => self.examples.insert(word),
            Asked::Key(key) | Asked::Needed(key) => {
                let new = !self.fields.contains_key(key);
                self.fields.entry(key).or_default();
                new
            }
            Asked::OneOf(keys) => {
                for key in &keys {
                    self.fields.entry(key).or_default();
                }
                self.one_of.insert(keys)
            }
        }
    }

    /// Notes which keys were needed one time.
    pub fn visit(&mut self, needed: BTreeSet<&'static str>) {
        self.needed = Some(match self.needed.take() {
            Some(before) => &before & &needed,
            None => needed,
        });
    }

    /// Whether that was asked of it.
    pub fn is(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// The group of which a key may stand there alone.
    pub fn group(&self, key: &str) -> Option<&Vec<&'static str>> {
        self.one_of.iter().find(|group| group.contains(&key))
    }

    /// Its JSON Schema.
    pub fn schema(&self) -> Value {
        if self.is(Kind::Local) {
            return json!({ "$ref": "#/$defs/languages" });
        }
        let mut ways = Vec::new();
        if self.is(Kind::Map) {
            ways.push(self.object());
        }
        if let Some(entry) = &self.entries {
            ways.push(json!({ "type": "object", "additionalProperties": entry.schema() }));
        }
        if let Some(item) = &self.list {
            ways.push(json!({ "type": "array", "items": item.schema() }));
        }
        ways.extend(self.scalar());
        match ways.len() {
            0 => json!(true),
            1 => ways.remove(0),
            _ => json!({ "anyOf": ways }),
        }
    }

    fn scalar(&self) -> Option<Value> {
        if !self.words.is_empty() {
            return Some(json!({ "enum": self.words }));
        }
        if self.is(Kind::Duration) {
            return Some(json!({ "$ref": "#/$defs/duration" }));
        }
        if self.is(Kind::Date) {
            let pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
            return Some(json!({ "type": "string", "format": "date", "pattern": pattern }));
        }
        if let Some((from, to)) = self.integer {
            return Some(json!({ "type": "integer", "minimum": from, "maximum": to }));
        }
        if self.is(Kind::Truth) {
            return Some(json!({ "type": "boolean" }));
        }
        self.is(Kind::Text).then(|| {
            let mut text = json!({ "$ref": "#/$defs/text" });
            if !self.examples.is_empty() {
                text["examples"] = json!(self.examples);
            }
            text
        })
    }

    fn object(&self) -> Value {
        let properties: Map<String, Value> = self
            .fields
            .iter()
            .map(|(key, shape)| ((*key).to_owned(), shape.schema()))
            .collect();
        let mut object = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
        });
        let needed: Vec<&str> = self
            .needed
            .iter()
            .flatten()
            .copied()
            .filter(|key| self.group(key).is_none())
            .collect();
        if !needed.is_empty() {
            object["required"] = json!(needed);
        }
        if self.is(Kind::Extensions) {
            object["patternProperties"] = json!({ "^x-": true });
        }
        let alone: Vec<Value> = self
            .one_of
            .iter()
            .map(|keys| {
                let each = keys.iter().map(|key| json!({ "required": [key] }));
                json!({ "oneOf": each.collect::<Vec<_>>() })
            })
            .collect();
        if !alone.is_empty() {
            object["allOf"] = json!(alone);
        }
        object
    }
}

/// What many values have in common.
pub fn definitions() -> Value {
    json!({
        "languages": {
            "description": "Vietnamese and English",
            "type": "object",
            "additionalProperties": false,
            "properties": { "vi": { "type": "string" }, "en": { "type": "string" } },
            "required": ["vi", "en"],
        },
        "text": {
            "description": "a text; what looks like a number is one too",
            "type": ["string", "number", "boolean"],
        },
        "duration": {
            "description": "90s, 15m, 2h, 1h30m",
            "type": "string",
            "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$",
            "minLength": 2,
        },
    })
}
