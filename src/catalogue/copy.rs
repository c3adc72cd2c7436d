//! Copies of the catalogue at rest, for backups: one file that nobody writes to any more.

use std::fs::File;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, named_params};

use super::connection::{APPLICATION_ID, connect};
use super::{Error, Snapshot, functions, path_in, upgrade};

/// A catalogue in a file of its own, opened for reading only.
pub struct CatalogueCopy(Connection);

/// What a copy does not have, though the catalogue does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Uploads whose bytes are in no recording. Their rows stay and say that they are gone.
    pub uploads: u64,
    /// Sessions, and links that let somebody in once: to choose a password, to register a learning platform.
    pub sessions: u64,
}

impl CatalogueCopy {
    /// Writes what was committed to the catalogue of `data` before this moment to the new file `to`, durably, while
    /// others may read and write. The catalogue has been opened before, and so has the present format.
    ///
    /// Left out is what would lie when it is put back: uploads, since their bytes are in no backup and their clients
    /// must hear that they are gone; sessions and links, since somebody may have signed out meanwhile, and a copy
    /// lies where more people come by.
    pub fn make(data: &Path, to: &Path) -> Result<LeftOut, Error> {
        let at = |source| Error::Folder {
            path: to.to_owned(),
            source,
        };
        let name = to.to_str().ok_or_else(|| {
            at(std::io::Error::other(
                "the name is not UTF-8; choose another folder",
            ))
        })?;
        // One statement, and so one moment; it keeps no writer waiting. The copy needs no WAL beside it.
        connect(&path_in(data), OpenFlags::empty())?.execute("VACUUM INTO :to", [name])?;
        let copy = open(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // A half-written copy is thrown away whole.
        copy.pragma_update(None, "journal_mode", "memory")?;
        // What is deleted is not to be found in the file either.
        copy.pragma_update(None, "secure_delete", true)?;
        let uploads = copy.execute(
            "UPDATE uploads SET state = 'gone' WHERE state NOT IN ('done', 'gone')",
            named_params! {},
        )?;
        let mut sessions = 0;
        for sql in [
            "DELETE FROM sessions",
            "DELETE FROM password_links",
            "DELETE FROM platform_invites",
        ] {
            sessions += copy.execute(sql, named_params! {})?;
        }
        copy.close().map_err(|(_, e)| e)?;
        File::open(to).and_then(|f| f.sync_all()).map_err(at)?;
        Ok(LeftOut {
            uploads: uploads as u64,
            sessions: sessions as u64,
        })
    }

    /// Opens the copy at `path`. What is no catalogue of ours is refused.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let copy = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        copy.pragma_update(None, "trusted_schema", false)?;
        let owner: i32 = copy.pragma_query_value(None, "application_id", |r| r.get(0))?;
        if owner != APPLICATION_ID {
            return Err(Error::NotOurs(path.to_owned()));
        }
        Ok(Self(copy))
    }

    /// Brings the copy at `path` up to the present format, durably, and opens it.
    pub fn upgrade(path: &Path) -> Result<Self, Error> {
        let mut copy = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        copy.pragma_update(None, "synchronous", "full")?;
        functions::register(&copy)?;
        upgrade::upgrade(&mut copy, path)?;
        copy.close().map_err(|(_, e)| e)?;
        Self::open(path)
    }

    /// The one state that it has.
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot::new(&self.0)
    }

    /// How many codes `earlier` has that are not here. Codes are never given back, so in a later copy of the same
    /// archive there are none.
    pub fn lacks_codes_of(&self, earlier: &Self) -> Result<u64, Error> {
        let mut is_here = self
            .0
            .prepare("SELECT EXISTS (SELECT 1 FROM codes WHERE code = :code)")?;
        let mut codes = earlier.0.prepare("SELECT code FROM codes")?;
        let mut codes = codes.query(named_params! {})?;
        let mut lacking = 0;
        while let Some(row) = codes.next()? {
            let code: String = row.get(0)?;
            let here: bool = is_here.query_row(named_params! {":code": code}, |r| r.get(0))?;
            lacking += u64::from(!here);
        }
        Ok(lacking)
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that opens copies of the catalogue"
)]
fn open(path: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    Ok(Connection::open_with_flags(
        path,
        flags | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, LinkFor, PersonRole};
    use crate::clock::UnixMillis;

    const FORMAT_1: &str = include_str!("../../tests/catalogues/format-1.sql");

    #[test]
    fn a_copy_is_one_file_that_holds_nothing_of_sessions_and_links() {
        let data = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::open(data.path(), 1).unwrap();
        let (session, link, invite) = ([0xA5; 32], [0x5A; 32], [0x69; 32]);
        let change = move |c: &crate::catalogue::Change<'_>| {
            let person = c.add_person(None, "Leyla", PersonRole::Admin, None)?;
            c.add_session(&session, person, UnixMillis(i64::MAX))?;
            c.add_link(&link, &LinkFor::Person(person), UnixMillis(i64::MAX))?;
            c.add_platform_invite(&invite, UnixMillis(i64::MAX))
        };
        catalogue.write_blocking(change).unwrap();
        let to = data.path().join("copy");
        let left_out = CatalogueCopy::make(data.path(), &to).unwrap();
        assert_eq!((left_out.uploads, left_out.sessions), (0, 3));
        let bytes = std::fs::read(&to).unwrap();
        for secret in [&session[..], &link[..], &invite[..]] {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret));
        }
        assert!(bytes.windows(5).any(|w| w == b"Leyla"));
        let copy = CatalogueCopy::open(&to).unwrap();
        assert_eq!(copy.snapshot().count_lessons().unwrap(), 0);
        assert_eq!(copy.snapshot().faults().unwrap(), []);
        let beside = std::fs::read_dir(data.path()).unwrap();
        let beside = beside.map(|e| e.unwrap().file_name().into_string().unwrap());
        assert_eq!(beside.filter(|name| name.starts_with("copy")).count(), 1);
        let other = data.path().join("other");
        std::fs::write(&other, "no catalogue").unwrap();
        assert!(CatalogueCopy::open(&other).is_err());
        // What is there already is not written over.
        assert!(CatalogueCopy::make(data.path(), &to).is_err());
    }

    #[test]
    fn a_copy_of_an_earlier_format_is_brought_up_and_is_of_the_same_archive() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        for path in [&old, &new] {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
            open(path, flags).unwrap().execute_batch(FORMAT_1).unwrap();
        }
        let upgraded = CatalogueCopy::upgrade(&new).unwrap();
        assert_eq!(upgraded.snapshot().faults().unwrap(), []);
        assert!(
            !upgraded
                .snapshot()
                .named_bytes(crate::units::FileId(0), 9)
                .unwrap()
                .is_empty()
        );
        let old = CatalogueCopy::open(&old).unwrap();
        assert_eq!(upgraded.lacks_codes_of(&old).unwrap(), 0);
        let data = tempfile::tempdir().unwrap();
        drop(Catalogue::open(data.path(), 1).unwrap());
        let empty = CatalogueCopy::open(&path_in(data.path())).unwrap();
        let codes = empty.lacks_codes_of(&old).unwrap();
        assert!(codes > 0 && old.lacks_codes_of(&empty).unwrap() == 0);
    }
}
