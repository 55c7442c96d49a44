//! Starting an environment's machines in their order and waiting until all are ready, on any engine.
//!
//! One listing a round tells everything about all of them; whatever may start, starts at once.

mod health;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_util::future::try_join_all;
use tokio::time::sleep;

use crate::scenarios::{
    Dependency, DependencyCondition, EnvironmentPlan, Healthcheck, NodeId, PlannedNode,
};

use super::{
    commands::clean_lines,
    engine::{ExecOutput, ExecRequest, NodeRef, NodeState},
    failpoint,
    failure::{EngineError, LOG_LINES},
    progress::{Progress, Stage},
};

use health::Answers;
pub(super) use health::{SLOW, command};

/// The longest time between two looks, and the shortest.
pub(super) const ROUND: Duration = Duration::from_millis(150);
const SHORTEST_ROUND: Duration = Duration::from_millis(25);
/// A machine without a health check that still runs so long after its start counts as up: one whose program cannot begin
/// ends within a few milliseconds.
const SETTLED: Duration = Duration::from_millis(20);
/// After this long without being ready an environment has failed, whatever its checks allow.
pub(super) const LONGEST: Duration = Duration::from_mins(15);

/// How each machine is.
pub(super) type States = BTreeMap<NodeId, NodeState>;

/// The machines of one environment, made and not yet all started.
#[async_trait]
pub(super) trait Machines: Sync {
    /// How all of them are, at one moment.
    async fn states(&self) -> Result<States, EngineError>;

    /// Starts one; already started is success.
    async fn start(&self, node: &PlannedNode) -> Result<(), EngineError>;

    /// What tells that one is well, if anything does.
    async fn check_of(&self, node: &PlannedNode) -> Result<Option<Healthcheck>, EngineError>;

    /// Runs a command in one.
    async fn run(&self, node: &NodeRef, request: ExecRequest) -> Result<ExecOutput, EngineError>;

    /// The last lines that one printed.
    async fn log(&self, node: &NodeId, lines: usize) -> Result<Vec<String>, EngineError>;
}

/// Starts what does not run and returns when all of `plan` is ready. `known` is how the machines are, where that was just
/// seen.
pub(super) async fn bring_up(
    machines: &dyn Machines,
    plan: &EnvironmentPlan,
    known: Option<States>,
    progress: &Progress,
) -> Result<(), EngineError> {
    let total = plan.nodes.len();
    let mut started = BTreeSet::new();
    let mut answers = Answers::default();
    let mut last_start: Option<Instant> = None;
    let began = Instant::now();
    let mut known = known;
    loop {
        let states = match known.take() {
            Some(states) => states,
            None => machines.states().await?,
        };
        for node in &plan.nodes {
            check(machines, plan, node, &states, &started, &answers).await?;
        }
        let running: Vec<&PlannedNode> = plan
            .nodes
            .iter()
            .filter(|node| states.get(&node.id) == Some(&NodeState::Running))
            .collect();
        answers
            .ask(machines, plan, &running, Instant::now())
            .await?;
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
        try_join_all(due.iter().map(|node| machines.start(node))).await?;
        if !due.is_empty() {
            for node in due {
                started.insert(node.id.clone());
                progress.report(Stage::Start, started.len(), total, Some(&node.id));
            }
            last_start = Some(Instant::now());
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
        let unsettled = last_start.and_then(|at| SETTLED.checked_sub(at.elapsed()));
        if waiting.is_empty() {
            match unsettled {
                None => return Ok(()),
                Some(rest) => sleep(rest).await,
            }
            continue;
        }
        if let Some(node) = waiting.first().filter(|_| began.elapsed() > LONGEST) {
            return Err(EngineError::NotReady {
                node: node.id.clone(),
                seconds: LONGEST.as_secs(),
                log: log_of_failure(machines, &node.id, "").await,
            });
        }
        sleep(
            answers
                .until_due(Instant::now())
                .clamp(SHORTEST_ROUND, ROUND),
        )
        .await;
    }
}

/// Whether another machine waits for this one to end: then an end without error is what it is for.
pub(super) fn may_end(plan: &EnvironmentPlan, node: &NodeId) -> bool {
    plan.nodes
        .iter()
        .flat_map(|other| &other.depends_on)
        .any(|dependency| {
            dependency.node == *node && dependency.condition == DependencyCondition::Completed
        })
}

/// Errs where a machine has gone that should run, or has not become well in its time.
async fn check(
    machines: &dyn Machines,
    plan: &EnvironmentPlan,
    node: &PlannedNode,
    states: &States,
    started: &BTreeSet<NodeId>,
    answers: &Answers,
) -> Result<(), EngineError> {
    match states.get(&node.id) {
        None => Err(EngineError::NoSuchNode(node.id.clone())),
        Some(NodeState::Exited(code))
            if started.contains(&node.id) && !(*code == 0 && may_end(plan, &node.id)) =>
        {
            Err(EngineError::NodeEnded {
                node: node.id.clone(),
                code: *code,
                log: log_of_failure(machines, &node.id, "").await,
            })
        }
        Some(_) => match answers.given_up(&node.id, Instant::now()) {
            Some((waited, said)) => Err(EngineError::NotReady {
                node: node.id.clone(),
                seconds: waited.as_secs(),
                log: log_of_failure(machines, &node.id, &said).await,
            }),
            None => Ok(()),
        },
    }
}

/// What explains a failure: what the health check `said`, then what the machine printed, as far as it can be had.
async fn log_of_failure(machines: &dyn Machines, node: &NodeId, said: &str) -> Vec<String> {
    let mut lines = clean_lines(said);
    lines.extend(machines.log(node, LOG_LINES).await.unwrap_or_default());
    let surplus = lines.len().saturating_sub(LOG_LINES);
    lines.split_off(surplus)
}

fn needs_start(plan: &EnvironmentPlan, node: &PlannedNode, states: &States) -> bool {
    match states.get(&node.id) {
        Some(NodeState::Running | NodeState::Paused) => false,
        Some(NodeState::Exited(0)) => !may_end(plan, &node.id),
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
        Some(NodeState::Exited(0)) => may_end(plan, &node.id),
        _ => false,
    }
}
