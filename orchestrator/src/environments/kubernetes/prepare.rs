//! Making an environment up to the gates: everything is there, every machine has its address, none has started.

use std::{collections::BTreeMap, time::Instant};

use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Client,
    api::{DeleteParams, ListParams, PostParams},
};
use tokio::time::sleep;

use crate::{
    config,
    environments::{
        bring_up::{LONGEST, ROUND, may_end},
        engine::{Incarnation, NodeState},
        failure::{EngineError, Lack},
        progress::{Progress, Stage},
    },
    ids::InstallationId,
    scenarios::{Addresses, EnvironmentPlan, PlannedNode},
};

use super::{
    connection::{gone, is_full, refused, status, unanswered},
    objects::{self, belongs},
    observe::{self, Standing},
    pods,
};

/// Given to a machine that is to end; its work is of no more use.
const GRACE: u32 = 1;

/// What making an environment needs.
pub(super) struct Preparation<'a> {
    pub client: &'a Client,
    pub config: &'a config::Kubernetes,
    pub owner: InstallationId,
    pub plan: &'a EnvironmentPlan,
    pub incarnation: Incarnation,
}

impl Preparation<'_> {
    /// Makes what is missing and gives the address of every machine.
    pub async fn run(&self, progress: &Progress) -> Result<Addresses, EngineError> {
        for node in &self.plan.nodes {
            offered(node)?;
        }
        self.networks(progress).await?;
        let total = self.plan.nodes.len();
        let (began, mut told) = (Instant::now(), None);
        loop {
            let mut found = self.pods().await?;
            let mut addresses = Addresses::new();
            let mut waits_for = None;
            for node in &self.plan.nodes {
                match self.look_at(node, found.remove(node.id.as_str())).await? {
                    Ok(given) => {
                        let each = node.attachments.iter().filter_map(|_| given);
                        addresses.insert(node.id.clone(), each.collect());
                    }
                    Err(why) => waits_for = Some((&node.id, why)),
                }
            }
            let done = addresses.len();
            if told != Some(done) {
                told = Some(done);
                progress.report(
                    Stage::Create,
                    done,
                    total,
                    waits_for.as_ref().map(|it| it.0),
                );
            }
            match waits_for {
                None => return Ok(addresses),
                Some((node, why)) if began.elapsed() > LONGEST => {
                    return Err(EngineError::Refused {
                        stage: Stage::Create,
                        node: Some(node.clone()),
                        detail: why,
                    });
                }
                Some(_) => sleep(ROUND).await,
            }
        }
    }

    fn api(&self) -> Api<Pod> {
        let namespace = objects::namespace(self.plan.environment);
        Api::namespaced(self.client.clone(), &namespace)
    }

    async fn pods(&self) -> Result<BTreeMap<String, Pod>, EngineError> {
        let found = self
            .api()
            .list(&ListParams::default())
            .await
            .map_err(unanswered)?;
        let named = found.items.into_iter();
        Ok(named
            .map(|pod| (pod.metadata.name.clone().unwrap_or_default(), pod))
            .collect())
    }

    /// The address of `node`, where it stands at its gate or beyond; otherwise brings it a step nearer and tells what it
    /// waits for.
    async fn look_at(
        &self,
        node: &PlannedNode,
        pod: Option<Pod>,
    ) -> Result<Result<Option<std::net::Ipv4Addr>, String>, EngineError> {
        let Some(pod) = pod else {
            return self.make_pod(node).await.map(Err);
        };
        if belongs(&pod.metadata, self.owner)
            .is_none_or(|(environment, ..)| environment != self.plan.environment)
        {
            return Err(EngineError::Stranger(format!(
                "{}/{}",
                objects::namespace(self.plan.environment),
                node.id
            )));
        }
        if pod.metadata.deletion_timestamp.is_some() {
            return Ok(Err("the pod before it has not gone".to_owned()));
        }
        match observe::standing(&pod) {
            Standing::Past(NodeState::Exited(0)) if may_end(self.plan, &node.id) => {
                Ok(Ok(observe::address(&pod)))
            }
            Standing::Past(NodeState::Exited(_)) => {
                let grace = DeleteParams::default().grace_period(GRACE);
                gone(self.api().delete(node.id.as_str(), &grace).await)
                    .map_err(|error| refused(error, Stage::Create, Some(&node.id)))?;
                Ok(Err("the pod before it has not gone".to_owned()))
            }
            Standing::Past(_) | Standing::AtGate => match observe::address(&pod) {
                Some(address) => Ok(Ok(Some(address))),
                None => Ok(Err("it has no address".to_owned())),
            },
            Standing::Before(why) => Ok(Err(why)),
            Standing::NoImage => Err(EngineError::ImageMissing {
                node: node.id.clone(),
                image: self.config.image(&node.image),
            }),
            Standing::Refused(stage, detail) => Err(EngineError::Refused {
                stage,
                node: Some(node.id.clone()),
                detail,
            }),
        }
    }

    /// Makes the pod of `node`; a cluster that is not ready for it yet is asked again.
    async fn make_pod(&self, node: &PlannedNode) -> Result<String, EngineError> {
        let pod = pods::pod(self.config, self.owner, self.plan, self.incarnation, node);
        match self.api().create(&PostParams::default(), &pod).await {
            Ok(_) => Ok("it has just been made".to_owned()),
            Err(error) => {
                let detail = match &error {
                    kube::Error::Api(status) => status.message.clone(),
                    _ => String::new(),
                };
                // A namespace has its service account, and a quota its count, a moment after it is made.
                let early = detail.contains("serviceaccount")
                    || detail.contains("status unknown for quota");
                // Full while the pod before it is going.
                let full = is_full(&error);
                match status(&error) {
                    Some(409) => Ok(detail),
                    Some(403) if early || full => Ok(detail),
                    _ => Err(refused(error, Stage::Create, Some(&node.id))),
                }
            }
        }
    }
}

/// Refuses what the API has no means for.
fn offered(node: &PlannedNode) -> Result<(), EngineError> {
    let lacks = |lack: Lack, detail: &str| EngineError::NotOffered {
        node: node.id.clone(),
        lack,
        detail: detail.to_owned(),
    };
    if let Err(name) = pods::user(node) {
        return Err(lacks(Lack::UserName, &name));
    }
    if let Some(file) = node
        .files
        .iter()
        .find(|file| file.path.rfind('/') == Some(0))
    {
        return Err(lacks(Lack::RootFile, &file.path));
    }
    let aliases = node.attachments.iter().flat_map(|it| &it.aliases);
    let names = aliases.chain([&node.hostname]);
    if let Some(name) = names.into_iter().find(|name| !is_label(name)) {
        return Err(lacks(Lack::Name, name));
    }
    if !is_label(node.id.as_str()) {
        return Err(lacks(Lack::Name, node.id.as_str()));
    }
    Ok(())
}

/// Whether the API takes `name` for a host and a service.
fn is_label(name: &str) -> bool {
    name.len() < 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::is_label;

    #[test]
    fn a_name_is_one_that_a_service_can_have() {
        assert!(is_label("portal-2"));
        for name in ["", "2portal", "Portal", "a.b", "a_b", "a-"] {
            assert!(!is_label(name), "{name}");
        }
    }
}
