//! `backup.json`: what a backup holds. Where it is, the backup is complete.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::Error;
use crate::catalogue::FORMAT as CATALOGUE_FORMAT;
use crate::media::sync_folder;

/// Its name.
const NAME: &str = "backup.json";
/// The present form of a backup.
const FORMAT: u32 = 1;
/// Longer than any that was written.
const MAX_BYTES: u64 = 64 << 10;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How backups are laid out.
    teledars_backup: u32,
    /// When the catalogue was copied, RFC 3339.
    pub made_at: String,
    /// The copy's name in the folder.
    pub catalogue: String,
    /// The copy's format.
    pub catalogue_format: u32,
    /// Of the copy, in hexadecimal digits.
    pub catalogue_sha256: String,
    /// How many lessons it has.
    pub lessons: u64,
    /// How many files are in `files/` for it.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
    /// Files that could not be had when it was made.
    pub damaged: u64,
    /// Recordings and attachments that lie elsewhere and are not in the backup.
    pub in_place: u64,
}

impl Manifest {
    /// Of a copy of the catalogue whose name begins with `copy`; what it holds is counted later.
    pub(super) fn of(made_at: String, copy: &str, sha256: &[u8; 32]) -> Self {
        let digits = HEXLOWER.encode(sha256);
        Self {
            teledars_backup: FORMAT,
            made_at,
            catalogue: format!("{copy}{}.sqlite", &digits[..16]),
            catalogue_format: CATALOGUE_FORMAT,
            catalogue_sha256: digits,
            lessons: 0,
            files: 0,
            bytes: 0,
            damaged: 0,
            in_place: 0,
        }
    }

    /// Reads that of the backup in `folder`; `None`: there is none.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(NAME);
        let damaged = |why: String| Error::Damaged {
            path: folder.to_owned(),
            why: format!("{NAME}: {why}"),
        };
        match fs::metadata(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(Error::at(path)(e)),
            Ok(found) if found.len() > MAX_BYTES => {
                return Err(damaged(format!("{} bytes are too many", found.len())));
            }
            Ok(_) => {}
        }
        let text = fs::read(&path).map_err(Error::at(&path))?;
        let newer = |what, found, known| Error::Newer {
            path: folder.to_owned(),
            what,
            found,
            known,
        };
        /// What every form of it has.
        #[derive(Deserialize)]
        struct Form {
            teledars_backup: u32,
        }
        let form: Form = serde_json::from_slice(&text).map_err(|e| damaged(e.to_string()))?;
        if form.teledars_backup > FORMAT {
            return Err(newer("format", form.teledars_backup, FORMAT));
        }
        let manifest: Self = serde_json::from_slice(&text).map_err(|e| damaged(e.to_string()))?;
        if manifest.catalogue_format > CATALOGUE_FORMAT {
            let found = manifest.catalogue_format;
            return Err(newer("a catalogue of format", found, CATALOGUE_FORMAT));
        }
        // It names a file beside it, and nothing else.
        if Path::new(&manifest.catalogue).file_name() != Some(manifest.catalogue.as_ref()) {
            return Err(damaged(format!(
                "{:?} is not the name of a file",
                manifest.catalogue
            )));
        }
        Ok(Some(manifest))
    }

    /// Writes it into `folder`, in the place of the one before, wholly or not at all.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Error> {
        let (part, whole) = (folder.join(format!("{NAME}.part")), folder.join(NAME));
        let write = || {
            let mut file = fs::File::create(&part)?;
            let mut text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
            text.push('\n');
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&part, &whole)?;
            sync_folder(folder)
        };
        write().map_err(Error::at(&whole))
    }

    /// Whether `sha256` is that of the catalogue's copy.
    pub(super) fn is_of(&self, sha256: &[u8; 32]) -> bool {
        self.catalogue_sha256 == HEXLOWER.encode(sha256)
    }
}
