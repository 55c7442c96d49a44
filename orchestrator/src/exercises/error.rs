//! What can stand in the way of something in an exercise, in terms that tell a person what to mend.

use std::time::Duration;

use super::ExerciseState;
use crate::{environments::EnvironmentsError, journal::JournalError, store::StoreError};

/// Why a task takes nothing from a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The team has no tries left.
    NoTriesLeft,
    /// The team has not completed what the task requires.
    Locked,
    /// The team has decided otherwise.
    Decided,
}

/// Why a grade was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotGraded {
    /// The team has filed another report since the one that was read.
    Replaced,
    /// A grade counts already: it is changed with a reason.
    Counts,
    /// Whoever grades gave another grade already.
    Given,
    /// As many evaluators as are needed have graded.
    Enough,
    /// There is nothing for a moderator to decide.
    Undisputed,
    /// Whoever graded does not decide between the grades.
    Own,
    /// Grading has begun: how many evaluators are needed stays.
    Begun,
    /// No grade counts yet that could be changed.
    Missing,
}

/// Why something was not done. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ExerciseError {
    /// There is no such exercise, team, task or event.
    #[error("no such {0}")]
    Missing(&'static str),
    /// The exercise is in a state in which this cannot be done.
    #[error("not while the exercise is {0}")]
    State(ExerciseState),
    /// What was entered cannot be used; the message identifier says what to mend.
    #[error("{message}")]
    Input {
        /// Message identifier.
        message: &'static str,
        /// Its arguments.
        arguments: Vec<(&'static str, String)>,
    },
    /// Answers or calls came too fast.
    #[error("too fast; again in {} s", .0.as_secs())]
    TooFast(Duration),
    /// The task takes nothing from the team now.
    #[error("the task is closed: {0:?}")]
    Closed(Closed),
    /// A grade was not taken.
    #[error("not graded: {0:?}")]
    NotGraded(NotGraded),
    /// The environments refuse.
    #[error("environments")]
    Environments(#[from] EnvironmentsError),
    /// The journal could not be written or read.
    #[error("journal")]
    Journal(#[source] JournalError),
    /// The database refuses.
    #[error("database")]
    Store(#[from] StoreError),
    /// The signing key cannot be used.
    #[error("signature")]
    Signing(#[from] crate::journal::SigningError),
}

impl From<JournalError> for ExerciseError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::State(state) => Self::State(state),
            error => Self::Journal(error),
        }
    }
}

impl ExerciseError {
    pub(super) const fn input(message: &'static str) -> Self {
        Self::Input {
            message,
            arguments: Vec::new(),
        }
    }

    pub(super) fn input_with(
        message: &'static str,
        name: &'static str,
        value: &dyn ToString,
    ) -> Self {
        Self::Input {
            message,
            arguments: vec![(name, value.to_string())],
        }
    }
}
