//! Taking an environment away until nothing of it is left.
//!
//! One environment's things go one after the other: engines get stuck when many endpoints of one network leave at once.
//! Whatever is gone already, or going, is fine; the listing at the end decides.

use std::{collections::HashMap, time::Duration};

use bollard::{
    Docker,
    models::NetworkDisconnectRequest,
    query_parameters::{InspectNetworkOptions, RemoveContainerOptionsBuilder},
};
use futures_util::future::try_join;
use tokio::time::sleep;

use crate::{
    environments::{failpoint, failure::EngineError, names, progress::Stage},
    ids::{EnvironmentId, InstallationId},
};

use super::{
    connection::{refused, status},
    networks, observe,
};

/// How often the whole is tried before the engine counts as refusing.
const ROUNDS: u32 = 5;
/// Pause after the first round; it grows with each.
const PAUSE: Duration = Duration::from_millis(200);

/// Removes everything of `environment`.
pub(super) async fn destroy(
    docker: &Docker,
    owner: InstallationId,
    environment: EnvironmentId,
) -> Result<(), EngineError> {
    let mut last = None;
    for round in 1..=ROUNDS {
        match remove_all(docker, owner, environment).await {
            Err(error @ EngineError::Away(_)) => return Err(error),
            Err(error) => last = Some(error),
            Ok(()) => {}
        }
        if observe::one(docker, owner, environment).await?.is_none() {
            return Ok(());
        }
        sleep(PAUSE * round).await;
    }
    Err(last.unwrap_or_else(|| EngineError::Refused {
        stage: Stage::Remove,
        node: None,
        detail: "the engine still lists it".to_owned(),
    }))
}

async fn remove_all(
    docker: &Docker,
    owner: InstallationId,
    environment: EnvironmentId,
) -> Result<(), EngineError> {
    let options = RemoveContainerOptionsBuilder::default()
        .force(true)
        .v(true)
        .build();
    let (containers, networks) = try_join(
        observe::of_environment(docker, owner, environment),
        networks::of_environment(docker, owner, environment),
    )
    .await?;
    for container in containers {
        let id = container.id.unwrap_or_default();
        gone(docker.remove_container(&id, Some(options.clone())).await)?;
        failpoint::reach("mid-destroy");
    }
    for network in networks {
        match docker.remove_network(&network.id).await {
            Err(error) if matches!(status(&error), Some(403 | 409)) => {
                release(docker, owner, &network).await?;
                gone(docker.remove_network(&network.id).await)?;
            }
            other => gone(other)?,
        }
    }
    Ok(())
}

/// Frees a network of endpoints whose containers are gone. A stranger's container in it is left alone: the network then
/// stays, and the failure names the container.
async fn release(
    docker: &Docker,
    owner: InstallationId,
    network: &networks::Found,
) -> Result<(), EngineError> {
    let found = match docker
        .inspect_network(&network.id, None::<InspectNetworkOptions>)
        .await
    {
        Ok(found) => found,
        Err(error) if status(&error) == Some(404) => return Ok(()),
        Err(error) => return Err(refused(error, Stage::Remove, None)),
    };
    for (id, endpoint) in found.containers.unwrap_or_default() {
        let labels: HashMap<String, String> = match docker.inspect_container(&id, None).await {
            Ok(container) => container
                .config
                .and_then(|config| config.labels)
                .unwrap_or_default(),
            Err(error) if status(&error) == Some(404) => {
                names::labels(owner, EnvironmentId::new(), 0, None)
            }
            Err(error) => return Err(refused(error, Stage::Remove, None)),
        };
        if names::belongs(&labels, owner).is_none() {
            return Err(EngineError::Stranger(endpoint.name.unwrap_or(id)));
        }
        let name = endpoint.name.unwrap_or_else(|| id.clone());
        let request = NetworkDisconnectRequest {
            container: name,
            force: Some(true),
        };
        gone(docker.disconnect_network(&network.id, request).await)?;
    }
    Ok(())
}

/// Already gone, or just going, is success; a last listing tells.
pub(super) fn gone(result: Result<(), bollard::errors::Error>) -> Result<(), EngineError> {
    match result {
        Ok(()) => Ok(()),
        Err(error) if matches!(status(&error), Some(304 | 404)) => Ok(()),
        Err(error)
            if status(&error) == Some(409) && error.to_string().contains("already in progress") =>
        {
            Ok(())
        }
        Err(error) => Err(refused(error, Stage::Remove, None)),
    }
}
