//! Jobs that machines elsewhere do: the archive's side.
//!
//! A worker claims a job with a lease, and everything that it says afterwards counts only while the lease is its own.
//! What it made grows in `results/LEASE/` below the data folder, so that a line may break at any byte; there it is
//! looked at (`verify.rs`), and only then handed in like what was made here. Whatever becomes of the worker, the folder
//! of a lease that is over is deleted.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::facts::Facts;
use super::hand_in::{NotHandedIn, hand_in};
use super::log::JobLog;
use super::nothing::Nothing;
use super::processor::{SERVER, Settings, again};
use super::task::Outcome;
use super::upkeep::take_back_overdue;
use super::verify::{self, Declared, Known, Unfit};
use crate::catalogue::{self, Catalogue, Claim, JobKind, Role, StoredFile};
use crate::clock;
use crate::media::{NoRoom, Store};
use crate::units::{Bytes, JobId, Millis, PersonId};

/// Numbers under which the files of a job may be sent: 0 and on.
pub const MOST_PRODUCTS: u32 = 2000;
/// Characters of a worker's name.
const LONGEST_NAME: usize = 100;
/// Lines of a log taken at once.
const MOST_LINES: usize = 500;

/// Why something that a worker asked for was not done.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The job is somebody else's meanwhile, was cancelled, or its recording is gone.
    #[error("the job is not yours any more: stop what you do for it")]
    NotTheirs,
    /// Something that a worker's request cannot have.
    #[error("{0}")]
    Malformed(String),
    /// What was made is not what it should be.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// There is no such file.
    #[error("the job has no such file")]
    NoFile,
    /// Bytes were to be added somewhere else than at the end.
    #[error("the bytes begin at {asked}, the file has {offset}: go on there")]
    WrongOffset {
        /// Where they begin.
        asked: u64,
        /// Where the file ends.
        offset: u64,
    },
    /// A file grew over what such a job may make.
    #[error("a file of this job may have {most} bytes")]
    TooLong {
        /// So many.
        most: u64,
    },
    /// The program is stopping, or what was asked for panicked.
    #[error("the server is stopping; try again soon")]
    Stopping,
    /// Somebody's workers have as many jobs as they may.
    #[error(
        "your workers have {has} jobs, and may have {most} at once (job_leases_per_person): hand some in, or give them back"
    )]
    Hoards {
        /// How many they have.
        has: usize,
        /// How many they may have.
        most: usize,
    },
    /// Bytes of the same job are still being taken in.
    #[error("what you sent of this job before is still being taken in; try again in a few seconds")]
    Busy,
    /// The archive's disk has no room.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// The archive's disk.
    #[error("the archive's disk: {0}")]
    Disk(#[from] io::Error),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
}

impl From<NotHandedIn> for RemoteError {
    fn from(error: NotHandedIn) -> Self {
        match error {
            NotHandedIn::NotTheirs => Self::NotTheirs,
            NotHandedIn::Disk(error) => Self::Disk(error),
            NotHandedIn::Catalogue(error) => Self::Catalogue(error),
        }
    }
}

/// Which of a recording's files a worker reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Footage {
    /// As it came.
    Source,
    /// In its lowest quality.
    Narrow,
}

/// The archive's jobs, for machines elsewhere. All of it blocks.
#[derive(Clone)]
pub struct Remote {
    catalogue: Catalogue,
    store: Store,
    settings: Settings,
    /// Whose a lease is. It is not kept: after a start, whoever goes on with a job says so within its lease.
    holders: Arc<Mutex<HashMap<String, PersonId>>>,
}

impl Remote {
    /// Of an archive.
    pub fn new(catalogue: &Catalogue, store: &Store, settings: Settings) -> Self {
        Self {
            catalogue: catalogue.clone(),
            store: store.clone(),
            settings,
            holders: Arc::default(),
        }
    }

    /// How jobs are done.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Gives the next job of one of these kinds to `worker`, a machine of `person`'s; `None`: there is none.
    ///
    /// # Errors
    /// [`RemoteError::Malformed`] for a name that is none or that is this archive's own, [`RemoteError::Hoards`], the
    /// catalogue's.
    pub fn claim(
        &self,
        person: PersonId,
        kinds: &[JobKind],
        worker: &str,
    ) -> Result<Option<Claim>, RemoteError> {
        let worker = worker.trim().to_owned();
        let length = worker.chars().count();
        if length == 0 || length > LONGEST_NAME || worker.chars().any(char::is_control) {
            return Err(RemoteError::Malformed(format!(
                "the worker's name {worker:?} is not 1 to {LONGEST_NAME} visible characters long"
            )));
        }
        if worker == SERVER {
            return Err(RemoteError::Malformed(format!(
                "{SERVER:?} is the archive's own worker; choose another name"
            )));
        }
        // Whoever asks for work need not wait until leases are looked over the next time.
        take_back_overdue(&self.catalogue, self.settings.attempts)?;
        let waiting = kinds.to_vec();
        let due = self
            .catalogue
            .read_blocking(move |c| c.job_waits(&waiting))?;
        if !due {
            return Ok(None);
        }
        // Held until the lease is noted, or two that ask at once would both be the last.
        let mut holders = self.holders();
        self.drop_over(&mut holders)?;
        let has = holders.values().filter(|own| **own == person).count();
        if has >= self.settings.leases_per_person {
            return Err(RemoteError::Hoards {
                has,
                most: self.settings.leases_per_person,
            });
        }
        let (kinds, until) = (kinds.to_vec(), self.until());
        let named = worker.clone();
        let claim = self
            .catalogue
            .progress_blocking(move |c| c.claim_job(&kinds, &named, until))?;
        if let Some(claim) = &claim {
            holders.insert(claim.lease.clone(), person);
            let (kind, code, attempt) = (claim.kind.as_str(), claim.code, claim.attempts);
            JobLog::of_attempt(&self.store, claim.id)
                .line(&format!("{kind} of {code}, attempt {attempt}, by {worker}"));
        }
        Ok(claim)
    }

    fn holders(&self) -> MutexGuard<'_, HashMap<String, PersonId>> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets leases under which nobody has a job any more.
    fn drop_over(&self, holders: &mut HashMap<String, PersonId>) -> Result<(), RemoteError> {
        let known: Vec<String> = holders.keys().cloned().collect();
        let live = self
            .catalogue
            .read_blocking(move |c| c.live_leases(&known))?;
        holders.retain(|lease, _| live.contains(lease));
        Ok(())
    }

    fn until(&self) -> clock::UnixMillis {
        clock::now().after_seconds(self.settings.lease_seconds)
    }

    fn log(&self, id: JobId) -> JobLog {
        JobLog::of(&self.store, id)
    }

    /// Notes how far a job is and what its worker has to say, and puts the end of its lease off.
    ///
    /// # Errors
    /// [`RemoteError::NotTheirs`], the catalogue's.
    pub fn reached(
        &self,
        person: PersonId,
        (id, lease): (JobId, &str),
        thousandths: u32,
        lines: &[String],
    ) -> Result<(), RemoteError> {
        let (own, until) = (lease.to_owned(), self.until());
        let noted = move |c: &catalogue::Progress<'_>| c.job_reached(id, &own, thousandths, until);
        if !self.catalogue.progress_blocking(noted)? {
            return Err(RemoteError::NotTheirs);
        }
        self.holders().insert(lease.to_owned(), person);
        if !lines.is_empty() {
            let log = self.log(id);
            lines
                .iter()
                .take(MOST_LINES)
                .for_each(|line| log.line(line));
        }
        Ok(())
    }

    /// Takes a job back that was not done: another one gets it.
    ///
    /// # Errors
    /// [`RemoteError::NotTheirs`], the catalogue's.
    pub fn given_back(&self, id: JobId, lease: &str) -> Result<(), RemoteError> {
        self.claimed(id, lease)?;
        let own = lease.to_owned();
        self.catalogue
            .progress_blocking(move |c| c.job_given_back(id, &own))?;
        self.log(id).line("given back");
        self.drop_folder(lease);
        Ok(())
    }

    /// Notes that a job failed, for good if it is `hopeless`.
    ///
    /// # Errors
    /// [`RemoteError::NotTheirs`], the catalogue's.
    pub fn failed(
        &self,
        id: JobId,
        lease: &str,
        error: &str,
        hopeless: bool,
    ) -> Result<(), RemoteError> {
        let claim = self.claimed(id, lease)?;
        self.log(id).line(error);
        let again = match hopeless {
            true => None,
            false => again(&claim, self.settings.attempts),
        };
        let (own, error) = (lease.to_owned(), error.to_owned());
        tracing::warn!(job = %id, kind = claim.kind.as_str(), code = %claim.code, error, retried = again.is_some(),
            "a job failed elsewhere");
        self.catalogue
            .progress_blocking(move |c| c.job_failed(id, &own, &error, again))?;
        self.drop_folder(lease);
        Ok(())
    }

    /// A file of the recording that a job is about.
    ///
    /// # Errors
    /// [`RemoteError::NotTheirs`], [`RemoteError::NoFile`], the catalogue's.
    pub fn footage(
        &self,
        id: JobId,
        lease: &str,
        which: Footage,
    ) -> Result<StoredFile, RemoteError> {
        let claim = self.claimed(id, lease)?;
        match which {
            Footage::Source => Ok(claim.source),
            Footage::Narrow => Self::narrow_of(&claim).cloned().ok_or(RemoteError::NoFile),
        }
    }

    /// The recording in its lowest quality, once there is one.
    pub fn narrow_of(claim: &Claim) -> Option<&StoredFile> {
        let made = claim.made.iter().filter(|f| f.file.role == Role::Rendition);
        made.min_by_key(|f| f.file.quality)
    }

    fn claimed(&self, id: JobId, lease: &str) -> Result<Claim, RemoteError> {
        let own = lease.to_owned();
        let claim = self
            .catalogue
            .progress_blocking(move |c| c.claimed(id, &own))?;
        claim.ok_or(RemoteError::NotTheirs)
    }

    fn folder(&self, lease: &str) -> PathBuf {
        self.store.path(RESULTS).join(lease)
    }

    fn drop_folder(&self, lease: &str) {
        let _ = fs::remove_dir_all(self.folder(lease)); // what is left is deleted when leases are looked over
    }

    /// How many bytes of a file are here.
    ///
    /// # Errors
    /// [`RemoteError::NotTheirs`], the disk's, the catalogue's.
    pub fn standing(&self, id: JobId, lease: &str, number: u32) -> Result<u64, RemoteError> {
        self.claimed(id, lease)?;
        match fs::metadata(self.folder(lease).join(number.to_string())) {
            Ok(found) => Ok(found.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a file of a job to add bytes at `offset`, `announced` of them if that is known. Bytes that are here
    /// already may come once more.
    ///
    /// # Errors
    /// [`RemoteError::NotTheirs`], [`RemoteError::WrongOffset`], [`RemoteError::TooLong`], the disk's, the catalogue's.
    pub fn arrival(
        &self,
        id: JobId,
        lease: &str,
        number: u32,
        offset: u64,
        announced: Option<u64>,
    ) -> Result<Arrival, RemoteError> {
        let claim = self.claimed(id, lease)?;
        let known = self.known(&claim)?;
        let count = verify::most_files(known.kind);
        if number >= count {
            return Err(RemoteError::Malformed(format!(
                "file {number}: a job of the kind {} makes at most {count} files, from 0",
                known.kind.as_str()
            )));
        }
        let most = verify::most_bytes(known.kind, known.duration).0;
        let needed = announced.unwrap_or(0);
        if offset.saturating_add(needed) > most {
            return Err(RemoteError::TooLong { most });
        }
        self.store.room_for(Bytes(needed))??;
        let folder = self.folder(lease);
        fs::create_dir_all(&folder)?;
        let taking = File::create(folder.join("lock"))?;
        match taking.try_lock_shared() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(RemoteError::Busy),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let mut how = OpenOptions::new();
        let how = how.write(true).create(true).truncate(false);
        let file = how.open(folder.join(number.to_string()))?;
        let length = file.metadata()?.len();
        if offset > length {
            return Err(RemoteError::WrongOffset {
                asked: offset,
                offset: length,
            });
        }
        Ok(Arrival {
            file,
            at: offset,
            most,
            store: self.store.clone(),
            _taking: taking,
        })
    }

    fn known(&self, claim: &Claim) -> Result<Known, RemoteError> {
        let recording = claim.recording;
        let duration = self
            .catalogue
            .read_blocking(move |c| c.duration_of(recording))?;
        let facts = claim.facts.as_deref();
        Ok(Known {
            kind: claim.kind,
            duration: duration.unwrap_or(Millis(0)),
            facts: facts.and_then(|json| serde_json::from_str(json).ok()),
        })
    }

    /// Takes in what a worker made, once it was looked at, and ends the job. What is not as it should be ends the
    /// job like a failure. Whoever did not hear the answer may ask again.
    ///
    /// # Errors
    /// [`RemoteError::NotTheirs`], [`RemoteError::Unfit`], [`RemoteError::Busy`], the disk's, the catalogue's.
    pub fn done(
        &self,
        id: JobId,
        lease: &str,
        declared: &[Declared],
        facts: Option<Facts>,
        nothing: Option<&str>,
    ) -> Result<(), RemoteError> {
        let own = lease.to_owned();
        if self
            .catalogue
            .read_blocking(move |c| c.is_done_under(id, &own))?
        {
            return Ok(());
        }
        let claim = self.claimed(id, lease)?;
        let folder = self.folder(lease);
        fs::create_dir_all(&folder)?;
        // From here on nobody adds to what was looked at.
        let alone = File::create(folder.join("lock"))?;
        match alone.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(RemoteError::Busy),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let known = self.known(&claim)?;
        let at = |number: u32| folder.join(number.to_string());
        let looked = match known.believed(facts) {
            Ok(facts) => known.verify(declared, at)?.map(|products| Outcome {
                products,
                facts,
                nothing: nothing.map(Nothing::of),
            }),
            Err(why) => Err(why),
        };
        let outcome = match looked {
            Ok(outcome) => outcome,
            Err(why) => {
                let told = format!("what a worker made is no good: {why}");
                self.failed(id, lease, &told, false)?;
                return Err(why.into());
            }
        };
        hand_in(
            &self.catalogue,
            &self.store,
            &claim,
            &outcome,
            &self.settings.tools,
        )?;
        self.log(id).line("done");
        self.drop_folder(lease);
        Ok(())
    }
}

/// A file that a worker sends, open. While it is, the job cannot be ended.
pub struct Arrival {
    file: File,
    at: u64,
    most: u64,
    store: Store,
    _taking: File,
}

impl Arrival {
    /// Where the next byte goes.
    pub fn offset(&self) -> u64 {
        self.at
    }

    /// Adds bytes. A power cut may lose them: the file's SHA-256 is compared before it counts.
    ///
    /// # Errors
    /// [`RemoteError::TooLong`], [`RemoteError::NoRoom`], the disk's.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), RemoteError> {
        let more = bytes.len() as u64;
        if self.at.saturating_add(more) > self.most {
            return Err(RemoteError::TooLong { most: self.most });
        }
        self.store.room_for(Bytes(more))??;
        self.file.write_all_at(bytes, self.at)?;
        self.at += more;
        Ok(())
    }
}

/// Where what workers made grows, below the data folder.
const RESULTS: &str = "results";

/// Deletes what was sent under leases that are over.
pub(super) fn drop_results(catalogue: &Catalogue, store: &Store) -> Result<(), NotHandedIn> {
    let mut folders = Vec::new();
    match fs::read_dir(store.path(RESULTS)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => {
            for entry in entries? {
                folders.push(entry?);
            }
        }
    }
    // In this order: a lease is in the catalogue before its folder is made.
    let live = catalogue.read_blocking(|c| c.leases())?;
    for folder in folders {
        if !live
            .iter()
            .any(|lease| folder.file_name() == lease.as_str())
        {
            match fs::remove_dir_all(folder.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
    }
    Ok(())
}
