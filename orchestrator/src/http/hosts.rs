//! Which host name leads where: the platform's own, or a lab page's (`<token>.<labs domain>`).
//!
//! The two share a listener and nothing else: a request for a lab host never sees the platform's router, cookies or
//! pages, whatever path it names.

use axum::{
    Router,
    extract::{Request, State},
    http::header,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use tower::ServiceExt as _;

use super::{App, labs};

#[derive(Clone)]
struct Split {
    app: App,
    labs: Router,
}

/// Puts lab pages beside the platform.
pub(super) fn split(app: &App, platform: Router) -> Router {
    let labs = labs::router(app);
    platform.layer(from_fn_with_state(
        Split {
            app: app.clone(),
            labs,
        },
        dispatch,
    ))
}

async fn dispatch(State(split): State<Split>, request: Request, next: Next) -> Response {
    if is_lab_host(&host(&request), &split.app.config.labs_domain) {
        return split
            .labs
            .oneshot(request)
            .await
            .unwrap_or_else(|never| match never {})
            .into_response();
    }
    next.run(request).await
}

fn host(request: &Request) -> String {
    let header = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    header
        .or_else(|| request.uri().host())
        .unwrap_or_default()
        .to_owned()
}

/// Whether `host` (with or without port) lies under the labs' domain.
fn is_lab_host(host: &str, labs_domain: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, _)| name)
        .trim_end_matches('.')
        .to_ascii_lowercase();
    name.strip_suffix(labs_domain)
        .is_some_and(|rest| rest.ends_with('.') || rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_under_the_labs_domain_are_labs() {
        assert!(is_lab_host("abc.labs.localhost:8080", "labs.localhost"));
        assert!(is_lab_host("ABC.Labs.Localhost.", "labs.localhost"));
        assert!(is_lab_host("labs.localhost", "labs.localhost"));
        assert!(!is_lab_host("localhost:8080", "labs.localhost"));
        assert!(!is_lab_host("evillabs.localhost", "labs.localhost"));
    }
}
