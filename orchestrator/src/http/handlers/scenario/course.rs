//! How a scenario's time goes: its parts and what happens in them.

use super::{
    super::super::{errors::Message, pages::scenario as page},
    words,
};
use crate::{
    locales::{self, Locale},
    scenarios::{Answer, Effect, Event, Recipient, Scenario, Trigger},
};

/// Times written below the axis.
const TICKS: i64 = 6;

/// The parts of the time, each from where the one before ends.
pub(super) fn phases(scenario: &Scenario, locale: Locale) -> Vec<page::PhaseRow> {
    let mut from = 0;
    let row = |(place, phase): (usize, &crate::scenarios::Phase)| {
        let own = || {
            let tasks = scenario.tasks.iter();
            tasks.filter(|task| task.phase.as_ref() == Some(&phase.id))
        };
        let minutes = phase.duration.as_secs() / 60;
        let begun = from;
        from += minutes;
        page::PhaseRow {
            number: place + 1,
            title: phase.title.get(locale).to_owned(),
            from: begun,
            to: from,
            minutes,
            tasks: own().count(),
            points: own().map(|task| i64::from(task.points)).sum(),
        }
    };
    scenario.phases.iter().enumerate().map(row).collect()
}

/// The part of the time in which something happens after so many seconds, where there are parts.
fn phase_at(scenario: &Scenario, at: Option<i64>, locale: Locale) -> Option<String> {
    let at = std::time::Duration::from_secs(u64::try_from(at?).ok()?);
    let (phase, _) = scenario.phase_at(at)?;
    Some(phase.title.get(locale).to_owned())
}

/// What happens, by time; what waits for something comes after it. Deadlines of reports stand among the events.
pub(super) fn timeline(
    scenario: &Scenario,
    phases: &[page::PhaseRow],
    locale: Locale,
) -> (Option<page::Axis>, Vec<page::TimelineRow>) {
    let deadlines = scenario.tasks.iter().filter_map(|task| match &task.answer {
        Answer::Report(report) => Some((task, report.due)),
        _ => None,
    });
    let mut rows: Vec<(Option<i64>, page::TimelineRow)> = scenario
        .timeline
        .iter()
        .map(|event| happens(scenario, event, locale))
        .collect();
    rows.extend(deadlines.enumerate().map(|(number, (task, due))| {
        let at = words::seconds(due);
        let row = page::TimelineRow {
            id: Message::new("about-due-code")
                .with("number", number + 1)
                .text(locale),
            when: trigger(scenario, &Trigger::At(due), locale),
            icon: "report",
            title: Message::new("about-due")
                .with("what", task.title.get(locale).to_owned())
                .text(locale),
            to: None,
            respond: None,
            phase: phase_at(scenario, Some(at), locale),
            due: true,
        };
        (Some(at), row)
    }));
    rows.sort_by_key(|(at, _)| at.unwrap_or(i64::MAX));
    let duration = words::seconds(scenario.duration);
    let axis = page::Axis::draw(&rows, phases, duration, TICKS);
    (axis, rows.into_iter().map(|(_, row)| row).collect())
}

fn happens(scenario: &Scenario, event: &Event, locale: Locale) -> (Option<i64>, page::TimelineRow) {
    let (icon, title) = words::timeline_event(event, locale);
    let at = match event.trigger {
        Trigger::At(at) => Some(words::seconds(at)),
        _ => None,
    };
    let to = match &event.effect {
        Effect::Message(message) => Some(match message.to {
            Recipient::Blue => "about-to-blue",
            Recipient::Red => "about-to-red",
            Recipient::All => "about-to-all",
            Recipient::White => "about-to-white",
        }),
        Effect::Action(_) => None,
    };
    let row = page::TimelineRow {
        id: event.id.to_string(),
        when: trigger(scenario, &event.trigger, locale),
        icon,
        title,
        to: to.map(|id| words::say(locale, id)),
        respond: event.respond.as_ref().map(|respond| {
            Message::new("about-respond")
                .with("length", locales::length(locale, respond.due))
                .with("points", i64::from(respond.points))
                .text(locale)
        }),
        phase: phase_at(scenario, at, locale),
        due: false,
    };
    (at, row)
}

/// When an event happens, in words.
pub(in crate::http) fn trigger(scenario: &Scenario, trigger: &Trigger, locale: Locale) -> String {
    match trigger {
        Trigger::At(at) => Message::new("when-at")
            .with("minutes", words::seconds(*at) / 60)
            .text(locale),
        Trigger::Solved(id) => Message::new("when-solved")
            .with("what", words::task(scenario, id.as_str(), locale))
            .text(locale),
        Trigger::Decided { task, option } => Message::new("when-decided")
            .with("what", words::task(scenario, task.as_str(), locale))
            .with(
                "option",
                words::option(scenario, (task.as_str(), option.as_str()), locale),
            )
            .text(locale),
        Trigger::CheckFailed(id) => Message::new("when-failed")
            .with("what", words::service(scenario, id, locale))
            .text(locale),
        Trigger::Responded(id) => Message::new("when-responded")
            .with("event", id.to_string())
            .text(locale),
        Trigger::Unanswered(id) => Message::new("when-unanswered")
            .with("event", id.to_string())
            .text(locale),
        Trigger::Manual => words::say(locale, "when-manual"),
    }
}
