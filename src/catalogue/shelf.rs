//! Shelves: the lessons of a grade and subject in programme order, and how many stand on each.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, named_params};

use super::columns::{Columns, at, columns};
use super::lesson::{Description, Kind};
use super::lessons::unsigned;
use super::{Error, Snapshot, index};
use crate::units::{Bytes, Code, LessonId, Millis};

/// What a list shows of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its row.
    pub id: LessonId,
    /// Its permanent name.
    pub code: Code,
    /// As in the programme.
    pub title: String,
    /// Place in the programme.
    pub lesson_number: Option<u32>,
    /// Chapter of the curriculum.
    pub unit: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// Vocabulary id.
    pub subject: String,
    /// Vocabulary id.
    pub section: String,
    /// What sort of broadcast it was.
    pub kind: Kind,
    /// Shown in sign language as well.
    pub signed: bool,
    /// There are captions in some language.
    pub captioned: bool,
    /// There is sound. A lesson without any is worth a word before it is played.
    pub has_sound: bool,
    /// How long it plays; `None`: announced only.
    pub duration: Option<Millis>,
    /// What its cheapest form weighs; `None`: nothing can be watched yet.
    pub cost: Option<Bytes>,
}

/// One number on the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfCount {
    /// Vocabulary id.
    pub grade: String,
    /// Vocabulary id.
    pub section: String,
    /// Vocabulary id.
    pub subject: String,
    /// Listed lessons.
    pub lessons: u64,
    /// Those of them that can be watched.
    pub priced: u64,
    /// What the cheapest forms of those weigh together.
    pub cost: Bytes,
}

/// The columns of [`read_card`]: of `lessons l`, `recordings r` and `lesson_grades g`.
pub(super) const CARD: Columns = columns!(
    "l.id",
    "l.code",
    "l.title",
    "l.lesson_number",
    "l.unit",
    "l.topic",
    "l.subject",
    "l.section",
    "l.kind",
    "l.interpreter IS NOT NULL AS signed",
    "r.duration_ms",
    "coalesce(r.has_sound, 1) AS has_sound",
    "g.cost",
    "EXISTS (SELECT 1 FROM files f WHERE f.recording = r.id AND f.role = 'captions' AND f.replaced_at IS NULL) AS captioned",
);

impl Snapshot<'_> {
    /// The numbers of every shelf that has lessons.
    pub fn shelf_counts(&self) -> Result<Vec<ShelfCount>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT * FROM shelf_counts WHERE lessons > 0")?
            .query_map([], |r| {
                Ok(ShelfCount {
                    grade: r.get("grade")?,
                    section: r.get("section")?,
                    subject: r.get("subject")?,
                    lessons: unsigned(r, "lessons")?,
                    priced: unsigned(r, "priced")?,
                    cost: Bytes(unsigned(r, "cost")?),
                })
            })?
            .collect::<Result<_, _>>()?)
    }

    /// Listed lessons of each subject, section and channel that has any, by the ids of these vocabularies: a lesson of two
    /// grades counts once.
    pub fn term_counts(&self) -> Result<[BTreeMap<String, u64>; 3], Error> {
        let count = |sql: &str| -> Result<BTreeMap<String, u64>, Error> {
            let mut statement = self.sql().prepare_cached(sql)?;
            let rows = statement.query_map([], |r| Ok((r.get(0)?, unsigned(r, 1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        Ok([
            count("SELECT subject, count(*) FROM lessons WHERE listed GROUP BY subject")?,
            count("SELECT section, count(*) FROM lessons WHERE listed GROUP BY section")?,
            count(
                "SELECT b.channel, count(DISTINCT b.lesson) FROM broadcasts b JOIN lessons l ON l.id = b.lesson
                 WHERE l.listed GROUP BY b.channel",
            )?,
        ])
    }

    /// At most `limit` lessons of a shelf in programme order, from the one after `after` on.
    pub fn shelf(
        &self,
        grade: &str,
        subject: &str,
        section: &str,
        after: Option<Code>,
        limit: u32,
    ) -> Result<Vec<Card>, Error> {
        // Without a place to start from, every order comes after the empty text.
        let (order, id) = self.place_of(after)?.unwrap_or_default();
        Ok(self
            .sql()
            .prepare_cached(&format!(
                "SELECT {CARD} FROM lesson_grades g INDEXED BY shelf
                 JOIN lessons l ON l.id = g.lesson LEFT JOIN recordings r ON r.id = l.current_recording
                 WHERE g.listed AND g.grade = :grade AND g.subject = :subject AND g.section = :section
                   AND (g.shelf_order, g.lesson) > (:order, :id)
                 ORDER BY g.shelf_order, g.lesson LIMIT :limit"
            ))?
            .query_map(
                named_params! {
                    ":grade": grade, ":subject": subject, ":section": section,
                    ":order": order, ":id": id, ":limit": limit,
                },
                read_card,
            )?
            .collect::<Result<_, _>>()?)
    }

    /// The listed lessons of a unit in programme order, `lesson` among them if it is listed.
    pub fn unit(&self, lesson: &Description, limit: u32) -> Result<Vec<Card>, Error> {
        let (Some(unit), Some(grade)) = (&lesson.unit, lesson.grades.first()) else {
            return Ok(Vec::new());
        };
        Ok(self
            .sql()
            .prepare_cached(&format!(
                "SELECT {CARD} FROM lessons l INDEXED BY lessons_of_unit
                 JOIN lesson_grades g ON g.lesson = l.id AND g.grade = :grade
                 LEFT JOIN recordings r ON r.id = l.current_recording
                 WHERE l.listed AND l.unit = :unit AND l.subject = :subject AND l.section = :section
                   AND l.programme IS :programme
                 ORDER BY l.shelf_order, l.id LIMIT :limit"
            ))?
            .query_map(
                named_params! {
                    ":grade": grade, ":unit": unit, ":subject": lesson.subject,
                    ":section": lesson.section, ":programme": lesson.programme, ":limit": limit,
                },
                read_card,
            )?
            .collect::<Result<_, _>>()?)
    }

    /// Where a lesson stands in programme order; `None` without a lesson of that code, or for a draft,
    /// which answers like what never was.
    pub(super) fn place_of(&self, code: Option<Code>) -> Result<Option<(String, i64)>, Error> {
        let Some(code) = code else { return Ok(None) };
        let place = self
            .sql()
            .prepare_cached(
                "SELECT l.shelf_order, l.id FROM codes c JOIN lessons l ON l.id = c.lesson WHERE c.code = :code AND l.visibility <> 'draft'",
            )?
            .query_row(named_params! {":code": code.as_str()}, |r| Ok((r.get(0)?, r.get(1)?)));
        match place {
            Ok(place) => Ok(Some(place)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }
}

pub(super) fn read_card(r: &Row<'_>) -> rusqlite::Result<Card> {
    Ok(Card {
        id: LessonId(r.get(at!(CARD, "id"))?),
        code: r.get(at!(CARD, "code"))?,
        title: r.get(at!(CARD, "title"))?,
        lesson_number: r.get(at!(CARD, "lesson_number"))?,
        unit: r.get(at!(CARD, "unit"))?,
        topic: r.get(at!(CARD, "topic"))?,
        subject: r.get(at!(CARD, "subject"))?,
        section: r.get(at!(CARD, "section"))?,
        kind: r.get(at!(CARD, "kind"))?,
        signed: r.get(at!(CARD, "signed"))?,
        captioned: r.get(at!(CARD, "captioned"))?,
        has_sound: r.get(at!(CARD, "has_sound"))?,
        duration: r
            .get::<_, Option<i64>>(at!(CARD, "duration_ms"))?
            .map(|ms| Millis(ms.unsigned_abs())),
        cost: r
            .get::<_, Option<i64>>(at!(CARD, "cost"))?
            .map(|b| Bytes(b.unsigned_abs())),
    })
}

/// Programme order as one comparable text: programme, school year, number, first airing, title;
/// what is not said comes last.
pub(super) fn order_of(d: &Description) -> String {
    const LAST: &str = "\u{10ffff}";
    let number = d.lesson_number.map_or(LAST.into(), |n| format!("{n:04}"));
    // Times before 1970 sort wrongly; no lesson was broadcast then.
    let aired = d
        .broadcasts
        .first()
        .map_or(LAST.into(), |b| format!("{:015}", b.at.0.max(0)));
    [
        d.programme.as_deref().unwrap_or(LAST),
        d.school_year.as_deref().unwrap_or(LAST),
        &number,
        &aired,
        &d.title,
    ]
    .join("\u{1f}")
}

/// Puts a lesson on its shelves anew, from its row and `grades`.
pub(super) fn replace(sql: &Connection, lesson: LessonId, grades: &[String]) -> Result<(), Error> {
    sql.prepare_cached("DELETE FROM lesson_grades WHERE lesson = :lesson")?
        .execute(named_params! {":lesson": lesson.0})?;
    let mut put = sql.prepare_cached(
        "INSERT INTO lesson_grades (lesson, grade, position, subject, section, listed, shelf_order, cost)
         SELECT id, :grade, :position, subject, section, listed, shelf_order,
                -- As `Lesson::cost` says it: what can be watched (of sound alone: heard), else what can at least be saved.
                (SELECT coalesce(min(f.bytes) FILTER (WHERE f.role <> 'source' OR r.playable), min(f.bytes))
                 FROM files f JOIN recordings r ON r.id = f.recording
                 WHERE f.recording = l.current_recording AND f.replaced_at IS NULL
                   AND (f.role IN ('source', 'rendition') OR (f.role = 'audio' AND r.width IS NULL)))
         FROM lessons l WHERE id = :lesson",
    )?;
    for (position, grade) in (0_i64..).zip(grades) {
        put.execute(named_params! {":lesson": lesson.0, ":grade": grade, ":position": position})?;
    }
    // Whatever moves a lesson on its shelves may change what it is found by.
    index::mark(sql, lesson)
}

/// [`replace`] with the grades as they are: after a change of the lesson's files.
pub(super) fn refresh(sql: &Connection, lesson: LessonId) -> Result<(), Error> {
    let grades: Vec<String> = sql
        .prepare_cached("SELECT grade FROM lesson_grades WHERE lesson = :lesson ORDER BY position")?
        .query_map(named_params! {":lesson": lesson.0}, |r| r.get(0))?
        .collect::<Result<_, _>>()?;
    replace(sql, lesson, &grades)
}
