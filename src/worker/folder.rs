//! A worker's own folder: recordings that it fetched, and what it is making of them.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::client::{Client, Ends, Trouble};
use super::transfer::{self, Remote};

/// The folder. It is emptied at the start: what an earlier run left belongs to leases that are over.
pub(super) struct Folder {
    path: PathBuf,
    /// Recordings that are here whole. One is fetched at a time, since all come over the same line.
    here: Mutex<Vec<Arc<Recording>>>,
    _lock: File,
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
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let name = plain(&file.name);
        if let Some(found) = here.iter().find(|r| r.name == name) {
            return Ok(Arc::clone(found));
        }
        // What no job reads makes room.
        here.retain(|r| Arc::strong_count(r) > 1);
        let recording = Recording {
            path: self.path.join("recordings").join(&name),
            name,
        };
        transfer::fetch(client, file, lease, &recording.path, ends)?;
        let recording = Arc::new(recording);
        here.push(Arc::clone(&recording));
        Ok(recording)
    }
}

/// A name without anything that leads out of its folder.
fn plain(name: &str) -> String {
    let kept = |c: &char| c.is_ascii_alphanumeric() || *c == '.';
    let name: String = name.chars().filter(kept).take(100).collect();
    format!("r{name}")
}
