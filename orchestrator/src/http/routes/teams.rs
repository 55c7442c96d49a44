//! Ways in for those who watch or join together: the wall screen, who is in which team, links that lead into one.

use super::{
    super::{
        handlers::{enrolment, seating, wall},
        live,
    },
    way::{Route, get, post},
};
use crate::accounts::Action;

/// These ways in.
pub(super) fn table() -> Vec<Route> {
    vec![
        get("/boards/{exercise}/wall", Action::Open, wall::show),
        get(
            "/boards/{exercise}/wall/live",
            Action::Open,
            live::wall_screens,
        ),
        get(
            "/exercises/{exercise}/teams/{team}/people",
            Action::RunExercise,
            seating::people,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/members",
            Action::RunExercise,
            seating::join,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/members/{person}/move",
            Action::RunExercise,
            seating::move_to,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/members/{person}/leave",
            Action::RunExercise,
            seating::leave,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/members/{person}/lead",
            Action::RunExercise,
            seating::lead,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/seats",
            Action::RunExercise,
            seating::seats,
        ),
        get(
            "/exercises/{exercise}/comms",
            Action::WatchExercise,
            seating::comms,
        ),
        post(
            "/exercises/{exercise}/comms",
            Action::RunExercise,
            seating::send_comms,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/comms",
            Action::WorkInTeam,
            seating::answer_comms,
        ),
        get(
            "/exercises/{exercise}/invitations",
            Action::WatchExercise,
            enrolment::list,
        ),
        post(
            "/exercises/{exercise}/invitations",
            Action::RunExercise,
            enrolment::invite,
        ),
        post(
            "/exercises/{exercise}/invitations/{invitation}/revoke",
            Action::RunExercise,
            enrolment::revoke,
        ),
        get("/join/{token}", Action::UseOwnAccount, enrolment::show),
        post("/join/{token}", Action::UseOwnAccount, enrolment::join),
    ]
}
