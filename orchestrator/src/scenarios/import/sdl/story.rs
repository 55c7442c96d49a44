//! The course of events: stories, scripts, events and injects become a timeline.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use super::{LONGEST, entities::Entities, scoring::Conditions, units};
use crate::scenarios::{
    Cell, Channel, Effect, Event, EventId, Inject, LocalText, Message, Recipient, Trigger,
    import::{
        Fate,
        draft::{Draft, ours},
        foreign::{append, find, taken_list, techniques, text_of},
        ledger::Given,
        names::Names,
    },
    msel::both,
};

/// Most bytes of messages altogether: an inject may stand in many events.
const MOST_SENT: usize = 8 << 20;

/// Reads stories, scripts, events and injects.
pub(super) fn read(
    root: &Given<'_>,
    draft: &mut Draft,
    entities: &Entities,
    conditions: &Conditions,
) {
    let speeds = stories(root);
    let awaited = awaited(root, conditions);
    let slots = scripts(root, draft, &speeds, &awaited);
    let injects: BTreeMap<&str, Inject> = section(root, "injects")
        .into_iter()
        .map(|(key, given)| (key, inject(key, &given, draft, entities)))
        .collect();
    serve(root, draft);
    let mut names = Names::new("event");
    let mut used: HashSet<&str> = HashSet::new();
    let mut allowance = MOST_SENT;
    for (key, given) in section(root, "events") {
        let trigger = trigger(key, &given, &slots, conditions, &awaited);
        let title = text_of(&given, "name").map_or(key, |(given, text)| {
            given.taken("timeline[].title");
            text
        });
        let title = root.ledger().text(title);
        let mut sent = false;
        if let Some(list) = find(&given, "injects") {
            for item in list.items() {
                let Some((name, message)) =
                    item.text().and_then(|name| injects.get_key_value(name))
                else {
                    item.lost(
                        Message::new("import-sdl-nobody")
                            .with("name", item.text().unwrap_or_default()),
                    );
                    continue;
                };
                used.insert(*name);
                sent = true;
                let Some(left) =
                    allowance.checked_sub(message.text.vi.len() + message.text.en.len() + 1)
                else {
                    item.lost(Message::new("import-sdl-injects"));
                    continue;
                };
                allowance = left;
                push(
                    draft,
                    &mut names,
                    &format!("{key}-{name}"),
                    &title,
                    &trigger,
                    message.clone(),
                );
            }
            taken_list(&list, "timeline[]");
        }
        if let Some(source) = find(&given, "source") {
            source.lost(Message::new("import-sdl-package"));
        }
        let described = text_of(&given, "description").map(|(given, text)| {
            given.changed(Message::new("import-sdl-event-text"));
            root.ledger().text(text)
        });
        if described.is_some() || !sent {
            let text = described.unwrap_or_else(|| title.clone());
            push(draft, &mut names, key, &title, &trigger, to_white(text));
        }
    }
    for (key, message) in &injects {
        if !used.contains(key) {
            let title = root.ledger().text(key);
            push(
                draft,
                &mut names,
                key,
                &title,
                &Trigger::Manual,
                message.clone(),
            );
        }
    }
    let last = draft
        .scenario
        .timeline
        .iter()
        .filter_map(|event| match event.trigger {
            Trigger::At(at) => Some(at),
            _ => None,
        });
    if let Some(last) = last.max() {
        draft.scenario.duration = draft.scenario.duration.max(last);
    }
}

/// Which objectives each message serves: instructors read it, no message is tied to one.
fn serve(root: &Given<'_>, draft: &mut Draft) {
    let mut lines = Vec::new();
    for (key, given) in section(root, "injects") {
        let Some(list) = find(&given, "tlos") else {
            continue;
        };
        let served = super::objectives_of(root, &list);
        if served.is_empty() {
            list.lost(Message::new("import-sdl-inject-key"));
            continue;
        }
        list.changed(Message::new("import-sdl-summary"));
        let name = text_of(&given, "name").map_or(key, |(_, text)| text);
        lines.push(format!("- **{name}**: {}", served.join(" · ")));
    }
    if !lines.is_empty() {
        let text = root.ledger().text(&lines.join("\n"));
        append(
            &mut draft.scenario.summary,
            Some("import-sdl-serves"),
            &text,
        );
    }
}

fn section<'a>(root: &Given<'a>, key: &str) -> Vec<(&'a str, Given<'a>)> {
    find(root, key)
        .map(|section| section.entries())
        .unwrap_or_default()
}

fn push(
    draft: &mut Draft,
    names: &mut Names,
    wish: &str,
    title: &LocalText,
    trigger: &Trigger,
    message: Inject,
) {
    draft.scenario.timeline.push(Event {
        id: EventId::from(names.make(wish)),
        title: Some(title.clone()),
        trigger: trigger.clone(),
        effect: Effect::Message(message),
        respond: None,
        expected: None,
        notes: None,
        hold: false,
    });
}

fn to_white(text: LocalText) -> Inject {
    Inject {
        to: Recipient::White,
        channel: Channel::Document,
        from: both("msel-list"),
        subject: None,
        text,
    }
}

/// How many times faster each script runs by its stories.
fn stories<'a>(root: &Given<'a>) -> BTreeMap<&'a str, f64> {
    let mut speeds = BTreeMap::new();
    for (_, story) in section(root, "stories") {
        let speed = speed(&story);
        if let Some(list) = find(&story, "scripts") {
            for item in list.items() {
                if let Some(name) = item.text() {
                    speeds.insert(name, speed);
                }
            }
            taken_list(&list, "timeline");
        }
        for key in ["name", "description"] {
            if let Some(given) = find(&story, key) {
                given.lost(Message::new("import-sdl-story-text"));
            }
        }
    }
    speeds
}

/// How much faster than the clock it runs: times are divided by it, for here exercise time runs as the clock does.
fn speed(given: &Given<'_>) -> f64 {
    let Some((given, text)) = text_of(given, "speed").or_else(|| text_of(given, "clock")) else {
        return 1.0;
    };
    match text.trim().parse::<f64>() {
        Ok(speed) if speed.is_finite() && (0.001..=1_000.0).contains(&speed) => {
            if (speed - 1.0).abs() < f64::EPSILON {
                given.taken("timeline[].at");
            } else {
                given.changed(Message::new("import-sdl-speed").with("speed", speed));
            }
            speed
        }
        _ => {
            given.lost(Message::new("import-sdl-time"));
            1.0
        }
    }
}

fn scripts<'a>(
    root: &Given<'a>,
    draft: &mut Draft,
    speeds: &BTreeMap<&str, f64>,
    awaited: &HashSet<&str>,
) -> BTreeMap<&'a str, Duration> {
    let mut slots = BTreeMap::new();
    let mut longest = Duration::ZERO;
    for (key, script) in section(root, "scripts") {
        let faster = speed(&script) * speeds.get(key).copied().unwrap_or(1.0);
        let start = time(&script, "start-time").unwrap_or_default();
        let end = time(&script, "end-time").unwrap_or(start).max(start);
        longest = longest.max(slower(end, faster));
        for key in ["name", "description"] {
            if let Some(given) = find(&script, key) {
                given.lost(Message::new("import-sdl-story-text"));
            }
        }
        let Some(list) = find(&script, "events") else {
            continue;
        };
        for item in list.items() {
            let Some(name) = item.text() else { continue };
            if awaited.contains(name) {
                item.lost(Message::new("import-sdl-event-slot"));
            } else {
                item.taken(format!("timeline: {name}"));
            }
            let at = start + end.saturating_sub(start).mul_f64(fraction(root, name));
            slots.entry(name).or_insert(slower(at, faster));
        }
        for (name, given) in list.entries() {
            let at = if let Some(at) = given.text().and_then(units::time) {
                if awaited.contains(name) {
                    given.lost(Message::new("import-sdl-event-slot"));
                } else {
                    given.taken("timeline[].at");
                }
                at
            } else {
                given.lost(Message::new("import-sdl-time"));
                start
            };
            slots.entry(name).or_insert(slower(at, faster));
        }
    }
    if !longest.is_zero() {
        draft.scenario.duration = longest;
    }
    slots
}

/// Events that wait for a condition's task: they have no time, whatever their script says.
fn awaited<'a>(root: &Given<'a>, conditions: &Conditions) -> HashSet<&'a str> {
    let waits = |event: &Given<'a>| {
        let list = find(event, "conditions");
        let items = list.map(|list| list.items()).unwrap_or_default();
        let mut names = items.iter().filter_map(Given::text);
        names.any(|name| conditions.contains_key(name))
    };
    let events = section(root, "events").into_iter();
    let awaited = events.filter(|(_, event)| waits(event));
    awaited.map(|(key, _)| key).collect()
}

/// Where within its script an event stood in older versions of the language.
fn fraction(root: &Given<'_>, event: &str) -> f64 {
    let event = find(root, "events").and_then(|events| events.get(event));
    let time = event.and_then(|event| text_of(&event, "time").map(|(_, text)| text.to_owned()));
    let part = time.and_then(|text| text.trim().parse::<f64>().ok());
    part.filter(|part| part.is_finite())
        .unwrap_or_default()
        .clamp(0.0, 1.0)
}

fn slower(time: Duration, faster: f64) -> Duration {
    let seconds = (time.as_secs_f64() / faster).round();
    Duration::try_from_secs_f64(seconds)
        .unwrap_or(LONGEST)
        .min(LONGEST)
}

fn time(script: &Given<'_>, key: &str) -> Option<Duration> {
    let (given, text) = text_of(script, key)?;
    match units::time(text) {
        Some(time) if time <= LONGEST => {
            given.taken("timeline[].at");
            Some(time)
        }
        Some(_) => {
            given.changed(Message::new("import-sdl-long"));
            Some(LONGEST)
        }
        None => {
            given.lost(Message::new("import-sdl-time"));
            None
        }
    }
}

/// A condition's task opens it; otherwise its script says when, and where none does the white cell.
fn trigger(
    key: &str,
    event: &Given<'_>,
    slots: &BTreeMap<&str, Duration>,
    conditions: &Conditions,
    awaited: &HashSet<&str>,
) -> Trigger {
    let slot = slots.get(key);
    if let Some(given) = find(event, "time") {
        match slot {
            Some(_) if awaited.contains(key) => given.lost(Message::new("import-sdl-event-slot")),
            Some(_) => given.taken("timeline[].at"),
            None => given.lost(Message::new("import-sdl-time")),
        }
    }
    let mut waits = None;
    for item in find(event, "conditions")
        .map(|list| list.items())
        .unwrap_or_default()
    {
        let task = item.text().and_then(|name| conditions.get(name));
        match (task, &waits) {
            (Some(task), None) => {
                item.changed(Message::new("import-sdl-event-condition").with("name", task));
                waits = Some(task.clone());
            }
            (Some(_), Some(_)) => item.lost(Message::new("import-sdl-event-conditions")),
            (None, _) => item.lost(
                Message::new("import-sdl-condition-unused")
                    .with("name", item.text().unwrap_or_default()),
            ),
        }
    }
    match (waits, slot) {
        (Some(task), _) => Trigger::Solved(task),
        (None, Some(slot)) => Trigger::At(*slot),
        (None, None) => {
            let message = Message::new("import-sdl-event-manual");
            event.ledger().tell(Fate::Changed, event.place(), message);
            Trigger::Manual
        }
    }
}

/// A message of the drill's world; what a package would have shown is lost.
fn inject(key: &str, given: &Given<'_>, draft: &mut Draft, entities: &Entities) -> Inject {
    let ledger = given.ledger();
    let name = text_of(given, "name").map(|(given, text)| {
        given.taken("timeline[].message.subject");
        text
    });
    let described = text_of(given, "description").map(|(given, text)| {
        given.taken("timeline[].message.text");
        techniques(text, &mut draft.scenario.attack);
        text
    });
    for key in ["source", "environment"] {
        if let Some(source) = find(given, key) {
            source.lost(Message::new("import-sdl-inject-source"));
        }
    }
    if let Some(given) = find(given, "capabilities") {
        given.lost(Message::new("import-sdl-capability"));
    }
    let from = text_of(given, "from-entity").map(|(given, name)| {
        given.taken("timeline[].message.from");
        ledger.text(entities.title(name))
    });
    let mut to = Recipient::Blue;
    if let Some(list) = find(given, "to-entities") {
        let items = list.items();
        let sides = items.iter().filter_map(Given::text);
        let sides: Vec<Cell> = sides.filter_map(|name| entities.side(name)).collect();
        let red = sides.contains(&Cell::Red) && draft.scenario.plays(Cell::Red);
        let told;
        (to, told) = match (sides.contains(&Cell::Blue), red) {
            (true, true) => (Recipient::All, "import-sdl-to-all"),
            (true, false) => (Recipient::Blue, "import-sdl-to-blue"),
            (false, true) => (Recipient::Red, "import-sdl-to-red"),
            (false, false) => (Recipient::White, "import-sdl-to-white"),
        };
        list.changed(Message::new(told));
    }
    let missing = Message::new("import-sdl-inject-text").with("name", name.unwrap_or(key));
    let text = match (described, name) {
        (Some(text), _) => ledger.text(text),
        (None, _) => ours(&missing),
    };
    let subject = name.map(|name| ledger.text(name));

    Inject {
        to,
        channel: Channel::Mail,
        from: from.unwrap_or_else(|| both("msel-white")),
        subject,
        text,
    }
}
