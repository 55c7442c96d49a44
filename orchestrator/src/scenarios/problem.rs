//! What is wrong with a scenario: where, why and what to write instead.
//!
//! A problem carries the id of its message and the values in it, not a sentence, so that it comes out in the reader's
//! language wherever it is shown: on a terminal, on a page, in JSON.

use std::fmt::{Display, Write as _};

use serde::Serialize;

use crate::locales::{self, Locale, Value};

/// Longest part of a line that an excerpt shows, in characters: what fits a terminal beside the margin.
const EXCERPT_WIDTH: usize = 110;

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
    /// The line itself.
    pub excerpt: String,
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
    /// Characters to mark.
    pub length: usize,
    /// The line itself.
    pub excerpt: String,
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
            length: self.span.length,
            excerpt: self.excerpt.clone(),
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
            let (line, start, length) = self.window();
            let _ = writeln!(
                shown,
                "{margin}--> {}:{}:{}",
                self.file, self.span.line, self.span.column
            );
            let _ = writeln!(shown, "{margin} |\n{} | {line}", self.span.line);
            let _ = writeln!(
                shown,
                "{margin} | {}{}",
                " ".repeat(start),
                "^".repeat(length)
            );
        }
        if let Some(help) = &self.help {
            let label = locales::text(locale, "scenario-help", &[]);
            let _ = writeln!(shown, "{margin} = {label}: {}", help.text(locale));
        }
        shown
    }

    /// The part of the line that is shown, and the marked columns in it.
    fn window(&self) -> (String, usize, usize) {
        let characters: Vec<char> = self
            .excerpt
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let column = self.span.column.saturating_sub(1).min(characters.len());
        let first = if characters.len() <= EXCERPT_WIDTH {
            0
        } else {
            column
                .saturating_sub(EXCERPT_WIDTH / 3)
                .min(characters.len() - EXCERPT_WIDTH)
        };
        let shown: String = characters.iter().skip(first).take(EXCERPT_WIDTH).collect();
        let start = column - first;
        let room = shown.chars().count().saturating_sub(start).max(1);
        (
            shown.trim_end().to_owned(),
            start,
            self.span.length.clamp(1, room),
        )
    }
}
