//! What a list shows of a scenario, and by what it is found: enough for the list, so that it judges no bundle.
//!
//! A card of an uploaded version is kept beside it. One that another release of the program wrote is worked out again;
//! whatever runs is judged anew by whoever makes an exercise of it, so that an old card can only mislead the eye.

use serde::{Deserialize, Serialize};

use super::Judged;
use crate::scenarios::{
    Audience, Definition, Level, LocalText, NodeRole, Scenario, ScenarioKind, Sector, Severity,
};

/// The release that writes cards now.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// What a list shows of a scenario without errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its title.
    pub title: LocalText,
    /// What instructors read before they choose it.
    pub summary: LocalText,
    /// What kind of exercise it is made for.
    pub kind: ScenarioKind,
    /// How much a trainee must know.
    pub level: Level,
    /// How long it runs.
    pub minutes: u64,
    /// For whom it is.
    pub audience: Vec<Audience>,
    /// Which sectors it is set in.
    pub sectors: Vec<Sector>,
    /// ATT&CK techniques.
    pub attack: Vec<String>,
    /// NICE work roles.
    pub skills: Vec<String>,
    /// Machines that attack.
    pub foes: usize,
    /// Machines that are attacked.
    pub goals: usize,
    /// Other machines.
    pub others: usize,
    /// Tasks of all sides.
    pub tasks: usize,
    /// What its author should look at.
    pub warnings: usize,
}

/// What is kept of a version: a card, or what there is of one with errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    program: String,
    pub(super) card: Option<Card>,
    pub(super) title: Option<LocalText>,
    pub(super) errors: i64,
}

impl Card {
    /// The card of a scenario with so many warnings.
    #[must_use]
    pub fn of(definition: &Definition, warnings: usize) -> Self {
        let scenario: &Scenario = &definition.scenario;
        let role = |role| {
            let nodes = scenario.nodes.iter();
            nodes.filter(|node| node.role == role).count()
        };
        let (foes, goals) = (role(NodeRole::Adversary), role(NodeRole::Target));
        Self {
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            kind: scenario.kind,
            level: scenario.level,
            minutes: scenario.duration.as_secs() / 60,
            audience: scenario.audience.clone(),
            sectors: scenario.sectors.clone(),
            attack: scenario.attack.clone(),
            skills: scenario.skills.clone(),
            foes,
            goals,
            others: scenario.nodes.len() - foes - goals,
            tasks: scenario.tasks.len(),
            warnings,
        }
    }
}

impl Kept {
    pub(super) fn of(judged: &Judged) -> Self {
        let definition = judged.definition.as_deref();
        Self {
            program: PROGRAM.to_owned(),
            card: definition.map(|definition| Card::of(definition, judged.problems.len())),
            title: judged.title.clone(),
            errors: i64::try_from(judged.count(Severity::Error)).unwrap_or(i64::MAX),
        }
    }

    /// What was kept, unless another release wrote it or nobody can read it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let kept: Self = serde_json::from_str(text).ok()?;
        (kept.program == PROGRAM).then_some(kept)
    }

    pub(super) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}
