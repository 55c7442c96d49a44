//! The public scoreboard: made to be read from ten metres, pushed to everybody who watches.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    ClockView, State,
};
use crate::clock::Timestamp;

/// What the scoreboard shows.
#[derive(Clone, Debug, Serialize)]
pub struct BoardPage {
    /// The exercise's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// Where its live stream is.
    pub stream: String,
    /// Since when the public board shows what it showed then, while it is frozen.
    pub frozen: Option<Timestamp>,
    /// Whether this is the board as it is, beside a frozen public one.
    pub real: bool,
    /// Its clock.
    pub clock: ClockView,
    /// Teams in order.
    pub rows: Vec<BoardLine>,
    /// Tasks whose worth changes with who solves them.
    pub worths: Vec<TaskWorth>,
    /// The chart's curves, as JSON.
    pub chart: String,
}

/// A team's line.
#[derive(Clone, Debug, Serialize)]
pub struct BoardLine {
    /// Its place among those of its side.
    pub rank: usize,
    /// What its side is called, where there are two.
    pub cell: Option<String>,
    /// Tasks that it can solve.
    pub tasks: usize,
    /// Its name.
    pub name: String,
    /// Tasks solved.
    pub solved: usize,
    /// Points.
    pub points: i64,
    /// The number of its curve, where it has one.
    pub series: Option<usize>,
}

/// A task whose worth changes with who solves it.
#[derive(Clone, Debug, Serialize)]
pub struct TaskWorth {
    /// Its title.
    pub title: String,
    /// What it brings to the next team.
    pub value: i64,
    /// The points on top for the next team.
    pub bonus: i64,
    /// Teams that have solved it.
    pub solves: i64,
}

/// A curve of the chart.
#[derive(Clone, Debug, Serialize)]
pub struct Curve {
    /// The team's name.
    pub name: String,
    /// Exercise time in seconds.
    pub seconds: Vec<u64>,
    /// Points then.
    pub points: Vec<i64>,
}

/// Renders the scoreboard.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &BoardPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "board", "", page)
}

/// Renders the rows alone: once for all who watch in one language.
///
/// # Errors
/// A template that does not fit.
pub fn render_rows(
    templates: &Templates,
    locale: crate::locales::Locale,
    page: &BoardPage,
) -> Result<String, AppError> {
    render_part(templates, locale, "parts/board-rows", page)
}

/// Renders alone that the board is frozen, and since when.
///
/// # Errors
/// A template that does not fit.
pub fn render_frozen(
    templates: &Templates,
    locale: crate::locales::Locale,
    page: &BoardPage,
) -> Result<String, AppError> {
    render_part(templates, locale, "parts/board-frozen", page)
}

/// Renders the tasks whose worth changes alone.
///
/// # Errors
/// A template that does not fit.
pub fn render_worths(
    templates: &Templates,
    locale: crate::locales::Locale,
    page: &BoardPage,
) -> Result<String, AppError> {
    render_part(templates, locale, "parts/board-worths", page)
}

fn render_part(
    templates: &Templates,
    locale: crate::locales::Locale,
    part: &str,
    page: &BoardPage,
) -> Result<String, AppError> {
    #[derive(Serialize)]
    struct Part<'a> {
        page: &'a BoardPage,
    }
    Ok(templates.render(locale, part, &Part { page })?)
}
