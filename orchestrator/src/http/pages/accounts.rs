//! Accounts for the administrator: make, give roles, set passwords, end sessions, close.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice, State,
};
use crate::clock::Timestamp;

/// What the page shows.
#[derive(Debug, Default, Serialize)]
pub struct AccountsPage {
    /// Accounts by name.
    pub rows: Vec<AccountRow>,
    /// Roles for the new account.
    pub roles: Vec<Choice>,
    /// People who have no account yet.
    pub people: Vec<Choice>,
    /// The new account's name.
    pub username: String,
    /// A password that was just drawn; shown once.
    pub drawn: Option<Drawn>,
    /// What to mend.
    pub error: Option<String>,
}

/// A password that was just drawn.
#[derive(Clone, Debug, Serialize)]
pub struct Drawn {
    /// Whose.
    pub username: String,
    /// The password.
    pub password: String,
}

/// An account.
#[derive(Clone, Debug, Serialize)]
pub struct AccountRow {
    /// Its identifier.
    pub id: String,
    /// What one signs in with.
    pub username: String,
    /// The person's name.
    pub person: Option<String>,
    /// Its roles.
    pub roles: Vec<Choice>,
    /// Open or closed.
    pub state: State,
    /// Whether it is closed.
    pub closed: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Open sessions.
    pub sessions: usize,
    /// When it was last used.
    pub seen_at: Option<Timestamp>,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &AccountsPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "accounts", "nav-accounts", page)
}
