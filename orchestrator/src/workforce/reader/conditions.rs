//! What must hold of a person, a unit or an exercise, read for the subject that an indicator counts.

use super::super::plan::{Completed, Condition, ExerciseKind, ReachedBy, Subject};
use crate::{
    organisation::{Level, UnitKind},
    scenarios::{
        Message,
        reading::{Asked, Fields, Form, Node, Reader, Thing, Value, did_you_mean, nearest},
    },
};

/// Conditions that are a word.
const WORDS: [Condition; 4] = [
    Condition::AllStaff,
    Condition::ResponseTeam,
    Condition::ItSpecialist,
    Condition::Head,
];

/// Conditions that are a key, those that can be asked of a person first.
const KEYS: [&str; 6] = [
    "completed",
    "reached",
    "kind",
    "unit_kind",
    "level",
    "member",
];
/// How many of them can be asked of a person.
const OF_PEOPLE: usize = 2;

const EXERCISE_KINDS: &[(&str, ExerciseKind)] = &[
    ("simulation", ExerciseKind::Simulation),
    ("live_fire", ExerciseKind::LiveFire),
    ("tabletop", ExerciseKind::Tabletop),
];

/// Reads the conditions under a key; none where it is absent.
pub fn conditions(fields: &Fields<'_>, key: &'static str, subject: Subject) -> Vec<Condition> {
    let reader = fields.reader();
    let read = fields.list(key, |node| {
        let condition = condition(reader, node, &KEYS)?;
        if !condition.fits(subject) {
            let message = Message::new("plan-condition-subject")
                .with("name", condition.name())
                .with("subject", word(subject));
            let help = Message::new("plan-condition-subject-help").with("names", fitting(subject));
            reader.error(node.span, message, Some(help));
        }
        Some(condition)
    });
    read.into_iter().flatten().collect()
}

fn condition(reader: Reader<'_>, node: &Node, keys: &[&'static str]) -> Option<Condition> {
    reader.hear(
        node.span,
        Asked::Words(WORDS.iter().map(Condition::name).collect()),
    );
    if let Value::Map(_) = node.value {
        return reader.map(node, |fields| keyed(fields, keys));
    }
    reader.hear(node.span, Asked::Map);
    reader.hear(node.span, Asked::OneOf(keys.to_vec()));
    let text = reader.text(node);
    let found = WORDS.iter().find(|condition| condition.name() == text);
    if found.is_none() && !text.is_empty() {
        unknown(reader, node, &text, keys);
    }
    found.cloned()
}

/// Says that a word is no condition, and which may have been meant.
fn unknown(reader: Reader<'_>, node: &Node, text: &str, keys: &[&'static str]) {
    let words = WORDS.iter().map(Condition::name);
    let names: Vec<&str> = words.chain(keys.iter().copied()).collect();
    let help = if keys.contains(&text) {
        Message::new("plan-condition-key-help").with("name", text)
    } else {
        match nearest(text, names.iter().copied()) {
            Some(near) => did_you_mean(near),
            None => Message::new("scenario-known-names").with("names", names.join(", ")),
        }
    };
    let message = Message::new("plan-condition").with("name", text);
    reader.error(node.span, message, Some(help));
}

fn keyed(fields: &Fields<'_>, keys: &[&'static str]) -> Option<Condition> {
    let reader = fields.reader();
    let (key, node) = fields.one_of(keys)?;
    Some(match key {
        "completed" => Condition::Completed(reader.map(node, |fields| Completed {
            drill: named(fields, "drill", Thing::Completion),
            kind: fields.optional_words("kind", EXERCISE_KINDS),
        })),
        "reached" => Condition::Reached(reader.map(node, |fields| ReachedBy {
            course: named(fields, "course", Thing::Course),
        })),
        "kind" => Condition::Kind(fields.words("kind", EXERCISE_KINDS)),
        "unit_kind" => {
            let words: Vec<_> = UnitKind::ALL.iter().map(|it| (it.as_str(), *it)).collect();
            Condition::UnitKind(fields.words("unit_kind", &words))
        }
        "level" => {
            let words: Vec<_> = Level::ALL.iter().map(|it| (it.as_str(), *it)).collect();
            Condition::Level(fields.words("level", &words))
        }
        _ => {
            let read =
                fields.filled_list("member", |node| condition(reader, node, &KEYS[..OF_PEOPLE]));
            Condition::Member(read.into_iter().flatten().collect())
        }
    })
}

/// The name of something that another file holds.
fn named(fields: &Fields<'_>, key: &'static str, thing: Thing) -> String {
    let name = Form::Name.read(fields, key);
    fields.reader().refer(thing, &name, fields.span(key));
    name
}

/// How a subject is written.
const fn word(subject: Subject) -> &'static str {
    match subject {
        Subject::People => "people",
        Subject::Units => "units",
        Subject::Exercises => "exercises",
    }
}

/// What can be asked of a subject.
const fn fitting(subject: Subject) -> &'static str {
    match subject {
        Subject::People => "all_staff, response_team, it_specialist, head, completed, reached",
        Subject::Units => "unit_kind, level, member",
        Subject::Exercises => "kind",
    }
}
