//! A scenario as types: what `scenario.yaml` says, every name resolved or reported.
//!
//! Reading never stops: a value that is wrong is reported and a harmless one stands in, so a scenario must only be used
//! when its bundle had no errors.

mod answers;
mod cells;
mod decision;
mod nodes;
mod parts;
mod rating;
mod scoring;
mod story;
mod tasks;
mod timeline;
mod variables;
mod vocabulary;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use answers::{
    AnswerOption, FileAnswer, NumberAnswer, PatternAnswer, Selection, Taking, TextAnswer,
};
pub(super) use answers::{digest, names, reason, unknown_option};
pub use cells::{Cell, Phase, Side, Variant};
pub use decision::{Decision, DecisionOption};
pub use nodes::{NodeFile, NodeRole, ScenarioNode, Terminal, WebPage};
pub(super) use parts::unknown_part;
pub use parts::{By, Logic, Part, Parts, Way};
pub use rating::RatingShares;
pub use scoring::{Decay, Penalty, Worth};
pub(super) use story::{Decided, Story};
pub use tasks::{Answer, CheckPlace, Criterion, Hint, ReportForm, ReportTask, StateCheck, Task};
pub use timeline::{
    Action, Channel, Credit, Effect, Event, HttpProbe, Inject, Recipient, Response, Service,
    Trigger,
};
pub use variables::{Variable, VariableKind};
pub use vocabulary::{Audience, Sector};

use super::{
    CriterionId, NodeId, ObjectiveId, ScenarioId, TaskId, attack,
    findings::{Reader, Thing},
    nice,
    time::seconds,
    tree::Node,
};
use crate::locales::Locale;

/// A text in both languages; Markdown where it is long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalText {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl LocalText {
    /// The text in a language.
    #[must_use]
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::Vi => &self.vi,
            Locale::En => &self.en,
        }
    }
}

/// What kind of exercise a scenario is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScenarioKind {
    /// On machines.
    Simulation,
    /// Around a table, by decisions.
    Tabletop,
}

/// How much a trainee must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For those who begin.
    Basic,
    /// For those who do it sometimes.
    Intermediate,
    /// For those whose work it is.
    Advanced,
}

impl Level {
    /// How they are written.
    pub(crate) const WORDS: &[(&str, Self)] = &[
        ("basic", Self::Basic),
        ("intermediate", Self::Intermediate),
        ("advanced", Self::Advanced),
    ];
}

/// What is rated in the after-action report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Objective {
    /// Its name.
    pub id: ObjectiveId,
    /// What shall be achieved.
    pub title: LocalText,
    /// From which share of its tasks' points each rating is suggested.
    pub rating: RatingShares,
}

/// What an exercise runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scenario {
    /// Its name.
    pub id: ScenarioId,
    /// Counts up with every release.
    pub version: u32,
    /// What the library shows.
    pub title: LocalText,
    /// What instructors read before they choose it.
    pub summary: LocalText,
    /// What trainees read before they begin; the summary when absent.
    pub briefing: Option<LocalText>,
    /// What kind of exercise it is made for.
    pub kind: ScenarioKind,
    /// How much a trainee must know.
    pub level: Level,
    /// How long it runs, in exercise time (seconds in JSON).
    #[serde(serialize_with = "seconds")]
    pub duration: Duration,
    /// For whom it is.
    pub audience: Vec<Audience>,
    /// Which sectors it is set in.
    pub sectors: Vec<Sector>,
    /// MITRE ATT&CK techniques that happen in it.
    pub attack: Vec<String>,
    /// NICE work roles that it trains.
    pub skills: Vec<String>,
    /// The Compose file in the bundle; a tabletop scenario has none.
    pub environment: Option<String>,
    /// The solution file in the bundle.
    pub solution: String,
    /// The sides that trainees play and what is said to each; those who defend where none is named.
    pub cells: Vec<Side>,
    /// The forms of which each environment has one.
    pub variants: Vec<Variant>,
    /// The parts of its time, one after the other.
    pub phases: Vec<Phase>,
    /// Values drawn for each environment.
    pub variables: Vec<Variable>,
    /// Machines.
    pub nodes: Vec<ScenarioNode>,
    /// Files placed in machines before they start.
    pub files: Vec<NodeFile>,
    /// What is rated.
    pub objectives: Vec<Objective>,
    /// What is to be solved.
    pub tasks: Vec<Task>,
    /// Services whose availability counts.
    pub services: Vec<Service>,
    /// What happens when.
    pub timeline: Vec<Event>,
    /// What counts as passed.
    pub credits: Vec<Credit>,
}

impl Scenario {
    /// What trainees of a side read before they begin.
    #[must_use]
    pub fn briefing(&self, cell: Cell) -> &LocalText {
        let side = self.cells.iter().find(|side| side.cell == cell);
        side.and_then(|side| side.briefing.as_ref())
            .or(self.briefing.as_ref())
            .unwrap_or(&self.summary)
    }

    /// Whether trainees play a side: defending always, attacking where the scenario says so.
    #[must_use]
    pub fn plays(&self, cell: Cell) -> bool {
        cell == Cell::Blue || self.cells.iter().any(|side| side.cell == cell)
    }

    /// The part of its time that an exercise time lies in, and when that part ends. The last one goes on to the end of an
    /// exercise that runs longer.
    #[must_use]
    pub fn phase_at(&self, elapsed: Duration) -> Option<(&Phase, Duration)> {
        let mut end = Duration::ZERO;
        let mut last = None;
        for phase in &self.phases {
            end += phase.duration;
            last = Some((phase, end));
            if elapsed < end {
                break;
            }
        }
        last
    }

    /// The tasks of a side.
    pub fn tasks_of(&self, cell: Cell) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(move |task| task.cell == cell)
    }

    /// The machine of this name.
    #[must_use]
    pub fn node(&self, id: &NodeId) -> Option<&ScenarioNode> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// The task of this name.
    #[must_use]
    pub fn task(&self, id: &TaskId) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == *id)
    }

    /// The most points that a team of a side can reach, however it decides: tasks at their full worth with the highest
    /// bonus, responses, and for those who defend every service up all the time.
    #[must_use]
    pub fn highest_score(&self, cell: Cell) -> u64 {
        self.score(cell, Task::most)
    }

    /// The points that a team of a side can reach however late it is: tasks at their lowest worth and without bonus,
    /// responses, and for those who defend every service up all the time.
    #[must_use]
    pub fn certain_score(&self, cell: Cell) -> u64 {
        self.score(cell, Task::floor)
    }

    fn score(&self, cell: Cell, worth: impl Fn(&Task) -> u64) -> u64 {
        let tasks = Story::of(self).best(cell, worth);
        if cell != Cell::Blue {
            return tasks;
        }
        let minutes = self.duration.as_secs() / 60;
        let services: u64 = self
            .services
            .iter()
            .map(|service| u64::from(service.points_per_minute) * minutes)
            .sum();
        tasks + services
    }

    /// Reads `scenario.yaml`.
    pub(super) fn read(reader: Reader<'_>, root: &Node) -> Self {
        reader.map(root, |fields| {
            if let Some(node) = fields.required("scenario") {
                let text = reader.filled(node);
                reader.name(&text, node.span);
            }
            let kind = fields.choice(
                "kind",
                &[
                    ("simulation", ScenarioKind::Simulation),
                    ("tabletop", ScenarioKind::Tabletop),
                ],
            );
            let level = fields.choice("level", Level::WORDS);
            Self {
                id: ScenarioId::from(fields.text("scenario")),
                version: fields.integer("version", 1..=1_000_000),
                title: fields.local_text("title", true),
                summary: fields.local_text("summary", true),
                briefing: fields.optional_local_text("briefing", true),
                kind: kind.unwrap_or(ScenarioKind::Simulation),
                level: level.unwrap_or(Level::Basic),
                duration: fields.duration("duration"),
                audience: fields.optional_words("audience", &Audience::WORDS),
                sectors: fields.optional_words("sectors", &Sector::WORDS),
                attack: attack::read(fields, "attack"),
                skills: nice::read(fields, "skills"),
                environment: fields.optional_text("environment"),
                solution: fields.text("solution"),
                cells: Side::read_all(fields),
                variants: Variant::read_all(fields),
                phases: fields.declaring("phases", Thing::Phase, |node| Phase::read(reader, node)),
                variables: Variable::read_all(fields),
                nodes: ScenarioNode::read_all(fields),
                files: fields.list("files", |node| NodeFile::read(reader, node)),
                objectives: fields.declaring("objectives", Thing::Objective, |node| {
                    Objective::read(reader, node)
                }),
                tasks: fields.declaring("tasks", Thing::Task, |node| Task::read(reader, node)),
                services: fields.declaring("services", Thing::Service, |node| {
                    Service::read(reader, node)
                }),
                timeline: fields
                    .declaring("timeline", Thing::Event, |node| Event::read(reader, node)),
                credits: fields.list("credits", |node| Credit::read(reader, node)),
            }
        })
    }
}

impl Objective {
    fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| Self {
            id: ObjectiveId::from(fields.declared("id", Thing::Objective)),
            title: fields.local_text("title", true),
            rating: RatingShares::read(fields),
        })
    }
}
