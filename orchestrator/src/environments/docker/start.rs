//! An environment's containers as what is started in order and waited for.

use async_trait::async_trait;
use bollard::{Docker, query_parameters::StartContainerOptions};

use crate::{
    environments::{
        bring_up::{Machines, States},
        engine::{ExecOutput, ExecRequest, NodeRef},
        failure::EngineError,
        names,
        progress::Stage,
    },
    ids::{EnvironmentId, InstallationId},
    scenarios::{Healthcheck, NodeId, PlannedNode},
};

use super::{
    connection::{refused, status},
    exec, health, logs, observe,
};

/// The containers of one environment.
pub(super) struct Containers<'a> {
    pub docker: &'a Docker,
    pub owner: InstallationId,
    pub environment: EnvironmentId,
}

#[async_trait]
impl Machines for Containers<'_> {
    async fn states(&self) -> Result<States, EngineError> {
        let found = observe::of_environment(self.docker, self.owner, self.environment).await?;
        Ok(found
            .iter()
            .filter_map(|container| {
                let node = container.labels.as_ref()?.get(names::NODE)?;
                Some((
                    NodeId::from(node.as_str()),
                    observe::read_status(container).0,
                ))
            })
            .collect())
    }

    async fn start(&self, node: &PlannedNode) -> Result<(), EngineError> {
        let name = names::container(self.environment, &node.id);
        match self
            .docker
            .start_container(&name, None::<StartContainerOptions>)
            .await
        {
            Ok(()) => Ok(()),
            // Started by an earlier, interrupted run: success after a look.
            Err(error) if status(&error) == Some(304) => Ok(()),
            Err(error) => Err(refused(error, Stage::Start, Some(&node.id))),
        }
    }

    async fn check_of(&self, node: &PlannedNode) -> Result<Option<Healthcheck>, EngineError> {
        health::of(self.docker, node).await
    }

    async fn run(&self, node: &NodeRef, request: ExecRequest) -> Result<ExecOutput, EngineError> {
        exec::run(self.docker, node, request).await
    }

    async fn log(&self, node: &NodeId, lines: usize) -> Result<Vec<String>, EngineError> {
        logs::tail(self.docker, self.environment, node, lines).await
    }
}
