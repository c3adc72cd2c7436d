//! The catalogue's format: made new from schema.sql, or brought up step by step, backup first.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::connection::APPLICATION_ID;
use super::{Error, vocabulary};
use crate::clock;

/// The present format: schema.sql.
pub const SCHEMA: &str = include_str!("../../schema.sql");

/// What leads from format N (at index N − 1) to format N + 1. A step is never edited once released.
const STEPS: &[&str] = &[];

/// The format that schema.sql describes.
pub const FORMAT: u32 = STEPS.len() as u32 + 1;

/// Makes the tables of a new catalogue, or upgrades an old one after backing it up beside it.
pub(super) fn bring_up_to_date(connection: &mut Connection, data: &Path) -> Result<(), Error> {
    let path = super::path_in(data);
    match format_of(connection, &path)? {
        FORMAT => Ok(()),
        0 => create(connection, &path),
        found if found > FORMAT => Err(Error::Newer {
            found,
            known: FORMAT,
        }),
        found => {
            let backup = back_up(connection, data, found)?;
            tracing::info!(from = found, to = FORMAT, backup = %backup.display(), "upgrading the catalogue");
            upgrade(connection, &path)
        }
    }
}

fn format_of(connection: &Connection, path: &Path) -> Result<u32, Error> {
    let format: u32 = connection.pragma_query_value(None, "user_version", |r| r.get(0))?;
    let owner: i32 = connection.pragma_query_value(None, "application_id", |r| r.get(0))?;
    let tables: u32 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
    let empty = format == 0 && owner == 0 && tables == 0;
    if owner != APPLICATION_ID && !empty {
        return Err(Error::NotOurs(path.to_owned()));
    }
    Ok(format)
}

fn create(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have made it while this one waited for the lock.
    if format_of(&transaction, path)? == FORMAT {
        return Ok(());
    }
    transaction.execute_batch(SCHEMA)?;
    vocabulary::load(&transaction, &vocabulary::shipped()?)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()?;
    Ok(())
}

fn upgrade(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = format_of(&transaction, path)?;
    for (step, sql) in STEPS.iter().enumerate().skip(found as usize - 1) {
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", step as u32 + 2)?;
    }
    transaction.commit()?;
    Ok(())
}

/// A whole copy in `backups/`, durable before it is named.
fn back_up(connection: &Connection, data: &Path, format: u32) -> Result<PathBuf, Error> {
    let folder = data.join("backups");
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Folder { path, source }
    };
    std::fs::create_dir_all(&folder).map_err(at(&folder))?;
    let name = format!("catalogue-format-{format}-{}.sqlite", clock::now().0);
    let (part, whole) = (folder.join(format!("{name}.part")), folder.join(name));
    connection.execute("VACUUM INTO :to", [part.to_string_lossy()])?;
    File::open(&part)
        .and_then(|f| f.sync_all())
        .map_err(at(&part))?;
    std::fs::rename(&part, &whole).map_err(at(&whole))?;
    File::open(&folder)
        .and_then(|f| f.sync_all())
        .map_err(at(&folder))?;
    Ok(whole)
}
