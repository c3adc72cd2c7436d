//! `teledars check`: the catalogue against itself and against the bytes.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::{Outcome, existing_archive, print, progress_bar};
use crate::catalogue::{Catalogue, NamedBytes, Placement};
use crate::clock::{self, UnixMillis};
use crate::config::General;
use crate::media::{Store, incoming_name, modified_at, sha256_of};
use crate::units::{Bytes, FileId, LessonId};

/// Bytes that nobody names are left alone while they are younger than this: a command that runs at the
/// same time may be about to name them.
const YOUNG: Duration = Duration::from_secs(3600);
/// Rows fetched in one question.
const STEP: u32 = 500;

/// What `check` can be told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Read every file and compare its SHA-256 too.
    #[arg(long)]
    hash: bool,
    /// Count the shelves anew, index what search does not find, and delete bytes that nobody names (older than an hour); with `=all` also
    /// when they are more than those that are named.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "some", value_name = "all")]
    repair: Option<Repair>,
}

impl Arguments {
    /// To look and change nothing.
    pub(super) fn looking(hash: bool) -> Self {
        Self { hash, repair: None }
    }
}

/// How much may be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Repair {
    /// Left-overs, as long as they are the smaller part.
    Some,
    /// Whatever nothing names.
    All,
}

/// What was found.
#[derive(Default)]
struct Tally {
    files: u64,
    bytes: u64,
    damaged: u64,
    unnamed: u64,
    unnamed_bytes: u64,
    deleted: u64,
    doubtful: bool,
}

pub(super) fn run(general: &General, arguments: &Arguments) -> anyhow::Result<Outcome> {
    existing_archive(general)?;
    let catalogue = Catalogue::open(&general.data, 1)?;
    let store = Store::open(&general.data, Bytes(general.reserve_bytes))?;
    let mut tally = Tally::default();
    if arguments.repair.is_some() {
        catalogue.write_blocking(|c| {
            c.remember_published()?;
            c.rebuild_shelves()
        })?;
        mend_index(&catalogue)?;
    }
    for fault in catalogue.read_blocking(|c| c.faults())? {
        tally.damaged += 1;
        print(&format!("damaged: catalogue: {}", fault.0))?;
    }
    named(&catalogue, &store, arguments.hash, &mut tally)?;
    let grown = uploads(&catalogue, &store, &mut tally)?;
    let all = arguments.repair == Some(Repair::All);
    unnamed(
        &catalogue,
        &store,
        arguments.repair.is_some(),
        all,
        grown,
        &mut tally,
    )?;
    let how = if arguments.hash {
        "read and compared"
    } else {
        "found with the right length"
    };
    print(&format!(
        "{} files, {} bytes: {how}; {} damaged",
        tally.files, tally.bytes, tally.damaged
    ))?;
    if tally.unnamed > 0 {
        let what = format!(
            "{} files, {} bytes, are named by nothing",
            tally.unnamed, tally.unnamed_bytes
        );
        print(&match tally.deleted {
            0 if tally.doubtful => format!(
                "{what}, more than are named: the catalogue may be an old or a wrong one. Nothing is deleted; \
                 put the right catalogue.sqlite back, or use --repair=all if this one is right"
            ),
            0 => format!(
                "{what}: left by something that was interrupted; --repair deletes those older than an hour"
            ),
            n => format!("{what}: {n} deleted"),
        })?;
    }
    Ok(if tally.damaged == 0 {
        Outcome::Done
    } else {
        Outcome::Faults
    })
}

/// Indexes anew what search would not find. An index that cannot even be read is made from nothing.
fn mend_index(catalogue: &Catalogue) -> anyhow::Result<()> {
    let differing = catalogue.read_blocking(|c| Ok(c.index_differs()))?;
    let differing = match differing {
        Ok(differing) => differing,
        Err(error) => {
            tracing::warn!(%error, "the index of words is made anew");
            catalogue.write_blocking(|c| c.empty_index())?;
            let mut all = Vec::new();
            loop {
                let after = all.last().copied().unwrap_or(LessonId(0));
                let step = catalogue.read_blocking(move |c| c.lesson_ids(after, STEP))?;
                if step.is_empty() {
                    break all;
                }
                all.extend(step);
            }
        }
    };
    let bar = progress_bar(
        differing.len() as u64,
        "{bar} {pos} of {len} lessons indexed",
    );
    for step in differing.chunks(STEP as usize) {
        let step = step.to_vec();
        bar.inc(step.len() as u64);
        catalogue.write_blocking(move |c| c.index_anew(&step))?;
    }
    bar.finish_and_clear();
    Ok(())
}

/// Every file that the catalogue names: is it there, and is it what it was?
fn named(
    catalogue: &Catalogue,
    store: &Store,
    hash: bool,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let bar = progress_bar(0, "{spinner} {pos} files, {msg}");
    let mut after = FileId(0);
    loop {
        let step = catalogue.read_blocking(move |c| c.named_bytes(after, STEP))?;
        let Some(last) = step.last() else { break };
        after = last.file.id;
        for named in &step {
            tally.files += 1;
            tally.bytes += named.file.file.bytes.0;
            bar.inc(1);
            bar.set_message(format!("{} damaged", tally.damaged));
            if let Err(what) = compare(named, store, hash) {
                tally.damaged += 1;
                let file = &named.file.file;
                let old = if named.replaced { ", replaced" } else { "" };
                bar.suspend(|| {
                    print(&format!(
                        "damaged: lesson {}: {}{old}: {}: {what}",
                        named.code,
                        file.role.as_str(),
                        file.location
                    ))
                })?;
            }
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// Every upload under way: are its bytes there? Returns the files that grow for none: their beginning was
/// interrupted, or their deletion.
fn uploads(
    catalogue: &Catalogue,
    store: &Store,
    tally: &mut Tally,
) -> anyhow::Result<Vec<PathBuf>> {
    // In this order: what is begun or finished in between is not taken for damage.
    let files = store.incoming_files()?;
    let rows = catalogue.read_blocking(|c| c.uploads_with_bytes())?;
    for (id, bytes) in &rows {
        let found = store
            .incoming_or_adopted(&id.to_string())
            .and_then(fs::metadata);
        let what = match found {
            Ok(found) if found.len() >= bytes.0 => continue,
            Ok(found) => format!(
                "it has {} bytes, {} were acknowledged",
                found.len(),
                bytes.0
            ),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let asked = *id;
                let now = catalogue.read_blocking(move |c| c.upload(asked))?;
                if now.is_none_or(|u| !u.has_bytes()) {
                    continue;
                }
                "the file is gone".to_owned()
            }
            Err(e) => e.to_string(),
        };
        tally.damaged += 1;
        print(&format!("damaged: upload {id}: {what}"))?;
    }
    let known: HashSet<String> = rows.iter().map(|(id, _)| id.to_string()).collect();
    let left = files.into_iter().filter(|(name, _)| !known.contains(name));
    Ok(left.map(|(_, path)| path).collect())
}

/// Where a file's bytes lie.
fn path_of(named: &NamedBytes, store: &Store) -> PathBuf {
    let file = &named.file.file;
    match file.placement {
        Placement::Store => store.path(&file.location),
        Placement::InPlace => PathBuf::from(&file.location),
    }
}

fn compare(named: &NamedBytes, store: &Store, hash: bool) -> Result<(), String> {
    let file = &named.file.file;
    if named.replaced && file.placement == Placement::InPlace {
        // The operator put a newer edition there; the old one is nobody's any more.
        return Ok(());
    }
    let path = path_of(named, store);
    let found = fs::metadata(&path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => "the file is gone".to_owned(),
        _ => e.to_string(),
    })?;
    if !found.is_file() {
        return Err("it is not a file any more".into());
    }
    if found.len() != file.bytes.0 {
        return Err(format!(
            "it has {} bytes, {} were stored",
            found.len(),
            file.bytes.0
        ));
    }
    if file.placement == Placement::InPlace && modified_at(&found) != file.modified {
        return Err("it was changed since it was registered; import it again".into());
    }
    match (hash, &file.sha256) {
        (true, Some(sha256)) => match File::open(&path).and_then(|mut f| sha256_of(&mut f, |_| ()))
        {
            Ok(now) if now == *sha256 => Ok(()),
            Ok(_) => Err("its content is not what was stored".into()),
            Err(e) => Err(format!("it cannot be read: {e}")),
        },
        _ => Ok(()),
    }
}

/// Bytes in the store that no row names: harmless, but they take room. Where they are more than the named
/// ones, the catalogue may be an old or a wrong one: then they are deleted only with `--repair=all`.
fn unnamed(
    catalogue: &Catalogue,
    store: &Store,
    repair: bool,
    all: bool,
    grown: Vec<PathBuf>,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let limit = UnixMillis(clock::now().0 - YOUNG.as_millis() as i64);
    let mut keys = Vec::new();
    store.keys(|key, bytes| keys.push((key.to_owned(), bytes)))?;
    let mut to_delete = Vec::new();
    for (key, bytes) in keys {
        let asked = key.clone();
        if catalogue.read_blocking(move |c| c.names_location(&asked, incoming_name(&asked)))? {
            continue;
        }
        tally.unnamed += 1;
        tally.unnamed_bytes += bytes;
        if fs::metadata(store.path(&key)).is_ok_and(|m| modified_at(&m) < limit) {
            to_delete.push(key);
        }
    }
    // Taking them in and clearing them out exclude each other.
    let clearing = if repair { store.clearing()? } else { None };
    if repair && clearing.is_none() {
        print("an import is running: nothing is deleted; repair when it has ended")?;
    } else if to_delete.len() as u64 > tally.files && !all {
        tally.doubtful = true;
    } else if repair {
        for key in to_delete {
            let asked = key.clone();
            if !catalogue.read_blocking(move |c| c.names_location(&asked, incoming_name(&asked)))? {
                store.delete(&key)?;
                tally.deleted += 1;
            }
        }
    }
    let repair = clearing.is_some();
    let old = |path: &PathBuf| fs::metadata(path).is_ok_and(|m| modified_at(&m) < limit);
    let grown = grown.into_iter().filter(old);
    for path in store
        .abandoned(limit.system_time())?
        .into_iter()
        .chain(grown)
    {
        tally.unnamed += 1;
        tally.unnamed_bytes += fs::metadata(&path).map_or(0, |m| m.len());
        if repair {
            fs::remove_file(&path)?;
            tally.deleted += 1;
        }
    }
    Ok(())
}
