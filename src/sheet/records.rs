//! Text to records: cells, quotation marks and separators (RFC 4180, with any line ends).
//!
//! Reading is ours, not the csv crate's, which accepts a quotation mark that is never closed, puts
//! no limit on a record, and counts lines short after blank lines and `\r\n`; a line number
//! must be right to be of use. A property test compares the two where they agree.

use std::io::Read;

use super::MAX_ROW_BYTES;
use super::decode::{Lines, Text};
use super::error::SheetError;

/// One row as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Where it begins, from 1.
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
    /// The first cell with text after its closing quotation mark: `"a"b`.
    pub(super) torn: Option<usize>,
}

/// The records of a sheet, one at a time. Blank lines are passed over.
pub(super) struct Records<R> {
    text: Text<R>,
    chunk: Vec<u8>,
    at: usize,
    lines: Lines,
    separator: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// After a mark inside a quoted cell: it closes the cell unless another follows.
    Mark,
}

impl<R: Read> Records<R> {
    /// Reads far enough to tell the separator from the first line that is not blank.
    pub(super) fn new(source: R) -> Result<Self, SheetError> {
        let mut text = Text::new(source);
        let mut chunk = Vec::new();
        text.next_chunk(&mut chunk)?;
        // A pipe may give the header row in pieces. Past the limit of a row, reading it will fail.
        let mut more = Vec::new();
        while !has_line(&chunk) && chunk.len() < MAX_ROW_BYTES {
            text.next_chunk(&mut more)?;
            if more.is_empty() {
                break;
            }
            chunk.append(&mut more);
        }
        let separator = separator(&chunk);
        Ok(Self {
            text,
            chunk,
            at: 0,
            lines: Lines::default(),
            separator,
        })
    }

    /// `,`, `;` or a tab.
    pub(super) fn separator(&self) -> u8 {
        self.separator
    }

    /// Bytes of the file taken so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }

    fn byte(&mut self) -> Result<Option<u8>, SheetError> {
        if self.at == self.chunk.len() {
            self.text.next_chunk(&mut self.chunk)?;
            self.at = 0;
        }
        let Some(byte) = self.chunk.get(self.at).copied() else {
            return Ok(None);
        };
        self.at += 1;
        self.lines.pass(byte);
        Ok(Some(byte))
    }

    /// The next record; None at the end of the sheet.
    pub(super) fn next_record(&mut self) -> Result<Option<Record>, SheetError> {
        let mut cells = Vec::new();
        let mut torn = None;
        let mut cell = Vec::new();
        let mut state = State::CellStart;
        let mut length = 0;
        let mut line = self.lines.number;
        let mut opened = line;
        loop {
            let here = self.lines.number;
            let byte = self.byte()?;
            let ends = matches!(byte, None | Some(b'\n' | b'\r'));
            if length == 0 && ends {
                if byte.is_none() {
                    return Ok(None);
                }
                // A blank line, or the second half of the line end before.
                line = self.lines.number;
                continue;
            }
            length += 1;
            if length > MAX_ROW_BYTES {
                return Err(SheetError::RowTooLong { line });
            }
            match (state, byte) {
                (State::Quoted, None) => return Err(SheetError::UnclosedQuote { line: opened }),
                (State::Quoted, Some(b'"')) => state = State::Mark,
                // In a quoted cell every line end is data, `\r` included: a file name may have it.
                (State::Quoted, Some(byte)) => cell.push(byte),
                (State::CellStart, Some(b'"')) => {
                    state = State::Quoted;
                    opened = here;
                }
                (State::Mark, Some(b'"')) => {
                    cell.push(b'"');
                    state = State::Quoted;
                }
                (_, Some(byte)) if byte == self.separator => {
                    cells.push(text(&mut cell));
                    state = State::CellStart;
                }
                _ if ends => {
                    cells.push(text(&mut cell));
                    return Ok(Some(Record { line, cells, torn }));
                }
                (before, Some(byte)) => {
                    if before == State::Mark {
                        torn.get_or_insert(cells.len());
                    }
                    cell.push(byte);
                    state = State::Plain;
                }
                (_, None) => {}
            }
        }
    }
}

fn text(cell: &mut Vec<u8>) -> String {
    // The decoder gave UTF-8 and cells are cut at ASCII, so nothing is ever replaced here.
    String::from_utf8(std::mem::take(cell)).unwrap_or_default()
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn has_line(chunk: &[u8]) -> bool {
    let begin = chunk.iter().position(|byte| !is_line_end(byte));
    begin.is_some_and(|begin| chunk[begin..].iter().any(is_line_end))
}

/// The most frequent of the three in the first line; column names contain none of them.
fn separator(chunk: &[u8]) -> u8 {
    let line = chunk.split(is_line_end).find(|line| !line.is_empty());
    let line = line.unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    // max_by_key takes the last of equals: the comma.
    let all = [b'\t', b';', b','];
    all.into_iter().max_by_key(|c| count(*c)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(sheet: &[u8]) -> Result<Vec<Record>, SheetError> {
        let mut records = Records::new(sheet)?;
        let mut all = Vec::new();
        while let Some(record) = records.next_record()? {
            all.push(record);
        }
        Ok(all)
    }

    #[test]
    fn a_line_number_is_the_one_an_editor_shows() {
        for end in ["\n", "\r\n", "\r"] {
            let sheet = ["", "a,b", "", "", "\"1", "\"\"2\",3", "4,5", ""].join(end);
            let records = all(sheet.as_bytes()).unwrap();
            let lines: Vec<u64> = records.iter().map(|record| record.line).collect();
            assert_eq!(lines, [2, 5, 7], "{end:?}");
            assert_eq!(records[1].cells, [format!("1{end}\"2"), "3".to_owned()]);
            assert_eq!(records[2].cells, ["4", "5"]);
        }
    }

    #[test]
    fn the_separator_is_read_from_the_header_row() {
        for (separator, header) in [
            (b',', "a,b,c"),
            (b';', "\n\na;b;c"),
            (b'\t', "a\tb\tc"),
            (b',', "a"),
        ] {
            let sheet = format!("{header}\n\"1;2,3\"");
            let mut records = Records::new(sheet.as_bytes()).unwrap();
            assert_eq!(records.separator(), separator);
            records.next_record().unwrap();
            let record = records.next_record().unwrap().unwrap();
            assert_eq!(record.cells, ["1;2,3"]);
        }
    }

    #[test]
    fn a_quotation_mark_left_open_is_told_with_its_line() {
        let error = all(b"a,b\n1,2\n3,\"4\n5,6\n").unwrap_err();
        assert!(
            matches!(error, SheetError::UnclosedQuote { line: 3 }),
            "{error}"
        );
        let mut endless = b"a,b\n1,\"".to_vec();
        endless.resize(MAX_ROW_BYTES * 2, b'x');
        let error = all(&endless).unwrap_err();
        assert!(
            matches!(error, SheetError::RowTooLong { line: 2 }),
            "{error}"
        );
    }

    #[test]
    fn text_after_a_closing_mark_is_noticed() {
        let records = all(b"a,b,c\n1,\"2\" x,3\n").unwrap();
        assert_eq!(records[1].torn, Some(1));
        assert_eq!(records[1].cells, ["1", "2 x", "3"]);
        assert_eq!(records[0].torn, None);
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_as_it_was(
            rows in prop::collection::vec(prop::collection::vec("[a,;\"\r\n\t ə]{0,5}", 2), 1..6)
        ) {
            let mut writer = csv::WriterBuilder::new().from_writer(vec![]);
            writer.write_record(["a", "b"]).unwrap();
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            let sheet = writer.into_inner().unwrap();
            let read: Vec<Vec<String>> =
                all(&sheet).unwrap().into_iter().skip(1).map(|record| record.cells).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn garbage_never_panics(sheet in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = all(&sheet);
        }

        #[test]
        fn garbage_of_marks_and_line_ends_never_panics(sheet in "[a,\"\r\n]{0,40}") {
            if let Ok(records) = all(sheet.as_bytes()) {
                // The csv crate ends a cell that is never closed; all else must agree.
                let mut reader = csv::ReaderBuilder::new()
                    .has_headers(false).flexible(true).from_reader(sheet.as_bytes());
                let theirs: Vec<Vec<String>> = reader
                    .records()
                    .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                    .collect();
                let ours: Vec<Vec<String>> =
                    records.into_iter().map(|record| record.cells).collect();
                prop_assert_eq!(ours, theirs);
            }
        }
    }
}
