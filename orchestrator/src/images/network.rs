//! The network of builds, which fetch Debian packages: where containers resolve no names, builds borrow the host's.

use std::{collections::HashMap, time::Duration};

use bollard::{
    Docker,
    models::ContainerCreateBody,
    query_parameters::{
        CreateContainerOptions, ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
        StartContainerOptions, WaitContainerOptions,
    },
};
use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::ImagesError;

/// On the container that asks, by which a later build finds it where this one is killed.
const LABEL: &str = "vn.thaotruong.build";
/// How long a name may take to be resolved.
const PATIENCE: Duration = Duration::from_secs(10);
/// Resolves the mirror that the image's apt names; an image without apt has nothing to ask.
const QUESTION: &str = "host=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null \
    | grep -om1 -E '://[^/ :]+' | cut -c4-); [ -z \"$host\" ] || getent hosts \"$host\"";

/// The network on which builds of what stands on `base` reach a mirror.
pub(super) async fn of_builds(docker: &Docker, base: &str) -> Result<&'static str, ImagesError> {
    let failed = |error| ImagesError::engine(&error);
    remove_left(docker).await.map_err(failed)?;
    let body = ContainerCreateBody {
        image: Some(base.to_owned()),
        entrypoint: Some(Vec::new()),
        cmd: Some(["sh", "-c", QUESTION].map(str::to_owned).to_vec()),
        labels: Some(HashMap::from([(LABEL.to_owned(), String::new())])),
        ..ContainerCreateBody::default()
    };
    let made = docker
        .create_container(None::<CreateContainerOptions>, body)
        .await
        .map_err(failed)?;
    let resolves = matches!(timeout(PATIENCE, run(docker, &made.id)).await, Ok(true));
    remove_left(docker).await.map_err(failed)?;
    Ok(if resolves { "default" } else { "host" })
}

/// Removes containers of the question: the one that was just asked, and those of builds that were killed meanwhile. Only
/// one build runs at a time.
async fn remove_left(docker: &Docker) -> Result<(), bollard::errors::Error> {
    let ours = HashMap::from([("label", vec![LABEL])]);
    let list = ListContainersOptionsBuilder::default()
        .all(true)
        .filters(&ours)
        .build();
    for found in docker.list_containers(Some(list)).await? {
        let remove = RemoveContainerOptionsBuilder::default()
            .force(true)
            .v(true)
            .build();
        docker
            .remove_container(&found.id.unwrap_or_default(), Some(remove))
            .await?;
    }
    Ok(())
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
