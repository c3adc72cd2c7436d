//! Saving what people say about a lesson.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::lesson::Description;
use super::{Change, Error, Found, shelf};
use crate::clock::{self, UnixMillis};
use crate::units::{Code, LessonId};

/// Which lesson a description belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A new one; its code is chosen here.
    New,
    /// A new one that brings its code along (from another archive's sheet).
    NewWithCode(Code),
    /// The lesson of this row.
    Existing(LessonId),
}

/// What saving did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The lesson's row.
    pub id: LessonId,
    /// The lesson's code.
    pub code: Code,
    /// Whether anything is different now.
    pub changed: bool,
}

impl Change<'_> {
    /// Saves `description`; vocabulary ids in it must exist. Saving what is there already changes nothing.
    pub fn save_lesson(&self, target: Target, description: &Description) -> Result<Saved, Error> {
        let variant = match description.variant_of {
            None => None,
            Some(code) => Some(self.lesson_of(code)?.ok_or_else(|| {
                Error::Invalid(format!(
                    "variant_of: there is no lesson {code} in this archive"
                ))
            })?),
        };
        let now = clock::now();
        match target {
            Target::Existing(id) => {
                let old = self
                    .snapshot()
                    .lesson(id)?
                    .ok_or(Error::Sqlite(rusqlite::Error::QueryReturnedNoRows))?;
                let changed = old.description != *description;
                if changed {
                    self.put(id, old.code, description, variant, now, Verb::Update)?;
                }
                Ok(Saved {
                    id,
                    code: old.code,
                    changed,
                })
            }
            Target::New | Target::NewWithCode(_) => {
                let code = match target {
                    Target::NewWithCode(code) => self.claim(code)?,
                    _ => self.new_code()?,
                };
                let id = self.sql().query_row(
                    "SELECT coalesce(max(id), 0) + 1 FROM lessons",
                    [],
                    |r| r.get(0).map(LessonId),
                )?;
                self.put(id, code, description, variant, now, Verb::Insert)?;
                self.sql()
                    .prepare_cached("INSERT INTO codes (code, lesson) VALUES (:code, :lesson)")?
                    .execute(named_params! {":code": code.as_str(), ":lesson": id.0})?;
                Ok(Saved {
                    id,
                    code,
                    changed: true,
                })
            }
        }
    }

    fn lesson_of(&self, code: Code) -> Result<Option<LessonId>, Error> {
        let lesson: Option<Option<i64>> = self
            .sql()
            .prepare_cached("SELECT lesson FROM codes WHERE code = :code")?
            .query_row(named_params! {":code": code.as_str()}, |r| r.get(0))
            .optional()?;
        Ok(lesson.flatten().map(LessonId))
    }

    /// A code that another archive gave: good if nobody here ever had it.
    fn claim(&self, code: Code) -> Result<Code, Error> {
        match self.snapshot().find(code)? {
            Found::Unknown => Ok(code),
            _ => Err(Error::Invalid(format!(
                "the code {code} was given before and is never given again"
            ))),
        }
    }

    /// A random code that nobody ever had. Random, so that a wrong one leads nowhere rather than next door. It begins with
    /// a letter: tables would make 234567, 2345E6 and 2MAR25 numbers and dates of their own, and lose the code.
    fn new_code(&self) -> Result<Code, Error> {
        // With 21.2 million such codes, an archive of 100,000 lessons hits a taken one in 200 tries.
        for _ in 0..1000 {
            let code = Code::from_number(uuid::Uuid::new_v4().as_fields().0);
            if code.begins_with_letter() && self.snapshot().find(code)? == Found::Unknown {
                return Ok(code);
            }
        }
        Err(Error::Invalid(
            "no free lesson code was found; the archive is full".into(),
        ))
    }

    fn put(
        &self,
        id: LessonId,
        code: Code,
        d: &Description,
        variant: Option<LessonId>,
        now: UnixMillis,
        verb: Verb,
    ) -> Result<(), Error> {
        self.sql().prepare_cached(verb.sql())?.execute(named_params! {
            ":id": id.0, ":code": code.as_str(), ":title": d.title, ":description": d.description,
            ":subject": d.subject, ":section": d.section, ":language": d.language,
            ":programme": d.programme, ":lesson_number": d.lesson_number, ":unit": d.unit, ":topic": d.topic,
            ":school_year": d.school_year, ":term": d.term, ":week": d.week,
            ":isbn": d.textbook.as_ref().map(|t| &t.0), ":page": d.textbook.as_ref().map(|t| &t.1),
            ":interpreter": d.interpreter, ":kind": d.kind, ":variant": variant.map(|v| v.0),
            ":license": d.license, ":rights_holder": d.rights_holder, ":source_url": d.source_url,
            ":visibility": d.visibility, ":shelf_order": shelf::order_of(d), ":now": now.0,
        })?;
        put_lists(self.sql(), id, d)?;
        shelf::replace(self.sql(), id, &d.grades)
    }
}

#[derive(Clone, Copy)]
enum Verb {
    Insert,
    Update,
}

impl Verb {
    fn sql(self) -> &'static str {
        match self {
            Self::Insert => {
                "INSERT INTO lessons (id, code, title, description, subject, section, language, programme,
                     lesson_number, unit, topic, school_year, term, week, textbook_isbn, textbook_page,
                     interpreter, kind, variant_of, license, rights_holder, source_url, visibility,
                     shelf_order, created_at, updated_at, published_at, listed_at)
                 VALUES (:id, :code, :title, :description, :subject, :section, :language, :programme,
                     :lesson_number, :unit, :topic, :school_year, :term, :week, :isbn, :page,
                     :interpreter, :kind, :variant, :license, :rights_holder, :source_url, :visibility,
                     :shelf_order, :now, :now, iif(:visibility = 'draft', NULL, :now), iif(:visibility = 'public', :now, NULL))"
            }
            Self::Update => {
                "UPDATE lessons SET code = :code, title = :title, description = :description,
                     subject = :subject, section = :section, language = :language, programme = :programme,
                     lesson_number = :lesson_number, unit = :unit, topic = :topic, school_year = :school_year,
                     term = :term, week = :week, textbook_isbn = :isbn, textbook_page = :page,
                     interpreter = :interpreter, kind = :kind, variant_of = :variant, license = :license,
                     rights_holder = :rights_holder, source_url = :source_url, visibility = :visibility,
                     shelf_order = :shelf_order, updated_at = max(:now, updated_at + 1),
                     published_at = coalesce(published_at, iif(:visibility = 'draft', NULL, :now)),
                     listed_at = coalesce(listed_at, iif(:visibility = 'public', :now, NULL))
                 WHERE id = :id"
            }
        }
    }
}

fn put_lists(sql: &Connection, id: LessonId, d: &Description) -> Result<(), Error> {
    for table in [
        "lesson_curriculum",
        "lesson_teachers",
        "chapters",
        "broadcasts",
    ] {
        sql.prepare_cached(&format!("DELETE FROM {table} WHERE lesson = :id"))?
            .execute(named_params! {":id": id.0})?;
    }
    for (position, (framework, code)) in (0_i64..).zip(&d.curriculum) {
        sql.prepare_cached(
            "INSERT INTO lesson_curriculum (lesson, position, framework, code) VALUES (:id, :position, :framework, :code)",
        )?
        .execute(named_params! {":id": id.0, ":position": position, ":framework": framework, ":code": code})?;
    }
    for (position, name) in (0_i64..).zip(&d.teachers) {
        sql.prepare_cached(
            "INSERT INTO lesson_teachers (lesson, position, name) VALUES (:id, :position, :name)",
        )?
        .execute(named_params! {":id": id.0, ":position": position, ":name": name})?;
    }
    for chapter in &d.chapters {
        sql.prepare_cached(
            "INSERT INTO chapters (lesson, start_ms, title) VALUES (:id, :start, :title)",
        )?
        .execute(
            named_params! {":id": id.0, ":start": signed(chapter.start.0), ":title": chapter.title},
        )?;
    }
    let first = d.broadcasts.iter().map(|b| b.at).min();
    for broadcast in &d.broadcasts {
        let airing = if Some(broadcast.at) == first {
            "first"
        } else {
            "repeat"
        };
        sql.prepare_cached(
            "INSERT INTO broadcasts (lesson, air_at, channel, airing) VALUES (:id, :at, :channel, :airing)",
        )?
        .execute(named_params! {
            ":id": id.0, ":at": broadcast.at.0, ":channel": broadcast.channel, ":airing": airing,
        })?;
    }
    Ok(())
}

/// SQLite's integers are signed; nothing we count comes near the limit.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
