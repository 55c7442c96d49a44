//! What is wrong with a scenario: where, why and what to write instead.
//!
//! A problem carries the id of its message and the values in it, not a sentence, so that it comes out in the reader's
//! language wherever it is shown: on a terminal, on a page, in JSON.

use std::fmt::{Display, Write as _};

use serde::Serialize;

pub use super::source::Excerpt;
use crate::locales::{self, Locale, Value};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The scenario cannot be used.
    Error,
    /// It can be used, but probably not as meant.
    Warning,
}

/// A sentence in both languages: the id of a message and the values in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// Id in `scenario.ftl`.
    pub id: &'static str,
    /// Values by the names that the message uses.
    pub values: Vec<(&'static str, String)>,
}

/// Where something stands in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Characters on that line, at least 1.
    pub length: usize,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The file within the bundle.
    pub file: String,
    /// The place in the file; line 0 when the file as a whole is meant.
    pub span: Span,
    /// The line, or the part of it around the place.
    pub excerpt: Excerpt,
    /// What is wrong.
    pub message: Message,
    /// What to write instead.
    pub help: Option<Message>,
}

/// A problem in one language, as pages and JSON show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProblemView {
    /// How bad it is.
    pub severity: Severity,
    /// The file within the bundle.
    pub file: String,
    /// Line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line, or the part of it around the place.
    pub excerpt: String,
    /// Characters of the excerpt before the place.
    pub before: usize,
    /// Characters of the excerpt to mark.
    pub length: usize,
    /// Id of the message, the same in every language.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Message {
    /// A message without values.
    #[must_use]
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            values: Vec::new(),
        }
    }

    /// The same with one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// The sentence in a language.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        let values: Vec<_> = self
            .values
            .iter()
            .map(|(name, value)| (*name, Value::from(value.as_str())))
            .collect();
        locales::text(locale, self.id, &values)
    }
}

impl Problem {
    /// The problem in a language.
    #[must_use]
    pub fn view(&self, locale: Locale) -> ProblemView {
        ProblemView {
            severity: self.severity,
            file: self.file.clone(),
            line: self.span.line,
            column: self.span.column,
            excerpt: self.excerpt.text.clone(),
            before: self.excerpt.before,
            length: self.marked(),
            code: self.message.id,
            message: self.message.text(locale),
            help: self.help.as_ref().map(|help| help.text(locale)),
        }
    }

    /// The problem as a compiler would print it: the line, a mark under the place and what to write.
    #[must_use]
    pub fn show(&self, locale: Locale) -> String {
        let severity = match self.severity {
            Severity::Error => "scenario-error",
            Severity::Warning => "scenario-warning",
        };
        let severity = locales::text(locale, severity, &[]);
        let mut shown = format!("{severity}: {}\n", self.message.text(locale));
        let margin = " ".repeat(self.span.line.to_string().len());
        if self.span.line == 0 {
            let _ = writeln!(shown, "{margin}--> {}", self.file);
        } else {
            let Span { line, column, .. } = self.span;
            let (before, mark) = (" ".repeat(self.excerpt.before), "^".repeat(self.marked()));
            let _ = writeln!(shown, "{margin}--> {}:{line}:{column}", self.file);
            let _ = writeln!(shown, "{margin} |\n{line} | {}", self.excerpt.text);
            let _ = writeln!(shown, "{margin} | {before}{mark}");
        }
        if let Some(help) = &self.help {
            let label = locales::text(locale, "scenario-help", &[]);
            let _ = writeln!(shown, "{margin} = {label}: {}", help.text(locale));
        }
        shown
    }

    /// How many characters of the excerpt are marked: at least one, none behind its end.
    fn marked(&self) -> usize {
        let room = self
            .excerpt
            .text
            .chars()
            .count()
            .saturating_sub(self.excerpt.before);
        self.span.length.clamp(1, room.max(1))
    }
}
