//! Scenarios as exercises keep them, read once and held: a bundle never changes under its digest.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::EnvironmentsError;
use crate::{
    recent::Recent,
    scenarios::{self, Bundle, BundleFile, Definition, LocalText, SCENARIO_FILE},
    store::{self, Connection},
};

/// Definitions held: bundles are up to 64 MiB, and few are run at once.
const HELD: usize = 16;
/// Titles held, which are words alone.
const TITLES: usize = 1024;

/// Definitions by digest.
#[derive(Clone, Debug)]
pub struct Definitions {
    whole: Arc<Mutex<Recent<String, Arc<Definition>>>>,
    titles: Arc<Mutex<Recent<String, LocalText>>>,
}

impl Default for Definitions {
    fn default() -> Self {
        Self {
            whole: Arc::new(Mutex::new(Recent::new(HELD))),
            titles: Arc::new(Mutex::new(Recent::new(TITLES))),
        }
    }
}

impl Definitions {
    /// The title of the scenario under `digest`, read from its first file alone.
    ///
    /// # Errors
    /// A bundle that is not kept, or that this program cannot read.
    pub async fn title(
        &self,
        connection: &mut Connection,
        digest: &str,
    ) -> Result<LocalText, EnvironmentsError> {
        let key = digest.to_owned();
        if let Some(known) = lock(&self.titles).get(&key) {
            return Ok(known.clone());
        }
        let file = store::bundles::file(connection, digest, SCENARIO_FILE).await?;
        let title = scenarios::title(&file)
            .ok_or_else(|| EnvironmentsError::Bundle(SCENARIO_FILE.to_owned()))?;
        lock(&self.titles).insert(key, title.clone());
        Ok(title)
    }

    /// The definition under `digest`, where it is held.
    #[must_use]
    pub fn known(&self, digest: &str) -> Option<Arc<Definition>> {
        lock(&self.whole).get(&digest.to_owned()).map(Arc::clone)
    }

    /// The definition under `digest`.
    ///
    /// # Errors
    /// A bundle that is not kept, or that this program no longer accepts.
    pub async fn get(
        &self,
        connection: &mut Connection,
        digest: &str,
    ) -> Result<Arc<Definition>, EnvironmentsError> {
        let key = digest.to_owned();
        if let Some(known) = lock(&self.whole).get(&key) {
            return Ok(Arc::clone(known));
        }
        let files: BTreeMap<String, BundleFile> = store::bundles::files(connection, digest)
            .await?
            .into_iter()
            .map(|file| {
                (
                    file.path,
                    BundleFile {
                        bytes: file.content,
                        mode: file.mode,
                    },
                )
            })
            .collect();
        let bundle = Bundle::from_files(files)
            .map_err(|error| EnvironmentsError::Bundle(error.to_string()))?;
        // Judged when it was taken: what this program finds wrong with its like today stops no exercise.
        let definition = scenarios::accepted(bundle);
        let definition = definition.ok_or_else(|| EnvironmentsError::Bundle(digest.to_owned()))?;
        let definition = Arc::new(definition);
        lock(&self.whole).insert(key, Arc::clone(&definition));
        Ok(definition)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
