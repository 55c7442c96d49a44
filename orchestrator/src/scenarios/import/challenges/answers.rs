//! The answer that a challenge's flags make.

use super::{Challenge, Flag, Room};
use crate::scenarios::{
    Answer, Message, PatternAnswer, TextAnswer,
    import::{Fate, draft, sample},
};

/// The answer that flags make, and a right one.
pub(super) fn answer(
    challenge: &Challenge<'_>,
    flags: &[Flag<'_>],
    room: &mut Room,
) -> (Answer, String) {
    let attempts = challenge.attempts;
    let mut patterns: Vec<String> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for flag in flags {
        let content = flag.content.trim();
        if content.is_empty() {
            flag.given.lost(Message::new("scenario-empty-text"));
        } else if flag.is_pattern {
            let Some(left) = room.patterns.checked_sub(1) else {
                flag.given.lost(Message::new("import-flag-many"));
                continue;
            };
            room.patterns = left;
            let bare = content
                .trim_start_matches('^')
                .strip_suffix('$')
                .unwrap_or(content.trim_start_matches('^'));
            let regex = if flag.any_case {
                format!("(?i:{bare})")
            } else {
                bare.to_owned()
            };
            if let Some(fault) = PatternAnswer::fault(&regex) {
                flag.given.lost(fault);
            } else {
                flag.given.note(
                    Fate::Taken,
                    Message::new("import-taken").with("to", "scenario.yaml: tasks"),
                );
                patterns.push(regex);
            }
        } else {
            let (fate, message) = if flag.any_case {
                (
                    Fate::Taken,
                    Message::new("import-taken").with("to", "scenario.yaml: tasks"),
                )
            } else {
                (Fate::Changed, Message::new("import-flag-case"))
            };
            flag.given.note(fate, message);
            texts.push(content.to_owned());
        }
    }
    let right = texts
        .first()
        .cloned()
        .or_else(|| patterns.iter().find_map(|pattern| sample::of(pattern)));
    if patterns.is_empty() && texts.is_empty() {
        let message = Message::new("import-flag-none").with("name", &challenge.name);
        challenge
            .given
            .ledger()
            .tell(Fate::Changed, challenge.given.place(), message);
        return (Answer::Flag, "TT{}".to_owned());
    }
    if patterns.is_empty() {
        let mut answer = draft::text_answer(&texts);
        if let Answer::Text(TextAnswer { attempts: own, .. }) = &mut answer {
            *own = attempts;
        }
        return (answer, right.unwrap_or_default());
    }
    patterns.extend(
        texts
            .iter()
            .map(|text| format!("(?i:{})", regex::escape(text))),
    );
    let joined = patterns
        .iter()
        .map(|pattern| format!("(?:{pattern})"))
        .collect::<Vec<_>>()
        .join("|");
    let whole = if patterns.len() == 1 {
        patterns.concat()
    } else {
        joined
    };
    // Too many for one pattern: the first stands.
    let regex = if PatternAnswer::fault(&whole).is_none() {
        whole
    } else {
        for flag in flags.iter().skip(1) {
            flag.given.lost(Message::new("import-flag-many"));
        }
        patterns.swap_remove(0)
    };
    (
        Answer::Pattern(PatternAnswer { regex, attempts }),
        right.unwrap_or_else(|| "?".to_owned()),
    )
}
