//! The form of an event: filled from one, and read back into one.

use std::time::Duration;

use super::{
    super::{super::errors::Message, words},
    NEW, page,
};
use crate::{
    exercises::ExerciseView,
    http::pages::Choice,
    locales::{self, Locale},
    scenarios::{
        Action, Channel, Effect, Event, EventId, Inject, LocalText, Recipient, Response, Trigger,
    },
};

const CHANNELS: [(&str, Channel); 5] = [
    ("mail", Channel::Mail),
    ("phone", Channel::Phone),
    ("news", Channel::News),
    ("chat", Channel::Chat),
    ("document", Channel::Document),
];
const RECIPIENTS: [(&str, Recipient, &str); 4] = [
    ("blue", Recipient::Blue, "about-to-blue"),
    ("red", Recipient::Red, "about-to-red"),
    ("all", Recipient::All, "about-to-all"),
    ("white", Recipient::White, "about-to-white"),
];
const WHENS: [(&str, &str); 7] = [
    ("at", "event-when-at"),
    ("solved", "event-when-solved"),
    ("decided", "event-when-decided"),
    ("failed", "event-when-failed"),
    ("responded", "event-when-responded"),
    ("unanswered", "event-when-unanswered"),
    ("manual", "event-when-manual"),
];

/// The form of a new event, with the next free number.
pub(super) fn fresh(view: &ExerciseView) -> page::EventForm {
    let free = (1..).map(|n| format!("N{n:02}"));
    let id = free.into_iter().find(|id| view.event(id).is_none());
    page::EventForm {
        id: id.unwrap_or_default(),
        when: "manual".into(),
        effect: "message".into(),
        to: "blue".into(),
        channel: "mail".into(),
        seen: view.scores.sequence,
        ..page::EventForm::default()
    }
}

/// The form of an event that waits for the white cell or does not, as of a row of the journal.
pub(super) fn of(event: &Event, held: bool, seen: i64) -> page::EventForm {
    let pair = |text: Option<&LocalText>| {
        text.map(|text| (text.vi.clone(), text.en.clone()))
            .unwrap_or_default()
    };
    let (title_vi, title_en) = pair(event.title.as_ref());
    let (expected_vi, expected_en) = pair(event.expected.as_ref());
    let (notes_vi, notes_en) = pair(event.notes.as_ref());
    let mut form = page::EventForm {
        id: event.id.to_string(),
        title_vi,
        title_en,
        expected_vi,
        expected_en,
        notes_vi,
        notes_en,
        hold: if held { "yes".into() } else { String::new() },
        seen,
        ..page::EventForm::default()
    };
    let when = match &event.trigger {
        Trigger::At(at) => {
            form.at = locales::clock(*at);
            "at"
        }
        Trigger::Solved(task) => {
            form.task = task.to_string();
            "solved"
        }
        Trigger::Decided { task, option } => {
            form.option = format!("{task}:{option}");
            "decided"
        }
        Trigger::CheckFailed(service) => {
            form.service = service.to_string();
            "failed"
        }
        Trigger::Responded(of) => {
            form.event = of.to_string();
            "responded"
        }
        Trigger::Unanswered(of) => {
            form.event = of.to_string();
            "unanswered"
        }
        Trigger::Manual => "manual",
    };
    form.when = when.into();
    match &event.effect {
        Effect::Message(message) => {
            form.effect = "message".into();
            form.channel = words::channel(message.channel).into();
            let to = RECIPIENTS.iter().find(|(_, to, _)| *to == message.to);
            form.to = to.map_or("blue", |(word, ..)| word).into();
            (form.from_vi, form.from_en) = pair(Some(&message.from));
            (form.subject_vi, form.subject_en) = pair(message.subject.as_ref());
            (form.text_vi, form.text_en) = pair(Some(&message.text));
        }
        Effect::Action(action) => {
            form.effect = "action".into();
            form.node = action.node.to_string();
            form.run = action.run.join("\n");
            form.user = action.user.clone().unwrap_or_default();
        }
    }
    if let Some(respond) = &event.respond {
        form.due = (respond.due.as_secs() / 60).to_string();
        form.points = respond.points.to_string();
    }
    form
}

/// The event that a form describes; what fits the exercise is looked at when it is set.
pub(super) fn read(
    view: &ExerciseView,
    place: &str,
    form: &page::EventForm,
) -> Result<Event, Message> {
    let wrong = |id: &'static str| Err(Message::new(id));
    let id = if place == NEW { form.id.trim() } else { place };
    // That is where the form of a new one is.
    if place == NEW && id == NEW {
        return Err(Message::new("event-name").with("name", id.to_owned()));
    }
    if place == NEW && view.event(id).is_some() {
        return Err(Message::new("event-name-taken").with("name", id.to_owned()));
    }
    let trigger = match form.when.as_str() {
        "at" => match time(&form.at) {
            Some(at) => Trigger::At(at),
            None => return wrong("event-time"),
        },
        "solved" => Trigger::Solved(form.task.as_str().into()),
        "decided" => {
            let Some((task, option)) = form.option.split_once(':') else {
                return wrong("event-option-missing");
            };
            Trigger::Decided {
                task: task.into(),
                option: option.into(),
            }
        }
        "failed" => Trigger::CheckFailed(form.service.as_str().into()),
        "responded" => Trigger::Responded(form.event.as_str().into()),
        "unanswered" => Trigger::Unanswered(form.event.as_str().into()),
        _ => Trigger::Manual,
    };
    let before = view.event(id);
    let effect = if form.effect == "action" {
        let words = form
            .run
            .lines()
            .map(str::trim)
            .filter(|word| !word.is_empty());
        Effect::Action(Action {
            node: form.node.as_str().into(),
            run: same_command(before, &form.run)
                .unwrap_or_else(|| words.map(str::to_owned).collect()),
            user: Some(form.user.trim().to_owned()).filter(|user| !user.is_empty()),
        })
    } else {
        let channel = CHANNELS.iter().find(|(word, _)| *word == form.channel);
        let to = RECIPIENTS.iter().find(|(word, ..)| *word == form.to);
        Effect::Message(Inject {
            to: to.map_or(Recipient::Blue, |(_, to, _)| *to),
            channel: channel.map_or(Channel::Mail, |(_, channel)| *channel),
            from: both(&form.from_vi, &form.from_en).unwrap_or_default(),
            subject: both(&form.subject_vi, &form.subject_en),
            text: both(&form.text_vi, &form.text_en).unwrap_or_default(),
        })
    };
    let respond = match (form.due.trim(), form.points.trim()) {
        ("", "") => None,
        (due, points) => {
            let minutes = due.parse::<u64>().ok();
            let minutes = minutes.filter(|it| *it > 0 || same_term(before, due).is_some());
            let points = if points.is_empty() {
                Some(0)
            } else {
                points.parse().ok()
            };
            match (minutes, points) {
                (Some(minutes), Some(points)) => Some(Response {
                    due: same_term(before, due)
                        .unwrap_or(Duration::from_secs(minutes.saturating_mul(60))),
                    points,
                }),
                _ => return wrong("event-due"),
            }
        }
    };
    Ok(Event {
        id: EventId::from(id),
        title: both(&form.title_vi, &form.title_en),
        trigger,
        effect,
        respond,
        expected: both(&form.expected_vi, &form.expected_en),
        notes: both(&form.notes_vi, &form.notes_en),
        hold: form.hold == "yes",
    })
}

/// The command as it was, where the form says of it what it showed: an argument of several lines is one all the same.
fn same_command(before: Option<&Event>, shown: &str) -> Option<Vec<String>> {
    match &before?.effect {
        Effect::Action(action) if action.run.join("\n") == shown.replace("\r\n", "\n") => {
            Some(action.run.clone())
        }
        _ => None,
    }
}

/// The term as it was, where the form says of it what it showed: whole minutes.
fn same_term(before: Option<&Event>, shown: &str) -> Option<Duration> {
    let due = before?.respond.as_ref()?.due;
    ((due.as_secs() / 60).to_string() == shown).then_some(due)
}

/// A text in both languages; the one that is missing is the other.
fn both(vi: &str, en: &str) -> Option<LocalText> {
    let (vi, en) = (vi.trim(), en.trim());
    let (vi, en) = match (vi, en) {
        ("", "") => return None,
        ("", en) => (en, en),
        (vi, "") => (vi, vi),
        both => both,
    };
    Some(LocalText {
        vi: vi.replace("\r\n", "\n"),
        en: en.replace("\r\n", "\n"),
    })
}

/// `1:05`, `1:05:30`, `65` minutes.
fn time(text: &str) -> Option<Duration> {
    let parts: Option<Vec<u64>> = text
        .trim()
        .split(':')
        .map(|part| part.parse().ok())
        .collect();
    let seconds = match parts?.as_slice() {
        [minutes] => minutes.checked_mul(60)?,
        [hours, minutes] if *minutes < 60 => hours.checked_mul(3600)? + minutes * 60,
        [hours, minutes, seconds] if *minutes < 60 && *seconds < 60 => {
            hours.checked_mul(3600)? + minutes * 60 + seconds
        }
        _ => return None,
    };
    Some(Duration::from_secs(seconds))
}

/// The page with the form and what can be chosen in it.
pub(super) fn page(
    view: &ExerciseView,
    place: &str,
    form: page::EventForm,
    locale: Locale,
    error: Option<String>,
) -> page::EventPage {
    let scenario = &view.definition.scenario;
    let choice = |value: String, title: String, chosen: &str| Choice {
        chosen: value == chosen,
        value,
        title,
    };
    let decisions = scenario
        .tasks
        .iter()
        .filter_map(|task| Some((task, task.decision()?)));
    let options = decisions
        .flat_map(|(task, decision)| decision.options.iter().map(move |option| (task, option)));
    let answered = view
        .timeline
        .iter()
        .filter(|event| event.respond.is_some() && event.id.as_str() != place);
    page::EventPage {
        exercise: view.exercise.id.to_string(),
        title: view.exercise.title.clone(),
        place: place.to_owned(),
        new: place == NEW,
        whens: WHENS
            .iter()
            .map(|(word, id)| choice((*word).into(), words::say(locale, id), &form.when))
            .collect(),
        tasks: scenario
            .tasks
            .iter()
            .map(|task| {
                let title = task.title.get(locale).to_owned();
                choice(task.id.to_string(), title, &form.task)
            })
            .collect(),
        options: options
            .map(|(task, option)| {
                let title = format!("{}: {}", task.title.get(locale), option.text.get(locale));
                choice(format!("{}:{}", task.id, option.id), title, &form.option)
            })
            .collect(),
        services: scenario
            .services
            .iter()
            .map(|service| {
                let title = service.title.get(locale).to_owned();
                choice(service.id.to_string(), title, &form.service)
            })
            .collect(),
        answered: answered
            .map(|event| {
                let title = format!("{} · {}", event.id, words::timeline_event(event, locale).1);
                choice(event.id.to_string(), title, &form.event)
            })
            .collect(),
        recipients: RECIPIENTS
            .iter()
            .map(|(word, _, id)| choice((*word).into(), words::say(locale, id), &form.to))
            .collect(),
        channels: CHANNELS
            .iter()
            .map(|(word, _)| {
                let title = words::say(locale, &format!("channel-{word}"));
                choice((*word).into(), title, &form.channel)
            })
            .collect(),
        nodes: scenario
            .nodes
            .iter()
            .map(|node| choice(node.id.to_string(), node.id.to_string(), &form.node))
            .collect(),
        form,
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let seconds = |text| time(text).map(|time| time.as_secs());
        assert_eq!(seconds("65"), Some(3900));
        assert_eq!(seconds("1:05"), Some(3900));
        assert_eq!(seconds(" 01:05:30 "), Some(3930));
        for wrong in [
            "",
            "1:60",
            "1:5:60",
            "-1",
            "1:2:3:4",
            "một giờ",
            "18446744073709551615",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_the_form_cannot_show_stays_as_it_was() {
        let run = vec!["sh".to_owned(), "-c".to_owned(), "cd /srv\n./go".to_owned()];
        let event = Event {
            id: "E01".into(),
            title: None,
            trigger: Trigger::Manual,
            effect: Effect::Action(Action {
                node: "portal".into(),
                run: run.clone(),
                user: None,
            }),
            respond: Some(Response {
                due: Duration::from_secs(90),
                points: 5,
            }),
            expected: None,
            notes: None,
            hold: false,
        };
        let form = of(&event, true, 7);
        assert_eq!(form.hold, "yes", "as it is decided, not as it was written");
        let sent = form.run.replace('\n', "\r\n");
        assert_eq!(same_command(Some(&event), &sent), Some(run));
        assert_eq!(same_command(Some(&event), "sh"), None);
        assert_eq!(
            same_term(Some(&event), &form.due),
            Some(Duration::from_secs(90))
        );
        assert_eq!(same_term(Some(&event), "2"), None);
    }

    #[test]
    fn the_language_that_is_missing_is_the_other() {
        let text = both("Báo cáo\r\nngay", "").expect("one");
        assert_eq!(
            (text.vi.as_str(), text.en.as_str()),
            ("Báo cáo\nngay", "Báo cáo\nngay")
        );
        assert!(both(" ", "\n").is_none());
    }
}
