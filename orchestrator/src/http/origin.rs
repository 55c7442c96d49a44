//! Where a request comes from: only the platform's own pages may change something or open a socket.
//!
//! A browser sends `Origin` with every WebSocket and every unsafe request; a cookie alone proves nothing.

use axum::http::{HeaderMap, header};

use crate::config::Config;

/// Whether the request's `Origin` is the platform's own. A missing one counts as foreign.
#[must_use]
pub fn is_own(headers: &HeaderMap, config: &Config) -> bool {
    let Some(origin) = headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok())
    else {
        return false;
    };
    origin == config.public_url || (!config.secure() && is_loopback(origin, headers))
}

/// Whether an unsafe request may come from where it does: `Origin` where there is one, else `Sec-Fetch-Site`.
#[must_use]
pub fn may_change(headers: &HeaderMap, config: &Config) -> bool {
    if headers.contains_key(header::ORIGIN) {
        return is_own(headers, config);
    }
    headers
        .get("sec-fetch-site")
        .and_then(|site| site.to_str().ok())
        .is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// Whether people can sign in at the address that they opened: the server's own, or this very machine on plain http.
#[must_use]
pub fn is_address(headers: &HeaderMap, config: &Config) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let own = config
        .public_url
        .split_once("://")
        .is_some_and(|(_, own)| own == host);
    own || (!config.secure() && is_loopback(&format!("http://{host}"), headers))
}

/// On plain http the same server is also reached as 127.0.0.1 or through another port forwarded to it: the origin must
/// then name exactly the host that was asked, and that host must be this machine.
fn is_loopback(origin: &str, headers: &HeaderMap) -> bool {
    let Some(host) = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
    else {
        return false;
    };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
        && origin.strip_prefix("http://") == Some(host)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(origin: &'static str, host: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        headers.insert(header::HOST, HeaderValue::from_static(host));
        headers
    }

    #[test]
    fn only_the_platforms_own_pages() {
        let config = Config::default();
        assert!(is_own(
            &headers("http://localhost:8080", "localhost:8080"),
            &config
        ));
        assert!(is_own(
            &headers("http://127.0.0.1:9000", "127.0.0.1:9000"),
            &config
        ));
        assert!(!is_own(
            &headers("http://x.labs.localhost:8080", "localhost:8080"),
            &config
        ));
        assert!(!is_own(
            &headers("http://evil.example", "evil.example"),
            &config
        ));
        assert!(!is_own(&headers("null", "localhost:8080"), &config));
        assert!(!is_own(&HeaderMap::new(), &config));
    }

    #[test]
    fn people_sign_in_at_the_servers_own_address() {
        let config = Config::default();
        let at = |host| is_address(&headers("null", host), &config);
        assert!(at("localhost:8080") && at("127.0.0.1:9000"));
        assert!(!at("192.168.1.5:8080") && !at("range.example"));
        let behind_tls = Config {
            public_url: "https://range.example".to_owned(),
            ..Config::default()
        };
        assert!(is_address(&headers("null", "range.example"), &behind_tls));
        assert!(!is_address(&headers("null", "localhost:8080"), &behind_tls));
    }

    #[test]
    fn a_form_from_another_site_changes_nothing() {
        let config = Config::default();
        assert!(!may_change(
            &headers("http://x.labs.localhost:8080", "localhost:8080"),
            &config
        ));
        assert!(may_change(&HeaderMap::new(), &config));
    }
}
