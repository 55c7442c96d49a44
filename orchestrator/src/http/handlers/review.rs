//! The review of an exercise: one team's events, the axis, and where its terminals stood.
//!
//! Only the chosen team's rows and those that concern all are sent, so that the page costs the same with one team and
//! with forty. What it shows follows from the journal; without a script it is an axis and a list of links.

mod drawing;
mod export;

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    time::Duration,
};

use axum::{extract::State, response::Html};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Path, Query},
        pages::{Choice, review as page},
    },
    commands::passage,
    team::texts,
    words,
};
use crate::{
    accounts::{Action, Object, authorise},
    clock::Timestamp,
    exercises::{ExerciseView, Passage, TeamView, review::Lane},
    ids::{ExerciseId, TeamId},
    journal::{Entry, Event},
    locales::{self, Locale},
    store,
};

pub(in crate::http) use export::export;

/// Events that are listed at once.
const LISTED: usize = 600;
/// Of these, before the cursor.
const BEFORE: usize = 200;
/// Letters of an event's words.
const LONGEST_TEXT: usize = 300;

#[derive(Clone, Default, Deserialize)]
pub(in crate::http) struct Wanted {
    #[serde(default)]
    team: String,
    /// A team whose curve is drawn beside it.
    #[serde(default)]
    other: String,
    /// Exercise time of the cursor, in seconds.
    #[serde(default)]
    at: String,
    /// Kinds that are shown; all where none is named.
    #[serde(default)]
    kind: Vec<String>,
}

/// An exercise seen by one team at one moment.
struct Place<'a> {
    view: &'a ExerciseView,
    team: TeamId,
    /// The team beside it.
    other: Option<TeamId>,
    /// The cursor.
    at: Duration,
    /// Exercise time up to now.
    elapsed: Duration,
    /// Exercise time that is drawn.
    length: Duration,
    passage: Passage,
    wanted: Wanted,
    locale: Locale,
}

impl Place<'_> {
    fn shows(&self, lane: Lane) -> bool {
        let kinds = &self.wanted.kind;
        kinds.is_empty() || kinds.iter().any(|kind| kind == lane.as_str())
    }

    /// The page with its cursor at another moment.
    fn href(&self, seconds: u64) -> String {
        let mut href = format!(
            "/exercises/{}/review?team={}&at={seconds}",
            self.view.exercise.id, self.team
        );
        if let Some(other) = self.other {
            let _ = write!(href, "&other={other}");
        }
        for lane in Lane::ALL {
            if !self.wanted.kind.is_empty() && self.shows(lane) {
                href.push_str("&kind=");
                href.push_str(lane.as_str());
            }
        }
        href
    }
}

/// `GET /exercises/{exercise}/review`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let first = view.teams.first().ok_or(AppError::NotFound)?.team.id;
    let known = |text: &str| {
        let id = text.parse::<TeamId>().ok()?;
        view.team(id).map(|team| team.team.id)
    };
    let elapsed = view.exercise.elapsed_at(app.clock.now());
    let length = view.exercise.duration.max(elapsed);
    let place = Place {
        view: &view,
        team: known(&wanted.team).unwrap_or(first),
        other: known(&wanted.other),
        at: Duration::from_secs(wanted.at.parse().unwrap_or(0)).min(length),
        elapsed,
        length: length.max(Duration::from_secs(1)),
        passage: passage(&app, &view).await?,
        wanted,
        locale: visitor.locale,
    };
    let rows = app.feeds.rows(&app.db, exercise).await?;
    let mut entries: Vec<&Entry> = rows.common.iter().chain(rows.team(place.team)).collect();
    entries.sort_by_key(|entry| entry.sequence);
    let texts = texts(&app, exercise).await?;
    entries.retain(|entry| told(&view, visitor.locale, entry, &texts).is_some());
    let (events, earlier, later) = listed(&place, &entries, &texts);
    let actor = visitor.actor()?;
    let province = Object::Province(view.exercise.province);
    let may_read = authorise(actor, Action::ReadRecording, &province).is_ok();
    let terminals = if may_read {
        terminals(&app, &place).await?
    } else {
        Vec::new()
    };
    let base = format!("/exercises/{exercise}");
    let page = page::ReviewPage {
        title: view.exercise.title.clone(),
        state: words::standing(visitor.locale, &view.exercise),
        address: format!("{base}/review"),
        back: base.clone(),
        commands: may_read.then(|| format!("{base}/commands?team={}", place.team)),
        export: may_read.then(|| format!("{base}/review.zip")),
        teams: teams(&view, |id| id == place.team),
        others: teams(&view, |id| Some(id) == place.other),
        kinds: Lane::ALL.map(|lane| kind(&place, lane)).into(),
        drawing: drawing::draw(&place, rows.team(place.team), &entries),
        at: place.at.as_secs(),
        clock: locales::clock(place.at),
        length: place.length.as_secs(),
        runs: runs(&place.passage),
        events,
        earlier,
        later,
        terminals,
    };
    page::render(&app.templates, &visitor, &page)
}

fn teams(view: &ExerciseView, chosen: impl Fn(TeamId) -> bool) -> Vec<Choice> {
    let choice = |team: &TeamView| Choice {
        value: team.team.id.to_string(),
        title: format!("{:02} · {}", team.team.number, team.team.name),
        chosen: chosen(team.team.id),
    };
    view.teams.iter().map(choice).collect()
}

fn kind(place: &Place<'_>, lane: Lane) -> Choice {
    Choice {
        value: lane.as_str().to_owned(),
        title: lane_title(lane, place.locale),
        chosen: place.shows(lane),
    }
}

/// What a lane is called.
fn lane_title(lane: Lane, locale: Locale) -> String {
    words::say(locale, &format!("review-lane-{}", lane.as_str()))
}

/// How exercise time ran, in seconds, for the script that keeps terminals in step.
fn runs(passage: &Passage) -> String {
    let runs = passage.runs.iter().map(|run| {
        let (from, until) = (seconds(run.from.0), seconds(run.until.0));
        [
            from,
            until,
            run.begins.as_secs_f64(),
            run.ends.as_secs_f64(),
        ]
    });
    serde_json::to_string(&runs.collect::<Vec<_>>()).unwrap_or_default()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of this century are exact in a double to the microsecond"
)]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// An event in words: drawing, title, more.
fn told(
    view: &ExerciseView,
    locale: Locale,
    entry: &Entry,
    texts: &HashMap<uuid::Uuid, String>,
) -> Option<(&'static str, String, String)> {
    let plain = |icon, id| Some((icon, words::say(locale, id), String::new()));
    match &entry.event {
        Event::Started => plain("play", "review-started"),
        Event::Paused => plain("pause", "review-paused"),
        Event::Resumed => plain("play", "review-resumed"),
        Event::Skipped { .. } => plain("arrow", "review-skipped"),
        Event::Finished { time_out: true } => plain("stop", "review-timed-out"),
        Event::Finished { .. } => plain("stop", "review-finished"),
        Event::Interrupted { from, until } => {
            let lost = Timestamp(*until).since(Timestamp(*from));
            let told = Message::new("review-interrupted");
            let told = told.with("time", locales::length(locale, lost));
            Some(("s-warn", told.text(locale), String::new()))
        }
        Event::NoteTaken { text } => Some((
            "edit",
            words::say(locale, "log-note"),
            texts.get(&text.id).cloned().unwrap_or_default(),
        )),
        _ => words::entry(entry, view, texts, locale),
    }
}

type Listed = (Vec<page::EventRow>, Option<String>, Option<String>);

/// The events around the cursor, and where there are more.
fn listed(place: &Place<'_>, entries: &[&Entry], texts: &HashMap<uuid::Uuid, String>) -> Listed {
    let shown: Vec<&&Entry> = entries
        .iter()
        .filter(|entry| place.shows(Lane::of(&entry.event)))
        .collect();
    let cursor = shown.partition_point(|entry| entry.exercise_time <= place.at);
    let begin = cursor
        .saturating_sub(BEFORE)
        .min(shown.len().saturating_sub(LISTED));
    let end = (begin + LISTED).min(shown.len());
    let mut rows: Vec<page::EventRow> = shown
        .get(begin..end)
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| {
            let (icon, title, text) = told(place.view, place.locale, entry, texts)?;
            let seconds = entry.exercise_time.as_secs();
            Some(page::EventRow {
                sequence: entry.sequence,
                seconds,
                clock: locales::clock(entry.exercise_time),
                at: entry.at,
                kind: Lane::of(&entry.event).as_str(),
                icon,
                title,
                text: text.chars().take(LONGEST_TEXT).collect(),
                href: place.href(seconds),
                current: false,
            })
        })
        .collect();
    if !place.wanted.at.is_empty() {
        let at = place.at.as_secs();
        if let Some(row) = rows.iter_mut().rfind(|row| row.seconds <= at) {
            row.current = true;
        }
    }
    let at = |index: usize| {
        let entry = shown.get(index)?;
        Some(place.href(entry.exercise_time.as_secs()))
    };
    let earlier = begin.checked_sub(1).and_then(at);
    let later = (end < shown.len()).then(|| at(end)).flatten();
    (rows, earlier, later)
}

/// The chosen team's recordings.
async fn terminals(app: &App, place: &Place<'_>) -> Result<Vec<page::TerminalChoice>, AppError> {
    let exercise = &place.view.exercise;
    let mut connection = app.db.connection().await?;
    let mut recordings = store::terminals::recordings(&mut connection, exercise.id).await?;
    drop(connection);
    recordings.retain(|recording| recording.team == place.team);
    let team = place.view.team(place.team).ok_or(AppError::NotFound)?;
    let names = words::names(app, exercise.province, &[team]).await?;
    let now = place.passage.wall_time(place.at);
    let mut before: HashSet<&str> = HashSet::new();
    let mut choices = Vec::new();
    for recording in &recordings {
        let file = app.terminals.recording_file(recording).await;
        let Some((_, written)) = file.map_err(AppError::unexpected)? else {
            continue;
        };
        let (from, until) = (recording.started_at, recording.ended_at.unwrap_or(written));
        let into = now.map_or(0, |now| now.since(from).as_secs());
        let name = recording.person.and_then(|person| names.get(&person));
        let href = format!(
            "/exercises/{}/teams/{}/recordings/{}/{}",
            exercise.id, recording.team, recording.session, recording.part
        );
        let covers = now.is_some_and(|now| (from..=until).contains(&now));
        choices.push(page::TerminalChoice {
            title: format!(
                "{} · {} · {}",
                recording.node,
                name.cloned().unwrap_or_default(),
                locales::time(from)
            ),
            file: format!("{href}/cast"),
            from: seconds(from.0),
            until: seconds(until.0),
            href: format!("{href}?at={into}"),
            shows: covers && before.is_empty(),
        });
        if covers {
            before.insert(recording.node.as_str());
        }
    }
    Ok(choices)
}
