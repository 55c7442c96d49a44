//! The parts of a drill report that people write.

use std::str::FromStr;

use serde::Serialize;

/// A part that somebody writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// The document's number and sign.
    Number,
    /// What the drill was founded on.
    Bases,
    /// How it was prepared.
    Preparation,
    /// What went well.
    Strengths,
    /// What did not.
    Shortcomings,
    /// Why.
    Causes,
    /// What was learned.
    Lessons,
    /// What is proposed.
    Proposals,
    /// Who signs.
    Signer,
}

impl Section {
    /// All of them, in the document's order.
    pub const ALL: [Self; 9] = [
        Self::Number,
        Self::Bases,
        Self::Preparation,
        Self::Strengths,
        Self::Shortcomings,
        Self::Causes,
        Self::Lessons,
        Self::Proposals,
        Self::Signer,
    ];

    /// How the database and forms write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Bases => "bases",
            Self::Preparation => "preparation",
            Self::Strengths => "strengths",
            Self::Shortcomings => "shortcomings",
            Self::Causes => "causes",
            Self::Lessons => "lessons",
            Self::Proposals => "proposals",
            Self::Signer => "signer",
        }
    }

    /// Whether it is one line rather than paragraphs.
    #[must_use]
    pub const fn is_line(self) -> bool {
        matches!(self, Self::Number | Self::Signer)
    }
}

impl FromStr for Section {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|section| section.as_str() == text)
            .ok_or(())
    }
}
