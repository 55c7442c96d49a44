//! The client: where the cluster is, what its errors mean, and patience with a server that says "too many requests".

use std::time::Duration;

use kube::{
    Client, Config, Error,
    client::{ClientBuilder, UpgradeConnectionError, retry::RetryPolicy},
    config::{KubeConfigOptions, Kubeconfig},
};
use tokio::sync::Mutex;
use tower::{buffer::BufferLayer, retry::RetryLayer};

use crate::{
    config,
    environments::{failure::EngineError, progress::Stage},
    scenarios::NodeId,
};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may take, and a connection that carries one be silent.
const ANSWER: Duration = Duration::from_secs(30);
/// A throttled or briefly unavailable server is asked again after this, doubling up to the second.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often; after that the engine counts as away.
const TRIES: u32 = 6;
/// Requests that may wait for their turn.
const WAITING: usize = 1024;

/// The clients, made when they are first needed: one for questions and answers, one for what stays open in silence.
pub(super) struct Connection {
    config: config::Kubernetes,
    clients: Mutex<Option<(Client, Client)>>,
}

impl Connection {
    pub fn new(config: &config::Kubernetes) -> Self {
        Self {
            config: config.clone(),
            clients: Mutex::new(None),
        }
    }

    /// The client for questions and answers.
    pub async fn client(&self) -> Result<Client, EngineError> {
        Ok(self.clients().await?.0)
    }

    /// The client for commands, terminals, ports and watches, which may be silent for long.
    pub async fn streams(&self) -> Result<Client, EngineError> {
        Ok(self.clients().await?.1)
    }

    async fn clients(&self) -> Result<(Client, Client), EngineError> {
        let mut known = self.clients.lock().await;
        if let Some(clients) = &*known {
            return Ok(clients.clone());
        }
        let away = |error: Problem| EngineError::Away(chain(error.as_ref()));
        let mut config = self.read().await.map_err(away)?;
        config.connect_timeout = Some(CONNECT);
        // Ours below: the client's own patience is minutes long, and an engine that is away shall be said to be.
        config.default_retry = false;
        let streams = connect(config.clone()).map_err(away)?;
        config.read_timeout = Some(ANSWER);
        config.reset_reader_on_write = true;
        let made = (connect(config).map_err(away)?, streams);
        *known = Some(made.clone());
        Ok(made)
    }

    async fn read(&self) -> Result<Config, Problem> {
        let options = KubeConfigOptions {
            context: Some(self.config.context.clone()).filter(|context| !context.is_empty()),
            ..KubeConfigOptions::default()
        };
        if !self.config.kubeconfig.is_empty() {
            let file = Kubeconfig::read_from(&self.config.kubeconfig)?;
            return Ok(Config::from_custom_kubeconfig(file, &options).await?);
        }
        if options.context.is_some() {
            return Ok(Config::from_kubeconfig(&options).await?);
        }
        Ok(Config::infer().await?)
    }
}

/// Anything that keeps a client from being made.
type Problem = Box<dyn std::error::Error + Send + Sync>;

fn connect(config: Config) -> Result<Client, Problem> {
    let patience = RetryPolicy::new(FIRST_PAUSE, LONGEST_PAUSE, TRIES, true)?;
    let client = ClientBuilder::try_from(config)?
        .with_layer(&BufferLayer::new(WAITING))
        .with_layer(&RetryLayer::new(patience))
        .build();
    Ok(client)
}

/// The HTTP status that the server answered with, where it did.
pub(super) fn status(error: &Error) -> Option<u16> {
    match error {
        Error::Api(status) => Some(status.code),
        Error::UpgradeConnection(UpgradeConnectionError::ProtocolSwitch(code)) => {
            Some(code.as_u16())
        }
        _ => None,
    }
}

/// Whether a quota counts too many of a kind.
pub(super) fn is_full(error: &Error) -> bool {
    matches!(error, Error::Api(status) if status.code == 403 && status.message.contains("exceeded quota"))
}

/// What an error means for `node` at `stage`.
pub(super) fn refused(error: Error, stage: Stage, node: Option<&NodeId>) -> EngineError {
    match error {
        Error::Api(status) if matches!(status.code, 429 | 502..=504) => {
            EngineError::Away(status.message)
        }
        Error::Api(status) => EngineError::Refused {
            stage,
            node: node.cloned(),
            detail: status.message,
        },
        other => EngineError::Away(chain(&other)),
    }
}

/// The same for a question that is about no machine.
pub(super) fn unanswered(error: Error) -> EngineError {
    refused(error, Stage::Wanted, None)
}

/// "Not found" is an answer, not an error.
pub(super) fn gone<T>(result: Result<T, Error>) -> Result<(), Error> {
    match result {
        Ok(_) => Ok(()),
        Err(error) if status(&error) == Some(404) => Ok(()),
        Err(error) => Err(error),
    }
}

/// An error with its causes: the client's own text leaves out what an administrator must know.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}
