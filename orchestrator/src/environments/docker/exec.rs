//! Running a command in a node to its end.
//!
//! An engine has no call that ends an exec, and its processes outlive their client. So each command carries a mark in
//! its environment; when its time is over, everything with that mark, and everything in the same sessions, is killed
//! from inside by the platform's own shell.

use std::time::Duration;

use bollard::{
    Docker,
    container::LogOutput,
    exec::{CreateExecOptions, StartExecOptions, StartExecResults},
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::{
    io::AsyncWriteExt as _,
    time::{sleep, timeout},
};
use tracing::debug;
use uuid::Uuid;

use crate::{
    environments::{
        engine::{ExecOutput, ExecRequest, NodeRef},
        failure::EngineError,
        names,
        progress::Stage,
    },
    scenarios::NodeId,
};

use super::{
    connection::{refused, status},
    containers::TOOLS,
};

/// Name of the variable that marks a command's processes.
const MARK: &str = "THAOTRUONG_EXEC";
/// How long ending a command's processes may take.
const KILL_TIME: Duration = Duration::from_secs(5);
/// Bytes kept of what the killing shell prints.
const KILL_OUTPUT: usize = 16 * 1024;
/// How often the exit code is asked for after the output has ended, and the pause between.
const CODE_QUESTIONS: u32 = 40;
const CODE_PAUSE: Duration = Duration::from_millis(25);

/// Prints the sessions of processes that carry the mark `$1`; readable only for the user who runs them.
const FIND: &str = r#"for p in /proc/[0-9]*; do
  tr '\0' '\n' 2>/dev/null < "$p/environ" | grep -qxF "$1" && sed 's/.*) //' "$p/stat" 2>/dev/null | cut -d' ' -f4
done; true"#;
/// Kills every process of the sessions `$@`, except its own.
const KILL: &str = r#"for p in /proc/[0-9]*; do
  s=$(sed 's/.*) //' "$p/stat" 2>/dev/null | cut -d' ' -f4)
  for w; do [ "$s" = "$w" ] && [ "${p#/proc/}" != 1 ] && kill -9 "${p#/proc/}" 2>/dev/null; done
done; true"#;

/// Runs `request` in `node`.
pub(super) async fn run(
    docker: &Docker,
    node: &NodeRef,
    mut request: ExecRequest,
) -> Result<ExecOutput, EngineError> {
    let mark = format!("{MARK}={}", Uuid::now_v7());
    request.env.push(mark.clone());
    let (limit, user) = (request.timeout, request.user.clone());
    if let Ok(outcome) = timeout(limit, plain(docker, node, request)).await {
        return outcome;
    }
    if timeout(KILL_TIME, kill(docker, node, &mark, user))
        .await
        .is_err()
    {
        debug!(environment = %node.environment, node = %node.node, "a command could not be ended in time");
    }
    Err(EngineError::TimedOut(limit.as_secs()))
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

async fn kill(
    docker: &Docker,
    node: &NodeRef,
    mark: &str,
    user: Option<String>,
) -> Result<(), EngineError> {
    let find = ExecRequest {
        user,
        ..shell(FIND, [mark.to_owned()])
    };
    let found = plain(docker, node, find).await?;
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    let mut sessions: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    sessions.sort_unstable();
    sessions.dedup();
    // Session 0 belongs to processes started from outside this node's view; 1 is the node itself.
    sessions.retain(|session| session.parse::<u32>().is_ok_and(|number| number > 1));
    if !sessions.is_empty() {
        plain(docker, node, shell(KILL, sessions).user("0")).await?;
    }
    Ok(())
}

fn shell(script: &str, arguments: impl IntoIterator<Item = String>) -> ExecRequest {
    let busybox = format!("{TOOLS}/busybox");
    let mut request = ExecRequest::new([busybox.as_str(), "sh", "-c", script, "sh"]);
    request.argv.extend(arguments);
    request.output_limit = KILL_OUTPUT;
    request
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
        let room = self.limit.saturating_sub(kept.len());
        self.truncated |= message.len() > room;
        kept.extend_from_slice(message.get(..room.min(message.len())).unwrap_or_default());
    }
}
