//! A plan's indicators: where the province stands, and who is missing.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice, State,
};
use crate::clock::Timestamp;

/// What the page shows.
#[derive(Debug, Serialize)]
pub struct IndicatorsPage {
    /// Plans to choose from.
    pub plans: Vec<Choice>,
    /// The plan's title.
    pub title: String,
    /// The day for which figures hold.
    pub as_of: Timestamp,
    /// That day, as a date field writes it.
    pub as_of_field: String,
    /// Indicators reached.
    pub met: usize,
    /// Indicators not reached.
    pub unmet: usize,
    /// Indicators without figures.
    pub unknown: usize,
    /// Indicators.
    pub rows: Vec<IndicatorRow>,
    /// The indicator that is open.
    pub open: Option<IndicatorDetail>,
}

/// One indicator.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorRow {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The plan's own words.
    pub quote: String,
    /// Numerator, where there are figures.
    pub numerator: Option<i64>,
    /// Denominator, where there is one.
    pub denominator: Option<i64>,
    /// The target in words.
    pub target: String,
    /// The gauge: how far of the target in hundredths; `None` without figures.
    pub gauge: Option<Gauge>,
    /// What is missing, in words.
    pub gap: String,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Whether it is reached.
    pub state: State,
    /// Whether the target is our reading.
    pub inferred: bool,
    /// Where it opens.
    pub href: String,
    /// Whether it is open.
    pub current: bool,
}

/// A gauge, 100 wide.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Gauge {
    /// How far.
    pub value: i64,
    /// Where the target is.
    pub target: i64,
}

/// The open indicator.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorDetail {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Who or what is missing.
    pub missing: Vec<MissingRow>,
    /// How many more are missing than are shown.
    pub more: usize,
    /// What counts, each with its evidence.
    pub evidence: Vec<EvidenceRow>,
}

/// Somebody or something that is missing.
#[derive(Clone, Debug, Serialize)]
pub struct MissingRow {
    /// The name.
    pub name: String,
    /// The unit.
    pub unit: String,
    /// What is missing.
    pub reason: String,
}

/// What counts.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceRow {
    /// What.
    pub title: String,
    /// Where it can be read.
    pub href: Option<String>,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &IndicatorsPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "indicators", "nav-indicators", page)
}

/// Renders the page of a province without a plan.
///
/// # Errors
/// A template that does not fit.
pub fn render_none(templates: &Templates, visitor: &Visitor) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "indicators-none", "nav-indicators", &())
}
