//! The reconciler: makes what exists equal to what shall exist, one environment at a time, whatever came before.
//!
//! It is level-triggered: a wake-up only says "look", and a sweep looks at everything now and then, so a lost event
//! costs seconds. Each look reads the row, observes the engine, and takes the next steps; a crash between any two lines
//! is taken up by the next look. An engine that cannot be seen leaves everything as it is.

mod judge;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::StreamExt;
use tokio::{sync::Semaphore, time::MissedTickBehavior};
use tracing::{error, info, warn};

use super::{
    EngineError, EnvironmentChange, Environments, EnvironmentsError, Failure, Progress, Stage,
    failpoint, failure::Remedy, service::seed_from, subnets,
};
use judge::{is_whole, progress, stage_of};

use crate::{
    ids::EnvironmentId,
    scenarios::{EnvironmentPlan, PlanInput, Subnet},
    store::{
        self,
        environments::{Desired, Environment, Outcome, Phase},
    },
    tasks::Tasks,
};

/// How often everything is looked at although nothing was heard.
const SWEEP: Duration = Duration::from_secs(3);
/// Sweeps after which the engine is listed in full.
const SWEEPS_PER_LISTING: u32 = 5;
/// Tries before a person has to look.
const ATTEMPTS: i64 = 3;
/// Wait before the first new try; doubled each time.
const BACKOFF: Duration = Duration::from_secs(2);
/// How often the wait doubles where a copy in use is mended in vain: up to a minute.
const MENDING_DOUBLINGS: i64 = 5;
/// Wait before an engine that was away is asked again.
const AWAY: Duration = Duration::from_secs(5);
/// Durations that an estimate looks back on.
const HISTORY: usize = 20;

struct Reconciler {
    environments: Environments,
    tasks: Tasks,
    limit: Arc<Semaphore>,
    at_work: Arc<Mutex<HashSet<EnvironmentId>>>,
}

impl Environments {
    /// Starts making what shall exist exist.
    pub fn start(&self, tasks: &Tasks) {
        let reconciler = Reconciler {
            environments: self.clone(),
            tasks: tasks.clone(),
            limit: Arc::new(Semaphore::new(self.0.config.parallel.max(1))),
            at_work: Arc::default(),
        };
        tasks.spawn("reconciler", reconciler.run());
        tasks.spawn("engine-events", follow_engine(self.clone(), tasks.token()));
    }

    fn changed(&self, row: &Environment) {
        // Nobody may be listening, which is no failure.
        let _ = self.0.changes.send(EnvironmentChange {
            environment: row.id,
            exercise: row.exercise,
        });
    }

    async fn settle(
        &self,
        row: &Environment,
        outcome: &Outcome<'_>,
    ) -> Result<(), EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        store::environments::settle(
            &mut connection,
            row.id,
            row.incarnation,
            row.owner,
            outcome,
            self.0.clock.now(),
        )
        .await?;
        drop(connection);
        self.changed(row);
        Ok(())
    }

    /// One look at one environment.
    async fn converge(&self, id: EnvironmentId) -> Result<(), EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let Some(row) = store::environments::find(&mut connection, id).await? else {
            return Ok(());
        };
        let due = row
            .next_attempt_at
            .is_none_or(|at| at <= self.0.clock.now());
        if !due || row.phase == Phase::Gone {
            return Ok(());
        }
        let me = self.0.ownership.me();
        let row = if row.owner == Some(me) {
            row
        } else if let Some(row) = store::environments::claim(&mut connection, id, me).await? {
            row
        } else {
            return Ok(());
        };
        drop(connection);
        let outcome = match row.desired {
            Desired::Gone => self.remove(&row).await,
            Desired::Running if row.phase == Phase::Failed => return Ok(()),
            Desired::Running => self.bring_up(&row).await,
        };
        self.0
            .steps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
        match outcome {
            Ok(()) => Ok(()),
            Err(EnvironmentsError::Engine(failure)) => self.failed(&row, &failure).await,
            Err(EnvironmentsError::NoRange { networks }) => {
                let failure = Failure::new(
                    Stage::Network,
                    "environment-no-range",
                    [("networks", networks.to_string())],
                );
                self.give_up(&row, &failure).await
            }
            Err(EnvironmentsError::Plan(reason)) => {
                let failure = Failure::new(
                    Stage::Wanted,
                    "environment-plan",
                    [("detail", reason.to_string())],
                );
                self.give_up(&row, &failure).await
            }
            Err(other) => Err(other),
        }
    }

    async fn bring_up(&self, row: &Environment) -> Result<(), EnvironmentsError> {
        let engine = &self.0.engine;
        let observed = engine.observe_one(row.id).await?;
        let plan = self.plan(row).await?;
        if row.phase == Phase::Ready
            && observed
                .as_ref()
                .is_some_and(|found| is_whole(found, &plan, row))
        {
            if row.reason.is_some() {
                self.settle(row, &progress(row, Phase::Ready, Stage::Ready))
                    .await?;
            }
            return Ok(());
        }
        if row.phase == Phase::Ready {
            warn!(environment = %row.id, "a ready environment lost a node; it is mended");
        }
        if observed.is_some_and(|found| !found.is_only(row.incarnation)) {
            engine.destroy(row.id).await?;
        }
        let began = self.0.clock.now();
        self.settle(row, &progress(row, Phase::Preparing, Stage::Network))
            .await?;
        let reporter = self.clone();
        let (id, exercise) = (row.id, row.exercise);
        let steps = Progress::new(move |step| {
            reporter
                .0
                .steps
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id, step);
            let _ = reporter.0.changes.send(EnvironmentChange {
                environment: id,
                exercise,
            });
        });
        engine.apply(&plan, row.incarnation, &steps).await?;
        failpoint::reach("before-ready");
        let done = Outcome {
            phase: Phase::Ready,
            stage: Stage::Ready.as_str(),
            reason: None,
            attempts: 0,
            next_attempt_at: None,
        };
        self.settle(row, &done).await?;
        let mut durations = self
            .0
            .durations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        durations.push(self.0.clock.now().since(began));
        let over = durations.len().saturating_sub(HISTORY);
        durations.drain(..over);
        info!(environment = %row.id, incarnation = row.incarnation, "ready");
        Ok(())
    }

    async fn plan(&self, row: &Environment) -> Result<EnvironmentPlan, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let definition = self.0.definitions.get(&mut connection, &row.bundle).await?;
        drop(connection);
        // Asked before the transaction: no engine call inside one.
        let mut taken: Vec<Subnet> = self.0.engine.subnets_in_use().await?;
        taken.extend_from_slice(&self.0.config.host_ranges);
        let mut transaction = self.0.database.begin().await?;
        let sizes = definition.network_sizes();
        let subnets = subnets::allocate(
            &mut transaction,
            row.id,
            &self.0.config.ranges,
            &taken,
            &sizes,
        )
        .await?;
        transaction.commit().await?;
        let seed = seed_from(&row.seed)?;
        Ok(definition.plan(&PlanInput {
            environment: row.id,
            seed: &seed,
            subnets: &subnets,
        })?)
    }

    async fn remove(&self, row: &Environment) -> Result<(), EnvironmentsError> {
        self.settle(row, &progress(row, Phase::Removing, Stage::Remove))
            .await?;
        self.0.engine.destroy(row.id).await?;
        let mut connection = self.0.database.connection().await?;
        store::environments::release_subnets(&mut connection, row.id).await?;
        drop(connection);
        let done = Outcome {
            phase: Phase::Gone,
            stage: Stage::Remove.as_str(),
            reason: None,
            attempts: 0,
            next_attempt_at: None,
        };
        self.settle(row, &done).await?;
        info!(environment = %row.id, "gone");
        Ok(())
    }

    async fn failed(
        &self,
        row: &Environment,
        failure: &EngineError,
    ) -> Result<(), EnvironmentsError> {
        let remedy = failure.remedy();
        let told = Failure::of(failure, stage_of(row, failure));
        warn!(environment = %row.id, error = %failure, ?remedy, attempts = row.attempts, "an environment failed");
        let removing = row.desired == Desired::Gone;
        if !removing && row.ready_at.is_some() {
            return self.keep_broken(row, &told).await;
        }
        let attempts = if remedy == Remedy::Wait {
            row.attempts
        } else {
            row.attempts + 1
        };
        if !removing && (remedy == Remedy::Person || attempts >= ATTEMPTS) {
            return self.give_up(row, &told).await;
        }
        if remedy == Remedy::OtherRange {
            let mut connection = self.0.database.connection().await?;
            store::environments::release_subnets(&mut connection, row.id).await?;
        }
        if !removing && matches!(remedy, Remedy::Retry | Remedy::OtherRange) {
            // A fresh start: what half exists would fail the same way. A refusal here is met again at the next try.
            if let Err(leftover) = self.0.engine.destroy(row.id).await {
                warn!(environment = %row.id, error = %leftover, "leftovers could not be removed");
            }
        }
        let wait = if remedy == Remedy::Wait {
            AWAY
        } else {
            BACKOFF * 2_u32.pow(u32::try_from(attempts.clamp(1, 5) - 1).unwrap_or(0))
        };
        let reason = serde_json::to_string(&told).unwrap_or_default();
        let outcome = Outcome {
            phase: if removing {
                Phase::Removing
            } else {
                Phase::Preparing
            },
            stage: told.stage.as_str(),
            reason: Some(&reason),
            attempts,
            next_attempt_at: Some(self.0.clock.now() + wait),
        };
        self.settle(row, &outcome).await
    }

    /// A copy that a team works in is never taken away because a part of it fails, and failing services are what drills
    /// are about: it stays, says what is wrong, and is mended as soon as that works. Only a person resets it.
    async fn keep_broken(
        &self,
        row: &Environment,
        failure: &Failure,
    ) -> Result<(), EnvironmentsError> {
        let reason = serde_json::to_string(failure).unwrap_or_default();
        let doublings = u32::try_from(row.attempts.clamp(0, MENDING_DOUBLINGS)).unwrap_or(0);
        let outcome = Outcome {
            phase: Phase::Ready,
            stage: failure.stage.as_str(),
            reason: Some(&reason),
            attempts: row.attempts + 1,
            next_attempt_at: Some(self.0.clock.now() + BACKOFF * 2_u32.pow(doublings)),
        };
        self.settle(row, &outcome).await
    }

    async fn give_up(&self, row: &Environment, failure: &Failure) -> Result<(), EnvironmentsError> {
        let reason = serde_json::to_string(failure).unwrap_or_default();
        let outcome = Outcome {
            phase: Phase::Failed,
            stage: failure.stage.as_str(),
            reason: Some(&reason),
            attempts: row.attempts + 1,
            next_attempt_at: None,
        };
        self.settle(row, &outcome).await
    }
}

impl Reconciler {
    async fn run(self) {
        let stop = self.tasks.token();
        let mut sweep = tokio::time::interval(SWEEP);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sweeps = 0_u32;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = sweep.tick() => {
                    if sweeps.is_multiple_of(SWEEPS_PER_LISTING) {
                        self.list_engine().await;
                    }
                    sweeps = sweeps.wrapping_add(1);
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
        for row in kept {
            if ownership.is_anothers(row.owner) {
                continue;
            }
            // A copy in use with a reason beside it is being mended.
            let settled = row.desired == Desired::Running
                && (row.phase == Phase::Failed
                    || (row.phase == Phase::Ready && row.reason.is_none()));
            let waits = row.next_attempt_at.is_some_and(|at| at > now);
            if (!settled && !waits) || asked.contains(&row.id) {
                self.look(row.id);
            }
        }
        Ok(())
    }

    fn look(&self, id: EnvironmentId) {
        if !self
            .at_work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id)
        {
            // Asked for again while it is being looked at: the end of that look wakes the next.
            self.environments.queue_up(id);
            return;
        }
        let (environments, limit, at_work) = (
            self.environments.clone(),
            Arc::clone(&self.limit),
            Arc::clone(&self.at_work),
        );
        let stop = self.tasks.token();
        self.tasks.spawn("converge", async move {
            tokio::select! {
                // Cut off between two lines is what the next start is made for.
                () = stop.cancelled() => {}
                () = async {
                    let Ok(_permit) = limit.acquire_owned().await else { return };
                    if let Err(failure) = environments.converge(id).await {
                        error!(environment = %id, error = ?failure, "an environment could not be looked at");
                    }
                } => {}
            }
            at_work.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            // What changed while this look lasted is looked at once more.
            environments.0.wake.notify_one();
        });
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
            let ready = row.desired == Desired::Running && row.phase == Phase::Ready;
            if ready && !inner.ownership.is_anothers(row.owner) {
                self.look(row.id);
            }
        }
    }

    async fn kept(&self) -> Result<Vec<Environment>, EnvironmentsError> {
        let mut connection = self.environments.0.database.connection().await?;
        Ok(store::environments::list_kept(&mut connection).await?)
    }
}

/// Looks at an environment whenever the engine reports something of one of its nodes.
async fn follow_engine(environments: Environments, stop: tokio_util::sync::CancellationToken) {
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
