//! An engine that runs nothing: for tests of what stands above engines, at settable speed and with settable faults.
//!
//! It keeps the same promises as a real one (labels, lives, repeatable operations) and counts what it made, so that a
//! test can say "nothing twice, nothing left over". It must never be offered to users.

mod faults;
mod make;
mod reach;

use std::{
    collections::{BTreeMap, HashMap},
    net::Ipv4Addr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

use crate::{
    ids::EnvironmentId,
    scenarios::{EnvironmentPlan, NodeId, Subnet},
};

use super::{
    engine::{
        AttachRequest, Attached, Engine, EngineEvent, EngineInfo, Events, ExecOutput, ExecRequest,
        Health, Incarnation, NodeRef, NodeState, ObservedEnvironment, ObservedNode, Stream,
        refuse_if_newer,
    },
    failure::EngineError,
    progress::{Progress, Stage},
};

pub use faults::{Fault, Operation};

/// Events kept for a slow listener.
const EVENTS: usize = 1024;

/// The engine in memory.
pub struct MemoryEngine {
    state: Mutex<State>,
    events: broadcast::Sender<EngineEvent>,
}

#[derive(Default)]
struct State {
    delay: Duration,
    delays: Vec<(Operation, Duration)>,
    away: bool,
    replaces_ended: bool,
    faults: Vec<(Operation, Fault)>,
    missing_images: Vec<String>,
    foreign_ranges: Vec<Subnet>,
    environments: BTreeMap<EnvironmentId, Environment>,
    /// First address of every range that a network has: its last address, and whose it is.
    ranges: BTreeMap<u32, (u32, EnvironmentId)>,
    files: HashMap<(NodeRef, String), Bytes>,
    outputs: HashMap<Vec<String>, ExecOutput>,
    written: HashMap<NodeRef, u64>,
    made: u64,
    removed: u64,
}

#[derive(Default)]
struct Environment {
    networks: Vec<(String, Incarnation, Subnet)>,
    nodes: BTreeMap<NodeId, Node>,
}

struct Node {
    incarnation: Incarnation,
    state: NodeState,
    health: Health,
    addresses: Vec<Ipv4Addr>,
}

impl Default for MemoryEngine {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            events: broadcast::channel(EVENTS).0,
        }
    }
}

impl MemoryEngine {
    /// An empty engine without delay or fault.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long each call takes from now on.
    pub fn set_delay(&self, delay: Duration) {
        self.state().delay = delay;
    }

    /// How long calls of one kind take from now on.
    pub fn set_delay_of(&self, operation: Operation, delay: Duration) {
        let mut state = self.state();
        state.delays.retain(|(of, _)| *of != operation);
        state.delays.push((operation, delay));
    }

    /// Whether calls fail as if nobody listened.
    pub fn set_away(&self, away: bool) {
        self.state().away = away;
    }

    /// Whether another machine is made in place of one that ended, as a cluster does.
    pub fn set_replaces_ended(&self, replaces: bool) {
        self.state().replaces_ended = replaces;
    }

    /// The next `operation` meets `fault`, once.
    pub fn inject(&self, operation: Operation, fault: Fault) {
        self.state().faults.push((operation, fault));
    }

    /// The engine lacks these images.
    pub fn set_missing_images(&self, images: Vec<String>) {
        self.state().missing_images = images;
    }

    /// Others use these ranges.
    pub fn set_foreign_ranges(&self, ranges: Vec<Subnet>) {
        self.state().foreign_ranges = ranges;
    }

    /// What a command prints; others print nothing and succeed.
    pub fn set_output(&self, argv: &[&str], output: ExecOutput) {
        self.state()
            .outputs
            .insert(argv.iter().map(|&word| word.to_owned()).collect(), output);
    }

    /// What a machine has written to its file system.
    pub fn set_written(&self, node: &NodeRef, bytes: u64) {
        self.state().written.insert(node.clone(), bytes);
    }

    /// Takes a machine away, as a person at the engine would.
    pub fn remove_by_hand(&self, node: &NodeRef) {
        if let Some(environment) = self.state().environments.get_mut(&node.environment) {
            environment.nodes.remove(&node.node);
        }
        self.tell(node, "destroy");
    }

    /// Stops a machine, as a person at the engine would.
    pub fn stop_by_hand(&self, node: &NodeRef) {
        if let Some(found) = self
            .state()
            .environments
            .get_mut(&node.environment)
            .and_then(|it| it.nodes.get_mut(&node.node))
        {
            found.state = NodeState::Exited(137);
        }
        self.tell(node, "die");
    }

    /// How many machines and networks were ever made, and how many taken away.
    #[must_use]
    pub fn made_and_removed(&self) -> (u64, u64) {
        let state = self.state();
        (state.made, state.removed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, node: &NodeRef, action: &str) {
        // Nobody listening is fine.
        let _ = self.events.send(EngineEvent {
            environment: node.environment,
            node: Some(node.node.clone()),
            action: action.to_owned(),
        });
    }
}

#[async_trait]
impl Engine for MemoryEngine {
    async fn apply(
        &self,
        plan: &EnvironmentPlan,
        incarnation: Incarnation,
        progress: &Progress,
    ) -> Result<(), EngineError> {
        let found = self.observe_one(plan.environment).await?;
        refuse_if_newer(found.as_ref(), incarnation)?;
        if found.is_some_and(|found| !found.is_only(incarnation)) {
            self.destroy(plan.environment).await?;
        }
        for node in &plan.nodes {
            if self.state().missing_images.contains(&node.image) {
                return Err(EngineError::ImageMissing {
                    node: node.id.clone(),
                    image: node.image.clone(),
                });
            }
        }
        progress.report(Stage::Network, 0, plan.networks.len(), None);
        self.make_networks(plan, incarnation).await?;
        self.make_nodes(plan, incarnation, progress).await?;
        self.start_nodes(plan, progress).await?;
        progress.report(Stage::Ready, plan.nodes.len(), plan.nodes.len(), None);
        Ok(())
    }

    async fn observe(&self) -> Result<Vec<ObservedEnvironment>, EngineError> {
        self.call(Operation::Observe).await?;
        let state = self.state();
        Ok(state
            .environments
            .iter()
            .map(|(id, environment)| environment.observed(*id))
            .collect())
    }

    async fn observe_one(
        &self,
        environment: EnvironmentId,
    ) -> Result<Option<ObservedEnvironment>, EngineError> {
        self.call(Operation::Observe).await?;
        Ok(self
            .state()
            .environments
            .get(&environment)
            .map(|found| found.observed(environment)))
    }

    async fn destroy(&self, environment: EnvironmentId) -> Result<(), EngineError> {
        let fault = self.call(Operation::Destroy).await?;
        let mut state = self.state();
        if let Some(found) = state.environments.remove(&environment) {
            for (_, _, range) in &found.networks {
                state.ranges.remove(&make::ends(*range).0);
            }
            state.removed += (found.networks.len() + found.nodes.len()) as u64;
        }
        drop(state);
        make::lost(fault.as_ref())
    }

    async fn disk_use(&self) -> Result<Vec<(NodeRef, u64)>, EngineError> {
        self.call(Operation::Observe).await?;
        Ok(self.state().written.clone().into_iter().collect())
    }

    fn keeps_ended(&self) -> bool {
        !self.state().replaces_ended
    }

    fn can_suspend(&self) -> bool {
        true
    }

    async fn suspend(&self, environment: EnvironmentId) -> Result<(), EngineError> {
        self.turn(environment, NodeState::Running, NodeState::Paused)
            .await
    }

    async fn resume(&self, environment: EnvironmentId) -> Result<(), EngineError> {
        self.turn(environment, NodeState::Paused, NodeState::Running)
            .await
    }

    async fn exec(&self, node: &NodeRef, request: ExecRequest) -> Result<ExecOutput, EngineError> {
        self.call(Operation::Exec).await?;
        self.running(node)?;
        let nothing = ExecOutput {
            code: 0,
            stdout: Vec::new(),
            stderr: Vec::new(),
            truncated: false,
        };
        Ok(self
            .state()
            .outputs
            .get(&request.argv)
            .cloned()
            .unwrap_or(nothing))
    }

    async fn attach(
        &self,
        node: &NodeRef,
        _request: AttachRequest,
    ) -> Result<Attached, EngineError> {
        self.call(Operation::Exec).await?;
        self.running(node)?;
        Ok(reach::echo_terminal())
    }

    async fn copy_in(&self, node: &NodeRef, to: &str, archive: Bytes) -> Result<(), EngineError> {
        self.call(Operation::Exec).await?;
        self.state()
            .files
            .insert((node.clone(), to.to_owned()), archive);
        Ok(())
    }

    async fn copy_out(
        &self,
        node: &NodeRef,
        path: &str,
        limit: usize,
    ) -> Result<Bytes, EngineError> {
        self.call(Operation::Exec).await?;
        self.running(node)?;
        let found = self
            .state()
            .files
            .get(&(node.clone(), path.to_owned()))
            .cloned()
            .unwrap_or_default();
        if found.len() > limit {
            Err(EngineError::more_than(limit, &node.node))
        } else {
            Ok(found)
        }
    }

    async fn dial(&self, node: &NodeRef, _port: u16) -> Result<Box<dyn Stream>, EngineError> {
        self.call(Operation::Exec).await?;
        self.running(node)?;
        Ok(reach::closed_stream())
    }

    async fn addresses(&self, node: &NodeRef) -> Result<Vec<Ipv4Addr>, EngineError> {
        self.running(node)
    }

    async fn log_tail(&self, node: &NodeRef, _lines: usize) -> Result<Vec<String>, EngineError> {
        self.running(node).map(|_| Vec::new())
    }

    async fn events(&self) -> Result<Events, EngineError> {
        self.call(Operation::Observe).await?;
        let events = BroadcastStream::new(self.events.subscribe());
        Ok(Box::pin(events.map(|event| {
            event.map_err(|error| EngineError::Away(error.to_string()))
        })))
    }

    async fn subnets_in_use(&self) -> Result<Vec<Subnet>, EngineError> {
        self.call(Operation::Observe).await?;
        let state = self.state();
        let ours = state
            .environments
            .values()
            .flat_map(|it| it.networks.iter().map(|(_, _, range)| *range));
        Ok(ours.chain(state.foreign_ranges.iter().copied()).collect())
    }

    async fn images_missing(&self, images: &[String]) -> Result<Vec<String>, EngineError> {
        self.call(Operation::Observe).await?;
        let state = self.state();
        Ok(images
            .iter()
            .filter(|image| state.missing_images.contains(image))
            .cloned()
            .collect())
    }

    async fn info(&self) -> Result<EngineInfo, EngineError> {
        self.call(Operation::Observe).await?;
        Ok(EngineInfo {
            version: "memory".to_owned(),
            cpus: 2,
            memory: 24 << 30,
            ..EngineInfo::default()
        })
    }
}

impl MemoryEngine {
    fn running(&self, node: &NodeRef) -> Result<Vec<Ipv4Addr>, EngineError> {
        let state = self.state();
        let found = state
            .environments
            .get(&node.environment)
            .and_then(|it| it.nodes.get(&node.node));
        match found {
            Some(found) if found.state == NodeState::Running => Ok(found.addresses.clone()),
            _ => Err(EngineError::NoSuchNode(node.node.clone())),
        }
    }
}

impl Environment {
    fn observed(&self, environment: EnvironmentId) -> ObservedEnvironment {
        ObservedEnvironment {
            environment,
            nodes: self
                .nodes
                .iter()
                .map(|(id, node)| ObservedNode {
                    node: id.clone(),
                    incarnation: node.incarnation,
                    state: node.state,
                    health: node.health,
                    networks: None,
                })
                .collect(),
            networks: self
                .networks
                .iter()
                .map(|(name, incarnation, _)| (name.clone(), *incarnation))
                .collect(),
        }
    }
}
