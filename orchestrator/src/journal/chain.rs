//! The chain: how a row's hash is made, and how a whole journal is verified.
//!
//! The hash is SHA-256 over the row's fields, each preceded by its length in eight bytes (big endian), so that no two
//! rows give the same bytes.

use sha2::{Digest, Sha256};

use super::{Actor, Entry};
use crate::{
    clock::{Timestamp, micros},
    ids::{ExerciseId, TeamId},
};

/// What stands before the first row.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Where a journal is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Rows are missing before this sequence number.
    Gap(i64),
    /// This row does not follow from the one before.
    Link(i64),
    /// This row's content was changed.
    Content(i64),
}

/// The fields of a row as they are hashed.
pub(super) struct Link<'a> {
    pub previous: &'a str,
    pub exercise: ExerciseId,
    pub sequence: i64,
    pub at: Timestamp,
    pub exercise_time: i64,
    pub actor: Actor,
    pub team: Option<TeamId>,
    pub payload: &'a str,
}

impl Link<'_> {
    pub(super) fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        let mut field = |text: &str| {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text.as_bytes());
        };
        field(self.previous);
        field(&self.exercise.to_string());
        field(&self.sequence.to_string());
        field(&self.at.0.to_string());
        field(&self.exercise_time.to_string());
        field(&self.actor.to_string());
        field(&self.team.map(|team| team.to_string()).unwrap_or_default());
        field(self.payload);
        hex::encode(hasher.finalize())
    }
}

/// Checks a whole journal, in order, and gives the head's sequence and hash.
///
/// # Errors
/// The first place at which it breaks.
pub fn verify(entries: &[Entry]) -> Result<(i64, String), Break> {
    let mut previous = GENESIS.to_owned();
    for (expected, entry) in (1..).zip(entries) {
        if entry.sequence != expected {
            return Err(Break::Gap(expected));
        }
        if entry.previous != previous {
            return Err(Break::Link(entry.sequence));
        }
        let link = Link {
            previous: &previous,
            exercise: entry.exercise,
            sequence: entry.sequence,
            at: entry.at,
            exercise_time: micros(entry.exercise_time),
            actor: entry.actor,
            team: entry.team,
            payload: &entry.payload,
        };
        if link.hash() != entry.hash {
            return Err(Break::Content(entry.sequence));
        }
        previous.clone_from(&entry.hash);
    }
    Ok((i64::try_from(entries.len()).unwrap_or(i64::MAX), previous))
}
