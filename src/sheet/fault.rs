//! What can be wrong with a value of a lesson, as kinds: the command line and programs get them in English, the desk in the
//! language of whoever reads it.

use super::columns::Column;
use super::row::{SchoolYear, Vocabulary};
use crate::units::CodeError;
use crate::words::Language;

/// Why one value is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The row has not as many cells as the header row: its values may stand in wrong columns.
    Cells {
        /// Its cells.
        has: usize,
        /// Those of the header row.
        wants: usize,
    },
    /// Text behind a closing quotation mark.
    Torn,
    /// Nothing where something is required.
    Empty,
    /// More characters than fit.
    TooLong {
        /// As many as there are.
        has: usize,
        /// The limit.
        most: usize,
    },
    /// More items than a list may have.
    TooMany {
        /// As many as there are.
        has: usize,
        /// The limit.
        most: usize,
    },
    /// A list with nothing between two separators.
    EmptyItem,
    /// The same again in a list.
    Twice,
    /// A line break where one line is wanted.
    LineBreak,
    /// A control character.
    Control(char),
    /// A character that turns the direction of writing.
    TurnsWriting(char),
    /// Only characters that nobody sees.
    Unseen,
    /// No term of the archive's vocabulary.
    Unknown {
        /// What it should be.
        of: Vocabulary,
        /// What may have been meant, the likeliest first.
        near: Vec<String>,
        /// All there are.
        all: Vec<String>,
    },
    /// None of the words that the column knows.
    Word(Vec<&'static str>),
    /// No code of a lesson's.
    Code(CodeError),
    /// No whole number in this range.
    Number {
        /// The least.
        from: u32,
        /// The largest.
        to: u32,
    },
    /// No language tag.
    Language,
    /// No framework and code.
    Standard,
    /// No school year; the one that may have been meant.
    SchoolYear(Option<SchoolYear>),
    /// No week.
    Week,
    /// The 53rd week of a year that has 52.
    NoSuchWeek(i16),
    /// A textbook without a page.
    NoPage,
    /// A page that is too long to be one.
    LongPage {
        /// Its characters.
        has: usize,
        /// The limit.
        most: usize,
    },
    /// No ISBN, or its check digit does not fit.
    Isbn,
    /// No channel and time.
    Broadcast,
    /// No date and time.
    Time,
    /// A year that no broadcast was in.
    Year {
        /// As written.
        year: i16,
        /// The first that is taken.
        from: u16,
    },
    /// A time that came twice or not at all.
    ClocksChanged,
    /// Fractions of a second.
    Fractions,
    /// A chapter without its time.
    ChapterTime,
    /// A chapter without a title.
    ChapterTitle,
    /// A chapter that does not begin after the one before it.
    ChapterOrder,
    /// No path.
    Path,
    /// A path that is too long.
    LongPath {
        /// Its bytes.
        has: usize,
        /// The limit.
        most: usize,
    },
    /// A relative path that leads out of the sheet's folder.
    PathLeadsOut,
    /// No language and file of captions.
    Captions,
    /// A blank before the file of captions.
    CaptionsBlank,
    /// No http or https address.
    Address(Address),
    /// The lesson itself where another one is wanted.
    Itself,
    /// No field of a lesson's.
    NoField {
        /// As it was named, shortened.
        name: String,
        /// What may have been meant.
        near: Option<String>,
    },
    /// A field of files, which have addresses of their own.
    OfFiles,
    /// The code is given once.
    CodeIsGiven,
    /// An array with something else than text in it.
    Item,
    /// The wrong type of JSON; whether an array is wanted.
    Type {
        /// It is.
        list: bool,
    },
    /// A file, where a sheet brings none along.
    FileAtDesk,
    /// No lesson of this code that the author may change.
    NoLesson,
    /// A lesson that the author may not change.
    NotYours,
    /// Publishing, by somebody who may not.
    NotYoursToPublish,
    /// A draft, of what was published.
    WasPublished,
    /// The change would take the lesson out of what its author edits.
    OutOfScope,
    /// The code of an earlier row, in this line.
    CodeOfLine(u64),
    /// The lesson of an earlier row, in this line.
    LessonOfLine(u64),
    /// No lesson where a sibling is wanted.
    NoSibling,
    /// Something about files that only an import on the machine itself meets: in English, which it is told in.
    OfImport {
        /// What is wrong; it continues a sentence that begins with the value.
        problem: String,
        /// What would be right.
        remedy: String,
    },
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// It begins otherwise.
    Scheme,
    /// It has a character that none can have.
    Character,
    /// It has a user or a password.
    User,
    /// Its port is no number, or none there is.
    Port,
    /// It names no host.
    Host,
}

impl Address {
    fn problem(self) -> &'static str {
        match self {
            Self::Scheme => "is not an http or https address",
            Self::Character => "contains a character that an address cannot have",
            Self::User => "contains a user name or password",
            Self::Port => "has no valid port",
            Self::Host => "names no host",
        }
    }
}

impl Fault {
    /// What is wrong, in English; it continues a sentence that begins with the value.
    pub fn problem(&self) -> String {
        match self {
            Self::Cells { has, wants } => {
                return format!("has {has} cells where the header row has {wants}");
            }
            Self::TooLong { has, most } => {
                return format!("has {has} characters; at most {most} are allowed");
            }
            Self::TooMany { has, most } => {
                return format!("has {has} items; at most {most} are allowed");
            }
            Self::Control(c) => {
                return format!("contains the control character U+{:04X}", u32::from(*c));
            }
            Self::TurnsWriting(c) => {
                return format!(
                    "contains the invisible character U+{:04X}, which turns the direction of writing",
                    u32::from(*c)
                );
            }
            Self::Unknown { of, .. } if *of != Vocabulary::Channel => {
                return format!("is not a {} of this archive", of.noun());
            }
            Self::Code(error) => return format!("is not a lesson's code: {error}"),
            Self::Number { from, to } => return format!("is not a number from {from} to {to}"),
            Self::NoSuchWeek(year) => {
                return format!("does not exist: {year} has 52 calendar weeks");
            }
            Self::LongPage { has, most } => {
                return format!(
                    "has {has} characters after the colon; at most {most} are allowed"
                );
            }
            Self::Year { year, .. } => return format!("lies in the year {year}"),
            Self::LongPath { has, most } => {
                return format!("has {has} bytes; a path has at most {most}");
            }
            Self::NoField { name, .. } => {
                return format!("belongs to {name:?}, which is no field of a lesson");
            }
            Self::CodeOfLine(line) => return format!("stands in line {line} already"),
            Self::LessonOfLine(line) => {
                return format!(
                    "is the lesson of line {line}: title, grades, subject, section, programme and number are equal"
                );
            }
            Self::OfImport { problem, .. } => return problem.clone(),
            Self::Torn => "has text after its closing quotation mark",
            Self::Empty => "is empty",
            Self::EmptyItem => "has an empty item",
            Self::Twice => "is listed twice",
            Self::LineBreak => "has a line break",
            Self::Unseen => "has nothing that can be seen",
            Self::Unknown { .. } => "does not begin with a channel of this archive",
            Self::Word(_) => "is none of the words this column knows",
            Self::Language => "is not a language tag (BCP 47)",
            Self::Standard => "names no framework and code",
            Self::SchoolYear(None) => "is not a school year",
            Self::SchoolYear(Some(_)) => {
                "is not a school year (two consecutive years, the second with two digits)"
            }
            Self::Week => "is not a week",
            Self::NoPage => "names no page",
            Self::Isbn => "has no valid ISBN (its check digit does not fit)",
            Self::Broadcast => "names no channel and time",
            Self::Time => "is not a date and time",
            Self::ClocksChanged => "happened twice or not at all: the clocks were changed then",
            Self::Fractions => "has fractions of a second",
            Self::ChapterTime => "does not begin with a time",
            Self::ChapterTitle => "has no title",
            Self::ChapterOrder => "does not begin after the chapter before it",
            Self::Path => "is not a path",
            Self::PathLeadsOut => "leads out of the folder of the sheet",
            Self::Captions => "names no language and file",
            Self::CaptionsBlank => "has a blank after the colon",
            Self::Address(wrong) => wrong.problem(),
            Self::Itself => "is the lesson itself",
            Self::OfFiles => {
                "is not said but given: recordings, captions and attachments have addresses of their own"
            }
            Self::CodeIsGiven => "is given once, when a lesson begins",
            Self::Item => "has an item that is no text",
            Self::Type { .. } => "has the wrong type",
            Self::FileAtDesk => "names a file, and a sheet at the desk brings none along",
            Self::NoLesson => "is no lesson that you may change",
            Self::NotYours => "is a lesson that you may not change",
            Self::NotYoursToPublish => "is for others to decide",
            Self::WasPublished => {
                "is not possible any more: the lesson was published, and its address must not break"
            }
            Self::OutOfScope => "would take the lesson out of what you edit",
            Self::NoSibling => "is no lesson of this archive",
        }
        .to_owned()
    }

    /// What would be right in the cell of `column`, in English.
    pub fn remedy(&self, column: Option<Column>) -> String {
        match self {
            Self::Empty => {
                return match column {
                    Some(column) => format!("every lesson needs a {column}"),
                    None => "write something".to_owned(),
                };
            }
            Self::Unknown { near, .. } => {
                let all = "`teledars vocabulary show` lists all";
                return match near.as_slice() {
                    [] => all.to_owned(),
                    near => format!("did you mean {}? ({all})", near.join(" or ")),
                };
            }
            Self::Word(words) => return format!("write {}", words.join(" or ")),
            Self::SchoolYear(Some(year)) => return format!("write {year}"),
            Self::NoSuchWeek(year) => return format!("write {year}-W52 or {}-W01", year + 1),
            Self::Year { from, .. } => return format!("write a year from {from} on"),
            Self::NoField {
                near: Some(near), ..
            } => return format!("did you mean {near}?"),
            Self::OfImport { remedy, .. } => return remedy.clone(),
            Self::Cells { .. } => {
                "put quotation marks around cells that contain the separator, and close each quotation mark"
            }
            Self::Torn => "write a quotation mark inside a cell twice",
            Self::TooLong { .. } => "shorten it",
            Self::TooMany { .. } => "leave some out",
            Self::EmptyItem => "remove the extra ;",
            Self::Twice => "remove one",
            Self::LineBreak => "write it in one line",
            Self::Control(_) | Self::TurnsWriting(_) => "remove it",
            Self::Unseen => "write something, or leave it empty",
            Self::Code(CodeError::Shape) => "copy the code of the lesson, or leave it empty",
            Self::Code(CodeError::Check) => "compare it with the code of the lesson, letter by letter",
            Self::Number { .. } => "write it with digits, or leave it empty",
            Self::Language => "write az, ru, en or another",
            Self::Standard => "write framework:code",
            Self::SchoolYear(None) => "write it like 2019/20",
            Self::Week => "write 1 to 53, or a calendar week like 2020-W14",
            Self::NoPage => "write isbn:page",
            Self::LongPage { .. } => "write the page alone, like 34 or 34–36",
            Self::Isbn => "copy the ISBN of 10 or 13 digits from the textbook, then :page",
            Self::Broadcast => "write channel@2020-03-30T11:00",
            Self::Time => {
                "write it like 2020-03-30T11:00, or with an offset 2020-03-30T11:00:00+04:00"
            }
            Self::ClocksChanged => "add the offset, like +04:00",
            Self::Fractions => "write whole seconds",
            Self::ChapterTime => "write 03:40 Title or 1:02:03 Title",
            Self::ChapterTitle => "write 03:40 Title",
            Self::ChapterOrder => "list the chapters in the order of their times",
            Self::Path => "write the path of a file",
            Self::LongPath { .. } => "move the file to a shorter path",
            Self::PathLeadsOut => "give an absolute path, or move the file into the folder",
            Self::Captions | Self::CaptionsBlank => "write az:file.vtt",
            Self::Address(_) => "write an address like https://example.org/lesson",
            Self::Itself => "write the code of the other lesson, or leave it empty",
            Self::NoField { near: None, .. } | Self::OfFiles | Self::CodeIsGiven => "leave it out",
            Self::Item | Self::Type { list: true } => "write an array of strings",
            Self::Type { list: false } => "write a string, a number or null",
            Self::FileAtDesk => "leave it empty, and upload the file",
            Self::NoLesson => {
                "copy the code from your desk, or leave the cell empty for a new lesson"
            }
            Self::NotYours => "ask an editor",
            Self::NotYoursToPublish => "leave it as it is; an editor publishes the lesson",
            Self::WasPublished => "withdraw it on the desk instead",
            Self::OutOfScope => "ask an administrator",
            Self::CodeOfLine(_) => "a lesson has one row; leave the cell empty for another lesson",
            Self::LessonOfLine(_) => {
                "remove one of the rows, or tell the lessons apart by title or number"
            }
            Self::NoSibling => "name the code of the sibling, or leave it empty",
        }
        .to_owned()
    }

    /// The name of its text.
    fn key(&self) -> &'static str {
        match self {
            Self::Cells { .. } => "cell-cells",
            Self::Torn => "cell-torn",
            Self::Empty => "cell-empty",
            Self::TooLong { .. } => "cell-too-long",
            Self::TooMany { .. } => "cell-too-many",
            Self::EmptyItem => "cell-empty-item",
            Self::Twice => "cell-twice",
            Self::LineBreak => "cell-line-break",
            Self::Control(_) | Self::TurnsWriting(_) => "cell-sign",
            Self::Unseen => "cell-unseen",
            Self::Unknown { near, .. } if near.is_empty() => "cell-unknown",
            Self::Unknown { .. } => "cell-unknown-near",
            Self::Word(_) => "cell-word",
            Self::Code(CodeError::Shape) => "cell-code-shape",
            Self::Code(CodeError::Check) => "cell-code-check",
            Self::Number { .. } => "cell-number",
            Self::Language => "cell-language",
            Self::Standard => "cell-standard",
            Self::SchoolYear(_) => "cell-school-year",
            Self::Week => "cell-week",
            Self::NoSuchWeek(_) => "cell-no-such-week",
            Self::NoPage => "cell-no-page",
            Self::LongPage { .. } => "cell-long-page",
            Self::Isbn => "cell-isbn",
            Self::Broadcast => "cell-broadcast",
            Self::Time => "cell-time",
            Self::Year { .. } => "cell-year",
            Self::ClocksChanged => "cell-clocks-changed",
            Self::Fractions => "cell-fractions",
            Self::ChapterTime => "cell-chapter-time",
            Self::ChapterTitle => "cell-chapter-title",
            Self::ChapterOrder => "cell-chapter-order",
            // Whatever is wrong with its path: no file comes with a sheet at the desk.
            Self::Path
            | Self::LongPath { .. }
            | Self::PathLeadsOut
            | Self::Captions
            | Self::CaptionsBlank
            | Self::OfFiles
            | Self::OfImport { .. }
            | Self::FileAtDesk => "cell-file",
            Self::Address(Address::Scheme | Address::Port | Address::Host) => "cell-address",
            Self::Address(Address::Character) => "cell-address-sign",
            Self::Address(Address::User) => "cell-address-user",
            Self::Itself => "cell-itself",
            // Programs only write these; an undone change may have them as well.
            Self::NoField { .. } | Self::CodeIsGiven | Self::Item | Self::Type { .. } => {
                "cell-not-taken"
            }
            Self::NoLesson => "cell-no-lesson",
            Self::NotYours => "cell-not-yours",
            Self::NotYoursToPublish => "cell-not-yours-to-publish",
            Self::WasPublished => "cell-was-published",
            Self::OutOfScope => "cell-out-of-scope",
            Self::CodeOfLine(_) => "cell-code-of-line",
            Self::LessonOfLine(_) => "cell-lesson-of-line",
            Self::NoSibling => "cell-no-sibling",
        }
    }

    /// What is wrong and what would be right, in whole sentences.
    pub fn text(&self, language: Language) -> String {
        let arguments: Vec<(&'static str, _)> = match self {
            Self::Cells { has, wants } => {
                vec![("has", (*has).into()), ("wants", (*wants).into())]
            }
            Self::TooLong { has, most }
            | Self::TooMany { has, most }
            | Self::LongPage { has, most } => {
                vec![("has", (*has).into()), ("most", (*most).into())]
            }
            Self::Control(c) | Self::TurnsWriting(c) => {
                vec![("sign", format!("U+{:04X}", u32::from(*c)).into())]
            }
            Self::Unknown { of, near, all } => vec![
                ("of", of.noun().into()),
                ("near", near.join(", ").into()),
                ("all", all.join(", ").into()),
            ],
            Self::Word(words) => vec![("words", words.join(", ").into())],
            Self::Number { from, to } => vec![("from", (*from).into()), ("to", (*to).into())],
            Self::SchoolYear(like) => {
                let like = like.unwrap_or(SchoolYear { first: 2019 });
                vec![("like", like.to_string().into())]
            }
            // As text, since a year is no amount.
            Self::NoSuchWeek(year) => vec![
                ("year", year.to_string().into()),
                ("next", (year + 1).to_string().into()),
            ],
            Self::Year { year, from } => vec![
                ("year", year.to_string().into()),
                ("from", from.to_string().into()),
            ],
            Self::CodeOfLine(line) | Self::LessonOfLine(line) => vec![("line", (*line).into())],
            _ => Vec::new(),
        };
        language.with(self.key(), &arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Fault> {
        let near = || vec!["mathematics".to_owned()];
        let mut all = vec![
            Fault::Cells { has: 3, wants: 4 },
            Fault::TooLong {
                has: 301,
                most: 300,
            },
            Fault::TooMany {
                has: 101,
                most: 100,
            },
            Fault::LongPage { has: 21, most: 20 },
            Fault::LongPath {
                has: 5000,
                most: 4096,
            },
            Fault::Control('\u{7}'),
            Fault::TurnsWriting('\u{202e}'),
            Fault::Word(vec!["public", "draft"]),
            Fault::Code(CodeError::Shape),
            Fault::Code(CodeError::Check),
            Fault::Number { from: 1, to: 6 },
            Fault::SchoolYear(None),
            Fault::SchoolYear(Some(SchoolYear { first: 2020 })),
            Fault::NoSuchWeek(2021),
            Fault::Year {
                year: 1066,
                from: 1950,
            },
            Fault::Type { list: true },
            Fault::CodeOfLine(2),
            Fault::LessonOfLine(2),
            Fault::NoField {
                name: "titel".into(),
                near: Some("title".into()),
            },
            Fault::OfImport {
                problem: "is not there".into(),
                remedy: "copy it".into(),
            },
        ];
        all.extend(
            [
                Vocabulary::Grade,
                Vocabulary::Subject,
                Vocabulary::Section,
                Vocabulary::Channel,
            ]
            .into_iter()
            .flat_map(|of| [Vec::new(), near()].map(|near| (of, near)))
            .map(|(of, near)| Fault::Unknown {
                of,
                near,
                all: vec!["mathematics".into(), "physics".into()],
            }),
        );
        use Address as A;
        all.extend([A::Scheme, A::Character, A::User, A::Port, A::Host].map(Fault::Address));
        all.extend([
            Fault::Torn,
            Fault::Empty,
            Fault::EmptyItem,
            Fault::Twice,
            Fault::LineBreak,
            Fault::Unseen,
            Fault::Language,
            Fault::Standard,
            Fault::Week,
            Fault::NoPage,
            Fault::Isbn,
            Fault::Broadcast,
            Fault::Time,
            Fault::ClocksChanged,
            Fault::Fractions,
            Fault::ChapterTime,
            Fault::ChapterTitle,
            Fault::ChapterOrder,
            Fault::Path,
            Fault::PathLeadsOut,
            Fault::Captions,
            Fault::CaptionsBlank,
            Fault::Itself,
            Fault::OfFiles,
            Fault::CodeIsGiven,
            Fault::Item,
            Fault::FileAtDesk,
            Fault::NoLesson,
            Fault::NotYours,
            Fault::NotYoursToPublish,
            Fault::WasPublished,
            Fault::OutOfScope,
            Fault::NoSibling,
        ]);
        all
    }

    #[test]
    fn every_fault_is_told_in_whole_sentences_of_the_readers_language() {
        for fault in all() {
            let texts = Language::ALL.map(|language| fault.text(language));
            for text in &texts {
                assert!(text.chars().count() > 12, "{text}");
                assert!(text.ends_with(['.', '?']), "{text}");
                assert!(
                    !text.contains(['{', '$']) && !text.contains("cell-"),
                    "{text}"
                );
            }
            let english = fault.problem();
            assert!(
                !texts[..2].iter().any(|t| t.contains(&english)),
                "{texts:?}"
            );
            assert!(texts[0] != texts[1] && texts[1] != texts[2], "{texts:?}");
            let cyrillic = texts[1].chars().filter(|c| ('а'..='я').contains(c)).count();
            assert!(cyrillic > 10, "{}", texts[1]);
        }
    }

    #[test]
    fn numbers_and_names_stand_in_the_sentence() {
        let far = Fault::Number { from: 1, to: 9999 };
        assert_eq!(
            far.text(Language::Az),
            "1 ilə 9999 arasında ədədi rəqəmlə yazın və ya boş buraxın."
        );
        let unknown = Fault::Unknown {
            of: Vocabulary::Subject,
            near: vec!["mathematics".into()],
            all: Vec::new(),
        };
        assert_eq!(
            unknown.text(Language::Ru),
            "В этом архиве нет такого предмета. Может быть, так: mathematics?"
        );
        assert_eq!(
            Fault::NoSuchWeek(2021).text(Language::Az),
            "2021 ilində cəmi 52 təqvim həftəsi var. 2021-W52 və ya 2022-W01 yazın."
        );
    }
}
