//! The public scoreboard.

use std::time::Duration;

use axum::{extract::State, response::Html};

use super::{
    super::{
        App, AppError, Visitor,
        forms::Path,
        pages::{ClockView, board as page},
    },
    words, worth,
};
use crate::{
    clock::Timestamp,
    exercises::{ExerciseState, ExerciseView},
    ids::ExerciseId,
    locales::Locale,
    scoring,
};

/// Curves that can still be told apart on a wall.
const CURVES: usize = 6;

/// `GET /boards/{exercise}`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    if view.exercise.state == ExerciseState::Draft || view.exercise.trial {
        return Err(AppError::NotFound);
    }
    let shown = page(&view, app.clock.now(), visitor.locale);
    page::render(&app.templates, &visitor, &shown)
}

/// `GET /exercises/{exercise}/board`: the board as it is, also while the public one is frozen.
pub(in crate::http) async fn real(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let shown = real_page(&view, app.clock.now(), visitor.locale);
    page::render(&app.templates, &visitor, &shown)
}

/// The board at `now` as everybody may see it.
pub(in crate::http) fn page(
    view: &ExerciseView,
    now: Timestamp,
    locale: Locale,
) -> page::BoardPage {
    let (shown, elapsed) = view.public(now);
    page::BoardPage {
        frozen: view.scores.frozen.as_ref().map(|then| then.at),
        ..fill(&shown, (now, elapsed), locale)
    }
}

/// The board at `now` as it is.
pub(in crate::http) fn real_page(
    view: &ExerciseView,
    now: Timestamp,
    locale: Locale,
) -> page::BoardPage {
    page::BoardPage {
        frozen: view.scores.frozen.as_ref().map(|then| then.at),
        real: true,
        stream: format!("/exercises/{}/live", view.exercise.id),
        ..fill(view, (now, view.exercise.elapsed_at(now)), locale)
    }
}

/// The board of scores at `elapsed` exercise time; its clock is that of `now`.
fn fill(
    view: &ExerciseView,
    (now, elapsed): (Timestamp, Duration),
    locale: Locale,
) -> page::BoardPage {
    let exercise = &view.exercise;
    let board = view.board_at(elapsed);
    let scenario = &view.definition.scenario;
    let name = |team| {
        view.team(team)
            .map(|view| view.team.name.clone())
            .unwrap_or_default()
    };
    let curves: Vec<page::Curve> = board
        .rows
        .iter()
        .take(CURVES)
        .map(|row| curve(view, row.team, name(row.team), elapsed))
        .collect();
    let rows = board
        .rows
        .iter()
        .enumerate()
        .map(|(index, row)| page::BoardLine {
            rank: row.rank,
            cell: words::cell(scenario, row.cell, locale),
            tasks: scenario.tasks_of(row.cell).count(),
            name: name(row.team),
            solved: row.solved,
            points: row.points,
            series: (index < CURVES).then_some(index + 1),
        });
    page::BoardPage {
        id: exercise.id.to_string(),
        title: exercise.title.clone(),
        state: words::exercise_state(locale, exercise.state),
        stream: format!("/boards/{}/live", exercise.id),
        frozen: None,
        real: false,
        clock: ClockView::new(
            exercise.elapsed_at(now),
            exercise.duration,
            exercise.clock_running_since.is_some(),
        ),
        rows: rows.collect(),
        worths: worth::board(view, locale),
        chart: serde_json::to_string(&curves).unwrap_or_else(|_| "[]".to_owned()),
    }
}

fn curve(
    view: &ExerciseView,
    team: crate::ids::TeamId,
    name: String,
    elapsed: Duration,
) -> page::Curve {
    let points = scoring::curve(&view.rules, &view.score(team), elapsed);
    page::Curve {
        name,
        seconds: points.iter().map(|point| point.seconds).collect(),
        points: points.iter().map(|point| point.points).collect(),
    }
}
