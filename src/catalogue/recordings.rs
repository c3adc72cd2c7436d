//! Recordings and files: new editions, new captions, and what is here already.

use rusqlite::{OptionalExtension, named_params};

use super::lesson::{Description, NewFile, Origin, Placement, Role};
use super::save::signed;
use super::{Change, Error, Snapshot, shelf};
use crate::clock;
use crate::units::{FileId, LessonId, Millis, RecordingId};

/// An edition about to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecording {
    /// How long it plays.
    pub duration: Millis,
    /// Pixels as shown; `None`: sound only.
    pub size: Option<(u32, u32)>,
    /// Whether there is a sound track.
    pub has_sound: bool,
    /// Whether browsers play the source as it is.
    pub playable: bool,
    /// Where it was imported from.
    pub origin: Option<Origin>,
}

impl Snapshot<'_> {
    /// The lessons that say the same of themselves (title, subject, section, programme, number, grades), and
    /// whose footage, if both have some, was at `origin` or has the bytes of `sha256`; the oldest first.
    pub fn same_lessons(
        &self,
        d: &Description,
        origin: Option<&str>,
        sha256: Option<&[u8; 32]>,
    ) -> Result<Vec<LessonId>, Error> {
        let alike: Vec<LessonId> = self
            .sql()
            .prepare_cached(
                "SELECT id FROM lessons l
                 WHERE title = :title AND subject = :subject AND section = :section
                   AND programme IS :programme AND lesson_number IS :number
                   AND (:origin IS NULL OR current_recording IS NULL
                        OR EXISTS (SELECT 1 FROM recordings WHERE lesson = l.id AND origin_path = :origin)
                        OR EXISTS (SELECT 1 FROM recordings r CROSS JOIN files f ON f.recording = r.id
                                   WHERE r.lesson = l.id AND f.role = 'source' AND f.sha256 = :sha256))
                 ORDER BY id",
            )?
            .query_map(
                named_params! {
                    ":title": d.title, ":subject": d.subject, ":section": d.section,
                    ":programme": d.programme, ":number": d.lesson_number,
                    ":origin": origin, ":sha256": sha256.map(|h| &h[..]),
                },
                |r| r.get(0).map(LessonId),
            )?
            .collect::<Result<_, _>>()?;
        let mut grades = self.sql().prepare_cached(
            "SELECT grade FROM lesson_grades WHERE lesson = :id ORDER BY position",
        )?;
        let mut same = Vec::new();
        for id in alike {
            let of_lesson: Vec<String> = grades
                .query_map(named_params! {":id": id.0}, |r| r.get(0))?
                .collect::<Result<_, _>>()?;
            if of_lesson == d.grades {
                same.push(id);
            }
        }
        Ok(same)
    }

    /// The file at `origin` as it was when it was last imported, with its SHA-256, so that an unchanged
    /// one need not be read again.
    pub fn imported_from(&self, path: &str) -> Result<Option<(Origin, [u8; 32])>, Error> {
        // CROSS JOIN: by the recordings first, whatever SQLite thinks of the hashes.
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT r.origin_bytes, r.origin_modified_at, f.sha256 FROM recordings r
                 CROSS JOIN files f ON f.recording = r.id AND f.role = 'source' AND f.sha256 IS NOT NULL
                 WHERE r.origin_path = :path ORDER BY r.id DESC LIMIT 1",
            )?
            .query_row(named_params! {":path": path}, |r| {
                let origin = Origin {
                    path: path.to_owned(),
                    bytes: crate::units::Bytes(super::lessons::unsigned(r, 0)?),
                    modified: clock::UnixMillis(r.get(1)?),
                };
                Ok((origin, r.get(2)?))
            })
            .optional()?)
    }
}

impl Snapshot<'_> {
    /// The SHA-256 of the bytes at a location of the store.
    pub fn hash_at(&self, location: &str) -> Result<Option<[u8; 32]>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT sha256 FROM files WHERE location = :location AND sha256 IS NOT NULL LIMIT 1")?
            .query_row(named_params! {":location": location}, |r| r.get(0))
            .optional()?)
    }
}

impl Change<'_> {
    /// Adds an edition and makes it the lesson's current one. Its bytes must be durable already.
    pub fn add_recording(
        &self,
        lesson: LessonId,
        recording: &NewRecording,
        source: &NewFile,
    ) -> Result<RecordingId, Error> {
        let origin = recording.origin.as_ref();
        let id = self
            .sql()
            .prepare_cached(
                "INSERT INTO recordings (lesson, edition, duration_ms, width, height, has_sound, playable,
                     origin_path, origin_bytes, origin_modified_at, created_at)
                 VALUES (:lesson, (SELECT coalesce(max(edition), 0) + 1 FROM recordings WHERE lesson = :lesson),
                     :duration, :width, :height, :has_sound, :playable, :path, :bytes, :modified, :now)
                 RETURNING id",
            )?
            .query_row(
                named_params! {
                    ":lesson": lesson.0, ":duration": signed(recording.duration.0),
                    ":width": recording.size.map(|s| s.0), ":height": recording.size.map(|s| s.1),
                    ":has_sound": recording.has_sound, ":playable": recording.playable,
                    ":path": origin.map(|o| &o.path), ":bytes": origin.map(|o| signed(o.bytes.0)),
                    ":modified": origin.map(|o| o.modified.0), ":now": clock::now().0,
                },
                |r| r.get(0).map(RecordingId),
            )?;
        // A draft's first recording arrives while its teacher fills in its form: what they saw of it is still so.
        self.sql()
            .prepare_cached(
                "UPDATE lessons SET current_recording = :recording,
                     updated_at = iif(current_recording IS NULL AND visibility = 'draft', updated_at,
                                      max(:now, updated_at + 1))
                 WHERE id = :lesson",
            )?
            .execute(named_params! {":recording": id.0, ":lesson": lesson.0, ":now": clock::now().0})?;
        self.insert_file(id, source)?;
        self.recording_is_shown(lesson, id)?;
        shelf::refresh(self.sql(), lesson)?;
        if source.placement == Placement::InPlace {
            // What lay at this path before is overwritten: that edition has no bytes any more.
            let overwritten: Vec<RecordingId> = self
                .sql()
                .prepare_cached(
                    "UPDATE files SET replaced_at = :now
                     WHERE location = :location AND placement = 'in_place' AND recording <> :id
                       AND replaced_at IS NULL AND sha256 IS NOT :sha256
                     RETURNING recording",
                )?
                .query_map(
                    named_params! {
                        ":id": id.0, ":location": source.location, ":now": clock::now().0,
                        ":sha256": source.sha256.as_ref().map(|h| &h[..]),
                    },
                    |r| r.get(0).map(RecordingId),
                )?
                .collect::<Result<_, _>>()?;
            for recording in overwritten {
                self.files_changed(recording)?;
            }
        }
        Ok(id)
    }

    /// Notes that a file's unchanged bytes lie elsewhere now, or were touched where they lie.
    pub fn move_file(&self, file: FileId, to: &NewFile) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE files SET placement = :placement, location = :location, modified_at = :modified WHERE id = :id",
            )?
            .execute(named_params! {
                ":id": file.0, ":placement": to.placement, ":location": to.location, ":modified": to.modified.0,
            })?;
        Ok(())
    }

    /// Notes where an unchanged recording is found now.
    pub fn move_origin(&self, recording: RecordingId, origin: &Origin) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE recordings SET origin_path = :path, origin_bytes = :bytes, origin_modified_at = :modified
                 WHERE id = :id",
            )?
            .execute(named_params! {
                ":id": recording.0, ":path": origin.path, ":bytes": signed(origin.bytes.0),
                ":modified": origin.modified.0,
            })?;
        Ok(())
    }

    /// Adds a file whose bytes are durable. Captions take the place of those in the same language.
    pub fn add_file(&self, recording: RecordingId, file: &NewFile) -> Result<FileId, Error> {
        if file.role == Role::Captions {
            self.sql()
                .prepare_cached(
                    "UPDATE files SET replaced_at = :now
                     WHERE recording = :recording AND role = 'captions' AND language = :language AND replaced_at IS NULL",
                )?
                .execute(named_params! {
                    ":recording": recording.0, ":language": file.language, ":now": clock::now().0,
                })?;
        }
        let id = self.insert_file(recording, file)?;
        self.files_changed(recording)?;
        Ok(id)
    }

    pub(super) fn insert_file(
        &self,
        recording: RecordingId,
        file: &NewFile,
    ) -> Result<FileId, Error> {
        let id = self
            .sql()
            .prepare_cached(
                "INSERT INTO files (recording, role, name, placement, location, bytes, sha256, etag, mime, modified_at,
                     label, language, quality, width, height, duration_ms, start_ms, position, created_at)
                 VALUES (:recording, :role, :name, :placement, :location, :bytes, :sha256, :etag, :mime, :modified,
                     :label, :language, :quality, :width, :height, :duration, :start, :position, :now)
                 RETURNING id",
            )?
            .query_row(
                named_params! {
                    ":recording": recording.0, ":role": file.role, ":name": file.name,
                    ":placement": file.placement, ":location": file.location,
                    ":bytes": signed(file.bytes.0), ":sha256": file.sha256.as_ref().map(|h| &h[..]),
                    ":etag": file.etag, ":mime": file.mime, ":modified": file.modified.0,
                    ":label": file.label, ":language": file.language, ":quality": file.quality,
                    ":width": file.size.map(|s| s.0), ":height": file.size.map(|s| s.1),
                    ":duration": file.duration.map(|d| signed(d.0)), ":start": file.start.map(|s| signed(s.0)),
                    ":position": file.position,
                    ":now": clock::now().0,
                },
                |r| r.get(0).map(FileId),
            )?;
        Ok(id)
    }

    /// Takes a file out of its recording. The row and the bytes stay until an administrator prunes them.
    pub fn replace_file(&self, recording: RecordingId, file: FileId) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE files SET replaced_at = :now WHERE id = :id AND recording = :recording",
            )?
            .execute(
                named_params! {":id": file.0, ":recording": recording.0, ":now": clock::now().0},
            )?;
        self.files_changed(recording)
    }

    pub(super) fn files_changed(&self, recording: RecordingId) -> Result<(), Error> {
        let lesson: LessonId = self
            .sql()
            .prepare_cached("UPDATE lessons SET updated_at = max(:now, updated_at + 1)
                             WHERE id = (SELECT lesson FROM recordings WHERE id = :id) RETURNING id")?
            .query_row(named_params! {":id": recording.0, ":now": clock::now().0}, |r| r.get(0).map(LessonId))?;
        shelf::refresh(self.sql(), lesson)
    }
}
