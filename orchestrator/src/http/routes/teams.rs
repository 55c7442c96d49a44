//! Ways in for those who watch together: the wall screen.

use super::{
    super::{handlers::wall, live},
    way::{Route, get},
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
    ]
}
