//! How an indicator is measured and what is promised, read and held against each other.

use std::collections::BTreeMap;

use super::{
    super::plan::{Amount, FigureField, LocalText, Measure, Operator, Subject, Target},
    conditions::conditions,
};
use crate::scenarios::{
    Message,
    reading::{Asked, Fields, Form, Node, Reader, Value, did_you_mean, nearest},
};

/// Largest number that a target names: nothing that is counted one by one is more.
const MOST: i64 = 1_000_000_000;

const SUBJECTS: &[(&str, Subject)] = &[
    ("people", Subject::People),
    ("units", Subject::Units),
    ("exercises", Subject::Exercises),
];

/// Reads a measure; nothing where it is not said what is measured.
pub fn measure(reader: Reader<'_>, node: &Node) -> Option<Measure> {
    reader.map(node, |fields| {
        let (form, node) = fields.one_of(&["count", "share", "manual"])?;
        if form == "manual" {
            return Some(manual(reader, node));
        }
        let subject = fields.choice(form, SUBJECTS)?;
        if form == "count" {
            misplaced(fields, &["of", "with"], "plan-of-count");
            return Some(Measure::Count {
                subject,
                conditions: conditions(fields, "where", subject),
            });
        }
        misplaced(fields, &["where"], "plan-where-share");
        let of = conditions(fields, "of", subject);
        let with = fields.required("with");
        let with = with.map_or_else(Vec::new, |node| {
            if matches!(&node.value, Value::List(items) if items.is_empty()) {
                reader.error(node.span, Message::new("scenario-empty-list"), None);
            }
            conditions(fields, "with", subject)
        });
        Some(Measure::Share { subject, of, with })
    })
}

/// Keys that belong to another way of measuring.
fn misplaced(fields: &Fields<'_>, keys: &[&'static str], message: &'static str) {
    for key in keys {
        fields.know(key);
        if let Some(span) = fields.key_span(key) {
            fields.reader().error(span, Message::new(message), None);
        }
    }
}

fn manual(reader: Reader<'_>, node: &Node) -> Measure {
    reader.map(node, |fields| {
        let numerator = Form::Code.read(fields, "numerator");
        let denominator = fields
            .optional("denominator")
            .map(|node| Form::Code.of(reader, node));
        if !numerator.is_empty() && denominator.as_ref() == Some(&numerator) {
            let message = Message::new("plan-figure-of-itself").with("name", &numerator);
            reader.error(fields.span("denominator"), message, None);
        }
        let names: Vec<&str> = std::iter::once(numerator.as_str())
            .chain(denominator.as_deref())
            .collect();
        let titles = titles(fields, &names);
        let field = |name: &str| FigureField {
            name: name.to_owned(),
            title: titles.get(name).cloned().unwrap_or_else(|| LocalText {
                vi: name.to_owned(),
                en: name.to_owned(),
            }),
        };
        Measure::Manual {
            numerator: field(&numerator),
            denominator: denominator.as_deref().map(field),
        }
    })
}

/// What the figures are called where they are entered; one without a title is shown by its name.
fn titles(fields: &Fields<'_>, names: &[&str]) -> BTreeMap<String, LocalText> {
    let reader = fields.reader();
    let entries = fields.optional("titles");
    let entries = entries.map(|node| reader.entries(node)).unwrap_or_default();
    let mut titles = BTreeMap::new();
    for entry in entries {
        titles.insert(entry.key.clone(), reader.languages(&entry.value));
        if !names.contains(&entry.key.as_str()) {
            let message = Message::new("plan-title-of-nothing").with("name", &entry.key);
            let near = nearest(&entry.key, names.iter().copied());
            reader.error(entry.span, message, near.map(did_you_mean));
        }
    }
    for name in names {
        if !name.is_empty() && !titles.contains_key(*name) {
            let message = Message::new("plan-figure-untitled").with("name", name);
            let help = Message::new("plan-figure-untitled-help").with("name", name);
            reader.warn(fields.span("numerator"), message, Some(help));
        }
    }
    titles
}

/// Reads what is promised; nothing where it cannot be.
pub fn target(reader: Reader<'_>, node: &Node, measure: Option<&Measure>) -> Option<Target> {
    reader.map(node, |fields| {
        let (word, node) = fields.one_of(&["at_least", "more_than"])?;
        let operator = match word {
            "at_least" => Operator::AtLeast,
            _ => Operator::MoreThan,
        };
        let amount = amount(reader, node)?;
        let target = Target { operator, amount };
        match (operator, amount) {
            (Operator::MoreThan, Amount::Percent(100)) => {
                let message = Message::new("plan-more-than-all");
                let help = Message::new("plan-more-than-all-help");
                reader.error(node.span, message, Some(help));
            }
            (Operator::AtLeast, Amount::Number(0) | Amount::Percent(0)) if is_nought(node) => {
                reader.warn(node.span, Message::new("plan-target-nothing"), None);
            }
            _ => {}
        }
        let whole = match measure {
            Some(Measure::Share { .. }) | None => true,
            Some(Measure::Manual { denominator, .. }) => denominator.is_some(),
            Some(Measure::Count { .. }) => false,
        };
        if !whole && matches!(amount, Amount::Percent(_)) {
            let message = Message::new("plan-percent-of-nothing");
            let help = Message::new("plan-percent-of-nothing-help");
            reader.error(node.span, message, Some(help));
        }
        Some(target)
    })
}

/// Whether the author wrote 0; it also stands in for what cannot be read.
fn is_nought(amount: &Node) -> bool {
    let number = amount.get("percent").unwrap_or(amount);
    matches!(&number.value, Value::Scalar { text, .. } if text == "0")
}

/// `5`, or `{percent: 90}`.
fn amount(reader: Reader<'_>, node: &Node) -> Option<Amount> {
    match &node.value {
        Value::Map(_) => reader.map(node, |fields| {
            let percent = fields.required("percent")?;
            Some(Amount::Percent(reader.integer(percent, 0..=100)))
        }),
        Value::Scalar { .. } => {
            reader.hear(node.span, Asked::Map);
            Some(Amount::Number(reader.integer(node, 0..=MOST)))
        }
        Value::List(_) | Value::Null => {
            reader.error(node.span, Message::new("plan-amount"), None);
            None
        }
    }
}
