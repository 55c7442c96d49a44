//! Answers that a trainee gives: numbers, patterns, choices, files. What they have in common is that they may be tried
//! only so often.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::{LocalText, nodes::hidden_template};
use crate::{
    locales::Locale,
    scenarios::{
        OptionId,
        decimal::Decimal,
        fields::Fields,
        findings::{Reader, Thing, did_you_mean},
        problem::{Message, Span},
        suggest::nearest,
        tree::{Node, Value},
    },
};

/// Most options: more are not read under pressure, and their names joined must fit an answer.
const MAX_OPTIONS: usize = 12;
/// Most tries that a scenario may count.
const MAX_ATTEMPTS: i64 = 1_000;
/// Longest pattern, in characters.
const MAX_PATTERN: usize = 500;
/// Largest compiled pattern, in bytes.
const MAX_COMPILED: usize = 1 << 20;
/// Hexadecimal digits of a SHA-256.
const DIGEST_DIGITS: usize = 64;
/// What stands between the names of several options.
const SEPARATOR: &str = ",";

/// A text to be found out; case, outer spaces and the form of accents do not matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextAnswer {
    /// What is right; `{{…}}` is filled in.
    pub accept: Vec<String>,
    /// How often a team may try; without limit when absent.
    pub attempts: Option<u32>,
}

/// A number to be found out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NumberAnswer {
    /// What is right: a number, or one variable that holds a number.
    pub value: String,
    /// How far an answer may be off, either way, and still be right.
    pub tolerance: Decimal,
    /// How often a team may try; without limit when absent.
    pub attempts: Option<u32>,
}

/// A text of a certain form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PatternAnswer {
    /// The regular expression that the whole text must match; upper and lower case differ in it.
    pub regex: String,
    /// How often a team may try; without limit when absent.
    pub attempts: Option<u32>,
}

/// Something to be chosen from what is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Selection {
    /// What is offered, in this order.
    pub options: Vec<AnswerOption>,
    /// What is right: one option, all and only these, or all in this order.
    pub correct: Vec<OptionId>,
    /// How often a team may try; without limit when absent.
    pub attempts: Option<u32>,
}

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerOption {
    /// Its name within the task.
    pub id: OptionId,
    /// What trainees read.
    pub text: LocalText,
}

/// How many options of a selection an answer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// One.
    One,
    /// Any number, in whatever order.
    Some,
    /// Every one, in order.
    All,
}

/// A file to be found, known by its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileAnswer {
    /// The digest in small hexadecimal digits; that of `from` where a file is named.
    pub sha256: String,
    /// The file of the bundle.
    pub from: Option<String>,
    /// How often a team may try; without limit when absent.
    pub attempts: Option<u32>,
}

fn attempts(fields: &Fields<'_>) -> Option<u32> {
    fields.optional_integer("attempts", 1..=MAX_ATTEMPTS)
}

impl TextAnswer {
    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| {
            let accept = fields.filled_texts("accept");
            if let Some(list) = fields.optional("accept") {
                for (index, text) in accept.iter().enumerate() {
                    let span = list.place(&index.to_string());
                    if text.trim().is_empty() {
                        reader.error(span, Message::new("scenario-empty-text"), None);
                    }
                    hidden_template(reader, text, span);
                    reader.findings().keep_secret(text);
                }
            }
            Self {
                accept,
                attempts: attempts(fields),
            }
        })
    }
}

impl NumberAnswer {
    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| {
            let value = fields.text("value");
            let span = fields.span("value");
            if value.contains("{{") {
                hidden_template(reader, &value, span);
                reader.findings().keep_secret(&value);
            } else if !value.is_empty() {
                number(reader, &value, span);
            }
            let tolerance = fields.optional("tolerance").map(|node| {
                let tolerance = number(reader, &reader.filled(node), node.span);
                if tolerance.is_negative() {
                    let message = Message::new("scenario-tolerance-negative");
                    reader.error(node.span, message, None);
                }
                tolerance
            });
            Self {
                value,
                tolerance: tolerance.unwrap_or_default(),
                attempts: attempts(fields),
            }
        })
    }
}

impl NumberAnswer {
    /// Whether what was given is near enough to `value`.
    #[must_use]
    pub fn takes(&self, value: &str, given: &str) -> bool {
        let both = Decimal::read(value).zip(Decimal::read(given));
        both.is_some_and(|(value, given)| value.distance(given) <= self.tolerance)
    }
}

fn number(reader: Reader<'_>, text: &str, span: Span) -> Decimal {
    Decimal::read(text).unwrap_or_else(|| {
        if !text.is_empty() {
            let message = Message::new("scenario-decimal").with("text", text);
            reader.error(span, message, Some(Message::new("scenario-decimal-help")));
        }
        Decimal::default()
    })
}

impl PatternAnswer {
    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| {
            let regex = fields.text("regex");
            let span = fields.span("regex");
            if !regex.is_empty()
                && let Some(fault) = Self::fault(&regex)
            {
                let empty = fault.id == "scenario-pattern-empty";
                let help = empty.then(|| Message::new("scenario-pattern-empty-help"));
                reader.error(span, fault, help);
            }
            Self {
                regex,
                attempts: attempts(fields),
            }
        })
    }

    /// Why a regular expression cannot be an answer; nothing where it can.
    pub(in crate::scenarios) fn fault(regex: &str) -> Option<Message> {
        if regex.chars().count() > MAX_PATTERN {
            return Some(Message::new("scenario-pattern-long").with("most", MAX_PATTERN));
        }
        match whole(regex) {
            Err(error) => Some(Message::new("scenario-pattern").with("reason", reason(&error))),
            Ok(compiled) if compiled.is_match("") => Some(Message::new("scenario-pattern-empty")),
            Ok(_) => None,
        }
    }

    /// Whether the whole of a text has the form; accents composed or apart are the same.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text: String = text.trim().nfc().collect();
        !text.is_empty() && whole(&self.regex).is_ok_and(|pattern| pattern.is_match(&text))
    }
}

/// The pattern, bound to both ends of the text. Compiled by itself first, so that nothing in it can leave the group.
fn whole(regex: &str) -> Result<Regex, regex::Error> {
    let build = |text: &str| RegexBuilder::new(text).size_limit(MAX_COMPILED).build();
    build(regex)?;
    build(&format!(r"\A(?:{regex})\z"))
}

/// What is wrong with a pattern, in the compiler's last line.
pub(in crate::scenarios) fn reason(error: &regex::Error) -> String {
    let reason = error.to_string();
    let last = reason.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

impl Selection {
    pub(super) fn read(reader: Reader<'_>, node: &Node, taking: Taking) -> Self {
        reader.map(node, |fields| {
            let selection = Self::of(fields, taking);
            Self {
                attempts: attempts(fields),
                ..selection
            }
        })
    }

    /// Reads what is offered and what of it is right; one may try without limit.
    pub(crate) fn of(fields: &Fields<'_>, taking: Taking) -> Self {
        let reader = fields.reader();
        let options = read_options(reader, fields);
        let correct = match (taking, fields.required("correct")) {
            (_, None) => Vec::new(),
            (Taking::One, Some(node)) => vec![(reader.filled(node), node.span)],
            (_, Some(node)) => {
                let items = reader.items(node);
                if items.is_empty() && matches!(node.value, Value::List(_)) {
                    reader.error(node.span, Message::new("scenario-empty-list"), None);
                }
                let named = items.iter().map(|item| (reader.filled(item), item.span));
                named.collect()
            }
        };
        check_correct(fields, &options, &correct, taking);
        Self {
            options,
            correct: correct
                .into_iter()
                .map(|(name, _)| OptionId::from(name))
                .collect(),
            attempts: None,
        }
    }

    /// The option of this name.
    #[must_use]
    pub fn option(&self, id: &str) -> Option<&AnswerOption> {
        self.options.iter().find(|option| option.id.as_str() == id)
    }

    /// An answer in the form in which it is kept: the options' names, those of any order in the order in which they are
    /// offered. Nothing where it names what is not offered, one twice, or not as many as are asked for.
    #[must_use]
    pub fn given(&self, text: &str, taking: Taking) -> Option<String> {
        let named: Vec<&AnswerOption> = names(text)
            .map(|name| self.option(name))
            .collect::<Option<_>>()?;
        let twice = (1..named.len()).any(|at| named[..at].contains(&named[at]));
        let fits = match taking {
            Taking::One => named.len() == 1,
            Taking::Some => !named.is_empty(),
            Taking::All => named.len() == self.options.len(),
        };
        let in_order = self.options.iter().filter(|option| named.contains(option));
        (fits && !twice).then(|| match taking {
            Taking::Some => join(in_order.map(|option| &option.id)),
            Taking::One | Taking::All => join(named.iter().map(|option| &option.id)),
        })
    }

    /// The right answer in the same form.
    #[must_use]
    pub fn right(&self, taking: Taking) -> Option<String> {
        self.given(&join(&self.correct), taking)
    }

    /// What a kept answer says, for people: the options' texts. What is not offered stands as it was kept.
    #[must_use]
    pub fn shown(&self, kept: &str, taking: Taking, locale: Locale) -> String {
        let texts: Vec<&str> = names(kept)
            .map(|name| self.option(name).map_or(name, |it| it.text.get(locale)))
            .collect();
        texts.join(if taking == Taking::All { " → " } else { "; " })
    }
}

/// The names in an answer that names several.
pub(in crate::scenarios) fn names(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| c == ',' || c.is_whitespace());
    parts.filter(|name| !name.is_empty())
}

fn join<'a>(ids: impl IntoIterator<Item = &'a OptionId>) -> String {
    let ids: Vec<&str> = ids.into_iter().map(OptionId::as_str).collect();
    ids.join(SEPARATOR)
}

fn read_options(reader: Reader<'_>, fields: &Fields<'_>) -> Vec<AnswerOption> {
    let Some(node) = fields.required("options") else {
        return Vec::new();
    };
    let mut seen: Vec<String> = Vec::new();
    let items = reader.items(node).iter();
    let options: Vec<AnswerOption> = items
        .map(|node| {
            reader.map(node, |fields| {
                let id = fields.text("id");
                if !id.is_empty() {
                    reader.name(&id, fields.span("id"));
                    if seen.contains(&id) {
                        let message = Message::new("scenario-option-twice").with("name", &id);
                        reader.error(fields.span("id"), message, None);
                    }
                    seen.push(id.clone());
                }
                AnswerOption {
                    id: OptionId::from(id),
                    text: fields.local_text("text", true),
                }
            })
        })
        .collect();
    if !(2..=MAX_OPTIONS).contains(&options.len()) && matches!(node.value, Value::List(_)) {
        let message = Message::new("scenario-options-count").with("most", MAX_OPTIONS);
        reader.error(node.span, message, None);
    }
    options
}

/// What is right must be offered, each named once; an order names every option and differs from what is shown.
fn check_correct(
    fields: &Fields<'_>,
    options: &[AnswerOption],
    correct: &[(String, Span)],
    taking: Taking,
) {
    let reader = fields.reader();
    let offered: Vec<&str> = options.iter().map(|option| option.id.as_str()).collect();
    for (index, (name, span)) in correct.iter().enumerate() {
        if name.is_empty() || offered.is_empty() {
            continue;
        }
        if !offered.contains(&name.as_str()) {
            unknown_option(reader, name, *span, &offered);
        } else if correct[..index].iter().any(|(other, _)| other == name) {
            let message = Message::new("scenario-option-twice").with("name", name);
            reader.error(*span, message, None);
        }
    }
    if taking != Taking::All || correct.is_empty() {
        return;
    }
    let named = |id: &str| correct.iter().any(|(name, _)| name == id);
    let left: Vec<&str> = offered.iter().copied().filter(|id| !named(id)).collect();
    if !left.is_empty() {
        let message = Message::new("scenario-order-incomplete").with("names", left.join(", "));
        reader.error(fields.span("correct"), message, None);
    } else if correct.iter().map(|(name, _)| name.as_str()).eq(offered) {
        let message = Message::new("scenario-order-shown");
        let help = Message::new("scenario-order-shown-help");
        reader.warn(fields.span("options"), message, Some(help));
    }
}

/// Says that an option is not offered, and which may have been meant.
pub(in crate::scenarios) fn unknown_option(
    reader: Reader<'_>,
    name: &str,
    span: Span,
    offered: &[&str],
) {
    let help = match nearest(name, offered.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => Message::new("scenario-known-names").with("names", offered.join(", ")),
    };
    let message = Message::new("scenario-unknown-option").with("name", name);
    reader.error(span, message, Some(help));
}

impl FileAnswer {
    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| {
            let attempts = attempts(fields);
            let (mut sha256, mut from) = (String::new(), None);
            match fields.one_of(&["sha256", "from"]) {
                Some(("sha256", node)) => {
                    let text = reader.filled(node);
                    match digest(&text) {
                        Some(digest) => sha256 = digest.into_owned(),
                        None if text.is_empty() => {}
                        None => {
                            let message = Message::new("scenario-sha256");
                            let help = Message::new("scenario-sha256-help");
                            reader.error(node.span, message, Some(help));
                        }
                    }
                }
                Some((_, node)) => {
                    let path = reader.filled(node);
                    reader.refer(Thing::File, &path, node.span);
                    from = Some(path);
                }
                None => {}
            }
            Self {
                sha256,
                from,
                attempts,
            }
        })
    }
}

/// The digest in a text as `sha256sum` prints it: the digits, and perhaps the file's name behind them.
pub(in crate::scenarios) fn digest(text: &str) -> Option<Cow<'_, str>> {
    let first = text.split_whitespace().next()?;
    let is_digest =
        first.len() == DIGEST_DIGITS && first.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then(|| {
        if first.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(first.to_ascii_lowercase())
        } else {
            Cow::Borrowed(first)
        }
    })
}
