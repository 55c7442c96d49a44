//! Files in and out of machines, as archives through a command.

use bytes::Bytes;
use kube::Client;

use crate::environments::{
    commands::tool,
    engine::{ExecRequest, NodeRef},
    failure::EngineError,
    progress::Stage,
};

use super::exec;

/// How long an archive may take.
const TIME: std::time::Duration = std::time::Duration::from_mins(2);

/// Unpacks `archive` into the folder `to`.
pub(super) async fn upload(
    client: &Client,
    node: &NodeRef,
    to: &str,
    archive: Bytes,
) -> Result<(), EngineError> {
    let request = tool(r#"cd "$1" && tar x"#, [to.to_owned()]).stdin(archive);
    run(client, node, request.timeout(TIME)).await.map(|_| ())
}

/// Packs `path`, at most `limit` bytes.
pub(super) async fn download(
    client: &Client,
    node: &NodeRef,
    path: &str,
    limit: usize,
) -> Result<Bytes, EngineError> {
    // One byte more than allowed is enough to know.
    let script = r#"[ -e "$1" ] || [ -L "$1" ] || { echo "$1: no such file" >&2; exit 1; }
cd "$(dirname "$1")" && tar c "$(basename "$1")" 2>/dev/null | head -c "$2""#;
    let mut request = tool(script, [path.to_owned(), (limit + 1).to_string()]);
    request.output_limit = limit;
    let (stdout, truncated) = run(client, node, request.timeout(TIME)).await?;
    if truncated {
        return Err(EngineError::more_than(limit, &node.node));
    }
    Ok(stdout.into())
}

/// Runs `request` and gives what it printed and whether there was more.
async fn run(
    client: &Client,
    node: &NodeRef,
    request: ExecRequest,
) -> Result<(Vec<u8>, bool), EngineError> {
    let output = exec::run(client, node, request).await?;
    if output.code == 0 {
        return Ok((output.stdout, output.truncated));
    }
    Err(EngineError::Refused {
        stage: Stage::Ready,
        node: Some(node.node.clone()),
        detail: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}
