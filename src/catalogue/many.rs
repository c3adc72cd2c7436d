//! Whole lessons, many at once: one statement for each table, and not some eight for each lesson.

use std::collections::HashMap;

use rusqlite::{Row, named_params};

use super::columns::{Columns, at, columns};
use super::lesson::{Broadcast, Chapter, Description, Lesson, Origin, Recording, Role};
use super::lessons::{FILE, LESSON, read_file, read_lesson, size, unsigned};
use super::{Error, Snapshot};
use crate::clock::UnixMillis;
use crate::units::{Bytes, LessonId, Millis, RecordingId};

impl Snapshot<'_> {
    /// The lessons of these rows, in this order, with everything that hangs on them. Rows that are not there are left out.
    pub fn lessons(&self, ids: &[LessonId]) -> Result<Vec<Lesson>, Error> {
        let rows = list_of(ids.iter().map(|id| id.0));
        let mut recordings = Vec::new();
        let mut lessons: Vec<Lesson> = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {LESSON} FROM json_each(:rows) j CROSS JOIN lessons l ON l.id = j.value
                 LEFT JOIN lessons v ON v.id = l.variant_of ORDER BY j.key"
            ))?
            .query_map(named_params! {":rows": rows}, |row| {
                recordings.push(row.get::<_, Option<i64>>(at!(LESSON, "current_recording"))?);
                read_lesson(row)
            })?
            .collect::<Result<_, _>>()?;
        if lessons.is_empty() {
            return Ok(lessons);
        }
        self.fill_lists(&rows, &mut lessons)?;
        self.fill_recordings(&recordings, &mut lessons)?;
        Ok(lessons)
    }

    fn fill_lists(&self, rows: &str, lessons: &mut [Lesson]) -> Result<(), Error> {
        self.fill(
            "SELECT t.lesson, t.grade FROM json_each(:rows) j CROSS JOIN lesson_grades t ON t.lesson = j.value
             ORDER BY t.lesson, t.position",
            rows,
            lessons,
            |d, r| {
                d.grades.push(r.get(1)?);
                Ok(())
            },
        )?;
        self.fill(
            "SELECT t.lesson, t.framework, t.code FROM json_each(:rows) j
             CROSS JOIN lesson_curriculum t ON t.lesson = j.value ORDER BY t.lesson, t.position",
            rows,
            lessons,
            |d, r| {
                d.curriculum.push((r.get(1)?, r.get(2)?));
                Ok(())
            },
        )?;
        self.fill(
            "SELECT t.lesson, t.name FROM json_each(:rows) j CROSS JOIN lesson_teachers t ON t.lesson = j.value
             ORDER BY t.lesson, t.position",
            rows,
            lessons,
            |d, r| {
                d.teachers.push(r.get(1)?);
                Ok(())
            },
        )?;
        self.fill(
            "SELECT t.lesson, t.start_ms, t.title FROM json_each(:rows) j CROSS JOIN chapters t ON t.lesson = j.value
             ORDER BY t.lesson, t.start_ms",
            rows,
            lessons,
            |d, r| {
                let (start, title) = (Millis(unsigned(r, 1)?), r.get(2)?);
                d.chapters.push(Chapter { start, title });
                Ok(())
            },
        )?;
        self.fill(
            "SELECT t.lesson, t.air_at, t.channel FROM json_each(:rows) j
             CROSS JOIN broadcasts t ON t.lesson = j.value ORDER BY t.lesson, t.air_at, t.channel",
            rows,
            lessons,
            |d, r| {
                let (at, channel) = (UnixMillis(r.get(1)?), r.get(2)?);
                d.broadcasts.push(Broadcast { at, channel });
                Ok(())
            },
        )
    }

    /// Gives each row of `sql` to the description of the lesson that its first column names.
    fn fill(
        &self,
        sql: &str,
        rows: &str,
        lessons: &mut [Lesson],
        put: impl Fn(&mut Description, &Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), Error> {
        let mut statement = self.sql().prepare_cached(sql)?;
        let mut found = statement.query(named_params! {":rows": rows})?;
        // Rows of one lesson follow each other.
        let mut at: Option<usize> = None;
        while let Some(row) = found.next()? {
            let id = LessonId(row.get(0)?);
            if at.is_none_or(|at| lessons[at].id != id) {
                at = lessons.iter().position(|lesson| lesson.id == id);
            }
            if let Some(at) = at {
                put(&mut lessons[at].description, row)?;
            }
        }
        Ok(())
    }

    fn fill_recordings(
        &self,
        current: &[Option<i64>],
        lessons: &mut [Lesson],
    ) -> Result<(), Error> {
        let rows = list_of(current.iter().flatten().copied());
        let mut of: HashMap<i64, usize> = HashMap::with_capacity(lessons.len());
        for (at, recording) in current.iter().enumerate() {
            if let Some(recording) = recording {
                of.insert(*recording, at);
            }
        }
        let mut recordings = self.sql().prepare_cached(&format!(
            "SELECT {RECORDING} FROM json_each(:rows) j CROSS JOIN recordings r ON r.id = j.value"
        ))?;
        let mut found = recordings.query(named_params! {":rows": rows})?;
        while let Some(row) = found.next()? {
            let recording = read_recording(row)?;
            if let Some(at) = of.get(&recording.id.0) {
                lessons[*at].recording = Some(recording);
            }
        }
        let mut files = self.sql().prepare_cached(
            &format!("SELECT {FILE} FROM json_each(:rows) j
             CROSS JOIN files f INDEXED BY files_of_recording ON f.recording = j.value AND f.replaced_at IS NULL
             ORDER BY f.position, f.quality DESC, f.id"),
        )?;
        let mut found = files.query(named_params! {":rows": rows})?;
        while let Some(row) = found.next()? {
            let file = read_file(row)?;
            if let Some(at) = of.get(&file.recording.0) {
                lessons[*at].files.push(file);
            }
        }
        for lesson in lessons {
            lesson
                .files
                .sort_by_key(|f| Role::ALL.iter().position(|r| *r == f.file.role));
        }
        Ok(())
    }
}

/// Numbers as the JSON array that `json_each` takes apart.
pub(super) fn list_of(numbers: impl Iterator<Item = i64>) -> String {
    let all: Vec<String> = numbers.map(|n| n.to_string()).collect();
    format!("[{}]", all.join(","))
}

/// The columns of [`read_recording`], of `recordings r`.
const RECORDING: Columns = columns!(
    "r.origin_path",
    "r.origin_bytes",
    "r.origin_modified_at",
    "r.id",
    "r.edition",
    "r.duration_ms",
    "r.has_sound",
    "r.playable",
    "r.width",
    "r.height",
);

fn read_recording(r: &Row<'_>) -> rusqlite::Result<Recording> {
    let path: Option<String> = r.get(at!(RECORDING, "origin_path"))?;
    let (bytes, modified): (Option<i64>, Option<i64>) = (
        r.get(at!(RECORDING, "origin_bytes"))?,
        r.get(at!(RECORDING, "origin_modified_at"))?,
    );
    Ok(Recording {
        id: RecordingId(r.get(at!(RECORDING, "id"))?),
        edition: r.get(at!(RECORDING, "edition"))?,
        duration: Millis(unsigned(r, at!(RECORDING, "duration_ms"))?),
        size: size(r, at!(RECORDING, "width"), at!(RECORDING, "height"))?,
        has_sound: r.get(at!(RECORDING, "has_sound"))?,
        playable: r.get(at!(RECORDING, "playable"))?,
        origin: path
            .zip(bytes)
            .zip(modified)
            .map(|((path, bytes), modified)| Origin {
                path,
                bytes: Bytes(bytes.unsigned_abs()),
                modified: UnixMillis(modified),
            }),
    })
}
