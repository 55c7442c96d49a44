//! Routes of what is looked at again: recordings, commands, the review.

use super::{
    super::handlers::{commands, recordings, review},
    way::{Route, get, post},
};
use crate::accounts::Action;

/// All of them.
pub(super) fn table() -> Vec<Route> {
    vec![
        get(
            "/exercises/{exercise}/recordings",
            Action::ReadRecording,
            recordings::list,
        ),
        get(
            "/exercises/{exercise}/teams/{team}/recordings/{session}/{part}",
            Action::ReadRecording,
            recordings::show,
        ),
        get(
            "/exercises/{exercise}/teams/{team}/recordings/{session}/{part}/cast",
            Action::ReadRecording,
            recordings::file,
        ),
        get(
            "/exercises/{exercise}/review",
            Action::WatchExercise,
            review::show,
        ),
        get(
            "/exercises/{exercise}/review.zip",
            Action::ReadRecording,
            review::export,
        ),
        get(
            "/exercises/{exercise}/commands",
            Action::ReadRecording,
            commands::list,
        ),
        post(
            "/exercises/{exercise}/redactions",
            Action::RunExercise,
            commands::redact,
        ),
    ]
}
