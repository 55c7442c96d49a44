//! What evaluators gave a report: when two grades agree, what counts then, and points that the white cell set by hand.
//!
//! Which grade counts is decided when it is written down, as a row of its own: a limit that is changed one day says
//! nothing about the grades of before.

use std::{collections::BTreeMap, time::Duration};

use super::{
    ledger::Cause,
    rules::{Rules, TaskKind, TaskRule},
    task::{Mark, ReportState},
    team::TeamScore,
};
use crate::journal::{Entry, Event, TextReference};

/// Evaluators who may be asked to grade each report: with more than two there is no pair that differs.
pub const MAX_EVALUATORS: u32 = 2;
/// Two grades agree where they lie no further apart than one part in so many of what could be had.
pub const AGREEMENT_PARTS: i64 = 10;

/// The points that count where two grades of a report agree, in total and in every criterion; nothing where they do not,
/// or are not of this rubric.
///
/// It is the mean, rounded half up in total: where a criterion's mean lies between two points, the first such criterion is
/// rounded up, the next down, and so on.
#[must_use]
pub fn agreed(
    rubric: &BTreeMap<String, i64>,
    one: &BTreeMap<String, i64>,
    other: &BTreeMap<String, i64>,
) -> Option<BTreeMap<String, i64>> {
    let near = |one: i64, other: i64, most: i64| (one - other).abs() * AGREEMENT_PARTS <= most;
    let sum = |points: &BTreeMap<String, i64>| points.values().sum::<i64>();
    if !near(sum(one), sum(other), sum(rubric)) {
        return None;
    }
    let mut up = true;
    let means = rubric.iter().map(|(criterion, most)| {
        let (one, other) = (*one.get(criterion)?, *other.get(criterion)?);
        if !near(one, other, *most) {
            return None;
        }
        let both = one + other;
        let half = both.rem_euclid(2);
        let mean = both.div_euclid(2) + if up { half } else { 0 };
        up ^= half == 1;
        Some((criterion.clone(), mean))
    });
    means.collect()
}

impl TaskRule {
    /// The most that points set by hand may be.
    #[must_use]
    pub fn most(&self) -> i64 {
        self.worth.most(self.points)
    }

    /// The most that each criterion of a report gives; nothing of another task.
    #[must_use]
    pub fn rubric(&self) -> Option<&BTreeMap<String, i64>> {
        match &self.kind {
            TaskKind::Report(report) => Some(&report.criteria),
            _ => None,
        }
    }
}

impl TeamScore {
    /// All points for a task, hints taken off.
    #[must_use]
    pub fn task_points(&self, task: &str) -> i64 {
        let rows = self.ledger.iter();
        let of = rows.filter(|row| row.cause.task() == Some(task));
        of.map(|row| row.points).sum()
    }

    pub(super) fn file(&mut self, rules: &Rules, task: &str, text: &TextReference, entry: &Entry) {
        let at = (entry.sequence, entry.exercise_time);
        let due = rules
            .task(task)
            .and_then(|TaskRule { kind, .. }| match kind {
                TaskKind::Report(rule) => rule.due,
                _ => None,
            });
        // A report that is filed again is graded again: the points of the one before are taken back.
        self.ungrade(task, at);
        let late = due.is_some_and(|due| at.1 > due);
        let report = ReportState {
            sequence: at.0,
            filed: entry.at,
            text: text.clone(),
            late,
            given: Vec::new(),
            grade: None,
        };
        self.tasks.entry(task.to_owned()).or_default().report = Some(report);
    }

    /// Folds what evaluators, moderators and the white cell decided.
    pub(super) fn judge(&mut self, entry: &Entry) {
        let at = (entry.sequence, entry.exercise_time);
        let mark = |points: &BTreeMap<String, i64>, comment: &TextReference| Mark {
            sequence: entry.sequence,
            by: entry.actor,
            points: points.clone(),
            comment: comment.clone(),
        };
        match &entry.event {
            Event::ReportGraded {
                task,
                points,
                comment,
            } => self.grade(task, mark(points, comment), at),
            Event::GradeGiven {
                task,
                report,
                points,
                comment,
            } => {
                if let Some(filed) = self.report_mut(task, *report)
                    && filed.given.iter().all(|given| given.by != entry.actor)
                {
                    filed.given.push(mark(points, comment));
                }
            }
            Event::GradeSettled {
                task,
                report,
                points,
                comment,
            } if self.report_mut(task, *report).is_some() => {
                self.grade(task, mark(points, comment), at);
            }
            Event::Regraded {
                task,
                points,
                reason,
            } => self.regrade(task, *points, reason, entry),
            Event::PointsAdjusted { points, reason } => {
                let cause = Cause::Adjusted {
                    by: entry.actor,
                    reason: reason.clone(),
                };
                self.book(at, *points, cause);
            }
            _ => {}
        }
    }

    /// The report of a task, where it is still the one that this row filed.
    fn report_mut(&mut self, task: &str, filed: i64) -> Option<&mut ReportState> {
        let report = self.tasks.get_mut(task)?.report.as_mut()?;
        (report.sequence == filed).then_some(report)
    }

    fn grade(&mut self, task: &str, mark: Mark, at: (i64, Duration)) {
        self.ungrade(task, at);
        let state = self.tasks.entry(task.to_owned()).or_default();
        let Some(report) = &mut state.report else {
            return;
        };
        let points = mark.points.values().sum();
        report.grade = Some(mark);
        state.solved = Some(at);
        self.book(at, points, Cause::Report(task.to_owned()));
    }

    /// Takes back what a report brought, also what the white cell made of it.
    fn ungrade(&mut self, task: &str, at: (i64, Duration)) {
        let Some(state) = self.tasks.get_mut(task) else {
            return;
        };
        state.solved = None;
        let report = state.report.as_mut();
        if report.and_then(|report| report.grade.take()).is_none() {
            return;
        }
        state.regraded = None;
        let rows = self.ledger.iter().filter(|row| match &row.cause {
            Cause::Report(of) | Cause::Regraded { task: of, .. } => of == task,
            _ => false,
        });
        let points: i64 = rows.map(|row| row.points).sum();
        self.book(at, -points, Cause::Report(task.to_owned()));
    }

    /// A task brings so much from now on. One that was not solved counts as solved where it brings anything, without a
    /// place among those who solved it.
    fn regrade(&mut self, task: &str, points: i64, reason: &TextReference, entry: &Entry) {
        let at = (entry.sequence, entry.exercise_time);
        let from = self.task_points(task);
        let state = self.tasks.entry(task.to_owned()).or_default();
        state.regraded = Some(points);
        if points > 0 && state.solved.is_none() {
            state.solved = Some(at);
        }
        let cause = Cause::Regraded {
            task: task.to_owned(),
            from,
            to: points,
            by: entry.actor,
            reason: reason.clone(),
        };
        self.book(at, points - from, cause);
    }
}
