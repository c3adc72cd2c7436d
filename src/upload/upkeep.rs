//! What is done in the background, on a thread of its own: hand-overs that take longer or were interrupted, hashes,
//! and the end of uploads that nobody goes on with.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::expiry::{Expiry, Moment};
use super::finish;
use super::locks::Locks;
use super::uploads::Limits;
use crate::catalogue::{Catalogue, UploadId};
use crate::media::{self, Store};
use crate::units::FileId;

/// Time between two looks for what has expired.
const SWEEP_EVERY: Duration = Duration::from_secs(600);
/// How long a hand-over that failed rests.
const REST: Duration = Duration::from_secs(5);

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Turn an upload into a recording.
    Finish(UploadId),
    /// Fill in the hash of a file.
    Hash(FileId, String),
}

/// What the thread is to do; it may be given more by whoever has this.
#[derive(Clone)]
pub(super) struct Queue(Arc<Mutex<Option<Sender<Work>>>>);

impl Queue {
    pub(super) fn add(&self, work: Work) {
        let queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = &*queue {
            // Without the thread it is done after the next start.
            let _ = queue.send(work);
        }
    }
}

/// The thread. It ends when this is dropped.
pub(super) struct Upkeep {
    queue: Queue,
    ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Upkeep {
    pub(super) fn start(
        catalogue: &Catalogue,
        store: &Store,
        limits: &Limits,
        locks: &Arc<Locks>,
    ) -> io::Result<Self> {
        let (queue, work) = channel();
        let ending = Arc::new(AtomicBool::new(false));
        let round = Round {
            catalogue: catalogue.clone(),
            store: store.clone(),
            expiry: Expiry::new(catalogue, store, locks, limits.kept_for, &ending),
            ending: Arc::clone(&ending),
        };
        let thread = thread::Builder::new().name("uploads".into());
        let thread = thread.spawn(move || round.run(&work))?;
        Ok(Self {
            queue: Queue(Arc::new(Mutex::new(Some(queue)))),
            ending,
            thread: Some(thread),
        })
    }

    pub(super) fn queue(&self) -> Queue {
        self.queue.clone()
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.ending.store(true, Relaxed);
        *self.queue.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Round {
    catalogue: Catalogue,
    store: Store,
    expiry: Expiry,
    ending: Arc<AtomicBool>,
}

impl Round {
    fn run(mut self, work: &Receiver<Work>) {
        let mut resting = self.interrupted();
        let begun = self.expiry.begin(Moment::now());
        told(begun, "left-over uploads cannot be looked for");
        let mut rested = Instant::now();
        let mut swept = Instant::now();
        loop {
            let now = Instant::now();
            let mut wait = (swept + SWEEP_EVERY).saturating_duration_since(now);
            if !resting.is_empty() {
                wait = wait.min(rested.saturating_duration_since(now));
            }
            match work.recv_timeout(wait) {
                Ok(work) => self.attempt(work, &mut resting),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.ending.load(Relaxed) {
                return;
            }
            if !resting.is_empty() && Instant::now() >= rested {
                for work in std::mem::take(&mut resting) {
                    self.attempt(work, &mut resting);
                }
                rested = Instant::now() + REST;
            }
            if swept.elapsed() >= SWEEP_EVERY {
                let done = self.expiry.sweep(Moment::now());
                told(done, "expired uploads cannot be deleted; it is tried again");
                swept = Instant::now();
            }
        }
    }

    /// What a crash may have left to do.
    fn interrupted(&self) -> Vec<Work> {
        let found = self.catalogue.read_blocking(|c| {
            let mut work: Vec<Work> = c
                .unfinished_uploads()?
                .into_iter()
                .map(Work::Finish)
                .collect();
            let files = c.files_to_hash()?;
            work.extend(files.into_iter().map(|(file, key)| Work::Hash(file, key)));
            Ok(work)
        });
        found.unwrap_or_else(|error| {
            tracing::error!(%error, "interrupted uploads cannot be looked for");
            Vec::new()
        })
    }

    fn attempt(&self, work: Work, resting: &mut Vec<Work>) {
        if self.ending.load(Relaxed) {
            return;
        }
        match &work {
            Work::Finish(id) => match finish::wholly(&self.catalogue, &self.store, *id, &|| {
                self.ending.load(Relaxed)
            }) {
                Ok(Some(next)) => self.attempt(next, resting),
                Ok(None) | Err(finish::HandOver::Ending) => {}
                Err(error) => {
                    tracing::error!(%id, %error, "an upload could not be handed over; it is tried again");
                    resting.push(work);
                }
            },
            Work::Hash(file, key) => {
                if let Err(error) = self.hash(*file, key) {
                    tracing::error!(key, %error, "a file could not be hashed; it is tried at the next start");
                }
            }
        }
    }

    fn hash(&self, file: FileId, key: &str) -> Result<(), finish::HandOver> {
        let mut bytes = Ending {
            file: File::open(self.store.path(key))?,
            ending: &self.ending,
        };
        let sha256 = match media::sha256_of(&mut bytes, |_| ()) {
            Err(_) if self.ending.load(Relaxed) => return Ok(()),
            hashed => hashed?,
        };
        self.catalogue
            .write_blocking(move |c| c.file_hashed(file, &sha256))?;
        Ok(())
    }
}

fn told(done: Result<(), finish::HandOver>, what: &str) {
    if let Err(error) = done {
        tracing::error!(%error, "{what}");
    }
}

/// A file that ends in an error when the program ends.
struct Ending<'a> {
    file: File,
    ending: &'a AtomicBool,
}

impl io::Read for Ending<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ending.load(Relaxed) {
            return Err(io::Error::other("the program ends"));
        }
        self.file.read(into)
    }
}
