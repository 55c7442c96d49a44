//! Where the province stands against its plans, and the figures that an officer enters.

mod figures;

pub(in crate::http) use figures::enter;

use axum::{extract::State, response::Html};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        forms::Query,
        pages::{Choice, State as Shown, Tone, indicators as page},
    },
    day_or, plans, say,
};
use crate::{
    clock::Timestamp,
    locales::{self, Locale},
    workforce::{
        Amount, Condition, Evidence, Figure, Indicator, Line, Measured, Operator, Plan, Standing,
        SubjectId, Target, documents, gather, measure,
    },
};

/// Lines of an open indicator's lists; a province has 40,000 people, a page must not.
const LINES: usize = 200;

#[derive(Default, Deserialize)]
pub(in crate::http) struct Wanted {
    #[serde(default)]
    plan: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    open: String,
}

/// `GET /indicators`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, AppError> {
    fill(&app, &visitor, &wanted, None).await
}

async fn fill(
    app: &App,
    visitor: &Visitor,
    wanted: &Wanted,
    refused: Option<figures::Refused>,
) -> Result<Html<String>, AppError> {
    let locale = visitor.locale;
    let mut connection = app.db.connection().await?;
    let (province, plans) = plans(
        app,
        &mut connection,
        visitor.actor()?.province,
        visitor.locale,
    )
    .await?;
    let today = app.clock.now().day();
    let Some(plan) = chosen(&plans, &wanted.plan, today) else {
        return page::render_none(&app.templates, visitor);
    };
    let day = plan.day(day_or(&wanted.day, today));
    let facts = gather(&mut connection, province.id, plan, day).await?;
    let measured: Vec<(&Indicator, Measured)> = plan
        .indicators
        .iter()
        .map(|indicator| (indicator, measure(plan, indicator, &facts, day)))
        .collect();
    let count = |test: fn(Standing) -> bool| {
        measured
            .iter()
            .filter(|(_, measured)| test(measured.standing))
            .count()
    };
    let open = measured
        .iter()
        .find(|(indicator, _)| indicator.id == wanted.open);
    let mut detail = open.map(|(indicator, measured)| detail(locale, indicator, measured));
    if let (Some(detail), Some((indicator, _))) = (&mut detail, open) {
        let documents = documents(plan, indicator, &facts, day);
        let proofs = documents.iter().map(|one| proof(locale, "", one));
        detail.evidence.extend(proofs);
        let place = figures::Place {
            plan,
            indicator,
            day,
            today,
        };
        detail.manual = figures::manual(&mut connection, visitor, place, refused).await?;
    }
    drop(connection);
    let page = page::IndicatorsPage {
        plans: plans
            .iter()
            .map(|one| Choice {
                value: one.id.clone(),
                title: one.title.get(locale).to_owned(),
                chosen: one.id == plan.id,
            })
            .collect(),
        title: plan.title.get(locale).to_owned(),
        as_of: Timestamp::start_of(day),
        as_of_field: day.to_string(),
        met: count(|standing| standing == Standing::Met),
        unmet: count(|standing| matches!(standing, Standing::Missed { .. })),
        unknown: count(|standing| standing == Standing::NoData),
        rows: measured
            .iter()
            .map(|(indicator, measured)| {
                let place = (
                    address(plan, day, &indicator.id),
                    indicator.id == wanted.open,
                );
                row(locale, indicator, measured, place)
            })
            .collect(),
        open: detail,
    };
    page::render(&app.templates, visitor, &page)
}

/// Where the province stands today against the plan in force; `None` without a plan.
pub(in crate::http) async fn standing(
    app: &App,
    visitor: &Visitor,
) -> Result<Option<Vec<page::IndicatorRow>>, AppError> {
    let mut connection = app.db.connection().await?;
    let (province, plans) = plans(
        app,
        &mut connection,
        visitor.actor()?.province,
        visitor.locale,
    )
    .await?;
    let today = app.clock.now().day();
    let Some(plan) = chosen(&plans, "", today) else {
        return Ok(None);
    };
    let day = plan.day(today);
    let facts = gather(&mut connection, province.id, plan, day).await?;
    let rows = plan.indicators.iter().map(|indicator| {
        let measured = measure(plan, indicator, &facts, day);
        let place = (address(plan, day, &indicator.id), false);
        row(visitor.locale, indicator, &measured, place)
    });
    Ok(Some(rows.collect()))
}

/// The plan that was asked for, else the one in force, else the last.
fn chosen<'a>(plans: &'a [Plan], wanted: &str, today: Date) -> Option<&'a Plan> {
    let in_force = |plan: &&Plan| plan.valid.from <= today && today <= plan.valid.to;
    plans
        .iter()
        .find(|plan| plan.id == wanted)
        .or_else(|| plans.iter().find(in_force))
        .or(plans.last())
}

/// Where an indicator opens.
fn address(plan: &Plan, day: Date, indicator: &str) -> String {
    format!(
        "/indicators?plan={}&day={day}&open={indicator}#open",
        plan.id
    )
}

fn row(
    locale: Locale,
    indicator: &Indicator,
    measured: &Measured,
    (href, current): (String, bool),
) -> page::IndicatorRow {
    let unit = indicator.unit.get(locale);
    page::IndicatorRow {
        code: indicator.id.clone(),
        title: indicator.title.get(locale).to_owned(),
        quote: indicator.quote.clone(),
        numerator: measured.figure.map(|figure| figure.numerator),
        denominator: measured.figure.and_then(|figure| figure.denominator),
        target: indicator.target.map_or_else(
            || "–".to_owned(),
            |target| target_words(locale, target, unit),
        ),
        gauge: measured
            .figure
            .zip(indicator.target)
            .map(|(figure, target)| gauge(figure, target)),
        gap: match measured.standing {
            Standing::Missed { gap } => format!("−{} {unit}", locales::number(locale, gap)),
            Standing::Met => "0".to_owned(),
            Standing::NoData | Standing::NoTarget => "–".to_owned(),
        },
        due: indicator.due.map(Timestamp::start_of),
        state: state(locale, measured.standing),
        inferred: indicator.inferred,
        href,
        current,
    }
}

pub(in crate::http) fn state(locale: Locale, standing: Standing) -> Shown {
    let (tone, message) = match standing {
        Standing::Met => (Tone::Good, "indicators-met"),
        Standing::Missed { .. } => (Tone::Warn, "indicators-unmet"),
        Standing::NoData => (Tone::Idle, "indicators-unknown"),
        Standing::NoTarget => (Tone::Info, "indicators-no-target"),
    };
    Shown::new(tone, say(locale, message))
}

fn target_words(locale: Locale, target: Target, unit: &str) -> String {
    let sign = match target.operator {
        Operator::AtLeast => "≥",
        Operator::MoreThan => ">",
    };
    match target.amount {
        Amount::Percent(100) => "100\u{a0}%".to_owned(),
        Amount::Percent(percent) => format!("{sign}\u{a0}{percent}\u{a0}%"),
        Amount::Number(number) => format!("{sign}\u{a0}{} {unit}", locales::number(locale, number)),
    }
}

/// A share stands on a scale of percent, a count on one that ends at its target.
fn gauge(figure: Figure, target: Target) -> page::Gauge {
    let part = |numerator: i64, whole: i64| (numerator * 100 / whole.max(1)).clamp(0, 100);
    match target.amount {
        Amount::Percent(percent) => page::Gauge {
            value: part(figure.numerator, figure.denominator.unwrap_or(1)),
            target: percent.clamp(0, 99),
        },
        Amount::Number(number) => page::Gauge {
            value: part(figure.numerator, number),
            target: 99,
        },
    }
}

fn detail(locale: Locale, indicator: &Indicator, measured: &Measured) -> page::IndicatorDetail {
    let wanted: Vec<String> = indicator
        .measure
        .conditions()
        .filter_map(|condition| match condition {
            Condition::Completed(_) => Some(say(locale, "indicators-not-completed")),
            Condition::Reached(_) => Some(say(locale, "indicators-not-reached")),
            _ => None,
        })
        .collect();
    let missing = measured
        .missing
        .iter()
        .take(LINES)
        .map(|line| page::MissingRow {
            name: name(locale, line),
            unit: line.units.join(", "),
            reason: wanted.join("; "),
        });
    let proofs = |line: &Line| {
        let name = name(locale, line);
        line.evidence
            .iter()
            .map(|evidence| proof(locale, &name, evidence))
            .collect::<Vec<_>>()
    };
    page::IndicatorDetail {
        code: indicator.id.clone(),
        title: indicator.title.get(locale).to_owned(),
        missing: missing.collect(),
        more: measured.missing.len().saturating_sub(LINES),
        evidence: measured
            .counted
            .iter()
            .flat_map(proofs)
            .take(LINES)
            .collect(),
        manual: None,
    }
}

fn name(locale: Locale, line: &Line) -> String {
    if line.name.is_empty() && matches!(line.subject, SubjectId::Person(_)) {
        say(locale, "report-erased")
    } else {
        line.name.clone()
    }
}

fn proof(locale: Locale, name: &str, evidence: &Evidence) -> page::EvidenceRow {
    let (title, href) = match evidence {
        Evidence::Completion {
            exercise,
            title,
            sequence,
            ..
        } => (
            format!("{name} · {title} · #{sequence}"),
            Some(format!("/exercises/{exercise}/report")),
        ),
        Evidence::Attendance(list) => (
            format!("{name} · {}", say(locale, "indicators-attendance")),
            Some(format!("/attendance/{list}")),
        ),
        Evidence::Journal { exercise, sequence } => (
            format!("{name} · #1–{sequence}"),
            Some(format!("/exercises/{exercise}/report")),
        ),
        Evidence::Document(document) => (document.clone(), None),
    };
    page::EvidenceRow { title, href }
}
