//! Who learned what: completions that drills give, and attendance lists of classroom sessions.
//!
//! Points are a team's, completions are a person's: a member whom the journal does not show at the workspace gets
//! none, whatever the team reached, and is listed with that reason. Completions follow the journal by a cursor and a
//! unique key makes each happen once; nothing else may write them.

use crate::{exercises::ExerciseError, journal::JournalError, store::StoreError};

pub mod attendance;
pub mod course;
mod credit;
mod follower;

pub use crate::store::learning::{
    AttendanceList, AttendanceSummary, Attendee, Completion, NamedCompletion,
};
pub use credit::{CreditRule, Judged, Outcome, judge};
pub use follower::{FOLLOWER, Follower, judge_view};

/// Why something was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum LearningError {
    /// What was entered cannot be used; the message identifier says what to mend.
    #[error("{message}")]
    Input {
        /// Message identifier.
        message: &'static str,
        /// Its arguments.
        arguments: Vec<(&'static str, String)>,
    },
    /// There is no such list in this province.
    #[error("no such attendance list")]
    Missing,
    /// The exercise cannot be read.
    #[error("exercise")]
    Exercise(#[from] ExerciseError),
    /// The journal cannot be read.
    #[error("journal")]
    Journal(#[from] JournalError),
    /// The database.
    #[error("database")]
    Store(#[from] StoreError),
}

impl LearningError {
    const fn input(message: &'static str) -> Self {
        Self::Input {
            message,
            arguments: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
