//! The ceiling: the same networks and machines by plain calls, without limits, files, checks or looking twice.

use std::collections::HashMap;

use bollard::{
    Docker,
    models::{
        ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HostConfig, Ipam, IpamConfig,
        NetworkCreateRequest, NetworkingConfig,
    },
    query_parameters::{
        CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, StartContainerOptions,
    },
};
use futures_util::future::join_all;
use thaotruong::{ids::InstallationId, scenarios::EnvironmentPlan};

/// What was made: a network and its machines.
pub struct Made {
    network: String,
    machines: Vec<String>,
}

pub async fn make(docker: &Docker, plan: &EnvironmentPlan, owner: InstallationId) -> Made {
    let tail = plan.environment.0.simple().to_string();
    let network = format!("raw-{}", &tail[22..]);
    docker
        .create_network(NetworkCreateRequest {
            name: network.clone(),
            driver: Some("bridge".to_owned()),
            internal: Some(true),
            ipam: Some(Ipam {
                config: Some(vec![IpamConfig {
                    subnet: Some(plan.networks[0].subnet.to_string()),
                    ..IpamConfig::default()
                }]),
                ..Ipam::default()
            }),
            // Not the label by which the program would take it for its own.
            labels: Some(HashMap::from([("bench".to_owned(), owner.to_string())])),
            ..NetworkCreateRequest::default()
        })
        .await
        .expect("a network");
    let machines = join_all(plan.nodes.iter().map(async |node| {
        let name = format!("{network}-{}", node.id);
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        let endpoint = EndpointSettings {
            ipam_config: Some(EndpointIpamConfig {
                ipv4_address: Some(node.attachments[0].address.to_string()),
                ..EndpointIpamConfig::default()
            }),
            ..EndpointSettings::default()
        };
        let body = ContainerCreateBody {
            image: Some(node.image.clone()),
            entrypoint: node.entrypoint.clone(),
            host_config: Some(HostConfig {
                network_mode: Some(network.clone()),
                ..HostConfig::default()
            }),
            networking_config: Some(NetworkingConfig {
                endpoints_config: Some(HashMap::from([(network.clone(), endpoint)])),
            }),
            ..ContainerCreateBody::default()
        };
        docker
            .create_container(Some(options), body)
            .await
            .expect("a machine");
        docker
            .start_container(&name, None::<StartContainerOptions>)
            .await
            .expect("a running machine");
        name
    }))
    .await;
    Made { network, machines }
}

pub async fn remove(docker: &Docker, made: Made) {
    let options = RemoveContainerOptionsBuilder::default().force(true).build();
    for machine in &made.machines {
        docker
            .remove_container(machine, Some(options.clone()))
            .await
            .expect("removed");
    }
    docker.remove_network(&made.network).await.expect("removed");
}
