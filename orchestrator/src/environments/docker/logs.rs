//! The last lines that a machine printed, and what its health check said: what a person needs to mend a scenario.

use bollard::{Docker, query_parameters::LogsOptionsBuilder};
use futures_util::StreamExt as _;

use crate::{
    environments::{
        failure::{EngineError, LOG_LINES},
        names,
        progress::Stage,
    },
    ids::EnvironmentId,
    scenarios::NodeId,
};

use super::connection::refused;

/// Characters kept of one line.
const LINE_LIMIT: usize = 300;

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
    Ok(clean(&String::from_utf8_lossy(&text)))
}

/// What explains a failure: what the health check `said`, then what the machine printed, as far as it can be had.
pub(super) async fn of_failure(
    docker: &Docker,
    environment: EnvironmentId,
    node: &NodeId,
    said: &str,
) -> Vec<String> {
    let mut lines = clean(said);
    lines.extend(
        tail(docker, environment, node, LOG_LINES)
            .await
            .unwrap_or_default(),
    );
    let surplus = lines.len().saturating_sub(LOG_LINES);
    lines.split_off(surplus)
}

/// Lines without control characters: what a node prints may be meant for the terminal of whoever reads it.
fn clean(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| {
            line.chars()
                .filter(|c| !c.is_control())
                .take(LINE_LIMIT)
                .collect::<String>()
        })
        .filter(|line: &String| !line.trim().is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_log_line_cannot_speak_to_a_terminal() {
        assert_eq!(
            super::clean("a\u{1b}]0;x\u{7}b\n\n  \nđ\n"),
            ["a]0;xb", "đ"]
        );
    }
}
