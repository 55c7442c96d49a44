//! The trainee's workspace: briefing, tasks, inbox, hints and report forms beside terminals and the lab's pages.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    ClockView, State,
    seating::CommsAsk,
    team::LedgerLine,
};
use crate::clock::Timestamp;

/// A part of the exercise's time.
#[derive(Clone, Debug, Serialize)]
pub struct PhaseView {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Seconds until the next one begins; none in the last one.
    pub left: Option<u64>,
    /// Whether time runs.
    pub running: bool,
}

/// What the workspace shows.
#[derive(Clone, Debug, Serialize)]
pub struct WorkspacePage {
    /// The exercise's identifier.
    pub exercise: String,
    /// The team's identifier.
    pub team: String,
    /// The exercise's title.
    pub title: String,
    /// The scenario's title.
    pub scenario: String,
    /// The team's name.
    pub team_name: String,
    /// Where the exercise stands.
    pub state: State,
    /// Whether answers are taken now.
    pub open: bool,
    /// Its clock.
    pub clock: ClockView,
    /// The team's points.
    pub points: i64,
    /// The part of the exercise's time that it is in.
    pub phase: Option<PhaseView>,
    /// The side that the team plays, where there are two.
    pub cell: Option<String>,
    /// Points possible.
    pub possible: i64,
    /// The team's place.
    pub rank: usize,
    /// Since when that stands as it was, while the board is frozen.
    pub frozen: Option<Timestamp>,
    /// The left side.
    pub brief: Brief,
    /// Whether the exercise is held around a table, where there are no machines.
    pub bare: bool,
    /// Terminals.
    pub terminals: Vec<TerminalTab>,
    /// Lab pages.
    pub pages: Vec<PageTab>,
    /// Where the list of open terminals is.
    pub sessions: String,
    /// How the team's machines are.
    pub environment: State,
    /// Whether the team can take fresh ones.
    pub may_reset: bool,
    /// Services and their availability.
    pub services: Vec<ServiceLine>,
    /// What stands above it where somebody tries the scenario alone.
    pub trial: Option<TrialStrip>,
    /// Whether this member is to show that they are there.
    pub comms: Option<CommsAsk>,
}

/// What stands above the workspace of a trial.
#[derive(Clone, Debug, Serialize)]
pub struct TrialStrip {
    /// The exercise.
    pub exercise: String,
    /// How far it is, or what comes next.
    pub state: State,
    /// Whether it can be begun by hand.
    pub start: bool,
    /// Whether its time can jump to the next event.
    pub skip: bool,
    /// Whether it can be ended.
    pub end: bool,
    /// The scenario's page.
    pub back: String,
}

/// The left side of the workspace.
#[derive(Clone, Debug, Serialize)]
pub struct Brief {
    /// The exercise's identifier.
    pub exercise: String,
    /// The team's identifier.
    pub team: String,
    /// Whether answers are taken now.
    pub open: bool,
    /// Which part is open: `situation`, `tasks`, `mail`, `hints` or `score`.
    pub tab: String,
    /// The briefing, as markup of our own making.
    pub situation: String,
    /// Tasks.
    pub tasks: Vec<TaskItem>,
    /// Tasks solved.
    pub solved: usize,
    /// The task that is open.
    pub task: Option<TaskDetail>,
    /// Messages, latest first.
    pub mail: Vec<Mail>,
    /// Messages not yet read.
    pub unread: usize,
    /// A report or an answer that is due.
    pub due: Option<Due>,
    /// All points.
    pub points: i64,
    /// What made them, the last first; only where that part is open.
    pub ledger: Vec<LedgerLine>,
    /// How the points for services come about; likewise.
    pub services: Vec<String>,
    /// What became of what was just sent.
    pub outcome: Option<State>,
}

/// Something that is due.
#[derive(Clone, Debug, Serialize)]
pub struct Due {
    /// The task.
    pub task: String,
    /// What is due.
    pub title: String,
    /// Until when.
    pub at: Timestamp,
    /// Whether that is over.
    pub late: bool,
}

/// A task in the list.
#[derive(Clone, Debug, Serialize)]
pub struct TaskItem {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its drawing by kind of answer.
    pub icon: &'static str,
    /// How far it is.
    pub state: State,
    /// Its points.
    pub points: i64,
    /// Whether it is the open one.
    pub current: bool,
}

/// The open task.
#[derive(Clone, Debug, Serialize)]
pub struct TaskDetail {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What is asked, as markup of our own making.
    pub text: String,
    /// How it is answered: `flag`, `text`, `number`, `pattern`, `choice`, `choices`, `order`, `file`, `check`,
    /// `report` or `decision`.
    pub kind: &'static str,
    /// What is asked for: the task as a whole, or each of its parts.
    pub asks: Vec<AskItem>,
    /// What can be decided.
    pub decision: Vec<ChoiceItem>,
    /// What is said of its worth and of who must answer what.
    pub notes: Vec<String>,
    /// What must be completed before it opens; it is locked while there is any.
    pub locked: Vec<LockItem>,
    /// How far it is.
    pub state: State,
    /// Whether it can still be answered.
    pub open: bool,
    /// Hints that were taken and can be taken.
    pub hints: Vec<HintItem>,
    /// The report's fields.
    pub fields: Vec<FieldItem>,
    /// Until when a report is due.
    pub due: Option<Timestamp>,
    /// The grades of a report.
    pub grades: Vec<GradeLine>,
}

/// Something that can be decided.
#[derive(Clone, Debug, Serialize)]
pub struct ChoiceItem {
    /// Its identifier.
    pub id: String,
    /// What it says.
    pub text: String,
    /// Whether the team has decided so.
    pub chosen: bool,
    /// What came of it, as markup of our own making; only of what was decided.
    pub outcome: Option<String>,
}

/// Something that is asked for.
#[derive(Clone, Debug, Serialize)]
pub struct AskItem {
    /// The part's name; empty for the task as a whole.
    pub part: String,
    /// What is asked; nothing for the task as a whole.
    pub title: Option<String>,
    /// How it is answered.
    pub kind: &'static str,
    /// What can be chosen or is to be put in order.
    pub options: Vec<OptionItem>,
    /// How far a part is.
    pub state: Option<State>,
    /// Whether it can still be answered.
    pub open: bool,
    /// Tries left, where they are limited.
    pub attempts_left: Option<usize>,
    /// Behind the identifiers of its fields, so that each part has its own.
    pub suffix: String,
}

/// Something that can be chosen.
#[derive(Clone, Debug, Serialize)]
pub struct OptionItem {
    /// Its name in the form.
    pub id: String,
    /// What it says.
    pub title: String,
    /// The places that it can be given in an order.
    pub places: Vec<usize>,
}

/// A task that another one requires.
#[derive(Clone, Debug, Serialize)]
pub struct LockItem {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A hint.
#[derive(Clone, Debug, Serialize)]
pub struct HintItem {
    /// Its place among the task's hints, from 1.
    pub number: usize,
    /// What it costs.
    pub cost: i64,
    /// What it says, once taken; markup of our own making.
    pub text: Option<String>,
    /// Whether it is the next to be taken.
    pub next: bool,
}

/// A field of a report form.
#[derive(Clone, Debug, Serialize)]
pub struct FieldItem {
    /// Its name.
    pub id: String,
    /// Its title in the form.
    pub title: String,
    /// What belongs there.
    pub help: String,
    /// Whether several lines fit.
    pub long: bool,
    /// What was written.
    pub text: String,
}

/// A graded line of a rubric.
#[derive(Clone, Debug, Serialize)]
pub struct GradeLine {
    /// What was looked for.
    pub title: String,
    /// Points got.
    pub points: i64,
    /// Points possible.
    pub possible: i64,
}

/// A message.
#[derive(Clone, Debug, Serialize)]
pub struct Mail {
    /// The event's identifier.
    pub id: String,
    /// When it came.
    pub at: Timestamp,
    /// Its drawing by channel.
    pub icon: &'static str,
    /// The channel.
    pub channel: String,
    /// Who sent it.
    pub from: String,
    /// What it is about.
    pub subject: Option<String>,
    /// What it says, as markup of our own making.
    pub text: String,
    /// Whether it is new.
    pub new: bool,
    /// What it pretends to be: `mail`, `phone`, `news`, `chat` or `document`.
    pub kind: &'static str,
    /// Whether an answer is asked for, and until when.
    pub respond: Option<Timestamp>,
    /// Exercise time that is left for it, in seconds; nothing once that is over.
    pub left: Option<u64>,
    /// Whether exercise time runs.
    pub running: bool,
    /// What the team answered.
    pub answer: Option<String>,
}

/// A terminal.
#[derive(Clone, Debug, Serialize)]
pub struct TerminalTab {
    /// The machine.
    pub node: String,
    /// Its title.
    pub title: String,
    /// Where its WebSocket is.
    pub url: String,
    /// Whether it is the first one shown.
    pub current: bool,
}

/// A page of the lab.
#[derive(Clone, Debug, Serialize)]
pub struct PageTab {
    /// Its title.
    pub title: String,
    /// Where it opens.
    pub href: String,
}

/// A service and its availability.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceLine {
    /// Its title.
    pub title: String,
    /// How it is now.
    pub state: State,
    /// Its share of the time up to now.
    pub share: Option<f64>,
}

/// Others' terminals, to be looked at.
#[derive(Clone, Debug, Serialize)]
pub struct WatchPage {
    /// Whose.
    pub title: String,
    /// Where one came from.
    pub back: String,
    /// Terminals.
    pub terminals: Vec<TerminalTab>,
    /// Lab pages.
    pub pages: Vec<PageTab>,
    /// Where the list of open terminals is.
    pub sessions: String,
}

/// Renders the page on which terminals are watched.
///
/// # Errors
/// A template that does not fit.
pub fn render_watch(
    templates: &Templates,
    visitor: &Visitor,
    page: &WatchPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "watch", "", page)
}

/// Renders the workspace.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &WorkspacePage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "workspace", "", page)
}

/// Renders the left side alone, which leaves what was said to the reader last where it stands.
///
/// # Errors
/// A template that does not fit.
pub fn render_brief(
    templates: &Templates,
    visitor: &Visitor,
    brief: &Brief,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "parts/brief", "", brief)
}

/// Renders the left side and what became of what was just sent, or nothing in its place.
///
/// # Errors
/// A template that does not fit.
pub fn render_answer(
    templates: &Templates,
    visitor: &Visitor,
    brief: &Brief,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "parts/brief-answer", "", brief)
}

/// Renders time left, points and place alone.
///
/// # Errors
/// A template that does not fit.
pub fn render_top(
    templates: &Templates,
    visitor: &Visitor,
    page: &WorkspacePage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "parts/workspace-top", "", page)
}

/// Renders the strip of a trial alone.
///
/// # Errors
/// A template that does not fit.
pub fn render_strip(
    templates: &Templates,
    visitor: &Visitor,
    strip: &TrialStrip,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "parts/trial", "", strip)
}

/// Renders the status line alone.
///
/// # Errors
/// A template that does not fit.
pub fn render_foot(
    templates: &Templates,
    visitor: &Visitor,
    page: &WorkspacePage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "parts/workspace-foot", "", page)
}
