//! What the rest of the program asks of environments: to exist, to go, to be looked at, to be reached into.
//!
//! Asking writes intent into the caller's transaction and nothing else; the reconciler does the rest. So an exercise
//! and its environments are asked for together or not at all, and a page never waits for an engine.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, atomic::AtomicU64},
    time::Duration,
};

use tokio::sync::{Mutex as AsyncMutex, Notify, Semaphore, broadcast};

use super::{
    Breach, Definitions, Desired, Engine, EngineError, EnvironmentChange, EnvironmentStatus,
    EnvironmentsConfig, EnvironmentsError, Isolation, Leftover, NewEnvironment, NodeRef, Phase,
    Purpose, Readying, Stage, Step,
    engine::{AttachRequest, Attached, ExecOutput, ExecRequest, Incarnation, Stream},
    reconcile::{Asked, in_fair_order},
    subnets::Ranges,
};
use crate::{
    clock::Clock,
    ids::{EnvironmentId, ExerciseId},
    ownership::Ownership,
    random::Random,
    scenarios::{Addresses, Definition, Seed, Subnet, Values},
    store::{
        self, Connection, Database, StoreError,
        environments::{Environment, NewRow},
    },
};

/// Changes that may wait for a slow listener.
const CHANGES: usize = 4096;

/// What environments stand on.
pub struct Foundation {
    /// Where intent is written.
    pub database: Database,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where seeds of kept copies come from.
    pub random: Arc<dyn Random>,
    /// What runs them.
    pub engine: Arc<dyn Engine>,
    /// What proves that nothing gets out of them.
    pub isolation: Arc<dyn Isolation>,
    /// Who works on what.
    pub ownership: Ownership,
    /// What is configured.
    pub config: EnvironmentsConfig,
}

/// The environments of this installation.
#[derive(Clone)]
pub struct Environments(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) database: Database,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) engine: Arc<dyn Engine>,
    pub(super) isolation: Arc<dyn Isolation>,
    pub(super) ownership: Ownership,
    pub(super) config: EnvironmentsConfig,
    pub(super) definitions: Definitions,
    pub(super) changes: broadcast::Sender<EnvironmentChange>,
    pub(super) steps: Mutex<HashMap<EnvironmentId, Step>>,
    pub(super) durations: Mutex<Vec<Duration>>,
    pub(super) asked: Mutex<Asked>,
    pub(super) ranges: Ranges,
    pub(super) wake: Notify,
    /// Environments that the engine works on at once.
    pub(super) slots: Semaphore,
    locks: Mutex<HashMap<EnvironmentId, Arc<AsyncMutex<()>>>>,
    pub(super) breach: Mutex<Option<Breach>>,
    pub(super) readying: OnceLock<Arc<dyn Readying>>,
    pub(super) leftovers: Mutex<HashMap<EnvironmentId, Leftover>>,
    pub(super) used: super::usage::Noted,
    /// Bytes of memory that are set aside for what this database knows nothing of.
    pub(super) aside: AtomicU64,
}

impl Environments {
    /// Puts the module on what it stands on; nothing is made until the reconciler is started.
    #[must_use]
    pub fn new(foundation: Foundation) -> Self {
        Self(Arc::new(Inner {
            database: foundation.database,
            clock: foundation.clock,
            random: foundation.random,
            engine: foundation.engine,
            isolation: foundation.isolation,
            ownership: foundation.ownership,
            slots: Semaphore::new(foundation.config.parallel.max(1)),
            config: foundation.config,
            definitions: Definitions::default(),
            changes: broadcast::channel(CHANGES).0,
            steps: Mutex::default(),
            durations: Mutex::default(),
            asked: Mutex::default(),
            ranges: Ranges::default(),
            wake: Notify::new(),
            locks: Mutex::default(),
            breach: Mutex::default(),
            readying: OnceLock::new(),
            leftovers: Mutex::default(),
            used: Mutex::default(),
            aside: AtomicU64::default(),
        }))
    }

    /// Scenarios as exercises keep them.
    #[must_use]
    pub fn definitions(&self) -> &Definitions {
        &self.0.definitions
    }

    /// Lets `readying` prepare copies that are kept ready. The first one stays.
    pub fn prepare_with(&self, readying: Arc<dyn Readying>) {
        let _ = self.0.readying.set(readying);
    }

    /// Who works on what.
    #[must_use]
    pub fn ownership(&self) -> &Ownership {
        &self.0.ownership
    }

    /// The engine, for what only looks.
    #[must_use]
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.0.engine
    }

    /// Asks for an environment, in the caller's transaction.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn want(
        &self,
        transaction: &mut Connection,
        new: &NewEnvironment,
    ) -> Result<(), EnvironmentsError> {
        let row = NewRow {
            id: new.id,
            province: new.province,
            exercise: new.exercise,
            team: new.team,
            purpose: new.purpose,
            desired: if new.purpose == Purpose::Pool {
                Desired::Suspended
            } else {
                Desired::Running
            },
            bundle: new.bundle.clone(),
            seed: new.seed.0.to_vec(),
        };
        Ok(store::environments::insert(transaction, &row, self.0.clock.now()).await?)
    }

    /// Says that an environment shall go, in the caller's transaction.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn want_gone(
        &self,
        transaction: &mut Connection,
        id: EnvironmentId,
    ) -> Result<(), EnvironmentsError> {
        Ok(store::environments::want_gone(transaction, id, self.0.clock.now()).await?)
    }

    /// Asks for a fresh copy and gives its number, in the caller's transaction.
    ///
    /// # Errors
    /// An environment that shall go, or a database that refuses.
    pub async fn reset(
        &self,
        transaction: &mut Connection,
        id: EnvironmentId,
        seed: Seed,
    ) -> Result<Incarnation, EnvironmentsError> {
        Ok(store::environments::renew(transaction, id, &seed.0, self.0.clock.now()).await?)
    }

    /// Lets a failed environment be tried again, in the caller's transaction.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn retry(
        &self,
        transaction: &mut Connection,
        id: EnvironmentId,
    ) -> Result<(), EnvironmentsError> {
        Ok(store::environments::retry(transaction, id, self.0.clock.now()).await?)
    }

    /// Lets the reconciler look at one environment at once.
    pub fn wake(&self, id: EnvironmentId) {
        self.asked().ids.insert(id);
        self.0.wake.notify_one();
    }

    pub(super) fn asked(&self) -> MutexGuard<'_, Asked> {
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What only one at a time may do with an environment in this process: a look, or bringing a kept copy to life.
    pub(super) fn lock(&self, id: EnvironmentId) -> Arc<AsyncMutex<()>> {
        let mut locks = self.0.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // Locks that nobody holds are forgotten.
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(locks.entry(id).or_default())
    }

    /// Lets the reconciler look at all at once.
    pub fn wake_all(&self) {
        self.asked().all = true;
        self.0.wake.notify_one();
    }

    /// Environments about which something changed; a receiver that lags looks at all.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<EnvironmentChange> {
        self.0.changes.subscribe()
    }

    /// The environments of an exercise.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn of_exercise(
        &self,
        exercise: ExerciseId,
    ) -> Result<Vec<EnvironmentStatus>, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let rows = store::environments::of_exercise(&mut connection, exercise).await?;
        let waiting = store::environments::waiting(&mut connection).await?;
        let waiting = in_fair_order(waiting.iter());
        let waiting: Vec<EnvironmentId> = waiting.iter().map(|row| row.id).collect();
        Ok(rows.iter().map(|row| self.status(row, &waiting)).collect())
    }

    /// Every environment of an exercise that shall be, inside a transaction.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn wanted_of_exercise(
        &self,
        connection: &mut Connection,
        exercise: ExerciseId,
    ) -> Result<Vec<EnvironmentId>, EnvironmentsError> {
        Ok(store::environments::wanted_of_exercise(connection, exercise).await?)
    }

    /// The values of every copy that an environment has had, oldest first.
    ///
    /// # Errors
    /// An environment without address ranges yet, or a database that refuses.
    pub async fn values(
        &self,
        id: EnvironmentId,
        definition: &Definition,
    ) -> Result<Vec<Values>, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let subnets = held_subnets(&mut connection, id, definition).await?;
        let copies = store::environments::copies(&mut connection, id).await?;
        copies
            .iter()
            .map(|copy| {
                let seed = seed_from(&copy.seed)?;
                let addresses: Option<Addresses> = copy
                    .addresses
                    .as_deref()
                    .and_then(|json| serde_json::from_str(json).ok());
                let input = crate::scenarios::PlanInput {
                    environment: id,
                    seed: &seed,
                    subnets: &subnets,
                    addresses: addresses.as_ref(),
                };
                Ok(definition.values(&input)?)
            })
            .collect()
    }

    /// Refuses unless nothing gets out of a lab.
    ///
    /// # Errors
    /// [`EnvironmentsError::NotIsolated`] with what was reached.
    pub async fn launch_allowed(&self) -> Result<(), EnvironmentsError> {
        self.0
            .isolation
            .prove()
            .await
            .map_err(EnvironmentsError::NotIsolated)
    }

    /// Runs a command in a node.
    ///
    /// # Errors
    /// What the engine refuses.
    pub async fn exec(
        &self,
        node: &NodeRef,
        request: ExecRequest,
    ) -> Result<ExecOutput, EngineError> {
        self.0.engine.exec(node, request).await
    }

    /// Opens a terminal in a node.
    ///
    /// # Errors
    /// What the engine refuses.
    pub async fn attach(
        &self,
        node: &NodeRef,
        request: AttachRequest,
    ) -> Result<Attached, EngineError> {
        self.0.engine.attach(node, request).await
    }

    /// Connects to a port of a node.
    ///
    /// # Errors
    /// What the engine refuses.
    pub async fn dial(&self, node: &NodeRef, port: u16) -> Result<Box<dyn Stream>, EngineError> {
        self.0.engine.dial(node, port).await
    }

    fn status(&self, row: &Environment, waiting: &[EnvironmentId]) -> EnvironmentStatus {
        let step = self
            .0
            .steps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&row.id)
            .cloned();
        let queue_place = waiting
            .iter()
            .position(|id| *id == row.id)
            .map(|place| place + 1);
        EnvironmentStatus {
            id: row.id,
            team: row.team,
            incarnation: row.incarnation,
            asked_at: row.bound_at,
            leaving: row.desired == Desired::Gone,
            phase: row.phase,
            mending: matches!(row.phase, Phase::Ready | Phase::Suspended)
                && row.stage != Stage::Ready.as_str(),
            ready_at: row.ready_at,
            used_at: row.used_at,
            step,
            failure: row
                .reason
                .as_deref()
                .and_then(|json| serde_json::from_str(json).ok()),
            attempts: row.attempts,
            queue_place,
            eta: queue_place.and_then(|place| self.estimate(place)),
        }
    }

    /// How long the one at `place` waits and takes, judged by the last ones; nothing is promised before the first.
    fn estimate(&self, place: usize) -> Option<Duration> {
        let durations = self
            .0
            .durations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let count = u32::try_from(durations.len())
            .ok()
            .filter(|count| *count > 0)?;
        let mean = durations.iter().sum::<Duration>() / count;
        let rounds = u32::try_from(place.div_ceil(self.0.config.parallel.max(1))).ok()?;
        Some(mean * rounds)
    }
}

/// A seed as it is stored.
///
/// # Errors
/// Bytes that are none.
pub fn seed_from(bytes: &[u8]) -> Result<Seed, EnvironmentsError> {
    let seed = bytes.try_into().map_err(|_| StoreError::Value {
        column: "seed",
        value: String::new(),
    })?;
    Ok(Seed(seed))
}

/// The ranges that an environment holds, in the order of its scenario's networks.
pub(super) async fn held_subnets(
    connection: &mut Connection,
    id: EnvironmentId,
    definition: &Definition,
) -> Result<Vec<Subnet>, EnvironmentsError> {
    let held = store::environments::subnets_of(connection, id).await?;
    let find = |network: &str| {
        held.iter()
            .find(|(known, _)| known == network)?
            .1
            .parse()
            .ok()
    };
    Ok(definition
        .network_sizes()
        .iter()
        .filter_map(|(network, _)| find(network))
        .collect())
}
