//! A row as the catalogue's description of a lesson, and a lesson as a row.

use jiff::Timestamp;

use super::columns::Column;
use super::row::{Broadcast, CaptionFile, Chapter, Row, SchoolYear, Standard, Textbook};
use crate::catalogue::{self, Description, Lesson, Placement, Role, StoredFile};
use crate::clock::UnixMillis;
use crate::media::Store;

impl Row {
    /// What it says about its lesson.
    pub fn described(&self) -> Description {
        description_of(self)
    }

    /// What its lesson says when the sheet has `columns` and the lesson said `old`: absent columns say nothing.
    pub fn keeping(&self, old: Description, columns: &[Column]) -> Description {
        keeping_absent_columns(description_of(self), old, columns)
    }
}

/// What `row` says about its lesson.
pub(super) fn description_of(row: &Row) -> Description {
    let mut broadcasts: Vec<_> = row
        .broadcasts
        .iter()
        .map(|b| catalogue::Broadcast {
            at: UnixMillis(b.at.as_millisecond()),
            channel: b.channel.clone(),
        })
        .collect();
    broadcasts.sort();
    broadcasts.dedup();
    Description {
        title: row.title.clone(),
        description: row.description.clone(),
        grades: row.grades.clone(),
        subject: row.subject.clone(),
        section: row.section.clone(),
        language: row.language.clone(),
        programme: row.programme.clone(),
        lesson_number: row.lesson_number.map(u32::from),
        unit: row.unit.clone(),
        topic: row.topic.clone(),
        curriculum: row
            .curriculum
            .iter()
            .map(|s| (s.framework.clone(), s.code.clone()))
            .collect(),
        school_year: row.school_year.map(|y| y.to_string()),
        term: row.term,
        week: row.week.map(|w| w.to_string()),
        textbook: row
            .textbook
            .as_ref()
            .map(|t| (t.isbn.clone(), t.page.clone())),
        broadcasts,
        teachers: row.teachers.clone(),
        interpreter: row.interpreter.clone(),
        kind: row.kind,
        variant_of: row.variant_of,
        chapters: row
            .chapters
            .iter()
            .map(|c| catalogue::Chapter {
                start: c.at,
                title: c.title.clone(),
            })
            .collect(),
        license: row.license.clone(),
        rights_holder: row.rights_holder.clone(),
        source_url: row.source_url.clone(),
        visibility: row.visibility,
    }
}

/// `new`, but with what `old` says wherever the sheet has no such column: a sheet of three columns
/// edits those and leaves the rest alone.
pub(super) fn keeping_absent_columns(
    mut new: Description,
    old: Description,
    columns: &[Column],
) -> Description {
    let absent = |column| !columns.contains(&column);
    macro_rules! keep {
        ($($column:ident $field:ident),+ $(,)?) => {
            $(if absent(Column::$column) { new.$field = old.$field; })+
        };
    }
    keep!(
        Description description, Language language, Programme programme, LessonNumber lesson_number,
        Unit unit, Topic topic, Curriculum curriculum, SchoolYear school_year, Term term, Week week,
        Textbook textbook, Broadcasts broadcasts, Teachers teachers, Interpreter interpreter, Kind kind,
        VariantOf variant_of, Chapters chapters, License license, RightsHolder rights_holder,
        SourceUrl source_url, Visibility visibility,
    );
    new
}

/// The row that gives `lesson` back when it is imported, with absolute paths.
pub fn row_of(lesson: &Lesson, store: &Store) -> Row {
    let path = |f: &StoredFile| match f.file.placement {
        Placement::Store => store.path(&f.file.location).to_string_lossy().into_owned(),
        Placement::InPlace => f.file.location.clone(),
    };
    Row {
        file: lesson.files_of(Role::Source).next().map(path),
        captions: lesson
            .files_of(Role::Captions)
            .map(|f| CaptionFile {
                language: f.file.language.clone().unwrap_or_default(),
                path: path(f),
            })
            .collect(),
        attachments: lesson.files_of(Role::Attachment).map(path).collect(),
        ..row_without_files(lesson)
    }
}

/// What is said of `lesson`, and its code.
pub fn row_without_files(lesson: &Lesson) -> Row {
    Row {
        code: Some(lesson.code),
        ..row_of_description(lesson.description.clone())
    }
}

/// The row that says what a lesson says of itself.
pub(super) fn row_of_description(d: Description) -> Row {
    Row {
        file: None,
        code: None,
        title: d.title,
        description: d.description,
        grades: d.grades,
        subject: d.subject,
        section: d.section,
        language: d.language,
        programme: d.programme,
        lesson_number: d.lesson_number.and_then(|n| n.try_into().ok()),
        unit: d.unit,
        topic: d.topic,
        curriculum: d
            .curriculum
            .into_iter()
            .map(|(framework, code)| Standard { framework, code })
            .collect(),
        school_year: d.school_year.and_then(|y| {
            Some(SchoolYear {
                first: y.get(..4)?.parse().ok()?,
            })
        }),
        term: d.term,
        week: d.week.and_then(|w| super::values::week(&w).ok()),
        textbook: d.textbook.map(|(isbn, page)| Textbook { isbn, page }),
        broadcasts: d
            .broadcasts
            .into_iter()
            .filter_map(|b| {
                let at = Timestamp::from_millisecond(b.at.0).ok()?;
                Some(Broadcast {
                    at,
                    channel: b.channel,
                })
            })
            .collect(),
        teachers: d.teachers,
        interpreter: d.interpreter,
        kind: d.kind,
        variant_of: d.variant_of,
        captions: Vec::new(),
        chapters: d
            .chapters
            .into_iter()
            .map(|c| Chapter {
                at: c.start,
                title: c.title,
            })
            .collect(),
        attachments: Vec::new(),
        license: d.license,
        rights_holder: d.rights_holder,
        source_url: d.source_url,
        visibility: d.visibility,
    }
}
