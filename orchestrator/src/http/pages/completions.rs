//! Completions: who finished what, by which evidence.

use axum::response::Html;
use serde::Serialize;

use super::super::{AppError, Templates, Visitor};
use crate::clock::Timestamp;

/// What the page shows.
#[derive(Debug, Default, Serialize)]
pub struct CompletionsPage {
    /// Completions, latest first.
    pub rows: Vec<CompletionRow>,
    /// Members of teams who were not credited, and why.
    pub missed: Vec<MissedRow>,
}

/// A completion.
#[derive(Clone, Debug, Serialize)]
pub struct CompletionRow {
    /// Who.
    pub name: String,
    /// Of which unit.
    pub unit: String,
    /// What.
    pub kind: String,
    /// In which exercise.
    pub exercise: String,
    /// Points of the team.
    pub points: i64,
    /// When.
    pub at: Timestamp,
    /// The journal's row that proves it.
    pub evidence: i64,
    /// Where the exercise's report is.
    pub href: String,
}

/// Somebody who was in a team and got nothing.
#[derive(Clone, Debug, Serialize)]
pub struct MissedRow {
    /// Who.
    pub name: String,
    /// Of which team.
    pub team: String,
    /// In which exercise.
    pub exercise: String,
    /// Why.
    pub reason: String,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &CompletionsPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "completions", "nav-completions", page)
}
