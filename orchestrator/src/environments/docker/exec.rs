//! Running a command in a node to its end.

use std::time::Duration;

use bollard::{
    Docker,
    container::LogOutput,
    exec::{CreateExecOptions, StartExecOptions, StartExecResults},
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::{io::AsyncWriteExt as _, time::sleep};

use crate::{
    environments::{
        commands,
        engine::{ExecOutput, ExecRequest, NodeRef},
        failure::EngineError,
        names,
        progress::Stage,
    },
    scenarios::NodeId,
};

use super::connection::{refused, status};

/// How often the exit code is asked for after the output has ended, and the pause between.
const CODE_QUESTIONS: u32 = 40;
const CODE_PAUSE: Duration = Duration::from_millis(25);

/// Runs `request` in `node`.
pub(super) async fn run(
    docker: &Docker,
    node: &NodeRef,
    request: ExecRequest,
) -> Result<ExecOutput, EngineError> {
    commands::run_in_time(node, request, Some("0"), |request| {
        plain(docker, node, request)
    })
    .await
}

async fn plain(
    docker: &Docker,
    node: &NodeRef,
    request: ExecRequest,
) -> Result<ExecOutput, EngineError> {
    let id = create(
        docker,
        node,
        CreateExecOptions {
            attach_stdin: Some(!request.stdin.is_empty()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            cmd: Some(request.argv),
            env: Some(request.env),
            user: request.user,
            working_dir: request.workdir,
            ..CreateExecOptions::default()
        },
    )
    .await?;
    let step = |error| refused(error, Stage::Ready, Some(&node.node));
    let started = docker
        .start_exec(&id, None::<StartExecOptions>)
        .await
        .map_err(step)?;
    let StartExecResults::Attached {
        mut output,
        mut input,
    } = started
    else {
        return Err(EngineError::NoSuchNode(node.node.clone()));
    };
    let stdin = request.stdin;
    let feed = async move {
        if !stdin.is_empty() {
            // A command may end without reading all that it is given.
            let _ = input.write_all(&stdin).await;
        }
        let _ = input.shutdown().await;
        // Kept open until the output has ended: closing both ways would cut the output off.
        std::future::pending::<()>().await;
    };
    let read = async {
        let mut kept = Kept {
            limit: request.output_limit,
            ..Kept::default()
        };
        while let Some(frame) = output.next().await {
            kept.take(frame.map_err(step)?);
        }
        Ok::<_, EngineError>(kept)
    };
    let kept = tokio::select! {
        kept = read => kept?,
        () = feed => Kept::default(),
    };
    let code = exit_code(docker, &id, &node.node).await?;
    Ok(ExecOutput {
        code,
        stdout: kept.stdout,
        stderr: kept.stderr,
        truncated: kept.truncated,
    })
}

/// Makes an exec; a node that does not run is told apart from an engine that refuses.
pub(super) async fn create(
    docker: &Docker,
    node: &NodeRef,
    options: CreateExecOptions<String>,
) -> Result<String, EngineError> {
    let container = names::container(node.environment, &node.node);
    match docker.create_exec(&container, options).await {
        Ok(made) => Ok(made.id),
        Err(error) if matches!(status(&error), Some(404 | 409)) => {
            Err(EngineError::NoSuchNode(node.node.clone()))
        }
        Err(error) => Err(refused(error, Stage::Ready, Some(&node.node))),
    }
}

async fn exit_code(docker: &Docker, id: &str, node: &NodeId) -> Result<i64, EngineError> {
    for _ in 0..CODE_QUESTIONS {
        let found = docker
            .inspect_exec(id)
            .await
            .map_err(|error| refused(error, Stage::Ready, Some(node)))?;
        if found.running != Some(true)
            && let Some(code) = found.exit_code
        {
            return Ok(code);
        }
        sleep(CODE_PAUSE).await;
    }
    // The output ended and the process did not: it closed its outputs itself and runs on. The caller's time limit is
    // the place to end it.
    std::future::pending().await
}

/// Output up to a limit; the rest is read and dropped, so that the command does not wait for ever.
#[derive(Default)]
struct Kept {
    limit: usize,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    truncated: bool,
}

impl Kept {
    fn take(&mut self, frame: LogOutput) {
        let (kept, message): (&mut Vec<u8>, Bytes) = match frame {
            LogOutput::StdErr { message } => (&mut self.stderr, message),
            LogOutput::StdOut { message } | LogOutput::Console { message } => {
                (&mut self.stdout, message)
            }
            LogOutput::StdIn { .. } => return,
        };
        self.truncated |= commands::keep(kept, self.limit, &message);
    }
}
