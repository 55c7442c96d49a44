//! Every environment, as it shall be beside as it is, and what the engine has that shall not exist.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    State,
    console::Trouble,
};
use crate::clock::Timestamp;

/// What the page shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EnvironmentsPage {
    /// Why the engine cannot be looked at, where it cannot.
    pub away: Option<String>,
    /// What of ours is on the engine, in words.
    pub total: Option<String>,
    /// The rehearsal that is being held, whose machines are its own and not listed.
    pub rehearsal: Option<RehearsalNotice>,
    /// The environments.
    pub rows: Vec<EnvironmentRow>,
    /// How many belong to other provinces.
    pub others: usize,
    /// What shall not exist.
    pub orphans: Vec<OrphanRow>,
    /// How many nobody needs.
    pub unneeded: usize,
}

/// A rehearsal that is being held.
#[derive(Clone, Debug, Serialize)]
pub struct RehearsalNotice {
    /// What is rehearsed, and with how many teams.
    pub text: String,
    /// Where it can be looked at, for who may.
    pub href: Option<String>,
}

/// An environment.
#[derive(Clone, Debug, Serialize)]
pub struct EnvironmentRow {
    /// Its identifier.
    pub id: String,
    /// Whose it is.
    pub whose: String,
    /// Where that can be looked at, for who may.
    pub href: Option<String>,
    /// The team, or the scenario of a copy that is nobody's.
    pub of: String,
    /// What shall become of it.
    pub desired: State,
    /// How far it is.
    pub actual: State,
    /// What the engine has of it.
    pub engine: String,
    /// Which copy.
    pub incarnation: i64,
    /// Seconds since it is so.
    pub since: u64,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Why it is not as it shall be.
    pub trouble: Option<Trouble>,
    /// Whether it can be taken away: no exercise needs it.
    pub may_remove: bool,
}

/// Something that is ours by its labels and shall not exist.
#[derive(Clone, Debug, Serialize)]
pub struct OrphanRow {
    /// The environment that its labels name.
    pub id: String,
    /// What exists.
    pub engine: String,
    /// What becomes of it.
    pub treatment: State,
    /// Why that did not work, where it did not.
    pub reason: Option<String>,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &EnvironmentsPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "environments", "nav-environments", page)
}

/// Renders what changes, to be put in place of the old.
///
/// # Errors
/// A template that does not fit.
pub fn render_rows(
    templates: &Templates,
    visitor: &Visitor,
    page: &EnvironmentsPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "parts/environment-rows", "", page)
}
