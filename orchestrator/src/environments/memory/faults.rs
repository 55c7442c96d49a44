//! What can go wrong on the engine in memory, and where.

use std::time::Duration;

use crate::environments::progress::Stage;

/// A kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Making a network.
    Network,
    /// Making a machine.
    Create,
    /// Starting a machine.
    Start,
    /// Looking.
    Observe,
    /// Taking away.
    Destroy,
    /// Reaching into a machine.
    Exec,
    /// Letting machines stand still or go on.
    Suspend,
}

impl Operation {
    pub(super) const fn stage(self) -> Stage {
        match self {
            Self::Network => Stage::Network,
            Self::Create => Stage::Create,
            Self::Start => Stage::Start,
            Self::Observe | Self::Exec | Self::Suspend => Stage::Ready,
            Self::Destroy => Stage::Remove,
        }
    }
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call does its work, and its response is lost.
    LostResponse,
    /// The engine refuses, in these words.
    Refuse(String),
    /// The call takes this much longer.
    Slow(Duration),
    /// The machine ends as soon as it is started.
    NodeEnds,
}
