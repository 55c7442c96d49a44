//! What a handler knows about who asks: session, language, theme, address.
//!
//! The guard builds it once a request; handlers take it as an argument and never read cookies themselves.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::{
    accounts::{Actor, Session},
    ids::{ExerciseId, TeamId},
    locales::Locale,
    random::bytes,
};

/// Name of the session's cookie; behind TLS the browser keeps it to this host alone.
const SESSION_COOKIE: [&str; 2] = ["tt", "__Host-tt"];
/// Name of the cookie that proves a sign-in form to be ours.
const VISIT_COOKIE: [&str; 2] = ["tt-visit", "__Host-tt-visit"];
/// Name of the cookie with the chosen theme.
const THEME_COOKIE: &str = "tt-theme";
/// Name of the cookie with the language chosen before signing in.
const LOCALE_COOKIE: &str = "tt-locale";
/// Name of the cookie that says up to which row a trainee read the mail of which exercise.
const MAIL_COOKIE: &str = "tt-mail";
/// Name of the cookie that carries one message to the next page.
const FLASH_COOKIE: &str = "tt-flash";

/// Light or dark where somebody chose; otherwise the system decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A message for the next page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flash {
    /// `good`, `warn` or `bad`.
    pub state: String,
    /// The message's text.
    pub text: String,
}

/// Who asks, and how to answer.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The session, where somebody is signed in.
    pub session: Option<Session>,
    /// What forms must bring along.
    pub csrf: String,
    /// The reader's language.
    pub locale: Locale,
    /// The reader's theme.
    pub theme: Option<Theme>,
    /// Where the request comes from.
    pub address: String,
    /// What was asked for, path and query.
    pub path: String,
    /// Whether a script asks for a part of a page.
    pub fragment: bool,
    /// The visitor's own team in the exercise that the path names.
    pub team: Option<TeamId>,
    /// A message from the page before.
    pub flash: Option<Flash>,
    /// Up to which row the mail of which exercise was read.
    pub mail: Option<(ExerciseId, i64)>,
    /// Whether the browser sent the cookie that every page sets.
    pub cookies: bool,
}

/// Cookies that a handler sets; names and attributes stand here alone.
pub struct Request;

impl Request {
    /// The cookie that keeps somebody signed in.
    #[must_use]
    pub fn session_cookie(secure: bool, token: String) -> Cookie<'static> {
        own(SESSION_COOKIE[usize::from(secure)], token, secure)
    }

    /// Ends the session in the browser.
    #[must_use]
    pub fn no_session(secure: bool) -> Cookie<'static> {
        gone(SESSION_COOKIE[usize::from(secure)], secure)
    }

    /// Keeps the chosen theme for a year.
    #[must_use]
    pub fn theme_cookie(secure: bool, theme: &str) -> Cookie<'static> {
        lasting(THEME_COOKIE, theme.to_owned(), secure)
    }

    /// Keeps the chosen language for a year.
    #[must_use]
    pub fn locale_cookie(secure: bool, locale: Locale) -> Cookie<'static> {
        lasting(LOCALE_COOKIE, locale.tag().to_owned(), secure)
    }

    /// Remembers up to which row the mail of an exercise was read.
    #[must_use]
    pub fn mail_cookie(secure: bool, exercise: ExerciseId, sequence: i64) -> Cookie<'static> {
        own(MAIL_COOKIE, format!("{exercise}.{sequence}"), secure)
    }

    /// Carries a message to the next page.
    #[must_use]
    pub fn flash_cookie(secure: bool, state: &str, text: String) -> Cookie<'static> {
        let flash = Flash {
            state: state.to_owned(),
            text,
        };
        own(
            FLASH_COOKIE,
            hex::encode(serde_json::to_vec(&flash).unwrap_or_default()),
            secure,
        )
    }
}

impl Visitor {
    /// Reads the request's cookies and headers; also gives the cookies that the answer must set.
    pub(super) async fn read(
        app: &App,
        parts: &Parts,
        address: String,
    ) -> Result<(Self, CookieJar), AppError> {
        let secure = app.config.secure();
        let jar = CookieJar::from_headers(&parts.headers);
        let mut set = CookieJar::new();
        let value = |name: &str| jar.get(name).map(|cookie| cookie.value().to_owned());
        let session = match value(SESSION_COOKIE[usize::from(secure)]) {
            Some(token) => app.accounts.session(&token).await?,
            None => None,
        };
        let visit = VISIT_COOKIE[usize::from(secure)];
        let known = value(visit).filter(|value| value.len() == 32);
        let cookies = known.is_some();
        let visit_csrf = known.unwrap_or_else(|| hex::encode(bytes::<16>(app.random.as_ref())));
        if !cookies {
            set = set.add(own(visit, visit_csrf.clone(), secure));
        }
        let flash = value(FLASH_COOKIE)
            .and_then(|flash| hex::decode(flash).ok())
            .and_then(|flash| serde_json::from_slice(&flash).ok());
        let fragment = parts.headers.contains_key("hx-request");
        if flash.is_some() && !fragment {
            set = set.add(gone(FLASH_COOKIE, secure));
        }
        let locale = match (
            &session,
            value(LOCALE_COOKIE).and_then(|locale| locale.parse().ok()),
        ) {
            (Some(session), _) => session.actor.locale,
            (None, Some(locale)) => locale,
            (None, None) => accepted(&parts.headers),
        };
        let visitor = Self {
            csrf: session
                .as_ref()
                .map_or(visit_csrf, |session| session.csrf.clone()),
            session,
            locale,
            theme: match value(THEME_COOKIE).as_deref() {
                Some("light") => Some(Theme::Light),
                Some("dark") => Some(Theme::Dark),
                _ => None,
            },
            address,
            path: parts
                .uri
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string),
            fragment,
            team: None,
            flash,
            mail: value(MAIL_COOKIE).and_then(|mail| {
                let (exercise, sequence) = mail.split_once('.')?;
                Some((exercise.parse().ok()?, sequence.parse().ok()?))
            }),
            cookies,
        };
        Ok((visitor, set))
    }

    /// Up to which row the mail of an exercise was read.
    #[must_use]
    pub fn mail_read(&self, exercise: ExerciseId) -> i64 {
        self.mail
            .filter(|(of, _)| *of == exercise)
            .map_or(0, |(_, sequence)| sequence)
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`AppError::SignIn`] where nobody is.
    pub fn actor(&self) -> Result<&Actor, AppError> {
        self.session
            .as_ref()
            .map(|session| &session.actor)
            .ok_or(AppError::SignIn)
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(AppError::NotFound)
    }
}

fn accepted(headers: &HeaderMap) -> Locale {
    let header = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|header| header.to_str().ok());
    header.map_or(Locale::default(), Locale::from_accept_language)
}

fn own(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Strict)
        .build()
}

fn lasting(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    let mut cookie = own(name, value, secure);
    cookie.make_permanent();
    cookie
}

fn gone(name: &'static str, secure: bool) -> Cookie<'static> {
    let mut cookie = own(name, String::new(), secure);
    cookie.make_removal();
    cookie
}
