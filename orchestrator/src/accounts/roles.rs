//! The roles that an account may hold, several at once.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What somebody is for the range; see the table of users in the design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Works in a team (học viên).
    Trainee,
    /// Plans, launches and runs exercises (giảng viên, ban tổ chức).
    Instructor,
    /// Grades reports (giám khảo).
    Evaluator,
    /// Keeps people, attendance and completions (cán bộ tổ chức).
    Hr,
    /// Reads where the province stands (lãnh đạo).
    Leader,
    /// Runs the installation (quản trị).
    Administrator,
}

impl Role {
    /// All of them, in the order in which forms show them.
    pub const ALL: [Self; 6] = [
        Self::Trainee,
        Self::Instructor,
        Self::Evaluator,
        Self::Hr,
        Self::Leader,
        Self::Administrator,
    ];

    /// As the database and forms write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trainee => "trainee",
            Self::Instructor => "instructor",
            Self::Evaluator => "evaluator",
            Self::Hr => "hr",
            Self::Leader => "leader",
            Self::Administrator => "administrator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A role that does not exist.
#[derive(Debug, thiserror::Error)]
#[error("unknown role")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or(UnknownRole)
    }
}

/// A set of roles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// Whether `role` is among them.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// The roles in order.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }

    /// Their names.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.iter().map(Role::name).collect()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().collect())
    }
}
