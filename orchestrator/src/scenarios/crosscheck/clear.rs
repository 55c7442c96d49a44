//! Flags and answers that stand in clear in what trainees read.
//!
//! Only what is read before a task is solved gives its answer away, and only to the side whose task it is. A task's own
//! hints may say everything: that is what they are paid for. A text may also hold an answer for another reason, so an
//! answer is a warning; a flag that is written down is nobody's, and an error.

use crate::scenarios::{
    LocalText, Scenario, Task, TaskId,
    findings::Reader,
    model::{Answer, Cell, Effect, Recipient, Taking, Trigger},
    problem::Message,
    tree::Node,
};

/// Shortest answer that is looked for, in characters: shorter ones stand in any text.
const SHORTEST_ANSWER: usize = 4;
/// Fewest digits between the braces that make a flag, so that a text may say what flags look like.
const FLAG_DIGITS: usize = 8;

/// A text that trainees read.
struct Shown<'a> {
    place: String,
    text: &'a LocalText,
    /// The side that reads it; everybody where absent.
    cell: Option<Cell>,
    /// The tasks that must be solved before it is seen.
    after: &'a [TaskId],
    /// The task that it is a hint to.
    hint_to: Option<&'a TaskId>,
}

impl<'a> Shown<'a> {
    fn new(place: impl Into<String>, text: &'a LocalText) -> Self {
        Self {
            place: place.into(),
            text,
            cell: None,
            after: &[],
            hint_to: None,
        }
    }

    fn to(self, cell: Option<Cell>) -> Self {
        Self { cell, ..self }
    }

    fn after(self, after: &'a [TaskId]) -> Self {
        Self { after, ..self }
    }

    /// Whether it is seen by those who have yet to solve a task.
    fn is_seen_before(&self, task: &Task) -> bool {
        self.cell.is_none_or(|cell| cell == task.cell)
            && !self.after.contains(&task.id)
            && self.hint_to != Some(&task.id)
    }
}

/// Says which flags and answers stand in clear.
pub(super) fn texts(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    let all = shown(scenario);
    for text in &all {
        for (key, written) in languages(text.text) {
            if let Some(flag) = flag_in(written) {
                let span = root.place(&format!("{}/{key}", text.place));
                let span = reader.source().found(span, flag);
                let message = Message::new("scenario-flag-written").with("text", flag);
                let help = Message::new("scenario-flag-written-help");
                reader.error(span, message, Some(help));
            }
        }
    }
    for task in &scenario.tasks {
        for way in task.ways() {
            let Answer::Text(answer) = way.answer else {
                continue;
            };
            for accepted in answer.accept.iter().map(|text| text.trim()) {
                let is_machine = scenario.node(&accepted.into()).is_some();
                let short = accepted.chars().count() < SHORTEST_ANSWER;
                if short || is_machine || accepted.contains("{{") {
                    continue;
                }
                for text in all.iter().filter(|text| text.is_seen_before(task)) {
                    given_away(reader, root, text, (&way.flag, accepted));
                }
            }
        }
    }
}

/// Tells of an accepted answer to a task, or to one of its parts, that a text holds.
fn given_away(
    reader: Reader<'_>,
    root: &Node,
    text: &Shown<'_>,
    (name, accepted): (&TaskId, &str),
) {
    for (key, written) in languages(text.text) {
        if !holds(written, accepted) {
            continue;
        }
        let span = root.place(&format!("{}/{key}", text.place));
        let message = Message::new("scenario-answer-written")
            .with("text", accepted)
            .with("name", name);
        let help = Message::new("scenario-answer-shown-help");
        reader.warn(reader.source().found(span, accepted), message, Some(help));
    }
}

fn languages(text: &LocalText) -> [(&'static str, &str); 2] {
    [("vi", &text.vi), ("en", &text.en)]
}

/// Everything that trainees read, with its place.
fn shown(scenario: &Scenario) -> Vec<Shown<'_>> {
    let mut all = vec![
        Shown::new("title", &scenario.title),
        Shown::new("summary", &scenario.summary),
    ];
    let briefing = scenario.briefing.iter();
    all.extend(briefing.map(|text| Shown::new("briefing", text)));
    for side in &scenario.cells {
        let place = format!("cells/{}/briefing", side.cell.as_str());
        let briefing = side.briefing.iter();
        all.extend(briefing.map(|text| Shown::new(&place, text).to(Some(side.cell))));
    }
    for (index, phase) in scenario.phases.iter().enumerate() {
        all.push(Shown::new(format!("phases/{index}/title"), &phase.title));
    }
    for node in &scenario.nodes {
        let terminal = node.terminal.iter().filter_map(|it| it.title.as_ref());
        let place = format!("nodes/{}", node.id);
        all.extend(terminal.map(|text| Shown::new(format!("{place}/terminal/title"), text)));
        let web = node.web.iter().map(|it| &it.title);
        all.extend(web.map(|text| Shown::new(format!("{place}/web/title"), text)));
    }
    for (index, task) in scenario.tasks.iter().enumerate() {
        of_task(&mut all, &format!("tasks/{index}"), task);
    }
    for (index, service) in scenario.services.iter().enumerate() {
        all.push(Shown::new(
            format!("services/{index}/title"),
            &service.title,
        ));
    }
    for (index, event) in scenario.timeline.iter().enumerate() {
        let Effect::Message(inject) = &event.effect else {
            continue;
        };
        let cell = match inject.to {
            Recipient::White => continue,
            Recipient::Blue => Some(Cell::Blue),
            Recipient::Red => Some(Cell::Red),
            Recipient::All => None,
        };
        let after = match &event.trigger {
            Trigger::Solved(task) | Trigger::Decided { task, .. } => std::slice::from_ref(task),
            _ => &[],
        };
        let place = format!("timeline/{index}/message");
        let subject = inject.subject.iter().map(|text| ("subject", text));
        let parts = [("from", &inject.from), ("text", &inject.text)];
        all.extend(parts.into_iter().chain(subject).map(|(key, text)| {
            let place = format!("{place}/{key}");
            Shown::new(place, text).to(cell).after(after)
        }));
    }
    all
}

fn of_task<'a>(all: &mut Vec<Shown<'a>>, place: &str, task: &'a Task) {
    let cell = Some(task.cell);
    all.push(Shown::new(format!("{place}/title"), &task.title).to(cell));
    // Its title is seen while it is locked, its text is not.
    let after = task.requires.as_slice();
    all.push(
        Shown::new(format!("{place}/text"), &task.text)
            .to(cell)
            .after(after),
    );
    for (index, hint) in task.hints.iter().enumerate() {
        all.push(Shown {
            hint_to: Some(&task.id),
            ..Shown::new(format!("{place}/hints/{index}/text"), &hint.text)
                .to(cell)
                .after(after)
        });
    }
    if let Answer::Parts(parts) = &task.answer {
        for (index, part) in parts.parts.iter().enumerate() {
            let place = format!("{place}/answers/parts/{index}/title");
            all.push(Shown::new(place, &part.title).to(cell).after(after));
        }
    }
    for (answer, way) in task.places() {
        let Some((selection, taking)) = way.answer.selection() else {
            continue;
        };
        let kind = match taking {
            Taking::One => "choice",
            Taking::Some => "choices",
            Taking::All => "order",
        };
        for (index, option) in selection.options.iter().enumerate() {
            let place = format!("{place}/{answer}/{kind}/options/{index}/text");
            all.push(Shown::new(place, &option.text).to(cell).after(after));
        }
    }
}

/// The first flag that is written down in a text.
fn flag_in(text: &str) -> Option<&str> {
    text.match_indices("TT{").find_map(|(at, opening)| {
        let inner = text.get(at + opening.len()..)?;
        let digits = inner.bytes().take_while(u8::is_ascii_hexdigit).count();
        let closed = digits >= FLAG_DIGITS && inner.get(digits..)?.starts_with('}');
        closed.then(|| text.get(at..=at + opening.len() + digits))?
    })
}

/// Whether an answer stands in a text as words of its own; case does not matter.
fn holds(text: &str, answer: &str) -> bool {
    let (text, answer) = (text.to_lowercase(), answer.to_lowercase());
    let mut places = text.match_indices(answer.as_str());
    places.any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + found.len()..].chars().next();
        ![before, behind]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_told_from_what_flags_look_like() {
        let flag = "TT{0123456789abcdef0123456789abcdef}";
        assert_eq!(flag_in(&format!("Cờ: {flag}.")), Some(flag));
        for text in [
            "TT{…}",
            "TT{32 hex digits}",
            "TT{0123}",
            "TT{012345678",
            "TT",
        ] {
            assert_eq!(flag_in(text), None, "{text}");
        }
    }

    #[test]
    fn an_answer_stands_as_words_of_its_own() {
        assert!(holds("Kẻ tấn công dùng Mimikatz.", "mimikatz"));
        assert!(holds("(văn phòng)", "Văn Phòng"));
        assert!(!holds("mimikatzen", "mimikatz"));
        assert!(!holds("xmimikatz", "mimikatz"));
    }
}
