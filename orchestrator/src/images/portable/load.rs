//! A bundle's images go to the engine, one after another, so that what is interrupted goes on with the next one.
//!
//! What goes is an archive as engines take it, made on the way from the bundle's pieces. A name is given by the engine
//! itself, after the image is whole. Layers at the bottom that the engine has from another image are left out where it
//! bears that.

use std::{
    io::{self, Read},
    sync::Arc,
    time::Duration,
};

use bollard::query_parameters::{ImportImageOptionsBuilder, TagImageOptionsBuilder};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{
    Image, Meter, Opened, PortableError, Progress, Stage,
    container::{self, CHUNK, END},
    engine::Configuration,
};
use crate::images::{Images, ImagesError, error, repository};

/// How long an engine may take with an image before it is given up: some gigabytes on a slow disk.
pub(super) const PATIENCE: Duration = Duration::from_hours(2);
/// Pieces that wait for the engine.
const AHEAD: usize = 8;

/// What of an image goes to the engine.
pub(super) struct Content<'a> {
    pub(super) image: &'a Image,
    pub(super) opened: &'a Arc<Opened>,
    /// How many of its lowest layers stay here.
    pub(super) without: usize,
}

impl Content<'_> {
    /// Bytes of it.
    pub(super) fn size(&self) -> u64 {
        let size = |blob: &String| self.opened.manifest().size(blob);
        self.blobs().map(size).sum()
    }

    fn blobs(&self) -> impl Iterator<Item = &String> {
        let mut layers: Vec<&String> = Vec::new();
        for layer in self.image.layers.iter().skip(self.without) {
            if !layers.contains(&layer) {
                layers.push(layer);
            }
        }
        std::iter::once(&self.image.config).chain(layers)
    }

    /// The list that an engine reads to know what it is given.
    fn list(&self) -> Vec<u8> {
        let layers: Vec<String> = self.image.layers.iter().map(|it| layer_path(it)).collect();
        serde_json::json!([{
            "Config": format!("{}.json", self.image.config),
            "RepoTags": [tagged(&self.image.reference)],
            "Layers": layers,
        }])
        .to_string()
        .into_bytes()
    }
}

fn layer_path(layer: &str) -> String {
    format!("{layer}/layer.tar")
}

/// The name with its tag: an engine takes none without.
fn tagged(reference: &str) -> String {
    let (repository, tag) = repository(reference);
    format!("{repository}:{tag}")
}

impl Images {
    /// Gives the engine the bundle's image under its name.
    pub(super) async fn load(
        &self,
        content: Content<'_>,
        configuration: &Configuration,
        meter: &Meter,
    ) -> Result<(), PortableError> {
        let image = content.image;
        let whole = Content {
            without: 0,
            ..content
        };
        if content.without > 0 && self.send(&content, meter).await.is_ok() {
            // Some engines leave out the rest and say nothing of it.
            if self.by_hash(image, configuration).await?.is_some() {
                return self.name(image, configuration).await;
            }
        }
        self.send(&whole, meter).await?;
        self.name(image, configuration).await
    }

    /// Gives an image that the engine has its name, where it has not got it.
    pub(super) async fn name(
        &self,
        image: &Image,
        configuration: &Configuration,
    ) -> Result<(), PortableError> {
        if let Some(found) = self.inspect(&image.reference).await?
            && configuration.is(image, &found)
        {
            return Ok(());
        }
        let unknown = || ImagesError::Unknown(image.reference.clone());
        let id = self
            .by_hash(image, configuration)
            .await?
            .ok_or_else(unknown)?;
        let (repository, tag) = repository(&image.reference);
        let options = TagImageOptionsBuilder::default().repo(repository).tag(tag);
        let tagged = self.docker.tag_image(&id, Some(options.build())).await;
        Ok(tagged.map_err(|error| ImagesError::engine(&error))?)
    }

    async fn send(&self, content: &Content<'_>, meter: &Meter) -> Result<(), PortableError> {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let mut sending = Sending {
            sender,
            meter: Arc::clone(meter),
            image: content.image.reference.clone(),
            done: 0,
            total: content.size(),
        };
        let list = content.list();
        let config = content.image.config.clone();
        let blobs: Vec<String> = content.blobs().cloned().collect();
        let opened = Arc::clone(content.opened);
        let reader = tokio::task::spawn_blocking(move || {
            let sent = sending.all(&opened, &list, &config, &blobs);
            if let Err(error) = &sent {
                let told = io::Error::new(error.kind(), error.to_string());
                let _ = sending.sender.blocking_send(Err(told));
            }
            sent
        });
        let options = ImportImageOptionsBuilder::default().quiet(true).build();
        let patient = self.docker.clone().with_timeout(PATIENCE);
        let mut answers =
            Box::pin(patient.import_image_stream(options, ReceiverStream::new(receiver), None));
        let mut refused = None;
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(answer) => {
                    let detail = answer.error_detail.and_then(|detail| detail.message);
                    refused = refused.or(detail);
                }
                Err(error) => refused = Some(error::words(&error)),
            }
        }
        drop(answers);
        let sent = reader
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)));
        match (refused, sent) {
            (_, Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                Err(PortableError::Damaged(error.to_string()))
            }
            (Some(detail), _) => Err(ImagesError::Engine(detail).into()),
            // An engine that has what it needs closes the door early.
            (None, _) => Ok(()),
        }
    }
}

/// Where an archive for the engine goes, piece by piece.
struct Sending {
    sender: mpsc::Sender<io::Result<Bytes>>,
    meter: Meter,
    image: String,
    done: u64,
    total: u64,
}

impl Sending {
    fn all(
        &mut self,
        opened: &Opened,
        list: &[u8],
        config: &str,
        blobs: &[String],
    ) -> io::Result<()> {
        let size = list.len() as u64;
        self.pass(container::header("manifest.json", size, false)?)?;
        self.pass(list.to_vec())?;
        self.fill(size)?;
        for blob in blobs {
            let path = if blob == config {
                format!("{blob}.json")
            } else {
                layer_path(blob)
            };
            let (size, mut reader) = opened.blob(blob)?;
            self.pass(container::header(&path, size, false)?)?;
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = reader.read(&mut chunk)?;
                if read == 0 {
                    break;
                }
                chunk.truncate(read);
                self.pass(chunk)?;
                self.done += read as u64;
                (self.meter)(Progress {
                    stage: Stage::Loading,
                    image: Some(&self.image),
                    done: self.done,
                    total: self.total,
                });
            }
            self.fill(size)?;
        }
        self.pass(vec![0; usize::try_from(END).unwrap_or_default()])
    }

    fn fill(&self, size: u64) -> io::Result<()> {
        let count = usize::try_from(container::padding(size)).unwrap_or_default();
        self.pass(vec![0; count])
    }

    fn pass(&self, bytes: Vec<u8>) -> io::Result<()> {
        let sent = self.sender.blocking_send(Ok(bytes.into()));
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
