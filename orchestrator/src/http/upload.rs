//! Files that a form sends along: larger than any other request, taken on the routes alone that say so.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, Multipart, Request},
    http::request::Parts,
};

use http_body_util::LengthLimitError;

use super::{AppError, errors::Message};

/// Bytes of a request with a file: a scenario's bundle unpacks to 64 MiB at most.
pub(super) const UPLOAD_LIMIT: usize = 32 << 20;
/// How long such a request may take to arrive: over the line of a small office.
const PATIENCE: Duration = Duration::from_mins(5);
/// The part of a body in which the first field ends, which is the token.
const HEAD: usize = 4096;
/// The field that holds the token of the session.
const TOKEN: &str = "_csrf";

/// The one file of a form.
pub(super) struct Upload(pub(super) Vec<u8>);

/// Whether a request carries a file.
pub(super) fn is_upload(kind: &str) -> bool {
    kind.starts_with("multipart/form-data")
}

/// Reads a form with a file, whose first field must hold the session's token.
pub(super) async fn admit(
    parts: &Parts,
    body: Body,
    is_own: impl Fn(&str) -> bool,
) -> Result<Body, AppError> {
    let bytes = tokio::time::timeout(PATIENCE, to_bytes(body, UPLOAD_LIMIT))
        .await
        .map_err(|_| AppError::Invalid(Message::new("upload-slow")))?
        .map_err(|error| cut_off(&error))?;
    let head = Body::from(bytes.slice(..bytes.len().min(HEAD)));
    let form = Multipart::from_request(Request::from_parts(parts.clone(), head), &()).await;
    let mut form = form.map_err(|_| AppError::Csrf)?;
    match form.next_field().await {
        Ok(Some(field)) if field.name() == Some(TOKEN) => {
            let token = field.text().await.map_err(|_| AppError::Csrf)?;
            if is_own(&token) {
                Ok(Body::from(bytes))
            } else {
                Err(AppError::Csrf)
            }
        }
        _ => Err(AppError::Csrf),
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let broken = || AppError::Invalid(Message::new("upload-broken"));
        let form = Multipart::from_request(request, state).await;
        let mut form = form.map_err(|_| broken())?;
        while let Some(field) = form.next_field().await.map_err(|_| broken())? {
            if field.name() == Some("bundle") {
                let bytes: Bytes = field.bytes().await.map_err(|_| broken())?;
                if bytes.is_empty() {
                    break;
                }
                return Ok(Self(bytes.into()));
            }
        }
        Err(AppError::Invalid(Message::new("upload-missing")))
    }
}

/// Too long a body is told from a line that broke.
fn cut_off(error: &axum::Error) -> AppError {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return too_large();
        }
        cause = error.source();
    }
    AppError::Invalid(Message::new("upload-broken"))
}

fn too_large() -> AppError {
    let most = i64::try_from(UPLOAD_LIMIT >> 20).unwrap_or(i64::MAX);
    AppError::Invalid(Message::new("upload-too-large").with("most", most))
}
