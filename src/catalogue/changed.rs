//! What changed in the public archive, in the order in which it did: for whoever keeps a copy of it.
//!
//! A lesson stands there once, at its last change, whether a person made it or a job added files. One that lists named and
//! do not any more stays there, as what it is now; one that they never named never does.

use std::fmt;
use std::str::FromStr;

use rusqlite::{OptionalExtension, named_params};

use super::{Error, Lesson, Snapshot, Visibility};
use crate::clock::UnixMillis;
use crate::units::{Code, LessonId};

/// A place among the changes, to go on after: behind a moment's beginning, or behind a lesson that changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangePlace {
    /// When.
    pub at: UnixMillis,
    /// Behind this lesson's change; `None`: all of that moment are still to come.
    pub lesson: Option<Code>,
}

/// What is no [`ChangePlace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no place among the changes")]
pub struct NoChangePlace;

impl fmt::Display for ChangePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lesson {
            Some(code) => write!(f, "{}.{code}", self.at.0),
            None => write!(f, "{}", self.at.0),
        }
    }
}

impl FromStr for ChangePlace {
    type Err = NoChangePlace;

    fn from_str(text: &str) -> Result<Self, NoChangePlace> {
        let (at, code) = match text.split_once('.') {
            Some((at, code)) => (at, Some(code.parse().map_err(|_| NoChangePlace)?)),
            None => (text, None),
        };
        // As it is written, and in no other way.
        if !at.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NoChangePlace);
        }
        Ok(Self {
            at: UnixMillis(at.parse().map_err(|_| NoChangePlace)?),
            lesson: code,
        })
    }
}

/// What became of a lesson that lists name or have named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// They do.
    Listed(Box<Lesson>),
    /// They do not any more.
    Gone(GoneLesson),
}

/// A lesson that lists have named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoneLesson {
    /// Its permanent name.
    pub code: Code,
    /// Why it was withdrawn; `None`: only its address leads to it, if anything does.
    pub withdrawn: Option<String>,
    /// Last change.
    pub changed: UnixMillis,
}

/// One page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// In the order in which they happened.
    pub lessons: Vec<Changed>,
    /// Where to go on, now or another time.
    pub last: ChangePlace,
    /// Whether there is more now.
    pub more: bool,
}

impl Snapshot<'_> {
    /// At most `limit` lessons that changed after `place`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a place behind a lesson that never was listed.
    pub fn changed(&self, place: ChangePlace, limit: u32) -> Result<Changes, Error> {
        let after = match place.lesson {
            None => 0,
            Some(code) => self
                .was_listed(code)?
                .ok_or_else(|| Error::Invalid(format!("no lesson {code} to go on after")))?,
        };
        let mut rows = self
            .sql()
            .prepare_cached(
                "SELECT id, code, changed_at, listed, visibility, withdrawn_reason
                 FROM lessons INDEXED BY lessons_in_turn
                 WHERE (changed_at, id) > (:at, :after) AND listed_at IS NOT NULL
                 ORDER BY changed_at, id LIMIT :limit",
            )?
            // One more than wanted: it tells whether there is a next page.
            .query_map(
                named_params! {":at": place.at.0, ":after": after, ":limit": limit + 1},
                |r| {
                    let gone = GoneLesson {
                        code: r.get("code")?,
                        // The reason for which a draft was withdrawn is its people's.
                        withdrawn: match r.get("visibility")? {
                            Visibility::Draft => None,
                            _ => r.get("withdrawn_reason")?,
                        },
                        changed: UnixMillis(r.get("changed_at")?),
                    };
                    Ok((LessonId(r.get("id")?), r.get("listed")?, gone))
                },
            )?
            .collect::<Result<Vec<(LessonId, bool, GoneLesson)>, _>>()?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let last = rows.last().map_or(place, |(_, _, gone)| ChangePlace {
            at: gone.changed,
            lesson: Some(gone.code),
        });
        let listed: Vec<LessonId> = rows.iter().filter(|r| r.1).map(|r| r.0).collect();
        let mut listed = self.lessons(&listed)?.into_iter().peekable();
        let lessons =
            rows.into_iter().map(
                |(id, _, gone)| match listed.next_if(|lesson| lesson.id == id) {
                    Some(lesson) => Changed::Listed(Box::new(lesson)),
                    None => Changed::Gone(gone),
                },
            );
        Ok(Changes {
            lessons: lessons.collect(),
            last,
            more,
        })
    }

    /// The row of a lesson that lists name or have named.
    fn was_listed(&self, code: Code) -> Result<Option<i64>, Error> {
        Ok(self
            .sql()
            .prepare_cached("SELECT id FROM lessons WHERE code = :code AND listed_at IS NOT NULL")?
            .query_row(named_params! {":code": code.as_str()}, |r| r.get(0))
            .optional()?)
    }
}

#[cfg(test)]
mod tests;
