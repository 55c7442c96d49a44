//! Commands that were entered in an exercise's terminals: found by words and team, each with the moment in its recording,
//! and blacked out where they must not be shown.

use std::{collections::HashMap, fmt::Write as _};

use axum::{
    extract::State,
    response::{Html, Response},
};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path, Query},
        pages::{Choice, commands as page},
    },
    see_other, words,
};
use crate::{
    accounts::{Action, Object, authorise},
    browser::recordings::black,
    clock::Timestamp,
    exercises::{ExerciseView, Passage, TeamView},
    ids::{ExerciseId, PersonId, SessionId, TeamId},
    locales,
    store::{
        self,
        commands::{Command, CommandFilter, Redaction},
    },
};

/// Lines on a page.
const PAGE: usize = 200;
/// Letters of a reason.
const LONGEST_REASON: usize = 300;
/// The longest stretch that is blacked out at once, in microseconds: a day.
const LONGEST_STRETCH: i64 = 24 * 3600 * 1_000_000;

#[derive(Default, Deserialize)]
pub(in crate::http) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    page: Option<usize>,
}

/// `GET /exercises/{exercise}/commands`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let number = wanted.page.unwrap_or(1).clamp(1, 1_000_000);
    let filter = CommandFilter {
        team: wanted.team.parse().ok(),
        words: wanted.q.trim().to_owned(),
    };
    let mut connection = app.db.connection().await?;
    let total = store::commands::count(&mut connection, exercise, &filter).await?;
    let total = usize::try_from(total).unwrap_or(0);
    let (offset, limit) = (whole((number - 1) * PAGE), whole(PAGE));
    let found = store::commands::list(&mut connection, exercise, &filter, (offset, limit)).await?;
    let redactions = store::commands::redactions(&mut connection, exercise).await?;
    drop(connection);
    let teams: Vec<&TeamView> = view.teams.iter().collect();
    let names = words::names(&app, view.exercise.province, &teams).await?;
    let passage = passage(&app, &view).await?;
    let actor = visitor.actor()?;
    let province = Object::Province(view.exercise.province);
    let base = format!("/exercises/{exercise}");
    let address = |number| address(&base, &wanted, number);
    let page = page::CommandsPage {
        title: view.exercise.title.clone(),
        address: format!("{base}/commands"),
        recordings: format!("{base}/recordings"),
        review: format!("{base}/review"),
        redact: format!("{base}/redactions"),
        may_redact: authorise(actor, Action::RunExercise, &province).is_ok(),
        query: wanted.q.clone(),
        teams: teams
            .iter()
            .map(|team| Choice {
                value: team.team.id.to_string(),
                title: team.team.name.clone(),
                chosen: filter.team == Some(team.team.id),
            })
            .collect(),
        total,
        rows: found
            .iter()
            .map(|command| row(&view, command, &redactions, &passage, &names))
            .collect(),
        here: address(number),
        previous: (number > 1).then(|| address(number - 1)),
        next: (number * PAGE < total).then(|| address(number + 1)),
    };
    page::render(&app.templates, &visitor, &page)
}

/// How an exercise's time passed up to now.
pub(super) async fn passage(app: &App, view: &ExerciseView) -> Result<Passage, AppError> {
    let rows = app.feeds.rows(&app.db, view.exercise.id).await?;
    let now = app.clock.now();
    let elapsed = view.exercise.elapsed_at(now);
    Ok(Passage::of(&rows.common, (now, elapsed)))
}

fn row(
    view: &ExerciseView,
    command: &Command,
    redactions: &[Redaction],
    passage: &Passage,
    names: &HashMap<PersonId, String>,
) -> page::CommandRow {
    let team = view.team(command.team).map(|team| &team.team);
    let hidden = hidden(command, redactions);
    let name = command.person.and_then(|person| names.get(&person));
    page::CommandRow {
        clock: passage
            .exercise_time(command.entered_at)
            .map(locales::clock),
        at: command.entered_at,
        number: team.map_or(0, |team| team.number),
        team: team.map(|team| team.name.clone()).unwrap_or_default(),
        node: command.node.clone(),
        person: name.cloned().unwrap_or_default(),
        line: shown(command, redactions),
        reason: hidden.map(|redaction| redaction.reason.clone()),
        href: replay(view.exercise.id, command),
        session: command.session.to_string(),
        from: command.began_at.0,
        until: command.entered_at.0,
    }
}

/// Where a command is replayed.
pub(super) fn replay(exercise: ExerciseId, command: &Command) -> String {
    let at = command.began_at.since(command.part_began).as_secs();
    format!(
        "/exercises/{exercise}/teams/{}/recordings/{}/{}?at={at}",
        command.team, command.session, command.part
    )
}

/// A line as it may be shown.
pub(super) fn shown(command: &Command, redactions: &[Redaction]) -> String {
    if hidden(command, redactions).is_some() {
        black(&command.line)
    } else {
        command.line.clone()
    }
}

fn hidden<'a>(command: &Command, redactions: &'a [Redaction]) -> Option<&'a Redaction> {
    redactions.iter().find(|redaction| {
        redaction.session == command.session
            && redaction.from <= command.entered_at
            && command.began_at <= redaction.until
    })
}

/// What of a terminal is blacked out: stretches, and the lines that were entered in them.
pub(super) async fn veiled(
    app: &App,
    exercise: ExerciseId,
    (team, session): (TeamId, SessionId),
) -> Result<Hidden, AppError> {
    let mut connection = app.db.connection().await?;
    let mut redactions = store::commands::redactions(&mut connection, exercise).await?;
    redactions.retain(|redaction| redaction.session == session);
    if redactions.is_empty() {
        return Ok(Hidden::default());
    }
    let filter = CommandFilter {
        team: Some(team),
        words: String::new(),
    };
    let all = (0, i64::from(i32::MAX));
    let commands = store::commands::list(&mut connection, exercise, &filter, all).await?;
    Ok(hidden_of(session, &commands, &redactions))
}

/// The same from what was read already.
pub(super) fn hidden_of(
    session: SessionId,
    commands: &[Command],
    redactions: &[Redaction],
) -> Hidden {
    let own = redactions.iter().filter(|it| it.session == session);
    let lines = commands.iter().filter(|it| it.session == session);
    Hidden {
        stretches: own.map(|it| (it.from, it.until)).collect(),
        lines: lines
            .filter(|command| hidden(command, redactions).is_some())
            .flat_map(|command| command.line.lines().map(str::to_owned))
            .collect(),
    }
}

/// What of a terminal must not be shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Hidden {
    /// From when to when.
    pub(super) stretches: Vec<(Timestamp, Timestamp)>,
    /// Lines that were entered then.
    pub(super) lines: Vec<String>,
}

#[derive(Deserialize)]
pub(in crate::http) struct Stretch {
    session: SessionId,
    /// Microseconds since 1970.
    from: i64,
    /// The same, or nothing where `seconds` tell both.
    until: i64,
    /// Seconds after `from` at which it begins and ends, as the replay's form has them.
    #[serde(default)]
    first: Option<String>,
    #[serde(default)]
    last: Option<String>,
    reason: String,
    #[serde(default)]
    here: String,
}

/// `POST /exercises/{exercise}/redactions`
pub(in crate::http) async fn redact(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(form): Form<Stretch>,
) -> Result<Response, AppError> {
    let invalid = |id| AppError::Invalid(Message::new(id));
    let reason = form.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(invalid("review-redact-no-reason"));
    }
    let (from, until) = match (&form.first, &form.last) {
        (Some(first), Some(last)) => {
            let micros = |text: &str| seconds(text).map(|seconds| seconds * 1_000_000);
            let bad = || invalid("review-redact-no-stretch");
            let first = micros(first).ok_or_else(bad)?;
            let last = micros(last).ok_or_else(bad)?;
            // The second in which it ends is in it.
            (
                form.from.saturating_add(first),
                form.from.saturating_add(last).saturating_add(999_999),
            )
        }
        _ => (form.from, form.until),
    };
    if !(0..=LONGEST_STRETCH).contains(&until.saturating_sub(from)) {
        return Err(invalid("review-redact-no-stretch"));
    }
    let mut connection = app.db.connection().await?;
    let recordings = store::terminals::recordings(&mut connection, exercise).await?;
    if !recordings.iter().any(|it| it.session == form.session) {
        return Err(AppError::NotFound);
    }
    let redaction = Redaction {
        session: form.session,
        from: Timestamp(from),
        until: Timestamp(until),
        reason: reason.to_owned(),
        account: visitor.actor()?.account,
        made_at: app.clock.now(),
    };
    store::commands::redact(&mut connection, exercise, &redaction).await?;
    let own = format!("/exercises/{exercise}/");
    let to = if form.here.starts_with(&own) && !form.here.contains(['\\', '\r', '\n']) {
        form.here
    } else {
        format!("{own}commands")
    };
    let done = Message::new("review-redacted");
    Ok(see_other(&app, &visitor, &to, "good", &done))
}

/// `75`, `1:15` or `0:01:15` in seconds.
fn seconds(text: &str) -> Option<i64> {
    let parts = text.trim().split(':').map(|part| part.parse::<i64>().ok());
    let parts: Vec<i64> = parts.collect::<Option<_>>()?;
    let fits = (1..=3).contains(&parts.len()) && parts.iter().all(|it| (0..100_000).contains(it));
    fits.then(|| parts.iter().fold(0, |sum, part| sum * 60 + part))
}

fn address(base: &str, wanted: &Wanted, number: usize) -> String {
    let mut address = format!("{base}/commands?page={number}");
    let fields = [("q", &wanted.q), ("team", &wanted.team)];
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(address, "&{name}=");
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                address.push(char::from(byte));
            } else {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
