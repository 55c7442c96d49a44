//! The instructor's console and its parts.

use std::collections::HashMap;

use axum::{extract::State, response::Html};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        feed::Rows,
        forms::{Path, Query},
        live,
        pages::{self, Choice, Tone, console as page},
        underway::Proving,
    },
    isolation, keeping, log,
    scenario::trigger,
    schedule, scoring, team, words,
};
use crate::{
    accounts::{Action, Object, authorise},
    clock::Timestamp,
    environments::{EnvironmentStatus, Phase},
    exercises::{Exercise, ExerciseState, ExerciseView, TeamView},
    ids::{ExerciseId, TeamId},
    journal::Event,
    locales::{self, Locale},
    random::bytes,
    scenarios::{Cell, Effect, Trigger},
    scoring::TeamScore,
};

/// A team that did nothing for this long is to be looked at.
const IDLE_SECONDS: u64 = 600;
/// Ticks of the time axis.
const TICKS: i64 = 6;

#[derive(Default, Deserialize)]
pub(in crate::http) struct Place {
    team: Option<TeamId>,
    #[serde(default)]
    tab: String,
}

/// `GET /exercises/{exercise}`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Query(place): Query<Place>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let mut page = fill(&app, &visitor, &view, place.team).await?;
    page.log = log::of(&app, &visitor, &view).await?;
    if let Some(open) = place.team.filter(|team| view.team(*team).is_some()) {
        page.team = Some(team::fill(&app, &visitor, &view, open, &place.tab).await?);
    }
    page::render(&app.templates, &visitor, &page)
}

/// `GET /exercises/{exercise}/parts/{part}`
pub(in crate::http) async fn part(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, part)): Path<(ExerciseId, String)>,
    Query(place): Query<Place>,
) -> Result<Html<String>, AppError> {
    let part = match part.as_str() {
        "notices" => page::Part::Notices,
        "control" => page::Part::Control,
        "teams" => page::Part::Teams,
        "axis" => page::Part::Axis,
        "log" => page::Part::Log,
        "scoring" => page::Part::Scoring,
        _ => return Err(AppError::NotFound),
    };
    let view = app.exercises.view(exercise).await?;
    let mut page = fill(&app, &visitor, &view, place.team).await?;
    if part == page::Part::Log {
        page.log = log::of(&app, &visitor, &view).await?;
    }
    page::render_part(&app.templates, &visitor, part, &page)
}

async fn fill(
    app: &App,
    visitor: &Visitor,
    view: &ExerciseView,
    selected: Option<TeamId>,
) -> Result<page::ConsolePage, AppError> {
    let locale = visitor.locale;
    let exercise = &view.exercise;
    let statuses = app.environments.of_exercise(exercise.id).await?;
    let rows = app.feeds.rows(&app.db, exercise.id).await?;
    let now = app.clock.now();
    let actor = visitor.actor()?;
    let may = |action| authorise(actor, action, &Object::Province(exercise.province)).is_ok();
    let may_run = may(Action::RunExercise);
    let mut teams: Vec<(u8, page::TeamRow)> = view
        .teams
        .iter()
        .map(|team| {
            let status = statuses
                .iter()
                .find(|status| status.team == Some(team.team.host()));
            row(view, team, status, now, locale, selected, may_run)
        })
        .collect();
    teams.sort_by_key(|(urgency, row)| (*urgency, row.number));
    // One that stands still because nobody uses it is well.
    let ready = |status: &&EnvironmentStatus| {
        matches!(status.phase, Phase::Ready | Phase::Suspended)
            && !status.leaving
            && !status.mending
    };
    let figures = page::Figures {
        teams: teams.len(),
        hosts: view.hosts().count(),
        healthy: statuses.iter().filter(ready).count(),
        waiting: teams.iter().map(|(_, row)| row.waiting).sum(),
        attention: teams.iter().filter(|(urgency, _)| *urgency < CALM).count(),
    };
    let mut recipients = vec![Choice {
        value: String::new(),
        title: words::say(locale, "message-everybody"),
        chosen: true,
    }];
    recipients.extend(view.teams.iter().map(|team| Choice {
        value: team.team.id.to_string(),
        title: team.team.name.clone(),
        chosen: false,
    }));
    let finished = exercise.state == ExerciseState::Finished;
    let underway = underway(app, locale, exercise);
    let goes_on = underway.as_ref().is_some_and(|step| !step.failed);
    let keep = keeping::keep(exercise, &statuses, &rows, now, may_run);
    let hour = schedule::view(app, locale, view, &statuses, may_run).await?;
    Ok(page::ConsolePage {
        id: exercise.id.to_string(),
        title: exercise.title.clone(),
        scenario: view.definition.scenario.title.get(locale).to_owned(),
        state: words::standing(locale, exercise),
        controls: page::Controls {
            resume: exercise.state == ExerciseState::Paused && may_run && keep.removed_at.is_none(),
            proving: goes_on,
            ..controls(exercise.state, may_run)
        },
        clock: live::clock(app, view),
        figures,
        teams: teams.into_iter().map(|(_, row)| row).collect(),
        axis: axis(view, &rows, now, locale, may_run),
        team: None,
        recipients,
        standing: isolation::standing(app, locale, view).await?,
        underway,
        outage: outage(view, &rows),
        keep,
        schedule: hour,
        hour: schedule::form(Some(exercise), now),
        scoring: scoring::view(view, (may_run, may(Action::GradeReport))),
        board: format!("/boards/{}", exercise.id),
        log: Vec::new(),
        may_note: may(Action::GradeReport) && exercise.state.is_open(),
        form: hex::encode(bytes::<16>(app.random.as_ref())),
        recordings: may(Action::ReadRecording)
            .then(|| format!("/exercises/{}/recordings", exercise.id)),
        report: finished.then(|| format!("/exercises/{}/report", exercise.id)),
    })
}

fn controls(state: ExerciseState, may_run: bool) -> page::Controls {
    if !may_run {
        return page::Controls::default();
    }
    page::Controls {
        prepare: state == ExerciseState::Draft,
        start: state == ExerciseState::Ready,
        pause: state == ExerciseState::Running,
        resume: false,
        proving: false,
        cancel: matches!(state, ExerciseState::Preparing | ExerciseState::Ready),
        finish: matches!(state, ExerciseState::Running | ExerciseState::Paused),
        message: state.is_open(),
        schedule: matches!(
            state,
            ExerciseState::Draft | ExerciseState::Preparing | ExerciseState::Ready
        ),
    }
}

/// The last time in which no server conducted the exercise, until it is over.
fn outage(view: &ExerciseView, rows: &Rows) -> Option<page::Outage> {
    let state = view.exercise.state;
    let under_way = matches!(state, ExerciseState::Running | ExerciseState::Paused);
    let last = rows
        .common
        .iter()
        .rev()
        .filter(|_| under_way)
        .find_map(|entry| {
            let Event::Interrupted { from, until } = entry.event else {
                return None;
            };
            Some((entry.sequence, Timestamp(from), Timestamp(until)))
        });
    let (row, from, until) = last?;
    let resumed = rows
        .common
        .iter()
        .any(|entry| entry.sequence > row && entry.event == Event::Resumed);
    Some(page::Outage {
        from,
        until,
        paused: state == ExerciseState::Paused && !resumed,
    })
}

/// What the console says of a step that goes on or did not come about.
fn underway(app: &App, locale: Locale, exercise: &Exercise) -> Option<page::Underway> {
    let standing = app.underway.of(exercise.id)?;
    if !standing.step.fits(exercise.state) {
        return None;
    }
    let at = locales::time(standing.at);
    let failed = standing.failure.is_some();
    let message = match (standing.step, standing.failure) {
        (Proving::Prepare, None) => Message::new("underway-prepare"),
        (_, None) => Message::new("underway-start"),
        (_, Some(failure)) => Message::new("underway-failed").with("reason", failure.text(locale)),
    };
    Some(page::Underway {
        text: message.with("at", at).text(locale),
        failed,
    })
}

/// Rows from this urgency on need nobody's eye.
const CALM: u8 = 3;

fn row(
    view: &ExerciseView,
    team: &TeamView,
    status: Option<&EnvironmentStatus>,
    now: Timestamp,
    locale: Locale,
    selected: Option<TeamId>,
    may_run: bool,
) -> (u8, page::TeamRow) {
    let score = view.score(team.team.id);
    let kinds: Vec<&'static str> = view
        .rules
        .tasks
        .iter()
        .filter(|task| task.cell == team.team.cell)
        .map(|task| {
            let state = score.tasks.get(task.id.as_str());
            match state {
                Some(state) if state.solved.is_some() => "solved",
                Some(state) if state.report.is_some() || state.attempts > 0 => "part",
                _ => "open",
            }
        })
        .collect();
    let (dots, dots_width) = page::dots(&kinds);
    let running = view.exercise.state == ExerciseState::Running;
    // Before a team did anything, it has been idle since the start.
    let since = score.last_activity.max(view.exercise.started_at);
    let idle = since.filter(|_| running).map(|at| now.since(at).as_secs());
    let waiting = waiting(&score);
    let urgency = match status.map(|status| status.phase) {
        _ if status.is_some_and(|status| status.leaving) => CALM + 1,
        Some(Phase::Failed) => 0,
        _ if status.is_some_and(|status| status.mending) => 0,
        _ if score.help_calls > 0 => 1,
        _ if running && (waiting > 0 || idle.is_some_and(|idle| idle > IDLE_SECONDS)) => 2,
        Some(Phase::Wanted | Phase::Preparing) => CALM,
        _ => CALM + 1,
    };
    let why = match urgency {
        1 => Some(words::say(locale, "console-why-help")),
        2 if waiting > 0 => Some(words::say(locale, "console-why-report")),
        2 => idle.map(|idle| {
            let quiet = locales::length(locale, std::time::Duration::from_secs(idle));
            Message::new("console-why-idle")
                .with("time", quiet)
                .text(locale)
        }),
        // What is wrong with its machines stands beside them.
        _ => None,
    };
    let mut environment = words::machines(view, status, locale);
    if let Some(failure) = status.and_then(|status| status.failure.as_ref())
        && let Some(node) = &failure.node
        && environment.kind == Tone::Bad
    {
        environment.text = format!("{node}: {}", environment.text);
    }
    let row = page::TeamRow {
        id: team.team.id.to_string(),
        number: team.team.number,
        name: team.team.name.clone(),
        why,
        environment,
        progress: words::progress(status),
        trouble: status.and_then(|status| {
            let own = team.team.against.is_none();
            trouble(status, may_run && own, locale)
        }),
        stage: stage(view, team.team.cell, &score, locale),
        dots,
        dots_width,
        solved: score.solved(),
        tasks: kinds.len(),
        points: score.total(&view.rules, view.exercise.elapsed_at(now)),
        waiting,
        idle,
        selected: selected == Some(team.team.id),
    };
    (urgency, row)
}

/// What is wrong with a team's machines: told beside the team, with what can be done about it.
fn trouble(status: &EnvironmentStatus, may_run: bool, locale: Locale) -> Option<page::Trouble> {
    let failure = status.failure.as_ref()?;
    Some(page::Trouble {
        stage: words::say(locale, &format!("stage-{}", failure.stage)),
        node: failure.node.as_ref().map(ToString::to_string),
        reason: words::failure(locale, failure),
        log: failure.log.join("\n"),
        may_retry: may_run && status.phase == Phase::Failed && !status.leaving,
    })
}

/// Reports to be graded and calls for help.
fn waiting(score: &TeamScore) -> usize {
    let reports = score.tasks.values().filter_map(|task| task.report.as_ref());
    reports.filter(|report| report.grade.is_none()).count()
        + usize::try_from(score.help_calls).unwrap_or(0)
}

/// The objective of the first task that is not solved.
fn stage(view: &ExerciseView, cell: Cell, score: &TeamScore, locale: Locale) -> String {
    let scenario = &view.definition.scenario;
    let open = scenario.tasks_of(cell).find(|task| {
        score
            .tasks
            .get(task.id.as_str())
            .is_none_or(|state| state.solved.is_none() && state.report.is_none())
    });
    let objective = open.and_then(|task| task.objective.as_ref());
    let objective = scenario
        .objectives
        .iter()
        .find(|it| Some(&it.id) == objective);
    objective
        .map(|it| it.title.get(locale).to_owned())
        .unwrap_or_default()
}

pub(super) fn axis(
    view: &ExerciseView,
    rows: &Rows,
    now: Timestamp,
    locale: Locale,
    may_run: bool,
) -> page::Axis {
    let scenario = &view.definition.scenario;
    let duration = words::seconds(view.exercise.duration);
    let elapsed = view.exercise.elapsed_at(now);
    let mut first: HashMap<&str, i64> = HashMap::new();
    for team in view.teams.iter() {
        for entry in rows.team(team.team.id) {
            if let Event::InjectDelivered { event } | Event::ActionStarted { event } = &entry.event
            {
                first
                    .entry(event)
                    .or_insert_with(|| words::seconds(entry.exercise_time));
            }
        }
    }
    let started = view.exercise.started_at;
    let label = |seconds: i64| {
        let seconds = u64::try_from(seconds).unwrap_or(0);
        let passed = std::time::Duration::from_secs(seconds);
        match started {
            // Wall time while the clock never stood; exercise time says the same to everybody else.
            Some(at) if view.exercise.clock_elapsed.is_zero() => locales::time(at + passed),
            _ => locales::clock(passed)[..5].to_owned(),
        }
    };
    let tick = |n: i64| {
        let seconds = duration * n / (TICKS - 1);
        page::AxisTick {
            x: page::Axis::place(seconds, duration),
            text: label(seconds),
        }
    };
    let running = view.exercise.state == ExerciseState::Running;
    let events = view.timeline.iter().map(|event| {
        let plan = match event.trigger {
            Trigger::At(at) => Some(page::Axis::place(words::seconds(at), duration)),
            _ => None,
        };
        let done = first
            .get(event.id.as_str())
            .map(|at| page::Axis::place(*at, duration));
        let action = matches!(event.effect, Effect::Action(_));
        let at_teams = view.hosts().map(|team| {
            let score = view.scores.team(team.team.id)?;
            score.actions.get(event.id.as_str())
        });
        let failed = action
            && at_teams
                .clone()
                .flatten()
                .any(|it| it.code.is_some_and(|code| code != 0));
        // A copy that was made anew lacks what was done by hand to the one before.
        let lacks =
            action && event.trigger == Trigger::Manual && at_teams.clone().any(|it| it.is_none());
        let state = if failed {
            pages::State::new(Tone::Bad, words::say(locale, "event-failed"))
        } else if done.is_some() {
            pages::State::new(Tone::Good, words::say(locale, "event-done"))
        } else {
            pages::State::new(Tone::Idle, words::say(locale, "event-waiting"))
        };
        page::AxisEvent {
            id: event.id.to_string(),
            title: words::timeline_event(event, locale).1,
            planned: trigger(scenario, &event.trigger, locale),
            plan_x: plan,
            done_x: done,
            label_y: 26,
            mark: done.map(page::Axis::mark),
            state,
            may_fire: (done.is_none() || failed || lacks) && running && may_run,
        }
    });
    let mut axis = page::Axis {
        ticks: (0..TICKS).map(tick).collect(),
        events: events.collect(),
        now: started
            .filter(|_| view.exercise.state != ExerciseState::Finished)
            .map(|_| page::AxisTick {
                x: page::Axis::place(words::seconds(elapsed), duration),
                text: label(words::seconds(elapsed)),
            }),
    };
    axis.spread();
    axis
}
