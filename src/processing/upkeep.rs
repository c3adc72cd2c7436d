//! What keeps the queue right whatever was killed: who does this archive's jobs, whose leases are over, and bytes that
//! were on their way into the store.

use std::fs::{self, File};
use std::io;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::hand_in::NotHandedIn;
use super::log::Sweeper;
use super::processor::Shared;
use super::remote::drop_results;
use crate::catalogue::{Catalogue, Error};
use crate::clock::{self, UnixMillis};
use crate::media::{JOB_LOGS, Store};

/// How often all is looked over.
const SWEEP_EVERY: Duration = Duration::from_secs(10);
/// How far the time of day may differ from the time that has passed, before the clock is said to have been set.
const CLOCK_SET: Duration = Duration::from_secs(5);
/// Seconds that no job rests longer than.
const LONGEST_REST: u64 = 24 * 3600;

/// Looks all over, again and again.
pub(super) struct Upkeep {
    shared: Arc<Shared>,
    every: Duration,
    /// Both clocks at the last look.
    looked: (UnixMillis, Instant),
    told_of_other: bool,
    logs: Sweeper,
}

impl Upkeep {
    /// Takes up what an earlier run left.
    pub(super) fn begin(shared: &Arc<Shared>) -> io::Result<Self> {
        fs::create_dir_all(shared.store.path(JOB_LOGS))?;
        let mut own = Self {
            every: SWEEP_EVERY.min(Duration::from_secs(shared.settings.lease_seconds.max(1))),
            shared: Arc::clone(shared),
            looked: (clock::now(), Instant::now()),
            told_of_other: false,
            logs: Sweeper::default(),
        };
        own.take_over(true)?;
        own.sweep();
        Ok(own)
    }

    pub(super) fn run(&mut self) {
        while !self.shared.ends() {
            self.shared.rest(self.every);
            if self.shared.ends() {
                return;
            }
            if let Err(error) = self.take_over(false) {
                tracing::error!(%error, "the folder of work below the data folder cannot be had");
            }
            self.mind_the_clock();
            self.sweep();
        }
    }

    /// Becomes who does this archive's jobs, if nobody does. Then those that were begun here have nobody any more: no
    /// clock is asked about them, so that none takes them from a server that is alive.
    fn take_over(&mut self, at_start: bool) -> io::Result<()> {
        let shared = &self.shared;
        let mut owner = shared.owner.lock().unwrap_or_else(PoisonError::into_inner);
        if owner.is_some() {
            return Ok(());
        }
        let does_jobs = shared.settings.at_once > 0;
        // Where none are done, it is enough to look whether some were begun and left.
        let left = || shared.catalogue.read_blocking(|c| c.has_own_jobs());
        if !does_jobs && !at_start && !left().map_err(io::Error::other)? {
            return Ok(());
        }
        let Some(lock) = own(&shared.store)? else {
            if does_jobs && !self.told_of_other {
                tracing::warn!(
                    "another program does this archive's jobs; this one takes its place when that ends"
                );
                self.told_of_other = true;
            }
            return Ok(());
        };
        let back = shared
            .catalogue
            .progress_blocking(|c| c.take_own_jobs_back());
        if let Err(error) = back {
            tracing::error!(%error, "jobs that were interrupted cannot be taken up; it is tried again");
        } else if does_jobs {
            *owner = Some(lock);
        }
        Ok(())
    }

    /// When the clock was set, a lease means nothing any more: whoever is alive gets time to say so.
    fn mind_the_clock(&mut self) {
        let (now, passed) = (clock::now(), self.looked.1.elapsed());
        let passed = i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
        let off = (now.0 - self.looked.0.0 - passed).unsigned_abs();
        self.looked = (now, Instant::now());
        if u128::from(off) < CLOCK_SET.as_millis() {
            return;
        }
        tracing::warn!("the clock was set by {off} ms, or the machine slept; leases begin anew");
        let until = now.after_seconds(self.shared.settings.lease_seconds);
        let rested = now.after_seconds(LONGEST_REST);
        let anew = self
            .shared
            .catalogue
            .progress_blocking(move |c| c.leases_begin_anew(until, rested));
        if let Err(error) = anew {
            tracing::error!(%error, "leases cannot begin anew");
        }
    }

    fn sweep(&mut self) {
        let shared = &self.shared;
        let swept = take_back_overdue(&shared.catalogue, shared.settings.attempts)
            .map_err(NotHandedIn::from)
            .and_then(|()| drop_planned(&shared.catalogue, &shared.store))
            .and_then(|()| drop_results(&shared.catalogue, &shared.store))
            .and_then(|()| self.logs.sweep(&shared.catalogue, &shared.store));
        if let Err(error) = swept {
            tracing::error!(%error, "jobs that nobody does cannot be taken back");
        }
    }
}

/// Takes jobs back from workers elsewhere that were not heard of until their leases ended.
pub(super) fn take_back_overdue(catalogue: &Catalogue, attempts: u32) -> Result<(), Error> {
    let now = clock::now();
    if catalogue.read_blocking(move |c| c.has_overdue_jobs(now))? {
        let why = "whoever had it was not heard of again, each time";
        catalogue.progress_blocking(move |c| c.take_jobs_back(now, attempts, why))?;
    }
    Ok(())
}

/// Makes the folder of work this program's, empty. `None`: it is another's.
fn own(store: &Store) -> io::Result<Option<File>> {
    let folder = store.work_folder("");
    fs::create_dir_all(&folder)?;
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

/// Deletes bytes that jobs moved into the store before they were interrupted. While anybody moves some there, it is
/// left for the next time.
fn drop_planned(catalogue: &Catalogue, store: &Store) -> Result<(), NotHandedIn> {
    if catalogue.read_blocking(|c| c.planned_bytes())?.is_empty() {
        return Ok(());
    }
    let Some(_alone) = store.clearing()? else {
        return Ok(());
    };
    // Asked once more, now that nobody can be between his plan and what it is for.
    for (id, keys) in catalogue.read_blocking(|c| c.planned_bytes())? {
        for key in keys {
            let asked = key.clone();
            if !catalogue.read_blocking(move |c| c.names_besides_plan(&asked, id))? {
                delete(store, &key)?;
            }
        }
        // Last: killed before, the plan is still there.
        catalogue.progress_blocking(move |c| c.job_plans_nothing(id))?;
    }
    Ok(())
}

/// Deletes bytes that were moved into the store for a job that is gone, lesson and all, with its plan.
pub(super) fn drop_moved(
    catalogue: &Catalogue,
    store: &Store,
    keys: Vec<String>,
) -> Result<(), NotHandedIn> {
    // Where somebody else moves bytes for longer than this, an operator finds them by `check`.
    let Some(_alone) = store.clearing_within(Duration::from_secs(5))? else {
        return Ok(());
    };
    for key in keys {
        let asked = key.clone();
        if !catalogue.read_blocking(move |c| c.names_location(&asked, None))? {
            delete(store, &key)?;
        }
    }
    Ok(())
}

fn delete(store: &Store, key: &str) -> io::Result<()> {
    match store.delete(key) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
