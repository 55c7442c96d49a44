//! The probe: canaries on the host and in another environment, and a node that tries to reach them.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    environments::{
        DockerEngine, Engine, EngineError, NodeRef, Progress, docker::Helper, engine::ExecRequest,
        host, names,
    },
    ids::EnvironmentId,
    scenarios::{
        Attachment, EnvironmentPlan, Healthcheck, NodeId, PlannedNetwork, PlannedNode, Subnet,
    },
};

/// An image with Python, which the canaries and the prober are written in.
const IMAGE: &str = "thaotruong/checker:1";
const CANARY: &str = include_str!("canary.py");
const PROBER: &str = include_str!("prober.py");
/// Ports of the canary in the other environment.
const TCP: u16 = 4601;
const UDP: u16 = 4602;
/// Prefix of the probe's networks: bridge and one node.
const PREFIX: u8 = 29;
/// Addresses of the host that are tried; a host with a hundred labs has a hundred gateways, all alike.
const HOST_ADDRESSES: usize = 24;
/// How long one try waits for an answer.
const ANSWER_SECONDS: f64 = 1.5;
/// How often ranges that turn out to be taken are replaced.
const RANGES_TRIED: usize = 4;
/// Lines read of what the canary in a node heard.
const LINES: usize = 200;
/// How long a canary may take to listen.
const LISTEN: Duration = Duration::from_secs(20);

/// What the probe tried, and what it reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProbeReport {
    /// Every target, such as `host tcp 192.0.2.2:8080`.
    pub tried: Vec<String>,
    /// Those that answered or heard something.
    pub reached: Vec<String>,
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
struct Listening {
    tcp: u16,
    udp: u16,
    addresses: Vec<Ipv4Addr>,
    links: BTreeMap<String, std::net::Ipv6Addr>,
}

#[derive(Deserialize)]
struct Heard {
    received: String,
}

/// Makes the probe and takes everything of it away again, also of one that was cut off.
pub(super) async fn run(
    engine: &DockerEngine,
    ranges: &[Subnet],
    platform_port: u16,
) -> Result<ProbeReport, ProbeError> {
    clean(engine).await?;
    let outcome = attempt(engine, ranges, platform_port).await;
    clean(engine).await?;
    outcome
}

/// Takes away whatever stands under the probe's own installation.
pub(super) async fn clean(engine: &DockerEngine) -> Result<(), EngineError> {
    engine.forget_helpers().await?;
    for left in engine.observe().await? {
        engine.destroy(left.environment).await?;
    }
    Ok(())
}

async fn attempt(
    engine: &DockerEngine,
    ranges: &[Subnet],
    platform_port: u16,
) -> Result<ProbeReport, ProbeError> {
    let token = Uuid::now_v7().simple().to_string();
    let canary = |tcp: u16, udp: u16| -> Vec<String> {
        [
            "python3",
            "-u",
            "-c",
            CANARY,
            &token,
            &tcp.to_string(),
            &udp.to_string(),
        ]
        .map(str::to_owned)
        .to_vec()
    };
    let (inside, other) = up(engine, ranges, canary(TCP, UDP)).await?;
    // Only now: it tells the host's addresses, the new bridges' among them.
    let helper = engine.helper(IMAGE, canary(0, 0), "NET_RAW").await?;
    let on_host = Canary::Host(&helper);
    let host = on_host.listening().await?;
    let neighbour = NodeRef {
        environment: other.environment,
        node: NodeId::from("canary"),
    };
    let in_node = Canary::Node(engine, &neighbour);
    in_node.listening().await?;

    let targets = targets(&host, &inside, &other, platform_port);
    let bridge = inside
        .networks
        .first()
        .and_then(|network| network.subnet.bridge());
    let work = Work {
        token: &token,
        seconds: ANSWER_SECONDS,
        bridge: bridge
            .map(|address| address.to_string())
            .unwrap_or_default(),
        targets: &targets,
    };
    let work = serde_json::to_vec(&work).map_err(|error| ProbeError::Failed(error.to_string()))?;
    let shell = NodeRef {
        environment: inside.environment,
        node: NodeId::from("shell"),
    };
    let request = ExecRequest::new(["python3", "-c", PROBER])
        .user("0")
        .stdin(work);
    let output = engine.exec(&shell, request).await?;
    if output.code != 0 {
        return Err(ProbeError::Failed(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ));
    }
    let answered: BTreeSet<usize> = serde_json::from_slice(&output.stdout)
        .map_err(|error| ProbeError::Failed(error.to_string()))?;
    let heard = [on_host.output().await?, in_node.output().await?].join("\n");
    let mut reached = answered;
    reached.extend(heard.lines().filter_map(|line| {
        serde_json::from_str::<Heard>(line)
            .ok()
            .and_then(|heard| heard.received.trim().parse::<usize>().ok())
    }));
    Ok(ProbeReport {
        reached: targets
            .iter()
            .filter(|target| reached.contains(&target.id))
            .map(|it| it.label.clone())
            .collect(),
        tried: targets.into_iter().map(|target| target.label).collect(),
    })
}

/// Brings up the node with the shell and, as another environment, the one with the canary.
async fn up(
    engine: &DockerEngine,
    ranges: &[Subnet],
    canary: Vec<String>,
) -> Result<(EnvironmentPlan, EnvironmentPlan), ProbeError> {
    let mut taken = engine.subnets_in_use().await?;
    taken.extend(host::ranges());
    for _ in 0..RANGES_TRIED {
        let free: Vec<Subnet> = free(ranges, &taken).take(2).collect();
        let [one, two] = free.as_slice() else {
            return Err(ProbeError::NoRange);
        };
        let sleep = vec!["sleep".to_owned(), "infinity".to_owned()];
        let inside = plan(*one, "shell", sleep);
        let other = plan(*two, "canary", canary.clone());
        let silent = Progress::silent();
        let (first, second) = tokio::join!(
            engine.apply(&inside, 1, &silent),
            engine.apply(&other, 1, &silent)
        );
        match first.and(second) {
            Ok(()) => return Ok((inside, other)),
            Err(EngineError::RangeTaken { subnet, .. }) => {
                taken.push(subnet);
                clean(engine).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProbeError::NoRange)
}

/// Free ranges from the upper end of the configured ones, where labs come last.
fn free<'a>(ranges: &'a [Subnet], taken: &'a [Subnet]) -> impl Iterator<Item = Subnet> + 'a {
    ranges.iter().rev().flat_map(move |range| {
        let count = range.size() >> (32 - PREFIX);
        (0..count).rev().take(4096).filter_map(move |index| {
            let offset = u32::try_from(index << (32 - PREFIX)).ok()?;
            let found = Subnet::new(Ipv4Addr::from(u32::from(range.address()) + offset), PREFIX)?;
            taken
                .iter()
                .all(|other| !other.overlaps(found))
                .then_some(found)
        })
    })
}

fn plan(subnet: Subnet, name: &str, entrypoint: Vec<String>) -> EnvironmentPlan {
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

/// Where a canary prints what it heard.
enum Canary<'a> {
    Host(&'a Helper),
    Node(&'a DockerEngine, &'a NodeRef),
}

impl Canary<'_> {
    async fn output(&self) -> Result<String, EngineError> {
        match self {
            Self::Host(helper) => helper.output().await,
            Self::Node(engine, node) => Ok(engine.log_tail(node, LINES).await?.join("\n")),
        }
    }

    /// Waits for its first line.
    async fn listening(&self) -> Result<Listening, ProbeError> {
        let pause = Duration::from_millis(100);
        let mut said = String::new();
        for _ in 0..LISTEN.as_millis() / pause.as_millis() {
            said = self.output().await?;
            if let Some(found) = said
                .lines()
                .find_map(|line| serde_json::from_str(line).ok())
            {
                return Ok(found);
            }
            sleep(pause).await;
        }
        Err(ProbeError::Failed(format!(
            "a canary does not listen: {said}"
        )))
    }
}

fn targets(
    host: &Listening,
    inside: &EnvironmentPlan,
    other: &EnvironmentPlan,
    platform_port: u16,
) -> Vec<Target> {
    let mut list = Vec::new();
    let mut add = |whose: &str, how: &'static str, at: String, port: u16| {
        let id = list.len();
        let label = if port == 0 {
            format!("{whose} {how} {at}")
        } else {
            format!("{whose} {how} {at}:{port}")
        };
        list.push(Target {
            id,
            how,
            host: at,
            port,
            label,
        });
    };
    let own_bridge = inside
        .networks
        .first()
        .and_then(|network| network.subnet.bridge());
    let other_bridge = other
        .networks
        .first()
        .and_then(|network| network.subnet.bridge());
    let bridges = [own_bridge, other_bridge].into_iter().flatten();
    let rest = host
        .addresses
        .iter()
        .copied()
        .filter(|address| Some(*address) != own_bridge && Some(*address) != other_bridge);
    for address in bridges.chain(rest.take(HOST_ADDRESSES)) {
        let at = address.to_string();
        add("host", "tcp", at.clone(), host.tcp);
        add("host", "udp", at.clone(), host.udp);
        add("host", "icmp", at.clone(), 0);
        add("host", "raw4", at.clone(), host.udp);
        add("platform", "tcp", at, platform_port);
    }
    for index in 0..inside.networks.len() {
        if let Some(link) = host.links.get(&names::network(inside.environment, index)) {
            add("host", "raw6", format!("[{link}]"), host.udp);
        }
    }
    for address in other
        .nodes
        .iter()
        .flat_map(|node| &node.attachments)
        .map(|it| it.address.to_string())
    {
        add("other environment", "tcp", address.clone(), TCP);
        add("other environment", "udp", address.clone(), UDP);
        add("other environment", "icmp", address.clone(), 0);
        add("other environment", "raw4", address, UDP);
    }
    add("metadata service", "tcp", "169.254.169.254".to_owned(), 80);
    add("internet", "tcp", "1.1.1.1".to_owned(), 443);
    add("internet", "icmp", "8.8.8.8".to_owned(), 0);
    add("names outside", "name", "example.com".to_owned(), 0);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_come_from_the_upper_end_and_keep_clear_of_others() {
        let ranges = ["10.71.0.0/24".parse().unwrap()];
        let taken = ["10.71.0.240/28".parse().unwrap()];
        let found: Vec<String> = free(&ranges, &taken)
            .take(2)
            .map(|range| range.to_string())
            .collect();
        assert_eq!(found, ["10.71.0.232/29", "10.71.0.224/29"]);
    }
}
