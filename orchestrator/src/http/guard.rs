//! What every request passes before its handler: session, `authorise`, origin, CSRF; and after it: error page, audit.

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, FromRequestParts as _, RawPathParams, Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use std::{net::SocketAddr, time::Duration};

use super::{
    App, AppError, BODY_LIMIT, Visitor,
    errors::{self, Message},
    limits::{CHANGE, REFUSED},
    origin, proxies, upload,
};
use crate::{
    accounts::{Action, Audit, Object, Outcome, Refusal, Role, authorise},
    ids::{ExerciseId, TeamId},
    store::accounts as table,
};

/// How long a form may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(30);

/// What a route needs and takes, beside the application.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) app: App,
    pub(super) action: Action,
    pub(super) takes_file: bool,
}

/// Marks an answer that is a page like any other although what was asked for was not done: the audit trail says so.
#[derive(Clone)]
pub(super) struct Undone;

/// Lets a request through to its handler, or says why not.
pub(super) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let address = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(
            || "-".to_owned(),
            |ConnectInfo(peer)| {
                let proxies = &guard.app.proxies;
                proxies::visitor(peer.ip(), &parts.headers, proxies).to_string()
            },
        );
    let (mut visitor, cookies) = match Visitor::read(&guard.app, &parts, address).await {
        Ok(read) => read,
        Err(error) => return error.into_response(),
    };
    let privileged = guard.action.is_privileged() && is_unsafe(&parts.method);
    let path = recorded(parts.uri.path());
    let admitted = admit(&guard, &mut visitor, &mut parts, body).await;
    let (response, outcome) = match admitted {
        Ok(body) => {
            parts.extensions.insert(visitor.clone());
            let response = next.run(Request::from_parts(parts, body)).await;
            let failed = response.status().is_client_error()
                || response.status().is_server_error()
                || response.extensions().get::<Undone>().is_some();
            (
                response,
                if failed {
                    Outcome::Failed
                } else {
                    Outcome::Done
                },
            )
        }
        // Whoever signs in at an address that cannot keep them signed in is told so where they are.
        Err(AppError::Csrf) if path == "/sign-in" => (
            Redirect::to("/sign-in?refused=true").into_response(),
            Outcome::Refused,
        ),
        Err(AppError::SignIn) if parts.method == Method::GET && !visitor.fragment => {
            (to_sign_in(&visitor), Outcome::Refused)
        }
        Err(error) => (error.into_response(), Outcome::Refused),
    };
    let noted = if outcome == Outcome::Refused {
        // Each line is a commit: who asks without end for what is refused is written down now and then.
        (privileged || visitor.session.is_some()) && {
            let session = visitor.session.as_ref();
            let who = session.map_or_else(
                || visitor.address.clone(),
                |session| session.actor.account.to_string(),
            );
            let now = guard.app.clock.now();
            guard.app.limits.take(REFUSED, &who, now).is_ok()
        }
    } else {
        privileged
    };
    if noted {
        let status = response.status();
        write_audit(&guard, &visitor, &path, outcome, status).await;
    }
    with_cookies(errors::dress(&guard.app, &visitor, response), cookies)
}

/// A path as it may be written down: an invitation's secret is for those alone who were given it.
fn recorded(path: &str) -> String {
    let path = path.strip_prefix("/join/").map_or(path, |_| "/join/");
    path.to_owned()
}

async fn admit(
    guard: &Guard,
    visitor: &mut Visitor,
    parts: &mut axum::http::request::Parts,
    body: Body,
) -> Result<Body, AppError> {
    if guard.action != Action::Open {
        let object = object(guard, visitor, parts).await?;
        match authorise(visitor.actor()?, guard.action, &object) {
            Ok(()) => {}
            Err(Refusal::Forbidden) => return Err(AppError::Forbidden),
            Err(Refusal::Hidden) => return Err(AppError::NotFound),
        }
    }
    if !is_unsafe(&parts.method) {
        return Ok(body);
    }
    if let Some(session) = &visitor.session {
        let who = session.actor.account.to_string();
        let taken = guard.app.limits.take(CHANGE, &who, guard.app.clock.now());
        taken.map_err(|seconds| AppError::TooMany(Message::new("error-too-many"), seconds))?;
    }
    if !origin::may_change(&parts.headers, &guard.app.config) {
        return Err(AppError::Csrf);
    }
    if let Some(token) = parts.headers.get("x-csrf-token") {
        return if same(token.as_bytes(), visitor.csrf.as_bytes()) {
            Ok(body)
        } else {
            Err(AppError::Csrf)
        };
    }
    let form = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    if guard.takes_file && form.is_some_and(upload::is_upload) {
        return upload::admit(parts, body, |token| {
            same(token.as_bytes(), visitor.csrf.as_bytes())
        })
        .await;
    }
    if !form.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return Err(AppError::Csrf);
    }
    let bytes = tokio::time::timeout(BODY_PATIENCE, to_bytes(body, BODY_LIMIT))
        .await
        .map_err(|_| AppError::Invalid(Message::new("error-form")))?
        .map_err(|_| AppError::TooLarge)?;
    let token = bytes
        .split(|byte| *byte == b'&')
        .find_map(|pair| pair.strip_prefix(b"_csrf="));
    if token.is_some_and(|token| same(token, visitor.csrf.as_bytes())) {
        Ok(Body::from(bytes))
    } else {
        Err(AppError::Csrf)
    }
}

/// What the path names, and the visitor's share in it.
async fn object(
    guard: &Guard,
    visitor: &mut Visitor,
    parts: &mut axum::http::request::Parts,
) -> Result<Object, AppError> {
    let (app, person) = (&guard.app, visitor.actor()?.person);
    let administrator = visitor.actor()?.roles.has(Role::Administrator);
    let Ok(params) = RawPathParams::from_request_parts(parts, &()).await else {
        return Ok(Object::Platform);
    };
    let find = |name: &str| {
        params
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    };
    let Some(exercise) = find("exercise") else {
        return Ok(Object::Platform);
    };
    let Ok(exercise) = exercise.parse::<ExerciseId>() else {
        return Ok(Object::Nothing);
    };
    let mut connection = app.db.connection().await?;
    let Some((province, own, trial)) =
        table::exercise_ownership(&mut connection, exercise, person).await?
    else {
        return Ok(Object::Nothing);
    };
    // A trial is its author's alone, and nothing is reported of it.
    let reported = matches!(guard.action, Action::ReadReport | Action::WriteReport);
    if trial && (reported || own.is_none() && !administrator) {
        return Ok(Object::Nothing);
    }
    visitor.team = own;
    let Some(team) = find("team") else {
        return Ok(Object::Exercise {
            province,
            member: own.is_some(),
        });
    };
    let Ok(team) = team.parse::<TeamId>() else {
        return Ok(Object::Nothing);
    };
    if !table::team_exists(&mut connection, exercise, team).await? {
        return Ok(Object::Nothing);
    }
    Ok(Object::Team {
        province,
        member: own == Some(team),
    })
}

async fn write_audit(
    guard: &Guard,
    visitor: &Visitor,
    path: &str,
    outcome: Outcome,
    status: StatusCode,
) {
    let actor = visitor.session.as_ref().map(|session| &session.actor);
    let action = guard.action.name();
    let detail = status.as_u16().to_string();
    let audit = Audit {
        province: actor.map(|actor| actor.province),
        account: actor.map(|actor| actor.account),
        action: &action,
        object: path,
        outcome,
        address: &visitor.address,
        detail: &detail,
    };
    if let Err(error) = guard.app.accounts.audit(audit).await {
        tracing::error!(%error, path, "the audit trail could not be written");
    }
}

fn to_sign_in(visitor: &Visitor) -> Response {
    if visitor.path == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let next: String = visitor.path.bytes().map(encode).collect();
    Redirect::to(&format!("/sign-in?next={next}")).into_response()
}

fn encode(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

fn with_cookies(response: Response, cookies: CookieJar) -> Response {
    (cookies, response).into_response()
}

fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Compares secrets without telling where they differ.
fn same(left: &[u8], right: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(left, right).is_ok()
}
