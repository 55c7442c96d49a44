//! The way to a Docker Engine: connecting when it is first needed, speaking the version that it speaks, and telling
//! "it does not answer" from "it refuses".

use std::{path::PathBuf, time::Duration};

use bollard::{API_DEFAULT_VERSION, Docker, errors::Error};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpStream, UnixStream},
    sync::Mutex,
    time::timeout,
};

use crate::{
    environments::{failure::EngineError, progress::Stage},
    scenarios::NodeId,
};

/// How long a request may take before the engine counts as away; starting a container on a busy machine takes seconds.
const REQUEST_SECONDS: u64 = 60;
/// How long asking for the version may take.
const HELLO: Duration = Duration::from_secs(5);
/// Where a Docker Engine listens unless told otherwise.
const USUAL_SOCKET: &str = "/var/run/docker.sock";
/// Most bytes of an answer's head; a longer one is no answer of an engine.
const HEAD_LIMIT: usize = 16 * 1024;

/// Where the engine listens.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Address {
    Unix(PathBuf),
    Tcp(String),
}

/// The way to one engine.
pub(super) struct Connection {
    address: Address,
    client: Mutex<Option<Docker>>,
}

/// Both halves of a connection that an exec took over.
pub(super) struct Hijacked {
    /// What the command writes.
    pub reader: Box<dyn AsyncRead + Send + Unpin>,
    /// What it reads.
    pub writer: Box<dyn AsyncWrite + Send + Unpin>,
}

impl Connection {
    /// A way to the engine at `place`: a socket's path, `unix://…` or `tcp://…`; empty means the one that `DOCKER_HOST`
    /// names, else the usual one.
    pub fn new(place: &str) -> Self {
        let named = std::env::var("DOCKER_HOST").unwrap_or_default();
        let place = if place.is_empty() { &named } else { place };
        let address = if let Some(host) = place
            .strip_prefix("tcp://")
            .or_else(|| place.strip_prefix("http://"))
        {
            Address::Tcp(host.trim_end_matches('/').to_owned())
        } else {
            let path = place.strip_prefix("unix://").unwrap_or(place);
            Address::Unix(PathBuf::from(if path.is_empty() {
                USUAL_SOCKET
            } else {
                path
            }))
        };
        Self {
            address,
            client: Mutex::new(None),
        }
    }

    /// The client, connected and agreed on a version.
    pub async fn client(&self) -> Result<Docker, EngineError> {
        let mut kept = self.client.lock().await;
        if let Some(client) = &*kept {
            return Ok(client.clone());
        }
        let client = match &self.address {
            Address::Unix(path) => Docker::connect_with_unix(
                &path.to_string_lossy(),
                REQUEST_SECONDS,
                API_DEFAULT_VERSION,
            ),
            Address::Tcp(host) => {
                Docker::connect_with_http(host, REQUEST_SECONDS, API_DEFAULT_VERSION)
            }
        }
        .map_err(|error| EngineError::Away(chain(&error)))?;
        let client = timeout(HELLO, client.negotiate_version())
            .await
            .map_err(|_| EngineError::Away("no answer to the question for its version".to_owned()))?
            .map_err(|error| EngineError::Away(chain(&error)))?;
        *kept = Some(client.clone());
        Ok(client)
    }

    /// Starts the exec `id` with a terminal and takes the connection over: bytes as they come. (The client library
    /// would look for frames in them, and a program could make it wait for ever by printing what looks like one.)
    pub async fn hijack(&self, id: &str) -> Result<Hijacked, EngineError> {
        let version = self.client().await?.client_version();
        let body = r#"{"Detach":false,"Tty":true}"#;
        let request = format!(
            "POST /v{}.{}/exec/{id}/start HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n\
             Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: {}\r\n\r\n{body}",
            version.major_version,
            version.minor_version,
            body.len()
        );
        let (reader, mut writer): (
            Box<dyn AsyncRead + Send + Unpin>,
            Box<dyn AsyncWrite + Send + Unpin>,
        ) = match &self.address {
            Address::Unix(path) => {
                let (reader, writer) = UnixStream::connect(path).await.map_err(away)?.into_split();
                (Box::new(reader), Box::new(writer))
            }
            Address::Tcp(host) => {
                let stream = TcpStream::connect(host).await.map_err(away)?;
                stream.set_nodelay(true).map_err(away)?;
                let (reader, writer) = stream.into_split();
                (Box::new(reader), Box::new(writer))
            }
        };
        writer.write_all(request.as_bytes()).await.map_err(away)?;
        let mut reader = BufReader::new(reader);
        let head = timeout(HELLO, read_head(&mut reader))
            .await
            .map_err(|_| EngineError::Away("no answer to the start of a terminal".to_owned()))?
            .map_err(away)?;
        let status = head.split_whitespace().nth(1).unwrap_or_default();
        if status != "101" && status != "200" {
            let detail = head.lines().next().unwrap_or_default().to_owned();
            return Err(EngineError::Refused {
                stage: Stage::Ready,
                node: None,
                detail,
            });
        }
        Ok(Hijacked {
            reader: Box::new(reader),
            writer,
        })
    }
}

async fn read_head(reader: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let before = head.len();
        reader.read_until(b'\n', &mut head).await?;
        if head.len() == before || head.len() > HEAD_LIMIT {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

#[expect(clippy::needless_pass_by_value, reason = "passed to map_err")]
fn away(error: std::io::Error) -> EngineError {
    EngineError::Away(error.to_string())
}

/// The HTTP status that the engine answered with, where it did.
pub(super) const fn status(error: &Error) -> Option<u16> {
    match error {
        Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// What an error means for `node` at `stage`.
#[expect(clippy::needless_pass_by_value, reason = "passed to map_err")]
pub(super) fn refused(error: Error, stage: Stage, node: Option<&NodeId>) -> EngineError {
    match &error {
        Error::DockerResponseServerError {
            status_code: 503,
            message,
        } => EngineError::Away(message.clone()),
        Error::DockerResponseServerError { message, .. } => EngineError::Refused {
            stage,
            node: node.cloned(),
            detail: message.clone(),
        },
        Error::DockerStreamError { error } => EngineError::Refused {
            stage,
            node: node.cloned(),
            detail: error.clone(),
        },
        other => EngineError::Away(chain(other)),
    }
}

/// The same for a question that is about no machine.
pub(super) fn unanswered(error: Error) -> EngineError {
    refused(error, Stage::Wanted, None)
}

/// An error with its causes: the client's own text leaves out what an administrator must know.
fn chain(error: &dyn std::error::Error) -> String {
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
