//! Scoring: the journal folded into what each team has reached, and teams put in order.
//!
//! Everything here is a pure function of a scenario's [`Rules`] and an exercise's journal, so a score can always be
//! explained by the rows that made it, and two servers that read the same journal show the same board. Nothing here
//! may look at a clock, a database or an engine.

mod board;
mod fold;
mod ledger;
mod objective;
mod offer;
mod roster;
mod rules;
mod task;
mod team;
#[cfg(test)]
mod tests;
mod tries;

pub use board::{Board, BoardRow, CurvePoint, curve};
pub use fold::{Scores, Stage};
pub use ledger::{Cause, LedgerRow};
pub use objective::Reached;
pub use offer::Offer;
pub use roster::Roster;
pub use rules::{ReportRule, ResponseRule, Rules, ServiceRule, TaskKind, TaskRule, WayRule};
pub use task::{ReportState, TaskState};
pub use team::{ActionState, ResponseState, ServiceState, TeamScore};
pub use tries::{PartTries, Progress, Tries};
