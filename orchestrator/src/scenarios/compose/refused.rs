//! Keys of the Compose Specification that the range refuses, and why.

use super::{Fields, refuse};
use crate::scenarios::{problem::Message, tree::Value};

/// Keys of a service that would weaken the lab's walls, or that the range decides itself.
pub(super) const SERVICE: &[(&str, &str)] = &[
    ("ports", "scenario-refused-ports"),
    ("volumes_from", "scenario-refused-volumes"),
    ("privileged", "scenario-refused-privileged"),
    ("network_mode", "scenario-refused-network-mode"),
    ("pid", "scenario-refused-namespace"),
    ("ipc", "scenario-refused-namespace"),
    ("uts", "scenario-refused-namespace"),
    ("userns_mode", "scenario-refused-namespace"),
    ("cgroup", "scenario-refused-namespace"),
    ("cgroup_parent", "scenario-refused-namespace"),
    ("devices", "scenario-refused-devices"),
    ("device_cgroup_rules", "scenario-refused-devices"),
    ("gpus", "scenario-refused-devices"),
    ("security_opt", "scenario-refused-security-opt"),
    ("sysctls", "scenario-refused-sysctls"),
    ("cap_drop", "scenario-refused-cap-drop"),
    ("container_name", "scenario-refused-container-name"),
    ("extra_hosts", "scenario-refused-names"),
    ("external_links", "scenario-refused-names"),
    ("dns", "scenario-refused-names"),
    ("dns_opt", "scenario-refused-names"),
    ("dns_search", "scenario-refused-names"),
    ("mac_address", "scenario-refused-address"),
    ("secrets", "scenario-refused-secrets"),
    ("configs", "scenario-refused-secrets"),
    ("deploy", "scenario-refused-deploy"),
    ("scale", "scenario-refused-deploy"),
    ("ulimits", "scenario-refused-ulimits"),
    ("extends", "scenario-refused-one-file"),
];

/// Keys of a service that the range does not carry out yet and that are better missed than ignored.
pub(super) const UNSUPPORTED: &[&str] = &[
    "annotations",
    "attach",
    "blkio_config",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpu_shares",
    "cpuset",
    "credential_spec",
    "develop",
    "domainname",
    "group_add",
    "isolation",
    "label_file",
    "logging",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "models",
    "oom_kill_disable",
    "oom_score_adj",
    "platform",
    "post_start",
    "pre_stop",
    "profiles",
    "provider",
    "pull_policy",
    "read_only",
    "runtime",
    "shm_size",
    "stdin_open",
    "stop_signal",
    "storage_opt",
    "use_api_socket",
];

/// Keys of the file itself that are refused.
pub(super) const TOP_LEVEL: &[(&str, &str)] = &[
    ("volumes", "scenario-refused-volumes"),
    ("secrets", "scenario-refused-secrets"),
    ("configs", "scenario-refused-secrets"),
    ("include", "scenario-refused-one-file"),
    ("models", "scenario-refused-deploy"),
];

/// Keys of a network that are refused; `driver` and `internal` where they say something else than is so.
pub(super) const NETWORK: &[(&str, &str)] = &[
    ("ipam", "scenario-refused-address"),
    ("enable_ipv4", "scenario-refused-address"),
    ("enable_ipv6", "scenario-refused-address"),
    ("external", "scenario-refused-network"),
    ("driver_opts", "scenario-refused-network"),
    ("attachable", "scenario-refused-network"),
    ("name", "scenario-refused-network"),
    ("driver", "scenario-refused-network"),
    ("internal", "scenario-refused-network"),
];

/// Keys of a service that change nothing here, and why.
pub(super) const IGNORED: &[(&str, &str)] = &[
    ("labels", "scenario-ignored-labels"),
    ("expose", "scenario-ignored-expose"),
];

/// Warns that a key changes nothing here.
pub(super) fn ignored(fields: &Fields<'_>, key: &'static str, reason: &'static str) {
    fields.know(key);
    if let Some(span) = fields.key_span(key) {
        let message = Message::new("scenario-compose-ignored").with("key", key);
        let help = Message::new(reason);
        fields.reader().warn(span, message, Some(help));
    }
}

/// The reason in a table.
pub(super) fn reason(table: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(name, _)| *name == key)
        .map(|(_, reason)| *reason)
}

/// Reports the refused keys of a service.
pub fn service(fields: &Fields<'_>) {
    for (key, reason) in SERVICE {
        refuse(fields, key, reason);
    }
    for (key, reason) in IGNORED {
        ignored(fields, key, reason);
    }
    for key in UNSUPPORTED {
        fields.know(key);
        if let Some(span) = fields.key_span(key) {
            fields.reader().error(
                span,
                Message::new("scenario-compose-unsupported").with("key", key),
                None,
            );
        }
    }
    fields.know_extensions();
}

/// Reports the refused keys of the file itself.
pub fn top_level(fields: &Fields<'_>) {
    for (key, reason) in TOP_LEVEL {
        refuse(fields, key, reason);
    }
    ignored(fields, "name", "scenario-ignored-name");
    fields.know_extensions();
    if let Some(span) = fields.key_span("version") {
        fields
            .reader()
            .warn(span, Message::new("scenario-compose-version"), None);
    }
    fields.know("version");
}

/// Reports the refused keys of a network.
pub fn network(fields: &Fields<'_>) {
    for (key, reason) in NETWORK {
        if !matches!(*key, "driver" | "internal") {
            refuse(fields, key, reason);
        }
    }
    if let Some(node) = fields.optional("driver")
        && !matches!(&node.value, Value::Scalar { text, .. } if text == "bridge")
    {
        refuse(fields, "driver", "scenario-refused-network");
    }
    if fields.optional("internal").is_some() && !fields.flag("internal") {
        refuse(fields, "internal", "scenario-refused-network");
    }
    ignored(fields, "labels", "scenario-ignored-labels");
    fields.know_extensions();
}
