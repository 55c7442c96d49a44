//! What commands print, made safe for a terminal.
//!
//! Excerpts, names and reasons come from files of strangers. A character that steers a terminal could rewrite what stands
//! above it, its title or the clipboard; one that reorders text makes it say something else. None of them is ever printed.

use std::{
    fmt::Write as _,
    io::{self, StderrLock, StdoutLock, Write},
};

use crate::scenarios::is_deceptive;

/// Standard output, safe for a terminal.
pub(in crate::cli) fn out() -> Shown<StdoutLock<'static>> {
    Shown(io::stdout().lock())
}

/// Standard error, safe for a terminal.
pub(in crate::cli) fn err() -> Shown<StderrLock<'static>> {
    Shown(io::stderr().lock())
}

/// The text with a mark in place of every character that is more than a letter on a terminal; lines and tabs stay.
fn shown(text: &str) -> String {
    let steers = |c: char| !matches!(c, '\n' | '\t') && (c.is_control() || is_deceptive(c));
    let kept = |c: char| {
        if steers(c) {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.replace("\r\n", "\n").chars().map(kept).collect()
}

/// JSON in which such characters are escaped: a program reads them, a terminal does not.
pub(in crate::cli) fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && (c.is_control() || is_deceptive(c)) {
            // All of them have four digits; outside of texts JSON has none.
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text
}

/// A writer that what goes to a terminal passes through.
pub(in crate::cli) struct Shown<W>(W);

impl<W: Write> Write for Shown<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.write_all(shown(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn printed(text: &str) -> String {
        let mut out = Shown(Vec::new());
        write!(out, "{text}").unwrap();
        String::from_utf8(out.0).unwrap()
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_printed() {
        let said = "a\u{1b}]0;title\u{7}\tệ\r\nb\u{9b}2J\u{202e}c\rd";
        let safe = "a\u{fffd}]0;title\u{fffd}\tệ\nb\u{fffd}2J\u{fffd}c\u{fffd}d";
        assert_eq!(printed(said), safe);
    }

    proptest! {
        #[test]
        fn json_means_the_same_and_steers_nothing(text in any::<String>()) {
            let json = escaped(&serde_json::to_string(&[&text]).unwrap());
            let steers = |c: char| c.is_control() || is_deceptive(c);
            prop_assert!(!json.contains(steers), "{json:?}");
            prop_assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
        }

        #[test]
        fn whatever_is_printed_is_text(text in any::<String>()) {
            let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
            prop_assert!(!printed(&text).contains(steers));
        }
    }
}
