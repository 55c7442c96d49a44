//! The answers that a challenge's flags make.

use super::{Challenge, Flag, Room};
use crate::scenarios::{
    Answer, Logic, Message, Part, PartId, Parts, PatternAnswer, TextAnswer,
    import::{Fate, draft, sample},
};

/// Fewest and most parts of a task.
const PARTS: std::ops::RangeInclusive<usize> = 2..=12;

/// A flag that can be judged.
enum Usable<'c, 'a> {
    Text(String, &'c Flag<'a>),
    Pattern(String, &'c Flag<'a>),
}

/// What is asked, a task each: the answer, and a right one for each of its parts.
pub(super) fn asked(challenge: &Challenge<'_>, room: &mut Room) -> Vec<(Answer, Vec<String>)> {
    let usable = usable(&challenge.flags, room);
    let tries = challenge.attempts.as_ref().map(|(number, _)| *number);
    let mut each = Fate::Taken;
    let asked = match &challenge.every_flag {
        Some(given) if usable.len() > 1 => {
            each = Fate::Changed;
            let answers = usable
                .iter()
                .map(|flag| any(std::slice::from_ref(flag), tries));
            if PARTS.contains(&usable.len()) {
                given.taken("scenario.yaml: tasks[].answers");
                let (answers, right): (Vec<_>, Vec<_>) = answers.unzip();
                let parts = (1_usize..).zip(answers).map(part).collect();
                let logic = Logic::All;
                vec![(Answer::Parts(Parts { logic, parts }), right)]
            } else {
                let most = *PARTS.end();
                given.changed(Message::new("import-logic-all").with("most", most));
                answers
                    .map(|(answer, right)| (answer, vec![right]))
                    .collect()
            }
        }
        given => {
            if let Some(given) = given {
                given.taken("scenario.yaml: tasks");
            }
            if usable.is_empty() {
                let message = Message::new("import-flag-none").with("name", &challenge.name);
                let place = challenge.given.place();
                challenge.given.ledger().tell(Fate::Changed, place, message);
                vec![(Answer::Flag, vec!["TT{}".to_owned()])]
            } else {
                let (answer, right) = any(&usable, tries);
                vec![(answer, vec![right])]
            }
        }
    };
    if let Some((_, given)) = &challenge.attempts {
        let is_counted = !usable.is_empty();
        match each {
            _ if !is_counted => given.lost(Message::new("import-attempts-flag")),
            Fate::Taken => given.taken("scenario.yaml: tasks"),
            _ => given.changed(Message::new("import-attempts-each")),
        }
    }
    asked
}

fn part((number, answer): (usize, Answer)) -> Part {
    Part {
        id: PartId::from(format!("part-{number}")),
        title: draft::ours(&Message::new("import-part").with("number", number)),
        answer,
    }
}

/// The flags that can be judged; the fate of each is told.
fn usable<'c, 'a>(flags: &'c [Flag<'a>], room: &mut Room) -> Vec<Usable<'c, 'a>> {
    let taken = || Message::new("import-taken").with("to", "scenario.yaml: tasks");
    let mut usable = Vec::new();
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
                flag.given.note(Fate::Taken, taken());
                usable.push(Usable::Pattern(regex, flag));
            }
        } else {
            let (fate, message) = if flag.any_case {
                (Fate::Taken, taken())
            } else {
                (Fate::Changed, Message::new("import-flag-case"))
            };
            flag.given.note(fate, message);
            usable.push(Usable::Text(content.to_owned(), flag));
        }
    }
    usable
}

/// The answer that any one of these flags gives, and a right one.
fn any(flags: &[Usable<'_, '_>], attempts: Option<u32>) -> (Answer, String) {
    let mut patterns: Vec<String> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for flag in flags {
        match flag {
            Usable::Text(text, _) => texts.push(text.clone()),
            Usable::Pattern(pattern, _) => patterns.push(pattern.clone()),
        }
    }
    let right = texts
        .first()
        .cloned()
        .or_else(|| patterns.iter().find_map(|pattern| sample::of(pattern)));
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
            let (Usable::Text(_, flag) | Usable::Pattern(_, flag)) = flag;
            flag.given.lost(Message::new("import-flag-many"));
        }
        patterns.swap_remove(0)
    };
    (
        Answer::Pattern(PatternAnswer { regex, attempts }),
        right.unwrap_or_else(|| "?".to_owned()),
    )
}
