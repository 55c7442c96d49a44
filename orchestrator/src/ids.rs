//! Identifiers: one type a thing, so that a team cannot be passed where an exercise is meant.
//!
//! They are UUIDs of version 7 (sortable by creation) and stand as text in both databases. They say nothing about a
//! person: the journal may carry them for ever.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "two calls give two values")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A province (or a city of that rank).
    ProvinceId,
    /// A unit of a province: department, office, commune, school, enterprise.
    UnitId,
    /// A person; opaque, so that the journal outlives the name.
    PersonId,
    /// A person's place in a unit, for a time.
    MembershipId,
    /// An account that signs in.
    AccountId,
    /// An exercise.
    ExerciseId,
    /// A team of an exercise.
    TeamId,
    /// One running copy of a scenario's machines.
    EnvironmentId,
    /// A completion.
    CompletionId,
    /// An attendance list.
    AttendanceId,
    /// Figures that somebody entered with one form.
    FigureId,
    /// A terminal session.
    SessionId,
    /// A rehearsal of a drill.
    RehearsalId,
    /// A link by which people come into teams.
    InvitationId,
    /// Something that was done to a scenario of the library.
    ChangeId,
    /// One running process of the program; several may share a database.
    OrchestratorId,
    /// This installation: the owner of everything that it makes on an engine.
    InstallationId,
}
