//! Making a backup, while others read and write the archive.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::folder::{Folder, Found, look};
use super::{Damage, Error, Manifest, Progress, Verify};
use crate::catalogue::{Catalogue, CatalogueCopy, LeftOut};
use crate::clock;
use crate::media::{copy_durably, sha256_of, sync_folder};
use crate::units::Bytes;

/// The file by which a folder is known to be a backup, finished or not, and is written to by one at a time.
pub(super) const MARK: &str = "backup.lock";
/// The archive's settings, which belong to it.
pub(super) const SETTINGS: &str = "teledars.toml";
/// What copies of the catalogue are called.
const COPY: &str = "catalogue-";
/// How often it is begun anew because files were deleted from the archive meanwhile.
const ATTEMPTS: usize = 5;

/// What was made.
#[derive(Debug)]
pub struct Made {
    /// As it is written in the folder.
    pub manifest: Manifest,
    /// Files that were not there from an earlier backup.
    pub copied: u64,
    /// Files that the archive names and does not have.
    pub damaged: Vec<Damage>,
    /// What a backup does not have.
    pub left_out: LeftOut,
}

/// Backs the archive in `data` up to the folder `to`, which is new, empty, or holds an earlier backup of the same
/// archive. `catalogue` is the archive's.
pub fn make(
    data: &Path,
    catalogue: &Catalogue,
    to: &Path,
    verify: Verify,
    told: &dyn Fn(Progress),
) -> Result<Made, Error> {
    if look(to, MARK)? == Found::Other {
        return Err(Error::NotABackup(to.to_owned()));
    }
    refuse_one_in_the_other(data, to)?;
    let folder = Folder::take(to, MARK)?;
    let before = Manifest::read(to)?;
    let (mut attempt, mut copied) = (0, 0);
    loop {
        attempt += 1;
        let (mut manifest, left_out) = copy_catalogue(data, to)?;
        let copy = CatalogueCopy::open(&to.join(&manifest.catalogue))?;
        if let Some(before) = &before {
            refuse_another_archive(to, &copy, before)?;
        }
        let filled = folder.fill(data, &copy, verify, told)?;
        copied += filled.copied;
        // A draft that was deleted meanwhile is no damage: the next copy does not name it.
        if attempt < ATTEMPTS && some_are_named_no_more(catalogue, &filled.damaged)? {
            continue;
        }
        copy_settings(data, to)?;
        manifest.lessons = copy.snapshot().count_lessons()?;
        (manifest.files, manifest.bytes) = (filled.files, filled.bytes);
        manifest.damaged = filled.damaged.len() as u64;
        manifest.in_place = filled.in_place;
        manifest.write(to)?;
        drop_old_copies(to, &manifest).map_err(Error::at(to))?;
        return Ok(Made {
            manifest,
            copied,
            damaged: filled.damaged,
            left_out,
        });
    }
}

/// A copy of the catalogue under a name made of its content, so that the one before stays until nothing names it.
fn copy_catalogue(data: &Path, to: &Path) -> Result<(Manifest, LeftOut), Error> {
    let part = to.join("catalogue.part");
    match fs::remove_file(&part) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(Error::at(part)(e)),
        _ => {}
    }
    // Before the copy: what is committed in between is then in it, and not promised.
    let now = clock::now();
    let made_at = now.timestamp().map_or_else(String::new, |t| t.to_string());
    let left_out = CatalogueCopy::make(data, &part)?;
    let sha256 = File::open(&part).and_then(|mut f| sha256_of(&mut f, |_| ()));
    let sha256 = sha256.map_err(Error::at(&part))?;
    let manifest = Manifest::of(made_at, COPY, &sha256);
    let whole = to.join(&manifest.catalogue);
    fs::rename(&part, &whole).map_err(Error::at(whole))?;
    sync_folder(to).map_err(Error::at(to))?;
    Ok((manifest, left_out))
}

/// Codes are never given back: an earlier backup of the same archive has none that are unknown now.
fn refuse_another_archive(to: &Path, now: &CatalogueCopy, before: &Manifest) -> Result<(), Error> {
    let path = to.join(&before.catalogue);
    // Without it the backup before is worth nothing, and may be replaced.
    if !path.is_file() {
        return Ok(());
    }
    match now.lacks_codes_of(&CatalogueCopy::open(&path)?)? {
        0 => Ok(()),
        codes => Err(Error::OtherArchive {
            path: to.to_owned(),
            codes,
        }),
    }
}

/// Whether the archive itself does not name some of these files any more.
fn some_are_named_no_more(catalogue: &Catalogue, missing: &[Damage]) -> Result<bool, Error> {
    let keys: Vec<String> = missing.iter().map(|d| d.key.clone()).collect();
    Ok(catalogue.read_blocking(move |c| {
        for key in keys {
            if !c.names_location(&key, None)? {
                return Ok(true);
            }
        }
        Ok(false)
    })?)
}

fn copy_settings(data: &Path, to: &Path) -> Result<(), Error> {
    let (from, to) = (data.join(SETTINGS), to.join(SETTINGS));
    match fs::metadata(&from) {
        Ok(found) if found.is_file() => {
            copy_durably(
                &from,
                &to,
                &to.with_extension("part"),
                Bytes(found.len()),
                |_| (),
            )
            .map_err(Error::at(to))?;
        }
        // Of an earlier backup: the archive has none now.
        _ if to.is_file() => fs::remove_file(&to).map_err(Error::at(to))?,
        _ => {}
    }
    Ok(())
}

/// Removes what no manifest names any more.
fn drop_old_copies(to: &Path, manifest: &Manifest) -> io::Result<()> {
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        let name = entry.file_name();
        let copy = name.to_str().is_some_and(|n| n.starts_with(COPY));
        if copy && name != manifest.catalogue.as_str() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A backup within the archive would be lost with it, and an archive within its backup would be taken for a part.
fn refuse_one_in_the_other(data: &Path, to: &Path) -> Result<(), Error> {
    let (data, there) = (real(data)?, real(to)?);
    if there.starts_with(&data) || data.starts_with(&there) {
        return Err(Error::Inside(to.to_owned()));
    }
    Ok(())
}

/// The path without symbolic links, as far as it exists.
fn real(path: &Path) -> Result<PathBuf, Error> {
    let path = std::path::absolute(path).map_err(Error::at(path))?;
    for ancestor in path.ancestors() {
        if let (Ok(found), Ok(rest)) = (fs::canonicalize(ancestor), path.strip_prefix(ancestor)) {
            return Ok(found.join(rest));
        }
    }
    Ok(path)
}
