//! What the rest of the program asks of environments: to exist, to go, to be looked at, to be reached into.
//!
//! Asking writes intent into the caller's transaction and nothing else; the reconciler does the rest. So an exercise
//! and its environments are asked for together or not at all, and a page never waits for an engine.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use serde::Serialize;
use tokio::sync::{Notify, broadcast};

use super::{
    Definitions, Engine, EngineError, Failure, NodeRef, Step,
    engine::{AttachRequest, Attached, EngineInfo, ExecOutput, ExecRequest, Incarnation, Stream},
};
use crate::{
    clock::Clock,
    ids::{EnvironmentId, ExerciseId, ProvinceId, TeamId},
    scenarios::{Definition, PlanError, Seed, Subnet, Values},
    store::{
        self, Connection, Database, StoreError,
        environments::{Environment, NewRow},
    },
};

pub use crate::store::environments::{Desired, Phase, Purpose};

/// Changes that may wait for a slow listener.
const CHANGES: usize = 4096;
/// Part of the machine's memory that environments may take together; the rest is the platform's and the system's.
const MEMORY_SHARE: f64 = 0.85;

/// Why environments refuse something.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentsError {
    /// The engine failed or is away.
    #[error("engine")]
    Engine(#[from] EngineError),
    /// The database refuses.
    #[error("database")]
    Store(#[from] StoreError),
    /// The plan cannot be made.
    #[error("plan")]
    Plan(#[from] PlanError),
    /// The kept scenario cannot be read.
    #[error("bundle: {0}")]
    Bundle(String),
    /// Images are missing on the engine.
    #[error("missing images: {}", .0.join(", "))]
    ImagesMissing(Vec<String>),
    /// No address range is left.
    #[error("no address range is left for {networks} networks")]
    NoRange {
        /// Networks that an environment needs.
        networks: usize,
    },
    /// The machine is too small for so many teams.
    #[error("{needed} bytes of memory are needed, {available} are left")]
    TooLarge {
        /// Bytes that the teams need.
        needed: u64,
        /// Bytes that are left.
        available: u64,
    },
    /// Isolation is not proven: these were reached from inside a node.
    #[error("not isolated: {}", .0.join(", "))]
    NotIsolated(Vec<String>),
}

/// Proves that nothing gets out of a lab.
#[async_trait]
pub trait Isolation: Send + Sync {
    /// Proves it, or names what was reached from inside a node.
    ///
    /// # Errors
    /// What was reached, or why it could not be tried.
    async fn prove(&self) -> Result<(), Vec<String>>;
}

/// What is configured for environments.
#[derive(Clone, Debug)]
pub struct EnvironmentsConfig {
    /// Address ranges for labs.
    pub ranges: Vec<Subnet>,
    /// Environments that are worked on at once.
    pub parallel: usize,
    /// Address ranges that the host uses itself.
    pub host_ranges: Vec<Subnet>,
}

/// An environment that is asked for.
#[derive(Clone, Debug)]
pub struct NewEnvironment {
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
    /// Digest of the scenario's bundle.
    pub bundle: String,
    /// Seed of the first copy.
    pub seed: Seed,
}

/// Something about an environment changed.
#[derive(Clone, Copy, Debug)]
pub struct EnvironmentChange {
    /// Which.
    pub environment: EnvironmentId,
    /// Its exercise.
    pub exercise: Option<ExerciseId>,
}

/// How an environment is.
#[derive(Clone, Debug, Serialize)]
pub struct EnvironmentStatus {
    /// Which.
    pub id: EnvironmentId,
    /// Its team.
    pub team: Option<TeamId>,
    /// Which copy.
    pub incarnation: Incarnation,
    /// How far it is.
    pub phase: Phase,
    /// The step at work, where one is.
    #[serde(skip)]
    pub step: Option<Step>,
    /// Why it is not further.
    pub failure: Option<Failure>,
    /// Tries so far.
    pub attempts: i64,
    /// Place among those that wait to be made, from 1.
    pub queue_place: Option<usize>,
    /// How long it will take until it is ready, judged by those before.
    pub eta: Option<Duration>,
}

/// What a number of environments would take.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Capacity {
    /// Bytes of memory that they need.
    pub memory_needed: u64,
    /// Bytes of memory that are left.
    pub memory_available: u64,
    /// Processors that they may use at most.
    pub cpus_needed: f64,
    /// Processors of the machine.
    pub cpus: u64,
    /// Teams for which memory is left.
    pub teams_possible: usize,
}

/// The environments of this installation.
#[derive(Clone)]
pub struct Environments(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) database: Database,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) engine: Arc<dyn Engine>,
    pub(super) isolation: Arc<dyn Isolation>,
    pub(super) config: EnvironmentsConfig,
    pub(super) definitions: Definitions,
    pub(super) changes: broadcast::Sender<EnvironmentChange>,
    pub(super) steps: Mutex<HashMap<EnvironmentId, Step>>,
    pub(super) durations: Mutex<Vec<Duration>>,
    pub(super) queue: Mutex<Vec<EnvironmentId>>,
    pub(super) wake: Notify,
}

impl Environments {
    /// Puts the module on what it stands on; nothing is made until the reconciler is started.
    #[must_use]
    pub fn new(
        database: Database,
        clock: Arc<dyn Clock>,
        engine: Arc<dyn Engine>,
        isolation: Arc<dyn Isolation>,
        config: EnvironmentsConfig,
    ) -> Self {
        Self(Arc::new(Inner {
            database,
            clock,
            engine,
            isolation,
            config,
            definitions: Definitions::default(),
            changes: broadcast::channel(CHANGES).0,
            steps: Mutex::default(),
            durations: Mutex::default(),
            queue: Mutex::default(),
            wake: Notify::new(),
        }))
    }

    /// Scenarios as exercises keep them.
    #[must_use]
    pub fn definitions(&self) -> &Definitions {
        &self.0.definitions
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
        let mut queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if !queue.contains(&id) {
            queue.push(id);
        }
        drop(queue);
        self.0.wake.notify_one();
    }

    /// Lets the reconciler look at all at once.
    pub fn wake_all(&self) {
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
        let waiting: Vec<EnvironmentId> = store::environments::list_kept(&mut connection)
            .await?
            .into_iter()
            .filter(|row| row.desired == Desired::Running && row.phase == Phase::Wanted)
            .map(|row| row.id)
            .collect();
        Ok(rows.iter().map(|row| self.status(row, &waiting)).collect())
    }

    /// The identifiers of an exercise's environments, inside a transaction.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn ids_of_exercise(
        &self,
        connection: &mut Connection,
        exercise: ExerciseId,
    ) -> Result<Vec<EnvironmentId>, EnvironmentsError> {
        let rows = store::environments::of_exercise(connection, exercise).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
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
        let seeds = store::environments::seeds(&mut connection, id).await?;
        seeds
            .iter()
            .map(|seed| {
                let seed = seed_from(seed)?;
                let input = crate::scenarios::PlanInput {
                    environment: id,
                    seed: &seed,
                    subnets: &subnets,
                };
                Ok(definition.values(&input)?)
            })
            .collect()
    }

    /// Refuses, before anything is made, what could not be made: engine away, images missing, too little memory.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn preflight(
        &self,
        definition: &Definition,
        teams: usize,
    ) -> Result<Capacity, EnvironmentsError> {
        let mut images: Vec<String> = definition
            .compose
            .services
            .iter()
            .map(|it| it.image.clone())
            .collect();
        images.sort();
        images.dedup();
        let missing = self.0.engine.images_missing(&images).await?;
        if !missing.is_empty() {
            return Err(EnvironmentsError::ImagesMissing(missing));
        }
        let capacity = self.capacity(definition, teams).await?;
        if capacity.memory_needed > capacity.memory_available {
            return Err(EnvironmentsError::TooLarge {
                needed: capacity.memory_needed,
                available: capacity.memory_available,
            });
        }
        Ok(capacity)
    }

    /// What `teams` environments of a scenario would take, beside those that run.
    ///
    /// # Errors
    /// An engine that is away, or a database that refuses.
    pub async fn capacity(
        &self,
        definition: &Definition,
        teams: usize,
    ) -> Result<Capacity, EnvironmentsError> {
        let info: EngineInfo = self.0.engine.info().await?;
        let mut connection = self.0.database.connection().await?;
        let mut used = 0;
        for row in store::environments::list_kept(&mut connection).await? {
            let running = self.0.definitions.get(&mut connection, &row.bundle).await?;
            used += memory_of(&running);
        }
        let one = memory_of(definition);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an estimate of bytes"
        )]
        let usable = (info.memory as f64 * MEMORY_SHARE) as u64;
        let available = usable.saturating_sub(used);
        #[expect(clippy::cast_precision_loss, reason = "a handful of processors")]
        let cpus_needed = definition
            .compose
            .services
            .iter()
            .map(|it| it.nano_cpus as f64 / 1e9)
            .sum::<f64>()
            * teams as f64;
        Ok(Capacity {
            memory_needed: one.saturating_mul(teams as u64),
            memory_available: available,
            cpus_needed,
            cpus: info.cpus,
            teams_possible: usize::try_from(available / one.max(1)).unwrap_or(usize::MAX),
        })
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
            phase: row.phase,
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

pub(super) fn seed_from(bytes: &[u8]) -> Result<Seed, EnvironmentsError> {
    let seed = bytes.try_into().map_err(|_| StoreError::Value {
        column: "seed",
        value: String::new(),
    })?;
    Ok(Seed(seed))
}

/// The ranges that an environment holds, in the order of its scenario's networks.
async fn held_subnets(
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

fn memory_of(definition: &Definition) -> u64 {
    definition
        .compose
        .services
        .iter()
        .map(|service| service.memory)
        .sum()
}
