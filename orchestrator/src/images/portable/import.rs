//! Taking a bundle in: what stands in the way is found first, then images come, and the scenario last, so that whoever
//! sees it can run it.
//!
//! Every step looks at what is there before it does anything: called again after whatever end, it goes on with the rest.
//! Nothing that is there and means something else is touched unless the caller says so.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Serialize;

use super::{
    Image, Manifest, Meter, Opened, Placed, PortableError, Role,
    engine::{Configuration, Here, needs},
    load::Content,
    own::is_own,
    place::Place,
};
use crate::{
    environments::failpoint,
    images::{Images, ImagesError, Watch, lock},
    scenarios::{Bundle, BundleFile, Definition},
};

/// What shall be taken in.
pub struct Import<'a> {
    /// The bundle, verified.
    pub opened: Arc<Opened>,
    /// Its scenario's files, as verifying gave them.
    pub files: &'a BTreeMap<String, BundleFile>,
    /// What they say.
    pub definition: &'a Definition,
    /// The folder of scenarios.
    pub scenarios: &'a Path,
    /// The engine's images; `None` leaves the bundle's alone.
    pub images: Option<&'a Images>,
    /// Whether images also go to the configured registry, from which a cluster takes them.
    pub push: bool,
    /// Whether what stands in the way gives way.
    pub replace: bool,
}

/// What was done.
#[derive(Debug, Serialize)]
pub struct Imported {
    /// The scenario's name.
    pub scenario: String,
    /// Its version.
    pub version: u32,
    /// The digest over its files.
    pub digest: String,
    /// Fingerprint of the key that signed.
    pub signer: String,
    /// Where the scenario stands.
    pub path: PathBuf,
    /// What became of it.
    pub placed: Placed,
    /// Where what stood there before was put aside, hidden files and later changes included.
    pub aside: Option<PathBuf>,
    /// What became of each image.
    pub images: Vec<ImportedImage>,
}

/// What became of an image.
#[derive(Debug, Serialize)]
pub struct ImportedImage {
    /// Its name.
    pub reference: String,
    /// What was done.
    pub outcome: ImageOutcome,
}

/// What was done with an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageOutcome {
    /// The engine had it.
    Present,
    /// The engine had it without its name.
    Named,
    /// It came from the bundle.
    Loaded,
    /// The platform has one of its own, which stays.
    Kept,
}

/// A bundle's image and how the engine stands to it.
struct Looked<'a> {
    image: &'a Image,
    configuration: Configuration,
    here: Here,
}

impl Import<'_> {
    /// Takes the bundle in.
    ///
    /// # Errors
    /// The bundle contradicts itself, something else stands where it belongs, or an effect failed; then calling again
    /// goes on where this ended.
    pub async fn run(&self, watch: Watch<'_>, meter: &Meter) -> Result<Imported, PortableError> {
        let manifest = self.opened.manifest();
        self.consistent(manifest)?;
        if let Some(images) = self.images.filter(|_| self.push) {
            images.has_registry()?;
        }
        let _lock = lock::take(watch).await?;
        let place = Place::find(
            self.scenarios,
            &manifest.scenario.id,
            &manifest.scenario.digest,
        )?;
        let mut looked = Vec::new();
        if let Some(images) = self.images {
            for image in &manifest.images {
                let configuration = Configuration::of(&self.opened, image)?;
                let here = images.here(image, &configuration).await?;
                looked.push(Looked {
                    image,
                    configuration,
                    here,
                });
            }
        }
        self.refuse_occupied(&place, &looked)?;
        let mut done = Vec::new();
        if let Some(images) = self.images {
            self.refuse_small_disk(images, &looked).await?;
            done = self.bring(images, &looked, watch, meter).await?;
        }
        let aside = place.put(self.files)?;
        Ok(Imported {
            scenario: manifest.scenario.id.clone(),
            version: manifest.scenario.version,
            digest: manifest.scenario.digest.clone(),
            signer: self.opened.signer().fingerprint(),
            path: place.path,
            placed: place.state,
            aside,
            images: done,
        })
    }

    /// A signed manifest may still not say more than the scenario does: it brings no image that nobody asked for.
    fn consistent(&self, manifest: &Manifest) -> Result<(), PortableError> {
        let scenario = &self.definition.scenario;
        let about = &manifest.scenario;
        let digest = Bundle::from_files(self.files.clone()).map(|bundle| bundle.digest());
        let same = about.id == scenario.id.as_str()
            && about.version == scenario.version
            && digest.is_ok_and(|digest| digest == about.digest);
        if !same {
            return Err(PortableError::Manifest(format!("scenario {}", about.id)));
        }
        let services = self.definition.compose.services.iter();
        let named: BTreeSet<&str> = services.map(|it| it.image.as_str()).collect();
        for image in &manifest.images {
            let allowed = match image.role {
                Role::Scenario => named.contains(image.reference.as_str()),
                Role::Platform => is_own(&image.reference),
            };
            if !allowed {
                return Err(PortableError::Manifest(format!(
                    "image {}",
                    image.reference
                )));
            }
        }
        let brought = |name: &&str| manifest.images.iter().any(|it| it.reference == **name);
        match named.iter().find(|name| !brought(name)) {
            Some(lacking) => Err(PortableError::Manifest(format!("no image {lacking}"))),
            None => Ok(()),
        }
    }

    fn refuse_occupied(&self, place: &Place, looked: &[Looked<'_>]) -> Result<(), PortableError> {
        if self.replace {
            return Ok(());
        }
        let mut names = Vec::new();
        if place.state == Placed::Replaced {
            names.push(place.path.display().to_string());
        }
        let others = looked.iter().filter(|it| it.is_occupied());
        names.extend(others.map(|it| it.image.reference.clone()));
        if names.is_empty() {
            Ok(())
        } else {
            Err(PortableError::Occupied(names))
        }
    }

    async fn refuse_small_disk(
        &self,
        images: &Images,
        looked: &[Looked<'_>],
    ) -> Result<(), PortableError> {
        let contents: Vec<Content<'_>> = looked
            .iter()
            .filter(|it| it.is_missing())
            .map(|it| self.content(it.image, 0))
            .collect();
        if contents.is_empty() {
            return Ok(());
        }
        let needs = needs(&contents);
        match images.room().await? {
            Some(free) if free < needs => Err(PortableError::Room { needs, free }),
            _ => Ok(()),
        }
    }

    /// Brings every image that is missing, and sends all to the registry where one is used.
    async fn bring(
        &self,
        images: &Images,
        looked: &[Looked<'_>],
        watch: Watch<'_>,
        meter: &Meter,
    ) -> Result<Vec<ImportedImage>, PortableError> {
        let here = looked.iter().filter(|it| !it.is_missing());
        let mut known: Vec<&[String]> = here
            .filter(|it| !matches!(it.here, Here::Other))
            .map(|it| it.image.layers.as_slice())
            .collect();
        let mut done = Vec::new();
        for it in looked {
            let outcome = if it.is_missing() {
                let content = self.content(it.image, common(&it.image.layers, &known));
                images.load(content, &it.configuration, meter).await?;
                failpoint::reach("bundle-loaded");
                known.push(&it.image.layers);
                ImageOutcome::Loaded
            } else {
                match it.here {
                    Here::Other => ImageOutcome::Kept,
                    Here::Absent(_) => {
                        images.name(it.image, &it.configuration).await?;
                        ImageOutcome::Named
                    }
                    Here::Same => ImageOutcome::Present,
                }
            };
            if self.push {
                images.push_one(&it.image.reference, watch).await?;
            }
            let reference = it.image.reference.clone();
            done.push(ImportedImage { reference, outcome });
        }
        Ok(done)
    }

    fn content<'a>(&'a self, image: &'a Image, without: usize) -> Content<'a> {
        let opened = &self.opened;
        Content {
            image,
            opened,
            without,
        }
    }
}

impl Looked<'_> {
    /// Whether the name means something else that a scenario may depend on. What the platform itself runs never gives way,
    /// whatever the bundle says that it is there for: a checker decides what is solved.
    fn is_occupied(&self) -> bool {
        self.here == Here::Other && !is_own(&self.image.reference)
    }

    /// Whether its content has to come from the bundle. The platform's own images stay what they are.
    fn is_missing(&self) -> bool {
        self.here == Here::Absent(false) || self.is_occupied()
    }
}

impl Images {
    fn has_registry(&self) -> Result<(), ImagesError> {
        if self.kubernetes.registry.is_empty() {
            Err(ImagesError::NoRegistry)
        } else {
            Ok(())
        }
    }
}

/// How many of the lowest of `layers` one of `known` has as well.
fn common(layers: &[String], known: &[&[String]]) -> usize {
    let shared = |other: &&[String]| {
        let pairs = layers.iter().zip(other.iter());
        pairs.take_while(|(a, b)| a == b).count()
    };
    known.iter().map(shared).max().unwrap_or_default()
}
