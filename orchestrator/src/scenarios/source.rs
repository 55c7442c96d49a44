//! A text file of a bundle while it is read, and what of it an author is shown.

use std::ops::Range;

use super::problem::Span;

/// Longest part of a line that an excerpt shows, in characters: what fits a terminal beside the margin.
const EXCERPT_WIDTH: usize = 110;

/// A text file of the bundle.
#[derive(Debug)]
pub struct Source {
    file: String,
    text: String,
    lines: Vec<Range<usize>>,
}

/// A line, or the part of a long one around a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// What it shows.
    pub text: String,
    /// Characters before the place.
    pub before: usize,
}

impl Source {
    /// A file's text under its path in the bundle.
    pub fn new(file: &str, text: &str) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            lines.push(start..start + line.trim_end_matches(['\n', '\r']).len());
            start += line.len();
        }
        Self {
            file: file.to_owned(),
            text: text.to_owned(),
            lines,
        }
    }

    /// Its path in the bundle.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What it holds.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A line by its number, from 1.
    pub fn line(&self, number: usize) -> &str {
        let range = number
            .checked_sub(1)
            .and_then(|index| self.lines.get(index).cloned());
        range
            .and_then(|range| self.text.get(range))
            .unwrap_or_default()
    }

    /// The number of the first line that has more bytes than this.
    pub fn line_longer_than(&self, bytes: usize) -> Option<usize> {
        self.lines
            .iter()
            .position(|line| line.len() > bytes)
            .map(|index| index + 1)
    }

    /// What is shown of a place; what would hide or reorder text is made visible.
    pub fn excerpt(&self, span: Span) -> Excerpt {
        let line = self.line(span.line);
        let length = line.chars().count();
        let column = span.column.saturating_sub(1).min(length);
        let first = if length <= EXCERPT_WIDTH {
            0
        } else {
            column
                .saturating_sub(EXCERPT_WIDTH / 3)
                .min(length - EXCERPT_WIDTH)
        };
        let text: String = line
            .chars()
            .skip(first)
            .take(EXCERPT_WIDTH)
            .map(visible)
            .collect();
        Excerpt {
            text: text.trim_end().to_owned(),
            before: column - first,
        }
    }

    /// Where some words first stand in the text that begins at a place; that place where a line's end parts them. Case
    /// does not matter.
    pub fn found(&self, from: Span, words: &str) -> Span {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let (words, depth) = (words.to_lowercase(), indent(self.line(from.line)));
        for number in from.line..=self.lines.len() {
            let line = self.line(number);
            // A text in lines of its own is placed at the first of them, and none of them stands further out.
            if number > from.line && !line.trim().is_empty() && indent(line) < depth {
                break;
            }
            let first = if number == from.line { from.column } else { 1 };
            let begin = line.char_indices().nth(first.saturating_sub(1));
            let rest = &line[begin.map_or(line.len(), |(at, _)| at)..];
            let rest = rest.to_lowercase();
            if let Some(at) = rest.find(&words) {
                return Span {
                    line: number,
                    column: first + rest[..at].chars().count(),
                    length: words.chars().count(),
                };
            }
        }
        from
    }

    /// The places of all `{{` at or behind a place.
    pub fn openings(&self, from: Span) -> impl Iterator<Item = Span> {
        (from.line..=self.lines.len()).flat_map(move |number| {
            let first = if number == from.line { from.column } else { 1 };
            let mut column = 0;
            let mut after = 0;
            let line = self.line(number);
            let places: Vec<Span> = line
                .match_indices("{{")
                .map(|(at, _)| {
                    column += line.get(after..at).unwrap_or_default().chars().count();
                    after = at;
                    Span {
                        line: number,
                        column: column + 1,
                        length: 1,
                    }
                })
                .filter(|place| place.column >= first)
                .collect();
            places
        })
    }
}

/// Characters that show nothing, or show text in another order than it is stored.
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
}

fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() || is_deceptive(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}
