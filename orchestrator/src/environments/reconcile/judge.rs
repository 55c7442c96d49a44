//! What a look at an environment means: small judgements without effect.

use crate::{
    environments::{
        EngineError, EnvironmentsError, Stage,
        engine::{NodeState, ObservedEnvironment, ObservedNode},
    },
    scenarios::{Compose, Definition, DependencyCondition, NodeId},
    store::environments::{Desired, Environment, Outcome, Phase},
};

/// A step on the way to `phase`.
pub(super) fn progress(row: &Environment, phase: Phase, stage: Stage) -> Outcome<'static> {
    // A ready environment that is mended stays ready for those who use its other nodes.
    let phase = match row.phase {
        ready @ (Phase::Ready | Phase::Suspended) if phase == Phase::Preparing => ready,
        _ => phase,
    };
    Outcome {
        phase,
        stage: stage.as_str(),
        reason: None,
        attempts: row.attempts,
        next_attempt_at: None,
        took: None,
    }
}

/// Arrived at `phase`, with nothing left to say.
pub(in crate::environments) const fn reached(phase: Phase) -> Outcome<'static> {
    Outcome {
        phase,
        stage: Stage::Ready.as_str(),
        reason: None,
        attempts: 0,
        next_attempt_at: None,
        took: None,
    }
}

/// A look that came too late to write its failure has ended all the same.
pub(super) fn ended(outcome: Result<(), EnvironmentsError>) -> Result<(), EnvironmentsError> {
    match outcome {
        Err(EnvironmentsError::Superseded) => Ok(()),
        other => other,
    }
}

/// The stage that a failure belongs to.
pub(super) fn stage_of(row: &Environment, failure: &EngineError) -> Stage {
    match failure {
        _ if row.desired == Desired::Gone => Stage::Remove,
        EngineError::Refused { stage, .. } => *stage,
        EngineError::ImageMissing { .. } => Stage::Create,
        EngineError::RangeTaken { .. } => Stage::Network,
        EngineError::NodeEnded { .. } | EngineError::NotReady { .. } => Stage::Ready,
        _ => row.stage.parse().unwrap_or(Stage::Wanted),
    }
}

/// Every node runs or stands still in its networks, or has done what it was started for. Whether it is healthy is the
/// team's matter once it was ready: an outage is what drills are about.
pub(super) fn is_whole(
    found: &ObservedEnvironment,
    definition: &Definition,
    row: &Environment,
) -> bool {
    let compose = &definition.compose;
    found.is_only(row.incarnation)
        && found.networks.len() == compose.networks.len()
        && compose.services.iter().all(|service| {
            found
                .nodes
                .iter()
                .find(|node| node.node == service.id)
                .is_some_and(|node| match node.state {
                    NodeState::Running | NodeState::Paused => node
                        .networks
                        .as_ref()
                        .is_none_or(|joined| joined.len() == service.networks.len()),
                    NodeState::Exited(0) => is_job(compose, &service.id),
                    _ => false,
                })
        })
}

/// Whether a node ended that was to go on.
pub(super) fn has_ended(compose: &Compose, node: &ObservedNode) -> bool {
    match node.state {
        NodeState::Exited(0) => !is_job(compose, &node.node),
        NodeState::Exited(_) => true,
        _ => false,
    }
}

/// Whether a listing shows a made environment just as it shall be, so that no look is needed.
pub(super) fn is_as_wanted(
    found: &ObservedEnvironment,
    definition: &Definition,
    row: &Environment,
    rests: bool,
) -> bool {
    let other = if rests {
        NodeState::Running
    } else {
        NodeState::Paused
    };
    is_whole(found, definition, row) && !any(found, other)
}

/// Whether any node is in `state`.
pub(super) fn any(found: &ObservedEnvironment, state: NodeState) -> bool {
    found.nodes.iter().any(|node| node.state == state)
}

/// Whether another node waits for this one to end.
fn is_job(compose: &Compose, node: &NodeId) -> bool {
    compose
        .services
        .iter()
        .flat_map(|other| &other.depends_on)
        .any(|(of, condition)| of == node && *condition == DependencyCondition::Completed)
}
