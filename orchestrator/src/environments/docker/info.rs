//! What the engine is, has and says: version, images, addresses, events.

use std::net::Ipv4Addr;

use bollard::{
    Docker,
    models::{ContainerInspectResponse, EventMessage},
};

use crate::{
    environments::{
        engine::{EngineEvent, EngineInfo},
        failure::EngineError,
        names,
    },
    ids::{EnvironmentId, InstallationId},
};

use super::connection::{status, unanswered};

/// What the engine is and what its machine has; `runtime` is the one that machines shall have.
pub(super) async fn read(docker: &Docker, runtime: &str) -> Result<EngineInfo, EngineError> {
    let info = docker.info().await.map_err(unanswered)?;
    let detail = |key: &str| {
        info.driver_status
            .iter()
            .flatten()
            .find(|pair| pair.first().is_some_and(|name| name == key))
            .and_then(|pair| pair.get(1))
            .cloned()
            .unwrap_or_default()
    };
    let (driver, below) = (
        info.driver.clone().unwrap_or_default(),
        detail("Backing Filesystem"),
    );
    // Btrfs limits what a container writes by itself. On XFS the engine does not say whether project quotas are on:
    // whoever set the daemon up does.
    let disk_quota = driver == "btrfs"
        || driver == "overlay2"
            && below == "xfs"
            && detail("Supports d_type") == "true"
            && quotas_on(&info);
    Ok(EngineInfo {
        version: format!(
            "Docker {} (API {})",
            info.server_version.clone().unwrap_or_default(),
            docker.client_version()
        ),
        cpus: info
            .ncpu
            .and_then(|count| count.try_into().ok())
            .unwrap_or_default(),
        memory: info
            .mem_total
            .and_then(|bytes| bytes.try_into().ok())
            .unwrap_or_default(),
        security: info
            .security_options
            .clone()
            .unwrap_or_default()
            .iter()
            .filter_map(|option| {
                option
                    .split(',')
                    .find_map(|part| part.strip_prefix("name="))
            })
            .map(str::to_owned)
            .collect(),
        storage: if below.is_empty() {
            driver
        } else {
            format!("{driver} on {below}")
        },
        disk_quota,
        unknown_runtime: (!runtime.is_empty() && !knows_runtime(&info, runtime))
            .then(|| runtime.to_owned()),
        unlimited: [
            ("memory", info.memory_limit),
            ("swap", info.swap_limit),
            ("cpu", info.cpu_cfs_quota),
            ("pids", info.pids_limit),
        ]
        .into_iter()
        .filter(|(_, can)| *can == Some(false))
        .map(|(what, _)| what.to_owned())
        .collect(),
    })
}

/// Whether the engine has a runtime of this name.
fn knows_runtime(info: &bollard::models::SystemInfo, runtime: &str) -> bool {
    info.runtimes
        .as_ref()
        .is_some_and(|known| known.contains_key(runtime))
}

/// An administrator who mounts the engine's data root with project quotas says so with a daemon label.
fn quotas_on(info: &bollard::models::SystemInfo) -> bool {
    info.labels
        .iter()
        .flatten()
        .any(|label| label == "vn.thaotruong.quota=true")
}

/// The engine's own time in seconds since 1970, as its events are asked for.
pub(super) async fn seconds(docker: &Docker) -> Result<String, EngineError> {
    let time = docker
        .info()
        .await
        .map_err(unanswered)?
        .system_time
        .unwrap_or_default();
    let time: jiff::Timestamp = time
        .parse()
        .map_err(|_| EngineError::Away(format!("its clock says `{time}`")))?;
    Ok(time.as_second().to_string())
}

/// Whether the engine has `image`.
pub(super) async fn has_image(docker: &Docker, image: &str) -> Result<bool, EngineError> {
    match docker.inspect_image(image).await {
        Ok(_) => Ok(true),
        Err(error) if status(&error) == Some(404) => Ok(false),
        Err(error) => Err(unanswered(error)),
    }
}

/// A container's addresses in its environment's networks, that of its primary one first.
pub(super) fn addresses(
    environment: EnvironmentId,
    container: ContainerInspectResponse,
) -> Vec<Ipv4Addr> {
    let prefix = format!("{}{}-", names::BRIDGE_PREFIX, names::short(environment));
    let primary = container.host_config.and_then(|config| config.network_mode);
    let networks = container
        .network_settings
        .and_then(|settings| settings.networks)
        .unwrap_or_default();
    let mut found: Vec<(bool, String, Ipv4Addr)> = networks
        .into_iter()
        .filter(|(name, _)| name.starts_with(&prefix))
        .filter_map(|(name, endpoint)| {
            Some((
                Some(&name) != primary.as_ref(),
                name,
                endpoint.ip_address?.parse().ok()?,
            ))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, _, address)| address).collect()
}

/// An event of ours; networks' events carry no labels on old engines and are left out.
pub(super) fn event(event: EventMessage, owner: InstallationId) -> Option<EngineEvent> {
    let labels = event.actor?.attributes?;
    let (environment, _, node) = names::belongs(&labels, owner)?;
    let action = event.action?;
    // Every health check is an exec, every file that is placed an extraction: nobody needs to hear of those.
    let is_ours = action.starts_with("exec_") || action == "extract-to-dir";
    (!is_ours).then_some(EngineEvent {
        environment,
        node,
        action,
    })
}
