//! How a service did over exercise time, and what that brings.

use std::time::Duration;

use serde::Serialize;

use super::rules::ServiceRule;
use crate::journal::CheckState;

/// What a service's check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The journal row.
    pub sequence: i64,
    /// Exercise time then.
    pub at: Duration,
    /// What it found.
    pub state: CheckState,
}

/// How a service did: what its check found, and from which exercise time on.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ServiceState {
    /// Changes, in order.
    pub changes: Vec<Change>,
}

/// A stretch of exercise time in which a service was in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The change that it began with.
    pub began: Change,
    /// Exercise time at its end, or up to which was asked.
    pub end: Duration,
    /// Points that it brought: what the time served up to its end gives, less what was there before, so that a part of a
    /// minute is not lost between two stretches.
    pub points: i64,
}

impl ServiceState {
    /// What its check found last.
    #[must_use]
    pub fn state(&self) -> Option<CheckState> {
        self.changes.last().map(|change| change.state)
    }

    /// Its stretches up to `elapsed` exercise time, in order.
    fn stretches(&self, elapsed: Duration) -> impl Iterator<Item = (Change, Duration)> {
        let ends = self.changes.iter().skip(1).map(|next| next.at);
        let ends = ends.chain([elapsed]).map(move |end| end.min(elapsed));
        let all = self.changes.iter().copied().zip(ends);
        all.filter(|(began, end)| began.at < *end)
    }

    /// Time served and time watched up to `elapsed` exercise time.
    #[must_use]
    pub fn at(&self, elapsed: Duration) -> (Duration, Duration) {
        let stretches = self.stretches(elapsed);
        stretches.fold(Default::default(), |(served, watched), (began, end)| {
            let span = end.saturating_sub(began.at);
            match began.state {
                CheckState::Passing => (served + span, watched + span),
                CheckState::Failing => (served, watched + span),
                // A check that could not run speaks neither for the team nor against it.
                CheckState::Error => (served, watched),
            }
        })
    }

    /// Its stretches up to `elapsed` and what each brought; together they are the points for the time served.
    #[must_use]
    pub fn explain(&self, rule: &ServiceRule, elapsed: Duration) -> Vec<Stretch> {
        let mut served = Duration::ZERO;
        let stretches = self.stretches(elapsed).map(|(began, end)| {
            let before = rule.points_for(served);
            if began.state == CheckState::Passing {
                served += end.saturating_sub(began.at);
            }
            Stretch {
                began,
                end,
                points: rule.points_for(served) - before,
            }
        });
        stretches.collect()
    }
}

impl ServiceRule {
    /// Whole points for a time served.
    #[must_use]
    pub fn points_for(&self, served: Duration) -> i64 {
        let served = i64::try_from(served.as_secs()).unwrap_or(i64::MAX);
        served.saturating_mul(self.points_per_minute) / 60
    }
}
