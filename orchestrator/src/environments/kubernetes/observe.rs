//! What exists in the cluster, read from labels, and how far a pod is.

use std::{collections::BTreeMap, net::Ipv4Addr, time::Duration};

use futures_util::StreamExt as _;
use k8s_openapi::{
    api::{
        core::v1::{ContainerState, ContainerStatus, Namespace, Pod, PodStatus},
        networking::v1::NetworkPolicy,
    },
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::{
    Api, Client,
    api::{ListParams, WatchParams},
};
use tokio::time::sleep;

use crate::{
    environments::{
        engine::{Health, NodeRef, NodeState, ObservedEnvironment, ObservedNode},
        failure::EngineError,
        names,
        progress::Stage,
    },
    ids::{EnvironmentId, InstallationId},
};

use super::{
    connection::{refused, status, unanswered},
    objects::{self, CONTAINER, GATE, belongs},
};

/// Reasons why a container waits for an image that will not come by waiting.
const NO_IMAGE: [&str; 4] = [
    "ErrImageNeverPull",
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
];
/// Exit code of a machine that the cluster ended or never began.
const NO_CODE: i64 = -1;

/// Pause before a cluster that does not answer is asked again.
const AGAIN: Duration = Duration::from_secs(3);

/// How far a pod is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// On its way to the gate, and what it waits for.
    Before(String),
    /// At the gate.
    AtGate,
    /// Started, whatever became of it.
    Past(NodeState),
    /// Its image is nowhere to be had.
    NoImage,
    /// It will not come up, and why.
    Refused(Stage, String),
}

/// Everything of this installation.
pub(super) async fn everything(
    client: &Client,
    owner: InstallationId,
) -> Result<Vec<ObservedEnvironment>, EngineError> {
    let ours = objects::ours(owner);
    let (namespaces, pods, policies) = (
        Api::<Namespace>::all(client.clone()),
        Api::<Pod>::all(client.clone()),
        Api::<NetworkPolicy>::all(client.clone()),
    );
    let (namespaces, pods, policies) = tokio::try_join!(
        namespaces.list(&ours),
        pods.list(&ours),
        policies.list(&ours)
    )
    .map_err(unanswered)?;
    Ok(gather(
        owner,
        &namespaces.items,
        &pods.items,
        &policies.items,
    ))
}

/// One environment.
pub(super) async fn one(
    client: &Client,
    owner: InstallationId,
    environment: EnvironmentId,
) -> Result<Option<ObservedEnvironment>, EngineError> {
    let name = objects::namespace(environment);
    let Some(namespace) = Api::<Namespace>::all(client.clone())
        .get_opt(&name)
        .await
        .map_err(unanswered)?
    else {
        return Ok(None);
    };
    if belongs(&namespace.metadata, owner).is_none() {
        return Ok(None);
    }
    let ours = objects::ours(owner);
    let (pods, policies) = (
        Api::<Pod>::namespaced(client.clone(), &name),
        Api::<NetworkPolicy>::namespaced(client.clone(), &name),
    );
    let (pods, policies) =
        tokio::try_join!(pods.list(&ours), policies.list(&ours)).map_err(unanswered)?;
    Ok(gather(owner, &[namespace], &pods.items, &policies.items).pop())
}

/// The pods of one environment that are not on their way out.
pub(super) async fn pods(
    client: &Client,
    owner: InstallationId,
    environment: EnvironmentId,
) -> Result<Vec<Pod>, EngineError> {
    let api: Api<Pod> = Api::namespaced(client.clone(), &objects::namespace(environment));
    let found = api.list(&ListParams::default()).await.map_err(unanswered)?;
    let stays = |pod: &Pod| {
        belongs(&pod.metadata, owner).is_some() && pod.metadata.deletion_timestamp.is_none()
    };
    Ok(found.items.into_iter().filter(stays).collect())
}

/// The pod of `node`.
pub(super) async fn pod(client: &Client, node: &NodeRef) -> Result<Pod, EngineError> {
    let api: Api<Pod> = Api::namespaced(client.clone(), &objects::namespace(node.environment));
    match api.get(node.node.as_str()).await {
        Ok(pod) => Ok(pod),
        Err(error) if status(&error) == Some(404) => {
            Err(EngineError::NoSuchNode(node.node.clone()))
        }
        Err(error) => Err(refused(error, Stage::Ready, Some(&node.node))),
    }
}

/// Returns when the machine of `node` no longer runs, or another one has its name.
pub(super) async fn ended(client: Client, node: NodeRef) {
    let api: Api<Pod> = Api::namespaced(client.clone(), &objects::namespace(node.environment));
    let mut first: Option<String> = None;
    loop {
        let version = match pod(&client, &node).await {
            Ok(pod) if state(&pod) == NodeState::Running => {
                let uid = pod.metadata.uid.unwrap_or_default();
                if *first.get_or_insert_with(|| uid.clone()) != uid {
                    return;
                }
                pod.metadata.resource_version
            }
            Ok(_) | Err(EngineError::NoSuchNode(_)) => return,
            Err(_) => None,
        };
        if let Some(version) = version {
            let only = format!("metadata.name={}", node.node);
            let parameters = WatchParams::default().fields(&only);
            if let Ok(changes) = api.watch(&parameters, &version).await {
                let mut changes = std::pin::pin!(changes);
                // Any change is looked at above; only then is it known what it means.
                let _ = changes.next().await;
                continue;
            }
        }
        sleep(AGAIN).await;
    }
}

/// The address that the cluster gave a pod.
pub(super) fn address(pod: &Pod) -> Option<Ipv4Addr> {
    pod.status.as_ref()?.pod_ip.as_ref()?.parse().ok()
}

/// How far a pod is.
pub(super) fn standing(pod: &Pod) -> Standing {
    let Some(status) = &pod.status else {
        return Standing::Before("nobody has looked at it".to_owned());
    };
    if let Some(state) = past(status) {
        return state;
    }
    let first = status.init_container_statuses.iter().flatten();
    for container in first.clone() {
        if let Some(ended) = container
            .state
            .as_ref()
            .and_then(|it| it.terminated.as_ref())
            && ended.exit_code != 0
        {
            let detail = ended.message.clone().or_else(|| ended.reason.clone());
            return Standing::Refused(Stage::Create, detail.unwrap_or_default().trim().to_owned());
        }
        match waiting(container) {
            Some((reason, _)) if NO_IMAGE.contains(&reason) => return Standing::NoImage,
            Some((reason, message)) if is_final(reason) => {
                return Standing::Refused(Stage::Create, format!("{reason}: {message}"));
            }
            _ => {}
        }
    }
    if let Some(gate) = first.into_iter().find(|it| it.name == GATE)
        && gate.state.as_ref().is_some_and(|it| it.running.is_some())
    {
        return Standing::AtGate;
    }
    // Evicted, or its node is gone.
    if status.phase.as_deref() == Some("Failed") {
        return Standing::Past(NodeState::Exited(NO_CODE));
    }
    Standing::Before(delay(status))
}

/// How the machine itself is, once the gate has ended.
fn past(status: &PodStatus) -> Option<Standing> {
    let gate_ended = status
        .init_container_statuses
        .iter()
        .flatten()
        .find(|it| it.name == GATE)
        .and_then(|it| it.state.as_ref()?.terminated.as_ref())
        .is_some_and(|ended| ended.exit_code == 0);
    if !gate_ended {
        return None;
    }
    let machine = status
        .container_statuses
        .iter()
        .flatten()
        .find(|it| it.name == CONTAINER)?;
    match machine.state.as_ref() {
        Some(ContainerState {
            running: Some(_), ..
        }) => Some(Standing::Past(NodeState::Running)),
        Some(ContainerState {
            terminated: Some(ended),
            ..
        }) => {
            // What never began is told by its reason alone.
            let never = matches!(
                ended.reason.as_deref(),
                Some("ContainerCannotRun" | "StartError" | "ContainerCreateError")
            );
            if never {
                let detail = ended.message.clone().unwrap_or_default();
                return Some(Standing::Refused(Stage::Start, detail));
            }
            Some(Standing::Past(NodeState::Exited(ended.exit_code.into())))
        }
        _ => match waiting(machine) {
            Some((reason, message)) if is_final(reason) => Some(Standing::Refused(
                Stage::Start,
                format!("{reason}: {message}"),
            )),
            _ => Some(Standing::Past(NodeState::Created)),
        },
    }
}

fn waiting(container: &ContainerStatus) -> Option<(&str, &str)> {
    let waiting = container.state.as_ref()?.waiting.as_ref()?;
    Some((
        waiting.reason.as_deref()?,
        waiting.message.as_deref().unwrap_or_default(),
    ))
}

/// Reasons that waiting does not change.
fn is_final(reason: &str) -> bool {
    matches!(
        reason,
        "CreateContainerConfigError"
            | "CreateContainerError"
            | "RunContainerError"
            | "CrashLoopBackOff"
    )
}

/// What a pod waits for, in the cluster's words: the scheduler's, or a container's.
fn delay(status: &PodStatus) -> String {
    let conditions = status.conditions.iter().flatten();
    let refused = conditions
        .filter(|it| it.type_ == "PodScheduled" && it.status == "False")
        .find_map(|it| it.message.clone());
    let mut containers = status.init_container_statuses.iter().flatten();
    let reason = containers.find_map(waiting);
    refused
        .or_else(|| reason.map(|(reason, message)| format!("{reason} {message}")))
        .unwrap_or_else(|| "its containers are made".to_owned())
}

/// State and health as every engine tells them.
pub(super) fn state(pod: &Pod) -> NodeState {
    match standing(pod) {
        Standing::Past(state) => state,
        Standing::Refused(..) => NodeState::Exited(NO_CODE),
        Standing::Before(_) | Standing::AtGate | Standing::NoImage => NodeState::Created,
    }
}

/// What the probe says. One that has not answered yet is told apart from one that does no more by the time at which the
/// pod last changed between the two.
fn health(pod: &Pod) -> Health {
    let probed = pod.spec.iter().any(|spec| {
        spec.containers
            .iter()
            .any(|container| container.readiness_probe.is_some())
    });
    let Some(status) = pod.status.as_ref().filter(|_| probed) else {
        return Health::None;
    };
    let machine = status.container_statuses.iter().flatten().next();
    let began = machine.and_then(|it| it.state.as_ref()?.running.as_ref()?.started_at.clone());
    let changed = status
        .conditions
        .iter()
        .flatten()
        .find(|it| it.type_ == "Ready")
        .and_then(|it| it.last_transition_time.clone());
    match (machine.map(|it| it.ready), began, changed) {
        (Some(true), ..) => Health::Healthy,
        (Some(false), Some(began), Some(changed)) if changed > began => Health::Unhealthy,
        _ => Health::Starting,
    }
}

fn gather(
    owner: InstallationId,
    namespaces: &[Namespace],
    pods: &[Pod],
    policies: &[NetworkPolicy],
) -> Vec<ObservedEnvironment> {
    let mut found: BTreeMap<EnvironmentId, ObservedEnvironment> = BTreeMap::new();
    for namespace in namespaces {
        if let Some((environment, ..)) = belongs(&namespace.metadata, owner) {
            let nothing = ObservedEnvironment {
                environment,
                nodes: Vec::new(),
                networks: Vec::new(),
            };
            found.insert(environment, nothing);
        }
    }
    for pod in pods
        .iter()
        .filter(|pod| pod.metadata.deletion_timestamp.is_none())
    {
        if let Some((environment, incarnation, Some(node))) = belongs(&pod.metadata, owner)
            && let Some(found) = found.get_mut(&environment)
        {
            found.nodes.push(ObservedNode {
                node,
                incarnation,
                state: state(pod),
                health: health(pod),
                networks: None,
            });
        }
    }
    for policy in policies {
        if let Some((environment, incarnation, _)) = belongs(&policy.metadata, owner)
            && let Some(found) = found.get_mut(&environment)
            && let Some(name) = network_name(&policy.metadata)
        {
            found.networks.push((name, incarnation));
        }
    }
    found.into_values().collect()
}

/// A policy's name, where it is that of a network.
fn network_name(meta: &ObjectMeta) -> Option<String> {
    meta.name
        .clone()
        .filter(|name| name.starts_with(names::BRIDGE_PREFIX))
}
