//! What the white cell does: prepare, start, pause, resume, finish, messages, events, grades, retry, reset and
//! excusing a member.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::super::{
    App, AppError, Visitor,
    errors::Message,
    forms::{Form, Path},
    guard::Undone,
    underway::{self, Carried, Proving},
};
use super::{schedule, see_other};
use crate::{
    exercises::{Grade, Message as Inject},
    ids::{ExerciseId, PersonId, TeamId},
    journal::{Actor, Channel},
    random::bytes,
};

/// What a steering form sends: nothing but the route.
#[derive(Clone, Copy)]
enum Step {
    Cancel,
    Pause,
    Resume,
    Finish,
}

/// Takes a step and leads to the console, where stands what became of it.
async fn step(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
    step: Step,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let done = match step {
        Step::Cancel => app.exercises.cancel_preparation(exercise, by).await,
        Step::Pause => app.exercises.pause(exercise, by).await,
        Step::Resume => app.exercises.resume(exercise, by).await,
        Step::Finish => {
            app.exercises
                .finish(exercise, Actor::Account(by), false)
                .await
        }
    };
    let id = match step {
        Step::Cancel => "done-cancel",
        Step::Pause => "done-pause",
        Step::Resume => "done-resume",
        Step::Finish => "done-finish",
    };
    let to = format!("/exercises/{exercise}");
    back(app, visitor, &to, done.map_err(AppError::from), id)
}

/// Takes a step before which isolation is proven, and leads to the console: there stands that it goes on, or what became
/// of it.
pub(super) async fn prove(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
    step: Proving,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let done = match underway::carry_out(app, exercise, by, step).await {
        Ok(Carried::GoesOn) => {
            return Ok(Redirect::to(&format!("/exercises/{exercise}")).into_response());
        }
        Ok(Carried::Done) => Ok(Message::new(match step {
            Proving::Prepare => "done-prepare",
            Proving::Start | Proving::StartIncomplete => "done-start",
        })),
        Err(error) => Err(error),
    };
    schedule::answer(app, visitor, exercise, done)
}

/// Leads back to where one came from with a word on what was done. What stands in the way is told there as well, not on
/// a page of its own.
pub(super) fn back(
    app: &App,
    visitor: &Visitor,
    to: &str,
    done: Result<(), AppError>,
    id: &'static str,
) -> Result<Response, AppError> {
    match done {
        Ok(()) => Ok(see_other(app, visitor, to, "good", &Message::new(id))),
        Err(error @ (AppError::Conflict(_) | AppError::Unavailable(_))) => {
            let mut response = see_other(app, visitor, to, "bad", &error.message());
            response.extensions_mut().insert(Undone);
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

/// `POST /exercises/{exercise}/prepare`
pub(in crate::http) async fn prepare(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    prove(&app, &visitor, exercise, Proving::Prepare).await
}

/// `POST /exercises/{exercise}/cancel`
pub(in crate::http) async fn cancel(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    step(&app, &visitor, exercise, Step::Cancel).await
}

/// `POST /exercises/{exercise}/start`
pub(in crate::http) async fn start(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    prove(&app, &visitor, exercise, Proving::Start).await
}

/// `POST /exercises/{exercise}/pause`
pub(in crate::http) async fn pause(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    step(&app, &visitor, exercise, Step::Pause).await
}

/// `POST /exercises/{exercise}/resume`
pub(in crate::http) async fn resume(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    step(&app, &visitor, exercise, Step::Resume).await
}

/// `POST /exercises/{exercise}/finish`
pub(in crate::http) async fn finish(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    step(&app, &visitor, exercise, Step::Finish).await
}

#[derive(Deserialize)]
pub(in crate::http) struct Words {
    #[serde(default)]
    to: String,
    #[serde(default)]
    subject: String,
    text: String,
    #[serde(default)]
    form: String,
}

/// `POST /exercises/{exercise}/messages`
pub(in crate::http) async fn message(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(words): Form<Words>,
) -> Result<Response, AppError> {
    let team = match words.to.as_str() {
        "" => None,
        team => Some(team.parse::<TeamId>().map_err(|_| AppError::NotFound)?),
    };
    let subject = words.subject.trim();
    let text = if subject.is_empty() {
        words.text
    } else {
        format!("{subject}\n\n{}", words.text)
    };
    let form = if words.form.is_empty() {
        hex::encode(bytes::<16>(app.random.as_ref()))
    } else {
        words.form
    };
    let inject = Inject {
        team,
        channel: Channel::Mail,
        words: text,
        form,
    };
    let by = visitor.actor()?.account;
    let done = app.exercises.message(exercise, by, inject).await;
    let to = team.map_or_else(
        || format!("/exercises/{exercise}"),
        |team| format!("/exercises/{exercise}?team={team}&tab=mail"),
    );
    back(
        &app,
        &visitor,
        &to,
        done.map_err(AppError::from),
        "message-sent",
    )
}

/// `POST /exercises/{exercise}/events/{event}`
pub(in crate::http) async fn fire(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, event)): Path<(ExerciseId, String)>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let done = app.exercises.fire(exercise, by, &event, None).await;
    let to = format!("/exercises/{exercise}");
    back(
        &app,
        &visitor,
        &to,
        done.map_err(AppError::from),
        "message-sent",
    )
}

/// `POST /exercises/{exercise}/teams/{team}/retry`
pub(in crate::http) async fn retry(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
) -> Result<Response, AppError> {
    let by = Actor::Account(visitor.actor()?.account);
    let done = app.exercises.retry_team(exercise, team, by).await;
    let to = format!("/exercises/{exercise}?team={team}");
    back(
        &app,
        &visitor,
        &to,
        done.map_err(AppError::from),
        "done-retry",
    )
}

/// `POST /exercises/{exercise}/teams/{team}/reset`
pub(in crate::http) async fn reset(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
) -> Result<Response, AppError> {
    let by = Actor::Account(visitor.actor()?.account);
    let done = app.exercises.reset_team(exercise, team, by).await;
    let to = format!("/exercises/{exercise}?team={team}");
    back(
        &app,
        &visitor,
        &to,
        done.map_err(AppError::from),
        "done-reset",
    )
}

#[derive(Deserialize)]
pub(in crate::http) struct Excuse {
    /// `yes` where the team is no longer to wait for the member.
    #[serde(default)]
    excused: String,
}

/// `POST /exercises/{exercise}/teams/{team}/members/{person}`
pub(in crate::http) async fn excuse(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, person)): Path<(ExerciseId, TeamId, PersonId)>,
    Form(form): Form<Excuse>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let excused = form.excused == "yes";
    let member = (team, person);
    let done = app.exercises.excuse(exercise, by, member, excused).await;
    let to = format!("/exercises/{exercise}?team={team}");
    let id = if excused {
        "done-excused"
    } else {
        "done-expected"
    };
    back(&app, &visitor, &to, done.map_err(AppError::from), id)
}

/// `POST /exercises/{exercise}/teams/{team}/reports/{task}`: a field `points-<criterion>` each.
pub(in crate::http) async fn grade(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, task)): Path<(ExerciseId, TeamId, String)>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, AppError> {
    let grade = graded(team, task, &fields)?;
    let by = visitor.actor()?.account;
    let done = app.exercises.grade(exercise, by, grade).await;
    let to = format!("/exercises/{exercise}?team={team}&tab=tasks");
    let done = done.map_err(AppError::from);
    back(&app, &visitor, &to, done, "team-graded")
}

/// What an evaluator or a moderator entered.
pub(super) fn graded(
    team: TeamId,
    task: String,
    fields: &BTreeMap<String, String>,
) -> Result<Grade, AppError> {
    let unreadable = || AppError::Invalid(Message::new("error-form"));
    let mut points = BTreeMap::new();
    for (name, value) in fields {
        let Some(criterion) = name.strip_prefix("points-") else {
            continue;
        };
        let value = value.trim().parse().map_err(|_| unreadable())?;
        points.insert(criterion.to_owned(), value);
    }
    let report = fields
        .get("report")
        .and_then(|sequence| sequence.parse().ok());
    Ok(Grade {
        team,
        task,
        report: report.ok_or_else(unreadable)?,
        points,
        comment: fields.get("comment").cloned().unwrap_or_default(),
    })
}
