//! One lesson: by its code, by its row, by what it says of itself; its files.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{OptionalExtension, Row, named_params};

use super::columns::{Columns, at, columns};
use super::lesson::{Description, Lesson, NewFile, Role, StoredFile, Visibility, Withdrawal};
use super::{Error, Snapshot};
use crate::clock::UnixMillis;
use crate::units::{Bytes, Code, FileId, LessonId, Millis, RecordingId};

/// What a code leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A lesson, by its own code.
    Lesson(Box<Lesson>),
    /// A lesson, by an alias: `.0` is the code to use.
    Moved(Code),
    /// A lesson that is gone for good; the code stays taken.
    Deleted,
    /// No lesson ever had this code.
    Unknown,
}

/// A lesson by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Titled {
    /// Its own code.
    pub code: Code,
    /// As in the programme.
    pub title: String,
}

/// What the streaming of `/media/NAME` needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedFile {
    /// The file.
    pub file: StoredFile,
    /// Whose it is.
    pub lesson: LessonId,
    /// Of its lesson.
    pub visibility: Visibility,
    /// Whether its lesson was withdrawn.
    pub withdrawn: bool,
    /// Whether its bytes are gone: overwritten by the next edition where the operator keeps them, or pruned.
    pub gone: bool,
}

impl Snapshot<'_> {
    /// What `code` leads to, whoever asks: the caller decides who may see it.
    pub fn find(&self, code: Code) -> Result<Found, Error> {
        let lesson: Option<Option<i64>> = self
            .sql()
            .prepare_cached("SELECT lesson FROM codes WHERE code = :code")?
            .query_row(named_params! {":code": code.as_str()}, |r| r.get(0))
            .optional()?;
        match lesson {
            None => Ok(Found::Unknown),
            Some(None) => Ok(Found::Deleted),
            Some(Some(id)) => match self.lesson(LessonId(id))? {
                Some(lesson) if lesson.code == code => Ok(Found::Lesson(Box::new(lesson))),
                Some(lesson) => Ok(Found::Moved(lesson.code)),
                None => Ok(Found::Deleted),
            },
        }
    }

    /// The listed lessons to which some codes lead, by their own codes: what may be told to anybody who has copied a
    /// code wrongly.
    pub fn listed_among(&self, codes: &[Code]) -> Result<Vec<Titled>, Error> {
        let mut there = self.sql().prepare_cached(
            "SELECT l.code, l.title FROM codes c JOIN lessons l ON l.id = c.lesson
             WHERE c.code = :code AND l.listed",
        )?;
        let mut found: Vec<Titled> = Vec::new();
        for code in codes {
            let lesson = there
                .query_row(named_params! {":code": code.as_str()}, |r| {
                    Ok(Titled {
                        code: r.get("code")?,
                        title: r.get("title")?,
                    })
                })
                .optional()?;
            found.extend(lesson.filter(|lesson| !found.contains(lesson)));
        }
        Ok(found)
    }

    /// Those of some codes that lead to a lesson.
    pub fn leading(&self, codes: &[Code]) -> Result<Vec<Code>, Error> {
        let mut there = self.sql().prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM codes WHERE code = :code AND lesson IS NOT NULL)",
        )?;
        let mut leading = Vec::new();
        for code in codes {
            if there.query_row(named_params! {":code": code.as_str()}, |r| r.get(0))? {
                leading.push(*code);
            }
        }
        Ok(leading)
    }

    /// The lesson of a row, with everything that hangs on it.
    pub fn lesson(&self, id: LessonId) -> Result<Option<Lesson>, Error> {
        Ok(self.lessons(&[id])?.pop())
    }

    /// Codes of the other forms of a lesson (signed, in another language), at most ten: what it is a
    /// variant of, what is a variant of it, and what is one of the same.
    pub fn siblings(&self, id: LessonId) -> Result<Vec<Code>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "WITH root (id) AS (SELECT coalesce(variant_of, id) FROM lessons WHERE id = :id)
                 SELECT code FROM lessons WHERE id <> :id AND id IN (SELECT id FROM root)
                 UNION
                 SELECT code FROM lessons WHERE id <> :id AND variant_of IN (SELECT id FROM root UNION SELECT :id)
                 LIMIT 10",
            )?
            .query_map(named_params! {":id": id.0}, |r| r.get("code"))?
            .collect::<Result<_, _>>()?)
    }

    /// The present files of a recording: source first, then by role and position.
    pub fn files(&self, recording: RecordingId) -> Result<Vec<StoredFile>, Error> {
        let mut files: Vec<StoredFile> = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {FILE} FROM files f WHERE recording = :recording AND replaced_at IS NULL
                 ORDER BY position, quality DESC, id"
            ))?
            .query_map(named_params! {":recording": recording.0}, read_file)?
            .collect::<Result<_, _>>()?;
        files.sort_by_key(|f| Role::ALL.iter().position(|r| *r == f.file.role));
        Ok(files)
    }

    /// The file that `/media/NAME` means, whoever asks: the caller decides who may have it.
    pub fn file_named(&self, name: &str) -> Result<Option<ServedFile>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                &format!("SELECT {FILE}, l.id AS of_lesson, l.visibility, l.withdrawn_at IS NOT NULL AS withdrawn,
                        f.placement = 'in_place' AND f.replaced_at IS NOT NULL AS overwritten,
                        f.pruned_at IS NOT NULL AS pruned
                 FROM files f JOIN recordings r ON r.id = f.recording JOIN lessons l ON l.id = r.lesson
                 WHERE f.name = :name"),
            )?
            .query_row(named_params! {":name": name}, |r| {
                Ok(ServedFile {
                    file: read_file(r)?,
                    lesson: LessonId(r.get("of_lesson")?),
                    visibility: r.get("visibility")?,
                    withdrawn: r.get("withdrawn")?,
                    gone: r.get::<_, bool>("overwritten")? || r.get("pruned")?,
                })
            })
            .optional()?)
    }

    /// Rows of lessons after `after`, oldest first: for walking the whole archive in steps.
    pub fn lesson_ids(&self, after: LessonId, limit: u32) -> Result<Vec<LessonId>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT id FROM lessons WHERE id > :after ORDER BY id LIMIT :limit")?
            .query_map(named_params! {":after": after.0, ":limit": limit}, |r| {
                r.get(0).map(LessonId)
            })?
            .collect::<Result<_, _>>()?)
    }
}

/// The columns of [`read_lesson`]: of `lessons l`, and of `lessons v`, of which it is a variant.
pub(super) const LESSON: Columns = columns!(
    "l.withdrawn_at",
    "l.withdrawn_reason",
    "l.textbook_isbn",
    "l.textbook_page",
    "l.id",
    "l.code",
    "l.title",
    "l.description",
    "l.subject",
    "l.section",
    "l.language",
    "l.programme",
    "l.lesson_number",
    "l.unit",
    "l.topic",
    "l.school_year",
    "l.term",
    "l.week",
    "l.interpreter",
    "l.kind",
    "l.license",
    "l.rights_holder",
    "l.source_url",
    "l.visibility",
    "l.updated_at",
    "l.published_at",
    "l.listed_at",
    "l.current_recording",
    "v.code AS variant",
);

/// A lesson of [`LESSON`], without what other tables hold.
pub(super) fn read_lesson(r: &Row<'_>) -> rusqlite::Result<Lesson> {
    let withdrawn: Option<i64> = r.get(at!(LESSON, "withdrawn_at"))?;
    let reason: Option<String> = r.get(at!(LESSON, "withdrawn_reason"))?;
    let isbn: Option<String> = r.get(at!(LESSON, "textbook_isbn"))?;
    let page: Option<String> = r.get(at!(LESSON, "textbook_page"))?;
    Ok(Lesson {
        id: LessonId(r.get(at!(LESSON, "id"))?),
        code: r.get(at!(LESSON, "code"))?,
        description: Description {
            title: r.get(at!(LESSON, "title"))?,
            description: r.get(at!(LESSON, "description"))?,
            grades: Vec::new(),
            subject: r.get(at!(LESSON, "subject"))?,
            section: r.get(at!(LESSON, "section"))?,
            language: r.get(at!(LESSON, "language"))?,
            programme: r.get(at!(LESSON, "programme"))?,
            lesson_number: r.get(at!(LESSON, "lesson_number"))?,
            unit: r.get(at!(LESSON, "unit"))?,
            topic: r.get(at!(LESSON, "topic"))?,
            curriculum: Vec::new(),
            school_year: r.get(at!(LESSON, "school_year"))?,
            term: r.get(at!(LESSON, "term"))?,
            week: r.get(at!(LESSON, "week"))?,
            textbook: isbn.map(|isbn| (isbn, page.unwrap_or_default())),
            broadcasts: Vec::new(),
            teachers: Vec::new(),
            interpreter: r.get(at!(LESSON, "interpreter"))?,
            kind: r.get(at!(LESSON, "kind"))?,
            variant_of: r.get(at!(LESSON, "variant"))?,
            chapters: Vec::new(),
            license: r.get(at!(LESSON, "license"))?,
            rights_holder: r.get(at!(LESSON, "rights_holder"))?,
            source_url: r.get(at!(LESSON, "source_url"))?,
            visibility: r.get(at!(LESSON, "visibility"))?,
        },
        withdrawn: withdrawn.zip(reason).map(|(at, reason)| Withdrawal {
            at: UnixMillis(at),
            reason,
        }),
        recording: None,
        files: Vec::new(),
        updated: UnixMillis(r.get(at!(LESSON, "updated_at"))?),
        published: r
            .get::<_, Option<i64>>(at!(LESSON, "published_at"))?
            .map(UnixMillis),
        listed: r
            .get::<_, Option<i64>>(at!(LESSON, "listed_at"))?
            .map(UnixMillis),
    })
}

/// The columns of [`read_file`], of `files f`.
pub(super) const FILE: Columns = columns!(
    "f.id",
    "f.recording",
    "f.role",
    "f.name",
    "f.placement",
    "f.location",
    "f.bytes",
    "f.sha256",
    "f.etag",
    "f.mime",
    "f.modified_at",
    "f.label",
    "f.language",
    "f.quality",
    "f.width",
    "f.height",
    "f.duration_ms",
    "f.start_ms",
    "f.position",
);

/// A file of [`FILE`].
pub(super) fn read_file(r: &Row<'_>) -> rusqlite::Result<StoredFile> {
    Ok(StoredFile {
        id: FileId(r.get(at!(FILE, "id"))?),
        recording: RecordingId(r.get(at!(FILE, "recording"))?),
        file: NewFile {
            role: r.get(at!(FILE, "role"))?,
            name: r.get(at!(FILE, "name"))?,
            placement: r.get(at!(FILE, "placement"))?,
            location: r.get(at!(FILE, "location"))?,
            bytes: Bytes(unsigned(r, at!(FILE, "bytes"))?),
            sha256: r.get(at!(FILE, "sha256"))?,
            etag: r.get(at!(FILE, "etag"))?,
            mime: r.get(at!(FILE, "mime"))?,
            modified: UnixMillis(r.get(at!(FILE, "modified_at"))?),
            label: r.get(at!(FILE, "label"))?,
            language: r.get(at!(FILE, "language"))?,
            quality: r.get(at!(FILE, "quality"))?,
            size: size(r, at!(FILE, "width"), at!(FILE, "height"))?,
            duration: r
                .get::<_, Option<i64>>(at!(FILE, "duration_ms"))?
                .map(|ms| Millis(ms.unsigned_abs())),
            start: r
                .get::<_, Option<i64>>(at!(FILE, "start_ms"))?
                .map(|ms| Millis(ms.unsigned_abs())),
            position: r.get(at!(FILE, "position"))?,
        },
    })
}

/// Width and height of a picture, where there is one.
pub(super) fn size(
    r: &Row<'_>,
    width: usize,
    height: usize,
) -> rusqlite::Result<Option<(u32, u32)>> {
    let (width, height): (Option<u32>, Option<u32>) = (r.get(width)?, r.get(height)?);
    Ok(width.zip(height))
}

/// An INTEGER that the schema's check keeps from being negative.
pub(super) fn unsigned(r: &Row<'_>, column: impl rusqlite::RowIndex) -> rusqlite::Result<u64> {
    r.get::<_, i64>(column).map(i64::unsigned_abs)
}

impl FromSql for Code {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(FromSqlError::other)
    }
}
