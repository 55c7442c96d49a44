//! Isolation of one exercise: what stands about it, and an administrator's decision to begin all the same.

use std::collections::BTreeMap;

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
        pages::isolation as page,
    },
    see_other, words,
};
use crate::{
    config::EngineKind,
    environments::isolation::named,
    exercises::{ExerciseState, ExerciseView},
    ids::ExerciseId,
    journal::{Actor, Event},
    locales::Locale,
    store,
};

/// Addresses of one kind that are named; the others are counted.
const PLACES: usize = 4;

/// `GET /exercises/{exercise}/isolation`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    let page = fill(&app, &visitor, exercise).await?;
    page::render(&app.templates, &visitor, &page)
}

#[derive(Deserialize)]
pub(in crate::http) struct Decided {
    #[serde(default)]
    reason: String,
}

/// `POST /exercises/{exercise}/isolation`
pub(in crate::http) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(decided): Form<Decided>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let done = app
        .exercises
        .override_isolation(exercise, by, &decided.reason)
        .await;
    match done.map_err(AppError::from) {
        Ok(()) => {
            let to = format!("/exercises/{exercise}/isolation");
            let told = Message::new("isolation-decided");
            Ok(see_other(&app, &visitor, &to, "good", &told))
        }
        Err(AppError::Invalid(message)) => {
            let mut page = fill(&app, &visitor, exercise).await?;
            page.reason = decided.reason;
            page.error = Some(message.text(visitor.locale));
            let html = page::render(&app.templates, &visitor, &page)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn fill(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
) -> Result<page::IsolationPage, AppError> {
    let view = app.exercises.view(exercise).await?;
    let state = view.exercise.state;
    let standing = standing(app, visitor.locale, &view).await?;
    Ok(page::IsolationPage {
        id: exercise.to_string(),
        title: view.exercise.title.clone(),
        scenario: view
            .definition
            .scenario
            .title
            .get(visitor.locale)
            .to_owned(),
        state: words::exercise_state(visitor.locale, state),
        open: standing.refusal.is_some()
            && standing.decision.is_none()
            && matches!(
                state,
                ExerciseState::Draft | ExerciseState::Preparing | ExerciseState::Ready
            ),
        standing,
        reason: String::new(),
        error: None,
    })
}

/// What the journal says about an exercise's isolation.
pub(super) async fn standing(
    app: &App,
    locale: Locale,
    view: &ExerciseView,
) -> Result<page::Standing, AppError> {
    let exercise = &view.exercise;
    let rows = app.feeds.rows(&app.db, exercise.id).await?;
    let (mend, mend_first) = mending(app.config.engine);
    let mut standing = page::Standing {
        mend: words::say(locale, mend),
        mend_first: words::say(locale, mend_first),
        page: format!(
            "{}/exercises/{}/isolation",
            app.config.public_url.trim_end_matches('/'),
            exercise.id
        ),
        ..page::Standing::default()
    };
    for entry in &rows.common {
        match &entry.event {
            Event::LaunchRefused { reached } => {
                standing.refusal = Some(page::Refusal {
                    at: entry.at,
                    reached: targets(locale, reached),
                });
            }
            Event::Preparing | Event::Started => standing.refusal = None,
            Event::IsolationOverridden { .. } => {
                standing.decision = Some(page::Decision {
                    at: entry.at,
                    name: name(app, entry.actor).await?,
                    reason: exercise.isolation_override.clone().unwrap_or_default(),
                });
            }
            Event::IsolationLost { reason } => {
                standing.breach = Some(page::BreachView {
                    noticed: entry.at,
                    closed: None,
                    reason: reason.clone(),
                });
            }
            Event::IsolationRestored => {
                if let Some(breach) = &mut standing.breach {
                    breach.closed = Some(entry.at);
                }
            }
            _ => {}
        }
    }
    Ok(standing)
}

/// How labs are closed on an engine: said to organisers, and to the administrator before a decision.
pub(super) const fn mending(engine: EngineKind) -> (&'static str, &'static str) {
    match engine {
        EngineKind::Docker => ("isolation-remedy-mend", "isolation-mend-first"),
        EngineKind::Kubernetes => (
            "isolation-remedy-mend-cluster",
            "isolation-mend-first-cluster",
        ),
    }
}

async fn name(app: &App, actor: Actor) -> Result<String, AppError> {
    let Actor::Account(account) = actor else {
        return Ok(String::new());
    };
    let mut connection = app.db.connection().await?;
    let found = store::accounts::find(&mut connection, account).await?;
    Ok(found.map(|account| account.username).unwrap_or_default())
}

/// What a probe reached, gathered by kind: a host with a hundred labs has a hundred addresses, all alike.
pub(in crate::http) fn targets(locale: Locale, labels: &[String]) -> Vec<page::Reached> {
    let mut kinds: BTreeMap<usize, (&str, Vec<String>, Vec<String>)> = BTreeMap::new();
    let mut others = Vec::new();
    for label in labels {
        match named(label) {
            Some(found) => {
                let (_, ways, places) =
                    kinds
                        .entry(found.kind)
                        .or_insert((found.whose, Vec::new(), Vec::new()));
                for (list, item) in [
                    (ways, words::say(locale, found.how)),
                    (places, found.at.to_owned()),
                ] {
                    if !list.contains(&item) {
                        list.push(item);
                    }
                }
            }
            // The probe itself failed: nothing is proven, and this is why.
            None => others.push(page::Reached {
                what: words::say(locale, "reached-unknown"),
                how: label.clone(),
                places: String::new(),
            }),
        }
    }
    let known = kinds.into_values().map(|(whose, ways, places)| {
        let more = places.len().saturating_sub(PLACES);
        let named = places[..places.len().min(PLACES)].join(", ");
        page::Reached {
            what: words::say(locale, whose),
            how: ways.join(", "),
            places: if more == 0 {
                named
            } else {
                Message::new("reached-more")
                    .with("places", named)
                    .with("more", more)
                    .text(locale)
            },
        }
    });
    known.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_reached_is_said_by_kind() {
        let mut labels: Vec<String> = (1..=6)
            .flat_map(|n| {
                [
                    format!("host tcp 10.0.0.{n}:9"),
                    format!("host raw4 10.0.0.{n}:9"),
                ]
            })
            .collect();
        labels.push("platform tcp 10.0.0.1:8080".to_owned());
        labels.push("names outside name example.com".to_owned());
        labels.push("the probe itself failed: x".to_owned());
        let found = targets(Locale::Vi, &labels);
        let words: Vec<(&str, &str)> = found
            .iter()
            .map(|it| (it.what.as_str(), it.how.as_str()))
            .collect();
        assert_eq!(
            words,
            [
                ("Máy chủ chạy phòng lab", "TCP, gói tin thô"),
                ("Trang của Thao Trường", "TCP"),
                ("Tên miền bên ngoài", "tra cứu tên miền"),
                ("Không thử được", "the probe itself failed: x"),
            ]
        );
        assert!(found[0].places.ends_with("và 2 nơi khác"), "{found:?}");
    }
}
