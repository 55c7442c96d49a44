//! The first page: what waits for whoever signs in, by role; what needs action stands first.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Opens, State,
    exercises::ExerciseRow,
    indicators::IndicatorRow,
    report::ReportRow,
};

/// What the first page shows; a part that the reader's roles do not have is `None`.
#[derive(Debug, Default, Serialize)]
pub struct HomePage {
    /// Exercises in which the reader is in a team.
    pub mine: Vec<MyExercise>,
    /// Exercises of the province that are not finished.
    pub exercises: Option<Vec<ExerciseRow>>,
    /// Whether the reader may make an exercise.
    pub may_plan: bool,
    /// Where the province stands against its plan.
    pub indicators: Option<Vec<IndicatorRow>>,
    /// The drill that ended last, with its report.
    pub report: Option<ReportRow>,
    /// The installation's state.
    pub health: Option<State>,
}

/// An exercise of one's own.
#[derive(Clone, Debug, Serialize)]
pub struct MyExercise {
    /// Its title.
    pub title: String,
    /// One's team.
    pub team: String,
    /// Where it stands.
    pub state: State,
    /// When it opens, where that is still to come.
    pub opens: Option<Opens>,
    /// Whether there is still something to do.
    pub open: bool,
    /// Where the workspace is.
    pub href: String,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &HomePage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "home", "nav-home", page)
}
