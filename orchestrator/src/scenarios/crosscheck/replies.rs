//! Events that wait for an answer that nobody can give.

use crate::scenarios::{Scenario, findings::Reader, model::Trigger, problem::Message, tree::Node};

/// An event waits for the answer to a message that asks for one.
pub(super) fn replies(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    for (index, event) in scenario.timeline.iter().enumerate() {
        let (key, of) = match &event.trigger {
            Trigger::Responded(of) => ("responded", of),
            Trigger::Unanswered(of) => ("unanswered", of),
            _ => continue,
        };
        let mut events = scenario.timeline.iter();
        let asked = events.find(|other| other.id == *of);
        if asked.is_some_and(|asked| asked.respond.is_none()) {
            let span = root.place(&format!("timeline/{index}/when/{key}"));
            let message = Message::new("scenario-unanswerable").with("name", of);
            reader.error(span, message, None);
        }
    }
}
