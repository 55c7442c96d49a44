//! Environments that nobody uses stand still, and go on as soon as somebody comes.
//!
//! A machine that stands still keeps its memory and costs no processor. Who decides that one may stand still is the module
//! above: never while its exercise runs, because its checks, its services and its timeline are then in use even where no
//! person is. Use is bytes of a terminal and requests to a lab page; it is written down now and then, so that every
//! orchestrator and the next start know it.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tracing::{info, warn};

use super::{Environments, EnvironmentsError};
use crate::{
    clock::Timestamp,
    ids::{EnvironmentId, ExerciseId},
    store::{self, Connection},
};

/// How exact the time of the last use is: far below any time after which environments stand still.
pub const GRAIN: Duration = Duration::from_secs(20);

/// When this process last wrote down that an environment is used.
pub(super) type Noted = Mutex<HashMap<EnvironmentId, Instant>>;

impl Environments {
    /// Somebody uses an environment: cheap, and to be called as often as that happens. One that stands still goes on.
    pub async fn touch(&self, id: EnvironmentId) {
        let fresh = {
            let mut noted = self.0.used.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            noted.retain(|_, at| now.duration_since(*at) < GRAIN);
            match noted.entry(id) {
                Entry::Occupied(_) => false,
                Entry::Vacant(entry) => {
                    entry.insert(now);
                    true
                }
            }
        };
        if fresh && let Err(error) = Box::pin(self.rouse(id)).await {
            warn!(environment = %id, ?error, "the use of an environment could not be noted");
        }
    }

    /// Somebody came: lets an environment that stands still go on, and returns when it does.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn rouse(&self, id: EnvironmentId) -> Result<bool, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let now = self.0.clock.now();
        let roused = store::environments::note_use(&mut connection, id, now).await?;
        drop(connection);
        if roused {
            info!(environment = %id, "somebody came; it goes on");
            self.bring_to_life(id).await;
        }
        Ok(roused)
    }

    /// Lets all of an exercise's environments go on, in the caller's transaction; after its commit the caller brings
    /// those to life that are given.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn rouse_exercise(
        &self,
        transaction: &mut Connection,
        exercise: ExerciseId,
    ) -> Result<Vec<EnvironmentId>, EnvironmentsError> {
        let now = self.0.clock.now();
        Ok(store::environments::rouse_exercise(transaction, exercise, now).await?)
    }

    /// Lets an environment stand still that nobody has used since `before`; nothing where the engine cannot.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn rest(
        &self,
        id: EnvironmentId,
        before: Timestamp,
    ) -> Result<(), EnvironmentsError> {
        if !self.0.engine.can_suspend() {
            return Ok(());
        }
        let mut connection = self.0.database.connection().await?;
        let now = self.0.clock.now();
        if store::environments::rest(&mut connection, id, before, now).await? {
            info!(environment = %id, "nobody uses it; it stands still");
            self.wake(id);
        }
        Ok(())
    }

    /// Says that an exercise's environments shall stand still once they are ready, in the caller's transaction: where the
    /// engine can, they wait so for their hour.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn rest_exercise(
        &self,
        transaction: &mut Connection,
        exercise: ExerciseId,
    ) -> Result<(), EnvironmentsError> {
        let now = self.0.clock.now();
        Ok(store::environments::rest_exercise(transaction, exercise, now).await?)
    }

    /// Whether any of an exercise's environments shall stand still.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn rests(&self, exercise: ExerciseId) -> Result<bool, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        Ok(store::environments::rests(&mut connection, exercise).await?)
    }
}
