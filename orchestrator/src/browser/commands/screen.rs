//! What a terminal shows, as far as a line of input needs it: letters, the cursor, wrapped lines, erasing and inserting.
//!
//! Lines are numbered from the session's beginning, so that a place keeps its number while the screen scrolls. Colours,
//! margins and character sets change nothing that is asked here. The node decides what comes: every number is bounded,
//! and only the latest lines are kept.

use std::collections::VecDeque;

use unicode_width::UnicodeWidthChar as _;

use crate::browser::frames::Size;

/// Lines that are kept, those in view among them: an input that is longer is not told.
const KEPT: usize = 600;
/// Columns between tabulator stops.
const TABULATOR: usize = 8;
/// Marks that one letter can carry; Vietnamese has two.
const MARKS: usize = 2;

/// A place: line, counted from the session's beginning, and column.
pub(super) type Place = (u64, usize);

#[derive(Clone, Copy)]
struct Cell {
    /// NUL for the second half of a wide letter.
    letter: char,
    marks: [char; MARKS],
}

const BLANK: Cell = Cell {
    letter: ' ',
    marks: ['\0'; MARKS],
};

#[derive(Default)]
struct Line {
    cells: Vec<Cell>,
    /// Whether it goes on in the next.
    wrapped: bool,
}

/// The latest lines and where the cursor stands.
pub(super) struct Screen {
    lines: VecDeque<Line>,
    /// Number of the first line that is kept.
    base: u64,
    /// Number of the first line in view.
    view: u64,
    row: u64,
    /// As many as there are columns while the next letter will wrap.
    column: usize,
    saved: Place,
    columns: usize,
    height: u64,
}

impl Screen {
    pub(super) fn new(size: Size) -> Self {
        Self {
            lines: VecDeque::new(),
            base: 0,
            view: 0,
            row: 0,
            column: 0,
            saved: (0, 0),
            columns: usize::from(size.columns.max(2)),
            height: u64::from(size.rows.max(2)),
        }
    }

    /// The shell draws its line anew after a resize; what was drawn stays as it was.
    pub(super) fn resize(&mut self, size: Size) {
        self.columns = usize::from(size.columns.max(2));
        self.height = u64::from(size.rows.max(2));
        self.column = self.column.min(self.columns);
        self.view = self.view.max((self.row + 1).saturating_sub(self.height));
    }

    pub(super) const fn cursor(&self) -> Place {
        (self.row, self.column)
    }

    /// The first row of the line, however often it wrapped, that ends with `row`.
    pub(super) fn begin_of(&self, mut row: u64) -> u64 {
        while row > self.base && self.line(row - 1).is_some_and(|line| line.wrapped) {
            row -= 1;
        }
        row
    }

    /// What stands between two places, wrapped lines joined; nothing where the first is gone or after the second.
    pub(super) fn text(&self, from: Place, to: Place) -> String {
        let mut text = String::new();
        if from.0 < self.base || from > to {
            return text;
        }
        for row in from.0..=to.0 {
            let Some(line) = self.line(row) else { break };
            let begin = if row == from.0 { from.1 } else { 0 };
            let end = if row == to.0 { to.1 } else { usize::MAX };
            let end = end.min(line.cells.len());
            for cell in line.cells.get(begin.min(end)..end).unwrap_or_default() {
                let letters = std::iter::once(cell.letter).chain(cell.marks);
                text.extend(letters.filter(|letter| *letter != '\0'));
            }
            if !line.wrapped && row < to.0 {
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
            }
        }
        text.truncate(text.trim_end().len());
        text
    }

    pub(super) fn print(&mut self, letter: char) {
        let Some(width) = letter.width() else { return };
        if width == 0 {
            self.mark(letter);
            return;
        }
        if self.column + width > self.columns {
            self.current().wrapped = true;
            self.feed();
            self.column = 0;
        }
        let column = self.column;
        let cells = &mut self.current().cells;
        if cells.len() < column + width {
            cells.resize(column + width, BLANK);
        }
        for (at, cell) in cells.iter_mut().skip(column).take(width).enumerate() {
            let letter = if at == 0 { letter } else { '\0' };
            *cell = Cell { letter, ..BLANK };
        }
        self.column += width;
    }

    fn mark(&mut self, mark: char) {
        let column = self.column;
        let cells = &mut self.current().cells;
        let before = cells.iter_mut().take(column).rev();
        if let Some(cell) = before.into_iter().find(|cell| cell.letter != '\0')
            && let Some(free) = cell.marks.iter_mut().find(|mark| **mark == '\0')
        {
            *free = mark;
        }
    }

    /// The next line, scrolling where the cursor stands on the last.
    pub(super) fn feed(&mut self) {
        self.row += 1;
        if self.row >= self.view + self.height {
            self.view = (self.row + 1).saturating_sub(self.height);
        }
        self.current();
        while self.lines.len() > KEPT && self.base < self.view {
            self.lines.pop_front();
            self.base += 1;
        }
    }

    pub(super) const fn carriage_return(&mut self) {
        self.column = 0;
    }

    pub(super) fn backspace(&mut self) {
        self.column = self.column.min(self.columns - 1).saturating_sub(1);
    }

    pub(super) fn tabulate(&mut self) {
        let next = (self.column / TABULATOR + 1) * TABULATOR;
        self.column = next.min(self.columns - 1);
    }

    pub(super) fn up(&mut self, by: u64) {
        self.row = self.row.saturating_sub(by).max(self.view);
    }

    pub(super) fn down(&mut self, by: u64) {
        let last = self.view + self.height - 1;
        self.row = self.row.saturating_add(by).min(last);
    }

    pub(super) fn forward(&mut self, by: usize) {
        self.column = self.column.saturating_add(by).min(self.columns - 1);
    }

    pub(super) fn back(&mut self, by: usize) {
        self.column = self.column.min(self.columns - 1).saturating_sub(by);
    }

    /// Columns and rows as a node counts them, from 1.
    pub(super) fn move_to_column(&mut self, column: usize) {
        self.column = column.saturating_sub(1).min(self.columns - 1);
    }

    pub(super) fn move_to_row(&mut self, row: u64) {
        self.row = self.view + row.saturating_sub(1).min(self.height - 1);
    }

    pub(super) const fn save(&mut self) {
        self.saved = (self.row, self.column);
    }

    pub(super) fn restore(&mut self) {
        self.row = self
            .saved
            .0
            .clamp(self.view, self.view + self.height.saturating_sub(1));
        self.column = self.saved.1.min(self.columns - 1);
    }

    /// Erases in the line: 0 to its end, 1 to its beginning, 2 all of it.
    pub(super) fn erase_line(&mut self, how: u16) {
        let column = self.column.min(self.columns - 1);
        let line = self.current();
        match how {
            0 => line.cells.truncate(column),
            1 => line
                .cells
                .iter_mut()
                .take(column + 1)
                .for_each(|cell| *cell = BLANK),
            _ => line.cells.clear(),
        }
        if how != 1 {
            line.wrapped = false;
        }
    }

    /// Erases on the screen: 0 to its end, 1 to its beginning, more all of it.
    pub(super) fn erase_screen(&mut self, how: u16) {
        let row = self.row;
        let rows = match how {
            0 => row + 1..self.view + self.height,
            1 => self.view..row,
            _ => self.view..self.view + self.height,
        };
        if how <= 1 {
            self.erase_line(how);
        }
        for row in rows {
            if let Some(line) = self.line_mut(row) {
                *line = Line::default();
            }
        }
    }

    pub(super) fn insert_letters(&mut self, count: usize) {
        let (column, columns) = (self.column, self.columns);
        let cells = &mut self.current().cells;
        if column < cells.len() {
            let blanks = std::iter::repeat_n(BLANK, count.min(columns));
            cells.splice(column..column, blanks);
            cells.truncate(columns);
        }
    }

    pub(super) fn delete_letters(&mut self, count: usize) {
        let column = self.column;
        let cells = &mut self.current().cells;
        let end = column.saturating_add(count).min(cells.len());
        if column < end {
            cells.drain(column..end);
        }
    }

    pub(super) fn erase_letters(&mut self, count: usize) {
        let column = self.column;
        let cells = self.current().cells.iter_mut();
        cells
            .skip(column)
            .take(count)
            .for_each(|cell| *cell = BLANK);
    }

    fn index(&self, row: u64) -> Option<usize> {
        usize::try_from(row.checked_sub(self.base)?).ok()
    }

    fn line(&self, row: u64) -> Option<&Line> {
        self.lines.get(self.index(row)?)
    }

    fn line_mut(&mut self, row: u64) -> Option<&mut Line> {
        let index = self.index(row)?;
        self.lines.get_mut(index)
    }

    /// The cursor's line.
    fn current(&mut self) -> &mut Line {
        let index = self.index(self.row).unwrap_or(0);
        if self.lines.len() <= index {
            self.lines.resize_with(index + 1, Line::default);
        }
        &mut self.lines[index]
    }
}
