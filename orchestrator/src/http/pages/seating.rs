//! Who sits in which team: the part of the console's drawer, the page on which somebody is chosen, the communications
//! check.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice, State,
};
use crate::clock::Timestamp;

/// What the drawer says of a team's seats beside its members.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Seating {
    /// Whether the reader may change the team, and it can be changed.
    pub may_change: bool,
    /// How many it shall have, where that is set.
    pub seats: Option<i64>,
    /// How many it lacks of that.
    pub spare: Option<usize>,
    /// How many it can have at most.
    pub most: usize,
    /// The other teams, to which a member can move.
    pub others: Vec<Choice>,
}

/// The page on which somebody for a team is chosen.
#[derive(Clone, Debug, Serialize)]
pub struct ChoosePage {
    /// The exercise's identifier.
    pub exercise: String,
    /// Its title.
    pub title: String,
    /// The team's identifier.
    pub team: String,
    /// Its name.
    pub name: String,
    /// What was looked for.
    pub query: String,
    /// What stands in the way of taking just that.
    pub reason: Option<String>,
    /// The people found.
    pub people: Vec<Found>,
    /// Whether there are more.
    pub more: bool,
}

/// Somebody who was found.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The unit.
    pub unit: String,
    /// The position.
    pub position: String,
    /// Whether there is an account to sign in with.
    pub account: bool,
    /// The team of the exercise in which they are: identifier and name.
    pub within: Option<(String, String)>,
    /// Whether that is the team for which somebody is chosen.
    pub here: bool,
}

/// The communications check as the white cell sees it.
#[derive(Clone, Debug, Serialize)]
pub struct CommsPage {
    /// The exercise's identifier.
    pub exercise: String,
    /// Its title.
    pub title: String,
    /// Makes a form that is sent twice one check.
    pub form: String,
    /// Whether one can be sent now.
    pub may_send: bool,
    /// When the last one was sent.
    pub sent_at: Option<Timestamp>,
    /// How many answered it.
    pub answered: usize,
    /// How many there are.
    pub all: usize,
    /// Teams, those first that lack somebody.
    pub teams: Vec<CommsTeam>,
}

/// A team's answers.
#[derive(Clone, Debug, Serialize)]
pub struct CommsTeam {
    /// Its name.
    pub name: String,
    /// Whether all answered.
    pub state: State,
    /// Who did not, by name.
    pub missing: Vec<String>,
}

/// What a member is asked.
#[derive(Clone, Debug, Serialize)]
pub struct CommsAsk {
    /// Where the answer goes.
    pub to: String,
    /// The check.
    pub check: i64,
    /// Whether this member has answered.
    pub answered: bool,
}

/// Renders the page on which somebody is chosen.
///
/// # Errors
/// A template that does not fit.
pub fn render_choose(
    templates: &Templates,
    visitor: &Visitor,
    page: &ChoosePage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "choose-member", "nav-exercises", page)
}

/// Renders the communications check: a page, or the part of the console where a script asks.
///
/// # Errors
/// A template that does not fit.
pub fn render_comms(
    templates: &Templates,
    visitor: &Visitor,
    page: &CommsPage,
) -> Result<Html<String>, AppError> {
    let template = if visitor.fragment {
        "parts/comms"
    } else {
        "comms"
    };
    super::render(templates, visitor, template, "nav-exercises", page)
}
