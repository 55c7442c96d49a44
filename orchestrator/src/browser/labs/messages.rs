//! What a lab host says where it has no page to show: plain, in the reader's language, without anything from elsewhere.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::{Response, StatusCode, header, header::HeaderValue};
use tracing::error;

use crate::locales::{self, Locale};

use super::{Body, Refusal};

/// No body.
pub(super) fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// The page that says why there is none, and what to do.
pub(super) fn page(refusal: &Refusal, locale: Locale) -> Response<Body> {
    let (status, id, node) = match refusal {
        Refusal::Forbidden => (StatusCode::FORBIDDEN, "lab-page-forbidden", ""),
        Refusal::NoCookies => (StatusCode::FORBIDDEN, "lab-page-cookies", ""),
        Refusal::Over => (StatusCode::NOT_FOUND, "lab-page-over", ""),
        Refusal::Silent(node) => (StatusCode::BAD_GATEWAY, "lab-page-not-ready", node.as_str()),
        Refusal::TooLarge(node) => (StatusCode::BAD_GATEWAY, "lab-page-too-large", node.as_str()),
        Refusal::ServiceWorker => (StatusCode::FORBIDDEN, "lab-page-refused", ""),
        Refusal::Method => (StatusCode::METHOD_NOT_ALLOWED, "lab-page-forbidden", ""),
        Refusal::Failed(cause) => {
            error!(error = %cause, "a lab page could not be looked up");
            (StatusCode::SERVICE_UNAVAILABLE, "error-unexpected", "")
        }
    };
    let title = locales::text(locale, "lab-page-missing-title", &[]);
    let text = locales::text(locale, id, &[("node", node.into())]);
    let body = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>body{{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem;\
         color-scheme:light dark}}</style><h1>{title}</h1><p>{}</p></html>",
        locale.tag(),
        escape(&text),
    );
    let mut response = Response::new(
        Full::new(Bytes::from(body))
            .map_err(|never| match never {})
            .boxed_unsync(),
    );
    *response.status_mut() = status;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
