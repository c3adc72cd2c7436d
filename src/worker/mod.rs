//! A machine that does jobs of an archive elsewhere: it claims one, fetches the recording, does what the archive itself
//! would have done ([`Task::run`](crate::processing::Task::run)), and sends back what it made.
//!
//! All its connections go out, so it may stand behind any router. It has nothing of the archive's but the recording of
//! the job that it has, and nothing that it loses is missed: its lease ends, and another machine gets the job.

mod client;
mod folder;
mod job;
mod lease;
#[cfg(test)]
mod tests;
mod transfer;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use http::StatusCode;
use tokio::runtime::Handle;

pub use client::ClientError;

use crate::catalogue::JobKind;
use crate::processing::Tools;
use client::{Client, Trouble};
use folder::Folder;
use job::End;
use transfer::Rests;

/// How long to wait for work, when there is none.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long to take no job after one that this machine could not do.
const AFTER_TROUBLE: Duration = Duration::from_secs(60);
/// How often whoever waits looks whether to go on.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// What a worker is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The archive's address: `https://lessons.example`.
    pub server: String,
    /// Of the role worker.
    pub token: String,
    /// PEM file of the authorities whose certificates count; `None`: the system's.
    pub authorities: Option<PathBuf>,
    /// What the desk calls this worker.
    pub name: String,
    /// Where its own folder is made.
    pub data: PathBuf,
    /// How many jobs at once.
    pub at_once: usize,
    /// Which jobs.
    pub kinds: Vec<JobKind>,
    /// With what.
    pub tools: Tools,
}

/// Why a worker does not work, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What it was told.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Its folder.
    #[error("the folder {path}: {source}", path = .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another worker has its folder.
    #[error("another worker uses the folder {0}: give this one its own with --data")]
    Taken(PathBuf),
    /// The server does not want it.
    #[error("the server gives this worker no jobs: {0}")]
    Refused(String),
    /// It lacks what jobs need.
    #[error("{0}")]
    Useless(String),
}

/// Works until `stop`: what is under way then goes back at once. Blocks.
///
/// # Errors
/// See [`Error`]. A server that is away is none: it is waited for.
pub fn run(settings: Settings, runtime: Handle, stop: &Arc<AtomicBool>) -> Result<(), Error> {
    let authorities = settings.authorities.as_deref();
    let client = Client::new(&settings.server, &settings.token, authorities, runtime)?;
    if client.is_open_to_others() {
        tracing::warn!(
            "the server is not spoken to by https: others on the way can read the token and the recordings"
        );
    }
    let at = |source| Error::Folder {
        path: settings.data.clone(),
        source,
    };
    let folder = Folder::open(&settings.data).map_err(at)?;
    let folder = folder.ok_or_else(|| Error::Taken(settings.data.clone()))?;
    tracing::info!(
        server = settings.server,
        name = settings.name,
        "looking for jobs"
    );
    let worker = Worker {
        settings: &settings,
        client,
        folder,
        stop,
        failed: Mutex::new(None),
    };
    thread::scope(|scope| {
        for _ in 0..settings.at_once {
            scope.spawn(|| worker.work());
        }
    });
    let failed = worker.failed.into_inner();
    failed
        .unwrap_or_else(PoisonError::into_inner)
        .map_or(Ok(()), Err)
}

struct Worker<'a> {
    settings: &'a Settings,
    client: Client,
    folder: Folder,
    stop: &'a Arc<AtomicBool>,
    failed: Mutex<Option<Error>>,
}

impl Worker<'_> {
    fn ends(&self) -> bool {
        self.stop.load(Relaxed)
    }

    /// Ends all threads with `error`.
    fn fail(&self, error: Error) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get_or_insert(error);
        self.stop.store(true, Relaxed);
    }

    /// What a thread does.
    fn work(&self) {
        let (mut rests, mut wait) = (Rests::new(), SHORTEST_WAIT);
        let ends = || self.ends();
        while !self.ends() {
            let (name, kinds) = (&self.settings.name, &self.settings.kinds);
            match job::claim(&self.client, name, kinds, self.stop) {
                Ok(Some(job)) => {
                    rests.worked();
                    wait = SHORTEST_WAIT;
                    self.attempt(&job);
                }
                Ok(None) => {
                    rests.worked();
                    self.wait(wait);
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                Err(Trouble::Refused { status, said }) => {
                    let said = match status {
                        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
                            format!(
                                "there is no Teledars archive that gives jobs at {} ({status})",
                                self.settings.server
                            )
                        }
                        _ => format!("{said} ({status})"),
                    };
                    self.fail(Error::Refused(said));
                }
                Err(Trouble::Ended) => {}
                Err(error) => {
                    tracing::warn!(%error, "no job can be had; it is tried again");
                    let _ = rests.rest(&ends); // the loop sees the end
                }
            }
        }
    }

    fn attempt(&self, job: &job::Job) {
        tracing::info!(job = job.job, kind = job.kind, code = job.code, "begun");
        let tools = &self.settings.tools;
        match job::attempt(&self.client, &self.folder, tools, job, self.stop) {
            End::Done | End::Failed | End::Left => {}
            End::Unable => self.wait(AFTER_TROUBLE),
            End::Useless(why) => self.fail(Error::Useless(why)),
        }
    }

    fn wait(&self, long: Duration) {
        let until = Instant::now() + long;
        while Instant::now() < until && !self.ends() {
            thread::sleep(ASK_EVERY);
        }
    }
}
