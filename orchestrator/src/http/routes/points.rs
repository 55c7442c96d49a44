//! The part of the table in which points are given, changed and shown.

use super::{
    super::handlers::{board, scoring},
    way::{Route, get, post},
};
use crate::accounts::Action;

pub(super) fn table() -> Vec<Route> {
    vec![
        post(
            "/exercises/{exercise}/evaluators",
            Action::RunExercise,
            scoring::evaluators,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/reports/{task}/settle",
            Action::RunExercise,
            scoring::settle,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/regrade",
            Action::RunExercise,
            scoring::regrade,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/points",
            Action::RunExercise,
            scoring::adjust,
        ),
        get(
            "/exercises/{exercise}/board",
            Action::WatchExercise,
            board::real,
        ),
        post(
            "/exercises/{exercise}/board/freeze",
            Action::RunExercise,
            scoring::freeze,
        ),
        post(
            "/exercises/{exercise}/board/thaw",
            Action::RunExercise,
            scoring::thaw,
        ),
        get(
            "/exercises/{exercise}/evidence",
            Action::GradeReport,
            scoring::show_evidence,
        ),
    ]
}
