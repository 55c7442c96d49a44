//! Who issues and signs the province's documents.

use super::{
    super::{App, AppError, Visitor, errors::Message, forms::Form, pages::issuer as page},
    see_other,
};
use crate::{
    clock::Timestamp,
    organisation::{Issuer, issuer_on, issuers, set_issuer},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};

/// `GET /admin/issuer`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let province = visitor.actor()?.province;
    let today = app.clock.now().day();
    let mut connection = app.db.connection().await?;
    let issuer = issuer_on(&mut connection, province, today).await?;
    drop(connection);
    let form = issuer.map_or_else(
        || page::IssuerForm {
            valid_from: today.to_string(),
            ..page::IssuerForm::default()
        },
        |issuer| page::IssuerForm {
            valid_from: issuer.valid_from.day().to_string(),
            superior: issuer.superior,
            body: issuer.body,
            sign: issuer.sign,
            place: issuer.place,
            authority: issuer.authority,
            position: issuer.position,
            signer: issuer.signer,
            recipients: issuer.recipients,
        },
    );
    fill(&app, &visitor, form, None).await
}

/// `POST /admin/issuer`
pub(in crate::http) async fn write(
    State(app): State<App>,
    visitor: Visitor,
    Form(entered): Form<page::IssuerForm>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let written = match entered.valid_from.parse() {
        Ok(day) => {
            let issuer = Issuer {
                valid_from: Timestamp::start_of(day),
                superior: entered.superior.clone(),
                body: entered.body.clone(),
                sign: entered.sign.clone(),
                place: entered.place.clone(),
                authority: entered.authority.clone(),
                position: entered.position.clone(),
                signer: entered.signer.clone(),
                recipients: entered.recipients.clone(),
            };
            let by = (Some(actor.account), app.clock.now());
            let mut transaction = app.db.begin().await?;
            let written = set_issuer(&mut transaction, actor.province, &issuer, by).await;
            if written.is_ok() {
                transaction.commit().await?;
            }
            written.map_err(AppError::from)
        }
        Err(_) => Err(AppError::Invalid(Message::new("issuer-day-missing"))),
    };
    match written {
        Ok(()) => {
            let saved = Message::new("issuer-saved");
            Ok(see_other(&app, &visitor, "/admin/issuer", &saved))
        }
        Err(AppError::Invalid(message)) => {
            let html = fill(&app, &visitor, entered, Some(&message)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn fill(
    app: &App,
    visitor: &Visitor,
    form: page::IssuerForm,
    error: Option<&Message>,
) -> Result<Html<String>, AppError> {
    let mut connection = app.db.connection().await?;
    let all = issuers(&mut connection, visitor.actor()?.province).await?;
    drop(connection);
    let page = page::IssuerPage {
        form,
        history: all
            .into_iter()
            .rev()
            .map(|issuer| page::IssuerRow {
                valid_from: issuer.valid_from,
                body: issuer.body,
                position: issuer.position,
                signer: issuer.signer,
            })
            .collect(),
        error: error.map(|message| message.text(visitor.locale)),
    };
    page::render(&app.templates, visitor, &page)
}
