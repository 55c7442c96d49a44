//! The one table of routes: each with the action that [`crate::accounts::authorise`] judges. No route stands elsewhere.

use axum::{
    Router,
    handler::Handler,
    http::{Method, StatusCode},
    middleware::from_fn_with_state,
    routing::MethodRouter,
};

use super::{
    App, AppError, assets,
    guard::{Guard, guard},
    labs,
    pages::{account, home, preferences, sign_in},
    terminal,
};
use crate::accounts::Action;

/// One way in.
pub(super) struct Route {
    /// Which method.
    pub(super) method: Method,
    /// Which path; `{exercise}` and `{team}` are looked up by the guard.
    pub(super) path: &'static str,
    /// What it needs.
    pub(super) action: Action,
    handler: MethodRouter<App>,
}

/// All ways in.
pub(super) fn table() -> Vec<Route> {
    vec![
        get("/healthz", Action::Open, health),
        get("/assets/{*path}", Action::Open, assets::serve),
        get("/sign-in", Action::Open, sign_in::show),
        post("/sign-in", Action::Open, sign_in::sign_in),
        post("/sign-out", Action::UseOwnAccount, sign_in::sign_out),
        post("/preferences", Action::Open, preferences::change),
        get("/", Action::UseOwnAccount, home::show),
        get(
            "/exercises/{exercise}/teams/{team}/terminals",
            Action::EnterEnvironment,
            terminal::list,
        ),
        get(
            "/exercises/{exercise}/teams/{team}/nodes/{node}/terminal",
            Action::EnterEnvironment,
            terminal::open,
        ),
        get(
            "/exercises/{exercise}/teams/{team}/nodes/{node}/page",
            Action::EnterEnvironment,
            labs::open,
        ),
        get("/account", Action::UseOwnAccount, account::show),
        post(
            "/account/password",
            Action::UseOwnAccount,
            account::change_password,
        ),
    ]
}

/// The platform's router.
pub(super) fn router(app: &App) -> Router {
    let mut router = Router::new();
    for route in table() {
        let state = Guard {
            app: app.clone(),
            action: route.action,
        };
        router = router.route(
            route.path,
            route.handler.route_layer(from_fn_with_state(state, guard)),
        );
    }
    let nowhere = Guard {
        app: app.clone(),
        action: Action::Open,
    };
    router
        .fallback_service(
            Router::new()
                .fallback(|| async { AppError::NotFound })
                .layer(from_fn_with_state(nowhere, guard)),
        )
        .with_state(app.clone())
}

fn get<H: Handler<T, App>, T: 'static>(path: &'static str, action: Action, handler: H) -> Route {
    Route {
        method: Method::GET,
        path,
        action,
        handler: axum::routing::get(handler),
    }
}

fn post<H: Handler<T, App>, T: 'static>(path: &'static str, action: Action, handler: H) -> Route {
    Route {
        method: Method::POST,
        path,
        action,
        handler: axum::routing::post(handler),
    }
}

/// Answers while the server and its database do.
async fn health(
    axum::extract::State(app): axum::extract::State<App>,
) -> Result<&'static str, StatusCode> {
    app.db
        .connection()
        .await
        .map(|_| "ok\n")
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}
