//! Opening a terminal in a node: an exec with a terminal, its connection taken over.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use async_trait::async_trait;
use bollard::exec::{CreateExecOptions, ResizeExecOptions};
use tokio::io::{AsyncRead, ReadBuf};

use crate::{
    environments::{
        engine::{AttachRequest, Attached, NodeRef, TerminalControl},
        failure::EngineError,
        progress::Stage,
    },
    scenarios::NodeId,
};

use super::{
    connection::{Connection, refused, status},
    exec,
};

/// The engine takes this for a wish to detach, and keeps each key of it back until the next shows what was meant. Its usual
/// one begins with Ctrl+P, which shells and editors know; this one begins with a key that next to nothing does, and
/// nobody types the whole.
const DETACH_KEYS: &str = "ctrl-^,ctrl-@,ctrl-^,ctrl-@,ctrl-^";

/// Sizes beyond these are refused by no engine and help nobody.
const SIZES: std::ops::RangeInclusive<u16> = 1..=1000;

/// Opens a terminal.
pub(super) async fn open(
    connection: Arc<Connection>,
    node: &NodeRef,
    request: AttachRequest,
) -> Result<Attached, EngineError> {
    let docker = connection.client().await?;
    let options = CreateExecOptions {
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        tty: Some(true),
        cmd: Some(request.argv),
        env: Some(request.env),
        user: request.user,
        working_dir: request.workdir,
        detach_keys: Some(DETACH_KEYS.to_owned()),
        ..CreateExecOptions::default()
    };
    let id = exec::create(&docker, node, options).await?;
    let hijacked = connection.hijack(&id).await?;
    let control = Control {
        connection,
        id,
        node: node.node.clone(),
    };
    // The process may not have its terminal yet; the size is set again when it first prints.
    control.resize(request.columns, request.rows).await?;
    let again = control.clone();
    let (columns, rows) = (request.columns, request.rows);
    let reader = FirstOutput {
        inner: hijacked.reader,
        resize: Some(Box::pin(async move {
            let _ = again.resize(columns, rows).await;
        })),
        seen: false,
    };
    Ok(Attached {
        reader: Box::new(reader),
        writer: hijacked.writer,
        control: Box::new(control),
    })
}

#[derive(Clone)]
struct Control {
    connection: Arc<Connection>,
    id: String,
    node: NodeId,
}

#[async_trait]
impl TerminalControl for Control {
    async fn resize(&self, columns: u16, rows: u16) -> Result<(), EngineError> {
        let size = ResizeExecOptions {
            width: columns.clamp(*SIZES.start(), *SIZES.end()),
            height: rows.clamp(*SIZES.start(), *SIZES.end()),
        };
        let docker = self.connection.client().await?;
        match docker.resize_exec(&self.id, size).await {
            Ok(()) => Ok(()),
            // Not started yet, or ended.
            Err(error) if status(&error).is_some() => Ok(()),
            Err(error) => Err(refused(error, Stage::Ready, Some(&self.node))),
        }
    }

    async fn exit_code(&self) -> Result<Option<i64>, EngineError> {
        let docker = self.connection.client().await?;
        let found = docker
            .inspect_exec(&self.id)
            .await
            .map_err(|error| refused(error, Stage::Ready, Some(&self.node)))?;
        Ok(if found.running == Some(true) {
            None
        } else {
            found.exit_code
        })
    }
}

/// A terminal's output that sets the size once more when the first bytes come.
struct FirstOutput {
    inner: Box<dyn AsyncRead + Send + Unpin>,
    resize: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    seen: bool,
}

impl AsyncRead for FirstOutput {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.inner).poll_read(cx, buffer);
        self.seen |= buffer.filled().len() > before;
        if self.seen
            && let Some(resize) = &mut self.resize
            && resize.as_mut().poll(cx).is_ready()
        {
            self.resize = None;
        }
        outcome
    }
}
