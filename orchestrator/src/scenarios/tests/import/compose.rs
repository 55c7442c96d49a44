//! Compose files, key by key.

use super::*;
use crate::scenarios::{ComposeService, NodeRole};

/// What becomes of one key of a service, its value written in YAML.
fn key(line: &str) -> (Definition, Report) {
    let text = format!(
        "services:\n  db:\n    image: postgres:16\n  web:\n    image: nginx:1.27\n    {}\nnetworks: {{n: {{}}}}\nvolumes: {{v: {{}}, s: {{}}}}\n",
        line.replace('\n', "\n    ")
    );
    imported(
        Format::Compose,
        &files([
            ("compose.yaml", text.as_str()),
            ("a.env", "A=1\nB=2\n"),
            (".env", "HIDDEN=1\n"),
            ("www/index.html", "x"),
            ("www/in/side.txt", "y"),
        ]),
    )
}

fn web(definition: &Definition) -> &ComposeService {
    definition
        .compose
        .services
        .iter()
        .find(|service| service.id.as_str() == "web")
        .unwrap()
}

use Fate::{Changed, Lost, Taken};

/// A key of a service in YAML, the place within the service, its fate and why.
const KEYS: &[(&str, &str, Fate, &str)] = &[
    ("command: a", "image", Taken, "import-taken"),
    ("<<: {user: '7'}", "user", Taken, "import-taken"),
    ("labels: [a=b]", "labels", Lost, "import-compose-labels"),
    (
        "ulimits: {nofile: {soft: 1, hard: 2}}",
        "ulimits",
        Lost,
        "scenario-refused-ulimits",
    ),
    (
        "volumes: ['./.env:/srv/.env']",
        "volumes[0]",
        Lost,
        "import-compose-hidden",
    ),
    (
        "ports: ['8080:80']",
        "ports[0]",
        Changed,
        "import-compose-web",
    ),
    (
        "ports: [{target: 443, published: 8443}]",
        "ports[0]",
        Lost,
        "import-compose-port",
    ),
    (
        "ports: ['53:53/udp']",
        "ports[0]",
        Lost,
        "import-compose-port",
    ),
    ("environment: {A: b}", "environment", Taken, "import-taken"),
    ("environment: [A=b]", "environment", Taken, "import-taken"),
    (
        "environment: {A: '${X:-y}'}",
        "environment",
        Taken,
        "import-taken",
    ),
    (
        "environment: {A: '${X}'}",
        "environment.A",
        Changed,
        "import-compose-unset",
    ),
    ("depends_on: [db]", "depends_on[0]", Taken, "import-taken"),
    (
        "depends_on: [none]",
        "depends_on[0]",
        Lost,
        "scenario-unknown-compose-service",
    ),
    (
        "depends_on: {db: {condition: service_started, restart: true}}",
        "depends_on.db.condition",
        Taken,
        "import-taken",
    ),
    (
        "depends_on: {db: {condition: service_started, restart: true}}",
        "depends_on.db.restart",
        Lost,
        "scenario-ignored-restart",
    ),
    (
        "volumes: ['./www:/srv']",
        "volumes[0]",
        Changed,
        "import-compose-bind",
    ),
    (
        "volumes: ['../www:/srv']",
        "volumes[0]",
        Lost,
        "import-compose-outside",
    ),
    (
        "volumes: ['/etc:/srv']",
        "volumes[0]",
        Lost,
        "import-compose-outside",
    ),
    (
        "volumes: ['./none:/srv']",
        "volumes[0]",
        Lost,
        "import-compose-absent",
    ),
    (
        "volumes: ['v:/srv']",
        "volumes[0]",
        Changed,
        "import-compose-volume",
    ),
    (
        "volumes: ['s:/srv', 's:/opt']",
        "volumes[0]",
        Lost,
        "import-compose-volume-shared",
    ),
    (
        "volumes: [{type: tmpfs, target: /cache}]",
        "volumes[0]",
        Taken,
        "import-taken",
    ),
    (
        "volumes: [{type: npipe, source: a, target: /b}]",
        "volumes[0]",
        Lost,
        "scenario-refused-volumes",
    ),
    ("command: run it", "command", Taken, "import-taken"),
    ("expose: ['80']", "expose", Lost, "scenario-ignored-expose"),
    (
        "healthcheck: {test: 'true', start_interval: 1s}",
        "healthcheck.start_interval",
        Lost,
        "scenario-ignored-start-interval",
    ),
    (
        "depends_on: {db: {condition: service_started, required: true}}",
        "depends_on.db.required",
        Taken,
        "import-taken",
    ),
    (
        "depends_on: {db: {condition: service_started, required: false}}",
        "depends_on.db.required",
        Lost,
        "scenario-ignored-required",
    ),
    ("command: [run, it]", "command", Taken, "import-taken"),
    ("build: ./www", "build", Changed, "import-compose-build"),
    (
        "build: {context: www, dockerfile: D}",
        "build",
        Changed,
        "import-compose-build",
    ),
    (
        "healthcheck: {test: 'true', interval: 5s}",
        "healthcheck.interval",
        Taken,
        "import-taken",
    ),
    (
        "healthcheck: {test: 'true', interval: 5us}",
        "healthcheck.interval",
        Lost,
        "scenario-duration",
    ),
    (
        "healthcheck: {test: 'true', odd: 1}",
        "healthcheck.odd",
        Lost,
        "import-unknown",
    ),
    ("user: '1000'", "user", Taken, "import-taken"),
    (
        "restart: always",
        "restart",
        Lost,
        "scenario-compose-restart",
    ),
    ("restart: 'no'", "restart", Taken, "import-taken"),
    ("entrypoint: /run.sh", "entrypoint", Taken, "import-taken"),
    ("working_dir: /srv", "working_dir", Taken, "import-taken"),
    ("init: true", "init", Taken, "import-taken"),
    (
        "env_file: a.env",
        "env_file",
        Changed,
        "import-compose-env-file",
    ),
    (
        "env_file: [{path: a.env}, none.env]",
        "env_file[1]",
        Lost,
        "import-compose-absent",
    ),
    ("hostname: www", "hostname", Taken, "import-taken"),
    (
        "hostname: www.example",
        "hostname",
        Changed,
        "import-renamed",
    ),
    ("networks: [n]", "networks[0]", Taken, "import-taken"),
    (
        "networks: {n: {ipv4_address: 10.0.0.2}}",
        "networks.n.ipv4_address",
        Lost,
        "scenario-refused-address",
    ),
    (
        "networks: {n: {aliases: [x]}}",
        "networks.n.aliases",
        Taken,
        "import-taken",
    ),
    (
        "networks: [gone]",
        "networks[0]",
        Lost,
        "scenario-unknown-network",
    ),
    ("tty: true", "tty", Taken, "import-taken"),
    (
        "privileged: true",
        "privileged",
        Lost,
        "scenario-refused-privileged",
    ),
    (
        "network_mode: host",
        "network_mode",
        Lost,
        "scenario-refused-network-mode",
    ),
    ("pid: host", "pid", Lost, "scenario-refused-namespace"),
    (
        "links: ['db:base']",
        "links[0]",
        Changed,
        "import-compose-link",
    ),
    ("links: [db]", "links[0]", Taken, "import-taken"),
    (
        "container_name: its_name",
        "container_name",
        Changed,
        "import-compose-container-name",
    ),
    ("labels: {a: b}", "labels", Lost, "import-compose-labels"),
    (
        "ulimits: {nofile: 1}",
        "ulimits",
        Lost,
        "scenario-refused-ulimits",
    ),
    ("cap_add: [NET_ADMIN]", "cap_add[0]", Taken, "import-taken"),
    (
        "cap_add: [SYS_ADMIN]",
        "cap_add[0]",
        Lost,
        "scenario-capability",
    ),
    ("mem_limit: 1.5g", "mem_limit", Taken, "import-taken"),
    (
        "deploy: {replicas: 2, resources: {limits: {memory: 64M}}}",
        "deploy.replicas",
        Lost,
        "scenario-refused-deploy",
    ),
    (
        "deploy: {resources: {limits: {memory: 64M}}}",
        "deploy.resources.limits.memory",
        Taken,
        "import-taken",
    ),
    (
        "extends: {service: db}",
        "extends",
        Lost,
        "scenario-refused-one-file",
    ),
    (
        "security_opt: ['a:b']",
        "security_opt",
        Lost,
        "scenario-refused-security-opt",
    ),
    ("x-own: 1", "x-own", Lost, "import-compose-extension"),
    ("no_such_key: 1", "no_such_key", Lost, "import-unknown"),
];

#[test]
fn each_key_of_a_service_has_its_fate() {
    for (line, inside, expected, id) in KEYS {
        let (_, report) = key(line);
        let place = format!("compose.yaml: services.web.{inside}");
        assert_eq!(fate(&report, &place), (*expected, *id), "{line}");
    }
}

/// The keys of the services that people write, by a count of some hundred files.
#[test]
fn no_key_that_people_use_lacks_its_row() {
    let used = "image ports environment depends_on volumes command build healthcheck user restart entrypoint \
         working_dir init env_file hostname networks tty privileged links container_name labels ulimits x-own";
    for name in used.split_whitespace() {
        let is_it = |inside: &str| inside.split(['.', '[']).next() == Some(name);
        let told = KEYS.iter().any(|(_, inside, ..)| is_it(inside));
        assert!(told, "{name}");
    }
}

/// What `deploy` says of processors was once written as it stood.
#[test]
fn a_number_of_a_source_is_never_more_than_a_value() {
    let line = "deploy: {resources: {limits: {cpus: \"0.5\\n    privileged: true\", pids: \"1\\n    pid: host\"}}}";
    let text = format!("services:\n  web:\n    image: nginx:1.27\n    {line}\n");
    let source = files([("compose.yaml", text.as_str())]);
    let imported = import::import(Format::Compose, &source, &Wanted::default()).unwrap();
    let checked = check(imported.bundle);
    let ids: Vec<_> = checked.problems.iter().map(|it| it.message.id).collect();
    assert!(ids.contains(&"scenario-cpus"), "{ids:?}");
    for id in ["scenario-refused-privileged", "scenario-refused-namespace"] {
        assert!(!ids.contains(&id), "{ids:?}");
    }
}

#[test]
fn a_folder_that_is_mounted_whole_brings_no_hidden_file() {
    let (definition, _) = key("volumes: ['.:/srv']");
    let files = &definition.scenario.files;
    assert!(files.iter().any(|file| file.path == "/srv/www/index.html"));
    assert!(files.iter().all(|file| !file.path.contains("/.env")));
}

#[test]
fn what_is_refused_becomes_what_the_range_has_instead() {
    let (definition, _) = key(
        "ports: ['8080:80']\nvolumes: ['./www:/srv/', {type: tmpfs, target: /cache}]\nlinks: ['db:base']\nenv_file: a.env\nenvironment: [B=3, 'C=a$$b']\nmem_limit: 1.5g",
    );
    let node = definition
        .scenario
        .nodes
        .iter()
        .find(|node| node.id.as_str() == "web")
        .unwrap();
    assert_eq!(node.web.as_ref().map(|page| page.port), Some(80));
    let placed: Vec<&str> = definition
        .scenario
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(placed, ["/srv/in/side.txt", "/srv/index.html"]);
    assert_eq!(
        definition
            .bundle
            .file("files/www/index.html")
            .unwrap()
            .bytes,
        b"x"
    );
    let service = web(&definition);
    let environment: Vec<_> = service
        .environment
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(environment, [("A", "1"), ("B", "3"), ("C", "a$b")]);
    assert_eq!((service.memory, service.tmpfs.len()), (1536 << 20, 1));
    let database = definition
        .compose
        .services
        .iter()
        .find(|service| service.id.as_str() == "db")
        .unwrap();
    assert_eq!(
        database.networks,
        [("default".to_owned(), vec!["base".to_owned()])]
    );
    // Somewhere to work from is added where the source has nothing of the kind.
    assert!(
        definition
            .scenario
            .nodes
            .iter()
            .any(|node| node.role == NodeRole::Analyst && node.terminal.is_some())
    );
}

#[test]
fn names_that_are_not_allowed_here_stay_as_further_names() {
    let text = "services: {My_Db: {image: a}, app: {image: b, depends_on: [My_Db]}}\n";
    let (definition, report) = imported(Format::Compose, &files([("docker-compose.yml", text)]));
    assert_eq!(
        fate(&report, "docker-compose.yml: services.My_Db"),
        (Changed, "import-renamed")
    );
    let service = &definition.compose.services[0];
    assert_eq!(
        (service.id.as_str(), service.networks[0].1.as_slice()),
        ("my-db", &["My_Db".to_owned()][..])
    );
}

#[test]
fn the_example_of_a_commune_holds() {
    let (definition, report) = imported(Format::Compose, &example("compose"));
    assert_eq!(definition.scenario.id.as_str(), "cong-cua-xa");
    let at = |inside: &str| format!("docker-compose.yml: {inside}");
    for (place, expected, id) in [
        ("name", Taken, "import-taken"),
        ("version", Lost, "scenario-compose-version"),
        ("x-limits", Lost, "import-compose-extension"),
        ("services.portal.mem_limit", Taken, "import-taken"),
        ("services.portal.ports[0]", Changed, "import-compose-web"),
        ("services.portal.ports[1]", Lost, "import-compose-port"),
        (
            "services.portal.environment[1]",
            Changed,
            "import-compose-unset",
        ),
        (
            "services.portal.networks.back.ipv4_address",
            Lost,
            "scenario-refused-address",
        ),
        (
            "services.database.volumes[1]",
            Lost,
            "import-compose-outside",
        ),
        ("networks.front", Taken, "import-taken"),
        ("networks.back.ipam", Lost, "scenario-refused-address"),
        ("volumes.portal_data", Changed, "import-compose-volume"),
    ] {
        assert_eq!(fate(&report, &at(place)), (expected, id), "{place}");
    }
    let portal = &definition.compose.services[0];
    assert_eq!(portal.image, "thaotruong/portal:1");
    assert!(
        portal
            .environment
            .contains(&("CMS_PASSWORD".to_owned(), "bi3n tap $5".to_owned()))
    );
    assert_eq!(definition.scenario.files.len(), 2);
}
