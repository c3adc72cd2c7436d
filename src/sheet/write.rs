//! Writing rows as a sheet that [`read_rows`](super::read_rows) gives back as they were.
//!
//! A cell that begins with `=`, `+`, `-` or `@` is deliberately left alone, although a spreadsheet
//! may take it for a formula: a sheet that comes back must be the same sheet. Who opens a stranger's
//! sheet in a spreadsheet should import the columns as text.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::columns::Column;
use super::row::Row;
use super::{lists, values};

/// Writes the header row, then row after row: every column in canonical order, UTF-8 without a byte
/// order mark, commas, `\n`.
pub struct RowWriter<W: Write> {
    csv: csv::Writer<W>,
    time_zone: TimeZone,
}

impl<W: Write> RowWriter<W> {
    /// Broadcasts are written with the offset that `time_zone` has at their time.
    pub fn new(out: W, time_zone: TimeZone) -> io::Result<Self> {
        let mut csv = csv::WriterBuilder::new().from_writer(out);
        csv.write_record(Column::ALL.iter().map(|column| column.name()))?;
        Ok(Self { csv, time_zone })
    }

    /// Appends one row.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        for column in Column::ALL {
            self.csv.write_field(self.cell(row, *column))?;
        }
        Ok(self.csv.write_record(None::<&[u8]>)?)
    }

    /// Flushes, so that a full disk is noticed here and not dropped.
    pub fn finish(self) -> io::Result<W> {
        self.csv
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)
    }

    fn cell(&self, row: &Row, column: Column) -> String {
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
                lists::join(items.map(|item| format!("{}@{}", item.channel, self.time(item.at))))
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

    fn time(&self, at: Timestamp) -> String {
        let offset = self.time_zone.to_offset(at);
        if offset.seconds() % 60 == 0 {
            at.display_with_offset(offset).to_string()
        } else {
            // RFC 3339 cannot say an offset with seconds, as clocks had before zones.
            at.to_string()
        }
    }
}
