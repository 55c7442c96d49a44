//! What the white cell decides about points beside grades, and signs of foul play that it looks at.

use axum::response::Html;
use serde::Serialize;

use super::super::{AppError, Templates, Visitor};
use crate::clock::Timestamp;

/// The console's part about scoring.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScoringView {
    /// How many evaluators grade each report.
    pub evaluators: u32,
    /// Whether that can still be changed.
    pub may_set: bool,
    /// Since when the public board is frozen.
    pub frozen: Option<Timestamp>,
    /// Whether it can be frozen or thawed.
    pub may_freeze: bool,
    /// Where the board as it is stands.
    pub board: String,
    /// Where the signs are, for who may see them.
    pub evidence: Option<String>,
}

/// The page of signs.
#[derive(Clone, Debug, Serialize)]
pub struct EvidencePage {
    /// The exercise's title.
    pub title: String,
    /// Its console.
    pub back: String,
    /// What is called a sign, with its limits.
    pub rules: Vec<String>,
    /// The signs, the last first.
    pub signs: Vec<SignView>,
}

/// A sign.
#[derive(Clone, Debug, Serialize)]
pub struct SignView {
    /// Exercise time, seconds.
    pub seconds: u64,
    /// The team's name.
    pub team: String,
    /// The team in the console.
    pub href: String,
    /// The task's title.
    pub task: String,
    /// What was seen.
    pub title: String,
    /// What speaks against it.
    pub against: String,
    /// The rows that it is read from.
    pub rows: Vec<RowView>,
}

/// A row of the journal.
#[derive(Clone, Debug, Serialize)]
pub struct RowView {
    /// Its number.
    pub row: i64,
    /// When it was written.
    pub at: Timestamp,
    /// What happened.
    pub title: String,
    /// More about it.
    pub text: String,
}

/// Renders the page of signs.
///
/// # Errors
/// A template that does not fit.
pub fn render_evidence(
    templates: &Templates,
    visitor: &Visitor,
    page: &EvidencePage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "evidence", "nav-exercises", page)
}
