//! Scoring: the journal folded into what each team has reached, and teams put in order.
//!
//! Everything here is a pure function of a scenario's [`Rules`] and an exercise's journal, so a score can always be
//! explained by the rows that made it, and two servers that read the same journal show the same board. Nothing here
//! may look at a clock, a database or an engine.

mod board;
mod fold;
mod rules;
mod team;
#[cfg(test)]
mod tests;

pub use board::{Board, BoardRow, CurvePoint, curve};
pub use fold::{Scores, Stage};
pub use rules::{ReportRule, ResponseRule, Rules, ServiceRule, TaskKind, TaskRule};
pub use team::{
    ActionState, Cause, LedgerRow, ReportState, ResponseState, ServiceState, TaskState, TeamScore,
};
