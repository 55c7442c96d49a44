//! A bundle's scenario comes into the folder of scenarios, all of it at once or not at all.
//!
//! It is written into a hidden folder beside its place, put on the disk, and then renamed; where another version stands
//! there, the two change places in one step, and the other one is put aside: it may hold hidden files and changes that
//! nobody has elsewhere, so nothing here ever deletes it. Whatever a run leaves that was cut off, the next one clears away.

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

/// The folder in the folder of scenarios in which replaced ones are kept; one deeper, so that none is taken for a scenario.
const ASIDE: &str = ".replaced";
/// What a cut-off run leaves beside what it was about to put in place: the digest of that.
const MARK: &str = "digest";

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

    /// Puts `files` there; gives the folder in which what was replaced is kept.
    pub(super) fn put(
        &self,
        files: &BTreeMap<String, BundleFile>,
    ) -> Result<Option<PathBuf>, PortableError> {
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
    ) -> io::Result<Option<PathBuf>> {
        fs::create_dir_all(folder)?;
        let rescued = self.recover(folder, beside)?;
        clear(beside)?;
        if self.state == Placed::Unchanged {
            return Ok(rescued);
        }
        // One folder deeper, where nobody who looks for scenarios takes it for one.
        let new = beside.join("new");
        fs::create_dir_all(&new)?;
        for (path, file) in files {
            write(&new, path, file)?;
        }
        sync_folders(&new)?;
        let digest = Bundle::open(&new).map_err(io::Error::other)?.digest();
        write(
            beside,
            MARK,
            &BundleFile {
                bytes: digest.into_bytes(),
                mode: 0o644,
            },
        )?;
        failpoint::reach("bundle-beside");
        let aside = if fs::symlink_metadata(&self.path).is_ok() {
            exchange(&new, &self.path)?;
            failpoint::reach("bundle-exchanged");
            Some(self.put_aside(folder, &new)?)
        } else {
            fs::rename(&new, &self.path)?;
            None
        };
        File::open(folder)?.sync_all()?;
        failpoint::reach("bundle-placed");
        clear(beside)?;
        Ok(aside.or(rescued))
    }

    /// Takes what a run that was cut off had replaced out of the folder that is cleared next.
    fn recover(&self, folder: &Path, beside: &Path) -> io::Result<Option<PathBuf>> {
        let (new, old) = (beside.join("new"), beside.join("old"));
        if fs::symlink_metadata(&old).is_ok() {
            if fs::symlink_metadata(&self.path).is_ok() {
                return self.put_aside(folder, &old).map(Some);
            }
            fs::rename(&old, &self.path)?;
            return Ok(None);
        }
        let Ok(mark) = fs::read_to_string(beside.join(MARK)) else {
            return Ok(None);
        };
        let is_new = |path: &Path| Bundle::open(path).is_ok_and(|it| it.digest() == mark);
        if fs::symlink_metadata(&new).is_ok() && !is_new(&new) {
            return self.put_aside(folder, &new).map(Some);
        }
        Ok(None)
    }

    /// Keeps what was replaced, under a name that is free.
    fn put_aside(&self, folder: &Path, old: &Path) -> io::Result<PathBuf> {
        let kept = folder.join(ASIDE);
        fs::create_dir_all(&kept)?;
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let mut number = 1_u32;
        loop {
            let place = kept.join(format!("{name}-{number}"));
            match renameat_with(CWD, old, CWD, &place, RenameFlags::NOREPLACE) {
                Err(rustix::io::Errno::EXIST | rustix::io::Errno::NOTEMPTY) => number += 1,
                Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
                    if fs::symlink_metadata(&place).is_err() {
                        fs::rename(old, &place)?;
                        return Ok(place);
                    }
                    number += 1;
                }
                result => {
                    result?;
                    File::open(&kept)?.sync_all()?;
                    return Ok(place);
                }
            }
        }
    }
}

/// The folder below `folder` in which scenario `id` stands under another name.
fn standing(folder: &Path, id: &str) -> Result<Option<PathBuf>, PortableError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        entries => entries.map_err(|source| PortableError::file(folder, source))?,
    };
    let shown = |entry: &fs::DirEntry| !entry.file_name().to_string_lossy().starts_with('.');
    let entries = entries.flatten().filter(shown);
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
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
            let old = new.with_file_name("old");
            fs::rename(place, &old)?;
            fs::rename(new, place)?;
            fs::rename(old, new)
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
        let aside = place.put(&files).unwrap();
        assert_eq!(aside.is_some(), place.state == Placed::Replaced);
        let found = Bundle::open(&folder.join("one")).unwrap();
        assert_eq!(found.digest(), digest);
        let left = fs::read_dir(folder).unwrap();
        let left = left.filter(|it| it.as_ref().unwrap().file_name() != ASIDE);
        assert_eq!(left.count(), 1, "nothing is left beside it");
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
    fn what_is_replaced_is_kept_with_all_that_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        place(folder.path(), "x");
        for (number, text) in [(1, "y"), (2, "x")] {
            let old = folder.path().join("one");
            fs::write(old.join(".env"), "SECRET=1").unwrap();
            fs::write(old.join("later"), "mine").unwrap();
            assert_eq!(place(folder.path(), text), Placed::Replaced);
            assert!(!old.join(".env").exists());
            let kept = folder.path().join(ASIDE).join(format!("one-{number}"));
            assert_eq!(fs::read_to_string(kept.join(".env")).unwrap(), "SECRET=1");
            assert_eq!(fs::read_to_string(kept.join("later")).unwrap(), "mine");
        }
    }

    /// Killed at each point between the exchange and the end.
    #[test]
    fn what_a_run_had_replaced_that_was_cut_off_is_kept_by_the_next_one() {
        for left in ["new", "old"] {
            let folder = tempfile::tempdir().unwrap();
            place(folder.path(), "y");
            let beside = folder.path().join(".import-one");
            let old = beside.join(left);
            fs::create_dir_all(&old).unwrap();
            fs::write(old.join(".env"), "SECRET=1").unwrap();
            let digest = Bundle::from_files(files("y")).unwrap().digest();
            fs::write(beside.join(MARK), &digest).unwrap();
            let found = Place::find(folder.path(), "one", &digest).unwrap();
            assert_eq!(found.state, Placed::Unchanged);
            let aside = found.put(&files("y")).unwrap().unwrap();
            assert_eq!(fs::read_to_string(aside.join(".env")).unwrap(), "SECRET=1");
            assert!(!beside.exists());
        }
        // Between the two renames of a file system that cannot exchange, the place is empty.
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join(".import-one/old");
        fs::create_dir_all(&old).unwrap();
        fs::write(old.join(".env"), "SECRET=1").unwrap();
        let digest = Bundle::from_files(files("y")).unwrap().digest();
        let found = Place::find(folder.path(), "one", &digest).unwrap();
        let aside = found.put(&files("y")).unwrap().unwrap();
        assert_eq!(fs::read_to_string(aside.join(".env")).unwrap(), "SECRET=1");
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
