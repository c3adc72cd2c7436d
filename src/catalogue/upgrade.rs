//! The catalogue's format: made new from schema.sql, or brought up step by step, backup first.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::connection::APPLICATION_ID;
use super::{Error, index, vocabulary};
use crate::clock;

/// The present format: schema.sql.
pub const SCHEMA: &str = include_str!("../../schema.sql");

/// What leads from format N (at index N − 1) to format N + 1. A step is never edited once released.
const STEPS: &[&str] = &[
    include_str!("upgrades/2.sql"),
    include_str!("upgrades/3.sql"),
    include_str!("upgrades/4.sql"),
    include_str!("upgrades/5.sql"),
    include_str!("upgrades/6.sql"),
    include_str!("upgrades/7.sql"),
    include_str!("upgrades/8.sql"),
    include_str!("upgrades/9.sql"),
];

/// The format that schema.sql describes.
pub const FORMAT: u32 = STEPS.len() as u32 + 1;

/// Makes the tables of a new catalogue, or upgrades an old one after backing it up beside it.
pub(super) fn bring_up_to_date(connection: &mut Connection, data: &Path) -> Result<(), Error> {
    let path = super::path_in(data);
    bring_to_format(connection, data, &path)?;
    index::finish(connection)
}

fn bring_to_format(connection: &mut Connection, data: &Path, path: &Path) -> Result<(), Error> {
    match format_of(connection, path)? {
        FORMAT => Ok(()),
        0 if has_recordings(data) => Err(Error::Lost(data.to_owned())),
        0 => create(connection, path),
        found if found > FORMAT => Err(Error::Newer {
            found,
            known: FORMAT,
        }),
        found => {
            let backup = back_up(connection, data, found)?;
            tracing::info!(from = found, to = FORMAT, backup = %backup.display(), "upgrading the catalogue");
            upgrade(connection, path)
        }
    }
}

/// Whether there are stored bytes that a new, empty catalogue would disown.
fn has_recordings(data: &Path) -> bool {
    std::fs::read_dir(data.join("files")).is_ok_and(|mut files| files.next().is_some())
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

/// Brings a catalogue of an earlier format up to the present one.
pub(super) fn upgrade(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    // Or a table that is made anew would take the rows along that name it. No effect within a transaction.
    connection.pragma_update(None, "foreign_keys", false)?;
    let upgraded = upgrade_loosely(connection, path);
    connection.pragma_update(None, "foreign_keys", true)?;
    upgraded
}

/// The same while nothing holds the tables together; they are looked over at the end.
fn upgrade_loosely(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = format_of(&transaction, path)?;
    for (step, sql) in STEPS.iter().enumerate().skip(found as usize - 1) {
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", step as u32 + 2)?;
    }
    let broken: Option<String> = transaction
        .query_row(
            "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1",
            [],
            |r| r.get(0),
        )
        .optional()?;
    if let Some(table) = broken {
        return Err(Error::Damaged(format!(
            "a row of {table} names one that is not there"
        )));
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

#[cfg(test)]
mod format_4;

#[cfg(test)]
mod tests {
    use rusqlite::OpenFlags;
    use rusqlite::types::Value;

    use super::*;
    use crate::catalogue::{Catalogue, NewRecording, Search, Target, connection, path_in};
    use crate::units::LessonId;

    const FORMAT_1: &str = include_str!("../../tests/catalogues/format-1.sql");

    /// A data folder whose catalogue has been left by an earlier version.
    fn old_archive() -> tempfile::TempDir {
        let data = tempfile::tempdir().unwrap();
        let old = rusqlite_of(data.path());
        old.execute_batch(FORMAT_1).unwrap();
        data
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "a catalogue of an earlier format, before the program opens it"
    )]
    pub(super) fn rusqlite_of(data: &Path) -> Connection {
        Connection::open(path_in(data)).unwrap()
    }

    /// Every table, index and trigger by name, without the spaces that only a person sees.
    pub(super) fn shape(sql: &Connection) -> Vec<(String, String)> {
        let mut all = sql
            .prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
            .unwrap();
        let rows = all
            .query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))
            .unwrap();
        rows.map(|row| {
            let (name, sql) = row.unwrap();
            let lines = sql
                .lines()
                .map(|l| l.split("--").next().unwrap_or_default());
            (
                name,
                lines
                    .flat_map(str::split_whitespace)
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        })
        .collect()
    }

    /// Every row of every ordinary table; times of writing left out.
    fn rows(sql: &Connection) -> Vec<(String, Vec<Value>)> {
        let mut tables = sql
            .prepare("SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
            .unwrap();
        let tables: Vec<String> = tables
            .query_map([], |r| r.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let mut all = Vec::new();
        for table in tables {
            let mut columns = sql
                .prepare("SELECT name FROM pragma_table_xinfo(?1)")
                .unwrap();
            let columns: Vec<String> = columns
                .query_map([&table], |r| r.get(0))
                .unwrap()
                .map(Result::unwrap)
                .collect();
            let kept: Vec<_> = columns
                .iter()
                .filter(|c| !["created_at", "updated_at", "changed_at"].contains(&c.as_str()))
                // Words are numbered as they are met, which says nothing.
                .filter(|c| table != "words" || *c != "id")
                .collect();
            let list = kept
                .iter()
                .map(|c| match c.as_str() {
                    // Also a time of writing, but whether there is one counts.
                    "published_at" | "listed_at" => format!("{c} IS NULL"),
                    other => format!("\"{other}\""),
                })
                .collect::<Vec<_>>()
                .join(", ");
            let mut select = sql
                .prepare(&format!("SELECT {list} FROM \"{table}\" ORDER BY {list}"))
                .unwrap();
            let mut found = select.query([]).unwrap();
            while let Some(row) = found.next().unwrap() {
                all.push((
                    table.clone(),
                    (0..kept.len()).map(|n| row.get(n).unwrap()).collect(),
                ));
            }
        }
        all
    }

    fn found(sql: &Connection, words: &str) -> Vec<i64> {
        let mut select = sql
            .prepare("SELECT rowid FROM lesson_words WHERE lesson_words MATCH ?1 ORDER BY rowid")
            .unwrap();
        select
            .query_map([words], |r| r.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn an_upgraded_catalogue_equals_a_fresh_one_data_included() {
        let old = old_archive();
        let upgraded = Catalogue::open(old.path(), 1).unwrap();
        let lessons = upgraded
            .read_blocking(|c| {
                let ids = c.lesson_ids(LessonId(0), 100)?;
                ids.into_iter()
                    .map(|id| c.lesson(id).map(Option::unwrap))
                    .collect::<Result<Vec<_>, _>>()
            })
            .unwrap();
        assert_eq!(lessons.len(), 3);
        // The operator's vocabulary is data as well; what ships may have changed since.
        let vocabulary = upgraded.read_blocking(|c| c.vocabulary()).unwrap();

        let new = tempfile::tempdir().unwrap();
        let fresh = Catalogue::open(new.path(), 1).unwrap();
        fresh
            .write_blocking(move |c| {
                c.load_vocabulary(&vocabulary)?;
                for lesson in &lessons {
                    let saved =
                        c.save_lesson(Target::NewWithCode(lesson.code), &lesson.description)?;
                    let Some(old) = &lesson.recording else {
                        continue;
                    };
                    let recording = NewRecording {
                        duration: old.duration,
                        size: old.size,
                        has_sound: old.has_sound,
                        playable: old.playable,
                        origin: old.origin.clone(),
                    };
                    let id = c.add_recording(saved.id, &recording, &lesson.files[0].file)?;
                    for file in &lesson.files[1..] {
                        c.add_file(id, &file.file)?;
                    }
                }
                Ok(())
            })
            .unwrap();

        let open = |data: &Path| connection::connect(&path_in(data), OpenFlags::empty()).unwrap();
        let (upgraded, fresh) = (open(old.path()), open(new.path()));
        assert_eq!(shape(&upgraded), shape(&fresh));
        let (old_rows, new_rows) = (rows(&upgraded), rows(&fresh));
        for (old, new) in old_rows.iter().zip(&new_rows) {
            assert_eq!(old, new);
        }
        assert_eq!(old_rows.len(), new_rows.len());
        for words in ["kesr*", "elan", "iki", "k*"] {
            assert_eq!(found(&upgraded, words), found(&fresh, words), "{words}");
        }
        assert_eq!(found(&upgraded, "kesr*").len(), 1);
        let format: u32 = upgraded
            .pragma_query_value(None, "user_version", |r| r.get(0))
            .unwrap();
        assert_eq!(format, FORMAT);
    }

    #[test]
    fn an_upgrade_indexes_what_is_said_and_goes_on_where_it_was_stopped() {
        let old = old_archive();
        let captions = rusqlite_of(old.path())
            .query_row(
                "SELECT location FROM files WHERE role = 'captions'",
                [],
                |r| r.get::<_, String>(0),
            )
            .unwrap();
        let captions = old.path().join(captions);
        std::fs::create_dir_all(captions.parent().unwrap()).unwrap();
        std::fs::write(
            captions,
            "WEBVTT\n\n00:05.000 --> 00:09.000\nburada məxrəc deyilir\n",
        )
        .unwrap();
        let found = || {
            let catalogue = Catalogue::open(old.path(), 1).unwrap();
            let search = Search {
                text: "mexrec".into(),
                limit: 9,
                moments: true,
                ..Search::default()
            };
            let found = catalogue.search_blocking(search).unwrap().lessons;
            assert_eq!(catalogue.read_blocking(|c| c.index_differs()).unwrap(), []);
            found
                .into_iter()
                .map(|f| (f.card.title, f.moments[0].start.0))
                .collect::<Vec<_>>()
        };
        let expected = [("Kəsrlər".to_owned(), 5000)];
        assert_eq!(found(), expected);
        // Whoever was killed before the index was whole left this.
        rusqlite_of(old.path())
            .execute_batch(
                "DELETE FROM all_words WHERE rowid = 1; INSERT INTO index_due VALUES (1), (2)",
            )
            .unwrap();
        assert_eq!(found(), expected);
    }

    #[test]
    fn before_an_upgrade_the_old_catalogue_is_copied_whole() {
        let old = old_archive();
        drop(Catalogue::open(old.path(), 1).unwrap());
        let copies: Vec<_> = std::fs::read_dir(old.path().join("backups"))
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        assert_eq!(copies.len(), 1);
        let before = tempfile::tempdir().unwrap();
        std::fs::copy(&copies[0], path_in(before.path())).unwrap();
        let (copy, original) = (
            rusqlite_of(before.path()),
            rusqlite_of(old_archive().path()),
        );
        assert_eq!(shape(&copy), shape(&original));
        assert_eq!(rows(&copy), rows(&original));
        // An archive that is up to date is not copied again.
        drop(Catalogue::open(old.path(), 1).unwrap());
        assert_eq!(
            std::fs::read_dir(old.path().join("backups"))
                .unwrap()
                .count(),
            1
        );
    }

    #[test]
    fn a_catalogue_of_a_later_version_or_of_another_program_is_left_alone() {
        let later = old_archive();
        rusqlite_of(later.path())
            .pragma_update(None, "user_version", FORMAT + 1)
            .unwrap();
        let Err(e) = Catalogue::open(later.path(), 1) else {
            panic!("opened")
        };
        assert!(
            e.to_string()
                .contains(&format!("has format {}", FORMAT + 1)),
            "{e}"
        );

        let other = tempfile::tempdir().unwrap();
        rusqlite_of(other.path())
            .execute_batch("CREATE TABLE songs (id)")
            .unwrap();
        let Err(e) = Catalogue::open(other.path(), 1) else {
            panic!("opened")
        };
        assert!(e.to_string().contains("not a Teledars catalogue"), "{e}");
    }

    #[test]
    fn a_new_catalogue_never_disowns_the_recordings_that_are_there() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(data.path().join("files/ab")).unwrap();
        std::fs::write(path_in(data.path()), "").unwrap();
        let Err(e) = Catalogue::open(data.path(), 1) else {
            panic!("opened")
        };
        assert!(
            e.to_string().contains("has recordings but no catalogue"),
            "{e}"
        );
    }

    #[test]
    fn a_closed_catalogue_is_one_file() {
        let data = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::open(data.path(), 2).unwrap();
        catalogue.read_blocking(|c| c.count_lessons()).unwrap();
        drop(catalogue);
        assert!(!data.path().join("catalogue.sqlite-wal").exists());
        let alone = tempfile::tempdir().unwrap();
        std::fs::copy(path_in(data.path()), path_in(alone.path())).unwrap();
        let copy = Catalogue::open(alone.path(), 1).unwrap();
        assert_eq!(
            copy.read_blocking(|c| c.vocabulary()).unwrap().grades.len(),
            12
        );
    }

    #[test]
    fn two_programs_that_make_or_upgrade_the_same_archive_at_once_both_succeed() {
        for archive in [tempfile::tempdir().unwrap(), old_archive()] {
            let start = std::sync::Barrier::new(4);
            std::thread::scope(|s| {
                let openers: Vec<_> = (0..4)
                    .map(|_| {
                        s.spawn(|| {
                            start.wait();
                            Catalogue::open(archive.path(), 1).map(drop)
                        })
                    })
                    .collect();
                for opener in openers {
                    opener.join().unwrap().unwrap();
                }
            });
        }
    }
}
