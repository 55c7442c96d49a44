//! Scenarios written in what other systems read, with a report of what these cannot hold.
//!
//! Bytes come out, nothing is read or written here. An export is for handing content on: it never holds what belongs to
//! an environment, for that is drawn afresh for each team.

mod ctfcli;
mod losses;
pub(super) mod msel;
mod navigator;

use std::{collections::BTreeMap, fmt};

use super::{BundleFile, Definition, Event, Scenario, import::Report};
use crate::locales::Locale;

/// What another system reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A repository of challenges for ctfcli.
    Ctfcli,
    /// A list of events as a spreadsheet (MSEL).
    Msel,
    /// A layer of the ATT&CK Navigator.
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

/// A scenario that a format cannot hold.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A text is longer than a cell of a spreadsheet can hold.
    #[error("the timeline does not fit into a spreadsheet")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// It cannot be put down as JSON.
    #[error("the techniques cannot be written")]
    Json(#[from] serde_json::Error),
}

/// Writes a timeline of a scenario as a list in a spreadsheet, with headings in a language.
///
/// # Errors
/// When a text is too long for a cell.
pub fn events(
    scenario: &Scenario,
    timeline: &[Event],
    locale: Locale,
) -> Result<Vec<u8>, ExportError> {
    let scenario = Scenario {
        timeline: timeline.to_vec(),
        ..scenario.clone()
    };
    Ok(msel::msel(&scenario, locale)?)
}

/// Writes a scenario for another system, its texts in one language.
///
/// # Errors
/// When a text is too long for the format.
pub fn export(
    target: Target,
    definition: &Definition,
    locale: Locale,
) -> Result<Exported, ExportError> {
    let scenario = &definition.scenario;
    Ok(match target {
        Target::Ctfcli => ctfcli::export(definition, locale),
        Target::Msel => one(
            format!("{}.xlsx", scenario.id),
            msel::msel(scenario, locale)?,
            losses::of_list(scenario, locale),
        ),
        Target::Navigator => one(
            format!("{}.json", scenario.id),
            navigator::navigator(scenario, locale)?.into_bytes(),
            losses::of_layer(scenario, locale),
        ),
    })
}

fn one(path: String, bytes: Vec<u8>, report: Report) -> Exported {
    Exported {
        files: BTreeMap::from([(path, BundleFile { bytes, mode: 0o644 })]),
        report,
    }
}
