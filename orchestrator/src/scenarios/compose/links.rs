//! `links`: further names by which a machine calls another, which every machine of their networks then knows.

use super::ComposeService;
use crate::scenarios::{
    NodeId,
    findings::{Reader, Thing},
    plan::DependencyCondition,
    problem::Message,
    tree::{Node, Value},
};

/// A link of one machine to another.
pub(super) struct Link {
    from: NodeId,
    to: NodeId,
    alias: Option<String>,
    span: crate::scenarios::problem::Span,
}

/// `machine`, or `machine:name`.
pub(super) fn read(reader: Reader<'_>, from: &str, service: &Node) -> Vec<Link> {
    let Some(node) = service.get("links").filter(|it| it.value != Value::Null) else {
        return Vec::new();
    };
    let link = |item: &Node| {
        let text = reader.text(item);
        let (to, alias) = match text.split_once(':') {
            Some((to, alias)) => (to, Some(alias.to_owned())),
            None => (text.as_str(), None),
        };
        reader.refer(Thing::ComposeService, to, item.span);
        Link {
            from: NodeId::from(from),
            to: NodeId::from(to),
            alias,
            span: item.span,
        }
    };
    reader.items(node).iter().map(link).collect()
}

/// Gives the machines their names, in the networks that both stand in; who links to another starts after it.
pub(super) fn join(reader: Reader<'_>, links: &[Link], services: &mut [ComposeService]) {
    for link in links {
        let at = |services: &[ComposeService], id: &NodeId| {
            services.iter().position(|service| service.id == *id)
        };
        let (Some(from), Some(to)) = (at(services, &link.from), at(services, &link.to)) else {
            continue;
        };
        let known = services[from].networks.iter();
        let known: Vec<String> = known.map(|(name, _)| name.clone()).collect();
        let waits = &mut services[from].depends_on;
        if !waits.iter().any(|(id, _)| *id == link.to) {
            waits.push((link.to.clone(), DependencyCondition::Started));
        }
        let shared = services[to].networks.iter_mut();
        let shared: Vec<_> = shared.filter(|(name, _)| known.contains(name)).collect();
        if shared.is_empty() {
            let message = Message::new("scenario-link-apart").with("name", &link.to);
            reader.error(link.span, message, None);
        }
        for (_, aliases) in shared {
            if let Some(alias) = &link.alias
                && !aliases.contains(alias)
            {
                aliases.push(alias.clone());
            }
        }
    }
}
