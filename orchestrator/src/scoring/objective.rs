//! How far teams got with an objective: the points of its tasks, and which were solved, as evidence for its rating.
//!
//! The share says how well it was performed, not how fast: a task that others had made worth less counts as what it was
//! worth when it was solved, and a bonus counts nothing. What hints cost beyond what a task brought takes nothing from the
//! points of another task or team.

use std::time::Duration;

use serde::Serialize;

use super::{
    ledger::Cause,
    rules::{Rules, TaskKind, TaskRule},
    team::TeamScore,
};
use crate::scenarios::{Cell, ObjectiveId, TaskId};

/// How far some teams got with an objective.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// Points that they got for its tasks.
    pub points: i64,
    /// Points that they could have got.
    pub possible: i64,
    /// Its tasks, and how many of the teams solved each.
    pub tasks: Vec<(TaskId, usize)>,
}

impl Reached {
    /// How far teams got with the tasks of their side towards an objective, up to `elapsed` exercise time.
    #[must_use]
    pub fn of(
        rules: &Rules,
        objective: &ObjectiveId,
        scores: &[(Cell, TeamScore)],
        elapsed: Duration,
    ) -> Self {
        let mut reached = Self::default();
        let tasks = rules.tasks.iter();
        for rule in tasks.filter(|rule| rule.objective.as_ref() == Some(objective)) {
            let mut solved = 0;
            for (_, score) in scores.iter().filter(|(cell, _)| *cell == rule.cell) {
                let (points, possible) = share(rule, score, elapsed);
                reached.points += points;
                reached.possible += possible;
                let state = score.tasks.get(rule.id.as_str());
                let at = state.and_then(|state| state.solved);
                solved += usize::from(at.is_some_and(|(_, at)| at <= elapsed));
            }
            reached.tasks.push((rule.id.clone(), solved));
        }
        reached
    }
}

/// A team's points for a task, and those that it could have got.
fn share(rule: &TaskRule, score: &TeamScore, elapsed: Duration) -> (i64, i64) {
    let rows = score
        .ledger
        .iter()
        .filter(|row| row.exercise_time <= elapsed && row.cause.task() == Some(rule.id.as_str()));
    let (mut points, mut possible) = (0, rule.points);
    for row in rows {
        match &row.cause {
            Cause::Bonus(_) => {}
            // Of a decision it is the best option that could have been had.
            Cause::Task(_) if !matches!(rule.kind, TaskKind::Decision(_)) => {
                points += row.points;
                possible = row.points;
            }
            _ => points += row.points,
        }
    }
    (points.max(0), possible)
}
