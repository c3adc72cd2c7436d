//! Jobs that are out: what is asked of them besides what stands in `jobs.rs`.

use rusqlite::{OptionalExtension, named_params};

use super::{Error, Snapshot};
use crate::clock::UnixMillis;
use crate::units::{Millis, RecordingId};

impl Snapshot<'_> {
    /// Every lease under which somebody has a job now.
    pub fn leases(&self) -> Result<Vec<String>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT lease FROM jobs WHERE state = 'running'")?
            .query_map([], |r| r.get(0))?
            .collect::<Result<_, _>>()?)
    }

    /// Whether a lease has ended by `now` and the job was not taken back yet.
    pub fn has_overdue_jobs(&self, now: UnixMillis) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND leased_until_at <= :now)",
            )?
            .query_row(named_params! {":now": now.0}, |r| r.get(0))?)
    }

    /// How long a recording plays, as it was found when it came in; `None`: it is not there.
    pub fn duration_of(&self, recording: RecordingId) -> Result<Option<Millis>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT duration_ms FROM recordings WHERE id = :id")?
            .query_row(named_params! {":id": recording.0}, |r| {
                Ok(Millis(r.get::<_, i64>(0)?.unsigned_abs()))
            })
            .optional()?)
    }
}
