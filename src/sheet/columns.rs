//! The closed list of columns, and the header row that chooses among them.

use std::fmt;

use super::error::{HeaderProblem, SheetError};
use crate::search::nearest::nearest;

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident $name:literal $limit:literal,)*) => {
        /// A column of the sheet. The order is the canonical one, which `export` writes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Column {
            $($(#[$doc])* $variant,)*
        }

        impl Column {
            /// Every column, in canonical order.
            pub const ALL: &'static [Column] = &[$(Column::$variant,)*];

            /// How the header row spells it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Column::$variant => $name,)*
                }
            }

            /// The most characters one text of this column may have; in a list, one item.
            /// Paths are limited in bytes by [`MAX_PATH_BYTES`](super::MAX_PATH_BYTES) instead.
            pub fn max_chars(self) -> usize {
                match self {
                    $(Column::$variant => $limit,)*
                }
            }
        }
    };
}

columns! {
    /// Path of the recording; without one the lesson is announced, not recorded.
    File "file" 4096,
    /// The lesson's code; empty: assigned.
    Code "code" 40,
    /// Required.
    Title "title" 300,
    /// The only column whose text may have more than one line.
    Description "description" 10_000,
    /// Required list of grade ids.
    Grades "grades" 40,
    /// Required subject id.
    Subject "subject" 40,
    /// Required id of the language of instruction.
    Section "section" 40,
    /// BCP 47 tag of what is spoken.
    Language "language" 35,
    /// Name of the series, as "TV lessons 2020".
    Programme "programme" 200,
    /// 1 to 9999.
    LessonNumber "lesson_number" 40,
    /// Part of the programme that the lesson belongs to.
    Unit "unit" 300,
    /// What the lesson is about.
    Topic "topic" 300,
    /// List of `framework:code`.
    Curriculum "curriculum" 100,
    /// `2019/20`.
    SchoolYear "school_year" 40,
    /// 1 to 6.
    Term "term" 40,
    /// `1` to `53`, or `2020-W14`.
    Week "week" 40,
    /// `isbn:page`.
    Textbook "textbook" 80,
    /// List of `channel@time`.
    Broadcasts "broadcasts" 80,
    /// List of names.
    Teachers "teachers" 120,
    /// Name of the sign-language interpreter.
    Interpreter "interpreter" 120,
    /// lesson, live, revision or exam; empty is lesson.
    Kind "kind" 40,
    /// Code of the sibling that this lesson is another form of.
    VariantOf "variant_of" 40,
    /// List of `language:path`.
    Captions "captions" 4096,
    /// List of `mm:ss Title`, ascending.
    Chapters "chapters" 220,
    /// List of paths.
    Attachments "attachments" 4096,
    /// Name or short id of the license.
    License "license" 200,
    /// Who holds the rights.
    RightsHolder "rights_holder" 300,
    /// Where the recording was first published.
    SourceUrl "source_url" 2000,
    /// public, unlisted or draft; empty is draft.
    Visibility "visibility" 40,
}

impl Column {
    /// Whether a header without this column is refused, and a row with it empty.
    pub fn is_required(self) -> bool {
        matches!(
            self,
            Column::Title | Column::Grades | Column::Subject | Column::Section
        )
    }

    /// Whether a cell of it is a list.
    pub fn is_list(self) -> bool {
        use Column as C;
        matches!(
            self,
            C::Grades
                | C::Curriculum
                | C::Broadcasts
                | C::Teachers
                | C::Captions
                | C::Chapters
                | C::Attachments
        )
    }

    /// Whether it names files, which a sheet brings along and a form does not.
    pub fn is_of_files(self) -> bool {
        matches!(self, Column::File | Column::Captions | Column::Attachments)
    }

    /// The column that `name` spells, in any case and with blanks around it.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        let mut all = Self::ALL.iter().copied();
        all.find(|column| column.name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Problems of one header row that are told.
const MAX_PROBLEMS: usize = 20;

/// Which cell of a record belongs to which column.
#[derive(Clone, Debug)]
pub(super) struct Header {
    columns: Vec<Column>,
}

impl Header {
    /// Reads the header row. All that is wrong with it is told at once.
    pub(super) fn read(cells: &[String]) -> Result<Self, SheetError> {
        let mut columns = Vec::new();
        let mut problems = Vec::new();
        for (index, cell) in cells.iter().enumerate() {
            // A first line of prose, or of another file: a few are enough to see it.
            if problems.len() == MAX_PROBLEMS {
                break;
            }
            match Column::named(cell) {
                Some(column) if columns.contains(&column) => {
                    problems.push(HeaderProblem::Twice(column));
                }
                Some(column) => columns.push(column),
                None if cell.trim().is_empty() => {
                    problems.push(HeaderProblem::Nameless { number: index + 1 });
                }
                None => problems.push(HeaderProblem::Unknown {
                    name: super::error::shortened(cell.trim()),
                    nearest: nearest(cell, Column::ALL.iter().map(|c| c.name()), 1).pop(),
                }),
            }
        }
        let required = Column::ALL.iter().filter(|column| column.is_required());
        let missing = required.filter(|column| !columns.contains(column));
        problems.extend(missing.map(|column| HeaderProblem::Missing(*column)));
        if problems.is_empty() {
            Ok(Self { columns })
        } else {
            Err(SheetError::Header(problems))
        }
    }

    /// A header of these columns, each once.
    pub(super) fn of(columns: Vec<Column>) -> Self {
        Self { columns }
    }

    /// The columns in the sheet's own order.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Where `column` stands in a record; None: the sheet does not have it.
    pub(super) fn position(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|c| *c == column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(line: &str) -> Result<Header, String> {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        Header::read(&cells).map_err(|error| error.to_string())
    }

    #[test]
    fn the_canonical_order_is_that_of_the_manual() {
        let names: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
        assert_eq!(
            names.join(" "),
            "file code title description grades subject section language programme \
             lesson_number unit topic curriculum school_year term week textbook broadcasts \
             teachers interpreter kind variant_of captions chapters attachments license \
             rights_holder source_url visibility"
        );
    }

    #[test]
    fn columns_may_come_in_any_order_case_and_with_blanks_around() {
        let header = header("Subject, GRADES ,title,section").unwrap();
        assert_eq!(header.position(Column::Grades), Some(1));
        assert_eq!(header.position(Column::File), None);
        assert_eq!(header.columns().len(), 4);
    }

    #[test]
    fn everything_wrong_with_a_header_is_named_at_once() {
        let error = header("titel,grades,subject,grades,,section").unwrap_err();
        assert!(error.contains(r#""titel""#), "{error}");
        assert!(error.contains(r#"did you mean "title"?"#), "{error}");
        assert!(error.contains(r#""grades" stands twice"#), "{error}");
        assert!(error.contains("column 5 has no name"), "{error}");
        assert!(error.contains(r#""title" is missing"#), "{error}");
    }
}
