//! Names, labels and selectors of our objects in a cluster.

use std::collections::{BTreeMap, HashMap};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use kube::api::ListParams;

use crate::{
    environments::{engine::Incarnation, names},
    ids::{EnvironmentId, InstallationId},
    scenarios::NodeId,
};

/// The machine's container in its pod.
pub(super) const CONTAINER: &str = "node";
/// The container in which a pod waits until it may start.
pub(super) const GATE: &str = "gate";
/// Label of a pod for every network that it is in; the network's index stands behind it.
const NETWORK: &str = "vn.thaotruong.network-";

/// Labels as the API takes them.
pub(super) type Labels = BTreeMap<String, String>;

/// An environment's namespace. It has the whole identifier: a cluster may hold many more environments than a host.
pub(super) fn namespace(environment: EnvironmentId) -> String {
    format!("{}{}", names::BRIDGE_PREFIX, environment.0.simple())
}

/// Labels of everything in an environment, and of the machine `node`.
pub(super) fn labels(
    owner: InstallationId,
    environment: EnvironmentId,
    incarnation: Incarnation,
    node: Option<&NodeId>,
) -> Labels {
    names::labels(owner, environment, incarnation, node)
        .into_iter()
        .collect()
}

/// The label of machines that are in the network `index`.
pub(super) fn in_network(index: usize) -> (String, String) {
    (format!("{NETWORK}{index}"), "true".to_owned())
}

/// Whose an object with this head is, as [`names::belongs`].
pub(super) fn belongs(
    meta: &ObjectMeta,
    owner: InstallationId,
) -> Option<(EnvironmentId, Incarnation, Option<NodeId>)> {
    let labels = meta.labels.clone().unwrap_or_default();
    let labels: HashMap<String, String> = labels.into_iter().collect();
    names::belongs(&labels, owner)
}

/// A head with name and labels.
pub(super) fn meta(name: impl Into<String>, labels: Labels) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.into()),
        labels: Some(labels),
        ..ObjectMeta::default()
    }
}

/// Asks for what is this installation's.
pub(super) fn ours(owner: InstallationId) -> ListParams {
    ListParams::default().labels(&format!("{}={owner}", names::OWNER))
}

/// Selects what carries all of `labels`.
pub(super) fn selector(labels: impl IntoIterator<Item = (String, String)>) -> LabelSelector {
    LabelSelector {
        match_labels: Some(labels.into_iter().collect()),
        ..LabelSelector::default()
    }
}
