//! Recordings of terminals: whose, of which machine, how long; and their files, for replaying and keeping.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;
use tokio::{
    fs::File,
    io::{AsyncBufReadExt as _, BufReader},
};
use tokio_util::io::ReaderStream;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Path, Query},
        pages::{self, Tone, recordings as page},
    },
    commands::veiled,
    words,
};
use crate::{
    accounts::{Action, Audit, Object, Outcome, authorise},
    browser::recordings::{Format, Veil},
    exercises::{ExerciseView, TeamView},
    ids::{ExerciseId, PersonId, SessionId, TeamId},
    locales::Locale,
    store::{self, terminals::Recording},
};

/// A recording as paths name it.
type Place = Path<(ExerciseId, TeamId, SessionId, i64)>;

/// `GET /exercises/{exercise}/recordings`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let mut connection = app.db.connection().await?;
    let recordings = store::terminals::recordings(&mut connection, exercise).await?;
    drop(connection);
    let all: Vec<&TeamView> = view.teams.iter().collect();
    let names = words::names(&app, view.exercise.province, &all).await?;
    let mut parts: HashMap<SessionId, usize> = HashMap::new();
    for recording in &recordings {
        *parts.entry(recording.session).or_default() += 1;
    }
    let mut teams = Vec::new();
    for team in all {
        let mut rows = Vec::new();
        for recording in recordings.iter().filter(|it| it.team == team.team.id) {
            let several = parts
                .get(&recording.session)
                .is_some_and(|parts| *parts > 1);
            rows.push(row(&app, &view, recording, several, &names, visitor.locale).await?);
        }
        if !rows.is_empty() {
            teams.push(page::TeamRecordings {
                number: team.team.number,
                name: team.team.name.clone(),
                rows,
            });
        }
    }
    let page = page::RecordingsPage {
        title: view.exercise.title.clone(),
        back: format!("/exercises/{exercise}"),
        commands: format!("/exercises/{exercise}/commands"),
        export: format!("/exercises/{exercise}/review.zip"),
        teams,
    };
    page::render(&app.templates, &visitor, &page)
}

/// How a recording is wanted.
#[derive(Default, Deserialize)]
pub(in crate::http) struct Wanted {
    /// Seconds at which the replay begins.
    #[serde(default)]
    at: Option<u32>,
    /// `1` for what stands behind what is blacked out.
    #[serde(default)]
    original: String,
}

/// `GET /exercises/{exercise}/teams/{team}/recordings/{session}/{part}`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, session, part)): Place,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let team_view = view.team(team).ok_or(AppError::NotFound)?;
    let recording = find(&app, (exercise, team), (session, part)).await?;
    let names = words::names(&app, view.exercise.province, &[team_view]).await?;
    let row = row(&app, &view, &recording, part > 1, &names, visitor.locale).await?;
    let title = Message::new("replay-title")
        .with("number", team_view.team.number)
        .with("team", team_view.team.name.clone())
        .with("node", row.node.clone());
    let hidden = veiled(&app, exercise, (team, session)).await?;
    let original = wanted.original == "1";
    let place = row.href.clone();
    let mut row = row;
    if original {
        row.file.push_str("?original=1");
    }
    let province = Object::Province(view.exercise.province);
    let page = page::ReplayPage {
        title: title.text(visitor.locale),
        exercise: view.exercise.title.clone(),
        back: format!("/exercises/{exercise}/recordings"),
        commands: format!("/exercises/{exercise}/commands?team={team}"),
        at: wanted.at.unwrap_or(0),
        hidden: hidden.stretches.len(),
        original: (!original).then(|| format!("{place}?original=1")),
        session: session.to_string(),
        from: recording.started_at.0,
        redact: authorise(visitor.actor()?, Action::RunExercise, &province)
            .is_ok()
            .then(|| format!("/exercises/{exercise}/redactions")),
        here: place,
        recording: row,
    };
    page::render_replay(&app.templates, &visitor, &page)
}

/// `GET /exercises/{exercise}/teams/{team}/recordings/{session}/{part}/cast`: asciicast, version 3; blacked out unless the
/// original is asked for, which is written down.
pub(in crate::http) async fn file(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, session, part)): Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, AppError> {
    let recording = find(&app, (exercise, team), (session, part)).await?;
    let found = app.terminals.recording_file(&recording).await;
    let (file, _) = found
        .map_err(AppError::unexpected)?
        .ok_or(AppError::NotFound)?;
    let hidden = veiled(&app, exercise, (team, session)).await?;
    let begins = recording.started_at;
    let mut veil = Veil::new(begins, hidden.stretches, hidden.lines, Format::Three);
    if wanted.original == "1" && !veil.is_clear() {
        note_original(&app, &visitor).await?;
        veil = Veil::new(begins, Vec::new(), Vec::new(), Format::Three);
    }
    // The node's name is a word of the scenario's, so that it can stand in a header.
    let name = format!("{}-{session}-{part}.cast", recording.node);
    let headers = [
        (header::CONTENT_TYPE, "application/x-asciicast".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    let body = if veil.is_clear() {
        Body::from_stream(ReaderStream::new(file))
    } else {
        through(file, veil)
    };
    Ok((headers, body).into_response())
}

/// A file line by line as it may be shown.
fn through(file: File, veil: Veil) -> Body {
    let lines = BufReader::new(file).split(b'\n');
    Body::from_stream(futures_util::stream::try_unfold(
        (lines, veil),
        |(mut lines, mut veil)| async move {
            let line = lines.next_segment().await?;
            // One that was cut within a letter is left out, as a torn one is.
            let shown = line.map(|line| {
                let line = String::from_utf8(line).ok();
                line.and_then(|line| veil.line(&line)).unwrap_or_default()
            });
            Ok::<_, std::io::Error>(shown.map(|shown| (shown, (lines, veil))))
        },
    ))
}

/// Whoever looks behind what was blacked out is written down.
async fn note_original(app: &App, visitor: &Visitor) -> Result<(), AppError> {
    let actor = visitor.actor()?;
    let audit = Audit {
        province: Some(actor.province),
        account: Some(actor.account),
        action: "read-redacted",
        object: &visitor.path,
        outcome: Outcome::Done,
        address: &visitor.address,
        detail: "",
    };
    app.accounts
        .audit(audit)
        .await
        .map_err(AppError::unexpected)
}

async fn find(
    app: &App,
    place: (ExerciseId, TeamId),
    part: (SessionId, i64),
) -> Result<Recording, AppError> {
    let mut connection = app.db.connection().await?;
    let found = store::terminals::find_recording(&mut connection, place, part).await?;
    found.ok_or(AppError::NotFound)
}

async fn row(
    app: &App,
    view: &ExerciseView,
    recording: &Recording,
    several: bool,
    names: &HashMap<PersonId, String>,
    locale: Locale,
) -> Result<page::RecordingRow, AppError> {
    let file = app.terminals.recording_file(recording).await;
    let written = file
        .map_err(AppError::unexpected)?
        .map(|(_, written)| written);
    let running = recording.ended_at.is_none() && app.terminals.is_running(recording.session);
    // The file's own time tells where the server was killed and could not say when it ended.
    let end = recording.ended_at.or(written);
    let state = match (written.is_some(), running) {
        (false, _) => pages::State::new(Tone::Warn, words::say(locale, "recording-gone")),
        (true, true) => pages::State::new(Tone::Busy, words::say(locale, "recording-running")),
        (true, false) => pages::State::new(Tone::Good, words::say(locale, "recording-kept")),
    };
    let href = format!(
        "/exercises/{}/teams/{}/recordings/{}/{}",
        view.exercise.id, recording.team, recording.session, recording.part
    );
    Ok(page::RecordingRow {
        file: format!("{href}/cast"),
        href,
        node: recording.node.clone(),
        person: recording
            .person
            .and_then(|person| names.get(&person))
            .cloned()
            .unwrap_or_default(),
        part: several.then_some(recording.part),
        at: recording.started_at,
        seconds: end.map_or(0, |end| end.since(recording.started_at).as_secs()),
        state,
        kept: written.is_some(),
    })
}
