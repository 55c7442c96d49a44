//! An environment's pods as what is started in order and waited for.

use async_trait::async_trait;
use bytes::Bytes;
use kube::Client;

use crate::{
    environments::{
        bring_up::{self, Machines, States},
        engine::{ExecOutput, ExecRequest, NodeRef},
        failure::EngineError,
        progress::Stage,
    },
    ids::InstallationId,
    scenarios::{EnvironmentPlan, Healthcheck, NodeId, PlannedNode},
};

use super::{
    exec, gate, info,
    objects::GATE,
    observe::{self, Standing},
};

/// How often a gate is told to open.
const TRIES: u32 = 3;

/// The pods of one environment.
pub(super) struct Pods<'a> {
    pub client: &'a Client,
    pub owner: InstallationId,
    pub plan: &'a EnvironmentPlan,
}

impl Pods<'_> {
    fn at(&self, node: &NodeId) -> NodeRef {
        NodeRef {
            environment: self.plan.environment,
            node: node.clone(),
        }
    }
}

#[async_trait]
impl Machines for Pods<'_> {
    async fn states(&self) -> Result<States, EngineError> {
        let pods = observe::pods(self.client, self.owner, self.plan.environment).await?;
        let mut states = States::new();
        for pod in &pods {
            let Some(name) = pod.metadata.name.as_deref() else {
                continue;
            };
            let node = NodeId::from(name);
            if let Standing::Refused(stage, detail) = observe::standing(pod) {
                return Err(EngineError::Refused {
                    stage,
                    node: Some(node),
                    detail,
                });
            }
            states.insert(node, observe::state(pod));
        }
        Ok(states)
    }

    /// Opens the gate; one that is open already is passed. A cluster may lose a command, which is then given again.
    async fn start(&self, node: &PlannedNode) -> Result<(), EngineError> {
        let at = self.at(&node.id);
        let archive = Bytes::from(gate::archive(&node.id, &node.files)?);
        let mut last = EngineError::NoSuchNode(node.id.clone());
        for _ in 0..TRIES {
            if observe::standing(&observe::pod(self.client, &at).await?) != Standing::AtGate {
                return Ok(());
            }
            let opened =
                exec::in_container(self.client, &at, GATE, gate::OPEN, archive.clone()).await;
            last = match opened {
                Ok(output) if output.code == 0 => return Ok(()),
                Ok(output) => EngineError::Refused {
                    stage: Stage::Create,
                    node: Some(node.id.clone()),
                    detail: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
                },
                Err(error) => error,
            };
        }
        Err(last)
    }

    /// The scenario's alone: what an image says of itself the API does not tell.
    async fn check_of(&self, node: &PlannedNode) -> Result<Option<Healthcheck>, EngineError> {
        let check = node.healthcheck.clone();
        Ok(check.filter(|check| bring_up::command(check).is_some()))
    }

    async fn run(&self, node: &NodeRef, request: ExecRequest) -> Result<ExecOutput, EngineError> {
        exec::run(self.client, node, request).await
    }

    async fn log(&self, node: &NodeId, lines: usize) -> Result<Vec<String>, EngineError> {
        info::log_tail(self.client, &self.at(node), lines).await
    }
}
