//! The ceiling: the same networks and machines by plain calls, with their limits, files, order and checks, without looking
//! at anything twice and without a database.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use bollard::{
    Docker, body_full,
    exec::{CreateExecOptions, StartExecResults},
    models::{
        ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HealthConfig, HostConfig, Ipam,
        IpamConfig, NetworkConnectRequest, NetworkCreateRequest, NetworkingConfig,
    },
    query_parameters::{
        CreateContainerOptionsBuilder, ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
        StartContainerOptions, UploadToContainerOptionsBuilder,
    },
};
use futures_util::{StreamExt as _, future::join_all, stream};
use thaotruong::{
    ids::{EnvironmentId, InstallationId},
    scenarios::{Attachment, EnvironmentPlan, PlannedNode},
};

/// Between two questions whether a machine is well.
const PAUSE: Duration = Duration::from_millis(100);

/// With which settings machines are made, by their names in the plan.
#[derive(Default)]
pub struct Settings(HashMap<String, (HostConfig, Option<HealthConfig>)>);

impl Settings {
    /// Those with which the program made the machines of `environment`, as the engine tells them.
    pub async fn of(docker: &Docker, environment: EnvironmentId) -> Self {
        let label = format!("{}={environment}", "vn.thaotruong.environment");
        let filters = HashMap::from([("label", vec![label])]);
        let all = ListContainersOptionsBuilder::default()
            .filters(&filters)
            .build();
        let listed = docker.list_containers(Some(all)).await.expect("a listing");
        let mut settings = HashMap::new();
        for container in listed {
            let node = container
                .labels
                .and_then(|mut labels| labels.remove("vn.thaotruong.node"))
                .expect("a machine of the plan");
            let id = container.id.expect("an id");
            let found = docker
                .inspect_container(&id, None)
                .await
                .expect("a machine");
            let check = found.config.and_then(|config| config.healthcheck);
            settings.insert(node, (found.host_config.expect("settings"), check));
        }
        Self(settings)
    }
}

/// What was made.
pub struct Made {
    networks: Vec<String>,
    pub machines: Vec<String>,
}

pub async fn make(
    docker: &Docker,
    plan: &EnvironmentPlan,
    owner: InstallationId,
    settings: &Settings,
) -> Made {
    let tail = plan.environment.0.simple().to_string();
    let name = |index: usize| format!("raw-{}-{index}", &tail[22..]);
    let mut networks = Vec::new();
    for (index, network) in plan.networks.iter().enumerate() {
        let request = NetworkCreateRequest {
            name: name(index),
            driver: Some("bridge".to_owned()),
            internal: Some(true),
            ipam: Some(Ipam {
                config: Some(vec![IpamConfig {
                    subnet: Some(network.subnet.to_string()),
                    gateway: network.subnet.bridge().map(|address| address.to_string()),
                    ..IpamConfig::default()
                }]),
                ..Ipam::default()
            }),
            // Not the label by which the program would take it for its own.
            labels: Some(HashMap::from([("bench".to_owned(), owner.to_string())])),
            ..NetworkCreateRequest::default()
        };
        docker.create_network(request).await.expect("a network");
        networks.push(name(index));
    }
    let machine = |node: &PlannedNode| format!("{}-{}", name(0), node.id);
    join_all(
        plan.nodes
            .iter()
            .map(|node| create(docker, node, machine(node), &networks, settings)),
    )
    .await;
    let (first, then): (Vec<_>, Vec<_>) =
        plan.nodes.iter().partition(|it| it.depends_on.is_empty());
    for wave in [first, then] {
        join_all(wave.into_iter().map(async |node| {
            docker
                .start_container(&machine(node), None::<StartContainerOptions>)
                .await
                .expect("a running machine");
        }))
        .await;
    }
    join_all(plan.nodes.iter().map(async |node| {
        if let Some(check) = &node.healthcheck
            && let Some(("CMD", command)) = check.test.split_first().map(|(k, c)| (k.as_str(), c))
        {
            while !is_well(docker, &machine(node), command).await {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }))
    .await;
    Made {
        networks,
        machines: plan.nodes.iter().map(machine).collect(),
    }
}

async fn create(
    docker: &Docker,
    node: &PlannedNode,
    name: String,
    networks: &[String],
    settings: &Settings,
) {
    let options = CreateContainerOptionsBuilder::default().name(&name).build();
    let first = &node.attachments[0];
    let network = networks[first.network].clone();
    let (limits, healthcheck) = settings
        .0
        .get(node.id.as_str())
        .cloned()
        .unwrap_or_default();
    let body = ContainerCreateBody {
        healthcheck,
        image: Some(node.image.clone()),
        entrypoint: node.entrypoint.clone(),
        cmd: node.command.clone(),
        env: Some(
            node.environment
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect(),
        ),
        hostname: Some(node.hostname.clone()),
        host_config: Some(HostConfig {
            network_mode: Some(network.clone()),
            ..limits
        }),
        networking_config: Some(NetworkingConfig {
            endpoints_config: Some(HashMap::from([(network, endpoint(node, first))])),
        }),
        ..ContainerCreateBody::default()
    };
    docker
        .create_container(Some(options), body)
        .await
        .expect("a machine");
    for more in &node.attachments[1..] {
        let request = NetworkConnectRequest {
            container: name.clone(),
            endpoint_config: Some(endpoint(node, more)),
        };
        docker
            .connect_network(&networks[more.network], request)
            .await
            .expect("joined");
    }
    if !node.files.is_empty() {
        let mut archive = tar::Builder::new(Vec::new());
        for file in &node.files {
            let mut header = tar::Header::new_gnu();
            header.set_size(file.content.len() as u64);
            header.set_mode(file.mode);
            archive
                .append_data(
                    &mut header,
                    file.path.trim_start_matches('/'),
                    &file.content[..],
                )
                .expect("an archive");
        }
        let archive = archive.into_inner().expect("an archive");
        let root = UploadToContainerOptionsBuilder::default().path("/").build();
        docker
            .upload_to_container(&name, Some(root), body_full(archive.into()))
            .await
            .expect("files");
    }
}

fn endpoint(node: &PlannedNode, attachment: &Attachment) -> EndpointSettings {
    EndpointSettings {
        ipam_config: Some(EndpointIpamConfig {
            ipv4_address: Some(attachment.address.to_string()),
            ..EndpointIpamConfig::default()
        }),
        aliases: Some(vec![node.id.to_string()]),
        ..EndpointSettings::default()
    }
}

async fn is_well(docker: &Docker, machine: &str, command: &[String]) -> bool {
    let options = CreateExecOptions {
        cmd: Some(command.to_vec()),
        attach_stdout: Some(true),
        ..CreateExecOptions::default()
    };
    let exec = docker
        .create_exec(machine, options)
        .await
        .expect("a check")
        .id;
    if let StartExecResults::Attached { mut output, .. } =
        docker.start_exec(&exec, None).await.expect("a check")
    {
        while output.next().await.is_some() {}
    }
    docker
        .inspect_exec(&exec)
        .await
        .expect("its code")
        .exit_code
        == Some(0)
}

/// How long it takes to make `plans` and to take them away again, so many at once.
pub async fn many(
    docker: &Docker,
    plans: &[EnvironmentPlan],
    at_once: usize,
    settings: &Settings,
) -> (Duration, Duration) {
    let began = Instant::now();
    let made = make_many(docker, plans, at_once, settings).await;
    let up = began.elapsed();
    let began = Instant::now();
    remove_many(docker, made, at_once).await;
    (up, began.elapsed())
}

pub async fn make_many(
    docker: &Docker,
    plans: &[EnvironmentPlan],
    at_once: usize,
    settings: &Settings,
) -> Vec<Made> {
    let owner = InstallationId::new();
    stream::iter(plans)
        .map(|plan| make(docker, plan, owner, settings))
        .buffer_unordered(at_once)
        .collect()
        .await
}

pub async fn remove_many(docker: &Docker, made: Vec<Made>, at_once: usize) {
    stream::iter(made)
        .for_each_concurrent(at_once, async |raw| remove(docker, raw).await)
        .await;
}

pub async fn remove(docker: &Docker, made: Made) {
    let options = RemoveContainerOptionsBuilder::default()
        .force(true)
        .v(true)
        .build();
    for machine in &made.machines {
        docker
            .remove_container(machine, Some(options.clone()))
            .await
            .expect("removed");
    }
    for network in &made.networks {
        docker.remove_network(network).await.expect("removed");
    }
}
