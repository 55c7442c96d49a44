//! The drill report: locked figures with their evidence beside text of one's own, on the sheet as it will be printed.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice,
};
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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a condition of the template"
)]
pub struct ReportPage {
    /// The exercise's identifier.
    pub exercise: String,
    /// The report's title.
    pub title: String,
    /// Where the Word file is.
    pub document: String,
    /// The journal's signed head.
    pub seal: Option<String>,
    /// Whether the journal no longer fits its hashes.
    pub broken: bool,
    /// Whether the drill has not ended yet.
    pub unfinished: bool,
    /// Sections in which one writes oneself.
    pub sections: Vec<SectionField>,
    /// Whether the reader may write them.
    pub may_write: bool,
    /// What the scenario sets out to train, and how it was rated.
    pub objectives: Vec<ObjectiveField>,
    /// Whether the reader may rate.
    pub may_rate: bool,
    /// What is wrong with the ratings that were sent.
    pub error: Option<String>,
    /// The language of the sheet.
    pub language: &'static str,
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
    /// What tells it from another text.
    pub mark: String,
    /// Whether it is one line.
    pub line: bool,
}

/// An objective and its rating.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectiveField {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What the points suggest, in words.
    pub suggested: String,
    /// Its tasks, and how many of the teams solved each.
    pub solved: Vec<String>,
    /// The ratings to choose from.
    pub ratings: Vec<Choice>,
    /// Why it is rated so.
    pub words: String,
}

/// A part of the sheet.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// The head of an administrative document.
    Letterhead {
        /// Quốc hiệu.
        state: String,
        /// Tiêu ngữ.
        motto: String,
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
        /// Whether it belongs to a list.
        item: bool,
        /// Its pieces.
        spans: Vec<Span>,
    },
    /// A part that is still to be written.
    Open {
        /// The section.
        section: &'static str,
        /// What stands in its place.
        text: String,
    },
    /// A table.
    Table {
        /// Its head.
        head: Vec<Head>,
        /// Its rows.
        rows: Vec<Vec<Cell>>,
    },
    /// Who signs, and who receives it.
    Signature {
        /// The words above the recipients.
        heading: String,
        /// Whom it goes to.
        recipients: Vec<String>,
        /// By which authority.
        authority: String,
        /// As what.
        position: String,
        /// The name.
        name: String,
    },
    /// The beginning of an appendix.
    Appendix {
        /// Its number.
        label: String,
        /// Its title.
        title: String,
        /// Which document it belongs to.
        reference: String,
    },
}

/// A piece of a line.
#[derive(Clone, Debug, Serialize)]
pub struct Span {
    /// What stands in it.
    pub text: String,
    /// The journal rows behind a figure.
    pub evidence: Option<String>,
}

/// The head of a column.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// Its words.
    pub title: String,
    /// Whether the column holds numbers.
    pub numeric: bool,
    /// Its part of the table's width, in percent.
    pub width: u32,
}

/// A cell of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// Whether it is a number.
    pub numeric: bool,
    /// What stands in it.
    pub spans: Vec<Span>,
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
