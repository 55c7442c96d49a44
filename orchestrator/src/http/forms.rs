//! Forms and paths as handlers take them: what cannot be read is answered in the reader's language.
//!
//! U+0000 is refused here, once for all fields of all routes: it is no letter of any text, and PostgreSQL keeps none.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

use super::{AppError, errors::Message};

/// A form; repeated fields are lists.
pub(super) struct Form<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let (parts, body) = request.into_parts();
        let limited = Request::from_parts(parts.clone(), body);
        let Ok(bytes) = Bytes::from_request(limited, state).await else {
            return Err(AppError::TooLarge);
        };
        if holds_zero(&bytes) || holds_zero(parts.uri.query().unwrap_or_default().as_bytes()) {
            return Err(AppError::Invalid(Message::new("error-form")));
        }
        let request = Request::from_parts(parts, Body::from(bytes));
        match axum_extra::extract::Form::from_request(request, state).await {
            Ok(axum_extra::extract::Form(form)) => Ok(Self(form)),
            Err(rejection) => Err(reject(&rejection)),
        }
    }
}

/// What a path names; what is not of its kind does not exist.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        if holds_zero(parts.uri.path().as_bytes()) {
            return Err(AppError::NotFound);
        }
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(path)| Self(path))
            .map_err(|_| AppError::NotFound)
    }
}

/// What stands after the question mark; what cannot be read counts as not said.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        if holds_zero(parts.uri.query().unwrap_or_default().as_bytes()) {
            return Ok(Self(T::default()));
        }
        let query = axum_extra::extract::Query::from_request_parts(parts, state).await;
        Ok(Self(
            query
                .map(|axum_extra::extract::Query(query)| query)
                .unwrap_or_default(),
        ))
    }
}

/// Whether text as URLs and forms encode it holds U+0000.
fn holds_zero(encoded: &[u8]) -> bool {
    encoded.contains(&0) || encoded.windows(3).any(|three| three == b"%00")
}

fn reject(rejection: &axum_extra::extract::FormRejection) -> AppError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return AppError::TooLarge;
    }
    tracing::debug!(%rejection, "a form that cannot be read");
    AppError::Invalid(Message::new("error-form"))
}
