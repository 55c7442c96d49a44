//! The way to a registry and back: what it has already is not sent again, and what was sent is asked for afterwards.

use std::{collections::HashMap, time::Instant};

use bollard::{
    auth::DockerCredentials,
    errors::Error,
    query_parameters::{
        CreateImageOptionsBuilder, PushImageOptionsBuilder, TagImageOptionsBuilder,
    },
};
use futures_util::StreamExt as _;

use super::{
    Event, Images, ImagesError, Watch, credentials, error, folder, lock, repository, used::used,
    whole_name,
};

/// Images that the platform itself runs, beside those that scenarios name.
pub(super) const OWN: [&str; 3] = ["platform", "checker", "firewall"];

/// An image's place in the registry.
struct Remote {
    repository: String,
    tag: String,
    registry: String,
    credentials: Option<DockerCredentials>,
}

impl Remote {
    fn name(&self) -> String {
        format!("{}:{}", self.repository, self.tag)
    }

    /// How the engine writes down that an image has `digest` in the registry.
    fn pinned(&self, digest: &str) -> String {
        format!("{}@{digest}", self.repository)
    }
}

impl Images {
    /// Pushes the images called `names`, or all that there are sources of and all that scenarios use.
    ///
    /// # Errors
    /// The registry cannot be reached, refuses, or has something else afterwards; an image is missing.
    pub async fn push(&self, names: &[String], watch: Watch<'_>) -> Result<(), ImagesError> {
        let sources = folder::read(&self.sources)?;
        let built = sources.iter().map(folder::Source::image);
        let _lock = lock::take(watch).await?;
        for image in self.chosen(names, built) {
            self.push_one(&image, watch).await?;
        }
        // The registry's name has moved away from what was pushed before.
        self.clear().await;
        Ok(())
    }

    /// Pulls the images called `names`, or all that scenarios and the platform use, and gives them the names that
    /// scenarios use.
    ///
    /// # Errors
    /// The registry cannot be reached, refuses, or lacks an image.
    pub async fn pull(&self, names: &[String], watch: Watch<'_>) -> Result<(), ImagesError> {
        for image in self.chosen(names, OWN.map(whole_name)) {
            self.pull_one(&image, watch).await?;
        }
        Ok(())
    }

    /// The whole names of `names`; where there are none, `usual` and what scenarios use.
    fn chosen(&self, names: &[String], usual: impl IntoIterator<Item = String>) -> Vec<String> {
        if !names.is_empty() {
            return names.iter().map(|name| whole_name(name)).collect();
        }
        let mut images: Vec<String> = usual.into_iter().collect();
        let others = used(&self.scenarios).images.into_keys();
        images.extend(
            others
                .filter(|image| !images.contains(image))
                .collect::<Vec<_>>(),
        );
        images
    }

    pub(super) async fn push_one(&self, image: &str, watch: Watch<'_>) -> Result<(), ImagesError> {
        let remote = self.remote(image).await?;
        let there = self.digest(&remote).await?;
        let here = self.digests(image).await?;
        if let Some(digest) = there.filter(|digest| here.contains(&remote.pinned(digest))) {
            watch(&Event::Present {
                image,
                digest: &digest,
            });
            return Ok(());
        }
        let began = Instant::now();
        let tag = TagImageOptionsBuilder::default()
            .repo(&remote.repository)
            .tag(&remote.tag)
            .build();
        self.docker
            .tag_image(image, Some(tag))
            .await
            .map_err(|error| ImagesError::engine(&error))?;
        let failed = |error| ImagesError::registry(&remote.registry, &error);
        let options = PushImageOptionsBuilder::default().tag(&remote.tag).build();
        let mut answers = self.docker.push_image(
            &remote.repository,
            Some(options),
            remote.credentials.clone(),
        );
        // The client does not say which layer is meant; two of one size are rare, and cost only a wrong figure.
        let mut layers = HashMap::new();
        let mut bytes = 0;
        while let Some(answer) = answers.next().await {
            let detail = answer.map_err(failed)?.progress_detail;
            let Some((done, total)) = detail.and_then(|it| Some((it.current?, it.total?))) else {
                continue;
            };
            if done > 0 && total > 0 {
                layers.insert(total, done.min(total));
                bytes = layers.values().sum::<i64>().unsigned_abs();
                let total = layers.keys().sum::<i64>().unsigned_abs();
                watch(&Event::Transfer {
                    image,
                    bytes,
                    total,
                });
            }
        }
        let found = self.digest(&remote).await?.unwrap_or_default();
        if !self.digests(image).await?.contains(&remote.pinned(&found)) {
            return Err(ImagesError::Registry {
                registry: remote.registry,
                detail: format!("it has `{found}`, which is not what was sent; push again"),
            });
        }
        let seconds = began.elapsed().as_secs();
        watch(&Event::Pushed {
            image,
            digest: &found,
            bytes,
            seconds,
        });
        Ok(())
    }

    async fn pull_one(&self, image: &str, watch: Watch<'_>) -> Result<(), ImagesError> {
        let remote = self.remote(image).await?;
        let Some(digest) = self.digest(&remote).await? else {
            return Err(ImagesError::Unknown(remote.name()));
        };
        let here = match self.inspect(image).await? {
            Some(found) => found.repo_digests.unwrap_or_default(),
            None => Vec::new(),
        };
        if here.contains(&remote.pinned(&digest)) {
            watch(&Event::Present {
                image,
                digest: &digest,
            });
            return Ok(());
        }
        let began = Instant::now();
        let mut bytes = 0;
        let credentials = remote.credentials.clone();
        self.fetch(&remote.name(), credentials, &mut |done, total| {
            bytes = done;
            watch(&Event::Transfer {
                image,
                bytes: done,
                total,
            });
        })
        .await
        .map_err(|error| ImagesError::registry(&remote.registry, &error))?;
        let (repository, tag) = repository(image);
        let options = TagImageOptionsBuilder::default()
            .repo(repository)
            .tag(tag)
            .build();
        self.docker
            .tag_image(&remote.name(), Some(options))
            .await
            .map_err(|error| ImagesError::engine(&error))?;
        let seconds = began.elapsed().as_secs();
        watch(&Event::Pulled {
            image,
            digest: &digest,
            bytes,
            seconds,
        });
        Ok(())
    }

    /// Lets the engine pull `image`; `progress` is told how many bytes of how many have come.
    pub(super) async fn fetch(
        &self,
        image: &str,
        credentials: Option<DockerCredentials>,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<(), Error> {
        let (repository, tag) = repository(image);
        let options = CreateImageOptionsBuilder::default()
            .from_image(repository)
            .tag(tag)
            .build();
        let mut answers = self.docker.create_image(Some(options), None, credentials);
        let mut layers: HashMap<String, (i64, i64)> = HashMap::new();
        while let Some(answer) = answers.next().await {
            let answer = answer?;
            // Unpacking is told in the same way as fetching.
            if answer.status.as_deref() == Some("Downloading")
                && let Some(id) = answer.id
                && let Some(detail) = answer.progress_detail
            {
                let known = (
                    detail.current.unwrap_or_default(),
                    detail.total.unwrap_or_default(),
                );
                layers.insert(id, known);
                let sum = |part: fn(&(i64, i64)) -> i64| {
                    layers.values().map(part).sum::<i64>().unsigned_abs()
                };
                progress(sum(|layer| layer.0), sum(|layer| layer.1));
            }
        }
        Ok(())
    }

    async fn remote(&self, image: &str) -> Result<Remote, ImagesError> {
        if self.kubernetes.registry.is_empty() {
            return Err(ImagesError::NoRegistry);
        }
        let name = self.kubernetes.image(image);
        let (repository, tag) = repository(&name);
        let registry = credentials::registry_of(repository);
        Ok(Remote {
            credentials: credentials::of(registry, &self.kubernetes.registry_credentials).await?,
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag: tag.to_owned(),
        })
    }

    /// The digest that the registry has for the name; `None` where it has none.
    async fn digest(&self, remote: &Remote) -> Result<Option<String>, ImagesError> {
        let answer = self
            .docker
            .inspect_registry_image(&remote.name(), remote.credentials.clone())
            .await;
        match answer {
            Ok(found) => Ok(found.descriptor.digest),
            Err(error) if is_unknown(&error) => Ok(None),
            Err(error) => Err(ImagesError::registry(&remote.registry, &error)),
        }
    }

    /// The digests that the engine knows `image` by in registries.
    async fn digests(&self, image: &str) -> Result<Vec<String>, ImagesError> {
        match self.inspect(image).await? {
            Some(found) => Ok(found.repo_digests.unwrap_or_default()),
            None => Err(ImagesError::Unknown(image.to_owned())),
        }
    }
}

/// Whether the registry says that it has no such image.
fn is_unknown(error: &Error) -> bool {
    error::status(error) == Some(404) || error::words(error).contains("manifest unknown")
}
