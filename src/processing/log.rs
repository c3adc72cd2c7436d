//! What is noted of a job, for whoever wants to know why it ended as it did: `jobs/ID.log` below the data folder.
//!
//! Lessons go and their jobs with them; what is left of their logs is swept later, a few at a time.

use std::fs::{self, File, OpenOptions, ReadDir};
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use super::hand_in::NotHandedIn;
use crate::catalogue::Catalogue;
use crate::clock;
use crate::media::{JOB_LOGS, LONGEST_JOB_LOG, Store};
use crate::units::JobId;

/// Characters of one line.
const LONGEST_LINE: usize = 2000;

/// Logs that one sweep looks at.
const SWEPT: usize = 200;

/// The log of a job. One that cannot be written is no reason to stop.
pub(super) struct JobLog {
    file: Mutex<Option<File>>,
    /// Its length when it was opened.
    before: u64,
}

impl JobLog {
    /// Goes on with the log of `job`.
    pub(super) fn of(store: &Store, job: JobId) -> Self {
        let mut how = OpenOptions::new();
        let file = how.append(true).create(true).open(store.job_log(job));
        if let Err(error) = &file {
            tracing::warn!(%job, %error, "a job's log cannot be written");
        }
        let length = file.as_ref().ok().and_then(|f| f.metadata().ok());
        Self {
            file: Mutex::new(file.ok()),
            before: length.map_or(0, |found| found.len()),
        }
    }

    /// The log of `job`, of which another attempt begins. What earlier ones wrote stays while it leaves room for this
    /// one: it is the last one that people ask about.
    pub(super) fn of_attempt(store: &Store, job: JobId) -> Self {
        let mut log = Self::of(store, job);
        if log.before > LONGEST_JOB_LOG / 2 {
            log.cut(0);
            log.before = 0;
            log.line("what was noted of earlier attempts was too long, and is gone");
        }
        log
    }

    /// Takes back what was noted since it was opened: nothing came of it, and it will be noted again and again.
    pub(super) fn forget(&self) {
        self.cut(self.before);
    }

    fn cut(&self, length: u64) {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = file.as_ref() {
            let _ = file.set_len(length); // then it is longer than it need be
        }
    }

    /// Adds a line, with the time.
    pub(super) fn line(&self, line: &str) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = file.as_mut() else { return };
        if file.metadata().is_ok_and(|m| m.len() < LONGEST_JOB_LOG) {
            let time = clock::now().timestamp().map(|t| t.to_string());
            let line: String = line
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .take(LONGEST_LINE)
                .collect();
            let _ = writeln!(file, "{} {line}", time.unwrap_or_default());
        }
    }
}

/// Deletes logs of jobs that are gone with their lessons.
#[derive(Default)]
pub(super) struct Sweeper(Option<ReadDir>);

impl Sweeper {
    /// Looks at the next few logs; behind the last one it begins anew.
    pub(super) fn sweep(
        &mut self,
        catalogue: &Catalogue,
        store: &Store,
    ) -> Result<(), NotHandedIn> {
        let entries = match &mut self.0 {
            Some(entries) => entries,
            none => none.insert(fs::read_dir(store.path(JOB_LOGS))?),
        };
        let mut ids = Vec::new();
        let mut looked = 0;
        for entry in entries.by_ref().take(SWEPT) {
            looked += 1;
            let name = entry?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(".log"));
            ids.extend(id.and_then(|id| id.parse().ok()).map(JobId));
        }
        if looked < SWEPT {
            self.0 = None;
        }
        if ids.is_empty() {
            return Ok(());
        }
        for id in catalogue.read_blocking(move |c| c.jobs_gone(&ids))? {
            match fs::remove_file(store.job_log(id)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Bytes;

    fn store() -> (tempfile::TempDir, Store) {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(data.path(), Bytes(0)).unwrap();
        fs::create_dir_all(store.path(JOB_LOGS)).unwrap();
        (data, store)
    }

    fn text(store: &Store, job: JobId) -> String {
        fs::read_to_string(store.job_log(job)).unwrap()
    }

    #[test]
    fn what_an_attempt_noted_that_came_to_nothing_is_taken_back_and_nothing_else() {
        let (_data, store) = store();
        let first = JobLog::of_attempt(&store, JobId(1));
        first.line("first");
        let second = JobLog::of_attempt(&store, JobId(1));
        second.line("second");
        second.forget();
        second.line("third");
        let text = text(&store, JobId(1));
        assert!(text.contains("first") && text.contains("third"), "{text}");
        assert!(!text.contains("second"), "{text}");
    }

    #[test]
    fn a_log_has_a_limit_and_room_for_the_attempt_that_people_ask_about() {
        let (_data, store) = store();
        let log = JobLog::of_attempt(&store, JobId(1));
        for _ in 0..LONGEST_JOB_LOG / 1000 {
            log.line(&"ə".repeat(LONGEST_LINE));
        }
        let length = text(&store, JobId(1)).len() as u64;
        assert!(
            length < LONGEST_JOB_LOG + 2 * LONGEST_LINE as u64 + 100,
            "{length}"
        );
        JobLog::of_attempt(&store, JobId(1)).line("the last attempt");
        let text = text(&store, JobId(1));
        assert!(
            text.ends_with("the last attempt\n") && text.len() < 1000,
            "{text}"
        );
    }

    #[test]
    fn logs_of_jobs_that_are_gone_are_swept_some_at_a_time_and_nothing_else_is() {
        let (data, store) = store();
        let catalogue = Catalogue::open(data.path(), 1).unwrap();
        let other = store.path(JOB_LOGS).join("notes.txt");
        fs::write(&other, "the operator's own").unwrap();
        for id in 1..=SWEPT as i64 + 50 {
            JobLog::of(&store, JobId(id)).line("noted");
        }
        let left = || fs::read_dir(store.path(JOB_LOGS)).unwrap().count();
        let mut sweeper = Sweeper::default();
        sweeper.sweep(&catalogue, &store).unwrap();
        assert!((51..=52).contains(&left()), "{}", left());
        sweeper.sweep(&catalogue, &store).unwrap();
        assert_eq!(left(), 1);
        assert!(other.exists());
        // Begins anew.
        JobLog::of(&store, JobId(9)).line("noted");
        for _ in 0..2 {
            sweeper.sweep(&catalogue, &store).unwrap();
        }
        assert_eq!(left(), 1);
    }
}
