//! One team in the console's drawer.

mod grading;

use std::collections::HashMap;

use axum::{extract::State, response::Html};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{
        App, AppError, Visitor,
        forms::{Path, Query},
        pages::{self, Choice, Tone, team as page},
    },
    ledger::{self, Reading},
    seating, words, worth,
};
use crate::{
    accounts::{Action, Object, authorise},
    environments::{EnvironmentStatus, Phase},
    exercises::{ExerciseState, ExerciseView, MAX_ADJUSTMENT, TeamView},
    ids::{ExerciseId, PersonId, TeamId},
    journal::{Actor, CheckState, Entry, Event},
    locales::Locale,
    random::bytes,
    scenarios::{Answer, By, Task},
    scoring::{TaskState, TeamScore},
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
    let own_rows = rows.team(id);
    let lines = |only_messages| lines(own_rows, view, (&texts, only_messages), locale);
    let own = team.team.against.is_none();
    let active = own && status.is_some_and(|status| !status.leaving);
    let reader = grading::Reader {
        account: actor.account,
        may_run: may(Action::RunExercise),
        may_grade: may(Action::GradeReport),
    };
    let hands = ledger::names(app, evaluators(&score).chain(ledger::hands(&score))).await?;
    let reading = Reading {
        texts: &texts,
        names: &hands,
        locale,
    };
    let grades = (view.scores.evaluators(), reader);
    let own_tasks = || view.definition.scenario.tasks_of(team.team.cell);
    let reports: Vec<page::ReportView> = own_tasks()
        .filter_map(|task| {
            let state = score.tasks.get(task.id.as_str())?;
            grading::report(task, state, grades, &reading)
        })
        .collect();
    let elapsed = exercise.elapsed_at(app.clock.now());
    let scored = matches!(
        exercise.state,
        ExerciseState::Running | ExerciseState::Paused | ExerciseState::Finished
    );
    Ok(page::TeamPage {
        exercise: exercise.id.to_string(),
        id: id.to_string(),
        number: team.team.number,
        name: team.team.name.clone(),
        members: members(team, &names, &score),
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
        tasks: own_tasks()
            .filter_map(|task| task_line(view, task, &score, locale))
            .collect(),
        to_grade: reports.iter().filter(|report| report.waits).count(),
        reports,
        messages: lines(true),
        objectives: worth::objectives(view, (team.team.cell, &score), elapsed, locale),
        ledger: ledger::ledger(view, id, elapsed, &reading),
        services: ledger::services(view, &score, elapsed, locale),
        points: score.total(&view.rules, elapsed),
        may_run: reader.may_run,
        may_adjust: reader.may_run && scored,
        regradable: own_tasks()
            .filter_map(|task| regradable(view, task, &score, locale))
            .collect(),
        most: MAX_ADJUSTMENT,
        form: hex::encode(bytes::<16>(app.random.as_ref())),
    })
}

/// Who graded reports of a team.
fn evaluators(score: &TeamScore) -> impl Iterator<Item = Actor> {
    let reports = score.tasks.values().filter_map(|task| task.report.as_ref());
    reports.flat_map(|report| report.given.iter().chain(&report.grade).map(|mark| mark.by))
}

/// A task whose points can be set anew: a report once a grade counts, everything else at any time.
fn regradable(
    view: &ExerciseView,
    task: &Task,
    score: &TeamScore,
    locale: Locale,
) -> Option<Choice> {
    let id = task.id.as_str();
    let rule = view.rules.task(id)?;
    let graded = || {
        let state = score.tasks.get(id)?;
        state.report.as_ref()?.grade.as_ref()
    };
    if matches!(task.answer, Answer::Report(_)) {
        graded()?;
    }
    let title = task.title.get(locale);
    Some(Choice {
        value: id.to_owned(),
        title: format!("{title} ({} / {})", score.task_points(id), rule.most()),
        chosen: false,
    })
}

fn members(
    team: &TeamView,
    names: &HashMap<PersonId, String>,
    score: &TeamScore,
) -> Vec<page::MemberView> {
    let members = team.members.iter().map(|person| page::MemberView {
        id: person.to_string(),
        name: names.get(person).cloned().unwrap_or_default(),
        present: score.present.contains(person),
        excused: score.is_excused(*person),
        lead: score.roster.lead == Some(*person),
    });
    members.collect()
}

/// The last things that happened to a team, or messages alone, latest first.
fn lines(
    rows: &[Entry],
    view: &ExerciseView,
    (texts, only_messages): (&HashMap<Uuid, String>, bool),
    locale: Locale,
) -> Vec<page::EventLine> {
    let chosen = rows.iter().rev().filter(|entry| {
        let message = matches!(
            entry.event,
            Event::InjectDelivered { .. }
                | Event::MessageSent { .. }
                | Event::ResponseGiven { .. }
                | Event::HelpCalled { .. }
        );
        message || !only_messages
    });
    let lines = chosen.filter_map(|entry| {
        let (icon, title, text) = words::entry(entry, view, texts, locale)?;
        Some(page::EventLine {
            at: entry.at,
            icon,
            title,
            text,
        })
    });
    lines.take(EVENTS).collect()
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
            page: node.web.as_ref().filter(|_| ready).map(|_| {
                let exercise = view.exercise.id;
                format!(
                    "/exercises/{exercise}/teams/{}/nodes/{}/page",
                    team.id, node.id
                )
            }),
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
    let points = score.task_points(task.id.as_str());
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
