//! One way in, and how it is written down in the table.

use axum::{extract::DefaultBodyLimit, handler::Handler, http::Method, routing::MethodRouter};

use super::super::{App, upload};
use crate::accounts::Action;

/// One way in.
pub(in crate::http) struct Route {
    /// Which method.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the walk over all routes asks for it")
    )]
    pub(in crate::http) method: Method,
    /// Which path; `{exercise}` and `{team}` are looked up by the guard.
    pub(in crate::http) path: &'static str,
    /// What it needs.
    pub(in crate::http) action: Action,
    /// Whether it takes a file.
    pub(super) takes_file: bool,
    pub(super) handler: MethodRouter<App>,
}

pub(super) fn get<H: Handler<T, App>, T: 'static>(
    path: &'static str,
    action: Action,
    handler: H,
) -> Route {
    Route {
        method: Method::GET,
        path,
        action,
        takes_file: false,
        handler: axum::routing::get(handler),
    }
}

pub(super) fn post<H: Handler<T, App>, T: 'static>(
    path: &'static str,
    action: Action,
    handler: H,
) -> Route {
    Route {
        method: Method::POST,
        path,
        action,
        takes_file: false,
        handler: axum::routing::post(handler),
    }
}

/// A form with a file, which is larger than others.
pub(super) fn with_file<H: Handler<T, App>, T: 'static>(
    path: &'static str,
    action: Action,
    handler: H,
) -> Route {
    let limit = DefaultBodyLimit::max(upload::UPLOAD_LIMIT);
    let route = post(path, action, handler);
    Route {
        handler: route.handler.layer(limit),
        takes_file: true,
        ..route
    }
}
