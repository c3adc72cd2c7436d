//! What other programs read to keep up: lessons by when they changed, those that are not listed any more among them; the
//! newest, for feeds; all of them by their rows, for sitemaps.

use rusqlite::{OptionalExtension, Row, ToSql, named_params};

use super::{Error, Lesson, Snapshot};
use crate::clock::UnixMillis;
use crate::units::{Code, LessonId, Millis};

/// Rows of lessons in one part of a sitemap: a part stays what it is when others are added.
const MAPPED: i64 = 1000;

/// Some shelves: those of a grade, of its subject, of that subject's section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelves {
    /// Vocabulary id.
    pub grade: String,
    /// Vocabulary id; `None`: all.
    pub subject: Option<String>,
    /// Vocabulary id; `None`: all.
    pub section: Option<String>,
}

/// Which changes a harvester asks for; they come in order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Harvest {
    /// Of this moment or later.
    pub from: Option<UnixMillis>,
    /// Before this moment.
    pub before: Option<UnixMillis>,
    /// Of lessons that stand, or stood, on these shelves.
    pub of: Option<Shelves>,
    /// Those that come after this one: when it changed, and which it is.
    pub after: Option<(UnixMillis, Code)>,
}

/// A lesson that harvesters know or are to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Harvested {
    /// As it is now; where it is gone, nothing but its code, its shelves and the time may be told.
    pub lesson: Lesson,
    /// It was listed and is not any more: withdrawn, or for those only who have its address.
    pub gone: bool,
}

/// Which of the newest lessons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Newest {
    /// Vocabulary id; `None`: all.
    pub grade: Option<String>,
    /// Vocabulary id, of the grade; `None`: all.
    pub subject: Option<String>,
    /// Vocabulary id.
    pub section: String,
    /// Those alone that have sound made for narrow lines; else those that can be watched.
    pub heard: bool,
}

/// What a sitemap says of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// Its permanent name.
    pub code: Code,
    /// As in the programme.
    pub title: String,
    /// What people say about it.
    pub description: Option<String>,
    /// Vocabulary id of its first grade.
    pub grade: String,
    /// Vocabulary id.
    pub subject: String,
    /// Last change of its page, by people or by jobs.
    pub changed: UnixMillis,
    /// When it was first listed.
    pub listed: UnixMillis,
    /// How long it plays.
    pub duration: Option<Millis>,
    /// There is a picture, something to watch, and a still of it.
    pub pictured: bool,
}

/// What makes a lesson's page another one.
const CHANGED: &str = "max(l.updated_at, coalesce(l.processed_at, 0))";

impl Snapshot<'_> {
    /// At most `limit` lessons that changed, the earliest change first, and whether there are more.
    ///
    /// # Errors
    /// [`Error::Invalid`], when no lesson that harvesters know has the code of `after`.
    pub fn harvest(&self, asked: &Harvest, limit: u32) -> Result<(Vec<Harvested>, bool), Error> {
        // Rows begin at 1: the place before all lessons of a moment.
        let from = asked.from.map_or((i64::MIN, 0), |at| (at.0, 0));
        let (at, row) = match asked.after {
            Some((at, code)) => from.max((at.0, self.known(code)?)),
            None => from,
        };
        let before = asked.before.map_or(i64::MAX, |at| at.0);
        // One more than wanted tells whether there are more.
        let more = limit + 1;
        let mut values: Vec<(&str, &dyn ToSql)> = vec![
            (":at", &at),
            (":row", &row),
            (":before", &before),
            (":limit", &more),
        ];
        let (mut stands, mut stood) = (String::new(), String::new());
        if let Some(of) = &asked.of {
            let shelves = of.condition(&mut values);
            // All that stand there are gathered from the shelf's index, which bounds what a set costs that has few or none;
            // what is listed no more is little, and looked at one by one.
            stands = format!(
                " AND l.id IN (SELECT g.lesson FROM lesson_grades g WHERE g.listed AND {shelves})"
            );
            stood = format!(
                " AND EXISTS (SELECT 1 FROM lesson_grades g WHERE g.lesson = l.id AND {shelves})"
            );
        }
        let half = |index: &str, which: &str, shelves: &str| {
            format!(
                "SELECT l.id, l.updated_at, NOT l.listed AS gone FROM lessons l INDEXED BY {index}
                 WHERE {which} AND (l.updated_at, l.id) > (:at, :row) AND l.updated_at < :before{shelves}"
            )
        };
        // SQLite merges the two, each in the order of its index.
        let sql = format!(
            "{} UNION ALL {} ORDER BY 2, 1 LIMIT :limit",
            half("lessons_changed", "l.listed", &stands),
            half(
                "lessons_taken_back",
                "l.listed_at IS NOT NULL AND NOT l.listed",
                &stood
            ),
        );
        let found: Vec<(LessonId, bool)> = self
            .sql()
            .prepare_cached(&sql)?
            .query_map(values.as_slice(), |r| {
                Ok((LessonId(r.get("id")?), r.get("gone")?))
            })?
            .collect::<Result<_, _>>()?;
        let mut harvested = Vec::with_capacity(found.len().min(limit as usize));
        for (id, gone) in found.iter().take(limit as usize) {
            let lesson = self.lesson(*id)?;
            harvested.extend(lesson.map(|lesson| Harvested {
                lesson,
                gone: *gone,
            }));
        }
        Ok((harvested, found.len() > limit as usize))
    }

    /// The lesson whose own code this is, if it was ever listed.
    pub fn harvested(&self, code: Code) -> Result<Option<Harvested>, Error> {
        let found: Option<(LessonId, bool)> = self
            .sql()
            .prepare_cached(
                "SELECT id, NOT listed AS gone FROM lessons WHERE code = :code AND listed_at IS NOT NULL",
            )?
            .query_row(named_params! {":code": code.as_str()}, |r| {
                Ok((LessonId(r.get("id")?), r.get("gone")?))
            })
            .optional()?;
        let Some((id, gone)) = found else {
            return Ok(None);
        };
        Ok(self.lesson(id)?.map(|lesson| Harvested { lesson, gone }))
    }

    /// When the first of the changes was that harvesters may be told of; `None`: there is none yet.
    pub fn first_change(&self) -> Result<Option<UnixMillis>, Error> {
        let first: Option<i64> = self
            .sql()
            .prepare_cached(
                "SELECT min(at) FROM (
                     SELECT min(updated_at) AS at FROM lessons INDEXED BY lessons_changed WHERE listed
                     UNION ALL
                     SELECT min(updated_at) FROM lessons INDEXED BY lessons_taken_back
                     WHERE listed_at IS NOT NULL AND NOT listed)",
            )?
            .query_row([], |r| r.get(0))?;
        Ok(first.map(UnixMillis))
    }

    /// The row of a lesson that was ever listed.
    fn known(&self, code: Code) -> Result<i64, Error> {
        let row = self
            .sql()
            .prepare_cached("SELECT id FROM lessons WHERE code = :code AND listed_at IS NOT NULL")?
            .query_row(named_params! {":code": code.as_str()}, |r| r.get(0))
            .optional()?;
        row.ok_or_else(|| Error::Invalid(format!("no lesson {code} to go on after")))
    }

    /// At most `limit` lessons, the newest first, from the one after `after` on; and after which to go on, where there
    /// are more.
    ///
    /// # Errors
    /// [`Error::Invalid`], when `after` is no lesson that was ever listed.
    pub fn newest(
        &self,
        of: &Newest,
        after: Option<Code>,
        limit: u32,
    ) -> Result<(Vec<Lesson>, Option<Code>), Error> {
        let (at, row): (i64, i64) = match after {
            None => (i64::MAX, 0),
            Some(code) => {
                let row = self.known(code)?;
                let listed = "SELECT listed_at FROM lessons WHERE id = :row";
                let mut listed = self.sql().prepare_cached(listed)?;
                (
                    listed.query_row(named_params! {":row": row}, |r| r.get(0))?,
                    row,
                )
            }
        };
        let more = limit + 1;
        let mut values: Vec<(&str, &dyn ToSql)> = vec![
            (":section", &of.section),
            (":at", &at),
            (":row", &row),
            (":limit", &more),
        ];
        // A shelf is short enough to be put in order; a grade and the whole archive are read in the order of an index.
        let from = match (&of.grade, &of.subject) {
            (Some(grade), Some(subject)) => {
                values.extend([(":grade", grade as &dyn ToSql), (":subject", subject)]);
                "lesson_grades g INDEXED BY shelf CROSS JOIN lessons l ON l.id = g.lesson
                 WHERE g.listed AND g.grade = :grade AND g.subject = :subject AND g.section = :section"
            }
            (Some(grade), None) => {
                values.push((":grade", grade));
                "lessons l INDEXED BY lessons_newest WHERE l.listed AND l.section = :section
                 AND EXISTS (SELECT 1 FROM lesson_grades g WHERE g.lesson = l.id AND g.grade = :grade)"
            }
            (None, _) => {
                "lessons l INDEXED BY lessons_newest WHERE l.listed AND l.section = :section"
            }
        };
        let has = match of.heard {
            true => "f.role = 'audio'",
            false => {
                "(f.role = 'rendition' OR f.role = 'source'
                  AND (SELECT playable FROM recordings WHERE id = f.recording))"
            }
        };
        let sql = format!(
            "SELECT l.id FROM {from} AND (l.listed_at, l.id) < (:at, :row)
                 AND EXISTS (SELECT 1 FROM files f WHERE f.recording = l.current_recording
                             AND f.replaced_at IS NULL AND {has})
             ORDER BY l.listed_at DESC, l.id DESC LIMIT :limit"
        );
        let found: Vec<LessonId> = self
            .sql()
            .prepare_cached(&sql)?
            .query_map(values.as_slice(), |r| r.get(0).map(LessonId))?
            .collect::<Result<_, _>>()?;
        let mut lessons = Vec::with_capacity(found.len().min(limit as usize));
        for id in found.iter().take(limit as usize) {
            lessons.extend(self.lesson(*id)?);
        }
        let next = lessons.last().map(|lesson: &Lesson| lesson.code);
        Ok((lessons, next.filter(|_| found.len() > limit as usize)))
    }

    /// The parts of the sitemap that have lessons, by their numbers from 1, and when the last change in each was.
    pub fn map_parts(&self) -> Result<Vec<(u32, UnixMillis)>, Error> {
        let sql = format!(
            "SELECT (l.id - 1) / :rows + 1, max({CHANGED}) FROM lessons l NOT INDEXED WHERE l.listed GROUP BY 1 ORDER BY 1"
        );
        Ok(self
            .sql()
            .prepare_cached(&sql)?
            .query_map(named_params! {":rows": MAPPED}, |r| {
                Ok((r.get(0)?, UnixMillis(r.get(1)?)))
            })?
            .collect::<Result<_, _>>()?)
    }

    /// The listed lessons of a part of the sitemap, in the order of their rows: at most a thousand.
    pub fn mapped(&self, part: u32) -> Result<Vec<Mapped>, Error> {
        let first = i64::from(part).saturating_sub(1).saturating_mul(MAPPED);
        let sql = format!(
            "SELECT l.code, l.title, l.description, l.subject, l.listed_at, {CHANGED} AS changed, r.duration_ms,
                 coalesce((SELECT grade FROM lesson_grades WHERE lesson = l.id ORDER BY position LIMIT 1), '') AS grade,
                 coalesce(r.width IS NOT NULL
                     AND EXISTS (SELECT 1 FROM files WHERE recording = r.id AND role = 'poster' AND replaced_at IS NULL)
                     AND (r.playable OR EXISTS (SELECT 1 FROM files WHERE recording = r.id AND role = 'rendition'
                                                AND replaced_at IS NULL)), 0) AS pictured
             FROM lessons l NOT INDEXED LEFT JOIN recordings r ON r.id = l.current_recording
             WHERE l.listed AND l.id > :first AND l.id <= :first + :rows ORDER BY l.id"
        );
        Ok(self
            .sql()
            .prepare_cached(&sql)?
            .query_map(
                named_params! {":first": first, ":rows": MAPPED},
                read_mapped,
            )?
            .collect::<Result<_, _>>()?)
    }
}

impl Shelves {
    /// That a row `g` of `lesson_grades` is one of these shelves.
    fn condition<'a>(&'a self, values: &mut Vec<(&'a str, &'a dyn ToSql)>) -> String {
        let mut condition = "g.grade = :grade".to_owned();
        values.push((":grade", &self.grade));
        for (name, column, value) in [
            (":subject", "subject", &self.subject),
            (":section", "section", &self.section),
        ] {
            if let Some(id) = value {
                condition.push_str(&format!(" AND g.{column} = {name}"));
                values.push((name, id));
            }
        }
        condition
    }
}

fn read_mapped(r: &Row<'_>) -> rusqlite::Result<Mapped> {
    let duration: Option<i64> = r.get("duration_ms")?;
    let listed: Option<i64> = r.get("listed_at")?;
    let changed = r.get("changed")?;
    Ok(Mapped {
        code: r.get("code")?,
        title: r.get("title")?,
        description: r.get("description")?,
        grade: r.get("grade")?,
        subject: r.get("subject")?,
        changed: UnixMillis(changed),
        listed: UnixMillis(listed.unwrap_or(changed)),
        duration: duration.map(|ms| Millis(ms.unsigned_abs())),
        pictured: r.get("pictured")?,
    })
}

#[cfg(test)]
mod tests;
