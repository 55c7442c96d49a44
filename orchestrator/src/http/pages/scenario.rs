//! One scenario: what it trains, on which machines, with which tasks and events.

mod course;

use axum::response::Html;
use serde::Serialize;

pub use course::{Axis, AxisBand, AxisMark, PhaseRow, TimelineRow};

use super::{
    super::{AppError, Templates, Visitor},
    State,
    library::{ProblemLine, ScenarioRow},
    topology::{Role, Topology},
    versions::Versions,
};

/// What the page of a scenario shows.
#[derive(Debug, Serialize)]
pub struct ScenarioPage {
    /// As in the library.
    pub row: ScenarioRow,
    /// Its version.
    pub version: i64,
    /// The beginning of its files' digest.
    pub digest: String,
    /// For whom it is.
    pub audience: Vec<String>,
    /// Critical sectors.
    pub sectors: Vec<String>,
    /// Whether it is held on machines; around a table none are needed.
    pub machines: bool,
    /// ATT&CK techniques.
    pub attack: Vec<Tagged>,
    /// NICE work roles.
    pub skills: Vec<Tagged>,
    /// In which languages it is written.
    pub languages: Vec<Language>,
    /// What its author should look at.
    pub warnings: Vec<ProblemLine>,
    /// Its machines and networks, drawn.
    pub topology: Option<Topology>,
    /// Its machines.
    pub nodes: Vec<NodeRow>,
    /// The sides that trainees play, with their tasks.
    pub sides: Vec<SideView>,
    /// Whether there are two of them.
    pub both: bool,
    /// The forms of which each environment has one.
    pub variants: Vec<VariantRow>,
    /// What is rated.
    pub objectives: Vec<String>,
    /// The parts of its time.
    pub phases: Vec<PhaseRow>,
    /// When it happens, drawn; absent where nothing has a time.
    pub axis: Option<Axis>,
    /// What happens, in order.
    pub timeline: Vec<TimelineRow>,
    /// Services whose availability counts.
    pub services: Vec<ServiceRow>,
    /// What is completed by it.
    pub credits: Vec<CreditRow>,
    /// What it takes.
    pub resources: Resources,
    /// Whether the reader may make an exercise of it.
    pub may_plan: bool,
    /// Copies that are kept ready.
    pub pool: PoolView,
    /// Its versions.
    pub versions: Versions,
}

/// A code of a public list with its name.
#[derive(Clone, Debug, Serialize)]
pub struct Tagged {
    /// The code.
    pub code: String,
    /// Its English name, where the shipped list has it.
    pub name: Option<String>,
}

/// A side that trainees play.
#[derive(Clone, Debug, Serialize)]
pub struct SideView {
    /// `blue` or `red`.
    pub cell: &'static str,
    /// Its name.
    pub title: String,
    /// Points that a team of it can reach, with every service up all the time.
    pub points: i64,
    /// How many tasks it has.
    pub tasks: usize,
    /// Machines that its trainees work on or open.
    pub access: Vec<Access>,
    /// What they read before they begin, as markup of our own making.
    pub briefing: String,
    /// Its tasks by objective.
    pub objectives: Vec<ObjectiveView>,
}

/// A machine that trainees of a side work on or open.
#[derive(Clone, Debug, Serialize)]
pub struct Access {
    /// The machine.
    pub node: String,
    /// The account in its terminal.
    pub terminal: Option<String>,
    /// The title and port of its page.
    pub web: Option<String>,
}

/// One of the forms of which each environment has one.
#[derive(Clone, Debug, Serialize)]
pub struct VariantRow {
    /// What organisers call it.
    pub title: String,
    /// Files that it alone has, or that not all have, by machine.
    pub files: Vec<String>,
    /// Values that are its own, by name.
    pub values: Vec<String>,
    /// Steps of the solution that it alone needs, or that not all need.
    pub steps: usize,
}

/// A language of a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Language {
    /// Its name.
    pub title: String,
    /// Whether everything that trainees read stands in it.
    pub complete: bool,
}

/// What a scenario takes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Resources {
    /// The scenario.
    pub scenario: String,
    /// Teams that were asked for.
    pub teams: usize,
    /// Teams that can be asked for at most.
    pub most: usize,
    /// For one team, and for those that were asked for.
    pub shares: Vec<Share>,
    /// Whether there is room for them now.
    pub room: Option<State>,
}

/// What a number of teams takes.
#[derive(Clone, Debug, Serialize)]
pub struct Share {
    /// Teams.
    pub teams: usize,
    /// Machines.
    pub machines: usize,
    /// Networks.
    pub networks: usize,
    /// Memory at most.
    pub memory: String,
    /// Processors at most.
    pub processors: f64,
}

/// A service whose availability counts.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceRow {
    /// Its title.
    pub title: String,
    /// Machine and port.
    pub probed: String,
    /// The machine that looks.
    pub from: String,
    /// Seconds between two looks.
    pub seconds: u64,
    /// Points a minute.
    pub points: i64,
}

/// Something that is completed by a drill.
#[derive(Clone, Debug, Serialize)]
pub struct CreditRow {
    /// What.
    pub title: String,
    /// Points that the team needs.
    pub points: i64,
}

/// Copies of a scenario that are kept ready.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PoolView {
    /// The scenario.
    pub scenario: String,
    /// How many shall be kept.
    pub size: u32,
    /// Ready to be claimed.
    pub ready: u32,
    /// Being made.
    pub preparing: u32,
    /// Could not be made.
    pub failed: u32,
    /// Whether the reader may change their number.
    pub may_change: bool,
}

/// A machine.
#[derive(Clone, Debug, Serialize)]
pub struct NodeRow {
    /// Its name.
    pub id: String,
    /// What it is for.
    pub role: Role,
    /// Its networks.
    pub networks: Vec<String>,
    /// Its memory at most.
    pub memory: Option<String>,
    /// Who works on it in a terminal.
    pub terminal: Option<String>,
    /// The title and port of its web page.
    pub web: Option<String>,
}

/// An objective and its tasks.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectiveView {
    /// What is trained.
    pub title: String,
    /// Points of its tasks.
    pub points: i64,
    /// By which tasks.
    pub tasks: Vec<TaskRow>,
}

/// A task.
#[derive(Clone, Debug, Serialize)]
pub struct TaskRow {
    /// Its place on the page, from 1.
    pub number: usize,
    /// Its title.
    pub title: String,
    /// The part of the time that it is meant for.
    pub phase: Option<String>,
    /// The numbers of the tasks that open it.
    pub after: Vec<usize>,
    /// How it is scored and solved beyond its points, in words.
    pub rules: Vec<String>,
    /// How often a team may try, where that is limited.
    pub attempts: Option<String>,
    /// Its drawing by kind of answer.
    pub icon: &'static str,
    /// The kind of answer.
    pub kind: String,
    /// How many hints there are.
    pub hints: usize,
    /// What all hints cost.
    pub cost: i64,
    /// Its points.
    pub points: i64,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &ScenarioPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "scenario", "nav-scenarios", page)
}

/// Renders the kept copies alone, as the page asks for them while they are made.
///
/// # Errors
/// A template that does not fit.
pub fn render_pool(
    templates: &Templates,
    visitor: &Visitor,
    pool: &PoolView,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "parts/pool", "", pool)
}
