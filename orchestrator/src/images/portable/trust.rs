//! Whose bundles this installation takes: its own, and those whose key an administrator has vouched for.
//!
//! A file a key in the data folder, named by the key's fingerprint; what it holds is a note for people. Nothing ever
//! comes onto the list by itself.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::PortableError;

/// The folder of the list, in the data folder.
const FOLDER: &str = "trusted-signers";

/// The list.
#[derive(Debug)]
pub struct TrustList {
    folder: PathBuf,
}

/// A key on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trusted {
    /// The key's fingerprint.
    pub fingerprint: String,
    /// Whose it is, as whoever added it wrote.
    pub note: String,
}

impl TrustList {
    /// The list in the folder `data`.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        let folder = data.join(FOLDER);
        Self { folder }
    }

    /// A fingerprint as people copy it, with colons, spaces and capitals; `None` where it is none.
    #[must_use]
    pub fn fingerprint(text: &str) -> Option<String> {
        let kept = |it: &char| !it.is_whitespace() && *it != ':';
        let digits: String = text.chars().filter(kept).collect();
        let whole = digits.len() == 64 && digits.bytes().all(|it| it.is_ascii_hexdigit());
        whole.then(|| digits.to_ascii_lowercase())
    }

    /// All keys, by fingerprint.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn all(&self) -> Result<Vec<Trusted>, PortableError> {
        let failed = |source| PortableError::file(&self.folder, source);
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut all = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if Self::fingerprint(&name).as_deref() == Some(name.as_str()) {
                let note = fs::read_to_string(entry.path()).map_err(failed)?;
                let note = note.trim().to_owned();
                let fingerprint = name;
                all.push(Trusted { fingerprint, note });
            }
        }
        all.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
        Ok(all)
    }

    /// Whether a key is on it.
    #[must_use]
    pub fn has(&self, fingerprint: &str) -> bool {
        Self::fingerprint(fingerprint).is_some_and(|name| self.folder.join(name).is_file())
    }

    /// Puts a key on it, or gives it another note.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn add(&self, fingerprint: &str, note: &str) -> Result<(), PortableError> {
        let failed = |source| PortableError::file(&self.folder, source);
        fs::create_dir_all(&self.folder).map_err(failed)?;
        let file = tempfile::NamedTempFile::new_in(&self.folder).map_err(failed)?;
        fs::write(file.path(), format!("{note}\n")).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(self.folder.join(fingerprint))
            .map_err(|error| failed(error.error))?;
        let folder = fs::File::open(&self.folder).map_err(failed)?;
        folder.sync_all().map_err(failed)
    }

    /// Takes a key off it; whether it was there.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn remove(&self, fingerprint: &str) -> Result<bool, PortableError> {
        match fs::remove_file(self.folder.join(fingerprint)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(PortableError::file(&self.folder, source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_onto_the_list_and_off_it() {
        let data = tempfile::tempdir().unwrap();
        let list = TrustList::new(data.path());
        let key = "AB:".repeat(32);
        let fingerprint = TrustList::fingerprint(&key).unwrap();
        assert_eq!(fingerprint, "ab".repeat(32));
        assert!(!list.has(&fingerprint));
        assert_eq!(list.all().unwrap(), []);
        list.add(&fingerprint, "Sở").unwrap();
        list.add(&fingerprint, "Sở KH&CN").unwrap();
        let note = "Sở KH&CN".to_owned();
        let trusted = Trusted {
            fingerprint: fingerprint.clone(),
            note,
        };
        assert_eq!(list.all().unwrap(), [trusted]);
        assert!(list.has(&key));
        assert!(list.remove(&fingerprint).unwrap());
        assert!(!list.remove(&fingerprint).unwrap());
        assert_eq!(TrustList::fingerprint("../x"), None);
    }
}
