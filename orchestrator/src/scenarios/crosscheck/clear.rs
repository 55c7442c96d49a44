//! Flags and answers that stand in clear in what trainees read.
//!
//! Only what is read before a task is solved gives its answer away, and only to the side whose task it is. A task's own
//! hints may say everything: that is what they are paid for. A text may also hold an answer for another reason, so an
//! answer is a warning; a flag that is written down is nobody's, and an error.

use crate::scenarios::{
    LocalText, Scenario, Task, TaskId,
    findings::Reader,
    model::Answer,
    problem::Message,
    texts::{Readers, Written, texts as texts_of},
    tree::Node,
};

/// Shortest answer that is looked for, in characters: shorter ones stand in any text.
const SHORTEST_ANSWER: usize = 4;
/// Fewest digits between the braces that make a flag, so that a text may say what flags look like.
const FLAG_DIGITS: usize = 8;

/// Whether a text is seen by those who have yet to solve a task.
fn is_seen_before(text: &Written<'_>, task: &Task) -> bool {
    text.readers.include(task.cell)
        && !text.after.contains(&&task.id)
        && text.hint_to != Some(&task.id)
}

/// Says which flags and answers stand in clear.
pub(super) fn texts(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    let mut all = texts_of(scenario);
    all.retain(|text| text.readers != Readers::Organisers);
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
            for accepted in accepted(way.answer) {
                let is_machine = scenario.node(&accepted.into()).is_some();
                let short = accepted.chars().count() < SHORTEST_ANSWER;
                if short || is_machine || accepted.contains("{{") {
                    continue;
                }
                for text in all.iter().filter(|it| is_seen_before(it, task)) {
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
    text: &Written<'_>,
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

/// What is right as it may stand in a text: accepted texts, a number, a pattern that is a plain word.
fn accepted(answer: &Answer) -> Vec<&str> {
    match answer {
        Answer::Text(answer) => answer.accept.iter().map(|text| text.trim()).collect(),
        Answer::Number(answer) => vec![answer.value.trim()],
        Answer::Pattern(answer) => {
            let plain = answer.regex.strip_prefix("(?i)").unwrap_or(&answer.regex);
            let is_plain = regex::escape(plain) == plain;
            is_plain.then_some(plain).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn languages(text: &LocalText) -> [(&'static str, &str); 2] {
    [("vi", &text.vi), ("en", &text.en)]
}

/// The first flag that is written down in a text.
pub(super) fn flag_in(text: &str) -> Option<&str> {
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
