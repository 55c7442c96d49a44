//! Changes of a team's score, each with the journal row behind it.

use std::time::Duration;

use serde::Serialize;

use crate::journal::{Actor, TextReference};

/// What a change of score is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A task was solved.
    Task(String),
    /// It was solved among the first.
    Bonus(String),
    /// Answers to it had been wrong.
    Penalty(String),
    /// A hint for a task was taken.
    Hint(String),
    /// A report was graded.
    Report(String),
    /// An inject was answered in time.
    Response(String),
    /// The white cell set what a task brings.
    Regraded {
        /// The task.
        task: String,
        /// Its points before.
        from: i64,
        /// Its points since.
        to: i64,
        /// Who did.
        by: Actor,
        /// Why.
        reason: TextReference,
    },
    /// The white cell gave points or took some.
    Adjusted {
        /// Who did.
        by: Actor,
        /// Why.
        reason: TextReference,
    },
}

impl Cause {
    /// The task that it is for, if it is for one.
    #[must_use]
    pub fn task(&self) -> Option<&str> {
        match self {
            Self::Task(task)
            | Self::Bonus(task)
            | Self::Penalty(task)
            | Self::Hint(task)
            | Self::Report(task)
            | Self::Regraded { task, .. } => Some(task),
            Self::Response(_) | Self::Adjusted { .. } => None,
        }
    }
}

/// One change of a team's score and the journal row behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerRow {
    /// The journal row.
    pub sequence: i64,
    /// Exercise time then.
    pub exercise_time: Duration,
    /// By how much; negative where points were taken.
    pub points: i64,
    /// What for.
    pub cause: Cause,
}
