//! The journal's rows, an exercise's head, and the words that people wrote.

use std::time::Duration;

use uuid::Uuid;

use super::{
    Connection, Row, Statement, StoreError,
    exercises::{self, ExerciseState},
};
use crate::{
    clock::{Timestamp, micros},
    ids::{ExerciseId, PersonId, TeamId},
};

/// A row as it is stored; `payload` is the event as JSON.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, which the journal's Entry explains"
)]
pub struct JournalRow {
    pub exercise: ExerciseId,
    pub sequence: i64,
    pub at: Timestamp,
    pub exercise_time: Duration,
    pub actor: String,
    pub team: Option<TeamId>,
    pub kind: String,
    pub payload: String,
    pub previous: String,
    pub hash: String,
    pub key: Option<String>,
}

/// The head of an exercise's chain, its state and its clock, read under the lock.
#[derive(Clone, Debug)]
pub struct Head {
    /// Sequence of the last row; 0 where there is none.
    pub sequence: i64,
    /// Its hash.
    pub hash: String,
    elapsed: Duration,
    state: ExerciseState,
    duration: Duration,
    clock_elapsed: Duration,
    clock_running_since: Option<Timestamp>,
}

impl Head {
    /// Exercise time at `now`, as [`Exercise::elapsed_at`](exercises::Exercise::elapsed_at) has it.
    #[must_use]
    pub fn elapsed_at(&self, now: Timestamp) -> Duration {
        let running = self.clock_running_since.map(|since| now.since(since));
        exercises::elapsed(self.clock_elapsed, running, self.elapsed, self.duration)
    }

    /// The exercise's state at `now`: over once its time is, although nobody has said so yet.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> ExerciseState {
        exercises::state_at(self.state, self.elapsed_at(now), self.duration)
    }
}

/// Locks the exercise's head until the transaction ends, and reads it.
///
/// # Errors
/// No such exercise, or what the database refuses.
pub async fn lock_head(
    transaction: &mut Connection,
    exercise: ExerciseId,
) -> Result<Head, StoreError> {
    // An update is the one statement that takes the row's lock on both databases.
    let row = Statement::new(
        "update exercise set head_sequence = head_sequence where id = $1
         returning head_sequence, head_hash, head_elapsed, state, duration, clock_elapsed, clock_running_since",
    )
    .bind(exercise)
    .fetch_one("exercise", transaction)
    .await?;
    let state: String = row.get("state")?;
    Ok(Head {
        sequence: row.get("head_sequence")?,
        hash: row.get("head_hash")?,
        elapsed: span(&row, "head_elapsed")?,
        state: state.parse().map_err(|()| StoreError::Value {
            column: "state",
            value: state,
        })?,
        duration: span(&row, "duration")?,
        clock_elapsed: span(&row, "clock_elapsed")?,
        clock_running_since: row.time_optional("clock_running_since")?,
    })
}

/// Moves the head to the last row written, at `elapsed` exercise time.
///
/// # Errors
/// What the database refuses.
pub async fn move_head(
    transaction: &mut Connection,
    exercise: ExerciseId,
    sequence: i64,
    hash: &str,
    elapsed: Duration,
) -> Result<(), StoreError> {
    Statement::new(
        "update exercise set head_sequence = $2, head_hash = $3, head_elapsed = $4 where id = $1",
    )
    .bind(exercise)
    .bind(sequence)
    .bind(hash)
    .bind(micros(elapsed))
    .execute(transaction)
    .await?;
    Ok(())
}

/// The row that was written under `key`.
///
/// # Errors
/// What the database refuses.
pub async fn find_key(
    connection: &mut Connection,
    exercise: ExerciseId,
    key: &str,
) -> Result<Option<i64>, StoreError> {
    Statement::new("select sequence from journal where exercise_id = $1 and key = $2")
        .bind(exercise)
        .bind(key)
        .fetch_optional(connection)
        .await?
        .map(|row| row.get("sequence"))
        .transpose()
}

/// Writes a row.
///
/// # Errors
/// What the database refuses.
pub async fn insert(transaction: &mut Connection, row: &JournalRow) -> Result<(), StoreError> {
    Statement::new(
        "insert into journal
           (exercise_id, sequence, at, exercise_time, actor, team_id, kind, payload, previous, hash, key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(row.exercise)
    .bind(row.sequence)
    .bind(row.at)
    .bind(micros(row.exercise_time))
    .bind(row.actor.as_str())
    .bind(row.team)
    .bind(row.kind.as_str())
    .bind(row.payload.as_str())
    .bind(row.previous.as_str())
    .bind(row.hash.as_str())
    .bind(row.key.clone())
    .execute(transaction)
    .await?;
    Ok(())
}

/// Rows after `after`, in order.
///
/// # Errors
/// What the database refuses.
pub async fn list(
    connection: &mut Connection,
    exercise: ExerciseId,
    after: i64,
) -> Result<Vec<JournalRow>, StoreError> {
    Statement::new(
        "select exercise_id, sequence, at, exercise_time, actor, team_id, kind, payload, previous, hash, key
         from journal where exercise_id = $1 and sequence > $2 order by sequence",
    )
    .bind(exercise)
    .bind(after)
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}

fn span(row: &Row, column: &'static str) -> Result<Duration, StoreError> {
    let micros: i64 = row.get(column)?;
    Ok(Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
}

fn read(row: &Row) -> Result<JournalRow, StoreError> {
    Ok(JournalRow {
        exercise: row.parse("exercise_id")?,
        sequence: row.get("sequence")?,
        at: row.time("at")?,
        exercise_time: span(row, "exercise_time")?,
        actor: row.get("actor")?,
        team: row.parse_optional("team_id")?,
        kind: row.get("kind")?,
        payload: row.get("payload")?,
        previous: row.get("previous")?,
        hash: row.get("hash")?,
        key: row.get("key")?,
    })
}

/// Keeps words that belong to a row.
///
/// # Errors
/// What the database refuses.
pub async fn insert_text(
    transaction: &mut Connection,
    exercise: ExerciseId,
    id: Uuid,
    person: Option<PersonId>,
    salt: &str,
    content: &str,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into journal_text (id, exercise_id, person_id, salt, content) values ($1, $2, $3, $4, $5)",
    )
    .bind(id.to_string())
    .bind(exercise)
    .bind(person)
    .bind(salt)
    .bind(content)
    .execute(transaction)
    .await?;
    Ok(())
}

/// The words of an exercise that are still kept, by identifier.
///
/// # Errors
/// What the database refuses.
pub async fn texts(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<(Uuid, String)>, StoreError> {
    Statement::new(
        "select id, content from journal_text where exercise_id = $1 and content is not null",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| Ok((row.parse("id")?, row.get("content")?)))
    .collect()
}

/// Words as they are stored.
#[derive(Clone, Debug)]
pub struct StoredText {
    /// Their identifier.
    pub id: Uuid,
    /// What their digest was made with.
    pub salt: String,
    /// The words; nothing once they were erased.
    pub content: Option<String>,
}

/// All words of an exercise, those that were erased without content.
///
/// # Errors
/// What the database refuses.
pub async fn stored_texts(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<StoredText>, StoreError> {
    Statement::new("select id, salt, content from journal_text where exercise_id = $1")
        .bind(exercise)
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| {
            Ok(StoredText {
                id: row.parse("id")?,
                salt: row.get("salt")?,
                content: row.get("content")?,
            })
        })
        .collect()
}

/// Words that are still kept.
///
/// # Errors
/// What the database refuses.
pub async fn text(connection: &mut Connection, id: Uuid) -> Result<Option<String>, StoreError> {
    Statement::new("select content from journal_text where id = $1 and content is not null")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?
        .map(|row| row.get("content"))
        .transpose()
}

/// Erases everything that a person wrote; the journal's digests stay.
///
/// # Errors
/// What the database refuses.
pub async fn erase_texts(
    connection: &mut Connection,
    person: PersonId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    Statement::new(
        "update journal_text set content = null, salt = '', erased_at = $2
         where person_id = $1 and erased_at is null",
    )
    .bind(person)
    .bind(now)
    .execute(connection)
    .await
}

/// How far `follower` has read an exercise's journal; 0 where it has not begun.
///
/// # Errors
/// What the database refuses.
pub async fn cursor(
    connection: &mut Connection,
    follower: &str,
    exercise: ExerciseId,
) -> Result<i64, StoreError> {
    Statement::new("select sequence from follower where name = $1 and exercise_id = $2")
        .bind(follower)
        .bind(exercise)
        .fetch_optional(connection)
        .await?
        .map_or(Ok(0), |row| row.get("sequence"))
}

/// Says how far `follower` has read, in the transaction of what it did with it.
///
/// # Errors
/// What the database refuses.
pub async fn move_cursor(
    transaction: &mut Connection,
    follower: &str,
    exercise: ExerciseId,
    sequence: i64,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into follower (name, exercise_id, sequence) values ($1, $2, $3)
         on conflict (name, exercise_id) do update set sequence = excluded.sequence",
    )
    .bind(follower)
    .bind(exercise)
    .bind(sequence)
    .execute(transaction)
    .await?;
    Ok(())
}
