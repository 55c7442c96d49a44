//! An exercise's list of events: read, set, held, left out; as a spreadsheet in both directions.

mod form;
mod sheet;

pub(in crate::http) use sheet::{confirm, download, preview};

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path},
        markdown,
        pages::{self, Tone, timeline as page},
    },
    console, scenario, see_other, words,
};
use crate::{
    accounts::{Action, Object, authorise},
    exercises::{ExerciseState, ExerciseView, has_happened},
    ids::{ExerciseId, TeamId},
    locales::{self, Locale},
    scenarios::{Effect, Event, Recipient, Trigger},
};

/// The name of a new event in addresses: no event is called so, since names are the scenario's or entered here.
const NEW: &str = "new";

/// `GET /exercises/{exercise}/timeline`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let page = fill(&app, &visitor, &view, None).await?;
    page::render(&app.templates, &visitor, &page)
}

async fn fill(
    app: &App,
    visitor: &Visitor,
    view: &ExerciseView,
    error: Option<String>,
) -> Result<page::TimelinePage, AppError> {
    let locale = visitor.locale;
    let rows = app.feeds.rows(&app.db, view.exercise.id).await?;
    let now = app.clock.now();
    let province = Object::Province(view.exercise.province);
    let may_run = authorise(visitor.actor()?, Action::RunExercise, &province).is_ok();
    let mut events: Vec<&Event> = view.timeline.iter().collect();
    // Those with a time first, in its order; the others as they were written.
    events.sort_by_key(|event| match event.trigger {
        Trigger::At(at) => (0, at),
        _ => (1, std::time::Duration::ZERO),
    });
    let events = events
        .into_iter()
        .map(|event| row(app, view, event, locale, may_run));
    Ok(page::TimelinePage {
        id: view.exercise.id.to_string(),
        title: view.exercise.title.clone(),
        running: view.exercise.state == ExerciseState::Running,
        editable: may_run && view.exercise.state != ExerciseState::Finished,
        events: events.collect(),
        axis: console::axis(view, &rows, now, locale, false),
        error,
    })
}

fn row(
    app: &App,
    view: &ExerciseView,
    event: &Event,
    locale: Locale,
    may_run: bool,
) -> page::EventRow {
    let id = event.id.as_str();
    let scenario = &view.definition.scenario;
    let elapsed = view.exercise.elapsed_at(app.clock.now());
    let (icon, title) = words::timeline_event(event, locale);
    let concerned: Vec<TeamId> = view
        .teams
        .iter()
        .filter(|team| event.concerns(team.team.cell))
        .map(|team| team.team.id)
        .collect();
    let got = |team: &&TeamId| {
        let score = view.scores.team(**team);
        score.is_some_and(|score| score.delivered.contains_key(id))
    };
    let reached = concerned.iter().filter(got).count();
    let skipped = !concerned.is_empty()
        && concerned
            .iter()
            .all(|team| view.scores.is_skipped(*team, id));
    let held = view.is_held(event);
    let at = match event.trigger {
        Trigger::At(at) => Some(at),
        _ => None,
    };
    let all = reached == concerned.len() && reached > 0;
    let due = held && !all && !skipped && at.is_some_and(|at| at <= elapsed);
    let running = view.exercise.state == ExerciseState::Running;
    let open = may_run && view.exercise.state != ExerciseState::Finished;
    let state = if all {
        pages::State::new(Tone::Good, words::say(locale, "event-done"))
    } else if skipped {
        pages::State::new(Tone::Idle, words::say(locale, "event-skipped"))
    } else if due && running {
        pages::State::new(Tone::Warn, words::say(locale, "event-state-due"))
    } else if held {
        pages::State::new(Tone::Paused, words::say(locale, "event-held"))
    } else if reached > 0 {
        pages::State::new(Tone::Busy, words::say(locale, "event-partly"))
    } else {
        pages::State::new(Tone::Idle, words::say(locale, "event-waiting"))
    };
    let (channel, from, to, text) = said(event, locale);
    let begun = view.exercise.started_at.filter(|_| running);
    page::EventRow {
        id: id.to_owned(),
        phase: at
            .and_then(|at| scenario.phase_at(at))
            .map(|(phase, _)| phase.title.get(locale).to_owned()),
        when: match at {
            Some(at) => locales::clock(at),
            None => scenario::trigger(scenario, &event.trigger, locale),
        },
        // As long as the clock runs on, an event comes that much from now.
        clock: at
            .filter(|at| begun.is_some() && *at > elapsed)
            .map(|at| locales::time(app.clock.now() + at.saturating_sub(elapsed))),
        icon,
        channel,
        from,
        to,
        title,
        text,
        respond: event.respond.as_ref().map(|respond| {
            Message::new("about-respond")
                .with("length", locales::length(locale, respond.due))
                .with("points", i64::from(respond.points))
                .text(locale)
        }),
        expected: event
            .expected
            .as_ref()
            .map(|it| markdown::plain(it.get(locale))),
        notes: event
            .notes
            .as_ref()
            .map(|it| markdown::plain(it.get(locale))),
        state,
        reached,
        teams: concerned.len(),
        changed: view.scores.planned.iter().any(|it| it.id == event.id),
        held,
        skipped,
        due: due && running,
        may_fire: running && may_run && !all,
        may_edit: open && !has_happened(view, id),
        may_hold: open && !all,
    }
}

/// How an event arrives, from whom, to whom, and what it says or does.
fn said(event: &Event, locale: Locale) -> (String, Option<String>, Option<String>, String) {
    match &event.effect {
        Effect::Message(message) => {
            let channel = words::channel(message.channel);
            let to = match message.to {
                Recipient::Blue => "about-to-blue",
                Recipient::Red => "about-to-red",
                Recipient::All => "about-to-all",
                Recipient::White => "about-to-white",
            };
            (
                words::say(locale, &format!("channel-{channel}")),
                Some(message.from.get(locale).to_owned()),
                Some(words::say(locale, to)),
                markdown::plain(message.text.get(locale)),
            )
        }
        Effect::Action(action) => (
            words::say(locale, "msel-action"),
            None,
            None,
            format!("{}: {}", action.node, action.run.join(" ")),
        ),
    }
}

/// `GET /exercises/{exercise}/timeline/{event}`
pub(in crate::http) async fn edit(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, event)): Path<(ExerciseId, String)>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let entered = if event == NEW {
        form::fresh(&view)
    } else {
        let event = view.event(&event).ok_or(AppError::NotFound)?;
        form::of(event, view.is_held(event), view.scores.sequence)
    };
    let page = form::page(&view, &event, entered, visitor.locale, None);
    page::render_event(&app.templates, &visitor, &page)
}

/// `POST /exercises/{exercise}/timeline/{event}`
pub(in crate::http) async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, place)): Path<(ExerciseId, String)>,
    Form(entered): Form<page::EventForm>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let view = app.exercises.view(exercise).await?;
    let saved = match form::read(&view, &place, &entered) {
        Ok(event) => app
            .exercises
            .plan_events(exercise, by, &[event], entered.seen)
            .await
            .map_err(AppError::from),
        Err(message) => Err(AppError::Invalid(message)),
    };
    match saved {
        Ok(()) => {
            let to = format!("/exercises/{exercise}/timeline");
            Ok(see_other(
                &app,
                &visitor,
                &to,
                "good",
                &Message::new("event-saved"),
            ))
        }
        Err(error @ (AppError::Invalid(_) | AppError::Conflict(_))) => {
            let told = error.message().text(visitor.locale);
            let page = form::page(&view, &place, entered, visitor.locale, Some(told));
            let html = page::render_event(&app.templates, &visitor, &page)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
pub(in crate::http) struct Hold {
    /// `yes` where it shall wait.
    #[serde(default)]
    held: String,
}

/// `POST /exercises/{exercise}/timeline/{event}/hold`
pub(in crate::http) async fn hold(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, event)): Path<(ExerciseId, String)>,
    Form(form): Form<Hold>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let held = form.held == "yes";
    app.exercises.hold_event(exercise, by, &event, held).await?;
    let id = if held {
        "event-held-done"
    } else {
        "event-let-done"
    };
    let told = Message::new(id).with("event", event);
    let to = format!("/exercises/{exercise}/timeline");
    Ok(see_other(&app, &visitor, &to, "good", &told))
}

#[derive(Deserialize)]
pub(in crate::http) struct Skip {
    /// `yes` where it shall be left out.
    #[serde(default)]
    skipped: String,
    /// The team alone for which.
    #[serde(default)]
    team: String,
}

/// `POST /exercises/{exercise}/timeline/{event}/skip`
pub(in crate::http) async fn skip(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, event)): Path<(ExerciseId, String)>,
    Form(form): Form<Skip>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let skipped = form.skipped == "yes";
    let team = match form.team.as_str() {
        "" => None,
        team => Some(team.parse::<TeamId>().map_err(|_| AppError::NotFound)?),
    };
    let what = (event.as_str(), team);
    app.exercises
        .skip_event(exercise, by, what, skipped)
        .await?;
    let id = if skipped {
        "event-skipped-done"
    } else {
        "event-back-done"
    };
    let told = Message::new(id).with("event", event);
    let to = format!("/exercises/{exercise}/timeline");
    Ok(see_other(&app, &visitor, &to, "good", &told))
}

/// `POST /exercises/{exercise}/timeline/{event}/fire`
pub(in crate::http) async fn fire(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, event)): Path<(ExerciseId, String)>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    app.exercises.fire(exercise, by, &event, None).await?;
    let to = format!("/exercises/{exercise}/timeline");
    Ok(see_other(
        &app,
        &visitor,
        &to,
        "good",
        &Message::new("message-sent"),
    ))
}
