//! Kubernetes (from 1.20) as an engine for environments: a namespace an environment, a pod a machine.
//!
//! All state stands in labels, as on every engine. What the API offers decides what there is: one flat network of pods
//! cut by policies, addresses that the cluster gives, commands that run as the machine's own user or below root. A pod
//! waits at a gate until its files are placed and its turn has come, so that making and starting are two things here
//! too; see [`gate`].

mod connection;
mod destroy;
mod dial;
mod events;
mod exec;
mod files;
mod gate;
mod images;
mod info;
mod namespace;
mod objects;
mod observe;
mod pods;
mod prepare;
mod start;
mod terminal;

use std::{
    collections::HashMap,
    net::Ipv4Addr,
    sync::{Arc, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;

use crate::{
    config,
    ids::{EnvironmentId, InstallationId},
    scenarios::{Addresses, EnvironmentPlan, Subnet},
};

use super::{
    bring_up,
    engine::{
        AttachRequest, Attached, Engine, EngineInfo, Events, ExecOutput, ExecRequest, Incarnation,
        NodeRef, ObservedEnvironment, Stream, refuse_if_newer,
    },
    failpoint,
    failure::EngineError,
    progress::Progress,
};

use connection::Connection;
use dial::Dialled;
use prepare::Preparation;

/// A Kubernetes cluster.
pub struct KubernetesEngine {
    connection: Connection,
    config: config::Kubernetes,
    owner: InstallationId,
    dialled: Dialled,
    locks: std::sync::Mutex<HashMap<EnvironmentId, Arc<tokio::sync::Mutex<()>>>>,
}

impl KubernetesEngine {
    /// The cluster that `config` names; connected when it is first needed, so that a program starts without it.
    /// `owner` marks everything that is made.
    #[must_use]
    pub fn new(config: &config::Kubernetes, owner: InstallationId) -> Self {
        Self {
            connection: Connection::new(config),
            config: config.clone(),
            owner,
            dialled: Dialled::default(),
            locks: std::sync::Mutex::default(),
        }
    }

    /// The client below, for what only this kind of engine can do: the isolation's probe, tests.
    ///
    /// # Errors
    /// The cluster does not answer.
    pub async fn client(&self) -> Result<kube::Client, EngineError> {
        self.connection.client().await
    }

    fn lock(&self, environment: EnvironmentId) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // Locks that nobody holds are forgotten: the map stays as small as the work in hand.
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(locks.entry(environment).or_default())
    }

    /// Makes what is missing up to the gate; the caller holds the environment's lock.
    async fn prepare(
        &self,
        client: &kube::Client,
        plan: &EnvironmentPlan,
        incarnation: Incarnation,
        progress: &Progress,
    ) -> Result<Addresses, EngineError> {
        let found = observe::one(client, self.owner, plan.environment).await?;
        refuse_if_newer(found.as_ref(), incarnation)?;
        if found.is_some_and(|found| !found.is_only(incarnation)) {
            destroy::destroy(client, self.owner, plan.environment).await?;
        }
        let preparation = Preparation {
            client,
            config: &self.config,
            owner: self.owner,
            plan,
            incarnation,
        };
        match preparation.run(progress).await {
            Err(error @ EngineError::ImageMissing { .. }) => {
                // Nothing half-made is left where an image is missing.
                destroy::destroy(client, self.owner, plan.environment).await?;
                Err(error)
            }
            other => other,
        }
    }
}

#[async_trait]
impl Engine for KubernetesEngine {
    /// A pod that ended never runs again, and another one starts from the image.
    fn keeps_ended(&self) -> bool {
        false
    }

    async fn assign(
        &self,
        plan: &EnvironmentPlan,
        incarnation: Incarnation,
        progress: &Progress,
    ) -> Result<Option<Addresses>, EngineError> {
        let lock = self.lock(plan.environment);
        let _held = lock.lock().await;
        let client = self.client().await?;
        self.prepare(&client, plan, incarnation, progress)
            .await
            .map(Some)
    }

    async fn apply(
        &self,
        plan: &EnvironmentPlan,
        incarnation: Incarnation,
        progress: &Progress,
    ) -> Result<(), EngineError> {
        let lock = self.lock(plan.environment);
        let _held = lock.lock().await;
        let client = self.client().await?;
        self.prepare(&client, plan, incarnation, progress).await?;
        failpoint::reach("between-create-and-start");
        let pods = start::Pods {
            client: &client,
            owner: self.owner,
            plan,
        };
        bring_up::bring_up(&pods, plan, None, progress).await
    }

    async fn observe(&self) -> Result<Vec<ObservedEnvironment>, EngineError> {
        observe::everything(&self.client().await?, self.owner).await
    }

    async fn observe_one(
        &self,
        environment: EnvironmentId,
    ) -> Result<Option<ObservedEnvironment>, EngineError> {
        observe::one(&self.client().await?, self.owner, environment).await
    }

    async fn destroy(&self, environment: EnvironmentId) -> Result<(), EngineError> {
        let lock = self.lock(environment);
        let _held = lock.lock().await;
        destroy::destroy(&self.client().await?, self.owner, environment).await
    }

    async fn exec(&self, node: &NodeRef, request: ExecRequest) -> Result<ExecOutput, EngineError> {
        exec::run(&self.connection.streams().await?, node, request).await
    }

    async fn attach(
        &self,
        node: &NodeRef,
        request: AttachRequest,
    ) -> Result<Attached, EngineError> {
        terminal::open(&self.connection.streams().await?, node, request).await
    }

    async fn copy_in(&self, node: &NodeRef, to: &str, archive: Bytes) -> Result<(), EngineError> {
        files::upload(&self.connection.streams().await?, node, to, archive).await
    }

    async fn copy_out(
        &self,
        node: &NodeRef,
        path: &str,
        limit: usize,
    ) -> Result<Bytes, EngineError> {
        files::download(&self.connection.streams().await?, node, path, limit).await
    }

    async fn dial(&self, node: &NodeRef, port: u16) -> Result<Box<dyn Stream>, EngineError> {
        self.dialled
            .dial(&self.connection.streams().await?, node, port)
            .await
    }

    async fn addresses(&self, node: &NodeRef) -> Result<Vec<Ipv4Addr>, EngineError> {
        let pod = observe::pod(&self.client().await?, node).await?;
        Ok(observe::address(&pod).into_iter().collect())
    }

    async fn log_tail(&self, node: &NodeRef, lines: usize) -> Result<Vec<String>, EngineError> {
        info::log_tail(&self.client().await?, node, lines).await
    }

    async fn events(&self) -> Result<Events, EngineError> {
        events::follow(self.connection.streams().await?, self.owner).await
    }

    /// The cluster gives addresses itself: ranges of ours are taken by nobody here.
    async fn subnets_in_use(&self) -> Result<Vec<Subnet>, EngineError> {
        Ok(Vec::new())
    }

    /// A cluster does not tell what its registry has; a pod that waits for an image in vain does.
    async fn images_missing(&self, images: &[String]) -> Result<Vec<String>, EngineError> {
        let client = self.client().await?;
        if self.config.registry.is_empty() {
            images::missing(&client, images).await
        } else {
            Ok(Vec::new())
        }
    }

    async fn info(&self) -> Result<EngineInfo, EngineError> {
        info::read(&self.client().await?, &self.config).await
    }
}
