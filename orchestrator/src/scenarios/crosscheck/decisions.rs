//! Decisions that do not add up, and events that wait for one that nobody can take.

use crate::scenarios::{
    Scenario,
    findings::Reader,
    model::{Trigger, unknown_option},
    problem::Message,
    tree::Node,
};

/// A decision brings at most what its task says; an event waits for an option that its task offers.
pub(super) fn decisions(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    for (index, task) in scenario.tasks.iter().enumerate() {
        let Some(decision) = task.decision() else {
            continue;
        };
        if !decision.options.is_empty() && decision.most() != task.points {
            let message = Message::new("scenario-decision-points")
                .with("points", task.points)
                .with("most", decision.most());
            reader.error(root.place(&format!("tasks/{index}/points")), message, None);
        }
    }
    for (index, event) in scenario.timeline.iter().enumerate() {
        let Trigger::Decided { task, option } = &event.trigger else {
            continue;
        };
        let Some(task) = scenario.task(task) else {
            continue;
        };
        let place = |key: &str| root.place(&format!("timeline/{index}/when/decided/{key}"));
        let Some(decision) = task.decision() else {
            let message = Message::new("scenario-decided-kind").with("name", &task.id);
            reader.error(place("task"), message, None);
            continue;
        };
        if !option.as_str().is_empty() && decision.option(option.as_str()).is_none() {
            let options = decision.options.iter();
            let offered: Vec<&str> = options.map(|it| it.id.as_str()).collect();
            unknown_option(reader, option.as_str(), place("option"), &offered);
        }
    }
}
