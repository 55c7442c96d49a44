//! Why a team has the points that it has: every change with its row, and the stretches in which services brought points.
//!
//! What stands here adds up to the board's total at every moment; a line without points is there where it explains why
//! there are none.

use std::time::Duration;

use super::{ledger::Cause, rules::Rules, service::Stretch, team::TeamScore};
use crate::scenarios::ServiceId;

/// What a line is for.
#[derive(Clone, Debug)]
pub enum Because {
    /// A change of the score.
    Booked(Cause),
    /// A service was in one state for a while.
    Service {
        /// Which.
        service: ServiceId,
        /// From when to when, in which state, and what it brought.
        stretch: Stretch,
        /// Points for a minute.
        per_minute: i64,
    },
}

/// A line of the explanation.
#[derive(Clone, Debug)]
pub struct Line {
    /// The journal row behind it; of a stretch the one with which it began.
    pub sequence: i64,
    /// Exercise time at which the points were there.
    pub at: Duration,
    /// Points, also none or negative.
    pub points: i64,
    /// All points then.
    pub total: i64,
    /// What for.
    pub because: Because,
}

impl TeamScore {
    /// Everything that made the score up to `elapsed`, in the order in which the points were there.
    #[must_use]
    pub fn explain(&self, rules: &Rules, elapsed: Duration) -> Vec<Line> {
        let booked = self.ledger.iter();
        let booked = booked.filter(|row| row.exercise_time <= elapsed);
        let mut lines: Vec<Line> = booked
            .map(|row| Line {
                sequence: row.sequence,
                at: row.exercise_time,
                points: row.points,
                total: 0,
                because: Because::Booked(row.cause.clone()),
            })
            .collect();
        for rule in &rules.services {
            let Some(state) = self.services.get(rule.id.as_str()) else {
                continue;
            };
            let stretches = state.explain(rule, elapsed).into_iter();
            lines.extend(stretches.map(|stretch| Line {
                sequence: stretch.began.sequence,
                at: stretch.end,
                points: stretch.points,
                total: 0,
                because: Because::Service {
                    service: rule.id.clone(),
                    stretch,
                    per_minute: rule.points_per_minute,
                },
            }));
        }
        // Stable: what one row brought stays in its order.
        lines.sort_by_key(|line| (line.at, line.sequence));
        let mut total = 0;
        for line in &mut lines {
            total += line.points;
            line.total = total;
        }
        lines
    }
}
