//! The hold on a job: kept by a thread of its own, since whoever does the job is busy for hours.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use super::client::{Client, Trouble};
use super::job::Job;
use crate::processing::Watch;

/// How long the server may think about it.
const PATIENCE: Duration = Duration::from_secs(15);
/// The most between two words about a job, so that people see it go on.
const TELL_EVERY: Duration = Duration::from_secs(3);
/// Lines of the log that wait to be told, and characters of one.
const MOST_LINES: usize = 400;
const LONGEST_LINE: usize = 1000;

/// A job that is ours, until it is not.
pub(super) struct Lease<'a> {
    client: &'a Client,
    job: &'a Job,
    stop: &'a AtomicBool,
    reached: AtomicU32,
    lost: AtomicBool,
    lines: Mutex<Vec<String>>,
    over: (Mutex<bool>, Condvar),
}

impl<'a> Lease<'a> {
    pub(super) fn new(client: &'a Client, job: &'a Job, stop: &'a AtomicBool) -> Self {
        Self {
            client,
            job,
            stop,
            reached: AtomicU32::new(0),
            lost: AtomicBool::new(false),
            lines: Mutex::default(),
            over: (Mutex::new(false), Condvar::new()),
        }
    }

    /// Whether the job was taken away.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Relaxed)
    }

    /// Keeps it until [`Lease::end`].
    pub(super) fn keep(&self) {
        let often = (Duration::from_secs(self.job.seconds) / 4).min(TELL_EVERY);
        let mut over = self.over.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let waited = self.over.1.wait_timeout_while(over, often, |over| !*over);
            over = waited.unwrap_or_else(PoisonError::into_inner).0;
            if *over || self.is_lost() {
                return;
            }
            drop(over);
            self.tell();
            over = self.over.0.lock().unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lets [`Lease::keep`] return.
    pub(super) fn end(&self) {
        *self.over.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.over.1.notify_all();
    }

    fn tell(&self) {
        let lines = std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner));
        let body = json!({
            "lease": self.job.lease, "progress": self.reached.load(Relaxed), "log": lines,
        });
        let path = format!("/api/v1/worker/{}", self.job.job);
        let over = || *self.over.0.lock().unwrap_or_else(PoisonError::into_inner);
        match self.client.post(&path, &body, PATIENCE, &over) {
            Ok(_) | Err(Trouble::Ended) => {}
            Err(Trouble::Refused { status, said }) if is_final(status) => {
                tracing::warn!(job = self.job.job, said, "a job was taken away");
                self.lost.store(true, Relaxed);
            }
            // The lease may outlast that.
            Err(error) => {
                tracing::info!(job = self.job.job, %error, "the server does not hear how far a job is");
                let mut kept = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
                kept.splice(0..0, lines_of(&body));
                kept.truncate(MOST_LINES);
            }
        }
    }
}

/// Whether an answer means that the job is not ours, and will not be again.
pub(super) fn is_final(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::CONFLICT
            | StatusCode::GONE
            | StatusCode::NOT_FOUND
            | StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
    )
}

fn lines_of(body: &serde_json::Value) -> Vec<String> {
    serde_json::from_value(body["log"].clone()).unwrap_or_default()
}

impl Watch for Lease<'_> {
    fn progress(&self, thousandths: u32) {
        self.reached.store(thousandths.min(1000), Relaxed);
    }

    fn ends(&self) -> bool {
        self.stop.load(Relaxed) || self.is_lost()
    }

    fn log(&self, line: &str) {
        tracing::debug!(job = self.job.job, line);
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() < MOST_LINES {
            lines.push(line.chars().take(LONGEST_LINE).collect());
        }
    }
}
