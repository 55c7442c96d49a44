//! Grades of reports: by one evaluator, or by two of whom neither sees the other's, with a moderator where they differ.
//!
//! What counts is decided under the lock on the journal's head, and written in the same transaction as the grade that
//! decided it: whoever reads the journal later need not know today's limits.

use std::{collections::BTreeMap, sync::Arc};

use super::{ExerciseError, ExerciseView, Exercises, NotGraded, answers::find_task};
use crate::{
    ids::{AccountId, ExerciseId, TeamId},
    journal::{Actor, Draft as Row, Entry, Event, Pending},
    scenarios::Answer,
    scoring::{self, MAX_EVALUATORS, ReportState},
    store::{self, Connection},
};

/// An evaluator's judgement of a report.
#[derive(Clone, Debug)]
pub struct Grade {
    /// The team.
    pub team: TeamId,
    /// The task.
    pub task: String,
    /// The row that filed the report that was read.
    pub report: i64,
    /// Points by criterion.
    pub points: BTreeMap<String, i64>,
    /// Words to the team.
    pub comment: String,
}

impl Exercises {
    /// Grades a report by its rubric, after the end too. With one evaluator the grade counts at once; with two it counts
    /// when both gave one and agree, else a moderator settles it. The same grade again changes nothing.
    ///
    /// # Errors
    /// No report, another than the one that was read, a criterion that the rubric does not have, points outside it, or
    /// [`NotGraded`].
    pub async fn grade(
        &self,
        id: ExerciseId,
        by: AccountId,
        grade: Grade,
    ) -> Result<(), ExerciseError> {
        let mut view = self.view(id).await?;
        fits_rubric(&view, &grade)?;
        let now = self.clock.now();
        let mut transaction = self.locked(&mut view).await?;
        let filed = filed(&view, &grade)?;
        let actor = Actor::Account(by);
        let own = filed.grade.as_ref().filter(|mark| mark.by == actor);
        if let Some(own) = own.or_else(|| filed.given_by(by)) {
            return if own.points == grade.points {
                Ok(())
            } else {
                Err(ExerciseError::NotGraded(
                    filed
                        .grade
                        .as_ref()
                        .map_or(NotGraded::Given, |_| NotGraded::Counts),
                ))
            };
        }
        if filed.grade.is_some() {
            return Err(ExerciseError::NotGraded(NotGraded::Counts));
        }
        let evaluators = view.scores.evaluators();
        let (team, task) = (grade.team, grade.task.clone());
        if evaluators <= 1 {
            let row = graded(actor, grade, |task, _, points, comment| {
                Event::ReportGraded {
                    task,
                    points,
                    comment,
                }
            });
            return self.append_with(transaction, id, now, &[row]).await;
        }
        if filed.is_graded_by(evaluators) {
            return Err(ExerciseError::NotGraded(NotGraded::Enough));
        }
        let rule = view.rules.task(&task).and_then(|rule| rule.rubric());
        let other = filed.given.first();
        let counts = rule
            .zip(other)
            .and_then(|(rubric, other)| scoring::agreed(rubric, &other.points, &grade.points));
        let mut words = vec![grade.comment.trim().to_owned()];
        let mut rows = vec![graded(actor, grade, |task, report, points, comment| {
            Event::GradeGiven {
                task,
                report,
                points,
                comment,
            }
        })];
        if let (Some(points), Some(other)) = (counts, other) {
            let first = store::journal::text(&mut transaction, other.comment.id).await?;
            words.insert(0, first.unwrap_or_default());
            words.retain(|words| !words.is_empty());
            let comment = Pending::new(&words.join("\n\n"), None);
            let event = Event::ReportGraded {
                task,
                points,
                comment: comment.reference(),
            };
            let row = Row::new(Actor::System, event).team(team).text(comment);
            rows.push(row);
        }
        self.append_with(transaction, id, now, &rows).await
    }

    /// Decides between two grades of a report that are too far apart: this one counts. The same again changes nothing.
    ///
    /// # Errors
    /// As [`Self::grade`]; also where whoever settles graded the report.
    pub async fn settle(
        &self,
        id: ExerciseId,
        by: AccountId,
        grade: Grade,
    ) -> Result<(), ExerciseError> {
        let mut view = self.view(id).await?;
        fits_rubric(&view, &grade)?;
        let now = self.clock.now();
        let transaction = self.locked(&mut view).await?;
        let filed = filed(&view, &grade)?;
        let actor = Actor::Account(by);
        if let Some(mark) = &filed.grade {
            return if mark.by == actor && mark.points == grade.points {
                Ok(())
            } else {
                Err(ExerciseError::NotGraded(NotGraded::Counts))
            };
        }
        if !filed.is_disputed(view.scores.evaluators()) {
            return Err(ExerciseError::NotGraded(NotGraded::Undisputed));
        }
        if filed.given_by(by).is_some() {
            return Err(ExerciseError::NotGraded(NotGraded::Own));
        }
        let row = graded(actor, grade, |task, report, points, comment| {
            Event::GradeSettled {
                task,
                report,
                points,
                comment,
            }
        });
        self.append_with(transaction, id, now, &[row]).await
    }

    /// Sets how many evaluators grade each report, before any was graded.
    ///
    /// # Errors
    /// A number that cannot be, or grading that has begun.
    pub async fn set_evaluators(
        &self,
        id: ExerciseId,
        by: AccountId,
        count: u32,
    ) -> Result<(), ExerciseError> {
        fit(count)?;
        let mut view = self.view(id).await?;
        let now = self.clock.now();
        let transaction = self.locked(&mut view).await?;
        if view.scores.evaluators() == count {
            return Ok(());
        }
        if view.scores.first_grade.is_some() {
            return Err(ExerciseError::NotGraded(NotGraded::Begun));
        }
        let row = Row::new(Actor::Account(by), Event::EvaluatorsSet { count });
        self.append_with(transaction, id, now, &[row]).await
    }

    /// Takes the lock on the journal's head and brings `view` up to it: what is decided then, nobody overtakes.
    pub(super) async fn locked(
        &self,
        view: &mut ExerciseView,
    ) -> Result<Connection, ExerciseError> {
        let id = view.exercise.id;
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let since = Entry::read(&mut transaction, id, view.scores.sequence).await?;
        if !since.is_empty() {
            let scores = Arc::make_mut(&mut view.scores);
            for entry in &since {
                scores.apply(&view.rules, entry);
            }
        }
        Ok(transaction)
    }
}

/// Refuses a number of evaluators that cannot be.
pub(super) fn fit(evaluators: u32) -> Result<(), ExerciseError> {
    if (1..=MAX_EVALUATORS).contains(&evaluators) {
        return Ok(());
    }
    Err(ExerciseError::input_with(
        "grading-evaluators-range",
        "limit",
        &MAX_EVALUATORS,
    ))
}

/// Refuses points that the rubric of the report does not give.
fn fits_rubric(view: &ExerciseView, grade: &Grade) -> Result<(), ExerciseError> {
    let Answer::Report(report) = &find_task(view, grade.team, &grade.task)?.answer else {
        return Err(ExerciseError::Missing("report"));
    };
    for criterion in &report.rubric {
        let most = i64::from(criterion.points);
        match grade.points.get(criterion.id.as_str()) {
            Some(points) if (0..=most).contains(points) => {}
            _ => {
                return Err(ExerciseError::input_with(
                    "grade-points-range",
                    "limit",
                    &most,
                ));
            }
        }
    }
    if grade.points.len() != report.rubric.len() {
        return Err(ExerciseError::Missing("criterion"));
    }
    Ok(())
}

/// The report that a grade is for, where no other was filed since it was read.
fn filed(view: &ExerciseView, grade: &Grade) -> Result<ReportState, ExerciseError> {
    let score = view.score(grade.team);
    let state = score.tasks.get(&grade.task);
    let filed = state
        .and_then(|state| state.report.clone())
        .ok_or(ExerciseError::Missing("report"))?;
    if filed.sequence != grade.report {
        return Err(ExerciseError::NotGraded(NotGraded::Replaced));
    }
    Ok(filed)
}

/// A row of a grade.
fn graded(
    by: Actor,
    grade: Grade,
    event: impl FnOnce(String, i64, BTreeMap<String, i64>, crate::journal::TextReference) -> Event,
) -> Row {
    let comment = Pending::new(grade.comment.trim(), None);
    let event = event(grade.task, grade.report, grade.points, comment.reference());
    Row::new(by, event).team(grade.team).text(comment)
}
