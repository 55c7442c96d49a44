//! The network of builds, which fetch Debian packages: where containers resolve no names, builds borrow the host's.

use std::time::Duration;

use bollard::{
    Docker,
    models::ContainerCreateBody,
    query_parameters::{
        CreateContainerOptions, RemoveContainerOptionsBuilder, StartContainerOptions,
        WaitContainerOptions,
    },
};
use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::ImagesError;

/// How long a name may take to be resolved.
const PATIENCE: Duration = Duration::from_secs(10);
/// Resolves the mirror that the image's apt names; an image without apt has nothing to ask.
const QUESTION: &str = "host=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null \
    | grep -om1 -E '://[^/ :]+' | cut -c4-); [ -z \"$host\" ] || getent hosts \"$host\"";

/// The network on which builds of what stands on `base` reach a mirror.
pub(super) async fn of_builds(docker: &Docker, base: &str) -> Result<&'static str, ImagesError> {
    let failed = |error| ImagesError::engine(&error);
    let body = ContainerCreateBody {
        image: Some(base.to_owned()),
        entrypoint: Some(Vec::new()),
        cmd: Some(["sh", "-c", QUESTION].map(str::to_owned).to_vec()),
        ..ContainerCreateBody::default()
    };
    let made = docker
        .create_container(None::<CreateContainerOptions>, body)
        .await
        .map_err(failed)?;
    let resolves = matches!(timeout(PATIENCE, run(docker, &made.id)).await, Ok(true));
    let remove = RemoveContainerOptionsBuilder::default()
        .force(true)
        .v(true)
        .build();
    docker
        .remove_container(&made.id, Some(remove))
        .await
        .map_err(failed)?;
    Ok(if resolves { "default" } else { "host" })
}

async fn run(docker: &Docker, id: &str) -> bool {
    if docker
        .start_container(id, None::<StartContainerOptions>)
        .await
        .is_err()
    {
        return false;
    }
    let mut end = Box::pin(docker.wait_container(id, None::<WaitContainerOptions>));
    matches!(end.next().await, Some(Ok(end)) if end.status_code == 0)
}
