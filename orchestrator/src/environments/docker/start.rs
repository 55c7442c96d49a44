//! Starting an environment's machines in their order and waiting until all are ready.
//!
//! One listing a round tells everything about all of them; whatever may start, starts at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use bollard::{Docker, models::ContainerSummary, query_parameters::StartContainerOptions};
use futures_util::future::try_join_all;
use tokio::time::{Instant, sleep};

use crate::{
    environments::{
        engine::{Health, NodeState},
        failpoint,
        failure::EngineError,
        names,
        progress::{Progress, Stage},
    },
    ids::InstallationId,
    scenarios::{Dependency, DependencyCondition, EnvironmentPlan, NodeId, PlannedNode},
};

use super::{
    connection::{refused, status},
    logs,
    observe::{self, read_status},
};

/// Time between two looks.
const ROUND: Duration = Duration::from_millis(150);
/// How long a machine may be without a verdict of its health check, beyond what the check itself allows.
const PATIENCE: Duration = Duration::from_mins(1);
/// What the engine takes for a health check's times where neither plan nor image says them.
const USUAL_HEALTH_TIME: Duration = Duration::from_mins(2);

type States = BTreeMap<NodeId, (NodeState, Health)>;

/// Starts what does not run and returns when all of `plan` is ready.
pub(super) async fn start(
    docker: &Docker,
    owner: InstallationId,
    plan: &EnvironmentPlan,
    progress: &Progress,
) -> Result<(), EngineError> {
    let total = plan.nodes.len();
    let began = Instant::now();
    let limit = PATIENCE + plan.nodes.iter().map(health_time).max().unwrap_or_default();
    let mut started = BTreeSet::new();
    let mut was_ready = false;
    loop {
        let states = states(&observe::of_environment(docker, owner, plan.environment).await?);
        for node in &plan.nodes {
            check(docker, plan, node, &states, &started, began.elapsed()).await?;
        }
        let due: Vec<&PlannedNode> = plan
            .nodes
            .iter()
            .filter(|node| !started.contains(&node.id) && needs_start(plan, node, &states))
            .filter(|node| {
                node.depends_on
                    .iter()
                    .all(|dependency| met(dependency, &states))
            })
            .collect();
        try_join_all(due.iter().map(|node| start_one(docker, plan, node))).await?;
        for node in due {
            started.insert(node.id.clone());
            progress.report(Stage::Start, started.len(), total, Some(&node.id));
        }
        let waiting: Vec<&PlannedNode> = plan
            .nodes
            .iter()
            .filter(|node| !is_ready(plan, node, &states))
            .collect();
        if started.len() == total {
            failpoint::reach("before-ready");
        }
        // A machine without a health check that ends at once still runs at the first look.
        let Some(first) = waiting.first() else {
            if was_ready || started.is_empty() {
                progress.report(Stage::Ready, total, total, None);
                return Ok(());
            }
            was_ready = true;
            sleep(ROUND).await;
            continue;
        };
        was_ready = false;
        if plan
            .nodes
            .iter()
            .all(|node| started.contains(&node.id) || !needs_start(plan, node, &states))
        {
            progress.report(Stage::Ready, total - waiting.len(), total, Some(&first.id));
        }
        if began.elapsed() > limit {
            return Err(not_ready(docker, plan, first, began.elapsed()).await);
        }
        sleep(ROUND).await;
    }
}

fn states(containers: &[ContainerSummary]) -> States {
    containers
        .iter()
        .filter_map(|container| {
            let node = container.labels.as_ref()?.get(names::NODE)?;
            Some((NodeId::from(node.as_str()), read_status(container)))
        })
        .collect()
}

async fn start_one(
    docker: &Docker,
    plan: &EnvironmentPlan,
    node: &PlannedNode,
) -> Result<(), EngineError> {
    let name = names::container(plan.environment, &node.id);
    match docker
        .start_container(&name, None::<StartContainerOptions>)
        .await
    {
        Ok(()) => Ok(()),
        // Started by an earlier, interrupted run: success after a look.
        Err(error) if status(&error) == Some(304) => Ok(()),
        Err(error) => Err(refused(error, Stage::Start, Some(&node.id))),
    }
}

/// Errs where a machine has gone that should run, or says itself that it is not well.
async fn check(
    docker: &Docker,
    plan: &EnvironmentPlan,
    node: &PlannedNode,
    states: &States,
    started: &BTreeSet<NodeId>,
    elapsed: Duration,
) -> Result<(), EngineError> {
    match states.get(&node.id) {
        None => Err(EngineError::NoSuchNode(node.id.clone())),
        Some((NodeState::Exited(code), _))
            if started.contains(&node.id) && !(*code == 0 && may_end(plan, node)) =>
        {
            let log = logs::of_failure(docker, plan.environment, &node.id).await;
            Err(EngineError::NodeEnded {
                node: node.id.clone(),
                code: *code,
                log,
            })
        }
        Some((NodeState::Running, Health::Unhealthy)) => {
            Err(not_ready(docker, plan, node, elapsed).await)
        }
        Some(_) => Ok(()),
    }
}

async fn not_ready(
    docker: &Docker,
    plan: &EnvironmentPlan,
    node: &PlannedNode,
    elapsed: Duration,
) -> EngineError {
    let log = logs::of_failure(docker, plan.environment, &node.id).await;
    EngineError::NotReady {
        node: node.id.clone(),
        seconds: elapsed.as_secs(),
        log,
    }
}

/// Whether another machine waits for this one to end: then an end without error is what it is for.
fn may_end(plan: &EnvironmentPlan, node: &PlannedNode) -> bool {
    plan.nodes
        .iter()
        .flat_map(|other| &other.depends_on)
        .any(|dependency| {
            dependency.node == node.id && dependency.condition == DependencyCondition::Completed
        })
}

fn needs_start(plan: &EnvironmentPlan, node: &PlannedNode, states: &States) -> bool {
    match states.get(&node.id) {
        Some((NodeState::Running | NodeState::Paused, _)) => false,
        Some((NodeState::Exited(0), _)) => !may_end(plan, node),
        _ => true,
    }
}

fn met(dependency: &Dependency, states: &States) -> bool {
    let Some((state, health)) = states.get(&dependency.node) else {
        return false;
    };
    match dependency.condition {
        DependencyCondition::Started => *state == NodeState::Running,
        DependencyCondition::Healthy => {
            *state == NodeState::Running && matches!(health, Health::Healthy | Health::None)
        }
        DependencyCondition::Completed => *state == NodeState::Exited(0),
    }
}

fn is_ready(plan: &EnvironmentPlan, node: &PlannedNode, states: &States) -> bool {
    match states.get(&node.id) {
        Some((NodeState::Running, health)) => matches!(health, Health::Healthy | Health::None),
        Some((NodeState::Paused, _)) => true,
        Some((NodeState::Exited(0), _)) => may_end(plan, node),
        _ => false,
    }
}

/// How long the engine may take to call a machine unhealthy.
fn health_time(node: &PlannedNode) -> Duration {
    node.healthcheck
        .as_ref()
        .map_or(USUAL_HEALTH_TIME, |check| {
            let tries = u32::try_from(check.retries.max(1)).unwrap_or(1);
            check.start_period + (check.interval + check.timeout) * tries
        })
}
