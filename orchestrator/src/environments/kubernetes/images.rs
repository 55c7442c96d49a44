//! Which images a cluster lacks, as far as it tells.
//!
//! Without a registry the nodes must have them, and each node lists what it has, up to a number. With one it is asked
//! by the nodes alone: a machine whose image it lacks fails at once and says so.

use std::collections::HashSet;

use k8s_openapi::api::core::v1::Node;
use kube::{Api, Client, api::ListParams};

use crate::environments::failure::EngineError;

use super::{connection::unanswered, info::is_usable};

/// A kubelet lists no more images than this, where it was not told otherwise.
const LISTED: usize = 50;
/// What may stand before the name of an image that has no registry.
const USUAL: [&str; 2] = ["docker.io/library/", "docker.io/"];

/// Those of `images` that no node has.
pub(super) async fn missing(
    client: &Client,
    images: &[String],
) -> Result<Vec<String>, EngineError> {
    let nodes = Api::<Node>::all(client.clone())
        .list(&ListParams::default())
        .await
        .map_err(unanswered)?;
    Ok(lacking(&nodes.items, images))
}

fn lacking(nodes: &[Node], images: &[String]) -> Vec<String> {
    let mut known = HashSet::new();
    for node in nodes.iter().filter(|node| is_usable(node)) {
        let listed = node
            .status
            .iter()
            .filter_map(|status| status.images.as_ref());
        let listed: Vec<_> = listed.flatten().collect();
        // A full list leaves out what the node may have all the same.
        if listed.is_empty() || listed.len() >= LISTED {
            return Vec::new();
        }
        let names = listed.into_iter().filter_map(|image| image.names.as_ref());
        known.extend(names.flatten().map(|name| plain(name)));
    }
    let lacks = |image: &&String| !known.is_empty() && !known.contains(plain(image).as_str());
    images.iter().filter(lacks).cloned().collect()
}

/// A name as people write it: without the registry that goes without saying, with the tag that does.
fn plain(name: &str) -> String {
    let name = USUAL
        .iter()
        .find_map(|usual| name.strip_prefix(usual))
        .unwrap_or(name);
    let last = name.rsplit('/').next().unwrap_or(name);
    if last.contains(':') || last.contains('@') {
        name.to_owned()
    } else {
        format!("{name}:latest")
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::{ContainerImage, NodeStatus};

    use super::*;

    fn node(names: &[&str]) -> Node {
        let image = |name: &&str| ContainerImage {
            names: Some(vec![(*name).to_owned()]),
            ..ContainerImage::default()
        };
        Node {
            status: Some(NodeStatus {
                images: Some(names.iter().map(image).collect()),
                ..NodeStatus::default()
            }),
            ..Node::default()
        }
    }

    #[test]
    fn an_image_is_missing_where_nodes_list_all_that_they_have() {
        let wanted = ["thaotruong/a:1", "thaotruong/b:1", "debian"].map(str::to_owned);
        let has = node(&[
            "docker.io/thaotruong/a:1",
            "docker.io/library/debian:latest",
        ]);
        assert_eq!(
            lacking(std::slice::from_ref(&has), &wanted),
            ["thaotruong/b:1"]
        );
        let full = node(&["x:1"; LISTED]);
        assert!(lacking(&[has, full], &wanted).is_empty());
        assert!(lacking(&[], &wanted).is_empty());
    }
}
