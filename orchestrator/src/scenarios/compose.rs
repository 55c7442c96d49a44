//! The part of the Compose Specification that an environment is written in.
//!
//! Every author knows Compose, so its keys mean here what they mean there. What would reach out of the lab (host
//! ports, mounts, namespaces) is refused with the reason and what to do instead; what the range does not know is named
//! rather than dropped. Defaults bound every machine, whatever its author forgot.

pub(in crate::scenarios) mod env_file;
mod interpolate;
mod links;
mod refused;
mod service;
mod volumes;

use std::time::Duration;

pub use interpolate::{Lookup, interpolate};
use serde::Serialize;

use super::{
    NodeId,
    fields::Fields,
    findings::{Reader, Thing},
    plan::{DependencyCondition, Healthcheck},
    problem::Message,
    tree::{Node, Value},
};

/// The network that services join which name none, as in Compose.
const DEFAULT_NETWORK: &str = "default";

/// The machines and networks of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Compose {
    /// Networks in the author's order.
    pub networks: Vec<String>,
    /// Machines in the author's order.
    pub services: Vec<ComposeService>,
}

/// A machine as its Compose service says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComposeService {
    /// Its name.
    pub id: NodeId,
    /// The image that it runs.
    pub image: String,
    /// The name that it calls itself; its own when absent.
    pub hostname: Option<String>,
    /// Replaces the image's entrypoint.
    pub entrypoint: Option<Vec<String>>,
    /// Replaces the image's command.
    pub command: Option<Vec<String>>,
    /// Environment variables in the author's order.
    pub environment: Vec<(String, String)>,
    /// The folder that the command starts in.
    pub working_dir: Option<String>,
    /// The user that the command runs as.
    pub user: Option<String>,
    /// How it is found to be well.
    pub healthcheck: Option<Healthcheck>,
    /// What it waits for.
    pub depends_on: Vec<(NodeId, DependencyCondition)>,
    /// Its networks, each with further names.
    pub networks: Vec<(String, Vec<String>)>,
    /// Capabilities beyond the default list.
    pub capabilities: Vec<String>,
    /// Memory and swap together, in bytes.
    pub memory: u64,
    /// Processor time, in 10⁻⁹ processors.
    pub nano_cpus: i64,
    /// Processes and threads.
    pub pids: i64,
    /// Folders in memory with their mount options.
    pub tmpfs: Vec<(String, String)>,
    /// Whether a small init reaps orphaned processes.
    pub init: bool,
    /// Whether the command gets a terminal.
    pub tty: bool,
    /// How long the command may take to stop by itself.
    #[serde(serialize_with = "super::time::seconds")]
    pub stop_grace: Duration,
}

/// What a Compose file names beside itself.
pub(super) struct Beside<'a> {
    /// A file of the bundle by its path.
    pub files: &'a dyn Fn(&str) -> Option<&'a [u8]>,
    /// What `${…}` in it is filled in with.
    pub variables: &'a dyn Lookup,
}

impl Compose {
    /// Reads a Compose file whose `${…}` are already filled in.
    pub(super) fn read(reader: Reader<'_>, root: &Node, beside: &Beside<'_>) -> Self {
        reader.map(root, |fields| {
            refused::top_level(fields);
            let mut networks = read_networks(fields);
            let mut linked = Vec::new();
            let mut services: Vec<ComposeService> = match fields.required("services") {
                Some(node) => {
                    if !matches!(node.value, Value::Map(_)) {
                        reader.findings().unreadable(Thing::ComposeService);
                    }
                    let entries = reader.entries(node).iter();
                    entries
                        .map(|entry| {
                            linked.extend(links::read(reader, &entry.key, &entry.value));
                            ComposeService::read(
                                reader,
                                &entry.key,
                                entry.span,
                                &entry.value,
                                beside,
                            )
                        })
                        .collect()
                }
                None => Vec::new(),
            };
            links::join(reader, &linked, &mut services);
            let uses_default = |service: &ComposeService| {
                service
                    .networks
                    .iter()
                    .any(|(name, _)| name == DEFAULT_NETWORK)
            };
            if !networks.iter().any(|name| name == DEFAULT_NETWORK)
                && services.iter().any(uses_default)
            {
                networks.insert(0, DEFAULT_NETWORK.to_owned());
            }
            Self { networks, services }
        })
    }
}

fn read_networks(fields: &Fields<'_>) -> Vec<String> {
    let reader = fields.reader();
    reader.findings().declare(Thing::Network, DEFAULT_NETWORK);
    let Some(node) = fields.optional("networks") else {
        return Vec::new();
    };
    if !matches!(node.value, Value::Map(_)) {
        reader.findings().unreadable(Thing::Network);
    }
    let entries = reader.entries(node);
    for entry in entries {
        reader.name(&entry.key, entry.span);
        if entry.key != DEFAULT_NETWORK {
            reader.declare(Thing::Network, &entry.key, entry.span);
        }
        if entry.value.value != Value::Null {
            reader.map(&entry.value, |fields| refused::network(fields));
        }
    }
    entries.iter().map(|entry| entry.key.clone()).collect()
}

/// Sets a variable; one that is set again stands where it was.
fn set(pairs: &mut Vec<(String, String)>, name: String, value: String) {
    match pairs.iter_mut().find(|(other, _)| *other == name) {
        Some((_, there)) => *there = value,
        None => pairs.push((name, value)),
    }
}

/// Says once more, at the place of the key, that it is refused and what to do instead.
fn refuse(fields: &Fields<'_>, key: &'static str, reason: &'static str) {
    fields.know(key);
    if let Some(span) = fields.key_span(key) {
        let help = Message::new(reason);
        fields.reader().error(
            span,
            Message::new("scenario-compose-refused").with("key", key),
            Some(help),
        );
    }
}

/// Why a key of the file itself is refused.
pub(in crate::scenarios) fn refused_at_top(key: &str) -> Option<&'static str> {
    refused::reason(refused::TOP_LEVEL, key)
}

/// Why a key of a network is refused.
pub(in crate::scenarios) fn refused_in_network(key: &str) -> Option<&'static str> {
    refused::reason(refused::NETWORK, key)
}

/// Why a key of a service's network is refused.
pub(in crate::scenarios) fn refused_in_attachment(key: &str) -> Option<&'static str> {
    refused::reason(service::ATTACHMENT, key)
}

/// Why a key of a service is refused, or that it is not carried out.
pub(in crate::scenarios) fn refused_in_service(key: &str) -> Option<Message> {
    if let Some(reason) = refused::reason(refused::SERVICE, key) {
        return Some(Message::new(reason));
    }
    let unsupported = refused::UNSUPPORTED.contains(&key);
    unsupported.then(|| Message::new("scenario-compose-unsupported").with("key", key))
}

/// Whether a machine may have this capability.
pub(in crate::scenarios) fn gives(capability: &str) -> bool {
    service::gives(capability)
}
