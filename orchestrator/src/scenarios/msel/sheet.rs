//! A spreadsheet read into rows of texts, whoever made it.
//!
//! A workbook is an archive of XML: a few kilobytes can unpack into gigabytes, and one cell in the last row of the last
//! column makes a table of seventeen thousand million. So the archive is unpacked against a bound first, by the very reader
//! that takes the workbook apart later, and cells are taken one by one; nothing is ever laid out as a table. A text that
//! many cells share counts for each of them.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read as _},
    time::Duration,
};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};

use super::{Field, Language, Moment, heading};
use crate::scenarios::zip as unpacking;

/// Most bytes of a workbook once unpacked.
const MAX_UNPACKED: u64 = 32 << 20;
/// Most parts of a workbook.
const MAX_PARTS: usize = 2_000;
/// Most cells that are read of all sheets, empty ones too.
const MAX_CELLS: usize = 200_000;
/// Most bytes of what cells say, all together.
const MAX_TEXT: usize = 16 << 20;
/// Most sheets that are looked through for a list: several may be one part of the archive.
const MAX_SHEETS: usize = 24;
/// Most rows of a list.
const MAX_ROWS: usize = 2_000;
/// How many rows may stand above the headings.
const MAX_ABOVE: usize = 50;
/// A day, in what spreadsheets count.
const DAY_SECONDS: f64 = 86_400.0;

/// What a cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextCell {
    /// As text.
    pub text: String,
    /// The time that it is, where the cell itself is a time and no text.
    pub moment: Option<Moment>,
}

/// A sheet with a list of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// What stands above the headings, row by row: row and text.
    pub above: Vec<(u32, String)>,
    /// The row of the headings, from 0.
    pub head: u32,
    /// Its columns: position, heading, and what it means.
    pub columns: Vec<(u32, String, Option<Meaning>)>,
    /// The rows below: row from 0, and its cells by column.
    pub rows: Vec<(u32, BTreeMap<u32, TextCell>)>,
    /// Other sheets of the workbook.
    pub others: Vec<String>,
}

/// What a column holds, and in which language where its heading says so.
pub type Meaning = (Field, Option<Language>);

/// A file that is no list of events.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// Not a workbook, or a broken one.
    #[error("not a spreadsheet that can be read")]
    Workbook(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// More than a list of events needs.
    #[error("too large: more than {} MiB unpacked, or more than {MAX_ROWS} rows", MAX_UNPACKED >> 20)]
    TooLarge,
    /// No row of headings was found.
    #[error("no row of headings with a description and a time, title or number")]
    NoHeadings,
}

impl From<XlsxError> for SheetError {
    fn from(error: XlsxError) -> Self {
        Self::Workbook(error.into())
    }
}

/// Reads the first sheet that has a row of headings.
///
/// # Errors
/// When the bytes are no workbook, hold too much, or have no headings.
pub fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    measure(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let names = book.sheet_names();
    let mut room = Room {
        cells: MAX_CELLS,
        text: MAX_TEXT,
    };
    for (index, name) in names.iter().enumerate().take(MAX_SHEETS) {
        // Charts and macro sheets have no cells.
        let Ok(cells) = cells(&mut book, name, &mut room)? else {
            continue;
        };
        let others = names
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .map(|(_, name)| name.clone())
            .collect();
        if let Some(sheet) = sheet(name, cells, others) {
            return if sheet.rows.len() > MAX_ROWS {
                Err(SheetError::TooLarge)
            } else {
                Ok(sheet)
            };
        }
    }
    Err(SheetError::NoHeadings)
}

/// Unpacks the archive into nothing, to know how much it is.
fn measure(bytes: &[u8]) -> Result<(), SheetError> {
    let broken = |error: zip::result::ZipError| SheetError::Workbook(error.into());
    let mut archive = unpacking::open(bytes).map_err(|error| SheetError::Workbook(error.into()))?;
    if archive.len() > MAX_PARTS {
        return Err(SheetError::TooLarge);
    }
    let mut room = MAX_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(broken)?;
        let unpacked = io::copy(&mut part.take(room + 1), &mut io::sink())
            .map_err(|error| SheetError::Workbook(error.into()))?;
        room = room.checked_sub(unpacked).ok_or(SheetError::TooLarge)?;
    }
    Ok(())
}

/// How much more may be read.
struct Room {
    cells: usize,
    text: usize,
}

impl Room {
    /// Takes the place of a cell and of what it says.
    fn take(&mut self, text: usize) -> Result<(), SheetError> {
        let left = (self.cells.checked_sub(1), self.text.checked_sub(text));
        let (Some(cells), Some(text)) = left else {
            return Err(SheetError::TooLarge);
        };
        (self.cells, self.text) = (cells, text);
        Ok(())
    }
}

type Cells = BTreeMap<u32, BTreeMap<u32, TextCell>>;

/// The cells of a sheet that say something, by row and column; the inner error is a sheet without cells.
fn cells(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    room: &mut Room,
) -> Result<Result<Cells, XlsxError>, SheetError> {
    let mut reader = match book.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        Err(error) => return Ok(Err(error)),
    };
    let mut cells = Cells::new();
    while let Some(cell) = reader.next_cell()? {
        let value = cell.get_value();
        room.take(said(value))?;
        let Some(text) = text_cell(value) else {
            continue;
        };
        let (row, column) = cell.get_position();
        cells.entry(row).or_default().insert(column, text);
    }
    Ok(Ok(cells))
}

/// Bytes of the text in a cell, before it is copied.
fn said(value: &DataRef<'_>) -> usize {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.len()
        }
        DataRef::SharedString(text) => text.len(),
        _ => 0,
    }
}

fn text_cell(value: &DataRef<'_>) -> Option<TextCell> {
    let says = |text: String| TextCell { text, moment: None };
    let cell = match value {
        DataRef::Int(number) => says(number.to_string()),
        DataRef::Float(number) => says(number.to_string()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            says(text.trim().to_owned())
        }
        DataRef::SharedString(text) => says(text.trim().to_owned()),
        DataRef::Bool(truth) => says(truth.to_string()),
        DataRef::DateTime(time) => {
            let seconds = (time.as_f64() * DAY_SECONDS).round();
            let at = Duration::try_from_secs_f64(seconds).ok()?;
            let (minutes, left) = (at.as_secs() / 60, at.as_secs() % 60);
            let (days, minutes) = (minutes / 1_440, minutes % 1_440);
            let hours = format!("{:02}:{:02}:{left:02}", minutes / 60, minutes % 60);
            TextCell {
                text: if days == 0 {
                    hours
                } else {
                    format!("{days} + {hours}")
                },
                moment: Some(if time.is_duration() {
                    Moment::After(at)
                } else {
                    Moment::Clock(at)
                }),
            }
        }
        DataRef::Error(_) | DataRef::Empty => return None,
    };
    (!cell.text.is_empty()).then_some(cell)
}

/// Finds the row that has the most known headings; a list has at least a text or title and one thing more.
fn sheet(name: &str, mut cells: Cells, others: Vec<String>) -> Option<Sheet> {
    let known = |row: &BTreeMap<u32, TextCell>| {
        let mut fields: Vec<Field> = row
            .values()
            .filter_map(|cell| heading(&cell.text).map(|(field, _)| field))
            .collect();
        fields.sort_unstable();
        fields.dedup();
        let says = fields.iter().any(|field| {
            matches!(
                field,
                Field::Text | Field::Title | Field::Subject | Field::Details
            )
        });
        if says { fields.len() } else { 0 }
    };
    let (head, count) = cells
        .iter()
        .take(MAX_ABOVE)
        .map(|(row, cells)| (*row, known(cells)))
        .max_by_key(|(row, count)| (*count, std::cmp::Reverse(*row)))?;
    if count < 2 {
        return None;
    }
    let below = cells.split_off(&head.saturating_add(1));
    let titles = cells.remove(&head)?;
    let columns = titles
        .into_iter()
        .map(|(column, cell)| {
            let meaning = heading(&cell.text);
            (column, cell.text, meaning)
        })
        .collect();
    let above = cells.into_iter().map(|(row, cells)| {
        let texts: Vec<String> = cells.into_values().map(|cell| cell.text).collect();
        (row, texts.join(" "))
    });
    Some(Sheet {
        name: name.to_owned(),
        above: above.collect(),
        head,
        columns,
        rows: below.into_iter().collect(),
        others,
    })
}

/// A column's letters: 0 is `A`, 26 is `AA`.
#[must_use]
pub fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().collect()
}
