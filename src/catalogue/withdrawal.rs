//! The end of a lesson: taken back with a reason, put back, or, while it was never published, deleted.

use rusqlite::named_params;

use super::{
    Change, Error, Found, Lesson, Placement, ShelfName, Snapshot, Titled, UploadId, shelf,
};
use crate::clock;
use crate::units::{Code, LessonId};

/// Characters that a reason may have.
pub const LONGEST_REASON: usize = 2000;

/// Lessons that may take the place of another one, at most.
const REPLACEMENTS: u32 = 5;

/// Where to go instead of a lesson that was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacements {
    /// Where it stood, by its first grade.
    pub shelf: ShelfName,
    /// Listed lessons, at most five: its other forms, then those of that shelf with its title, its topic or its place in
    /// the programme.
    pub lessons: Vec<Titled>,
}

impl Snapshot<'_> {
    /// Where to go instead of the lesson whose own code this is; `None`: it is none's.
    pub fn instead_of(&self, code: Code) -> Result<Option<Replacements>, Error> {
        let Found::Lesson(lesson) = self.find(code)? else {
            return Ok(None);
        };
        let Some(grade) = lesson.description.grades.first() else {
            return Ok(None);
        };
        let shelf = ShelfName {
            grade: grade.clone(),
            subject: lesson.description.subject.clone(),
            section: lesson.description.section.clone(),
        };
        let mut lessons = self.listed_among(&self.siblings(lesson.id)?)?;
        for alike in self.alike(&shelf, &lesson)? {
            if !lessons.contains(&alike) {
                lessons.push(alike);
            }
        }
        lessons.truncate(REPLACEMENTS as usize);
        Ok(Some(Replacements { shelf, lessons }))
    }

    /// The listed lessons of a shelf that are about the same as `lesson`, itself not among them.
    fn alike(&self, shelf: &ShelfName, lesson: &Lesson) -> Result<Vec<Titled>, Error> {
        let d = &lesson.description;
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT l.code, l.title FROM lesson_grades g INDEXED BY shelf JOIN lessons l ON l.id = g.lesson
                 WHERE g.listed AND g.grade = :grade AND g.subject = :subject AND g.section = :section AND l.id <> :id
                   AND (l.title = :title OR l.topic = :topic OR (l.lesson_number = :number AND l.programme IS :programme))
                 ORDER BY g.shelf_order, g.lesson LIMIT :limit",
            )?
            .query_map(
                named_params! {
                    ":grade": shelf.grade, ":subject": shelf.subject, ":section": shelf.section,
                    ":id": lesson.id.0, ":title": d.title, ":topic": d.topic,
                    ":number": d.lesson_number, ":programme": d.programme, ":limit": REPLACEMENTS,
                },
                |r| {
                    Ok(Titled {
                        code: r.get("code")?,
                        title: r.get("title")?,
                    })
                },
            )?
            .collect::<Result<_, _>>()?)
    }
}

/// Bytes that a change gave up: the caller deletes them when it is committed, where nothing else names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenUp {
    /// Keys of the store.
    pub locations: Vec<String>,
    /// Uploads that are forgotten.
    pub uploads: Vec<UploadId>,
}

impl Change<'_> {
    /// Takes a lesson back: its addresses answer 410 with the reason. `None` puts it back.
    pub fn set_withdrawn(&self, lesson: LessonId, reason: Option<&str>) -> Result<(), Error> {
        let now = clock::now().0;
        self.sql()
            .prepare_cached(
                "UPDATE lessons SET withdrawn_at = iif(:reason IS NULL, NULL, :now), withdrawn_reason = :reason,
                     updated_at = max(:now, updated_at + 1) WHERE id = :id",
            )?
            .execute(named_params! {":id": lesson.0, ":reason": reason, ":now": now})?;
        shelf::refresh(self.sql(), lesson)
    }

    /// Deletes a lesson that was never published, with its recordings, and forgets what is being uploaded for it;
    /// its code stays taken.
    ///
    /// # Errors
    /// [`Error::Invalid`] for one that was published: its addresses must not break.
    pub fn delete_lesson(&self, lesson: LessonId) -> Result<GivenUp, Error> {
        let published: bool = self
            .sql()
            .prepare_cached("SELECT published_at IS NOT NULL FROM lessons WHERE id = :id")?
            .query_row(named_params! {":id": lesson.0}, |r| r.get(0))?;
        if published {
            return Err(Error::Invalid(
                "this lesson was published, and its address must not break; withdraw it instead"
                    .into(),
            ));
        }
        let mut locations: Vec<String> = self
            .sql()
            .prepare_cached(
                "SELECT DISTINCT f.location FROM files f JOIN recordings r ON r.id = f.recording
                 WHERE r.lesson = :id AND f.placement = :store AND f.pruned_at IS NULL",
            )?
            .query_map(
                named_params! {":id": lesson.0, ":store": Placement::Store},
                |r| r.get(0),
            )?
            .collect::<Result<_, _>>()?;
        // What jobs had moved into the store and nothing names yet goes as well: their plans go with their rows.
        let planned: Vec<String> = self
            .sql()
            .prepare_cached(
                "SELECT j.planned FROM jobs j JOIN recordings r ON r.id = j.recording
                 WHERE r.lesson = :id AND j.planned IS NOT NULL",
            )?
            .query_map(named_params! {":id": lesson.0}, |r| r.get(0))?
            .collect::<Result<_, _>>()?;
        locations.extend(
            planned
                .iter()
                .flat_map(|keys| keys.split(' ').map(str::to_owned)),
        );
        let uploads = self
            .sql()
            .prepare_cached(
                "UPDATE uploads SET state = 'gone' WHERE lesson = :id AND state NOT IN ('done', 'gone')
                 RETURNING id",
            )?
            .query_map(named_params! {":id": lesson.0}, |r| r.get(0))?
            .collect::<Result<_, _>>()?;
        self.sql()
            .prepare_cached("UPDATE lessons SET current_recording = NULL WHERE id = :id")?
            .execute(named_params! {":id": lesson.0})?;
        self.sql()
            .prepare_cached("DELETE FROM lessons WHERE id = :id")?
            .execute(named_params! {":id": lesson.0})?;
        Ok(GivenUp { locations, uploads })
    }
}
