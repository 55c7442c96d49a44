//! What goes wrong, told in the reader's language: what happened, and what to do.
//!
//! A client's error names what to mend. An unexpected one is logged once, with its sources, and hidden behind a number
//! that the reader can pass on.

use std::any::Any;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Serialize;

use super::{App, TemplateError, Visitor, pages};
use crate::{
    accounts::AccountError,
    environments::{EngineError, EnvironmentsError},
    exercises::{Closed, ExerciseError, NotGraded},
    journal::JournalError,
    library::LibraryError,
    locales::{self, Locale, Value},
    scenarios::zip::ZipError,
    store::StoreError,
};

/// A message of the catalogue with its arguments.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The message's id.
    pub id: &'static str,
    /// Its arguments.
    pub arguments: Vec<(&'static str, Value<'static>)>,
}

impl Message {
    /// A message without arguments.
    #[must_use]
    pub const fn new(id: &'static str) -> Self {
        Self {
            id,
            arguments: Vec::new(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value<'static>>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    /// The message in a language.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        let arguments: Vec<(&str, Value<'_>)> = self
            .arguments
            .iter()
            .map(|(name, value)| (*name, value.clone()))
            .collect();
        locales::text(locale, self.id, &arguments)
    }
}

/// Why a request got no page.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Nobody is signed in.
    #[error("sign in first")]
    SignIn,
    /// The roles do not allow it.
    #[error("not allowed")]
    Forbidden,
    /// There is no such thing, or none that the reader may know of.
    #[error("not found")]
    NotFound,
    /// The form is too old or not ours.
    #[error("the form is too old or not ours")]
    Csrf,
    /// What was entered cannot be; the message says what to mend.
    #[error("{0:?}")]
    Invalid(Message),
    /// The state of things does not allow it now.
    #[error("{0:?}")]
    Conflict(Message),
    /// Too often; come again in this many seconds.
    #[error("too many requests")]
    TooMany(Message, u64),
    /// Larger than is taken.
    #[error("too large")]
    TooLarge,
    /// Something that is needed does not answer.
    #[error("{0:?}")]
    Unavailable(Message),
    /// What should not happen.
    #[error("unexpected")]
    Unexpected(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AppError {
    /// Wraps what should not happen.
    pub fn unexpected(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unexpected(Box::new(error))
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Csrf => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The message that says what to do.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::SignIn => Message::new("error-sign-in"),
            Self::Forbidden => Message::new("error-forbidden"),
            Self::NotFound => Message::new("error-not-found"),
            Self::Csrf => Message::new("error-csrf"),
            Self::TooLarge => Message::new("error-too-large"),
            Self::Unexpected(_) => Message::new("error-unexpected"),
            Self::Invalid(message)
            | Self::Conflict(message)
            | Self::TooMany(message, _)
            | Self::Unavailable(message) => message.clone(),
        }
    }
}

impl From<AccountError> for AppError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Credentials => Self::Invalid(Message::new("sign-in-wrong")),
            AccountError::TooMany(seconds) => {
                let wait = i64::try_from(seconds).unwrap_or(i64::MAX);
                Self::TooMany(
                    Message::new("sign-in-too-many").with("seconds", wait),
                    seconds,
                )
            }
            AccountError::Busy => Self::Unavailable(Message::new("sign-in-busy")),
            AccountError::Taken(name) => {
                Self::Conflict(Message::new("account-taken").with("name", name))
            }
            AccountError::Invalid(id) => Self::Invalid(Message::new(id)),
            AccountError::Unknown => Self::NotFound,
            error @ (AccountError::Hash(_) | AccountError::Store(_)) => Self::unexpected(error),
        }
    }
}

impl From<ExerciseError> for AppError {
    fn from(error: ExerciseError) -> Self {
        match error {
            ExerciseError::Missing(_) => Self::NotFound,
            ExerciseError::State(state) => {
                Self::Conflict(Message::new("exercise-wrong-state").with("state", state.as_str()))
            }
            ExerciseError::Input { message, arguments } => {
                let arguments = arguments
                    .into_iter()
                    .map(|(name, value)| (name, Value::from(value)));
                Self::Invalid(Message {
                    id: message,
                    arguments: arguments.collect(),
                })
            }
            ExerciseError::TooFast(wait) => {
                let seconds = wait.as_secs().max(1);
                let shown = i64::try_from(seconds).unwrap_or(i64::MAX);
                Self::TooMany(
                    Message::new("answer-too-fast").with("seconds", shown),
                    seconds,
                )
            }
            ExerciseError::Closed(closed) => Self::Conflict(Message::new(match closed {
                Closed::NoTriesLeft => "answer-no-tries",
                Closed::Locked => "answer-locked",
                Closed::Decided => "decision-taken",
            })),
            ExerciseError::NotGraded(why) => Self::Conflict(Message::new(match why {
                NotGraded::Replaced => "grade-report-replaced",
                NotGraded::Counts => "grading-counts",
                NotGraded::Given => "grading-given",
                NotGraded::Enough => "grading-enough",
                NotGraded::Undisputed => "grading-undisputed",
                NotGraded::Own => "grading-own",
                NotGraded::Begun => "grading-begun",
                NotGraded::Missing => "grading-missing",
            })),
            ExerciseError::Environments(error) => error.into(),
            error @ (ExerciseError::Journal(_)
            | ExerciseError::Store(_)
            | ExerciseError::Signing(_)) => Self::unexpected(error),
        }
    }
}

impl From<EnvironmentsError> for AppError {
    fn from(error: EnvironmentsError) -> Self {
        match error {
            EnvironmentsError::Engine(EngineError::Away(_)) => {
                Self::Unavailable(Message::new("environment-engine-unreachable"))
            }
            EnvironmentsError::ImagesMissing(images) => Self::Conflict(
                Message::new("environment-images-missing").with("images", images.join(", ")),
            ),
            EnvironmentsError::RuntimeUnknown(runtime) => {
                Self::Conflict(Message::new("environment-runtime-unknown").with("runtime", runtime))
            }
            EnvironmentsError::NoRange { networks } => {
                Self::Conflict(Message::new("environment-no-range").with("networks", networks))
            }
            EnvironmentsError::TooLarge { needed, available } => Self::Conflict(
                Message::new("environment-no-memory")
                    .with("needed", locales::memory(needed))
                    .with("available", locales::memory(available)),
            ),
            // What was reached is a list of its own, on the exercise's page.
            EnvironmentsError::NotIsolated(_) => {
                Self::Conflict(Message::new("environment-not-isolated"))
            }
            EnvironmentsError::Plan(error) => {
                Self::Conflict(Message::new("environment-plan").with("detail", error.to_string()))
            }
            EnvironmentsError::Bundle(detail) => {
                Self::Conflict(Message::new("environment-bundle").with("detail", detail))
            }
            error @ (EnvironmentsError::Engine(_)
            | EnvironmentsError::Store(_)
            | EnvironmentsError::Superseded) => Self::unexpected(error),
        }
    }
}

impl From<LibraryError> for AppError {
    fn from(error: LibraryError) -> Self {
        let invalid = |id| Self::Invalid(Message::new(id));
        let about = |id, name, text: String| Self::Invalid(Message::new(id).with(name, text));
        match error {
            LibraryError::Zip(error) => match error {
                ZipError::Damaged(_) => invalid("upload-zip-damaged"),
                ZipError::Path(path) => about("upload-zip-path", "path", path),
                ZipError::Special(path) => about("upload-zip-special", "path", path),
                ZipError::Twice => invalid("upload-zip-twice"),
                ZipError::Within(path) => about("upload-zip-within", "path", path),
                ZipError::Locked(path) => about("upload-zip-locked", "path", path),
                ZipError::TooManyFiles => invalid("upload-zip-many"),
                ZipError::TooLarge => invalid("upload-zip-large"),
            },
            LibraryError::Bundle(error) => {
                about("upload-bundle-refused", "detail", error.to_string())
            }
            LibraryError::Unnamed(_) => invalid("upload-unnamed"),
            LibraryError::Fixed(next) => {
                Self::Conflict(Message::new("version-fixed").with("next", next))
            }
            LibraryError::Shipped(next) => {
                Self::Conflict(Message::new("version-shipped").with("next", next))
            }
            LibraryError::Faulty => Self::Conflict(Message::new("version-faulty")),
            LibraryError::Changed => Self::Conflict(Message::new("version-changed")),
            LibraryError::Missing => Self::NotFound,
            LibraryError::Note => invalid("version-note-long"),
            LibraryError::Store(error) => Self::unexpected(error),
        }
    }
}

impl From<JournalError> for AppError {
    fn from(error: JournalError) -> Self {
        Self::unexpected(error)
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        Self::unexpected(error)
    }
}

impl From<TemplateError> for AppError {
    fn from(error: TemplateError) -> Self {
        Self::unexpected(error)
    }
}

/// An error on its way to the guard, which knows the reader's language.
#[derive(Clone)]
pub(super) struct Failed(std::sync::Arc<AppError>);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response
            .extensions_mut()
            .insert(Failed(std::sync::Arc::new(self)));
        response
    }
}

#[derive(Serialize)]
struct ErrorPage {
    status: u16,
    title: String,
    text: String,
    /// What to name when asking for help with an unexpected error.
    reference: Option<String>,
}

/// Makes the page, or the part of a page, of an error that a handler returned.
pub(super) fn dress(app: &App, visitor: &Visitor, response: Response) -> Response {
    let Some(Failed(error)) = response.extensions().get::<Failed>().cloned() else {
        return response;
    };
    let status = error.status();
    let reference = matches!(*error, AppError::Unexpected(_)).then(|| {
        let reference = crate::ids::SessionId::new().to_string();
        tracing::error!(reference, path = visitor.path, error = %sources(&error), "unexpected");
        reference
    });
    let page = ErrorPage {
        status: status.as_u16(),
        title: locales::text(visitor.locale, title(status), &[]),
        text: error.message().text(visitor.locale),
        reference,
    };
    let template = if visitor.fragment {
        "parts/error"
    } else {
        "error"
    };
    let mut answer = match pages::render(&app.templates, visitor, template, "", &page) {
        Ok(body) => (status, body).into_response(),
        Err(second) => {
            tracing::error!(error = %sources(&second), "the error page itself fails");
            (status, Html(page.text)).into_response()
        }
    };
    let headers = answer.headers_mut();
    if visitor.fragment {
        headers.insert("hx-retarget", HeaderValue::from_static("#notices"));
        headers.insert("hx-reswap", HeaderValue::from_static("innerHTML"));
    }
    if let AppError::TooMany(_, seconds) = *error {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

const fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "error-title-not-found",
        StatusCode::FORBIDDEN => "error-title-forbidden",
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE => "error-title-invalid",
        StatusCode::CONFLICT => "error-title-conflict",
        StatusCode::TOO_MANY_REQUESTS => "error-title-too-many",
        StatusCode::SERVICE_UNAVAILABLE => "error-title-unavailable",
        StatusCode::UNAUTHORIZED => "error-title-sign-in",
        _ => "error-title-unexpected",
    }
}

/// An error with all its sources on one line.
pub(super) fn sources(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// A handler that panicked: the connection lives on and says only that something went wrong.
#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    let text = locales::text(Locale::default(), "error-unexpected", &[]);
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}
