//! Where one task stands for one team.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::Serialize;

use super::tries::{PartTries, Tries};
use crate::{
    clock::Timestamp,
    ids::{AccountId, PersonId},
    journal::{Actor, CheckState, TextReference},
};

/// Where a task stands for a team.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TaskState {
    /// The row that solved it, and exercise time then.
    pub solved: Option<(i64, Duration)>,
    /// How many teams had solved it before, where solving it has an order.
    pub place: Option<u32>,
    /// Answers that were judged, right or wrong.
    pub attempts: u32,
    /// They by part; the part without name is the whole.
    pub tries: BTreeMap<String, PartTries>,
    /// Hints that were taken, by place.
    pub hints: BTreeSet<u32>,
    /// What these cost.
    pub hints_cost: i64,
    /// All points for it, where the white cell set them.
    pub regraded: Option<i64>,
    /// What was decided.
    pub decided: Option<String>,
    /// What its check found last.
    pub check: Option<CheckState>,
    /// The report, where one was filed.
    pub report: Option<ReportState>,
}

impl TaskState {
    /// What `who` tried at a part.
    #[must_use]
    pub fn tries(&self, part: &str, who: Option<PersonId>) -> Tries {
        let tries = self.tries.get(part).and_then(|part| part.of(who));
        tries.cloned().unwrap_or_default()
    }

    /// Wrong answers beyond those that are free.
    pub(super) fn wrong_beyond(&self, free: u32) -> u32 {
        let parts = self.tries.values();
        parts.fold(0, |sum: u32, part| {
            sum.saturating_add(part.wrong_beyond(free))
        })
    }
}

/// A filed report.
#[derive(Clone, Debug, Serialize)]
pub struct ReportState {
    /// The row that filed it.
    pub sequence: i64,
    /// When.
    pub filed: Timestamp,
    /// The fields.
    pub text: TextReference,
    /// Whether it came after it was due.
    pub late: bool,
    /// What each of several evaluators gave, in order; it counts for nothing by itself.
    pub given: Vec<Mark>,
    /// The grade that counts.
    pub grade: Option<Mark>,
}

/// A grade of a report.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    /// The row that gave it.
    pub sequence: i64,
    /// Who gave it; the range itself where two agreed.
    pub by: Actor,
    /// Points by criterion.
    pub points: BTreeMap<String, i64>,
    /// Words to the team.
    pub comment: TextReference,
}

impl ReportState {
    /// What `who` gave it as one of several evaluators.
    #[must_use]
    pub fn given_by(&self, who: AccountId) -> Option<&Mark> {
        let mut given = self.given.iter();
        given.find(|mark| mark.by == Actor::Account(who))
    }

    /// Whether all of `evaluators` graded it and did not agree: a moderator decides.
    #[must_use]
    pub fn is_disputed(&self, evaluators: u32) -> bool {
        self.grade.is_none() && evaluators > 1 && self.is_graded_by(evaluators)
    }

    /// Whether so many evaluators graded it.
    #[must_use]
    pub fn is_graded_by(&self, evaluators: u32) -> bool {
        u32::try_from(self.given.len()).is_ok_and(|given| given >= evaluators)
    }
}
