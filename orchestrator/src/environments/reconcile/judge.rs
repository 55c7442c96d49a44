//! What a look at an environment means: small judgements without effect.

use crate::{
    environments::{
        EngineError, Stage,
        engine::{NodeState, ObservedEnvironment},
    },
    scenarios::{DependencyCondition, EnvironmentPlan, NodeId},
    store::environments::{Desired, Environment, Outcome, Phase},
};

/// A step on the way to `phase`.
pub(super) fn progress(row: &Environment, phase: Phase, stage: Stage) -> Outcome<'static> {
    // A ready environment that is mended stays ready for those who use its other nodes.
    let phase = if row.phase == Phase::Ready && phase == Phase::Preparing {
        Phase::Ready
    } else {
        phase
    };
    Outcome {
        phase,
        stage: stage.as_str(),
        reason: None,
        attempts: row.attempts,
        next_attempt_at: None,
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

/// Every node runs, or has done what it was started for. Whether it is healthy is the team's matter once it was ready:
/// an outage is what drills are about.
pub(super) fn is_whole(
    found: &ObservedEnvironment,
    plan: &EnvironmentPlan,
    row: &Environment,
) -> bool {
    found.is_only(row.incarnation)
        && found.networks.len() == plan.networks.len()
        && plan.nodes.iter().all(|planned| {
            found
                .nodes
                .iter()
                .find(|node| node.node == planned.id)
                .is_some_and(|node| match node.state {
                    NodeState::Running => true,
                    NodeState::Exited(0) => is_job(plan, &planned.id),
                    _ => false,
                })
        })
}

/// Whether another node waits for this one to end.
fn is_job(plan: &EnvironmentPlan, node: &NodeId) -> bool {
    plan.nodes
        .iter()
        .flat_map(|other| &other.depends_on)
        .any(|dependency| {
            dependency.node == *node && dependency.condition == DependencyCondition::Completed
        })
}
