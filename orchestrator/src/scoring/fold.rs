//! The fold: an exercise's journal, row by row, into everything that a page or a report shows of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use serde::Serialize;

use super::{rules::Rules, team::TeamScore};
use crate::{
    clock::Timestamp,
    ids::TeamId,
    journal::{Entry, Event, PlannedEvent, TextReference},
    scenarios::EventId,
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
    /// How many evaluators grade each report, where that was set.
    pub evaluators: Option<u32>,
    /// The row that first graded a report, by one evaluator of several too.
    pub first_grade: Option<i64>,
    /// Everything as it was when the public board was frozen, while it is.
    pub frozen: Option<Arc<Scores>>,
    /// The row that last froze the public board or thawed it.
    pub board_row: i64,
    /// The last communications check: its row, and when it was sent.
    pub comms_check: Option<(i64, Timestamp)>,
    /// How many teams have solved each task, in the order of the journal; graded reports aside.
    pub solves: BTreeMap<String, u32>,
    /// Teams by identifier; a team without a row is missing.
    pub teams: BTreeMap<TeamId, TeamScore>,
    /// Events of the timeline that were set for this exercise, in the order in which each was first set.
    pub planned: Vec<Planned>,
    /// Events of which the white cell decided whether they wait for it.
    pub held: BTreeMap<String, bool>,
    /// Events that are left out for all teams.
    pub skipped: BTreeSet<String>,
    /// What gives points now, where that is other than what the exercise was laid out with.
    rules: Option<Arc<Rules>>,
}

/// An event of the timeline that was set for this exercise.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The event.
    pub id: EventId,
    /// The row that set it last.
    pub sequence: i64,
    /// When it happens, what it does and what it brings.
    pub plan: PlannedEvent,
    /// Its words.
    pub words: TextReference,
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
            Event::EventPlanned { event, plan, words } => {
                let planned = Planned {
                    id: EventId::from(event.as_str()),
                    sequence: entry.sequence,
                    plan: plan.clone(),
                    words: words.clone(),
                };
                self.plan(rules, planned);
            }
            Event::EventHeld { event, held } => {
                self.held.insert(event.clone(), *held);
            }
            Event::EventSkipped { event, skipped } if entry.team.is_none() => {
                // What is said of all comes after what was said of one.
                for score in self.teams.values_mut() {
                    score.skipped.remove(event);
                }
                if *skipped {
                    self.skipped.insert(event.clone());
                } else {
                    self.skipped.remove(event);
                }
            }
            Event::EvaluatorsSet { count } => self.evaluators = Some(*count),
            Event::ReportGraded { .. } | Event::GradeGiven { .. } | Event::GradeSettled { .. } => {
                self.first_grade.get_or_insert(entry.sequence);
            }
            Event::BoardFrozen => {
                self.board_row = entry.sequence;
                if self.frozen.is_none() {
                    self.frozen = Some(Arc::new(self.clone()));
                }
            }
            Event::BoardThawed => {
                self.board_row = entry.sequence;
                self.frozen = None;
            }
            _ => {}
        }
        let own = self.rules.clone();
        let rules = own.as_deref().unwrap_or(rules);
        if let Some(team) = entry.team {
            let begun = matches!(self.stage, Stage::Running | Stage::Paused);
            self.teams
                .entry(team)
                .or_default()
                .apply(rules, entry, begun, &mut self.solves);
        }
    }

    fn plan(&mut self, rules: &Rules, planned: Planned) {
        let now = self.rules.get_or_insert_with(|| Arc::new(rules.clone()));
        Arc::make_mut(now).plan(&planned.id, &planned.plan);
        // What is said of an event when it is set is newer than what was decided about it before.
        self.held.remove(planned.id.as_str());
        match self.planned.iter_mut().find(|it| it.id == planned.id) {
            Some(before) => *before = planned,
            None => self.planned.push(planned),
        }
    }

    /// What gives points now, of an exercise that was laid out with `rules`.
    #[must_use]
    pub fn rules(&self, rules: &Arc<Rules>) -> Arc<Rules> {
        Arc::clone(self.rules.as_ref().unwrap_or(rules))
    }

    /// Whether an event is left out for a team.
    #[must_use]
    pub fn is_skipped(&self, team: TeamId, event: &str) -> bool {
        let own = self.team(team).and_then(|score| score.skipped.get(event));
        own.copied().unwrap_or_else(|| self.skipped.contains(event))
    }

    /// How many evaluators grade each report before a grade counts.
    #[must_use]
    pub fn evaluators(&self) -> u32 {
        self.evaluators.unwrap_or(1)
    }

    /// What a team has reached.
    #[must_use]
    pub fn team(&self, team: TeamId) -> Option<&TeamScore> {
        self.teams.get(&team)
    }
}
