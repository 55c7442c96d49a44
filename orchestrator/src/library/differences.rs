//! What changed from one version of a scenario to the next, as an instructor wants to know it before a drill.

use crate::{
    locales::{self, Locale},
    scenarios::{Cell, Message, Scenario, TaskId},
};

/// The differences that decide how a drill goes: tasks, points, duration, machines, phases, variants. None where only words
/// or files differ.
#[must_use]
pub fn differences(before: &Scenario, after: &Scenario, locale: Locale) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |message: Message| found.push(message.text(locale));
    let named = |from: &Scenario, other: &Scenario| {
        let gone = from
            .tasks
            .iter()
            .filter(|task| other.task(&task.id).is_none());
        let titles: Vec<String> = gone
            .map(|task| format!("“{}”", task.title.get(locale)))
            .collect();
        (!titles.is_empty()).then(|| titles.join(", "))
    };
    if let Some(titles) = named(after, before) {
        say(Message::new("library-diff-tasks-added").with("tasks", titles));
    }
    if let Some(titles) = named(before, after) {
        say(Message::new("library-diff-tasks-removed").with("tasks", titles));
    }
    let worth = |it: &Scenario, id: &TaskId| it.task(id).map(|task| task.points);
    let changed = after.tasks.iter().filter_map(|task| {
        let before = worth(before, &task.id).filter(|points| *points != task.points)?;
        let title = task.title.get(locale);
        Some(format!("“{title}” {before} → {}", task.points))
    });
    let changed: Vec<String> = changed.collect();
    if !changed.is_empty() {
        say(Message::new("library-diff-task-points").with("tasks", changed.join(", ")));
    }
    let mut number = |id, before: u64, after: u64| {
        if before != after {
            say(Message::new(id)
                .with("before", shown(locale, before))
                .with("after", shown(locale, after)));
        }
    };
    number(
        "library-diff-points",
        before.highest_score(Cell::Blue),
        after.highest_score(Cell::Blue),
    );
    number(
        "library-diff-points-red",
        before.highest_score(Cell::Red),
        after.highest_score(Cell::Red),
    );
    let minutes = |it: &Scenario| it.duration.as_secs() / 60;
    number("library-diff-minutes", minutes(before), minutes(after));
    let machines = |it: &Scenario| it.nodes.len() as u64;
    number("library-diff-machines", machines(before), machines(after));
    let events = |it: &Scenario| it.timeline.len() as u64;
    number("library-diff-events", events(before), events(after));
    let phases = |it: &Scenario| it.phases.len() as u64;
    number("library-diff-phases", phases(before), phases(after));
    let variants = |it: &Scenario| it.variants.len() as u64;
    number("library-diff-variants", variants(before), variants(after));
    found
}

fn shown(locale: Locale, number: u64) -> String {
    locales::number(locale, i64::try_from(number).unwrap_or(i64::MAX))
}
