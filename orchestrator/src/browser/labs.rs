//! Lab pages: what a node serves over HTTP, shown on a host name of its own and never on the platform's.
//!
//! Each node in each life of an environment gets a random label under the labs' domain. A member opens it with a ticket
//! that serves once; the host then keeps a pass in a cookie of its own. Every request and every upgraded connection is
//! checked again: whether the pass is good, whether its holder still belongs here, whether the environment still is the
//! one that the label meant. A request reaches the node through the engine, on the port that the scenario declares, and
//! nothing else: no address comes from the request.
//!
//! The page behind is hostile. It gets none of the platform's cookies, may set none that reach beyond its own host, may
//! neither register a service worker nor frame or be framed by another origin.

mod headers;
mod messages;
mod proxy;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::{HeaderMap, Method, Request, Response, StatusCode, header, http::request::Parts};
use sha2::{Digest as _, Sha256};

use crate::{
    clock::Clock,
    environments::engine::NodeRef,
    locales::Locale,
    random::{Random, bytes},
    store::{self, Database, StoreError, labs::LabHost},
    tasks::Tasks,
};

use super::nodes::Nodes;

/// How long a ticket waits for its one use.
const TICKET_TERM: Duration = Duration::from_mins(1);

/// How long a pass lasts: longer than any drill's day; the checks end it sooner.
const PASS_TERM: Duration = Duration::from_hours(14);

/// How often an upgraded connection is checked again.
const CHECK_EVERY: Duration = Duration::from_secs(3);

/// Path under which a host takes tickets.
const TICKET_PATH: &str = "/_ticket";

/// A body on its way through.
pub type Body = UnsyncBoxBody<Bytes, Error>;

/// What can go wrong with a body on its way.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Why a ticket was not made.
#[derive(Debug, thiserror::Error)]
pub enum LabsError {
    /// The database.
    #[error("the lab page was not noted")]
    Store(#[from] StoreError),
}

/// What is known of whoever holds a pass, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// May look: this port of this node.
    Admitted(Door),
    /// May not look, or no longer.
    Refused,
    /// The environment is no longer the one that the host meant.
    Over,
}

/// A node's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// The machine.
    pub node: NodeRef,
    /// Its port, as the scenario declares it.
    pub port: u16,
}

/// Knows who belongs where; implemented by whoever stands above exercises.
#[async_trait]
pub trait Gate: Send + Sync {
    /// Whether `holder` (what identifies a session, as given with the ticket) may look at `host` now.
    async fn admit(&self, host: &LabHost, holder: &str) -> Admission;
}

/// What lab pages stand on.
pub struct Foundation {
    /// The way into nodes.
    pub nodes: Arc<dyn Nodes>,
    /// Who belongs where.
    pub gate: Arc<dyn Gate>,
    /// Hosts, tickets, passes.
    pub database: Database,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub random: Arc<dyn Random>,
    /// Tracks connections.
    pub tasks: Tasks,
    /// Domain under which hosts appear.
    pub domain: String,
    /// The platform's address, of which scheme and port are taken.
    pub public_url: String,
}

/// Serves lab pages.
pub struct Labs {
    foundation: Foundation,
    secure: bool,
    /// `:8080`, or nothing where the port is the scheme's own.
    port: String,
}

impl Labs {
    /// Lab pages beside the platform at `public_url`.
    #[must_use]
    pub fn new(foundation: Foundation) -> Arc<Self> {
        let (scheme, rest) = foundation
            .public_url
            .split_once("://")
            .unwrap_or(("http", &foundation.public_url));
        let authority = rest.split('/').next().unwrap_or_default();
        let port = authority
            .rsplit_once(':')
            .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
            .map_or_else(String::new, |(_, port)| format!(":{port}"));
        Arc::new(Self {
            secure: scheme == "https",
            port,
            foundation,
        })
    }

    /// The address that opens a node's page once, within a minute. `host` says where; its token is chosen here.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn ticket(&self, host: LabHost, holder: &str) -> Result<String, LabsError> {
        let parts = &self.foundation;
        let now = parts.clock.now();
        let host = LabHost {
            token: hex::encode(bytes::<16>(parts.random.as_ref())),
            ..host
        };
        let ticket = hex::encode(bytes::<32>(parts.random.as_ref()));
        let mut connection = parts.database.connection().await?;
        store::labs::forget_expired(&mut connection, now).await?;
        let host = store::labs::find_or_insert_host(&mut connection, &host, now).await?;
        let until = now + TICKET_TERM;
        store::labs::insert_ticket(
            &mut connection,
            &digest(&ticket),
            &host.token,
            holder,
            until,
        )
        .await?;
        Ok(format!(
            "{}{TICKET_PATH}?t={ticket}",
            self.origin(&host.token)
        ))
    }

    /// Answers a request for a lab host. The body streams both ways.
    pub async fn serve<B>(self: &Arc<Self>, request: Request<B>) -> Response<Body>
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Error>,
    {
        let (head, body) = request.into_parts();
        let locale = locale_of(&head.headers);
        match self.answer(head, body).await {
            Ok(response) => response,
            Err(refusal) => messages::page(&refusal, locale),
        }
    }

    async fn answer<B>(self: &Arc<Self>, head: Parts, body: B) -> Result<Response<Body>, Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Error>,
    {
        let token = self.token_of(&head).ok_or(Refusal::Over)?;
        let mut connection = self.foundation.database.connection().await?;
        let host = store::labs::find_host(&mut connection, &token)
            .await?
            .ok_or(Refusal::Over)?;
        if head.uri.path() == TICKET_PATH {
            return self.redeem(&mut connection, &head, &host).await;
        }
        let holder = self.holder(&mut connection, &head, &host).await?;
        drop(connection);
        if head.headers.contains_key("service-worker") {
            return Err(Refusal::ServiceWorker);
        }
        if headers::is_from_elsewhere(&head.headers, &self.origin(&token)) {
            return Err(Refusal::Forbidden);
        }
        if matches!(head.method, Method::CONNECT | Method::TRACE) {
            return Err(Refusal::Method);
        }
        let door = self.admit(&host, &holder).await?;
        let pass = proxy::Pass {
            labs: Arc::clone(self),
            host,
            holder,
            door,
        };
        proxy::forward(pass, Request::from_parts(head, body)).await
    }

    async fn admit(&self, host: &LabHost, holder: &str) -> Result<Door, Refusal> {
        match self.foundation.gate.admit(host, holder).await {
            Admission::Admitted(door) => Ok(door),
            Admission::Refused => Err(Refusal::Forbidden),
            Admission::Over => Err(Refusal::Over),
        }
    }

    /// Changes a ticket for a pass; then, at the same path without a ticket, sees whether the browser kept it.
    async fn redeem(
        &self,
        connection: &mut store::Connection,
        head: &Parts,
        host: &LabHost,
    ) -> Result<Response<Body>, Refusal> {
        let query = head.uri.query().unwrap_or_default();
        let Some(ticket) = query.split('&').find_map(|pair| pair.strip_prefix("t=")) else {
            return match self.holder(connection, head, host).await {
                Ok(_) => Ok(redirect("/", None)),
                Err(Refusal::Forbidden) => Err(Refusal::NoCookies),
                Err(refusal) => Err(refusal),
            };
        };
        let now = self.foundation.clock.now();
        let holder =
            store::labs::take_ticket(connection, &digest(ticket), &host.token, now).await?;
        let holder = holder.ok_or(Refusal::Forbidden)?;
        let pass = hex::encode(bytes::<32>(self.foundation.random.as_ref()));
        let until = now + PASS_TERM;
        store::labs::insert_pass(connection, &digest(&pass), &host.token, &holder, until).await?;
        let name = headers::pass_name(self.secure);
        let secure = if self.secure { "; Secure" } else { "" };
        let seconds = PASS_TERM.as_secs();
        let cookie =
            format!("{name}={pass}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        Ok(redirect(TICKET_PATH, Some(&cookie)))
    }

    /// Whose pass the request carries. Another lab page can toss cookies of the same name at this host: any good one
    /// of them counts.
    async fn holder(
        &self,
        connection: &mut store::Connection,
        head: &Parts,
        host: &LabHost,
    ) -> Result<String, Refusal> {
        let now = self.foundation.clock.now();
        let name = headers::pass_name(self.secure);
        for pass in headers::cookies(&head.headers, name).take(4) {
            let found = store::labs::find_pass(connection, &digest(pass), &host.token, now).await?;
            if let Some(holder) = found {
                return Ok(holder);
            }
        }
        Err(Refusal::Forbidden)
    }

    /// The label of the host that was asked for, where it can be one of ours.
    fn token_of(&self, head: &Parts) -> Option<String> {
        let named = head
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let host = named.or_else(|| head.uri.host())?.to_ascii_lowercase();
        let name = host
            .rsplit_once(':')
            .map_or(host.as_str(), |(name, _)| name);
        let token = name
            .trim_end_matches('.')
            .strip_suffix(&self.foundation.domain)?;
        let token = token.strip_suffix('.')?;
        let ours = token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        ours.then(|| token.to_owned())
    }

    fn origin(&self, token: &str) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{token}.{}{}", self.foundation.domain, self.port)
    }
}

/// Why there is no lab page.
#[derive(Debug)]
enum Refusal {
    /// No pass, or none that is good here now.
    Forbidden,
    /// The browser did not keep the pass.
    NoCookies,
    /// The environment is gone.
    Over,
    /// The node does not answer.
    Silent(String),
    /// The node's answer cannot be passed on.
    TooLarge(String),
    /// A service worker would outlive the lab.
    ServiceWorker,
    /// A method that a lab page has no use for.
    Method,
    /// The platform itself fails.
    Failed(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

fn redirect(to: &str, cookie: Option<&str>) -> Response<Body> {
    let mut response = Response::new(messages::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let fields = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = value.parse() {
            fields.insert(name, value);
        }
    };
    set(header::LOCATION, to);
    set(header::CACHE_CONTROL, "no-store");
    set(header::REFERRER_POLICY, "no-referrer");
    if let Some(cookie) = cookie {
        set(header::SET_COOKIE, cookie);
    }
    response
}

fn locale_of(headers: &HeaderMap) -> Locale {
    let header = headers.get(header::ACCEPT_LANGUAGE);
    header
        .and_then(|header| header.to_str().ok())
        .map_or_else(Locale::default, Locale::from_accept_language)
}

/// Secrets are kept as digests: who reads the database cannot use them.
fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}
