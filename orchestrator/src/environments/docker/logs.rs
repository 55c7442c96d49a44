//! The last lines that a machine printed: what a person needs to mend a scenario.

use bollard::{Docker, query_parameters::LogsOptionsBuilder};
use futures_util::StreamExt as _;

use crate::{
    environments::{commands::clean_lines, failure::EngineError, names, progress::Stage},
    ids::EnvironmentId,
    scenarios::NodeId,
};

use super::connection::refused;

/// The last `lines` lines of a machine.
pub(super) async fn tail(
    docker: &Docker,
    environment: EnvironmentId,
    node: &NodeId,
    lines: usize,
) -> Result<Vec<String>, EngineError> {
    let options = LogsOptionsBuilder::default()
        .stdout(true)
        .stderr(true)
        .tail(&lines.to_string())
        .build();
    let container = names::container(environment, node);
    let mut stream = std::pin::pin!(docker.logs(&container, Some(options)));
    let mut text = Vec::new();
    while let Some(chunk) = stream.next().await {
        text.extend_from_slice(
            &chunk
                .map_err(|error| refused(error, Stage::Ready, Some(node)))?
                .into_bytes(),
        );
    }
    Ok(clean_lines(&String::from_utf8_lossy(&text)))
}
