//! The fold: an exercise's journal, row by row, into everything that a page or a report shows of it.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::{rules::Rules, team::TeamScore};
use crate::{
    clock::Timestamp,
    ids::TeamId,
    journal::{Entry, Event},
};

/// How far an exercise is, as its journal shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Not begun.
    #[default]
    Before,
    /// Exercise time runs.
    Running,
    /// Exercise time stands.
    Paused,
    /// Over.
    Finished,
}

/// What the journal says up to [`Scores::sequence`].
#[derive(Clone, Debug, Default)]
pub struct Scores {
    /// The last row folded.
    pub sequence: i64,
    /// How far the exercise is.
    pub stage: Stage,
    /// Exercise time at the last row.
    pub elapsed: Duration,
    /// When the last row was written.
    pub at: Timestamp,
    /// When exercise time began.
    pub started_at: Option<Timestamp>,
    /// When the exercise ended.
    pub finished_at: Option<Timestamp>,
    /// The last communications check: its row, and when it was sent.
    pub comms_check: Option<(i64, Timestamp)>,
    /// How many teams have solved each task, in the order of the journal; graded reports aside.
    pub solves: BTreeMap<String, u32>,
    /// Teams by identifier; a team without a row is missing.
    pub teams: BTreeMap<TeamId, TeamScore>,
}

impl Scores {
    /// Folds a whole journal.
    #[must_use]
    pub fn fold(rules: &Rules, entries: &[Entry]) -> Self {
        let mut scores = Self::default();
        for entry in entries {
            scores.apply(rules, entry);
        }
        scores
    }

    /// Folds the next row.
    pub fn apply(&mut self, rules: &Rules, entry: &Entry) {
        self.sequence = entry.sequence;
        self.elapsed = entry.exercise_time;
        self.at = entry.at;
        match &entry.event {
            Event::Created { members, .. } => {
                for (team, members) in members {
                    let score = self.teams.entry(*team).or_default();
                    score.members.clone_from(members);
                    score.roster.listed = true;
                }
            }
            Event::CommsCheckSent => {
                self.comms_check = Some((entry.sequence, entry.at));
                for score in self.teams.values_mut() {
                    score.roster.answered.clear();
                }
            }
            Event::Started => {
                self.stage = Stage::Running;
                self.started_at = Some(entry.at);
            }
            Event::Paused => self.stage = Stage::Paused,
            Event::Resumed => self.stage = Stage::Running,
            Event::Finished { .. } => {
                self.stage = Stage::Finished;
                self.finished_at = Some(entry.at);
            }
            _ => {}
        }
        if let Some(team) = entry.team {
            let begun = matches!(self.stage, Stage::Running | Stage::Paused);
            self.teams
                .entry(team)
                .or_default()
                .apply(rules, entry, begun, &mut self.solves);
        }
    }

    /// What a team has reached.
    #[must_use]
    pub fn team(&self, team: TeamId) -> Option<&TeamScore> {
        self.teams.get(&team)
    }
}
