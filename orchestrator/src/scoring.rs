//! Scoring: the journal folded into what each team has reached, and teams put in order.
//!
//! Everything here is a pure function of a scenario's [`Rules`] and an exercise's journal, so a score can always be
//! explained by the rows that made it, and two servers that read the same journal show the same board. Nothing here
//! may look at a clock, a database or an engine.

mod board;
mod evidence;
mod explain;
mod fold;
mod grading;
mod ledger;
mod objective;
mod offer;
mod roster;
mod rules;
mod service;
mod task;
mod team;
#[cfg(test)]
mod tests;
mod tries;

pub use board::{Board, BoardRow, CurvePoint, curve};
pub use evidence::{
    BURST_SPAN, BURST_WRONG, Evidence, FAST_OTHERS, FAST_PARTS, SOON, Share, Sign, evidence,
};
pub use explain::{Because, Line};
pub use fold::{Planned, Scores, Stage};
pub use grading::{AGREEMENT_PARTS, MAX_EVALUATORS, agreed};
pub use ledger::{Cause, LedgerRow};
pub use objective::Reached;
pub use offer::Offer;
pub use roster::Roster;
pub use rules::{ReportRule, ResponseRule, Rules, ServiceRule, TaskKind, TaskRule, WayRule};
pub use service::{Change, ServiceState, Stretch};
pub use task::{Mark, ReportState, TaskState};
pub use team::{ActionState, ResponseState, TeamScore};
pub use tries::{PartTries, Progress, Tries};
