//! What a task brings to a team now: its present worth, the bonus that is still to be had, and what wrong answers take.

use serde::Serialize;

use super::{fold::Scores, ledger::Cause, rules::TaskRule, team::TeamScore};

/// What a task brings to a team: now, or when the team solved it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// Its worth.
    pub value: i64,
    /// Points on top for being among the first.
    pub bonus: i64,
    /// Wrong answers that count, those that are free left out.
    pub wrong: u32,
    /// Points that these take, never more than the task brings.
    pub penalty: i64,
    /// Teams that have solved it.
    pub solves: u32,
}

impl Offer {
    /// What is left of it.
    #[must_use]
    pub const fn points(&self) -> i64 {
        self.value + self.bonus - self.penalty
    }
}

impl Scores {
    /// What a task brings to a team: as it was when the team solved it, else as it is now.
    #[must_use]
    pub fn offer(&self, rule: &TaskRule, score: &TeamScore) -> Offer {
        let id = rule.id.as_str();
        let solves = self.solves.get(id).copied().unwrap_or(0);
        let state = score.tasks.get(id);
        if state.is_none_or(|state| state.place.is_none()) {
            return score.offer(rule, solves);
        }
        let mut booked = Offer {
            wrong: score.offer(rule, solves).wrong,
            solves,
            ..Offer::default()
        };
        for row in &score.ledger {
            match &row.cause {
                Cause::Task(task) if task == id => booked.value += row.points,
                Cause::Bonus(task) if task == id => booked.bonus += row.points,
                Cause::Penalty(task) if task == id => booked.penalty -= row.points,
                _ => {}
            }
        }
        booked
    }
}

impl TeamScore {
    /// What a task brings now that `solves` teams have solved it.
    pub(super) fn offer(&self, rule: &TaskRule, solves: u32) -> Offer {
        let state = self.tasks.get(rule.id.as_str());
        let (value, bonus) = (
            rule.worth.value(rule.points, solves),
            rule.worth.bonus(solves),
        );
        let (wrong, each) = rule.worth.penalty.map_or((0, 0), |penalty| {
            let wrong = state.map_or(0, |state| state.wrong_beyond(penalty.free));
            (wrong, i64::from(penalty.points))
        });
        let hints: i64 = state.map_or(0, |state| state.hints_cost);
        let left = (value + bonus - hints).max(0);
        Offer {
            value,
            bonus,
            wrong,
            penalty: (i64::from(wrong) * each).min(left),
            solves,
        }
    }
}
