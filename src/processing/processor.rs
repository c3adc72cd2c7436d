//! Threads that take jobs from the catalogue's queue and do them.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::hand_in::{NotHandedIn, hand_in};
use super::log::JobLog;
use super::remote::{Remote, drop_results};
use super::task::{Task, TaskError, Tools, Watch};
use crate::catalogue::{Catalogue, Claim, Error, JobKind, Placement, StoredFile};
use crate::clock::{self, UnixMillis};
use crate::media::Store;

/// The name of this archive's own worker.
pub const SERVER: &str = "server";
/// How often the catalogue is told how far a job is.
const TELL_EVERY: Duration = Duration::from_secs(2);
/// How often it is seen whether there is more to do.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often leases are looked over.
const SWEEP_EVERY: Duration = Duration::from_secs(10);
/// How long nothing is tried when a program is missing.
const WITHOUT_PROGRAM: Duration = Duration::from_secs(60);

/// How jobs are done.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many at once; 0: none here.
    pub at_once: usize,
    /// How often a job is tried.
    pub attempts: u32,
    /// Seconds that a job stays with whoever has it without a word of theirs.
    pub lease_seconds: u64,
    /// With what.
    pub tools: Tools,
}

/// The threads. They stop what they do when this is dropped, or told to [`Processor::stop`].
pub struct Processor {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    catalogue: Catalogue,
    store: Store,
    settings: Settings,
    ending: AtomicBool,
    /// Rung when the program ends, so that nobody sleeps through it.
    bell: (Mutex<()>, Condvar),
    /// Held as long as this runs: the folder of work has one owner.
    _owner: Option<File>,
}

impl Processor {
    /// Takes up what an earlier run left, and starts. `None`: another server on the same folder does the jobs.
    pub fn start(catalogue: &Catalogue, store: &Store, settings: Settings) -> io::Result<Self> {
        let owner = own(store)?;
        if owner.is_none() {
            tracing::warn!("another program does this archive's jobs; none are done here");
        }
        // One looks after leases, also where all jobs are done elsewhere.
        let threads = owner.as_ref().map_or(0, |_| settings.at_once.max(1));
        let shared = Arc::new(Shared {
            catalogue: catalogue.clone(),
            store: store.clone(),
            settings,
            ending: AtomicBool::new(false),
            bell: (Mutex::new(()), Condvar::new()),
            _owner: owner,
        });
        if shared._owner.is_some()
            && let Err(error) = shared.take_up()
        {
            tracing::error!(%error, "jobs that were interrupted cannot be taken up");
        }
        let mut started = Vec::new();
        for n in 0..threads {
            let shared = Arc::clone(&shared);
            let thread = thread::Builder::new().name(format!("jobs-{n}"));
            started.push(thread.spawn(move || shared.work(n == 0))?);
        }
        Ok(Self {
            shared,
            threads: Mutex::new(started),
        })
    }

    /// Stops what is under way, without waiting for that.
    pub fn begin_stop(&self) {
        self.shared.ending.store(true, Relaxed);
        self.shared.bell.1.notify_all();
    }

    /// Stops what is under way: it goes back into the queue. Returns when nothing runs any more. Blocks.
    pub fn stop(&self) {
        self.begin_stop();
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            let _ = thread.join(); // its panic was told already
        }
    }
}

impl Drop for Processor {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Makes the folder of work this program's, empty. `None`: it is another's.
fn own(store: &Store) -> io::Result<Option<File>> {
    let folder = store.work_folder("");
    fs::create_dir_all(&folder)?;
    fs::create_dir_all(store.path("jobs"))?;
    let lock = File::create(folder.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Ok(None),
        Err(fs::TryLockError::Error(error)) => return Err(error),
    }
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(Some(lock))
}

impl Shared {
    fn ends(&self) -> bool {
        self.ending.load(Relaxed)
    }

    /// Puts right what an earlier run left: nobody has its jobs any more, and bytes that it moved are named or deleted.
    fn take_up(&self) -> Result<(), NotHandedIn> {
        let most = self.settings.attempts;
        self.catalogue.progress_blocking(move |c| {
            c.take_jobs_back(
                clock::now(),
                Some(SERVER),
                most,
                "the server ended while it was done, each time",
            )
        })?;
        self.drop_planned()
    }

    /// Deletes bytes that jobs moved into the store before they were interrupted. What is being moved just now is left.
    fn drop_planned(&self) -> Result<(), NotHandedIn> {
        let planned = self.catalogue.read_blocking(|c| c.planned_bytes())?;
        if planned.is_empty() {
            return Ok(());
        }
        let Some(_alone) = self.store.clearing()? else {
            return Ok(());
        };
        for (id, keys) in planned {
            for key in keys {
                let named = key.clone();
                self.catalogue
                    .progress_blocking(move |c| c.job_plans_nothing(id))?;
                if !self
                    .catalogue
                    .read_blocking(move |c| c.names_location(&named, None))?
                {
                    match self.store.delete(&key) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => {
                            return Err(error.into());
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// What a thread does; the first one looks after leases as well.
    fn work(&self, sweeps: bool) {
        let mut seen = None;
        let mut look_at = Instant::now();
        let mut swept = Instant::now();
        let sweep_every = SWEEP_EVERY.min(Duration::from_secs(self.settings.lease_seconds));
        while !self.ends() {
            if sweeps && swept.elapsed() >= sweep_every {
                self.sweep();
                swept = Instant::now();
            }
            if self.settings.at_once == 0 {
                self.rest(sweep_every);
                continue;
            }
            let generation = self.catalogue.generation();
            if seen == Some(generation) && Instant::now() < look_at {
                self.rest(LOOK_EVERY);
                continue;
            }
            seen = Some(generation);
            look_at = Instant::now() + SWEEP_EVERY;
            match self.claim() {
                Ok(Some(claim)) => {
                    // There may be more.
                    seen = None;
                    if self.attempt(&claim) {
                        self.rest(WITHOUT_PROGRAM);
                    }
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, "no job can be taken from the queue; it is tried again");
                    self.rest(SWEEP_EVERY);
                }
            }
        }
    }

    /// Sleeps, unless the program ends.
    fn rest(&self, long: Duration) {
        let guard = self.bell.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self
            .bell
            .1
            .wait_timeout_while(guard, long, |()| !self.ends());
    }

    fn sweep(&self) {
        let most = self.settings.attempts;
        let taken = self.catalogue.progress_blocking(move |c| {
            c.take_jobs_back(
                clock::now(),
                None,
                most,
                "whoever had it was not heard of again, each time",
            )
        });
        let cleared = taken
            .map_err(NotHandedIn::from)
            .and_then(|_| self.drop_planned())
            .and_then(|()| drop_results(&self.catalogue, &self.store));
        if let Err(error) = cleared {
            tracing::error!(%error, "jobs that nobody does cannot be taken back");
        }
    }

    fn claim(&self) -> Result<Option<Claim>, Error> {
        let kinds: Vec<JobKind> = JobKind::ALL
            .iter()
            .copied()
            .filter(|kind| *kind != JobKind::Speech || self.settings.tools.speech.is_some())
            .collect();
        let waits = kinds.clone();
        let next = self
            .catalogue
            .read_blocking(move |c| c.next_job_at(&waits))?;
        if next.is_none_or(|at| at > clock::now()) {
            return Ok(None);
        }
        let until = clock::now().after_seconds(self.settings.lease_seconds);
        self.catalogue
            .progress_blocking(move |c| c.claim_job(&kinds, SERVER, until))
    }

    /// Does a job. Whether a program is missing for it.
    fn attempt(&self, claim: &Claim) -> bool {
        let watch = Watching::new(self, claim);
        let folder = self.store.work_folder(&claim.lease);
        let done = self.do_it(claim, folder.clone(), &watch);
        let _ = fs::remove_dir_all(&folder); // what is left is deleted at the next start
        match done {
            Ok(()) => {
                watch.log("done");
                false
            }
            Err(error) => self.failed(claim, &error, &watch),
        }
    }

    fn do_it(&self, claim: &Claim, folder: PathBuf, watch: &Watching<'_>) -> Result<(), TaskError> {
        fs::create_dir_all(&folder)?;
        let task = self.task(claim, folder)?;
        watch.log(&format!(
            "{} of {}, attempt {}",
            claim.kind.as_str(),
            claim.code,
            claim.attempts
        ));
        let outcome = task.run(watch)?;
        if watch.ends() {
            return Err(TaskError::Ended);
        }
        hand_in(
            &self.catalogue,
            &self.store,
            claim,
            &outcome,
            &self.settings.tools,
        )
        .map_err(|error| match error {
            NotHandedIn::NotTheirs => TaskError::Ended,
            NotHandedIn::Disk(error) => TaskError::Disk(error),
            NotHandedIn::Catalogue(error) => TaskError::Failed(error.to_string()),
        })
    }

    fn task(&self, claim: &Claim, folder: PathBuf) -> Result<Task, TaskError> {
        let facts = claim.facts.as_deref().map(serde_json::from_str).transpose();
        let small = Remote::narrow_of(claim);
        Ok(Task {
            kind: claim.kind,
            source: self.path_of(&claim.source),
            narrow: small.map(|file| self.path_of(file)),
            facts: facts.map_err(|error| {
                TaskError::Failed(format!("the probe's facts cannot be read: {error}"))
            })?,
            language: Some(claim.language.clone()),
            captioned: claim.captioned.clone(),
            folder,
            tools: self.settings.tools.clone(),
        })
    }

    fn path_of(&self, file: &StoredFile) -> PathBuf {
        match file.file.placement {
            Placement::Store => self.store.path(&file.file.location),
            Placement::InPlace => PathBuf::from(&file.file.location),
        }
    }

    fn failed(&self, claim: &Claim, error: &TaskError, watch: &Watching<'_>) -> bool {
        watch.log(&format!("{error}"));
        let (id, lease) = (claim.id, claim.lease.clone());
        let again = match error {
            TaskError::Ended | TaskError::NoProgram(_) => {
                let back = self
                    .catalogue
                    .progress_blocking(move |c| c.job_given_back(id, &lease));
                told(back);
                if let TaskError::NoProgram(_) = error {
                    tracing::warn!(job = %id, %error, "jobs wait");
                    return true;
                }
                return false;
            }
            TaskError::Hopeless(_) => None,
            TaskError::Failed(_) | TaskError::Disk(_) => again(claim, self.settings.attempts),
        };
        let what = error.to_string();
        tracing::warn!(job = %id, kind = claim.kind.as_str(), code = %claim.code, error = what, retried = again.is_some(),
            "a job failed");
        told(
            self.catalogue
                .progress_blocking(move |c| c.job_failed(id, &lease, &what, again)),
        );
        false
    }
}

/// When a job that failed is tried again, later each time; `None`: it was tried `most` times.
pub(super) fn again(claim: &Claim, most: u32) -> Option<UnixMillis> {
    let rest = 30 << (2 * claim.attempts.saturating_sub(1).min(5));
    (claim.attempts < most).then(|| clock::now().after_seconds(rest))
}

fn told<T>(done: Result<T, Error>) {
    if let Err(error) = done {
        tracing::error!(%error, "the catalogue cannot be told what became of a job; it is taken back later");
    }
}

/// Keeps a job's lease, and its log.
struct Watching<'a> {
    shared: &'a Shared,
    claim: &'a Claim,
    reached: AtomicU32,
    lost: AtomicBool,
    told: Mutex<Instant>,
    log: JobLog,
}

impl<'a> Watching<'a> {
    fn new(shared: &'a Shared, claim: &'a Claim) -> Self {
        Self {
            shared,
            claim,
            reached: AtomicU32::new(0),
            lost: AtomicBool::new(false),
            told: Mutex::new(Instant::now()),
            log: JobLog::of(&shared.store, claim.id),
        }
    }
}

impl Watch for Watching<'_> {
    fn progress(&self, thousandths: u32) {
        self.reached.store(thousandths.min(1000), Relaxed);
    }

    fn ends(&self) -> bool {
        if self.shared.ends() || self.lost.load(Relaxed) {
            return true;
        }
        let mut told_at = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told_at.elapsed() < TELL_EVERY {
            return false;
        }
        *told_at = Instant::now();
        let (id, lease) = (self.claim.id, self.claim.lease.clone());
        let reached = self.reached.load(Relaxed);
        let until = clock::now().after_seconds(self.shared.settings.lease_seconds);
        let theirs = self
            .shared
            .catalogue
            .progress_blocking(move |c| c.job_reached(id, &lease, reached, until));
        match theirs {
            Ok(true) => false,
            Ok(false) => {
                self.lost.store(true, Relaxed);
                true
            }
            Err(error) => {
                tracing::warn!(job = %id, %error, "how far a job is cannot be told");
                false
            }
        }
    }

    fn log(&self, line: &str) {
        self.log.line(line);
    }
}
