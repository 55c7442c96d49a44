//! What a step waits for: something that the range itself brings about.

use std::time::Duration;

use serde::Serialize;

use super::{EventId, TaskId, time};
use crate::scenarios::{
    ServiceId,
    findings::{Reader, Thing},
    tree::Node,
};

/// How long a step waits when nothing is said.
const DEFAULT_WAIT: Duration = Duration::from_mins(2);

/// A condition, and how long it may take. The time is the machine's, not the drill's: that one only jumps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wait {
    /// What must come about.
    pub until: Option<Awaited>,
    /// How long it may take (seconds in JSON).
    #[serde(serialize_with = "time::seconds")]
    pub at_most: Duration,
}

/// What may be waited for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaited {
    /// A task is solved.
    Solved(TaskId),
    /// The check of a task passes.
    Check(TaskId),
    /// An event of the timeline has happened, what it runs included.
    Event(EventId),
    /// A service is up.
    Service(ServiceId),
}

impl Awaited {
    /// The key under which it stands, and the name there.
    #[must_use]
    pub fn named(&self) -> (&'static str, &str) {
        match self {
            Self::Solved(task) => ("solved", task.as_str()),
            Self::Check(task) => ("check", task.as_str()),
            Self::Event(event) => ("event", event.as_str()),
            Self::Service(service) => ("service", service.as_str()),
        }
    }
}

impl Wait {
    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| Self {
            until: fields
                .required("for")
                .and_then(|node| awaited(reader, node)),
            at_most: fields.duration_or("at_most", DEFAULT_WAIT),
        })
    }
}

fn awaited(reader: Reader<'_>, node: &Node) -> Option<Awaited> {
    reader.map(node, |fields| {
        let (key, node) = fields.one_of(&["solved", "check", "event", "service"])?;
        let name = reader.filled(node);
        let thing = match key {
            "event" => Thing::Event,
            "service" => Thing::Service,
            _ => Thing::Task,
        };
        reader.refer(thing, &name, node.span);
        Some(match key {
            "event" => Awaited::Event(EventId::from(name)),
            "service" => Awaited::Service(ServiceId::from(name)),
            "check" => Awaited::Check(TaskId::from(name)),
            _ => Awaited::Solved(TaskId::from(name)),
        })
    })
}
