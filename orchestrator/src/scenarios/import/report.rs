//! What became of the source of an import, or of a scenario that was exported.

use serde::Serialize;

use crate::scenarios::Message;

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It means the same in the new place.
    Taken,
    /// Something of it is different.
    Changed,
    /// It is gone.
    Lost,
}

/// The fate of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What became of it.
    pub fate: Fate,
    /// File and key path, as `challenge.yml: flags[1].data`.
    pub place: String,
    /// Where it went, or why not.
    pub message: Message,
}

/// The fate of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// One line a value, in the order in which the source was read.
    pub lines: Vec<Line>,
}

impl Report {
    /// How many lines are of a fate.
    #[must_use]
    pub fn count(&self, fate: Fate) -> usize {
        self.lines.iter().filter(|line| line.fate == fate).count()
    }

    /// The first line of a place.
    #[must_use]
    pub fn line(&self, place: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.place == place)
    }
}
