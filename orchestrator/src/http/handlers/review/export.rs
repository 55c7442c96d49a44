//! The review as a file to take along: what happened and what was entered as tables, and the recordings, blacked out.
//!
//! It leaves the house, so nothing that was blacked out is in it, whoever takes it. Its index names the journal's head
//! and the signature under it, so that the tables can be held against the journal.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead as _, BufReader, Seek as _, Write as _},
    path::PathBuf,
};

use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use tokio_util::io::ReaderStream;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::super::super::{App, AppError, Visitor, errors::Message, forms::Path};
use super::{told, words};
use crate::{
    browser::recordings::{Format, Veil},
    clock::Timestamp,
    exercises::{ExerciseView, Passage, TeamView, review::Lane},
    http::handlers::{
        commands::{hidden_of, passage, shown},
        team::texts,
    },
    ids::{ExerciseId, PersonId, TeamId},
    locales::{self, Locale},
    store::{
        self,
        commands::{Command, CommandFilter, Redaction},
        terminals::Recording,
    },
};

/// What a spreadsheet would take for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// Tells spreadsheets that a table is UTF-8.
const BYTE_ORDER: &str = "\u{feff}";

/// Something that happened.
#[derive(Serialize)]
struct Happened {
    sequence: i64,
    at: String,
    exercise_time: String,
    team: String,
    kind: &'static str,
    title: String,
    text: String,
}

/// A line that was entered.
#[derive(Serialize)]
struct Entered {
    at: String,
    exercise_time: String,
    team: String,
    node: String,
    person: String,
    line: String,
    recording: String,
}

/// A recording to be taken through its veil.
struct Cast {
    name: String,
    path: PathBuf,
    veil: Veil,
}

/// All that goes into the file.
struct Package {
    index: String,
    timeline: Vec<Happened>,
    commands: Vec<Entered>,
    casts: Vec<Cast>,
}

/// `GET /exercises/{exercise}/review.zip`
pub(in crate::http) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    let view = app.exercises.view(exercise).await?;
    let package = gather(&app, &view, visitor.locale).await?;
    let folder = app.config.data.clone();
    let file = tokio::task::spawn_blocking(move || write(package, &folder)).await;
    let file = file
        .map_err(AppError::unexpected)?
        .map_err(AppError::unexpected)?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"review-{exercise}.zip\""),
        ),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok((headers, body).into_response())
}

async fn gather(app: &App, view: &ExerciseView, locale: Locale) -> Result<Package, AppError> {
    let exercise = view.exercise.id;
    let passage = passage(app, view).await?;
    let mut connection = app.db.connection().await?;
    let redactions = store::commands::redactions(&mut connection, exercise).await?;
    let (all, every) = (CommandFilter::default(), (0, i64::from(i32::MAX)));
    let commands = store::commands::list(&mut connection, exercise, &all, every).await?;
    let recordings = store::terminals::recordings(&mut connection, exercise).await?;
    drop(connection);
    let teams: Vec<&TeamView> = view.teams.iter().collect();
    let names = words::names(app, view.exercise.province, &teams).await?;
    let casts: Vec<Cast> = recordings
        .iter()
        .map(|recording| cast(app, view, recording, (&commands, &redactions)))
        .collect();
    let timeline = timeline(app, view, locale).await?;
    let lines = lines(view, &passage, &commands, &redactions, &names);
    Ok(Package {
        index: index(
            app,
            view,
            locale,
            (timeline.len(), lines.len(), redactions.len()),
        ),
        timeline,
        commands: lines,
        casts,
    })
}

/// Everything that happened, in every team.
async fn timeline(
    app: &App,
    view: &ExerciseView,
    locale: Locale,
) -> Result<Vec<Happened>, AppError> {
    let texts = texts(app, view.exercise.id).await?;
    let entries = app.exercises.entries(view.exercise.id).await?;
    let rows = entries.iter().filter_map(|entry| {
        let (_, title, text) = told(view, locale, entry, &texts)?;
        Some(Happened {
            sequence: entry.sequence,
            at: moment(entry.at),
            exercise_time: locales::clock(entry.exercise_time),
            team: entry.team.map(|id| team(view, id)).unwrap_or_default(),
            kind: Lane::of(&entry.event).as_str(),
            title,
            text,
        })
    });
    Ok(rows.collect())
}

fn lines(
    view: &ExerciseView,
    passage: &Passage,
    commands: &[Command],
    redactions: &[Redaction],
    names: &HashMap<PersonId, String>,
) -> Vec<Entered> {
    let line = |command: &Command| {
        let name = command.person.and_then(|person| names.get(&person));
        let time = passage.exercise_time(command.entered_at);
        Entered {
            at: moment(command.entered_at),
            exercise_time: time.map(locales::clock).unwrap_or_default(),
            team: team(view, command.team),
            node: command.node.clone(),
            person: name.cloned().unwrap_or_default(),
            line: shown(command, redactions),
            recording: file_name(
                view,
                command.team,
                &command.node,
                (command.session, command.part),
            ),
        }
    };
    commands.iter().map(line).collect()
}

fn cast(
    app: &App,
    view: &ExerciseView,
    recording: &Recording,
    (commands, redactions): (&[Command], &[Redaction]),
) -> Cast {
    let hidden = hidden_of(recording.session, commands, redactions);
    let part = (recording.session, recording.part);
    Cast {
        name: file_name(view, recording.team, &recording.node, part),
        path: app.config.data.join(&recording.path),
        veil: Veil::new(
            recording.started_at,
            hidden.stretches,
            hidden.lines,
            Format::Two,
        ),
    }
}

/// The node's name is a word of the scenario's, so that it can stand in a path.
fn file_name(
    view: &ExerciseView,
    team: TeamId,
    node: &str,
    (session, part): (crate::ids::SessionId, i64),
) -> String {
    let number = view.team(team).map_or(0, |team| team.team.number);
    format!("recordings/{number:02}-{node}-{session}-{part}.cast")
}

fn team(view: &ExerciseView, id: TeamId) -> String {
    view.team(id)
        .map(|team| format!("{:02} {}", team.team.number, team.team.name))
        .unwrap_or_default()
}

/// A moment as tables and programs read it, in Vietnam's time.
fn moment(at: Timestamp) -> String {
    at.civil().strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn index(
    app: &App,
    view: &ExerciseView,
    locale: Locale,
    (rows, lines, hidden): (usize, usize, usize),
) -> String {
    let exercise = &view.exercise;
    let say = |id| words::say(locale, id);
    let unsigned = say("review-index-unsigned");
    let signature = exercise.head_signature.clone().unwrap_or(unsigned);
    let facts = [
        Message::new("review-index-title").with("title", exercise.title.clone()),
        Message::new("review-index-at").with("at", moment(app.clock.now())),
        Message::new("review-index-rows").with("count", rows),
        Message::new("review-index-lines").with("count", lines),
        Message::new("review-index-hidden").with("count", hidden),
        Message::new("review-index-head")
            .with("sequence", exercise.head_sequence.to_string())
            .with("hash", exercise.head_hash.clone()),
        Message::new("review-index-signature").with("signature", signature),
    ];
    let mut index: Vec<String> = facts.iter().map(|fact| fact.text(locale)).collect();
    index.push(String::new());
    index.push(say("review-index-files"));
    index.push(String::new());
    index.join("\n")
}

fn write(package: Package, folder: &std::path::Path) -> io::Result<File> {
    let mut zip = ZipWriter::new(tempfile::tempfile_in(folder)?);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .large_file(true);
    let timeline = package.timeline.iter();
    let commands = package.commands.iter();
    let tables = [
        ("index.txt", package.index),
        ("timeline.csv", csv(timeline)?),
        (
            "timeline.json",
            serde_json::to_string_pretty(&package.timeline)?,
        ),
        ("commands.csv", csv(commands)?),
        (
            "commands.json",
            serde_json::to_string_pretty(&package.commands)?,
        ),
    ];
    for (name, text) in tables {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    for mut cast in package.casts {
        let file = match File::open(&cast.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        zip.start_file(cast.name, options)?;
        for line in BufReader::new(file).split(b'\n') {
            // One that was cut within a letter is left out, as a torn one is.
            let Ok(line) = String::from_utf8(line?) else {
                continue;
            };
            if let Some(line) = cast.veil.line(&line) {
                zip.write_all(line.as_bytes())?;
            }
        }
    }
    let mut file = zip.finish()?;
    file.rewind()?;
    Ok(file)
}

/// Rows as a table, the fields' names first.
fn csv<'a, T: Serialize + 'a>(rows: impl Iterator<Item = &'a T>) -> io::Result<String> {
    let mut table = BYTE_ORDER.to_owned();
    let mut add = |fields: Vec<String>| {
        table.push_str(&fields.join(","));
        table.push_str("\r\n");
    };
    for (number, row) in rows.enumerate() {
        let row = serde_json::to_value(row)?;
        let Some(fields) = row.as_object() else {
            continue;
        };
        if number == 0 {
            add(fields.keys().cloned().collect());
        }
        let cells = fields.values().map(|value| match value.as_str() {
            Some(text) => cell(text),
            None => value.to_string(),
        });
        add(cells.collect());
    }
    Ok(table)
}

/// A text as a cell: never a formula, which a spreadsheet would run.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_leaves_its_row() {
        assert_eq!(cell("ls -la"), "\"ls -la\"");
        assert_eq!(cell("=cmd|'/c calc'!A1"), "\"'=cmd|'/c calc'!A1\"");
        assert_eq!(cell("echo \"a,b\"\n"), "\"echo \"\"a,b\"\"\n\"");
        let line = Entered {
            at: "2026-11-22 09:07:00".into(),
            exercise_time: "00:01:00".into(),
            team: "01 Đội Một".into(),
            node: "portal".into(),
            person: String::new(),
            line: "a".into(),
            recording: "r".into(),
        };
        let table = csv([&line].into_iter()).expect("table");
        let rows: Vec<&str> = table.split("\r\n").collect();
        assert_eq!(
            rows[0],
            "\u{feff}at,exercise_time,team,node,person,line,recording"
        );
        assert!(rows[1].starts_with("\"2026-11-22 09:07:00\",\"00:01:00\",\"01 Đội Một\""));
    }
}
