//! Standing still and going on: the engine freezes all processes of a machine, and its memory stays.

use bollard::Docker;
use futures_util::future::try_join_all;

use crate::{
    environments::{engine::NodeState, failure::EngineError, progress::Stage},
    ids::{EnvironmentId, InstallationId},
};

use super::{
    connection::{refused, status},
    observe::{self, read_status},
};

/// Freezes what runs.
pub(super) async fn suspend(
    docker: &Docker,
    owner: InstallationId,
    environment: EnvironmentId,
) -> Result<(), EngineError> {
    let running = in_state(docker, owner, environment, NodeState::Running).await?;
    try_join_all(
        running
            .iter()
            .map(async |id| done(docker.pause_container(id).await)),
    )
    .await?;
    Ok(())
}

/// Thaws what is frozen.
pub(super) async fn resume(
    docker: &Docker,
    owner: InstallationId,
    environment: EnvironmentId,
) -> Result<(), EngineError> {
    let frozen = in_state(docker, owner, environment, NodeState::Paused).await?;
    try_join_all(
        frozen
            .iter()
            .map(async |id| done(docker.unpause_container(id).await)),
    )
    .await?;
    Ok(())
}

async fn in_state(
    docker: &Docker,
    owner: InstallationId,
    environment: EnvironmentId,
    state: NodeState,
) -> Result<Vec<String>, EngineError> {
    let containers = observe::of_environment(docker, owner, environment).await?;
    Ok(containers
        .into_iter()
        .filter(|container| read_status(container).0 == state)
        .filter_map(|container| container.id)
        .collect())
}

/// Frozen or thawed already is success, as is a machine that is gone or has just ended: the next look tells.
fn done(result: Result<(), bollard::errors::Error>) -> Result<(), EngineError> {
    match result {
        // What somebody else thawed at the same moment.
        Err(error)
            if error
                .to_string()
                .contains("cannot resume a running process") =>
        {
            Ok(())
        }
        Err(error) if !matches!(status(&error), Some(304 | 404 | 409)) => {
            Err(refused(error, Stage::Ready, None))
        }
        _ => Ok(()),
    }
}
