//! Opening a terminal in a machine.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use async_trait::async_trait;
use futures_util::{FutureExt as _, Sink, SinkExt as _, future::BoxFuture};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use kube::{
    Client,
    api::{AttachParams, AttachedProcess, TerminalSize},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::environments::{
    engine::{AttachRequest, Attached, NodeRef, TerminalControl},
    failure::EngineError,
    progress::Stage,
};

use super::{exec, objects::CONTAINER, observe};

/// Sizes beyond these are refused by no cluster and help nobody.
const SIZES: std::ops::RangeInclusive<u16> = 1..=1000;
/// Bytes on their way in and out.
const BUFFER: usize = 64 * 1024;
/// Exit code of a command that was never run, as shells tell it.
const NEVER_RUN: i64 = 126;

/// Opens a terminal.
pub(super) async fn open(
    client: &Client,
    node: &NodeRef,
    request: AttachRequest,
) -> Result<Attached, EngineError> {
    let argv = exec::enter(
        request.user.as_deref(),
        request.workdir.as_deref(),
        None,
        &request.env,
        &request.argv,
    );
    let parameters = AttachParams::interactive_tty()
        .container(CONTAINER)
        .max_stdin_buf_size(BUFFER)
        .max_stdout_buf_size(BUFFER);
    let mut process = exec::open(client, node, argv, &parameters).await?;
    let (Some(reader), Some(writer), Some(sizes), Some(ended)) = (
        process.stdout(),
        process.stdin(),
        process.terminal_size(),
        process.take_status(),
    ) else {
        return Err(EngineError::Refused {
            stage: Stage::Ready,
            node: Some(node.node.clone()),
            detail: "the connection has no terminal".to_owned(),
        });
    };
    let control = Control {
        sizes: tokio::sync::Mutex::new(Box::pin(sizes.sink_map_err(drop))),
        end: Mutex::new(End::Comes(ended.boxed())),
    };
    control.resize(request.columns, request.rows).await?;
    let process = Arc::new(process);
    Ok(Attached {
        reader: Box::new(Output {
            inner: reader,
            ended: Box::pin(observe::ended(client.clone(), node.clone())),
            _process: Arc::clone(&process),
        }),
        writer: Box::new(Input {
            inner: writer,
            _process: process,
        }),
        control: Box::new(control),
    })
}

/// What a terminal shows. It ends with its machine: not every cluster closes a terminal whose machine has gone.
struct Output<T> {
    inner: T,
    ended: BoxFuture<'static, ()>,
    _process: Arc<AttachedProcess>,
}

/// What is typed; the connection lives as long as either half does.
struct Input<T> {
    inner: T,
    _process: Arc<AttachedProcess>,
}

impl<T: AsyncRead + Unpin> AsyncRead for Output<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if let ready @ Poll::Ready(_) = Pin::new(&mut self.inner).poll_read(cx, buffer) {
            return ready;
        }
        self.ended.as_mut().poll(cx).map(Ok)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Input<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// The program's end: on its way, or known.
enum End {
    Comes(BoxFuture<'static, Option<Status>>),
    Known(Option<i64>),
}

/// Where new sizes go.
type Sizes = Pin<Box<dyn Sink<TerminalSize, Error = ()> + Send>>;

struct Control {
    sizes: tokio::sync::Mutex<Sizes>,
    end: Mutex<End>,
}

#[async_trait]
impl TerminalControl for Control {
    async fn resize(&self, columns: u16, rows: u16) -> Result<(), EngineError> {
        let size = TerminalSize {
            width: columns.clamp(*SIZES.start(), *SIZES.end()),
            height: rows.clamp(*SIZES.start(), *SIZES.end()),
        };
        // An ended terminal takes no size any more.
        let _ = self.sizes.lock().await.send(size).await;
        Ok(())
    }

    async fn exit_code(&self) -> Result<Option<i64>, EngineError> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        if let End::Comes(coming) = &mut *end
            && let Some(status) = coming.now_or_never()
        {
            let code = status.map(|status| exec::exit_code(&status).unwrap_or(NEVER_RUN));
            *end = End::Known(code);
        }
        match &*end {
            End::Comes(_) => Ok(None),
            End::Known(Some(code)) => Ok(Some(*code)),
            End::Known(None) => Err(EngineError::Away(
                "the terminal's connection broke".to_owned(),
            )),
        }
    }
}
