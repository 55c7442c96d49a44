//! A scenario's machines and networks, drawn: what the page's SVG needs, every coordinate worked out.

use serde::Serialize;

use super::super::topology::{self, Cell, LEAST, Machine};
use crate::{
    locales::{self, Locale},
    scenarios::NodeRole,
};

/// Height of a line of what a machine offers.
const LINE: usize = 18;
/// From a box's upper edge to its first such line, and what is free below the last.
const FIRST: (usize, usize) = (48, 8);
/// Characters of a name, of what a machine offers, and of a network's name that there is room for.
const FITS: (usize, usize, usize) = (16, 20, 12);

/// A machine to be drawn.
#[derive(Clone, Debug)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// What it is there for.
    pub role: NodeRole,
    /// Its networks, by number.
    pub networks: Vec<usize>,
    /// What it offers and does: drawing and words.
    pub offers: Vec<(&'static str, String)>,
}

/// The drawing.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Topology {
    /// Its width.
    pub width: usize,
    /// Its height.
    pub height: usize,
    /// The same in words.
    pub description: String,
    /// Networks.
    pub lanes: Vec<LaneView>,
    /// Wires and what leads from them to boxes.
    pub lines: Vec<LineView>,
    /// Lines between the parts of a box.
    pub joints: Vec<String>,
    /// Machines.
    pub boxes: Vec<BoxView>,
    /// Where lines meet boxes.
    pub ports: Vec<PortView>,
    /// What the drawings mean.
    pub legend: Vec<Role>,
}

/// A network.
#[derive(Clone, Debug, Serialize)]
pub struct LaneView {
    /// Its name, as much as fits.
    pub name: String,
    /// Its whole name.
    pub whole: String,
    /// Machines in it.
    pub machines: usize,
    /// Upper edge.
    pub y: usize,
    /// Height.
    pub height: usize,
    /// Base line of its name.
    pub name_y: usize,
    /// Base line of the number of its machines.
    pub count_y: usize,
}

/// A straight line.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LineView {
    /// From, across.
    pub x1: usize,
    /// From, down.
    pub y1: usize,
    /// To, across.
    pub x2: usize,
    /// To, down.
    pub y2: usize,
}

/// Where a line meets a box.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PortView {
    /// Across.
    pub x: usize,
    /// Down.
    pub y: usize,
}

/// A machine's box, or a further part of it.
#[derive(Clone, Debug, Serialize)]
pub struct BoxView {
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: usize,
    /// Width.
    pub width: usize,
    /// Height.
    pub height: usize,
    /// Its name, as much as fits.
    pub name: String,
    /// Everything about it.
    pub whole: String,
    /// What it is there for.
    pub role: Role,
    /// What it offers and does.
    pub offers: Vec<Offer>,
}

/// A role: class, drawing, word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Its name in classes.
    pub name: &'static str,
    /// Its drawing.
    pub icon: &'static str,
    /// Its word.
    pub word: String,
}

/// Something that a machine offers or does.
#[derive(Clone, Debug, Serialize)]
pub struct Offer {
    /// Its drawing.
    pub icon: &'static str,
    /// In words, as much as fits.
    pub text: String,
    /// Upper edge of its drawing.
    pub icon_y: usize,
    /// Base line of its words.
    pub text_y: usize,
}

impl Role {
    /// A role in a language.
    #[must_use]
    pub fn new(role: NodeRole, locale: Locale) -> Self {
        let (name, icon) = match role {
            NodeRole::Adversary => ("adversary", "bolt"),
            NodeRole::Target => ("target", "target"),
            NodeRole::Infrastructure => ("infrastructure", "server"),
            NodeRole::Analyst => ("analyst", "screen"),
            NodeRole::Checker => ("checker", "eye"),
        };
        Self {
            name,
            icon,
            word: locales::text(locale, &format!("role-{name}"), &[]),
        }
    }
}

/// A role's place from the left: from where attacks come to where they are looked at.
const fn rank(role: NodeRole) -> usize {
    match role {
        NodeRole::Adversary => 0,
        NodeRole::Target => 1,
        NodeRole::Infrastructure => 2,
        NodeRole::Analyst => 3,
        NodeRole::Checker => 4,
    }
}

impl Topology {
    /// Draws machines in networks; nothing where there is no machine.
    #[must_use]
    pub fn draw(networks: &[String], hosts: &[Host], locale: Locale) -> Option<Self> {
        let machines: Vec<Machine> = hosts
            .iter()
            .map(|host| Machine {
                rank: rank(host.role),
                networks: host.networks.clone(),
                height: match host.offers.len() {
                    0 => LEAST,
                    lines => FIRST.0 + lines * LINE + FIRST.1,
                },
            })
            .collect();
        let drawing = topology::draw(networks.len(), &machines);
        if drawing.cells.is_empty() {
            return None;
        }
        let wires = drawing.lines.iter().map(|line| LineView {
            x1: line.from.0,
            y1: line.from.1,
            x2: line.to.0,
            y2: line.to.1,
        });
        let lanes = drawing.lanes.iter().map(|lane| LaneView {
            name: shortened(&networks[lane.network], FITS.2),
            whole: networks[lane.network].clone(),
            machines: hosts
                .iter()
                .filter(|host| host.networks.contains(&lane.network))
                .count(),
            y: lane.top,
            height: lane.height,
            name_y: lane.wire + 4,
            count_y: lane.wire + 22,
        });
        let mut legend: Vec<Role> = Vec::new();
        let mut roles: Vec<NodeRole> = hosts.iter().map(|host| host.role).collect();
        roles.sort_by_key(|role| rank(*role));
        roles.dedup();
        legend.extend(roles.into_iter().map(|role| Role::new(role, locale)));
        Some(Self {
            width: drawing.width,
            height: drawing.height,
            description: described(networks, hosts, locale),
            lanes: lanes.collect(),
            lines: wires.collect(),
            joints: drawing.joints.iter().map(topology::Joint::path).collect(),
            boxes: drawing
                .cells
                .iter()
                .map(|cell| boxed(cell, &hosts[cell.machine], locale))
                .collect(),
            ports: drawing
                .ports
                .iter()
                .map(|(x, y)| PortView { x: *x, y: *y })
                .collect(),
            legend,
        })
    }
}

fn boxed(cell: &Cell, host: &Host, locale: Locale) -> BoxView {
    let role = Role::new(host.role, locale);
    let offers = host.offers.iter().enumerate().filter(|_| cell.first);
    let texts: Vec<&str> = host.offers.iter().map(|(_, text)| text.as_str()).collect();
    let mut whole = format!("{} · {}", host.name, role.word);
    for text in texts {
        whole.push_str(" · ");
        whole.push_str(text);
    }
    BoxView {
        x: cell.x,
        y: cell.y,
        width: topology::BOX,
        height: cell.height,
        name: shortened(&host.name, FITS.0),
        whole,
        role,
        offers: offers
            .map(|(line, (icon, text))| Offer {
                icon,
                text: shortened(text, FITS.1),
                icon_y: FIRST.0 + line * LINE,
                text_y: FIRST.0 + line * LINE + 12,
            })
            .collect(),
    }
}

/// The networks and who is in them, for those who do not see the drawing.
fn described(networks: &[String], hosts: &[Host], locale: Locale) -> String {
    let lanes = networks.iter().enumerate().map(|(number, network)| {
        let within = hosts.iter().filter(|host| host.networks.contains(&number));
        let machines: Vec<String> = within
            .map(|host| format!("{} ({})", host.name, Role::new(host.role, locale).word))
            .collect();
        let values = [
            ("network", network.as_str().into()),
            ("machines", machines.join(", ").into()),
        ];
        locales::text(locale, "topology-lane", &values)
    });
    lanes.collect::<Vec<_>>().join(" ")
}

/// At most so many characters, an ellipsis standing for the rest.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_end_in_an_ellipsis() {
        assert_eq!(shortened("cổng thông tin", 20), "cổng thông tin");
        assert_eq!(shortened("cổng thông tin điện tử", 11), "cổng thông…");
    }

    #[test]
    fn a_drawing_says_in_words_who_is_where() {
        let host = |name: &str, role, networks: &[usize]| Host {
            name: name.to_owned(),
            role,
            networks: networks.to_vec(),
            offers: vec![("globe", ":80".to_owned())],
        };
        let hosts = [
            host("portal", NodeRole::Target, &[0, 1]),
            host("attacker", NodeRole::Adversary, &[0]),
        ];
        let networks = ["internet".to_owned(), "office".to_owned()];
        let drawn = Topology::draw(&networks, &hosts, Locale::En).expect("machines");
        assert_eq!(
            drawn.description,
            "Network internet: portal (Target), attacker (Adversary). Network office: portal (Target)."
        );
        assert_eq!(drawn.legend.len(), 2);
        assert_eq!(drawn.legend[0].name, "adversary");
        assert!(Topology::draw(&networks, &[], Locale::En).is_none());
    }
}
