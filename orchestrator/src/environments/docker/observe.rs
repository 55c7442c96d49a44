//! What exists on the engine, read from labels with one listing.

use std::collections::{BTreeMap, HashMap};

use bollard::{
    Docker,
    models::{ContainerSummary, ContainerSummaryStateEnum},
    query_parameters::ListContainersOptionsBuilder,
};

use futures_util::future::try_join;

use crate::{
    environments::{
        engine::{Health, NodeRef, NodeState, ObservedEnvironment, ObservedNode},
        failure::EngineError,
        names,
    },
    ids::{EnvironmentId, InstallationId},
};

use super::{connection::unanswered, networks};

/// Everything of this installation.
pub(super) async fn everything(
    docker: &Docker,
    owner: InstallationId,
) -> Result<Vec<ObservedEnvironment>, EngineError> {
    let labels = vec![format!("{}={owner}", names::OWNER)];
    let (containers, networks) =
        try_join(containers(docker, labels), networks::ours(docker, owner)).await?;
    Ok(gather(owner, &containers, &networks))
}

/// One environment.
pub(super) async fn one(
    docker: &Docker,
    owner: InstallationId,
    environment: EnvironmentId,
) -> Result<Option<ObservedEnvironment>, EngineError> {
    let (containers, networks) = try_join(
        of_environment(docker, owner, environment),
        networks::of_environment(docker, owner, environment),
    )
    .await?;
    Ok(gather(owner, &containers, &networks).pop())
}

/// The containers of one environment, in any state.
pub(super) async fn of_environment(
    docker: &Docker,
    owner: InstallationId,
    environment: EnvironmentId,
) -> Result<Vec<ContainerSummary>, EngineError> {
    let labels = vec![
        format!("{}={owner}", names::OWNER),
        format!("{}={environment}", names::ENVIRONMENT),
    ];
    containers(docker, labels).await
}

/// Bytes that each of this installation's machines has written to its own layer.
pub(super) async fn written(
    docker: &Docker,
    owner: InstallationId,
) -> Result<Vec<(NodeRef, u64)>, EngineError> {
    let labels = vec![format!("{}={owner}", names::OWNER)];
    let found = list(docker, labels, true).await?;
    let of = |container: ContainerSummary| {
        let labels = container.labels.unwrap_or_default();
        let (environment, _, node) = names::belongs(&labels, owner)?;
        let written = u64::try_from(container.size_rw.unwrap_or(0)).unwrap_or(0);
        Some((
            NodeRef {
                environment,
                node: node?,
            },
            written,
        ))
    };
    Ok(found.into_iter().filter_map(of).collect())
}

async fn containers(
    docker: &Docker,
    labels: Vec<String>,
) -> Result<Vec<ContainerSummary>, EngineError> {
    list(docker, labels, false).await
}

async fn list(
    docker: &Docker,
    labels: Vec<String>,
    size: bool,
) -> Result<Vec<ContainerSummary>, EngineError> {
    let filters = HashMap::from([("label", labels)]);
    let options = ListContainersOptionsBuilder::default()
        .all(true)
        .size(size)
        .filters(&filters)
        .build();
    docker
        .list_containers(Some(options))
        .await
        .map_err(unanswered)
}

/// What containers and networks are together; those that are not ours count for nothing.
pub(super) fn gather(
    owner: InstallationId,
    containers: &[ContainerSummary],
    networks: &[networks::Found],
) -> Vec<ObservedEnvironment> {
    let mut found: BTreeMap<EnvironmentId, ObservedEnvironment> = BTreeMap::new();
    for container in containers {
        let labels = container.labels.clone().unwrap_or_default();
        if let Some((environment, incarnation, Some(node))) = names::belongs(&labels, owner) {
            let (state, health) = read_status(container);
            at(&mut found, environment).nodes.push(ObservedNode {
                node,
                incarnation,
                state,
                health,
                networks: Some(joined(container, networks)),
            });
        }
    }
    for network in networks {
        if let Some((environment, incarnation, None)) = names::belongs(&network.labels, owner) {
            at(&mut found, environment)
                .networks
                .push((network.name.clone(), incarnation));
        }
    }
    found.into_values().collect()
}

/// The networks that a container is in: one that was removed and made again is another, though its name is the same.
fn joined(container: &ContainerSummary, networks: &[networks::Found]) -> Vec<String> {
    let ends = container
        .network_settings
        .as_ref()
        .and_then(|settings| settings.networks.as_ref());
    ends.into_iter()
        .flatten()
        .filter(|(_, end)| {
            networks
                .iter()
                .any(|network| Some(&network.id) == end.network_id.as_ref())
        })
        .map(|(name, _)| name.clone())
        .collect()
}

fn at(
    found: &mut BTreeMap<EnvironmentId, ObservedEnvironment>,
    environment: EnvironmentId,
) -> &mut ObservedEnvironment {
    found
        .entry(environment)
        .or_insert_with(|| ObservedEnvironment {
            environment,
            nodes: Vec::new(),
            networks: Vec::new(),
        })
}

/// State and health of a container. Engines before API 1.52 tell health and exit code only in the sentence that
/// `docker ps` shows, such as `Up 3 seconds (healthy)` or `Exited (137) 5 minutes ago`.
pub(super) fn read_status(container: &ContainerSummary) -> (NodeState, Health) {
    let sentence = container.status.as_deref().unwrap_or_default();
    let health = if sentence.contains("(unhealthy)") {
        Health::Unhealthy
    } else if sentence.contains("(healthy)") {
        Health::Healthy
    } else if sentence.contains("(health: starting)") {
        Health::Starting
    } else {
        Health::None
    };
    let state = match container.state {
        Some(ContainerSummaryStateEnum::RUNNING | ContainerSummaryStateEnum::RESTARTING) => {
            NodeState::Running
        }
        Some(ContainerSummaryStateEnum::PAUSED) => NodeState::Paused,
        Some(ContainerSummaryStateEnum::CREATED) => NodeState::Created,
        _ => NodeState::Exited(exit_code(sentence)),
    };
    (state, health)
}

fn exit_code(sentence: &str) -> i64 {
    sentence
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .and_then(|(code, _)| code.parse().ok())
        .unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(state: ContainerSummaryStateEnum, status: &str) -> ContainerSummary {
        ContainerSummary {
            state: Some(state),
            status: Some(status.to_owned()),
            ..ContainerSummary::default()
        }
    }

    #[test]
    fn the_sentence_tells_health_and_exit_code() {
        use ContainerSummaryStateEnum as State;
        let read = |state, status| read_status(&container(state, status));
        assert_eq!(
            read(State::RUNNING, "Up 3 seconds"),
            (NodeState::Running, Health::None)
        );
        assert_eq!(
            read(State::RUNNING, "Up 3 seconds (healthy)"),
            (NodeState::Running, Health::Healthy)
        );
        assert_eq!(
            read(State::RUNNING, "Up 3 seconds (unhealthy)"),
            (NodeState::Running, Health::Unhealthy)
        );
        assert_eq!(
            read(State::RUNNING, "Up 1 second (health: starting)"),
            (NodeState::Running, Health::Starting)
        );
        assert_eq!(
            read(State::EXITED, "Exited (137) 5 minutes ago"),
            (NodeState::Exited(137), Health::None)
        );
        assert_eq!(
            read(State::CREATED, "Created"),
            (NodeState::Created, Health::None)
        );
        assert_eq!(
            read(State::PAUSED, "Up 2 hours (Paused)"),
            (NodeState::Paused, Health::None)
        );
    }
}
