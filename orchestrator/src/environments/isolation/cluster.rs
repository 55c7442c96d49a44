//! The same proof on a cluster: what a machine reaches beyond its environment depends on the cluster's network plugin,
//! and on whether it enforces policies at all.
//!
//! No canary of ours can listen on the cluster's hosts. But each of them has a kubelet that listens, and the cluster's own
//! interface listens too: whoever can connect to those is not kept in.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use async_trait::async_trait;
use k8s_openapi::api::core::v1::{Endpoints, Node, Service};
use kube::{Api, api::ListParams};
use tokio::{sync::Mutex, time::sleep};
use tracing::{info, warn};
use uuid::Uuid;

use crate::{
    clock::{Clock, Timestamp},
    config,
    environments::{Engine, EngineError, Isolation, Kept, KubernetesEngine, NodeRef, Progress},
    ids::InstallationId,
    scenarios::{EnvironmentPlan, NodeId, Subnet},
};

use super::{
    BELIEVED,
    attempt::{ProbeError, ProbeReport, TCP, Targets, UDP, canary, plan},
    beside, is_left, limits,
};

/// Where every kubelet listens.
const KUBELET: u16 = 10250;
/// Hosts that are tried; the others of a large cluster are alike.
const HOSTS: usize = 8;
/// Lines read of what the canary heard.
const LINES: usize = 200;
/// How long the canary may take to listen.
const LISTEN: Duration = Duration::from_secs(20);
/// Time between two looks at whether it does.
const PAUSE: Duration = Duration::from_millis(200);
/// The cluster's own interface, in its namespace.
const CLUSTER: (&str, &str) = ("default", "kubernetes");

/// Proves the isolation of a cluster's labs.
pub struct ClusterProber {
    engine: KubernetesEngine,
    platform_port: u16,
    clock: Arc<dyn Clock>,
    /// When the last success was; held while a probe runs, so that launches at one moment share it.
    proven: Mutex<Option<Timestamp>>,
}

impl ClusterProber {
    /// A prober beside `owner`'s own engine, with an installation of its own; `platform_port` is where the platform
    /// listens.
    #[must_use]
    pub fn new(
        config: &config::Kubernetes,
        owner: InstallationId,
        platform_port: u16,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            engine: KubernetesEngine::new(config, beside(owner)),
            platform_port,
            clock,
            proven: Mutex::new(None),
        }
    }

    /// Tries to get out of a lab and says what was reached.
    ///
    /// # Errors
    /// The probe could not be made.
    pub async fn probe(&self) -> Result<ProbeReport, ProbeError> {
        self.run(false).await
    }

    /// The same, with the limits of the probe's machine measured.
    ///
    /// # Errors
    /// The probe could not be made.
    pub async fn measure(&self) -> Result<ProbeReport, ProbeError> {
        self.run(true).await
    }

    /// Takes away what a probe left that was cut off; another program may probe at the same moment.
    async fn clean(&self) -> Result<(), EngineError> {
        for left in self.engine.observe().await? {
            if is_left(left.environment) {
                self.engine.destroy(left.environment).await?;
            }
        }
        Ok(())
    }

    async fn run(&self, measured: bool) -> Result<ProbeReport, ProbeError> {
        self.clean().await?;
        let token = Uuid::now_v7().simple().to_string();
        // The range is the plan's alone: the cluster gives addresses itself.
        let range = Subnet::new(Ipv4Addr::new(192, 0, 2, 0), 29).ok_or(ProbeError::NoRange)?;
        let shell = if measured {
            limits::entrypoint()
        } else {
            ["sleep", "infinity"].map(str::to_owned).to_vec()
        };
        let inside = plan(range, "shell", shell);
        let other = plan(range, "canary", canary(&token, TCP, UDP));
        let outcome = self.attempt(&inside, &other, &token, measured).await;
        let (first, second) = tokio::join!(
            self.engine.destroy(inside.environment),
            self.engine.destroy(other.environment)
        );
        first.and(second)?;
        outcome
    }

    async fn attempt(
        &self,
        inside: &EnvironmentPlan,
        other: &EnvironmentPlan,
        token: &str,
        measured: bool,
    ) -> Result<ProbeReport, ProbeError> {
        let silent = Progress::silent();
        let (first, second) = tokio::join!(
            self.engine.apply(inside, 1, &silent),
            self.engine.apply(other, 1, &silent)
        );
        first.and(second)?;
        let [shell, neighbour] =
            [(inside, "shell"), (other, "canary")].map(|(plan, name)| NodeRef {
                environment: plan.environment,
                node: NodeId::from(name),
            });
        self.listening(&neighbour).await?;
        let mut targets = self.targets().await?;
        targets.add_beyond(self.engine.addresses(&neighbour).await?);
        let answered = targets.ask(&self.engine, &shell, token, None).await?;
        let heard = self.engine.log_tail(&neighbour, LINES).await?.join("\n");
        let mut report = targets.report(answered, &[heard]);
        if measured && let Some(planned) = inside.nodes.first() {
            report.limits = limits::measure(&self.engine, &shell, planned).await?;
        }
        Ok(report)
    }

    /// Waits for the canary's first line.
    async fn listening(&self, canary: &NodeRef) -> Result<(), ProbeError> {
        for _ in 0..LISTEN.as_millis() / PAUSE.as_millis() {
            if !self.engine.log_tail(canary, LINES).await?.is_empty() {
                return Ok(());
            }
            sleep(PAUSE).await;
        }
        Err(ProbeError::Failed("the canary does not listen".to_owned()))
    }

    /// The cluster's hosts and its interface.
    async fn targets(&self) -> Result<Targets, ProbeError> {
        let client = self.engine.client().await?;
        let failed = |error: kube::Error| ProbeError::Failed(error.to_string());
        let mut targets = Targets::default();
        let nodes = Api::<Node>::all(client.clone())
            .list(&ListParams::default())
            .await
            .map_err(failed)?;
        let addresses = nodes
            .items
            .iter()
            .filter_map(|node| node.status.as_ref()?.addresses.as_ref())
            .flatten()
            .filter(|address| address.type_ == "InternalIP")
            .take(HOSTS)
            .map(|address| address.address.clone());
        // The way out that the machine itself sees is its own host.
        for host in addresses.chain(["gateway".to_owned()]) {
            targets.add("host", "tcp", host.clone(), KUBELET);
            targets.add("host", "icmp", host.clone(), 0);
            targets.add("platform", "tcp", host, self.platform_port);
        }
        let (namespace, name) = CLUSTER;
        let service = Api::<Service>::namespaced(client.clone(), namespace)
            .get(name)
            .await
            .map_err(failed)?;
        if let Some(address) = service.spec.and_then(|spec| spec.cluster_ip) {
            targets.add("cluster", "tcp", address, 443);
        }
        let behind = Api::<Endpoints>::namespaced(client, namespace)
            .get_opt(name)
            .await
            .map_err(failed)?;
        for subset in behind.and_then(|it| it.subsets).into_iter().flatten() {
            let port = subset.ports.iter().flatten().next();
            let port = port.and_then(|port| u16::try_from(port.port).ok());
            for address in subset.addresses.into_iter().flatten() {
                targets.add("cluster", "tcp", address.ip, port.unwrap_or(6443));
            }
        }
        Ok(targets)
    }
}

#[async_trait]
impl Isolation for ClusterProber {
    async fn tidy(&self) -> Result<(), EngineError> {
        let _alone = self.proven.lock().await;
        self.clean().await
    }

    async fn clear(&self) -> Result<(), EngineError> {
        for left in self.engine.observe().await? {
            self.engine.destroy(left.environment).await?;
        }
        Ok(())
    }

    /// Policies stand with their environment, and are made whole with it; nothing of a cluster's host is ours to keep.
    async fn keep(&self) -> Kept {
        match self.engine.info().await {
            Ok(_) => Kept::Stands,
            Err(error) => Kept::Unknown(error.to_string()),
        }
    }

    async fn prove(&self) -> Result<(), Vec<String>> {
        let mut proven = self.proven.lock().await;
        let now = self.clock.now();
        if proven.is_some_and(|at| now.since(at) < BELIEVED) {
            return Ok(());
        }
        *proven = None;
        let report = self
            .probe()
            .await
            .map_err(|error| vec![error.to_string()])?;
        if report.reached.is_empty() {
            info!(tried = report.tried.len(), "nothing gets out of a lab");
            *proven = Some(now);
            Ok(())
        } else {
            warn!(reached = ?report.reached, "labs are open");
            Err(report.reached)
        }
    }
}
