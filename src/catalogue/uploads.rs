//! Uploads: bytes on their way to becoming a recording.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, Row, named_params};

use super::lesson::words;
use super::save::signed;
use super::{Change, Error, NewFile, NewRecording, Progress, Role, Snapshot};
use crate::clock::{self, UnixMillis};
use crate::units::{Bytes, Code, FileId, LessonId, PersonId, RecordingId};

/// The name of an upload: the last segment of its URL, and of its file. Unguessable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UploadId(u128);

/// This is no name of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an upload's name is 32 hexadecimal digits")]
pub struct NoUploadId;

impl UploadId {
    /// A new one.
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().as_u128())
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for UploadId {
    type Err = NoUploadId;

    /// One spelling only: an upload has one URL.
    fn from_str(text: &str) -> Result<Self, NoUploadId> {
        let digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 32 || !text.bytes().all(digit) {
            return Err(NoUploadId);
        }
        u128::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| NoUploadId)
    }
}

impl ToSql for UploadId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
}

impl FromSql for UploadId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(FromSqlError::other)
    }
}

words! {
    /// How far an upload has come.
    UploadState {
        /// Bytes are missing.
        Uploading = "uploading",
        /// All bytes are here; a part waits for its whole, a whole for its turn.
        Queued = "queued",
        /// What it holds is looked into.
        Processing = "processing",
        /// It is a recording now.
        Done = "done",
        /// It can be no recording. The bytes are kept.
        Failed = "failed",
        /// Terminated by its client, or expired: its bytes are deleted.
        Gone = "gone",
    }
}

words! {
    /// What an upload is to other uploads.
    UploadKind {
        /// A recording.
        Whole = "whole",
        /// A part of one.
        Partial = "partial",
        /// A recording that was made of parts.
        Final = "final",
    }
}

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its name.
    pub id: UploadId,
    /// Whose it is.
    pub person: Option<PersonId>,
    /// The lesson that it is for, or that was made of it.
    pub lesson: Option<LessonId>,
    /// That lesson's code.
    pub code: Option<Code>,
    /// What it is to others.
    pub kind: UploadKind,
    /// Of a final one: its parts.
    pub parts: Vec<UploadId>,
    /// Its whole length; `None`: not known yet.
    pub length: Option<Bytes>,
    /// Bytes that are durable.
    pub offset: Bytes,
    /// Upload-Metadata as it came.
    pub metadata: String,
    /// How far it has come.
    pub state: UploadState,
    /// Why it failed, for the teacher.
    pub error: Option<String>,
    /// When it may be deleted if nothing is added to it.
    pub expires: UnixMillis,
}

impl Upload {
    /// Whether its bytes lie in the folder of uploads, or are on their way into the store.
    pub fn has_bytes(&self) -> bool {
        !matches!(self.state, UploadState::Done | UploadState::Gone)
    }

    /// Whether all of it is here.
    pub fn is_whole(&self) -> bool {
        self.length == Some(self.offset)
    }
}

/// An upload about to begin. Its file is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in Upload")]
pub struct NewUpload {
    pub id: UploadId,
    pub person: PersonId,
    pub lesson: Option<LessonId>,
    pub kind: UploadKind,
    pub parts: Vec<UploadId>,
    pub length: Option<Bytes>,
    pub offset: Bytes,
    pub metadata: String,
    pub state: UploadState,
    pub expires: UnixMillis,
}

/// How many uploads have bytes missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenUploads {
    /// Everybody's.
    pub all: u64,
    /// One person's.
    pub own: u64,
}

impl Snapshot<'_> {
    /// The upload of this name, whoever asks.
    pub fn upload(&self, id: UploadId) -> Result<Option<Upload>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT u.*, l.code FROM uploads u LEFT JOIN lessons l ON l.id = u.lesson WHERE u.id = :id",
            )?
            .query_row(named_params! {":id": id}, read_upload)
            .optional()?)
    }

    /// Whether an upload was terminated or has expired.
    pub fn upload_is_gone(&self, id: UploadId) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT 1 FROM uploads WHERE id = :id AND state = 'gone'")?
            .exists(named_params! {":id": id})?)
    }

    /// The upload of `person` that was made of these parts and with this metadata before.
    pub fn whole_of(
        &self,
        person: PersonId,
        parts: &[UploadId],
        metadata: &str,
    ) -> Result<Option<UploadId>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT id FROM uploads WHERE person = :person AND kind = 'final' AND state <> 'gone'
                   AND parts = :parts AND metadata = :metadata",
            )?
            .query_row(
                named_params! {":person": person.0, ":parts": listed(parts), ":metadata": metadata},
                |r| r.get(0),
            )
            .optional()?)
    }

    /// Whether an upload of `person` was made of one of these already.
    pub fn joined_before(&self, person: PersonId, parts: &[UploadId]) -> Result<bool, Error> {
        let mut asked = self.sql().prepare_cached(
            "SELECT 1 FROM uploads WHERE person = :person AND kind = 'final' AND state <> 'gone'
               AND instr(parts, :part) > 0",
        )?;
        for part in parts {
            if asked.exists(named_params! {":person": person.0, ":part": part})? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an upload of `person` is made of `part` and its bytes are not copied yet.
    pub fn whole_is_waiting_for(&self, person: PersonId, part: UploadId) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT 1 FROM uploads WHERE person = :person AND state = 'queued' AND kind = 'final'
                   AND offset < length AND instr(parts, :part) > 0",
            )?
            .exists(named_params! {":person": person.0, ":part": part})?)
    }

    /// Uploads that are not finished with: what a crash may have interrupted.
    pub fn unfinished_uploads(&self) -> Result<Vec<UploadId>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT id FROM uploads WHERE state IN ('queued', 'processing') AND kind <> 'partial' ORDER BY created_at",
            )?
            .query_map([], |r| r.get(0))?
            .collect::<Result<_, _>>()?)
    }

    /// Every upload whose bytes lie in the folder of uploads, with the least length that they must have.
    pub fn uploads_with_bytes(&self) -> Result<Vec<(UploadId, Bytes)>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT id, offset FROM uploads WHERE state NOT IN ('done', 'gone')")?
            .query_map([], |r| {
                Ok((r.get(0)?, Bytes(super::lessons::unsigned(r, 1)?)))
            })?
            .collect::<Result<_, _>>()?)
    }

    /// How many uploads are under way.
    pub fn open_uploads(&self, person: PersonId) -> Result<OpenUploads, Error> {
        let count = |sql: &str, person: Option<i64>| -> Result<u64, Error> {
            let mut counted = self.sql().prepare_cached(sql)?;
            let found: i64 = match person {
                Some(id) => counted.query_row(named_params! {":person": id}, |r| r.get(0))?,
                None => counted.query_row([], |r| r.get(0))?,
            };
            Ok(found.unsigned_abs())
        };
        Ok(OpenUploads {
            all: count(
                "SELECT count(*) FROM uploads WHERE state = 'uploading'",
                None,
            )?,
            own: count(
                "SELECT count(*) FROM uploads WHERE state = 'uploading' AND person = :person",
                Some(person.0),
            )?,
        })
    }

    /// What is under way to become a recording of this lesson, or turned out to be none and nothing came since; whoever
    /// sends it, the oldest first; parts only as far as their whole has begun.
    pub fn uploads_for(&self, lesson: LessonId) -> Result<Vec<Upload>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT u.*, l.code FROM uploads u JOIN lessons l ON l.id = u.lesson
                 WHERE u.lesson = :lesson AND u.kind <> 'partial'
                   AND (u.state IN ('uploading', 'queued', 'processing')
                        OR u.state = 'failed' AND NOT EXISTS (
                            SELECT 1 FROM recordings WHERE lesson = u.lesson AND created_at >= u.created_at))
                 ORDER BY u.created_at",
            )?
            .query_map(named_params! {":lesson": lesson.0}, read_upload)?
            .collect::<Result<_, _>>()?)
    }

    /// Bytes of a person's lessons, and of what they are uploading, at the length that it will have. What several
    /// editions share is counted once.
    pub fn bytes_of(&self, person: PersonId) -> Result<Bytes, Error> {
        let sum: i64 = self
            .sql()
            .prepare_cached(
                "SELECT coalesce((SELECT sum(bytes) FROM (
                                      SELECT DISTINCT f.location, f.bytes
                                      FROM lesson_owners o JOIN recordings r ON r.lesson = o.lesson
                                      JOIN files f ON f.recording = r.id
                                      WHERE o.person = :person AND f.placement = 'store' AND f.pruned_at IS NULL
                                        AND f.role IN ('source', 'captions', 'attachment'))), 0)
                      + coalesce((SELECT sum(coalesce(length, offset)) FROM uploads
                                  WHERE person = :person AND state NOT IN ('done', 'gone')), 0)",
            )?
            .query_row(named_params! {":person": person.0}, |r| r.get(0))?;
        Ok(Bytes(sum.unsigned_abs()))
    }

    /// Uploads that nothing was added to until `now`, the oldest first.
    pub fn expired_uploads(&self, now: UnixMillis, limit: u32) -> Result<Vec<UploadId>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT id FROM uploads WHERE state IN ('uploading', 'queued') AND expires_at < :now
                   AND (state = 'uploading' OR kind = 'partial') ORDER BY expires_at LIMIT :limit",
            )?
            .query_map(named_params! {":now": now.0, ":limit": limit}, |r| r.get(0))?
            .collect::<Result<_, _>>()?)
    }

    /// Stored files that were never hashed, with their keys.
    pub fn files_to_hash(&self) -> Result<Vec<(FileId, String)>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT id, location FROM files WHERE sha256 IS NULL AND pruned_at IS NULL AND placement = 'store' ORDER BY id",
            )?
            .query_map([], |r| Ok((FileId(r.get(0)?), r.get(1)?)))?
            .collect::<Result<_, _>>()?)
    }

    /// Grades, subject and section of the lesson that a person made last.
    pub fn last_lesson_of(&self, person: PersonId) -> Result<Option<LessonId>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT max(lesson) FROM lesson_owners WHERE person = :person")?
            .query_row(named_params! {":person": person.0}, |r| {
                r.get::<_, Option<i64>>(0)
            })?
            .map(LessonId))
    }
}

impl Progress<'_> {
    /// Adds an upload.
    pub fn add_upload(&self, new: &NewUpload) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "INSERT INTO uploads (id, person, lesson, kind, parts, length, offset, metadata, state, created_at, expires_at)
                 VALUES (:id, :person, :lesson, :kind, :parts, :length, :offset, :metadata, :state, :now, :expires)",
            )?
            .execute(named_params! {
                ":id": new.id, ":person": new.person.0, ":lesson": new.lesson.map(|l| l.0), ":kind": new.kind,
                ":parts": (!new.parts.is_empty()).then(|| listed(&new.parts)),
                ":length": new.length.map(|l| signed(l.0)), ":offset": signed(new.offset.0),
                ":metadata": new.metadata, ":state": new.state,
                ":now": clock::now().0, ":expires": new.expires.0,
            })?;
        Ok(())
    }

    /// Notes how many bytes of an upload are durable, and that it is used. With the last one it is queued.
    /// What is no longer being uploaded stays as it is.
    pub fn upload_reached(
        &self,
        id: UploadId,
        offset: Bytes,
        length: Option<Bytes>,
        expires: UnixMillis,
    ) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE uploads SET offset = :offset, length = :length, expires_at = :expires,
                     state = iif(:offset = :length, 'queued', 'uploading')
                 WHERE id = :id AND state = 'uploading'",
            )?
            .execute(named_params! {
                ":id": id, ":offset": signed(offset.0), ":length": length.map(|l| signed(l.0)),
                ":expires": expires.0,
            })?;
        Ok(())
    }

    /// Notes that the bytes of all parts are in the file of their whole.
    pub fn upload_joined(&self, id: UploadId, length: Option<Bytes>) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE uploads SET offset = :length WHERE id = :id AND state = 'queued' AND kind = 'final'",
            )?
            .execute(named_params! {":id": id, ":length": length.map(|l| signed(l.0))})?;
        Ok(())
    }

    /// Notes that some parts may be deleted earlier: their whole has been made.
    pub fn parts_were_used(&self, parts: &[UploadId], expires: UnixMillis) -> Result<(), Error> {
        for part in parts {
            self.sql()
                .prepare_cached(
                    "UPDATE uploads SET expires_at = :expires WHERE id = :id AND kind = 'partial'",
                )?
                .execute(named_params! {":id": part, ":expires": expires.0})?;
        }
        Ok(())
    }

    /// Puts off the end of everything that may expire by `by` milliseconds, but to no later than `latest`.
    pub fn put_off_uploads(&self, by: i64, latest: UnixMillis) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE uploads SET expires_at = min(expires_at + :by, :latest)
                 WHERE state IN ('uploading', 'queued') AND (:by <> 0 OR expires_at > :latest)",
            )?
            .execute(named_params! {":by": by, ":latest": latest.0})?;
        Ok(())
    }

    /// Notes which lesson a whole upload is for that named none.
    pub fn upload_is_for(&self, id: UploadId, lesson: LessonId) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE uploads SET lesson = :lesson
                 WHERE id = :id AND lesson IS NULL AND state IN ('queued', 'processing')",
            )?
            .execute(named_params! {":id": id, ":lesson": lesson.0})?;
        Ok(())
    }

    /// Notes that what an upload holds is being looked into.
    pub fn upload_in_work(&self, id: UploadId) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE uploads SET state = 'processing' WHERE id = :id AND state = 'queued'",
            )?
            .execute(named_params! {":id": id})?;
        Ok(())
    }

    /// Notes why an upload can be no recording.
    pub fn upload_failed(&self, id: UploadId, why: &str) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE uploads SET state = 'failed', error = :why WHERE id = :id AND state IN ('queued', 'processing')",
            )?
            .execute(named_params! {":id": id, ":why": why})?;
        Ok(())
    }

    /// Forgets an upload whose bytes will be deleted; whether it was there. Its name is remembered.
    pub fn upload_gone(&self, id: UploadId) -> Result<bool, Error> {
        let changed = self
            .sql()
            .prepare_cached("UPDATE uploads SET state = 'gone' WHERE id = :id AND state <> 'gone'")?
            .execute(named_params! {":id": id})?;
        Ok(changed > 0)
    }
}

impl Change<'_> {
    /// Makes an upload's bytes, durable in the store, the newest edition of `lesson`, and the upload done.
    /// Captions and attachments go on to the new edition. `None`: it was finished before.
    pub fn finish_upload(
        &self,
        id: UploadId,
        lesson: LessonId,
        recording: &NewRecording,
        source: &NewFile,
    ) -> Result<Option<RecordingId>, Error> {
        let changed = self
            .sql()
            .prepare_cached(
                "UPDATE uploads SET state = 'done', lesson = :lesson, error = NULL
                 WHERE id = :id AND state IN ('queued', 'processing')",
            )?
            .execute(named_params! {":id": id, ":lesson": lesson.0})?;
        if changed == 0 {
            return Ok(None);
        }
        let before = self.snapshot().lesson(lesson)?;
        let edition = self.add_recording(lesson, recording, source)?;
        let kept = before.iter().flat_map(|l| &l.files);
        for old in kept.filter(|f| matches!(f.file.role, Role::Captions | Role::Attachment)) {
            let extension = old.file.name.rsplit('.').next().unwrap_or("bin");
            let name = format!("{}.{extension}", uuid::Uuid::new_v4().simple());
            self.add_file(
                edition,
                &NewFile {
                    name,
                    ..old.file.clone()
                },
            )?;
        }
        Ok(Some(edition))
    }

    /// Notes the hash of a file's bytes.
    pub fn file_hashed(&self, file: FileId, sha256: &[u8; 32]) -> Result<(), Error> {
        self.sql()
            .prepare_cached("UPDATE files SET sha256 = :sha256 WHERE id = :id")?
            .execute(named_params! {":id": file.0, ":sha256": &sha256[..]})?;
        Ok(())
    }
}

/// As the column has them.
fn listed(parts: &[UploadId]) -> String {
    let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
    parts.join(" ")
}

pub(super) fn read_upload(r: &Row<'_>) -> rusqlite::Result<Upload> {
    let bytes = |name: &str| -> rusqlite::Result<Option<Bytes>> {
        Ok(r.get::<_, Option<i64>>(name)?
            .map(|n| Bytes(n.unsigned_abs())))
    };
    let parts: Option<String> = r.get("parts")?;
    let parts = parts.unwrap_or_default();
    Ok(Upload {
        id: r.get("id")?,
        person: r.get::<_, Option<i64>>("person")?.map(PersonId),
        lesson: r.get::<_, Option<i64>>("lesson")?.map(LessonId),
        code: r
            .get::<_, Option<String>>("code")?
            .and_then(|c| c.parse().ok()),
        kind: r.get("kind")?,
        parts: parts.split(' ').filter_map(|p| p.parse().ok()).collect(),
        length: bytes("length")?,
        offset: bytes("offset")?.unwrap_or_default(),
        metadata: r.get("metadata")?,
        state: r.get("state")?,
        error: r.get("error")?,
        expires: UnixMillis(r.get("expires_at")?),
    })
}
