//! Who did something.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PersonId};

/// Who did something; opaque, a name is looked up elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The range itself: timeline, checks, engine.
    System,
    /// A member of a team.
    Person(PersonId),
    /// An account of the white cell.
    Account(AccountId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Account(id) => write!(f, "account:{id}"),
        }
    }
}

impl FromStr for Actor {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("person", id)) => id.parse().map(Self::Person),
            Some((_, id)) => id.parse().map(Self::Account),
            None => Ok(Self::System),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_survives_its_text() {
        for actor in [
            Actor::System,
            Actor::Person(PersonId::new()),
            Actor::Account(AccountId::new()),
        ] {
            assert_eq!(actor.to_string().parse::<Actor>().expect("parses"), actor);
        }
    }
}
