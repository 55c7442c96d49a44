//! Documents from evidence: one report model, and a renderer each for page and Word file.
//!
//! Facts are gathered from journal, scenario and staff list ([`assemble`]), written into a [`Report`] by pure functions,
//! and shown by renderers that compute nothing. What people write stands beside the figures and can be changed; a
//! figure never can.

mod docx;
mod drill;
mod evidence;
mod facts;
mod gather;
mod model;
mod rating;
mod texts;

pub use docx::{DocxError, Template, word};
pub use drill::drill_report;
pub use evidence::{
    BreachFacts, CreditFacts, CreditOutcome, DrillEvidence, DrillFacts, MemberFacts,
    ObjectiveFacts, Points, SituationFacts, TaskFacts, TeamFacts,
};
pub use facts::{Sources, assemble};
pub use gather::{Rated, Reports, Words, mark};
pub use model::{
    Appendix, Block, Cell, Column, Evidence, Letterhead, Report, Signature, Span, Table, Written,
};
pub use rating::{Judgement, Rating};
pub use texts::Section;

use crate::{exercises::ExerciseError, organisation::OrganisationError, store::StoreError};

/// Why a report was not made or not changed.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no such exercise in this province.
    #[error("no such exercise")]
    Missing,
    /// A written part is far too long.
    #[error("the text is too long")]
    TooLong,
    /// An objective's rating and its reason do not belong together; the message of the catalogue says what to mend.
    #[error("{message}: {objective}")]
    Rating {
        /// The message.
        message: &'static str,
        /// The objective's title.
        objective: String,
    },
    /// The exercise cannot be read.
    #[error("exercise")]
    Exercise(#[from] ExerciseError),
    /// The organisation cannot be read.
    #[error("organisation")]
    Organisation(#[from] OrganisationError),
    /// The template cannot be filled.
    #[error("template")]
    Template(#[from] DocxError),
    /// The database.
    #[error("database")]
    Store(#[from] StoreError),
}
