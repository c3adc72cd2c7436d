//! Everything that the catalogue says, as text: for tests that compare two states of it.

use rusqlite::types::ValueRef;

use super::{Error, Snapshot};

impl Snapshot<'_> {
    /// Every row of every table, in the order of the tables' names and the rows' own.
    pub fn dump(&self) -> Result<Vec<String>, Error> {
        let tables: Vec<String> = self
            .sql()
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*words*' ORDER BY name",
            )?
            .query_map([], |r| r.get(0))?
            .collect::<Result<_, _>>()?;
        let mut lines = Vec::new();
        for table in tables {
            let mut all = self.sql().prepare(&format!("SELECT * FROM {table}"))?;
            let columns = all.column_count();
            let mut rows = all.query([])?;
            while let Some(row) = rows.next()? {
                let mut cells = vec![table.clone()];
                for column in 0..columns {
                    cells.push(match row.get_ref(column)? {
                        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                        other => format!("{other:?}"),
                    });
                }
                lines.push(cells.join(" | "));
            }
        }
        Ok(lines)
    }
}
