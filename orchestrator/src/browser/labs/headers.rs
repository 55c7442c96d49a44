//! What of a message's head goes through: nothing of the platform's to the node, nothing that reaches beyond its own
//! host back.

use hyper::{
    HeaderMap,
    header::{self, HeaderName, HeaderValue},
};

/// Fields that belong to one connection and not to the message.
const HOP_BY_HOP: [HeaderName; 7] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Fields of an answer that would take effect beyond the lab's host or beyond the lab's life.
const REACHING: [&str; 8] = [
    "alt-svc",
    "clear-site-data",
    "nel",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "strict-transport-security",
    "keep-alive",
];

/// Added to whatever policy the page brings: both then hold.
const FRAMING: HeaderValue = HeaderValue::from_static("frame-ancestors 'self'");

/// The cookie that keeps a lab host open.
pub(super) const fn pass_name(secure: bool) -> &'static str {
    if secure { "__Host-tt-lab" } else { "tt-lab" }
}

/// The values of a request's cookies of this name.
pub(super) fn cookies<'h>(headers: &'h HeaderMap, name: &'h str) -> impl Iterator<Item = &'h str> {
    pairs(headers)
        .filter(move |(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Whether another site's or another lab's page sent this, rather than a person who went there or the page itself.
pub(super) fn is_from_elsewhere(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let foreign = |name| text(name).is_some_and(|from| !from.eq_ignore_ascii_case(origin));
    let site = text("sec-fetch-site");
    let travels = text("sec-fetch-mode") == Some("navigate");
    let framed = matches!(
        text("sec-fetch-dest"),
        Some("iframe" | "frame" | "embed" | "object")
    );
    match site {
        Some("same-origin" | "none") => false,
        Some(_) => !travels || framed,
        None => headers.contains_key(header::UPGRADE) && foreign("origin"),
    }
}

/// The protocol that a message wants to go over to, where it does.
pub(super) fn upgrade(headers: &HeaderMap) -> Option<HeaderValue> {
    let connection = headers.get(header::CONNECTION)?.to_str().ok()?;
    let wanted = connection
        .split(',')
        .any(|word| word.trim().eq_ignore_ascii_case("upgrade"));
    headers.get(header::UPGRADE).filter(|_| wanted).cloned()
}

/// Makes a request's head fit for the node.
pub(super) fn clean_request(headers: &mut HeaderMap) {
    drop_hop_by_hop(headers);
    headers.remove("service-worker");
    let kept: Vec<String> = pairs(headers)
        .filter(|(name, _)| !is_platform_cookie(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    headers.remove(header::COOKIE);
    if let Ok(cookies) = HeaderValue::from_str(&kept.join("; "))
        && !kept.is_empty()
    {
        headers.insert(header::COOKIE, cookies);
    }
}

/// Makes an answer's head fit for the browser; `origin` is the lab host's, `node` the machine's name.
pub(super) fn clean_response(headers: &mut HeaderMap, origin: &str, node: &str) {
    drop_hop_by_hop(headers);
    for name in REACHING {
        headers.remove(name);
    }
    let cookies: Vec<HeaderValue> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(own_cookie)
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    for name in [header::LOCATION, header::CONTENT_LOCATION] {
        if let Some(there) = headers
            .get(&name)
            .and_then(|location| here(location, origin, node))
        {
            headers.insert(name, there);
        }
    }
    headers.append(header::CONTENT_SECURITY_POLICY, FRAMING);
    headers
        .entry(header::X_FRAME_OPTIONS)
        .or_insert(HeaderValue::from_static("SAMEORIGIN"));
}

fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.into_iter().chain(HOP_BY_HOP) {
        headers.remove(name);
    }
    headers.remove("keep-alive");
    headers.remove("proxy-connection");
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// All of the platform's cookies, the lab host's own pass included, begin alike.
fn is_platform_cookie(name: &str) -> bool {
    let name = name.trim();
    let bare = name
        .strip_prefix("__Host-")
        .or_else(|| name.strip_prefix("__Secure-"));
    let bare = bare.unwrap_or(name);
    bare == "tt" || bare.starts_with("tt-")
}

/// A cookie that stays on its host: without `Domain`, and not under a name of the platform's.
fn own_cookie(cookie: &HeaderValue) -> Option<HeaderValue> {
    let text = cookie.to_str().ok()?;
    let mut parts = text.split(';');
    let pair = parts.next()?;
    if is_platform_cookie(pair.split('=').next()?) {
        return None;
    }
    let attributes = parts.filter(|attribute| {
        let name = attribute.split('=').next().unwrap_or_default();
        !name.trim().eq_ignore_ascii_case("domain")
    });
    let kept: Vec<&str> = std::iter::once(pair).chain(attributes).collect();
    HeaderValue::from_str(&kept.join(";")).ok()
}

/// The same place on the lab's host, where a location names the node as the node itself knows it.
fn here(location: &HeaderValue, origin: &str, node: &str) -> Option<HeaderValue> {
    let uri: hyper::Uri = location.to_str().ok()?.parse().ok()?;
    let host = uri.host()?.trim_matches(['[', ']']);
    let own = host.eq_ignore_ascii_case(node)
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok()
        || origin.split("://").nth(1).is_some_and(|authority| {
            authority
                .split(':')
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(host))
        });
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    HeaderValue::from_str(path).ok().filter(|_| own)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "http://aa.labs.localhost:8080";

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn cleaned(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = headers(fields);
        clean_response(&mut headers, ORIGIN, "portal");
        headers
    }

    #[test]
    fn a_node_sees_no_cookie_of_the_platform() {
        let mut request = headers(&[
            ("cookie", "tt=secret; a=1; tt-lab=x; __Host-tt=y"),
            ("cookie", "b=2; __Host-tt-lab=z; tta=3"),
            ("connection", "keep-alive, x-secret"),
            ("x-secret", "1"),
            ("te", "trailers"),
        ]);
        clean_request(&mut request);
        assert_eq!(request.get("cookie").expect("cookies"), "a=1; b=2; tta=3");
        assert!(request.get("x-secret").is_none() && request.get("te").is_none());
        let mut only_ours = headers(&[("cookie", "tt=secret")]);
        clean_request(&mut only_ours);
        assert!(only_ours.get("cookie").is_none());
    }

    #[test]
    fn cookies_of_a_node_stay_on_its_host() {
        let answer = cleaned(&[
            ("set-cookie", "s=1; Domain=labs.localhost; Path=/"),
            ("set-cookie", "t=2; domain=localhost"),
            ("set-cookie", "tt=evil"),
            ("set-cookie", " tt-lab = evil"),
            ("set-cookie", "__Host-tt=evil; Path=/"),
        ]);
        let cookies: Vec<_> = answer.get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["s=1; Path=/", "t=2"]);
    }

    #[test]
    fn locations_of_the_node_are_here() {
        let location = |value| {
            let answer = cleaned(&[("location", value)]);
            answer
                .get("location")
                .expect("location")
                .to_str()
                .expect("text")
                .to_owned()
        };
        assert_eq!(location("http://portal/a?b=c"), "/a?b=c");
        assert_eq!(location("http://10.71.3.2:80/x"), "/x");
        assert_eq!(location("http://aa.labs.localhost:8080/y"), "/y");
        assert_eq!(location("/z"), "/z");
        assert_eq!(location("https://example.com/w"), "https://example.com/w");
    }

    #[test]
    fn an_answer_does_not_reach_beyond_its_host() {
        let answer = cleaned(&[
            ("clear-site-data", "\"cookies\""),
            ("strict-transport-security", "max-age=1"),
            ("service-worker-allowed", "/"),
            ("content-security-policy", "default-src 'self'"),
            ("x-frame-options", "DENY"),
        ]);
        assert!(REACHING.iter().all(|name| answer.get(*name).is_none()));
        assert_eq!(answer.get_all("content-security-policy").iter().count(), 2);
        assert_eq!(answer.get("x-frame-options").expect("framing"), "DENY");
    }

    #[test]
    fn only_the_page_itself_and_a_person_may_ask() {
        let from =
            |fields: &[(&'static str, &'static str)]| is_from_elsewhere(&headers(fields), ORIGIN);
        let page = ("sec-fetch-mode", "navigate");
        assert!(!from(&[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "cors")
        ]));
        assert!(!from(&[("sec-fetch-site", "cross-site"), page]));
        assert!(from(&[
            ("sec-fetch-site", "cross-site"),
            page,
            ("sec-fetch-dest", "iframe")
        ]));
        assert!(from(&[
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-mode", "no-cors")
        ]));
        assert!(from(&[
            ("upgrade", "websocket"),
            ("origin", "http://evil.example")
        ]));
        assert!(!from(&[("upgrade", "websocket"), ("origin", ORIGIN)]));
        assert!(!from(&[]));
    }

    #[test]
    fn an_upgrade_is_one_when_the_connection_says_so() {
        let asked = headers(&[
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "websocket"),
        ]);
        assert_eq!(upgrade(&asked).expect("upgrade"), "websocket");
        assert!(upgrade(&headers(&[("upgrade", "h2c")])).is_none());
    }
}
