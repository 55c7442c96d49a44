//! Scenarios: what an author writes, read into types, checked, and turned into the plan of one environment.
//!
//! Content is data, and its authors are not programmers: everything here serves telling them all mistakes at once, with
//! place and remedy, long before an engine starts. The same seed gives the same environment again, so a plan is
//! computed when it is needed and never stored.
//!
//! The way through it: [`Bundle`] (files) → [`check`] → [`Definition`] (types, free of errors) → [`Definition::plan`]
//! and [`Definition::values`] with a [`Seed`].
//!
//! The module is pure: bytes come in, values go out; only [`Bundle::open`] reads a folder. It must never touch an
//! engine, a database, the clock or a random source.

pub mod attack;
mod bundle;
mod catalogue;
mod compose;
mod crosscheck;
mod decimal;
mod definition;
mod draw;
pub mod export;
mod fields;
mod findings;
mod given;
mod identifiers;
pub mod import;
mod model;
mod msel;
pub mod nice;
mod plan;
mod planning;
mod problem;
pub mod reading;
mod report_forms;
mod scalars;
pub mod schema;
mod solution;
mod source;
mod subnet;
mod suggest;
mod templates;
#[cfg(test)]
pub(crate) mod tests;
mod texts;
mod time;
mod tree;
mod values;
pub mod zip;

pub use bundle::{Bundle, BundleError, BundleFile, MAX_BYTES, MAX_DEPTH, MAX_FILES, is_plain};
pub use compose::{Compose, ComposeService};
pub use decimal::Decimal;
pub use definition::{
    Checked, Definition, SCENARIO_FILE, accepted, check, credited, identity, title,
};
pub use draw::Draw;
pub use given::Unfit;
pub use identifiers::{
    CriterionId, EventId, NodeId, ObjectiveId, OptionId, PartId, PhaseId, ScenarioId, ServiceId,
    TaskId, VariableName, VariantId,
};
pub use model::{
    Action, Answer, AnswerOption, Audience, By, Cell, Channel, CheckPlace, Credit, Criterion,
    Decay, Decision, DecisionOption, Effect, Event, FileAnswer, Hint, HttpProbe, Inject, Level,
    LocalText, Logic, NodeFile, NodeRole, NumberAnswer, Objective, Part, Parts, PatternAnswer,
    Penalty, Phase, RatingShares, Recipient, ReportForm, ReportTask, Response, Scenario,
    ScenarioKind, ScenarioNode, Sector, Selection, Service, Side, StateCheck, Taking, Task,
    Terminal, TextAnswer, Trigger, Variable, VariableKind, Variant, Way, WebPage, Worth,
};
pub use plan::{
    Addresses, Attachment, Dependency, DependencyCondition, EnvironmentPlan, Healthcheck,
    PlanInput, PlannedFile, PlannedNetwork, PlannedNode, Seed,
};
pub use planning::PlanError;
pub use problem::{Excerpt, Message, Problem, ProblemView, Severity, Span};
pub use report_forms::FormField;
pub use scalars::is_name;
pub use solution::{
    Awaited, Capture, Expectation, Jump, ReportStep, Request, Solution, Solves, Step, Wait,
};
pub use source::is_deceptive;
pub use subnet::{InvalidSubnet, Subnet};
pub use templates::{RenderError, fill_captures};
pub use texts::{Readers, Written, texts};
pub use values::Values;
