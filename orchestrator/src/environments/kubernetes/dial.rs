//! Connecting to a machine's port through the API.
//!
//! A forwarded connection opens whether or not anything listens; that nothing does is told a moment later. So the first
//! connection to a port waits for that moment, and those soon after it do not.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use k8s_openapi::api::core::v1::Pod;
use kube::{Api, Client, api::Portforwarder};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    time::timeout,
};

use crate::environments::{
    engine::{NodeRef, NodeState, Stream},
    failure::EngineError,
    progress::Stage,
};

use super::{connection::refused, objects, observe};

/// How long opening a connection may take.
const OPENING: Duration = Duration::from_secs(10);
/// How long a refusal may take to be told.
const MOMENT: Duration = Duration::from_millis(300);
/// How long a port that answered is taken to answer.
const BELIEVED: Duration = Duration::from_secs(5);

/// The ports that answered lately.
#[derive(Default)]
pub(super) struct Dialled(Mutex<HashMap<(NodeRef, u16), Instant>>);

impl Dialled {
    /// Connects to `port` of `node`.
    pub async fn dial(
        &self,
        client: &Client,
        node: &NodeRef,
        port: u16,
    ) -> Result<Box<dyn Stream>, EngineError> {
        let api: Api<Pod> = Api::namespaced(client.clone(), &objects::namespace(node.environment));
        let nothing = |detail: String| EngineError::Refused {
            stage: Stage::Ready,
            node: Some(node.node.clone()),
            detail,
        };
        let ports = [port];
        let opening = api.portforward(node.node.as_str(), &ports);
        let Ok(opened) = timeout(OPENING, opening).await else {
            return Err(EngineError::Away(
                "a port was not reached in time".to_owned(),
            ));
        };
        let mut forwarder = match opened {
            Ok(forwarder) => forwarder,
            Err(error) => {
                let pod = observe::pod(client, node).await?;
                return Err(if observe::state(&pod) == NodeState::Running {
                    refused(error, Stage::Ready, Some(&node.node))
                } else {
                    EngineError::NoSuchNode(node.node.clone())
                });
            }
        };
        let (Some(stream), Some(failure)) =
            (forwarder.take_stream(port), forwarder.take_error(port))
        else {
            return Err(nothing("the connection was not opened".to_owned()));
        };
        if !self.answered(node, port) {
            match timeout(MOMENT, failure).await {
                Ok(said) => {
                    let said = said.unwrap_or_else(|| "the connection was closed".to_owned());
                    return Err(nothing(said.trim().to_owned()));
                }
                Err(_) => self.remember(node, port),
            }
        }
        Ok(Box::new(Forwarded {
            stream,
            _forwarder: Closing(forwarder),
        }))
    }

    fn answered(&self, node: &NodeRef, port: u16) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, at| at.elapsed() < BELIEVED);
        known.contains_key(&(node.clone(), port))
    }

    fn remember(&self, node: &NodeRef, port: u16) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((node.clone(), port), Instant::now());
    }
}

/// A forwarded connection; it ends with this value.
struct Forwarded {
    stream: DuplexStream,
    _forwarder: Closing,
}

struct Closing(Portforwarder);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl AsyncRead for Forwarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Forwarded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
