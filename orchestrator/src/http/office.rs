//! Handlers of the office: staff, attendance, completions, indicators, reports. They parse, call and fill a page's
//! context; the guard has authorised before they run.

pub(super) mod attendance;
pub(super) mod completions;
pub(super) mod indicators;
pub(super) mod issuer;
pub(super) mod people;
pub(super) mod report;

use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use jiff::civil::Date;

use super::{App, AppError, Request, Visitor, errors::Message};
use crate::{
    exercises::ExerciseError,
    ids::ProvinceId,
    learning::LearningError,
    locales::{self, Locale, Value},
    organisation::{OrganisationError, Province},
    reports::ReportError,
    store::{Connection, organisation},
    workforce::{Plan, WorkforceError, read_plans, said},
};

impl From<OrganisationError> for AppError {
    fn from(error: OrganisationError) -> Self {
        match error {
            OrganisationError::Input(message) => Self::Invalid(Message::new(message)),
            error => Self::unexpected(error),
        }
    }
}

impl From<WorkforceError> for AppError {
    fn from(error: WorkforceError) -> Self {
        match error {
            WorkforceError::Input(message) => Self::Invalid(Message::new(message)),
            error => Self::unexpected(error),
        }
    }
}

impl From<LearningError> for AppError {
    fn from(error: LearningError) -> Self {
        match error {
            LearningError::Input { message, arguments } => Self::Invalid(Message {
                id: message,
                arguments: arguments
                    .into_iter()
                    .map(|(name, value)| (name, Value::from(value)))
                    .collect(),
            }),
            LearningError::Missing | LearningError::Exercise(ExerciseError::Missing(_)) => {
                Self::NotFound
            }
            error => Self::unexpected(error),
        }
    }
}

impl From<ReportError> for AppError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Missing | ReportError::Exercise(ExerciseError::Missing(_)) => {
                Self::NotFound
            }
            ReportError::TooLong => Self::Invalid(Message::new("report-text-too-long")),
            ReportError::Rating { message, objective } => {
                Self::Invalid(Message::new(message).with("objective", objective))
            }
            error => Self::unexpected(error),
        }
    }
}

/// Leads to another page with a message on it.
fn see_other(app: &App, visitor: &Visitor, to: &str, message: &Message) -> Response {
    let cookie = Request::flash_cookie(app.config.secure(), "good", message.text(visitor.locale));
    (CookieJar::new().add(cookie), Redirect::to(to)).into_response()
}

/// The plans of a province; an installation without the folder has none.
async fn plans(
    app: &App,
    connection: &mut Connection,
    province: ProvinceId,
    locale: Locale,
) -> Result<(Province, Vec<Plan>), AppError> {
    let province = organisation::get_province(connection, province).await?;
    let folder = app.config.plans.clone();
    let read = tokio::task::spawn_blocking(move || {
        if folder.is_dir() {
            read_plans(&folder)
        } else {
            Ok(Vec::new())
        }
    });
    let read = read.await.map_err(AppError::unexpected)?;
    let mut plans = read.map_err(|error| match error {
        WorkforceError::Plan { path, problems } => {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            AppError::Unavailable(
                Message::new("indicators-plan-broken")
                    .with("file", file.into_owned())
                    .with("problems", said(&problems, locale)),
            )
        }
        error => AppError::from(error),
    })?;
    plans.retain(|plan| plan.province == province.code);
    Ok((province, plans))
}

/// The day of a form's field; `default` where it says none.
fn day_or(text: &str, default: Date) -> Date {
    text.parse().unwrap_or(default)
}

fn say(locale: Locale, id: &str) -> String {
    locales::text(locale, id, &[])
}

/// The name of a course or completion: its message, or its identifier where content brought a new one.
fn named(locale: Locale, prefix: &str, id: &str) -> String {
    let message = format!("{prefix}{id}");
    if locales::has(locale, &message) {
        say(locale, &message)
    } else {
        id.to_owned()
    }
}

#[cfg(test)]
mod tests;
