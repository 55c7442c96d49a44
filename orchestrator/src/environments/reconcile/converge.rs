//! One look at one environment: the steps from what is to what shall be, and what becomes of it when a step fails.

use std::{sync::PoisonError, time::Duration};

use tokio::sync::SemaphorePermit;
use tracing::{info, warn};

use super::{
    AWAY,
    judge::{any, ended, has_ended, is_whole, progress, reached, stage_of},
};
use crate::{
    environments::{
        EngineError, EnvironmentChange, Environments, EnvironmentsError, Failure, Progress, Stage,
        engine::{NodeState, ObservedEnvironment},
        failpoint,
        failure::Remedy,
    },
    ids::EnvironmentId,
    scenarios::{Definition, NodeId},
    store::{
        self, Connection,
        environments::{Desired, Environment, Outcome, Phase, Purpose},
    },
};

/// Tries before a person has to look.
const ATTEMPTS: i64 = 3;
/// Wait before the first new try; doubled each time.
const BACKOFF: Duration = Duration::from_secs(2);
/// How often the wait doubles where a copy in use is mended in vain: up to a minute.
const MENDING_DOUBLINGS: i64 = 5;
/// Durations that an estimate looks back on.
const HISTORY: usize = 20;

impl Environments {
    fn changed(&self, row: &Environment) {
        // Nobody may be listening, which is no failure.
        let _ = self.0.changes.send(EnvironmentChange {
            environment: row.id,
            exercise: row.exercise,
        });
    }

    /// Writes what was found out. A look whose copy was replaced, or whose environment another orchestrator took over,
    /// ends here.
    pub(in crate::environments) async fn settle(
        &self,
        row: &Environment,
        outcome: &Outcome<'_>,
    ) -> Result<(), EnvironmentsError> {
        let mut transaction = self.0.database.begin().await?;
        let settled = self.settle_in(&mut transaction, row, outcome).await;
        transaction.commit().await?;
        self.changed(row);
        settled
    }

    async fn settle_in(
        &self,
        transaction: &mut Connection,
        row: &Environment,
        outcome: &Outcome<'_>,
    ) -> Result<(), EnvironmentsError> {
        let now = self.0.clock.now();
        let (id, copy, owner) = (row.id, row.incarnation, row.owner);
        let written = store::environments::settle(transaction, id, copy, owner, outcome, now);
        if written.await? {
            Ok(())
        } else {
            Err(EnvironmentsError::Superseded)
        }
    }

    /// One look at one environment.
    pub(super) async fn converge(&self, id: EnvironmentId) -> Result<(), EnvironmentsError> {
        let lock = self.lock(id);
        let _held = lock.lock().await;
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
            Desired::Running | Desired::Suspended if row.phase == Phase::Failed => return Ok(()),
            Desired::Running | Desired::Suspended => self.bring_up(&row).await,
        };
        self.0
            .steps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
        match outcome {
            Ok(()) | Err(EnvironmentsError::Superseded) => Ok(()),
            Err(EnvironmentsError::Engine(failure)) => ended(self.failed(&row, &failure).await),
            Err(EnvironmentsError::NoRange { networks }) => {
                let failure = Failure::new(
                    Stage::Network,
                    "environment-no-range",
                    [("networks", networks.to_string())],
                );
                ended(self.give_up(&row, &failure).await)
            }
            Err(EnvironmentsError::Plan(reason)) => {
                let failure = Failure::new(
                    Stage::Wanted,
                    "environment-plan",
                    [("detail", reason.to_string())],
                );
                ended(self.give_up(&row, &failure).await)
            }
            Err(other) => Err(other),
        }
    }

    async fn bring_up(&self, row: &Environment) -> Result<(), EnvironmentsError> {
        let engine = &self.0.engine;
        // Of what nobody has begun to make there is nothing to see, and the engine looks before it makes anything.
        let observed =
            if row.phase == Phase::Wanted && row.incarnation == 1 && row.ready_at.is_none() {
                None
            } else {
                engine.observe_one(row.id).await?
            };
        if observed
            .as_ref()
            .is_some_and(|found| found.has_newer(row.incarnation))
        {
            // A fresh copy was asked for since this look began; whoever made it goes on with it.
            return Err(EnvironmentsError::Superseded);
        }
        let definition = self.definition(row).await?;
        let made = matches!(row.phase, Phase::Ready | Phase::Suspended);
        if made
            && let Some(found) = observed
                .as_ref()
                .filter(|found| is_whole(found, &definition, row))
        {
            return self.set_in_motion(row, found).await;
        }
        if made {
            warn!(environment = %row.id, "a ready environment lost a node; it is mended");
            self.note_losses(row, &definition, observed.as_ref())
                .await?;
        }
        let slot = self.slot().await;
        if let Some(found) = &observed {
            if !found.is_only(row.incarnation) {
                self.still_current(row).await?;
                engine.destroy(row.id).await?;
            } else if any(found, NodeState::Paused) {
                engine.resume(row.id).await?;
            }
        }
        let plan = self.plan(row, &definition, None).await?;
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
        let plan = match engine.assign(&plan, row.incarnation, &steps).await? {
            None => plan,
            Some(addresses) => {
                self.keep_addresses(row, &addresses).await?;
                self.plan(row, &definition, Some(&addresses)).await?
            }
        };
        engine.apply(&plan, row.incarnation, &steps).await?;
        drop(slot);
        failpoint::reach("before-ready");
        if made {
            self.mend_losses(row).await?;
        }
        let took = self.0.clock.now().since(began);
        let ready = Outcome {
            took: (!made).then_some(took),
            ..reached(Phase::Ready)
        };
        self.settle(row, &ready).await?;
        self.remember(took);
        info!(environment = %row.id, incarnation = row.incarnation, "ready");
        if row.desired == Desired::Suspended && engine.can_suspend() {
            if row.purpose == Purpose::Pool
                && let Some(readying) = self.0.readying.get()
            {
                readying.ready(row.id, row.incarnation, &definition).await;
            }
            engine.suspend(row.id).await?;
            self.settle(row, &reached(Phase::Suspended)).await?;
        }
        Ok(())
    }

    /// Waits until the engine may work on one environment more.
    async fn slot(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody closes it.
        self.0.slots.acquire().await.ok()
    }

    /// Writes down which machines are gone with all that was on them, before they are made again: whoever judges what is
    /// on them must know. One that only stopped has kept it where the engine starts the same one again.
    async fn note_losses(
        &self,
        row: &Environment,
        definition: &Definition,
        observed: Option<&ObservedEnvironment>,
    ) -> Result<(), EnvironmentsError> {
        // A copy that no team has yet holds nobody's work.
        if row.team.is_none() {
            return Ok(());
        }
        let keeps = self.0.engine.keeps_ended();
        let stands = |node: &NodeId| {
            let mut nodes = observed.iter().flat_map(|found| &found.nodes);
            nodes.any(|other| {
                other.node == *node && (keeps || !has_ended(&definition.compose, other))
            })
        };
        let now = self.0.clock.now();
        let mut transaction = self.0.database.begin().await?;
        let services = &definition.compose.services;
        for service in services.iter().filter(|service| !stands(&service.id)) {
            let node = service.id.as_str();
            store::environments::note_loss(&mut transaction, row.id, row.incarnation, node, now)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Writes down that what was lost stands again, before the stage says so: cut off in between, the next look does both.
    async fn mend_losses(&self, row: &Environment) -> Result<(), EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        Ok(store::environments::mend_losses(&mut connection, row.id).await?)
    }

    fn remember(&self, duration: Duration) {
        let mut durations = self
            .0
            .durations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        durations.push(duration);
        let over = durations.len().saturating_sub(HISTORY);
        durations.drain(..over);
    }

    /// Lets a whole environment run or stand still, as it shall.
    async fn set_in_motion(
        &self,
        row: &Environment,
        found: &ObservedEnvironment,
    ) -> Result<(), EnvironmentsError> {
        let engine = &self.0.engine;
        let rests = row.desired == Desired::Suspended && engine.can_suspend();
        if rests && any(found, NodeState::Running) {
            self.still_current(row).await?;
            engine.suspend(row.id).await?;
        } else if !rests && any(found, NodeState::Paused) {
            engine.resume(row.id).await?;
        }
        let phase = if rests {
            Phase::Suspended
        } else {
            Phase::Ready
        };
        // A look that made something again may have been cut off before it said so.
        let mended = row.stage != Stage::Ready.as_str();
        if mended {
            self.mend_losses(row).await?;
        }
        if mended || row.phase != phase || row.reason.is_some() {
            self.settle(row, &reached(phase)).await?;
        }
        Ok(())
    }

    /// Reads the row once more, right before something that cannot be taken back.
    async fn still_current(&self, row: &Environment) -> Result<(), EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let now = store::environments::find(&mut connection, row.id).await?;
        let same = now.is_some_and(|now| {
            now.incarnation == row.incarnation
                && now.owner == row.owner
                && now.desired == row.desired
        });
        if same {
            Ok(())
        } else {
            Err(EnvironmentsError::Superseded)
        }
    }

    async fn remove(&self, row: &Environment) -> Result<(), EnvironmentsError> {
        self.settle(row, &progress(row, Phase::Removing, Stage::Remove))
            .await?;
        let slot = self.slot().await;
        self.0.engine.destroy(row.id).await?;
        drop(slot);
        let gone = Outcome {
            stage: Stage::Remove.as_str(),
            ..reached(Phase::Gone)
        };
        let ranges = &self.0.ranges;
        ranges
            .release(&self.0.database, row.id, async |transaction| {
                self.settle_in(transaction, row, &gone).await
            })
            .await?;
        self.changed(row);
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
            let ranges = &self.0.ranges;
            ranges
                .release(&self.0.database, row.id, async |_| Ok(()))
                .await?;
            ranges.doubt().await;
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
            took: None,
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
            phase: if row.phase == Phase::Suspended {
                row.phase
            } else {
                Phase::Ready
            },
            stage: failure.stage.as_str(),
            reason: Some(&reason),
            attempts: row.attempts + 1,
            next_attempt_at: Some(self.0.clock.now() + BACKOFF * 2_u32.pow(doublings)),
            took: None,
        };
        self.settle(row, &outcome).await
    }

    pub(in crate::environments) async fn give_up(
        &self,
        row: &Environment,
        failure: &Failure,
    ) -> Result<(), EnvironmentsError> {
        let reason = serde_json::to_string(failure).unwrap_or_default();
        let outcome = Outcome {
            phase: Phase::Failed,
            stage: failure.stage.as_str(),
            reason: Some(&reason),
            attempts: row.attempts + 1,
            next_attempt_at: None,
            took: None,
        };
        self.settle(row, &outcome).await
    }
}
