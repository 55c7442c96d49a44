//! The manifest: all that a bundle says of itself, and the limits that it has to keep.
//!
//! What it does not list is not in the file; what it lists wrongly makes the file worthless. It is read before its
//! signature is, so that reading alone must never cost more than [`MAX_MANIFEST`] allows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    PortableError,
    container::{self, Entry},
};
use crate::{
    journal::PublicKey,
    scenarios::{self, BundleFile, LocalText},
};

/// The version of the form that this program writes and reads.
pub const FORMAT: u64 = 1;
/// Most bytes of a manifest.
pub(super) const MAX_MANIFEST: u64 = 4 << 20;
/// Most images of a bundle; a scenario has fewer machines.
const MAX_IMAGES: usize = 256;
/// Most layers of an image; engines take no more than 128.
const MAX_LAYERS: usize = 256;
/// Most pieces of images' content.
const MAX_BLOBS: usize = 8_192;

/// Longest name of a file that every file system takes, in bytes.
const LONGEST_NAME: usize = 255;

/// What a bundle holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Which form this is.
    pub format: u64,
    /// The scenario.
    pub scenario: About,
    /// The public key that signed, in hexadecimal.
    pub signer: String,
    /// The scenario's files, by path.
    pub files: Vec<File>,
    /// The images, by name.
    pub images: Vec<Image>,
    /// The images' content, in the order in which it follows.
    pub blobs: Vec<Blob>,
}

/// The scenario that a bundle brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// What people call it.
    pub title: Title,
    /// The digest over its files, as the database knows it.
    pub digest: String,
}

/// A title in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl From<&LocalText> for Title {
    fn from(text: &LocalText) -> Self {
        Self {
            vi: text.vi.clone(),
            en: text.en.clone(),
        }
    }
}

/// A file of the scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path from the scenario's folder.
    pub path: String,
    /// Its bytes.
    pub size: u64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Whether it may be run.
    pub executable: bool,
}

/// Why an image is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The scenario's Compose file names it.
    Scenario,
    /// The platform itself runs it.
    Platform,
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Its name as the Compose file writes it.
    pub reference: String,
    /// Why it is there.
    pub role: Role,
    /// The hash that the engine knew it by.
    pub id: String,
    /// System and processor that it is made for, such as `linux/amd64`.
    pub platform: String,
    /// SHA-256 of its configuration, in hexadecimal.
    pub config: String,
    /// SHA-256 of its layers, the lowest first.
    pub layers: Vec<String>,
}

/// A piece of images' content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub size: u64,
}

/// As much as every form, also a later one, says of itself.
#[derive(Deserialize)]
struct Form {
    format: u64,
}

impl Manifest {
    /// Reads a manifest and holds it to its limits.
    ///
    /// # Errors
    /// One that is of another form, that cannot be read, or that breaks a limit.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, PortableError> {
        let unfit = |error: serde_json::Error| PortableError::Manifest(error.to_string());
        let form: Form = serde_json::from_slice(bytes).map_err(unfit)?;
        if form.format != FORMAT {
            return Err(PortableError::Format(form.format));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(unfit)?;
        manifest.hold().map_err(PortableError::Manifest)?;
        Ok(manifest)
    }

    /// The key that it says it was signed with.
    pub(super) fn key(&self) -> Result<PublicKey, PortableError> {
        PublicKey::from_hex(&self.signer)
            .ok_or_else(|| PortableError::Manifest("signer".to_owned()))
    }

    /// All entries behind manifest and signature, in their order.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        let files = self.files.iter().map(|file| Entry {
            path: format!("scenario/{}", file.path),
            size: file.size,
            sha256: file.sha256.clone(),
            executable: file.executable,
        });
        let blobs = self.blobs.iter().map(|blob| Entry {
            path: container::blob_path(&blob.sha256),
            size: blob.size,
            sha256: blob.sha256.clone(),
            executable: false,
        });
        files.chain(blobs)
    }

    /// The size of a piece of content.
    pub(super) fn size(&self, sha256: &str) -> u64 {
        let blob = self.blobs.iter().find(|blob| blob.sha256 == sha256);
        blob.map_or(0, |blob| blob.size)
    }

    /// What is wrong with it, in words for whoever made it.
    fn hold(&self) -> Result<(), String> {
        if !scenarios::is_name(&self.scenario.id) {
            return Err(format!("scenario {:?}", self.scenario.id));
        }
        self.hold_files()?;
        if self.images.len() > MAX_IMAGES || self.blobs.len() > MAX_BLOBS {
            return Err("too many images".to_owned());
        }
        let mut blobs = BTreeSet::new();
        let mut room = u64::MAX / 2;
        for blob in &self.blobs {
            if !is_digest(&blob.sha256) || !blobs.insert(blob.sha256.as_str()) {
                return Err(format!("blob {:?}", blob.sha256));
            }
            room = room
                .checked_sub(blob.size)
                .ok_or_else(|| format!("size of {}", blob.sha256))?;
        }
        let mut names = BTreeSet::new();
        let mut used = BTreeSet::new();
        for image in &self.images {
            let said = || format!("image {:?}", image.reference);
            let id = image.id.strip_prefix("sha256:");
            let whole = is_reference(&image.reference)
                && id.is_some_and(is_digest)
                && names.insert(&image.reference)
                && image.layers.len() <= MAX_LAYERS;
            let content = std::iter::once(&image.config).chain(&image.layers);
            used.extend(content.clone().map(String::as_str));
            if !whole || !content.into_iter().all(|it| blobs.contains(it.as_str())) {
                return Err(said());
            }
        }
        match blobs.difference(&used).next() {
            Some(unused) => Err(format!("blob {unused:?} of no image")),
            None => Ok(()),
        }
    }

    fn hold_files(&self) -> Result<(), String> {
        if self.files.len() > scenarios::MAX_FILES {
            return Err("too many files".to_owned());
        }
        let mut room = scenarios::MAX_BYTES;
        let mut last = "";
        let paths: BTreeSet<&str> = self.files.iter().map(|file| file.path.as_str()).collect();
        for file in &self.files {
            // In rising order, so that none comes twice.
            // A file where another path has a folder could never be written.
            let within = |(at, _): (usize, &str)| paths.contains(&file.path[..at]);
            let fits = is_kept(&file.path)
                && is_digest(&file.sha256)
                && file.path.as_str() > last
                && !file.path.match_indices('/').any(within);
            if !fits {
                return Err(format!("file {:?}", file.path));
            }
            last = &file.path;
            room = room
                .checked_sub(file.size)
                .ok_or_else(|| "too many bytes of files".to_owned())?;
        }
        Ok(())
    }
}

/// Files of a scenario for a manifest; `files` come by path, sorted.
pub(super) fn files<'a>(files: impl Iterator<Item = (&'a str, &'a BundleFile)>) -> Vec<File> {
    files
        .map(|(path, file)| File {
            path: path.to_owned(),
            size: file.bytes.len() as u64,
            sha256: container::sha256(&file.bytes),
            executable: file.mode & 0o111 != 0,
        })
        .collect()
}

/// Whether reading a scenario's folder gives a file of this path.
fn is_kept(path: &str) -> bool {
    let part =
        |part: &str| !part.starts_with('.') && !part.ends_with('~') && part.len() <= LONGEST_NAME;
    let folders = path.matches('/').count();
    scenarios::is_plain(path) && folders <= scenarios::MAX_DEPTH && path.split('/').all(part)
}

fn is_digest(text: &str) -> bool {
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 64 && text.bytes().all(digit)
}

/// Whether an engine can give an image this name: repository and tag, no digest.
pub(super) fn is_reference(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/' | b':');
    text.len() <= 255
        && text.bytes().all(allowed)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
}
