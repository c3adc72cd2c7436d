//! Columns that a statement names once and its rows are read by: SQLite compares each name with each column's on every
//! call, which for a page of whole lessons is a fourth of all that it costs; here the compiler does.

use std::fmt;

/// Columns in the order of a `SELECT`; written into one by `{}`.
pub(super) struct Columns {
    sql: &'static str,
    all: &'static [&'static str],
}

impl Columns {
    /// Of [`columns!`], which writes both from one list.
    pub(super) const fn new(sql: &'static str, all: &'static [&'static str]) -> Self {
        Self { sql, all }
    }

    /// Where `name` stands: what a column is called behind its table (`l.code`) or by itself (`… AS signed`).
    ///
    /// # Panics
    /// There is none: while it is compiled, by [`at!`].
    pub(super) const fn at(&self, name: &str) -> usize {
        let mut at = 0;
        while at < self.all.len() {
            if is_called(self.all[at].as_bytes(), name.as_bytes()) {
                return at;
            }
            at += 1;
        }
        panic!("there is no column of this name")
    }
}

impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sql)
    }
}

/// Whether `column` ends with `name` as a word of its own.
const fn is_called(column: &[u8], name: &[u8]) -> bool {
    if column.len() <= name.len() {
        return false;
    }
    let before = column.len() - name.len();
    let mut at = 0;
    while at < name.len() {
        if column[before + at] != name[at] {
            return false;
        }
        at += 1;
    }
    matches!(column[before - 1], b'.' | b' ')
}

/// The [`Columns`] of these expressions, each with its table (`"l.code"`) or a name (`"… AS signed"`).
macro_rules! columns {
    ($first:literal $(, $more:literal)* $(,)?) => {
        $crate::catalogue::columns::Columns::new(
            concat!($first $(, ", ", $more)*),
            &[$first $(, $more)*],
        )
    };
}

/// Where a column stands among [`Columns`] that are constant: `row.get(at!(FILE, "bytes"))`. A name that is not there does
/// not compile.
macro_rules! at {
    ($columns:path, $name:literal) => {
        const { $columns.at($name) }
    };
}

pub(super) use {at, columns};

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: Columns = columns!(
        "l.id",
        "l.variant_id",
        "l.note IS NOT NULL AS noted",
        "f.note"
    );

    #[test]
    fn a_column_stands_where_the_statement_has_it() {
        assert_eq!(
            SOME.to_string(),
            "l.id, l.variant_id, l.note IS NOT NULL AS noted, f.note"
        );
        let places = [
            SOME.at("id"),
            SOME.at("variant_id"),
            SOME.at("noted"),
            SOME.at("note"),
        ];
        assert_eq!(places, [0, 1, 2, 3]);
    }

    #[test]
    #[should_panic(expected = "no column of this name")]
    fn a_part_of_a_name_is_none() {
        SOME.at("ote");
    }
}
