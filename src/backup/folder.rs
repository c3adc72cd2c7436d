//! A folder that is written to by one program at a time, and the files that are copied into it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::{Damage, Error, Progress, Verify};
use crate::catalogue::{CatalogueCopy, NamedBytes, Placement};
use crate::media::{Copied, copy_durably, is_key, room_at, sha256_of, sync_folder};
use crate::units::{Bytes, FileId};

/// Rows fetched in one question.
const STEP: u32 = 500;

/// A folder that is being filled. The file of its name lies in it meanwhile, so that an interrupted one is known again.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    _lock: File,
}

/// Whether a folder may be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// There is nothing in it, or it is not there.
    Empty,
    /// Somebody began to fill it.
    Begun,
    /// It holds something else.
    Other,
}

/// Looks at `path`; `mark` is the file that a folder of ours has.
pub(super) fn look(path: &Path, mark: &str) -> Result<Found, Error> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Found::Empty),
        Err(e) => return Err(Error::at(path)(e)),
    };
    let mut found = Found::Empty;
    for entry in entries {
        let name = entry.map_err(Error::at(path))?.file_name();
        if name == mark {
            return Ok(Found::Begun);
        }
        // The root of many a file system.
        if name != "lost+found" {
            found = Found::Other;
        }
    }
    Ok(found)
}

impl Folder {
    /// Makes `path`, if it is not there, and keeps others out of it by the file `mark`.
    pub(super) fn take(path: &Path, mark: &str) -> Result<Self, Error> {
        fs::create_dir_all(path).map_err(Error::at(path))?;
        let lock = path.join(mark);
        let file = File::create(&lock).map_err(Error::at(&lock))?;
        match file.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: file,
            }),
            Err(fs::TryLockError::WouldBlock) => Err(Error::Locked(path.to_owned())),
            Err(fs::TryLockError::Error(e)) => Err(Error::at(lock)(e)),
        }
    }

    /// Copies every stored file that `catalogue` names from the folder `from`, unless it is here already.
    pub(super) fn fill(
        &self,
        from: &Path,
        catalogue: &CatalogueCopy,
        verify: Verify,
        told: &dyn Fn(Progress),
    ) -> Result<Filled, Error> {
        let mut filled = Filled::default();
        let (mut lacking, mut all) = (0, 0);
        for_each_file(catalogue, |file| {
            filled.in_place += u64::from(file.file.file.placement == Placement::InPlace);
            if let Some(key) = key_of(file) {
                let bytes = file.file.file.bytes;
                all += bytes.0;
                lacking += if self.has(key, bytes) { 0 } else { bytes.0 };
            }
            Ok(())
        })?;
        let free = room_at(&self.path).map_err(Error::at(&self.path))?;
        if lacking > free.0 {
            return Err(Error::NoRoom {
                path: self.path.clone(),
                needed: Bytes(lacking),
                free,
            });
        }
        told(Progress::Begins { bytes: Bytes(all) });
        let mut touched = BTreeSet::new();
        let mut done = BTreeSet::new();
        for_each_file(catalogue, |file| {
            let stored = &file.file.file;
            if stored.placement == Placement::InPlace {
                return Ok(());
            }
            let outcome = match key_of(file) {
                None => Err("its name leads out of the store".to_owned()),
                // The same bytes may be in several lessons.
                Some(key) if done.contains(key) => return Ok(()),
                Some(key) => self.file(from, key, file, verify, &mut touched, told)?,
            };
            match outcome {
                Ok(copied) => {
                    filled.files += 1;
                    filled.bytes += stored.bytes.0;
                    filled.copied += u64::from(copied);
                    done.insert(stored.location.clone());
                }
                Err(what) => {
                    let damage = Damage {
                        code: file.code,
                        key: stored.location.clone(),
                        what,
                    };
                    filled.damaged.push(damage);
                }
            }
            Ok(())
        })?;
        // Once for all that came into each: the names are durable before anything says so.
        touched.insert(self.path.join("files"));
        touched.insert(self.path.clone());
        for folder in touched.iter().filter(|f| f.is_dir()) {
            sync_folder(folder).map_err(Error::at(folder))?;
        }
        Ok(filled)
    }

    /// Sees to one file; whether it had to be copied, or why it cannot be had.
    fn file(
        &self,
        from: &Path,
        key: &str,
        named: &NamedBytes,
        verify: Verify,
        touched: &mut BTreeSet<PathBuf>,
        told: &dyn Fn(Progress),
    ) -> Result<Result<bool, String>, Error> {
        let stored = &named.file.file;
        let to = self.path.join(key);
        let is_well = |path: &Path| match (verify, &stored.sha256) {
            (Verify::Hash, Some(known)) => File::open(path)
                .and_then(|mut f| sha256_of(&mut f, |_| ()))
                .map(|now| now == *known)
                .map_err(Error::at(path)),
            _ => Ok(true),
        };
        if self.has(key, stored.bytes) && is_well(&to)? {
            told(Progress::Bytes(stored.bytes.0));
            return Ok(Ok(false));
        }
        if let Some(folder) = to.parent()
            && !touched.contains(folder)
        {
            fs::create_dir_all(folder).map_err(Error::at(folder))?;
            touched.insert(folder.to_owned());
        }
        let temporary = self.path.join("copying.part");
        let step = |n| told(Progress::Bytes(n));
        let source = from.join(key);
        let copied = copy_durably(&source, &to, &temporary, stored.bytes, step);
        Ok(match copied.map_err(Error::at(&to))? {
            Copied::Whole if is_well(&to)? => Ok(true),
            Copied::Whole => Err("its content is not what was stored".to_owned()),
            Copied::Gone => Err("the file is gone".to_owned()),
            Copied::OtherLength(now) => Err(format!(
                "it has {} bytes, {} were stored",
                now.0, stored.bytes.0
            )),
        })
    }

    fn has(&self, key: &str, bytes: Bytes) -> bool {
        let found = fs::metadata(self.path.join(key));
        found.is_ok_and(|m| m.is_file() && m.len() == bytes.0)
    }
}

/// What came into a folder.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// Stored files that are there now.
    pub(super) files: u64,
    /// Their bytes.
    pub(super) bytes: u64,
    /// Of the files those that had to be copied.
    pub(super) copied: u64,
    /// Files that lie elsewhere.
    pub(super) in_place: u64,
    /// Files that cannot be had.
    pub(super) damaged: Vec<Damage>,
}

/// The key of a file in the store; `None` for others, and for what only looks like a key.
fn key_of(named: &NamedBytes) -> Option<&str> {
    let file = &named.file.file;
    (file.placement == Placement::Store && is_key(&file.location)).then_some(&file.location)
}

/// All that a catalogue names, in steps, so that memory stays flat.
fn for_each_file(
    catalogue: &CatalogueCopy,
    mut see: impl FnMut(&NamedBytes) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut after = FileId(0);
    loop {
        let step = catalogue.snapshot().named_bytes(after, STEP)?;
        let Some(last) = step.last() else {
            return Ok(());
        };
        after = last.file.id;
        step.iter().try_for_each(&mut see)?;
    }
}
