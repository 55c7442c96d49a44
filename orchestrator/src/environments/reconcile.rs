//! The reconciler: makes what exists equal to what shall exist, one environment at a time, whatever came before.
//!
//! It is level-triggered: a wake-up only says "look", and a sweep looks at everything now and then, so a lost event
//! costs seconds. Looks that find no room wait in a queue that is fair to exercises. Each look reads the row, observes the
//! engine, and takes the next steps; a crash between any two lines is taken up by the next look. An engine that cannot be
//! seen leaves everything as it is.

mod converge;
mod judge;
mod plan;
mod queue;

pub(super) use judge::reached;
pub(super) use queue::{Asked, in_fair_order};

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::StreamExt;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use judge::is_as_wanted;
use queue::Queue;

use super::{Environments, EnvironmentsError, Incarnation, Stage, engine::ObservedEnvironment};
use crate::{
    ids::EnvironmentId,
    store::{
        self,
        environments::{Desired, Environment, Phase},
    },
    tasks::Tasks,
};

/// How often everything is looked at although nothing was heard.
const SWEEP: Duration = Duration::from_secs(3);
/// Sweeps after which the engine is listed in full.
const SWEEPS_PER_LISTING: u32 = 5;
/// Looks beyond those that the engine works for: what they read and write is done meanwhile.
const AHEAD: usize = 2;
/// Leftovers that are removed at once.
const LEFTOVERS_AT_ONCE: usize = 8;
/// Wait before an engine that was away is asked again.
const AWAY: Duration = Duration::from_secs(5);
/// What an engine reports of everything that is made: nobody needs to look because of it.
const EXPECTED: [&str; 2] = ["create", "start"];

#[derive(Clone)]
struct Reconciler {
    environments: Environments,
    tasks: Tasks,
    work: Arc<Mutex<Work>>,
}

/// Looks that are under way, and those that wait for one of them to end.
#[derive(Default)]
struct Work {
    under_way: HashMap<EnvironmentId, Look>,
    waiting: Queue,
}

struct Look {
    goal: Goal,
    stop: CancellationToken,
    /// Something changed meanwhile: to be looked at once more.
    again: bool,
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

/// Takes a look off the list however it ends, a panic included, and lets the next one begin.
struct Ending {
    id: EnvironmentId,
    work: Arc<Mutex<Work>>,
    environments: Environments,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let look = lock(&self.work).under_way.remove(&self.id);
        if look.is_some_and(|look| look.again) {
            self.environments.asked().ids.insert(self.id);
        }
        self.environments.0.wake.notify_one();
    }
}

impl Environments {
    /// Starts making what shall exist exist.
    pub fn start(&self, tasks: &Tasks) {
        let reconciler = Reconciler {
            environments: self.clone(),
            tasks: tasks.clone(),
            work: Arc::default(),
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
                    self.environments.asked().all = true;
                }
                () = self.environments.0.wake.notified() => {}
            }
            if let Err(failure) = self.look().await {
                error!(error = ?failure, "environments could not be listed");
            }
        }
    }

    /// Puts what was asked for in the queue, and begins as many looks as may be under way.
    async fn look(&self) -> Result<(), EnvironmentsError> {
        let asked = std::mem::take(&mut *self.environments.asked());
        if asked.all || !asked.ids.is_empty() {
            let inner = &self.environments.0;
            let mut connection = inner.database.connection().await?;
            if asked.all {
                let suspend = inner.engine.can_suspend();
                let now = inner.clock.now();
                let rows =
                    store::environments::list_unsettled(&mut connection, suspend, now).await?;
                self.queue_all(&rows);
            }
            for id in asked.ids {
                if let Some(row) = store::environments::find(&mut connection, id).await? {
                    self.queue_named(&row);
                }
            }
        }
        self.begin();
        Ok(())
    }

    fn is_mine(&self, row: &Environment) -> bool {
        row.phase != Phase::Gone && !self.environments.0.ownership.is_anothers(row.owner)
    }

    /// Queues everything of which something is left to do, in a fair order.
    fn queue_all(&self, rows: &[Environment]) {
        let mut work = lock(&self.work);
        let due: Vec<&Environment> = rows
            .iter()
            .filter(|row| self.is_mine(row))
            .filter(|row| !is_under_way(&mut work, row))
            .collect();
        work.waiting.replace(&due);
    }

    /// Queues one before all others, whether or not something seems to be left to do.
    fn queue_named(&self, row: &Environment) {
        let mut work = lock(&self.work);
        if self.is_mine(row) && !is_under_way(&mut work, row) {
            work.waiting.put_first(row);
        }
    }

    /// Begins looks as long as there is room.
    fn begin(&self) {
        let most = self.environments.parallel() + AHEAD;
        let mut work = lock(&self.work);
        while work.under_way.len() < most
            && let Some((id, goal)) = work.waiting.pop()
        {
            let stop = self.tasks.token().child_token();
            let look = Look {
                goal,
                stop: stop.clone(),
                again: false,
            };
            work.under_way.insert(id, look);
            let ending = Ending {
                id,
                work: Arc::clone(&self.work),
                environments: self.environments.clone(),
            };
            self.tasks.spawn("converge", async move {
                tokio::select! {
                    // Cut off between two lines is what the next look is made for.
                    () = stop.cancelled() => {}
                    outcome = ending.environments.converge(id) => {
                        if let Err(failure) = outcome {
                            error!(environment = %id, error = ?failure, "an environment could not be looked at");
                        }
                    }
                }
                drop(ending);
            });
        }
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

    /// Compares the engine with the database: removes our leftovers, looks at what is not as it shall be. One listing
    /// tells of all: what is whole costs no call of its own.
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
        let wanted: HashSet<EnvironmentId> = kept.iter().map(|row| row.id).collect();
        let observed: HashMap<EnvironmentId, ObservedEnvironment> = observed
            .into_iter()
            .map(|found| (found.environment, found))
            .collect();
        for row in &kept {
            let made = matches!(row.phase, Phase::Ready | Phase::Suspended);
            if made && row.desired != Desired::Gone && self.is_mine(row) {
                let rests = row.desired == Desired::Suspended && inner.engine.can_suspend();
                let as_wanted = match (
                    observed.get(&row.id),
                    self.environments.definition(row).await,
                ) {
                    (Some(found), Ok(definition)) => {
                        row.stage == Stage::Ready.as_str()
                            && is_as_wanted(found, &definition, row, rests)
                    }
                    _ => false,
                };
                if !as_wanted {
                    self.environments.wake(row.id);
                }
            }
        }
        // Last, and beside one another: one that cannot be removed holds nothing else up.
        let leftovers = observed.keys().filter(|id| !wanted.contains(id));
        futures_util::stream::iter(leftovers)
            .for_each_concurrent(LEFTOVERS_AT_ONCE, async |id| {
                warn!(environment = %id, "an environment that shall not exist is removed");
                self.environments.note_leftover(*id, None);
                let removed = inner.engine.destroy(*id).await;
                self.environments.note_leftover(*id, Some(&removed));
                if let Err(failure) = removed {
                    warn!(environment = %id, error = %failure, "it could not be removed");
                }
            })
            .await;
    }

    async fn kept(&self) -> Result<Vec<Environment>, EnvironmentsError> {
        let mut connection = self.environments.0.database.connection().await?;
        Ok(store::environments::list_kept(&mut connection).await?)
    }
}

fn lock(work: &Mutex<Work>) -> MutexGuard<'_, Work> {
    work.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a look at it is under way. It is looked at again when that look ends, which is at once where it works towards
/// what nobody wants any more.
fn is_under_way(work: &mut Work, row: &Environment) -> bool {
    let Some(look) = work.under_way.get_mut(&row.id) else {
        return false;
    };
    look.again = true;
    if look.goal != Goal::of(row) {
        look.stop.cancel();
    }
    true
}

/// Looks at an environment whenever the engine reports something of one of its nodes.
async fn follow_engine(environments: Environments, stop: CancellationToken) {
    loop {
        if let Ok(mut events) = environments.0.engine.events().await {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    event = events.next() => match event {
                        Some(Ok(event)) if EXPECTED.contains(&event.action.as_str()) => {}
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
