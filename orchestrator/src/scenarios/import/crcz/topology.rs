//! `topology.yml`: hosts, routers and networks.

use std::collections::BTreeMap;

use crate::scenarios::{
    Message, NodeRole,
    import::{
        Fate, Wanted,
        draft::{Draft, Machine, node},
        foreign::{find, image, taken_list, text_of},
        ledger::Given,
        names::Names,
        yaml::Yaml,
    },
};

/// What trainings say of a sandbox in addresses and names.
#[derive(Default)]
pub(super) struct Hosts {
    /// Machines by their address: the name, and whether it is the first of its addresses.
    pub(super) addresses: BTreeMap<String, String>,
    /// The first machine of each network at which trainees work, by network.
    pub(super) seats: BTreeMap<String, String>,
    /// Networks of each machine.
    pub(super) networks: BTreeMap<String, Vec<String>>,
}

/// What a network is to trainees.
struct Network {
    name: String,
    open: bool,
}

/// Reads the file.
pub(super) fn read(root: &Given<'_>, draft: &mut Draft, wanted: &Wanted) -> Hosts {
    let mut hosts = Hosts::default();
    let networks = networks(root, draft);
    let mappings = mappings(root, &networks);
    let mut names = Names::new("machine");
    for given in items(root, "hosts") {
        machine(
            &given, false, &mappings, &networks, &mut names, draft, &mut hosts, wanted,
        );
    }
    for given in items(root, "routers") {
        machine(
            &given, true, &mappings, &networks, &mut names, draft, &mut hosts, wanted,
        );
    }
    if let Some(wan) = find(root, "wan") {
        wan.lost(Message::new("import-crcz-wan"));
    }
    for group in items(root, "groups") {
        for (_, given) in group.entries() {
            given.lost(Message::new("import-crcz-groups"));
        }
    }
    for key in ["monitoring_targets", "vpn"] {
        if let Some(given) = find(root, key) {
            given.lost(Message::new("import-crcz-platform"));
        }
    }
    open(draft, root);
    hosts
}

fn items<'a>(root: &Given<'a>, key: &str) -> Vec<Given<'a>> {
    find(root, key).map(|list| list.items()).unwrap_or_default()
}

fn networks<'a>(root: &Given<'a>, draft: &mut Draft) -> BTreeMap<&'a str, Network> {
    let mut networks = BTreeMap::new();
    let mut names = Names::new("network");
    for given in items(root, "networks") {
        let Some((called, text)) = text_of(&given, "name") else {
            continue;
        };
        let name = names.of(&called, text);
        called.taken(format!("networks: {name}"));
        if let Some(cidr) = find(&given, "cidr") {
            cidr.lost(Message::new("import-address"));
        }
        let mut open = true;
        if let Some(given) = find(&given, "accessible_by_user") {
            open = given.truth() != Some(false);
            given.taken("nodes[].terminal");
        }
        if let Some(given) = find(&given, "hidden") {
            open = open && given.truth() != Some(true);
            given.changed(Message::new("import-crcz-hidden"));
        }
        draft.networks.push(name.clone());
        networks.insert(text, Network { name, open });
    }
    networks
}

/// Networks and addresses by host or router.
fn mappings<'a>(
    root: &Given<'a>,
    networks: &BTreeMap<&str, Network>,
) -> BTreeMap<&'a str, Vec<(&'a str, Option<&'a str>)>> {
    let mut mappings: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (key, whose) in [("net_mappings", "host"), ("router_mappings", "router")] {
        for given in items(root, key) {
            let host = text_of(&given, whose);
            let network = text_of(&given, "network");
            let address = text_of(&given, "ip");
            let known = network
                .as_ref()
                .is_some_and(|(_, name)| networks.contains_key(name));
            if let Some((given, _)) = &host {
                given.taken("services[].networks");
            }
            if let Some((given, name)) = &network {
                if known {
                    given.taken("services[].networks");
                } else {
                    given.lost(Message::new("import-crcz-nobody").with("name", *name));
                }
            }
            if let Some((given, _)) = &address {
                given.changed(Message::new("import-crcz-ip"));
            }
            if let (Some((_, host)), Some((_, network)), true) = (host, network, known) {
                let address = address.map(|(_, text)| text.trim());
                let own = mappings.entry(host).or_default();
                // Two addresses in one network are one membership here.
                if !own.iter().any(|(other, _)| *other == network) {
                    own.push((network, address));
                }
            }
        }
    }
    mappings
}

#[expect(
    clippy::too_many_arguments,
    reason = "one caller, and each is a table of its own"
)]
fn machine(
    given: &Given<'_>,
    router: bool,
    mappings: &BTreeMap<&str, Vec<(&str, Option<&str>)>>,
    networks: &BTreeMap<&str, Network>,
    names: &mut Names,
    draft: &mut Draft,
    hosts: &mut Hosts,
    wanted: &Wanted,
) {
    let Some((called, text)) = text_of(given, "name") else {
        return;
    };
    let id = names.of(&called, text);
    if router {
        called.changed(Message::new("import-crcz-router").with("name", &id));
    } else {
        called.taken(format!("nodes: {id}"));
    }
    let (image, user) = base_box(given, wanted);
    if let Some(flavor) = find(given, "flavor") {
        flavor.lost(Message::new("import-crcz-flavor"));
    }
    if let Some(block) = find(given, "block_internet") {
        match block.truth() {
            Some(true) => block.taken("networks"),
            _ => block.changed(Message::new("import-crcz-closed")),
        }
    }
    for key in ["extra", "volumes"] {
        if let Some(given) = find(given, key) {
            given.lost(Message::new("import-crcz-provisioning"));
        }
    }
    let hidden = find(given, "hidden").is_some_and(|hidden| {
        hidden.taken("nodes[].terminal");
        hidden.truth() == Some(true)
    });
    let own = mappings.get(text).map(Vec::as_slice).unwrap_or_default();
    let joined: Vec<&Network> = own
        .iter()
        .filter_map(|(name, _)| networks.get(name))
        .collect();
    let open = !router && !hidden && joined.iter().any(|network| network.open);
    let joined: Vec<String> = joined.iter().map(|network| network.name.clone()).collect();
    // A text can name the first address alone.
    if let Some((_, Some(address))) = own.first() {
        hosts.addresses.insert((*address).to_owned(), id.clone());
    }
    if open {
        for network in &joined {
            hosts
                .seats
                .entry(network.clone())
                .or_insert_with(|| id.clone());
        }
    }
    hosts.networks.insert(id.clone(), joined.clone());
    let mut machine = Machine::new(&id, &image);
    if !joined.is_empty() {
        machine = machine.key("networks", Yaml::texts(&joined));
    }
    let role = match (router || hidden, open) {
        (true, _) => NodeRole::Infrastructure,
        (false, true) => NodeRole::Analyst,
        (false, false) => NodeRole::Target,
    };
    let mut own = node(&id, role);
    if open {
        own = own.with_terminal(user.as_deref().unwrap_or("root"));
    }
    draft.machine(machine, own);
}

/// The image, and the account that trainees use.
fn base_box(given: &Given<'_>, wanted: &Wanted) -> (String, Option<String>) {
    let Some(base) = find(given, "base_box") else {
        return ("unknown".to_owned(), None);
    };
    let (image, known) = match text_of(&base, "image") {
        Some((given, name)) => image(&given, name, wanted),
        None => ("unknown".to_owned(), None),
    };
    let account = text_of(&base, "mgmt_user").or_else(|| text_of(&base, "man_user"));
    let user = known
        .map(str::to_owned)
        .or_else(|| account.as_ref().map(|(_, name)| (*name).to_owned()));
    if let (Some((given, _)), Some(user)) = (&account, &user) {
        given.changed(Message::new("import-crcz-account").with("user", user));
    }
    for key in ["mgmt_protocol", "mng_protocol"] {
        if let Some(given) = find(&base, key) {
            given.lost(Message::new("import-crcz-protocol"));
        }
    }
    (image, user)
}

/// Somebody must reach something.
fn open(draft: &mut Draft, root: &Given<'_>) {
    let nodes = &mut draft.scenario.nodes;
    if nodes.is_empty() || nodes.iter().any(|node| node.terminal.is_some()) {
        return;
    }
    for own in nodes.iter_mut() {
        *own = own.clone().with_terminal("root");
    }
    let message = Message::new("import-sdl-all-open");
    root.ledger()
        .tell(Fate::Changed, "scenario.yaml: nodes", message);
    if let Some(list) = find(root, "networks") {
        taken_list(&list, "networks");
    }
}
