//! The volume with the platform's own shell and session holder, made from the platform's image and mounted read-only
//! into every node.
//!
//! Its name carries the image's hash, so a new image gives a new volume and running nodes keep theirs; installations on
//! one engine share it. The engine fills an empty volume when a container that mounts it is created; nothing has to run.

use std::collections::HashMap;

use bollard::{
    Docker,
    models::{ContainerCreateBody, HostConfig, Mount, MountType, VolumeCreateRequest},
    query_parameters::{
        ContainerArchiveInfoOptionsBuilder, CreateContainerOptionsBuilder,
        ListContainersOptionsBuilder, ListVolumesOptionsBuilder, RemoveContainerOptionsBuilder,
        RemoveVolumeOptions,
    },
};

use crate::{
    environments::{commands::TOOLS, failure::EngineError, names, progress::Stage},
    ids::InstallationId,
    scenarios::NodeId,
};

use super::{
    connection::{refused, status},
    destroy::gone,
};

/// What our volumes and the containers that fill them are labelled with.
const PURPOSE: &str = "platform";
/// Hexadecimal digits of the image's hash that stand in the volume's name.
const HASH_DIGITS: usize = 12;
/// How often a volume is filled before the engine counts as refusing.
const TRIES: u32 = 3;

/// The volume's name; it is made and filled where it is missing. `image` is the platform's, `known` the name that this
/// process has filled or found full before: a volume that somebody removed since is filled again, because the engine
/// would mount an empty one in its place without a word.
pub(super) async fn volume(
    docker: &Docker,
    owner: InstallationId,
    image: &str,
    known: Option<&str>,
) -> Result<String, EngineError> {
    let step = |error| refused(error, Stage::Create, None);
    let found = match docker.inspect_image(image).await {
        Ok(found) => found,
        Err(error) if status(&error) == Some(404) => {
            return Err(EngineError::ImageMissing {
                node: NodeId::from("platform"),
                image: image.to_owned(),
            });
        }
        Err(error) => return Err(step(error)),
    };
    let id = found.id.unwrap_or_default();
    let digits = id
        .rsplit(':')
        .next()
        .and_then(|hash| hash.get(..HASH_DIGITS))
        .unwrap_or("unknown");
    let name = format!("tt-platform-{digits}");
    if known == Some(&name) && docker.inspect_volume(&name).await.is_ok() {
        return Ok(name);
    }
    let purpose = (names::PURPOSE.to_owned(), PURPOSE.to_owned());
    let request = VolumeCreateRequest {
        name: Some(name.clone()),
        labels: Some(HashMap::from([purpose.clone()])),
        ..VolumeCreateRequest::default()
    };
    docker.create_volume(request).await.map_err(step)?;
    let labels = HashMap::from([purpose, (names::OWNER.to_owned(), owner.to_string())]);
    fill_to_the_end(
        docker.clone(),
        owner,
        (image.to_owned(), name.clone()),
        labels,
    )
    .await?;
    forget_others(docker, &name).await;
    Ok(name)
}

/// Fills the volume, to the end also where nobody waits for it any more: a filler that is on its way would be left.
#[expect(
    clippy::disallowed_methods,
    reason = "an engine has no list of tasks; this one lasts as long as a container's making"
)]
async fn fill_to_the_end(
    docker: Docker,
    owner: InstallationId,
    (image, volume): (String, String),
    labels: HashMap<String, String>,
) -> Result<(), EngineError> {
    let filled =
        tokio::spawn(async move { fill_at_last(&docker, owner, (&image, &volume), &labels).await })
            .await;
    filled.map_err(|broken| EngineError::Away(broken.to_string()))?
}

/// The same, again where another orchestrator took the filler for one that was cut off, and removed it.
async fn fill_at_last(
    docker: &Docker,
    owner: InstallationId,
    (image, volume): (&str, &str),
    labels: &HashMap<String, String>,
) -> Result<(), EngineError> {
    for _ in 1..TRIES {
        // Those of a try whose answer was lost too.
        forget_fillers(docker, owner).await?;
        if fill(docker, image, volume, labels.clone()).await.is_ok() {
            return Ok(());
        }
    }
    forget_fillers(docker, owner).await?;
    fill(docker, image, volume, labels.clone()).await
}

/// Creates and removes a container that mounts the volume, which fills it, and looks whether the shell is there.
async fn fill(
    docker: &Docker,
    image: &str,
    volume: &str,
    labels: HashMap<String, String>,
) -> Result<(), EngineError> {
    let step = |error| refused(error, Stage::Create, None);
    let body = ContainerCreateBody {
        image: Some(image.to_owned()),
        labels: Some(labels),
        network_disabled: Some(true),
        host_config: Some(HostConfig {
            mounts: Some(vec![Mount {
                target: Some(TOOLS.to_owned()),
                source: Some(volume.to_owned()),
                typ: Some(MountType::VOLUME),
                ..Mount::default()
            }]),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    };
    let options = CreateContainerOptionsBuilder::default().build();
    let made = docker
        .create_container(Some(options), body)
        .await
        .map_err(step)?;
    let shell = ContainerArchiveInfoOptionsBuilder::default()
        .path(&format!("{TOOLS}/busybox"))
        .build();
    let filled = docker
        .get_container_archive_info(&made.id, Some(shell))
        .await;
    let remove = RemoveContainerOptionsBuilder::default().force(true).build();
    gone(docker.remove_container(&made.id, Some(remove)).await)?;
    filled.map(|_| ()).map_err(step)
}

/// Removes what a fill that was cut off left.
async fn forget_fillers(docker: &Docker, owner: InstallationId) -> Result<(), EngineError> {
    let step = |error| refused(error, Stage::Create, None);
    let labels = vec![
        format!("{}={owner}", names::OWNER),
        format!("{}={PURPOSE}", names::PURPOSE),
    ];
    let filters = HashMap::from([("label", labels)]);
    let options = ListContainersOptionsBuilder::default()
        .all(true)
        .filters(&filters)
        .build();
    let remove = RemoveContainerOptionsBuilder::default().force(true).build();
    for container in docker.list_containers(Some(options)).await.map_err(step)? {
        let id = container.id.unwrap_or_default();
        gone(docker.remove_container(&id, Some(remove.clone())).await)?;
    }
    Ok(())
}

/// Removes volumes of earlier images that no container uses any more; the engine refuses those in use.
async fn forget_others(docker: &Docker, keep: &str) {
    let filters = HashMap::from([("label", vec![format!("{}={PURPOSE}", names::PURPOSE)])]);
    let options = ListVolumesOptionsBuilder::default()
        .filters(&filters)
        .build();
    let Ok(found) = docker.list_volumes(Some(options)).await else {
        return;
    };
    for volume in found.volumes.unwrap_or_default() {
        if volume.name != keep {
            // In use: it goes another time.
            let _ = docker
                .remove_volume(&volume.name, None::<RemoveVolumeOptions>)
                .await;
        }
    }
}
