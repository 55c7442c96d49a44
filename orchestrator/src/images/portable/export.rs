//! Writing a bundle: what the engine gives goes straight into the file, nothing is laid down twice.
//!
//! Manifest and signature stand first and are known last: their place is kept free, as large as they can become, and
//! filled at the end; a manifest may end in spaces. The file gets its name once it is whole and on the disk. The same
//! scenario and images of the same engine give the same bytes.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bollard::models::ImageInspect;
use futures_util::TryStreamExt as _;
use serde::Serialize;
use tokio_util::io::{StreamReader, SyncIoBridge};

use super::{
    FORMAT, Image, Manifest, Meter, PortableError, Progress, Role, Stage,
    container::{MANIFEST, SIGNATURE, Writer, sha256},
    load::PATIENCE,
    manifest::{self, About, Blob, MAX_MANIFEST, Title, is_reference},
    opened::{Claims, KIND},
    own::is_own,
    saved::{self, SavedImage},
};
use crate::{
    environments::failpoint,
    images::{Images, ImagesError, OWN, Watch, error, lock, whole_name},
    journal::Signer,
    scenarios::{Bundle, Definition},
};

/// How a failure of the engine is told apart from one of the file.
const ENGINE: io::ErrorKind = io::ErrorKind::ConnectionAborted;
/// Room beside what was foreseen for the manifest.
const SLACK: usize = 4 << 10;

/// What shall be written.
pub struct Export<'a> {
    /// The scenario.
    pub definition: &'a Definition,
    /// Where to.
    pub file: &'a Path,
    /// Who signs.
    pub signer: &'a Signer,
    /// Whether the images that the platform itself runs come along.
    pub platform: bool,
}

/// What was written.
#[derive(Debug, Serialize)]
pub struct Exported {
    /// The scenario's name.
    pub scenario: String,
    /// Its version.
    pub version: u32,
    /// The digest over its files.
    pub digest: String,
    /// Fingerprint of the key that signed.
    pub signer: String,
    /// The file.
    pub file: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// SHA-256 of the manifest, which stands for all of it.
    pub manifest: String,
    /// The images in it.
    pub images: Vec<Image>,
}

/// An image that goes along.
pub(super) struct Wanted {
    pub(super) reference: String,
    pub(super) role: Role,
    pub(super) found: ImageInspect,
}

impl Images {
    /// Writes a bundle.
    ///
    /// # Errors
    /// An image is missing or named by a digest, the engine does not answer, or the file cannot be written; nothing
    /// stands under the file's name then that was not there before.
    pub async fn export(
        &self,
        export: Export<'_>,
        watch: Watch<'_>,
        meter: &Meter,
    ) -> Result<Exported, PortableError> {
        // No build moves a name while images are on their way.
        let _lock = lock::take(watch).await?;
        let wanted = self.wanted(&export).await?;
        let most = wanted.iter().filter_map(|it| it.found.size).sum::<i64>();
        let names: Vec<&str> = wanted.iter().map(|it| it.reference.as_str()).collect();
        let patient = self.docker.clone().with_timeout(PATIENCE);
        let meter = Arc::clone(meter);
        let mut done = 0;
        let stream = patient
            .export_images(&names)
            .inspect_ok(move |chunk| {
                done += chunk.len() as u64;
                meter(Progress {
                    stage: Stage::Saving,
                    image: None,
                    done,
                    total: most.unsigned_abs(),
                });
            })
            .map_err(|error| io::Error::new(ENGINE, error::words(&error)));
        let mut stream = SyncIoBridge::new(StreamReader::new(Box::pin(stream)));
        let writing = Writing {
            about: About {
                id: export.definition.scenario.id.to_string(),
                version: export.definition.scenario.version,
                title: Title::from(&export.definition.scenario.title),
                digest: export.definition.bundle.digest(),
            },
            bundle: export.definition.bundle.clone(),
            signer: export.signer.clone(),
            wanted,
            file: export.file.to_owned(),
        };
        let written = tokio::task::spawn_blocking(move || writing.write(&mut stream));
        written
            .await
            .unwrap_or_else(|error| Err(PortableError::file(export.file, io::Error::other(error))))
    }

    async fn wanted(&self, export: &Export<'_>) -> Result<Vec<Wanted>, PortableError> {
        let services = export.definition.compose.services.iter();
        let mut roles: BTreeMap<String, Role> = services
            .map(|service| {
                let own = is_own(&service.image);
                let role = if own { Role::Platform } else { Role::Scenario };
                (service.image.clone(), role)
            })
            .collect();
        if export.platform {
            for image in OWN.map(whole_name) {
                roles.entry(image).or_insert(Role::Platform);
            }
        }
        let mut wanted = Vec::new();
        for (reference, role) in roles {
            if !is_reference(&reference) {
                return Err(PortableError::Manifest(format!("image {reference}")));
            }
            let found = self.inspect(&reference).await?;
            let found = found.ok_or_else(|| ImagesError::Unknown(reference.clone()))?;
            wanted.push(Wanted {
                reference,
                role,
                found,
            });
        }
        Ok(wanted)
    }
}

impl Wanted {
    /// Whether the engine means this image.
    fn is(&self, saved: &SavedImage) -> bool {
        let id = self.found.id.as_deref().unwrap_or_default();
        let short = ["docker.io/library/", "docker.io/"];
        let name = short
            .iter()
            .find_map(|prefix| self.reference.strip_prefix(prefix))
            .unwrap_or(&self.reference);
        let named = |tag: &String| tag == name || tag.strip_suffix(":latest") == Some(name);
        id.strip_prefix("sha256:") == Some(saved.config.as_str()) || saved.tags.iter().any(named)
    }

    fn image(&self, config: &str, layers: &[String]) -> Image {
        let word = |text: &Option<String>| text.clone().unwrap_or_default();
        Image {
            reference: self.reference.clone(),
            role: self.role,
            id: word(&self.found.id),
            platform: format!(
                "{}/{}",
                word(&self.found.os),
                word(&self.found.architecture)
            ),
            config: config.to_owned(),
            layers: layers.to_vec(),
        }
    }
}

/// A bundle that is being written.
pub(super) struct Writing {
    pub(super) about: About,
    pub(super) bundle: Bundle,
    pub(super) signer: Signer,
    pub(super) wanted: Vec<Wanted>,
    pub(super) file: PathBuf,
}

impl Writing {
    pub(super) fn write(self, stream: &mut dyn io::Read) -> Result<Exported, PortableError> {
        let mut name = self.file.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = self.file.with_file_name(name);
        let written = self.write_to(&part, stream);
        if written.is_err() {
            // It may be what fills the disk.
            let _ = fs::remove_file(&part);
        }
        written
    }

    fn write_to(self, part: &Path, stream: &mut dyn io::Read) -> Result<Exported, PortableError> {
        let failed = |source| PortableError::file(part, source);
        let room = self.room()?;
        let signature = self.sign(&"0".repeat(64))?;
        let mut writer = Writer::create(part).map_err(failed)?;
        writer
            .entry(MANIFEST, &vec![b' '; room], false)
            .map_err(failed)?;
        let blank = vec![b' '; signature.len()];
        writer.entry(SIGNATURE, &blank, false).map_err(failed)?;
        for (path, file) in self.bundle.files() {
            let path = format!("scenario/{path}");
            let executable = file.mode & 0o111 != 0;
            writer
                .entry(&path, &file.bytes, executable)
                .map_err(failed)?;
        }
        let (saved, blobs) =
            saved::take(stream, &mut writer).map_err(|error| match error.kind() {
                ENGINE | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                    ImagesError::Engine(error.to_string()).into()
                }
                _ => failed(error),
            })?;
        let manifest = self.manifest(&saved, blobs)?;
        let mut text = json(&manifest)?;
        // What nobody could read again is not written.
        Manifest::read(&text)?;
        if text.len() > room {
            return Err(PortableError::Manifest(format!("{} bytes", text.len())));
        }
        text.resize(room, b' ');
        let named = sha256(&text);
        let signature = self.sign(&named)?;
        let bytes = writer.finish(&text, signature.as_bytes()).map_err(failed)?;
        failpoint::reach("bundle-written");
        fs::rename(part, &self.file).map_err(failed)?;
        let folder = self.file.parent().filter(|it| !it.as_os_str().is_empty());
        fs::File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        Ok(Exported {
            scenario: self.about.id,
            version: self.about.version,
            digest: self.about.digest,
            signer: self.signer.public_key().fingerprint(),
            file: self.file,
            bytes,
            manifest: named,
            images: manifest.images,
        })
    }

    fn manifest(&self, saved: &[SavedImage], blobs: Vec<Blob>) -> Result<Manifest, PortableError> {
        let mut images = Vec::new();
        for wanted in &self.wanted {
            let found = saved.iter().find(|saved| wanted.is(saved));
            let found = found.ok_or_else(|| ImagesError::Unknown(wanted.reference.clone()))?;
            images.push(wanted.image(&found.config, &found.layers));
        }
        Ok(self.with(images, blobs))
    }

    fn with(&self, images: Vec<Image>, blobs: Vec<Blob>) -> Manifest {
        Manifest {
            format: FORMAT,
            scenario: self.about.clone(),
            signer: self.signer.public_key().to_hex(),
            files: manifest::files(self.bundle.files()),
            images,
            blobs,
        }
    }

    /// How large the manifest can become: as if no two images had anything in common.
    fn room(&self) -> Result<usize, PortableError> {
        let hash = "0".repeat(64);
        let mut blobs = Vec::new();
        let mut images = Vec::new();
        for wanted in &self.wanted {
            let root = wanted.found.root_fs.as_ref();
            let count = root
                .and_then(|root| root.layers.as_ref())
                .map_or(0, Vec::len);
            images.push(wanted.image(&hash, &vec![hash.clone(); count]));
            let blob = Blob {
                sha256: hash.clone(),
                size: u64::MAX,
            };
            blobs.extend(vec![blob; count + 1]);
        }
        let room = json(&self.with(images, blobs))?.len() + SLACK;
        if room as u64 > MAX_MANIFEST {
            return Err(PortableError::Manifest(format!("{room} bytes")));
        }
        Ok(room)
    }

    /// The signature under the manifest of this hash; always of the same length.
    fn sign(&self, manifest: &str) -> Result<String, PortableError> {
        let manifest = manifest.to_owned();
        self.signer
            .sign_as(KIND, &Claims { manifest })
            .map_err(|_| PortableError::Signature)
    }
}

fn json(manifest: &Manifest) -> Result<Vec<u8>, PortableError> {
    serde_json::to_vec_pretty(manifest).map_err(|error| PortableError::Manifest(error.to_string()))
}
