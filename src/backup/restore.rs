//! Putting a backup back.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::folder::{Folder, Found, look};
use super::make::{MARK as BACKUP_MARK, SETTINGS};
use super::{Damage, Error, Manifest, Progress, Verify};
use crate::catalogue::{CatalogueCopy, FORMAT, path_in};
use crate::media::{Copied, copy_durably, sha256_of, sync_folder};
use crate::units::Bytes;

/// Lies in a data folder that is being filled, so that a restore that was interrupted can go on.
const MARK: &str = "restore.lock";
/// The catalogue until everything that it names is there.
const UNFINISHED: &str = "catalogue.restoring";

/// What was put back.
#[derive(Debug)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// Files that the backup should have and does not.
    pub damaged: Vec<Damage>,
}

/// Puts the backup in `from` back into the folder `data`, which is new or empty, or where this was begun before. The
/// catalogue comes last: until then there is no archive in `data`.
pub fn restore(from: &Path, data: &Path, told: &dyn Fn(Progress)) -> Result<Restored, Error> {
    let Some(manifest) = Manifest::read(from)? else {
        return Err(match look(from, BACKUP_MARK)? {
            Found::Begun => Error::Unfinished(from.to_owned()),
            Found::Empty | Found::Other => Error::None(from.to_owned()),
        });
    };
    let not_empty = || Error::NotEmpty(data.to_owned());
    if look(data, MARK)? == Found::Other || path_in(data).exists() {
        return Err(not_empty());
    }
    verify_catalogue(from, &manifest)?;
    let folder = Folder::take(data, MARK)?;
    let unfinished = data.join(UNFINISHED);
    copy(&from.join(&manifest.catalogue), &unfinished)?;
    let catalogue = match manifest.catalogue_format {
        FORMAT => CatalogueCopy::open(&unfinished)?,
        _ => CatalogueCopy::upgrade(&unfinished)?,
    };
    let filled = folder.fill(from, &catalogue, Verify::Length, told)?;
    drop(catalogue);
    let settings = from.join(SETTINGS);
    if settings.is_file() {
        copy(&settings, &data.join(SETTINGS))?;
    }
    // Somebody may have begun an archive of their own here.
    if path_in(data).exists() {
        return Err(not_empty());
    }
    let finish = || {
        fs::rename(&unfinished, path_in(data))?;
        fs::remove_file(data.join(MARK))?;
        sync_folder(data)
    };
    finish().map_err(Error::at(data))?;
    Ok(Restored {
        manifest,
        damaged: filled.damaged,
    })
}

/// It names everything else, so that it is always read and compared.
fn verify_catalogue(from: &Path, manifest: &Manifest) -> Result<(), Error> {
    let damaged = |why: &str| Error::Damaged {
        path: from.to_owned(),
        why: format!("{} {why}", manifest.catalogue),
    };
    let path = from.join(&manifest.catalogue);
    let sha256 = match File::open(&path).and_then(|mut f| sha256_of(&mut f, |_| ())) {
        Ok(sha256) => sha256,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(damaged("is gone")),
        Err(e) => return Err(Error::at(path)(e)),
    };
    if !manifest.is_of(&sha256) {
        return Err(damaged("is not what was written"));
    }
    Ok(())
}

/// A file beside the stored ones.
fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let length = fs::metadata(from).map_err(Error::at(from))?.len();
    let temporary = to.with_extension("part");
    match copy_durably(from, to, &temporary, Bytes(length), |_| ()).map_err(Error::at(to))? {
        Copied::Whole => Ok(()),
        Copied::Gone | Copied::OtherLength(_) => {
            let changed = io::Error::other("it changed while it was copied; run this again");
            Err(Error::at(from)(changed))
        }
    }
}
