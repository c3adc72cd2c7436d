//! The cells of one record: blank, too long, control characters, lists; and what was wrong with them.

use super::columns::{Column, Header};
use super::error::{CellError, is_invisible, shortened};
use super::fault::Fault;
use super::records::Record;
use super::{MAX_ITEMS, lists};

/// What a value is read with.
pub(super) type Read<T> = Result<T, Fault>;

/// A record on its way to a row. Collects errors instead of stopping at the first.
pub(super) struct Cells<'a> {
    record: &'a Record,
    header: &'a Header,
    errors: Vec<CellError>,
}

impl<'a> Cells<'a> {
    /// Fails on a record that has not the header's number of cells: its values may stand in wrong columns.
    pub(super) fn new(record: &'a Record, header: &'a Header) -> Result<Self, Vec<CellError>> {
        let mut cells = Self {
            record,
            header,
            errors: Vec::new(),
        };
        let (has, wants) = (record.cells.len(), header.columns().len());
        if has != wants {
            cells.errors.push(CellError {
                line: record.line,
                column: None,
                value: String::new(),
                fault: Fault::Cells { has, wants },
            });
            return Err(cells.errors);
        }
        if let Some(torn) = record.torn {
            cells.refuse(header.columns()[torn], &record.cells[torn], Fault::Torn);
            return Err(cells.errors);
        }
        Ok(cells)
    }

    /// The row, if nothing was refused.
    pub(super) fn finish<T>(mut self, row: T) -> Result<T, Vec<CellError>> {
        self.errors.sort_by_key(|error| error.column);
        if self.errors.is_empty() {
            Ok(row)
        } else {
            Err(self.errors)
        }
    }

    pub(super) fn refuse(&mut self, column: Column, value: &str, fault: Fault) {
        self.errors.push(CellError {
            line: self.record.line,
            column: Some(column),
            value: shortened(value),
            fault,
        });
    }

    /// Refuses each key that stands a second time.
    pub(super) fn refuse_twice<'k>(&mut self, column: Column, keys: impl Iterator<Item = &'k str>) {
        let mut seen = std::collections::HashSet::new();
        for key in keys {
            if !seen.insert(key) {
                self.refuse(column, key, Fault::Twice);
            }
        }
    }

    /// As written; None: nothing but blanks, or no such column.
    fn cell(&self, column: Column) -> Option<&'a str> {
        let cell = self.record.cells.get(self.header.position(column)?)?;
        (!cell.trim().is_empty()).then_some(cell.as_str())
    }

    fn taken<T>(&mut self, column: Column, value: &str, read: Read<T>) -> Option<T> {
        read.map_err(|fault| self.refuse(column, value, fault)).ok()
    }

    /// One value, blanks around it dropped.
    pub(super) fn one<T>(&mut self, column: Column, read: impl Fn(&str) -> Read<T>) -> Option<T> {
        let cell = self.cell(column)?;
        let value = clean(column, cell).and_then(|text| read(&text));
        self.taken(column, cell.trim(), value)
    }

    /// Like [`Cells::one`], but an empty cell is refused. Empty after a refusal.
    pub(super) fn required(
        &mut self,
        column: Column,
        read: impl Fn(&str) -> Read<String>,
    ) -> String {
        if self.cell(column).is_none() {
            self.refuse_empty(column);
        }
        self.one(column, read).unwrap_or_default()
    }

    fn refuse_empty(&mut self, column: Column) {
        self.refuse(column, "", Fault::Empty);
    }

    /// A path as written, blanks included: a file name may begin or end with one.
    pub(super) fn path(&mut self, column: Column) -> Option<String> {
        let cell = self.cell(column)?;
        self.taken(column, cell, super::values::path(cell))
    }

    /// A list of one-line values.
    pub(super) fn list<T>(&mut self, column: Column, read: impl Fn(&str) -> Read<T>) -> Vec<T> {
        self.items(column, |item| {
            clean(column, item).and_then(|text| read(&text))
        })
    }

    /// A list whose items are or end in paths, where any character but NUL is data.
    pub(super) fn list_of_paths<T>(
        &mut self,
        column: Column,
        read: impl Fn(&str) -> Read<T>,
    ) -> Vec<T> {
        self.items(column, read)
    }

    fn items<T>(&mut self, column: Column, read: impl Fn(&str) -> Read<T>) -> Vec<T> {
        let Some(cell) = self.cell(column) else {
            if column.is_required() {
                self.refuse_empty(column);
            }
            return Vec::new();
        };
        let items = lists::split(cell);
        if items.len() > MAX_ITEMS {
            let (has, most) = (items.len(), MAX_ITEMS);
            self.refuse(column, cell, Fault::TooMany { has, most });
            return Vec::new();
        }
        let mut values = Vec::new();
        for item in items {
            if item.is_empty() {
                self.refuse(column, cell, Fault::EmptyItem);
            } else {
                values.extend(self.taken(column, &item, read(&item)));
            }
        }
        values
    }
}

/// `text` without blanks around it, with `\n` for line ends; refuses what no column may contain.
fn clean(column: Column, text: &str) -> Read<String> {
    let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
    let lines_allowed = column == Column::Description;
    if let Some(c) = text
        .chars()
        .find(|c| c.is_control() && !(lines_allowed && *c == '\n'))
    {
        return Err(if c == '\n' {
            Fault::LineBreak
        } else {
            Fault::Control(c)
        });
    }
    if let Some(c) = text.chars().find(|c| turns_writing(*c)) {
        return Err(Fault::TurnsWriting(c));
    }
    if !text.is_empty() && text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(Fault::Unseen);
    }
    let (has, most) = (text.chars().count(), column.max_chars());
    if has > most {
        return Err(Fault::TooLong { has, most });
    }
    Ok(text)
}

/// Embeddings, overrides and isolates: words with them look like other words. The marks alone (U+200E, U+200F), which
/// programs put in by themselves, do no harm.
fn turns_writing(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
