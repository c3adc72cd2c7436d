//! What is noted of a job, for whoever wants to know why it ended as it did: `jobs/ID.log` below the data folder.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::clock;
use crate::media::Store;
use crate::units::JobId;

/// What a job's log may have.
const LONGEST_LOG: u64 = 1 << 20;
/// Characters of one line.
const LONGEST_LINE: usize = 2000;

/// The log of a job. One that cannot be written is no reason to stop.
pub(super) struct JobLog(Mutex<Option<File>>);

impl JobLog {
    /// Goes on with the log of `job`.
    pub(super) fn of(store: &Store, job: JobId) -> Self {
        let path = store.path("jobs").join(format!("{job}.log"));
        let file = OpenOptions::new().append(true).create(true).open(path);
        if let Err(error) = &file {
            tracing::warn!(%job, %error, "a job's log cannot be written");
        }
        Self(Mutex::new(file.ok()))
    }

    /// Adds a line, with the time.
    pub(super) fn line(&self, line: &str) {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = file.as_mut() else { return };
        if file.metadata().is_ok_and(|m| m.len() < LONGEST_LOG) {
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
