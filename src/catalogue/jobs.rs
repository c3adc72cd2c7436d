//! Jobs: what ffmpeg makes of a recording, who makes it, and how far it is.
//!
//! A job is claimed with a lease. Whatever whoever has it says afterwards counts only while the lease is theirs, so a
//! worker that was given up cannot undo what another did since.

use rusqlite::{OptionalExtension, named_params};

use super::job_list::listed;
use super::lesson::{NewFile, Role, StoredFile, words};
use super::lessons::{FILE, read_file};
use super::{Change, Error, Progress, Snapshot, shelf};
use crate::clock::{self, UnixMillis};
use crate::units::{Code, FileId, JobId, LessonId, RecordingId};

words! {
    /// What a job makes.
    JobKind {
        /// Looks into the recording: streams, languages, what is unusual.
        Probe = "probe",
        /// What the narrowest lines need: 240p, and the sound alone.
        Narrow = "narrow",
        /// The higher qualities.
        Ladder = "ladder",
        /// Poster and storyboard.
        Pictures = "pictures",
        /// The lesson as its slides.
        Slides = "slides",
        /// Captions that the recording brings along.
        Words = "words",
        /// Captions from its speech, by the operator's own program.
        Speech = "speech",
    }
}

/// What imports bring goes so much later, so that a teacher's lesson does not wait for an archive: its sound and 240p before
/// all of the imports', whose own go before higher qualities of anybody's.
const IMPORTED: i64 = 150;

/// All priorities are multiples of it. What lies between two of them counts deaths of the server: see
/// [`Progress::take_own_jobs_back`].
pub(super) const STEP: i64 = 50;

/// How often the server died during a job, in SQL: how far it has sunk below its priority.
pub(super) fn deaths() -> String {
    format!("((-priority) % {STEP} + {STEP}) % {STEP}")
}

impl JobKind {
    /// Higher first: what lets more students watch goes before what looks better, whosever lesson it is.
    pub fn priority(self) -> i64 {
        match self {
            Self::Probe => 700,
            Self::Narrow => 600,
            Self::Words => 500,
            Self::Pictures => 400,
            Self::Slides => 300,
            Self::Ladder => 200,
            Self::Speech => 100,
        }
    }
}

words! {
    /// How far a job has come.
    JobState {
        /// It waits for its turn, or rests after a failure.
        Queued = "queued",
        /// Somebody has it.
        Running = "running",
        /// What it made is in the catalogue.
        Done = "done",
        /// It was tried often enough, or cannot succeed.
        Failed = "failed",
        /// Somebody did not want it, or the recording is not shown any more.
        Cancelled = "cancelled",
    }
}

/// A job that somebody has now, with what they need for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The job.
    pub id: JobId,
    /// What whoever has it shows.
    pub lease: String,
    /// What it makes.
    pub kind: JobKind,
    /// Of which recording.
    pub recording: RecordingId,
    /// Of which lesson.
    pub code: Code,
    /// Times that it was begun, this one included.
    pub attempts: u32,
    /// What the probe found, as JSON.
    pub facts: Option<String>,
    /// The language that the lesson speaks (BCP 47).
    pub language: String,
    /// Languages of the captions that the recording has.
    pub captioned: Vec<String>,
    /// The footage.
    pub source: StoredFile,
    /// What jobs made of it before.
    pub made: Vec<StoredFile>,
}

impl Snapshot<'_> {
    /// Whether a job of one of these kinds may begin now.
    pub fn job_waits(&self, kinds: &[JobKind]) -> Result<bool, Error> {
        if kinds.is_empty() {
            return Ok(false);
        }
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM jobs INDEXED BY jobs_waiting
                                WHERE state = 'queued' AND not_before_at <= :now AND planned IS NULL
                                  AND kind IN (SELECT value FROM json_each(:kinds)))",
            )?
            .query_row(
                named_params! {":kinds": words_of(kinds), ":now": clock::now().0},
                |r| r.get(0),
            )?)
    }

    /// What the probe found in a recording, as JSON.
    pub fn facts(&self, recording: RecordingId) -> Result<Option<String>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT facts FROM recordings WHERE id = :id")?
            .query_row(named_params! {":id": recording.0}, |r| r.get(0))
            .optional()?
            .flatten())
    }

    /// Keys of the store whose bytes jobs were about to move there when they were interrupted.
    pub fn planned_bytes(&self) -> Result<Vec<(JobId, Vec<String>)>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT id, planned FROM jobs WHERE planned IS NOT NULL")?
            .query_map([], |r| {
                let keys: String = r.get(1)?;
                Ok((
                    JobId(r.get(0)?),
                    keys.split(' ').map(str::to_owned).collect(),
                ))
            })?
            .collect::<Result<_, _>>()?)
    }
}

fn words_of(kinds: &[JobKind]) -> String {
    listed(kinds.iter().map(|kind| kind.as_str()))
}

impl Progress<'_> {
    /// Gives the next job of one of these kinds to `worker`, until `until`. `None`: none may begin now.
    pub fn claim_job(
        &self,
        kinds: &[JobKind],
        worker: &str,
        until: UnixMillis,
    ) -> Result<Option<Claim>, Error> {
        loop {
            let lease = uuid::Uuid::new_v4().simple().to_string();
            let Some(id) = self.lease_next(kinds, worker, &lease, until)? else {
                return Ok(None);
            };
            if let Some(claim) = self.claim(id, lease)? {
                return Ok(Some(claim));
            }
            // Its footage was given up, so nothing can be made of it.
            self.end_job(id, JobState::Cancelled, None)?;
        }
    }

    /// What an earlier attempt planned is cleared away before another begins, or it would be forgotten.
    fn lease_next(
        &self,
        kinds: &[JobKind],
        worker: &str,
        lease: &str,
        until: UnixMillis,
    ) -> Result<Option<JobId>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1, progress = 0, worker = :worker,
                     lease = :lease, leased_until_at = :until, begun_at = :now, updated_at = :now
                 WHERE id = (SELECT id FROM jobs WHERE state = 'queued' AND not_before_at <= :now AND planned IS NULL
                                 AND kind IN (SELECT value FROM json_each(:kinds))
                             ORDER BY priority DESC, id LIMIT 1)
                 RETURNING id",
            )?
            .query_row(
                named_params! {
                    ":worker": worker, ":lease": lease, ":until": until.0, ":now": clock::now().0,
                    ":kinds": words_of(kinds),
                },
                |r| r.get(0).map(JobId),
            )
            .optional()?)
    }

    fn claim(&self, id: JobId, lease: String) -> Result<Option<Claim>, Error> {
        let Some(job) = self.snapshot().job(id)? else {
            return Ok(None);
        };
        let files: Vec<StoredFile> = self
            .sql()
            .prepare_cached(
                &format!("SELECT {FILE} FROM files f WHERE recording = :recording AND replaced_at IS NULL AND pruned_at IS NULL
                     AND role IN ('source', 'rendition', 'audio', 'poster', 'storyboard')"),
            )?
            .query_map(named_params! {":recording": job.recording.0}, read_file)?
            .collect::<Result<_, _>>()?;
        let (mut source, made): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|f| f.file.role == Role::Source);
        let Some(source) = source.pop() else {
            return Ok(None);
        };
        Ok(Some(Claim {
            id,
            lease,
            kind: job.kind,
            recording: job.recording,
            code: job.code,
            attempts: job.attempts,
            facts: self.snapshot().facts(job.recording)?,
            language: self.language_of(job.lesson)?,
            captioned: self.captioned(job.recording)?,
            source,
            made,
        }))
    }

    /// What a lesson speaks: its own language, else its section's.
    fn language_of(&self, lesson: LessonId) -> Result<String, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT ifnull(l.language, s.language) FROM lessons l JOIN sections s ON s.id = l.section
                 WHERE l.id = :lesson",
            )?
            .query_row(named_params! {":lesson": lesson.0}, |r| r.get(0))?)
    }

    fn captioned(&self, recording: RecordingId) -> Result<Vec<String>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT language FROM files
                 WHERE recording = :recording AND role = 'captions' AND replaced_at IS NULL ORDER BY language",
            )?
            .query_map(named_params! {":recording": recording.0}, |r| r.get(0))?
            .collect::<Result<_, _>>()?)
    }

    /// The job that `lease` stands for, with what whoever has it needs; `None`: it is not theirs any more.
    pub fn claimed(&self, id: JobId, lease: &str) -> Result<Option<Claim>, Error> {
        match self.is_leased(id, lease)? {
            true => self.claim(id, lease.to_owned()),
            false => Ok(None),
        }
    }

    fn is_leased(&self, id: JobId, lease: &str) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = :id AND state = 'running' AND lease = :lease)",
            )?
            .query_row(named_params! {":id": id.0, ":lease": lease}, |r| r.get(0))?)
    }

    /// Notes how far a job is, and puts the end of its lease off. `false`: it is not theirs any more, and they stop.
    pub fn job_reached(
        &self,
        id: JobId,
        lease: &str,
        thousandths: u32,
        until: UnixMillis,
    ) -> Result<bool, Error> {
        let changed = self
            .sql()
            .prepare_cached(
                "UPDATE jobs SET progress = :progress, leased_until_at = :until, updated_at = :now
                 WHERE id = :id AND state = 'running' AND lease = :lease",
            )?
            .execute(named_params! {
                ":id": id.0, ":lease": lease, ":progress": thousandths.min(1000), ":until": until.0,
                ":now": clock::now().0,
            })?;
        Ok(changed == 1)
    }

    /// Notes keys of the store to which bytes are about to be moved, so that they can be found if that is interrupted.
    /// `false`: the job is not theirs any more.
    pub fn job_plans(&self, id: JobId, lease: &str, keys: &[String]) -> Result<bool, Error> {
        let planned = (!keys.is_empty()).then(|| keys.join(" "));
        let changed = self
            .sql()
            .prepare_cached("UPDATE jobs SET planned = :planned WHERE id = :id AND state = 'running' AND lease = :lease")?
            .execute(named_params! {":id": id.0, ":lease": lease, ":planned": planned})?;
        Ok(changed == 1)
    }

    /// Forgets what a job had planned: those bytes are deleted, or named.
    pub fn job_plans_nothing(&self, id: JobId) -> Result<(), Error> {
        self.sql()
            .prepare_cached("UPDATE jobs SET planned = NULL WHERE id = :id")?
            .execute(named_params! {":id": id.0})?;
        Ok(())
    }

    /// Notes that a job failed: it waits until `again`, or is given up.
    pub fn job_failed(
        &self,
        id: JobId,
        lease: &str,
        error: &str,
        again: Option<UnixMillis>,
    ) -> Result<bool, Error> {
        if !self.is_leased(id, lease)? {
            return Ok(false);
        }
        let error: String = error.chars().take(2000).collect();
        let error = if error.is_empty() {
            "nothing was said".to_owned()
        } else {
            error
        };
        let state = if again.is_some() {
            JobState::Queued
        } else {
            JobState::Failed
        };
        self.end_job(id, state, Some(&error))?;
        self.sql()
            .prepare_cached("UPDATE jobs SET not_before_at = :again WHERE id = :id")?
            .execute(named_params! {":id": id.0, ":again": again.map_or(0, |at| at.0)})?;
        Ok(true)
    }

    /// Gives a job back as if it had not been begun: whoever had it stops.
    pub fn job_given_back(&self, id: JobId, lease: &str) -> Result<(), Error> {
        if self.is_leased(id, lease)? {
            self.end_job(id, JobState::Queued, None)?;
            self.not_begun(id)?;
        }
        Ok(())
    }

    /// Puts a job back as if it had not been begun, to rest until `until` for a reason that is not its own.
    pub fn job_rests(
        &self,
        id: JobId,
        lease: &str,
        error: &str,
        until: UnixMillis,
    ) -> Result<(), Error> {
        if self.job_failed(id, lease, error, Some(until))? {
            self.not_begun(id)?;
        }
        Ok(())
    }

    fn not_begun(&self, id: JobId) -> Result<(), Error> {
        self.sql()
            .prepare_cached("UPDATE jobs SET attempts = max(0, attempts - 1) WHERE id = :id")?
            .execute(named_params! {":id": id.0})?;
        Ok(())
    }

    /// Ends a job in `state`, whoever has it. One that is done keeps its lease, so that whoever did not hear of it may
    /// ask again: see [`Snapshot::is_done_under`].
    fn end_job(&self, id: JobId, state: JobState, error: Option<&str>) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "UPDATE jobs SET state = :state, error = :error, lease = iif(:state = 'done', lease, NULL), leased_until_at = NULL,
                     progress = iif(:state = 'done', 1000, 0), updated_at = :now
                 WHERE id = :id",
            )?
            .execute(named_params! {
                ":id": id.0, ":state": state, ":error": error, ":now": clock::now().0,
            })?;
        Ok(())
    }

    /// Takes a job out of the queue, or away from whoever has it. `false`: it had ended before.
    pub fn cancel_job(&self, id: JobId) -> Result<bool, Error> {
        let waits = self
            .snapshot()
            .job(id)?
            .is_some_and(|job| matches!(job.state, JobState::Queued | JobState::Running));
        if waits {
            self.end_job(id, JobState::Cancelled, None)?;
        }
        Ok(waits)
    }

    /// Queues a job anew, with all its attempts. `false`: it waits or runs.
    pub fn retry_job(&self, id: JobId) -> Result<bool, Error> {
        let changed = self
            .sql()
            .prepare_cached(&format!(
                "UPDATE jobs SET state = 'queued', attempts = 0, not_before_at = 0, progress = 0, updated_at = :now,
                     priority = priority + {}, error = iif(state = 'done', NULL, error), lease = NULL
                 WHERE id = :id AND state NOT IN ('queued', 'running')",
                deaths()
            ))?
            .execute(named_params! {":id": id.0, ":now": clock::now().0})?;
        Ok(changed == 1)
    }
}

impl Change<'_> {
    /// Ends a job with what it made, all of which is durable: its files take the place of those that it made before,
    /// and `then` is queued. Captions of a language that has some stay as they are: a person's are better than a
    /// machine's. Where there was nothing to make, `nothing` says why. `None`: the job was not theirs any more, and
    /// nothing changed.
    pub fn finish_job(
        &self,
        id: JobId,
        lease: &str,
        files: &[NewFile],
        facts: Option<&str>,
        nothing: Option<&str>,
        then: &[JobKind],
    ) -> Result<Option<Vec<FileId>>, Error> {
        let Some(claim) = self.claimed(id, lease)? else {
            return Ok(None);
        };
        self.replace_made(claim.recording, files)?;
        let mut ids = Vec::new();
        for file in files {
            let taken = file.role == Role::Captions && self.has_captions(claim.recording, file)?;
            if !taken {
                ids.push(self.insert_file(claim.recording, file)?);
            }
        }
        if let Some(facts) = facts {
            self.sql()
                .prepare_cached("UPDATE recordings SET facts = :facts WHERE id = :id")?
                .execute(named_params! {":facts": facts, ":id": claim.recording.0})?;
        }
        self.end_job(id, JobState::Done, nothing)?;
        // Bytes that were moved and are not wanted stay planned, and so are deleted.
        if ids.len() == files.len() {
            self.job_plans_nothing(id)?;
        }
        for kind in then {
            self.queue_job(claim.recording, *kind)?;
        }
        if !ids.is_empty() {
            let lesson = self
                .sql()
                .prepare_cached(
                    "UPDATE lessons SET processed_at = :now
                     WHERE id = (SELECT lesson FROM recordings WHERE id = :id) RETURNING id",
                )?
                .query_row(
                    named_params! {":id": claim.recording.0, ":now": clock::now().0},
                    |r| r.get(0).map(LessonId),
                )?;
            shelf::refresh(self.sql(), lesson)?;
        }
        Ok(Some(ids))
    }

    fn has_captions(&self, recording: RecordingId, file: &NewFile) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM files WHERE recording = :recording AND role = 'captions'
                                AND language = :language AND replaced_at IS NULL)",
            )?
            .query_row(
                named_params! {":recording": recording.0, ":language": file.language},
                |r| r.get(0),
            )?)
    }

    /// Takes the files that an earlier run of the same job made out of the recording.
    fn replace_made(&self, recording: RecordingId, files: &[NewFile]) -> Result<(), Error> {
        let mut replace = self.sql().prepare_cached(
            "UPDATE files SET replaced_at = :now
             WHERE recording = :recording AND role = :role AND replaced_at IS NULL
               AND (role <> 'rendition' OR quality IS :quality)",
        )?;
        for file in files {
            if !matches!(file.role, Role::Source | Role::Captions | Role::Attachment) {
                replace.execute(named_params! {
                    ":recording": recording.0, ":role": file.role, ":quality": file.quality,
                    ":now": clock::now().0,
                })?;
            }
        }
        Ok(())
    }

    /// Queues a job; one that ended is queued anew, one that waits or runs is left alone.
    pub fn queue_job(&self, recording: RecordingId, kind: JobKind) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "INSERT INTO jobs (recording, kind, priority, state, created_at, updated_at)
                 VALUES (:recording, :kind, :priority - iif((SELECT origin_path FROM recordings WHERE id = :recording)
                                                            IS NULL, 0, :imported), 'queued', :now, :now)
                 ON CONFLICT (recording, kind) DO UPDATE SET state = 'queued', attempts = 0, not_before_at = 0,
                     progress = 0, priority = excluded.priority, updated_at = excluded.updated_at, lease = NULL,
                     error = iif(state = 'done', NULL, error)
                 WHERE state NOT IN ('queued', 'running')",
            )?
            .execute(named_params! {
                ":recording": recording.0, ":kind": kind, ":priority": kind.priority(), ":now": clock::now().0,
                ":imported": IMPORTED,
            })?;
        Ok(())
    }

    /// A lesson shows this recording from now on: it is looked into unless it was before, and what others of the
    /// lesson's editions wait for is cancelled.
    pub(super) fn recording_is_shown(
        &self,
        lesson: LessonId,
        recording: RecordingId,
    ) -> Result<(), Error> {
        // The + keeps SQLite from walking through all that waits (https://sqlite.org/optoverview.html, "Disqualifying WHERE
        // Clause Terms"): those of one recording are few.
        self.sql()
            .prepare_cached(
                "UPDATE jobs SET state = 'cancelled', lease = NULL, leased_until_at = NULL, progress = 0,
                     updated_at = :now
                 WHERE +state IN ('queued', 'running') AND recording <> :recording
                   AND recording IN (SELECT id FROM recordings WHERE lesson = :lesson)",
            )?
            .execute(named_params! {
                ":recording": recording.0, ":lesson": lesson.0, ":now": clock::now().0,
            })?;
        self.sql()
            .prepare_cached(&format!(
                "UPDATE jobs SET state = 'queued', attempts = 0, not_before_at = 0, updated_at = :now,
                     priority = priority + {}
                 WHERE +state = 'cancelled' AND recording = :recording",
                deaths()
            ))?
            .execute(named_params! {":recording": recording.0, ":now": clock::now().0})?;
        if self.snapshot().facts(recording)?.is_none() {
            self.queue_job(recording, JobKind::Probe)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
