//! The wall screen of a hall.

use std::time::Duration;

use axum::{extract::State, response::Html};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        context::Theme,
        forms::{Path, Query},
        pages::{self, ClockView, Tone, board::BoardLine, wall as page},
    },
    board, words,
};
use crate::{
    clock::Timestamp,
    exercises::{ExerciseState, ExerciseView},
    ids::ExerciseId,
    journal::CheckState,
    locales::Locale,
    scenarios::{Cell, Service},
    store,
};

/// Teams that stay in sight however many there are.
const LEADERS: usize = 3;
/// Teams on a leaf: lines of this height that a screen of 1080 pixels has under the leaders.
const LEAF: usize = 7;
/// Services that stand beside each other with their words.
const COLUMNS: usize = 4;
/// First solves beside the map of services, and where there is none.
const FIRSTS: [usize; 2] = [6, 13];
/// How long a leaf is seen: long enough to find one's own team.
const TURN: Duration = Duration::from_secs(10);

#[derive(Default, Deserialize)]
pub(in crate::http) struct Look {
    /// `light` where the hall is too bright for a dark screen.
    #[serde(default)]
    theme: String,
}

/// `GET /boards/{exercise}/wall`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Query(look): Query<Look>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    if view.exercise.state == ExerciseState::Draft || view.exercise.trial {
        return Err(AppError::NotFound);
    }
    let mut connection = app.db.connection().await?;
    let province =
        store::organisation::province_name(&mut connection, view.exercise.province).await?;
    let light = look.theme == "light";
    let visitor = Visitor {
        theme: Some(if light { Theme::Light } else { Theme::Dark }),
        ..visitor
    };
    let page = page::WallPage {
        province: province.unwrap_or_default(),
        ..page(&view, app.clock.now(), visitor.locale)
    };
    page::render(&app.templates, &visitor, &page)
}

/// What the wall shows at `now`.
pub(in crate::http) fn page(view: &ExerciseView, now: Timestamp, locale: Locale) -> page::WallPage {
    let exercise = &view.exercise;
    let scenario = &view.definition.scenario;
    let board = board::page(view, now, locale);
    // While the public board is frozen, so is all that a hall sees.
    let (shown, _) = view.public(now);
    let mut rows = board.rows;
    let rest = rows.split_off(rows.len().min(LEADERS));
    let waits = matches!(
        exercise.state,
        ExerciseState::Preparing | ExerciseState::Ready
    );
    let firsts = FIRSTS[usize::from(scenario.services.is_empty())];
    page::WallPage {
        id: board.id,
        title: board.title,
        province: String::new(),
        state: words::standing(locale, exercise),
        starts_at: exercise
            .schedule
            .as_ref()
            .filter(|_| waits)
            .map(|schedule| schedule.starts_at),
        phase: phase(view, &board.clock, now, locale),
        clock: board.clock,
        leaders: rows,
        leaves: leaves(rest, now),
        firsts: firsts_of(&shown, firsts, locale),
        maps: maps(&shown, now, locale),
        frozen: board.frozen,
        seconds: TURN.as_secs(),
    }
}

/// The part of its time that the exercise is in; the last one lasts as long as the exercise.
fn phase(
    view: &ExerciseView,
    clock: &ClockView,
    now: Timestamp,
    locale: Locale,
) -> Option<page::PhaseView> {
    if view.exercise.state == ExerciseState::Finished {
        return None;
    }
    let scenario = &view.definition.scenario;
    let elapsed = view.exercise.elapsed_at(now);
    let (phase, end) = scenario.phase_at(elapsed)?;
    let place = scenario.phases.iter().position(|it| it.id == phase.id)?;
    let all = scenario.phases.len();
    let left = end.saturating_sub(elapsed).as_secs();
    Some(page::PhaseView {
        title: phase.title.get(locale).to_owned(),
        number: place + 1,
        all,
        remaining: if place + 1 == all {
            clock.remaining
        } else {
            left.min(clock.remaining)
        },
    })
}

/// Cuts what is too long for the screen into leaves; which is seen goes by the clock, so that all walls agree.
fn leaves(lines: Vec<BoardLine>, now: Timestamp) -> Vec<page::Leaf<BoardLine>> {
    let all = lines.len().div_ceil(LEAF);
    let seen = turn(now, all);
    let mut lines = lines.into_iter();
    let leaf = |place| page::Leaf {
        heads: Vec::new(),
        lines: lines.by_ref().take(LEAF).collect(),
        number: place + 1,
        all,
        shown: place == seen,
    };
    (0..all).map(leaf).collect()
}

/// Which of `all` leaves is seen at `now`.
fn turn(now: Timestamp, all: usize) -> usize {
    let turns = u64::try_from(now.0).unwrap_or(0) / 1_000_000 / TURN.as_secs();
    usize::try_from(turns % all.max(1) as u64).unwrap_or(0)
}

/// Who solved each task first, the latest at the top.
fn firsts_of(view: &ExerciseView, most: usize, locale: Locale) -> Vec<page::FirstSolve> {
    let scenario = &view.definition.scenario;
    let solved = view.teams.iter().filter_map(|team| {
        let score = view.scores.team(team.team.id)?;
        let first = score.tasks.iter().filter(|(_, it)| it.place == Some(0));
        let first = first.filter_map(|(task, it)| Some((it.solved?, task)));
        Some(first.map(|(at, task)| (at, task, &team.team.name)))
    });
    let mut solved: Vec<_> = solved.flatten().collect();
    solved.sort_by_key(|((row, _), ..)| std::cmp::Reverse(*row));
    let lines = solved.into_iter().take(most);
    let lines = lines.map(|((_, at), task, team)| page::FirstSolve {
        seconds: at.as_secs(),
        task: words::task(scenario, task, locale),
        team: team.clone(),
    });
    lines.collect()
}

/// The services of every team that has some, so many at once as can be read.
fn maps(view: &ExerciseView, now: Timestamp, locale: Locale) -> Vec<page::Leaf<page::MapRow>> {
    let services = &view.definition.scenario.services;
    let teams: Vec<_> = view
        .teams
        .iter()
        .filter(|team| team.team.cell == Cell::Blue)
        .collect();
    let chunks = services.chunks(COLUMNS).flat_map(|columns| {
        let rows = teams.chunks(LEAF);
        rows.map(move |rows| (columns, rows))
    });
    let chunks: Vec<_> = chunks.collect();
    let (all, seen) = (chunks.len(), turn(now, chunks.len()));
    let chunks = chunks.into_iter().enumerate();
    let leaves = chunks.map(|(place, (columns, rows))| page::Leaf {
        heads: columns
            .iter()
            .map(|service| service.title.get(locale).to_owned())
            .collect(),
        lines: rows
            .iter()
            .map(|team| page::MapRow {
                name: team.team.name.clone(),
                services: columns
                    .iter()
                    .map(|service| serving(view, team.team.id, service, locale))
                    .collect(),
            })
            .collect(),
        number: place + 1,
        all,
        shown: place == seen,
    });
    leaves.collect()
}

/// How a service of a team does: what its check found last, if it could look.
fn serving(
    view: &ExerciseView,
    team: crate::ids::TeamId,
    service: &Service,
    locale: Locale,
) -> pages::State {
    let score = view.scores.team(team);
    let state = score.and_then(|score| score.services.get(service.id.as_str()));
    let (tone, id) = match state.and_then(crate::scoring::ServiceState::state) {
        Some(CheckState::Passing) => (Tone::Good, "wall-serving"),
        Some(CheckState::Failing) => (Tone::Bad, "wall-failing"),
        Some(CheckState::Error) | None => (Tone::Idle, "wall-unknown"),
    };
    pages::State::new(tone, words::say(locale, id))
}
