//! An environment's machines: containers with every limit set before they run.
//!
//! A node is hostile by design. It gets a short list of capabilities, our own system-call profile, bounded memory,
//! processor, processes and logs, no published port, no host path, and one read-only volume with the platform's tools.

use std::collections::HashMap;

use bollard::{
    Docker,
    models::{
        ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HostConfig, HostConfigLogConfig,
        Mount, MountType, MountVolumeOptions, NetworkConnectRequest, NetworkDisconnectRequest,
        NetworkingConfig, ResourcesUlimits, RestartPolicy, RestartPolicyNameEnum,
    },
    query_parameters::CreateContainerOptionsBuilder,
};

use crate::{
    environments::{
        commands::TOOLS,
        engine::{DISK, Incarnation},
        failure::EngineError,
        names,
        progress::Stage,
    },
    ids::{EnvironmentId, InstallationId},
    scenarios::{Attachment, EnvironmentPlan, Healthcheck, PlannedNode},
};

use super::{
    connection::{refused, status},
    health,
};

/// What every node may do; scenarios add to it from their own short list.
const CAPABILITIES: [&str; 10] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "NET_BIND_SERVICE",
    "SYS_CHROOT",
    "AUDIT_WRITE",
];
/// Open files a process; below what any engine's host allows.
const OPEN_FILES: i64 = 4096;
/// Size of one log file of a container, and how many are kept: a flood on standard output ends here.
const LOG_SIZE: &str = "1m";
const LOG_FILES: &str = "2";
/// Size of `/dev/shm` in bytes.
const SHARED_MEMORY: i64 = 64 << 20;
/// Under memory pressure of the whole host a node goes before the platform does.
const OUT_OF_MEMORY_SCORE: i64 = 500;
/// The engine's resolver asks this address about names that no node has. By RFC 7600 nothing ever answers there;
/// left unset it would be the host's own server.
const NO_RESOLVER: &str = "192.0.0.8";
/// An unknown name costs a second a question instead of twenty, and names without a dot are not asked on.
const RESOLVER_OPTIONS: [&str; 4] = ["timeout:1", "attempts:1", "ndots:1", "no-aaaa"];

/// What all containers of an engine share.
pub(super) struct Settings {
    /// Whose they are.
    pub owner: InstallationId,
    /// Volume with the platform's tools.
    pub tools: String,
    /// The system-call profile, as text.
    pub seccomp: String,
    /// What runs them, by the engine's name for it; empty means its usual one.
    pub runtime: String,
    /// Processes that it takes for itself in each of them.
    pub runtime_processes: u32,
    /// Whether the engine can limit what a container writes.
    pub disk_quota: bool,
}

/// Makes the container of `node`; `true` where it was there already.
pub(super) async fn make(
    docker: &Docker,
    settings: &Settings,
    plan: &EnvironmentPlan,
    incarnation: Incarnation,
    node: &PlannedNode,
) -> Result<bool, EngineError> {
    let name = names::container(plan.environment, &node.id);
    let options = CreateContainerOptionsBuilder::default().name(&name).build();
    let check = health::of(docker, node).await?;
    let body = body(settings, plan, incarnation, node, check.as_ref());
    let existed = match docker.create_container(Some(options), body).await {
        Ok(_) => false,
        Err(error)
            if status(&error) == Some(404) && error.to_string().contains("No such image") =>
        {
            return Err(EngineError::ImageMissing {
                node: node.id.clone(),
                image: node.image.clone(),
            });
        }
        Err(error) if status(&error) == Some(409) => {
            let found = docker
                .inspect_container(&name, None)
                .await
                .map_err(|error| refused(error, Stage::Create, Some(&node.id)))?;
            let labels = found
                .config
                .and_then(|config| config.labels)
                .unwrap_or_default();
            match names::belongs(&labels, settings.owner) {
                Some((environment, life, _))
                    if environment == plan.environment && life == incarnation =>
                {
                    true
                }
                Some((environment, ..)) if environment == plan.environment => {
                    return Err(refused(error, Stage::Create, Some(&node.id)));
                }
                _ => return Err(EngineError::Stranger(name)),
            }
        }
        Err(error) => return Err(refused(error, Stage::Create, Some(&node.id))),
    };
    Ok(existed)
}

/// Connects `node`'s container to its networks after the first; engines before API 1.44 create with one only.
pub(super) async fn connect(
    docker: &Docker,
    environment: EnvironmentId,
    node: &PlannedNode,
) -> Result<(), EngineError> {
    for attachment in node.attachments.iter().skip(1) {
        join(docker, environment, node, attachment).await?;
    }
    Ok(())
}

/// Connects `node`'s container again to those of its networks that are not among `joined`: somebody took it out, or the
/// network was removed and made again.
pub(super) async fn connect_again(
    docker: &Docker,
    environment: EnvironmentId,
    node: &PlannedNode,
    joined: &[String],
) -> Result<(), EngineError> {
    for attachment in &node.attachments {
        let network = names::network(environment, attachment.network);
        if joined.contains(&network) {
            continue;
        }
        // A container that stood still while its network went remembers that one, and would not start. One that
        // remembers nothing has nothing to forget.
        let forget = NetworkDisconnectRequest {
            container: names::container(environment, &node.id),
            force: Some(true),
        };
        match docker.disconnect_network(&network, forget).await {
            Err(error) if status(&error).is_none() => {
                return Err(refused(error, Stage::Network, Some(&node.id)));
            }
            _ => {}
        }
        join(docker, environment, node, attachment).await?;
    }
    Ok(())
}

async fn join(
    docker: &Docker,
    environment: EnvironmentId,
    node: &PlannedNode,
    attachment: &Attachment,
) -> Result<(), EngineError> {
    let request = NetworkConnectRequest {
        container: names::container(environment, &node.id),
        endpoint_config: Some(endpoint(node, attachment)),
    };
    let network = names::network(environment, attachment.network);
    match docker.connect_network(&network, request).await {
        Err(error) if !error.to_string().contains("already exists in network") => {
            Err(refused(error, Stage::Create, Some(&node.id)))
        }
        _ => Ok(()),
    }
}

fn body(
    settings: &Settings,
    plan: &EnvironmentPlan,
    incarnation: Incarnation,
    node: &PlannedNode,
    check: Option<&Healthcheck>,
) -> ContainerCreateBody {
    let primary = node.attachments.first();
    let network = primary.map(|attachment| names::network(plan.environment, attachment.network));
    ContainerCreateBody {
        hostname: Some(node.hostname.clone()),
        user: node.user.clone(),
        tty: Some(node.tty),
        env: Some(
            node.environment
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        ),
        cmd: node.command.clone(),
        entrypoint: node.entrypoint.clone(),
        working_dir: node.working_dir.clone(),
        healthcheck: Some(health::for_engine(check)),
        image: Some(node.image.clone()),
        labels: Some(names::labels(
            settings.owner,
            plan.environment,
            incarnation,
            Some(&node.id),
        )),
        stop_timeout: i64::try_from(node.stop_grace.as_secs()).ok(),
        host_config: Some(HostConfig {
            network_mode: Some(network.clone().unwrap_or_else(|| "none".to_owned())),
            ..limits(settings, node)
        }),
        networking_config: primary
            .zip(network)
            .map(|(attachment, network)| NetworkingConfig {
                endpoints_config: Some(HashMap::from([(network, endpoint(node, attachment))])),
            }),
        ..ContainerCreateBody::default()
    }
}

fn limits(settings: &Settings, node: &PlannedNode) -> HostConfig {
    let memory = i64::try_from(node.memory).unwrap_or(i64::MAX);
    let mut security = vec![format!("seccomp={}", settings.seccomp)];
    if !node.privilege_escalation {
        security.push("no-new-privileges:true".to_owned());
    }
    let capabilities = CAPABILITIES
        .into_iter()
        .map(str::to_owned)
        .chain(node.capabilities.iter().cloned());
    HostConfig {
        memory: Some(memory),
        memory_swap: Some(memory),
        nano_cpus: Some(node.nano_cpus),
        pids_limit: Some(node.pids.saturating_add(settings.runtime_processes.into())),
        shm_size: Some(SHARED_MEMORY.min(memory)),
        oom_score_adj: Some(OUT_OF_MEMORY_SCORE),
        ulimits: Some(vec![limit("nofile", OPEN_FILES), limit("core", 0)]),
        init: Some(node.init),
        runtime: Some(settings.runtime.clone()).filter(|runtime| !runtime.is_empty()),
        cap_drop: Some(vec!["ALL".to_owned()]),
        cap_add: Some(capabilities.collect()),
        security_opt: Some(security),
        privileged: Some(false),
        publish_all_ports: Some(false),
        ipc_mode: Some("private".to_owned()),
        dns: Some(vec![NO_RESOLVER.to_owned()]),
        dns_options: Some(RESOLVER_OPTIONS.map(str::to_owned).to_vec()),
        dns_search: Some(vec![".".to_owned()]),
        restart_policy: Some(RestartPolicy {
            name: Some(RestartPolicyNameEnum::NO),
            maximum_retry_count: None,
        }),
        log_config: Some(HostConfigLogConfig {
            typ: Some("local".to_owned()),
            config: Some(HashMap::from([
                ("max-size".to_owned(), LOG_SIZE.to_owned()),
                ("max-file".to_owned(), LOG_FILES.to_owned()),
            ])),
        }),
        storage_opt: settings
            .disk_quota
            .then(|| HashMap::from([("size".to_owned(), DISK.to_string())])),
        tmpfs: Some(node.tmpfs.iter().cloned().collect()),
        mounts: Some(vec![Mount {
            target: Some(TOOLS.to_owned()),
            source: Some(settings.tools.clone()),
            typ: Some(MountType::VOLUME),
            read_only: Some(true),
            volume_options: Some(MountVolumeOptions {
                no_copy: Some(true),
                ..MountVolumeOptions::default()
            }),
            ..Mount::default()
        }]),
        ..HostConfig::default()
    }
}

fn limit(name: &str, value: i64) -> ResourcesUlimits {
    ResourcesUlimits {
        name: Some(name.to_owned()),
        soft: Some(value),
        hard: Some(value),
    }
}

fn endpoint(node: &PlannedNode, attachment: &Attachment) -> EndpointSettings {
    let mut aliases = vec![node.id.to_string()];
    aliases.extend(
        attachment
            .aliases
            .iter()
            .filter(|&alias| alias != node.id.as_str())
            .cloned(),
    );
    EndpointSettings {
        ipam_config: Some(EndpointIpamConfig {
            ipv4_address: Some(attachment.address.to_string()),
            ..EndpointIpamConfig::default()
        }),
        aliases: Some(aliases),
        ..EndpointSettings::default()
    }
}
