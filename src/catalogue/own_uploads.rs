//! The uploads of a person: what is under way, what waits for them, and what came of the latest.

use rusqlite::{OptionalExtension, Row, named_params};

use super::uploads::read_upload;
use super::{Error, Snapshot, Upload, UploadId};
use crate::clock::UnixMillis;
use crate::units::PersonId;

/// An upload with what a list says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnUpload {
    /// The upload.
    pub upload: Upload,
    /// The title of its lesson, as far as it has one.
    pub title: Option<String>,
    /// When it began.
    pub created: UnixMillis,
    /// Whether browsers play the recording that its lesson shows; `None`: it shows none.
    pub playable: Option<bool>,
}

/// What [`read`] reads.
const COLUMNS: &str =
    "u.*, l.code, l.title, r.playable FROM uploads u LEFT JOIN lessons l ON l.id = u.lesson
     LEFT JOIN recordings r ON r.id = l.current_recording";

impl Snapshot<'_> {
    /// The upload of this name as a list has it, whoever asks.
    pub fn told_upload(&self, id: UploadId) -> Result<Option<OwnUpload>, Error> {
        Ok(self
            .sql()
            .prepare_cached(&format!("SELECT {COLUMNS} WHERE u.id = :id"))?
            .query_row(named_params! {":id": id}, read)
            .optional()?)
    }

    /// At most `limit` uploads of a person's, the newest first, from the one that follows `after` on: those that
    /// are unfinished, those whose bytes turned out to be no recording and are kept, and those that became one
    /// and would not have expired before `now`. An `after` that is not theirs is refused rather than taken for
    /// the beginning.
    pub fn uploads_of(
        &self,
        person: PersonId,
        after: Option<UploadId>,
        now: UnixMillis,
        limit: u32,
    ) -> Result<Vec<OwnUpload>, Error> {
        let place = after
            .map(|id| self.place_of_upload(person, id))
            .transpose()?;
        let (created, id) = place.unzip();
        Ok(self
            .sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 WHERE u.person = :person
                   AND (u.state IN ('uploading', 'queued', 'processing', 'failed')
                        OR u.state = 'done' AND u.expires_at >= :now)
                   AND (:id IS NULL OR (u.created_at, u.id) < (:created, :id))
                 ORDER BY u.created_at DESC, u.id DESC LIMIT :limit"
            ))?
            .query_map(
                named_params! {
                    ":person": person.0, ":now": now.0, ":id": id, ":created": created, ":limit": limit,
                },
                read,
            )?
            .collect::<Result<_, _>>()?)
    }

    fn place_of_upload(&self, person: PersonId, id: UploadId) -> Result<(i64, UploadId), Error> {
        self.sql()
            .prepare_cached(
                "SELECT created_at, id FROM uploads WHERE id = :id AND person = :person",
            )?
            .query_row(named_params! {":id": id, ":person": person.0}, |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
            .optional()?
            .ok_or_else(|| Error::Invalid(format!("no upload {id} of yours to go on after")))
    }
}

fn read(r: &Row<'_>) -> rusqlite::Result<OwnUpload> {
    Ok(OwnUpload {
        upload: read_upload(r)?,
        title: r.get("title")?,
        created: UnixMillis(r.get("created_at")?),
        playable: r.get("playable")?,
    })
}
