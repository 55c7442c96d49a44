//! Scenarios of other systems, read into bundles of our own, with a report of what became of every key.
//!
//! An importer reads its source into trees and tells the [`Ledger`](ledger::Ledger) the fate of each value; what it did
//! not tell is lost, and the report says so. Nothing is forgotten silently: an author reads what is left to do by hand.
//!
//! An importer is one function in a file of its own, `import(files, ledger, wanted) -> Result<Draft, ImportError>`: it
//! reads files with [`Ledger::yaml`](ledger::Ledger::yaml) or `json`, tells each value `taken`, `changed` or `lost`, and
//! puts the scenario down as a [`Draft`](draft::Draft). Its messages stand in a file of locales of its own.
//!
//! Bytes come in and values go out. An importer must never look outside the files that it was given, and what it makes
//! goes through [`check`](super::check) like every scenario; it may find mistakes that only its author can mend.

mod challenges;
mod compose;
mod crcz;
mod ctfcli;
mod ctfd;
mod draft;
mod foreign;
mod ledger;
mod msel;
mod names;
mod report;
mod sample;
mod sdl;
mod yaml;

use std::{collections::BTreeMap, fmt};

pub use report::{Fate, Line, Report};
pub(in crate::scenarios) use yaml::Yaml;

use self::{draft::Draft, ledger::Ledger};
use super::{Bundle, BundleError, BundleFile, Event, Message, Problem, is_name, msel::SheetError};

/// What another system writes its exercises in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A Compose file, alone or with the files beside it.
    Compose,
    /// A challenge of ctfcli, or a repository of them.
    Ctfcli,
    /// An export of `CTFd`, unpacked.
    Ctfd,
    /// The scenario language of Open Cyber Range.
    OpenCyberRange,
    /// A topology and a training of `CyberRangeCZ`.
    CyberRangeCz,
    /// A master scenario events list as a spreadsheet.
    Msel,
}

impl Wanted {
    /// The scenario's name, for a source that calls itself this.
    fn name(&self, own: Option<&str>, otherwise: &str) -> String {
        let called = self.called.as_deref().and_then(names::slug);
        self.id
            .clone()
            .or_else(|| own.and_then(names::slug))
            .or(called)
            .unwrap_or_else(|| otherwise.to_owned())
    }
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Compose,
        Self::Ctfcli,
        Self::Ctfd,
        Self::OpenCyberRange,
        Self::CyberRangeCz,
        Self::Msel,
    ];

    /// The word for it on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compose => "compose",
            Self::Ctfcli => "ctfcli",
            Self::Ctfd => "ctfd",
            Self::OpenCyberRange => "ocr",
            Self::CyberRangeCz => "crcz",
            Self::Msel => "msel",
        }
    }

    /// The format of this word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What whoever imports wants otherwise than the source has it.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The scenario's name; made from the source when absent.
    pub id: Option<String>,
    /// A name for a source that has none of its own, such as its folder's.
    pub called: Option<String>,
    /// Images of the source and those that stand for them here.
    pub images: BTreeMap<String, String>,
}

/// A scenario that was imported.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Its files.
    pub bundle: Bundle,
    /// What became of the source.
    pub report: Report,
}

/// A source from which no scenario can be made.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Nothing in the files says which system they come from.
    #[error("these files are of no format that is known")]
    Unrecognised,
    /// A file that the format cannot do without.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A file that is not what it should be, with the place.
    #[error("{} cannot be read ({})", .0.file, .0.message.id)]
    Unreadable(Box<Problem>),
    /// A file that is no JSON.
    #[error("{file}, line {line}: {reason}")]
    Json {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A file that is no text, or larger than anybody writes by hand.
    #[error("{0} is no text in UTF-8, or too large")]
    NoText(String),
    /// There is nothing to import in it.
    #[error("{0} holds nothing that a scenario could be made of")]
    Nothing(String),
    /// More than a scenario could hold.
    #[error("{file} holds more than {most} rows")]
    TooMany {
        /// The file.
        file: String,
        /// How many it may hold.
        most: usize,
    },
    /// The wanted name cannot be one.
    #[error("{0:?} is no name")]
    Name(String),
    /// A spreadsheet that is no list of events.
    #[error("{file}: {error}")]
    Sheet {
        /// The file.
        file: String,
        /// What is wrong.
        #[source]
        error: SheetError,
    },
    /// What came out is no bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

impl ImportError {
    /// What to mend, in both languages.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Unrecognised => Message::new("import-unrecognised")
                .with("names", Format::ALL.map(Format::name).join(", ")),
            Self::Missing(file) => Message::new("import-missing").with("file", file),
            Self::Unreadable(problem) => problem.message.clone(),
            Self::Json { file, line, reason } => Message::new("import-json")
                .with("file", file)
                .with("line", line)
                .with("reason", reason),
            Self::NoText(file) => Message::new("import-no-text").with("file", file),
            Self::Nothing(file) => Message::new("import-nothing").with("file", file),
            Self::TooMany { file, most } => Message::new("import-too-many")
                .with("file", file)
                .with("most", most),
            Self::Name(name) => Message::new("scenario-name").with("name", name),
            Self::Sheet { file, error } => Message::new(match error {
                SheetError::Workbook(_) => "import-sheet",
                SheetError::TooLarge => "import-sheet-large",
                SheetError::NoHeadings => "import-sheet-headings",
            })
            .with("file", file),
            Self::Bundle(error) => Message::new("import-bundle").with("reason", error),
        }
    }
}

/// The format that the files look like.
#[must_use]
pub fn recognise(files: &BTreeMap<String, BundleFile>) -> Option<Format> {
    let named = |names: &[&str]| {
        files.keys().any(|path| {
            let file = path.rsplit('/').next().unwrap_or(path);
            names.contains(&file)
        })
    };
    if files.contains_key("db/challenges.json") || files.contains_key("db/alembic_version.json") {
        return Some(Format::Ctfd);
    }
    if files.keys().any(|path| ctfcli::is_challenge(path)) {
        return Some(Format::Ctfcli);
    }
    if named(&["topology.yml", "topology.yaml", "training.json"]) {
        return Some(Format::CyberRangeCz);
    }
    if files
        .keys()
        .any(|path| path.to_lowercase().ends_with(".xlsx"))
    {
        return Some(Format::Msel);
    }
    if sdl::file(files).is_some() {
        return Some(Format::OpenCyberRange);
    }
    if compose::file(files).is_some() {
        return Some(Format::Compose);
    }
    None
}

/// Makes a scenario of the files of another system.
///
/// # Errors
/// When the files cannot be read or hold nothing to make a scenario of; what can be read but not carried over is no
/// error, the report says it.
pub fn import(
    format: Format,
    files: &BTreeMap<String, BundleFile>,
    wanted: &Wanted,
) -> Result<Imported, ImportError> {
    if let Some(id) = wanted.id.as_ref().filter(|id| !is_name(id)) {
        return Err(ImportError::Name(id.clone()));
    }
    let ledger = Ledger::default();
    let draft: Draft = match format {
        Format::Compose => compose::import(files, &ledger, wanted)?,
        Format::Ctfcli => ctfcli::import(files, &ledger, wanted)?,
        Format::Ctfd => ctfd::import(files, &ledger, wanted)?,
        Format::OpenCyberRange => sdl::import(files, &ledger, wanted)?,
        Format::CyberRangeCz => crcz::import(files, &ledger, wanted)?,
        Format::Msel => msel::import(files, &ledger, wanted)?,
    };
    let bundle = draft.write(&ledger)?;
    Ok(Imported {
        bundle,
        report: ledger.finish(files),
    })
}

/// The events of a list that is a spreadsheet, and what became of its cells.
///
/// # Errors
/// When it cannot be read, or holds no events.
pub fn events(spreadsheet: Vec<u8>) -> Result<(Vec<Event>, Report), ImportError> {
    let file = BundleFile {
        bytes: spreadsheet,
        mode: 0o644,
    };
    let files = BTreeMap::from([("msel.xlsx".to_owned(), file)]);
    let ledger = Ledger::default();
    let draft = msel::import(&files, &ledger, &Wanted::default())?;
    Ok((draft.scenario.timeline, ledger.finish(&files)))
}
