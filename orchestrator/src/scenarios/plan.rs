//! The plan of one environment: every machine, network and file with its final values, ready for an engine.
//!
//! Variables, flags and addresses are already filled in, so that an engine decides nothing and two engines build the
//! same thing. A plan holds flags and passwords: it must never be logged or shown to a trainee.

use std::{collections::BTreeMap, fmt, net::Ipv4Addr, time::Duration};

use serde::Serialize;

use super::{NodeId, Subnet};
use crate::ids::EnvironmentId;

/// What an environment's secrets are drawn from: 32 random bytes made once, when the environment is wanted.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// Addresses of every machine, in the order of its networks.
pub type Addresses = BTreeMap<NodeId, Vec<Ipv4Addr>>;

/// What a plan needs besides the scenario.
#[derive(Clone, Copy, Debug)]
pub struct PlanInput<'a> {
    /// Which environment it will be.
    pub environment: EnvironmentId,
    /// What its flags, passwords and variants are drawn from.
    pub seed: &'a Seed,
    /// One range a network, in the order of `network_sizes`, each large enough.
    pub subnets: &'a [Subnet],
    /// Where the engine gives addresses itself: those that it gave. Otherwise they are taken from the ranges.
    pub addresses: Option<&'a Addresses>,
}

/// One environment, ready to be built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EnvironmentPlan {
    /// Which environment it is.
    pub environment: EnvironmentId,
    /// Its networks, in the order in which the author declared them.
    pub networks: Vec<PlannedNetwork>,
    /// Its machines in start order: whatever a machine depends on stands before it.
    pub nodes: Vec<PlannedNode>,
}

/// A network without a road out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedNetwork {
    /// The author's name for it.
    pub name: String,
    /// Its addresses; the first host is the bridge.
    pub subnet: Subnet,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedNode {
    /// Its name in the scenario.
    pub id: NodeId,
    /// The image that it runs.
    pub image: String,
    /// Replaces the image's entrypoint.
    pub entrypoint: Option<Vec<String>>,
    /// Replaces the image's command.
    pub command: Option<Vec<String>>,
    /// Environment variables, in the author's order.
    pub environment: Vec<(String, String)>,
    /// The folder that the command starts in.
    pub working_dir: Option<String>,
    /// The user that the command runs as.
    pub user: Option<String>,
    /// The name that the machine calls itself.
    pub hostname: String,
    /// How it is found to be well.
    pub healthcheck: Option<Healthcheck>,
    /// What must have come up before it starts.
    pub depends_on: Vec<Dependency>,
    /// Its networks; the first one gives the address that texts name.
    pub attachments: Vec<Attachment>,
    /// Capabilities beyond the default list, without `CAP_`.
    pub capabilities: Vec<String>,
    /// Whether set-uid programs may raise privileges (otherwise `no-new-privileges`).
    pub privilege_escalation: bool,
    /// Limit of memory and swap together, in bytes.
    pub memory: u64,
    /// Limit of processor time, in 10⁻⁹ processors.
    pub nano_cpus: i64,
    /// Limit of processes and threads.
    pub pids: i64,
    /// Folders in memory, each with its mount options.
    pub tmpfs: Vec<(String, String)>,
    /// Whether a small init reaps orphaned processes.
    pub init: bool,
    /// Whether the command gets a terminal.
    pub tty: bool,
    /// How long the command may take to stop by itself.
    pub stop_grace: Duration,
    /// Files to place after creation and before start.
    pub files: Vec<PlannedFile>,
}

/// A command that says whether a machine is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Healthcheck {
    /// As in Compose: `CMD` and arguments, `CMD-SHELL` and one line, or `NONE`.
    pub test: Vec<String>,
    /// Time between two runs.
    pub interval: Duration,
    /// How long one run may take.
    pub timeout: Duration,
    /// How many failures in a row make it unwell.
    pub retries: i64,
    /// How long after the start failures do not count.
    pub start_period: Duration,
}

/// A machine that another one waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dependency {
    /// The machine waited for.
    pub node: NodeId,
    /// What it must have reached.
    pub condition: DependencyCondition,
}

/// What a machine must have reached before those that depend on it start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DependencyCondition {
    /// Its command runs.
    Started,
    /// Its health check passes.
    Healthy,
    /// Its command ended with status 0.
    Completed,
}

/// A machine's place in a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Index into [`EnvironmentPlan::networks`].
    pub network: usize,
    /// Its address there.
    pub address: Ipv4Addr,
    /// Names besides its own under which others find it there.
    pub aliases: Vec<String>,
}

/// A file to place in a machine.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PlannedFile {
    /// Absolute path in the machine.
    pub path: String,
    /// What it holds, values filled in.
    pub content: Vec<u8>,
    /// Permission bits.
    pub mode: u32,
    /// `user:group`, names or numbers, as the image knows them; root when absent.
    pub owner: Option<String>,
}

impl fmt::Debug for PlannedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlannedFile")
            .field("path", &self.path)
            .field("bytes", &self.content.len())
            .field("mode", &format_args!("{:o}", self.mode))
            .field("owner", &self.owner)
            .finish()
    }
}

impl EnvironmentPlan {
    /// The machine of this name.
    #[must_use]
    pub fn node(&self, id: &NodeId) -> Option<&PlannedNode> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// The address by which texts name a machine: the one in its first network.
    #[must_use]
    pub fn address(&self, id: &NodeId) -> Option<Ipv4Addr> {
        self.node(id)?
            .attachments
            .first()
            .map(|attachment| attachment.address)
    }
}
