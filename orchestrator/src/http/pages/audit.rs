//! The audit trail.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    State,
};
use crate::clock::Timestamp;

/// What the page shows.
#[derive(Debug, Default, Serialize)]
pub struct AuditPage {
    /// Lines, latest first.
    pub rows: Vec<AuditRow>,
    /// Where older lines are.
    pub older: Option<String>,
}

/// A line.
#[derive(Clone, Debug, Serialize)]
pub struct AuditRow {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub username: Option<String>,
    /// From where.
    pub address: String,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// What became of it.
    pub outcome: State,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &AuditPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "audit", "nav-audit", page)
}
