//! A scenario's files, as they lie in its folder.
//!
//! Reading a folder is the only input that this module knows; everything else works on the bytes that it brought. A
//! bundle may come from a stranger: links, steps upwards and sheer mass are refused before anything is read.

use std::{
    collections::BTreeMap,
    fs,
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// Most files of a bundle.
pub const MAX_FILES: usize = 2_000;
/// Most bytes of a bundle.
pub const MAX_BYTES: u64 = 64 << 20;

/// Most folders that a file of a bundle lies in, one within the other.
pub const MAX_DEPTH: usize = 17;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleFile {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Its permission bits.
    pub mode: u32,
}

/// All files of a scenario, by their path from its folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    files: BTreeMap<String, BundleFile>,
}

/// A folder that is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A path leads out of the folder or cannot be written on all systems.
    #[error("{0:?} is not a plain path within the bundle")]
    Path(String),
    /// A link, a device or the like.
    #[error("{0} is neither a file nor a folder; bundles hold no links")]
    Special(PathBuf),
    /// More files than a scenario needs.
    #[error("more than {MAX_FILES} files")]
    TooManyFiles,
    /// More bytes than a scenario needs.
    #[error("more than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    /// The file system refused.
    #[error("{0}")]
    Read(PathBuf, #[source] std::io::Error),
}

impl Bundle {
    /// Takes files that were read elsewhere: from an upload, from the database.
    ///
    /// # Errors
    /// When a path is not plain, or there is too much.
    pub fn from_files(files: BTreeMap<String, BundleFile>) -> Result<Self, BundleError> {
        if files.len() > MAX_FILES {
            return Err(BundleError::TooManyFiles);
        }
        if files
            .values()
            .map(|file| file.bytes.len() as u64)
            .sum::<u64>()
            > MAX_BYTES
        {
            return Err(BundleError::TooLarge);
        }
        match files.keys().find(|path| !is_plain(path)) {
            Some(path) => Err(BundleError::Path(path.clone())),
            None => Ok(Self { files }),
        }
    }

    /// Reads a scenario's folder. What begins with a dot or ends with `~` is left out.
    ///
    /// # Errors
    /// When the folder cannot be read, holds links, or too much.
    pub fn open(folder: &Path) -> Result<Self, BundleError> {
        let mut bundle = Self::default();
        let mut room = MAX_BYTES;
        let mut folders = vec![(folder.to_owned(), String::new())];
        while let Some((folder, prefix)) = folders.pop() {
            let failed = |error| BundleError::Read(folder.clone(), error);
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let path = entry.path();
                let name = entry
                    .file_name()
                    .into_string()
                    .map_err(|name| BundleError::Path(name.to_string_lossy().into_owned()))?;
                if name.starts_with('.') || name.ends_with('~') {
                    continue;
                }
                let inside = format!("{prefix}{name}");
                let kind = entry
                    .file_type()
                    .map_err(|error| BundleError::Read(path.clone(), error))?;
                if kind.is_dir() {
                    if inside.matches('/').count() >= MAX_DEPTH {
                        return Err(BundleError::Path(inside));
                    }
                    folders.push((path, format!("{inside}/")));
                } else if kind.is_file() {
                    let file = read_file(&path, &mut room)?;
                    bundle.add(inside, file)?;
                } else {
                    return Err(BundleError::Special(path));
                }
            }
        }
        Ok(bundle)
    }

    /// A file by its path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&BundleFile> {
        self.files.get(path)
    }

    /// All files by path, sorted.
    pub fn files(&self) -> impl Iterator<Item = (&str, &BundleFile)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// SHA-256 over all paths, modes and contents, in hexadecimal: the bundle's name in the database.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (path, file) in &self.files {
            let executable = file.mode & 0o111 != 0;
            hash.update((path.len() as u64).to_be_bytes());
            hash.update(path.as_bytes());
            hash.update([u8::from(executable)]);
            hash.update((file.bytes.len() as u64).to_be_bytes());
            hash.update(&file.bytes);
        }
        hex::encode(hash.finalize())
    }

    fn add(&mut self, path: String, file: BundleFile) -> Result<(), BundleError> {
        if self.files.len() >= MAX_FILES {
            return Err(BundleError::TooManyFiles);
        }
        if !is_plain(&path) {
            return Err(BundleError::Path(path));
        }
        self.files.insert(path, file);
        Ok(())
    }
}

fn read_file(path: &Path, room: &mut u64) -> Result<BundleFile, BundleError> {
    let failed = |error| BundleError::Read(path.to_owned(), error);
    let file = fs::File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
    let mut bytes = Vec::new();
    file.take(*room + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    *room = room
        .checked_sub(bytes.len() as u64)
        .ok_or(BundleError::TooLarge)?;
    Ok(BundleFile { bytes, mode })
}

/// Whether a path stays within the bundle and means the same everywhere.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    path.len() <= 300
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !path.contains(|c: char| c.is_control() || c == '\\')
}
