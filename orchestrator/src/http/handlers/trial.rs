//! Trying a scenario alone: begun from its page, seen as a trainee sees it, ended at any time.

use axum::{
    extract::State,
    response::{Html, IntoResponse as _, Redirect, Response},
};

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path},
        guard::Undone,
        pages::{State as Shown, Tone, workspace as page},
        underway::{self, Proving},
    },
    library::version_page,
    see_other,
    versions::{Asked, Known},
    words,
};
use crate::{
    exercises::{ExerciseState, ExerciseView, Tester, Tried, next_event},
    ids::ExerciseId,
    library::LibraryError,
    locales::Locale,
};

/// Letters of a scenario's title in the name of a trial.
const TITLE: usize = 150;

/// `POST /scenarios/{scenario}/versions/{version}/try`
pub(in crate::http) async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, version)): Path<(String, i64)>,
    Form(asked): Form<Asked>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let locale = visitor.locale;
    let back = version_page(&id, version, &asked.bundle);
    let refused = |message: &Message| {
        let mut response = see_other(&app, &visitor, &back, "bad", message);
        response.extensions_mut().insert(Undone);
        Ok(response)
    };
    let Some(person) = actor.person else {
        return refused(&Message::new("trial-no-person"));
    };
    let known = Known::of(&app, actor, &id).await?;
    let chosen = known.choose(Some(version), &asked.bundle);
    let chosen = chosen.ok_or(AppError::NotFound)?;
    let Some(definition) = chosen.definition() else {
        return refused(&AppError::from(LibraryError::Faulty).message());
    };
    if definition.bundle.digest() != asked.bundle {
        return refused(&AppError::from(LibraryError::Changed).message());
    }
    let title: String = definition
        .scenario
        .title
        .get(locale)
        .chars()
        .take(TITLE)
        .collect();
    let title = Message::new("trial-title").with("scenario", title);
    let tester = Tester {
        account: actor.account,
        person,
        province: actor.province,
        name: words::say(locale, "trial-team"),
    };
    let tried = app
        .exercises
        .try_alone(tester, title.text(locale), definition);
    let (exercise, new) = match tried.await? {
        Tried::New(exercise) => (exercise, true),
        Tried::Open(exercise) => (exercise, false),
        Tried::Other(exercise) => {
            let to = workspace(exercise);
            let told = Message::new("trial-other");
            return Ok(see_other(&app, &visitor, &to, "warn", &told));
        }
    };
    // One that goes on already is gone back to; one that was cut off before it was prepared is prepared now.
    let state = app.exercises.view(exercise).await?.exercise.state;
    if state != ExerciseState::Draft {
        return Ok(Redirect::to(&workspace(exercise)).into_response());
    }
    if let Err(error) = underway::carry_out(&app, exercise, actor.account, Proving::Prepare).await {
        // What another call laid out is that one's to end: it may be preparing it at this moment.
        if new {
            app.exercises.end_trial(exercise, actor.account).await?;
        }
        return refused(&error.message());
    }
    Ok(Redirect::to(&workspace(exercise)).into_response())
}

/// `GET /exercises/{exercise}/trial`: the strip above the workspace.
pub(in crate::http) async fn strip(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let strip = view_of(&app, &view, visitor.locale).ok_or(AppError::NotFound)?;
    page::render_strip(&app.templates, &visitor, &strip)
}

/// `POST /exercises/{exercise}/trial/start`: where it did not begin by itself.
pub(in crate::http) async fn start(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    only_trials(&app, exercise).await?;
    let done = underway::carry_out(&app, exercise, by, Proving::Start).await;
    answer(&app, &visitor, exercise, done.map(|_| ()), "trial-started")
}

/// `POST /exercises/{exercise}/trial/skip`: to the next event.
pub(in crate::http) async fn skip(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let done = app.exercises.skip_to_next(exercise, by).await;
    let done = done.map_err(AppError::from);
    answer(&app, &visitor, exercise, done, "trial-skipped")
}

/// `POST /exercises/{exercise}/trial/end`
pub(in crate::http) async fn end(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    app.exercises.end_trial(exercise, by).await?;
    let view = app.exercises.view(exercise).await?;
    let told = Message::new("trial-ended");
    Ok(see_other(&app, &visitor, &back(&view), "good", &told))
}

async fn only_trials(app: &App, exercise: ExerciseId) -> Result<(), AppError> {
    if app.exercises.view(exercise).await?.exercise.trial {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

fn answer(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
    done: Result<(), AppError>,
    told: &'static str,
) -> Result<Response, AppError> {
    let (tone, told) = match done {
        Ok(()) => ("good", Message::new(told)),
        Err(error @ (AppError::Conflict(_) | AppError::Invalid(_) | AppError::Unavailable(_))) => {
            ("bad", error.message())
        }
        Err(error) => return Err(error),
    };
    Ok(see_other(app, visitor, &workspace(exercise), tone, &told))
}

fn workspace(exercise: ExerciseId) -> String {
    format!("/exercises/{exercise}/workspace")
}

/// The page that a trial came from.
fn back(view: &ExerciseView) -> String {
    let scenario = &view.definition.scenario;
    let version = i64::from(scenario.version);
    version_page(scenario.id.as_str(), version, &view.exercise.bundle)
}

/// What stands above the workspace of a trial; nothing above another's.
pub(super) fn view_of(app: &App, view: &ExerciseView, locale: Locale) -> Option<page::TrialStrip> {
    let exercise = &view.exercise;
    if !exercise.trial {
        return None;
    }
    let elapsed = exercise.elapsed_at(app.clock.now());
    let next = next_event(&view.definition, elapsed).filter(|at| *at < exercise.duration);
    let standing = app.underway.of(exercise.id);
    let failure = standing.as_ref().and_then(|it| it.failure.as_ref());
    let state = match (exercise.state, failure) {
        (_, Some(failure)) => Shown::new(Tone::Bad, failure.text(locale)),
        (ExerciseState::Draft, None) if standing.is_none() => {
            Shown::new(Tone::Bad, words::say(locale, "trial-not-prepared"))
        }
        (ExerciseState::Draft | ExerciseState::Preparing | ExerciseState::Ready, None) => {
            Shown::new(Tone::Busy, words::say(locale, "trial-preparing"))
        }
        (ExerciseState::Finished, None) => {
            Shown::new(Tone::Paused, words::say(locale, "trial-over"))
        }
        (_, None) => match next {
            Some(at) => Shown::new(
                Tone::Info,
                Message::new("trial-next")
                    .with("minutes", words::seconds(at) / 60)
                    .text(locale),
            ),
            None => Shown::new(Tone::Info, words::say(locale, "trial-no-more")),
        },
    };
    Some(page::TrialStrip {
        exercise: exercise.id.to_string(),
        state,
        start: exercise.state == ExerciseState::Ready,
        skip: exercise.state == ExerciseState::Running && next.is_some(),
        end: exercise.state != ExerciseState::Finished,
        back: back(view),
    })
}
