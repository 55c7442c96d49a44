//! Commands: the lines that were entered at a shell's prompt, read from what its terminal showed.
//!
//! Keys are never looked at. What counts is what stood on the screen when a line was sent off, so that completion,
//! history and corrections come out as the shell took them, and what is typed while nothing is echoed, a password,
//! cannot get here: it never stood on a screen.
//!
//! Where a line begins and ends is known from what the shell itself says, best first:
//!
//! 1. the marks of OSC 133, which the shells of our images print (`images/base/bashrc`): the prompt's end and the moment
//!    before the command runs;
//! 2. the switch of bracketed paste, which readline turns on with its prompt and off when the line is sent;
//! 3. a prompt as the plainest shells print it (`$ `, `/ # `, `user@host:~$ `), where output pauses behind one.
//!
//! A node may print marks of its own: this is a help for those who review, never proof and never a score.

mod screen;

#[cfg(test)]
mod tests;

use vte::{Params, Parser, Perform};

use super::frames::Size;
use crate::clock::Timestamp;
use screen::{Place, Screen};

/// Letters of a command that are kept.
const LONGEST: usize = 2000;
/// Letters of a prompt that marks do not tell of.
const LONGEST_PROMPT: usize = 120;
/// Bytes of one piece of output that are looked at while no line is written and none is announced: of what a program
/// pours out only the end can matter, and 200 terminals must not pay for all of it.
const LOOKED_AT: usize = 4096;
/// What the shell prints for a line that was given up.
const GIVEN_UP: &str = "^C";

/// A line that was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// When its prompt was shown.
    pub began: Timestamp,
    /// When it was sent off.
    pub at: Timestamp,
    /// The line, without the prompt.
    pub text: String,
}

/// Reads one terminal's output.
pub struct Commands {
    parser: Parser,
    state: State,
}

impl Commands {
    /// Of a terminal that begins with this size.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self {
            parser: Parser::new(),
            state: State {
                screen: Screen::new(size),
                input: Input::None,
                elsewhere: false,
                now: Timestamp(0),
                found: Vec::new(),
            },
        }
    }

    /// Takes what was shown at a moment, and says what was entered with it.
    pub fn output(&mut self, bytes: &[u8], at: Timestamp) -> Vec<Entered> {
        self.state.now = at;
        let poured = self.state.input == Input::None && !announces(bytes);
        let begin = bytes.len().saturating_sub(LOOKED_AT);
        let bytes = if poured { &bytes[begin..] } else { bytes };
        self.parser.advance(&mut self.state, bytes);
        self.state.settle();
        std::mem::take(&mut self.state.found)
    }

    /// The terminal has this size from now on.
    pub fn resize(&mut self, size: Size) {
        self.state.screen.resize(size);
    }
}

/// What is known of the line that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    /// None is.
    None,
    /// One is, with readline; its prompt begins in this row.
    Paste { row: u64, began: Timestamp },
    /// One is, behind a prompt of which the shell said where it ends.
    Marked { from: Place, began: Timestamp },
    /// Output paused behind what looks like a prompt.
    Paused { from: Place, began: Timestamp },
}

struct State {
    screen: Screen,
    input: Input,
    /// Whether a program draws on the other screen.
    elsewhere: bool,
    now: Timestamp,
    found: Vec<Entered>,
}

impl State {
    fn enter(&mut self, began: Timestamp, text: &str) {
        let text = text.trim();
        if text.is_empty() || text.ends_with(GIVEN_UP) {
            return;
        }
        let text = text.chars().take(LONGEST).collect();
        let at = self.now;
        self.found.push(Entered { began, at, text });
    }

    /// Bracketed paste was switched on: a line is about to be written.
    fn paste_on(&mut self) {
        // Behind marks the next line of the same command.
        if !matches!(self.input, Input::Marked { .. }) {
            let (row, began) = (self.screen.cursor().0, self.now);
            self.input = Input::Paste { row, began };
        }
    }

    /// It was switched off: the line was sent, and the cursor stands below it.
    fn paste_off(&mut self) {
        let Input::Paste { row, began } = self.input else {
            return;
        };
        self.input = Input::None;
        let cursor = self.screen.cursor();
        let Some(last) = cursor.0.checked_sub(1).filter(|last| *last >= row) else {
            return;
        };
        let begin = self.screen.begin_of(last);
        let line = self.screen.text((begin, 0), (last, usize::MAX));
        self.enter(began, behind_prompt(&line));
    }

    /// The shell says what comes next: OSC 133.
    fn marked(&mut self, what: &[u8]) {
        match (what, self.input) {
            (b"B", input) => {
                let began = match input {
                    Input::Paste { began, .. } => began,
                    _ => self.now,
                };
                let from = self.screen.cursor();
                self.input = Input::Marked { from, began };
            }
            (b"C", Input::Marked { from, began }) => {
                self.input = Input::None;
                let text = self.screen.text(from, self.screen.cursor());
                let lines: Vec<&str> = text
                    .lines()
                    .map(|line| line.strip_prefix("> ").unwrap_or(line))
                    .collect();
                self.enter(began, &lines.join("\n"));
            }
            _ => {}
        }
    }

    /// A line feed sends off what stands behind a plain prompt.
    fn line_fed(&mut self) {
        if let Input::Paused { from, began } = self.input {
            self.input = Input::None;
            let (row, _) = self.screen.cursor();
            if self.screen.begin_of(row) == self.screen.begin_of(from.0) {
                let text = self.screen.text(from, (row, usize::MAX));
                self.enter(began, &text);
            }
        }
    }

    /// Output pauses: what stands before the cursor may be a prompt.
    fn settle(&mut self) {
        if self.elsewhere || !matches!(self.input, Input::None | Input::Paused { .. }) {
            return;
        }
        let from = self.screen.cursor();
        if let Input::Paused { from: before, .. } = self.input
            && before.0 == from.0
        {
            return;
        }
        self.input = Input::None;
        if from.1 < LONGEST_PROMPT && is_prompt(&self.screen.text((from.0, 0), from), from.1) {
            let began = self.now;
            self.input = Input::Paused { from, began };
        }
    }
}

/// Whether marks or modes may be in it.
fn announces(bytes: &[u8]) -> bool {
    let mut pairs = bytes.windows(3);
    pairs.any(|three| three.starts_with(b"\x1b]") || three == b"\x1b[?")
}

/// What was typed behind a prompt of which nothing but the line is known.
fn behind_prompt(line: &str) -> &str {
    let mut ends = line
        .char_indices()
        .filter(|(_, letter)| matches!(letter, '$' | '#' | '%' | '>'));
    let end = ends.find(|(at, _)| line[at + 1..].starts_with(' ') || at + 1 == line.len());
    match end {
        Some((at, _)) if line[..at].chars().count() < LONGEST_PROMPT => &line[at + 1..],
        _ => line,
    }
}

/// Whether a line up to its end in `column` is a prompt of the plainest shells, which end with a space.
fn is_prompt(line: &str, column: usize) -> bool {
    let Some(place) = line.strip_suffix(['$', '#']) else {
        return false;
    };
    let place = place.trim_end();
    let spaced = line.chars().count() + 1 == column;
    spaced && (place.is_empty() || place.starts_with(['/', '~']) || place.contains('@'))
}

/// The first number of a sequence, or `usual`.
fn number(params: &Params, at: usize, usual: u16) -> u16 {
    let number = params.iter().nth(at).and_then(|it| it.first().copied());
    number.filter(|number| *number > 0).unwrap_or(usual)
}

impl Perform for State {
    fn print(&mut self, letter: char) {
        if !self.elsewhere {
            self.screen.print(letter);
        }
    }

    fn execute(&mut self, byte: u8) {
        if self.elsewhere {
            return;
        }
        match byte {
            b'\n' | 0x0b | 0x0c => {
                self.line_fed();
                self.screen.feed();
            }
            b'\r' => self.screen.carriage_return(),
            0x08 => self.screen.backspace(),
            b'\t' => self.screen.tabulate(),
            _ => {}
        }
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _: bool) {
        if let [b"133", what, ..] = params
            && !self.elsewhere
        {
            self.marked(what);
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], _: bool, action: char) {
        if intermediates == b"?" && matches!(action, 'h' | 'l') {
            for mode in params.iter().filter_map(|it| it.first()) {
                match (mode, action) {
                    (47 | 1047 | 1049, _) => self.elsewhere = action == 'h',
                    (2004, _) if self.elsewhere => {}
                    (2004, 'h') => self.paste_on(),
                    (2004, _) => self.paste_off(),
                    _ => {}
                }
            }
            return;
        }
        if self.elsewhere || !intermediates.is_empty() {
            return;
        }
        let first = number(params, 0, 1);
        let (count, rows) = (usize::from(first), u64::from(first));
        let screen = &mut self.screen;
        match action {
            'A' => screen.up(rows),
            'B' | 'e' => screen.down(rows),
            'C' | 'a' => screen.forward(count),
            'D' => screen.back(count),
            'E' => {
                screen.down(rows);
                screen.carriage_return();
            }
            'F' => {
                screen.up(rows);
                screen.carriage_return();
            }
            'G' | '`' => screen.move_to_column(count),
            'd' => screen.move_to_row(rows),
            'H' | 'f' => {
                screen.move_to_row(rows);
                screen.move_to_column(usize::from(number(params, 1, 1)));
            }
            'J' => screen.erase_screen(number(params, 0, 0)),
            'K' => screen.erase_line(number(params, 0, 0)),
            '@' => screen.insert_letters(count),
            'P' => screen.delete_letters(count),
            'X' => screen.erase_letters(count),
            's' => screen.save(),
            'u' => screen.restore(),
            _ => {}
        }
    }

    fn esc_dispatch(&mut self, intermediates: &[u8], _: bool, byte: u8) {
        if self.elsewhere || !intermediates.is_empty() {
            return;
        }
        match byte {
            b'7' => self.screen.save(),
            b'8' => self.screen.restore(),
            b'D' => self.screen.feed(),
            b'E' => {
                self.screen.carriage_return();
                self.screen.feed();
            }
            b'M' => self.screen.up(1),
            b'c' => {
                self.screen.erase_screen(2);
                self.screen.move_to_row(1);
                self.screen.move_to_column(1);
            }
            _ => {}
        }
    }
}
