//! The keys of a Compose service that people use most: read, warned of, or refused with what to do instead.

use std::collections::BTreeMap;

use super::{bundle, folder};
use crate::scenarios::{Bundle, Checked, ComposeService, Severity, check};

/// What becomes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Read,
    /// It changes nothing, for this reason.
    Warned(&'static str),
    /// For this reason, which says what to do instead.
    Refused(&'static str),
}
use Fate::{Read, Refused, Warned};

/// Keys by how often people use them, each with a value, and what becomes of it.
const KEYS: &[(&str, &str, Fate)] = &[
    ("image", "image: thaotruong/base:1", Read),
    (
        "ports",
        "ports: ['80:80']",
        Refused("scenario-refused-ports"),
    ),
    ("environment", "environment: {A: b}", Read),
    ("depends_on", "depends_on: [checker]", Read),
    (
        "volumes",
        "volumes: [{type: tmpfs, target: /run/a, tmpfs: {size: 1m, mode: 755}}]",
        Read,
    ),
    (
        "volumes",
        "volumes: ['data:/srv']",
        Refused("scenario-refused-volumes"),
    ),
    (
        "volumes",
        "volumes: ['./a:/a', {type: tmpfs, target: /b}]",
        Refused("scenario-refused-volumes"),
    ),
    ("command", "command: sleep 1", Read),
    ("build", "build: .", Warned("scenario-compose-build")),
    ("healthcheck", "healthcheck: {test: 'true'}", Read),
    (
        "healthcheck",
        "healthcheck: {test: 'true', start_interval: 1s}",
        Warned("scenario-ignored-start-interval"),
    ),
    ("user", "user: www-data", Read),
    ("restart", "restart: 'no'", Read),
    (
        "restart",
        "restart: always",
        Warned("scenario-compose-restart"),
    ),
    ("entrypoint", "entrypoint: [sh]", Read),
    ("working_dir", "working_dir: /srv", Read),
    ("init", "init: true", Read),
    ("env_file", "env_file: files/portal.env", Read),
    (
        "env_file",
        "env_file: [{path: files/gone.env, required: false}]",
        Read,
    ),
    ("hostname", "hostname: gate", Read),
    ("networks", "networks: [internet]", Read),
    ("tty", "tty: true", Read),
    (
        "privileged",
        "privileged: true",
        Refused("scenario-refused-privileged"),
    ),
    ("links", "links: ['checker:judge']", Read),
    (
        "container_name",
        "container_name: a",
        Refused("scenario-refused-container-name"),
    ),
    (
        "labels",
        "labels: {a: b}",
        Warned("scenario-ignored-labels"),
    ),
    (
        "ulimits",
        "ulimits: {nofile: 9}",
        Refused("scenario-refused-ulimits"),
    ),
    ("expose", "expose: [80]", Warned("scenario-ignored-expose")),
    (
        "depends_on",
        "depends_on: {checker: {condition: service_started, required: false}}",
        Warned("scenario-ignored-required"),
    ),
    (
        "depends_on",
        "depends_on: {checker: {condition: service_started, restart: true}}",
        Warned("scenario-ignored-restart"),
    ),
    (
        "depends_on",
        "depends_on: {checker: {condition: service_started, required: true, restart: false}}",
        Read,
    ),
];

/// The 22 keys of the services that people wrote, the most used first.
const USED: &str = "image ports environment depends_on volumes command build healthcheck user restart entrypoint \
     working_dir init env_file hostname networks tty privileged links container_name labels ulimits";

/// A service `gate` with one more key, in a scenario without faults.
fn with(line: &str) -> Checked {
    let image = if line.starts_with("image") {
        ""
    } else {
        "    image: thaotruong/base:1\n"
    };
    let networks = if line.starts_with("networks") {
        ""
    } else {
        "    networks: [internet]\n"
    };
    let plain = Bundle::open(&folder("plain")).unwrap();
    let mut files: BTreeMap<String, Vec<u8>> = plain
        .files()
        .map(|(path, file)| (path.to_owned(), file.bytes.clone()))
        .collect();
    let edit = |text: &[u8], at: &str, more: String| {
        let text = String::from_utf8(text.to_vec()).unwrap();
        assert!(text.contains(at), "{text}");
        text.replace(at, &format!("{at}{more}")).into_bytes()
    };
    let compose = edit(
        &files["compose.yaml"],
        "services:\n",
        format!("  gate:\n{image}{networks}    {line}\n"),
    );
    let scenario = edit(
        &files["scenario.yaml"],
        "nodes:\n",
        "  gate: {role: target}\n".to_owned(),
    );
    files.insert("compose.yaml".to_owned(), compose);
    files.insert("scenario.yaml".to_owned(), scenario);
    files.insert(
        "files/portal.env".to_owned(),
        b"A=from the file\nB=${port}\n".to_vec(),
    );
    check(bundle(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.clone())),
    ))
}

fn gate(line: &str) -> ComposeService {
    let definition = with(line).definition.unwrap();
    let mut services = definition.compose.services.into_iter();
    services
        .find(|service| service.id.as_str() == "gate")
        .unwrap()
}

#[test]
fn each_key_that_people_use_is_read_warned_of_or_refused() {
    for (key, line, fate) in KEYS {
        let checked = with(line);
        let told: Vec<_> = checked
            .problems
            .iter()
            .map(|problem| {
                assert_eq!(problem.file, "compose.yaml", "{line}");
                assert!(
                    problem.excerpt.text.contains(key),
                    "{line}: {:?}",
                    problem.excerpt
                );
                let help = problem.help.as_ref().map_or("", |help| help.id);
                (problem.severity, problem.message.id, help)
            })
            .collect();
        let expected = match fate {
            Read => Vec::new(),
            Warned(id) if id.starts_with("scenario-compose") => vec![(Severity::Warning, *id, "")],
            Warned(id) => vec![(Severity::Warning, "scenario-compose-ignored", *id)],
            Refused(id) => vec![(Severity::Error, "scenario-compose-refused", *id)],
        };
        assert_eq!(told, expected, "{line}");
    }
    for key in USED.split_whitespace() {
        assert!(KEYS.iter().any(|(known, ..)| *known == key), "{key}");
    }
}

#[test]
fn files_links_and_folders_in_memory_are_what_compose_means() {
    let service = gate("env_file: [./files/portal.env]\n    environment: {A: own}");
    let value = |name: &str| {
        let mut pairs = service.environment.iter();
        pairs
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.clone())
            .unwrap()
    };
    assert_eq!(value("A"), "own");
    assert!(
        value("B").parse::<u16>().is_ok_and(|port| port >= 8_000),
        "{}",
        value("B")
    );
    let service = gate(
        "volumes: [{type: tmpfs, target: /run/a, read_only: true, tmpfs: {size: 1m, mode: 755}}]",
    );
    assert_eq!(
        service.tmpfs,
        [("/run/a".to_owned(), "size=1m,mode=755,ro".to_owned())]
    );
    let definition = with("links: ['checker:judge']").definition.unwrap();
    let networks = |id: &str| {
        let mut services = definition.compose.services.iter();
        services.find(|service| service.id.as_str() == id).unwrap()
    };
    assert_eq!(
        networks("checker").networks,
        [("internet".to_owned(), vec!["judge".to_owned()])]
    );
    assert_eq!(networks("gate").depends_on[0].0.as_str(), "checker");
}

#[test]
fn what_cannot_be_is_told_in_its_place() {
    for (line, id) in [
        ("env_file: files/gone.env", "scenario-unknown-file"),
        ("links: [nobody]", "scenario-unknown-compose-service"),
        ("links: [workstation]", "scenario-link-apart"),
        (
            "hostname: '${nobody:?which}'",
            "scenario-interpolation-needed",
        ),
    ] {
        let checked = with(line);
        let ids: Vec<_> = checked
            .problems
            .iter()
            .map(|problem| problem.message.id)
            .collect();
        assert_eq!(ids[0], id, "{line}: {ids:?}");
    }
}
