//! What an author sends: a zip file of a scenario's folder, read and judged before anything is stored.

use std::sync::Arc;

use super::LibraryError;
use crate::scenarios::{
    self, Bundle, Definition, LocalText, Problem, SCENARIO_FILE, ScenarioId, Severity, zip,
};

/// A bundle as this program judges it.
#[derive(Debug)]
pub struct Judged {
    /// The definition, unless there is an error.
    pub definition: Option<Arc<Definition>>,
    /// All mistakes, by file and place.
    pub problems: Vec<Problem>,
    /// The title of one that has errors, as far as it can be read.
    pub title: Option<LocalText>,
    /// Bytes of its files.
    pub bytes: usize,
    /// Why its files cannot be read, where they were kept and cannot.
    pub unreadable: Option<String>,
}

/// A scenario that was sent, not yet kept.
#[derive(Debug)]
pub struct Incoming {
    /// Its name.
    pub scenario: ScenarioId,
    /// Its version.
    pub version: i64,
    /// Digest of its files.
    pub digest: String,
    /// Its files.
    pub bundle: Bundle,
    /// What is wrong with it.
    pub judged: Arc<Judged>,
}

impl Judged {
    /// Judges a bundle; takes a while for a large one.
    #[must_use]
    pub fn new(bundle: Bundle) -> Self {
        let bytes = bundle.files().map(|(_, file)| file.bytes.len()).sum();
        let file = bundle.file(SCENARIO_FILE).map(|file| file.bytes.clone());
        let checked = scenarios::check(bundle);
        let unusable = file.filter(|_| checked.definition.is_none());
        Self {
            definition: checked.definition.map(Arc::new),
            problems: checked.problems,
            title: unusable.and_then(|file| scenarios::title(&file)),
            bytes,
            unreadable: None,
        }
    }

    /// What stands for files that were kept and cannot be read.
    #[must_use]
    pub(super) const fn unreadable(why: String) -> Self {
        Self {
            definition: None,
            problems: Vec::new(),
            title: None,
            bytes: 0,
            unreadable: Some(why),
        }
    }

    /// How many mistakes are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.problems
            .iter()
            .filter(|problem| problem.severity == severity)
            .count()
    }
}

impl Incoming {
    /// Reads a zip file of a scenario's folder, or of the files in it; takes a while for a large one.
    ///
    /// # Errors
    /// A zip file that is not taken, or one whose files do not say which scenario they are.
    pub fn read(bytes: &[u8]) -> Result<Self, LibraryError> {
        let files = zip::at_top(zip::unpack(bytes)?, SCENARIO_FILE);
        let bundle = Bundle::from_files(files)?;
        let named = bundle
            .file(SCENARIO_FILE)
            .and_then(|file| scenarios::identity(&file.bytes));
        let judged = Judged::new(bundle.clone());
        let named = match &judged.definition {
            Some(definition) => {
                let scenario = &definition.scenario;
                Some((scenario.id.clone(), scenario.version))
            }
            None => named,
        };
        let Some((scenario, version)) = named else {
            return Err(LibraryError::Unnamed(judged.problems));
        };
        Ok(Self {
            scenario,
            version: i64::from(version),
            digest: bundle.digest(),
            bundle,
            judged: Arc::new(judged),
        })
    }

    /// How many errors it has.
    #[must_use]
    pub fn errors(&self) -> i64 {
        i64::try_from(self.judged.count(Severity::Error)).unwrap_or(i64::MAX)
    }
}
