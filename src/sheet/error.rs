//! What can be wrong with a sheet, told so that the person who wrote it can mend it.

use std::fmt;
use std::io;

use super::columns::Column;
use super::fault::Fault;
use super::{MAX_ROW_BYTES, MAX_SHEET_BYTES};

/// Why the rest of a sheet cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The disk or the pipe failed.
    #[error("the sheet cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Larger than [`MAX_SHEET_BYTES`].
    #[error(
        "the sheet is larger than {} MiB; split it into several sheets",
        MAX_SHEET_BYTES >> 20
    )]
    TooLarge,
    /// Nothing in it, or nothing but blank lines.
    #[error("the sheet is empty; its first line must name the columns")]
    Empty,
    /// Bytes that are not UTF-8: most often a sheet saved in Windows-1251 or Windows-1254.
    #[error(
        "line {line}: byte 0x{byte:02X} at offset {offset} is not UTF-8 text; \
         save the sheet as \"CSV UTF-8\""
    )]
    NotUtf8 {
        /// Line of the file, from 1.
        line: u64,
        /// Bytes before it in the file.
        offset: u64,
        /// The first byte that does not fit.
        byte: u8,
    },
    /// UTF-16 without a byte order mark: either order could be meant.
    #[error("the sheet looks like UTF-16 without a byte order mark; save it as \"CSV UTF-8\"")]
    Utf16Unmarked,
    /// UTF-16 with half a character in it, or an odd number of bytes.
    #[error("line {line}: broken UTF-16; save the sheet as \"CSV UTF-8\"")]
    Utf16Broken {
        /// Line of the file, from 1.
        line: u64,
    },
    /// A NUL character: a spreadsheet's own format, or a damaged file.
    #[error(
        "line {line} contains a NUL character, so this is not a CSV file; save the sheet as \"CSV UTF-8\""
    )]
    Nul {
        /// Line of the file, from 1.
        line: u64,
    },
    /// The header row; everything that is wrong with it.
    #[error("the header row: {}", joined(.0))]
    Header(Vec<HeaderProblem>),
    /// The sheet ends inside quotation marks: where rows end cannot be told.
    #[error(
        "the quotation mark opened in line {line} is never closed; close it, \
         and write a quotation mark inside a cell twice"
    )]
    UnclosedQuote {
        /// Line of the opening mark, from 1.
        line: u64,
    },
    /// A row longer than [`MAX_ROW_BYTES`].
    #[error(
        "the row that begins in line {line} is longer than {} KiB; \
         is a quotation mark in it not closed?",
        MAX_ROW_BYTES >> 10
    )]
    RowTooLong {
        /// Line where the row begins, from 1.
        line: u64,
    },
}

/// One thing wrong with the header row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderProblem {
    /// Not one of [`Column::ALL`].
    #[error("there is no column \"{name}\"{}", .nearest.as_ref().map(|n| format!("; did you mean {n:?}?")).unwrap_or_default())]
    Unknown {
        /// As written, shortened.
        name: String,
        /// The column it may be a misspelling of.
        nearest: Option<String>,
    },
    /// A cell of the header row without text.
    #[error("column {number} has no name; name it or remove it")]
    Nameless {
        /// From 1.
        number: usize,
    },
    /// The same column again.
    #[error("the column \"{0}\" stands twice; remove one")]
    Twice(Column),
    /// A required column.
    #[error("the required column \"{0}\" is missing; add it")]
    Missing(Column),
}

fn joined(problems: &[HeaderProblem]) -> String {
    let each: Vec<String> = problems.iter().map(ToString::to_string).collect();
    each.join("; ")
}

/// One thing wrong with a row. It prints in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellError {
    /// Line of the file where the row begins, from 1; 0: there is no file, the value was given by itself.
    pub line: u64,
    /// None: the row as a whole.
    pub column: Option<Column>,
    /// The cell, or the item of its list, fit to print: see [`shortened`].
    pub value: String,
    /// What is wrong with it.
    pub fault: Fault,
}

impl CellError {
    /// What is wrong, in English; it continues a sentence that begins with the value.
    pub fn problem(&self) -> String {
        self.fault.problem()
    }

    /// What would be right, in English.
    pub fn remedy(&self) -> String {
        self.fault.remedy(self.column)
    }
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = (self.line > 0).then(|| format!("line {}", self.line));
        let column = self.column.map(|c| format!("column \"{c}\""));
        let place: Vec<String> = line.into_iter().chain(column).collect();
        write!(f, "{}", place.join(", "))?;
        if !self.value.is_empty() {
            let colon = if place.is_empty() { "" } else { ": " };
            write!(f, "{colon}\"{}\"", self.value)?;
        }
        write!(f, " {}; {}", self.problem(), self.remedy())
    }
}

impl std::error::Error for CellError {}

/// Why the iterator gave no row.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// This row only, with all that is wrong with it; the next rows can still be read.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Row(Vec<CellError>),
    /// The sheet; nothing follows.
    #[error(transparent)]
    Sheet(#[from] SheetError),
}

/// `value` fit for one line of a terminal: at most 60 characters, what would move the cursor or
/// turn the writing direction shown as an escape.
pub fn shortened(value: &str) -> String {
    const MOST: usize = 60;
    let mut out = String::new();
    for (index, c) in value.chars().enumerate() {
        if index == MOST {
            out.push('…');
            break;
        }
        match c {
            '\n' | '\r' | '\t' | '"' | '\\' => out.extend(c.escape_default()),
            c if c.is_control() || is_invisible(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_that_names_place_value_and_remedy() {
        let error = CellError {
            line: 7,
            column: Some(Column::SchoolYear),
            value: shortened("2019/21"),
            fault: Fault::SchoolYear(None),
        };
        assert_eq!(
            error.to_string(),
            r#"line 7, column "school_year": "2019/21" is not a school year; write it like 2019/20"#
        );
    }

    #[test]
    fn a_hostile_value_cannot_move_the_cursor_of_the_reader() {
        let shown = shortened("a\u{1b}[2J\nb\u{202e}c");
        assert_eq!(shown, r"a\u{1b}[2J\nb\u{202e}c");
        assert_eq!(shortened(&"ə".repeat(61)).chars().count(), 61);
        assert!(shortened(&"ə".repeat(61)).ends_with('…'));
    }
}
