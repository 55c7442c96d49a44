//! Scenarios: what an author writes, read into types, checked, and turned into the plan of one environment.
//!
//! Content is data, and its authors are not programmers: everything here serves telling them all mistakes at once, with
//! place and remedy, long before an engine starts. The same seed gives the same environment again, so a plan is
//! computed when it is needed and never stored.
//!
//! The module is pure: bytes come in, values go out. It must never touch an engine, a database, the clock or a random
//! source.

mod identifiers;
mod plan;
mod subnet;

pub use identifiers::{
    CriterionId, EventId, NodeId, ObjectiveId, ScenarioId, ServiceId, TaskId, VariableName,
};
pub use plan::{
    Attachment, Dependency, DependencyCondition, EnvironmentPlan, Healthcheck, PlanInput,
    PlannedFile, PlannedNetwork, PlannedNode, Seed,
};
pub use subnet::{InvalidSubnet, Subnet};
