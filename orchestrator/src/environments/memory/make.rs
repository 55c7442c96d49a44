//! How the engine in memory makes things, one call each, so that a fault can strike between any two.

use crate::{
    environments::{
        engine::{Health, Incarnation, NodeRef, NodeState},
        failure::EngineError,
        names,
        progress::{Progress, Stage},
    },
    ids::EnvironmentId,
    scenarios::{EnvironmentPlan, Subnet},
};

use super::{Fault, MemoryEngine, Node, Operation};

impl MemoryEngine {
    /// Waits as long as a call takes, and gives the fault that this one meets.
    pub(super) async fn call(&self, operation: Operation) -> Result<Option<Fault>, EngineError> {
        let (delay, away, fault) = {
            let mut state = self.state();
            let position = state.faults.iter().position(|(at, _)| *at == operation);
            let fault = position.map(|position| state.faults.remove(position).1);
            let own = state.delays.iter().find(|(of, _)| *of == operation);
            let delay = own.map_or(state.delay, |(_, delay)| *delay);
            (delay, state.away, fault)
        };
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        if away {
            return Err(EngineError::Away("connection refused".to_owned()));
        }
        match fault {
            Some(Fault::Refuse(detail)) => Err(EngineError::Refused {
                stage: operation.stage(),
                node: None,
                detail,
            }),
            Some(Fault::Slow(time)) => {
                tokio::time::sleep(time).await;
                Ok(None)
            }
            other => Ok(other),
        }
    }

    pub(super) async fn make_networks(
        &self,
        plan: &EnvironmentPlan,
        incarnation: Incarnation,
    ) -> Result<(), EngineError> {
        for (index, network) in plan.networks.iter().enumerate() {
            let fault = self.call(Operation::Network).await?;
            let mut state = self.state();
            let taken = state
                .foreign_ranges
                .iter()
                .any(|range| range.overlaps(network.subnet))
                || state
                    .ranges
                    .range(..=ends(network.subnet).1)
                    .next_back()
                    .is_some_and(|(_, (last, of))| {
                        *of != plan.environment && *last >= ends(network.subnet).0
                    });
            if taken {
                return Err(EngineError::RangeTaken {
                    subnet: network.subnet,
                    detail: "Pool overlaps with other one on this address space".to_owned(),
                });
            }
            let name = names::network(plan.environment, index);
            let environment = state.environments.entry(plan.environment).or_default();
            if !environment
                .networks
                .iter()
                .any(|(existing, _, _)| *existing == name)
            {
                environment
                    .networks
                    .push((name, incarnation, network.subnet));
                let (first, last) = ends(network.subnet);
                state.ranges.insert(first, (last, plan.environment));
                state.made += 1;
            }
            drop(state);
            lost(fault.as_ref())?;
        }
        Ok(())
    }

    pub(super) async fn make_nodes(
        &self,
        plan: &EnvironmentPlan,
        incarnation: Incarnation,
        progress: &Progress,
    ) -> Result<(), EngineError> {
        for (done, node) in plan.nodes.iter().enumerate() {
            progress.report(Stage::Create, done, plan.nodes.len(), Some(&node.id));
            let fault = self.call(Operation::Create).await?;
            let mut state = self.state();
            let environment = state.environments.entry(plan.environment).or_default();
            if !environment.nodes.contains_key(&node.id) {
                environment.nodes.insert(
                    node.id.clone(),
                    Node {
                        incarnation,
                        state: NodeState::Created,
                        health: Health::Starting,
                        addresses: node
                            .attachments
                            .iter()
                            .map(|attachment| attachment.address)
                            .collect(),
                    },
                );
                state.made += 1;
            }
            drop(state);
            lost(fault.as_ref())?;
        }
        Ok(())
    }

    /// Takes every machine of an environment from one state to another.
    pub(super) async fn turn(
        &self,
        environment: EnvironmentId,
        from: NodeState,
        to: NodeState,
    ) -> Result<(), EngineError> {
        let fault = self.call(Operation::Suspend).await?;
        if let Some(found) = self.state().environments.get_mut(&environment) {
            for node in found.nodes.values_mut().filter(|node| node.state == from) {
                node.state = to;
            }
        }
        lost(fault.as_ref())
    }

    pub(super) async fn start_nodes(
        &self,
        plan: &EnvironmentPlan,
        progress: &Progress,
    ) -> Result<(), EngineError> {
        for (done, node) in plan.nodes.iter().enumerate() {
            progress.report(Stage::Start, done, plan.nodes.len(), Some(&node.id));
            let fault = self.call(Operation::Start).await?;
            if matches!(fault, Some(Fault::NodeEnds)) {
                return Err(EngineError::NodeEnded {
                    node: node.id.clone(),
                    code: 1,
                    log: vec!["told to end".to_owned()],
                });
            }
            if let Some(found) = self
                .state()
                .environments
                .get_mut(&plan.environment)
                .and_then(|it| it.nodes.get_mut(&node.id))
            {
                found.state = NodeState::Running;
                found.health = Health::Healthy;
            }
            self.tell(
                &NodeRef {
                    environment: plan.environment,
                    node: node.id.clone(),
                },
                "start",
            );
            lost(fault.as_ref())?;
        }
        Ok(())
    }
}

/// First and last address of a range.
pub(super) fn ends(range: Subnet) -> (u32, u32) {
    let first = range.address().to_bits();
    let more = u32::try_from(range.size() - 1).unwrap_or(u32::MAX);
    (first, first.saturating_add(more))
}

/// The response of a call that did its work never comes.
pub(super) fn lost(fault: Option<&Fault>) -> Result<(), EngineError> {
    match fault {
        Some(Fault::LostResponse) => Err(EngineError::Away("connection reset".to_owned())),
        _ => Ok(()),
    }
}
