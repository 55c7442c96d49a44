//! The one report model: what a document says, apart from how a page, Word or a printer shows it.
//!
//! A figure always carries the evidence that it was computed from. Renderers may lay out, they may never compute.

use serde::Serialize;

use crate::{ids::ExerciseId, locales::Locale};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The language that it is written in.
    pub locale: Locale,
    /// Its head, as Nghị định 30/2020/NĐ-CP lays it out.
    pub letterhead: Letterhead,
    /// Its kind, as `BÁO CÁO`.
    pub title: String,
    /// What it is about.
    pub subject: String,
    /// Its body.
    pub body: Vec<Block>,
    /// Its appendices.
    pub appendices: Vec<Appendix>,
    /// Who receives it.
    pub recipients: Vec<String>,
    /// Who signs it.
    pub signature: Signature,
}

/// The head of an administrative document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Letterhead {
    /// Quốc hiệu.
    pub state: String,
    /// Tiêu ngữ.
    pub motto: String,
    /// The body above the one that issues it.
    pub superior: String,
    /// The body that issues it.
    pub body: String,
    /// Number and sign.
    pub number: String,
    /// Place and date.
    pub place_date: String,
}

/// Who signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// On whose behalf, as `TM. BAN TỔ CHỨC`.
    pub authority: String,
    /// As what, as `TRƯỞNG BAN`.
    pub position: String,
    /// The name; empty until somebody is to sign.
    pub name: String,
}

/// An appendix, on pages of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Appendix {
    /// `Phụ lục I`.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Which document it belongs to.
    pub reference: String,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading: level 1 is `I.`, level 2 `1.`.
    Heading {
        /// From 1.
        level: u8,
        /// With its number.
        text: String,
    },
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A paragraph of a list.
    Item(Vec<Span>),
    /// Words that a person writes beside the figures.
    Written(Written),
    /// A table.
    Table(Table),
}

/// Words that a person writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Which part of the document, as `texts::Section` writes it.
    pub section: &'static str,
    /// What was written, by paragraph; empty where nothing was.
    pub paragraphs: Vec<String>,
    /// What stands there until something is written.
    pub placeholder: String,
}

/// A table, whose headings repeat on every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// What stands there where there is no row.
    pub empty: String,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Its part of the table's width, compared with the other columns.
    pub width: u32,
    /// Whether it holds figures, which end at its edge.
    pub number: bool,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What it says.
    pub spans: Vec<Span>,
    /// Whether it holds a figure.
    pub number: bool,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// What it says.
    pub text: String,
    /// What a figure was computed from; `None` for plain words.
    pub evidence: Option<Evidence>,
}

/// Rows of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The exercise.
    pub exercise: ExerciseId,
    /// The first row.
    pub first: i64,
    /// The last row.
    pub last: i64,
}

impl Span {
    /// Plain words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            evidence: None,
        }
    }

    /// A figure and what it was computed from.
    #[must_use]
    pub fn figure(text: impl Into<String>, evidence: Evidence) -> Self {
        Self {
            text: text.into(),
            evidence: Some(evidence),
        }
    }
}

impl Table {
    /// A table without rows; of each column its heading, width and whether it holds figures.
    #[must_use]
    pub fn new(columns: Vec<(String, u32, bool)>, empty: String) -> Self {
        let columns = columns
            .into_iter()
            .map(|(title, width, number)| Column {
                title,
                width,
                number,
            })
            .collect();
        Self {
            columns,
            rows: Vec::new(),
            empty,
        }
    }

    /// Adds a row.
    pub fn push(&mut self, cells: Vec<Span>) {
        debug_assert_eq!(cells.len(), self.columns.len());
        let cells = self.columns.iter().zip(cells);
        self.rows.push(
            cells
                .map(|(column, span)| Cell {
                    spans: vec![span],
                    number: column.number,
                })
                .collect(),
        );
    }
}
