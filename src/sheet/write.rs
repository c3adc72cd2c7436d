//! Writing rows as a sheet that [`read_rows`](super::read_rows) gives back as they were.
//!
//! A cell that a spreadsheet may take for a formula is left alone in an operator's sheet, which programs read; in one
//! for a spreadsheet it is guarded (see [`formula`]).

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::columns::Column;
use super::row::Row;
use super::{formula, lists, values};

/// What stands between the cells of a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    /// As CSV has it (RFC 4180).
    #[default]
    Comma,
    /// As spreadsheets write and expect it where numbers have decimal commas.
    Semicolon,
}

/// Writes the header row, then row after row: UTF-8, `\n`.
pub struct RowWriter<W: Write> {
    csv: csv::Writer<W>,
    columns: Vec<Column>,
    time_zone: TimeZone,
    guards_formulas: bool,
}

impl<W: Write> RowWriter<W> {
    /// Every column in canonical order, commas, no byte order mark. Broadcasts are written with the offset that
    /// `time_zone` has at their time.
    pub fn new(out: W, time_zone: TimeZone) -> io::Result<Self> {
        Self::with_columns(out, time_zone, Column::ALL.to_vec(), b',')
    }

    /// These columns alone, with `separator` between the cells.
    fn with_columns(
        out: W,
        time_zone: TimeZone,
        columns: Vec<Column>,
        separator: u8,
    ) -> io::Result<Self> {
        let mut csv = csv::WriterBuilder::new()
            .delimiter(separator)
            .from_writer(out);
        csv.write_record(columns.iter().map(|column| column.name()))?;
        Ok(Self {
            csv,
            columns,
            time_zone,
            guards_formulas: false,
        })
    }

    /// For a spreadsheet: what is said of lessons and nothing of their files, with a byte order mark, since
    /// spreadsheets take a sheet without one for the old encoding of the country, and with the separator that they
    /// expect there. What they would take for a formula has an apostrophe before it.
    pub fn for_spreadsheet(
        mut out: W,
        time_zone: TimeZone,
        separator: Separator,
    ) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let said = Column::ALL.iter().copied().filter(|c| !c.is_of_files());
        let separator = match separator {
            Separator::Comma => b',',
            Separator::Semicolon => b';',
        };
        let writer = Self::with_columns(out, time_zone, said.collect(), separator)?;
        Ok(Self {
            guards_formulas: true,
            ..writer
        })
    }

    /// Appends one row.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        for column in &self.columns {
            let cell = cell_of(row, *column, &self.time_zone);
            match formula::guarded(&cell).filter(|_| self.guards_formulas) {
                Some(guarded) => self.csv.write_field(guarded)?,
                None => self.csv.write_field(cell)?,
            }
        }
        Ok(self.csv.write_record(None::<&[u8]>)?)
    }

    /// Flushes, so that a full disk is noticed here and not dropped.
    pub fn finish(self) -> io::Result<W> {
        self.csv
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)
    }
}

/// What a sheet's cell says.
pub(super) fn cell_of(row: &Row, column: Column, zone: &TimeZone) -> String {
    fn text<T: ToString>(value: &Option<T>) -> String {
        value.as_ref().map(T::to_string).unwrap_or_default()
    }
    match column {
        Column::File => text(&row.file),
        Column::Code => text(&row.code),
        Column::Title => row.title.clone(),
        Column::Description => text(&row.description),
        Column::Grades => lists::join(&row.grades),
        Column::Subject => row.subject.clone(),
        Column::Section => row.section.clone(),
        Column::Language => text(&row.language),
        Column::Programme => text(&row.programme),
        Column::LessonNumber => text(&row.lesson_number),
        Column::Unit => text(&row.unit),
        Column::Topic => text(&row.topic),
        Column::Curriculum => {
            let items = row.curriculum.iter();
            lists::join(items.map(|item| format!("{}:{}", item.framework, item.code)))
        }
        Column::SchoolYear => text(&row.school_year),
        Column::Term => text(&row.term),
        Column::Week => text(&row.week),
        Column::Textbook => {
            let book = row.textbook.as_ref();
            text(&book.map(|book| format!("{}:{}", book.isbn, book.page)))
        }
        Column::Broadcasts => {
            let items = row.broadcasts.iter();
            lists::join(items.map(|item| format!("{}@{}", item.channel, time(item.at, zone))))
        }
        Column::Teachers => lists::join(&row.teachers),
        Column::Interpreter => text(&row.interpreter),
        Column::Kind => row.kind.as_str().to_owned(),
        Column::VariantOf => text(&row.variant_of),
        Column::Captions => {
            let items = row.captions.iter();
            lists::join(items.map(|item| format!("{}:{}", item.language, item.path)))
        }
        Column::Chapters => lists::join(row.chapters.iter().map(values::chapter_text)),
        Column::Attachments => lists::join(&row.attachments),
        Column::License => text(&row.license),
        Column::RightsHolder => text(&row.rights_holder),
        Column::SourceUrl => text(&row.source_url),
        Column::Visibility => row.visibility.as_str().to_owned(),
    }
}

fn time(at: Timestamp, zone: &TimeZone) -> String {
    let offset = zone.to_offset(at);
    if offset.seconds() % 60 == 0 {
        at.display_with_offset(offset).to_string()
    } else {
        // RFC 3339 cannot say an offset with seconds, as clocks had before zones.
        at.to_string()
    }
}
