//! The CSV sheet: parse, compare with the catalogue, apply, export.
//!
//! A sheet has a header row and a row for each lesson; [`Column`] is the list of columns. Reading
//! ([`read_rows`]) and writing ([`RowWriter`]) are pure and go row by row, so that 100,000 rows take hardly more
//! memory than one. In lists, `;` separates and `\;` is a semicolon that belongs to an item.

mod apply;
mod cells;
mod columns;
mod decode;
mod describe;
mod error;
mod fault;
pub mod fields;
mod formula;
mod intake;
mod known;
mod lists;
mod read;
mod records;
mod row;
mod settle;
mod values;
mod write;

#[cfg(test)]
mod tests;

pub use apply::{Answer, Fate, Importer, Mode};
pub use columns::Column;
pub use describe::{row_of, row_without_files};
pub use error::{CellError, HeaderProblem, Refused, SheetError, shortened};
pub use fault::{Address, Fault};
pub use known::KnownTerms;
pub use read::{RowReader, read_rows};
pub use row::{
    Broadcast, CaptionFile, Chapter, Kind, Known, ReadOptions, Row, SchoolYear, Standard, Textbook,
    Visibility, Vocabulary, Week,
};
pub use write::{RowWriter, Separator};

/// A sheet has at most this many bytes: some 100,000 rows with every column filled.
pub const MAX_SHEET_BYTES: u64 = 64 << 20;
/// A row has at most this many bytes; more is a quotation mark that was not closed.
pub const MAX_ROW_BYTES: usize = 1 << 20;
/// An attachment has at most this many bytes.
pub const LARGEST_ATTACHMENT: u64 = 200 << 20;
/// A list in a cell has at most this many items.
pub const MAX_ITEMS: usize = 200;
/// A path has at most this many bytes: the limit of Linux.
pub const MAX_PATH_BYTES: usize = 4096;

/// An importer of a sheet that lies in `folder` and has `columns`. `copied` is called with the number
/// of bytes of every step of a copy.
pub fn importer<'a>(
    catalogue: &'a crate::catalogue::Catalogue,
    store: &'a crate::media::Store,
    folder: &'a std::path::Path,
    placement: crate::catalogue::Placement,
    copied: &'a dyn Fn(u64),
    columns: &[Column],
    mode: Mode,
) -> Importer<'a> {
    let intake = intake::Intake {
        store,
        folder,
        placement,
        copied,
    };
    Importer::new(catalogue, intake, columns, mode)
}

/// A BCP 47 tag of language, script, region and variants, in canonical case; `None`: this is none.
pub fn language(text: &str) -> Option<String> {
    values::language(text.trim()).ok()
}
