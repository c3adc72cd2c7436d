//! The editions of a lesson: which there are, which one is shown, and whose bytes may go.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, named_params};

use super::lessons::{FILE, read_file, unsigned};
use super::{Change, Error, GivenUp, Placement, Snapshot, StoredFile, shelf};
use crate::clock::{self, UnixMillis};
use crate::units::{Bytes, FileId, LessonId, Millis, RecordingId};

/// An edition, as its lesson's history shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Its row.
    pub id: RecordingId,
    /// 1 for the first footage.
    pub number: u32,
    /// When it was added.
    pub created: UnixMillis,
    /// How long it plays.
    pub duration: Millis,
    /// Whether it is the one that is shown.
    pub current: bool,
    /// Whether its footage is still there.
    pub kept: bool,
    /// What it takes of the archive's disk, replaced captions and attachments included. What a later edition took
    /// over from it counts there.
    pub bytes: Bytes,
}

impl Snapshot<'_> {
    /// The editions of a lesson, the newest first.
    pub fn editions(&self, lesson: LessonId) -> Result<Vec<Edition>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT r.id, r.edition, r.created_at, r.duration_ms, r.id IS l.current_recording AS current,
                        EXISTS (SELECT 1 FROM files f WHERE f.recording = r.id AND f.role = 'source'
                                AND f.pruned_at IS NULL AND NOT (f.placement = 'in_place' AND f.replaced_at IS NOT NULL)) AS kept,
                        (SELECT coalesce(sum(f.bytes), 0) FROM files f
                         WHERE f.recording = r.id AND f.placement = 'store' AND f.pruned_at IS NULL
                           AND NOT EXISTS (SELECT 1 FROM files o JOIN recordings p ON p.id = o.recording
                                           WHERE o.location = f.location AND o.id > f.id AND o.pruned_at IS NULL
                                             AND p.lesson = r.lesson)) AS bytes
                 FROM recordings r JOIN lessons l ON l.id = r.lesson
                 WHERE r.lesson = :lesson ORDER BY r.edition DESC",
            )?
            .query_map(named_params! {":lesson": lesson.0}, |r| {
                Ok(Edition {
                    id: RecordingId(r.get("id")?),
                    number: r.get("edition")?,
                    created: UnixMillis(r.get("created_at")?),
                    duration: Millis(unsigned(r, "duration_ms")?),
                    current: r.get("current")?,
                    kept: r.get("kept")?,
                    bytes: Bytes(unsigned(r, "bytes")?),
                })
            })?
            .collect::<Result<_, _>>()?)
    }

    /// The file of this name among a lesson's, whether or not it was replaced; `None` as well when its bytes
    /// are gone.
    pub fn file_of_lesson(
        &self,
        lesson: LessonId,
        name: &str,
    ) -> Result<Option<StoredFile>, Error> {
        Ok(self
            .sql()
            .prepare_cached(&format!(
                "SELECT {FILE} FROM files f JOIN recordings r ON r.id = f.recording
                 WHERE f.name = :name AND r.lesson = :lesson AND f.pruned_at IS NULL"
            ))?
            .query_row(
                named_params! {":name": name, ":lesson": lesson.0},
                read_file,
            )
            .optional()?)
    }
}

impl Snapshot<'_> {
    /// What [`Change::prune`] would free: bytes that nothing else names.
    pub fn prunable(&self, lesson: LessonId, edition: Option<RecordingId>) -> Result<Bytes, Error> {
        let bytes: i64 = self
            .sql()
            .prepare_cached(&format!(
                "SELECT coalesce(sum(bytes), 0) FROM (
                     SELECT DISTINCT f.location, f.bytes FROM files f
                     WHERE {} AND NOT EXISTS (
                         SELECT 1 FROM files o WHERE o.location = f.location AND o.pruned_at IS NULL AND NOT ({})))",
                prunable_files("f"),
                prunable_files("o")
            ))?
            .query_row(
                named_params! {
                    ":lesson": lesson.0, ":edition": edition.map(|e| e.0), ":store": Placement::Store,
                },
                |r| r.get(0),
            )?;
        Ok(Bytes(bytes.unsigned_abs()))
    }
}

/// The condition for files, called `f` in the statement, of a lesson, or of one of its editions, whose bytes may go.
fn prunable_files(f: &str) -> String {
    format!(
        "{f}.placement = :store AND {f}.pruned_at IS NULL
         AND {f}.recording IN (SELECT id FROM recordings WHERE lesson = :lesson)
         AND ({f}.replaced_at IS NOT NULL
              OR {f}.recording IS NOT (SELECT current_recording FROM lessons WHERE id = :lesson))
         AND (:edition IS NULL OR {f}.recording = :edition)"
    )
}

impl Change<'_> {
    /// Shows this edition of the lesson from now on.
    pub fn show_edition(&self, lesson: LessonId, edition: RecordingId) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE lessons SET current_recording = :edition, updated_at = max(:now, updated_at + 1)
                 WHERE id = :lesson",
            )?
            .execute(named_params! {
                ":edition": edition.0, ":lesson": lesson.0, ":now": clock::now().0,
            })?;
        self.recording_is_shown(lesson, edition)?;
        shelf::refresh(self.sql(), lesson)
    }

    /// Puts a replaced file back into its recording; its place must be free.
    pub fn put_file_back(&self, recording: RecordingId, file: FileId) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE files SET replaced_at = NULL WHERE id = :id AND recording = :recording AND pruned_at IS NULL",
            )?
            .execute(named_params! {":id": file.0, ":recording": recording.0})?;
        self.files_changed(recording)
    }

    /// Gives up the bytes of a lesson's editions that are not shown, and of files that were replaced in the one
    /// that is; of `edition` alone, if one is named. The rows stay, so that their addresses can say what became of
    /// them. What another row still names is not given up. With how many bytes that frees; `None`: there was nothing.
    pub fn prune(
        &self,
        lesson: LessonId,
        edition: Option<RecordingId>,
    ) -> Result<Option<(Bytes, GivenUp)>, Error> {
        let pruned: BTreeMap<String, i64> = self
            .sql()
            .prepare_cached(&format!(
                "UPDATE files SET pruned_at = :now, replaced_at = coalesce(replaced_at, :now)
                 WHERE {} RETURNING location, bytes",
                prunable_files("files")
            ))?
            .query_map(
                named_params! {
                    ":lesson": lesson.0, ":edition": edition.map(|e| e.0),
                    ":store": Placement::Store, ":now": clock::now().0,
                },
                |r| Ok((r.get(0)?, r.get(1)?)),
            )?
            .collect::<Result<_, _>>()?;
        if pruned.is_empty() {
            return Ok(None);
        }
        let (mut freed, mut given_up) = (0, GivenUp::default());
        for (location, bytes) in pruned {
            // Captions and attachments go on to the next edition; equal bytes are stored once.
            if !self.snapshot().names_location(&location, None)? {
                freed += bytes.unsigned_abs();
                given_up.locations.push(location);
            }
        }
        Ok(Some((Bytes(freed), given_up)))
    }
}
