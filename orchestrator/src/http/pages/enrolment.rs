//! Links by which people come into teams: as organisers keep them, and as those see them who open one.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice, State,
};
use crate::clock::Timestamp;

/// The links of an exercise.
#[derive(Clone, Debug, Serialize)]
pub struct InvitationsPage {
    /// The exercise's identifier.
    pub exercise: String,
    /// Its title.
    pub title: String,
    /// Whether links can be made.
    pub may_invite: bool,
    /// The link that was just made: shown once.
    pub made: Option<String>,
    /// Teams into which a link can lead.
    pub teams: Vec<Choice>,
    /// Until when a new one lasts, as a field takes it.
    pub expires_at: String,
    /// How many may come by a new one.
    pub seats: u32,
    /// What to mend.
    pub error: Option<String>,
    /// The links, the latest first.
    pub links: Vec<Link>,
}

/// A link.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// Its identifier.
    pub id: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it leads anywhere.
    pub expires_at: Timestamp,
    /// The one team into which it leads.
    pub team: Option<String>,
    /// How many came by it.
    pub used: i64,
    /// How many may.
    pub seats: i64,
    /// Whether it still leads anywhere.
    pub state: State,
    /// Whether it can be taken back.
    pub may_revoke: bool,
}

/// What somebody sees who opens a link.
#[derive(Clone, Debug, Default, Serialize)]
pub struct JoinPage {
    /// Where the choice goes.
    pub to: String,
    /// The exercise's title; nothing where the link leads nowhere.
    pub title: Option<String>,
    /// Its scenario's title.
    pub scenario: String,
    /// Where it stands.
    pub state: Option<State>,
    /// When it begins or began.
    pub at: Option<Timestamp>,
    /// Teams with free seats.
    pub teams: Vec<JoinTeam>,
    /// Why the link lets this reader in nowhere, and what to do.
    pub refused: Option<String>,
    /// The workspace, where the reader is in a team already.
    pub workspace: Option<String>,
}

/// A team with free seats.
#[derive(Clone, Debug, Serialize)]
pub struct JoinTeam {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its side is called, where there are two.
    pub cell: Option<String>,
    /// How many it has.
    pub members: usize,
    /// How many it lacks, where it shall have a number.
    pub spare: Option<usize>,
}

/// Renders the links of an exercise.
///
/// # Errors
/// A template that does not fit.
pub fn render_invitations(
    templates: &Templates,
    visitor: &Visitor,
    page: &InvitationsPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "invitations", "nav-exercises", page)
}

/// Renders what a link leads to.
///
/// # Errors
/// A template that does not fit.
pub fn render_join(
    templates: &Templates,
    visitor: &Visitor,
    page: &JoinPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "join", "", page)
}
