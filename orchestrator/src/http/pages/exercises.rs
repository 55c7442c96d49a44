//! The list of exercises.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    State,
};
use crate::clock::Timestamp;

/// What the list shows.
#[derive(Debug, Default, Serialize)]
pub struct ExercisesPage {
    /// Whether the reader may make one.
    pub may_plan: bool,
    /// What runs or waits first, then the finished ones.
    pub rows: Vec<ExerciseRow>,
}

/// One exercise.
#[derive(Clone, Debug, Serialize)]
pub struct ExerciseRow {
    /// Its title.
    pub title: String,
    /// Its scenario's title.
    pub scenario: String,
    /// Where it stands.
    pub state: State,
    /// How many teams.
    pub teams: usize,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it shall begin, where it has not.
    pub starts_at: Option<Timestamp>,
    /// Whether something stands in the way of that.
    pub hindered: bool,
    /// The one next action, where the reader has one.
    pub next: Option<NextAction>,
}

/// What a reader does next with an exercise.
#[derive(Clone, Debug, Serialize)]
pub struct NextAction {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub title: String,
}

/// Renders the list.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &ExercisesPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "exercises", "nav-exercises", page)
}
