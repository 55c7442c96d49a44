//! The sign-in page.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};

use super::super::{
    App, AppError, Request, Templates, Visitor,
    context::Theme,
    errors::Message,
    forms::{Form, Query},
    limits, origin,
};
use crate::accounts::{Audit, Outcome};

/// What the sign-in page shows.
#[derive(Debug, Default, Serialize)]
pub struct SignInPage {
    /// Where to go afterwards.
    pub next: String,
    /// The name that was entered.
    pub username: String,
    /// What went wrong.
    pub error: Option<String>,
    /// Cookies do not arrive; this is the address that one should open.
    pub wrong_address: Option<String>,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &SignInPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "sign-in", "", page)
}

#[derive(Default, Deserialize)]
pub(in crate::http) struct Next {
    #[serde(default)]
    next: String,
    /// A form came without the cookie that this page sets, or from another address.
    #[serde(default)]
    refused: bool,
}

/// `GET /sign-in`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(query): Query<Next>,
) -> Result<Response, AppError> {
    if visitor.session.is_some() {
        return Ok(Redirect::to(local(&query.next)).into_response());
    }
    let page = SignInPage {
        next: local(&query.next).to_owned(),
        wrong_address: wrong_address(&app, &visitor, &headers, query.refused),
        error: (query.refused && visitor.cookies)
            .then(|| AppError::Csrf.message().text(visitor.locale)),
        ..SignInPage::default()
    };
    Ok(render(&app.templates, &visitor, &page)?.into_response())
}

/// The address to open instead, where nobody can sign in at this one: another host than the server's own, whose forms are
/// refused, or one at which the browser does not keep our cookies.
fn wrong_address(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    refused: bool,
) -> Option<String> {
    let lost = refused && !visitor.cookies;
    (lost || !origin::is_address(headers, &app.config)).then(|| app.config.public_url.clone())
}

#[derive(Deserialize)]
pub(in crate::http) struct Credentials {
    username: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in`
pub(in crate::http) async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    Form(form): Form<Credentials>,
) -> Result<Response, AppError> {
    let wait = app
        .limits
        .take(limits::SIGN_IN, &visitor.address, app.clock.now());
    if let Err(seconds) = wait {
        let text = Message::new("sign-in-too-many")
            .with("seconds", i64::try_from(seconds).unwrap_or(i64::MAX));
        return Err(AppError::TooMany(text, seconds));
    }
    let secure = app.config.secure();
    match app
        .accounts
        .sign_in(&form.username, &form.password, &visitor.address)
        .await
    {
        Ok(signed_in) => {
            audit(
                &app,
                &visitor,
                &form.username,
                Outcome::Done,
                Some(&signed_in.actor),
            )
            .await;
            let jar = CookieJar::new().add(Request::session_cookie(secure, signed_in.token));
            Ok((jar, Redirect::to(local(&form.next))).into_response())
        }
        Err(error) => {
            audit(&app, &visitor, &form.username, Outcome::Refused, None).await;
            let error = AppError::from(error);
            let status = match error {
                AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                other => return Err(other),
            };
            let page = SignInPage {
                next: local(&form.next).to_owned(),
                username: form.username.chars().take(64).collect(),
                error: Some(error.message().text(visitor.locale)),
                wrong_address: None,
            };
            Ok((status, render(&app.templates, &visitor, &page)?).into_response())
        }
    }
}

/// `POST /sign-out`
pub(in crate::http) async fn sign_out(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    if let Some(session) = &visitor.session {
        app.accounts.sign_out(&session.token_hash).await?;
    }
    let jar = CookieJar::new().add(Request::no_session(app.config.secure()));
    Ok((jar, Redirect::to("/sign-in")).into_response())
}

async fn audit(
    app: &App,
    visitor: &Visitor,
    username: &str,
    outcome: Outcome,
    actor: Option<&crate::accounts::Actor>,
) {
    let name: String = username.chars().take(64).collect();
    let audit = Audit {
        province: actor.map(|actor| actor.province),
        account: actor.map(|actor| actor.account),
        action: "sign-in",
        object: &name,
        outcome,
        address: &visitor.address,
        detail: "",
    };
    if let Err(error) = app.accounts.audit(audit).await {
        tracing::error!(%error, "the audit trail could not be written");
    }
}

/// A path of this server; anything else leads home, so that no link can send somebody away after signing in.
pub(super) fn local(next: &str) -> &str {
    let fine = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n', '\t']);
    if fine { next } else { "/" }
}

/// A theme by its name in a form.
pub(super) fn theme(name: &str) -> Option<Theme> {
    match name {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{StatusCode, header};

    use super::{
        super::super::testing::{Browser, Server},
        local,
    };

    #[tokio::test]
    async fn a_browser_that_keeps_no_cookies_is_told_where_to_go() {
        let server = Server::start().await;
        let mut forgetful = Browser::default();
        server.get(&mut forgetful, "/sign-in").await;
        forgetful.cookies.clear();
        let form = "username=an&password=x";
        let answer = server.post(&mut forgetful, "/sign-in", form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_eq!(answer.headers[header::LOCATION], "/sign-in?refused=true");
        forgetful.cookies.clear();
        let told = server.get(&mut forgetful, "/sign-in?refused=true").await;
        assert!(
            told.body.contains("không giữ được phiên đăng nhập")
                && told.body.contains("http://localhost:8080"),
            "{}",
            told.body
        );
        let mut late = Browser::default();
        server.get(&mut late, "/sign-in").await;
        late.csrf = "old".to_owned();
        server.post(&mut late, "/sign-in", form).await;
        let told = server.get(&mut late, "/sign-in?refused=true").await;
        assert!(told.body.contains("Biểu mẫu đã cũ"), "{}", told.body);
    }

    #[tokio::test]
    async fn a_wrong_password_is_said_beside_the_name_that_was_typed() {
        let server = Server::start().await;
        let mut browser = Browser::default();
        server.get(&mut browser, "/sign-in?next=/people").await;
        let form = "username=an.nguyen&password=sai&next=/people";
        let answer = server.post(&mut browser, "/sign-in", form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for expected in ["chưa đúng", "value=\"an.nguyen\"", "value=\"/people\""] {
            assert!(
                answer.body.contains(expected),
                "{expected}: {}",
                answer.body
            );
        }
    }

    #[test]
    fn nobody_is_sent_away_after_signing_in() {
        assert_eq!(local("/exercises?x=1"), "/exercises?x=1");
        for foreign in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "javascript:alert(1)",
        ] {
            assert_eq!(local(foreign), "/");
        }
    }
}
