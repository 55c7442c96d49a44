//! One scenario: what it trains, on which machines, with which tasks and events.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    State, console,
    library::{ProblemLine, ScenarioRow},
    topology::{Role, Topology},
    versions::Versions,
};
use crate::locales;

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
    /// NICE work roles.
    pub skills: Vec<String>,
    /// In which languages it is written.
    pub languages: Vec<Language>,
    /// What its author should look at.
    pub warnings: Vec<ProblemLine>,
    /// Its machines and networks, drawn.
    pub topology: Option<Topology>,
    /// Its machines.
    pub nodes: Vec<NodeRow>,
    /// Its objectives with their tasks.
    pub objectives: Vec<ObjectiveView>,
    /// When it happens, drawn; absent where nothing has a time.
    pub axis: Option<Axis>,
    /// What happens, in order.
    pub timeline: Vec<TimelineRow>,
    /// Services whose availability counts.
    pub services: Vec<ServiceRow>,
    /// What is completed by it.
    pub credits: Vec<CreditRow>,
    /// Points that can be reached, with every service up all the time.
    pub points: i64,
    /// What it takes.
    pub resources: Resources,
    /// Whether the reader may make an exercise of it.
    pub may_plan: bool,
    /// Copies that are kept ready.
    pub pool: PoolView,
    /// Its versions.
    pub versions: Versions,
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
    /// Its title.
    pub title: String,
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

/// An event, or a report's deadline.
#[derive(Clone, Debug, Serialize)]
pub struct TimelineRow {
    /// Its code.
    pub id: String,
    /// When it happens.
    pub when: String,
    /// Its drawing by channel.
    pub icon: &'static str,
    /// What happens.
    pub title: String,
    /// Who gets it.
    pub to: Option<String>,
    /// What is to be done about it until when.
    pub respond: Option<String>,
    /// Whether it is a deadline.
    pub due: bool,
}

/// The time axis of what has a time.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Axis {
    /// Times written below.
    pub ticks: Vec<console::AxisTick>,
    /// Events and deadlines.
    pub marks: Vec<AxisMark>,
}

/// An event or a deadline on the axis.
#[derive(Clone, Debug, Serialize)]
pub struct AxisMark {
    /// Its code.
    pub id: String,
    /// Where.
    pub x: i64,
    /// How high its code stands.
    pub label_y: i64,
    /// Whether it is a deadline.
    pub due: bool,
}

impl Axis {
    /// Draws what has a time on an axis of `duration` seconds with so many ticks.
    #[must_use]
    pub fn draw(rows: &[(Option<i64>, TimelineRow)], duration: i64, ticks: i64) -> Option<Self> {
        let timed = rows.iter().filter_map(|(at, row)| Some(((*at)?, row)));
        let mut marks: Vec<AxisMark> = timed
            .map(|(at, row)| AxisMark {
                id: row.id.clone(),
                x: console::Axis::place(at, duration),
                label_y: 0,
                due: row.due,
            })
            .collect();
        let places: Vec<Option<i64>> = marks.iter().map(|mark| Some(mark.x)).collect();
        for (mark, height) in marks.iter_mut().zip(console::label_heights(&places)) {
            mark.label_y = height;
        }
        let tick = |n: i64| {
            let seconds = duration * n / (ticks - 1);
            let passed = std::time::Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            console::AxisTick {
                x: console::Axis::place(seconds, duration),
                text: locales::clock(passed)[..5].to_owned(),
            }
        };
        (!marks.is_empty()).then(|| Self {
            ticks: (0..ticks).map(tick).collect(),
            marks,
        })
    }
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
