//! What a drill report is made of: plain facts, gathered elsewhere from journal, scenario and staff list.

use std::{collections::BTreeMap, time::Duration};

use super::{Judgement, Rating, Section, model::Evidence};
use crate::{
    clock::Timestamp,
    ids::ExerciseId,
    locales::{self, Locale},
    organisation::Issuer,
    scenarios::{Cell, RatingShares},
};

/// Everything that the report of one drill says.
#[derive(Clone, Debug)]
pub struct DrillEvidence {
    /// The province, as `tỉnh Bình An`.
    pub province: String,
    /// Who issues and signs it; `None` where the province has not said.
    pub issuer: Option<Issuer>,
    /// The drill itself.
    pub drill: DrillFacts,
    /// Teams by number.
    pub teams: Vec<TeamFacts>,
    /// What the scenario sets out to train, in its order.
    pub objectives: Vec<ObjectiveFacts>,
    /// Its tasks, in its order.
    pub tasks: Vec<TaskFacts>,
    /// What reached the teams, in order.
    pub situations: Vec<SituationFacts>,
    /// Who was credited, and who was not and why; by team.
    pub credits: Vec<CreditFacts>,
    /// What people wrote beside the figures.
    pub texts: BTreeMap<Section, String>,
    /// The day that the report bears.
    pub today: Timestamp,
}

/// The drill itself.
#[derive(Clone, Debug)]
pub struct DrillFacts {
    /// Which.
    pub id: ExerciseId,
    /// Its title.
    pub title: String,
    /// simulation, `live_fire` or tabletop.
    pub kind: String,
    /// The scenario's title.
    pub scenario: String,
    /// Its version.
    pub version: u32,
    /// The digest of its files.
    pub bundle: String,
    /// MITRE ATT&CK techniques.
    pub attack: Vec<String>,
    /// Names of the systems that were attacked.
    pub systems: Vec<String>,
    /// When it was laid out.
    pub created_at: Timestamp,
    /// When exercise time began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Exercise time that was planned.
    pub planned: Duration,
    /// Exercise time that passed.
    pub elapsed: Duration,
    /// How often exercise time stood.
    pub pauses: usize,
    /// Times in which no server conducted it and exercise time stood: from, until, and the row that says so.
    pub outages: Vec<(Timestamp, Timestamp, i64)>,
    /// Why it was held although isolation was not proven, and the row of that decision.
    pub isolation_override: Option<(String, i64)>,
    /// Times in which labs were found open: the rows that say so and that they were closed again.
    pub breaches: Vec<BreachFacts>,
    /// The chain's last row.
    pub head_sequence: i64,
    /// Its hash.
    pub head_hash: String,
    /// The installation's signature under it.
    pub signature: Option<String>,
    /// Whether the stored chain was found unbroken up to that hash.
    pub verified: bool,
}

/// A time in which labs were found open.
#[derive(Clone, Copy, Debug)]
pub struct BreachFacts {
    /// When it was noticed, and the row that says so.
    pub lost: (Timestamp, i64),
    /// When they were closed again, and the row that says so.
    pub restored: Option<(Timestamp, i64)>,
}

/// A team.
#[derive(Clone, Debug)]
pub struct TeamFacts {
    /// Its name.
    pub name: String,
    /// The side that it plays.
    pub cell: Cell,
    /// The unit that it stands for.
    pub unit: Option<String>,
    /// Its members.
    pub members: Vec<MemberFacts>,
    /// Its points.
    pub points: Points,
    /// Its place among the teams of its side.
    pub rank: usize,
    /// Tasks that it solved.
    pub solved: usize,
    /// Exercise time of its first solved task of detection; those who attack detect nothing.
    pub detected: Option<Duration>,
    /// Exercise time of its last solved task of response, where it solved all of them.
    pub handled: Option<Duration>,
}

/// A member of a team.
#[derive(Clone, Debug)]
pub struct MemberFacts {
    /// The name; empty where it was erased.
    pub name: String,
    /// The position then.
    pub position: String,
    /// Whether the journal shows the member at the workspace.
    pub present: bool,
}

/// A team's points by what they are for; hints are taken off where they were taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Points {
    /// Finding out: flags and questions.
    pub detection: i64,
    /// Putting right: states that checks found.
    pub response: i64,
    /// Reporting: graded reports, and injects answered in time.
    pub report: i64,
    /// Services that clients could use.
    pub availability: i64,
    /// What the organisers gave and took by hand.
    pub adjusted: i64,
}

impl Points {
    /// All of them.
    #[must_use]
    pub const fn total(self) -> i64 {
        self.detection + self.response + self.report + self.availability + self.adjusted
    }
}

/// What a scenario sets out to train.
#[derive(Clone, Debug)]
pub struct ObjectiveFacts {
    /// Its identifier in the scenario.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Points that all teams together got for it.
    pub points: i64,
    /// Points that they could have got.
    pub possible: i64,
    /// From which share of them each rating is suggested.
    pub shares: RatingShares,
    /// Its tasks that somebody had to solve.
    pub tasks: Vec<TaskFacts>,
    /// What an evaluator decided; until then the points suggest a rating.
    pub judgement: Option<Judgement>,
}

impl ObjectiveFacts {
    /// The rating that the points suggest; nothing where there are none to get.
    #[must_use]
    pub fn suggested(&self) -> Option<Rating> {
        Rating::suggested(self.points, self.possible, self.shares)
    }
}

/// A task.
#[derive(Clone, Debug)]
pub struct TaskFacts {
    /// Its title.
    pub title: String,
    /// The side whose task it is.
    pub cell: Cell,
    /// How many teams play that side.
    pub teams: usize,
    /// How many of them solved it; a report counts once it is graded.
    pub solved: usize,
    /// Exercise time of the first team.
    pub first: Option<Duration>,
}

/// Something that reached the teams.
#[derive(Clone, Debug)]
pub struct SituationFacts {
    /// Its identifier in the timeline.
    pub id: String,
    /// What it was, in a line.
    pub title: String,
    /// How it came: a channel, or an action on the machines.
    pub channel: String,
    /// Exercise time at which it reached the first team.
    pub at: Option<Duration>,
    /// How many teams it reached.
    pub teams: usize,
    /// The rows that delivered it.
    pub evidence: Option<Evidence>,
}

/// One member and one credit.
#[derive(Clone, Debug)]
pub struct CreditFacts {
    /// The member's name.
    pub name: String,
    /// The team.
    pub team: String,
    /// What could be completed.
    pub completion: String,
    /// The points that it needs.
    pub needed: i64,
    /// The team's points.
    pub points: i64,
    /// The row that credited it, or why not.
    pub outcome: CreditOutcome,
}

/// Whether a member was credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditOutcome {
    /// By this row of the journal.
    Credited(i64),
    /// The journal does not show the member.
    Absent,
    /// The team had too few points.
    TooFewPoints,
}

impl CreditFacts {
    /// Why the member was not credited; `None` for one who was.
    #[must_use]
    pub fn reason(&self, locale: Locale) -> Option<String> {
        let arguments = [
            ("points", self.points.into()),
            ("needed", self.needed.into()),
        ];
        match self.outcome {
            CreditOutcome::Credited(_) => None,
            CreditOutcome::Absent => Some(locales::text(locale, "report-reason-absent", &[])),
            CreditOutcome::TooFewPoints => {
                Some(locales::text(locale, "report-reason-points", &arguments))
            }
        }
    }
}

impl TaskFacts {
    /// How many of those who had to solve it did, and the side that these are where teams `play_both`.
    #[must_use]
    pub fn share(&self, play_both: bool, locale: Locale) -> String {
        let share = format!("{}/{}", self.solved, self.teams);
        if play_both {
            return format!("{share} ({})", side(self.cell, locale));
        }
        share
    }
}

/// What a side does, as reports call it.
#[must_use]
pub fn side(cell: Cell, locale: Locale) -> String {
    let id = match cell {
        Cell::Blue => "report-role-blue",
        Cell::Red => "report-role-red",
    };
    locales::text(locale, id, &[])
}

impl DrillEvidence {
    /// How many teams play a side.
    #[must_use]
    pub fn teams_of(&self, cell: Cell) -> usize {
        self.teams.iter().filter(|team| team.cell == cell).count()
    }

    /// Whether some teams attack and others defend, so that what is said of a team needs its side.
    #[must_use]
    pub fn play_both(&self) -> bool {
        Cell::ALL.into_iter().all(|cell| self.teams_of(cell) > 0)
    }

    /// How many tasks a side has.
    #[must_use]
    pub fn tasks_of(&self, cell: Cell) -> usize {
        self.tasks.iter().filter(|task| task.cell == cell).count()
    }

    /// The whole journal.
    #[must_use]
    pub const fn journal(&self) -> Evidence {
        self.rows(1, self.drill.head_sequence)
    }

    /// Rows of the journal.
    #[must_use]
    pub const fn rows(&self, first: i64, last: i64) -> Evidence {
        Evidence {
            exercise: self.drill.id,
            first,
            last,
        }
    }
}
