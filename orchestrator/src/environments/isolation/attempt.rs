//! What a probe is made of on every engine: a canary that tells what it hears, a node that tries everything, and the list
//! of what is tried.

use std::{collections::BTreeSet, net::Ipv4Addr, time::Duration};

use serde::{Deserialize, Serialize};

use super::limits::Measured;
use crate::{
    environments::{Engine, EngineError, NodeRef, engine::ExecRequest},
    ids::EnvironmentId,
    scenarios::{
        Attachment, EnvironmentPlan, Healthcheck, NodeId, PlannedNetwork, PlannedNode, Subnet,
    },
};

/// An image with Python, which the canaries and the prober are written in.
pub(super) const IMAGE: &str = "thaotruong/checker:1";
const CANARY: &str = include_str!("canary.py");
const PROBER: &str = include_str!("prober.py");
/// Ports of the canary in the other environment.
pub(super) const TCP: u16 = 4601;
pub(super) const UDP: u16 = 4602;
/// How long one try waits for an answer.
const ANSWER_SECONDS: f64 = 1.5;

/// The targets of the probe as its labels begin, with the messages that name them.
const TARGETS: [(&str, &str); 7] = [
    ("host", "reached-host"),
    ("platform", "reached-platform"),
    ("cluster", "reached-cluster"),
    ("other environment", "reached-team"),
    ("metadata service", "reached-metadata"),
    ("internet", "reached-internet"),
    ("names outside", "reached-names"),
];
/// The ways of the probe, with the messages that name them.
const WAYS: [(&str, &str); 6] = [
    ("tcp", "reached-tcp"),
    ("udp", "reached-udp"),
    ("icmp", "reached-icmp"),
    ("raw4", "reached-raw"),
    ("raw6", "reached-raw"),
    ("name", "reached-name"),
];

/// A label of the probe, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// Place of the target's kind among all kinds.
    pub kind: usize,
    /// Message that names the target.
    pub whose: &'static str,
    /// Message that names the way.
    pub how: &'static str,
    /// The address.
    pub at: &'a str,
}

/// What a label of the probe means; nothing where it is no label, but says why the probe failed.
#[must_use]
pub fn named(label: &str) -> Option<Named<'_>> {
    TARGETS
        .iter()
        .enumerate()
        .find_map(|(kind, (whose, message))| {
            let (how, at) = label.strip_prefix(whose)?.trim_start().split_once(' ')?;
            let how = WAYS.iter().find(|(way, _)| *way == how)?.1;
            Some(Named {
                kind,
                whose: message,
                how,
                at,
            })
        })
}

/// What the probe tried, and what it reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProbeReport {
    /// Every target, such as `host tcp 192.0.2.2:8080`.
    pub tried: Vec<String>,
    /// Those that answered or heard something.
    pub reached: Vec<String>,
    /// How much of everything the probe's machine got, where that was asked for.
    pub limits: Vec<Measured>,
}

/// Why the probe could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The engine failed.
    #[error("the probe's machines could not be made: {0}")]
    Engine(#[from] EngineError),
    /// No address range is free for it.
    #[error("no address range is free for the probe")]
    NoRange,
    /// A canary or the prober failed; nothing is proven.
    #[error("the probe itself failed: {0}")]
    Failed(String),
}

#[derive(Clone, Serialize)]
struct Target {
    id: usize,
    how: &'static str,
    host: String,
    port: u16,
    #[serde(skip)]
    label: String,
}

#[derive(Serialize)]
struct Work<'a> {
    token: &'a str,
    seconds: f64,
    bridge: String,
    targets: &'a [Target],
}

#[derive(Deserialize)]
struct Heard {
    received: String,
}

/// What is tried.
#[derive(Default)]
pub(super) struct Targets(Vec<Target>);

impl Targets {
    /// Adds one: whose it is, by which means, where, and at which port, 0 where there is none.
    pub fn add(&mut self, whose: &str, how: &'static str, at: impl Into<String>, port: u16) {
        let host = at.into();
        let label = if port == 0 {
            format!("{whose} {how} {host}")
        } else {
            format!("{whose} {how} {host}:{port}")
        };
        self.0.push(Target {
            id: self.0.len(),
            how,
            host,
            port,
            label,
        });
    }

    /// Adds the canary of another environment, and what lies beyond every lab.
    pub fn add_beyond(&mut self, neighbours: impl IntoIterator<Item = Ipv4Addr>) {
        for address in neighbours.into_iter().map(|address| address.to_string()) {
            self.add("other environment", "tcp", address.clone(), TCP);
            self.add("other environment", "udp", address.clone(), UDP);
            self.add("other environment", "icmp", address.clone(), 0);
            self.add("other environment", "raw4", address, UDP);
        }
        self.add("metadata service", "tcp", "169.254.169.254", 80);
        self.add("internet", "tcp", "1.1.1.1", 443);
        self.add("internet", "icmp", "8.8.8.8", 0);
        self.add("names outside", "name", "example.com", 0);
    }

    /// Tries all from `shell`; gives those that answered. `bridge` is where raw frames go.
    pub async fn ask(
        &self,
        engine: &dyn Engine,
        shell: &NodeRef,
        token: &str,
        bridge: Option<Ipv4Addr>,
    ) -> Result<BTreeSet<usize>, ProbeError> {
        let work = Work {
            token,
            seconds: ANSWER_SECONDS,
            bridge: bridge
                .map(|address| address.to_string())
                .unwrap_or_default(),
            targets: &self.0,
        };
        let work =
            serde_json::to_vec(&work).map_err(|error| ProbeError::Failed(error.to_string()))?;
        let request = ExecRequest::new(["python3", "-c", PROBER])
            .user("0")
            .stdin(work);
        let output = engine.exec(shell, request).await?;
        if output.code != 0 {
            return Err(ProbeError::Failed(
                String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            ));
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| ProbeError::Failed(error.to_string()))
    }

    /// The report, from those that answered and what the canaries printed.
    pub fn report(self, answered: BTreeSet<usize>, canaries: &[String]) -> ProbeReport {
        let mut reached = answered;
        let lines = canaries.iter().flat_map(|printed| printed.lines());
        reached.extend(lines.filter_map(|line| {
            let heard: Heard = serde_json::from_str(line).ok()?;
            heard.received.trim().parse::<usize>().ok()
        }));
        ProbeReport {
            reached: self
                .0
                .iter()
                .filter(|target| reached.contains(&target.id))
                .map(|it| it.label.clone())
                .collect(),
            tried: self.0.into_iter().map(|target| target.label).collect(),
            limits: Vec::new(),
        }
    }
}

/// The command of a canary; 0 for any free port.
pub(super) fn canary(token: &str, tcp: u16, udp: u16) -> Vec<String> {
    let (tcp, udp) = (tcp.to_string(), udp.to_string());
    ["python3", "-u", "-c", CANARY, token, &tcp, &udp]
        .map(str::to_owned)
        .to_vec()
}

/// One node, which runs `entrypoint`, in a network of its own.
pub(super) fn plan(subnet: Subnet, name: &str, entrypoint: Vec<String>) -> EnvironmentPlan {
    let address = subnet.host(2).unwrap_or(Ipv4Addr::UNSPECIFIED);
    EnvironmentPlan {
        environment: EnvironmentId::new(),
        networks: vec![PlannedNetwork {
            name: "probe".to_owned(),
            subnet,
        }],
        nodes: vec![PlannedNode {
            id: NodeId::from(name),
            image: IMAGE.to_owned(),
            entrypoint: Some(entrypoint),
            command: Some(Vec::new()),
            environment: Vec::new(),
            working_dir: None,
            user: Some("0".to_owned()),
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
            // The most that a scenario may ask for: what holds against it holds against the others.
            capabilities: vec!["NET_RAW".to_owned(), "NET_ADMIN".to_owned()],
            privilege_escalation: true,
            memory: 128 << 20,
            nano_cpus: 1_000_000_000,
            pids: 256,
            tmpfs: Vec::new(),
            init: true,
            tty: false,
            stop_grace: Duration::from_secs(1),
            files: Vec::new(),
        }],
    }
}
