//! Files that were made on the archive's own disk, in `work/` below the data folder, and are renamed into the store.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::store::{Store, Stored, key_of, sha256_of, sync_folder};
use crate::units::Bytes;

impl Store {
    /// Where the folder `name` is in which something is made.
    pub fn work_folder(&self, name: &str) -> PathBuf {
        self.path("work").join(name)
    }

    /// Makes what was written at `path` durable, and says which key its content has.
    pub fn weigh(&self, path: &Path, extension: &str) -> io::Result<Stored> {
        let mut file = File::open(path)?;
        file.sync_all()?;
        let mut bytes = 0;
        let sha256 = sha256_of(&mut file, |n| bytes += n)?;
        Ok(Stored {
            key: key_of(&sha256, extension),
            bytes: Bytes(bytes),
            sha256,
        })
    }

    /// Moves the file at `path`, which was weighed, to its key. Durable after [`Store::sync_moved`].
    pub fn move_in(&self, path: &Path, key: &str) -> io::Result<()> {
        let to = self.path(key);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        // The same key has the same content: replacing it is harmless.
        fs::rename(path, to)
    }

    /// Makes the new names of moved files durable.
    pub fn sync_moved<'k>(&self, keys: impl Iterator<Item = &'k str>) -> io::Result<()> {
        for key in keys {
            if let Some(folder) = self.path(key).parent() {
                sync_folder(folder)?;
            }
        }
        sync_folder(&self.path("files"))
    }
}
