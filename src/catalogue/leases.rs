//! Jobs that are out: what is asked of them besides what stands in `jobs.rs`.

use rusqlite::{OptionalExtension, named_params};

use super::job_list::listed;
use super::jobs::{STEP, deaths};
use super::{Error, Progress, Snapshot};
use crate::clock::{self, UnixMillis};
use crate::units::{JobId, Millis, RecordingId};

/// Deaths of the server during a job, after which the job is given up.
const MOST_DEATHS: i64 = 10;
const _: () = assert!(
    MOST_DEATHS < STEP,
    "or a job would sink into the next priority"
);

impl Snapshot<'_> {
    /// Every lease under which somebody has a job now.
    pub fn leases(&self) -> Result<Vec<String>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT lease FROM jobs WHERE state = 'running'")?
            .query_map([], |r| r.get(0))?
            .collect::<Result<_, _>>()?)
    }

    /// Whether a lease of a worker elsewhere has ended by `now` and the job was not taken back yet.
    pub fn has_overdue_jobs(&self, now: UnixMillis) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND leased_until_at <= :now
                                AND worker <> 'server')",
            )?
            .query_row(named_params! {":now": now.0}, |r| r.get(0))?)
    }

    /// Which of these leases somebody has a job under now.
    pub fn live_leases(&self, leases: &[String]) -> Result<Vec<String>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT lease FROM jobs WHERE state = 'running' AND lease IN (SELECT value FROM json_each(:leases))",
            )?
            .query_map(
                named_params! {":leases": listed(leases.iter().map(String::as_str))},
                |r| r.get(0),
            )?
            .collect::<Result<_, _>>()?)
    }

    /// Whether a job was ended under `lease` by what it made, and nobody began it anew since.
    pub fn is_done_under(&self, id: JobId, lease: &str) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = :id AND state = 'done' AND lease = :lease)",
            )?
            .query_row(named_params! {":id": id.0, ":lease": lease}, |r| r.get(0))?)
    }

    /// Which of these jobs there are not.
    pub fn jobs_gone(&self, ids: &[JobId]) -> Result<Vec<JobId>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT value FROM json_each(:ids) WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE id = value)",
            )?
            .query_map(
                named_params! {":ids": listed(ids.iter().map(|id| id.0))},
                |r| r.get(0).map(JobId),
            )?
            .collect::<Result<_, _>>()?)
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

    /// Whether this archive's own worker has a job.
    pub fn has_own_jobs(&self) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND worker = 'server')",
            )?
            .query_row([], |r| r.get(0))?)
    }

    /// Whether any row but the plan of `job` names the stored bytes `location`.
    pub fn names_besides_plan(&self, location: &str, job: JobId) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM files WHERE location = :location AND pruned_at IS NULL)
                     OR EXISTS (SELECT 1 FROM jobs WHERE planned IS NOT NULL AND id <> :job
                                AND instr(planned, :location) > 0)",
            )?
            .query_row(named_params! {":location": location, ":job": job.0}, |r| r.get(0))?)
    }
}

impl Progress<'_> {
    /// Takes jobs back from workers elsewhere whose leases have ended by `now`. Those that were begun `most` times are
    /// given up with `error`. How many.
    ///
    /// Jobs of this archive's own worker have leases that no clock ends: see [`Progress::take_own_jobs_back`].
    pub fn take_jobs_back(&self, now: UnixMillis, most: u32, error: &str) -> Result<usize, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "UPDATE jobs SET state = iif(attempts >= :most, 'failed', 'queued'), progress = 0, updated_at = :now,
                     leased_until_at = NULL, lease = NULL, not_before_at = 0,
                     error = iif(attempts >= :most, :error, error)
                 WHERE state = 'running' AND leased_until_at <= :now AND worker <> 'server'",
            )?
            .execute(named_params! {":now": now.0, ":most": most, ":error": error})?)
    }

    /// Takes back what this archive's own worker had, who is known to be gone, as if it had not been begun: a server
    /// that is killed is no fault of the recording's. How many.
    ///
    /// Unless that happens again and again: each death of the server puts a job one place behind the others of its kind,
    /// so that whoever brings the server down keeps nobody else from being done; after `MOST_DEATHS` it is given up.
    pub fn take_own_jobs_back(&self) -> Result<usize, Error> {
        let deaths = deaths();
        Ok(self
            .sql()
            .prepare_cached(&format!(
                "UPDATE jobs SET state = iif({deaths} + 1 >= :most, 'failed', 'queued'), priority = priority - 1,
                     error = iif({deaths} + 1 >= :most, :error, error),
                     progress = 0, attempts = max(0, attempts - 1), updated_at = :now,
                     leased_until_at = NULL, lease = NULL, not_before_at = 0
                 WHERE state = 'running' AND worker = 'server'"
            ))?
            .execute(named_params! {
                ":now": clock::now().0, ":most": MOST_DEATHS,
                ":error": format!(
                    "the server ended {MOST_DEATHS} times while it did this, so it does not begin it again by itself: \
                     the recording may be what brings it down. Tell whoever runs the server, then try again"
                ),
            })?)
    }

    /// After the clock was set: every lease ends at `until`, and no job rests longer than until `rested`.
    pub fn leases_begin_anew(&self, until: UnixMillis, rested: UnixMillis) -> Result<(), Error> {
        self.sql()
            .prepare_cached("UPDATE jobs SET leased_until_at = :until WHERE state = 'running'")?
            .execute(named_params! {":until": until.0})?;
        self.sql()
            .prepare_cached(
                "UPDATE jobs SET not_before_at = :rested WHERE state = 'queued' AND not_before_at > :rested",
            )?
            .execute(named_params! {":rested": rested.0})?;
        Ok(())
    }
}
