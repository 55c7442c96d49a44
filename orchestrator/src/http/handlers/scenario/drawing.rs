//! What a scenario's drawing shows of each machine: who works on it, which page it serves, what is looked at and from where.

use super::super::super::pages::topology::{Host, Topology};
use crate::{
    locales::Locale,
    scenarios::{ComposeService, Definition, NodeRole},
};

/// The drawing of a scenario's machines and networks.
pub(super) fn topology(definition: &Definition, locale: Locale) -> Option<Topology> {
    let compose = &definition.compose;
    let hosts: Vec<Host> = compose
        .services
        .iter()
        .map(|service| host(definition, service, locale))
        .collect();
    Topology::draw(&compose.networks, &hosts, locale)
}

fn host(definition: &Definition, service: &ComposeService, locale: Locale) -> Host {
    let scenario = &definition.scenario;
    let networks = &definition.compose.networks;
    let own = service
        .networks
        .iter()
        .filter_map(|(name, _)| networks.iter().position(|known| known == name));
    let node = scenario.node(&service.id);
    let mut offers: Vec<(&'static str, String)> = Vec::new();
    if let Some(terminal) = node.and_then(|node| node.terminal.as_ref()) {
        offers.push(("terminal", terminal.user.clone()));
    }
    if let Some(web) = node.and_then(|node| node.web.as_ref()) {
        offers.push(("globe", format!(":{} {}", web.port, web.title.get(locale))));
    }
    let probed = scenario.services.iter();
    offers.extend(
        probed
            .clone()
            .filter(|probe| probe.http.node == service.id)
            .map(|probe| {
                let title = probe.title.get(locale);
                ("probe", format!(":{} {title}", probe.http.port))
            }),
    );
    offers.extend(
        probed
            .filter(|probe| probe.from == service.id)
            .map(|probe| {
                let text = format!("{}:{}", probe.http.node, probe.http.port);
                ("arrow", text)
            }),
    );
    Host {
        name: service.id.to_string(),
        // What a scenario says nothing of is there for the others.
        role: node.map_or(NodeRole::Infrastructure, |node| node.role),
        networks: own.collect(),
        offers,
    }
}
