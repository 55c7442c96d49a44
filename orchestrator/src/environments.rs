//! Environments: the machines that teams work on, from "shall exist" to "is gone".
//!
//! The database says which environments shall exist; this module makes it so on an engine and keeps it so. Intent is
//! written before each effect, every effect can be repeated, and what is found on the engine decides what is left to
//! do: a crash at any line costs time, never a machine too many or too few. What this installation did not make is
//! never touched, and an engine that cannot be seen loses nothing.

mod bring_up;
mod capacity;
mod commands;
mod definitions;
mod disk;
mod inventory;
mod keeping;
mod pools;
mod reconcile;
mod service;
mod subnets;
mod terms;
mod usage;

pub mod docker;
pub mod engine;
pub mod failpoint;
pub mod failure;
pub mod host;
pub mod isolation;
pub mod kubernetes;
pub mod memory;
pub mod names;
pub mod progress;
pub mod seccomp;

pub use capacity::{Aside, Taken, memory_of};
pub use definitions::Definitions;
pub use docker::DockerEngine;
pub use engine::{Engine, Incarnation, NodeRef};
pub use failure::{EngineError, Failure};
pub use inventory::{Actual, Inventory, Leftover, Line, LineExercise, LineTeam, Orphan, Total};
pub use isolation::{ClusterProber, Prober};
pub use kubernetes::KubernetesEngine;
pub use memory::MemoryEngine;
pub use pools::{Claim, PoolStatus};
pub use progress::{Progress, Stage, Step};
pub use service::{Environments, Foundation, seed_from};
pub use terms::{
    Breach, Capacity, Desired, EnvironmentChange, EnvironmentStatus, EnvironmentsConfig,
    EnvironmentsError, Isolation, Kept, NewEnvironment, Phase, Pool, Purpose, Readying,
};
pub use usage::GRAIN;
