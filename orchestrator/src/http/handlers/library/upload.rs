//! Sending a scenario: a zip file, read and judged before anything is kept.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};

use super::{
    super::{
        super::{
            App, AppError, Visitor, errors::Message, offers, pages::versions as page,
            upload::Upload,
        },
        see_other,
    },
    mistake, version_page, worst_first,
};
use crate::library::{Incoming, LibraryError};

/// `GET /library/upload`
pub(in crate::http) async fn form(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    page::render_upload(&app.templates, &visitor, &page::UploadPage::default())
}

/// `POST /library/upload`
pub(in crate::http) async fn upload(
    State(app): State<App>,
    visitor: Visitor,
    file: Result<Upload, AppError>,
) -> Result<Response, AppError> {
    match keep(&app, &visitor, file).await {
        Ok(response) => Ok(response),
        Err(refused) => {
            let locale = visitor.locale;
            let (error, problems) = match refused {
                Refused::Library(LibraryError::Unnamed(problems)) => {
                    (AppError::from(LibraryError::Unnamed(Vec::new())), problems)
                }
                Refused::Library(error) => (error.into(), Vec::new()),
                Refused::Form(error) => (error, Vec::new()),
            };
            if !matches!(error, AppError::Invalid(_) | AppError::Conflict(_)) {
                return Err(error);
            }
            let page = page::UploadPage {
                error: Some(error.message().text(locale)),
                problems: worst_first(&problems)
                    .map(|problem| mistake(problem, locale))
                    .collect(),
            };
            let html = page::render_upload(&app.templates, &visitor, &page)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
    }
}

/// Why an upload is not kept.
enum Refused {
    Library(LibraryError),
    Form(AppError),
}

impl From<LibraryError> for Refused {
    fn from(error: LibraryError) -> Self {
        Self::Library(error)
    }
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Self::Form(error)
    }
}

async fn keep(
    app: &App,
    visitor: &Visitor,
    file: Result<Upload, AppError>,
) -> Result<Response, Refused> {
    let actor = visitor.actor()?;
    let Upload(bytes) = file?;
    let incoming = tokio::task::spawn_blocking(move || Incoming::read(&bytes))
        .await
        .map_err(AppError::unexpected)??;
    let shipped = offers::shipped(app, incoming.scenario.as_str()).await;
    let uploaded = app
        .library
        .upload(actor.province, actor.account, &incoming, shipped)
        .await?;
    let (tone, id) = match uploaded {
        _ if uploaded.before => ("warn", "upload-before"),
        _ if uploaded.errors > 0 => ("bad", "upload-faulty"),
        _ => ("good", "upload-done"),
    };
    let told = Message::new(id)
        .with("version", uploaded.version)
        .with("count", uploaded.errors);
    let to = version_page(&uploaded.scenario, uploaded.version, &incoming.digest);
    Ok(see_other(app, visitor, &to, tone, &told))
}
