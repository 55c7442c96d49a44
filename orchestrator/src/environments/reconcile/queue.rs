//! In which order environments are looked at when there are more than may be looked at at once.
//!
//! A team in the middle of its work comes before teams that prepare, these before what is taken away, and copies that
//! nobody waits for come last. Exercises take turns: a small one is not behind the forty teams of a large one.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use crate::{
    ids::EnvironmentId,
    store::environments::{Desired, Environment, Phase, Purpose},
};

use super::Goal;

/// What the reconciler was asked to look at since it last looked.
#[derive(Default)]
pub(in crate::environments) struct Asked {
    /// By name.
    pub ids: BTreeSet<EnvironmentId>,
    /// At all of which something is left to do.
    pub all: bool,
}

/// Waiting looks, first to last; each environment once.
#[derive(Default)]
pub(super) struct Queue {
    /// Asked for by name: before all others, in the order in which they were asked for.
    named: VecDeque<(EnvironmentId, Goal)>,
    others: VecDeque<(EnvironmentId, Goal)>,
    among_named: HashSet<EnvironmentId>,
    /// Looked at by name since all were put in: not to be looked at again because of that.
    had: HashSet<EnvironmentId>,
}

impl Queue {
    /// Puts these, oldest first, in place of what waits; what was asked for by name stays before them.
    pub fn replace(&mut self, rows: &[&Environment]) {
        let waits = rows.iter().copied();
        let waits = waits.filter(|row| !self.among_named.contains(&row.id));
        let ordered = in_fair_order(waits);
        self.had.clear();
        self.others = ordered
            .into_iter()
            .map(|row| (row.id, Goal::of(row)))
            .collect();
    }

    /// Puts one before all that were not asked for by name.
    pub fn put_first(&mut self, row: &Environment) {
        if self.among_named.insert(row.id) {
            self.named.push_back((row.id, Goal::of(row)));
        }
    }

    /// The next.
    pub fn pop(&mut self) -> Option<(EnvironmentId, Goal)> {
        if let Some(next) = self.named.pop_front() {
            self.among_named.remove(&next.0);
            self.had.insert(next.0);
            return Some(next);
        }
        std::iter::from_fn(|| self.others.pop_front()).find(|(id, _)| !self.had.contains(id))
    }
}

/// These, given oldest first, in the order in which they are looked at.
pub(in crate::environments) fn in_fair_order<'a>(
    rows: impl Iterator<Item = &'a Environment>,
) -> Vec<&'a Environment> {
    let mut turns: HashMap<_, u32> = HashMap::new();
    let mut ordered: Vec<((u8, u32), &Environment)> = rows
        .map(|row| {
            let turn = turns.entry((row.exercise, class(row))).or_default();
            *turn += 1;
            ((class(row), *turn), row)
        })
        .collect();
    // Stable: of equals the oldest is first.
    ordered.sort_by_key(|(place, _)| *place);
    ordered.into_iter().map(|(_, row)| row).collect()
}

/// Who comes first, by how much somebody waits for it.
fn class(row: &Environment) -> u8 {
    let makes = matches!(row.phase, Phase::Wanted | Phase::Preparing);
    match row.desired {
        Desired::Gone => 2,
        _ if row.purpose == Purpose::Pool => 3,
        _ if makes && row.incarnation == 1 => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Timestamp, ids::ExerciseId};

    fn row(exercise: Option<ExerciseId>, purpose: Purpose, desired: Desired) -> Environment {
        Environment {
            id: EnvironmentId::new(),
            exercise,
            team: None,
            purpose,
            bundle: String::new(),
            seed: Vec::new(),
            incarnation: 1,
            owner: None,
            desired,
            phase: Phase::Wanted,
            stage: String::new(),
            reason: None,
            attempts: 0,
            next_attempt_at: None,
            created_at: Timestamp(0),
            bound_at: Timestamp(0),
            ready_at: None,
            used_at: None,
        }
    }

    #[test]
    fn exercises_take_turns_and_pools_come_last() {
        let (large, small) = (Some(ExerciseId::new()), Some(ExerciseId::new()));
        let team = |exercise| row(exercise, Purpose::Exercise, Desired::Running);
        let rows = [
            row(None, Purpose::Pool, Desired::Suspended),
            row(large, Purpose::Exercise, Desired::Gone),
            team(large),
            team(large),
            team(large),
            team(small),
        ];
        let mut queue = Queue::default();
        queue.replace(&rows.iter().collect::<Vec<_>>());
        queue.put_first(&rows[4]);
        queue.put_first(&rows[4]);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop())
            .map(|(id, _)| rows.iter().position(|row| row.id == id))
            .collect();
        assert_eq!(order, [4, 2, 5, 3, 1, 0].map(Some));
    }
}
