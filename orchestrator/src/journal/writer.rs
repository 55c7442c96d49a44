//! Appending: one writer gathers what arrives at the same time, so that a burst of submissions costs one commit.
//!
//! A caller is answered after the commit, never before. Rows that must stand or fall with another change (an exercise
//! that starts) are appended inside the caller's transaction by [`append_in`]; both lock the exercise's head row first,
//! so sequences have no gaps and nobody overtakes.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::sync::{broadcast, mpsc, oneshot};
use tracing::{error, warn};
use uuid::Uuid;

use super::{
    Actor, Event, TextReference,
    chain::{Link, digest},
};
use crate::{
    clock::{Clock, Timestamp, micros},
    ids::{ExerciseId, PersonId, TeamId},
    store::{self, Connection, Database, StoreError, exercises::ExerciseState},
    tasks::Tasks,
};

/// Rows that one commit takes at most: where measurements of both databases stop gaining.
const BATCH: usize = 64;
/// Appends that may wait before callers have to.
const QUEUE: usize = 1024;

/// Why a row was not appended.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database refused.
    #[error("journal")]
    Store(#[from] StoreError),
    /// The program is stopping.
    #[error("the journal is closed: the program is stopping")]
    Closed,
    /// The exercise is in a state in which the row may not be written.
    #[error("not while the exercise is {0}")]
    State(ExerciseState),
    /// An event that cannot be written as JSON.
    #[error("event")]
    Event(#[from] serde_json::Error),
}

/// A row to be, with the words that belong to it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Who did it.
    pub actor: Actor,
    /// The team that it concerns.
    pub team: Option<TeamId>,
    /// What happened.
    pub event: Event,
    /// Makes it happen once: a second row with the same key in the same exercise is not written.
    pub key: Option<String>,
    during: &'static [ExerciseState],
    texts: Vec<Pending>,
}

/// Words on their way into `journal_text`.
#[derive(Clone, Debug)]
pub struct Pending {
    reference: TextReference,
    person: Option<PersonId>,
    salt: String,
    content: String,
}

impl Pending {
    /// Takes what a person wrote; `person` may later ask for its erasure.
    #[must_use]
    pub fn new(content: &str, person: Option<PersonId>) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "a salt decides nothing and is never compared: it needs no source that tests can repeat"
        )]
        let salt = Uuid::new_v4().simple().to_string();
        let digest = digest(&salt, content);
        Self {
            reference: TextReference {
                id: Uuid::now_v7(),
                digest,
            },
            person,
            salt,
            content: content.to_owned(),
        }
    }

    /// What the event carries in place of the words.
    #[must_use]
    pub fn reference(&self) -> TextReference {
        self.reference.clone()
    }
}

impl Draft {
    /// A row without a team, words or key.
    #[must_use]
    pub const fn new(actor: Actor, event: Event) -> Self {
        Self {
            actor,
            team: None,
            event,
            key: None,
            during: &[],
            texts: Vec::new(),
        }
    }

    /// Concerns `team`.
    #[must_use]
    pub const fn team(mut self, team: TeamId) -> Self {
        self.team = Some(team);
        self
    }

    /// Happens once under `key`.
    #[must_use]
    pub fn once(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Is written only while the exercise is in one of these states: asked under the lock on its head, so that nothing
    /// follows the row that paused or ended it.
    #[must_use]
    pub const fn during(mut self, states: &'static [ExerciseState]) -> Self {
        self.during = states;
        self
    }

    /// Carries words.
    #[must_use]
    pub fn text(mut self, text: Pending) -> Self {
        self.texts.push(text);
        self
    }
}

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// Written as this row.
    New(i64),
    /// It had happened before, as this row.
    Before(i64),
}

struct Request {
    exercise: ExerciseId,
    draft: Draft,
    answer: oneshot::Sender<Result<Appended, JournalError>>,
}

/// The journal of this orchestrator.
#[derive(Clone, Debug)]
pub struct Journal {
    requests: mpsc::Sender<Request>,
    changes: broadcast::Sender<ExerciseId>,
}

impl Journal {
    /// Starts the writer.
    #[must_use]
    pub fn start(database: Database, clock: Arc<dyn Clock>, tasks: &Tasks) -> Self {
        let (requests, inbox) = mpsc::channel(QUEUE);
        let (changes, _) = broadcast::channel(QUEUE);
        let writer = Writer {
            database,
            clock,
            changes: changes.clone(),
        };
        // The last task to end: whatever else ends may still have something to write.
        tasks.spawn_last("journal", writer.run(inbox, tasks.last_token()));
        Self { requests, changes }
    }

    /// Appends a row and waits until it is on disk.
    ///
    /// # Errors
    /// A database that refuses: then nothing was written.
    pub async fn append(
        &self,
        exercise: ExerciseId,
        draft: Draft,
    ) -> Result<Appended, JournalError> {
        let (answer, outcome) = oneshot::channel();
        self.requests
            .send(Request {
                exercise,
                draft,
                answer,
            })
            .await
            .map_err(|_| JournalError::Closed)?;
        outcome.await.map_err(|_| JournalError::Closed)?
    }

    /// Exercises whose journal grew; a receiver that lags looks at all.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<ExerciseId> {
        self.changes.subscribe()
    }

    /// Tells subscribers after a commit of rows that [`append_in`] wrote.
    pub fn announce(&self, exercise: ExerciseId) {
        // Nobody may be listening, which is no failure.
        let _ = self.changes.send(exercise);
    }
}

struct Writer {
    database: Database,
    clock: Arc<dyn Clock>,
    changes: broadcast::Sender<ExerciseId>,
}

impl Writer {
    async fn run(
        self,
        mut inbox: mpsc::Receiver<Request>,
        stop: tokio_util::sync::CancellationToken,
    ) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let count = tokio::select! {
                biased;
                count = inbox.recv_many(&mut batch, BATCH) => count,
                () = stop.cancelled() => {
                    inbox.close();
                    inbox.recv_many(&mut batch, BATCH).await
                }
            };
            if count == 0 {
                return;
            }
            self.write(std::mem::take(&mut batch)).await;
        }
    }

    async fn write(&self, batch: Vec<Request>) {
        let mut by_exercise: BTreeMap<ExerciseId, Vec<Request>> = BTreeMap::new();
        for request in batch {
            by_exercise
                .entry(request.exercise)
                .or_default()
                .push(request);
        }
        for (exercise, requests) in by_exercise {
            let drafts: Vec<&Draft> = requests.iter().map(|request| &request.draft).collect();
            match self.commit(exercise, &drafts).await {
                Ok(outcomes) => {
                    for (request, outcome) in requests.into_iter().zip(outcomes) {
                        // A caller that went away does not undo what is on disk.
                        let _ = request.answer.send(outcome.into_result());
                    }
                }
                Err(failure) => {
                    warn!(%exercise, error = ?failure, rows = requests.len(), "journal rows are written one by one");
                    self.write_singly(exercise, requests).await;
                }
            }
            let _ = self.changes.send(exercise);
        }
    }

    /// One row that the database refuses costs the others of its batch nothing.
    async fn write_singly(&self, exercise: ExerciseId, requests: Vec<Request>) {
        for request in requests {
            let outcome = match self.commit(exercise, &[&request.draft]).await {
                Ok(outcomes) => outcomes
                    .into_iter()
                    .next()
                    .map_or(Err(JournalError::Closed), Outcome::into_result),
                Err(failure) => {
                    error!(%exercise, error = ?failure, "a journal row could not be written");
                    Err(failure)
                }
            };
            let _ = request.answer.send(outcome);
        }
    }

    async fn commit(
        &self,
        exercise: ExerciseId,
        drafts: &[&Draft],
    ) -> Result<Vec<Outcome>, JournalError> {
        let mut transaction = self.database.begin().await?;
        let outcomes = append_all(&mut transaction, exercise, self.clock.now(), drafts).await?;
        transaction.commit().await?;
        Ok(outcomes)
    }
}

/// What became of one row of a batch.
#[derive(Clone, Copy)]
enum Outcome {
    Done(Appended),
    Refused(ExerciseState),
}

impl Outcome {
    const fn into_result(self) -> Result<Appended, JournalError> {
        match self {
            Self::Done(appended) => Ok(appended),
            Self::Refused(state) => Err(JournalError::State(state)),
        }
    }
}

/// Appends rows inside the caller's transaction; after its commit the caller calls [`Journal::announce`].
///
/// # Errors
/// A database or a state that refuses; the caller's transaction is then to be dropped.
pub async fn append_in(
    transaction: &mut Connection,
    exercise: ExerciseId,
    now: Timestamp,
    drafts: &[Draft],
) -> Result<Vec<Appended>, JournalError> {
    append_all(
        transaction,
        exercise,
        now,
        &drafts.iter().collect::<Vec<_>>(),
    )
    .await?
    .into_iter()
    .map(Outcome::into_result)
    .collect()
}

async fn append_all(
    transaction: &mut Connection,
    exercise: ExerciseId,
    now: Timestamp,
    drafts: &[&Draft],
) -> Result<Vec<Outcome>, JournalError> {
    let mut head = store::journal::lock_head(transaction, exercise).await?;
    let (elapsed, state) = (head.elapsed_at(now), head.state_at(now));
    let mut outcomes = Vec::with_capacity(drafts.len());
    for draft in drafts {
        if let Some(key) = &draft.key
            && let Some(sequence) = store::journal::find_key(transaction, exercise, key).await?
        {
            outcomes.push(Outcome::Done(Appended::Before(sequence)));
            continue;
        }
        if !draft.during.is_empty() && !draft.during.contains(&state) {
            outcomes.push(Outcome::Refused(state));
            continue;
        }
        let payload = serde_json::to_string(&draft.event)?;
        let sequence = head.sequence + 1;
        let hash = Link {
            previous: &head.hash,
            exercise,
            sequence,
            at: now,
            exercise_time: micros(elapsed),
            actor: draft.actor,
            team: draft.team,
            payload: &payload,
        }
        .hash();
        let row = store::journal::JournalRow {
            exercise,
            sequence,
            at: now,
            exercise_time: elapsed,
            actor: draft.actor.to_string(),
            team: draft.team,
            kind: draft.event.kind().to_owned(),
            payload,
            previous: std::mem::replace(&mut head.hash, hash.clone()),
            hash,
            key: draft.key.clone(),
        };
        store::journal::insert(transaction, &row).await?;
        for text in &draft.texts {
            store::journal::insert_text(
                transaction,
                exercise,
                text.reference.id,
                text.person,
                &text.salt,
                &text.content,
            )
            .await?;
        }
        head.sequence = sequence;
        outcomes.push(Outcome::Done(Appended::New(sequence)));
    }
    store::journal::move_head(transaction, exercise, head.sequence, &head.hash, elapsed).await?;
    Ok(outcomes)
}

impl super::Entry {
    /// Reads rows from `after` (exclusive) to the head, in order.
    ///
    /// # Errors
    /// A database that refuses, or a row that this program cannot read.
    pub async fn read(
        connection: &mut Connection,
        exercise: ExerciseId,
        after: i64,
    ) -> Result<Vec<Self>, JournalError> {
        store::journal::list(connection, exercise, after)
            .await?
            .into_iter()
            .map(Self::from_row)
            .collect()
    }

    fn from_row(row: store::journal::JournalRow) -> Result<Self, JournalError> {
        let actor = row.actor.parse().map_err(|_| StoreError::Value {
            column: "actor",
            value: row.actor.clone(),
        })?;
        Ok(Self {
            exercise: row.exercise,
            sequence: row.sequence,
            at: row.at,
            exercise_time: Duration::from_micros(
                u64::try_from(micros(row.exercise_time)).unwrap_or(0),
            ),
            actor,
            team: row.team,
            event: serde_json::from_str(&row.payload)?,
            payload: row.payload,
            previous: row.previous,
            hash: row.hash,
        })
    }
}
