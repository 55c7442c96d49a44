//! The drill report: locked figures with their evidence beside text of one's own, on the sheet as it will be printed.

use axum::response::Html;
use serde::Serialize;

use super::super::{AppError, Templates, Visitor};
use crate::clock::Timestamp;

/// What the list of reports shows.
#[derive(Debug, Default, Serialize)]
pub struct ReportsPage {
    /// Finished exercises.
    pub rows: Vec<ReportRow>,
}

/// A report.
#[derive(Clone, Debug, Serialize)]
pub struct ReportRow {
    /// The exercise's title.
    pub title: String,
    /// When it ended.
    pub finished_at: Timestamp,
    /// Where the report is.
    pub href: String,
    /// Where its document is.
    pub document: String,
}

/// What the report's page shows.
#[derive(Debug, Serialize)]
pub struct ReportPage {
    /// The exercise's identifier.
    pub exercise: String,
    /// The report's title.
    pub title: String,
    /// Where the Word file is.
    pub document: String,
    /// The journal's signed head.
    pub seal: Option<String>,
    /// Sections in which one writes oneself.
    pub sections: Vec<SectionField>,
    /// Whether the reader may write them.
    pub may_write: bool,
    /// The sheet.
    pub blocks: Vec<Block>,
}

/// A section that is written by hand.
#[derive(Clone, Debug, Serialize)]
pub struct SectionField {
    /// Its identifier.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What was written.
    pub text: String,
}

/// A part of the sheet.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// The head of an administrative document.
    Letterhead {
        /// The superior body.
        superior: String,
        /// The issuing body.
        body: String,
        /// Number and symbol.
        number: String,
        /// Place and date.
        place: String,
    },
    /// The title in the middle.
    Title {
        /// The kind of document.
        name: String,
        /// Its subject.
        subject: String,
    },
    /// A heading.
    Heading {
        /// Its depth, from 1.
        level: u8,
        /// Its text.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its text.
        text: String,
    },
    /// A figure with its evidence.
    Figure {
        /// What it is.
        label: String,
        /// The figure.
        value: String,
        /// The evidence's identifier.
        evidence: String,
    },
    /// A table.
    Table {
        /// Its caption.
        caption: String,
        /// Its head.
        head: Vec<String>,
        /// Its rows.
        rows: Vec<Vec<Cell>>,
    },
    /// Who signs, and who receives it.
    Signature {
        /// Whom it goes to.
        recipients: Vec<String>,
        /// By which authority.
        authority: String,
    },
}

/// A cell of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// What stands in it.
    pub text: String,
    /// Whether it is a number.
    pub numeric: bool,
    /// The evidence's identifier.
    pub evidence: Option<String>,
}

/// Renders the list.
///
/// # Errors
/// A template that does not fit.
pub fn render_list(
    templates: &Templates,
    visitor: &Visitor,
    page: &ReportsPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "reports", "nav-reports", page)
}

/// Renders a report.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &ReportPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "report", "nav-reports", page)
}
