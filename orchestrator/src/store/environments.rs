//! Environments: what shall exist, how far it is, the seeds of its copies and the address ranges that it holds.

mod copies;
mod durations;
mod inventory;
mod lists;
mod losses;
mod pools;
mod subnets;
mod usage;

pub use copies::{Copy, copies, keep_addresses, seeds_of_exercise};
pub use durations::longest;
pub use inventory::{Line, inventory, province_of};
pub use lists::{any_shall_run, list_kept, list_unsettled, waiting};
pub use losses::{Loss, losses, mend_losses, note_loss, tell_loss, untold_losses};
pub use pools::{
    Binding, Pool, bind_ready, copies_of_team, follow_bundle, kept_ready, let_copy_go, lock_pool,
    pools, set_pool,
};
pub use subnets::{lock_subnets, mark_subnets, release_subnets, subnets, subnets_of, take_subnet};
pub use usage::{note_use, rest, rest_exercise, rests, rouse_exercise};

use std::{fmt, str::FromStr, time::Duration};

use serde::Serialize;

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::{Timestamp, micros},
    ids::{EnvironmentId, ExerciseId, OrchestratorId, ProvinceId, TeamId},
};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// The word under which it is stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($word => Ok(Self::$variant),)* _ => Err(()) }
            }
        }
    };
}

words! {
    /// What shall become of an environment.
    Desired {
        /// It shall run.
        Running = "running",
        /// It shall stand still with all that is in its machines, where the engine can do that.
        Suspended = "suspended",
        /// It shall leave nothing.
        Gone = "gone",
    }
}

words! {
    /// How far an environment is.
    Phase {
        /// Nothing was done yet.
        Wanted = "wanted",
        /// It is being made.
        Preparing = "preparing",
        /// Every node runs and is healthy.
        Ready = "ready",
        /// Every node stands still, healthy when it last ran.
        Suspended = "suspended",
        /// It could not be made; somebody has to look.
        Failed = "failed",
        /// It is being taken away.
        Removing = "removing",
        /// Nothing of it is left.
        Gone = "gone",
    }
}

words! {
    /// What an environment is for.
    Purpose {
        /// A team of an exercise.
        Exercise = "exercise",
        /// A rehearsal of a scenario.
        Rehearsal = "rehearsal",
        /// Kept ready until a team needs it.
        Pool = "pool",
    }
}

/// An environment's row.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Identifier.
    pub id: EnvironmentId,
    /// Its exercise.
    pub exercise: Option<ExerciseId>,
    /// Its team.
    pub team: Option<TeamId>,
    /// What it is for.
    pub purpose: Purpose,
    /// Digest of the scenario's bundle.
    pub bundle: String,
    /// Seed of the present copy.
    pub seed: Vec<u8>,
    /// Which copy: 1 for the first, one more after every reset.
    pub incarnation: i64,
    /// The orchestrator that works on it; free where that one lives no longer.
    pub owner: Option<OrchestratorId>,
    /// What shall become of it.
    pub desired: Desired,
    /// How far it is.
    pub phase: Phase,
    /// The stage within its phase.
    pub stage: String,
    /// Why it failed, as JSON.
    pub reason: Option<String>,
    /// Tries since it was last ready or asked for.
    pub attempts: i64,
    /// Not to be tried before this.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was given to its team; as `created_at` where it was made for it.
    pub bound_at: Timestamp,
    /// When it became ready.
    pub ready_at: Option<Timestamp>,
    /// When somebody last used it, as far as that was written down.
    pub used_at: Option<Timestamp>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Identifier.
    pub id: EnvironmentId,
    /// The province that it belongs to.
    pub province: ProvinceId,
    /// Its exercise.
    pub exercise: Option<ExerciseId>,
    /// Its team.
    pub team: Option<TeamId>,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether it shall run, or be suspended as soon as it is ready.
    pub desired: Desired,
    /// Digest of the scenario's bundle.
    pub bundle: String,
    /// Seed of the first copy.
    pub seed: Vec<u8>,
}

/// Asks for an environment.
///
/// # Errors
/// What the database refuses.
pub async fn insert(
    transaction: &mut Connection,
    new: &NewRow,
    now: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into environment (id, province_id, exercise_id, team_id, purpose, bundle_digest, seed, incarnation,
                                  desired, phase, stage, attempts, created_at, updated_at, bound_at)
         values ($1, $2, $3, $4, $5, $6, $7, 1, $9, 'wanted', 'wanted', 0, $8, $8, $8)",
    )
    .bind(new.id)
    .bind(new.province)
    .bind(new.exercise)
    .bind(new.team)
    .bind(new.purpose.as_str())
    .bind(new.bundle.as_str())
    .bind(new.seed.as_slice())
    .bind(now)
    .bind(new.desired.as_str())
    .execute(transaction)
    .await?;
    keep_seed(transaction, new.id, 1, &new.seed, now).await
}

async fn keep_seed(
    transaction: &mut Connection,
    id: EnvironmentId,
    incarnation: i64,
    seed: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into environment_incarnation (environment_id, incarnation, seed, created_at) values ($1, $2, $3, $4)",
    )
    .bind(id)
    .bind(incarnation)
    .bind(seed)
    .bind(now)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Asks for a fresh copy with a new seed; the seeds before are kept. Gives the copy's number.
///
/// # Errors
/// No such environment, one that shall go, or what the database refuses.
pub async fn renew(
    transaction: &mut Connection,
    id: EnvironmentId,
    seed: &[u8],
    now: Timestamp,
) -> Result<i64, StoreError> {
    let row = Statement::new(
        "update environment set seed = $2, incarnation = incarnation + 1, phase = 'wanted', stage = 'wanted',
           reason = null, attempts = 0, next_attempt_at = null, ready_at = null, updated_at = $3, desired = 'running'
         where id = $1 and desired <> 'gone' and purpose <> 'pool' returning incarnation",
    )
    .bind(id)
    .bind(seed)
    .bind(now)
    .fetch_one("environment", transaction)
    .await?;
    let incarnation = row.get("incarnation")?;
    keep_seed(transaction, id, incarnation, seed, now).await?;
    Ok(incarnation)
}

/// Lets a failed environment be tried again at once.
///
/// # Errors
/// What the database refuses.
pub async fn retry(
    transaction: &mut Connection,
    id: EnvironmentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "update environment set phase = 'wanted', reason = null, attempts = 0, next_attempt_at = null, updated_at = $2
         where id = $1 and desired <> 'gone' and phase = 'failed'",
    )
    .bind(id)
    .bind(now)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Says that an environment shall go.
///
/// # Errors
/// What the database refuses.
pub async fn want_gone(
    transaction: &mut Connection,
    id: EnvironmentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "update environment set desired = 'gone', attempts = 0, next_attempt_at = null, updated_at = $2
         where id = $1 and desired <> 'gone'",
    )
    .bind(id)
    .bind(now)
    .execute(transaction)
    .await?;
    Ok(())
}

/// What a step of the reconciler found out about a copy.
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    /// How far it is.
    pub phase: Phase,
    /// The stage within its phase.
    pub stage: &'a str,
    /// Why it failed, as JSON.
    pub reason: Option<&'a str>,
    /// Tries since it was last ready or asked for.
    pub attempts: i64,
    /// Not to be tried before this.
    pub next_attempt_at: Option<Timestamp>,
    /// How long the copy took to be made, where it was made just now.
    pub took: Option<Duration>,
}

/// Makes `owner` the one that works on an environment, unless another does that lives; `None` then.
///
/// # Errors
/// What the database refuses.
pub async fn claim(
    connection: &mut Connection,
    id: EnvironmentId,
    owner: OrchestratorId,
) -> Result<Option<Environment>, StoreError> {
    Statement::new(
        "update environment set owner = $2
         where id = $1 and (owner is null or owner = $2 or owner not in (select id from orchestrator))
         returning *",
    )
    .bind(id)
    .bind(owner)
    .fetch_optional(connection)
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// Writes what a step found out, unless a fresh copy was asked for in the meantime or another orchestrator took over.
///
/// # Errors
/// What the database refuses.
pub async fn settle(
    connection: &mut Connection,
    id: EnvironmentId,
    incarnation: i64,
    owner: Option<OrchestratorId>,
    outcome: &Outcome<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ready_at = (outcome.phase == Phase::Ready).then_some(now);
    let rows = Statement::new(
        "update environment set phase = $3, stage = $4, reason = $5, attempts = $6, next_attempt_at = $7,
           updated_at = $8, ready_at = coalesce(ready_at, $9), took = coalesce($11, took)
         where id = $1 and incarnation = $2 and owner = $10",
    )
    .bind(id)
    .bind(incarnation)
    .bind(outcome.phase.as_str())
    .bind(outcome.stage)
    .bind(outcome.reason)
    .bind(outcome.attempts)
    .bind(outcome.next_attempt_at)
    .bind(now)
    .bind(ready_at)
    .bind(owner)
    .bind(outcome.took.map(micros))
    .execute(connection)
    .await?;
    Ok(rows == 1)
}

/// An environment.
///
/// # Errors
/// What the database refuses.
pub async fn find(
    connection: &mut Connection,
    id: EnvironmentId,
) -> Result<Option<Environment>, StoreError> {
    Statement::new("select * from environment where id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The environments of an exercise, oldest first; of a team, the one that it has, or where all are to go the one that it
/// was given last. Whatever the clock did, one that shall be comes before those that shall go.
///
/// # Errors
/// What the database refuses.
pub async fn of_exercise(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<Environment>, StoreError> {
    Statement::new(
        "select e.* from environment e where e.exercise_id = $1 and not exists (
           select 1 from environment later
           where later.exercise_id = e.exercise_id and later.team_id = e.team_id
             and (case when later.desired = 'gone' then 0 else 1 end, later.bound_at, later.id)
               > (case when e.desired = 'gone' then 0 else 1 end, e.bound_at, e.id))
         order by e.created_at, e.id",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Every environment of an exercise that shall be, those included that a team has no more use for.
///
/// # Errors
/// What the database refuses.
pub async fn wanted_of_exercise(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<EnvironmentId>, StoreError> {
    Statement::new(
        "select id from environment where exercise_id = $1 and desired <> 'gone' order by id",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| row.parse("id"))
    .collect()
}

fn read(row: &Row) -> Result<Environment, StoreError> {
    let desired: String = row.get("desired")?;
    let phase: String = row.get("phase")?;
    let purpose: String = row.get("purpose")?;
    Ok(Environment {
        id: row.parse("id")?,
        exercise: row.parse_optional("exercise_id")?,
        team: row.parse_optional("team_id")?,
        purpose: purpose.parse().map_err(|()| StoreError::Value {
            column: "purpose",
            value: purpose,
        })?,
        bundle: row.get("bundle_digest")?,
        seed: row.get("seed")?,
        incarnation: row.get("incarnation")?,
        owner: row.parse_optional("owner")?,
        desired: desired.parse().map_err(|()| StoreError::Value {
            column: "desired",
            value: desired,
        })?,
        phase: phase.parse().map_err(|()| StoreError::Value {
            column: "phase",
            value: phase,
        })?,
        stage: row.get("stage")?,
        reason: row.get("reason")?,
        attempts: row.get("attempts")?,
        next_attempt_at: row.time_optional("next_attempt_at")?,
        created_at: row.time("created_at")?,
        bound_at: row.time("bound_at")?,
        ready_at: row.time_optional("ready_at")?,
        used_at: row.time_optional("used_at")?,
    })
}
