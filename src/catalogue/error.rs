//! What can go wrong with the catalogue. No HTTP here: `http` has the table of statuses.

use std::path::PathBuf;

/// A failure of the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite refused: a full disk, a damaged file, a constraint that the caller should have kept.
    #[error("the catalogue could not be read or written: {0}")]
    Sqlite(rusqlite::Error),
    /// The folder may be read only.
    #[error(
        "the catalogue cannot be written: give the user that runs this program write access to the \
         data folder and the files in it"
    )]
    ReadOnly,
    /// There are recordings, but no catalogue that names them.
    #[error(
        "{path} has recordings but no catalogue: put catalogue.sqlite back from a backup (or move \
         files away to begin anew); nothing was changed",
        path = .0.display()
    )]
    Lost(PathBuf),
    /// There is no room for the change; nothing of it was written.
    #[error(
        "the disk is full: this step was not written to the catalogue; make room and do it again"
    )]
    DiskFull,
    /// The folder of the archive cannot be used.
    #[error("{path}: {source}", path = .path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is a file where the catalogue should be, but it is another program's.
    #[error(
        "{path} is an SQLite database, but not a Teledars catalogue; \
         choose another --data folder",
        path = .0.display()
    )]
    NotOurs(PathBuf),
    /// The catalogue was written by a later version.
    #[error(
        "the catalogue has format {found}, this program knows formats up to {known}; \
         use the newer teledars that wrote it, or restore a backup from before"
    )]
    Newer {
        /// `user_version` of the file.
        found: u32,
        /// The format of schema.sql.
        known: u32,
    },
    /// `PRAGMA quick_check` found damage.
    #[error(
        "the catalogue is damaged ({0}); restore the newest copy from the folder backups, \
         then run teledars check"
    )]
    Damaged(String),
    /// The bundled SQLite is older than the first one that is safe with a WAL.
    #[error("SQLite {0} can lose data in WAL mode; 3.51.3 or newer is needed")]
    UnsafeSqlite(&'static str),
    /// The queue of readers or of the writer is full.
    #[error("too many requests wait for the catalogue; try again in a moment")]
    Busy,
    /// The catalogue's threads have ended: the program is stopping.
    #[error("the catalogue is closed")]
    Closed,
    /// Somebody has this name already, perhaps in another spelling that folds to the same.
    #[error("there is somebody called {0:?} already; choose another name")]
    NameTaken(String),
    /// The archive would be left with nobody who may manage its people.
    #[error("this is the only administrator; make another one first")]
    LastAdministrator,
    /// A value does not fit into the catalogue (the vocabulary, a number out of range).
    #[error("{0}")]
    Invalid(String),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            Some(rusqlite::ErrorCode::ReadOnly) => Self::ReadOnly,
            _ => Self::Sqlite(error),
        }
    }
}
