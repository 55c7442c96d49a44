//! One team in the console's drawer.

use std::{collections::HashMap, time::Duration};

use axum::{extract::State, response::Html};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Path, Query},
        pages::{self, Tone, team as page},
    },
    seating, words, worth,
};
use crate::{
    accounts::{Action, Object, authorise},
    environments::{EnvironmentStatus, Phase},
    exercises::{ExerciseView, TeamView},
    ids::{ExerciseId, TeamId},
    journal::{CheckState, Event},
    locales::Locale,
    scenarios::{Answer, By, Task},
    scoring::{Cause, LedgerRow, TaskState, TeamScore},
    store,
};

/// Things that happened, shown at most.
const EVENTS: usize = 40;

#[derive(Default, Deserialize)]
pub(in crate::http) struct Tab {
    #[serde(default)]
    tab: String,
}

/// `GET /exercises/{exercise}/teams/{team}`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
    Query(tab): Query<Tab>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let page = fill(&app, &visitor, &view, team, &tab.tab).await?;
    page::render(&app.templates, &visitor, &page)
}

pub(super) async fn fill(
    app: &App,
    visitor: &Visitor,
    view: &ExerciseView,
    id: TeamId,
    tab: &str,
) -> Result<page::TeamPage, AppError> {
    let locale = visitor.locale;
    let team = view.team(id).ok_or(AppError::NotFound)?;
    let exercise = &view.exercise;
    let score = view.score(id);
    let statuses = app.environments.of_exercise(exercise.id).await?;
    let status = statuses
        .iter()
        .find(|status| status.team == Some(team.team.host()));
    let rows = app.feeds.rows(&app.db, exercise.id).await?;
    let texts = texts(app, exercise.id).await?;
    let names = words::names(app, exercise.province, &[team]).await?;
    let actor = visitor.actor()?;
    let may = |action| authorise(actor, action, &Object::Province(exercise.province)).is_ok();
    let lines = |only_messages: bool| -> Vec<page::EventLine> {
        let chosen = rows.team(id).iter().rev().filter(|entry| {
            let message = matches!(
                entry.event,
                Event::InjectDelivered { .. }
                    | Event::MessageSent { .. }
                    | Event::ResponseGiven { .. }
                    | Event::HelpCalled { .. }
            );
            message || !only_messages
        });
        chosen
            .filter_map(|entry| {
                let (icon, title, text) = words::entry(entry, &view.definition, &texts, locale)?;
                Some(page::EventLine {
                    at: entry.at,
                    icon,
                    title,
                    text,
                })
            })
            .take(EVENTS)
            .collect()
    };
    let own = team.team.against.is_none();
    let active = own && status.is_some_and(|status| !status.leaving);
    let reports: Vec<page::ReportView> = view
        .definition
        .scenario
        .tasks_of(team.team.cell)
        .filter_map(|task| report(task, score.tasks.get(task.id.as_str())?, &texts, locale))
        .collect();
    Ok(page::TeamPage {
        exercise: exercise.id.to_string(),
        id: id.to_string(),
        number: team.team.number,
        name: team.team.name.clone(),
        members: team
            .members
            .iter()
            .map(|person| page::MemberView {
                id: person.to_string(),
                name: names.get(person).cloned().unwrap_or_default(),
                present: score.present.contains(person),
                excused: score.is_excused(*person),
                lead: score.roster.lead == Some(*person),
            })
            .collect(),
        environment: words::machines(view, status, locale),
        reason: status
            .and_then(|status| status.failure.as_ref())
            .map(|failure| words::failure(locale, failure)),
        nodes: nodes(view, status, team, locale),
        may_retry: own
            && status.is_some_and(|status| status.phase == Phase::Failed && !status.leaving),
        may_reset: active && exercise.state.is_open(),
        may_excuse: exercise.state.is_open() && asks_every_member(view, team),
        seating: seating::seating(view, team, may(Action::RunExercise)),
        tab: if ["tasks", "mail", "score"].contains(&tab) {
            tab.to_owned()
        } else {
            "live".to_owned()
        },
        events: lines(false),
        tasks: view
            .definition
            .scenario
            .tasks_of(team.team.cell)
            .filter_map(|task| task_line(view, task, &score, locale))
            .collect(),
        to_grade: reports.iter().filter(|report| !report.graded).count(),
        reports,
        messages: lines(true),
        objectives: worth::objectives(
            view,
            (team.team.cell, &score),
            exercise.elapsed_at(app.clock.now()),
            locale,
        ),
        ledger: ledger(view, &score, exercise.elapsed_at(app.clock.now()), locale),
        points: score.total(&view.rules, exercise.elapsed_at(app.clock.now())),
        may_run: may(Action::RunExercise),
        may_grade: may(Action::GradeReport),
    })
}

/// Everything that people wrote in an exercise, by identifier.
pub(super) async fn texts(
    app: &App,
    exercise: ExerciseId,
) -> Result<HashMap<Uuid, String>, AppError> {
    let mut connection = app.db.connection().await?;
    Ok(store::journal::texts(&mut connection, exercise)
        .await?
        .into_iter()
        .collect())
}

/// Whether every member must answer some task of a team.
fn asks_every_member(view: &ExerciseView, team: &TeamView) -> bool {
    let scenario = &view.definition.scenario;
    let mut tasks = scenario.tasks_of(team.team.cell);
    tasks.any(|task| task.by == By::EveryMember)
}

/// The machines that a team uses: those of its side, and those of one that nobody plays on its machines.
fn nodes(
    view: &ExerciseView,
    status: Option<&EnvironmentStatus>,
    team: &TeamView,
    locale: Locale,
) -> Vec<page::NodeState> {
    let ready = status.is_some_and(|status| status.phase == Phase::Ready && !status.leaving);
    let failed = status
        .and_then(|status| status.failure.as_ref())
        .and_then(|failure| failure.node.as_ref());
    let (cell, team) = (team.team.cell, &team.team);
    let nodes = view.definition.scenario.nodes.iter();
    let nodes = nodes.filter(|node| {
        let mut players = view.players(team.host());
        node.cell == cell || !players.any(|player| view.cell(player) == node.cell)
    });
    let nodes = nodes.map(|node| {
        let state = if failed == Some(&node.id) {
            pages::State::new(Tone::Bad, words::say(locale, "environment-phase-failed"))
        } else {
            words::environment(locale, status)
        };
        let watch = node
            .terminal
            .as_ref()
            .filter(|_| ready)
            .map(|_| format!("/exercises/{}/teams/{}/watch", view.exercise.id, team.id));
        page::NodeState {
            id: node.id.to_string(),
            state,
            terminal: watch,
        }
    });
    nodes.collect()
}

fn task_line(
    view: &ExerciseView,
    task: &Task,
    score: &TeamScore,
    locale: Locale,
) -> Option<page::TaskLine> {
    let rule = view.rules.task(task.id.as_str())?;
    let state = score
        .tasks
        .get(task.id.as_str())
        .cloned()
        .unwrap_or_default();
    let points: i64 = score
        .ledger
        .iter()
        .filter(|row| row.cause.task() == Some(task.id.as_str()))
        .map(|row| row.points)
        .sum();
    let progress = score.progress(rule, None);
    let solved = state.solved.is_some();
    let offer = view.scores.offer(rule, score);
    let mut notes = worth::lines(rule, &offer, solved, locale);
    if !solved {
        notes.extend(worth::asked(task, progress, locale));
    }
    notes.extend(state.decided.as_ref().map(|option| {
        let decided = (task.id.as_str(), option.as_str());
        words::option(&view.definition.scenario, decided, locale)
    }));
    let standing = task_state(task, &state, !score.missing(task).is_empty(), locale);
    Some(page::TaskLine {
        title: task.title.get(locale).to_owned(),
        state: worth::begun(progress, locale)
            .filter(|_| !solved)
            .unwrap_or(standing),
        points,
        possible: i64::from(task.points),
        attempts: usize::try_from(state.attempts).unwrap_or(usize::MAX),
        notes,
    })
}

/// How far a task is, in a word; `locked` while others must be completed first.
pub(super) fn task_state(
    task: &Task,
    state: &TaskState,
    locked: bool,
    locale: Locale,
) -> pages::State {
    let (tone, id) = match (&task.answer, state) {
        (
            Answer::Report(_),
            TaskState {
                report: Some(report),
                ..
            },
        ) if report.grade.is_some() => (Tone::Good, "task-graded"),
        (
            Answer::Report(_),
            TaskState {
                report: Some(report),
                ..
            },
        ) if report.late => (Tone::Warn, "task-filed-late"),
        (
            Answer::Report(_),
            TaskState {
                report: Some(_), ..
            },
        ) => (Tone::Info, "task-filed"),
        (
            Answer::Decision(_),
            TaskState {
                decided: Some(_), ..
            },
        ) => (Tone::Good, "task-decided"),
        (
            _,
            TaskState {
                solved: Some(_), ..
            },
        ) => (Tone::Good, "task-solved"),
        _ if locked => (Tone::Idle, "task-locked"),
        (
            Answer::Check(_),
            TaskState {
                check: Some(CheckState::Error),
                ..
            },
        ) => (Tone::Warn, "task-check-error"),
        (Answer::Check(_), _) => (Tone::Idle, "task-check-failing"),
        (_, TaskState { attempts: 1.., .. }) => (Tone::Idle, "task-tried"),
        _ => (Tone::Idle, "task-open"),
    };
    pages::State::new(tone, words::say(locale, id))
}

fn report(
    task: &Task,
    state: &TaskState,
    texts: &HashMap<Uuid, String>,
    locale: Locale,
) -> Option<page::ReportView> {
    let Answer::Report(form) = &task.answer else {
        return None;
    };
    let filed = state.report.as_ref()?;
    let written = texts
        .get(&filed.text.id)
        .map(String::as_str)
        .unwrap_or_default();
    let written: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(written).unwrap_or_default();
    let grade = filed.grade.as_ref().map(|(points, ..)| points);
    Some(page::ReportView {
        task: task.id.to_string(),
        title: task.title.get(locale).to_owned(),
        sequence: filed.sequence,
        filed_at: filed.filed,
        late: filed.late,
        fields: form
            .form
            .fields()
            .iter()
            .map(|field| page::ReportField {
                title: words::say(locale, &format!("form-{}", field.id)),
                text: written
                    .get(field.id)
                    .and_then(|text| text.as_str())
                    .unwrap_or_default()
                    .to_owned(),
            })
            .collect(),
        rubric: form
            .rubric
            .iter()
            .map(|line| page::RubricLine {
                id: line.id.to_string(),
                title: line.title.get(locale).to_owned(),
                possible: i64::from(line.points),
                points: grade.and_then(|points| points.get(line.id.as_str()).copied()),
            })
            .collect(),
        graded: grade.is_some(),
    })
}

/// Every change of the score, the last first; above them what grows with time.
fn ledger(
    view: &ExerciseView,
    score: &TeamScore,
    elapsed: Duration,
    locale: Locale,
) -> Vec<page::LedgerLine> {
    let scenario = &view.definition.scenario;
    let minutes = |time: Duration| i64::try_from(time.as_secs() / 60).unwrap_or(i64::MAX);
    let services = view.rules.services.iter().filter_map(|rule| {
        let state = score.services.get(rule.id.as_str())?;
        let what = words::service(scenario, &rule.id, locale);
        let (served, watched) = state.at(elapsed);
        let title = Message::new("cause-service")
            .with("what", what)
            .with("served", minutes(served))
            .with("watched", minutes(watched))
            .text(locale);
        Some(page::LedgerLine {
            seconds: elapsed.as_secs(),
            title,
            points: score.service_points(rule, elapsed),
        })
    });
    let booked = score.ledger.iter().rev().map(|row| page::LedgerLine {
        seconds: row.exercise_time.as_secs(),
        title: cause(view, score, row, locale),
        points: row.points,
    });
    services.chain(booked).collect()
}

fn cause(view: &ExerciseView, score: &TeamScore, row: &LedgerRow, locale: Locale) -> String {
    let scenario = &view.definition.scenario;
    let with = |id: &'static str, what: String| Message::new(id).with("what", what).text(locale);
    let place = |id: &str| score.tasks.get(id).and_then(|state| state.place);
    let placed = |message: &'static str, id: &str| {
        Message::new(message)
            .with("what", words::task(scenario, id, locale))
            .with("place", i64::from(place(id).unwrap_or(0)) + 1)
    };
    match &row.cause {
        Cause::Task(id) => match view.rules.task(id) {
            Some(rule) if row.points < rule.points => placed("cause-task-decayed", id)
                .with("points", rule.points)
                .text(locale),
            _ => with("cause-task", words::task(scenario, id, locale)),
        },
        Cause::Bonus(id) => placed("cause-bonus", id).text(locale),
        Cause::Penalty(id) => {
            let rule = view.rules.task(id);
            let wrong = rule.map_or(0, |rule| view.scores.offer(rule, score).wrong);
            Message::new("cause-penalty")
                .with("what", words::task(scenario, id, locale))
                .with("wrong", wrong)
                .text(locale)
        }
        Cause::Hint(id) => with("cause-hint", words::task(scenario, id, locale)),
        Cause::Report(id) => with("cause-report", words::task(scenario, id, locale)),
        Cause::Response(id) => {
            let event = scenario
                .timeline
                .iter()
                .find(|event| event.id.as_str() == id);
            let title = event.map_or_else(
                || id.clone(),
                |event| words::timeline_event(event, locale).1,
            );
            with("cause-response", title)
        }
    }
}
