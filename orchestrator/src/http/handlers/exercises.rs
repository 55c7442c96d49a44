//! The list of exercises and the first page.

use axum::{extract, response::Html};

use super::{
    super::{
        App, AppError, Visitor,
        office::{indicators, report},
        pages::{Opens, State, Tone, exercises as page, home},
    },
    accounts::quick_checks,
    library::may_plan,
    words,
};
use crate::{
    accounts::{Action, Actor, Object, authorise},
    exercises::{Exercise, ExerciseState},
    locales::Locale,
};

/// Exercises that the first page shows at most.
const FIRST_PAGE: usize = 10;

/// `GET /exercises`
pub(in crate::http) async fn list(
    extract::State(app): extract::State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let actor = visitor.actor()?;
    let mut exercises = app.exercises.list(actor.province).await?;
    exercises.sort_by_key(|exercise| exercise.state == ExerciseState::Finished);
    let rows = rows(&app, exercises, (actor, visitor.locale)).await?;
    let page = page::ExercisesPage {
        may_plan: may_plan(actor),
        rows,
    };
    page::render(&app.templates, &visitor, &page)
}

async fn rows(
    app: &App,
    exercises: Vec<Exercise>,
    (actor, locale): (&Actor, Locale),
) -> Result<Vec<page::ExerciseRow>, AppError> {
    let mut rows = Vec::with_capacity(exercises.len());
    for summary in app.exercises.summaries(exercises).await? {
        let exercise = &summary.exercise;
        rows.push(page::ExerciseRow {
            title: exercise.title.clone(),
            scenario: summary.scenario.get(locale).to_owned(),
            state: words::standing(locale, exercise),
            teams: summary.teams,
            created_at: exercise.created_at,
            started_at: exercise.started_at,
            starts_at: exercise.schedule.as_ref().map(|it| it.starts_at),
            hindered: exercise.trouble().is_some(),
            next: next(exercise, actor, locale),
        });
    }
    Ok(rows)
}

/// What the reader may do next with an exercise: its report, its console to run it or to look on, or nothing.
fn next(exercise: &Exercise, actor: &Actor, locale: Locale) -> Option<page::NextAction> {
    let may = |action| authorise(actor, action, &Object::Platform).is_ok();
    let console = format!("/exercises/{}", exercise.id);
    let (href, title) = if exercise.state == ExerciseState::Finished {
        let report = format!("{console}/report");
        may(Action::ReadReport).then_some((report, "exercise-open-report"))?
    } else if may(Action::RunExercise) {
        (console, "exercise-open-console")
    } else {
        may(Action::WatchExercise).then_some((console, "exercise-watch"))?
    };
    Some(page::NextAction {
        href,
        title: words::say(locale, title),
    })
}

/// `GET /`
pub(in crate::http) async fn home(
    extract::State(app): extract::State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let actor = visitor.actor()?;
    let may = |action| authorise(actor, action, &Object::Platform).is_ok();
    let exercises = if may(Action::ListExercises) {
        let mut exercises = app.exercises.list(actor.province).await?;
        exercises.retain(|exercise| exercise.state != ExerciseState::Finished);
        exercises.truncate(FIRST_PAGE);
        Some(rows(&app, exercises, (actor, visitor.locale)).await?)
    } else {
        None
    };
    let page = home::HomePage {
        mine: if may(Action::WorkInTeam) {
            mine(&app, actor, visitor.locale).await?
        } else {
            Vec::new()
        },
        exercises: exercises.filter(|rows| !rows.is_empty()),
        may_plan: may_plan(actor),
        indicators: if may(Action::ReadIndicators) {
            indicators::standing(&app, &visitor).await?
        } else {
            None
        },
        report: if may(Action::ReadReport) {
            report::finished(&app, &visitor).await?.into_iter().next()
        } else {
            None
        },
        health: if may(Action::ReadHealth) {
            let worst = quick_checks(&app, visitor.locale).await.into_iter().next();
            worst.map(|row| row.state)
        } else {
            None
        },
    };
    home::render(&app.templates, &visitor, &page)
}

/// Exercises in which one is in a team, as soon as they are prepared or have an hour.
async fn mine(app: &App, actor: &Actor, locale: Locale) -> Result<Vec<home::MyExercise>, AppError> {
    let Some(person) = actor.person else {
        return Ok(Vec::new());
    };
    let mut mine = Vec::new();
    for (exercise, team) in app.exercises.list_of_person(person).await? {
        let hour = exercise.schedule.as_ref().map(|it| it.starts_at);
        if exercise.state == ExerciseState::Draft && hour.is_none() {
            continue;
        }
        let mut state = words::exercise_state(locale, exercise.state);
        if hour.is_some() {
            // How far its machines are is not the trainee's business.
            state = State::new(Tone::Info, words::say(locale, "exercise-state-scheduled"));
        }
        mine.push(home::MyExercise {
            title: exercise.title.clone(),
            team,
            state,
            opens: hour.map(|at| Opens::new(at, app.clock.now())),
            open: exercise.state != ExerciseState::Finished,
            href: format!("/exercises/{}/workspace", exercise.id),
        });
    }
    Ok(mine)
}
