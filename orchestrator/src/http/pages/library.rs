//! The library: scenarios with filters, one row each.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice, State,
};

/// What the library shows.
#[derive(Debug, Default, Serialize)]
pub struct LibraryPage {
    /// What was searched for.
    pub query: String,
    /// How many scenarios there are.
    pub total: usize,
    /// Filters.
    pub facets: Vec<Facet>,
    /// Ways to sort.
    pub sorts: Vec<Choice>,
    /// What narrows the list now.
    pub active: Vec<ActiveFilter>,
    /// Scenarios that pass them.
    pub rows: Vec<ScenarioRow>,
    /// Folders and drafts that hold no usable scenario.
    pub broken: Vec<BrokenScenario>,
    /// Whether the reader may upload scenarios.
    pub may_edit: bool,
}

/// A filter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Facet {
    /// The form's field.
    pub name: &'static str,
    /// Its heading.
    pub title: String,
    /// What it offers, with how many scenarios each has.
    pub options: Vec<FacetOption>,
}

/// One option of a filter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FacetOption {
    /// The option.
    #[serde(flatten)]
    pub choice: Choice,
    /// How many scenarios have it.
    pub count: usize,
}

/// Something that narrows the list.
#[derive(Clone, Debug, Serialize)]
pub struct ActiveFilter {
    /// What.
    pub title: String,
    /// The list without it.
    pub href: String,
}

/// One scenario.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioRow {
    /// Its identifier.
    pub id: String,
    /// Its page.
    pub href: String,
    /// Whether it is brought by the installation, a draft, released or archived.
    pub stage: State,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// Simulation, live fire or tabletop.
    pub kind: String,
    /// ATT&CK techniques.
    pub attack: Vec<String>,
    /// How hard it is.
    pub level: Level,
    /// How long it lasts.
    pub minutes: u64,
    /// Machines a team.
    pub nodes: usize,
    /// Tasks.
    pub tasks: usize,
    /// Whether it can be used.
    pub state: State,
    /// How often it was used.
    pub used: usize,
    /// Its machines, drawn.
    pub sketch: Sketch,
}

/// How hard a scenario is.
#[derive(Clone, Debug, Serialize)]
pub struct Level {
    /// The word.
    pub title: String,
    /// Whether the second bar is filled.
    pub second: bool,
    /// Whether the third bar is filled.
    pub third: bool,
}

/// A folder or an uploaded version that holds no usable scenario.
#[derive(Clone, Debug, Serialize)]
pub struct BrokenScenario {
    /// The page of an uploaded version.
    pub href: Option<String>,
    /// How far that version is.
    pub stage: Option<State>,
    /// The folder.
    pub folder: String,
    /// The scenario's title, where it can be read.
    pub title: Option<String>,
    /// How many errors it has.
    pub errors: usize,
    /// What is wrong, errors first.
    pub problems: Vec<ProblemLine>,
}

/// A mistake of an author.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemLine {
    /// File, line and column.
    pub place: String,
    /// What is wrong.
    pub text: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The line, for its author alone: it may hold an answer.
    pub excerpt: Option<Excerpt>,
}

/// A line of a file with a place in it.
#[derive(Clone, Debug, Serialize)]
pub struct Excerpt {
    /// What stands before the place.
    pub before: String,
    /// The place.
    pub marked: String,
    /// What stands behind it.
    pub after: String,
}

/// A scenario's machines on their network, 104 by 72.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sketch {
    /// The machines.
    pub nodes: Vec<SketchNode>,
}

/// A machine of a sketch, by the middle of its shape.
#[derive(Clone, Debug, Serialize)]
pub struct SketchNode {
    /// Across.
    pub x: usize,
    /// Down.
    pub y: usize,
    /// Across, of a box's left edge.
    pub left: usize,
    /// Down, of a box's upper edge.
    pub top: usize,
    /// `foe`, `goal` or `node`.
    pub kind: &'static str,
}

impl Sketch {
    /// Draws machines by role: attackers above the wire, targets on it, the others below.
    #[must_use]
    pub fn draw(foes: usize, goals: usize, others: usize) -> Self {
        let row = |count: usize, y: usize, kind: &'static str| {
            let count = count.min(5);
            (0..count).map(move |n| {
                let x = 52 + 16 * (2 * n + 1) / 2 - 8 * count;
                SketchNode {
                    x,
                    y,
                    left: x - 6,
                    top: y - 4,
                    kind,
                }
            })
        };
        Self {
            nodes: row(foes, 14, "foe")
                .chain(row(goals, 36, "goal"))
                .chain(row(others, 58, "node"))
                .collect(),
        }
    }
}

/// Renders the library.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &LibraryPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "library", "nav-scenarios", page)
}
