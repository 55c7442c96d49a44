//! A bundle that was opened: signature first, then, once somebody trusts the signer, every byte of the rest.
//!
//! The file stays open from the first look to the last, and content is compared once more while it goes to the engine:
//! a file that changes in between is found out. Reading must never write anything.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::{
    Manifest, Meter, PortableError, Progress, Stage,
    container::{self, BLOCK, CHUNK, END, Entry, MANIFEST, SIGNATURE},
    manifest::MAX_MANIFEST,
};
use crate::{journal::PublicKey, scenarios::BundleFile};

/// The type of a bundle's signature.
pub(super) const KIND: &str = "thaotruong-bundle+jwt";
/// Most bytes of a signature.
const MAX_SIGNATURE: u64 = 4 << 10;

/// What the signature vouches for.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claims {
    /// SHA-256 of the manifest, in hexadecimal.
    pub(super) manifest: String,
}

/// A bundle whose signature holds. Whether its signer is trusted is for others to say.
#[derive(Debug)]
pub struct Opened {
    path: PathBuf,
    file: File,
    manifest: Manifest,
    key: PublicKey,
    /// Where the entries behind the signature begin.
    start: u64,
    length: u64,
    /// Place and size of each piece of images' content.
    blobs: BTreeMap<String, (u64, u64)>,
}

impl Opened {
    /// Opens a bundle as far as its signature.
    ///
    /// # Errors
    /// No bundle, one of another form, a signature that does not hold, or a file that is too short or too long for what
    /// it says it holds.
    pub fn open(path: &Path) -> Result<Self, PortableError> {
        let failed = |source| PortableError::file(path, source);
        let file = File::open(path).map_err(failed)?;
        let about = file.metadata().map_err(failed)?;
        if !about.is_file() {
            return Err(PortableError::NoBundle(path.to_owned()));
        }
        let reading = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => PortableError::NoBundle(path.to_owned()),
            _ => PortableError::file(path, error),
        };
        let mut start = 0;
        let mut early = |name: &str, most: u64| -> Result<Vec<u8>, PortableError> {
            let found = entry_at(&file, start, name, most).map_err(reading)?;
            let (bytes, length) = found.ok_or_else(|| PortableError::NoBundle(path.to_owned()))?;
            start += length;
            Ok(bytes)
        };
        let text = early(MANIFEST, MAX_MANIFEST)?;
        let signature = early(SIGNATURE, MAX_SIGNATURE)?;
        let manifest = Manifest::read(&text)?;
        let key = manifest.key()?;
        let signature = String::from_utf8(signature).map_err(|_| PortableError::Signature)?;
        let claims: Claims = key
            .verify(KIND, &signature)
            .map_err(|_| PortableError::Signature)?;
        if claims.manifest != container::sha256(&text) {
            return Err(PortableError::Signature);
        }
        let mut opened = Self {
            path: path.to_owned(),
            file,
            manifest,
            key,
            start,
            length: about.len(),
            blobs: BTreeMap::new(),
        };
        opened.measure()?;
        Ok(opened)
    }

    /// What the bundle says it holds.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Who signed it.
    #[must_use]
    pub const fn signer(&self) -> &PublicKey {
        &self.key
    }

    /// Its bytes.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Places every entry, and compares the sum with the file's length.
    fn measure(&mut self) -> Result<(), PortableError> {
        let mut at = self.start;
        for entry in self.manifest.entries() {
            let length = container::length(&entry.path, entry.size)
                .map_err(|source| PortableError::file(&self.path, source))?;
            let content = at + length - entry.size - container::padding(entry.size);
            if let Some(name) = entry.path.strip_prefix("blobs/sha256/") {
                self.blobs.insert(name.to_owned(), (content, entry.size));
            }
            at += length;
        }
        match at + END {
            needs if needs == self.length => Ok(()),
            needs => Err(PortableError::Length {
                has: self.length,
                needs,
            }),
        }
    }

    /// Compares every byte with the manifest; gives the scenario's files.
    ///
    /// # Errors
    /// The first entry that is not what the manifest says.
    pub fn verify(&self, meter: &Meter) -> Result<BTreeMap<String, BundleFile>, PortableError> {
        let mut through = Through {
            opened: self,
            at: self.start,
            meter,
        };
        let mut files = BTreeMap::new();
        for entry in self.manifest.entries() {
            let name = entry.path.strip_prefix("scenario/").map(str::to_owned);
            let mut kept = Vec::new();
            through.entry(&entry, name.is_some().then_some(&mut kept))?;
            if let Some(name) = name {
                let mode = if entry.executable { 0o755 } else { 0o644 };
                files.insert(name, BundleFile { bytes: kept, mode });
            }
        }
        through.zeros(END, "")?;
        Ok(files)
    }

    /// A small piece of images' content, compared with its name; `None` where it is more than `most` bytes.
    pub(super) fn small(&self, sha256: &str, most: u64) -> Result<Option<Vec<u8>>, PortableError> {
        let damaged = || PortableError::Damaged(container::blob_path(sha256));
        let (at, size) = *self.blobs.get(sha256).ok_or_else(damaged)?;
        if size > most {
            return Ok(None);
        }
        let mut bytes = vec![0; usize::try_from(size).map_err(|_| damaged())?];
        self.read(&mut bytes, at, sha256)?;
        if container::sha256(&bytes) == sha256 {
            Ok(Some(bytes))
        } else {
            Err(damaged())
        }
    }

    /// A reader of a piece of images' content that fails at its end where it is not what its name says.
    pub(super) fn blob(&self, sha256: &str) -> io::Result<(u64, BlobReader)> {
        let (at, size) = *self.blobs.get(sha256).ok_or(io::ErrorKind::NotFound)?;
        let reader = BlobReader {
            file: self.file.try_clone()?,
            at,
            left: size,
            hash: Context::new(&SHA256),
            sha256: sha256.to_owned(),
        };
        Ok((size, reader))
    }

    fn read(&self, buffer: &mut [u8], at: u64, entry: &str) -> Result<(), PortableError> {
        let read = self.file.read_exact_at(buffer, at);
        read.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => PortableError::Damaged(entry.to_owned()),
            _ => PortableError::file(&self.path, error),
        })
    }
}

/// The way through the file, entry after entry.
struct Through<'a> {
    opened: &'a Opened,
    at: u64,
    meter: &'a Meter,
}

impl Through<'_> {
    /// Compares one entry, and keeps its content where `kept` is given.
    fn entry(
        &mut self,
        entry: &Entry,
        mut kept: Option<&mut Vec<u8>>,
    ) -> Result<(), PortableError> {
        let damaged = || PortableError::Damaged(entry.path.clone());
        let expected = container::header(&entry.path, entry.size, entry.executable)
            .map_err(|source| PortableError::file(&self.opened.path, source))?;
        let mut found = vec![0; expected.len()];
        self.take(&mut found, &entry.path)?;
        if found != expected {
            return Err(damaged());
        }
        let mut hash = Context::new(&SHA256);
        let mut chunk = vec![0; CHUNK];
        let mut left = entry.size;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            self.take(&mut chunk[..most], &entry.path)?;
            hash.update(&chunk[..most]);
            if let Some(kept) = &mut kept {
                kept.extend_from_slice(&chunk[..most]);
            }
            left -= most as u64;
        }
        if hex::encode(hash.finish()) != entry.sha256 {
            return Err(damaged());
        }
        self.zeros(container::padding(entry.size), &entry.path)
    }

    fn zeros(&mut self, count: u64, entry: &str) -> Result<(), PortableError> {
        let mut found = vec![1; usize::try_from(count).unwrap_or_default()];
        self.take(&mut found, entry)?;
        if found.iter().all(|byte| *byte == 0) {
            Ok(())
        } else {
            Err(PortableError::Damaged(entry.to_owned()))
        }
    }

    fn take(&mut self, buffer: &mut [u8], entry: &str) -> Result<(), PortableError> {
        self.opened.read(buffer, self.at, entry)?;
        self.at += buffer.len() as u64;
        (self.meter)(Progress {
            stage: Stage::Verifying,
            image: None,
            done: self.at,
            total: self.opened.length,
        });
        Ok(())
    }
}

/// Reads a piece of content, and finds out at its end whether that was it.
pub(super) struct BlobReader {
    file: File,
    at: u64,
    left: u64,
    hash: Context,
    sha256: String,
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left)
            .unwrap_or(CHUNK)
            .min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        self.file.read_exact_at(&mut buffer[..most], self.at)?;
        self.hash.update(&buffer[..most]);
        self.at += most as u64;
        self.left -= most as u64;
        if self.left == 0 && hex::encode(self.hash.clone().finish()) != self.sha256 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                self.sha256.clone(),
            ));
        }
        Ok(most)
    }
}

/// The entry called `name` at `start` with its whole length; `None` where something else stands there.
fn entry_at(file: &File, start: u64, name: &str, most: u64) -> io::Result<Option<(Vec<u8>, u64)>> {
    let mut found = [0; 512];
    file.read_exact_at(&mut found, start)?;
    let Some(size) = container::stated_size(&found).filter(|size| *size <= most) else {
        return Ok(None);
    };
    if container::header(name, size, false)? != found {
        return Ok(None);
    }
    let whole = usize::try_from(size + container::padding(size)).unwrap_or_default();
    let mut bytes = vec![0; whole];
    file.read_exact_at(&mut bytes, start + BLOCK)?;
    let filling = bytes.split_off(usize::try_from(size).unwrap_or_default());
    if filling.iter().any(|byte| *byte != 0) {
        return Ok(None);
    }
    Ok(Some((bytes, BLOCK + whole as u64)))
}
