//! A bundle's scenario comes into the folder of scenarios, all of it at once or not at all.
//!
//! It is written into a hidden folder beside its place, put on the disk, and then renamed; where another version stands
//! there, the two change places in one step. Whatever a run leaves that was cut off, the next one clears away.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde::Serialize;

use super::PortableError;
use crate::{
    environments::failpoint,
    scenarios::{Bundle, BundleFile, SCENARIO_FILE, check},
};

/// What became of the scenario's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Placed {
    /// There was none.
    New,
    /// The same was there.
    Unchanged,
    /// Another version was there.
    Replaced,
}

/// Where a scenario belongs, and what stands there.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) state: Placed,
}

impl Place {
    /// Where scenario `id` with the files of `digest` belongs in `folder`: where it stands already, else by its name.
    pub(super) fn find(folder: &Path, id: &str, digest: &str) -> Result<Self, PortableError> {
        let mut path = folder.join(id);
        if fs::symlink_metadata(&path).is_err() {
            let Some(found) = standing(folder, id)? else {
                let state = Placed::New;
                return Ok(Self { path, state });
            };
            path = found;
        }
        let same = Bundle::open(&path).is_ok_and(|found| found.digest() == digest);
        let state = if same {
            Placed::Unchanged
        } else {
            Placed::Replaced
        };
        Ok(Self { path, state })
    }

    /// Puts `files` there.
    pub(super) fn put(&self, files: &BTreeMap<String, BundleFile>) -> Result<(), PortableError> {
        let (Some(folder), Some(name)) = (self.path.parent(), self.path.file_name()) else {
            let nowhere = io::ErrorKind::InvalidInput.into();
            return Err(PortableError::file(&self.path, nowhere));
        };
        let beside = folder.join(format!(".import-{}", name.to_string_lossy()));
        self.move_in(folder, &beside, files)
            .map_err(|source| PortableError::file(&self.path, source))
    }

    fn move_in(
        &self,
        folder: &Path,
        beside: &Path,
        files: &BTreeMap<String, BundleFile>,
    ) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        clear(beside)?;
        if self.state == Placed::Unchanged {
            return Ok(());
        }
        // One folder deeper, where nobody who looks for scenarios takes it for one.
        let new = beside.join("new");
        fs::create_dir_all(&new)?;
        for (path, file) in files {
            write(&new, path, file)?;
        }
        sync_folders(&new)?;
        failpoint::reach("bundle-beside");
        if self.state == Placed::New {
            fs::rename(&new, &self.path)?;
        } else {
            exchange(&new, &self.path)?;
        }
        File::open(folder)?.sync_all()?;
        failpoint::reach("bundle-placed");
        clear(beside)
    }
}

/// The folder below `folder` in which scenario `id` stands under another name.
fn standing(folder: &Path, id: &str) -> Result<Option<PathBuf>, PortableError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        entries => entries.map_err(|source| PortableError::file(folder, source))?,
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths.into_iter().find(|path| {
        path.join(SCENARIO_FILE).is_file()
            && Bundle::open(path)
                .ok()
                .and_then(|bundle| check(bundle).definition)
                .is_some_and(|found| found.scenario.id.as_str() == id)
    }))
}

fn write(folder: &Path, path: &str, file: &BundleFile) -> io::Result<()> {
    let path = folder.join(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mode = if file.mode & 0o111 == 0 { 0o644 } else { 0o755 };
    let mut written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?;
    written.write_all(&file.bytes)?;
    written.sync_all()
}

/// Names of files are on the disk once their folders are.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}

/// Lets two folders change places; in one step wherever the file system can.
fn exchange(new: &Path, place: &Path) -> io::Result<()> {
    match renameat_with(CWD, new, CWD, place, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
            fs::rename(place, new.with_extension("old"))?;
            fs::rename(new, place)
        }
        Err(error) => Err(error.into()),
    }
}

fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> BTreeMap<String, BundleFile> {
        let file = |mode| BundleFile {
            bytes: text.as_bytes().to_vec(),
            mode,
        };
        [
            ("a/b".to_owned(), file(0o755)),
            ("c".to_owned(), file(0o644)),
        ]
        .into()
    }

    fn place(folder: &Path, text: &str) -> Placed {
        let files = files(text);
        let digest = Bundle::from_files(files.clone()).unwrap().digest();
        let place = Place::find(folder, "one", &digest).unwrap();
        place.put(&files).unwrap();
        let found = Bundle::open(&folder.join("one")).unwrap();
        assert_eq!(found.digest(), digest);
        let left: Vec<_> = fs::read_dir(folder).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing is left beside it");
        place.state
    }

    #[test]
    fn a_scenario_comes_stays_and_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let scenarios = folder.path().join("scenarios");
        assert_eq!(place(&scenarios, "x"), Placed::New);
        assert_eq!(place(&scenarios, "x"), Placed::Unchanged);
        assert_eq!(place(&scenarios, "y"), Placed::Replaced);
    }

    #[test]
    fn what_a_run_left_that_was_cut_off_is_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let left = folder.path().join(".import-one/new/a");
        fs::create_dir_all(&left).unwrap();
        fs::write(left.join("half"), "x").unwrap();
        assert_eq!(place(folder.path(), "x"), Placed::New);
        fs::create_dir_all(&left).unwrap();
        assert_eq!(place(folder.path(), "x"), Placed::Unchanged);
    }
}
