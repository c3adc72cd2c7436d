//! Files on their way into the store, in `uploads/` below the data folder: they grow there, and are renamed into
//! the store when they are whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::store::{Store, sync_folder};

/// Where files grow, below the data folder.
pub(super) const FOLDER: &str = "uploads";

impl Store {
    /// Where the file `name` grows.
    pub fn incoming(&self, name: &str) -> PathBuf {
        self.path(FOLDER).join(name)
    }

    /// Makes the empty file `name`, durably: it and its name survive a power cut.
    pub fn begin_incoming(&self, name: &str) -> io::Result<File> {
        let path = self.incoming(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)?;
        let made = file
            .sync_all()
            .and_then(|()| sync_folder(&self.path(FOLDER)));
        if let Err(e) = made {
            let _ = fs::remove_file(&path); // what failed is reported; a left-over is found by check
            return Err(e);
        }
        Ok(file)
    }

    /// Deletes the file `name`; one that is not there is deleted.
    pub fn drop_incoming(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.incoming(name)) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    /// Moves the file `name` into the store, durably; its key. Doing it again is harmless, so that whoever was
    /// interrupted may begin anew.
    pub fn adopt(&self, name: &str, extension: &str) -> io::Result<String> {
        let key = incoming_key(name, extension);
        let (from, to) = (self.incoming(name), self.path(&key));
        let folder = to.parent().unwrap_or(&to);
        fs::create_dir_all(folder)?;
        match File::open(&from) {
            Ok(file) => {
                file.sync_all()?;
                fs::rename(&from, &to)?;
            }
            // Moved before, by somebody who was interrupted afterwards.
            Err(e) if e.kind() == ErrorKind::NotFound && to.is_file() => {}
            Err(e) => return Err(e),
        }
        sync_folder(folder)?;
        sync_folder(&self.path("files"))?;
        sync_folder(&self.path(FOLDER))?;
        Ok(key)
    }

    /// Where the bytes of `name` are: still growing, or in the store already if somebody was interrupted.
    pub fn incoming_or_adopted(&self, name: &str) -> io::Result<PathBuf> {
        let growing = self.incoming(name);
        if growing.is_file() {
            return Ok(growing);
        }
        let folder = self.path(&incoming_key(name, "bin"));
        let folder = folder.parent().unwrap_or(&folder);
        if let Ok(entries) = fs::read_dir(folder) {
            for entry in entries {
                let path = entry?.path();
                if path.file_stem().is_some_and(|stem| stem == name) {
                    return Ok(path);
                }
            }
        }
        Err(io::Error::new(
            ErrorKind::NotFound,
            format!("{} is gone", growing.display()),
        ))
    }

    /// Every file that grows: its name and where it is.
    pub fn incoming_files(&self) -> io::Result<Vec<(String, PathBuf)>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.path(FOLDER))? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                found.push((name, entry.path()));
            }
        }
        Ok(found)
    }
}

/// The key under which the file `name` comes into the store.
fn incoming_key(name: &str, extension: &str) -> String {
    let shelf = name.get(..2).unwrap_or("00");
    format!("files/{shelf}/{name}.{extension}")
}

/// The name of the incoming file that `key` is made of.
pub fn incoming_name(key: &str) -> Option<&str> {
    Path::new(key).file_stem()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Bytes;

    #[test]
    fn a_move_into_the_store_that_was_interrupted_can_be_done_again() {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(data.path(), Bytes(0)).unwrap();
        store.begin_incoming("abcd").unwrap();
        fs::write(store.incoming("abcd"), "bytes").unwrap();
        assert_eq!(
            store.incoming_or_adopted("abcd").unwrap(),
            store.incoming("abcd")
        );
        let key = store.adopt("abcd", "mp4").unwrap();
        assert_eq!(key, "files/ab/abcd.mp4");
        assert_eq!(incoming_name(&key), Some("abcd"));
        assert_eq!(store.adopt("abcd", "mp4").unwrap(), key);
        assert_eq!(store.incoming_or_adopted("abcd").unwrap(), store.path(&key));
        assert_eq!(fs::read(store.path(&key)).unwrap(), b"bytes");
        assert!(store.adopt("other", "mp4").is_err());
    }
}
