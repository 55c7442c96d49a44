//! What changed from one version of a scenario to the next, as an instructor wants to know it before a drill.

use crate::{
    locales::{self, Locale},
    scenarios::{Cell, Message, Scenario},
};

/// The differences that decide how a drill goes: tasks, points, duration, machines. None where only words or files differ.
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
    let minutes = |it: &Scenario| it.duration.as_secs() / 60;
    number("library-diff-minutes", minutes(before), minutes(after));
    let machines = |it: &Scenario| it.nodes.len() as u64;
    number("library-diff-machines", machines(before), machines(after));
    let events = |it: &Scenario| it.timeline.len() as u64;
    number("library-diff-events", events(before), events(after));
    found
}

fn shown(locale: Locale, number: u64) -> String {
    locales::number(locale, i64::try_from(number).unwrap_or(i64::MAX))
}
