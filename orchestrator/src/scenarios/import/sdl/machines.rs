//! Nodes and infrastructure: virtual machines become machines, switches become networks.

use std::collections::BTreeMap;

use super::{brief, entities::Entities, units};
use crate::scenarios::{
    Cell, Message, NodeRole,
    import::{
        Wanted,
        draft::{Draft, Machine, node},
        foreign::{find, image, taken_list, text_of},
        ledger::Given,
        names::Names,
        yaml::Yaml,
    },
};

/// Most machines of one environment.
const MOST: usize = 100;
/// Least and most memory of a machine, in bytes.
const MEMORY: std::ops::RangeInclusive<u64> = 6 << 20..=64 << 30;
/// Most processors of a machine.
const PROCESSORS: std::ops::RangeInclusive<i64> = 1..=64;

/// Which machines came of which node, and where conditions are looked at.
#[derive(Default)]
pub(super) struct Machines {
    /// Names of machines by name of node.
    nodes: BTreeMap<String, Vec<String>>,
    /// Names of networks by name of switch.
    networks: BTreeMap<String, String>,
    /// The machine of a condition, and the account that looks.
    pub(super) conditions: BTreeMap<String, String>,
}

/// Reads both sections.
pub(super) fn read(
    root: &Given<'_>,
    draft: &mut Draft,
    entities: &Entities,
    wanted: &Wanted,
) -> Machines {
    let mut made = Machines::default();
    let Some(nodes) = find(root, "nodes") else {
        return made;
    };
    let infrastructure = find(root, "infrastructure");
    let mut names = Names::new("network");
    for (key, given) in nodes.entries() {
        if !is_switch(&given) {
            continue;
        }
        let name = names.of(&given, key);
        tell_type(&given, "networks");
        if let Some(description) = find(&given, "description") {
            description.lost(Message::new("import-sdl-switch-text"));
        }
        draft.networks.push(name.clone());
        made.networks.insert(key.to_owned(), name);
    }
    let mut names = Names::new("machine");
    for (key, given) in nodes.entries() {
        if is_switch(&given) {
            continue;
        }
        let deployed = infrastructure.as_ref().map(|all| find(all, key));
        let count = match &deployed {
            Some(None) => {
                given.lost(Message::new("import-sdl-not-deployed"));
                continue;
            }
            Some(Some(deployed)) => count(deployed),
            None => 1,
        };
        let left = MOST.saturating_sub(draft.machines.len());
        if count > left {
            given.ledger().tell(
                crate::scenarios::import::Fate::Changed,
                given.place(),
                Message::new("import-sdl-many").with("most", MOST),
            );
        }
        let ids: Vec<String> = (1..=count.min(left))
            .map(|number| match count {
                1 => names.of(&given, key),
                _ => names.make(&format!("{key}-{number}")),
            })
            .collect();
        made.nodes.insert(key.to_owned(), ids);
    }
    for (key, given) in nodes.entries() {
        let deployed = infrastructure.as_ref().and_then(|all| find(all, key));
        match made.nodes.get(key).cloned() {
            Some(ids) if !ids.is_empty() => {
                machine(&given, &ids, draft, &mut made, entities, wanted);
                if let Some(deployed) = deployed {
                    placed(&deployed, &ids, draft, &made);
                }
            }
            _ => switch(deployed.as_ref()),
        }
    }
    reachable(draft, &nodes);
    made
}

fn is_switch(given: &Given<'_>) -> bool {
    text_of(given, "type").is_some_and(|(_, kind)| kind.eq_ignore_ascii_case("switch"))
}

fn tell_type(given: &Given<'_>, to: &str) {
    if let Some(kind) = find(given, "type") {
        kind.taken(to);
    }
}

/// How many there are, `web: 3` or `web: {count: 3}`.
fn count(deployed: &Given<'_>) -> usize {
    let given = if deployed.is_map() {
        find(deployed, "count")
    } else {
        Some(deployed.clone())
    };
    let number = given.as_ref().and_then(Given::integer);
    if let (Some(given), Some(number)) = (&given, number) {
        if number == 1 {
            given.taken("services");
        } else {
            given.changed(Message::new("import-sdl-count").with("count", number));
        }
    }
    number
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or(1)
}

/// What a node says of its machines.
fn machine(
    given: &Given<'_>,
    ids: &[String],
    draft: &mut Draft,
    made: &mut Machines,
    entities: &Entities,
    wanted: &Wanted,
) {
    tell_type(given, "services");
    let (image, user) = source(given, wanted);
    let resources = find(given, "resources").or_else(|| find(given, "flavor"));
    let limits = resources
        .map(|resources| limits(&resources))
        .unwrap_or_default();
    let account = roles(given, entities, user);
    if let Some((description, text)) = text_of(given, "description") {
        description.changed(Message::new("import-sdl-briefing"));
        let name = ids.join(", ");
        brief(
            draft,
            "import-sdl-machines",
            &[format!("`{name}`: {text}")],
            given,
        );
    }
    for key in ["features", "injects"] {
        if let Some(packages) = find(given, key) {
            packages.lost(Message::new("import-sdl-package"));
        }
    }
    if let Some(list) = find(given, "vulnerabilities") {
        list.changed(Message::new("import-sdl-summary"));
    }
    conditions(given, ids, made);
    for id in ids {
        let mut machine = Machine::new(id, &image);
        for (key, value) in &limits {
            machine = machine.key(key, value.clone());
        }
        let role = match &account {
            Some((_, Cell::Blue)) => NodeRole::Analyst,
            Some((_, Cell::Red)) => NodeRole::Adversary,
            None => NodeRole::Target,
        };
        let mut own = node(id, role);
        if let Some((account, cell)) = &account {
            own = own.with_terminal(account);
            own.cell = *cell;
        }
        draft.machine(machine, own);
    }
}

/// The image of a machine, and its trainees' account where it is known.
fn source(given: &Given<'_>, wanted: &Wanted) -> (String, Option<&'static str>) {
    let Some(source) = find(given, "source").or_else(|| find(given, "template")) else {
        return ("unknown".to_owned(), None);
    };
    if let Some(name) = source.text() {
        return image(&source, name, wanted);
    }
    let Some((given, name)) = text_of(&source, "name") else {
        return ("unknown".to_owned(), None);
    };
    let version = find(&source, "version");
    let tag = version
        .as_ref()
        .and_then(Given::text)
        .filter(|text| *text != "*");
    if let Some(version) = &version {
        version.changed(Message::new("import-sdl-version"));
    }
    let full = tag.map(|tag| format!("{name}:{tag}"));
    let known = full
        .as_ref()
        .filter(|full| wanted.images.contains_key(*full));
    if known.is_none() && wanted.images.contains_key(name) {
        return image(&given, name, wanted);
    }
    image(&given, full.as_deref().unwrap_or(name), wanted)
}

fn limits(resources: &Given<'_>) -> Vec<(&'static str, Yaml)> {
    let mut limits = Vec::new();
    if let Some((given, text)) = text_of(resources, "ram") {
        match units::size(text).filter(|bytes| MEMORY.contains(bytes)) {
            Some(bytes) => {
                given.taken("mem_limit");
                limits.push(("mem_limit", Yaml::text(format!("{}k", bytes >> 10))));
            }
            None => given.lost(Message::new("import-sdl-size")),
        }
    }
    if let Some(given) = find(resources, "cpu") {
        match given.integer().filter(|count| PROCESSORS.contains(count)) {
            Some(count) => {
                given.taken("cpus");
                limits.push(("cpus", Yaml::text(count.to_string())));
            }
            None => given.lost(Message::new("import-sdl-size")),
        }
    }
    limits
}

/// The account by which trainees reach a machine, and their side: that of a role which an entity of theirs has. A machine
/// is one side's; where both have a role it is the defenders'.
fn roles(
    given: &Given<'_>,
    entities: &Entities,
    known: Option<&'static str>,
) -> Option<(String, Cell)> {
    let mut account: Option<(String, Cell)> = None;
    for (_, role) in find(given, "roles")
        .map(|roles| roles.entries())
        .unwrap_or_default()
    {
        let (user, whose) = if role.is_map() {
            (find(&role, "username"), find(&role, "entities"))
        } else {
            (Some(role.clone()), None)
        };
        let items = whose.as_ref().map(Given::items).unwrap_or_default();
        let sides = items.iter().filter_map(Given::text);
        let side = sides.filter_map(|name| entities.side(name)).min();
        if let Some(whose) = &whose {
            taken_list(whose, "nodes.terminal");
        }
        let Some(user) = user else { continue };
        match (user.text(), side) {
            (Some(name), Some(side)) if account.as_ref().is_none_or(|(_, of)| side <= *of) => {
                let own = known.unwrap_or(name).to_owned();
                user.changed(Message::new("import-sdl-account").with("user", &own));
                if account.as_ref().is_none_or(|(_, of)| side < *of) {
                    account = Some((own, side));
                }
            }
            _ => user.lost(Message::new("import-sdl-role")),
        }
    }
    account
}

/// Where conditions are looked at: on the first machine that has them.
fn conditions(given: &Given<'_>, ids: &[String], made: &mut Machines) {
    let Some(list) = find(given, "conditions") else {
        return;
    };
    let Some(first) = ids.first() else { return };
    let mut named: Vec<(&str, Given<'_>)> = list.entries();
    for item in list.items() {
        if let Some(name) = item.text() {
            named.push((name, item));
        }
    }
    for (name, item) in named {
        if made.conditions.contains_key(name) {
            item.lost(Message::new("import-sdl-condition-twice"));
        } else {
            item.taken("tasks[].answer.check");
            made.conditions.insert(name.to_owned(), first.clone());
        }
    }
}

/// Networks and what must be up before.
fn placed(deployed: &Given<'_>, ids: &[String], draft: &mut Draft, made: &Machines) {
    let mut networks: Vec<&String> = Vec::new();
    let mut waits: Vec<&String> = Vec::new();
    for key in ["links", "dependencies"] {
        for item in find(deployed, key)
            .map(|list| list.items())
            .unwrap_or_default()
        {
            let name = item.text().unwrap_or_default();
            match (made.networks.get(name), made.nodes.get(name)) {
                (Some(network), _) => {
                    if key == "links" && !networks.contains(&network) {
                        networks.push(network);
                    }
                    item.taken("networks");
                }
                (None, Some(others)) if key == "dependencies" => {
                    for other in others {
                        if !ids.contains(other) && !waits.contains(&other) {
                            waits.push(other);
                        }
                    }
                    item.taken("depends_on");
                }
                (None, Some(_)) => item.lost(Message::new("import-sdl-link")),
                (None, None) => item.lost(Message::new("import-sdl-nobody").with("name", name)),
            }
        }
    }
    if let Some(properties) = find(deployed, "properties") {
        properties.lost(Message::new("import-address"));
    }
    for machine in draft
        .machines
        .iter_mut()
        .filter(|machine| ids.contains(&machine.id))
    {
        if !networks.is_empty() {
            machine
                .keys
                .push(("networks".to_owned(), Yaml::texts(&networks)));
        }
        if !waits.is_empty() {
            machine
                .keys
                .push(("depends_on".to_owned(), Yaml::texts(&waits)));
        }
    }
}

/// A switch's own place among the others.
fn switch(deployed: Option<&Given<'_>>) {
    let Some(deployed) = deployed else { return };
    if !deployed.is_map() {
        deployed.taken("networks");
        return;
    }
    if let Some(count) = find(deployed, "count") {
        count.taken("networks");
    }
    for key in ["links", "dependencies"] {
        if let Some(list) = find(deployed, key) {
            list.lost(Message::new("import-sdl-switches"));
        }
    }
    if let Some(properties) = find(deployed, "properties") {
        properties.lost(Message::new("import-address"));
    }
}

/// Somebody must reach something: where no role says who, all machines are open.
fn reachable(draft: &mut Draft, nodes: &Given<'_>) {
    let all = &mut draft.scenario.nodes;
    if all.is_empty() || all.iter().any(|node| node.terminal.is_some()) {
        return;
    }
    for own in all.iter_mut() {
        *own = own.clone().with_terminal("root");
    }
    let message = Message::new("import-sdl-all-open");
    nodes.ledger().tell(
        crate::scenarios::import::Fate::Changed,
        "scenario.yaml: nodes",
        message,
    );
}
