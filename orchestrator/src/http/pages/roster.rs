//! Teams from a list, as they are shown before anything is written.

use serde::Serialize;

/// A list that was read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RosterView {
    /// What was pasted.
    pub text: String,
    /// What the form brings along once this was seen.
    pub seen: String,
    /// Whether there is anything.
    pub read: bool,
    /// Teams that the list makes.
    pub teams: usize,
    /// People in them.
    pub people: usize,
    /// Lines that are to be mended.
    pub wrong: usize,
    /// Whether it was longer than is read.
    pub cut: bool,
    /// Its lines, those to be mended first.
    pub lines: Vec<RosterLine>,
}

/// A line.
#[derive(Clone, Debug, Serialize)]
pub struct RosterLine {
    /// Its number.
    pub number: usize,
    /// The team.
    pub team: String,
    /// Who, as written.
    pub written: String,
    /// Who that is.
    pub person: Option<String>,
    /// What is wrong with it.
    pub trouble: Option<String>,
}
