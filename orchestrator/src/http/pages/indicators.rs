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
    /// Figures that somebody enters; `None` where the range computes them.
    pub manual: Option<ManualFigures>,
}

/// The figures of an indicator that somebody enters.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ManualFigures {
    /// The form; `None` for who may only read.
    pub form: Option<FigureForm>,
    /// All entries so far, the latest first.
    pub entries: Vec<EnteredRow>,
}

/// A form for an indicator's figures.
#[derive(Clone, Debug, Serialize)]
pub struct FigureForm {
    /// Its identifier: sent twice, it makes one entry.
    pub id: String,
    /// The plan.
    pub plan: String,
    /// The indicator.
    pub indicator: String,
    /// The day of the page.
    pub day: String,
    /// The figures.
    pub fields: Vec<FigureField>,
    /// The day for which they hold, as a date field writes it.
    pub as_of: String,
    /// The last day that can be entered.
    pub latest: String,
    /// The document that they are taken from.
    pub document: String,
    /// What to mend.
    pub error: Option<String>,
}

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub struct FigureField {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What was typed.
    pub value: String,
}

/// An entry.
#[derive(Clone, Debug, Serialize)]
pub struct EnteredRow {
    /// What the figure is called.
    pub title: String,
    /// The figure.
    pub value: i64,
    /// The day for which it holds.
    pub as_of: Timestamp,
    /// The document that it is taken from.
    pub document: String,
    /// Who entered it.
    pub username: String,
    /// When.
    pub at: Timestamp,
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
