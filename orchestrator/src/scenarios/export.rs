//! Scenarios written in what other systems read, with a report of what these cannot hold.
//!
//! Bytes come out, nothing is read or written here. An export is for handing content on: it never holds what belongs to
//! an environment, for that is drawn afresh for each team.

mod ctfcli;
mod msel;
mod navigator;

pub use msel::msel;
pub use navigator::navigator;

use std::{collections::BTreeMap, fmt};

use rust_xlsxwriter::XlsxError;

use super::{
    BundleFile, Definition, Message,
    import::{Fate, Line, Report},
};
use crate::locales::Locale;

/// What another system reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A repository of challenges for ctfcli.
    Ctfcli,
    /// A master scenario events list as a spreadsheet.
    Msel,
    /// A layer for the ATT&CK Navigator.
    Navigator,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ctfcli, Self::Msel, Self::Navigator];

    /// The word for it on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ctfcli => "ctfcli",
            Self::Msel => "msel",
            Self::Navigator => "navigator",
        }
    }

    /// The target of this word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The files by their paths.
    pub files: BTreeMap<String, BundleFile>,
    /// What became of the scenario.
    pub report: Report,
}

/// A scenario that cannot be written so.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A spreadsheet has no room for it.
    #[error("the spreadsheet cannot hold it")]
    Sheet(#[from] XlsxError),
    /// A layer has no room for it.
    #[error("the layer cannot hold it")]
    Layer(#[from] serde_json::Error),
}

/// Writes a scenario for another system, its texts in one language.
///
/// # Errors
/// What the target's format has no room for at all.
pub fn export(
    target: Target,
    definition: &Definition,
    locale: Locale,
) -> Result<Exported, ExportError> {
    let scenario = &definition.scenario;
    match target {
        Target::Ctfcli => Ok(ctfcli::export(definition, locale)),
        Target::Msel => {
            let said = Message::new("export-events").with("count", scenario.timeline.len());
            let bytes = msel(scenario, locale)?;
            Ok(one("msel.xlsx", bytes, ("timeline", said)))
        }
        Target::Navigator => {
            let said = Message::new("export-techniques").with("count", scenario.attack.len());
            let bytes = navigator(scenario, locale)?.into_bytes();
            Ok(one("layer.json", bytes, ("attack", said)))
        }
    }
}

/// One file that holds one part of a scenario, and says so.
fn one(path: &str, bytes: Vec<u8>, (place, message): (&str, Message)) -> Exported {
    let file = BundleFile { bytes, mode: 0o644 };
    Exported {
        files: BTreeMap::from([(path.to_owned(), file)]),
        report: Report {
            lines: vec![Line {
                fate: Fate::Taken,
                place: format!("scenario.yaml: {place}"),
                message,
            }],
        },
    }
}
