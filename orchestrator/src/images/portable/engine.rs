//! How the engine stands to a bundle's images.
//!
//! The classic store of Docker knows an image by the hash of its configuration, that of containerd by another one: there
//! layers and time of making say whether it is the same. The label with an image's sources says nothing here: whatever
//! stands on an image inherits its labels.

use bollard::models::ImageInspect;
use serde::Deserialize;

use super::{Image, Opened, PortableError, container, load::Content};
use crate::images::{Images, ImagesError};

/// Most bytes of an image's configuration.
const MAX_CONFIG: u64 = 8 << 20;

/// An image's configuration, as far as it is compared.
#[derive(Debug, Deserialize)]
pub(super) struct Configuration {
    #[serde(default)]
    created: Option<String>,
    rootfs: Layers,
}

#[derive(Debug, Deserialize)]
struct Layers {
    diff_ids: Vec<String>,
}

/// How the engine stands to an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Here {
    /// The name is there and means the same.
    Same,
    /// The name is there and means something else.
    Other,
    /// The name is not there; the image is, where this is true.
    Absent(bool),
}

impl Configuration {
    /// The configuration of a bundle's image.
    pub(super) fn of(opened: &Opened, image: &Image) -> Result<Self, PortableError> {
        let damaged = || PortableError::Damaged(container::blob_path(&image.config));
        let text = opened.small(&image.config, MAX_CONFIG)?;
        serde_json::from_slice(&text.ok_or_else(damaged)?).map_err(|_| damaged())
    }

    /// Whether `found` is the bundle's image.
    pub(super) fn is(&self, image: &Image, found: &ImageInspect) -> bool {
        let id = found.id.as_deref().unwrap_or_default();
        if id.strip_prefix("sha256:") == Some(image.config.as_str()) {
            return true;
        }
        found.descriptor.is_some() && (id == image.id || self.is_made(found))
    }

    /// Whether layers and time of making are the same.
    fn is_made(&self, found: &ImageInspect) -> bool {
        let layers = found.root_fs.as_ref().and_then(|it| it.layers.as_ref());
        let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
        let (made, other) = (
            self.created.as_deref().and_then(time),
            found.created.as_deref().and_then(time),
        );
        layers == Some(&self.rootfs.diff_ids) && made.is_some() && made == other
    }
}

impl Images {
    /// How the engine stands to `image`.
    pub(super) async fn here(
        &self,
        image: &Image,
        configuration: &Configuration,
    ) -> Result<Here, ImagesError> {
        if let Some(found) = self.inspect(&image.reference).await? {
            return Ok(if configuration.is(image, &found) {
                Here::Same
            } else {
                Here::Other
            });
        }
        Ok(Here::Absent(
            self.by_hash(image, configuration).await?.is_some(),
        ))
    }

    /// The engine's hash of the bundle's image, whatever names it has there.
    pub(super) async fn by_hash(
        &self,
        image: &Image,
        configuration: &Configuration,
    ) -> Result<Option<String>, ImagesError> {
        for id in [format!("sha256:{}", image.config), image.id.clone()] {
            if let Some(found) = self.inspect(&id).await?
                && configuration.is(image, &found)
            {
                return Ok(found.id);
            }
        }
        Ok(None)
    }

    /// Bytes that are free where the engine keeps images; `None` where that is another machine.
    pub(super) async fn room(&self) -> Result<Option<u64>, ImagesError> {
        let info = self.docker.info().await;
        let info = info.map_err(|error| ImagesError::engine(&error))?;
        let free = |folder: String| rustix::fs::statvfs(folder).ok();
        let found = info.docker_root_dir.and_then(free);
        Ok(found.map(|it| it.f_bavail.saturating_mul(it.f_frsize)))
    }
}

/// Bytes that loading `contents` takes at its worst: an engine lays a whole image down before it takes it apart.
pub(super) fn needs(contents: &[Content<'_>]) -> u64 {
    let sizes = contents.iter().map(Content::size);
    let most = sizes.clone().max().unwrap_or_default();
    sizes.sum::<u64>().saturating_add(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> Image {
        Image {
            reference: "a:1".to_owned(),
            role: super::super::Role::Scenario,
            id: "sha256:manifest".to_owned(),
            platform: "linux/amd64".to_owned(),
            config: "configuration".to_owned(),
            layers: Vec::new(),
        }
    }

    fn configuration() -> Configuration {
        let text = serde_json::json!({
            "created": "2024-05-01T00:00:00.5Z",
            "rootfs": {"type": "layers", "diff_ids": ["sha256:one"]},
        });
        serde_json::from_value(text).unwrap()
    }

    fn found(text: serde_json::Value) -> ImageInspect {
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn each_kind_of_store_recognises_an_image() {
        let is = |text| configuration().is(&image(), &found(text));
        assert!(is(serde_json::json!({"Id": "sha256:configuration"})));
        let descriptor = serde_json::json!({"digest": "sha256:other"});
        assert!(!is(serde_json::json!({"Id": "sha256:manifest"})));
        assert!(is(
            serde_json::json!({"Id": "sha256:manifest", "Descriptor": descriptor})
        ));
        assert!(!is(serde_json::json!({"Id": "sha256:other"})));
        let mut made = serde_json::json!({
            "Id": "sha256:other",
            "Created": "2024-05-01T00:00:00.500Z",
            "RootFS": {"Type": "layers", "Layers": ["sha256:one"]},
            "Descriptor": descriptor,
        });
        assert!(is(made.clone()));
        made["RootFS"]["Layers"] = serde_json::json!(["sha256:two"]);
        assert!(!is(made));
    }
}
