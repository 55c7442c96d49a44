//! Reading a plan file into a [`Plan`] with the scenarios' reader: every mistake at once, each in its place and with what
//! to write instead.
//!
//! Reading never stops: a harmless value stands in for a wrong one, so a plan must only be used when its file had no
//! errors. What an indicator may ask is decided here; how it is measured is not.

mod conditions;
mod measure;

use jiff::civil::Date;
use serde_json::Value as Json;

use self::measure::target;
use super::plan::{DayOfYear, Every, Indicator, Period, Plan, ReportDuty, Source, Validity};
use crate::scenarios::{
    Message, Problem,
    reading::{self, Fields, Form, Names, Node, Others, Outcome, Reader},
};

/// A day of a leap year: 29 February is a day, too.
const LEAP_YEAR: i16 = 2024;

impl Plan {
    /// Reads a plan file by itself.
    ///
    /// # Errors
    /// Every mistake that was found.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let outcome = Self::check("plan.yaml", text.as_bytes(), &Others::default());
        outcome.value.ok_or(outcome.problems)
    }

    /// Reads a plan file among others and says everything that is wrong with it.
    #[must_use]
    pub fn check(file: &str, bytes: &[u8], others: &Others) -> Outcome<Self> {
        others.outcome(file, bytes, |reader, root| Self::of(reader, root, others))
    }

    /// The JSON Schema of plan files.
    #[must_use]
    pub fn schema() -> Json {
        let others = Others::default();
        reading::schema("plan.yaml", |reader, root| {
            drop(Self::of(reader, root, &others));
        })
    }

    fn of(reader: Reader<'_>, root: &Node, others: &Others) -> Self {
        reader.map(root, |fields| {
            let (indicators, reports) = (Names::default(), Names::default());
            let valid = fields.required("valid");
            let valid = valid.map_or(ALWAYS, |node| validity(reader, node));
            Self {
                id: others.own_name(fields, "plan"),
                province: Form::Name.read(fields, "province"),
                title: fields.languages("title"),
                source: fields
                    .required("source")
                    .map(|node| source(reader, node))
                    .unwrap_or_default(),
                valid,
                indicators: fields.filled_list("indicators", |node| {
                    indicator(reader, node, &indicators, valid)
                }),
                reports: fields.list("reports", |node| duty(reader, node, &reports)),
            }
        })
    }
}

/// What stands in for days that cannot be read: nothing lies outside of it.
const ALWAYS: Validity = Validity {
    from: Date::MIN,
    to: Date::MAX,
};

fn source(reader: Reader<'_>, node: &Node) -> Source {
    reader.map(node, |fields| Source {
        number: fields.text("number"),
        issued: fields.text("issued"),
        body: fields.text("body"),
    })
}

fn validity(reader: Reader<'_>, node: &Node) -> Validity {
    reader.map(node, |fields| {
        let day = |key| fields.required(key).and_then(|node| reader.date(node));
        let (from, to) = (day("from"), day("to"));
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            reader.error(fields.span("to"), Message::new("plan-ends-early"), None);
        }
        Validity {
            from: from.unwrap_or(ALWAYS.from),
            to: to.unwrap_or(ALWAYS.to),
        }
    })
}

fn indicator(reader: Reader<'_>, node: &Node, names: &Names, valid: Validity) -> Indicator {
    reader.map(node, |fields| {
        let id = names.give(fields, "id", Form::Code);
        let measure = fields.required("measure");
        let measure = measure.and_then(|node| measure::measure(reader, node));
        let target = fields
            .optional("target")
            .and_then(|node| target(reader, node, measure.as_ref()));
        Indicator {
            id,
            title: fields.languages("title"),
            section: fields.optional_text("section"),
            quote: fields.text("quote"),
            unit: fields.languages("unit"),
            measure: measure.unwrap_or_default(),
            target,
            inferred: fields.flag("inferred"),
            period: fields
                .optional_choice("period", &[("plan", Period::Plan), ("year", Period::Year)])
                .unwrap_or_default(),
            due: due(fields, valid),
        }
    })
}

/// The last day for reaching a target: evidence counts from the plan's first day to its last.
fn due(fields: &Fields<'_>, valid: Validity) -> Option<Date> {
    let reader = fields.reader();
    let node = fields.optional("due")?;
    let due = reader.date(node)?;
    if due < valid.from {
        let message = Message::new("plan-due-early").with("day", valid.from);
        reader.error(node.span, message, None);
    }
    if due > valid.to {
        let message = Message::new("plan-due-late").with("day", valid.to);
        reader.warn(node.span, message, None);
    }
    Some(due)
}

fn duty(reader: Reader<'_>, node: &Node, names: &Names) -> ReportDuty {
    reader.map(node, |fields| ReportDuty {
        id: names.give(fields, "id", Form::Code),
        to: fields.text("to"),
        before: fields
            .optional("before")
            .map(|node| day_of_year(reader, node)),
        every: fields
            .choice(
                "every",
                &[("year", Every::Year), ("half_year", Every::HalfYear)],
            )
            .unwrap_or(Every::Year),
        inferred: fields.flag("inferred"),
    })
}

fn day_of_year(reader: Reader<'_>, node: &Node) -> DayOfYear {
    reader.map(node, |fields| {
        let (month, day) = (
            fields.integer("month", 1..=12),
            fields.integer("day", 1..=31),
        );
        let read = month > 0 && day > 0;
        if read && Date::new(LEAP_YEAR, month, day).is_err() {
            reader.error(fields.span("day"), Message::new("plan-no-such-day"), None);
        }
        DayOfYear { month, day }
    })
}
