//! The journal: the append-only record of everything that happened in an exercise, and the truth from which scores,
//! boards, timelines, completions and reports are computed.
//!
//! One chain an exercise: each row carries a hash over the row before, the exercise's head row is locked while rows are
//! appended, and the head is signed when the exercise finishes. A row is acknowledged only after it is on disk. Rows
//! name people by opaque identifiers and keep salted digests of what people wrote; the words themselves stand in a
//! table that can be erased without breaking the chain.
//!
//! Nothing may change or delete a row, and no fact of an exercise may be kept anywhere else alone.

mod actor;
mod chain;
mod event;
mod planned;
mod signature;
#[cfg(test)]
mod tests;
mod writer;

pub use actor::Actor;
pub use chain::{Break, GENESIS, verify, verify_texts};
pub use event::{Channel, CheckState, Event, Subject, TextReference, Verdict};
pub use planned::{PlannedEffect, PlannedEvent, PlannedRecipient, PlannedResponse, PlannedTrigger};
pub use signature::{HeadClaims, PublicKey, Signer, SigningError};
pub use writer::{Appended, Draft, Journal, JournalError, Pending, append_in};

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    ids::{ExerciseId, TeamId},
};

/// One row of an exercise's journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The exercise.
    pub exercise: ExerciseId,
    /// Place in the chain, from 1 without gaps; it decides order, whatever the clock did.
    pub sequence: i64,
    /// When it was written.
    pub at: Timestamp,
    /// Exercise time then: the time during which the exercise ran.
    pub exercise_time: Duration,
    /// Who did it.
    pub actor: Actor,
    /// The team that it concerns, where it concerns one.
    pub team: Option<TeamId>,
    /// What happened.
    pub event: Event,
    /// The event as it is stored: what the hash is over, whatever this program makes of it.
    pub payload: String,
    /// Hash of the row before; [`GENESIS`] for the first.
    pub previous: String,
    /// Hash over `previous` and everything above, in lower-case hexadecimal.
    pub hash: String,
}
