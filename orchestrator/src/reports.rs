//! Documents from evidence: one report model, and a renderer each for page and Word file.
//!
//! Facts are gathered from journal, scenario and staff list ([`gather`]), written into a [`Report`] by pure functions,
//! and shown by renderers that compute nothing. What people write stands beside the figures and can be changed; a
//! figure never can.

mod docx;
mod drill;
mod evidence;
mod model;
mod texts;

pub use docx::{DocxError, Template, word};
pub use drill::drill_report;
pub use evidence::{
    CreditFacts, CreditOutcome, DrillEvidence, DrillFacts, MemberFacts, ObjectiveFacts, Points,
    SituationFacts, TaskFacts, TeamFacts,
};
pub use model::{
    Appendix, Block, Cell, Column, Evidence, Letterhead, Report, Signature, Span, Table, Written,
};
pub use texts::Section;
