//! The CSV sheet: parse, compare with the catalogue, apply, export.
//!
//! A sheet has a header row and a row for each lesson; [`Column`] is the list of columns. Reading
//! ([`read_rows`]) and writing ([`RowWriter`]) are pure and go row by row, so that 100,000 rows take no more
//! memory than one. In lists, `;` separates and `\;` is a semicolon that belongs to an item.

mod cells;
mod columns;
mod decode;
mod error;
mod lists;
mod nearest;
mod read;
mod records;
mod row;
mod values;
mod write;

#[cfg(test)]
mod tests;

pub use columns::Column;
pub use error::{CellError, HeaderProblem, Refused, SheetError, shortened};
pub use read::{RowReader, read_rows};
pub use row::{
    Broadcast, CaptionFile, Chapter, Kind, Known, ReadOptions, Row, SchoolYear, Standard, Textbook,
    Visibility, Vocabulary, Week,
};
pub use write::RowWriter;

/// A sheet has at most this many bytes: some 100,000 rows with every column filled.
pub const MAX_SHEET_BYTES: u64 = 64 << 20;
/// A row has at most this many bytes; more is a quotation mark that was not closed.
pub const MAX_ROW_BYTES: usize = 1 << 20;
/// A list in a cell has at most this many items.
pub const MAX_ITEMS: usize = 200;
/// A path has at most this many bytes: the limit of Linux.
pub const MAX_PATH_BYTES: usize = 4096;
