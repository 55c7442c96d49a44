//! An environment's namespace and what bounds it: Pod Security, quota, limits, and the policies that are its networks.
//!
//! Everything is denied first. Then machines that share a network may talk to each other, and each may ask the cluster's
//! resolver for names; nothing else is let in or out. Whether that holds is up to the cluster's network plugin, which is
//! why it is probed and never assumed.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use k8s_openapi::{
    api::{
        core::v1::{
            LimitRange, LimitRangeItem, LimitRangeSpec, Namespace, ResourceQuota,
            ResourceQuotaSpec, Secret, Service, ServiceSpec,
        },
        networking::v1::{
            NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer,
            NetworkPolicyPort, NetworkPolicySpec,
        },
    },
    apimachinery::pkg::{
        api::resource::Quantity, apis::meta::v1::LabelSelector, util::intstr::IntOrString,
    },
};
use kube::{Api, Resource, api::PostParams};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::sleep;

use crate::{
    environments::{
        bring_up::LONGEST,
        failpoint,
        failure::EngineError,
        names,
        progress::{Progress, Stage},
    },
    scenarios::EnvironmentPlan,
};

use super::{
    connection::{is_full, refused, status},
    objects::{self, belongs, in_network, meta, selector},
    pods,
    prepare::Preparation,
};

/// Capabilities that the baseline level of Pod Security lets through; one beyond needs the level without limits.
const BASELINE: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];
/// Pause between two looks at a namespace that is on its way out.
const PAUSE: Duration = Duration::from_millis(300);
/// For so long a quota may count what is not there.
const COUNTED: Duration = Duration::from_secs(30);

impl Preparation<'_> {
    /// Makes the namespace and everything in it but pods; what is there already stays.
    pub(super) async fn networks(&self, progress: &Progress) -> Result<(), EngineError> {
        let plan = self.plan;
        let total = plan.networks.len();
        progress.report(Stage::Network, 0, total, None);
        self.namespace().await?;
        failpoint::reach("after-network");
        let (quota, limits, all) = tokio::join!(
            self.make(self.quota()),
            self.make(self.limits()),
            self.make(self.policy("nothing", everything())),
        );
        quota.and(limits).and(all)?;
        self.make(self.policy("names", ask_names())).await?;
        for index in 0..total {
            let name = names::network(plan.environment, index);
            self.make(self.policy(&name, among(index))).await?;
            progress.report(Stage::Network, index + 1, total, None);
        }
        for (name, node) in served_names(plan) {
            self.make(self.service(name, node)).await?;
        }
        for secret in &self.config.pull_secrets {
            self.pull_secret(secret).await?;
        }
        Ok(())
    }

    /// Makes the namespace; one that is on its way out is waited for.
    async fn namespace(&self) -> Result<(), EngineError> {
        let api: Api<Namespace> = Api::all(self.client.clone());
        let name = objects::namespace(self.plan.environment);
        let step = |error| refused(error, Stage::Network, None);
        let mut labels = self.labels();
        let level = if self
            .plan
            .nodes
            .iter()
            .flat_map(|node| &node.capabilities)
            .all(|it| BASELINE.contains(&it.as_str()))
        {
            "baseline"
        } else {
            "privileged"
        };
        labels.insert(
            "pod-security.kubernetes.io/enforce".to_owned(),
            level.to_owned(),
        );
        labels.insert(
            "pod-security.kubernetes.io/warn".to_owned(),
            "baseline".to_owned(),
        );
        let wanted = Namespace {
            metadata: meta(name.clone(), labels),
            ..Namespace::default()
        };
        for _ in 0..LONGEST.as_millis() / PAUSE.as_millis() {
            match api.get_opt(&name).await.map_err(step)? {
                Some(found) => match belongs(&found.metadata, self.owner) {
                    Some((of, ..)) if of == self.plan.environment => {
                        if found.metadata.deletion_timestamp.is_none() {
                            return Ok(());
                        }
                        sleep(PAUSE).await;
                    }
                    _ => return Err(EngineError::Stranger(name)),
                },
                None => match api.create(&PostParams::default(), &wanted).await {
                    Ok(_) => return Ok(()),
                    // Somebody was quicker: the next look tells who.
                    Err(error) if status(&error) == Some(409) => {}
                    Err(error) => return Err(step(error)),
                },
            }
        }
        Err(EngineError::Refused {
            stage: Stage::Network,
            node: None,
            detail: format!("namespace {name} does not go"),
        })
    }

    /// Makes `object` in the environment's namespace; one that is there already stays.
    async fn make<K>(&self, object: K) -> Result<(), EngineError>
    where
        K: Resource<Scope = k8s_openapi::NamespaceResourceScope>
            + Serialize
            + DeserializeOwned
            + Clone
            + std::fmt::Debug,
        K::DynamicType: Default,
    {
        let namespace = objects::namespace(self.plan.environment);
        let api: Api<K> = Api::namespaced(self.client.clone(), &namespace);
        let name = object.meta().name.clone().unwrap_or_default();
        let began = Instant::now();
        loop {
            match api.create(&PostParams::default(), &object).await {
                Ok(_) => return Ok(()),
                Err(error) if status(&error) == Some(409) => return Ok(()),
                // A quota refuses before anybody looks whether the thing is there already, and counts what somebody is
                // just making before it can be seen.
                Err(error) if status(&error) == Some(403) => {
                    if matches!(api.get_opt(&name).await, Ok(Some(_))) {
                        return Ok(());
                    }
                    if !is_full(&error) || began.elapsed() > COUNTED {
                        return Err(refused(error, Stage::Network, None));
                    }
                    sleep(PAUSE).await;
                }
                Err(error) => return Err(refused(error, Stage::Network, None)),
            }
        }
    }

    fn labels(&self) -> objects::Labels {
        objects::labels(self.owner, self.plan.environment, self.incarnation, None)
    }

    /// As many machines as the plan has, nothing that listens outside, nothing that is stored.
    fn quota(&self) -> ResourceQuota {
        let plan = self.plan;
        let memory: u64 = plan.nodes.iter().map(|node| node.memory).sum();
        let hard = [
            ("pods", plan.nodes.len().to_string()),
            ("limits.memory", memory.to_string()),
            ("services", served_names(plan).len().to_string()),
            ("services.nodeports", "0".to_owned()),
            ("services.loadbalancers", "0".to_owned()),
            ("persistentvolumeclaims", "0".to_owned()),
        ];
        ResourceQuota {
            metadata: meta("environment", self.labels()),
            spec: Some(ResourceQuotaSpec {
                hard: Some(
                    hard.into_iter()
                        .map(|(name, value)| (name.to_owned(), Quantity(value)))
                        .collect(),
                ),
                ..ResourceQuotaSpec::default()
            }),
            ..ResourceQuota::default()
        }
    }

    /// No container without limits, whoever makes one.
    fn limits(&self) -> LimitRange {
        let largest = self.plan.nodes.iter().map(|node| node.memory).max();
        let memory = Quantity(largest.unwrap_or_default().to_string());
        LimitRange {
            metadata: meta("environment", self.labels()),
            spec: Some(LimitRangeSpec {
                limits: vec![LimitRangeItem {
                    type_: "Container".to_owned(),
                    default: Some(BTreeMap::from([
                        ("memory".to_owned(), memory.clone()),
                        ("cpu".to_owned(), Quantity("500m".to_owned())),
                    ])),
                    max: Some(BTreeMap::from([("memory".to_owned(), memory)])),
                    ..LimitRangeItem::default()
                }],
            }),
        }
    }

    fn policy(&self, name: &str, spec: NetworkPolicySpec) -> NetworkPolicy {
        NetworkPolicy {
            metadata: meta(name, self.labels()),
            spec: Some(spec),
        }
    }

    /// A name that leads straight to the machine, without an address of its own.
    fn service(&self, name: &str, node: &str) -> Service {
        Service {
            metadata: meta(name, self.labels()),
            spec: Some(ServiceSpec {
                cluster_ip: Some("None".to_owned()),
                selector: Some(BTreeMap::from([(names::NODE.to_owned(), node.to_owned())])),
                // Names are known before the first machine starts.
                publish_not_ready_addresses: Some(true),
                ..ServiceSpec::default()
            }),
            ..Service::default()
        }
    }

    async fn pull_secret(&self, place: &str) -> Result<(), EngineError> {
        let (namespace, name) = pods::pull_secret(place);
        let api: Api<Secret> = Api::namespaced(self.client.clone(), namespace);
        let found = api
            .get(name)
            .await
            .map_err(|error| refused(error, Stage::Network, None))?;
        self.make(Secret {
            metadata: meta(name, self.labels()),
            type_: found.type_,
            data: found.data,
            ..Secret::default()
        })
        .await
    }
}

/// The names by which machines are found, each with the machine that it leads to.
fn served_names(plan: &EnvironmentPlan) -> BTreeMap<&str, &str> {
    let mut served = BTreeMap::new();
    for node in &plan.nodes {
        for alias in node.attachments.iter().flat_map(|it| &it.aliases) {
            served.insert(alias.as_str(), node.id.as_str());
        }
    }
    // A machine's own name wins over another's alias.
    served.extend(
        plan.nodes
            .iter()
            .map(|node| (node.id.as_str(), node.id.as_str())),
    );
    served
}

fn both() -> Vec<String> {
    vec!["Ingress".to_owned(), "Egress".to_owned()]
}

/// Applies to every pod and lets nothing through.
fn everything() -> NetworkPolicySpec {
    NetworkPolicySpec {
        pod_selector: Some(LabelSelector::default()),
        policy_types: Some(both()),
        ..NetworkPolicySpec::default()
    }
}

/// Lets the machines of the network `index` talk to each other.
fn among(index: usize) -> NetworkPolicySpec {
    let members = selector([in_network(index)]);
    let peers = Some(vec![NetworkPolicyPeer {
        pod_selector: Some(members.clone()),
        ..NetworkPolicyPeer::default()
    }]);
    NetworkPolicySpec {
        pod_selector: Some(members),
        policy_types: Some(both()),
        ingress: Some(vec![NetworkPolicyIngressRule {
            from: peers.clone(),
            ..NetworkPolicyIngressRule::default()
        }]),
        egress: Some(vec![NetworkPolicyEgressRule {
            to: peers,
            ..NetworkPolicyEgressRule::default()
        }]),
    }
}

/// Lets every machine ask the cluster's resolver, by the label that it has everywhere.
fn ask_names() -> NetworkPolicySpec {
    let port = |protocol: &str| NetworkPolicyPort {
        port: Some(IntOrString::Int(53)),
        protocol: Some(protocol.to_owned()),
        ..NetworkPolicyPort::default()
    };
    NetworkPolicySpec {
        pod_selector: Some(LabelSelector::default()),
        policy_types: Some(vec!["Egress".to_owned()]),
        egress: Some(vec![NetworkPolicyEgressRule {
            to: Some(vec![NetworkPolicyPeer {
                namespace_selector: Some(LabelSelector::default()),
                pod_selector: Some(selector([("k8s-app".to_owned(), "kube-dns".to_owned())])),
                ..NetworkPolicyPeer::default()
            }]),
            ports: Some(vec![port("UDP"), port("TCP")]),
        }]),
        ..NetworkPolicySpec::default()
    }
}
