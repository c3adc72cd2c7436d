//! Why there is no backup, or nothing was put back.

use std::io;
use std::path::PathBuf;

use crate::catalogue;
use crate::units::Bytes;

/// Why there is no backup, or nothing was put back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder for the backup is something else.
    #[error(
        "{path} is not empty and no backup of teledars; name an empty or a new folder",
        path = .0.display()
    )]
    NotABackup(PathBuf),
    /// One folder lies in the other.
    #[error(
        "{path} lies in the archive, or the archive in it; name a folder elsewhere, best on another disk",
        path = .0.display()
    )]
    Inside(PathBuf),
    /// Somebody else writes there.
    #[error("another teledars writes to {path} just now; wait until it has ended", path = .0.display())]
    Locked(PathBuf),
    /// The backup there holds lessons that this archive never had, or no longer knows of.
    #[error(
        "the backup in {path} holds {codes} codes of lessons that this archive does not know: it is another \
         archive's, or newer than this one; name another folder",
        path = .path.display()
    )]
    OtherArchive {
        /// The folder.
        path: PathBuf,
        /// How many.
        codes: u64,
    },
    /// There is no backup.
    #[error("there is no backup in {path}; name the folder that teledars backup wrote to", path = .0.display())]
    None(PathBuf),
    /// There is only the beginning of one.
    #[error(
        "the backup in {path} was never finished; run teledars backup again, or name another one",
        path = .0.display()
    )]
    Unfinished(PathBuf),
    /// Made by a later version.
    #[error(
        "the backup in {path} has {what} {found}, this program knows those up to {known}; \
         use the newer teledars that made it",
        path = .path.display()
    )]
    Newer {
        /// The folder.
        path: PathBuf,
        /// "format" or "a catalogue of format".
        what: &'static str,
        /// The backup's.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// The backup's own description or catalogue is not as it was written.
    #[error("the backup in {path} is damaged: {why}; use another one", path = .path.display())]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// What is not right.
        why: String,
    },
    /// The data folder has something in it.
    #[error(
        "{path} is not empty; a backup is put back into an empty or a new folder: name another one with --data, \
         or move away what is in it",
        path = .0.display()
    )]
    NotEmpty(PathBuf),
    /// It cannot fit.
    #[error(
        "{needed} bytes are to be copied, the disk of {path} has {free} free; make room, or name a folder on another disk",
        path = .path.display(), needed = .needed.0, free = .free.0
    )]
    NoRoom {
        /// The folder.
        path: PathBuf,
        /// What is still to be copied.
        needed: Bytes,
        /// What is free.
        free: Bytes,
    },
    /// It did not fit after all.
    #[error(
        "the disk of {path} is full; make room and run the same command again: what was copied stays",
        path = .0.display()
    )]
    DiskFull(PathBuf),
    /// The system refused.
    #[error("{path}: {source}", path = .path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The archive's catalogue, or a copy of it.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
}

impl Error {
    /// What the system said of `path`.
    pub(super) fn at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull(path),
            _ => Self::Disk { path, source },
        }
    }
}
