//! A rehearsal of tasks that one answer does not solve: parts, and answers of every member.
//!
//! A step of the solution answers a part; where every member must answer, all members of the test team give its answer,
//! one after the other. Of a task that any part solves, the parts after the first are judged by what is right in the
//! team's own copy: the drill takes no answer to a task that is solved.

use super::{RehearsalError, Run, refusals::solves};
use crate::{
    exercises::ExerciseError,
    journal::Verdict,
    scenarios::{By, PartId, Scenario, Task},
    scoring::{Cause, TeamScore},
};

/// Members of a test team where every member must answer: one alone would prove nothing.
const SEVERAL: usize = 2;

/// How many members a test team has.
pub(super) fn in_a_team(scenario: &Scenario) -> usize {
    let mut tasks = scenario.tasks.iter();
    if tasks.any(|task| task.by == By::EveryMember) {
        SEVERAL
    } else {
        1
    }
}

/// The points of a team, those left out that the wrong answers took which a test must give.
pub(super) fn honest_points(score: &TeamScore) -> i64 {
    let rows = score.ledger.iter();
    let honest = rows.filter(|row| !matches!(row.cause, Cause::Penalty(_)));
    honest.map(|row| row.points).sum()
}

impl Run<'_> {
    /// Gives the right answer to a part of a task; whether it was right.
    pub(super) async fn answer(
        &mut self,
        task: &Task,
        part: Option<&PartId>,
        answer: &str,
    ) -> Result<bool, RehearsalError> {
        let way = task.way(part.map_or("", PartId::as_str));
        let way = way.ok_or(ExerciseError::Missing("answer"))?;
        let side = self.side(task.cell)?.clone();
        let score = self.view().await?.score(side.team);
        let state = score.tasks.get(task.id.as_str());
        if state.is_some_and(|state| state.solved.is_some()) {
            let (own, _) = self.values_by_side().await?;
            return Ok(solves(&own, &way, answer));
        }
        if let Some(decision) = task.decision() {
            let known = decision.option(answer).is_some();
            if known {
                let exercises = &self.rehearsal.exercises;
                let (team, person) = (side.team, side.person);
                exercises
                    .decide(self.exercise, (team, person), task.id.as_str(), answer)
                    .await?;
            }
            return Ok(known);
        }
        let members = match task.by {
            By::Team => vec![side.person],
            By::EveryMember => side.members,
        };
        for person in members {
            if self.give(person, task, &way, answer).await? != Verdict::Correct {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
