//! Running a command in a machine to its end.
//!
//! The API knows no user, folder, variables or end of input for a command. The platform's own shell in the machine sees
//! to them: it reads exactly as many bytes as there are, changes to the folder and the user, and becomes the command.

use std::time::Duration;

use bytes::Bytes;
use k8s_openapi::{api::core::v1::Pod, apimachinery::pkg::apis::meta::v1::Status};
use kube::{
    Api, Client,
    api::{AttachParams, AttachedProcess},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use crate::environments::{
    commands::{self, TOOLS, keep},
    engine::{ExecOutput, ExecRequest, NodeRef, NodeState},
    failure::{EngineError, Lack},
    progress::Stage,
};

use super::{
    connection::{refused, status},
    objects::{self, CONTAINER},
    observe,
};

/// Exit code of [`ENTER`] where the machine's user may not become another one.
const OTHER_USER: i64 = 241;
/// How long beginning a command may take.
const OPENING: Duration = Duration::from_secs(15);
/// How long a script of the platform's own may take.
const OWN_TIME: Duration = Duration::from_secs(15);
/// Bytes on their way in and out of a command.
const BUFFER: usize = 64 * 1024;

/// Becomes a command. Arguments: user (empty for the machine's own), folder, bytes of input (empty for what comes),
/// number of variables, variables, program and its arguments. Programs are looked for as the machine would: never among
/// the platform's own.
const ENTER: &str = r#"
user=$1 folder=$2 bytes=$3 count=$4
shift 4
while [ "$count" -gt 0 ]; do export "$1"; shift; count=$((count - 1)); done
if [ -n "$folder" ]; then cd "$folder" || exit 126; fi
program=$1
shift
case $program in
  */*) ;;
  *) old=$IFS IFS=: found=
     for folder in $PATH; do
       if [ -f "$folder/$program" ] && [ -x "$folder/$program" ]; then found=$folder/$program; break; fi
     done
     IFS=$old
     [ -n "$found" ] || { echo "$program: not found" >&2; exit 127; }
     program=$found ;;
esac
wanted=
if [ -n "$user" ]; then
  case ${user%%:*} in
    *[!0-9]*) wanted=$(id -u "${user%%:*}" 2>/dev/null) || { echo "no user $user" >&2; exit 126; } ;;
    *) wanted=${user%%:*} ;;
  esac
fi
if [ -n "$wanted" ] && [ "$wanted" != "$(id -u)" ]; then
  [ "$(id -u)" = 0 ] || exit 241
  HOME=$(awk -F: -v u="$wanted" '$3 == u { print $6; exit }' /etc/passwd)
  export HOME=${HOME:-/}
  set -- /opt/thaotruong/busybox start-stop-daemon -S -q -p /.thaotruong/none -c "$user" -x "$program" -- "$@"
else
  set -- "$program" "$@"
fi
unset user folder count program wanted found old
if [ -n "$bytes" ]; then head -c "$bytes" | exec "$@"; else exec "$@"; fi
"#;

/// Runs `request` in `node`.
pub(super) async fn run(
    client: &Client,
    node: &NodeRef,
    request: ExecRequest,
) -> Result<ExecOutput, EngineError> {
    commands::run_in_time(node, request, None, |request| {
        entered(client, node, request)
    })
    .await
}

/// Runs `request` to its end, however long it takes.
async fn entered(
    client: &Client,
    node: &NodeRef,
    request: ExecRequest,
) -> Result<ExecOutput, EngineError> {
    let bytes = Some(request.stdin.len()).filter(|bytes| *bytes > 0);
    let user = request.user.as_deref();
    let argv = enter(
        user,
        request.workdir.as_deref(),
        bytes,
        &request.env,
        &request.argv,
    );
    let (input, limit) = (request.stdin, request.output_limit);
    let output = plain(client, node, CONTAINER, argv, input, limit).await?;
    if output.code == OTHER_USER {
        return Err(other_user(node, request.user.as_deref()));
    }
    Ok(output)
}

/// Runs a script of the platform's own in a container of the pod of `node`, reading `input`.
pub(super) async fn in_container(
    client: &Client,
    node: &NodeRef,
    container: &str,
    script: &str,
    input: Bytes,
) -> Result<ExecOutput, EngineError> {
    let script = format!("head -c {} | {{ {script}; }}", input.len());
    let argv = [&format!("{TOOLS}/busybox"), "sh", "-c", &script].map(str::to_owned);
    let plain = plain(client, node, container, argv.to_vec(), input, BUFFER);
    timeout(OWN_TIME, plain)
        .await
        .unwrap_or(Err(EngineError::TimedOut(OWN_TIME.as_secs())))
}

/// The words that become a command; see [`ENTER`].
pub(super) fn enter(
    user: Option<&str>,
    folder: Option<&str>,
    bytes: Option<usize>,
    env: &[String],
    argv: &[String],
) -> Vec<String> {
    let busybox = format!("{TOOLS}/busybox");
    let mut words: Vec<String> = [busybox.as_str(), "sh", "-c", ENTER, "enter"]
        .map(str::to_owned)
        .to_vec();
    words.push(user.unwrap_or_default().to_owned());
    words.push(folder.unwrap_or_default().to_owned());
    words.push(bytes.map(|bytes| bytes.to_string()).unwrap_or_default());
    words.push(env.len().to_string());
    words.extend(env.iter().cloned());
    words.extend(argv.iter().cloned());
    words
}

/// A machine's own user cannot become another one here.
pub(super) fn other_user(node: &NodeRef, user: Option<&str>) -> EngineError {
    EngineError::NotOffered {
        node: node.node.clone(),
        lack: Lack::OtherUser,
        detail: user.unwrap_or_default().to_owned(),
    }
}

/// Opens a command; a machine that does not run is told apart from a cluster that refuses.
pub(super) async fn open(
    client: &Client,
    node: &NodeRef,
    argv: Vec<String>,
    parameters: &AttachParams,
) -> Result<AttachedProcess, EngineError> {
    let api: Api<Pod> = Api::namespaced(client.clone(), &objects::namespace(node.environment));
    let opening = api.exec(node.node.as_str(), argv, parameters);
    let Ok(opened) = timeout(OPENING, opening).await else {
        return Err(EngineError::Away(
            "a command was not begun in time".to_owned(),
        ));
    };
    match opened {
        Ok(process) => Ok(process),
        Err(error) if status(&error).is_some() => {
            let pod = observe::pod(client, node).await?;
            let runs = observe::state(&pod) == NodeState::Running;
            if parameters.container.as_deref() == Some(CONTAINER) && !runs {
                return Err(EngineError::NoSuchNode(node.node.clone()));
            }
            Err(match refused(error, Stage::Ready, Some(&node.node)) {
                EngineError::Away(detail) => EngineError::Refused {
                    stage: Stage::Ready,
                    node: Some(node.node.clone()),
                    detail,
                },
                other => other,
            })
        }
        Err(error) => Err(refused(error, Stage::Ready, Some(&node.node))),
    }
}

/// The exit code that the end of a command tells; `Err` with the words where it was never run.
pub(super) fn exit_code(status: &Status) -> Result<i64, String> {
    if status.status.as_deref() == Some("Success") {
        return Ok(0);
    }
    status
        .details
        .iter()
        .filter_map(|details| details.causes.as_ref())
        .flatten()
        .filter(|cause| cause.reason.as_deref() == Some("ExitCode"))
        .find_map(|cause| cause.message.as_ref()?.parse().ok())
        .ok_or_else(|| status.message.clone().unwrap_or_default())
}

async fn plain(
    client: &Client,
    node: &NodeRef,
    container: &str,
    argv: Vec<String>,
    input: Bytes,
    limit: usize,
) -> Result<ExecOutput, EngineError> {
    let parameters = AttachParams::default()
        .container(container)
        .stdin(!input.is_empty())
        .stdout(true)
        .stderr(true)
        .max_stdin_buf_size(BUFFER)
        .max_stdout_buf_size(BUFFER)
        .max_stderr_buf_size(BUFFER);
    let mut process = open(client, node, argv, &parameters).await?;
    let writer = process.stdin();
    let feed = async move {
        if let Some(mut writer) = writer {
            // A command may end without reading all that it is given.
            let _ = writer.write_all(&input).await;
            let _ = writer.flush().await;
            // Kept open: an old server has no half of a connection that could be closed.
            std::future::pending::<()>().await;
        }
        std::future::pending::<()>().await;
    };
    let (stdout, stderr, ended) = (process.stdout(), process.stderr(), process.take_status());
    let read = async {
        let (stdout, stderr, status) =
            tokio::join!(read_kept(stdout, limit), read_kept(stderr, limit), async {
                match ended {
                    Some(ended) => ended.await,
                    None => None,
                }
            });
        (stdout, stderr, status)
    };
    let ((stdout, more_out), (stderr, more_err), status) = tokio::select! {
        read = read => read,
        () = feed => return Err(EngineError::NoSuchNode(node.node.clone())),
    };
    let Some(status) = status else {
        return Err(EngineError::Away("a command's end was not told".to_owned()));
    };
    let code = exit_code(&status).map_err(|detail| EngineError::Refused {
        stage: Stage::Ready,
        node: Some(node.node.clone()),
        detail,
    })?;
    Ok(ExecOutput {
        code,
        stdout,
        stderr,
        truncated: more_out || more_err,
    })
}

/// Reads to the end, keeps `limit` bytes, and says whether there were more.
async fn read_kept(reader: Option<impl AsyncRead + Unpin>, limit: usize) -> (Vec<u8>, bool) {
    let (mut kept, mut more) = (Vec::new(), false);
    let Some(mut reader) = reader else {
        return (kept, more);
    };
    let mut buffer = vec![0; BUFFER];
    // A connection that breaks ends the output; the missing status tells of it.
    while let Ok(count @ 1..) = reader.read(&mut buffer).await {
        more |= keep(&mut kept, limit, buffer.get(..count).unwrap_or_default());
    }
    (kept, more)
}
