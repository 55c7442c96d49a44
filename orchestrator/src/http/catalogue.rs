//! The scenarios in the configured folder, read again when they may have changed.
//!
//! A folder that holds mistakes is kept with them: an instructor sees what an author has to mend.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    clock::Timestamp,
    scenarios::{self, Bundle, Definition, LocalText, Problem, SCENARIO_FILE},
};

/// How long what was read is shown before the folder is looked at again.
const FRESH: Duration = Duration::from_secs(5);

/// One folder.
#[derive(Clone, Debug)]
pub(super) struct Shelved {
    /// Its name.
    pub(super) folder: String,
    /// The title of a scenario that cannot be used, as far as it can be read.
    pub(super) title: Option<LocalText>,
    /// The scenario, where it is free of errors.
    pub(super) definition: Option<Arc<Definition>>,
    /// What is wrong with it.
    pub(super) problems: Vec<Problem>,
    /// Why it could not be read at all.
    pub(super) unreadable: Option<String>,
}

/// All folders, by name.
#[derive(Debug)]
pub(super) struct Catalogue {
    folder: PathBuf,
    read: Mutex<Option<(Timestamp, Arc<Vec<Shelved>>)>>,
}

impl Catalogue {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            read: Mutex::new(None),
        }
    }

    /// Everything in the folder; an absent folder is an empty one.
    pub(super) async fn all(&self, now: Timestamp) -> Arc<Vec<Shelved>> {
        let kept = self
            .read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((at, shelves)) = kept
            && now.since(at) < FRESH
        {
            return shelves;
        }
        let folder = self.folder.clone();
        let shelves = tokio::task::spawn_blocking(move || read(&folder))
            .await
            .unwrap_or_default();
        let shelves = Arc::new(shelves);
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((now, Arc::clone(&shelves)));
        shelves
    }

    /// A scenario and the warnings about it.
    pub(super) async fn shelved(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Option<(Arc<Definition>, Vec<Problem>)> {
        let shelves = self.all(now).await;
        shelves.iter().find_map(|shelved| {
            let definition = shelved.definition.as_ref()?;
            let wanted = definition.scenario.id.as_str() == id;
            wanted.then(|| (Arc::clone(definition), shelved.problems.clone()))
        })
    }
}

fn read(folder: &Path) -> Vec<Shelved> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut shelves: Vec<Shelved> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| !is_hidden(path) && path.join(SCENARIO_FILE).is_file())
        .map(|path| shelve(&path))
        .collect();
    shelves.sort_by(|left, right| left.folder.cmp(&right.folder));
    shelves
}

/// What is being written, or was left when that was cut off, has a name with a dot before it.
fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".")
}

fn shelve(path: &Path) -> Shelved {
    let folder = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    match Bundle::open(path) {
        Ok(bundle) => {
            let file = bundle.file(SCENARIO_FILE).map(|file| file.bytes.clone());
            let checked = scenarios::check(bundle);
            let definition = checked.definition.map(Arc::new);
            let unusable = file.filter(|_| definition.is_none());
            Shelved {
                folder,
                title: unusable.and_then(|file| scenarios::title(&file)),
                definition,
                problems: checked.problems,
                unreadable: None,
            }
        }
        Err(error) => Shelved {
            folder,
            title: None,
            definition: None,
            problems: Vec::new(),
            unreadable: Some(error.to_string()),
        },
    }
}
