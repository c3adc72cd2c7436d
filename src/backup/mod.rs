//! An archive kept a second time, and put back.
//!
//! A backup is a folder: `backup.json` says what it holds and is written last; a copy of the catalogue at one moment
//! beside it; below `files/` the stored files that this copy names, under their keys. Stored files never change, so
//! that the next backup into the same folder copies only what is new. What was interrupted leaves the backup before
//! it as it was, and goes on when it is begun again.
//!
//! Not in it: recordings that were registered in place, unfinished uploads, sessions (see
//! [`CatalogueCopy::make`](crate::catalogue::CatalogueCopy::make)).

mod error;
mod folder;
mod make;
mod manifest;
mod restore;

pub use error::Error;
pub use make::{Made, make};
pub use manifest::Manifest;
pub use restore::{Restored, restore};

use crate::units::{Bytes, Code};

/// Whether files that are there already are read and compared, or only measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// Their length.
    Length,
    /// Their SHA-256 too; a copy that is damaged is copied anew.
    Hash,
}

/// What is told while it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many files with so many bytes are to be gone through.
    Begins {
        /// All of them, those that need no copying too.
        bytes: Bytes,
    },
    /// So many bytes more are done.
    Bytes(u64),
}

/// A file that is named and cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Of its lesson.
    pub code: Code,
    /// Its key.
    pub key: String,
    /// What is the matter.
    pub what: String,
}
