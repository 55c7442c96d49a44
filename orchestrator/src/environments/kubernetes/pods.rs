//! A machine as a pod, with every limit that the API can set.
//!
//! Two containers run first and in turn: one brings the platform's tools, the other, from the machine's own image, is
//! the gate. The machine itself is started by nothing else than the gate's end, and never a second time.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::core::v1::{
        Capabilities, Container, EmptyDirVolumeSource, EnvVar, ExecAction, LocalObjectReference,
        Pod, PodDNSConfig, PodDNSConfigOption, PodSecurityContext, PodSpec, Probe,
        ResourceRequirements, SeccompProfile, SecurityContext, Toleration, Volume, VolumeMount,
    },
    apimachinery::pkg::api::resource::Quantity,
};

use crate::{
    config,
    environments::{
        bring_up::{SLOW, command},
        commands::TOOLS,
        engine::{DISK, Incarnation},
    },
    ids::InstallationId,
    scenarios::{EnvironmentPlan, PlannedNode},
};

use super::{
    gate,
    objects::{self, CONTAINER, GATE, in_network, meta},
};

/// What every machine may do; scenarios add to it from their own short list.
const CAPABILITIES: [&str; 10] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "NET_BIND_SERVICE",
    "SYS_CHROOT",
    "AUDIT_WRITE",
];
/// Processor time that a machine is promised; it may take what its limit allows.
const PROMISED_CPU: &str = "10m";
/// Limit of processor time while files are placed.
const GATE_CPU: &str = "1";
/// Bytes that the tools take at most.
const TOOLS_SIZE: &str = "64Mi";
/// An unknown name costs two seconds at most, and names without a dot alone are the environment's.
const RESOLVER_OPTIONS: [(&str, &str); 3] = [("ndots", "1"), ("timeout", "1"), ("attempts", "2")];
/// Longest time that a cluster waits for a probe of ours, in seconds.
const PROBE_TIMEOUT: i32 = 30;

/// The pod of `node`.
pub(super) fn pod(
    config: &config::Kubernetes,
    owner: InstallationId,
    plan: &EnvironmentPlan,
    incarnation: Incarnation,
    node: &PlannedNode,
) -> Pod {
    let mut labels = objects::labels(owner, plan.environment, incarnation, Some(&node.id));
    labels.extend(node.attachments.iter().map(|it| in_network(it.network)));
    let folders = gate::folders(&node.files);
    let pull_secrets = config
        .pull_secrets
        .iter()
        .map(|place| LocalObjectReference {
            name: pull_secret(place).1.to_owned(),
        });
    let selector: BTreeMap<String, String> = config
        .node_selector
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(label, value)| (label.to_owned(), value.to_owned()))
        .collect();
    Pod {
        metadata: meta(node.id.as_str(), labels),
        spec: Some(PodSpec {
            restart_policy: Some("Never".to_owned()),
            automount_service_account_token: Some(false),
            enable_service_links: Some(false),
            // The cluster's own first process reaps what machines leave behind.
            share_process_namespace: Some(node.init),
            hostname: Some(node.hostname.clone()),
            dns_policy: Some("ClusterFirst".to_owned()),
            dns_config: Some(PodDNSConfig {
                options: Some(resolver_options()),
                ..PodDNSConfig::default()
            }),
            termination_grace_period_seconds: i64::try_from(node.stop_grace.as_secs()).ok(),
            image_pull_secrets: Some(pull_secrets.collect()),
            runtime_class_name: given(&config.runtime_class),
            node_selector: Some(selector),
            tolerations: Some(config.tolerations.iter().map(|it| toleration(it)).collect()),
            security_context: Some(PodSecurityContext {
                seccomp_profile: Some(seccomp(config)),
                ..PodSecurityContext::default()
            }),
            init_containers: Some(vec![tools(config), gate(config, node, &folders)]),
            containers: vec![machine(config, node, &folders)],
            volumes: Some(volumes(node, folders.len())),
            ..PodSpec::default()
        }),
        ..Pod::default()
    }
}

/// Namespace and name of a secret as configured.
pub(super) fn pull_secret(place: &str) -> (&str, &str) {
    place.split_once('/').unwrap_or(("default", place))
}

/// Without a registry images are on the cluster's nodes, and nobody else is asked for them.
fn pull_policy(config: &config::Kubernetes) -> String {
    let policy = if config.registry.is_empty() {
        "Never"
    } else {
        "IfNotPresent"
    };
    policy.to_owned()
}

fn tools(config: &config::Kubernetes) -> Container {
    Container {
        name: "tools".to_owned(),
        image: Some(config.image(&config.platform_image)),
        image_pull_policy: Some(pull_policy(config)),
        command: Some(
            [
                &format!("{TOOLS}/busybox"),
                "cp",
                "-a",
                &format!("{TOOLS}/."),
                "/tools/",
            ]
            .map(str::to_owned)
            .to_vec(),
        ),
        resources: Some(resources("64Mi", "64Mi", GATE_CPU)),
        security_context: Some(security(
            &["CHOWN", "FOWNER", "DAC_OVERRIDE"],
            false,
            Some(0),
        )),
        volume_mounts: Some(vec![mount("tools", "/tools", false)]),
        ..Container::default()
    }
}

fn gate(config: &config::Kubernetes, node: &PlannedNode, folders: &[String]) -> Container {
    let memory = node.memory.to_string();
    let mut mounts = vec![
        mount("tools", TOOLS, true),
        mount("gate", gate::PLACE, false),
    ];
    for index in 0..folders.len() {
        mounts.push(mount(&volume(index), &gate::folder(index), false));
    }
    Container {
        name: GATE.to_owned(),
        image: Some(config.image(&node.image)),
        image_pull_policy: Some(pull_policy(config)),
        command: Some(
            gate::command(folders)
                .iter()
                .map(|it| literal(it))
                .collect(),
        ),
        working_dir: Some("/".to_owned()),
        resources: Some(resources(&memory, &memory, GATE_CPU)),
        security_context: Some(security(&CAPABILITIES, false, Some(0))),
        termination_message_policy: Some("FallbackToLogsOnError".to_owned()),
        volume_mounts: Some(mounts),
        ..Container::default()
    }
}

fn machine(config: &config::Kubernetes, node: &PlannedNode, folders: &[String]) -> Container {
    let memory = node.memory.to_string();
    let capabilities: Vec<&str> = CAPABILITIES
        .into_iter()
        .chain(node.capabilities.iter().map(String::as_str))
        .collect();
    let mut mounts = vec![mount("tools", TOOLS, true)];
    for (index, folder) in folders.iter().enumerate() {
        mounts.push(mount(&volume(index), folder, false));
    }
    for (index, (folder, _)) in node.tmpfs.iter().enumerate() {
        mounts.push(mount(&format!("memory-{index}"), folder, false));
    }
    let words = |words: &Option<Vec<String>>| {
        words
            .as_ref()
            .map(|words| words.iter().map(|word| literal(word)).collect())
    };
    let (user, group) = user(node).unwrap_or_default();
    Container {
        name: CONTAINER.to_owned(),
        image: Some(config.image(&node.image)),
        image_pull_policy: Some(pull_policy(config)),
        command: words(&node.entrypoint),
        args: words(&node.command),
        working_dir: node.working_dir.clone(),
        tty: Some(node.tty),
        stdin: Some(node.tty),
        env: Some(
            node.environment
                .iter()
                .map(|(name, value)| EnvVar {
                    name: name.clone(),
                    value: Some(literal(value)),
                    ..EnvVar::default()
                })
                .collect(),
        ),
        resources: Some(resources(
            &memory,
            &memory,
            &format!("{}m", (node.nano_cpus / 1_000_000).max(1)),
        )),
        security_context: Some(SecurityContext {
            run_as_group: group,
            ..security(&capabilities, node.privilege_escalation, user)
        }),
        readiness_probe: probe(node),
        volume_mounts: Some(mounts),
        ..Container::default()
    }
}

/// The numbers that a machine's process runs under, where the scenario says so; `Err` where it says so by name, which
/// only the image could tell the number of.
pub(super) fn user(node: &PlannedNode) -> Result<(Option<i64>, Option<i64>), String> {
    let Some(text) = &node.user else {
        return Ok((None, None));
    };
    let number = |part: &str| match part {
        "root" => Ok(0),
        part => part.parse().map_err(|_| text.clone()),
    };
    let (user, group) = text
        .split_once(':')
        .map_or((text.as_str(), None), |(user, group)| (user, Some(group)));
    Ok((Some(number(user)?), group.map(number).transpose()?))
}

/// A value that the API does not look for variables in.
fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

fn security(
    capabilities: &[&str],
    privilege_escalation: bool,
    user: Option<i64>,
) -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(privilege_escalation),
        privileged: Some(false),
        run_as_user: user,
        capabilities: Some(Capabilities {
            drop: Some(vec!["ALL".to_owned()]),
            add: Some(capabilities.iter().map(|&it| it.to_owned()).collect()),
        }),
        ..SecurityContext::default()
    }
}

fn seccomp(config: &config::Kubernetes) -> SeccompProfile {
    match given(&config.seccomp) {
        None => SeccompProfile {
            type_: "RuntimeDefault".to_owned(),
            localhost_profile: None,
        },
        profile => SeccompProfile {
            type_: "Localhost".to_owned(),
            localhost_profile: profile,
        },
    }
}

fn resources(memory: &str, promised: &str, cpu: &str) -> ResourceRequirements {
    let quantities = |memory: &str, cpu: &str, disk: &str| {
        [
            ("memory", memory),
            ("cpu", cpu),
            ("ephemeral-storage", disk),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Quantity(value.to_owned())))
        .collect()
    };
    // What it writes, its log included, is bounded too: beyond, the cluster ends the machine.
    ResourceRequirements {
        limits: Some(quantities(memory, cpu, &DISK.to_string())),
        requests: Some(quantities(promised, PROMISED_CPU, "0")),
        ..ResourceRequirements::default()
    }
}

/// The scenario's check at a slow pace; while the environment comes up the platform asks by itself.
fn probe(node: &PlannedNode) -> Option<Probe> {
    let check = node.healthcheck.as_ref()?;
    let seconds = |time: std::time::Duration| i32::try_from(time.as_secs()).unwrap_or(i32::MAX);
    Some(Probe {
        exec: Some(ExecAction {
            command: Some(command(check)?),
        }),
        period_seconds: Some(seconds(check.interval.max(SLOW))),
        timeout_seconds: Some(seconds(check.timeout).clamp(1, PROBE_TIMEOUT)),
        failure_threshold: i32::try_from(check.retries.max(1)).ok(),
        ..Probe::default()
    })
}

fn volumes(node: &PlannedNode, folders: usize) -> Vec<Volume> {
    let empty = |name: String, medium: Option<&str>, size: Option<String>| Volume {
        name,
        empty_dir: Some(EmptyDirVolumeSource {
            medium: medium.map(str::to_owned),
            size_limit: size.map(Quantity),
        }),
        ..Volume::default()
    };
    let mut volumes = vec![
        empty("tools".to_owned(), None, Some(TOOLS_SIZE.to_owned())),
        empty("gate".to_owned(), None, None),
    ];
    volumes.extend((0..folders).map(|index| empty(volume(index), None, None)));
    volumes.extend(node.tmpfs.iter().enumerate().map(|(index, (_, options))| {
        empty(
            format!("memory-{index}"),
            Some("Memory"),
            tmpfs_size(options),
        )
    }));
    volumes
}

/// The size among a memory folder's mount options, as the API writes it.
fn tmpfs_size(options: &str) -> Option<String> {
    let size = options
        .split(',')
        .find_map(|option| option.trim().strip_prefix("size="))?;
    let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match size.get(digits.len()..)?.to_ascii_lowercase().as_str() {
        "" | "b" => "",
        "k" | "kb" => "Ki",
        "m" | "mb" => "Mi",
        "g" | "gb" => "Gi",
        _ => return None,
    };
    Some(format!("{digits}{unit}"))
}

fn volume(index: usize) -> String {
    format!("files-{index}")
}

fn mount(name: &str, path: &str, read_only: bool) -> VolumeMount {
    VolumeMount {
        name: name.to_owned(),
        mount_path: path.to_owned(),
        read_only: Some(read_only),
        ..VolumeMount::default()
    }
}

fn resolver_options() -> Vec<PodDNSConfigOption> {
    RESOLVER_OPTIONS
        .into_iter()
        .map(|(name, value)| PodDNSConfigOption {
            name: Some(name.to_owned()),
            value: Some(value.to_owned()),
        })
        .collect()
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A taint that is tolerated: `key=value:effect`, `key:effect` or `key`.
fn toleration(text: &str) -> Toleration {
    let (rest, effect) = text
        .split_once(':')
        .map_or((text, None), |(rest, effect)| (rest, Some(effect)));
    let (key, value) = rest
        .split_once('=')
        .map_or((rest, None), |(key, value)| (key, Some(value)));
    Toleration {
        key: Some(key.to_owned()),
        operator: Some(if value.is_some() { "Equal" } else { "Exists" }.to_owned()),
        value: value.map(str::to_owned),
        effect: effect.map(str::to_owned),
        toleration_seconds: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taints_are_read_as_they_are_written() {
        let read = |text| {
            let it = toleration(text);
            (it.key, it.operator, it.value, it.effect)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            read("range=labs:NoSchedule"),
            (
                some("range"),
                some("Equal"),
                some("labs"),
                some("NoSchedule")
            )
        );
        assert_eq!(read("range"), (some("range"), some("Exists"), None, None));
    }

    #[test]
    fn sizes_of_memory_folders_are_written_as_the_api_does() {
        assert_eq!(tmpfs_size("size=64m,mode=1777"), Some("64Mi".to_owned()));
        assert_eq!(tmpfs_size("mode=1777"), None);
    }

    #[test]
    fn a_value_stays_what_it_is() {
        assert_eq!(literal("a$(B)$$"), "a$$(B)$$$$");
    }
}
