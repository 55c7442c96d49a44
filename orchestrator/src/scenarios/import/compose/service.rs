//! One service of a Compose file.

use std::collections::{HashMap, HashSet};

use super::{ANALYSTS, Source, fill, keys::Keys, mounts::within};
use crate::scenarios::{
    LocalText, Message, NodeRole, ScenarioNode, WebPage, compose,
    import::{
        Fate,
        draft::{self, Draft, Machine},
        ledger::Given,
        names::slug,
        yaml::Yaml,
    },
    is_name, time,
};

/// Keys that mean the same here and stand as they are.
const AS_THEY_ARE: [&str; 12] = [
    "command",
    "entrypoint",
    "working_dir",
    "user",
    "tmpfs",
    "init",
    "tty",
    "cpus",
    "pids_limit",
    "stop_grace_period",
    "hostname",
    "mem_limit",
];
/// Keys of a health check that mean the same here.
const HEALTH: [&str; 6] = [
    "test",
    "interval",
    "timeout",
    "retries",
    "start_period",
    "disable",
];
/// Ports that web servers listen on.
const WEB_PORTS: [u16; 11] = [
    80, 8080, 8000, 3000, 5000, 8888, 9000, 8081, 8090, 4000, 7001,
];

impl Source<'_> {
    /// A service as machine and node.
    pub(super) fn service(
        &self,
        old: &str,
        given: &Given<'_>,
        draft: &mut Draft,
    ) -> (Machine, ScenarioNode) {
        let id = self.services.get(old).cloned().unwrap_or_default();
        let image = self.image(given, &id);
        let mut node = draft::node(&id, NodeRole::Target);
        let is_analyst = ANALYSTS
            .iter()
            .any(|word| image.contains(word) || id.contains(word));
        if is_analyst {
            let own = given.get("user").and_then(|user| self.text(&user));
            let user = own.as_deref().and_then(|user| user.split(':').next());
            let known = image
                .starts_with("thaotruong/workstation")
                .then_some("analyst");
            node.role = NodeRole::Analyst;
            node = node.with_terminal(user.or(known).unwrap_or("root"));
        }
        let mut keys = Keys(vec![(
            "image".to_owned(),
            Yaml::text(image.replace('$', "$$")),
        )]);
        self.environment(given, &id, &mut keys);
        self.networks_of(given, old, &id, &mut keys);
        let mut memory = Vec::new();
        for (key, value) in given.entries() {
            match key {
                "image" | "build" | "environment" | "env_file" | "networks" | "container_name"
                | "network_mode" => {}
                "ports" => ports(self, &value, &mut node),
                "volumes" => memory = self.mounts(&value, &id, draft),
                "healthcheck" => self.healthcheck(&value, &id, &mut keys),
                "depends_on" => self.depends_on(&value, &id, &mut keys),
                "links" => self.links(&value),
                "cap_add" => self.capabilities(&value, &id, &mut keys),
                "deploy" => self.deploy(&value, &id, &mut keys),
                "hostname" => self.hostname(&value, &id, &mut keys),
                "mem_limit" => self.memory(&value, "mem_limit", &id, &mut keys),
                "stop_grace_period" if value.text().and_then(time::parse).is_none() => {
                    value.lost(
                        Message::new("scenario-duration")
                            .with("text", value.text().unwrap_or_default()),
                    );
                }
                "restart" if value.text() == Some("no") => value.taken("compose.yaml"),
                "restart" => value.lost(Message::new("scenario-compose-restart")),
                "expose" => value.lost(Message::new("scenario-ignored-expose")),
                "labels" | "annotations" => value.lost(Message::new("import-compose-labels")),
                key if AS_THEY_ARE.contains(&key) => {
                    value.taken(format_args!("compose.yaml: services.{id}.{key}"));
                    keys.put(key, self.copy(&value));
                }
                key if key.starts_with("x-") => {
                    value.lost(Message::new("import-compose-extension"));
                }
                key => {
                    if let Some(reason) = compose::refused_in_service(key) {
                        value.lost(reason);
                    }
                }
            }
        }
        if !memory.is_empty() {
            keys.add_all("tmpfs", memory);
        }
        let mut machine = Machine::new(&id, "");
        machine.keys = keys.0;
        (machine, node)
    }

    /// The image, or the name of the one that must be made.
    fn image(&self, given: &Given<'_>, id: &str) -> String {
        let image = given.get("image").and_then(|image| {
            image.taken(format_args!("compose.yaml: services.{id}.image"));
            self.text(&image)
        });
        let build = given.get("build");
        let made = image
            .clone()
            .unwrap_or_else(|| format!("thaotruong/{id}:1"));
        if let Some(build) = build {
            let context = build.get("context").unwrap_or_else(|| build.clone());
            let context = self.text(&context).unwrap_or_else(|| ".".to_owned());
            let message = Message::new("import-compose-build")
                .with("image", &made)
                .with("folder", &context);
            build.tell(Fate::Changed, message);
            // The folder is the image's source, not the scenario's: one line speaks for its files.
            if let Some(folder) = within(&context) {
                for path in self.files.keys() {
                    if folder.is_empty() || path.starts_with(&format!("{folder}/")) {
                        self.ledger.spare_file(path);
                    }
                }
            }
        }
        made
    }

    /// Environment files and the environment, in one.
    fn environment(&self, given: &Given<'_>, id: &str, keys: &mut Keys) {
        let mut all = Environment::default();
        let mut files = HashSet::new();
        if let Some(file) = given.get("env_file") {
            let items = if file.is_list() {
                file.items()
            } else {
                vec![file]
            };
            for item in items {
                let named = item.get("path").unwrap_or_else(|| item.clone());
                let path = self.text(&named).unwrap_or_default();
                let found =
                    within(&path).and_then(|path| Some((path.clone(), self.files.get(&path)?)));
                let Some((path, file)) = found else {
                    item.lost(Message::new("import-compose-absent").with("path", path));
                    continue;
                };
                self.ledger.spare_file(&path);
                // Each service has a copy of its own; the same file twice says nothing new.
                let fresh = files.insert(path.clone());
                if fresh && !self.variables.take(file.bytes.len()) {
                    item.lost(Message::new("import-compose-large").with("path", path));
                    continue;
                }
                item.changed(Message::new("import-compose-env-file").with("name", id));
                if fresh {
                    for (name, value) in fill::environment_file(&file.bytes) {
                        all.set(name, value);
                    }
                }
            }
        }
        if let Some(environment) = given.get("environment") {
            environment.taken(format_args!("compose.yaml: services.{id}.environment"));
            for (name, value) in environment.entries() {
                let text = self
                    .text(&value)
                    .or_else(|| self.variables.value(name).map(str::to_owned));
                all.set(name.to_owned(), text.unwrap_or_default());
            }
            for item in environment.items() {
                let text = self.text(&item).unwrap_or_default();
                if let Some((name, value)) = text.split_once('=') {
                    all.set(name.to_owned(), value.to_owned());
                } else {
                    let value = self.variables.value(&text).unwrap_or_default().to_owned();
                    all.set(text, value);
                }
            }
        }
        if !all.0.is_empty() {
            keys.put("environment", Yaml::Block(all.entries()));
        }
    }

    fn healthcheck(&self, given: &Given<'_>, id: &str, keys: &mut Keys) {
        let mut kept = Vec::new();
        if let Some(value) = given.get("start_interval") {
            value.lost(Message::new("scenario-ignored-start-interval"));
        }
        for (key, value) in given
            .entries()
            .into_iter()
            .filter(|(key, _)| HEALTH.contains(key))
        {
            let is_time = !matches!(key, "test" | "retries" | "disable");
            let text = self.text(&value).unwrap_or_default();
            if is_time && time::parse(&text).is_none() {
                value.lost(Message::new("scenario-duration").with("text", text));
                continue;
            }
            value.taken(format_args!(
                "compose.yaml: services.{id}.healthcheck.{key}"
            ));
            kept.push((key.to_owned(), self.copy(&value)));
        }
        if kept
            .iter()
            .any(|(key, _)| key == "test" || key == "disable")
        {
            keys.put("healthcheck", Yaml::Block(kept));
        }
    }

    fn depends_on(&self, given: &Given<'_>, id: &str, keys: &mut Keys) {
        let to = format!("compose.yaml: services.{id}.depends_on");
        let unknown = |given: &Given<'_>, name: &str| {
            given.lost(Message::new("scenario-unknown-compose-service").with("name", name));
        };
        let mut list = Vec::new();
        for item in given.items() {
            let name = self.text(&item).unwrap_or_default();
            match self.services.get(&name) {
                Some(new) => {
                    item.taken(&to);
                    list.push(Yaml::text(new));
                }
                None => unknown(&item, &name),
            }
        }
        if !list.is_empty() {
            keys.put("depends_on", Yaml::List(list));
        }
        let mut map = Vec::new();
        for (name, item) in given.entries() {
            let Some(new) = self.services.get(name) else {
                unknown(&item, name);
                continue;
            };
            let condition = item.get("condition").and_then(|condition| {
                condition.taken(&to);
                self.text(&condition)
            });
            for (key, as_here, reason) in [
                ("required", true, "scenario-ignored-required"),
                ("restart", false, "scenario-ignored-restart"),
            ] {
                if let Some(value) = item.get(key) {
                    if value.truth() == Some(as_here) {
                        value.taken(&to);
                    } else {
                        value.lost(Message::new(reason));
                    }
                }
            }
            let condition = condition.unwrap_or_else(|| "service_started".to_owned());
            map.push((
                new.clone(),
                Yaml::Map(vec![("condition".to_owned(), Yaml::text(condition))]),
            ));
        }
        if !map.is_empty() {
            keys.put("depends_on", Yaml::Block(map));
        }
    }

    fn capabilities(&self, given: &Given<'_>, id: &str, keys: &mut Keys) {
        let mut kept = Vec::new();
        for item in given.items() {
            let name = self.text(&item).unwrap_or_default();
            if compose::gives(&name) {
                item.taken(format_args!("compose.yaml: services.{id}.cap_add"));
                kept.push(Yaml::text(name));
            } else {
                item.lost(Message::new("scenario-capability").with("name", name));
            }
        }
        if !kept.is_empty() {
            keys.put("cap_add", Yaml::List(kept));
        }
    }

    /// Limits of `deploy` become those of the service.
    fn deploy(&self, given: &Given<'_>, id: &str, keys: &mut Keys) {
        let limits = given.get("resources").and_then(|it| it.get("limits"));
        if let Some(limits) = limits {
            if let Some(memory) = limits.get("memory") {
                self.memory(&memory, "mem_limit", id, keys);
            }
            for (old, new) in [("cpus", "cpus"), ("pids", "pids_limit")] {
                if let Some(value) = limits.get(old) {
                    value.taken(format_args!("compose.yaml: services.{id}.{new}"));
                    let text = self.text(&value).unwrap_or_default();
                    keys.put(new, Yaml::plain(text));
                }
            }
        }
        for (key, value) in given.entries() {
            if key != "resources" {
                value.lost(Message::new("scenario-refused-deploy"));
            }
        }
    }

    /// A host name must be a name here.
    fn hostname(&self, given: &Given<'_>, id: &str, keys: &mut Keys) {
        let text = self.text(given).unwrap_or_default();
        if is_name(&text) {
            given.taken(format_args!("compose.yaml: services.{id}.hostname"));
            keys.put("hostname", Yaml::text(text));
        } else if let Some(name) = slug(&text) {
            given.changed(
                Message::new("import-renamed")
                    .with("name", text)
                    .with("to", &name),
            );
            keys.put("hostname", Yaml::text(name));
        } else {
            given.lost(Message::new("scenario-name").with("name", text));
        }
    }

    /// `1.5g` and the like in whole mebibytes; what the reader knows stays.
    fn memory(&self, given: &Given<'_>, key: &str, id: &str, keys: &mut Keys) {
        let text = self.text(given).unwrap_or_default().to_lowercase();
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let factor = match unit.trim() {
            "" | "b" => 1.0 / 1_048_576.0,
            "k" | "kb" | "ki" | "kib" => 1.0 / 1024.0,
            "m" | "mb" | "mi" | "mib" => 1.0,
            "g" | "gb" | "gi" | "gib" => 1024.0,
            _ => 0.0,
        };
        let size = number.parse::<f64>().unwrap_or_default() * factor;
        if !(1.0..=65_536.0).contains(&size) {
            given.lost(Message::new("scenario-memory").with("text", text));
            return;
        }
        given.taken(format_args!("compose.yaml: services.{id}.mem_limit"));
        keys.put(key, Yaml::text(format!("{size:.0}m")));
    }
}

/// The variables of a service with the place of each: one that is set again stands where it was set last.
#[derive(Default)]
struct Environment(HashMap<String, (usize, String)>, usize);

impl Environment {
    fn set(&mut self, name: String, value: String) {
        self.1 += 1;
        self.0.insert(name, (self.1, value));
    }

    fn entries(self) -> Vec<(String, Yaml)> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_by_key(|(_, (place, _))| *place);
        all.into_iter()
            .map(|(name, (_, value))| (name, Yaml::text(value.replace('$', "$$"))))
            .collect()
    }
}

/// The first port that looks like a web server's becomes the machine's page; none is opened on the host.
fn ports(source: &Source<'_>, given: &Given<'_>, node: &mut ScenarioNode) {
    for item in given.items() {
        let target = item.get("target").unwrap_or_else(|| item.clone());
        let text = source.text(&target).unwrap_or_default();
        let own = text
            .split('/')
            .next()
            .unwrap_or_default()
            .rsplit(':')
            .next()
            .unwrap_or_default();
        let udp =
            text.ends_with("/udp") || item.get("protocol").and_then(|it| it.text()) == Some("udp");
        let port: Option<u16> = own.split('-').next().and_then(|port| port.parse().ok());
        match port {
            Some(port) if !udp && node.web.is_none() && WEB_PORTS.contains(&port) => {
                let title = node.id.as_str().to_owned();
                node.web = Some(WebPage {
                    port,
                    title: LocalText {
                        vi: title.clone(),
                        en: title,
                    },
                });
                item.changed(Message::new("import-compose-web").with("port", port));
            }
            _ => item.lost(Message::new("import-compose-port").with("port", own)),
        }
    }
}
