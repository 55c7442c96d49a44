//! The hour at which a drill begins: set, changed, taken away, and shown to who runs it and to who waits for it.

use std::time::Duration;

use axum::{
    extract::State,
    response::{Html, Response},
};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path},
        guard::Undone,
        pages::{HourForm, Opens, schedule as page},
        underway::Proving,
    },
    seating, see_other,
    steering::prove,
};
use crate::{
    clock::Timestamp,
    environments::{EnvironmentStatus, Phase},
    exercises::{Exercise, ExerciseState, ExerciseView, Hour, PATIENCE},
    ids::{ExerciseId, TeamId},
    locales::{self, Locale, Value},
};

/// What the form proposes before anybody chose: eight in the morning.
const MORNING: Duration = Duration::from_hours(8);

/// What a form says of the hour.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::http) struct Chosen {
    #[serde(default)]
    pub(super) starts_at: String,
    #[serde(default)]
    pub(super) by_itself: String,
    #[serde(default)]
    pub(super) incomplete: String,
}

impl Chosen {
    /// The hour that was chosen.
    pub(super) fn hour(&self) -> Result<Hour, AppError> {
        let starts_at = Timestamp::from_form(&self.starts_at);
        Ok(Hour {
            starts_at: starts_at
                .ok_or_else(|| AppError::Invalid(Message::new("schedule-hour-missing")))?,
            by_itself: self.by_itself == "true",
            incomplete: self.incomplete == "true",
        })
    }
}

/// `POST /exercises/{exercise}/schedule`
pub(in crate::http) async fn set(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let done = match chosen.hour() {
        Ok(hour) => {
            let done = app.exercises.schedule(exercise, by, hour).await;
            done.map(|()| told(visitor.locale, hour.starts_at))
                .map_err(AppError::from)
        }
        Err(error) => Err(error),
    };
    answer(&app, &visitor, exercise, done)
}

/// `POST /exercises/{exercise}/schedule/cancel`
pub(in crate::http) async fn cancel(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let done = app.exercises.cancel_schedule(exercise, by).await;
    let done = done.map(|()| Message::new("schedule-cancelled"));
    answer(&app, &visitor, exercise, done.map_err(AppError::from))
}

/// `POST /exercises/{exercise}/schedule/start`: without the teams whose machines are not ready.
pub(in crate::http) async fn start(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    prove(&app, &visitor, exercise, Proving::StartIncomplete).await
}

/// That an hour was set.
pub(super) fn told(locale: Locale, at: Timestamp) -> Message {
    Message::new("schedule-set").with("at", locales::date_time(locale, at))
}

/// Leads to the console with a word on what was done, or on what stands in the way.
pub(super) fn answer(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
    done: Result<Message, AppError>,
) -> Result<Response, AppError> {
    answer_at(app, visitor, &format!("/exercises/{exercise}"), done)
}

/// The same at another page.
pub(super) fn answer_at(
    app: &App,
    visitor: &Visitor,
    to: &str,
    done: Result<Message, AppError>,
) -> Result<Response, AppError> {
    match done {
        Ok(message) => Ok(see_other(app, visitor, to, "good", &message)),
        Err(error @ (AppError::Invalid(_) | AppError::Conflict(_) | AppError::Unavailable(_))) => {
            let mut response = see_other(app, visitor, to, "bad", &error.message());
            response.extensions_mut().insert(Undone);
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

/// The hour of an exercise as its console shows it.
pub(super) async fn view(
    app: &App,
    locale: Locale,
    view: &ExerciseView,
    statuses: &[EnvironmentStatus],
    may_change: bool,
) -> Result<Option<page::ScheduleView>, AppError> {
    let exercise = &view.exercise;
    let Some(schedule) = &exercise.schedule else {
        return Ok(None);
    };
    let now = app.clock.now();
    let made = exercise.state != ExerciseState::Draft;
    let made_from = app.exercises.made_from(exercise).await?;
    let late = schedule.starts_at + PATIENCE < now;
    let trouble = exercise.trouble().map(|trouble| {
        let arguments: Vec<(&str, Value<'_>)> = trouble
            .arguments
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().into()))
            .collect();
        page::TroubleView {
            at: trouble.at,
            text: locales::text(locale, &trouble.message, &arguments),
            again: !late,
        }
    });
    let ready = statuses
        .iter()
        .filter(|status| status.phase == Phase::Ready && !status.leaving)
        .count();
    let due = exercise.state == ExerciseState::Preparing && schedule.starts_at <= now;
    Ok(Some(page::ScheduleView {
        opens: Opens::new(schedule.starts_at, now),
        made_from: made_from.filter(|at| !made && now < *at),
        made,
        by_itself: schedule.by_itself,
        incomplete: schedule.incomplete,
        missed: late && trouble.is_some(),
        trouble,
        ready: (due && ready > 0 && may_change).then_some(ready),
        may_change,
    }))
}

/// What the form shows: the hour that is set, else tomorrow morning.
pub(super) fn form(exercise: Option<&Exercise>, now: Timestamp) -> HourForm {
    let schedule = exercise.and_then(|exercise| exercise.schedule.as_ref());
    let tomorrow = Timestamp::start_of(now.day()) + Duration::from_hours(24) + MORNING;
    HourForm {
        at: schedule.map_or(tomorrow, |it| it.starts_at).for_form(),
        by_itself: schedule.is_none_or(|it| it.by_itself),
        incomplete: schedule.is_some_and(|it| it.incomplete),
    }
}

/// What a trainee sees while the hour is to come; `None` where nothing is waited for.
pub(super) fn waiting(
    app: &App,
    visitor: &Visitor,
    view: &ExerciseView,
    team: TeamId,
) -> Result<Option<Html<String>>, AppError> {
    let exercise = &view.exercise;
    let Some(schedule) = &exercise.schedule else {
        return Ok(None);
    };
    let team = view.team(team).ok_or(AppError::NotFound)?;
    let page = page::WaitingPage {
        exercise: exercise.id.to_string(),
        title: exercise.title.clone(),
        team: team.team.name.clone(),
        opens: Opens::new(schedule.starts_at, app.clock.now()),
        comms: seating::ask(view, team.team.id, visitor.actor()?.person),
    };
    page::render_waiting(&app.templates, visitor, &page).map(Some)
}
