//! Names and labels of everything that is made on an engine.
//!
//! Names are computed, never remembered: after a crash the next run finds what the last one made. Whether a thing is
//! ours is decided by its owner label alone; a name may be anybody's.

use std::collections::HashMap;

use crate::{
    ids::{EnvironmentId, InstallationId},
    scenarios::NodeId,
};

use super::engine::Incarnation;

/// Label: the installation that made it.
pub const OWNER: &str = "vn.thaotruong.owner";
/// Label: the environment that it belongs to.
pub const ENVIRONMENT: &str = "vn.thaotruong.environment";
/// Label: that environment's life.
pub const INCARNATION: &str = "vn.thaotruong.incarnation";
/// Label: the machine's name in the scenario.
pub const NODE: &str = "vn.thaotruong.node";
/// Label: what a thing that belongs to no environment serves.
pub const PURPOSE: &str = "vn.thaotruong.purpose";

/// What all our bridges' names begin with; the firewall's rules match it.
pub const BRIDGE_PREFIX: &str = "tt-";

/// The part of an environment's identifier that stands in names: its last 8 hexadecimal digits, which are random (the
/// first ones are the time and would be equal for all teams of a drill).
#[must_use]
pub fn short(environment: EnvironmentId) -> String {
    let text = environment.0.simple().to_string();
    text.get(24..).unwrap_or_default().to_owned()
}

/// A machine's container.
#[must_use]
pub fn container(environment: EnvironmentId, node: &NodeId) -> String {
    format!("{BRIDGE_PREFIX}{}-{node}", short(environment))
}

/// The `index`th network of an environment and also its bridge: at most 15 characters, which is what Linux allows.
#[must_use]
pub fn network(environment: EnvironmentId, index: usize) -> String {
    format!("{BRIDGE_PREFIX}{}-{index}", short(environment))
}

/// Labels of an environment's network, or of its machine `node`.
#[must_use]
pub fn labels(
    owner: InstallationId,
    environment: EnvironmentId,
    incarnation: Incarnation,
    node: Option<&NodeId>,
) -> HashMap<String, String> {
    let mut labels = HashMap::from([
        (OWNER.to_owned(), owner.to_string()),
        (ENVIRONMENT.to_owned(), environment.to_string()),
        (INCARNATION.to_owned(), incarnation.to_string()),
    ]);
    if let Some(node) = node {
        labels.insert(NODE.to_owned(), node.to_string());
    }
    labels
}

/// Whose a thing with these labels is: environment, life and, for machines, name. `None` where it is not `owner`'s.
#[must_use]
pub fn belongs<S: std::hash::BuildHasher>(
    labels: &HashMap<String, String, S>,
    owner: InstallationId,
) -> Option<(EnvironmentId, Incarnation, Option<NodeId>)> {
    if labels.get(OWNER)? != &owner.to_string() {
        return None;
    }
    let environment = labels.get(ENVIRONMENT)?.parse().ok()?;
    let incarnation = labels.get(INCARNATION)?.parse().ok()?;
    Some((
        environment,
        incarnation,
        labels.get(NODE).map(|node| NodeId::from(node.as_str())),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bridge_name_fits_and_differs_between_environments_of_one_moment() {
        let (one, other) = (EnvironmentId::new(), EnvironmentId::new());
        assert_ne!(network(one, 0), network(other, 0));
        assert!(network(one, 999).len() <= 15);
        assert_eq!(
            container(one, &NodeId::from("portal")),
            format!("tt-{}-portal", short(one))
        );
    }

    #[test]
    fn only_our_own_labels_count() {
        let (us, them) = (InstallationId::new(), InstallationId::new());
        let environment = EnvironmentId::new();
        let ours = labels(us, environment, 3, Some(&NodeId::from("portal")));
        assert_eq!(
            belongs(&ours, us),
            Some((environment, 3, Some(NodeId::from("portal"))))
        );
        assert_eq!(belongs(&ours, them), None);
        assert_eq!(belongs(&HashMap::new(), us), None);
    }
}
