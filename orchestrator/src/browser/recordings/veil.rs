//! A recording with stretches blacked out: letters become █, everything that moves the cursor stays, so that the rest of
//! the screen keeps its place.
//!
//! The file itself is never changed: it goes when recordings go. Words that were blacked out once are blacked out
//! wherever the same recording prints them in one piece, since a shell's history brings them back.

use serde::Serialize;

use crate::clock::Timestamp;

/// What stands in place of a letter.
pub const BLACK: char = '█';
/// Letters below which a word is not looked for elsewhere: it would black out half of the rest.
const SHORTEST: usize = 4;

/// How the lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As they are kept: asciicast, version 3, with intervals.
    Three,
    /// For older players: version 2, with times from the beginning.
    Two,
}

/// Where a reader of terminal output stands; a sequence may be cut between two pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Text,
    Escape,
    Sequence,
    /// Words for the terminal itself, such as its title.
    Words,
    WordsEscape,
}

/// Goes through one part of a recording, line by line.
#[derive(Debug)]
pub struct Veil {
    stretches: Vec<(Timestamp, Timestamp)>,
    words: Vec<String>,
    format: Format,
    begins: Timestamp,
    /// Microseconds since it began.
    passed: i64,
    inside: Inside,
    first: bool,
}

#[derive(Serialize)]
struct OldHeader<'a> {
    version: u8,
    width: u64,
    height: u64,
    timestamp: i64,
    title: &'a str,
}

impl Veil {
    /// Over a part that began at `begins`; stretches hold both their ends.
    #[must_use]
    pub fn new(
        begins: Timestamp,
        stretches: Vec<(Timestamp, Timestamp)>,
        mut words: Vec<String>,
        format: Format,
    ) -> Self {
        words.retain(|word| word.chars().count() >= SHORTEST);
        Self {
            stretches,
            words,
            format,
            begins,
            passed: 0,
            inside: Inside::Text,
            first: true,
        }
    }

    /// Whether there is anything to do at all.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.stretches.is_empty() && self.format == Format::Three
    }

    /// A line as it may be shown, with its end; nothing of one that cannot be read.
    pub fn line(&mut self, line: &str) -> Option<String> {
        if std::mem::take(&mut self.first) {
            return self.header(line);
        }
        let (interval, code, data): (f64, String, String) = serde_json::from_str(line).ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "seconds with six digits of a recording that lasts hours"
        )]
        let interval = (interval * 1e6).round() as i64;
        self.passed = self.passed.saturating_add(interval.max(0));
        let at = Timestamp(self.begins.0.saturating_add(self.passed));
        let hidden = self
            .stretches
            .iter()
            .any(|(from, until)| (*from..=*until).contains(&at));
        let data = match code.as_str() {
            "o" => self.output(&data, hidden),
            "x" if self.format == Format::Two => return None,
            _ => data,
        };
        let time = match self.format {
            Format::Three => interval.max(0),
            Format::Two => self.passed,
        };
        let (whole, rest) = (time / 1_000_000, time % 1_000_000);
        let data = serde_json::to_string(&data).ok()?;
        Some(format!("[{whole}.{rest:06}, \"{code}\", {data}]\n"))
    }

    fn header(&self, line: &str) -> Option<String> {
        if self.format == Format::Three {
            return Some(format!("{line}\n"));
        }
        let header: serde_json::Value = serde_json::from_str(line).ok()?;
        let size = |name: &str, usual| header["term"][name].as_u64().unwrap_or(usual);
        let old = OldHeader {
            version: 2,
            width: size("cols", 80),
            height: size("rows", 24),
            timestamp: self.begins.0 / 1_000_000,
            title: header["title"].as_str().unwrap_or_default(),
        };
        serde_json::to_string(&old).ok().map(|json| json + "\n")
    }

    fn output(&mut self, data: &str, hidden: bool) -> String {
        let mut shown = String::with_capacity(data.len());
        for letter in data.chars() {
            let was = self.inside;
            self.inside = after(was, letter);
            let words = |inside| matches!(inside, Inside::Words | Inside::WordsEscape);
            match (was, self.inside) {
                _ if !hidden => shown.push(letter),
                (Inside::Text, Inside::Text) if letter.is_control() || letter == ' ' => {
                    shown.push(letter);
                }
                (Inside::Text, Inside::Text) => shown.push(BLACK),
                // It ends what would otherwise go on to the next control character.
                (Inside::WordsEscape, Inside::Text) => shown.push_str("\x1b\\"),
                // A title would tell what the screen does not.
                (was, now) if words(was) && words(now) => {}
                _ => shown.push(letter),
            }
        }
        for word in &self.words {
            if shown.contains(word.as_str()) {
                shown = shown.replace(word.as_str(), &black(word));
            }
        }
        shown
    }
}

/// A text of which nothing can be read but its length.
#[must_use]
pub fn black(text: &str) -> String {
    let letters = text.chars();
    letters
        .map(|letter| {
            if letter.is_whitespace() {
                letter
            } else {
                BLACK
            }
        })
        .collect()
}

const fn after(inside: Inside, letter: char) -> Inside {
    match (inside, letter) {
        (Inside::Words, '\x1b') => Inside::WordsEscape,
        (Inside::Words, '\x07' | '\u{9c}') | (Inside::WordsEscape, '\\') => Inside::Text,
        (Inside::Words | Inside::WordsEscape, _)
        | (Inside::Escape, ']' | 'P' | '_' | '^' | 'X') => Inside::Words,
        (_, '\x1b') | (Inside::Escape, ' '..='/') => Inside::Escape,
        (Inside::Escape, '[') | (Inside::Sequence, ' '..='?') => Inside::Sequence,
        _ => Inside::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAST: &str = r#"{"version":3,"term":{"cols":90,"rows":30,"type":"xterm-256color"},"timestamp":7,"title":"an@portal"}
[1.000000, "o", "\u001b[1m$ \u001b[0m"]
[1.000000, "o", "mysql -p\u001b[3"]
[0.500000, "o", "1msecret \u001b]0;secret\u0007x\r\n"]
[1.000000, "o", "done\r\n$ "]
[0.000000, "r", "100x30"]
[2.000000, "o", "mysql -psecret"]
[1.000000, "x", "0"]
torn"#;

    fn shown(stretches: Vec<(i64, i64)>, words: &[&str], format: Format) -> Vec<String> {
        let at = |seconds: i64| Timestamp(7_000_000 + seconds * 500_000);
        let stretches = stretches
            .into_iter()
            .map(|(from, until)| (at(from), at(until)))
            .collect();
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let mut veil = Veil::new(Timestamp(7_000_000), stretches, words, format);
        CAST.lines().filter_map(|line| veil.line(line)).collect()
    }

    #[test]
    fn what_is_hidden_keeps_its_place_and_nothing_else() {
        // From two to two and a half seconds.
        let lines = shown(vec![(4, 5)], &["mysql -psecret"], Format::Three);
        assert_eq!(lines[1], "[1.000000, \"o\", \"\\u001b[1m$ \\u001b[0m\"]\n");
        assert_eq!(lines[2], "[1.000000, \"o\", \"█████ ██\\u001b[3\"]\n");
        assert_eq!(
            lines[3],
            "[0.500000, \"o\", \"1m██████ \\u001b]\\u0007█\\r\\n\"]\n"
        );
        assert!(lines[4].contains("done"));
        assert!(lines[6].contains("█████ ████████"), "{}", lines[6]);
        assert_eq!(lines.len(), 8, "what is torn is left out");
        assert!(!lines.concat().contains("secret"));
    }

    #[test]
    fn older_players_get_times_from_the_beginning() {
        let lines = shown(vec![], &[], Format::Two);
        assert_eq!(
            lines[0],
            "{\"version\":2,\"width\":90,\"height\":30,\"timestamp\":7,\"title\":\"an@portal\"}\n"
        );
        assert!(lines[3].starts_with("[2.500000, \"o\""), "{}", lines[3]);
        assert!(lines[5].starts_with("[3.500000, \"r\""), "{}", lines[5]);
        assert_eq!(lines.len(), 7, "an exit is unknown to them");
    }

    #[test]
    fn a_hidden_title_ends_where_it_ended() {
        let hidden = vec![(Timestamp(0), Timestamp(10_000_000))];
        let mut veil = Veil::new(Timestamp(0), hidden, vec![], Format::Three);
        let head = CAST.lines().next().unwrap();
        assert!(veil.line(head).is_some());
        let line = veil.line(r#"[1.000000, "o", "\u001b]0;secret\u001b\\x"]"#);
        assert_eq!(
            line.unwrap(),
            "[1.000000, \"o\", \"\\u001b]\\u001b\\\\█\"]\n"
        );
    }

    #[test]
    fn a_clear_recording_is_left_alone() {
        let veil = Veil::new(Timestamp(0), vec![], vec![], Format::Three);
        assert!(veil.is_clear());
    }
}
