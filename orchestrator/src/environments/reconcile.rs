//! The reconciler: makes what exists equal to what shall exist, one environment at a time, whatever came before.
//!
//! It is level-triggered: a wake-up only says "look", and a sweep looks at everything now and then, so a lost event
//! costs seconds. Each look reads the row, observes the engine, and takes the next steps; a crash between any two lines
//! is taken up by the next look. An engine that cannot be seen leaves everything as it is.

mod converge;
mod judge;
mod plan;

pub(super) use judge::reached;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::StreamExt;
use tokio::{sync::Semaphore, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::{Environments, EnvironmentsError, Incarnation};
use crate::{
    ids::EnvironmentId,
    store::{
        self,
        environments::{Desired, Environment, Phase, Purpose},
    },
    tasks::Tasks,
};

/// How often everything is looked at although nothing was heard.
const SWEEP: Duration = Duration::from_secs(3);
/// Sweeps after which the engine is listed in full.
const SWEEPS_PER_LISTING: u32 = 5;
/// Wait before an engine that was away is asked again.
const AWAY: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Reconciler {
    environments: Environments,
    tasks: Tasks,
    limit: Arc<Semaphore>,
    looks: Looks,
}

/// Looks that are under way, each with what it works towards.
#[derive(Clone, Default)]
struct Looks(Arc<Mutex<HashMap<EnvironmentId, Look>>>);

struct Look {
    goal: Goal,
    stop: CancellationToken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Goal {
    desired: Desired,
    incarnation: Incarnation,
}

impl Goal {
    const fn of(row: &Environment) -> Self {
        Self {
            desired: row.desired,
            incarnation: row.incarnation,
        }
    }
}

/// Takes a look off the list however it ends, a panic included, and lets what changed meanwhile be looked at.
struct Ending {
    id: EnvironmentId,
    looks: Looks,
    environments: Environments,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.looks
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.id);
        self.environments.wake_all();
    }
}

impl Environments {
    /// Starts making what shall exist exist.
    pub fn start(&self, tasks: &Tasks) {
        let reconciler = Reconciler {
            environments: self.clone(),
            tasks: tasks.clone(),
            limit: Arc::new(Semaphore::new(self.0.config.parallel.max(1))),
            looks: Looks::default(),
        };
        tasks.spawn("engine-listing", reconciler.clone().list());
        tasks.spawn("reconciler", reconciler.run());
        tasks.spawn("disk", self.clone().watch_disk(tasks.token()));
        tasks.spawn("isolation", self.clone().keep_closed(tasks.token()));
        tasks.spawn("engine-events", follow_engine(self.clone(), tasks.token()));
    }
}

impl Reconciler {
    async fn run(self) {
        let stop = self.tasks.token();
        let mut sweep = tokio::time::interval(SWEEP);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = sweep.tick() => {
                    if let Err(failure) = self.environments.keep_pools().await {
                        error!(error = ?failure, "copies could not be kept ready");
                    }
                }
                () = self.environments.0.wake.notified() => {}
            }
            if let Err(failure) = self.look_at_all().await {
                error!(error = ?failure, "environments could not be listed");
            }
        }
    }

    /// Starts a look at everything that is not where it shall be, and at what was asked for by name.
    async fn look_at_all(&self) -> Result<(), EnvironmentsError> {
        let asked: Vec<EnvironmentId> = std::mem::take(
            &mut *self
                .environments
                .0
                .queue
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let now = self.environments.0.clock.now();
        let mut connection = self.environments.0.database.connection().await?;
        let kept = store::environments::list_kept(&mut connection).await?;
        drop(connection);
        let ownership = &self.environments.0.ownership;
        let teams_wait = kept
            .iter()
            .any(|row| row.purpose != Purpose::Pool && is_being_made(row));
        for row in &kept {
            // Nobody waits for a copy that is kept ready: teams come first.
            let behind = row.purpose == Purpose::Pool && row.phase == Phase::Wanted && teams_wait;
            if behind || ownership.is_anothers(row.owner) {
                continue;
            }
            let waits = row.next_attempt_at.is_some_and(|at| at > now);
            if (!self.is_settled(row) && !waits) || asked.contains(&row.id) {
                self.look(row);
            }
        }
        Ok(())
    }

    /// Whether nothing is left to do. A copy in use with a reason beside it is being mended.
    fn is_settled(&self, row: &Environment) -> bool {
        let whole = match row.desired {
            Desired::Gone => return false,
            Desired::Suspended if self.environments.0.engine.can_suspend() => {
                row.phase == Phase::Suspended
            }
            Desired::Running | Desired::Suspended => row.phase == Phase::Ready,
        };
        row.phase == Phase::Failed || (whole && row.reason.is_none())
    }

    fn look(&self, row: &Environment) {
        let (id, goal) = (row.id, Goal::of(row));
        let stop = self.tasks.token().child_token();
        let mut looks = self.looks.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(under_way) = looks.get(&id) {
            // Looked at again when that look ends, which is at once where it works towards what nobody wants any more.
            self.environments.queue_up(id);
            if under_way.goal != goal {
                under_way.stop.cancel();
            }
            return;
        }
        let look = Look {
            goal,
            stop: stop.clone(),
        };
        looks.insert(id, look);
        drop(looks);
        let ending = Ending {
            id,
            looks: self.looks.clone(),
            environments: self.environments.clone(),
        };
        let limit = Arc::clone(&self.limit);
        self.tasks.spawn("converge", async move {
            tokio::select! {
                // Cut off between two lines is what the next look is made for.
                () = stop.cancelled() => {}
                () = async {
                    let Ok(_permit) = limit.acquire_owned().await else { return };
                    if let Err(failure) = ending.environments.converge(id).await {
                        error!(environment = %id, error = ?failure, "an environment could not be looked at");
                    }
                } => {}
            }
            drop(ending);
        });
    }

    /// Lists the engine in full, now and then.
    async fn list(self) {
        let stop = self.tasks.token();
        let mut listings = tokio::time::interval(SWEEP * SWEEPS_PER_LISTING);
        listings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = listings.tick() => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.list_engine() => {}
            }
        }
    }

    /// Compares the engine with the database: removes our leftovers, looks at what is not whole.
    async fn list_engine(&self) {
        let inner = &self.environments.0;
        let observed = match inner.engine.observe().await {
            Ok(observed) => observed,
            Err(failure) => {
                warn!(error = %failure, "the engine could not be listed; nothing is touched");
                return;
            }
        };
        let kept = match self.kept().await {
            Ok(kept) => kept,
            Err(failure) => {
                error!(error = ?failure, "environments could not be listed; nothing is touched");
                return;
            }
        };
        for found in &observed {
            if !kept.iter().any(|row| row.id == found.environment) {
                warn!(environment = %found.environment, "an environment that shall not exist is removed");
                if let Err(failure) = inner.engine.destroy(found.environment).await {
                    warn!(environment = %found.environment, error = %failure, "it could not be removed");
                }
            }
        }
        for row in &kept {
            let made = matches!(row.phase, Phase::Ready | Phase::Suspended);
            if made && row.desired != Desired::Gone && !inner.ownership.is_anothers(row.owner) {
                self.look(row);
            }
        }
    }

    async fn kept(&self) -> Result<Vec<Environment>, EnvironmentsError> {
        let mut connection = self.environments.0.database.connection().await?;
        Ok(store::environments::list_kept(&mut connection).await?)
    }
}

fn is_being_made(row: &Environment) -> bool {
    row.desired != Desired::Gone && matches!(row.phase, Phase::Wanted | Phase::Preparing)
}

/// Looks at an environment whenever the engine reports something of one of its nodes.
async fn follow_engine(environments: Environments, stop: CancellationToken) {
    loop {
        if let Ok(mut events) = environments.0.engine.events().await {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    event = events.next() => match event {
                        Some(Ok(event)) => environments.wake(event.environment),
                        Some(Err(_)) | None => break,
                    },
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(AWAY) => {}
        }
    }
}

#[cfg(test)]
mod tests;
