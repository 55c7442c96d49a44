//! What is said about environments: what is asked for, how they are, why something is refused.

use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;

use super::{EngineError, Failure, Step, engine::Incarnation};
use crate::{
    clock::Timestamp,
    ids::{EnvironmentId, ExerciseId, ProvinceId, TeamId},
    scenarios::{Definition, PlanError, Seed, Subnet},
    store::StoreError,
};

pub use crate::store::environments::{Desired, Phase, Pool, Purpose};

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
    /// The engine does not know the runtime that machines shall have.
    #[error("unknown runtime {0}")]
    RuntimeUnknown(String),
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
    /// Another copy was asked for, or another orchestrator took over, while this one was at work.
    #[error("superseded")]
    Superseded,
    /// Isolation is not proven: these were reached from inside a node.
    #[error("not isolated: {}", .0.join(", "))]
    NotIsolated(Vec<String>),
}

/// Proves that nothing gets out of a lab.
#[async_trait]
pub trait Isolation: Send + Sync {
    /// Removes what a probe left that was cut off with the program.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn tidy(&self) -> Result<(), EngineError> {
        Ok(())
    }

    /// Removes all that probes made, also of one that is at work: for an installation that ends.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn clear(&self) -> Result<(), EngineError> {
        Ok(())
    }

    /// Proves it, or names what was reached from inside a node.
    ///
    /// # Errors
    /// What was reached, or why it could not be tried.
    async fn prove(&self) -> Result<(), Vec<String>>;

    /// Looks, at little cost, whether what keeps labs closed still stands, and puts it back where it does not.
    async fn keep(&self) -> Kept;
}

/// Prepares, in a copy that is kept ready, what its team will want first.
#[async_trait]
pub trait Readying: Send + Sync {
    /// Called when all machines run, before they stand still. What cannot be prepared is left out.
    async fn ready(&self, copy: EnvironmentId, incarnation: Incarnation, scenario: &Definition);
}

/// What a look at that which keeps labs closed found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It stands.
    Stands,
    /// It did not stand, and stands again.
    PutBack,
    /// It does not stand and could not be put back: why.
    Open(String),
    /// Nothing could be seen: why.
    Unknown(String),
}

/// A time in which labs that ran were not kept closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// When it was noticed.
    pub noticed: Timestamp,
    /// When they were closed again; absent while they are open.
    pub closed: Option<Timestamp>,
    /// Why they could not be closed at once; empty where they were.
    pub reason: String,
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
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Whether it shall go.
    pub leaving: bool,
    /// How far it is.
    pub phase: Phase,
    /// Whether it was ready and something of it is missing or does not run.
    pub mending: bool,
    /// When it became ready.
    pub ready_at: Option<Timestamp>,
    /// When somebody last used it, as far as that was written down.
    pub used_at: Option<Timestamp>,
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
