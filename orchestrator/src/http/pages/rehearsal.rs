//! A rehearsal of a drill: how far it is, and then whether the drill can be held, with what was measured.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    State,
};
use crate::clock::Timestamp;

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub struct RehearsalPage {
    /// Its identifier.
    pub id: String,
    /// The scenario's title.
    pub scenario: String,
    /// The scenario's identifier.
    pub scenario_id: String,
    /// Where the scenario is.
    pub scenario_href: String,
    /// Teams.
    pub teams: usize,
    /// How far it is, while it lasts.
    pub standing: Option<StandingView>,
    /// What it found, when it is over.
    pub verdict: Option<VerdictView>,
}

/// How far a rehearsal is.
#[derive(Clone, Debug, Serialize)]
pub struct StandingView {
    /// Its stages, in order.
    pub stages: Vec<State>,
    /// Teams whose machines are ready.
    pub ready: usize,
    /// Hundredths of the teams that are ready.
    pub progress: usize,
    /// Seconds since it began.
    pub lasted: u64,
    /// Whether it is being given up.
    pub stopping: bool,
}

/// What a rehearsal found.
#[derive(Clone, Debug, Serialize)]
pub struct VerdictView {
    /// Go or no-go.
    pub state: State,
    /// In one sentence.
    pub summary: String,
    /// When it was over.
    pub at: Timestamp,
    /// Why the drill cannot be held.
    pub reasons: Vec<ReasonView>,
    /// What was measured: a name and a value each.
    pub figures: Vec<(String, String)>,
    /// How long each team's machines took to be ready, by its number; absent where they never were.
    pub teams: Vec<(usize, Option<String>)>,
}

/// Why a drill cannot be held.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonView {
    /// The sentence.
    pub text: String,
    /// A machine's last lines.
    pub log: String,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &RehearsalPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "rehearsal", "nav-exercises", page)
}

/// Renders what changes while it lasts.
///
/// # Errors
/// A template that does not fit.
pub fn render_part(
    templates: &Templates,
    visitor: &Visitor,
    page: &RehearsalPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "parts/rehearsal", "", page)
}
