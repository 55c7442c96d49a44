//! Scenarios written in what other systems read, with a report of what these cannot hold.
//!
//! Bytes come out, nothing is read or written here. An export is for handing content on: it never holds what belongs to
//! an environment, for that is drawn afresh for each team.

mod ctfcli;

use std::{collections::BTreeMap, fmt};

use super::{BundleFile, Definition, import::Report};
use crate::locales::Locale;

/// What another system reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A repository of challenges for ctfcli.
    Ctfcli,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::Ctfcli];

    /// The word for it on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ctfcli => "ctfcli",
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

/// Writes a scenario for another system, its texts in one language.
#[must_use]
pub fn export(target: Target, definition: &Definition, locale: Locale) -> Exported {
    match target {
        Target::Ctfcli => ctfcli::export(definition, locale),
    }
}
