//! A catalogue of format 4 with people in it, brought up to the present format: every row still says what it said.

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::FORMAT;
use super::tests::{rusqlite_of, shape};
use crate::catalogue::{Catalogue, connection, path_in};

const FORMAT_4: &str = include_str!("../../../tests/catalogues/format-4.sql");

/// Tables that an upgrade makes anew: no earlier version wrote to them.
const MADE_ANEW: &[&str] = &["jobs"];

fn old_archive() -> TempDir {
    let data = tempfile::tempdir().unwrap();
    rusqlite_of(data.path()).execute_batch(FORMAT_4).unwrap();
    data
}

fn names(sql: &Connection, query: &str) -> Vec<String> {
    let mut select = sql.prepare(query).unwrap();
    let names = select.query_map([], |r| r.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}

/// The rows of `table`, in any order that only depends on what is in them.
fn rows(sql: &Connection, table: &str, columns: &[String]) -> Vec<String> {
    let list = columns.join("\", \"");
    let mut select = sql
        .prepare(&format!("SELECT \"{list}\" FROM \"{table}\""))
        .unwrap();
    let rows = select.query_map([], |r| {
        let cells = columns.iter().enumerate();
        let cells = cells.map(|(n, column)| Ok((column, r.get::<_, Value>(n)?)));
        Ok(format!(
            "{:?}",
            cells.collect::<rusqlite::Result<Vec<_>>>()?
        ))
    });
    let mut rows: Vec<String> = rows.unwrap().map(Result::unwrap).collect();
    rows.sort();
    rows
}

fn number(sql: &Connection, query: &str) -> i64 {
    sql.query_row(query, [], |r| r.get(0)).unwrap()
}

#[test]
fn of_people_what_they_may_and_did_their_uploads_and_what_was_pruned_nothing_is_lost() {
    let (untouched, upgraded) = (old_archive(), old_archive());
    let catalogue = Catalogue::open(upgraded.path(), 1).unwrap();
    let faults = catalogue.read_blocking(|c| c.faults()).unwrap();
    assert!(faults.is_empty(), "{faults:?}");
    drop(catalogue);

    let fresh = tempfile::tempdir().unwrap();
    drop(Catalogue::open(fresh.path(), 1).unwrap());
    let open =
        |data: &TempDir| connection::connect(&path_in(data.path()), OpenFlags::empty()).unwrap();
    let (before, after) = (rusqlite_of(untouched.path()), open(&upgraded));
    assert_eq!(shape(&after), shape(&open(&fresh)));
    assert_eq!(number(&after, "PRAGMA user_version"), i64::from(FORMAT));

    let tables = names(
        &before,
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    );
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        if MADE_ANEW.contains(&table.as_str()) {
            continue;
        }
        // Whatever a later format adds beside them: a column that goes would have to say here where its content went.
        let query = format!("SELECT name FROM pragma_table_xinfo('{table}')");
        let columns = names(&before, &query);
        let old = rows(&before, &table, &columns);
        assert!(
            !old.is_empty(),
            "there is nothing in {table} that could be lost"
        );
        assert_eq!(rows(&after, &table, &columns), old, "{table}");
    }

    // Words are in an index of their own, without a table to compare.
    let found = "SELECT rowid FROM lesson_words WHERE lesson_words MATCH 'kes* AND muellim'";
    assert_eq!(number(&after, found), 1);
    // What is shown is looked into, and nothing else.
    let due = "SELECT group_concat(recording) FROM (SELECT recording FROM jobs WHERE kind = 'probe' AND state = 'queued' ORDER BY 1)";
    let due: String = after.query_row(due, [], |r| r.get(0)).unwrap();
    assert_eq!(due, "2,3");
}
