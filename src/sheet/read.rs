//! Reading a sheet row by row.

use std::io::Read;

use super::columns::{Column, Header};
use super::error::{Refused, SheetError};
use super::formula;
use super::records::Records;
use super::row::{Known, ReadOptions, Row};

/// Reads the header row of `sheet`; the rows come from the iterator, so that no more than one is in
/// memory.
///
/// Fails when nothing of the sheet can be read: its bytes are no text, or its header row does not fit.
pub fn read_rows<R: Read>(
    sheet: R,
    options: ReadOptions,
    known: &dyn Known,
) -> Result<RowReader<'_, R>, SheetError> {
    let mut records = Records::new(sheet)?;
    let header = records.next_record()?.ok_or(SheetError::Empty)?;
    Ok(RowReader {
        header: Header::read(&header.cells)?,
        records,
        options,
        known,
        ended: false,
    })
}

/// The rows of a sheet, each with the line it begins in. Rows whose cells are all blank are passed over:
/// spreadsheets leave them at the end.
pub struct RowReader<'k, R> {
    records: Records<R>,
    header: Header,
    options: ReadOptions,
    known: &'k dyn Known,
    ended: bool,
}

impl<R: Read> RowReader<'_, R> {
    /// What stands between the cells: `,`, `;` or a tab.
    pub fn separator(&self) -> char {
        char::from(self.records.separator())
    }

    /// The columns that the sheet has, in its own order. A column that is absent says nothing
    /// about the lessons; a cell that is empty says that there is nothing.
    pub fn columns(&self) -> &[Column] {
        self.header.columns()
    }

    /// Bytes of the sheet taken so far, for a progress bar; up to a chunk ahead of the rows.
    pub fn bytes_read(&self) -> u64 {
        self.records.bytes_read()
    }
}

impl<R: Read> Iterator for RowReader<'_, R> {
    type Item = Result<(u64, Row), Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let mut record = match self.records.next_record() {
                Ok(Some(record)) => record,
                Ok(None) => break,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(Refused::Sheet(error)));
                }
            };
            if record.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if self.options.from_spreadsheet {
                for cell in &mut record.cells {
                    if let Some(own) = formula::unguarded(cell) {
                        *cell = own.to_owned();
                    }
                }
            }
            let row = Row::read(&record, &self.header, &self.options, self.known);
            return Some(row.map(|row| (record.line, row)).map_err(Refused::Row));
        }
        self.ended = true;
        None
    }
}
