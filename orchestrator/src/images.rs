//! The images that machines are made of: built from their sources, pushed to a registry and pulled from one.
//!
//! A folder with a Dockerfile becomes an image. What it was built from, down to the images that it stands on, is kept
//! with the image as one hash, so that nothing unchanged is built or sent again. A tag moves only when the image behind
//! it is complete: whatever is cut off anywhere leaves what was there before. All talking to registries is the
//! engine's; this module only says what it found.

mod build;
mod credentials;
mod error;
mod event;
mod folder;
mod list;
mod lock;
mod network;
mod portable;
mod registry;
mod used;

use std::path::PathBuf;

use bollard::{Docker, models::ImageInspect};

use crate::{
    config::{self, Config},
    environments::DockerEngine,
    ids::InstallationId,
};

pub use error::ImagesError;
pub use event::{Event, Watch};
pub use list::{Listed, State};
pub use portable::{
    Export, Exported, Image, ImageOutcome, Import, Imported, ImportedImage, Manifest, Meter,
    Opened, Placed, PortableError, Progress, Role, Stage, TrustList, Trusted,
};
use registry::OWN;
pub use used::{Used, used};

/// The label with the hash of what an image was built from.
const CONTENT: &str = "thaotruong.content";
/// What stands before the names of our images, and their one tag.
const PREFIX: &str = "thaotruong/";
const TAG: &str = ":1";

/// An engine's images, the folder of their sources, and the registry they go to.
pub struct Images {
    docker: Docker,
    sources: PathBuf,
    scenarios: PathBuf,
    kubernetes: config::Kubernetes,
}

impl Images {
    /// The images of the engine that `config` names.
    ///
    /// # Errors
    /// The engine does not answer.
    pub async fn open(config: &Config) -> Result<Self, ImagesError> {
        // Images belong to nobody: everybody who uses the engine shares them.
        let nobody = InstallationId(uuid::Uuid::nil());
        let docker = DockerEngine::new(&config.docker, nobody)
            .client()
            .await
            .map_err(|error| ImagesError::Engine(error.to_string()))?;
        Ok(Self {
            docker,
            sources: config.images.clone(),
            scenarios: config.scenarios.clone(),
            kubernetes: config.kubernetes.clone(),
        })
    }

    /// What the engine knows of `image`; `None` where it has no such.
    async fn inspect(&self, image: &str) -> Result<Option<ImageInspect>, ImagesError> {
        match self.docker.inspect_image(image).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error::status(&error) == Some(404) => Ok(None),
            Err(error) => Err(ImagesError::engine(&error)),
        }
    }

    async fn id(&self, image: &str) -> Result<Option<String>, ImagesError> {
        Ok(self.inspect(image).await?.and_then(|found| found.id))
    }
}

/// The whole name of the image that a person calls `name`: `portal` is `thaotruong/portal:1`.
fn whole_name(name: &str) -> String {
    if name.contains(['/', ':']) {
        name.to_owned()
    } else {
        format!("{PREFIX}{name}{TAG}")
    }
}

/// Repository and tag of an image's name.
fn repository(image: &str) -> (&str, &str) {
    match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (image, "latest"),
    }
}

/// The hash of what an image was built from, where it carries one.
fn content_of(image: &ImageInspect) -> Option<&str> {
    image
        .config
        .as_ref()?
        .labels
        .as_ref()?
        .get(CONTENT)
        .map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_for_people_and_whole_for_the_engine() {
        assert_eq!(whole_name("portal"), "thaotruong/portal:1");
        assert_eq!(whole_name("nginx:1.22"), "nginx:1.22");
        assert_eq!(
            repository("localhost:5000/a/b"),
            ("localhost:5000/a/b", "latest")
        );
        assert_eq!(
            repository("localhost:5000/a/b:1"),
            ("localhost:5000/a/b", "1")
        );
    }
}
