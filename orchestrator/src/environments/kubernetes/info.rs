//! What the cluster is and has, and what machines printed.

use k8s_openapi::{
    api::{
        core::v1::{Node, Pod},
        node::v1::RuntimeClass,
    },
    apimachinery::pkg::api::resource::Quantity,
};
use kube::{
    Api, Client,
    api::{ListParams, LogParams},
};

use crate::{
    config,
    environments::{
        commands::clean_lines,
        engine::{EngineInfo, NodeRef},
        failure::EngineError,
        progress::Stage,
    },
};

use super::{
    connection::{refused, status, unanswered},
    objects::{self, CONTAINER},
};

/// What the cluster is and what its nodes have together.
pub(super) async fn read(
    client: &Client,
    config: &config::Kubernetes,
) -> Result<EngineInfo, EngineError> {
    let version = client.apiserver_version().await.map_err(unanswered)?;
    let nodes = Api::<Node>::all(client.clone())
        .list(&ListParams::default())
        .await
        .map_err(unanswered)?;
    let total = |name: &str| -> u64 {
        let nodes = nodes.items.iter().filter(|node| is_usable(node));
        nodes
            .filter_map(|node| node.status.as_ref()?.allocatable.as_ref()?.get(name))
            .map(thousandths)
            .fold(0_u64, u64::saturating_add)
            / 1000
    };
    let runtime = nodes
        .items
        .iter()
        .filter_map(|node| node.status.as_ref()?.node_info.as_ref())
        .map(|info| info.container_runtime_version.clone())
        .next();
    Ok(EngineInfo {
        version: format!("Kubernetes {}", version.git_version.trim_start_matches('v')),
        cpus: total("cpu"),
        memory: total("memory"),
        security: vec!["seccomp".to_owned()],
        storage: runtime.unwrap_or_default(),
        // By its share of the node's disk: the cluster ends a machine that takes more.
        disk_quota: true,
        unknown_runtime: unknown_runtime(client, &config.runtime_class).await?,
        // The API has no limit of processes; the kubelet may have one, which it does not tell.
        unlimited: vec!["pids".to_owned()],
    })
}

/// `class`, where the cluster has no runtime class of that name. An account that may not look takes it on trust.
async fn unknown_runtime(client: &Client, class: &str) -> Result<Option<String>, EngineError> {
    if class.is_empty() {
        return Ok(None);
    }
    match Api::<RuntimeClass>::all(client.clone())
        .get_opt(class)
        .await
    {
        Ok(Some(_)) => Ok(None),
        Ok(None) => Ok(Some(class.to_owned())),
        Err(error) if status(&error) == Some(403) => Ok(None),
        Err(error) => Err(unanswered(error)),
    }
}

/// Whether machines can be put on `node`.
pub(super) fn is_usable(node: &Node) -> bool {
    node.spec
        .as_ref()
        .is_none_or(|spec| spec.unschedulable != Some(true))
}

/// A quantity in thousandths, as far as nodes tell them: `2`, `1500m`, `24505112Ki`.
fn thousandths(quantity: &Quantity) -> u64 {
    let text = quantity.0.as_str();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor: u64 = match text.get(digits.len()..).unwrap_or_default() {
        "m" => 1,
        "Ki" => 1000 << 10,
        "Mi" => 1000 << 20,
        "Gi" => 1000 << 30,
        "Ti" => 1000 << 40,
        "k" => 1_000_000,
        "M" => 1_000_000_000,
        "G" => 1_000_000_000_000,
        _ => 1000,
    };
    digits
        .parse::<u64>()
        .unwrap_or_default()
        .saturating_mul(factor)
}

/// The last `lines` lines that the machine of `node` printed.
pub(super) async fn log_tail(
    client: &Client,
    node: &NodeRef,
    lines: usize,
) -> Result<Vec<String>, EngineError> {
    let api: Api<Pod> = Api::namespaced(client.clone(), &objects::namespace(node.environment));
    let parameters = LogParams {
        container: Some(CONTAINER.to_owned()),
        tail_lines: i64::try_from(lines).ok(),
        ..LogParams::default()
    };
    match api.logs(node.node.as_str(), &parameters).await {
        Ok(text) => Ok(clean_lines(&text)),
        Err(error) if status(&error) == Some(404) => {
            Err(EngineError::NoSuchNode(node.node.clone()))
        }
        Err(error) => Err(refused(error, Stage::Ready, Some(&node.node))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_nodes_tell_them() {
        let read = |text: &str| thousandths(&Quantity(text.to_owned()));
        assert_eq!(read("2"), 2000);
        assert_eq!(read("1500m"), 1500);
        assert_eq!(read("24Ki"), 24 * 1024 * 1000);
    }
}
