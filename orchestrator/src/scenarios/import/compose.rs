//! Compose files: the machines and networks of an environment, with the files that were mounted from beside them.
//!
//! What our own subset of Compose knows is carried over as it stands; what would reach out of the lab becomes what the
//! range has instead (a page, a placed file, a further name) or is lost with the reason that `check` would give. Nothing
//! outside the folder is ever read.

mod fill;
mod keys;
mod mounts;
mod networks;
mod service;

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use fill::Variables;

use super::{
    Fate, ImportError, Wanted,
    draft::{self, Draft, Machine},
    ledger::{Document, Given, Ledger},
    names::Names,
    yaml::Yaml,
};
use crate::scenarios::{Audience, BundleFile, Message, NodeRole, compose};

/// What the file is called.
const FILES: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
];
/// The network of services that name none.
const DEFAULT_NETWORK: &str = "default";
/// Words in the names of machines that people work from.
const ANALYSTS: [&str; 5] = ["workstation", "kali", "analyst", "jumpbox", "desktop"];

/// Everything that the parts of a Compose file are read with.
struct Source<'a> {
    ledger: &'a Ledger,
    files: &'a BTreeMap<String, BundleFile>,
    variables: Variables,
    /// New names by old ones.
    services: BTreeMap<String, String>,
    /// New names by old ones.
    networks: BTreeMap<String, String>,
    /// Further names of services, by their old names.
    aliases: BTreeMap<String, BTreeSet<String>>,
    /// How many services use a named volume.
    volumes: BTreeMap<String, usize>,
    /// How many more files mounts may name, those that are there already included.
    mountable: Cell<usize>,
}

/// The Compose file among others: of a known name, or the only one that has services.
pub(super) fn file(files: &BTreeMap<String, BundleFile>) -> Option<&str> {
    if let Some(known) = FILES.iter().find(|name| files.contains_key(**name)) {
        return Some(known);
    }
    let has_services = |file: &BundleFile| {
        file.bytes.starts_with(b"services:")
            || file.bytes.windows(10).any(|part| part == b"\nservices:")
    };
    let mut found = files.iter().filter(|(path, file)| {
        !path.contains('/')
            && matches!(path.rsplit_once('.'), Some((_, "yml" | "yaml")))
            && has_services(file)
    });
    let first = found.next()?;
    found.next().is_none().then_some(first.0.as_str())
}

/// Reads a Compose file and what lies beside it.
pub(super) fn import(
    files: &BTreeMap<String, BundleFile>,
    ledger: &Ledger,
    wanted: &Wanted,
) -> Result<Draft, ImportError> {
    let path = file(files).ok_or(ImportError::Missing(FILES[0]))?;
    let bytes = files
        .get(path)
        .map(|file| file.bytes.as_slice())
        .unwrap_or_default();
    let document = ledger.yaml(path, bytes)?;
    let root = document.root(ledger);
    let services = root
        .get("services")
        .map(|it| it.entries())
        .unwrap_or_default();
    if services.is_empty() {
        return Err(ImportError::Nothing(path.to_owned()));
    }
    let mut source = Source {
        ledger,
        files,
        variables: environment(files, ledger),
        services: BTreeMap::new(),
        networks: BTreeMap::new(),
        aliases: BTreeMap::new(),
        volumes: BTreeMap::new(),
        mountable: Cell::new(mounts::MOST_NAMED),
    };
    let mut draft = head(ledger, &document, &root, wanted);
    source.read_networks(&root, &mut draft);
    let mut names = Names::new("machine");
    for (name, given) in &services {
        let new = names.of(given, name);
        if new != *name {
            source.alias(name, name);
        }
        source.services.insert((*name).to_owned(), new);
        source.look_ahead(given);
    }
    for (name, given) in &services {
        let (machine, node) = source.service(name, given, &mut draft);
        draft.machine(machine, node);
    }
    top_level(&source, &root);
    workstation(&mut draft, ledger);
    let escalation = Message::new("import-compose-escalation");
    ledger.tell(Fate::Changed, format!("{path}: services"), escalation);
    Ok(draft)
}

/// The values of `.env` beside the file.
fn environment(files: &BTreeMap<String, BundleFile>, ledger: &Ledger) -> Variables {
    let Some(file) = files.get(".env") else {
        return Variables::new([]);
    };
    ledger.tell_file(Fate::Changed, ".env", Message::new("import-compose-env"));
    Variables::new(fill::environment_file(&file.bytes))
}

/// A scenario of the file's name.
fn head(ledger: &Ledger, document: &Document, root: &Given<'_>, wanted: &Wanted) -> Draft {
    let given = root.get("name");
    let name = given.as_ref().and_then(Given::text).unwrap_or_default();
    if let Some(given) = &given {
        given.taken("scenario.yaml: title");
    }
    let id = wanted.name(Some(name), "imported");
    let title = ledger.text(if name.trim().is_empty() { &id } else { name });
    let summary = Message::new("import-compose-summary").with("file", document.file());
    let mut draft = Draft::new(&id, title, draft::ours(&summary));
    draft.scenario.audience.push(Audience::ItSpecialist);
    draft
}

/// What stands beside services and networks.
fn top_level(source: &Source<'_>, root: &Given<'_>) {
    for (key, given) in root.entries() {
        match key {
            "services" | "networks" | "name" => {}
            "version" => given.lost(Message::new("scenario-compose-version")),
            "volumes" => {
                for (name, volume) in given.entries() {
                    let shared = source.volumes.get(name).copied().unwrap_or_default() > 1;
                    volume.tell(
                        if shared { Fate::Lost } else { Fate::Changed },
                        mounts::volume(shared),
                    );
                }
            }
            key if key.starts_with("x-") => given.lost(Message::new("import-compose-extension")),
            key => {
                if let Some(reason) = compose::refused_at_top(key) {
                    given.lost(Message::new(reason));
                }
            }
        }
    }
}

/// Adds a machine to work from, where the source has none.
fn workstation(draft: &mut Draft, ledger: &Ledger) {
    if draft
        .scenario
        .nodes
        .iter()
        .any(|node| node.role == NodeRole::Analyst)
    {
        return;
    }
    let mut names = Names::new("workstation");
    for machine in &draft.machines {
        names.make(&machine.id);
    }
    let id = names.make("workstation");
    let networks = if draft.networks.is_empty() {
        vec![DEFAULT_NETWORK.to_owned()]
    } else {
        draft.networks.clone()
    };
    let machine =
        Machine::new(&id, "thaotruong/workstation:1").key("networks", Yaml::texts(&networks));
    draft.machine(
        machine,
        draft::node(&id, NodeRole::Analyst).with_terminal("analyst"),
    );
    ledger.tell(
        Fate::Changed,
        "compose.yaml",
        Message::new("import-compose-workstation").with("name", id),
    );
}

impl Source<'_> {
    /// A text whose variables are filled in; those without a value are told.
    fn filled(&self, given: &Given<'_>, text: &str) -> String {
        let filled = fill::fill(text, &self.variables);
        if !filled.unset.is_empty() {
            let message =
                Message::new("import-compose-unset").with("names", filled.unset.join(", "));
            self.ledger.tell(Fate::Changed, given.place(), message);
        }
        filled.text
    }

    /// The text of a value, filled in.
    fn text(&self, given: &Given<'_>) -> Option<String> {
        given.text().map(|text| self.filled(given, text))
    }

    /// A value as it stands, filled in; dollars are doubled, because the result is filled in once more.
    fn copy(&self, given: &Given<'_>) -> Yaml {
        if given.is_list() {
            return Yaml::List(given.items().iter().map(|item| self.copy(item)).collect());
        }
        if let Some(text) = given.text() {
            let filled = self.filled(given, text).replace('$', "$$");
            return Yaml::scalar(filled, given.is_plain());
        }
        let entries = given.entries().into_iter();
        Yaml::Map(
            entries
                .map(|(key, value)| (key.to_owned(), self.copy(&value)))
                .collect(),
        )
    }

    /// Adds a further name of a service.
    fn alias(&mut self, service: &str, alias: &str) {
        self.aliases
            .entry(service.to_owned())
            .or_default()
            .insert(alias.to_owned());
    }

    /// Notes what services say of others, before any is written.
    fn look_ahead(&mut self, given: &Given<'_>) {
        for link in given.get("links").map(|it| it.items()).unwrap_or_default() {
            let text = self.text(&link).unwrap_or_default();
            if let Some((service, alias)) = text
                .split_once(':')
                .filter(|(service, alias)| service != alias)
            {
                self.alias(service, alias);
            }
        }
        for volume in given
            .get("volumes")
            .map(|it| it.items())
            .unwrap_or_default()
        {
            if let Some(name) = mounts::named_volume(self, &volume) {
                *self.volumes.entry(name).or_default() += 1;
            }
        }
    }

    /// The networks of the file.
    fn read_networks(&mut self, root: &Given<'_>, draft: &mut Draft) {
        let mut names = Names::new("network");
        for (name, given) in root
            .get("networks")
            .map(|it| it.entries())
            .unwrap_or_default()
        {
            let new = names.of(&given, name);
            given.note(
                Fate::Taken,
                Message::new("import-taken").with("to", format!("compose.yaml: networks.{new}")),
            );
            for (key, inside) in given.entries() {
                let fine = match key {
                    "driver" => inside.text() == Some("bridge"),
                    "internal" => inside.truth() == Some(true),
                    _ => false,
                };
                match compose::refused_in_network(key) {
                    _ if fine => inside.taken(format_args!("compose.yaml: networks.{new}")),
                    Some(reason) => inside.lost(Message::new(reason)),
                    None => {}
                }
            }
            self.networks.insert(name.to_owned(), new.clone());
            draft.networks.push(new);
        }
    }
}
