//! A second pair of eyes and hands on an engine: its own client, not ours.

use std::process::Command;

use thaotruong::{
    environments::names,
    ids::{EnvironmentId, InstallationId},
    scenarios::{EnvironmentPlan, NodeId},
};

use crate::lab::{IMAGE, Kind};

/// Docker's own client.
pub fn docker(arguments: &[&str]) -> String {
    run("docker", arguments)
}

/// Kubernetes' own client.
pub fn kubectl(arguments: &[&str]) -> String {
    run("kubectl", arguments)
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    if !output.status.success() {
        eprintln!(
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The namespace of an environment.
pub fn namespace(environment: EnvironmentId) -> String {
    format!("tt-{}", environment.0.simple())
}

fn container(plan: &EnvironmentPlan, node: &str) -> String {
    names::container(plan.environment, &NodeId::from(node))
}

impl Kind {
    /// What is left of an installation.
    pub fn left_over(self, owner: InstallationId) -> String {
        match self {
            Self::Docker => {
                let label = format!("label=vn.thaotruong.owner={owner}");
                let containers = docker(&["ps", "-aq", "--filter", &label]);
                let networks = docker(&["network", "ls", "-q", "--filter", &label]);
                format!("{containers}{networks}")
            }
            Self::Kubernetes => {
                let label = format!("vn.thaotruong.owner={owner}");
                let kinds = "namespaces,pods,networkpolicies,services,resourcequotas,limitranges";
                kubectl(&["get", kinds, "-A", "-l", &label, "-o", "name"])
            }
        }
    }

    /// Removes what a failed test left: it would hinder the next run.
    pub fn sweep(self, owner: InstallationId) {
        match self {
            Self::Docker => {
                let label = format!("label=vn.thaotruong.owner={owner}");
                for (list, remove) in [
                    ("ps -aq --filter", "rm -fv"),
                    ("network ls -q --filter", "network rm"),
                ] {
                    let list: Vec<&str> = list.split(' ').chain([label.as_str()]).collect();
                    for found in docker(&list).lines() {
                        docker(&remove.split(' ').chain([found]).collect::<Vec<_>>());
                    }
                }
            }
            Self::Kubernetes => {
                let label = format!("vn.thaotruong.owner={owner}");
                if !kubectl(&["get", "namespaces", "-l", &label, "-o", "name"]).is_empty() {
                    kubectl(&["delete", "namespaces", "-l", &label, "--wait=false"]);
                }
            }
        }
    }

    /// What tells a machine from another one made in its place.
    pub fn identities(self, plan: &EnvironmentPlan) -> String {
        match self {
            Self::Docker => {
                let label = format!("label=vn.thaotruong.environment={}", plan.environment);
                docker(&["ps", "-q", "--no-trunc", "--filter", &label])
            }
            Self::Kubernetes => kubectl(&[
                "get",
                "pods",
                "-n",
                &namespace(plan.environment),
                "-o",
                "jsonpath={.items[*].metadata.uid}",
            ]),
        }
    }

    /// When a machine's own process started.
    pub fn started_at(self, plan: &EnvironmentPlan, node: &str) -> String {
        match self {
            Self::Docker => docker(&[
                "inspect",
                "-f",
                "{{.State.StartedAt}}",
                &container(plan, node),
            ]),
            Self::Kubernetes => kubectl(&[
                "get",
                "pod",
                "-n",
                &namespace(plan.environment),
                node,
                "-o",
                "jsonpath={.status.containerStatuses[0].state.*.startedAt}",
            ]),
        }
    }

    /// Removes a machine.
    pub fn remove(self, plan: &EnvironmentPlan, node: &str) {
        match self {
            Self::Docker => docker(&["rm", "-f", &container(plan, node)]),
            Self::Kubernetes => kubectl(&[
                "delete",
                "pod",
                "-n",
                &namespace(plan.environment),
                node,
                "--grace-period=1",
            ]),
        };
    }

    /// Ends a machine's own process, as a crash does.
    pub fn kill(self, plan: &EnvironmentPlan, node: &str) {
        match self {
            Self::Docker => docker(&["kill", &container(plan, node)]),
            // Not every cluster ends a command whose machine has ended.
            Self::Kubernetes => run(
                "timeout",
                &[
                    "5",
                    "kubectl",
                    "exec",
                    "-n",
                    &namespace(plan.environment),
                    node,
                    "-c",
                    "node",
                    "--",
                    "/opt/thaotruong/busybox",
                    "sh",
                    "-c",
                    "kill -9 $(pidof sleep)",
                ],
            ),
        };
    }

    /// Puts a stranger's thing under the name that the machine `node` would need; gives the name and what removes it.
    pub fn stranger(self, plan: &EnvironmentPlan, node: &str) -> Stranger {
        match self {
            Self::Docker => {
                let name = container(plan, node);
                let alone = ["run", "-d", "--name", &name, "--network", "none", IMAGE];
                docker(&[alone.as_slice(), &["sleep", "infinity"]].concat());
                Stranger { kind: self, name }
            }
            Self::Kubernetes => {
                let name = namespace(plan.environment);
                kubectl(&["create", "namespace", &name]);
                Stranger { kind: self, name }
            }
        }
    }
}

/// Something that is not ours under a name that ours would need.
pub struct Stranger {
    kind: Kind,
    pub name: String,
}

impl Stranger {
    /// Whether nobody touched it.
    pub fn stands(&self) -> bool {
        match self.kind {
            Kind::Docker => docker(&["inspect", "-f", "{{.State.Running}}", &self.name]) == "true",
            Kind::Kubernetes => {
                let phase = "jsonpath={.status.phase}";
                kubectl(&["get", "namespace", &self.name, "-o", phase]) == "Active"
            }
        }
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        match self.kind {
            Kind::Docker => docker(&["rm", "-f", &self.name]),
            Kind::Kubernetes => kubectl(&["delete", "namespace", &self.name, "--wait=false"]),
        };
    }
}
