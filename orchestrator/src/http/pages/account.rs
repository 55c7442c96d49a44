//! One's own account: the password.

use axum::{
    extract::State,
    response::{Html, IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};

use super::super::{App, AppError, Request, Templates, Visitor, errors::Message, forms::Form};

/// What the page of one's own account shows.
#[derive(Debug, Default, Serialize)]
pub struct AccountPage {
    /// What went wrong.
    pub error: Option<String>,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &AccountPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "account", "", page)
}

/// `GET /account`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    render(&app.templates, &visitor, &AccountPage::default())
}

#[derive(Deserialize)]
pub(in crate::http) struct ChangePassword {
    old: String,
    new: String,
}

/// `POST /account/password`: every session ends, this one too.
pub(in crate::http) async fn change_password(
    State(app): State<App>,
    visitor: Visitor,
    Form(form): Form<ChangePassword>,
) -> Result<Response, AppError> {
    let account = visitor.actor()?.account;
    match app
        .accounts
        .change_password(account, &form.old, &form.new, &visitor.address)
        .await
    {
        Ok(()) => {
            let secure = app.config.secure();
            let text = Message::new("account-password-changed").text(visitor.locale);
            let jar = CookieJar::new()
                .add(Request::no_session(secure))
                .add(Request::flash_cookie(secure, "good", text));
            Ok((jar, Redirect::to("/sign-in")).into_response())
        }
        Err(error) => {
            let error = AppError::from(error);
            let AppError::Invalid(message) = &error else {
                return Err(error);
            };
            let page = AccountPage {
                error: Some(message.text(visitor.locale)),
            };
            let html = render(&app.templates, &visitor, &page)?;
            Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
    }
}
