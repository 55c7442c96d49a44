//! Where a check looks from, and who is master there: whoever is judged, or gains by the judgement, must not be.

use crate::scenarios::{
    NodeId, Scenario, Task,
    findings::Reader,
    model::{Cell, CheckPlace, StateCheck},
    problem::Message,
    tree::Node,
};

/// Warns of a check of `task` at `place` that trainees could bend.
pub(super) fn tampering(
    reader: Reader<'_>,
    root: &Node,
    (place, task): (&str, &Task),
    check: &StateCheck,
    scenario: &Scenario,
) {
    let (key, name, id) = match &check.place {
        CheckPlace::Node { node, .. } if has_terminal(scenario, node) => {
            ("from", node, "scenario-check-tampering")
        }
        // The platform's own shell looks, but names, processes and files there are another side's.
        CheckPlace::Platform { node, .. } if rules(scenario, task.cell.other(), node) => {
            ("node", node, "scenario-check-other-root")
        }
        _ => return,
    };
    let message = Message::new(id).with("name", name);
    let help = Message::new("scenario-check-tampering-help");
    let span = root.place(&format!("{place}/check/{key}"));
    reader.warn(span, message, Some(help));
}

fn has_terminal(scenario: &Scenario, node: &NodeId) -> bool {
    let node = scenario.node(node);
    node.is_some_and(|node| node.terminal.is_some())
}

/// Whether trainees of a side are root on a machine, or may become it.
fn rules(scenario: &Scenario, cell: Cell, node: &NodeId) -> bool {
    let Some(node) = scenario.node(node).filter(|node| node.cell == cell) else {
        return false;
    };
    node.terminal.as_ref().is_some_and(|terminal| {
        let user = terminal.user.split(':').next();
        node.privilege_escalation || matches!(user, Some("root" | "0"))
    })
}
