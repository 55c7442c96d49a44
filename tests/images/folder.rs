//! A throwaway folder of images, and what is told while something is done with them.

use std::{path::PathBuf, process::Command, sync::Mutex};

use bollard::Docker;
use thaotruong::{
    config::Config,
    environments::DockerEngine,
    ids::InstallationId,
    images::{Event, Images, ImagesError},
};

/// Two images, one on the other; both leave the engine with this.
pub struct Folder {
    place: tempfile::TempDir,
    token: String,
    /// Every name that these images may have got.
    pub names: Vec<String>,
}

impl Folder {
    pub fn new() -> Self {
        let token = InstallationId::new().0.simple().to_string();
        let folder = Self {
            place: tempfile::tempdir().unwrap(),
            names: ["below", "above"]
                .map(|name| format!("thaotruong/{name}-{token}:1"))
                .into(),
            token,
        };
        folder.write("below", "Dockerfile", "FROM scratch\nCOPY file /below\n");
        folder.write("below", "file", &folder.token);
        folder.write(
            "above",
            "Dockerfile",
            &format!("FROM {}\nCOPY file /above\n", folder.below()),
        );
        folder.write("above", "file", &folder.token);
        folder
    }

    pub fn below(&self) -> &str {
        &self.names[0]
    }

    pub fn above(&self) -> &str {
        &self.names[1]
    }

    pub fn write(&self, image: &str, file: &str, text: &str) {
        let folder = self.place.path().join(format!("{image}-{}", self.token));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(file), text).unwrap();
    }

    pub fn config(&self) -> Config {
        Config {
            images: self.place.path().to_owned(),
            scenarios: PathBuf::from("/nonexistent"),
            ..Config::default()
        }
    }

    pub async fn images(&self) -> Images {
        Images::open(&self.config()).await.unwrap()
    }

    /// Builds everything; what was done with each image, or why it came to nothing.
    pub async fn build(&self) -> Result<Vec<String>, ImagesError> {
        let told = Told::default();
        let watch = |event: &Event<'_>| told.hear(event);
        self.images().await.build(&[], false, &watch).await?;
        Ok(told.all())
    }

    /// The same lines for `event` of both images.
    pub fn both(&self, event: &str) -> Vec<String> {
        [self.below(), self.above()]
            .map(|image| format!("{event} {image}"))
            .into()
    }

    /// The engine's hash of `image`.
    pub async fn id(&self, image: &str) -> Option<String> {
        docker().await.inspect_image(image).await.ok()?.id
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let names = self.names.iter().rev();
        let _ = Command::new("docker")
            .args(["image", "rm", "--force"])
            .args(names)
            .output();
    }
}

/// What was told, but for steps and bytes.
#[derive(Default)]
pub struct Told(Mutex<Vec<String>>);

impl Told {
    pub fn hear(&self, event: &Event<'_>) {
        let (what, image) = match event {
            Event::Unchanged { image } => ("unchanged", image),
            Event::Built { image, .. } => ("built", image),
            Event::Present { image, .. } => ("present", image),
            Event::Pushed { image, digest, .. } => {
                assert!(digest.starts_with("sha256:"), "{digest}");
                ("pushed", image)
            }
            Event::Pulled { image, .. } => ("pulled", image),
            Event::Waiting | Event::Step { .. } | Event::Transfer { .. } => return,
        };
        self.0.lock().unwrap().push(format!("{what} {image}"));
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

pub async fn docker() -> Docker {
    let engine = DockerEngine::new(&Config::default().docker, InstallationId::new());
    engine.client().await.unwrap()
}
