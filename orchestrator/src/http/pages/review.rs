//! The review of an exercise: one axis of exercise time, the events beside it, and the terminals in step.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice, State,
};
use crate::clock::Timestamp;

/// Left and right end of the axis in the drawing.
pub const AXIS: (i64, i64) = (150, 950);

/// What the review shows.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewPage {
    /// The exercise's title.
    pub title: String,
    /// How far it is.
    pub state: State,
    /// The page itself.
    pub address: String,
    /// Where the console is.
    pub back: String,
    /// Where the commands are, for those who may read them.
    pub commands: Option<String>,
    /// Everything in one file, for the same.
    pub export: Option<String>,
    /// The teams; one is chosen.
    pub teams: Vec<Choice>,
    /// Teams whose curve may be drawn beside it.
    pub others: Vec<Choice>,
    /// Kinds of events; those that are shown are chosen.
    pub kinds: Vec<Choice>,
    /// The drawing.
    pub drawing: Drawing,
    /// Exercise time of the cursor in seconds.
    pub at: u64,
    /// The same as a clock shows it.
    pub clock: String,
    /// Exercise time that is drawn, in seconds.
    pub length: u64,
    /// How exercise time ran: from, until (seconds since 1970), begins, ends (seconds of exercise time), as JSON.
    pub runs: String,
    /// Events in order.
    pub events: Vec<EventRow>,
    /// Earlier events, where there are more than are listed.
    pub earlier: Option<String>,
    /// Later ones.
    pub later: Option<String>,
    /// The chosen team's terminals, for those who may read them.
    pub terminals: Vec<TerminalChoice>,
}

/// The drawing; numbers are units of its view box.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Drawing {
    /// Its height.
    pub height: i64,
    /// Lower end of the lines that go through it.
    pub bottom: i64,
    /// Where times stand.
    pub label: i64,
    /// Times on the axis.
    pub ticks: Vec<Tick>,
    /// Lanes from top to bottom.
    pub lanes: Vec<LaneView>,
    /// Curves of points.
    pub curves: Vec<CurveView>,
    /// Where the cursor stands.
    pub cursor: i64,
}

/// A time on the axis.
#[derive(Clone, Debug, Serialize)]
pub struct Tick {
    /// Where.
    pub x: i64,
    /// The time.
    pub text: String,
}

/// A lane.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LaneView {
    /// What it is.
    pub title: String,
    /// Its kind, for the filter.
    pub kind: String,
    /// Where its words stand.
    pub text_y: i64,
    /// Its lower edge.
    pub line_y: i64,
    /// Times in a state.
    pub bars: Vec<BarView>,
    /// When something was planned, and when it came.
    pub plans: Vec<PlanView>,
    /// What happened.
    pub marks: Vec<MarkView>,
}

/// A time in a state.
#[derive(Clone, Debug, Serialize)]
pub struct BarView {
    /// From where.
    pub x: i64,
    /// Its upper edge.
    pub y: i64,
    /// How long.
    pub width: i64,
    /// How high.
    pub height: i64,
    /// Its state.
    pub kind: &'static str,
    /// In words.
    pub title: String,
}

/// When something was planned, and when it came.
#[derive(Clone, Debug, Serialize)]
pub struct PlanView {
    /// Where it was planned.
    pub x: i64,
    /// Upper edge.
    pub y: i64,
    /// Lower edge.
    pub y2: i64,
    /// Where it came; nothing where it has not.
    pub to: Option<i64>,
    /// In words.
    pub title: String,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub struct MarkView {
    /// Where.
    pub x: i64,
    /// How high a number beside it stands.
    pub y: i64,
    /// Its shape.
    pub shape: String,
    /// Its state.
    pub kind: &'static str,
    /// How many things, where they are several.
    pub count: Option<usize>,
    /// The page at that moment.
    pub href: String,
    /// Exercise time in seconds.
    pub seconds: u64,
    /// In words.
    pub title: String,
}

/// A team's points.
#[derive(Clone, Debug, Serialize)]
pub struct CurveView {
    /// Its points.
    pub points: String,
    /// Whose it is, and what was reached.
    pub name: String,
    /// Whether it is beside the chosen team's.
    pub other: bool,
    /// Where its name stands.
    pub x: i64,
    /// The same.
    pub y: i64,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
pub struct EventRow {
    /// Its number in the journal.
    pub sequence: i64,
    /// Exercise time in seconds.
    pub seconds: u64,
    /// The same as a clock shows it.
    pub clock: String,
    /// When.
    pub at: Timestamp,
    /// Its kind.
    pub kind: &'static str,
    /// Its drawing.
    pub icon: &'static str,
    /// What happened.
    pub title: String,
    /// More of it.
    pub text: String,
    /// The page at that moment.
    pub href: String,
    /// Whether the cursor stands on it.
    pub current: bool,
}

/// A part of a terminal's recording.
#[derive(Clone, Debug, Serialize)]
pub struct TerminalChoice {
    /// Machine, person, time.
    pub title: String,
    /// Its file.
    pub file: String,
    /// When it begins, in seconds since 1970.
    pub from: f64,
    /// When it ends.
    pub until: f64,
    /// Where it is replayed from the cursor on, without a script.
    pub href: String,
    /// Whether it shows the moment of the cursor.
    pub shows: bool,
}

/// Renders the review.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &ReviewPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "review", "nav-exercises", page)
}
