//! The end of a lesson: taken back with a reason, put back, or, while it was never published, deleted.

use rusqlite::named_params;

use super::{Change, Error, Placement, UploadId, shelf};
use crate::clock;
use crate::units::LessonId;

/// Characters that a reason may have.
pub const LONGEST_REASON: usize = 2000;

/// Bytes that a change gave up: the caller deletes them when it is committed, where nothing else names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenUp {
    /// Keys of the store.
    pub locations: Vec<String>,
    /// Uploads that are forgotten.
    pub uploads: Vec<UploadId>,
}

impl Change<'_> {
    /// Takes a lesson back: its addresses answer 410 with the reason. `None` puts it back.
    pub fn set_withdrawn(&self, lesson: LessonId, reason: Option<&str>) -> Result<(), Error> {
        let now = clock::now().0;
        self.sql()
            .prepare_cached(
                "UPDATE lessons SET withdrawn_at = iif(:reason IS NULL, NULL, :now), withdrawn_reason = :reason,
                     updated_at = max(:now, updated_at + 1) WHERE id = :id",
            )?
            .execute(named_params! {":id": lesson.0, ":reason": reason, ":now": now})?;
        shelf::refresh(self.sql(), lesson)
    }

    /// Deletes a lesson that was never published, with its recordings, and forgets what is being uploaded for it;
    /// its code stays taken.
    ///
    /// # Errors
    /// [`Error::Invalid`] for one that was published: its addresses must not break.
    pub fn delete_lesson(&self, lesson: LessonId) -> Result<GivenUp, Error> {
        let published: bool = self
            .sql()
            .prepare_cached("SELECT published_at IS NOT NULL FROM lessons WHERE id = :id")?
            .query_row(named_params! {":id": lesson.0}, |r| r.get(0))?;
        if published {
            return Err(Error::Invalid(
                "this lesson was published, and its address must not break; withdraw it instead"
                    .into(),
            ));
        }
        let mut locations: Vec<String> = self
            .sql()
            .prepare_cached(
                "SELECT DISTINCT f.location FROM files f JOIN recordings r ON r.id = f.recording
                 WHERE r.lesson = :id AND f.placement = :store AND f.pruned_at IS NULL",
            )?
            .query_map(
                named_params! {":id": lesson.0, ":store": Placement::Store},
                |r| r.get(0),
            )?
            .collect::<Result<_, _>>()?;
        // What jobs had moved into the store and nothing names yet goes as well: their plans go with their rows.
        let planned: Vec<String> = self
            .sql()
            .prepare_cached(
                "SELECT j.planned FROM jobs j JOIN recordings r ON r.id = j.recording
                 WHERE r.lesson = :id AND j.planned IS NOT NULL",
            )?
            .query_map(named_params! {":id": lesson.0}, |r| r.get(0))?
            .collect::<Result<_, _>>()?;
        locations.extend(
            planned
                .iter()
                .flat_map(|keys| keys.split(' ').map(str::to_owned)),
        );
        let uploads = self
            .sql()
            .prepare_cached(
                "UPDATE uploads SET state = 'gone' WHERE lesson = :id AND state NOT IN ('done', 'gone')
                 RETURNING id",
            )?
            .query_map(named_params! {":id": lesson.0}, |r| r.get(0))?
            .collect::<Result<_, _>>()?;
        self.sql()
            .prepare_cached("UPDATE lessons SET current_recording = NULL WHERE id = :id")?
            .execute(named_params! {":id": lesson.0})?;
        self.sql()
            .prepare_cached("DELETE FROM lessons WHERE id = :id")?
            .execute(named_params! {":id": lesson.0})?;
        Ok(GivenUp { locations, uploads })
    }
}
