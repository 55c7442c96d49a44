//! From a checked scenario and a seed to the plan of one environment.

use std::net::Ipv4Addr;

use super::{
    Addresses, Attachment, Compose, Definition, Dependency, EnvironmentPlan, NodeId, PlanInput,
    PlannedFile, PlannedNetwork, PlannedNode, Subnet, Values, compose::ComposeService,
    model::NodeFile, problem::Problem, templates::RenderError,
};

/// A plan that cannot be made. A checked scenario with subnets of the right sizes has one, unless a drawn value does
/// not fit its place.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Not one subnet for each network.
    #[error("{networks} networks but {subnets} subnets")]
    Subnets {
        /// Networks of the scenario.
        networks: usize,
        /// Subnets given.
        subnets: usize,
    },
    /// More nodes than addresses.
    #[error("{0} has no address left for {1}")]
    Full(Subnet, NodeId),
    /// A value drawn for this environment makes the Compose file wrong.
    #[error("{}:{}: {}", .0.file, .0.span.line, .0.message.id)]
    Value(Box<Problem>),
    /// A file or text names something that has no value.
    #[error("{file}")]
    Render {
        /// The file in the bundle.
        file: String,
        /// Why not.
        source: RenderError,
    },
    /// A file to place is not in the bundle, or a template is not text.
    #[error("{0} cannot be placed")]
    File(String),
    /// Machines wait for each other.
    #[error("{0} waits for itself")]
    Cycle(NodeId),
}

/// First host address that a node may have; the one before belongs to the bridge.
const FIRST_NODE: u32 = 2;

/// The addresses of every node, in the order of its networks: those that the engine gave, otherwise in each network by
/// the author's order from `.2` on.
pub(super) fn addresses(compose: &Compose, input: &PlanInput<'_>) -> Result<Addresses, PlanError> {
    if let Some(given) = input.addresses {
        return Ok(given.clone());
    }
    let subnets = input.subnets;
    if compose.networks.len() != subnets.len() {
        return Err(PlanError::Subnets {
            networks: compose.networks.len(),
            subnets: subnets.len(),
        });
    }
    let mut next = vec![FIRST_NODE; subnets.len()];
    let mut addresses = Addresses::new();
    for service in &compose.services {
        for index in network_indices(compose, service) {
            let (Some(subnet), Some(next)) = (subnets.get(index), next.get_mut(index)) else {
                continue;
            };
            let last = subnet.host(*next + 1);
            let address = subnet.host(*next).filter(|_| last.is_some());
            let address = address.ok_or_else(|| PlanError::Full(*subnet, service.id.clone()))?;
            *next += 1;
            addresses
                .entry(service.id.clone())
                .or_default()
                .push(address);
        }
    }
    Ok(addresses)
}

/// Puts a plan together.
pub(super) fn assemble(
    definition: &Definition,
    compose: &Compose,
    addresses: &Addresses,
    values: &Values,
    input: &PlanInput<'_>,
) -> Result<EnvironmentPlan, PlanError> {
    let networks = compose.networks.iter().zip(input.subnets);
    let networks = networks
        .map(|(name, subnet)| PlannedNetwork {
            name: name.clone(),
            subnet: *subnet,
        })
        .collect();
    let mut nodes = Vec::with_capacity(compose.services.len());
    for service in start_order(compose).map_err(PlanError::Cycle)? {
        let own = addresses
            .get(&service.id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        nodes.push(planned_node(definition, compose, service, own, values)?);
    }
    Ok(EnvironmentPlan {
        environment: input.environment,
        networks,
        nodes,
    })
}

/// Services so that each stands behind what it depends on, otherwise in the author's order; or one of a circle.
pub(super) fn start_order(compose: &Compose) -> Result<Vec<&ComposeService>, NodeId> {
    let mut waiting: Vec<&ComposeService> = compose.services.iter().collect();
    let mut order: Vec<&ComposeService> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_free = |service: &&ComposeService| {
            service.depends_on.iter().all(|(on, _)| {
                order.iter().any(|done| done.id == *on)
                    || !compose.services.iter().any(|known| known.id == *on)
            })
        };
        let Some(index) = waiting.iter().position(is_free) else {
            return Err(waiting
                .first()
                .map_or_else(|| NodeId::from(""), |service| service.id.clone()));
        };
        order.push(waiting.remove(index));
    }
    Ok(order)
}

fn planned_node(
    definition: &Definition,
    compose: &Compose,
    service: &ComposeService,
    addresses: &[Ipv4Addr],
    values: &Values,
) -> Result<PlannedNode, PlanError> {
    let attachments = network_indices(compose, service)
        .zip(&service.networks)
        .zip(addresses)
        .map(|((network, (_, aliases)), address)| Attachment {
            network,
            address: *address,
            aliases: aliases.clone(),
        })
        .collect();
    let files = definition
        .scenario
        .files
        .iter()
        .filter(|file| file.node == service.id && values.has_variant(&file.variants));
    let depends_on = service.depends_on.iter();
    Ok(PlannedNode {
        id: service.id.clone(),
        image: service.image.clone(),
        entrypoint: service.entrypoint.clone(),
        command: service.command.clone(),
        environment: service.environment.clone(),
        working_dir: service.working_dir.clone(),
        user: service.user.clone(),
        hostname: service
            .hostname
            .clone()
            .unwrap_or_else(|| service.id.to_string()),
        healthcheck: service.healthcheck.clone(),
        depends_on: depends_on
            .map(|(node, condition)| Dependency {
                node: node.clone(),
                condition: *condition,
            })
            .collect(),
        attachments,
        capabilities: service.capabilities.clone(),
        privilege_escalation: definition
            .scenario
            .node(&service.id)
            .is_some_and(|node| node.privilege_escalation),
        memory: service.memory,
        nano_cpus: service.nano_cpus,
        pids: service.pids,
        tmpfs: service.tmpfs.clone(),
        init: service.init,
        tty: service.tty,
        stop_grace: service.stop_grace,
        files: files
            .map(|file| planned_file(definition, file, values))
            .collect::<Result<_, _>>()?,
    })
}

/// Indices of a service's networks.
fn network_indices<'a>(
    compose: &'a Compose,
    service: &'a ComposeService,
) -> impl Iterator<Item = usize> + 'a {
    service
        .networks
        .iter()
        .filter_map(|(name, _)| compose.networks.iter().position(|known| known == name))
}

fn planned_file(
    definition: &Definition,
    file: &NodeFile,
    values: &Values,
) -> Result<PlannedFile, PlanError> {
    let missing = || PlanError::File(file.from.clone());
    let source = definition.bundle.file(&file.from).ok_or_else(missing)?;
    let content = if file.template {
        let text = std::str::from_utf8(&source.bytes).map_err(|_| missing())?;
        let rendered = values.render(text);
        rendered
            .map_err(|source| PlanError::Render {
                file: file.from.clone(),
                source,
            })?
            .into_bytes()
    } else {
        source.bytes.clone()
    };
    let default_mode = if source.mode & 0o111 == 0 {
        0o644
    } else {
        0o755
    };
    let mode = file.mode.unwrap_or(default_mode);
    Ok(PlannedFile {
        path: file.path.clone(),
        content,
        mode,
        owner: file.owner.clone(),
    })
}
