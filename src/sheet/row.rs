//! A row of the sheet as values, and how its cells are read.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cells::Cells;
use super::columns::{Column, Header};
use super::error::CellError;
use super::fault::Fault;
use super::records::Record;
use super::values;
pub use crate::catalogue::{Kind, Visibility};
use crate::search::nearest::nearest;
use crate::units::{Code, Millis};

/// A row. An empty cell, and a column that the sheet does not have, is None or an empty list; nothing
/// is guessed from other cells.
///
/// Paths are as written: relative to the sheet's folder, without `..`, or absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Path of the recording; None: the lesson is announced, not recorded.
    pub file: Option<String>,
    /// None: to be found among the lessons, or assigned.
    pub code: Option<Code>,
    /// One line, never empty.
    pub title: String,
    /// Lines apart by `\n`.
    pub description: Option<String>,
    /// Grade ids, at least one, each once, in the order written.
    pub grades: Vec<String>,
    /// Subject id.
    pub subject: String,
    /// Section id.
    pub section: String,
    /// BCP 47, in canonical case.
    pub language: Option<String>,
    /// Name of the series.
    pub programme: Option<String>,
    /// 1 to 9999.
    pub lesson_number: Option<u16>,
    /// Part of the programme.
    pub unit: Option<String>,
    /// What the lesson is about.
    pub topic: Option<String>,
    /// Standards that the lesson serves.
    pub curriculum: Vec<Standard>,
    /// When the programme ran.
    pub school_year: Option<SchoolYear>,
    /// 1 to 6.
    pub term: Option<u8>,
    /// Of the school year's plan, or of the calendar.
    pub week: Option<Week>,
    /// Where the textbook has the matter.
    pub textbook: Option<Textbook>,
    /// Earliest first, whatever the order in the sheet: the first airing, then the repeats.
    pub broadcasts: Vec<Broadcast>,
    /// Names in the order written.
    pub teachers: Vec<String>,
    /// Name of the sign-language interpreter.
    pub interpreter: Option<String>,
    /// Empty is a lesson.
    pub kind: Kind,
    /// The sibling that this lesson is another form of; never its own code.
    pub variant_of: Option<Code>,
    /// At most one file for a language.
    pub captions: Vec<CaptionFile>,
    /// Strictly ascending.
    pub chapters: Vec<Chapter>,
    /// Paths.
    pub attachments: Vec<String>,
    /// Name or short id of the license.
    pub license: Option<String>,
    /// Who holds the rights.
    pub rights_holder: Option<String>,
    /// An http or https address without user or password.
    pub source_url: Option<String>,
    /// Empty is a draft.
    pub visibility: Visibility,
}

/// A place in a published curriculum: `framework:code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    /// Has no colon.
    pub framework: String,
    /// As the framework prints it.
    pub code: String,
}

/// Two consecutive years, `2019/20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchoolYear {
    /// The year it begins in.
    pub first: u16,
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.first, (self.first + 1) % 100)
    }
}

/// A week, numbered in one of two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Week {
    /// `1` to `53`, by the programme's own count.
    Number(u8),
    /// A week of ISO 8601, `2020-W14`.
    Calendar {
        /// The ISO week year, which near New Year is not always the calendar's.
        year: i16,
        /// 1 to 53.
        week: u8,
    },
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Week::Number(number) => write!(f, "{number}"),
            Week::Calendar { year, week } => write!(f, "{year}-W{week:02}"),
        }
    }
}

/// A page of a textbook: `isbn:page`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Textbook {
    /// 10 or 13 characters without hyphens; its check digit is right.
    pub isbn: String,
    /// As printed: `34`, `34–36`, `xii`.
    pub page: String,
}

/// One airing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broadcast {
    /// Whole seconds.
    pub at: Timestamp,
    /// Channel id.
    pub channel: String,
}

/// A WebVTT or SubRip file in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptionFile {
    /// BCP 47, in canonical case.
    pub language: String,
    /// As written.
    pub path: String,
}

/// A named place in a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// From the recording's beginning.
    pub at: Millis,
    /// One line, never empty.
    pub title: String,
}

/// A list of ids that the archive's vocabulary closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vocabulary {
    /// `7`, `prep`.
    Grade,
    /// `mathematics`.
    Subject,
    /// `az`, `ru`.
    Section,
    /// Television channels.
    Channel,
}

impl Vocabulary {
    /// "grade", for a message.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Grade => "grade",
            Self::Subject => "subject",
            Self::Section => "section",
            Self::Channel => "channel",
        }
    }
}

/// The archive's vocabulary, as far as reading a sheet needs it.
pub trait Known {
    /// Whether `id` is one of `of`, in exactly this spelling.
    fn knows(&self, of: Vocabulary, id: &str) -> bool;

    /// All ids of `of`.
    fn ids(&self, of: Vocabulary) -> Vec<String>;

    /// Ids that `wrong` may have been meant for, the likeliest first. What knows the names in each language
    /// can do better than this, which compares with the ids only.
    fn suggestions(&self, of: Vocabulary, wrong: &str) -> Vec<String> {
        let ids = self.ids(of);
        nearest(wrong, ids.iter().map(String::as_str), 3)
    }
}

/// What reading a sheet needs to know besides the vocabulary.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Where broadcasts take place whose time names no offset.
    pub time_zone: TimeZone,
    /// The sheet comes back from [`RowWriter::for_spreadsheet`](super::RowWriter::for_spreadsheet): an apostrophe that
    /// it put before what looks like a formula is no part of the cell.
    pub from_spreadsheet: bool,
}

impl Row {
    /// A row with the required columns only: an announced draft.
    pub fn new(title: &str, grades: &[&str], subject: &str, section: &str) -> Self {
        Self {
            file: None,
            code: None,
            title: title.to_owned(),
            description: None,
            grades: grades.iter().map(|grade| (*grade).to_owned()).collect(),
            subject: subject.to_owned(),
            section: section.to_owned(),
            language: None,
            programme: None,
            lesson_number: None,
            unit: None,
            topic: None,
            curriculum: Vec::new(),
            school_year: None,
            term: None,
            week: None,
            textbook: None,
            broadcasts: Vec::new(),
            teachers: Vec::new(),
            interpreter: None,
            kind: Kind::default(),
            variant_of: None,
            captions: Vec::new(),
            chapters: Vec::new(),
            attachments: Vec::new(),
            license: None,
            rights_holder: None,
            source_url: None,
            visibility: Visibility::default(),
        }
    }

    /// Reads every cell, so that all that is wrong with the row is told at once.
    pub(super) fn read(
        record: &Record,
        header: &Header,
        options: &ReadOptions,
        known: &dyn Known,
    ) -> Result<Self, Vec<CellError>> {
        let mut cells = Cells::new(record, header)?;
        let c = &mut cells;
        let word = |of| move |text: &str| values::known(known, of, text);
        let mut row = Self {
            file: c.path(Column::File),
            code: c.one(Column::Code, values::code),
            title: c.required(Column::Title, values::unchanged),
            description: c.one(Column::Description, values::unchanged),
            grades: c.list(Column::Grades, word(Vocabulary::Grade)),
            subject: c.required(Column::Subject, word(Vocabulary::Subject)),
            section: c.required(Column::Section, word(Vocabulary::Section)),
            language: c.one(Column::Language, values::language),
            programme: c.one(Column::Programme, values::unchanged),
            lesson_number: c.one(Column::LessonNumber, |text| values::number(text, 1..=9999)),
            unit: c.one(Column::Unit, values::unchanged),
            topic: c.one(Column::Topic, values::unchanged),
            curriculum: c.list(Column::Curriculum, values::standard),
            school_year: c.one(Column::SchoolYear, values::school_year),
            term: c.one(Column::Term, |text| values::number(text, 1..=6)),
            week: c.one(Column::Week, values::week),
            textbook: c.one(Column::Textbook, values::textbook),
            broadcasts: c.list(Column::Broadcasts, |item| {
                values::broadcast(item, &options.time_zone, known)
            }),
            teachers: c.list(Column::Teachers, values::unchanged),
            interpreter: c.one(Column::Interpreter, values::unchanged),
            kind: c
                .one(Column::Kind, |text| {
                    values::choice(text, Kind::ALL, Kind::as_str)
                })
                .unwrap_or_default(),
            variant_of: c.one(Column::VariantOf, values::code),
            captions: c.list_of_paths(Column::Captions, values::caption_file),
            chapters: c.list(Column::Chapters, values::chapter),
            attachments: c.list_of_paths(Column::Attachments, values::path),
            license: c.one(Column::License, values::unchanged),
            rights_holder: c.one(Column::RightsHolder, values::unchanged),
            source_url: c.one(Column::SourceUrl, values::source_url),
            visibility: c
                .one(Column::Visibility, |text| {
                    values::choice(text, Visibility::ALL, Visibility::as_str)
                })
                .unwrap_or_default(),
        };
        row.broadcasts.sort();
        row.check_between_cells(&mut cells);
        cells.finish(row)
    }

    fn check_between_cells(&self, cells: &mut Cells<'_>) {
        if self.code.is_some() && self.code == self.variant_of {
            cells.refuse(
                Column::VariantOf,
                &self
                    .variant_of
                    .map(|code| code.to_string())
                    .unwrap_or_default(),
                Fault::Itself,
            );
        }
        for pair in self.chapters.windows(2) {
            if pair[0].at >= pair[1].at {
                cells.refuse(
                    Column::Chapters,
                    &values::chapter_text(&pair[1]),
                    Fault::ChapterOrder,
                );
            }
        }
        let languages = self.captions.iter().map(|file| file.language.as_str());
        cells.refuse_twice(Column::Captions, languages);
        cells.refuse_twice(Column::Grades, self.grades.iter().map(String::as_str));
        let paths = self.attachments.iter().map(String::as_str);
        cells.refuse_twice(Column::Attachments, paths);
        for pair in self.broadcasts.windows(2) {
            if pair[0] == pair[1] {
                cells.refuse(
                    Column::Broadcasts,
                    &format!("{}@{}", pair[1].channel, pair[1].at),
                    Fault::Twice,
                );
            }
        }
    }
}
