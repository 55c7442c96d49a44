//! What the tests share: an engine of a fresh installation, plans, and the count of what is left.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use thaotruong::{
    config,
    environments::{
        DockerEngine, Engine, KubernetesEngine, NodeRef, Progress, engine::ExecRequest,
    },
    ids::{EnvironmentId, InstallationId},
    scenarios::{Dependency, DependencyCondition, EnvironmentPlan, Healthcheck, NodeId, Subnet},
};

use crate::plans::sleeping;

/// An image with Python, curl, ping and nc.
pub const IMAGE: &str = "thaotruong/checker:1";

/// Which engine a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Docker,
    Kubernetes,
}

/// Makes one test on each engine out of one body, which gets the engine's kind.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($kind:ident: Kind) $body:block)+) => {
        $(
            mod $name {
                use super::*;

                $(#[$meta])*
                async fn body($kind: $crate::lab::Kind) $body

                #[tokio::test(flavor = "multi_thread")]
                async fn on_docker() {
                    body($crate::lab::Kind::Docker).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn on_kubernetes() {
                    body($crate::lab::Kind::Kubernetes).await;
                }
            }
        )+
    };
}

pub struct Lab {
    pub kind: Kind,
    pub engine: Arc<dyn Engine>,
    pub owner: InstallationId,
}

impl Lab {
    pub fn new(kind: Kind) -> Self {
        Self::of(kind, InstallationId::new())
    }

    pub fn of(kind: Kind, owner: InstallationId) -> Self {
        Self {
            kind,
            engine: engine(kind, owner),
            owner,
        }
    }

    /// The engine as another process sees it.
    pub fn another(&self) -> Arc<dyn Engine> {
        engine(self.kind, self.owner)
    }

    pub async fn up(&self, plan: &EnvironmentPlan) {
        self.engine
            .apply(plan, 1, &Progress::silent())
            .await
            .unwrap();
    }

    /// Runs `line` in a shell of `node` as root and gives code, output and errors.
    pub async fn sh(
        &self,
        plan: &EnvironmentPlan,
        node: &str,
        line: &str,
    ) -> (i64, String, String) {
        let request = ExecRequest::new(["sh", "-c", line])
            .user("0")
            .timeout(Duration::from_secs(30));
        let output = self.engine.exec(&at(plan, node), request).await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (output.code, text(output.stdout), text(output.stderr))
    }

    /// Takes the environment away, sees that nothing is left.
    pub async fn down(&self, plan: &EnvironmentPlan) {
        self.engine.destroy(plan.environment).await.unwrap();
        assert_eq!(self.engine.observe().await.unwrap(), []);
        assert_eq!(self.left_over(), "");
    }

    /// What the engine itself lists of this installation.
    pub fn left_over(&self) -> String {
        self.kind.left_over(self.owner)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.kind.sweep(self.owner);
    }
}

/// Docker as the program is configured with it here.
pub fn docker_config() -> config::Docker {
    let nowhere = std::path::Path::new("/nonexistent/thaotruong.toml");
    config::Config::load(nowhere).unwrap().docker
}

/// A cluster as the program is configured with it here: with the rights that `TT_PROGRAM_KUBECONFIG` gives, where that is
/// set; the tests' own hands use `KUBECONFIG`.
pub fn cluster_config() -> config::Kubernetes {
    config::Kubernetes {
        kubeconfig: std::env::var("TT_PROGRAM_KUBECONFIG").unwrap_or_default(),
        ..config::Kubernetes::default()
    }
}

fn engine(kind: Kind, owner: InstallationId) -> Arc<dyn Engine> {
    match kind {
        Kind::Docker => Arc::new(DockerEngine::new(&docker_config(), owner)),
        Kind::Kubernetes => {
            assert!(
                std::env::var_os("KUBECONFIG").is_some_and(|path| !path.is_empty()),
                "no cluster: `eval \"$(tests/kubernetes/up)\"` starts one and sets KUBECONFIG"
            );
            Arc::new(KubernetesEngine::new(&cluster_config(), owner))
        }
    }
}

pub fn at(plan: &EnvironmentPlan, node: &str) -> NodeRef {
    NodeRef {
        environment: plan.environment,
        node: NodeId::from(node),
    }
}

/// A range that, by chance, nobody else uses.
pub fn range() -> Subnet {
    let chance = EnvironmentId::new().0.into_bytes();
    Subnet::new(
        Ipv4Addr::new(10, 72 + chance[13] % 8, chance[14], chance[15] & 0xf0),
        28,
    )
    .unwrap()
}

/// One network in a range that only this test uses, and nodes that sleep.
pub fn plan(nodes: &[&str]) -> EnvironmentPlan {
    let mut plan = sleeping(range(), IMAGE, nodes);
    for node in &mut plan.nodes {
        node.environment = vec![("GREETING".to_owned(), "xin chào".to_owned())];
        node.memory = 128 << 20;
        node.init = true;
    }
    plan
}

pub fn depends(node: &str, condition: DependencyCondition) -> Dependency {
    Dependency {
        node: NodeId::from(node),
        condition,
    }
}

pub fn health(shell: &str) -> Healthcheck {
    Healthcheck {
        test: vec!["CMD-SHELL".to_owned(), shell.to_owned()],
        interval: Duration::from_secs(1),
        timeout: Duration::from_secs(2),
        retries: 3,
        start_period: Duration::ZERO,
    }
}

/// Waits until `condition` holds; fails after half a minute.
pub async fn until<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    for _ in 0..300 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what} did not come about within 30 s");
}
