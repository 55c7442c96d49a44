//! How far an environment is: stages, and a report of each step as it is taken.

use std::{
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::scenarios::NodeId;

/// The stages of making an environment, in their order, and that of taking it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Nothing is done yet.
    Wanted,
    /// Its networks are made.
    Network,
    /// Its machines are made and their files placed.
    Create,
    /// Its machines are started in their order.
    Start,
    /// Their health checks are waited for.
    Ready,
    /// It is taken away.
    Remove,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 6] = [
        Self::Wanted,
        Self::Network,
        Self::Create,
        Self::Start,
        Self::Ready,
        Self::Remove,
    ];

    /// The word that stands in the database and in message identifiers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Network => "network",
            Self::Create => "create",
            Self::Start => "start",
            Self::Ready => "ready",
            Self::Remove => "remove",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is no stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no stage")]
pub struct UnknownStage(String);

impl FromStr for Stage {
    type Err = UnknownStage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|stage| stage.as_str() == text)
            .ok_or_else(|| UnknownStage(text.to_owned()))
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// In which stage.
    pub stage: Stage,
    /// How many of the stage's things are done.
    pub done: usize,
    /// How many there are.
    pub total: usize,
    /// The machine it was about.
    pub node: Option<NodeId>,
}

/// Where an engine reports its steps; it must return at once.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(Step) + Send + Sync>);

impl Progress {
    /// Reports go to `sink`.
    pub fn new(sink: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    /// Nobody listens.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    /// The same without steps back: where stages overlap, the furthest is told.
    #[must_use]
    pub fn forward(&self) -> Self {
        let (sink, furthest) = (Arc::clone(&self.0), Mutex::new(None));
        Self::new(move |step| {
            let mut furthest = furthest.lock().unwrap_or_else(PoisonError::into_inner);
            if furthest.is_none_or(|furthest| furthest <= step.stage) {
                *furthest = Some(step.stage);
                sink(step);
            }
        })
    }

    /// Reports a step.
    pub fn report(&self, stage: Stage, done: usize, total: usize, node: Option<&NodeId>) {
        (self.0)(Step {
            stage,
            done,
            total,
            node: node.cloned(),
        });
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}
