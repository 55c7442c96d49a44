//! The chain: how a row's hash is made, and how a whole journal is verified.
//!
//! The hash is SHA-256 over the row's fields, each preceded by its length in eight bytes (big endian), so that no two
//! rows give the same bytes.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Actor, Entry};
use crate::{
    clock::{Timestamp, micros},
    ids::{ExerciseId, TeamId},
    store::journal::StoredText,
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
    /// The words that belong to this row were changed.
    Text(i64),
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

/// The salted digest of words, as the row that they belong to has it.
pub(super) fn digest(salt: &str, content: &str) -> String {
    let hasher = Sha256::new().chain_update(salt).chain_update(content);
    hex::encode(hasher.finalize())
}

/// Compares the words that are still kept with the digests in their rows.
///
/// # Errors
/// The first row whose words are others, or are gone without having been erased.
pub fn verify_texts(entries: &[Entry], texts: &[StoredText]) -> Result<(), Break> {
    let texts: HashMap<Uuid, &StoredText> = texts.iter().map(|text| (text.id, text)).collect();
    for entry in entries {
        let Some(reference) = entry.event.text() else {
            continue;
        };
        let same = texts.get(&reference.id).is_some_and(|text| {
            let content = text.content.as_deref();
            content.is_none_or(|content| digest(&text.salt, content) == reference.digest)
        });
        if !same {
            return Err(Break::Text(entry.sequence));
        }
    }
    Ok(())
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
