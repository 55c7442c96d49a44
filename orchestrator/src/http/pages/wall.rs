//! The wall screen: one page for a hall, read from ten metres, that turns its own leaves and is never touched.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    ClockView, State,
    board::BoardLine,
};
use crate::{clock::Timestamp, locales::Locale};

/// What the wall shows.
#[derive(Clone, Debug, Serialize)]
pub struct WallPage {
    /// The exercise's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who holds it; known to the page alone, which live parts leave as it is.
    pub province: String,
    /// Where it stands.
    pub state: State,
    /// Since when it shows what was, where the public board is frozen.
    pub frozen: Option<Timestamp>,
    /// When it begins, where an hour is set and has not come.
    pub starts_at: Option<Timestamp>,
    /// The part of its time that it is in.
    pub phase: Option<PhaseView>,
    /// Its clock.
    pub clock: ClockView,
    /// The best teams, always to be seen.
    pub leaders: Vec<BoardLine>,
    /// The other teams, leaf by leaf.
    pub leaves: Vec<Leaf<BoardLine>>,
    /// Who solved a task first, the latest first.
    pub firsts: Vec<FirstSolve>,
    /// How the teams' services do, leaf by leaf; none where the scenario watches none.
    pub maps: Vec<Leaf<MapRow>>,
    /// Seconds for which a leaf is seen.
    pub seconds: u64,
}

/// A phase.
#[derive(Clone, Debug, Serialize)]
pub struct PhaseView {
    /// Its title.
    pub title: String,
    /// Its place among them, from 1.
    pub number: usize,
    /// How many there are.
    pub all: usize,
    /// Seconds of exercise time that are left of it.
    pub remaining: u64,
}

/// What is seen at once of a list that is too long.
#[derive(Clone, Debug, Serialize)]
pub struct Leaf<T> {
    /// What its columns are, where they differ from leaf to leaf.
    pub heads: Vec<String>,
    /// Its lines.
    pub lines: Vec<T>,
    /// Its place, from 1.
    pub number: usize,
    /// How many there are.
    pub all: usize,
    /// Whether it is the one to be seen now.
    pub shown: bool,
}

/// Who solved a task before all others.
#[derive(Clone, Debug, Serialize)]
pub struct FirstSolve {
    /// Exercise time then, in seconds.
    pub seconds: u64,
    /// The task's title.
    pub task: String,
    /// The team's name.
    pub team: String,
}

/// A team's services.
#[derive(Clone, Debug, Serialize)]
pub struct MapRow {
    /// The team's name.
    pub name: String,
    /// Each service: shape, word and colour.
    pub services: Vec<State>,
}

/// Renders the wall.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &WallPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "wall", "", page)
}

/// Renders what changes, by the identifier of the element that holds it: once for all who watch in one language.
///
/// # Errors
/// A template that does not fit.
pub fn render_parts(
    templates: &Templates,
    locale: Locale,
    page: &WallPage,
) -> Result<serde_json::Value, AppError> {
    #[derive(Serialize)]
    struct Part<'a> {
        page: &'a WallPage,
    }
    let render = |part| templates.render(locale, part, &Part { page });
    Ok(serde_json::json!({
        "wall-now": render("parts/wall-now")?,
        "wall-board": render("parts/wall-board")?,
        "wall-side": render("parts/wall-side")?,
    }))
}
