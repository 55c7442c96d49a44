//! Which events of a scenario's timeline are due for a team: pure, so that a rehearsal and a drill decide alike.

use std::time::Duration;

use crate::{
    journal::CheckState,
    scenarios::{Event, Trigger},
    scoring::TeamScore,
};

/// Whether `event` is due for a team at `elapsed` exercise time and has not happened.
pub(super) fn is_due(event: &Event, score: &TeamScore, elapsed: Duration) -> bool {
    let id = event.id.as_str();
    if score.delivered.contains_key(id) || score.actions.contains_key(id) {
        return false;
    }
    match &event.trigger {
        Trigger::At(at) => *at <= elapsed,
        Trigger::Solved(task) => score
            .tasks
            .get(task.as_str())
            .is_some_and(|state| state.solved.is_some()),
        Trigger::CheckFailed(service) => failed_after_serving(score, service.as_str()),
        Trigger::Manual => false,
    }
}

/// A service fails once it served: the time before it first came up is nobody's failure.
fn failed_after_serving(score: &TeamScore, service: &str) -> bool {
    let Some(service) = score.services.get(service) else {
        return false;
    };
    let served = service
        .changes
        .iter()
        .position(|(_, state)| *state == CheckState::Passing);
    served.is_some_and(|first| {
        service.changes[first..]
            .iter()
            .any(|(_, state)| *state == CheckState::Failing)
    })
}
