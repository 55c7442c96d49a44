//! Which events of a scenario's timeline are due for a team: pure, so that a rehearsal and a drill decide alike.

mod edit;
mod effective;

use std::time::Duration;

pub use edit::has_happened;
pub(super) use effective::effective;

use super::ExerciseView;
use crate::{
    ids::TeamId,
    journal::{self, CheckState},
    scenarios::{Event, Trigger},
    scoring::TeamScore,
};

/// Whether `event` is due for a team at `elapsed` exercise time and has not happened. What the `others` on the same
/// machines have solved or decided counts as much.
pub(super) fn is_due(
    event: &Event,
    score: &TeamScore,
    others: &[&TeamScore],
    elapsed: Duration,
) -> bool {
    let id = event.id.as_str();
    if score.delivered.contains_key(id) || score.actions.contains_key(id) {
        return false;
    }
    let mut all = others.iter().copied().chain([score]);
    match &event.trigger {
        Trigger::At(at) => *at <= elapsed,
        Trigger::Solved(task) => all.any(|score| {
            let state = score.tasks.get(task.as_str());
            state.is_some_and(|state| state.solved.is_some())
        }),
        Trigger::Decided { task, option } => all.any(|score| {
            let state = score.tasks.get(task.as_str());
            state.is_some_and(|state| state.decided.as_deref() == Some(option.as_str()))
        }),
        Trigger::CheckFailed(service) => {
            all.any(|score| failed_after_serving(score, service.as_str()))
        }
        // What a team answers is its own: others on the same machines got a message of their own.
        Trigger::Responded(of) => {
            let response = score.responses.get(of.as_str());
            response.is_some_and(|response| response.given.is_some())
        }
        Trigger::Unanswered(of) => {
            let response = score.responses.get(of.as_str());
            response.is_some_and(|response| response.given.is_none() && elapsed > response.due)
        }
        Trigger::Manual => false,
    }
}

/// Whether an event comes to a team by itself once it is due.
pub(super) fn comes(view: &ExerciseView, team: TeamId, event: &Event) -> bool {
    event.concerns(view.cell(team))
        && !view.is_held(event)
        && !view.scores.is_skipped(team, event.id.as_str())
}

/// The row of a message's delivery to a team, and its key.
pub(super) fn delivery(team: TeamId, event: &Event) -> (journal::Event, String) {
    let happens = journal::Event::InjectDelivered {
        event: event.id.to_string(),
    };
    (happens, format!("inject:{team}:{}", event.id))
}

/// The row with which an action begins on a team's copy, and its key; nothing where it is under way there or has
/// succeeded.
pub(super) fn action(
    team: TeamId,
    event: &Event,
    score: &TeamScore,
) -> Option<(journal::Event, String)> {
    let id = event.id.as_str();
    let before = score.actions.get(id);
    if before.is_some_and(|action| action.code.is_none_or(|code| code == 0)) {
        return None;
    }
    let happens = journal::Event::ActionStarted {
        event: id.to_owned(),
    };
    let place = before.map_or(1, |action| action.tries + 1);
    let key = format!("action:{team}:{id}:{}:{place}", score.resets);
    Some((happens, key))
}

/// A service fails once it served: the time before it first came up is nobody's failure.
fn failed_after_serving(score: &TeamScore, service: &str) -> bool {
    let Some(service) = score.services.get(service) else {
        return false;
    };
    let served = service
        .changes
        .iter()
        .position(|change| change.state == CheckState::Passing);
    served.is_some_and(|first| {
        service.changes[first..]
            .iter()
            .any(|change| change.state == CheckState::Failing)
    })
}
