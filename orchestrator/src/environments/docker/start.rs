//! Starting an environment's machines in their order and waiting until all are ready.
//!
//! One listing a round tells everything about all of them; whatever may start, starts at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use bollard::{Docker, models::ContainerSummary, query_parameters::StartContainerOptions};
use futures_util::future::try_join_all;
use tokio::time::sleep;

use crate::{
    environments::{
        engine::NodeState,
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
    health::Answers,
    logs,
    observe::{self, read_status},
};

/// Time between two looks.
const ROUND: Duration = Duration::from_millis(150);

/// After this long without being ready an environment has failed, whatever its checks allow.
const LONGEST: Duration = Duration::from_mins(15);

type States = BTreeMap<NodeId, NodeState>;

/// Starts what does not run and returns when all of `plan` is ready.
pub(super) async fn start(
    docker: &Docker,
    owner: InstallationId,
    plan: &EnvironmentPlan,
    progress: &Progress,
) -> Result<(), EngineError> {
    let total = plan.nodes.len();
    let mut started = BTreeSet::new();
    let mut answers = Answers::default();
    let mut was_ready = false;
    let began = Instant::now();
    loop {
        let states = states(&observe::of_environment(docker, owner, plan.environment).await?);
        for node in &plan.nodes {
            check(docker, plan, node, &states, &started, &answers).await?;
        }
        let running: Vec<&PlannedNode> = plan
            .nodes
            .iter()
            .filter(|node| states.get(&node.id) == Some(&NodeState::Running))
            .collect();
        answers.ask(docker, plan, &running, Instant::now()).await?;
        let due: Vec<&PlannedNode> = plan
            .nodes
            .iter()
            .filter(|node| !started.contains(&node.id) && needs_start(plan, node, &states))
            .filter(|node| {
                node.depends_on
                    .iter()
                    .all(|dependency| met(dependency, &states, &answers))
            })
            .collect();
        try_join_all(due.iter().map(|node| start_one(docker, plan, node))).await?;
        let some_are_due = !due.is_empty();
        for node in due {
            started.insert(node.id.clone());
            progress.report(Stage::Start, started.len(), total, Some(&node.id));
        }
        if some_are_due {
            continue;
        }
        let waiting: Vec<&PlannedNode> = plan
            .nodes
            .iter()
            .filter(|node| !is_ready(plan, node, &states, &answers))
            .collect();
        if plan
            .nodes
            .iter()
            .all(|node| !needs_start(plan, node, &states))
        {
            failpoint::reach("before-ready");
            progress.report(
                Stage::Ready,
                total - waiting.len(),
                total,
                waiting.first().map(|node| &node.id),
            );
        }
        // A machine without a health check that ends at once still runs at the first look.
        if waiting.is_empty() && (was_ready || started.is_empty()) {
            return Ok(());
        }
        if let Some(node) = waiting.first().filter(|_| began.elapsed() > LONGEST) {
            let log = logs::of_failure(docker, plan.environment, &node.id, "").await;
            return Err(EngineError::NotReady {
                node: node.id.clone(),
                seconds: LONGEST.as_secs(),
                log,
            });
        }
        was_ready = waiting.is_empty();
        sleep(ROUND).await;
    }
}

fn states(containers: &[ContainerSummary]) -> States {
    containers
        .iter()
        .filter_map(|container| {
            let node = container.labels.as_ref()?.get(names::NODE)?;
            Some((NodeId::from(node.as_str()), read_status(container).0))
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

/// Errs where a machine has gone that should run, or has not become well in its time.
async fn check(
    docker: &Docker,
    plan: &EnvironmentPlan,
    node: &PlannedNode,
    states: &States,
    started: &BTreeSet<NodeId>,
    answers: &Answers,
) -> Result<(), EngineError> {
    match states.get(&node.id) {
        None => Err(EngineError::NoSuchNode(node.id.clone())),
        Some(NodeState::Exited(code))
            if started.contains(&node.id) && !(*code == 0 && may_end(plan, node)) =>
        {
            let log = logs::of_failure(docker, plan.environment, &node.id, "").await;
            Err(EngineError::NodeEnded {
                node: node.id.clone(),
                code: *code,
                log,
            })
        }
        Some(_) => match answers.given_up(&node.id, Instant::now()) {
            Some((waited, said)) => {
                let log = logs::of_failure(docker, plan.environment, &node.id, &said).await;
                Err(EngineError::NotReady {
                    node: node.id.clone(),
                    seconds: waited.as_secs(),
                    log,
                })
            }
            None => Ok(()),
        },
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
        Some(NodeState::Running | NodeState::Paused) => false,
        Some(NodeState::Exited(0)) => !may_end(plan, node),
        _ => true,
    }
}

fn met(dependency: &Dependency, states: &States, answers: &Answers) -> bool {
    let state = states.get(&dependency.node);
    match dependency.condition {
        DependencyCondition::Started => state == Some(&NodeState::Running),
        DependencyCondition::Healthy => {
            state == Some(&NodeState::Running) && answers.is_well(&dependency.node)
        }
        DependencyCondition::Completed => state == Some(&NodeState::Exited(0)),
    }
}

fn is_ready(
    plan: &EnvironmentPlan,
    node: &PlannedNode,
    states: &States,
    answers: &Answers,
) -> bool {
    match states.get(&node.id) {
        Some(NodeState::Running) => answers.is_well(&node.id),
        Some(NodeState::Paused) => true,
        Some(NodeState::Exited(0)) => may_end(plan, node),
        _ => false,
    }
}
