//! Scenarios as exercises keep them, read once and held: a bundle never changes under its digest.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use super::EnvironmentsError;
use crate::{
    scenarios::{self, Bundle, BundleFile, Definition},
    store::{self, Connection},
};

/// Definitions by digest.
#[derive(Clone, Debug, Default)]
pub struct Definitions(Arc<Mutex<HashMap<String, Arc<Definition>>>>);

impl Definitions {
    /// The definition under `digest`.
    ///
    /// # Errors
    /// A bundle that is not kept, or that this program no longer accepts.
    pub async fn get(
        &self,
        connection: &mut Connection,
        digest: &str,
    ) -> Result<Arc<Definition>, EnvironmentsError> {
        if let Some(known) = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(digest)
        {
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
        let checked = scenarios::check(bundle);
        let Some(definition) = checked.definition else {
            return Err(EnvironmentsError::Bundle(format!(
                "{} problems",
                checked.problems.len()
            )));
        };
        let definition = Arc::new(definition);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(digest.to_owned(), Arc::clone(&definition));
        Ok(definition)
    }
}
