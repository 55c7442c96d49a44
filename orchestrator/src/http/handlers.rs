//! Handlers: they parse, call the services, and fill a page's context. The guard has authorised before they run.

pub(super) mod accounts;
pub(super) mod answers;
pub(super) mod board;
pub(super) mod commands;
pub(super) mod console;
pub(super) mod enrolment;
pub(super) mod environments;
pub(super) mod exercises;
pub(super) mod isolation;
pub(super) mod keeping;
pub(super) mod launch;
mod ledger;
pub(super) mod library;
pub(super) mod log;
pub(super) mod pool;
pub(super) mod recordings;
pub(super) mod rehearsal;
pub(super) mod review;
mod roster;
pub(super) mod scenario;
pub(super) mod schedule;
pub(super) mod scoring;
pub(super) mod seating;
pub(super) mod steering;
pub(super) mod team;
pub(super) mod timeline;
pub(super) mod trial;
pub(super) mod versions;
pub(super) mod wall;
pub(super) mod words;
pub(super) mod workspace;
mod worth;

use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;

use super::{App, Request, Visitor, errors::Message};

/// Leads to another page with a message on it.
fn see_other(app: &App, visitor: &Visitor, to: &str, state: &str, message: &Message) -> Response {
    let cookie = Request::flash_cookie(app.config.secure(), state, message.text(visitor.locale));
    (CookieJar::new().add(cookie), Redirect::to(to)).into_response()
}

#[cfg(test)]
mod tests;
