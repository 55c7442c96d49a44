//! The ways into what the white cell does with an exercise under way beyond steering it.

use super::{
    super::handlers::{log, timeline},
    way::{Route, get, post, with_file},
};
use crate::accounts::Action;

/// Those ways.
pub(super) fn table() -> Vec<Route> {
    vec![
        post(
            "/exercises/{exercise}/notes",
            Action::GradeReport,
            log::note,
        ),
        post(
            "/exercises/{exercise}/time",
            Action::RunExercise,
            log::add_time,
        ),
        get(
            "/exercises/{exercise}/timeline",
            Action::WatchExercise,
            timeline::list,
        ),
        get(
            "/exercises/{exercise}/timeline/{event}",
            Action::RunExercise,
            timeline::edit,
        ),
        post(
            "/exercises/{exercise}/timeline/{event}",
            Action::RunExercise,
            timeline::save,
        ),
        post(
            "/exercises/{exercise}/timeline/{event}/fire",
            Action::RunExercise,
            timeline::fire,
        ),
        post(
            "/exercises/{exercise}/timeline/{event}/hold",
            Action::RunExercise,
            timeline::hold,
        ),
        post(
            "/exercises/{exercise}/timeline/{event}/skip",
            Action::RunExercise,
            timeline::skip,
        ),
        get(
            "/exercises/{exercise}/msel",
            Action::WatchExercise,
            timeline::download,
        ),
        with_file(
            "/exercises/{exercise}/msel",
            Action::RunExercise,
            timeline::preview,
        ),
        post(
            "/exercises/{exercise}/msel/confirm",
            Action::RunExercise,
            timeline::confirm,
        ),
    ]
}
