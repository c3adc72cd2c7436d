//! The log of who did what to which lesson, and to whom. Rows are only added.

use rusqlite::{OptionalExtension, Row, named_params};

use super::{Change, Error, Snapshot};
use crate::clock::{self, UnixMillis};
use crate::units::{Code, LessonId, PersonId};

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed<'a> {
    /// Who did it; `None`: the command line.
    pub by: Option<PersonId>,
    /// To which lesson, if to one, and its code then.
    pub lesson: Option<(LessonId, Code)>,
    /// In one word: `created`, `published`, `person-added`.
    pub action: &'a str,
    /// What changed, such as `{"title": ["before", "after"]}` or `{"person": "name"}`. No secrets.
    pub detail: Option<serde_json::Value>,
}

/// A row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Grows with time.
    pub id: i64,
    /// When.
    pub at: UnixMillis,
    /// Who; `None`: the command line.
    pub by: Option<String>,
    /// The lesson's code then.
    pub code: Option<String>,
    /// The lesson, while it is there.
    pub lesson: Option<LessonId>,
    /// In one word.
    pub action: String,
    /// JSON.
    pub detail: Option<String>,
}

impl Change<'_> {
    /// Writes down what this change does.
    pub fn record_change(&self, deed: &Deed<'_>) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "INSERT INTO changes (made_at, person, lesson, code, action, detail)
                 VALUES (:now, :person, :lesson, :code, :action, :detail)",
            )?
            .execute(named_params! {
                ":now": clock::now().0,
                ":person": deed.by.map(|p| p.0),
                ":lesson": deed.lesson.map(|(id, _)| id.0),
                ":code": deed.lesson.map(|(_, code)| code.to_string()),
                ":action": deed.action,
                ":detail": deed.detail.as_ref().map(ToString::to_string),
            })?;
        Ok(())
    }
}

impl Snapshot<'_> {
    /// The log before `before`, the newest first: of one lesson, or everything.
    pub fn changes(
        &self,
        of: Option<LessonId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Logged>, Error> {
        // Each in the order of its own index.
        let of_which = match of {
            Some(_) => "c.lesson = :of",
            None => ":of IS NULL",
        };
        Ok(self
            .sql()
            .prepare_cached(&format!(
                "{LOGGED} WHERE {of_which} AND c.id < :before ORDER BY c.id DESC LIMIT :limit",
            ))?
            .query_map(
                named_params! {
                    ":of": of.map(|l| l.0), ":before": before.unwrap_or(i64::MAX), ":limit": limit,
                },
                read_logged,
            )?
            .collect::<Result<_, _>>()?)
    }

    /// One row of the log.
    pub fn change(&self, id: i64) -> Result<Option<Logged>, Error> {
        Ok(self
            .sql()
            .prepare_cached(&format!("{LOGGED} WHERE c.id = :id"))?
            .query_row(named_params! {":id": id}, read_logged)
            .optional()?)
    }
}

const LOGGED: &str = "SELECT c.id, c.made_at, p.name, c.code, c.action, c.detail, c.lesson
     FROM changes c LEFT JOIN people p ON p.id = c.person";

fn read_logged(r: &Row<'_>) -> rusqlite::Result<Logged> {
    Ok(Logged {
        id: r.get(0)?,
        at: UnixMillis(r.get(1)?),
        by: r.get(2)?,
        code: r.get(3)?,
        action: r.get(4)?,
        detail: r.get(5)?,
        lesson: r.get::<_, Option<i64>>(6)?.map(LessonId),
    })
}
