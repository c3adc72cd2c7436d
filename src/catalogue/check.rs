//! The catalogue against itself. Against the bytes: the `check` command walks [`NamedBytes`].

use rusqlite::{Connection, named_params};

use super::lessons::{FILE, read_file};
use super::{Change, Error, Snapshot, StoredFile};
use crate::units::{Code, FileId};

/// Something in the catalogue that contradicts something else in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(pub String);

/// A file that the catalogue names, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedBytes {
    /// The file.
    pub file: StoredFile,
    /// Its lesson's code.
    pub code: Code,
    /// Whether a later file took its place.
    pub replaced: bool,
}

impl Snapshot<'_> {
    /// A quick look at the pages of the database file: what every start of the server affords.
    pub fn quick_check(&self) -> Result<(), Error> {
        pages(self.sql(), "quick_check(1)")
    }

    /// Everything: pages, foreign keys, and the columns that repeat others.
    pub fn faults(&self) -> Result<Vec<Fault>, Error> {
        let mut faults = Vec::new();
        if let Err(Error::Damaged(what)) = pages(self.sql(), "integrity_check(20)") {
            faults.push(Fault(what));
        }
        let mut dangling = self
            .sql()
            .prepare("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check")?;
        let mut rows = dangling.query([])?;
        while let Some(row) = rows.next()? {
            let (table, id, parent): (String, Option<i64>, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let id = id.map_or("?".into(), |id| id.to_string());
            faults.push(Fault(format!(
                "row {id} of {table} points at nothing in {parent}"
            )));
        }
        for (what, sql) in REPEATED {
            let mut statement = self.sql().prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                faults.push(Fault(format!("{}: {what}", row.get::<_, String>(0)?)));
            }
        }
        faults.extend(self.index_faults()?);
        Ok(faults)
    }

    /// Files in the order of their rows, after `after`: for walking them all in steps.
    pub fn named_bytes(&self, after: FileId, limit: u32) -> Result<Vec<NamedBytes>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                &format!("SELECT {FILE}, l.code, f.replaced_at FROM files f JOIN recordings r ON r.id = f.recording
                 JOIN lessons l ON l.id = r.lesson
                 WHERE f.id > :after AND f.pruned_at IS NULL ORDER BY f.id LIMIT :limit"),
            )?
            .query_map(named_params! {":after": after.0, ":limit": limit}, |r| {
                Ok(NamedBytes {
                    file: read_file(r)?,
                    code: r.get("code")?,
                    replaced: r.get::<_, Option<i64>>("replaced_at")?.is_some(),
                })
            })?
            .collect::<Result<_, _>>()?)
    }

    /// Whether any row names the stored bytes `location`, or will: those of an upload called `incoming` that was
    /// moved into the store and is not finished yet, and what a job is about to move there.
    pub fn names_location(&self, location: &str, incoming: Option<&str>) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM files WHERE location = :location AND pruned_at IS NULL)
                     OR EXISTS (SELECT 1 FROM uploads WHERE id = :incoming AND state IN ('queued', 'processing'))
                     OR EXISTS (SELECT 1 FROM jobs WHERE planned IS NOT NULL AND instr(planned, :location) > 0)",
            )?
            .query_row(
                named_params! {":location": location, ":incoming": incoming},
                |r| r.get(0),
            )?)
    }
}

/// Columns that repeat others, and how to see that they differ.
const REPEATED: &[(&str, &str)] = &[
    (
        "its shelf differs from the lesson",
        "SELECT l.code FROM lesson_grades g JOIN lessons l ON l.id = g.lesson
         WHERE (g.subject, g.section, g.listed, g.shelf_order) IS NOT (l.subject, l.section, l.listed, l.shelf_order)",
    ),
    ("it has no grade", "SELECT code FROM lessons l WHERE NOT EXISTS (SELECT 1 FROM lesson_grades WHERE lesson = l.id)"),
    (
        "its current recording is another lesson's",
        "SELECT l.code FROM lessons l JOIN recordings r ON r.id = l.current_recording WHERE r.lesson <> l.id",
    ),
    (
        "its recording was overwritten in place by another lesson's; import it again",
        "SELECT l.code FROM lessons l WHERE current_recording IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM files WHERE recording = l.current_recording AND role = 'source'
               AND (replaced_at IS NULL OR pruned_at IS NOT NULL))",
    ),
    (
        "the recording that it shows was pruned: its bytes are gone; show another edition, or upload it again",
        "SELECT l.code FROM lessons l JOIN files f ON f.recording = l.current_recording
         WHERE f.role = 'source' AND f.pruned_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM files WHERE recording = f.recording AND role = 'source' AND replaced_at IS NULL)",
    ),
    (
        "it is no draft, and nothing says since when; --repair takes its beginning",
        "SELECT code FROM lessons WHERE visibility <> 'draft' AND published_at IS NULL
         OR visibility = 'public' AND listed_at IS NULL",
    ),
    (
        "its code leads elsewhere",
        "SELECT l.code FROM lessons l JOIN codes c ON c.code = l.code WHERE c.lesson IS NOT l.id",
    ),
    (
        "the shelf's count is wrong",
        "SELECT 'grade ' || grade || ', ' || section || ', ' || subject FROM (
             SELECT grade, section, subject, lessons, priced, cost FROM shelf_counts WHERE lessons > 0
             UNION ALL
             SELECT grade, section, subject, count(*), count(cost), coalesce(sum(cost), 0) FROM lesson_grades
             WHERE listed GROUP BY grade, section, subject)
         GROUP BY grade, section, subject, lessons, priced, cost HAVING count(*) <> 2 LIMIT 20",
    ),
];

fn pages(sql: &Connection, pragma: &str) -> Result<(), Error> {
    let answer: String = sql.query_row(&format!("PRAGMA {pragma}"), [], |r| r.get(0))?;
    if answer == "ok" {
        Ok(())
    } else {
        Err(Error::Damaged(answer))
    }
}

impl Change<'_> {
    /// Remembers lessons that others see as published from their beginning, where nothing says since when.
    pub fn remember_published(&self) -> Result<(), Error> {
        self.sql().execute_batch(
            "UPDATE lessons SET published_at = created_at WHERE visibility <> 'draft' AND published_at IS NULL;
             UPDATE lessons SET listed_at = published_at WHERE visibility = 'public' AND listed_at IS NULL;",
        )?;
        Ok(())
    }

    /// Puts lessons that stand wrongly on their shelves anew and counts again: the repair of what [`Snapshot::faults`]
    /// finds in repeated columns.
    pub fn rebuild_shelves(&self) -> Result<(), Error> {
        // The counts first: the triggers that go along with the rest must not meet wrong ones.
        self.sql().execute_batch(
            "DELETE FROM shelf_counts;
             INSERT INTO shelf_counts (grade, section, subject, lessons, priced, cost)
             SELECT grade, section, subject, count(*), count(cost), coalesce(sum(cost), 0)
             FROM lesson_grades WHERE listed GROUP BY grade, section, subject;",
        )?;
        let ids: Vec<i64> = self
            .sql()
            .prepare(
                "SELECT DISTINCT l.id FROM lesson_grades g JOIN lessons l ON l.id = g.lesson
                 WHERE (g.subject, g.section, g.listed, g.shelf_order)
                       IS NOT (l.subject, l.section, l.listed, l.shelf_order)",
            )?
            .query_map([], |r| r.get(0))?
            .collect::<Result<_, _>>()?;
        for id in ids {
            super::shelf::refresh(self.sql(), crate::units::LessonId(id))?;
        }
        Ok(())
    }
}
