//! The white cell's log: what organisers and evaluators did, newest first, so that each sees what the others do; and what
//! is written into it by hand.

use std::{collections::HashSet, time::Duration};

use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        feed::Rows,
        forms::{Form, Path},
        pages::log::LogLine,
    },
    ledger, see_other, words,
};
use crate::{
    exercises::ExerciseView,
    ids::{AccountId, ExerciseId, TeamId},
    journal::{Actor, Entry, Event},
    locales::{self, Locale},
    random::bytes,
    store,
};

/// Lines shown at most.
const LINES: usize = 40;
/// Rows looked at for them at most: what is done for forty teams at once is one line.
const ROWS: usize = 2_000;

/// The log of an exercise, for who reads it.
pub(super) async fn of(
    app: &App,
    visitor: &Visitor,
    view: &ExerciseView,
) -> Result<Vec<LogLine>, AppError> {
    let rows = app.feeds.rows(&app.db, view.exercise.id).await?;
    lines(app, view, &rows, visitor.locale).await
}

async fn lines(
    app: &App,
    view: &ExerciseView,
    rows: &Rows,
    locale: Locale,
) -> Result<Vec<LogLine>, AppError> {
    let teams = view.teams.iter().flat_map(|team| rows.team(team.team.id));
    let mut all: Vec<&Entry> = rows.common.iter().chain(teams).collect();
    all.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.sequence));
    all.truncate(ROWS);
    let hands: HashSet<AccountId> = all.iter().filter_map(|entry| hand(entry)).collect();
    let hands = hands.into_iter().map(Actor::Account);
    let names = ledger::names(app, hands).await?;
    let mut connection = app.db.connection().await?;
    let mut lines: Vec<(LogLine, usize)> = Vec::new();
    for entry in all {
        let who = match entry.actor {
            Actor::Account(account) => Some(names.get(&account).cloned().unwrap_or_default()),
            Actor::System => None,
            // What members of teams do stands with their teams.
            Actor::Person(_) => continue,
        };
        let Some((icon, title)) = said(entry, view, locale) else {
            continue;
        };
        let team = entry.team.and_then(|team| view.team(team));
        let mut line = LogLine {
            at: entry.at,
            seconds: entry.exercise_time.as_secs(),
            who,
            icon,
            title,
            text: String::new(),
            team: team.map(|team| team.team.name.clone()),
            teams: None,
        };
        // What is done for all teams is one deed, written in one transaction.
        if let Some((last, count)) = lines.last_mut()
            && last.team.is_some()
            && line.team.is_some()
            && (last.at, &last.who, &last.title) == (line.at, &line.who, &line.title)
        {
            *count += 1;
            continue;
        }
        if lines.len() == LINES {
            break;
        }
        if let Some(text) = entry.event.text().filter(|_| has_words(&entry.event)) {
            let words = store::journal::text(&mut connection, text.id).await?;
            line.text = words.unwrap_or_default();
        }
        lines.push((line, 1));
    }
    let lines = lines.into_iter().map(|(line, count)| match count {
        1 => line,
        count => LogLine {
            team: None,
            teams: Some(count),
            ..line
        },
    });
    Ok(lines.collect())
}

/// Whose account did it.
const fn hand(entry: &Entry) -> Option<AccountId> {
    match entry.actor {
        Actor::Account(account) => Some(account),
        _ => None,
    }
}

/// Whether the words of a row are to be read in the log.
const fn has_words(event: &Event) -> bool {
    matches!(
        event,
        Event::NoteTaken { .. }
            | Event::MessageSent { .. }
            | Event::Regraded { .. }
            | Event::PointsAdjusted { .. }
    )
}

/// What was done, in words; nothing where it is no deed of the white cell's and nothing that it must know.
fn said(entry: &Entry, view: &ExerciseView, locale: Locale) -> Option<(&'static str, String)> {
    let say = |icon, id: &str| Some((icon, words::say(locale, id)));
    let with = |icon, id: &'static str, event: &str| {
        let told = Message::new(id).with("event", event.to_owned());
        Some((icon, told.text(locale)))
    };
    let by_hand = matches!(entry.actor, Actor::Account(_));
    match &entry.event {
        Event::Started => say("play", "log-started"),
        Event::Paused => say("pause", "log-paused"),
        Event::Resumed => say("play", "log-resumed"),
        Event::Finished { time_out: true } => say("stop", "log-over"),
        Event::Finished { .. } => say("stop", "log-finished"),
        Event::Interrupted { .. } => say("s-warn", "log-interrupted"),
        Event::Preparing => say("server", "log-preparing"),
        Event::NoteTaken { .. } => say("edit", "log-note"),
        Event::DurationSet { duration } => {
            let length = Duration::from_micros(u64::try_from(*duration).unwrap_or_default());
            let told = Message::new("log-duration").with("length", locales::length(locale, length));
            Some(("clock", told.text(locale)))
        }
        Event::EventPlanned { event, .. } => with("edit", "log-planned", event),
        Event::EventHeld { event, held: true } => with("pause", "log-held", event),
        Event::EventHeld { event, .. } => with("play", "log-let", event),
        Event::EventSkipped {
            event,
            skipped: true,
        } => with("close", "log-skipped", event),
        Event::EventSkipped { event, .. } => with("undo", "log-unskipped", event),
        Event::InjectDelivered { event } | Event::ActionStarted { event } if by_hand => {
            with("bolt", "log-fired", event)
        }
        Event::MessageSent { .. } => say("speak", "log-message"),
        // Who has graded, never how: those who have not yet must not be led.
        Event::ReportGraded { task, .. }
        | Event::GradeGiven { task, .. }
        | Event::GradeSettled { task, .. } => {
            let task = words::task(&view.definition.scenario, task, locale);
            let told = Message::new("log-graded").with("what", task);
            Some(("edit", told.text(locale)))
        }
        Event::Regraded { task, .. } => {
            let task = words::task(&view.definition.scenario, task, locale);
            let told = Message::new("log-regraded").with("what", task);
            Some(("edit", told.text(locale)))
        }
        Event::PointsAdjusted { points, .. } => {
            let told = Message::new("log-points").with("points", *points);
            Some(("edit", told.text(locale)))
        }
        Event::BoardFrozen => say("pause", "log-frozen"),
        Event::BoardThawed => say("play", "log-thawed"),
        Event::EnvironmentReset { .. } if by_hand => say("undo", "happened-reset"),
        Event::EnvironmentRetried if by_hand => say("undo", "happened-retried"),
        Event::MemberExcused { excused: true, .. } => say("users", "happened-excused"),
        Event::MemberExcused { .. } => say("users", "happened-expected"),
        Event::IsolationLost { .. } => say("s-bad", "log-open"),
        Event::IsolationRestored => say("s-good", "log-closed"),
        Event::CommsCheckSent => say("speak", "log-comms"),
        event => say("users", words::seat(event).filter(|_| by_hand)?),
    }
}

#[derive(Deserialize)]
pub(in crate::http) struct Note {
    text: String,
    /// The team that it is about; empty for the exercise as a whole.
    #[serde(default)]
    team: String,
    #[serde(default)]
    form: String,
}

/// `POST /exercises/{exercise}/notes`
pub(in crate::http) async fn note(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(note): Form<Note>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let team = match note.team.as_str() {
        "" => None,
        team => Some(team.parse::<TeamId>().map_err(|_| AppError::NotFound)?),
    };
    let form = form(&app, note.form);
    let about = (team, note.text.as_str());
    app.exercises.take_note(exercise, by, about, &form).await?;
    let to = team.map_or_else(
        || format!("/exercises/{exercise}"),
        |team| format!("/exercises/{exercise}?team={team}"),
    );
    Ok(see_other(
        &app,
        &visitor,
        &to,
        "good",
        &Message::new("note-taken"),
    ))
}

#[derive(Deserialize)]
pub(in crate::http) struct More {
    minutes: u64,
    #[serde(default)]
    form: String,
}

/// `POST /exercises/{exercise}/time`
pub(in crate::http) async fn add_time(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(more): Form<More>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let form = form(&app, more.form);
    let time = Duration::from_secs(more.minutes.saturating_mul(60));
    app.exercises.add_time(exercise, by, time, &form).await?;
    let minutes = i64::try_from(more.minutes).unwrap_or(i64::MAX);
    let told = Message::new("time-added").with("minutes", minutes);
    let to = format!("/exercises/{exercise}");
    Ok(see_other(&app, &visitor, &to, "good", &told))
}

/// What makes a form count once; a page without one is new each time.
fn form(app: &App, sent: String) -> String {
    if sent.is_empty() {
        hex::encode(bytes::<16>(app.random.as_ref()))
    } else {
        sent
    }
}
