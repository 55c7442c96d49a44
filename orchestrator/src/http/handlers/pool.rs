//! Copies of a scenario that are kept ready: how many there are, and how many there shall be.

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
        offers,
        pages::scenario as page,
    },
    library::may_plan,
    see_other,
};

/// More copies than this stand ready for nobody: no drill has so many teams at one table.
const MAX_COPIES: u32 = 40;

/// `GET /scenarios/{scenario}/pool`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Html<String>, AppError> {
    let pool = view(&app, &visitor, &id).await?;
    page::render_pool(&app.templates, &visitor, &pool)
}

#[derive(Deserialize)]
pub(in crate::http) struct Size {
    size: u32,
}

/// `POST /scenarios/{scenario}/pool`
pub(in crate::http) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<Size>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let definition = offers::definition(&app, actor.province, &id)
        .await?
        .ok_or(AppError::NotFound)?;
    let to = format!("/scenarios/{id}");
    if form.size > MAX_COPIES {
        let message = Message::new("pool-too-many").with("most", i64::from(MAX_COPIES));
        return Ok(see_other(&app, &visitor, &to, "bad", &message));
    }
    let kept = app
        .exercises
        .keep_ready(actor.province, &definition, form.size, actor.account)
        .await;
    match kept.map_err(AppError::from) {
        Ok(()) => {
            let message = Message::new("pool-changed").with("count", i64::from(form.size));
            Ok(see_other(&app, &visitor, &to, "good", &message))
        }
        Err(error @ (AppError::Conflict(_) | AppError::Unavailable(_))) => {
            Ok(see_other(&app, &visitor, &to, "bad", &error.message()))
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn view(
    app: &App,
    visitor: &Visitor,
    scenario: &str,
) -> Result<page::PoolView, AppError> {
    let actor = visitor.actor()?;
    let pool = app.environments.pool(actor.province, scenario).await?;
    Ok(page::PoolView {
        scenario: scenario.to_owned(),
        size: pool.size,
        ready: pool.ready,
        preparing: pool.preparing,
        failed: pool.failed,
        may_change: may_plan(actor),
    })
}
