//! Sides, variants, phases and the table: what a scenario says of one and forgets, or contradicts, elsewhere.

use std::time::Duration;

use crate::scenarios::{
    Scenario, ScenarioKind, VariableKind, VariantId,
    findings::Reader,
    model::{Cell, Effect, Recipient, ScenarioNode},
    problem::Message,
    solution::Step,
    tree::Node,
};

/// Things of a side that nobody plays, a side without anything to do, tasks that wait for those of the other side.
pub(super) fn sides(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    if scenario.plays(Cell::Red) {
        if scenario.tasks_of(Cell::Red).next().is_none() {
            let message = Message::new("scenario-cell-idle").with("cell", Cell::Red.as_str());
            reader.error(root.place("cells/red"), message, None);
        }
        if !scenario.nodes.iter().any(|node| opens(node, Cell::Red)) {
            let message = Message::new("scenario-cell-no-access").with("cell", Cell::Red.as_str());
            reader.warn(root.place("cells/red"), message, None);
        }
    }
    for place in red_places(scenario) {
        if !scenario.plays(Cell::Red) {
            let message = Message::new("scenario-cell-not-played").with("cell", Cell::Red.as_str());
            let help = Message::new("scenario-cell-not-played-help");
            reader.error(root.place(&place), message, Some(help));
        }
    }
    for (index, task) in scenario.tasks.iter().enumerate() {
        for (at, required) in task.requires.iter().enumerate() {
            let other = scenario.task(required).map(|it| it.cell);
            if other.is_some_and(|cell| cell != task.cell) {
                let span = root.place(&format!("tasks/{index}/requires/{at}"));
                let message = Message::new("scenario-requires-other-cell").with("name", required);
                reader.error(span, message, None);
            }
        }
    }
    for node in &scenario.nodes {
        let span = root.place(&format!("nodes/{}/cell", node.id));
        if node.cell != Cell::Blue && node.terminal.is_none() && node.web.is_none() {
            reader.warn(span, Message::new("scenario-cell-nothing"), None);
        }
    }
}

fn opens(node: &ScenarioNode, cell: Cell) -> bool {
    node.cell == cell && (node.terminal.is_some() || node.web.is_some())
}

/// Where something is said of those who attack.
fn red_places(scenario: &Scenario) -> Vec<String> {
    let mut places = Vec::new();
    for node in &scenario.nodes {
        if node.cell == Cell::Red {
            places.push(format!("nodes/{}/cell", node.id));
        }
    }
    for (index, task) in scenario.tasks.iter().enumerate() {
        if task.cell == Cell::Red {
            places.push(format!("tasks/{index}/cell"));
        }
    }
    for (index, event) in scenario.timeline.iter().enumerate() {
        if matches!(&event.effect, Effect::Message(message) if message.to == Recipient::Red) {
            places.push(format!("timeline/{index}/message/to"));
        }
    }
    for (index, credit) in scenario.credits.iter().enumerate() {
        if credit.cell == Cell::Red {
            places.push(format!("credits/{index}/cell"));
        }
    }
    places
}

/// Values that a variant lacks, and variants that make no difference.
pub(super) fn variants(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    let mut used = scenario.files.iter().any(|file| !file.variants.is_empty());
    for variable in &scenario.variables {
        let VariableKind::Variant(texts) = &variable.kind else {
            continue;
        };
        used = true;
        let has = |id: &str| texts.iter().any(|(of, _)| of.as_str() == id);
        let ids = scenario.variants.iter().map(|variant| variant.id.as_str());
        let missing: Vec<&str> = ids.filter(|id| !has(id)).collect();
        if !missing.is_empty() {
            let span = root.place(&format!("variables/{}/variant", variable.name));
            let message =
                Message::new("scenario-variant-missing").with("names", missing.join(", "));
            reader.error(span, message, None);
        }
    }
    if !used && !scenario.variants.is_empty() {
        let help = Message::new("scenario-variants-unused-help");
        reader.warn(
            root.place("variants"),
            Message::new("scenario-variants-unused"),
            Some(help),
        );
    }
}

/// Phases that take longer than the exercise.
pub(super) fn phases(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    let mut end = Duration::ZERO;
    for (index, phase) in scenario.phases.iter().enumerate() {
        end += phase.duration;
        if end > scenario.duration && !scenario.duration.is_zero() {
            let span = root.place(&format!("phases/{index}/duration"));
            reader.error(span, Message::new("scenario-after-end"), None);
            return;
        }
    }
}

/// A simulation has machines, a tabletop exercise has none.
pub(super) fn table(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    match scenario.kind {
        ScenarioKind::Simulation => {
            for key in ["environment", "nodes"] {
                if root.get(key).is_none() {
                    let message = Message::new("scenario-missing-key").with("key", key);
                    reader.error(root.place(""), message, None);
                }
            }
        }
        // Without machines nothing can differ from team to team.
        ScenarioKind::Tabletop => {
            for key in ["environment", "nodes", "variables", "variants"] {
                if root.get(key).is_some() {
                    let message = Message::new("scenario-tabletop-machines").with("key", key);
                    let help = Message::new("scenario-tabletop-machines-help");
                    reader.error(root.place(key), message, Some(help));
                }
            }
        }
    }
}

/// The variants that a solution has to solve; one nameless one where there are none.
pub(super) fn ways(scenario: &Scenario) -> Vec<Option<&VariantId>> {
    if scenario.variants.is_empty() {
        return vec![None];
    }
    let ids = scenario.variants.iter().map(|variant| Some(&variant.id));
    ids.collect()
}

/// A step of a side uses the machines of that side.
pub(super) fn step(reader: Reader<'_>, root: &Node, place: &str, step: &Step, scenario: &Scenario) {
    let node = step.machine().and_then(|node| scenario.node(node));
    let solves = step.solves.as_ref().map(|solves| &solves.task);
    let report = step.report.as_ref().map(|report| &report.task);
    let task = solves.or(report).and_then(|task| scenario.task(task));
    let (Some(node), Some(task)) = (node, task) else {
        return;
    };
    if node.cell != task.cell {
        let message = Message::new("scenario-step-other-cell")
            .with("name", &node.id)
            .with("task", &task.id);
        reader.error(
            root.place(&super::steps::machine(place, step)),
            message,
            None,
        );
    }
}
