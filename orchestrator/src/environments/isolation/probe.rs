//! The probe: canaries on the host and in another environment, and a node that tries to reach them.

use std::{collections::BTreeMap, net::Ipv4Addr, time::Duration};

use serde::Deserialize;
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    environments::{
        DockerEngine, Engine, EngineError, NodeRef, Progress, docker::Helper, host, names,
    },
    scenarios::{EnvironmentPlan, NodeId, Subnet},
};

use super::{
    LONGEST,
    attempt::{IMAGE, ProbeError, ProbeReport, TCP, Targets, UDP, canary, plan},
    is_left, limits,
};

/// Prefix of the probe's networks: bridge and one node.
const PREFIX: u8 = 29;
/// Addresses of the host that are tried; a host with a hundred labs has a hundred gateways, all alike.
const HOST_ADDRESSES: usize = 24;
/// How often ranges that turn out to be taken are replaced.
const RANGES_TRIED: usize = 4;
/// Lines read of what the canary in a node heard.
const LINES: usize = 200;
/// How long a canary may take to listen.
const LISTEN: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
struct Listening {
    tcp: u16,
    udp: u16,
    addresses: Vec<Ipv4Addr>,
    links: BTreeMap<String, std::net::Ipv6Addr>,
}

/// Makes the probe and takes everything of it away again; with `measured` the machine's limits are measured too.
/// Another program may probe at the same moment: only what is this probe's own is taken away, and what nobody can be at
/// work with any more.
pub(super) async fn run(
    engine: &DockerEngine,
    ranges: &[Subnet],
    platform_port: u16,
    measured: bool,
) -> Result<ProbeReport, ProbeError> {
    clean(engine).await?;
    let token = Uuid::now_v7().simple().to_string();
    let shell = if measured {
        limits::entrypoint()
    } else {
        ["sleep", "infinity"].map(str::to_owned).to_vec()
    };
    let (inside, other) = up(engine, ranges, shell, canary(&token, TCP, UDP)).await?;
    // Only now: it tells the host's addresses, the new bridges' among them.
    let helper = engine.helper(IMAGE, canary(&token, 0, 0), "NET_RAW").await;
    let outcome = match &helper {
        Ok(helper) => {
            let parts = Parts {
                engine,
                inside: &inside,
                other: &other,
                helper,
            };
            parts.attempt(&token, platform_port, measured).await
        }
        Err(error) => Err(error.clone().into()),
    };
    if let Ok(helper) = helper {
        helper.remove().await?;
    }
    for plan in [&inside, &other] {
        engine.destroy(plan.environment).await?;
    }
    outcome
}

/// Takes away what a probe left that was cut off.
pub(super) async fn clean(engine: &DockerEngine) -> Result<(), EngineError> {
    engine.forget_helpers(LONGEST).await?;
    for left in engine.observe().await? {
        if is_left(left.environment) {
            engine.destroy(left.environment).await?;
        }
    }
    Ok(())
}

/// Removes all that probes of this installation made, also of one that is just at work.
pub(super) async fn clear(engine: &DockerEngine) -> Result<(), EngineError> {
    engine.forget_helpers(Duration::ZERO).await?;
    for left in engine.observe().await? {
        engine.destroy(left.environment).await?;
    }
    Ok(())
}

/// What a probe is made of.
struct Parts<'a> {
    engine: &'a DockerEngine,
    inside: &'a EnvironmentPlan,
    other: &'a EnvironmentPlan,
    helper: &'a Helper,
}

impl Parts<'_> {
    async fn attempt(
        &self,
        token: &str,
        platform_port: u16,
        measured: bool,
    ) -> Result<ProbeReport, ProbeError> {
        let Self {
            engine,
            inside,
            other,
            helper,
        } = *self;
        let on_host = Canary::Host(helper);
        let host = on_host.listening().await?;
        let neighbour = NodeRef {
            environment: other.environment,
            node: NodeId::from("canary"),
        };
        let in_node = Canary::Node(engine, &neighbour);
        in_node.listening().await?;

        let targets = targets(&host, inside, other, platform_port);
        let bridge = inside
            .networks
            .first()
            .and_then(|network| network.subnet.bridge());
        let shell = NodeRef {
            environment: inside.environment,
            node: NodeId::from("shell"),
        };
        let answered = targets.ask(engine, &shell, token, bridge).await?;
        let mut report = targets.report(
            answered,
            &[on_host.output().await?, in_node.output().await?],
        );
        if measured && let Some(planned) = inside.nodes.first() {
            report.limits = limits::measure(engine, &shell, planned).await?;
        }
        Ok(report)
    }
}

/// Brings up the node with the shell and, as another environment, the one with the canary.
async fn up(
    engine: &DockerEngine,
    ranges: &[Subnet],
    shell: Vec<String>,
    canary: Vec<String>,
) -> Result<(EnvironmentPlan, EnvironmentPlan), ProbeError> {
    let mut taken = engine.subnets_in_use().await?;
    taken.extend(host::ranges());
    for _ in 0..RANGES_TRIED {
        let free: Vec<Subnet> = free(ranges, &taken).take(2).collect();
        let [one, two] = free.as_slice() else {
            return Err(ProbeError::NoRange);
        };
        let inside = plan(*one, "shell", shell.clone());
        let other = plan(*two, "canary", canary.clone());
        let silent = Progress::silent();
        let (first, second) = tokio::join!(
            engine.apply(&inside, 1, &silent),
            engine.apply(&other, 1, &silent)
        );
        let error = match first.and(second) {
            Ok(()) => return Ok((inside, other)),
            Err(error) => error,
        };
        for plan in [&inside, &other] {
            engine.destroy(plan.environment).await?;
        }
        match error {
            EngineError::RangeTaken { subnet, .. } => taken.push(subnet),
            error => return Err(error.into()),
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
) -> Targets {
    let mut list = Targets::default();
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
        list.add("host", "tcp", at.clone(), host.tcp);
        list.add("host", "udp", at.clone(), host.udp);
        list.add("host", "icmp", at.clone(), 0);
        list.add("host", "raw4", at.clone(), host.udp);
        list.add("platform", "tcp", at, platform_port);
    }
    for index in 0..inside.networks.len() {
        if let Some(link) = host.links.get(&names::network(inside.environment, index)) {
            list.add("host", "raw6", format!("[{link}]"), host.udp);
        }
    }
    list.add_beyond(
        other
            .nodes
            .iter()
            .flat_map(|node| &node.attachments)
            .map(|it| it.address),
    );
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
