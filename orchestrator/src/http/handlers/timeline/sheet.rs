//! The list as a spreadsheet: taken away, and sent back with what would change before anything does.
//!
//! A list holds no conditions and no actions on machines, only words for them. So what a sheet says is compared with
//! what the exercise's own list would say: a cell that says the same leaves its event as it is.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;

use super::{
    super::{
        super::{
            App, AppError, Visitor,
            errors::Message,
            forms::{Form, Path},
            upload::Upload,
        },
        scenario, see_other, words,
    },
    fill, form, page,
};
use crate::{
    exercises::{ExerciseView, has_happened},
    ids::ExerciseId,
    locales::{self, Locale},
    scenarios::{
        Effect, Event, Trigger, export,
        import::{self, Fate, ImportError},
    },
};

/// `GET /exercises/{exercise}/msel`
pub(in crate::http) async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    let view = app.exercises.view(exercise).await?;
    let locale = visitor.locale;
    let bytes = export::events(&view.definition.scenario, &view.timeline, locale);
    let bytes = bytes.map_err(AppError::unexpected)?;
    let name = format!("attachment; filename=\"msel-{exercise}.xlsx\"");
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// `POST /exercises/{exercise}/msel`: shows what a sheet would change.
pub(in crate::http) async fn preview(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    file: Result<Upload, AppError>,
) -> Result<Response, AppError> {
    let view = app.exercises.view(exercise).await?;
    let compared = match file {
        Ok(Upload(bytes)) => compare(&view, bytes, visitor.locale).await,
        Err(AppError::Invalid(message)) => Err(message.text(visitor.locale)),
        Err(error) => return Err(error),
    };
    match compared {
        Ok(page) => {
            let html = page::render_import(&app.templates, &visitor, &page)?;
            Ok(html.into_response())
        }
        Err(told) => {
            let page = fill(&app, &visitor, &view, Some(told)).await?;
            let html: Html<String> = page::render(&app.templates, &visitor, &page)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
    }
}

#[derive(Deserialize)]
pub(in crate::http) struct Confirmed {
    /// The events' forms as JSON.
    events: String,
    /// The journal's row up to which was read.
    seen: i64,
}

/// `POST /exercises/{exercise}/msel/confirm`: sets what the preview showed.
pub(in crate::http) async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(confirmed): Form<Confirmed>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let view = app.exercises.view(exercise).await?;
    let forms: Vec<page::EventForm> = serde_json::from_str(&confirmed.events)
        .map_err(|_| AppError::Invalid(Message::new("error-form")))?;
    let events: Result<Vec<Event>, Message> = forms
        .iter()
        .map(|entered| form::read(&view, &entered.id, entered))
        .collect();
    let events = events.map_err(AppError::Invalid)?;
    let to = format!("/exercises/{exercise}/timeline");
    let done = app
        .exercises
        .plan_events(exercise, by, &events, confirmed.seen);
    match done.await.map_err(AppError::from) {
        Ok(()) => {
            let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
            let told = Message::new("event-imported").with("count", count);
            Ok(see_other(&app, &visitor, &to, "good", &told))
        }
        Err(error @ (AppError::Invalid(_) | AppError::Conflict(_))) => {
            Ok(see_other(&app, &visitor, &to, "bad", &error.message()))
        }
        Err(error) => Err(error),
    }
}

/// What a sheet would change.
async fn compare(
    view: &ExerciseView,
    bytes: Vec<u8>,
    locale: Locale,
) -> Result<page::ImportPage, String> {
    let own = export::events(&view.definition.scenario, &view.timeline, locale);
    let own = own.map_err(|_| words::say(locale, "event-sheet-own"))?;
    let read = tokio::task::spawn_blocking(move || {
        let (own, _) = import::events(own).or_else(none)?;
        Ok::<_, ImportError>((own, import::events(bytes)?))
    });
    let read = read
        .await
        .map_err(|_| words::say(locale, "upload-broken"))?;
    let read = read.map_err(|error| error.message().text(locale));
    let (own, (sent, report)) = read?;
    let mut changes = Vec::new();
    let mut forms = Vec::new();
    let mut same = 0;
    for sent in &sent {
        let before = view.event(sent.id.as_str());
        let was = own.iter().find(|event| event.id == sent.id);
        let event = match (before, was) {
            (Some(_), Some(was)) if was == sent => {
                same += 1;
                continue;
            }
            (Some(before), Some(was)) => merged(before, was, sent),
            _ => sent.clone(),
        };
        let refused = has_happened(view, event.id.as_str()).then(|| {
            let told = Message::new("event-happened").with("event", event.id.to_string());
            told.text(locale)
        });
        if refused.is_none() {
            // A list does not say who waits for approval.
            let held = before.map_or(event.hold, |it| view.is_held(it));
            forms.push(form::of(&event, held, view.scores.sequence));
        }
        changes.push(page::ImportRow {
            id: event.id.to_string(),
            new: before.is_none(),
            when: match event.trigger {
                Trigger::At(at) => locales::clock(at),
                _ => scenario::trigger(&view.definition.scenario, &event.trigger, locale),
            },
            title: words::timeline_event(&event, locale).1,
            refused,
        });
    }
    let absent = view.timeline.iter().map(|event| event.id.as_str());
    let absent = absent.filter(|id| sent.iter().all(|it| it.id.as_str() != *id));
    let lost = report.lines.iter().filter(|line| line.fate == Fate::Lost);
    Ok(page::ImportPage {
        id: view.exercise.id.to_string(),
        title: view.exercise.title.clone(),
        changes,
        same,
        absent: absent.collect::<Vec<_>>().join(", "),
        lost: lost
            .map(|line| format!("{}: {}", line.place, line.message.text(locale)))
            .collect(),
        events: serde_json::to_string(&forms).unwrap_or_default(),
        seen: view.scores.sequence,
    })
}

/// An exercise without events has a list without rows, which no sheet is.
fn none(error: ImportError) -> Result<(Vec<Event>, import::Report), ImportError> {
    match error {
        ImportError::Nothing(_) => Ok(Default::default()),
        error => Err(error),
    }
}

/// An event with what a sheet says otherwise than the exercise's own list `was`.
fn merged(before: &Event, was: &Event, sent: &Event) -> Event {
    let mut event = before.clone();
    if sent.trigger != was.trigger {
        event.trigger.clone_from(&sent.trigger);
    }
    if sent.title != was.title {
        event.title.clone_from(&sent.title);
    }
    // An action is only told of in a list.
    if sent.effect != was.effect && matches!(before.effect, Effect::Message(_)) {
        event.effect.clone_from(&sent.effect);
    }
    if sent.respond != was.respond {
        event.respond.clone_from(&sent.respond);
    }
    if sent.expected != was.expected {
        event.expected.clone_from(&sent.expected);
    }
    if sent.notes != was.notes {
        event.notes.clone_from(&sent.notes);
    }
    event
}
