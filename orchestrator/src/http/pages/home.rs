//! The first page: what waits for whoever signs in, by role.

use axum::{extract::State, response::Html};
use serde::Serialize;

use super::super::{App, AppError, Visitor};

/// What the first page shows.
#[derive(Debug, Default, Serialize)]
pub struct HomePage {}

/// `GET /`
#[expect(clippy::unused_async, reason = "a handler")]
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    super::render(&app, &visitor, "home", "nav-home", &HomePage::default())
}
