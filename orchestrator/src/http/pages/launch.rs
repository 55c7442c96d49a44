//! Making an exercise: scenario, title, teams from units' people, and whether the server can carry it.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice, HourForm, State,
    roster::RosterView,
};
use crate::clock::Timestamp;

/// What the form shows; what was entered comes back after an error.
#[derive(Debug, Default, Serialize)]
pub struct LaunchPage {
    /// Makes a form that is sent twice one exercise.
    pub launch_key: String,
    /// Scenarios to choose from.
    pub scenarios: Vec<Choice>,
    /// The title.
    pub title: String,
    /// How long it lasts.
    pub minutes: u64,
    /// How many evaluators grade each report.
    pub evaluators: u32,
    /// Whether it is prepared at an hour rather than at once.
    pub later: bool,
    /// The hour.
    pub hour: HourForm,
    /// Units with their people.
    pub units: Vec<LaunchUnit>,
    /// Whether there is a scenario in which teams attack.
    pub attackers: bool,
    /// How many each team shall have; empty where nobody counts.
    pub seats: String,
    /// Teams as a list.
    pub roster: RosterView,
    /// Whether the server can carry it.
    pub estimate: Option<Estimate>,
    /// What to mend.
    pub error: Option<String>,
}

/// A unit that can send a team.
#[derive(Clone, Debug, Serialize)]
pub struct LaunchUnit {
    /// Its identifier.
    pub id: String,
    /// Its name, which becomes the team's.
    pub name: String,
    /// Whether anybody of it is chosen.
    pub open: bool,
    /// Whether its team attacks.
    pub attacks: bool,
    /// Its people.
    pub people: Vec<LaunchPerson>,
}

/// Somebody who can be in a team.
#[derive(Clone, Debug, Serialize)]
pub struct LaunchPerson {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The position.
    pub position: String,
    /// Whether in the response team.
    pub response_team: bool,
    /// Whether there is an account to sign in with.
    pub account: bool,
    /// Whether chosen.
    pub chosen: bool,
}

/// Whether the server can carry it.
#[derive(Clone, Debug, Serialize)]
pub struct Estimate {
    /// The answer.
    pub state: State,
    /// Teams.
    pub teams: usize,
    /// Machines in all.
    pub nodes: usize,
    /// Memory that they may take.
    pub memory: String,
    /// Memory that is there.
    pub memory_free: String,
    /// Titles of the drills that have some of the memory at that time.
    pub drills: Option<String>,
    /// How long preparing takes, in seconds.
    pub seconds: u64,
    /// When the machines are made, where an hour is chosen.
    pub made_from: Option<Timestamp>,
    /// The last rehearsal of the scenario.
    pub rehearsed: Option<Rehearsed>,
}

/// A rehearsal that was held.
#[derive(Clone, Debug, Serialize)]
pub struct Rehearsed {
    /// Where it stands.
    pub href: String,
    /// When it was over.
    pub at: Timestamp,
    /// Go or no-go.
    pub state: State,
    /// In one sentence.
    pub summary: String,
    /// Whether the scenario has changed since.
    pub older: bool,
}

/// Renders the form.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &LaunchPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "launch", "nav-exercises", page)
}

/// Renders the estimate alone, as the form asks for it while it is filled in.
///
/// # Errors
/// A template that does not fit.
pub fn render_estimate(
    templates: &Templates,
    visitor: &Visitor,
    estimate: &Estimate,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "parts/estimate", "", estimate)
}
