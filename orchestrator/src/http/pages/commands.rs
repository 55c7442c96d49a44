//! Commands that were entered in an exercise's terminals.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice,
};
use crate::clock::Timestamp;

/// What the list shows.
#[derive(Clone, Debug, Serialize)]
pub struct CommandsPage {
    /// The exercise's title.
    pub title: String,
    /// Where the list is.
    pub address: String,
    /// Where the recordings are.
    pub recordings: String,
    /// Where the review is.
    pub review: String,
    /// Where stretches are blacked out.
    pub redact: String,
    /// Whether the reader may do that.
    pub may_redact: bool,
    /// The words that are looked for.
    pub query: String,
    /// The teams.
    pub teams: Vec<Choice>,
    /// How many lines there are.
    pub total: usize,
    /// The lines of this page.
    pub rows: Vec<CommandRow>,
    /// The list as it is asked for, to come back to.
    pub here: String,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// A line that was entered.
#[derive(Clone, Debug, Serialize)]
pub struct CommandRow {
    /// Exercise time; absent before it began.
    pub clock: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The team's number.
    pub number: i64,
    /// The team's name.
    pub team: String,
    /// The machine.
    pub node: String,
    /// Who; empty once the person is erased.
    pub person: String,
    /// The line, blacked out where it is to be.
    pub line: String,
    /// Why it is blacked out.
    pub reason: Option<String>,
    /// Where it is replayed.
    pub href: String,
    /// The terminal.
    pub session: String,
    /// Microseconds from which on it would be blacked out.
    pub from: i64,
    /// Until when.
    pub until: i64,
}

/// Renders the list.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &CommandsPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "commands", "nav-exercises", page)
}
