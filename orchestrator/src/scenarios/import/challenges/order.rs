//! The order in which a solution's steps can be taken.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::scenarios::{TaskId, import::draft::Draft};

/// Puts the solution's steps in an order in which each finds its task open, as near to the given one as that allows.
pub(super) fn in_order(draft: &mut Draft) {
    let steps = std::mem::take(&mut draft.steps);
    // The first and the last step of each task; a task's own steps stay one after the other.
    let mut places: HashMap<&TaskId, (usize, usize)> = HashMap::new();
    // How many others each one waits for, and who waits for it.
    let mut waits = vec![0_usize; steps.len()];
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (place, step) in steps.iter().enumerate() {
        let Some(solves) = &step.solves else { continue };
        let (_, last) = places.entry(&solves.task).or_insert((place, place));
        if *last != place {
            waits[place] += 1;
            behind[*last].push(place);
            *last = place;
        }
    }
    for task in &draft.scenario.tasks {
        let Some((own, _)) = places.get(&task.id) else {
            continue;
        };
        let required: HashSet<&TaskId> = task.requires.iter().collect();
        for (_, place) in required.iter().filter_map(|id| places.get(*id)) {
            waits[*own] += 1;
            behind[*place].push(*own);
        }
    }
    let mut left: BTreeSet<usize> = (0..steps.len()).collect();
    let mut open: BTreeSet<usize> = left.iter().copied().filter(|it| waits[*it] == 0).collect();
    let mut order = Vec::with_capacity(steps.len());
    // In a circle nothing opens; `check` tells it.
    while let Some(next) = open.pop_first().or_else(|| left.first().copied()) {
        left.remove(&next);
        order.push(next);
        for place in behind[next].drain(..) {
            waits[place] -= 1;
            if waits[place] == 0 && left.contains(&place) {
                open.insert(place);
            }
        }
    }
    let mut steps: Vec<Option<_>> = steps.into_iter().map(Some).collect();
    draft.steps = order.iter().filter_map(|it| steps[*it].take()).collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::{
        Answer, LocalText, Step,
        import::draft::{answer_step, task},
    };

    fn ordered(tasks: &[(&str, &[&str])]) -> Vec<String> {
        let none = LocalText::default;
        let mut draft = Draft::new("a", none(), none());
        for (id, requires) in tasks {
            let mut task = task(id, none(), none(), 1, Answer::Flag);
            task.requires = requires.iter().map(|id| TaskId::from(*id)).collect();
            draft.scenario.tasks.push(task);
            draft.steps.push(answer_step(id, "x"));
        }
        in_order(&mut draft);
        draft.steps.into_iter().map(|step| step.id).collect()
    }

    #[test]
    fn each_step_finds_its_task_open_and_circles_end() {
        let order = ordered(&[("a", &["c"]), ("b", &[]), ("c", &["b", "b"]), ("d", &["a"])]);
        assert_eq!(order, ["b", "c", "a", "d"]);
        assert_eq!(ordered(&[("a", &["b"]), ("b", &["a"])]), ["a", "b"]);
        assert_eq!(ordered(&[("a", &["a"]), ("b", &["none"])]), ["b", "a"]);
    }

    #[test]
    fn a_task_of_several_parts_opens_when_all_of_them_are_given() {
        let none = LocalText::default;
        let mut draft = Draft::new("a", none(), none());
        let mut second = task("a", none(), none(), 1, Answer::Flag);
        second.requires = vec![TaskId::from("b")];
        draft.scenario.tasks = vec![second, task("b", none(), none(), 1, Answer::Flag)];
        for (step, of) in [("a-1", "a"), ("b-1", "b"), ("a-2", "a"), ("b-2", "b")] {
            let own = answer_step(of, "x");
            draft.steps.push(Step {
                id: step.to_owned(),
                ..own
            });
        }
        in_order(&mut draft);
        let order: Vec<_> = draft.steps.into_iter().map(|step| step.id).collect();
        assert_eq!(order, ["b-1", "b-2", "a-1", "a-2"]);
    }

    /// Each waits for the one behind it: what was cubic takes an instant.
    #[test]
    fn a_long_chain_the_wrong_way_round_is_put_right() {
        let names: Vec<String> = (0..5_000).map(|number| format!("t{number}")).collect();
        let required: Vec<Vec<&str>> = (1..=names.len())
            .map(|next| names.get(next).map(String::as_str).into_iter().collect())
            .collect();
        let tasks: Vec<(&str, &[&str])> = names
            .iter()
            .zip(&required)
            .map(|(id, requires)| (id.as_str(), requires.as_slice()))
            .collect();
        let order = ordered(&tasks);
        assert!(order.iter().eq(names.iter().rev()));
    }
}
