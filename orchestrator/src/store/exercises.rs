//! Exercises.

mod expiry;
mod invitations;
mod schedule;
mod seen;
mod teams;
mod trials;

pub use expiry::set_expiry;
pub use invitations::{
    Invitation, find_invitation, insert_invitation, invitations, revoke_invitation, take_seat,
};
pub use schedule::{Schedule, clear_schedule, list_scheduled, note_trouble, set_schedule};
pub use seen::{set_duration, set_seen};
pub use teams::{
    Team, count_hosts, count_teams, delete_member, insert_member, insert_team, members, set_seats,
    team, teams,
};
pub use trials::{count_trials, open_trial};

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::{Timestamp, micros},
    ids::{AccountId, ExerciseId, OrchestratorId, PersonId, ProvinceId},
};

/// How far an exercise is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExerciseState {
    /// Laid out; nothing runs.
    Draft,
    /// Environments are being made.
    Preparing,
    /// Every environment is ready.
    Ready,
    /// Exercise time runs.
    Running,
    /// Exercise time stands.
    Paused,
    /// Over.
    Finished,
}

impl ExerciseState {
    /// The word under which it is stored and named in locales.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
        }
    }

    /// Whether environments exist and members may use them.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Ready | Self::Running | Self::Paused)
    }
}

impl fmt::Display for ExerciseState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ExerciseState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [
            Self::Draft,
            Self::Preparing,
            Self::Ready,
            Self::Running,
            Self::Paused,
            Self::Finished,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
        .ok_or(())
    }
}

/// An exercise.
#[derive(Clone, Debug)]
pub struct Exercise {
    /// Identifier.
    pub id: ExerciseId,
    /// The province that holds it.
    pub province: ProvinceId,
    /// What the organisers call it.
    pub title: String,
    /// `simulation` or `tabletop`; a live-fire drill is recorded, never run here.
    pub kind: String,
    /// Digest of its scenario's bundle.
    pub bundle: String,
    /// How far it is.
    pub state: ExerciseState,
    /// Exercise time after which it ends.
    pub duration: Duration,
    /// Who laid it out.
    pub created_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// When exercise time began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Exercise time up to the last stop of its clock.
    pub clock_elapsed: Duration,
    /// Since when its clock runs.
    pub clock_running_since: Option<Timestamp>,
    /// Sequence of the journal's last row.
    pub head_sequence: i64,
    /// Its hash.
    pub head_hash: String,
    /// Exercise time at that row, below which the clock never falls.
    pub head_elapsed: Duration,
    /// The installation's signature under it, once finished.
    pub head_signature: Option<String>,
    /// Why an administrator let it begin without proven isolation.
    pub isolation_override: Option<String>,
    /// Until when it keeps its machines while its time stands.
    pub expires_at: Option<Timestamp>,
    /// When it shall begin, where an hour was set and it has not begun.
    pub schedule: Option<Schedule>,
    /// The orchestrator that conducts it; free where that one lives no longer.
    pub owner: Option<OrchestratorId>,
    /// When it was last seen to be conducted while its clock ran.
    pub seen_at: Option<Timestamp>,
    /// Whether somebody tries the scenario alone; it counts nowhere.
    pub trial: bool,
}

impl Exercise {
    /// Exercise time at `now`: never before the journal's last row, never past the duration.
    #[must_use]
    pub fn elapsed_at(&self, now: Timestamp) -> Duration {
        let running = self.clock_running_since.map(|since| now.since(since));
        elapsed(
            self.clock_elapsed,
            running,
            self.head_elapsed,
            self.duration,
        )
    }

    /// Its state at `now`: over once its time is, although nobody has said so yet.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> ExerciseState {
        state_at(self.state, self.elapsed_at(now), self.duration)
    }
}

/// Exercise time: what was settled and what has run since, between the last row's and the duration.
pub(super) fn elapsed(
    settled: Duration,
    running: Option<Duration>,
    last_row: Duration,
    duration: Duration,
) -> Duration {
    let elapsed = settled + running.unwrap_or_default();
    elapsed.max(last_row).min(duration)
}

pub(super) fn state_at(
    state: ExerciseState,
    elapsed: Duration,
    duration: Duration,
) -> ExerciseState {
    if state == ExerciseState::Running && elapsed >= duration {
        ExerciseState::Finished
    } else {
        state
    }
}

/// What an exercise is laid out with.
#[derive(Clone, Debug)]
pub struct NewExercise {
    /// Identifier.
    pub id: ExerciseId,
    /// The province that holds it.
    pub province: ProvinceId,
    /// What the organisers call it.
    pub title: String,
    /// `simulation` or `tabletop`.
    pub kind: String,
    /// Digest of its scenario's bundle.
    pub bundle: String,
    /// Exercise time after which it ends.
    pub duration: Duration,
    /// Who lays it out.
    pub created_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// The form that it came from: the same form sent twice makes one exercise.
    pub launch_key: String,
    /// What stands before the journal's first row.
    pub genesis: String,
    /// Whether somebody tries the scenario alone.
    pub trial: bool,
}

/// Lays out an exercise; `false` where the same form was sent before.
///
/// # Errors
/// What the database refuses.
pub async fn insert(transaction: &mut Connection, new: &NewExercise) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "insert into exercise (id, province_id, title, kind, bundle_digest, state, duration, created_by, created_at,
                               clock_elapsed, launch_key, head_sequence, head_hash, trial)
         values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8, 0, $9, 0, $10, $11) on conflict (launch_key) do nothing",
    )
    .bind(new.id)
    .bind(new.province)
    .bind(new.title.as_str())
    .bind(new.kind.as_str())
    .bind(new.bundle.as_str())
    .bind(micros(new.duration))
    .bind(new.created_by)
    .bind(new.created_at)
    .bind(new.launch_key.as_str())
    .bind(new.genesis.as_str())
    .bind(i64::from(new.trial))
    .execute(transaction)
    .await?;
    Ok(rows == 1)
}

/// The exercise that was laid out from a form.
///
/// # Errors
/// What the database refuses.
pub async fn find_by_launch_key(
    connection: &mut Connection,
    key: &str,
) -> Result<Option<ExerciseId>, StoreError> {
    Statement::new("select id from exercise where launch_key = $1")
        .bind(key)
        .fetch_optional(connection)
        .await?
        .map(|row| row.parse("id"))
        .transpose()
}

/// An exercise.
///
/// # Errors
/// What the database refuses.
pub async fn find(
    connection: &mut Connection,
    id: ExerciseId,
) -> Result<Option<Exercise>, StoreError> {
    Statement::new("select * from exercise where id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// A province's exercises without trials, newest first.
///
/// # Errors
/// What the database refuses.
pub async fn list(
    connection: &mut Connection,
    province: ProvinceId,
) -> Result<Vec<Exercise>, StoreError> {
    Statement::new(
        "select * from exercise where province_id = $1 and trial = 0 order by created_at desc, id",
    )
    .bind(province)
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Exercises in which something may have to be done: neither laid out only nor over.
///
/// # Errors
/// What the database refuses.
pub async fn list_active(connection: &mut Connection) -> Result<Vec<Exercise>, StoreError> {
    Statement::new(
        "select * from exercise where state not in ('draft', 'finished') order by created_at, id",
    )
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Makes `owner` the one that conducts an exercise; `false` where another does that lives.
///
/// # Errors
/// What the database refuses.
pub async fn claim(
    connection: &mut Connection,
    id: ExerciseId,
    owner: OrchestratorId,
) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "update exercise set owner = $2
         where id = $1 and (owner is null or owner = $2 or owner not in (select id from orchestrator))",
    )
    .bind(id)
    .bind(owner)
    .execute(connection)
    .await?;
    Ok(rows == 1)
}

/// Exercises without trials of which a person is a member and the names of that person's teams, newest first.
///
/// # Errors
/// What the database refuses.
pub async fn list_of_person(
    connection: &mut Connection,
    person: PersonId,
) -> Result<Vec<(Exercise, String)>, StoreError> {
    Statement::new(
        "select e.*, t.name as team_name from exercise e
         join team_member m on m.exercise_id = e.id join team t on t.id = m.team_id
         where m.person_id = $1 and e.trial = 0 order by e.created_at desc, e.id",
    )
    .bind(person)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| Ok((read(row)?, row.get("team_name")?)))
    .collect()
}

/// Moves an exercise from one state to another, if it is still there.
///
/// # Errors
/// What the database refuses.
pub async fn move_state(
    transaction: &mut Connection,
    id: ExerciseId,
    from: ExerciseState,
    to: ExerciseState,
) -> Result<bool, StoreError> {
    let rows = Statement::new("update exercise set state = $3 where id = $1 and state = $2")
        .bind(id)
        .bind(from.as_str())
        .bind(to.as_str())
        .execute(transaction)
        .await?;
    Ok(rows == 1)
}

/// Sets an exercise's clock: settled exercise time, and since when it runs.
///
/// # Errors
/// What the database refuses.
pub async fn set_clock(
    transaction: &mut Connection,
    id: ExerciseId,
    elapsed: Duration,
    running_since: Option<Timestamp>,
) -> Result<(), StoreError> {
    Statement::new(
        "update exercise set clock_elapsed = $2, clock_running_since = $3 where id = $1",
    )
    .bind(id)
    .bind(micros(elapsed))
    .bind(running_since)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Notes when exercise time began.
///
/// # Errors
/// What the database refuses.
pub async fn set_started(
    transaction: &mut Connection,
    id: ExerciseId,
    at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new("update exercise set started_at = $2 where id = $1 and started_at is null")
        .bind(id)
        .bind(at)
        .execute(transaction)
        .await?;
    Ok(())
}

/// Notes the end.
///
/// # Errors
/// What the database refuses.
pub async fn set_finished(
    transaction: &mut Connection,
    id: ExerciseId,
    at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new("update exercise set finished_at = $2 where id = $1")
        .bind(id)
        .bind(at)
        .execute(transaction)
        .await?;
    Ok(())
}

/// Keeps the signature under the journal's head; renewed when rows come after the end (a report graded later).
///
/// # Errors
/// What the database refuses.
pub async fn set_signature(
    transaction: &mut Connection,
    id: ExerciseId,
    signature: &str,
) -> Result<(), StoreError> {
    Statement::new("update exercise set head_signature = $2 where id = $1")
        .bind(id)
        .bind(signature)
        .execute(transaction)
        .await?;
    Ok(())
}

/// Notes why an administrator lets the exercise begin without proven isolation.
///
/// # Errors
/// What the database refuses.
pub async fn set_isolation_override(
    transaction: &mut Connection,
    id: ExerciseId,
    reason: &str,
) -> Result<(), StoreError> {
    Statement::new("update exercise set isolation_override = $2 where id = $1")
        .bind(id)
        .bind(reason)
        .execute(transaction)
        .await?;
    Ok(())
}

fn read(row: &Row) -> Result<Exercise, StoreError> {
    let span = |column| {
        row.get::<i64>(column)
            .map(|n| Duration::from_micros(u64::try_from(n).unwrap_or(0)))
    };
    let state: String = row.get("state")?;
    Ok(Exercise {
        id: row.parse("id")?,
        province: row.parse("province_id")?,
        title: row.get("title")?,
        kind: row.get("kind")?,
        bundle: row.get("bundle_digest")?,
        state: state.parse().map_err(|()| StoreError::Value {
            column: "state",
            value: state,
        })?,
        duration: span("duration")?,
        created_by: row.parse("created_by")?,
        created_at: row.time("created_at")?,
        started_at: row.time_optional("started_at")?,
        finished_at: row.time_optional("finished_at")?,
        clock_elapsed: span("clock_elapsed")?,
        clock_running_since: row.time_optional("clock_running_since")?,
        head_sequence: row.get("head_sequence")?,
        head_hash: row.get("head_hash")?,
        head_elapsed: span("head_elapsed")?,
        head_signature: row.get("head_signature")?,
        isolation_override: row.get("isolation_override")?,
        expires_at: row.time_optional("expires_at")?,
        schedule: schedule::read_schedule(row)?,
        owner: row.parse_optional("owner")?,
        seen_at: row.time_optional("seen_at")?,
        trial: row.get::<i64>("trial")? != 0,
    })
}
