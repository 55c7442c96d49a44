//! What there is: each image with its state, its size, and who uses it.

use std::collections::{BTreeMap, BTreeSet};

use bollard::{models::ImageInspect, query_parameters::ListImagesOptionsBuilder};
use serde::Serialize;

use super::{
    CONTENT, Images, ImagesError, content_of,
    folder::{self, Source},
    used::used,
    whole_name,
};
use crate::clock::Timestamp;

/// How an image stands to its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The engine has what would be built now.
    Current,
    /// Its sources, or an image that it stands on, have changed since it was built.
    Stale,
    /// The engine does not have it.
    Missing,
    /// The engine has it, and there are no sources here.
    WithoutSources,
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Name and tag.
    pub image: String,
    /// How it stands to its sources.
    pub state: State,
    /// The engine's hash of it.
    pub id: Option<String>,
    /// The hash of what it was built from.
    pub content: Option<String>,
    /// Its size in bytes, with all that it stands on.
    pub size: Option<u64>,
    /// What of that is its own, beyond the image that it stands on.
    pub own_size: Option<u64>,
    /// When it was built.
    pub built: Option<Timestamp>,
    /// Scenarios that use it.
    pub scenarios: BTreeSet<String>,
}

impl Images {
    /// All images that there are sources of, that scenarios use, and that were built from sources like these; each after
    /// what it stands on.
    ///
    /// # Errors
    /// The engine does not answer, or a source cannot be read.
    pub async fn list(&self) -> Result<Vec<Listed>, ImagesError> {
        let mut scenarios = used(&self.scenarios).images;
        let mut listed: Vec<Listed> = Vec::new();
        let mut changed = BTreeSet::new();
        for source in folder::read(&self.sources)? {
            let found = self.inspect(&source.image()).await?;
            let state = match &found {
                None => State::Missing,
                Some(_) if source.parents.iter().any(|parent| changed.contains(parent)) => {
                    State::Stale
                }
                Some(found) if self.is_current(&source, found).await? => State::Current,
                Some(_) => State::Stale,
            };
            if state != State::Current {
                changed.insert(source.name.clone());
            }
            let below = source.parents.iter().filter_map(|parent| {
                let image = whole_name(parent);
                listed.iter().find(|it| it.image == image)?.size
            });
            let below = below.max();
            let users = scenarios.remove(&source.image()).unwrap_or_default();
            listed.push(entry(source.image(), state, found.as_ref(), below, users));
        }
        let mut others: BTreeMap<String, BTreeSet<String>> = scenarios;
        for image in self.built_before().await? {
            if !listed.iter().any(|it| it.image == image) {
                others.entry(image).or_default();
            }
        }
        for (image, users) in others {
            let found = self.inspect(&image).await?;
            let state = found
                .as_ref()
                .map_or(State::Missing, |_| State::WithoutSources);
            listed.push(entry(image, state, found.as_ref(), None, users));
        }
        Ok(listed)
    }

    async fn is_current(&self, source: &Source, built: &ImageInspect) -> Result<bool, ImagesError> {
        let mut ids = Vec::new();
        let parents = source.parents.iter().map(|parent| whole_name(parent));
        for image in source.bases.iter().cloned().chain(parents) {
            match self.id(&image).await? {
                Some(id) => ids.push(id),
                None => return Ok(false),
            }
        }
        Ok(content_of(built) == Some(source.content(&ids)?.as_str()))
    }

    /// Names of images that carry our label.
    async fn built_before(&self) -> Result<Vec<String>, ImagesError> {
        let filters = std::collections::HashMap::from([("label", vec![CONTENT])]);
        let options = ListImagesOptionsBuilder::default()
            .filters(&filters)
            .build();
        let found = self
            .docker
            .list_images(Some(options))
            .await
            .map_err(|error| ImagesError::engine(&error))?;
        // An image that was pushed also has the registry's name.
        let ours = |tag: &String| tag.starts_with(super::PREFIX);
        Ok(found
            .into_iter()
            .flat_map(|image| image.repo_tags)
            .filter(ours)
            .collect())
    }
}

fn entry(
    image: String,
    state: State,
    found: Option<&ImageInspect>,
    below: Option<u64>,
    scenarios: BTreeSet<String>,
) -> Listed {
    let size = found.and_then(|found| u64::try_from(found.size?).ok());
    Listed {
        image,
        state,
        id: found.and_then(|found| found.id.clone()),
        content: found.and_then(content_of).map(str::to_owned),
        size,
        own_size: size.map(|size| size.saturating_sub(below.unwrap_or_default())),
        built: found
            .and_then(|found| found.created.as_ref()?.parse::<jiff::Timestamp>().ok())
            .map(|time| Timestamp(time.as_microsecond())),
        scenarios,
    }
}
