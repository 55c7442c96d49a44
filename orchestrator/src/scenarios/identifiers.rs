//! The names that an author gives to things, one type each, so that a task cannot stand where a node is meant.
//!
//! They are plain text, unique within their scenario. The reader is what makes sure that they are well formed: lower
//! case letters, digits and hyphens, so that they may stand in host names, templates and addresses of pages.

use std::{borrow::Borrow, fmt};

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The name as the author wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

names! {
    /// A scenario's own name, the first line of its file.
    ScenarioId,
    /// A machine of the environment; also its host name.
    NodeId,
    /// Something to solve.
    TaskId,
    /// Something to be judged on in the after-action report.
    ObjectiveId,
    /// A service whose availability counts.
    ServiceId,
    /// A message or action of the timeline.
    EventId,
    /// A value drawn for each environment.
    VariableName,
    /// One line of a report's rubric.
    CriterionId,
    /// Something that a task offers to be chosen.
    OptionId,
    /// A form that an environment may have.
    VariantId,
    /// A part of the exercise's time.
    PhaseId,
    /// One of several things that a task asks for.
    PartId,
}
