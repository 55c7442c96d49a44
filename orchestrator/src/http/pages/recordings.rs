//! Recordings of an exercise's terminals: the list, and one of them replayed.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    State,
};
use crate::clock::Timestamp;

/// What the list shows.
#[derive(Clone, Debug, Serialize)]
pub struct RecordingsPage {
    /// The exercise's title.
    pub title: String,
    /// Where its console is.
    pub back: String,
    /// Where the commands are.
    pub commands: String,
    /// Everything in one file.
    pub export: String,
    /// Recordings by team, in the order of the teams.
    pub teams: Vec<TeamRecordings>,
}

/// A team's recordings.
#[derive(Clone, Debug, Serialize)]
pub struct TeamRecordings {
    /// The team's number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Its recordings, oldest first.
    pub rows: Vec<RecordingRow>,
}

/// A recording.
#[derive(Clone, Debug, Serialize)]
pub struct RecordingRow {
    /// Where it is replayed.
    pub href: String,
    /// Its file.
    pub file: String,
    /// The machine.
    pub node: String,
    /// Whose terminal it was; empty once the person is erased.
    pub person: String,
    /// Which part of the session it is, where there are several.
    pub part: Option<i64>,
    /// When it begins.
    pub at: Timestamp,
    /// How long it is, in seconds.
    pub seconds: u64,
    /// Whether it goes on, is complete, or is gone.
    pub state: State,
    /// Whether there is a file.
    pub kept: bool,
}

/// What the replay shows.
#[derive(Clone, Debug, Serialize)]
pub struct ReplayPage {
    /// What it is, in a line.
    pub title: String,
    /// The exercise's title.
    pub exercise: String,
    /// Where the list is.
    pub back: String,
    /// Where the team's commands are.
    pub commands: String,
    /// Seconds at which it begins to play.
    pub at: u32,
    /// How many stretches are blacked out.
    pub hidden: usize,
    /// Where the original is; absent where this is it.
    pub original: Option<String>,
    /// The terminal.
    pub session: String,
    /// When the part begins, in microseconds.
    pub from: i64,
    /// Where stretches are blacked out; absent for those who may not.
    pub redact: Option<String>,
    /// The page itself, to come back to.
    pub here: String,
    /// The recording.
    pub recording: RecordingRow,
}

/// Renders the list.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &RecordingsPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "recordings", "nav-exercises", page)
}

/// Renders the replay.
///
/// # Errors
/// A template that does not fit.
pub fn render_replay(
    templates: &Templates,
    visitor: &Visitor,
    page: &ReplayPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "replay", "nav-exercises", page)
}
