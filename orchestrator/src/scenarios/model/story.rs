//! How a scenario can go: when each event and each task can come at the earliest, and what must have been decided for it.
//!
//! No team sees everything: what follows from one option of a decision never meets what follows from another.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    time::Duration,
};

use super::{Answer, Cell, Decision, Event, Scenario, StateCheck, Task, Trigger};
use crate::scenarios::{EventId, OptionId, TaskId};

/// Most ways through decisions that hang together that are all looked at; of more, all points are counted.
const MOST_WAYS: usize = 4_096;

/// What must have been decided, each decision one way.
pub type Decided<'a> = BTreeMap<&'a TaskId, &'a OptionId>;

/// When and after what something can come about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comes<'a> {
    /// The earliest exercise time.
    pub at: Duration,
    /// What must have been decided.
    pub decided: Decided<'a>,
}

/// How a scenario can go. What is missing in it never comes about.
#[derive(Debug)]
pub struct Story<'a> {
    scenario: &'a Scenario,
    /// Events that happen.
    pub events: HashMap<&'a EventId, Comes<'a>>,
    /// Tasks that can be solved.
    pub tasks: HashMap<&'a TaskId, Comes<'a>>,
}

impl Comes<'_> {
    /// After both; nothing where they contradict each other.
    fn and(mut self, other: &Self) -> Option<Self> {
        self.at = self.at.max(other.at);
        for (task, option) in &other.decided {
            if *self.decided.entry(task).or_insert(option) != *option {
                return None;
            }
        }
        Some(self)
    }
}

/// Points and what must have been decided for them.
type Item<'a> = (u64, Decided<'a>);

impl<'a> Story<'a> {
    /// Follows a scenario's conditions; what is named and does not exist stops nothing.
    pub fn of(scenario: &'a Scenario) -> Self {
        let mut story = Self {
            scenario,
            events: HashMap::new(),
            tasks: HashMap::new(),
        };
        let known: HashSet<&TaskId> = scenario.tasks.iter().map(|task| &task.id).collect();
        loop {
            let before = (story.events.len(), story.tasks.len());
            // What is known to come about stays so: each has one way to it.
            for task in &scenario.tasks {
                if !story.tasks.contains_key(&task.id)
                    && let Some(comes) = story.task(task, &known)
                {
                    story.tasks.insert(&task.id, comes);
                }
            }
            for event in &scenario.timeline {
                if !story.events.contains_key(&event.id)
                    && let Some(comes) = story.event(event, &known)
                {
                    story.events.insert(&event.id, comes);
                }
            }
            if before == (story.events.len(), story.tasks.len()) {
                return story;
            }
        }
    }

    fn task(&self, task: &'a Task, known: &HashSet<&TaskId>) -> Option<Comes<'a>> {
        let mut comes = Comes::default();
        for required in task.requires.iter().filter(|it| known.contains(it)) {
            comes = comes.and(self.tasks.get(required)?)?;
        }
        if let Answer::Check(StateCheck {
            after: Some(after), ..
        }) = &task.answer
            && let Some(event) = self.scenario.timeline.iter().find(|it| it.id == *after)
        {
            if !reaches_anybody(self.scenario, event) {
                return None;
            }
            comes = comes.and(self.events.get(after)?)?;
        }
        Some(comes)
    }

    /// Whether all that a task waits for comes about, but never together.
    pub fn contradicts(&self, task: &'a Task) -> bool {
        let after = match &task.answer {
            Answer::Check(check) => check.after.as_ref(),
            _ => None,
        };
        let required = task.requires.iter().filter_map(|id| self.tasks.get(id));
        let mut all = required.chain(after.and_then(|id| self.events.get(id)));
        let together = all.try_fold(Comes::default(), Comes::and);
        together.is_none()
    }

    fn event(&self, event: &'a Event, known: &HashSet<&TaskId>) -> Option<Comes<'a>> {
        let duration = self.scenario.duration;
        let after = |task: &TaskId| {
            if known.contains(task) {
                self.tasks.get(task).cloned()
            } else {
                Some(Comes::default())
            }
        };
        let comes = match &event.trigger {
            Trigger::At(at) => {
                // At its end an exercise is over, and nothing is delivered any more.
                let in_time = *at < duration || duration.is_zero();
                in_time.then(|| Comes {
                    at: *at,
                    ..Comes::default()
                })
            }
            Trigger::Solved(task) => after(task),
            Trigger::Decided { task, option } => {
                let decision = self.scenario.task(task).and_then(Task::decision);
                let offered = decision.is_some_and(|it| it.option(option.as_str()).is_some());
                let mut own = Comes::default();
                if offered {
                    own.decided.insert(task, option);
                }
                after(task)?.and(&own)
            }
            Trigger::Responded(of) => self.after(of, Duration::ZERO),
            Trigger::Unanswered(of) => {
                let asked = self.scenario.timeline.iter().find(|it| it.id == *of);
                let due = asked.and_then(|it| it.respond.as_ref()).map(|it| it.due);
                self.after(of, due.unwrap_or_default())
            }
            Trigger::CheckFailed(_) | Trigger::Manual => Some(Comes::default()),
        };
        comes.filter(|comes| comes.at < duration || duration.is_zero())
    }

    /// So long after an event that reaches somebody.
    fn after(&self, of: &EventId, time: Duration) -> Option<Comes<'a>> {
        let mut events = self.scenario.timeline.iter();
        let Some(event) = events.find(|it| it.id == *of) else {
            return Some(Comes::default());
        };
        if !reaches_anybody(self.scenario, event) {
            return None;
        }
        let mut comes = self.events.get(of)?.clone();
        comes.at += time;
        Some(comes)
    }

    /// The most points that a team of a side can get from tasks and responses: the sum on the best way through its
    /// decisions. What never comes about is told elsewhere and counted as if it did.
    pub fn best(&self, cell: Cell, worth: impl Fn(&Task) -> u64) -> u64 {
        let mut items: Vec<Item<'a>> = Vec::new();
        for task in self.scenario.tasks_of(cell) {
            let comes = self.tasks.get(&task.id).cloned().unwrap_or_default();
            let Some(Decision { options }) = task.decision() else {
                items.push((worth(task), comes.decided));
                continue;
            };
            for option in options {
                let mut decided = comes.decided.clone();
                decided.insert(&task.id, &option.id);
                items.push((u64::from(option.points), decided));
            }
        }
        for event in self.scenario.timeline.iter().filter(|it| it.reaches(cell)) {
            if let Some(due) = &event.respond {
                let comes = self.events.get(&event.id).cloned().unwrap_or_default();
                items.push((u64::from(due.points), comes.decided));
            }
        }
        let groups = groups(&items);
        let free = items.iter().filter(|(_, decided)| decided.is_empty());
        let free: u64 = free.map(|(points, _)| points).sum();
        let bound = groups.iter().map(|group| {
            let own = items.iter().filter(|(_, decided)| {
                let mut tasks = decided.keys();
                tasks.next().is_some_and(|task| group.contains(task))
            });
            self.best_of(group, &own.collect::<Vec<_>>())
        });
        free + bound.sum::<u64>()
    }

    /// The most of items that hang on these decisions.
    fn best_of(&self, decisions: &BTreeSet<&'a TaskId>, items: &[&Item<'a>]) -> u64 {
        let options = |task: &&'a TaskId| {
            let decision = self.scenario.task(task).and_then(Task::decision);
            let options = decision.map(|it| it.options.as_slice()).unwrap_or_default();
            let ids: Vec<&OptionId> = options.iter().map(|option| &option.id).collect();
            (*task, ids)
        };
        let decisions: Vec<(&TaskId, Vec<&OptionId>)> = decisions.iter().map(options).collect();
        let mut ways = decisions.iter().map(|(_, options)| options.len());
        let ways = ways.try_fold(1_usize, |ways, more| {
            ways.checked_mul(more).filter(|ways| *ways <= MOST_WAYS)
        });
        if ways.is_none() {
            return items.iter().map(|(points, _)| points).sum();
        }
        most(&decisions, items)
    }
}

/// The most points over all ways to decide what is left to decide.
fn most(left: &[(&TaskId, Vec<&OptionId>)], items: &[&Item<'_>]) -> u64 {
    let Some(((task, options), left)) = left.split_first() else {
        return items.iter().map(|(points, _)| points).sum();
    };
    let ways = options.iter().map(|option| {
        let fits = |item: &&&Item<'_>| item.1.get(task).is_none_or(|it| it == option);
        let fitting: Vec<&Item<'_>> = items.iter().filter(fits).copied().collect();
        most(left, &fitting)
    });
    ways.max().unwrap_or_default()
}

/// Decisions that some points hang on together.
fn groups<'a>(items: &[Item<'a>]) -> Vec<BTreeSet<&'a TaskId>> {
    let mut groups: Vec<BTreeSet<&TaskId>> = Vec::new();
    for (_, decided) in items.iter().filter(|(_, decided)| !decided.is_empty()) {
        let mut own: BTreeSet<&TaskId> = decided.keys().copied().collect();
        groups.retain(|group| {
            let apart = group.is_disjoint(&own);
            if !apart {
                own.extend(group);
            }
            apart
        });
        groups.push(own);
    }
    groups
}

/// Whether an event comes to anybody who plays: a check that waits for any other waits for ever.
fn reaches_anybody(scenario: &Scenario, event: &Event) -> bool {
    let mut sides = Cell::ALL.into_iter();
    sides.any(|cell| scenario.plays(cell) && event.concerns(cell))
}
