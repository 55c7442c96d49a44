//! What stands about an exercise's isolation, and the page on which an administrator decides.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    State,
};
use crate::clock::Timestamp;

/// What the exercise's journal says about isolation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Standing {
    /// Why it was not prepared or started, where it was not.
    pub refusal: Option<Refusal>,
    /// What an administrator decided.
    pub decision: Option<Decision>,
    /// The last time in which labs were open while it ran.
    pub breach: Option<BreachView>,
    /// How labs are closed on this engine.
    pub mend: String,
    /// The same, for the administrator before a decision.
    pub mend_first: String,
    /// Where an administrator decides, as an address that can be passed on.
    pub page: String,
}

/// A refusal.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// When.
    pub at: Timestamp,
    /// What was reached from inside a node.
    pub reached: Vec<Reached>,
}

/// Something that was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// What it is, in words.
    pub what: String,
    /// By which ways.
    pub how: String,
    /// At which addresses.
    pub places: String,
}

/// An administrator's decision.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// A time in which labs were open.
#[derive(Clone, Debug, Serialize)]
pub struct BreachView {
    /// When it was noticed.
    pub noticed: Timestamp,
    /// When they were closed again.
    pub closed: Option<Timestamp>,
    /// Why that did not work at once.
    pub reason: String,
}

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub struct IsolationPage {
    /// The exercise's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The scenario's title.
    pub scenario: String,
    /// Where it stands.
    pub state: State,
    /// What stands about its isolation.
    pub standing: Standing,
    /// Whether something can be decided now.
    pub open: bool,
    /// The reason as it was entered.
    pub reason: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &IsolationPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "isolation", "nav-health", page)
}
