//! One request, through the engine to a node's port and back: streamed, upgraded where both sides want it.
//!
//! A connection serves one request. That costs a dial and spares the question whose connection it was; a node cannot
//! then answer one person's request with what it kept from another's.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::{
    Request, Response, StatusCode, Uri, Version,
    body::Incoming,
    client::conn::http1,
    header::{self, HeaderValue},
    upgrade::Upgraded,
};
use hyper_util::rt::TokioIo;
use tokio::time::{sleep, timeout};
use tracing::debug;

use crate::store::labs::LabHost;

use super::{Body, CHECK_EVERY, Door, Error, Labs, Refusal, headers, messages};

/// How long a node may take to accept a connection.
const DIAL_LIMIT: Duration = Duration::from_secs(5);

/// How long a node may take to begin its answer.
const ANSWER_LIMIT: Duration = Duration::from_mins(1);

/// The largest head that is read from a node, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;

/// The most fields of a head that is read from a node.
const MOST_FIELDS: usize = 100;

/// A request that was admitted.
pub(super) struct Pass {
    pub(super) labs: Arc<Labs>,
    pub(super) host: LabHost,
    pub(super) holder: String,
    pub(super) door: Door,
}

/// Passes a request on and its answer back.
pub(super) async fn forward<B>(
    pass: Pass,
    mut request: Request<B>,
) -> Result<Response<Body>, Refusal>
where
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Error>,
{
    let name = pass.host.node.clone();
    let silent = || Refusal::Silent(name.clone());
    let upgrade = headers::upgrade(request.headers());
    let browser = upgrade.is_some().then(|| hyper::upgrade::on(&mut request));
    let request = outgoing(request, upgrade.clone());
    let nodes = &pass.labs.foundation.nodes;
    let stream = timeout(DIAL_LIMIT, nodes.dial(&pass.door.node, pass.door.port))
        .await
        .map_err(|_| silent())?
        .map_err(|error| {
            debug!(node = %pass.host.node, %error, "a lab page does not answer");
            silent()
        })?;
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(LARGEST_HEAD)
        .max_headers(MOST_FIELDS)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| silent())?;
    let stop = pass.labs.foundation.tasks.token();
    pass.labs.foundation.tasks.spawn("lab page", async move {
        tokio::select! {
            served = connection.with_upgrades() => if let Err(error) = served {
                debug!(%error, "a lab page's connection broke");
            },
            () = stop.cancelled() => {}
        }
    });
    let mut response = timeout(ANSWER_LIMIT, sender.send_request(request))
        .await
        .map_err(|_| silent())?
        .map_err(|error| {
            if error.is_parse() {
                Refusal::TooLarge(name.clone())
            } else {
                silent()
            }
        })?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let Some((browser, protocol)) = browser.zip(upgrade) else {
            return Err(silent());
        };
        let node = hyper::upgrade::on(&mut response);
        let tasks = pass.labs.foundation.tasks.clone();
        let answer = switched(&mut response, &pass, &protocol);
        tasks.spawn("lab page upgrade", join(pass, browser, node));
        return Ok(answer);
    }
    let origin = pass.labs.origin(&pass.host.token);
    headers::clean_response(response.headers_mut(), &origin, &pass.host.node);
    Ok(response.map(|body: Incoming| body.map_err(Into::into).boxed_unsync()))
}

/// The request as the node gets it: its path alone, over a connection of its own.
fn outgoing<B>(request: Request<B>, upgrade: Option<HeaderValue>) -> Request<Body>
where
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Error>,
{
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let path = path.parse().unwrap_or_else(|_| Uri::from_static("/"));
    if let Some(authority) = parts.uri.authority()
        && !parts.headers.contains_key(header::HOST)
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        parts.headers.insert(header::HOST, host);
    }
    parts.uri = path;
    parts.version = Version::HTTP_11;
    headers::clean_request(&mut parts.headers);
    if let Some(protocol) = upgrade {
        parts
            .headers
            .insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        parts.headers.insert(header::UPGRADE, protocol);
    }
    Request::from_parts(parts, body.map_err(Into::into).boxed_unsync())
}

fn switched(
    response: &mut Response<Incoming>,
    pass: &Pass,
    protocol: &HeaderValue,
) -> Response<Body> {
    let mut answer = Response::new(messages::empty());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    let origin = pass.labs.origin(&pass.host.token);
    headers::clean_response(answer.headers_mut(), &origin, &pass.host.node);
    answer
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    answer
        .headers_mut()
        .insert(header::UPGRADE, protocol.clone());
    answer
}

/// Carries an upgraded connection until one side ends it, or until its holder may no longer have it.
async fn join(
    pass: Pass,
    browser: impl Future<Output = hyper::Result<Upgraded>>,
    node: impl Future<Output = hyper::Result<Upgraded>>,
) {
    let Ok((browser, node)) = tokio::try_join!(browser, node) else {
        return;
    };
    let (mut browser, mut node) = (TokioIo::new(browser), TokioIo::new(node));
    let stop = pass.labs.foundation.tasks.token();
    let allowed = async {
        while pass.labs.admit(&pass.host, &pass.holder).await.is_ok() {
            sleep(CHECK_EVERY).await;
        }
    };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut browser, &mut node) => {}
        () = allowed => {}
        () = stop.cancelled() => {}
    }
}
