//! Threads that take jobs from the catalogue's queue and do them.

use std::any::Any;
use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::hand_in::{NotHandedIn, hand_in};
use super::log::JobLog;
use super::remote::Remote;
use super::task::{Task, TaskError, Tools, Watch};
use super::upkeep::Upkeep;
use crate::catalogue::{Catalogue, Claim, Error, JobKind, Placement, Progress, StoredFile};
use crate::clock::{self, UnixMillis};
use crate::media::{NoRoom, Store};
use crate::units::Bytes;

/// The name of this archive's own worker.
pub const SERVER: &str = "server";
/// How often the catalogue is told how far a job is.
const TELL_EVERY: Duration = Duration::from_secs(2);
/// How long a catalogue that could not be told, or asked, is left alone.
const TELL_AGAIN: Duration = Duration::from_secs(5);
/// How often it is seen whether the catalogue has changed.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often it is asked for jobs when it has not: some may have rested long enough.
const LOOK_ANYWAY: Duration = Duration::from_secs(10);
/// How long a kind of job is not tried when its program is missing.
const WITHOUT_PROGRAM: Duration = Duration::from_secs(60);
/// Seconds that jobs rest when the disk is full.
const WHEN_FULL: u64 = 300;

/// How jobs are done.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many at once; 0: none here.
    pub at_once: usize,
    /// How often a job is tried.
    pub attempts: u32,
    /// Seconds that a job stays with whoever has it without a word of theirs.
    pub lease_seconds: u64,
    /// How many jobs one person's workers elsewhere may have at once.
    pub leases_per_person: usize,
    /// With what.
    pub tools: Tools,
}

/// The threads. They stop what they do when this is dropped, or told to [`Processor::stop`].
pub struct Processor {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

pub(super) struct Shared {
    pub(super) catalogue: Catalogue,
    pub(super) store: Store,
    pub(super) settings: Settings,
    /// The folder of work has one owner, who does this archive's jobs; while it is this, the lock is held.
    pub(super) owner: Mutex<Option<File>>,
    ending: AtomicBool,
    /// Rung when the program ends, so that nobody sleeps through it.
    bell: (Mutex<()>, Condvar),
    /// Kinds whose programs are not installed, and when that was found.
    without: Mutex<Vec<(JobKind, Instant)>>,
}

impl Processor {
    /// Takes up what an earlier run left, and starts. While another server on the same folder does the jobs, this one
    /// waits to take its place.
    ///
    /// # Errors
    /// The folder of work, or a thread.
    pub fn start(catalogue: &Catalogue, store: &Store, settings: Settings) -> io::Result<Self> {
        let at_once = settings.at_once;
        let shared = Arc::new(Shared {
            catalogue: catalogue.clone(),
            store: store.clone(),
            settings,
            owner: Mutex::new(None),
            ending: AtomicBool::new(false),
            bell: (Mutex::new(()), Condvar::new()),
            without: Mutex::new(Vec::new()),
        });
        let mut upkeep = Upkeep::begin(&shared)?;
        let started = Self {
            shared: Arc::clone(&shared),
            threads: Mutex::new(Vec::new()),
        };
        let mut threads = started
            .threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let named = |name: String| thread::Builder::new().name(name);
        threads.push(named("jobs-upkeep".into()).spawn(move || upkeep.run())?);
        for n in 0..at_once {
            let shared = Arc::clone(&shared);
            threads.push(named(format!("jobs-{n}")).spawn(move || shared.work())?);
        }
        drop(threads);
        Ok(started)
    }

    /// Stops what is under way, without waiting for that.
    pub fn begin_stop(&self) {
        self.shared.ending.store(true, Relaxed);
        // Or who has just seen that it does not end would fall asleep now and miss the bell.
        let _guard = self
            .shared
            .bell
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
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

impl Shared {
    pub(super) fn ends(&self) -> bool {
        self.ending.load(Relaxed)
    }

    fn is_owner(&self) -> bool {
        self.owner
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    /// What a thread does.
    fn work(&self) {
        let mut seen = None;
        let mut look_at = Instant::now();
        while !self.ends() {
            if !self.is_owner() {
                self.rest(LOOK_EVERY);
                continue;
            }
            let generation = self.catalogue.generation();
            if seen == Some(generation) && Instant::now() < look_at {
                self.rest(LOOK_EVERY);
                continue;
            }
            seen = Some(generation);
            look_at = Instant::now() + LOOK_ANYWAY;
            match self.claim() {
                Ok(Some(claim)) => {
                    // There may be more.
                    seen = None;
                    self.attempt(&claim);
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, "no job can be taken from the queue; it is tried again");
                    self.rest(TELL_AGAIN);
                }
            }
        }
    }

    /// Sleeps, unless the program ends.
    pub(super) fn rest(&self, long: Duration) {
        let guard = self.bell.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self
            .bell
            .1
            .wait_timeout_while(guard, long, |()| !self.ends());
    }

    fn claim(&self) -> Result<Option<Claim>, Error> {
        let mut without = self.without.lock().unwrap_or_else(PoisonError::into_inner);
        without.retain(|(_, found)| found.elapsed() < WITHOUT_PROGRAM);
        let kinds: Vec<JobKind> = JobKind::ALL
            .iter()
            .copied()
            .filter(|kind| *kind != JobKind::Speech || self.settings.tools.speech.is_some())
            .filter(|kind| without.iter().all(|(absent, _)| absent != kind))
            .collect();
        drop(without);
        let waits = kinds.clone();
        let due = self.catalogue.read_blocking(move |c| c.job_waits(&waits))?;
        if !due {
            return Ok(None);
        }
        let until = clock::now().after_seconds(self.settings.lease_seconds);
        self.catalogue
            .progress_blocking(move |c| c.claim_job(&kinds, SERVER, until))
    }

    /// Does a job, whatever becomes of it.
    fn attempt(&self, claim: &Claim) {
        let watch = Watching::new(self, claim);
        let folder = self.store.work_folder(&claim.lease);
        // A fault in one kind of job must not end the thread that does all the others.
        let attempted = catch_unwind(AssertUnwindSafe(|| {
            self.do_it(claim, folder.clone(), &watch)
        }));
        let done = attempted.unwrap_or_else(|panic| Err(TaskError::Failed(fault(panic.as_ref()))));
        // Asked while what filled it is still there.
        let done = done.map_err(|error| match (&error, self.room()) {
            (TaskError::Ended, _) if !watch.full.load(Relaxed) => error,
            (TaskError::Ended | TaskError::Failed(_) | TaskError::Disk(_), Err(full)) => full,
            _ => error,
        });
        let _ = fs::remove_dir_all(&folder); // what is left is deleted at the next start
        match done {
            Ok(()) => watch.log("done"),
            Err(error) => self.failed(claim, error, &watch),
        }
    }

    /// Whether the archive's disk has more free than is kept for the catalogue.
    fn room(&self) -> Result<(), TaskError> {
        match self.store.room_for(Bytes(0))? {
            Ok(()) => Ok(()),
            Err(NoRoom { free, reserve, .. }) => Err(TaskError::Disk(io::Error::new(
                io::ErrorKind::StorageFull,
                format!(
                    "the archive's disk has {free} bytes free, and {reserve} are kept for the catalogue \
                     (reserve_bytes): jobs go on when there is room"
                ),
            ))),
        }
    }

    fn do_it(&self, claim: &Claim, folder: PathBuf, watch: &Watching<'_>) -> Result<(), TaskError> {
        self.room()?;
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

    fn failed(&self, claim: &Claim, error: TaskError, watch: &Watching<'_>) {
        let what = error.to_string();
        watch.log(&what);
        let (id, lease) = (claim.id, claim.lease.clone());
        let again = match &error {
            TaskError::Ended => {
                return self.tell(move |c| c.job_given_back(id, &lease));
            }
            TaskError::NoProgram(_) => {
                let mut without = self.without.lock().unwrap_or_else(PoisonError::into_inner);
                without.push((claim.kind, Instant::now()));
                drop(without);
                // It is told in the server's log; here it would be again each minute, until somebody installs it.
                watch.log.forget();
                tracing::warn!(job = %id, error = what, "jobs of this kind wait");
                return self.tell(move |c| c.job_given_back(id, &lease));
            }
            // Nothing is wrong with the recording.
            TaskError::Disk(error) if is_full(error) => {
                watch.log.forget(); // its reason is told with the job
                tracing::warn!(job = %id, error = what, "jobs rest");
                let until = clock::now().after_seconds(WHEN_FULL);
                return self.tell(move |c| c.job_rests(id, &lease, &what, until));
            }
            TaskError::Hopeless(_) => None,
            TaskError::Failed(_) | TaskError::Disk(_) => again(claim, self.settings.attempts),
        };
        tracing::warn!(job = %id, kind = claim.kind.as_str(), code = %claim.code, error = what, retried = again.is_some(),
            "a job failed");
        self.tell(move |c| c.job_failed(id, &lease, &what, again).map(|_| ()));
    }

    /// Tells the catalogue what became of a job, until it hears: nobody takes a job of ours back by the clock.
    fn tell(&self, what: impl Fn(&Progress<'_>) -> Result<(), Error> + Clone + Send + 'static) {
        while let Err(error) = self.catalogue.progress_blocking(what.clone()) {
            tracing::error!(%error, "the catalogue cannot be told what became of a job; it is tried again");
            if self.ends() {
                return; // the next start takes it up
            }
            self.rest(TELL_AGAIN);
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    let kind = error.kind();
    matches!(
        kind,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// A fault of ours, as it was told when it happened.
fn fault(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
    format!(
        "a fault in teledars: {}",
        said.unwrap_or("nothing was said")
    )
}

/// When a job that failed is tried again, later each time; `None`: it was tried `most` times.
pub(super) fn again(claim: &Claim, most: u32) -> Option<UnixMillis> {
    let rest = 10 * 6_u64.pow(claim.attempts.saturating_sub(1).min(5));
    (claim.attempts < most).then(|| clock::now().after_seconds(rest))
}

/// Keeps a job's lease, and its log.
struct Watching<'a> {
    shared: &'a Shared,
    claim: &'a Claim,
    reached: AtomicU32,
    lost: AtomicBool,
    full: AtomicBool,
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
            full: AtomicBool::new(false),
            told: Mutex::new(Instant::now()),
            log: JobLog::of_attempt(&shared.store, claim.id),
        }
    }
}

impl Watch for Watching<'_> {
    fn progress(&self, thousandths: u32) {
        self.reached.store(thousandths.min(1000), Relaxed);
    }

    fn ends(&self) -> bool {
        if self.shared.ends() || self.lost.load(Relaxed) || self.full.load(Relaxed) {
            return true;
        }
        let mut told_at = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told_at.elapsed() < TELL_EVERY {
            return false;
        }
        *told_at = Instant::now();
        // What is kept for the catalogue is not for jobs.
        if self.shared.room().is_err() {
            self.full.store(true, Relaxed);
            return true;
        }
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
