//! Where trainees find what is drawn for them: a flag or an answer that stands nowhere is found by nobody, and a value
//! that nothing holds is of no use.

use std::time::Duration;

use super::clear::flag_in;
use crate::scenarios::{
    Bundle, Compose, NodeId, Scenario, VariableKind, VariableName,
    findings::{Reader, Thing},
    model::Trigger,
    problem::{Message, Span},
    templates,
    tree::Node,
};

/// Where a value is lacking.
pub(super) enum Lacking {
    /// In no variant: it can be found.
    Nowhere,
    /// In some variants, named.
    In(String),
    /// In all.
    Everywhere,
}

/// In which variants a value cannot be found that stands in these files; a file of a variant holds it there alone.
pub(super) fn lacking(scenario: &Scenario, files: &[String]) -> Lacking {
    let placed = |from: &String| {
        let mut placed = scenario.files.iter().filter(|file| file.from == *from);
        placed.clone().any(|file| file.variants.is_empty()) || placed.next().is_none()
    };
    if files.iter().any(placed) {
        return Lacking::Nowhere;
    }
    let holds = |variant| {
        let mut own = scenario.files.iter();
        own.any(|file| file.variants.contains(variant) && files.contains(&file.from))
    };
    let variants = scenario.variants.iter().map(|variant| &variant.id);
    let names: Vec<&str> = variants
        .filter(|id| !holds(*id))
        .map(AsRef::as_ref)
        .collect();
    if files.is_empty() || names.len() == scenario.variants.len() {
        Lacking::Everywhere
    } else if names.is_empty() {
        Lacking::Nowhere
    } else {
        Lacking::In(names.join(", "))
    }
}

/// Warns of an accepted answer that is drawn and stands nowhere. One that differs by variant alone is found in what makes
/// the variants.
pub(super) fn drawn(reader: Reader<'_>, span: Span, accepted: &[String], scenario: &Scenario) {
    let findings = reader.findings();
    for answer in accepted {
        let expressions = templates::expressions(answer);
        let [only] = expressions.as_slice() else {
            continue;
        };
        let name = only.name.ok().filter(|_| only.text == answer.trim());
        let variable = name.and_then(|name| name.strip_prefix("variable."));
        let mut variables = scenario.variables.iter();
        let Some(variable) = variables.find(|it| Some(it.name.as_str()) == variable) else {
            continue;
        };
        let by_variant = matches!(variable.kind, VariableKind::Variant(_));
        if by_variant || is_in_compose(reader, &variable.name) {
            continue;
        }
        let files = findings.files_with(&format!("variable.{}", variable.name));
        let message = match lacking(scenario, &files) {
            Lacking::Nowhere => continue,
            Lacking::Everywhere => Message::new("scenario-drawn-nowhere"),
            Lacking::In(names) => Message::new("scenario-drawn-variants").with("names", names),
        };
        let help = Message::new("scenario-drawn-nowhere-help").with("name", &variable.name);
        reader.warn(span, message.with("name", &variable.name), Some(help));
    }
}

/// Whether the machines get a variable, as far as that is known.
fn is_in_compose(reader: Reader<'_>, variable: &VariableName) -> bool {
    let findings = reader.findings();
    findings.is_unreadable(Thing::ComposeService) || findings.interpolates(variable.as_str())
}

/// Warns of a flag that a placed file holds as it is: it is no environment's, and whoever finds it is refused.
pub fn placed(reader: Reader<'_>, root: &Node, scenario: &Scenario, bundle: &Bundle) {
    for (index, file) in scenario.files.iter().enumerate() {
        let written = bundle.file(&file.from);
        let text = written.and_then(|it| std::str::from_utf8(&it.bytes).ok());
        if let Some(flag) = text.and_then(flag_in) {
            let message = Message::new("scenario-flag-placed").with("text", flag);
            let help = Message::new("scenario-flag-placed-help");
            let span = root.place(&format!("files/{index}/from"));
            reader.warn(span, message, Some(help));
        }
    }
}

/// Warns of a service that the machine which looks cannot reach: they share no network, and nothing in a lab routes.
pub fn probes(reader: Reader<'_>, root: &Node, scenario: &Scenario, compose: &Compose) {
    let networks = |node: &NodeId| {
        let mut services = compose.services.iter();
        let service = services.find(|service| service.id == *node)?;
        Some(service.networks.iter().map(|(name, _)| name))
    };
    for (index, service) in scenario.services.iter().enumerate() {
        let (Some(mut from), Some(to)) = (networks(&service.from), networks(&service.http.node))
        else {
            continue;
        };
        if service.from != service.http.node && !from.any(|name| to.clone().any(|it| it == name)) {
            let message = Message::new("scenario-no-way")
                .with("from", &service.from)
                .with("name", &service.http.node);
            let help = Message::new("scenario-no-way-help");
            let span = root.place(&format!("services/{index}/http/node"));
            reader.warn(span, message, Some(help));
        }
    }
}

/// Warns of networks in which no machine stands, and of flags that the Compose file gives to machines as they are.
pub(super) fn empty_networks(reader: Reader<'_>, root: &Node, compose: &Compose) {
    let written = root.get("networks");
    for network in &compose.networks {
        let mut services = compose.services.iter();
        let within = |(name, _): &(String, _)| name == network;
        if written.is_some_and(|it| it.get(network).is_some())
            && !services.any(|service| service.networks.iter().any(within))
        {
            let message = Message::new("scenario-network-empty").with("name", network);
            reader.warn(root.key_place("networks", network), message, None);
        }
    }
    for service in &compose.services {
        for (name, value) in &service.environment {
            if let Some(flag) = flag_in(value) {
                let message = Message::new("scenario-flag-placed").with("text", flag);
                let help = Message::new("scenario-flag-placed-help");
                let span = root.place(&format!("services/{}/environment/{name}", service.id));
                reader.warn(span, message, Some(help));
            }
        }
    }
}

/// Warns of variables that nothing uses, and of phases in which nothing is to be done and nothing happens.
pub(super) fn unused(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    for variable in &scenario.variables {
        let used = reader
            .findings()
            .uses(&format!("variable.{}", variable.name));
        if !used && !is_in_compose(reader, &variable.name) {
            let span = root.key_place("variables", variable.name.as_str());
            let message = Message::new("scenario-variable-unused").with("name", &variable.name);
            reader.warn(span, message, None);
        }
    }
    let mut start = Duration::ZERO;
    for (index, phase) in scenario.phases.iter().enumerate() {
        let end = start + phase.duration;
        let mut tasks = scenario.tasks.iter();
        let mut events = scenario.timeline.iter();
        let happens = events.any(|event| match event.trigger {
            Trigger::At(at) => (start..end).contains(&at),
            _ => false,
        });
        let has_task = tasks.any(|task| task.phase.as_ref() == Some(&phase.id));
        if !phase.id.as_str().is_empty() && !happens && !has_task {
            let span = root.place(&format!("phases/{index}/id"));
            let message = Message::new("scenario-phase-empty").with("name", &phase.id);
            let help = Message::new("scenario-phase-empty-help");
            reader.warn(span, message, Some(help));
        }
        start = end;
    }
}
