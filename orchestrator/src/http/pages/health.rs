//! The installation's state: what is fine, what is not, and what to do.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    State,
};
use crate::clock::Timestamp;

/// What the page shows.
#[derive(Debug, Default, Serialize)]
pub struct HealthPage {
    /// Checks, the bad ones first.
    pub checks: Vec<HealthRow>,
    /// Exercises that wait for a decision.
    pub refused: Vec<RefusedRow>,
}

/// An exercise that was not prepared or started because labs are open.
#[derive(Clone, Debug, Serialize)]
pub struct RefusedRow {
    /// Where it is decided about.
    pub href: String,
    /// Its title.
    pub title: String,
    /// When it was refused.
    pub at: Timestamp,
}

/// A check.
#[derive(Clone, Debug, Serialize)]
pub struct HealthRow {
    /// What was looked at.
    pub title: String,
    /// How it is.
    pub state: State,
    /// What was found.
    pub detail: String,
    /// What to do.
    pub remedy: Option<String>,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &HealthPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "health", "nav-health", page)
}
