//! Which images scenarios use.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::scenarios::{Bundle, SCENARIO_FILE, check};

/// What was found in a folder of scenarios.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Each image with the scenarios that use it.
    pub images: BTreeMap<String, BTreeSet<String>>,
    /// Folders of scenarios that have errors: what they use is not known.
    pub unreadable: Vec<PathBuf>,
}

/// The images that the scenarios in `folder` use; nothing where there is no such folder.
#[must_use]
pub fn used(folder: &Path) -> Used {
    let mut used = Used::default();
    for folder in folders(folder) {
        let definition = Bundle::open(&folder)
            .ok()
            .and_then(|bundle| check(bundle).definition);
        let Some(definition) = definition else {
            used.unreadable.push(folder);
            continue;
        };
        for service in &definition.compose.services {
            used.images
                .entry(service.image.clone())
                .or_default()
                .insert(definition.scenario.id.to_string());
        }
    }
    used
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.join(SCENARIO_FILE).exists())
        .collect();
    folders.sort();
    folders
}
