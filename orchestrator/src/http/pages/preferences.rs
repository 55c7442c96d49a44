//! Language and theme: chosen by a form that works without script, kept in cookies and with the account.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::{
    super::{App, AppError, Request, Visitor, forms::Form},
    sign_in::{local, theme},
};
use crate::locales::Locale;

#[derive(Deserialize)]
pub(in crate::http) struct Preferences {
    locale: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    back: String,
}

/// `POST /preferences`
pub(in crate::http) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Form(form): Form<Preferences>,
) -> Result<Response, AppError> {
    let secure = app.config.secure();
    let mut jar = CookieJar::new();
    if let Some(locale) = form.locale.and_then(|locale| locale.parse::<Locale>().ok()) {
        jar = jar.add(Request::locale_cookie(secure, locale));
        if let Some(session) = &visitor.session {
            app.accounts
                .choose_locale(session.actor.account, locale)
                .await?;
        }
    }
    if let Some(name) = form.theme {
        jar = jar.add(Request::theme_cookie(
            secure,
            if theme(&name).is_some() {
                &name
            } else {
                "system"
            },
        ));
    }
    Ok((jar, Redirect::to(local(&form.back))).into_response())
}
