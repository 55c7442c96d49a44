//! One team as the instructor sees it: the console's drawer, and the report to be graded in it.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice, State,
    seating::Seating,
};
use crate::clock::Timestamp;

/// What the drawer shows.
#[derive(Clone, Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a page may show, each on its own"
)]
pub struct TeamPage {
    /// The exercise's identifier.
    pub exercise: String,
    /// The team's identifier.
    pub id: String,
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Who is in it, and whether they were there.
    pub members: Vec<MemberView>,
    /// How its machines are.
    pub environment: State,
    /// Why, where something is wrong.
    pub reason: Option<String>,
    /// Its machines.
    pub nodes: Vec<NodeState>,
    /// Whether a failed environment can be tried again.
    pub may_retry: bool,
    /// Whether it can be given a fresh environment.
    pub may_reset: bool,
    /// Whether members can be excused: where every one must answer, while the exercise is open.
    pub may_excuse: bool,
    /// Its seats.
    pub seating: Seating,
    /// Which part is open: `live`, `tasks`, `mail` or `score`.
    pub tab: String,
    /// The last things that happened, latest first.
    pub events: Vec<EventLine>,
    /// Its tasks.
    pub tasks: Vec<TaskLine>,
    /// How many reports wait to be graded.
    pub to_grade: usize,
    /// Reports that were filed.
    pub reports: Vec<ReportView>,
    /// Messages that it got and sent.
    pub messages: Vec<EventLine>,
    /// What made its score, the last first.
    pub ledger: Vec<LedgerLine>,
    /// How the points for its services come about.
    pub services: Vec<String>,
    /// How it got on with each objective.
    pub objectives: Vec<ObjectiveLine>,
    /// All points.
    pub points: i64,
    /// Whether the reader may steer the exercise.
    pub may_run: bool,
    /// Whether the reader may set points anew, give and take some.
    pub may_adjust: bool,
    /// Tasks whose points can be set anew.
    pub regradable: Vec<Choice>,
    /// Points that may be given or taken at once.
    pub most: i64,
    /// The forms that change points: one sent twice changes them once.
    pub form: String,
}

/// A member of a team.
#[derive(Clone, Debug, Serialize)]
pub struct MemberView {
    /// The person's identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether the journal shows them present.
    pub present: bool,
    /// Whether nobody waits for them where every member must answer.
    pub excused: bool,
    /// Whether they lead the team.
    pub lead: bool,
}

/// A machine and how it is.
#[derive(Clone, Debug, Serialize)]
pub struct NodeState {
    /// Its name.
    pub id: String,
    /// How it is.
    pub state: State,
    /// Where its terminal can be watched.
    pub terminal: Option<String>,
    /// Where its lab page is.
    pub page: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub struct EventLine {
    /// When.
    pub at: Timestamp,
    /// Its drawing.
    pub icon: &'static str,
    /// What.
    pub title: String,
    /// More about it.
    pub text: String,
}

/// A task and how far the team is.
#[derive(Clone, Debug, Serialize)]
pub struct TaskLine {
    /// Its title.
    pub title: String,
    /// How far.
    pub state: State,
    /// Points got.
    pub points: i64,
    /// Points possible.
    pub possible: i64,
    /// Tries so far.
    pub attempts: usize,
    /// What is said of its worth and its parts.
    pub notes: Vec<String>,
}

/// How a team got on with an objective.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectiveLine {
    /// Its title.
    pub title: String,
    /// The rating that the points suggest.
    pub rating: Option<String>,
    /// Points got for its tasks.
    pub points: i64,
    /// Points possible.
    pub possible: i64,
    /// Tasks that were solved.
    pub solved: Vec<String>,
}

/// A report that was filed.
#[derive(Clone, Debug, Serialize)]
pub struct ReportView {
    /// The task's identifier.
    pub task: String,
    /// The task's title.
    pub title: String,
    /// The journal row that filed it: a grade is for what was read.
    pub sequence: i64,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// Whether that was after its time.
    pub late: bool,
    /// What it says, field by field.
    pub fields: Vec<ReportField>,
    /// What it is graded by.
    pub rubric: Vec<RubricLine>,
    /// The grades that the reader may see; the one that counts is the last.
    pub marks: Vec<MarkView>,
    /// How far grading is, where several grade.
    pub standing: Option<String>,
    /// Whether it waits for the reader.
    pub waits: bool,
    /// What the reader can do: `grade` or `settle`.
    pub action: Option<&'static str>,
}

/// A grade.
#[derive(Clone, Debug, Serialize)]
pub struct MarkView {
    /// Whose it is.
    pub title: String,
    /// Whether it counts.
    pub counts: bool,
    /// Points by criterion.
    pub lines: Vec<MarkLine>,
    /// All of them.
    pub total: i64,
    /// The evaluator's words.
    pub comment: String,
}

/// A line of a grade.
#[derive(Clone, Debug, Serialize)]
pub struct MarkLine {
    /// What was looked for.
    pub title: String,
    /// Points given.
    pub points: i64,
    /// Points possible.
    pub possible: i64,
}

/// A field of a report.
#[derive(Clone, Debug, Serialize)]
pub struct ReportField {
    /// Its name in the form.
    pub title: String,
    /// What was written.
    pub text: String,
}

/// A line of a rubric.
#[derive(Clone, Debug, Serialize)]
pub struct RubricLine {
    /// Its identifier.
    pub id: String,
    /// What is looked for.
    pub title: String,
    /// Points possible.
    pub possible: i64,
}

/// A line of the score.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerLine {
    /// The journal row behind it.
    pub row: i64,
    /// Exercise time, seconds.
    pub seconds: u64,
    /// Why.
    pub title: String,
    /// The reason that was given and who gave it.
    pub more: Vec<String>,
    /// Points, also negative.
    pub points: i64,
    /// All points after it.
    pub total: i64,
}

/// Renders the drawer alone.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &TeamPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "parts/team", "", page)
}
