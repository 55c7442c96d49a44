//! The staff list: who works where, who is trained.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice,
};

/// What the list shows.
#[derive(Debug, Default, Serialize)]
pub struct PeoplePage {
    /// What was searched for.
    pub query: String,
    /// Units to choose from.
    pub units: Vec<Choice>,
    /// Groups to choose from: response team, IT staff, heads.
    pub groups: Vec<Choice>,
    /// How many pass the filters.
    pub total: usize,
    /// People of this page.
    pub rows: Vec<PersonRow>,
    /// Where the page before is.
    pub previous: Option<String>,
    /// Where the next page is.
    pub next: Option<String>,
}

/// Somebody.
#[derive(Clone, Debug, Serialize)]
pub struct PersonRow {
    /// The name.
    pub name: String,
    /// The unit.
    pub unit: String,
    /// The position.
    pub position: String,
    /// Response team, IT staff, head.
    pub tags: Vec<String>,
    /// Completions.
    pub completions: usize,
    /// Whether reached by awareness.
    pub reached: bool,
}

/// Renders the list.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &PeoplePage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "people", "nav-people", page)
}
