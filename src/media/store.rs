//! The store of a folder: content-addressed keys, durable writes.
//!
//! Bytes before rows: a temporary file is written and synced, renamed to its key and the folder synced;
//! only then may the catalogue name it. A crash in between leaves a file that nobody names, which
//! `teledars check` finds; never a row that names nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::clock::UnixMillis;
use crate::units::{Bytes, JobId};

/// Where the logs of jobs are, below the data folder.
pub const JOB_LOGS: &str = "jobs";
/// Bytes after which nothing is added to the log of a job.
pub const LONGEST_JOB_LOG: u64 = 1 << 20;

/// Bytes copied in one step.
const STEP: usize = 1 << 20;

/// Bytes that are durable in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Key: `files/ab/abcd….mp4`, below the data folder.
    pub key: String,
    /// Exact length.
    pub bytes: Bytes,
    /// Of all bytes.
    pub sha256: [u8; 32],
}

/// What a disk has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// All of it.
    pub total: Bytes,
    /// What this program may still use.
    pub free: Bytes,
    /// What of that is kept for the catalogue.
    pub reserve: Bytes,
}

/// The bytes of an archive in its data folder.
#[derive(Clone, Debug)]
pub struct Store {
    data: PathBuf,
    reserve: Bytes,
}

/// There is no room for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "needs {needed} bytes, the archive's disk has {free} free, of which {reserve} are kept for the catalogue (reserve_bytes)"
)]
pub struct NoRoom {
    /// What the file needs.
    pub needed: u64,
    /// What the disk has.
    pub free: u64,
    /// What is not given away.
    pub reserve: u64,
}

impl Store {
    /// The store in `data`, which leaves `reserve` of its disk free; makes the folders that it needs.
    pub fn open(data: &Path, reserve: Bytes) -> io::Result<Self> {
        let data = std::path::absolute(data)?;
        fs::create_dir_all(data.join("files"))?;
        fs::create_dir_all(data.join("tmp"))?;
        fs::create_dir_all(data.join(super::incoming::FOLDER))?;
        sync_folder(&data)?;
        if let Some(parent) = data.parent() {
            // The archive's own name; a parent that may not be read is the operator's.
            let _ = sync_folder(parent);
        }
        Ok(Self { data, reserve })
    }

    /// Held while bytes are taken in that the catalogue does not name yet. Any number may hold it at once;
    /// dropping the file gives it back.
    pub fn taking_in(&self) -> io::Result<File> {
        let file = File::create(self.data.join("tmp").join("lock"))?;
        file.lock_shared()?;
        Ok(file)
    }

    /// Held while bytes are deleted that nothing names; `None`: somebody is taking bytes in.
    pub fn clearing(&self) -> io::Result<Option<File>> {
        let file = File::create(self.data.join("tmp").join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(e)) => Err(e),
        }
    }

    /// [`Store::clearing`] that waits a while for whoever takes bytes in just now. Blocks.
    pub fn clearing_within(&self, patience: Duration) -> io::Result<Option<File>> {
        let end = Instant::now() + patience;
        loop {
            match self.clearing()? {
                None if Instant::now() < end => std::thread::sleep(Duration::from_millis(10)),
                found => return Ok(found),
            }
        }
    }

    /// Whether a file of `needed` bytes fits, as far as can be told before it is copied.
    pub fn room_for(&self, needed: Bytes) -> io::Result<Result<(), NoRoom>> {
        let (free, reserve) = (self.disk()?.free.0, self.reserve.0);
        let fits = needed.0.saturating_add(reserve) <= free;
        Ok(if fits {
            Ok(())
        } else {
            Err(NoRoom {
                needed: needed.0,
                free,
                reserve,
            })
        })
    }

    /// The disk that the archive is on.
    pub fn disk(&self) -> io::Result<Disk> {
        let disk = rustix::fs::statvfs(&self.data)?;
        Ok(Disk {
            total: Bytes(disk.f_blocks.saturating_mul(disk.f_frsize)),
            free: Bytes(disk.f_bavail.saturating_mul(disk.f_frsize)),
            reserve: self.reserve,
        })
    }

    /// Where what is noted of a job is.
    pub fn job_log(&self, job: JobId) -> PathBuf {
        self.path(JOB_LOGS).join(format!("{job}.log"))
    }

    /// Where the bytes of `key` lie.
    pub fn path(&self, key: &str) -> PathBuf {
        self.data.join(key)
    }

    /// Copies `source` in, durably. Called with the number of bytes of every step, for a progress bar.
    /// The key is made of the content, so that the same bytes are stored once.
    pub fn put(
        &self,
        source: &mut dyn Read,
        extension: &str,
        mut copied: impl FnMut(u64),
    ) -> io::Result<Stored> {
        let temporary = self.temporary();
        let result = self.put_through(&temporary, source, extension, &mut copied);
        if result.is_err() {
            let _ = fs::remove_file(&temporary); // what failed is reported; a left-over is found by check
        }
        result
    }

    fn put_through(
        &self,
        temporary: &Path,
        source: &mut dyn Read,
        extension: &str,
        copied: &mut dyn FnMut(u64),
    ) -> io::Result<Stored> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(temporary)?;
        let mut hash = Sha256::new();
        let mut bytes = 0_u64;
        let mut step = vec![0; STEP];
        loop {
            let n = match source.read(&mut step) {
                Ok(0) => break,
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            file.write_all(&step[..n])?;
            hash.update(&step[..n]);
            bytes += n as u64;
            copied(n as u64);
        }
        file.sync_all()?;
        let sha256: [u8; 32] = hash.finalize().into();
        let key = key_of(&sha256, extension);
        let path = self.path(&key);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
            // The same key has the same content: replacing it is harmless, and heals a damaged copy.
            fs::rename(temporary, &path)?;
            sync_folder(folder)?;
            sync_folder(&self.data.join("files"))?;
        }
        Ok(Stored {
            key,
            bytes: Bytes(bytes),
            sha256,
        })
    }

    /// The key of a path in this store: what an exported sheet names.
    pub fn key_at(&self, path: &Path) -> Option<String> {
        let key = path.strip_prefix(&self.data).ok()?.to_str()?;
        key.starts_with("files/").then(|| key.to_owned())
    }

    /// Whether the bytes of `key` are here, at their full length.
    pub fn has(&self, key: &str, bytes: Bytes) -> bool {
        fs::metadata(self.path(key)).is_ok_and(|m| m.is_file() && m.len() == bytes.0)
    }

    fn temporary(&self) -> PathBuf {
        self.data
            .join("tmp")
            .join(uuid::Uuid::now_v7().simple().to_string())
    }

    /// Temporary files last written before `limit`: left by commands that were killed.
    pub fn abandoned(&self, limit: std::time::SystemTime) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.data.join("tmp"))? {
            let entry = entry?;
            // One that is gone meanwhile has been renamed: it was not abandoned.
            let old = entry
                .metadata()
                .and_then(|m| m.modified())
                .is_ok_and(|at| at < limit);
            if old && entry.file_name() != "lock" {
                found.push(entry.path());
            }
        }
        Ok(found)
    }

    /// Calls `see` with every key in the store.
    pub fn keys(&self, mut see: impl FnMut(&str, u64)) -> io::Result<()> {
        for folder in fs::read_dir(self.data.join("files"))? {
            let folder = folder?;
            if !folder.file_type()?.is_dir() {
                continue;
            }
            for entry in fs::read_dir(folder.path())? {
                let entry = entry?;
                let key = format!(
                    "files/{}/{}",
                    folder.file_name().to_string_lossy(),
                    entry.file_name().to_string_lossy()
                );
                // What is gone meanwhile is not there.
                if let Ok(found) = entry.metadata() {
                    see(&key, found.len());
                }
            }
        }
        Ok(())
    }

    /// Deletes the bytes of `key`. The caller has made sure that no row names them.
    pub fn delete(&self, key: &str) -> io::Result<()> {
        fs::remove_file(self.path(key))
    }
}

/// `files/ab/abcd….mp4`.
pub fn key_of(sha256: &[u8; 32], extension: &str) -> String {
    let hash = HEXLOWER.encode(sha256);
    format!("files/{}/{hash}.{extension}", &hash[..2])
}

/// The SHA-256 of all that `source` gives. Called with the number of bytes of every step.
pub fn sha256_of(source: &mut dyn Read, mut step: impl FnMut(u64)) -> io::Result<[u8; 32]> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; STEP];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(hash.finalize().into()),
            Ok(n) => {
                hash.update(&buffer[..n]);
                step(n as u64);
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// When a file was last changed, to the millisecond.
pub fn modified_at(file: &fs::Metadata) -> UnixMillis {
    use std::os::unix::fs::MetadataExt as _;
    UnixMillis(file.mtime() * 1000 + file.mtime_nsec() / 1_000_000)
}

/// A fresh name for `/media/…`: unguessable, since it is all that an unlisted file's URL has.
pub fn media_name(extension: &str) -> String {
    format!("{}.{extension}", uuid::Uuid::new_v4().simple())
}

/// Makes the names in `folder` durable.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
