//! An environment's networks: internal bridges with addresses of our choice.
//!
//! Two networks of one name cannot come about: both would need the same address range and the same bridge, and the
//! engine refuses the second. So a lost response is mended by looking.

use std::collections::HashMap;

use bollard::{
    Docker,
    models::{Ipam, IpamConfig, NetworkCreateRequest},
    query_parameters::ListNetworksOptionsBuilder,
};

use crate::{
    environments::{
        engine::Incarnation,
        failpoint,
        failure::EngineError,
        names,
        progress::{Progress, Stage},
    },
    ids::{EnvironmentId, InstallationId},
    scenarios::{EnvironmentPlan, PlannedNetwork, Subnet},
};

use super::connection::{refused, status, unanswered};

/// A network as found.
pub(super) struct Found {
    pub id: String,
    pub name: String,
    pub labels: HashMap<String, String>,
    pub ranges: Vec<Subnet>,
}

/// Refuses where a stranger's network, among `existing`, has a name that ours must have: an engine would make a second
/// one of that name beside it, and machines are joined by name.
pub(super) fn refuse_strangers(
    existing: &[Found],
    owner: InstallationId,
    plan: &EnvironmentPlan,
) -> Result<(), EngineError> {
    let own = |index| names::network(plan.environment, index);
    let stranger = existing
        .iter()
        .filter(|found| !is_ours(found, owner, plan.environment))
        .find(|found| (0..plan.networks.len()).any(|index| own(index) == found.name));
    stranger.map_or(Ok(()), |found| {
        Err(EngineError::Stranger(found.name.clone()))
    })
}

/// Makes those networks of `plan` that are not among `existing`.
pub(super) async fn make(
    docker: &Docker,
    owner: InstallationId,
    (plan, incarnation): (&EnvironmentPlan, Incarnation),
    existing: &[Found],
    progress: &Progress,
) -> Result<(), EngineError> {
    let total = plan.networks.len();
    for (index, network) in plan.networks.iter().enumerate() {
        progress.report(Stage::Network, index, total, None);
        let name = names::network(plan.environment, index);
        if !existing.iter().any(|found| found.name == name) {
            make_one(docker, owner, plan.environment, incarnation, &name, network).await?;
        }
        failpoint::reach("after-network");
    }
    progress.report(Stage::Network, total, total, None);
    Ok(())
}

fn is_ours(found: &Found, owner: InstallationId, environment: EnvironmentId) -> bool {
    names::belongs(&found.labels, owner).is_some_and(|(of, ..)| of == environment)
}

async fn make_one(
    docker: &Docker,
    owner: InstallationId,
    environment: EnvironmentId,
    incarnation: Incarnation,
    name: &str,
    network: &PlannedNetwork,
) -> Result<(), EngineError> {
    let request = NetworkCreateRequest {
        name: name.to_owned(),
        driver: Some("bridge".to_owned()),
        internal: Some(true),
        attachable: Some(false),
        enable_ipv6: Some(false),
        ipam: Some(Ipam {
            driver: Some("default".to_owned()),
            config: Some(vec![IpamConfig {
                subnet: Some(network.subnet.to_string()),
                gateway: network.subnet.bridge().map(|address| address.to_string()),
                ..IpamConfig::default()
            }]),
            options: None,
        }),
        options: Some(HashMap::from([
            ("com.docker.network.bridge.name".to_owned(), name.to_owned()),
            (
                "com.docker.network.bridge.enable_ip_masquerade".to_owned(),
                "false".to_owned(),
            ),
        ])),
        labels: Some(names::labels(owner, environment, incarnation, None)),
        ..NetworkCreateRequest::default()
    };
    let Err(error) = docker.create_network(request).await else {
        return Ok(());
    };
    let text = error.to_string();
    if status(&error).is_some() {
        match all(docker).await?.iter().find(|found| found.name == name) {
            Some(found) if is_ours(found, owner, environment) => return Ok(()),
            Some(_) => return Err(EngineError::Stranger(name.to_owned())),
            None => {}
        }
        if text.contains("overlap") || text.contains("conflicts with network") {
            return Err(EngineError::RangeTaken {
                subnet: network.subnet,
                detail: text,
            });
        }
    }
    Err(refused(error, Stage::Network, None))
}

/// Every network that the engine has.
pub(super) async fn all(docker: &Docker) -> Result<Vec<Found>, EngineError> {
    list(docker, HashMap::new()).await
}

/// Every network of this installation.
pub(super) async fn ours(
    docker: &Docker,
    owner: InstallationId,
) -> Result<Vec<Found>, EngineError> {
    list(
        docker,
        HashMap::from([("label", vec![format!("{}={owner}", names::OWNER)])]),
    )
    .await
}

/// The networks of one environment.
pub(super) async fn of_environment(
    docker: &Docker,
    owner: InstallationId,
    environment: EnvironmentId,
) -> Result<Vec<Found>, EngineError> {
    let labels = vec![
        format!("{}={owner}", names::OWNER),
        format!("{}={environment}", names::ENVIRONMENT),
    ];
    list(docker, HashMap::from([("label", labels)])).await
}

async fn list(
    docker: &Docker,
    filters: HashMap<&str, Vec<String>>,
) -> Result<Vec<Found>, EngineError> {
    let options = ListNetworksOptionsBuilder::default()
        .filters(&filters)
        .build();
    let networks = docker
        .list_networks(Some(options))
        .await
        .map_err(unanswered)?;
    Ok(networks
        .into_iter()
        .map(|network| Found {
            id: network.id.unwrap_or_default(),
            name: network.name.unwrap_or_default(),
            labels: network.labels.unwrap_or_default(),
            ranges: network
                .ipam
                .and_then(|ipam| ipam.config)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|config| config.subnet?.parse().ok())
                .collect(),
        })
        .collect())
}
