//! One scenario: what it trains, on which machines, with which tasks and events.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    library::ScenarioRow,
};

/// What the page of a scenario shows.
#[derive(Debug, Serialize)]
pub struct ScenarioPage {
    /// As in the library.
    pub row: ScenarioRow,
    /// Its version.
    pub version: i64,
    /// For whom it is.
    pub audience: Vec<String>,
    /// Critical sectors.
    pub sectors: Vec<String>,
    /// NICE work roles.
    pub skills: Vec<String>,
    /// Its machines.
    pub nodes: Vec<NodeRow>,
    /// Its objectives with their tasks.
    pub objectives: Vec<ObjectiveView>,
    /// What happens, in order.
    pub timeline: Vec<TimelineRow>,
    /// Services whose availability counts.
    pub services: Vec<String>,
    /// Points that can be reached, availability aside.
    pub points: i64,
    /// Whether the reader may make an exercise of it.
    pub may_plan: bool,
    /// Copies that are kept ready.
    pub pool: PoolView,
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
    pub role: String,
    /// Who works on it in a terminal.
    pub terminal: Option<String>,
    /// The title of its web page.
    pub web: Option<String>,
}

/// An objective and its tasks.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectiveView {
    /// What is trained.
    pub title: String,
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
    /// Its points.
    pub points: i64,
}

/// An event.
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
