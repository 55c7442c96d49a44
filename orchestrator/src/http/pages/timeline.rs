//! An exercise's list of events (MSEL): what is planned, what has come, and the form that sets one.

use axum::response::Html;
use serde::{Deserialize, Serialize};

use super::{
    super::{AppError, Templates, Visitor},
    Choice, State,
    console::Axis,
};

/// What the list shows.
#[derive(Clone, Debug, Serialize)]
pub struct TimelinePage {
    /// The exercise's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it has begun and not ended, so that events can be let happen.
    pub running: bool,
    /// Whether events can be set.
    pub editable: bool,
    /// Events in the order in which they are planned.
    pub events: Vec<EventRow>,
    /// Planned against actual.
    pub axis: Axis,
    /// What is wrong with the file that was sent.
    pub error: Option<String>,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "one button each")]
pub struct EventRow {
    /// Its control number.
    pub id: String,
    /// The phase that it falls in.
    pub phase: Option<String>,
    /// When it happens, in words.
    pub when: String,
    /// The time on the clock, where it has one and the exercise's time runs.
    pub clock: Option<String>,
    /// The drawing of its channel.
    pub icon: &'static str,
    /// What its channel is called.
    pub channel: String,
    /// Who it comes from.
    pub from: Option<String>,
    /// Whom it goes to.
    pub to: Option<String>,
    /// What the white cell calls it.
    pub title: String,
    /// What it says or does.
    pub text: String,
    /// What the team shall do about it, in words.
    pub respond: Option<String>,
    /// What the white cell expects.
    pub expected: Option<String>,
    /// What evaluators look at.
    pub notes: Option<String>,
    /// Whether it has come, waits, is held, is left out.
    pub state: State,
    /// Teams that it has reached.
    pub reached: usize,
    /// Teams that it concerns.
    pub teams: usize,
    /// Whether it was set for this exercise.
    pub changed: bool,
    /// Whether it waits for the white cell.
    pub held: bool,
    /// Whether it is left out for all.
    pub skipped: bool,
    /// Whether its time has come while it waits.
    pub due: bool,
    /// Whether it can be let happen now.
    pub may_fire: bool,
    /// Whether it can be set: nobody has got it yet.
    pub may_edit: bool,
    /// Whether it can wait or be left out: not everybody has got it yet.
    pub may_hold: bool,
}

/// The form of an event.
#[derive(Clone, Debug, Serialize)]
pub struct EventPage {
    /// The exercise's identifier.
    pub exercise: String,
    /// Its title.
    pub title: String,
    /// The event's name in addresses; `new` for a new one.
    pub place: String,
    /// Whether it is a new one.
    pub new: bool,
    /// What is in the form.
    pub form: EventForm,
    /// When it can happen.
    pub whens: Vec<Choice>,
    /// What it can wait for, by kind.
    pub tasks: Vec<Choice>,
    /// Options of decisions, each as `task:option`.
    pub options: Vec<Choice>,
    /// Services.
    pub services: Vec<Choice>,
    /// Messages that are to be answered.
    pub answered: Vec<Choice>,
    /// Whom it can go to.
    pub recipients: Vec<Choice>,
    /// How it can arrive.
    pub channels: Vec<Choice>,
    /// Machines that can run something; empty around a table.
    pub nodes: Vec<Choice>,
    /// What is wrong with the form.
    pub error: Option<String>,
}

/// The form's fields; what a browser leaves out is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct EventForm {
    /// Its control number.
    pub id: String,
    /// What the white cell calls it, in Vietnamese and English.
    pub title_vi: String,
    /// The same in English; the Vietnamese stands in where it is empty. So for each pair.
    pub title_en: String,
    /// `at`, `solved`, `decided`, `failed`, `responded`, `unanswered` or `manual`.
    pub when: String,
    /// Exercise time, `h:mm` or `h:mm:ss`.
    pub at: String,
    /// The task that it waits for.
    pub task: String,
    /// The option that it waits for, `task:option`.
    pub option: String,
    /// The service that it waits for.
    pub service: String,
    /// The message that it waits for.
    pub event: String,
    /// `message` or `action`.
    pub effect: String,
    /// Whom it goes to.
    pub to: String,
    /// How it arrives.
    pub channel: String,
    /// Who it comes from.
    pub from_vi: String,
    /// In English.
    pub from_en: String,
    /// What it is about.
    pub subject_vi: String,
    /// In English.
    pub subject_en: String,
    /// What it says, in Markdown.
    pub text_vi: String,
    /// In English.
    pub text_en: String,
    /// The machine that runs something.
    pub node: String,
    /// What it runs, one word a line.
    pub run: String,
    /// Who runs it.
    pub user: String,
    /// Minutes within which an answer counts; empty where none is asked for.
    pub due: String,
    /// What an answer in time brings.
    pub points: String,
    /// What the white cell expects.
    pub expected_vi: String,
    /// In English.
    pub expected_en: String,
    /// What evaluators look at.
    pub notes_vi: String,
    /// In English.
    pub notes_en: String,
    /// `yes` where it waits for the white cell although its time has come.
    pub hold: String,
    /// The journal's row up to which who fills it in has read.
    pub seen: i64,
}

/// What a spreadsheet would change.
#[derive(Clone, Debug, Serialize)]
pub struct ImportPage {
    /// The exercise's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Events that it adds or changes.
    pub changes: Vec<ImportRow>,
    /// Events that stand in it as they are.
    pub same: usize,
    /// Events of the exercise that do not stand in it; they stay.
    pub absent: String,
    /// What of it cannot be carried over, by place.
    pub lost: Vec<String>,
    /// The events that are set when it is confirmed, as JSON.
    pub events: String,
    /// The journal's row up to which was read.
    pub seen: i64,
}

/// An event that a spreadsheet adds or changes.
#[derive(Clone, Debug, Serialize)]
pub struct ImportRow {
    /// Its control number.
    pub id: String,
    /// Whether it is new.
    pub new: bool,
    /// When it happens.
    pub when: String,
    /// What it is called.
    pub title: String,
    /// Why it cannot be set, where it cannot.
    pub refused: Option<String>,
}

/// Renders the list.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &TimelinePage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "timeline", "nav-exercises", page)
}

/// Renders the form.
///
/// # Errors
/// A template that does not fit.
pub fn render_event(
    templates: &Templates,
    visitor: &Visitor,
    page: &EventPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "timeline-event", "nav-exercises", page)
}

/// Renders what a spreadsheet would change.
///
/// # Errors
/// A template that does not fit.
pub fn render_import(
    templates: &Templates,
    visitor: &Visitor,
    page: &ImportPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "timeline-import", "nav-exercises", page)
}
