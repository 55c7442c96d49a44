//! Pages: each has one typed context and one render function; handlers beside them fill the context from the services.

pub mod account;
pub mod accounts;
pub mod attendance;
pub mod audit;
pub mod board;
pub mod commands;
pub mod completions;
pub mod console;
pub mod enrolment;
pub mod environments;
pub mod exercises;
pub mod health;
pub mod home;
pub mod indicators;
pub mod isolation;
pub mod issuer;
pub mod launch;
pub mod library;
pub mod log;
pub mod people;
pub mod preferences;
pub mod recordings;
pub mod rehearsal;
pub mod report;
pub mod review;
pub mod roster;
pub mod scenario;
pub mod schedule;
pub mod scoring;
pub mod seating;
pub mod sign_in;
pub mod team;
pub mod timeline;
pub mod topology;
pub mod versions;
pub mod wall;
pub mod workspace;

mod frame;
#[cfg(test)]
mod preview;

use std::time::Duration;

use axum::response::Html;
use serde::Serialize;

pub use frame::Frame;

use super::{AppError, Templates, Visitor};
use crate::clock::Timestamp;

/// What a template sees: the frame around every page, and the page itself.
#[derive(Serialize)]
struct View<'a, P> {
    frame: &'a Frame,
    page: &'a P,
}

/// Renders `template` for `visitor`; `place` is the entry of the navigation that it belongs to.
pub(super) fn render<P: Serialize>(
    templates: &Templates,
    visitor: &Visitor,
    template: &str,
    place: &str,
    page: &P,
) -> Result<Html<String>, AppError> {
    let frame = Frame::new(visitor, place);
    Ok(Html(templates.render(
        visitor.locale,
        template,
        &View {
            frame: &frame,
            page,
        },
    )?))
}

/// A state: its shape and colour by `kind`, and its word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// Shape and colour.
    pub kind: Tone,
    /// The word.
    pub text: String,
}

impl State {
    /// A state in words.
    pub fn new(kind: Tone, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }
}

/// The shapes that a state can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// A disc: all is well.
    Good,
    /// A triangle: look at it.
    Warn,
    /// An octagon: something is wrong.
    Bad,
    /// A ring: for your information.
    Info,
    /// An arc: at work.
    Busy,
    /// A dashed ring: not yet.
    Idle,
    /// A square: paused.
    Paused,
}

/// An exercise's clock as pages show it; seconds, counted on by the browser while it runs.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct ClockView {
    /// Exercise time passed.
    pub elapsed: u64,
    /// Exercise time left.
    pub remaining: u64,
    /// Whether it runs.
    pub running: bool,
}

impl ClockView {
    /// The clock of an exercise that lasts `duration`, of which `elapsed` is over.
    #[must_use]
    pub fn new(elapsed: Duration, duration: Duration, running: bool) -> Self {
        Self {
            elapsed: elapsed.as_secs(),
            remaining: duration.saturating_sub(elapsed).as_secs(),
            running,
        }
    }
}

/// When something opens that does not yet.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Opens {
    /// The hour.
    pub at: Timestamp,
    /// Seconds until then, counted on by the browser; absent where it is more than a day.
    pub left: Option<u64>,
    /// Whether it is over and nothing has opened.
    pub over: bool,
}

impl Opens {
    /// An hour as it is seen at `now`.
    #[must_use]
    pub fn new(at: Timestamp, now: Timestamp) -> Self {
        let left = at.since(now);
        Self {
            at,
            left: (left < Duration::from_hours(24)).then_some(left.as_secs()),
            over: at <= now,
        }
    }
}

/// When a drill shall begin, as a form sets it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct HourForm {
    /// The hour as a field takes it; empty for none.
    pub at: String,
    /// Whether the drill begins without anybody's hand.
    pub by_itself: bool,
    /// Whether it then begins without the teams whose machines are not ready.
    pub incomplete: bool,
}

/// One entry of a choice.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the reader sees.
    pub title: String,
    /// Whether it is chosen.
    pub chosen: bool,
}
