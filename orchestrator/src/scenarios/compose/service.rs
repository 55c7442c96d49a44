//! One service of a Compose file.

use std::time::Duration;

use super::{Beside, ComposeService, DEFAULT_NETWORK, env_file, refuse, refused, set, volumes};
use crate::scenarios::{
    NodeId,
    fields::Fields,
    findings::{Reader, Thing, did_you_mean},
    plan::{DependencyCondition, Healthcheck},
    problem::{Message, Span},
    suggest::nearest,
    tree::{Node, Value},
};

/// Memory of a machine whose author says nothing.
const DEFAULT_MEMORY: u64 = 256 << 20;
/// Most memory that a machine may ask for.
const MAX_MEMORY: u64 = 64 << 30;
/// Least memory that an engine accepts.
const MIN_MEMORY: u64 = 6 << 20;
/// Processor time of a machine whose author says nothing: half a processor.
const DEFAULT_NANO_CPUS: i64 = 500_000_000;
/// Most processors that a machine may ask for.
const MAX_CPUS: f64 = 64.0;
/// Processes of a machine whose author says nothing.
const DEFAULT_PIDS: i64 = 256;
/// Most processes that a machine may ask for.
const MAX_PIDS: i64 = 32_768;
/// What Compose waits before it kills.
const DEFAULT_STOP_GRACE: Duration = Duration::from_secs(10);

/// Capabilities that every machine has anyway.
const GIVEN: &[&str] = &[
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
/// Capabilities that a scenario may ask for: they reach no further than the machine's own namespaces.
const ALLOWED: &[&str] = &["NET_RAW", "NET_ADMIN", "SETPCAP", "SETFCAP", "SYS_PTRACE"];

/// Keys of a service's network that are refused.
pub(super) const ATTACHMENT: &[(&str, &str)] = &[
    ("ipv4_address", "scenario-refused-address"),
    ("ipv6_address", "scenario-refused-address"),
    ("link_local_ips", "scenario-refused-address"),
    ("mac_address", "scenario-refused-address"),
    ("driver_opts", "scenario-refused-network"),
    ("gw_priority", "scenario-refused-network"),
    ("priority", "scenario-refused-network"),
    ("interface_name", "scenario-refused-network"),
];

/// Keys of what a machine waits for: what is so here anyway, and why the other changes nothing.
const WAITING: &[(&str, bool, &str)] = &[
    ("required", true, "scenario-ignored-required"),
    ("restart", false, "scenario-ignored-restart"),
];

/// Whether a machine has this capability, or may have it.
pub(super) fn gives(capability: &str) -> bool {
    let name = capability.to_uppercase();
    let name = name.strip_prefix("CAP_").unwrap_or(&name);
    GIVEN.contains(&name) || ALLOWED.contains(&name)
}

impl ComposeService {
    pub(super) fn read(
        reader: Reader<'_>,
        id: &str,
        span: Span,
        node: &Node,
        beside: &Beside<'_>,
    ) -> Self {
        reader.name(id, span);
        reader.declare(Thing::ComposeService, id, span);
        reader.refer(Thing::Node, id, span);
        reader.map(node, |fields| {
            refused::service(fields);
            image_rules(fields);
            // They are read when all machines are known.
            fields.know("links");
            if let Some(node) = fields.optional("restart")
                && reader.text(node) != "no"
            {
                reader.warn(node.span, Message::new("scenario-compose-restart"), None);
            }
            Self {
                id: NodeId::from(id),
                image: fields.optional_text("image").unwrap_or_default(),
                hostname: fields
                    .optional("hostname")
                    .map(|node| reader.name(&reader.text(node), node.span)),
                entrypoint: fields
                    .optional("entrypoint")
                    .map(|node| command(reader, node)),
                command: fields.optional("command").map(|node| command(reader, node)),
                environment: environment(fields, beside),
                working_dir: fields
                    .optional("working_dir")
                    .map(|node| folder(reader, node)),
                user: fields.optional_text("user"),
                healthcheck: fields
                    .optional("healthcheck")
                    .and_then(|node| healthcheck(reader, node)),
                depends_on: fields
                    .optional("depends_on")
                    .map(|node| depends_on(reader, node))
                    .unwrap_or_default(),
                networks: fields.optional("networks").map_or_else(
                    || vec![(DEFAULT_NETWORK.to_owned(), Vec::new())],
                    |node| networks(reader, node),
                ),
                capabilities: fields
                    .list("cap_add", |node| capability(reader, node))
                    .into_iter()
                    .flatten()
                    .collect(),
                memory: fields
                    .optional("mem_limit")
                    .map_or(DEFAULT_MEMORY, |node| memory(reader, node)),
                nano_cpus: fields
                    .optional("cpus")
                    .map_or(DEFAULT_NANO_CPUS, |node| processors(reader, node)),
                pids: fields
                    .optional_integer("pids_limit", 1..=MAX_PIDS)
                    .unwrap_or(DEFAULT_PIDS),
                tmpfs: {
                    let folders = fields.optional("tmpfs");
                    let mut folders = folders.map(|node| tmpfs(reader, node)).unwrap_or_default();
                    folders.extend(volumes::read(fields));
                    folders
                },
                init: fields.flag("init"),
                tty: fields.flag("tty"),
                stop_grace: fields.duration_or("stop_grace_period", DEFAULT_STOP_GRACE),
            }
        })
    }
}

fn image_rules(fields: &Fields<'_>) {
    fields.know("build");
    let has_image = fields.optional("image").is_some();
    let Some(span) = fields.key_span("build") else {
        fields.required("image");
        return;
    };
    if has_image {
        fields
            .reader()
            .warn(span, Message::new("scenario-compose-build"), None);
    } else {
        fields
            .reader()
            .error(span, Message::new("scenario-compose-build-alone"), None);
    }
}

/// A command as a list, or as one line that is split as a shell would.
fn command(reader: Reader<'_>, node: &Node) -> Vec<String> {
    if matches!(node.value, Value::List(_)) {
        return reader.texts(node);
    }
    let text = reader.text(node);
    shlex::split(&text).unwrap_or_else(|| {
        reader.error(node.span, Message::new("scenario-command"), None);
        Vec::new()
    })
}

/// The variables of the files, then those of the service, which count more.
fn environment(fields: &Fields<'_>, beside: &Beside<'_>) -> Vec<(String, String)> {
    let mut all = env_file::read(fields, beside);
    let own = fields.optional("environment");
    let own = own.map(|node| pairs(fields.reader(), node));
    if all.is_empty() {
        return own.unwrap_or_default();
    }
    for (name, value) in own.unwrap_or_default() {
        set(&mut all, name, value);
    }
    all
}

/// `KEY: value` or `- KEY=value`.
fn pairs(reader: Reader<'_>, node: &Node) -> Vec<(String, String)> {
    let pairs: Vec<(String, String, Span)> = match &node.value {
        Value::Map(entries) => entries
            .iter()
            .map(|entry| {
                let value = if entry.value.value == Value::Null {
                    String::new()
                } else {
                    reader.text(&entry.value)
                };
                (entry.key.clone(), value, entry.span)
            })
            .collect(),
        _ => reader
            .items(node)
            .iter()
            .map(|item| {
                let text = reader.text(item);
                let (key, value) = text.split_once('=').unwrap_or((&text, ""));
                (key.to_owned(), value.to_owned(), item.span)
            })
            .collect(),
    };
    for (key, _, span) in &pairs {
        if key.is_empty() || key.contains(['=', '\0']) {
            reader.error(
                *span,
                Message::new("scenario-environment-name").with("name", key),
                None,
            );
        }
    }
    pairs
        .into_iter()
        .map(|(key, value, _)| (key, value))
        .collect()
}

pub(super) fn folder(reader: Reader<'_>, node: &Node) -> String {
    let text = reader.text(node);
    let steps_up = text.split('/').any(|part| part == "..");
    if !text.starts_with('/') || steps_up || text.starts_with("/proc") {
        let message = Message::new("scenario-path").with("path", &text);
        reader.error(node.span, message, Some(Message::new("scenario-path-help")));
    }
    text
}

fn healthcheck(reader: Reader<'_>, node: &Node) -> Option<Healthcheck> {
    reader.map(node, |fields| {
        let disabled = fields.flag("disable");
        let test = if disabled {
            fields.optional("test")
        } else {
            fields.required("test")
        };
        let test = test.map(|node| health_test(reader, node));
        refused::ignored(fields, "start_interval", "scenario-ignored-start-interval");
        let check = Healthcheck {
            test: if disabled {
                vec!["NONE".to_owned()]
            } else {
                test.clone().unwrap_or_default()
            },
            interval: fields.duration_or("interval", Duration::from_secs(30)),
            timeout: fields.duration_or("timeout", Duration::from_secs(30)),
            retries: fields.optional_integer("retries", 1..=1_000).unwrap_or(3),
            start_period: fields
                .optional("start_period")
                .map(|node| reader.duration(node))
                .unwrap_or_default(),
        };
        (disabled || test.is_some()).then_some(check)
    })
}

fn health_test(reader: Reader<'_>, node: &Node) -> Vec<String> {
    if matches!(node.value, Value::Scalar { .. }) {
        return vec!["CMD-SHELL".to_owned(), reader.text(node)];
    }
    let words = reader.texts(node);
    let kind = words.first().map(String::as_str);
    if !matches!(
        (kind, words.len()),
        (Some("NONE"), 1) | (Some("CMD"), 2..) | (Some("CMD-SHELL"), 2)
    ) {
        reader.error(node.span, Message::new("scenario-healthcheck"), None);
    }
    words
}

fn depends_on(reader: Reader<'_>, node: &Node) -> Vec<(NodeId, DependencyCondition)> {
    if let Value::Map(entries) = &node.value {
        return entries
            .iter()
            .map(|entry| {
                reader.refer(Thing::ComposeService, &entry.key, entry.span);
                let condition = reader.map(&entry.value, |fields| {
                    for (key, as_here, reason) in WAITING {
                        if fields.optional(key).is_some() && fields.flag(key) != *as_here {
                            refused::ignored(fields, key, reason);
                        }
                    }
                    fields.choice(
                        "condition",
                        &[
                            ("service_started", DependencyCondition::Started),
                            ("service_healthy", DependencyCondition::Healthy),
                            (
                                "service_completed_successfully",
                                DependencyCondition::Completed,
                            ),
                        ],
                    )
                });
                (
                    NodeId::from(entry.key.as_str()),
                    condition.unwrap_or(DependencyCondition::Started),
                )
            })
            .collect();
    }
    reader
        .items(node)
        .iter()
        .map(|item| {
            let name = reader.text(item);
            reader.refer(Thing::ComposeService, &name, item.span);
            (NodeId::from(name), DependencyCondition::Started)
        })
        .collect()
}

fn networks(reader: Reader<'_>, node: &Node) -> Vec<(String, Vec<String>)> {
    let networks: Vec<(String, Vec<String>)> = if let Value::Map(entries) = &node.value {
        entries
            .iter()
            .map(|entry| {
                reader.refer(Thing::Network, &entry.key, entry.span);
                let aliases = match entry.value.value {
                    Value::Null => Vec::new(),
                    _ => reader.map(&entry.value, |fields| {
                        for (key, reason) in ATTACHMENT {
                            refuse(fields, key, reason);
                        }
                        fields.texts("aliases")
                    }),
                };
                (entry.key.clone(), aliases)
            })
            .collect()
    } else {
        reader
            .items(node)
            .iter()
            .map(|item| {
                let name = reader.text(item);
                reader.refer(Thing::Network, &name, item.span);
                (name, Vec::new())
            })
            .collect()
    };
    for (index, (name, _)) in networks.iter().enumerate() {
        if networks[..index].iter().any(|(other, _)| other == name) {
            reader.error(
                node.span,
                Message::new("scenario-network-twice").with("name", name),
                None,
            );
        }
    }
    if networks.is_empty() {
        reader.error(node.span, Message::new("scenario-empty-list"), None);
    }
    networks
}

/// The capability if it goes beyond what every machine has.
fn capability(reader: Reader<'_>, node: &Node) -> Option<String> {
    let text = reader.text(node).to_uppercase();
    let name = text.strip_prefix("CAP_").unwrap_or(&text);
    if GIVEN.contains(&name) {
        return None;
    }
    if !ALLOWED.contains(&name) {
        let message = Message::new("scenario-capability").with("name", name);
        let help = nearest(name, ALLOWED.iter().copied()).map_or_else(
            || Message::new("scenario-known-names").with("names", ALLOWED.join(", ")),
            did_you_mean,
        );
        reader.error(node.span, message, Some(help));
        return None;
    }
    Some(name.to_owned())
}

/// `512m`, `1g`, `64mb` or a number of bytes.
fn memory(reader: Reader<'_>, node: &Node) -> u64 {
    let text = reader.text(node).to_lowercase();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let shift = match unit {
        "" | "b" => Some(0),
        "k" | "kb" => Some(10),
        "m" | "mb" => Some(20),
        "g" | "gb" => Some(30),
        _ => None,
    };
    let bytes = shift.and_then(|shift| number.parse::<u64>().ok()?.checked_mul(1 << shift));
    match bytes {
        Some(bytes) if (MIN_MEMORY..=MAX_MEMORY).contains(&bytes) => bytes,
        _ => {
            reader.error(
                node.span,
                Message::new("scenario-memory").with("text", &text),
                None,
            );
            DEFAULT_MEMORY
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "between 0 and 64 × 10⁹, checked above"
)]
fn processors(reader: Reader<'_>, node: &Node) -> i64 {
    match reader.text(node).parse::<f64>() {
        Ok(number) if (0.01..=MAX_CPUS).contains(&number) => (number * 1e9) as i64,
        _ => {
            reader.error(node.span, Message::new("scenario-cpus"), None);
            DEFAULT_NANO_CPUS
        }
    }
}

/// `/run` or `/run:size=64m,mode=755`, one or several.
fn tmpfs(reader: Reader<'_>, node: &Node) -> Vec<(String, String)> {
    let texts: Vec<(String, Span)> = match &node.value {
        Value::Scalar { .. } => vec![(reader.text(node), node.span)],
        _ => reader
            .items(node)
            .iter()
            .map(|item| (reader.text(item), item.span))
            .collect(),
    };
    let mut mounts = Vec::new();
    for (text, span) in texts {
        let (path, options) = text.split_once(':').unwrap_or((&text, ""));
        if !path.starts_with('/') || path == "/" || path.split('/').any(|part| part == "..") {
            let message = Message::new("scenario-path").with("path", path);
            reader.error(span, message, Some(Message::new("scenario-path-help")));
        }
        mounts.push((path.to_owned(), options.to_owned()));
    }
    mounts
}
