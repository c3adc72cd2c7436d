//! A worker's own folder: recordings that it fetched, and what it is making of them.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::client::{Client, Ends, Trouble};
use super::transfer::{self, Remote};

/// How often whoever waits for a recording that another thread fetches looks whether it is there.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// The folder. It is emptied at the start: what an earlier run left belongs to leases that are over.
pub(super) struct Folder {
    path: PathBuf,
    here: Mutex<Here>,
    _lock: File,
}

/// What is in the folder.
#[derive(Default)]
struct Here {
    /// Recordings that are here whole.
    whole: Vec<Arc<Recording>>,
    /// Names of those that are being fetched, each by one thread: others that want the same wait for it, and nobody else.
    coming: HashSet<String>,
}

/// A file that was fetched. Several jobs of one recording follow each other, so it is kept until another is wanted.
pub(super) struct Recording {
    pub(super) path: PathBuf,
    name: String,
}

impl Drop for Recording {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // what is left is deleted at the next start
    }
}

impl Folder {
    /// The folder `worker` in `data`. `None`: another worker has it.
    pub(super) fn open(data: &Path) -> io::Result<Option<Self>> {
        let path = std::path::absolute(data)?.join("worker");
        fs::create_dir_all(&path)?;
        let lock = File::create(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        for part in ["recordings", "jobs"] {
            match fs::remove_dir_all(path.join(part)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => fs::create_dir(path.join(part))?,
            }
        }
        Ok(Some(Self {
            path,
            here: Mutex::default(),
            _lock: lock,
        }))
    }

    /// A new, empty folder for a job.
    pub(super) fn for_job(&self, lease: &str) -> io::Result<PathBuf> {
        let folder = self.path.join("jobs").join(plain(lease));
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// The recording `file`: the one that is here, or fetched.
    pub(super) fn recording(
        &self,
        client: &Client,
        file: &Remote,
        lease: &str,
        ends: Ends<'_>,
    ) -> Result<Arc<Recording>, Trouble> {
        let name = plain(&file.name);
        loop {
            let mut here = self.here();
            if let Some(found) = here.whole.iter().find(|r| r.name == name) {
                return Ok(Arc::clone(found));
            }
            if here.coming.insert(name.clone()) {
                // What no job reads makes room.
                here.whole.retain(|r| Arc::strong_count(r) > 1);
                break;
            }
            drop(here);
            if ends() {
                return Err(Trouble::Ended);
            }
            thread::sleep(ASK_EVERY);
        }
        // Whatever becomes of it, the next one who wants it need not wait for ever.
        let _coming = Coming(self, &name);
        let recording = Recording {
            path: self.path.join("recordings").join(&name),
            name: name.clone(),
        };
        transfer::fetch(client, file, lease, &recording.path, ends)?;
        let recording = Arc::new(recording);
        self.here().whole.push(Arc::clone(&recording));
        Ok(recording)
    }

    fn here(&self) -> MutexGuard<'_, Here> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A recording that is being fetched; it no longer is when this is dropped.
struct Coming<'a>(&'a Folder, &'a str);

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        self.0.here().coming.remove(self.1);
    }
}

/// A name without anything that leads out of its folder.
fn plain(name: &str) -> String {
    let kept = |c: &char| c.is_ascii_alphanumeric() || *c == '.';
    let name: String = name.chars().filter(kept).take(100).collect();
    format!("r{name}")
}
