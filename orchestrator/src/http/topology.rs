//! Where a scenario's machines stand in a drawing: networks are lanes, one below the other, in which
//! machines follow each other by role.
//!
//! Arithmetic alone, in whole pixels: it knows neither words nor markup. A machine of several networks is one box across
//! their lanes; where a network lies between them that is not its own, the box is parted, a line joins its parts, and that
//! line hops over the network's wire. Lanes are put in an order in which this is rare.

use std::{collections::BTreeMap, fmt::Write as _};

/// Width at the left in which the networks' names stand.
pub(super) const LABELS: usize = 112;
/// Width of a box.
pub(super) const BOX: usize = 176;
/// Between columns; lines run down in its middle.
const GUTTER: usize = 24;
/// At the right of the last column.
const MARGIN: usize = 12;
/// From a lane's upper edge to its wire.
const WIRE: usize = 18;
/// From a lane's upper edge to its first box.
const HEAD: usize = 34;
/// Below a lane's last box.
const FOOT: usize = 14;
/// Between boxes that stand above each other.
const GAP: usize = 10;
/// From a box's upper edge to the line that ends at it.
const LINK: usize = 22;
/// Height of a box that holds a name and a role alone.
pub(super) const LEAST: usize = 46;
/// How far a box that comes from above reaches over its lane's wire.
const OVER: usize = 12;
/// Boxes that stand above each other at most.
const STACK: usize = 3;
/// Up to so many networks all orders are tried: 720.
const MOST_ORDERED: usize = 6;
/// Radius of the arc by which a line hops over a wire.
const HOP: usize = 5;

/// A machine to be placed.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    /// Its role's place from the left.
    pub(super) rank: usize,
    /// The networks that it is in, by number.
    pub(super) networks: Vec<usize>,
    /// How high its box must be for what stands in it.
    pub(super) height: usize,
}

/// Everything placed.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawing {
    pub(super) width: usize,
    pub(super) height: usize,
    /// From top to bottom.
    pub(super) lanes: Vec<Lane>,
    pub(super) cells: Vec<Cell>,
    /// Wires, and what leads from them to boxes.
    pub(super) lines: Vec<Line>,
    /// What joins the parts of a box.
    pub(super) joints: Vec<Joint>,
    /// Where a line meets a box.
    pub(super) ports: Vec<(usize, usize)>,
}

/// A network's lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lane {
    pub(super) network: usize,
    pub(super) top: usize,
    pub(super) height: usize,
    pub(super) wire: usize,
}

/// A machine's box, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) machine: usize,
    /// Whether it is the machine's first; further ones hold its name alone.
    pub(super) first: bool,
    /// The lanes that it stands in, by their place.
    pub(super) lanes: Vec<usize>,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) height: usize,
}

/// A straight line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) from: (usize, usize),
    pub(super) to: (usize, usize),
}

/// A line downwards between two parts of a box.
#[derive(Clone, Debug)]
pub(super) struct Joint {
    pub(super) x: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    /// Wires that it hops over.
    pub(super) hops: Vec<usize>,
}

impl Joint {
    /// The line as an SVG path.
    pub(super) fn path(&self) -> String {
        let mut path = format!("M{} {}", self.x, self.from);
        // Writing to a string cannot fail.
        for wire in &self.hops {
            let _ = write!(path, "V{}a{HOP} {HOP} 0 0 1 0 {}", wire - HOP, 2 * HOP);
        }
        let _ = write!(path, "V{}", self.to);
        path
    }
}

/// A machine in its column.
struct Stand {
    machine: usize,
    column: usize,
    /// Its lanes' places, in runs that lie next to each other.
    runs: Vec<Vec<usize>>,
    /// Its place in a stack of boxes of one lane.
    level: usize,
}

/// Places machines on so many networks. A machine without a network has no box.
pub(super) fn draw(networks: usize, machines: &[Machine]) -> Drawing {
    let order = order(networks, machines);
    let (stands, columns) = columns(&order, machines);
    let lanes = lanes(&order, machines, &stands);
    let cells = cells(&lanes, machines, &stands);
    let mut drawing = Drawing {
        width: LABELS + columns * (GUTTER + BOX) + MARGIN,
        height: lanes.last().map_or(0, |lane| lane.top + lane.height),
        lanes,
        cells,
        ..Drawing::default()
    };
    drawing.wire();
    drawing.join();
    drawing
}

/// The networks from top to bottom so that machines' networks lie next to each other; the author's order where it is as
/// good as any.
fn order(networks: usize, machines: &[Machine]) -> Vec<usize> {
    let mut tried: Vec<usize> = (0..networks).collect();
    let mut best = (gaps(&tried, machines), tried.clone());
    if networks <= MOST_ORDERED {
        while best.0 > 0 && next_order(&mut tried) {
            let gaps = gaps(&tried, machines);
            if gaps < best.0 {
                best = (gaps, tried.clone());
            }
        }
    }
    best.1
}

/// How many lanes lie between machines' own ones.
fn gaps(order: &[usize], machines: &[Machine]) -> usize {
    let gaps = machines.iter().map(|machine| {
        let places = places(order, machine);
        match (places.first(), places.last()) {
            (Some(first), Some(last)) => last - first + 1 - places.len(),
            _ => 0,
        }
    });
    gaps.sum()
}

/// The places of a machine's networks, from the top.
fn places(order: &[usize], machine: &Machine) -> Vec<usize> {
    let own = |place: &usize| machine.networks.contains(&order[*place]);
    (0..order.len()).filter(own).collect()
}

/// The next order in the sequence of all; false behind the last.
fn next_order(order: &mut [usize]) -> bool {
    let Some(turn) = (1..order.len()).rfind(|at| order[at - 1] < order[*at]) else {
        return false;
    };
    let next = (turn..order.len()).rfind(|at| order[*at] > order[turn - 1]);
    order.swap(turn - 1, next.unwrap_or(turn));
    order[turn..].reverse();
    true
}

/// What stands in a column's part of a lane.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    Free,
    /// So many boxes of machines of one role and this lane alone.
    Stack(usize),
    /// A box that reaches into other lanes, or the line between its parts.
    Whole,
}

/// Puts machines into columns; says also how many columns there are. In each lane roles follow each other from the left,
/// and a column is shared by machines that do not get into each other's way, so that the drawing stays narrow.
fn columns(order: &[usize], machines: &[Machine]) -> (Vec<Stand>, usize) {
    let mut ranks: BTreeMap<usize, Vec<(usize, Vec<usize>)>> = BTreeMap::new();
    for (index, machine) in machines.iter().enumerate() {
        let own = (index, places(order, machine));
        ranks.entry(machine.rank).or_default().push(own);
    }
    let mut columns: Vec<Vec<Taken>> = Vec::new();
    let mut stands = Vec::new();
    for members in ranks.values_mut() {
        // Where in each lane the roles before end.
        let ends: Vec<usize> = (0..order.len())
            .map(|lane| {
                let last = columns.iter().rposition(|it| it[lane] != Taken::Free);
                last.map_or(0, |last| last + 1)
            })
            .collect();
        members.sort_by_key(|(_, places)| places.len() < 2);
        for (machine, places) in &*members {
            let (Some(first), Some(last)) = (places.first(), places.last()) else {
                continue;
            };
            let alike = members.iter().filter(|(_, others)| others == places);
            let alike = alike.count();
            let most = alike.div_ceil(alike.div_ceil(STACK));
            let start = places.iter().map(|place| ends[*place]).max().unwrap_or(0);
            let fits = |column: &Vec<Taken>| match (places.as_slice(), column[*first]) {
                ([_], Taken::Stack(boxes)) => boxes < most,
                ([_], taken) => taken == Taken::Free,
                _ => column[*first..=*last].iter().all(|it| *it == Taken::Free),
            };
            while columns.len() < start {
                columns.push(vec![Taken::Free; order.len()]);
            }
            let found = columns[start..].iter().position(fits);
            let column = found.map_or(columns.len(), |found| start + found);
            if column == columns.len() {
                columns.push(vec![Taken::Free; order.len()]);
            }
            let mut level = 0;
            match (places.as_slice(), columns[column][*first]) {
                ([own], Taken::Stack(boxes)) => {
                    level = boxes;
                    columns[column][*own] = Taken::Stack(boxes + 1);
                }
                ([own], _) => columns[column][*own] = Taken::Stack(1),
                _ => columns[column][*first..=*last].fill(Taken::Whole),
            }
            stands.push(Stand {
                machine: *machine,
                column,
                runs: runs(places),
                level,
            });
        }
    }
    (stands, columns.len())
}

/// Places that follow each other, together.
fn runs(places: &[usize]) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for place in places {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last + 1 == *place) => run.push(*place),
            _ => runs.push(vec![*place]),
        }
    }
    runs
}

/// The lanes, each as high as what stands in it.
fn lanes(order: &[usize], machines: &[Machine], stands: &[Stand]) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::with_capacity(order.len());
    let mut top = 0;
    for (place, network) in order.iter().enumerate() {
        let mut content = LEAST;
        let mut stacks: BTreeMap<usize, usize> = BTreeMap::new();
        for stand in stands {
            let height = machines[stand.machine].height.max(LEAST);
            match stand.runs.first().map(Vec::as_slice) {
                Some([own]) if *own == place => {
                    let stack = stacks.entry(stand.column).or_default();
                    *stack += if *stack == 0 { height } else { GAP + height };
                    content = content.max(*stack);
                }
                Some([first, .., last]) if *last == place => {
                    let above = top - lanes[*first].top;
                    content = content.max(height.saturating_sub(above));
                }
                _ => {}
            }
        }
        let height = HEAD + content + FOOT;
        lanes.push(Lane {
            network: *network,
            top,
            height,
            wire: top + WIRE,
        });
        top += height;
    }
    lanes
}

/// The boxes.
fn cells(lanes: &[Lane], machines: &[Machine], stands: &[Stand]) -> Vec<Cell> {
    let mut filled: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut cells = Vec::new();
    let mut ordered: Vec<&Stand> = stands.iter().collect();
    ordered.sort_by_key(|stand| stand.level);
    for stand in ordered {
        for (part, run) in stand.runs.iter().enumerate() {
            let (Some(first), Some(last)) = (run.first(), run.last()) else {
                continue;
            };
            let wanted = machines[stand.machine].height.max(LEAST);
            let above = filled.entry((*first, stand.column)).or_default();
            let y = if part == 0 {
                lanes[*first].top + HEAD + *above
            } else {
                lanes[*first].wire - OVER
            };
            let needed = if part == 0 { wanted } else { LEAST };
            let height = if first == last {
                needed
            } else {
                needed.max(lanes[*last].top + HEAD + LEAST - y)
            };
            *above += height + GAP;
            cells.push(Cell {
                machine: stand.machine,
                first: part == 0,
                lanes: run.clone(),
                x: LABELS + stand.column * (GUTTER + BOX) + GUTTER,
                y,
                height,
            });
        }
    }
    cells
}

impl Drawing {
    /// Draws each lane's wire as far as its last box, and from it to all boxes.
    fn wire(&mut self) {
        for (place, lane) in self.lanes.iter().enumerate() {
            let within = |cell: &&Cell| cell.lanes.contains(&place);
            // What the wire itself runs into, and what hangs below it.
            let (mut met, hung): (Vec<&Cell>, Vec<&Cell>) = self
                .cells
                .iter()
                .filter(within)
                .partition(|cell| cell.y < lane.wire);
            met.sort_by_key(|cell| cell.x);
            let mut deepest: BTreeMap<usize, usize> = BTreeMap::new();
            for cell in hung {
                let (drop, at) = (cell.x - GUTTER / 2, cell.y + LINK);
                self.lines.push(Line {
                    from: (drop, at),
                    to: (cell.x, at),
                });
                self.ports.push((cell.x, at));
                let depth = deepest.entry(drop).or_default();
                *depth = at.max(*depth);
            }
            let mut start = LABELS;
            for cell in &met {
                self.lines.push(Line {
                    from: (start, lane.wire),
                    to: (cell.x, lane.wire),
                });
                self.ports.push((cell.x, lane.wire));
                start = cell.x + BOX;
            }
            if let Some((end, _)) = deepest.last_key_value().filter(|(end, _)| **end > start) {
                self.lines.push(Line {
                    from: (start, lane.wire),
                    to: (*end, lane.wire),
                });
                if !met.is_empty() {
                    self.ports.push((start, lane.wire));
                }
            }
            self.lines.extend(deepest.iter().map(|(drop, depth)| Line {
                from: (*drop, lane.wire),
                to: (*drop, *depth),
            }));
        }
    }

    /// Joins the parts of boxes.
    fn join(&mut self) {
        for (index, upper) in self.cells.iter().enumerate() {
            let Some(lower) = self.cells.get(index + 1) else {
                continue;
            };
            if lower.machine != upper.machine {
                continue;
            }
            let (x, from, to) = (upper.x + BOX / 2, upper.y + upper.height, lower.y);
            let crossed = |wire: &usize| {
                let over = |line: &Line| {
                    line.from.1 == *wire && line.to.1 == *wire && line.from.0 < x && x < line.to.0
                };
                (from..to).contains(wire) && self.lines.iter().any(over)
            };
            let wires = self.lanes.iter().map(|lane| lane.wire);
            self.joints.push(Joint {
                x,
                from,
                to,
                hops: wires.filter(crossed).collect(),
            });
        }
    }
}

#[cfg(test)]
mod tests;
