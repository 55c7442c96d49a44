//! Reading a plan file: into a shape that keeps its places, then into a [`Plan`], with every mistake named by its line
//! and column.
//!
//! A file that is no YAML, or has a key that no plan has, is reported as the YAML reader puts it; everything that a
//! plan must hold beyond that is collected, so that an author sees all of it at once.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
};

use jiff::civil::Date;
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_yaml::Spanned;

use super::plan::{
    Amount, Condition, FigureField, Indicator, LocalText, Measure, Operator, Period, Plan,
    ReportDuty, Source, Subject, Target, Validity,
};

/// A mistake in a plan file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1; 0 where the reader knows none.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// What is wrong and what to write.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanEntry {
    plan: String,
    province: String,
    title: LocalText,
    source: Source,
    valid: Spanned<Validity>,
    indicators: Vec<IndicatorEntry>,
    #[serde(default)]
    reports: Vec<Spanned<ReportDuty>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorEntry {
    id: Spanned<String>,
    title: LocalText,
    #[serde(default)]
    section: Option<String>,
    quote: Spanned<String>,
    unit: LocalText,
    measure: Spanned<MeasureEntry>,
    #[serde(default)]
    target: Option<Spanned<TargetEntry>>,
    #[serde(default)]
    inferred: bool,
    #[serde(default)]
    period: Period,
    #[serde(default)]
    due: Option<Spanned<Date>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasureEntry {
    count: Option<Subject>,
    share: Option<Subject>,
    manual: Option<ManualEntry>,
    #[serde(rename = "where")]
    conditions: Option<Vec<Spanned<Condition>>>,
    of: Option<Vec<Spanned<Condition>>>,
    with: Option<Vec<Spanned<Condition>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ManualEntry {
    numerator: String,
    denominator: Option<String>,
    /// What each of them is called where it is entered.
    #[serde(default)]
    titles: BTreeMap<String, LocalText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetEntry {
    at_least: Option<AmountEntry>,
    more_than: Option<AmountEntry>,
}

/// `5`, or `{percent: 90}`.
#[derive(Clone, Copy)]
struct AmountEntry(Amount);

impl<'de> Deserialize<'de> for AmountEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl<'de> Visitor<'de> for AmountVisitor {
    type Value = AmountEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number such as 5, or {percent: 90}")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<AmountEntry, E> {
        Ok(AmountEntry(Amount::Number(value)))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<AmountEntry, E> {
        i64::try_from(value)
            .map(|value| AmountEntry(Amount::Number(value)))
            .map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AmountEntry, A::Error> {
        let mut percent = None;
        while let Some(key) = map.next_key::<String>()? {
            if key != "percent" {
                return Err(de::Error::unknown_field(&key, &["percent"]));
            }
            percent = Some(map.next_value::<i64>()?);
        }
        percent
            .map(|percent| AmountEntry(Amount::Percent(percent)))
            .ok_or_else(|| de::Error::missing_field("percent"))
    }
}

impl Plan {
    /// Reads a plan file.
    ///
    /// # Errors
    /// Every mistake that was found.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let entry: PlanEntry = serde_yaml::from_str(text).map_err(|error| {
            let location = error.location();
            vec![Problem {
                line: location.map_or(0, |location| location.line()),
                column: location.map_or(0, |location| location.column()),
                message: error.to_string(),
            }]
        })?;
        let mut problems = Problems::default();
        if entry.valid.value.from > entry.valid.value.to {
            problems.at(&entry.valid, "the plan ends before it begins");
        }
        let mut names = HashSet::new();
        let mut indicators = Vec::new();
        for indicator in entry.indicators {
            if !names.insert(indicator.id.value.clone()) {
                let message = format!("there are two indicators `{}`", indicator.id.value);
                problems.at(&indicator.id, message);
            }
            indicators.extend(problems.indicator(indicator, entry.valid.value));
        }
        let mut reports = Vec::new();
        for duty in entry.reports {
            if duty
                .value
                .before
                .is_some_and(|day| Date::new(2024, day.month, day.day).is_err())
            {
                problems.at(&duty, "there is no such day in any year");
            }
            reports.push(duty.value);
        }
        if !problems.0.is_empty() {
            problems
                .0
                .sort_by_key(|problem| (problem.line, problem.column));
            return Err(problems.0);
        }
        Ok(Self {
            id: entry.plan,
            province: entry.province,
            title: entry.title,
            source: entry.source,
            valid: entry.valid.value,
            indicators,
            reports,
        })
    }
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn at<T>(&mut self, place: &Spanned<T>, message: impl Into<String>) {
        self.0.push(Problem {
            line: place.referenced.line(),
            column: place.referenced.column(),
            message: message.into(),
        });
    }

    fn indicator(&mut self, entry: IndicatorEntry, valid: Validity) -> Option<Indicator> {
        if entry.quote.value.trim().is_empty() {
            self.at(
                &entry.quote,
                "the quotation is empty: write the words of the source",
            );
        }
        if let Some(due) = &entry.due
            && due.value < valid.from
        {
            self.at(due, "the target is due before the plan begins");
        }
        let measure = self.measure(&entry.measure);
        let target = match &entry.target {
            None => None,
            Some(place) => {
                let target = self.target(place)?;
                self.fitting(place, target, measure.as_ref());
                Some(target)
            }
        };
        Some(Indicator {
            id: entry.id.value,
            title: entry.title,
            section: entry.section,
            quote: entry.quote.value,
            unit: entry.unit,
            measure: measure?,
            target,
            inferred: entry.inferred,
            period: entry.period,
            due: entry.due.map(|due| due.value),
        })
    }

    fn measure(&mut self, place: &Spanned<MeasureEntry>) -> Option<Measure> {
        let entry = &place.value;
        match (entry.count, entry.share, &entry.manual) {
            (Some(subject), None, None) => {
                if entry.of.is_some() || entry.with.is_some() {
                    self.at(
                        place,
                        "a count has `where`; `of` and `with` belong to a share",
                    );
                }
                let conditions = self.conditions(subject, entry.conditions.as_deref());
                Some(Measure::Count {
                    subject,
                    conditions,
                })
            }
            (None, Some(subject), None) => {
                if entry.conditions.is_some() {
                    self.at(
                        place,
                        "a share has `of` and `with`; `where` belongs to a count",
                    );
                }
                let of = self.conditions(subject, entry.of.as_deref());
                let with = self.conditions(subject, entry.with.as_deref());
                if with.is_empty() {
                    self.at(place, "a share needs `with`: who of the whole counts");
                }
                Some(Measure::Share { subject, of, with })
            }
            (None, None, Some(manual)) => Some(self.manual(place, manual)),
            _ => {
                self.at(
                    place,
                    "a measure is exactly one of `count`, `share` and `manual`",
                );
                None
            }
        }
    }

    fn manual(&mut self, place: &Spanned<MeasureEntry>, entry: &ManualEntry) -> Measure {
        let names = [Some(&entry.numerator), entry.denominator.as_ref()];
        for title in entry.titles.keys() {
            if !names.iter().flatten().any(|name| *name == title) {
                self.at(
                    place,
                    format!("`titles` names `{title}`, which is no figure of this measure"),
                );
            }
        }
        let field = |name: &String| FigureField {
            name: name.clone(),
            title: entry
                .titles
                .get(name)
                .cloned()
                .unwrap_or_else(|| LocalText {
                    vi: name.clone(),
                    en: name.clone(),
                }),
        };
        Measure::Manual {
            numerator: field(&entry.numerator),
            denominator: entry.denominator.as_ref().map(field),
        }
    }

    fn conditions(
        &mut self,
        subject: Subject,
        entries: Option<&[Spanned<Condition>]>,
    ) -> Vec<Condition> {
        let entries = entries.unwrap_or_default();
        for entry in entries {
            let condition = &entry.value;
            if !condition.fits(subject) {
                let message = format!("`{}` cannot be asked of {subject:?}", condition.name());
                self.at(entry, message.to_lowercase());
            }
            if let Condition::Member(members) = condition {
                for inner in members.iter().filter(|inner| !inner.fits(Subject::People)) {
                    self.at(
                        entry,
                        format!("`{}` cannot be asked of a member", inner.name()),
                    );
                }
            }
        }
        entries.iter().map(|entry| entry.value.clone()).collect()
    }

    fn target(&mut self, place: &Spanned<TargetEntry>) -> Option<Target> {
        let target = match (place.value.at_least, place.value.more_than) {
            (Some(amount), None) => Target {
                operator: Operator::AtLeast,
                amount: amount.0,
            },
            (None, Some(amount)) => Target {
                operator: Operator::MoreThan,
                amount: amount.0,
            },
            _ => {
                self.at(
                    place,
                    "a target is exactly one of `at_least` and `more_than`",
                );
                return None;
            }
        };
        match (target.operator, target.amount) {
            (_, Amount::Number(number)) if number < 0 => self.at(place, "a target is not negative"),
            (Operator::MoreThan, Amount::Percent(100)) => {
                self.at(place, "nothing is more than 100 percent: write `at_least`");
            }
            (_, Amount::Percent(percent)) if !(0..=100).contains(&percent) => {
                self.at(place, "a percentage lies between 0 and 100");
            }
            _ => return Some(target),
        }
        None
    }

    fn fitting(&mut self, place: &Spanned<TargetEntry>, target: Target, measure: Option<&Measure>) {
        let whole = match measure {
            Some(
                Measure::Share { .. }
                | Measure::Manual {
                    denominator: Some(_),
                    ..
                },
            ) => true,
            Some(
                Measure::Count { .. }
                | Measure::Manual {
                    denominator: None, ..
                },
            ) => false,
            None => return,
        };
        if !whole && matches!(target.amount, Amount::Percent(_)) {
            self.at(
                place,
                "a percentage needs a whole: measure a `share`, or name a `denominator`",
            );
        }
    }
}
