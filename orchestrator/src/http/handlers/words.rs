//! The words and drawings of states, kinds and events: one place, so that a thing is called the same on every page.

mod points;

use std::{collections::HashMap, time::Duration};

use super::super::{
    App, AppError,
    errors::Message,
    pages::{State, Tone},
};
use crate::{
    environments::{EnvironmentStatus, Failure, Phase},
    exercises::{Exercise, ExerciseState, ExerciseView, TeamView},
    ids::{PersonId, ProvinceId},
    journal::{CheckState, Entry, Event, Subject, Verdict},
    locales::{self, Locale, Value},
    scenarios::{Answer, Cell, Channel, Effect, Scenario, ServiceId, TaskId},
    store,
};

/// A message without arguments.
pub(in crate::http) fn say(locale: Locale, id: &str) -> String {
    locales::text(locale, id, &[])
}

/// Where an exercise stands.
pub(in crate::http) fn exercise_state(locale: Locale, state: ExerciseState) -> State {
    let tone = match state {
        ExerciseState::Draft | ExerciseState::Finished => Tone::Idle,
        ExerciseState::Preparing => Tone::Busy,
        ExerciseState::Ready => Tone::Info,
        ExerciseState::Running => Tone::Good,
        ExerciseState::Paused => Tone::Paused,
    };
    State::new(tone, say(locale, &format!("exercise-state-{state}")))
}

/// Where an exercise stands: a draft that has an hour is no mere draft.
pub(in crate::http) fn standing(locale: Locale, exercise: &Exercise) -> State {
    if exercise.state == ExerciseState::Draft && exercise.schedule.is_some() {
        return State::new(Tone::Info, say(locale, "exercise-state-scheduled"));
    }
    exercise_state(locale, exercise.state)
}

/// How a team's machines are, or that it needs none.
pub(in crate::http) fn machines(
    view: &ExerciseView,
    status: Option<&EnvironmentStatus>,
    locale: Locale,
) -> State {
    if view.definition.is_bare() {
        return State::new(Tone::Idle, say(locale, "environment-not-needed"));
    }
    environment(locale, status)
}

/// How an environment is.
pub(in crate::http) fn environment(locale: Locale, status: Option<&EnvironmentStatus>) -> State {
    let Some(status) = status else {
        return State::new(Tone::Idle, say(locale, "environment-none"));
    };
    let phase = match status.phase {
        Phase::Gone => Phase::Gone,
        _ if status.leaving => Phase::Removing,
        phase => phase,
    };
    let word = say(locale, &format!("environment-phase-{}", phase.as_str()));
    match phase {
        Phase::Wanted | Phase::Gone => State::new(Tone::Idle, word),
        Phase::Preparing => {
            let stage = status.step.as_ref().map(|step| {
                let stage = say(locale, &format!("stage-{}", step.stage));
                match step.total {
                    0 | 1 => stage,
                    total => format!("{stage} {}/{total}", step.done),
                }
            });
            State::new(Tone::Busy, stage.unwrap_or(word))
        }
        Phase::Ready | Phase::Suspended if status.mending => {
            State::new(Tone::Warn, say(locale, "environment-mending"))
        }
        Phase::Ready => State::new(Tone::Good, word),
        Phase::Suspended => State::new(Tone::Paused, word),
        Phase::Failed => State::new(Tone::Bad, word),
        Phase::Removing => State::new(Tone::Busy, word),
    }
}

/// How far preparing is, in hundredths, while it lasts.
pub(in crate::http) fn progress(status: Option<&EnvironmentStatus>) -> Option<u8> {
    let step = status
        .filter(|status| status.phase == Phase::Preparing && !status.leaving)?
        .step
        .as_ref()?;
    let stages = 4;
    let before = crate::environments::Stage::ALL
        .iter()
        .position(|stage| *stage == step.stage)?
        .saturating_sub(1);
    let share = (before * 100 + step.done * 100 / step.total.max(1)) / stages;
    u8::try_from(share.min(99)).ok()
}

/// Why an environment is not further.
pub(in crate::http) fn failure(locale: Locale, failure: &Failure) -> String {
    let arguments: Vec<(&str, Value<'_>)> = failure
        .arguments
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().into()))
        .collect();
    locales::text(locale, &failure.message, &arguments)
}

/// The drawing of a channel.
pub(in crate::http) const fn channel_icon(channel: &str) -> &'static str {
    match channel.as_bytes() {
        b"phone" => "phone",
        b"news" => "news",
        b"chat" => "speak",
        b"document" => "file",
        _ => "mail",
    }
}

/// The word of a scenario's channel.
pub(in crate::http) const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "mail",
        Channel::Phone => "phone",
        Channel::News => "news",
        Channel::Chat => "chat",
        Channel::Document => "document",
    }
}

/// How a task is answered, as a word and a drawing.
pub(in crate::http) const fn answer(answer: &Answer) -> (&'static str, &'static str) {
    match answer {
        Answer::Flag => ("flag", "flag"),
        Answer::Text(_) => ("text", "question"),
        Answer::Number(_) => ("number", "question"),
        Answer::Pattern(_) => ("pattern", "question"),
        Answer::Choice(_) => ("choice", "question"),
        Answer::Choices(_) => ("choices", "question"),
        Answer::Order(_) => ("order", "question"),
        Answer::File(_) => ("file", "file"),
        Answer::Check(_) => ("check", "probe"),
        Answer::Report(_) => ("report", "report"),
        Answer::Decision(_) => ("decision", "speak"),
        Answer::Parts(_) => ("parts", "question"),
    }
}

/// A task's title, or its identifier.
pub(in crate::http) fn task(scenario: &Scenario, id: &str, locale: Locale) -> String {
    let task = scenario.task(&TaskId::from(id.to_owned()));
    task.map_or_else(|| id.to_owned(), |task| task.title.get(locale).to_owned())
}

/// What a team gave to a task: options by their texts.
fn given(scenario: &Scenario, (id, part): (&str, &str), kept: &str, locale: Locale) -> String {
    let task = scenario.task(&TaskId::from(id.to_owned()));
    let way = task.and_then(|task| task.way(part));
    match way.and_then(|way| way.answer.selection()) {
        Some((selection, taking)) => selection.shown(kept, taking, locale),
        None => kept.to_owned(),
    }
}

/// What an option of a decision says, or its identifier.
pub(in crate::http) fn option(
    scenario: &Scenario,
    (task, option): (&str, &str),
    locale: Locale,
) -> String {
    let task = scenario.task(&TaskId::from(task.to_owned()));
    let decision = task.and_then(|task| task.decision());
    let chosen = decision.and_then(|decision| decision.option(option));
    chosen.map_or_else(|| option.to_owned(), |it| it.text.get(locale).to_owned())
}

/// A task's title, and that of its part where one is meant.
fn task_part(scenario: &Scenario, id: &str, part: &str, locale: Locale) -> String {
    let title = task(scenario, id, locale);
    let task = scenario.task(&TaskId::from(id.to_owned()));
    let Some(Answer::Parts(parts)) = task.map(|task| &task.answer) else {
        return title;
    };
    let part = parts.parts.iter().find(|it| it.id.as_str() == part);
    part.map_or(title.clone(), |part| {
        format!("{title} – {}", part.title.get(locale))
    })
}

/// A service's title, or its identifier.
pub(in crate::http) fn service(scenario: &Scenario, id: &ServiceId, locale: Locale) -> String {
    let service = scenario.services.iter().find(|service| service.id == *id);
    service.map_or_else(
        || id.to_string(),
        |service| service.title.get(locale).to_owned(),
    )
}

/// What an event of the timeline is about.
pub(in crate::http) fn timeline_event(
    event: &crate::scenarios::Event,
    locale: Locale,
) -> (&'static str, String) {
    let (icon, what) = match &event.effect {
        Effect::Message(message) => {
            let icon = channel_icon(channel(message.channel));
            let subject = message.subject.as_ref().map(|subject| subject.get(locale));
            (
                icon,
                subject
                    .unwrap_or_else(|| message.from.get(locale))
                    .to_owned(),
            )
        }
        Effect::Action(action) => {
            let node = Message::new("event-action").with("node", action.node.to_string());
            ("bolt", node.text(locale))
        }
    };
    let title = event
        .title
        .as_ref()
        .map(|title| title.get(locale).to_owned());
    (icon, title.unwrap_or(what))
}

/// Why the teams' machines went.
const fn removed(expired: bool) -> &'static str {
    if expired {
        "happened-expired"
    } else {
        "happened-removed"
    }
}

/// Whether a member is waited for.
const fn waited_for(excused: bool) -> &'static str {
    if excused {
        "happened-excused"
    } else {
        "happened-expected"
    }
}

/// What became of a machine that was lost.
const fn lost(repeats: bool) -> &'static str {
    if repeats {
        "happened-lost-repeats"
    } else {
        "happened-lost"
    }
}

/// The drawing and the message of an answer.
const fn judged(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Correct => ("s-good", "happened-solved"),
        Verdict::Wrong => ("close", "happened-wrong"),
        Verdict::Foreign => ("s-warn", "happened-foreign"),
    }
}

/// An event of the timeline by its name: drawing and title.
fn titled(view: &ExerciseView, id: &str, locale: Locale) -> (&'static str, String) {
    view.event(id).map_or_else(
        || ("bolt", id.to_owned()),
        |event| timeline_event(event, locale),
    )
}

fn decided(
    scenario: &Scenario,
    (id, of): (&str, &str),
    locale: Locale,
) -> (&'static str, String, String) {
    let title = Message::new("happened-decided").with("what", task(scenario, id, locale));
    let chosen = option(scenario, (id, of), locale);
    ("speak", title.text(locale), chosen)
}

/// A row of the journal in words: drawing, title, more.
pub(in crate::http) fn entry(
    entry: &Entry,
    view: &ExerciseView,
    texts: &HashMap<uuid::Uuid, String>,
    locale: Locale,
) -> Option<(&'static str, String, String)> {
    let scenario = &view.definition.scenario;
    let words = |id: uuid::Uuid| texts.get(&id).cloned().unwrap_or_default();
    let with = |id: &'static str, what: String| Message::new(id).with("what", what).text(locale);
    let event_title = |id: &str| titled(view, id, locale);
    Some(match &entry.event {
        Event::EnvironmentReady { .. } => ("s-good", say(locale, "happened-ready"), String::new()),
        Event::EnvironmentFailed { reason, .. } => {
            ("s-bad", say(locale, "happened-failed"), reason.clone())
        }
        Event::EnvironmentReset { .. } => ("undo", say(locale, "happened-reset"), String::new()),
        Event::MachineLost { node, repeats, .. } => {
            let told = Message::new(lost(*repeats)).with("node", node.clone());
            ("s-warn", told.text(locale), String::new())
        }
        Event::EnvironmentRetried => ("undo", say(locale, "happened-retried"), String::new()),
        Event::MemberExcused { excused, .. } => {
            ("users", say(locale, waited_for(*excused)), String::new())
        }
        Event::EnvironmentsRemoved { expired } => {
            ("s-warn", say(locale, removed(*expired)), String::new())
        }
        Event::Submission {
            task: id,
            part,
            verdict,
            answer,
        } => {
            let part = part.as_deref().unwrap_or_default();
            let (icon, message) = judged(*verdict);
            (
                icon,
                with(message, task_part(scenario, id, part, locale)),
                given(scenario, (id, part), &words(answer.id), locale),
            )
        }
        Event::Decided {
            task: id,
            option: of,
        } => decided(scenario, (id, of), locale),
        Event::CheckChanged { subject, state } => {
            let what = match subject {
                Subject::Task(id) => task(scenario, id, locale),
                Subject::Service(id) => service(scenario, &ServiceId::from(id.clone()), locale),
            };
            let (icon, message) = match (state, subject) {
                (CheckState::Passing, _) => ("s-good", "happened-passing"),
                // A task that is not done yet is nothing broken.
                (CheckState::Failing, Subject::Task(_)) => ("s-idle", "happened-unmet"),
                (CheckState::Failing, Subject::Service(_)) => ("s-bad", "happened-failing"),
                (CheckState::Error, _) => ("s-warn", "happened-check-error"),
            };
            (icon, with(message, what), String::new())
        }
        Event::HintTaken { task: id, .. } => {
            let title = with("happened-hint", task(scenario, id, locale));
            ("question", title, String::new())
        }
        Event::InjectDelivered { event } => {
            let (icon, title) = event_title(event);
            (icon, with("happened-inject", title), String::new())
        }
        Event::ActionStarted { event } => {
            let title = with("happened-action", event_title(event).1);
            ("bolt", title, String::new())
        }
        Event::ActionFinished { event, code, .. } if *code != 0 => (
            "s-bad",
            with("happened-action-failed", event_title(event).1),
            Message::new("happened-action-code")
                .with("code", *code)
                .text(locale),
        ),
        Event::MessageSent { channel, text } => (
            channel_icon(channel.as_str()),
            say(locale, "happened-message"),
            words(text.id),
        ),
        Event::ResponseGiven { event, text } => (
            "mail",
            with("happened-response", event_title(event).1),
            words(text.id),
        ),
        Event::ReportFiled { task: id, .. } => {
            let title = with("happened-report", task(scenario, id, locale));
            ("report", title, String::new())
        }
        Event::TerminalShared { node, shared } => {
            let id = if *shared {
                "happened-shared"
            } else {
                "happened-unshared"
            };
            let told = Message::new(id).with("node", node.clone());
            ("terminal", told.text(locale), String::new())
        }
        Event::HelpCalled { text } => ("hand", say(locale, "happened-help"), words(text.id)),
        event => match seat(event) {
            Some(id) => ("users", say(locale, id), String::new()),
            None => return points::entry(event, scenario, words, locale),
        },
    })
}

/// What changed in who sits where.
pub(in crate::http) const fn seat(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::MemberJoined { .. } => "happened-joined",
        Event::MemberLeft { .. } => "happened-left",
        Event::LeadNamed { .. } => "happened-lead",
        Event::SeatsSet { .. } => "happened-seats",
        Event::CommsCheckAnswered { .. } => "happened-comms",
        _ => return None,
    })
}

/// Names of the members of teams; an erased one has none.
pub(in crate::http) async fn names(
    app: &App,
    province: ProvinceId,
    teams: &[&TeamView],
) -> Result<HashMap<PersonId, String>, AppError> {
    let mut connection = app.db.connection().await?;
    let mut names = HashMap::new();
    for person in teams.iter().flat_map(|team| &team.members) {
        let found = store::staff::find_person(&mut connection, province, *person).await?;
        names.insert(*person, found.map(|person| person.name).unwrap_or_default());
    }
    Ok(names)
}

/// What the side of a team is called, where trainees play both.
pub(in crate::http) fn cell(scenario: &Scenario, cell: Cell, locale: Locale) -> Option<String> {
    let id = match cell {
        Cell::Blue => "cell-blue",
        Cell::Red => "cell-red",
    };
    scenario.plays(Cell::Red).then(|| say(locale, id))
}

/// Whole seconds, as clocks show them.
pub(in crate::http) fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
