//! What a rehearsal of a drill measured and found, and whether the drill can be held by that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    environments::Failure,
    locales::{self, Locale, Value},
    scenarios::Message,
};

/// What was measured and found. Times are milliseconds of the machine's own clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Teams.
    pub teams: usize,
    /// Machines in all.
    pub nodes: usize,
    /// Until each team's machines were ready, by the teams' numbers; absent where they never were.
    pub ready: Vec<Option<u64>>,
    /// Terminals under load.
    pub terminals: Option<Terminals>,
    /// The solution, on one team's machines.
    pub solution: Option<u64>,
    /// Until nothing was left.
    pub removal: Option<u64>,
    /// Memory.
    pub memory: Memory,
    /// Why the drill cannot be held; none where it can.
    pub reasons: Vec<Reason>,
    /// Whether somebody gave it up.
    pub cancelled: bool,
}

/// Terminals, one in each team's machines, all typed into at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminals {
    /// How many were opened.
    pub opened: usize,
    /// Until the slowest showed its prompt.
    pub slowest: u64,
    /// Keys typed.
    pub keys: usize,
    /// Microseconds until half of the keys were shown.
    pub median: u64,
    /// Microseconds until 99 of 100 keys were shown.
    pub p99: u64,
}

/// Bytes of memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// What the teams' machines may take at most.
    pub needed: u64,
    /// What was left for them.
    pub available: u64,
    /// What this machine used more than before, at most, while they ran; absent where it does not say.
    pub used: Option<u64>,
}

/// Why a drill cannot be held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Identifier of the message that says why.
    pub message: String,
    /// The message's arguments.
    pub arguments: BTreeMap<String, String>,
    /// The number of the team, where it is one's.
    pub team: Option<usize>,
    /// A machine's last lines.
    pub log: Vec<String>,
}

impl Report {
    /// Whether the drill can be held.
    #[must_use]
    pub fn is_go(&self) -> bool {
        self.reasons.is_empty() && !self.cancelled
    }

    /// Until all teams were ready; absent where some never were.
    #[must_use]
    pub fn all_ready(&self) -> Option<u64> {
        let ready: Option<Vec<u64>> = self.ready.iter().copied().collect();
        ready?.into_iter().max()
    }

    /// The number of the team that was ready last, and when.
    #[must_use]
    pub fn slowest(&self) -> Option<(usize, u64)> {
        let ready = self.ready.iter().enumerate();
        ready
            .filter_map(|(index, at)| Some((index + 1, (*at)?)))
            .max_by_key(|(_, at)| *at)
    }

    /// When the first team was ready.
    #[must_use]
    pub fn first(&self) -> Option<u64> {
        self.ready.iter().flatten().min().copied()
    }
}

impl Reason {
    /// A reason with a message of its own.
    #[must_use]
    pub fn new<const N: usize>(message: &str, arguments: [(&str, String); N]) -> Self {
        let arguments = arguments.into_iter();
        Self {
            message: message.to_owned(),
            arguments: arguments
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            team: None,
            log: Vec::new(),
        }
    }

    /// The same, of a team.
    #[must_use]
    pub const fn team(mut self, number: usize) -> Self {
        self.team = Some(number);
        self
    }

    /// The sentence that says why.
    #[must_use]
    pub fn say(&self, locale: Locale) -> String {
        let arguments: Vec<(&str, Value<'_>)> = self
            .arguments
            .iter()
            .map(|(name, value)| (name.as_str(), Value::from(value.as_str())))
            .collect();
        let said = locales::text(locale, &self.message, &arguments);
        match self.team {
            Some(team) => {
                let arguments = [("team", team.into()), ("reason", said.into())];
                locales::text(locale, "rehearse-of-team", &arguments)
            }
            None => said,
        }
    }
}

impl From<&Message> for Reason {
    fn from(message: &Message) -> Self {
        let mut reason = Self::new(message.id, []);
        for (name, value) in &message.values {
            reason.arguments.insert((*name).to_owned(), value.clone());
        }
        reason
    }
}

impl From<Failure> for Reason {
    fn from(failure: Failure) -> Self {
        Self {
            message: failure.message,
            arguments: failure.arguments,
            team: None,
            log: failure.log,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drill_is_go_only_where_every_team_was_ready_and_nothing_was_found() {
        let mut report = Report {
            teams: 3,
            ready: vec![Some(900), Some(4000), Some(1200)],
            ..Report::default()
        };
        assert!(report.is_go());
        assert_eq!(report.all_ready(), Some(4000));
        assert_eq!(
            (report.slowest(), report.first()),
            (Some((2, 4000)), Some(900))
        );
        report.ready[0] = None;
        assert_eq!(report.all_ready(), None);
        let failure = Failure::new(
            crate::environments::Stage::Ready,
            "environment-no-such-node",
            [("node", "portal".to_owned())],
        );
        report.reasons.push(Reason::from(failure).team(1));
        assert!(!report.is_go());
        for locale in Locale::ALL {
            let said = report.reasons[0].say(locale);
            assert!(said.contains("portal") && said.contains('1'), "{said}");
        }
    }
}
