//! Containers that help the platform itself on the engine's host: they see its network, hold one capability, run one
//! program of ours, and go.

use std::{collections::HashMap, time::Duration};

use bollard::{
    Docker,
    models::{ContainerCreateBody, HostConfig},
    query_parameters::{
        CreateContainerOptions, ListContainersOptionsBuilder, LogsOptionsBuilder,
        RemoveContainerOptionsBuilder, StartContainerOptions, WaitContainerOptions,
    },
};
use futures_util::StreamExt as _;

use crate::{
    environments::{failure::EngineError, names, progress::Stage},
    ids::InstallationId,
    scenarios::NodeId,
};

use super::connection::{refused, status};

/// Memory of a helper in bytes.
const MEMORY: i64 = 128 << 20;

/// A helper that runs.
pub struct Helper {
    docker: Docker,
    id: String,
}

impl Helper {
    /// Starts `argv` of `image` on the host's network with `capability` alone.
    ///
    /// # Errors
    /// The engine does not answer, or lacks the image.
    pub async fn start(
        docker: Docker,
        owner: InstallationId,
        image: &str,
        argv: Vec<String>,
        capability: &str,
    ) -> Result<Self, EngineError> {
        let step = |error| refused(error, Stage::Wanted, None);
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            entrypoint: Some(argv),
            cmd: Some(Vec::new()),
            labels: Some(labels(owner)),
            host_config: Some(HostConfig {
                network_mode: Some("host".to_owned()),
                memory: Some(MEMORY),
                cap_drop: Some(vec!["ALL".to_owned()]),
                cap_add: Some(vec![capability.to_owned()]),
                security_opt: Some(vec!["no-new-privileges:true".to_owned()]),
                ..HostConfig::default()
            }),
            ..ContainerCreateBody::default()
        };
        let made = match docker
            .create_container(None::<CreateContainerOptions>, body)
            .await
        {
            Ok(made) => made,
            Err(error) if status(&error) == Some(404) => {
                return Err(EngineError::ImageMissing {
                    node: NodeId::from("platform"),
                    image: image.to_owned(),
                });
            }
            Err(error) => return Err(step(error)),
        };
        let helper = Self {
            docker,
            id: made.id,
        };
        match helper
            .docker
            .start_container(&helper.id, None::<StartContainerOptions>)
            .await
        {
            Ok(()) => Ok(helper),
            Err(error) => {
                helper.remove().await?;
                Err(step(error))
            }
        }
    }

    /// What it has printed so far.
    ///
    /// # Errors
    /// The engine does not answer.
    pub async fn output(&self) -> Result<String, EngineError> {
        let options = LogsOptionsBuilder::default()
            .stdout(true)
            .stderr(true)
            .build();
        let mut stream = std::pin::pin!(self.docker.logs(&self.id, Some(options)));
        let mut text = Vec::new();
        while let Some(chunk) = stream.next().await {
            text.extend_from_slice(
                &chunk
                    .map_err(|error| refused(error, Stage::Wanted, None))?
                    .into_bytes(),
            );
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Waits for its end, removes it, and gives its exit code and what it printed.
    ///
    /// # Errors
    /// The engine does not answer.
    pub async fn finish(self) -> Result<(i64, String), EngineError> {
        let mut stream = Box::pin(
            self.docker
                .wait_container(&self.id, None::<WaitContainerOptions>),
        );
        let code = match stream.next().await {
            Some(Ok(end)) => end.status_code,
            Some(Err(bollard::errors::Error::DockerContainerWaitError { code, .. })) => code,
            Some(Err(error)) => return Err(refused(error, Stage::Wanted, None)),
            None => -1,
        };
        drop(stream);
        let output = self.output().await;
        self.remove().await?;
        Ok((code, output?))
    }

    /// Ends and removes it.
    ///
    /// # Errors
    /// The engine does not answer.
    pub async fn remove(&self) -> Result<(), EngineError> {
        remove(&self.docker, &self.id).await
    }
}

/// Removes helpers that a crash left: those that are older than `age`.
pub(super) async fn forget(
    docker: &Docker,
    owner: InstallationId,
    age: Duration,
) -> Result<(), EngineError> {
    let wanted = labels(owner)
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>();
    let filters = HashMap::from([("label", wanted)]);
    let options = ListContainersOptionsBuilder::default()
        .all(true)
        .filters(&filters)
        .build();
    let found = docker
        .list_containers(Some(options))
        .await
        .map_err(|error| refused(error, Stage::Wanted, None))?;
    // A new identifier tells the time.
    let now = uuid::Uuid::now_v7()
        .get_timestamp()
        .map_or(0, |it| it.to_unix().0);
    let before = i64::try_from(now.saturating_sub(age.as_secs())).unwrap_or(i64::MAX);
    for container in found
        .into_iter()
        .filter(|it| it.created.is_some_and(|at| at <= before))
    {
        remove(docker, &container.id.unwrap_or_default()).await?;
    }
    Ok(())
}

async fn remove(docker: &Docker, id: &str) -> Result<(), EngineError> {
    let options = RemoveContainerOptionsBuilder::default()
        .force(true)
        .v(true)
        .build();
    match docker.remove_container(id, Some(options)).await {
        Ok(()) => Ok(()),
        Err(error) if matches!(status(&error), Some(404 | 409)) => Ok(()),
        Err(error) => Err(refused(error, Stage::Remove, None)),
    }
}

fn labels(owner: InstallationId) -> HashMap<String, String> {
    HashMap::from([
        (names::OWNER.to_owned(), owner.to_string()),
        (names::PURPOSE.to_owned(), "helper".to_owned()),
    ])
}
