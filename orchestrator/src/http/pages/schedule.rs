//! When a drill begins: as its console shows it, and as a trainee waits for it.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Opens,
    seating::CommsAsk,
};
use crate::clock::Timestamp;

/// The hour on the console.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "one part of the notice each")]
pub struct ScheduleView {
    /// When it begins.
    pub opens: Opens,
    /// When its machines are made, while that is to come.
    pub made_from: Option<Timestamp>,
    /// Whether its machines are made or being made.
    pub made: bool,
    /// Whether it begins without anybody's hand.
    pub by_itself: bool,
    /// Whether it then begins without the teams whose machines are not ready.
    pub incomplete: bool,
    /// What stands in the way.
    pub trouble: Option<TroubleView>,
    /// Whether the hour is over for too long to be kept still.
    pub missed: bool,
    /// Teams whose machines are ready, where the drill could begin with these alone.
    pub ready: Option<usize>,
    /// Whether the reader may change it.
    pub may_change: bool,
}

/// What stands in the way of the hour.
#[derive(Clone, Debug, Serialize)]
pub struct TroubleView {
    /// Since when.
    pub at: Timestamp,
    /// What.
    pub text: String,
    /// Whether it is tried again without anybody's hand.
    pub again: bool,
}

/// What a trainee sees before the hour.
#[derive(Clone, Debug, Serialize)]
pub struct WaitingPage {
    /// The exercise's identifier.
    pub exercise: String,
    /// Its title.
    pub title: String,
    /// The reader's team.
    pub team: String,
    /// When it opens.
    pub opens: Opens,
    /// Whether this member is to show that they are there.
    pub comms: Option<CommsAsk>,
}

/// Renders what a trainee sees before the hour.
///
/// # Errors
/// A template that does not fit.
pub fn render_waiting(
    templates: &Templates,
    visitor: &Visitor,
    page: &WaitingPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "waiting", "nav-home", page)
}
