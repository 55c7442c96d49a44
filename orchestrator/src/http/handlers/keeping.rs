//! How long an exercise keeps its machines, as its console shows it, and what can be done about it.

use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        feed::Rows,
        forms::{Form, Path},
        pages::console as page,
    },
    see_other,
};
use crate::{
    clock::Timestamp,
    environments::EnvironmentStatus,
    exercises::{Exercise, ExerciseState, WARNING},
    ids::ExerciseId,
    journal::Event,
    locales,
};

#[derive(Deserialize)]
pub(in crate::http) struct Longer {
    #[serde(default)]
    hours: String,
    /// The end that the form was shown with.
    from: Option<i64>,
}

/// `POST /exercises/{exercise}/extend`
pub(in crate::http) async fn extend(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(longer): Form<Longer>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let hours = longer.hours.trim().parse().unwrap_or(0);
    let shown = longer.from.map(Timestamp);
    let done = app.exercises.extend(exercise, by, hours, shown).await;
    let told = done.map(|until| {
        Message::new("keeping-extended").with("at", locales::date_time(visitor.locale, until))
    });
    answer(&app, &visitor, exercise, told.map_err(AppError::from))
}

/// `POST /exercises/{exercise}/renew`
pub(in crate::http) async fn renew(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let done = app.exercises.renew(exercise, by).await;
    let told = done.map(|()| Message::new("keeping-renewed"));
    answer(&app, &visitor, exercise, told.map_err(AppError::from))
}

fn answer(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
    told: Result<Message, AppError>,
) -> Result<Response, AppError> {
    let to = format!("/exercises/{exercise}");
    match told {
        Ok(message) => Ok(see_other(app, visitor, &to, "good", &message)),
        Err(error @ (AppError::Invalid(_) | AppError::Conflict(_) | AppError::Unavailable(_))) => {
            Ok(see_other(app, visitor, &to, "bad", &error.message()))
        }
        Err(error) => Err(error),
    }
}

/// What stands about an exercise's machines.
pub(super) fn keep(
    exercise: &Exercise,
    statuses: &[EnvironmentStatus],
    rows: &Rows,
    now: Timestamp,
    may_run: bool,
) -> page::Keep {
    let mut removed = None;
    for entry in &rows.common {
        match &entry.event {
            Event::EnvironmentsRemoved { expired } => removed = Some((entry.at, *expired)),
            Event::Preparing | Event::Finished { .. } => removed = None,
            _ => {}
        }
    }
    let paused = exercise.state == ExerciseState::Paused;
    let draft = exercise.state == ExerciseState::Draft;
    let bare = statuses.iter().any(|status| status.leaving);
    let removed = removed.filter(|_| draft || (paused && bare));
    let stands = matches!(
        exercise.state,
        ExerciseState::Preparing | ExerciseState::Ready | ExerciseState::Paused
    );
    let until = exercise.expires_at.filter(|_| stands && removed.is_none());
    page::Keep {
        until,
        soon: until.is_some_and(|until| until <= now + WARNING),
        may_extend: may_run,
        removed_at: removed.map(|(at, _)| at),
        expired: removed.is_some_and(|(_, expired)| expired),
        may_renew: may_run && paused,
        draft,
    }
}
