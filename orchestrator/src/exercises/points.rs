//! Points by hand: a task's points set anew, points given and taken, each with a reason; the public board frozen.
//!
//! Nothing is taken back: what was wrong is put right by another row with another reason, and both stand in the ledger.

use super::{
    ExerciseError, Exercises, NotGraded, SCORED,
    answers::{find_task, long_enough},
};
use crate::{
    ids::{AccountId, ExerciseId, TeamId},
    journal::{Actor, Draft as Row, Event, Pending},
    scenarios::Answer,
};

/// Points that one row may give a team or take from it: more than that is a slip of the hand.
pub const MAX_ADJUSTMENT: i64 = 1000;

/// A task's points, set anew.
#[derive(Clone, Debug)]
pub struct Regrade {
    /// The team.
    pub team: TeamId,
    /// The task.
    pub task: String,
    /// All its points for the team.
    pub points: i64,
    /// Why; the team reads it.
    pub reason: String,
    /// The form that it comes from: the same form sent twice is one row.
    pub form: String,
}

/// Points given or taken.
#[derive(Clone, Debug)]
pub struct Adjustment {
    /// The team.
    pub team: TeamId,
    /// How many; negative where they are taken.
    pub points: i64,
    /// Why; the team reads it.
    pub reason: String,
    /// The form that it comes from: the same form sent twice is one row.
    pub form: String,
}

impl Exercises {
    /// Sets what a task brings a team, after the end too.
    ///
    /// # Errors
    /// No such task, a report that no grade counts for, points outside what the task gives, no reason, or an exercise that
    /// has not begun.
    pub async fn regrade(
        &self,
        id: ExerciseId,
        by: AccountId,
        regrade: Regrade,
    ) -> Result<(), ExerciseError> {
        let mut view = self.view(id).await?;
        let task = find_task(&view, regrade.team, &regrade.task)?;
        let is_report = matches!(task.answer, Answer::Report(_));
        let rule = view.rules.task(&regrade.task);
        let most = rule.ok_or(ExerciseError::Missing("task"))?.most();
        if !(0..=most).contains(&regrade.points) {
            return Err(ExerciseError::input_with(
                "grade-points-range",
                "limit",
                &most,
            ));
        }
        let reason = reason(&regrade.reason)?;
        let now = self.clock.now();
        let transaction = self.locked(&mut view).await?;
        let score = view.score(regrade.team);
        let report = score.tasks.get(&regrade.task);
        let report = report.and_then(|state| state.report.as_ref());
        // What evaluators have not settled is not settled past them.
        if is_report && report.is_none_or(|report| report.grade.is_none()) {
            return Err(ExerciseError::NotGraded(NotGraded::Missing));
        }
        let event = Event::Regraded {
            task: regrade.task,
            points: regrade.points,
            reason: reason.reference(),
        };
        let row = Row::new(Actor::Account(by), event)
            .team(regrade.team)
            .text(reason)
            .during(SCORED)
            .once(format!("regraded:{}", regrade.form));
        self.append_with(transaction, id, now, &[row]).await
    }

    /// Gives a team points or takes some, after the end too.
    ///
    /// # Errors
    /// No such team, no points or too many, no reason, or an exercise that has not begun.
    pub async fn adjust(
        &self,
        id: ExerciseId,
        by: AccountId,
        adjustment: Adjustment,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        let team = view.team(adjustment.team);
        let team = team.ok_or(ExerciseError::Missing("team"))?.team.id;
        if adjustment.points == 0
            || adjustment.points.unsigned_abs() > MAX_ADJUSTMENT.unsigned_abs()
        {
            return Err(ExerciseError::input_with(
                "points-adjust-range",
                "limit",
                &MAX_ADJUSTMENT,
            ));
        }
        let reason = reason(&adjustment.reason)?;
        let event = Event::PointsAdjusted {
            points: adjustment.points,
            reason: reason.reference(),
        };
        let row = Row::new(Actor::Account(by), event)
            .team(team)
            .text(reason)
            .during(SCORED)
            .once(format!("adjusted:{}", adjustment.form));
        self.append_together(id, &[row]).await
    }

    /// Freezes the public board or thaws it; a second time the same changes nothing.
    ///
    /// # Errors
    /// An exercise that has not begun.
    pub async fn freeze_board(
        &self,
        id: ExerciseId,
        by: AccountId,
        frozen: bool,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        if view.scores.frozen.is_some() == frozen {
            return Ok(());
        }
        let event = if frozen {
            Event::BoardFrozen
        } else {
            Event::BoardThawed
        };
        let row = Row::new(Actor::Account(by), event)
            .during(SCORED)
            .once(format!("board:{}", view.scores.board_row));
        self.append_together(id, &[row]).await
    }
}

/// A reason on its way into the journal.
fn reason(words: &str) -> Result<Pending, ExerciseError> {
    let words = words.trim();
    long_enough(words, "points-reason-missing")?;
    Ok(Pending::new(words, None))
}
