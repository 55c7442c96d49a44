//! What the tests share: an engine of a fresh installation, plans, and the count of what is left.

use std::{net::Ipv4Addr, time::Duration};

use thaotruong::{
    config,
    environments::{DockerEngine, Engine, NodeRef, Progress, engine::ExecRequest},
    ids::{EnvironmentId, InstallationId},
    scenarios::{
        Attachment, Dependency, DependencyCondition, EnvironmentPlan, Healthcheck, NodeId,
        PlannedNetwork, PlannedNode, Subnet,
    },
};

/// An image with Python, curl, ping and nc.
pub const IMAGE: &str = "thaotruong/checker:1";

pub struct Lab {
    pub engine: DockerEngine,
    pub owner: InstallationId,
}

impl Lab {
    pub fn new() -> Self {
        Self::of(InstallationId::new())
    }

    pub fn of(owner: InstallationId) -> Self {
        let config = config::Docker {
            socket: String::new(),
            platform_image: "thaotruong/platform:1".to_owned(),
        };
        Self {
            engine: DockerEngine::new(&config, owner),
            owner,
        }
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

    /// What Docker itself lists of this installation.
    pub fn left_over(&self) -> String {
        let label = format!("label=vn.thaotruong.owner={}", self.owner);
        let containers = docker(&["ps", "-aq", "--filter", &label]);
        let networks = docker(&["network", "ls", "-q", "--filter", &label]);
        format!("{containers}{networks}")
    }
}

impl Drop for Lab {
    /// What a failed test leaves would hinder the next run.
    fn drop(&mut self) {
        let label = format!("label=vn.thaotruong.owner={}", self.owner);
        for (list, remove) in [
            ("ps -aq --filter", "rm -fv"),
            ("network ls -q --filter", "network rm"),
        ] {
            let list: Vec<&str> = list.split(' ').chain([label.as_str()]).collect();
            for found in docker(&list).lines() {
                docker(&remove.split(' ').chain([found]).collect::<Vec<_>>());
            }
        }
    }
}

/// Docker's own client: a second pair of eyes.
pub fn docker(arguments: &[&str]) -> String {
    let output = std::process::Command::new("docker")
        .args(arguments)
        .output()
        .unwrap();
    if !output.status.success() {
        eprintln!(
            "docker {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
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
    let subnet = range();
    EnvironmentPlan {
        environment: EnvironmentId::new(),
        networks: vec![PlannedNetwork {
            name: "lan".to_owned(),
            subnet,
        }],
        nodes: nodes
            .iter()
            .zip(2..)
            .map(|(name, host)| node(name, subnet.host(host).unwrap()))
            .collect(),
    }
}

pub fn node(name: &str, address: Ipv4Addr) -> PlannedNode {
    PlannedNode {
        id: NodeId::from(name),
        image: IMAGE.to_owned(),
        entrypoint: Some(vec!["sleep".to_owned(), "infinity".to_owned()]),
        command: Some(Vec::new()),
        environment: vec![("GREETING".to_owned(), "xin chào".to_owned())],
        working_dir: None,
        user: None,
        hostname: name.to_owned(),
        healthcheck: Some(Healthcheck {
            test: vec!["NONE".to_owned()],
            interval: Duration::ZERO,
            timeout: Duration::ZERO,
            retries: 0,
            start_period: Duration::ZERO,
        }),
        depends_on: Vec::new(),
        attachments: vec![Attachment {
            network: 0,
            address,
            aliases: Vec::new(),
        }],
        capabilities: Vec::new(),
        privilege_escalation: false,
        memory: 128 << 20,
        nano_cpus: 500_000_000,
        pids: 64,
        tmpfs: Vec::new(),
        init: true,
        tty: false,
        stop_grace: Duration::from_secs(1),
        files: Vec::new(),
    }
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
