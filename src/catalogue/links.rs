//! Links that end, by which a draft is watched without an account. What decides on them is `auth::access`.

use rusqlite::{OptionalExtension, Row, named_params};

use super::{Change, Error, Snapshot};
use crate::clock::UnixMillis;
use crate::units::{LessonId, LinkId, PersonId};

/// What a link is known by, under the archive's seal.
pub type LinkKey = [u8; 12];

/// Longest note on a link, in characters.
pub const LONGEST_NOTE: usize = 200;

/// Links of a lesson that have ended and are still known by it: who comes with one is told that it has ended. Of older ones
/// nothing is left.
const ENDED_KEPT: u32 = 50;

/// A link to a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonLink {
    /// By which it is taken back.
    pub id: LinkId,
    /// What it is made of.
    pub key: LinkKey,
    /// What it shows.
    pub lesson: LessonId,
    /// Who made it; `None`: the command line.
    pub by: Option<PersonId>,
    /// Their name.
    pub maker: Option<String>,
    /// Whom or what it is for.
    pub note: Option<String>,
    /// When it was made.
    pub made: UnixMillis,
    /// From then on it shows nothing.
    pub ends: UnixMillis,
}

/// A link about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields of LessonLink")]
pub struct NewLessonLink {
    pub key: LinkKey,
    pub lesson: LessonId,
    pub by: Option<PersonId>,
    pub note: Option<String>,
    pub made: UnixMillis,
    pub ends: UnixMillis,
}

const LINK: &str = "SELECT l.id, l.key, l.lesson, l.person, p.name, l.note, l.made_at, l.ends_at
     FROM lesson_links l LEFT JOIN people p ON p.id = l.person";

impl Snapshot<'_> {
    /// The link of this key; `None`: it was taken back, or never was one.
    pub fn lesson_link(&self, key: &LinkKey) -> Result<Option<LessonLink>, Error> {
        Ok(self
            .sql()
            .prepare_cached(&format!("{LINK} WHERE l.key = :key"))?
            .query_row(named_params! {":key": key}, read)
            .optional()?)
    }

    /// The links of a lesson, the newest first, those that have ended among them.
    pub fn links_of(&self, lesson: LessonId) -> Result<Vec<LessonLink>, Error> {
        Ok(self
            .sql()
            .prepare_cached(&format!(
                "{LINK} WHERE l.lesson = :lesson ORDER BY l.id DESC"
            ))?
            .query_map(named_params! {":lesson": lesson.0}, read)?
            .collect::<Result<_, _>>()?)
    }
}

impl Change<'_> {
    /// Makes a link, and forgets the oldest of those that ended when there are many.
    pub fn add_lesson_link(&self, link: &NewLessonLink) -> Result<LinkId, Error> {
        self.sql()
            .prepare_cached(
                "DELETE FROM lesson_links WHERE id IN (
                     SELECT id FROM lesson_links WHERE lesson = :lesson AND ends_at <= :now
                     ORDER BY ends_at DESC, id DESC LIMIT -1 OFFSET :kept)",
            )?
            .execute(named_params! {
                ":lesson": link.lesson.0, ":now": link.made.0, ":kept": ENDED_KEPT,
            })?;
        Ok(self
            .sql()
            .prepare_cached(
                "INSERT INTO lesson_links (key, lesson, person, note, made_at, ends_at)
                 VALUES (:key, :lesson, :person, :note, :made, :ends) RETURNING id",
            )?
            .query_row(
                named_params! {
                    ":key": link.key, ":lesson": link.lesson.0, ":person": link.by.map(|p| p.0),
                    ":note": link.note, ":made": link.made.0, ":ends": link.ends.0,
                },
                |r| r.get(0).map(LinkId),
            )?)
    }

    /// Takes a link of a lesson back; what it was, if it has such a one. Nothing is left by which it could be told from one
    /// that never was.
    pub fn remove_lesson_link(
        &self,
        lesson: LessonId,
        id: LinkId,
    ) -> Result<Option<LessonLink>, Error> {
        let mut links = self.snapshot().links_of(lesson)?.into_iter();
        let link = links.find(|link| link.id == id);
        if link.is_some() {
            self.sql()
                .prepare_cached("DELETE FROM lesson_links WHERE id = :id")?
                .execute(named_params! {":id": id.0})?;
        }
        Ok(link)
    }
}

fn read(r: &Row<'_>) -> rusqlite::Result<LessonLink> {
    Ok(LessonLink {
        id: LinkId(r.get(0)?),
        key: r.get(1)?,
        lesson: LessonId(r.get(2)?),
        by: r.get::<_, Option<i64>>(3)?.map(PersonId),
        maker: r.get(4)?,
        note: r.get(5)?,
        made: UnixMillis(r.get(6)?),
        ends: UnixMillis(r.get(7)?),
    })
}
