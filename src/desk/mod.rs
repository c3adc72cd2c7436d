//! What those who make lessons do with them: begin, describe, publish, correct, take back. One set of rules for
//! the desk's pages, the JSON API and the command line.
//!
//! A [`Desk`] blocks: it waits for the catalogue and the disk. What it refuses is an [`Error`], and then nothing
//! was changed. Everything that it does is in the log, so that a lesson has a history, and most of it can be undone.

mod captions;
mod defaults;
mod disk;
mod editions;
mod error;
mod files;
mod history;
mod job_feed;
mod jobs;
mod lessons;
mod links;
mod owners;
mod sheet;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::auth::permission::{Act, Actor, Standing, TeachersPublish};
use crate::catalogue::{
    Catalogue, Change, Description, Found, Lesson, PersonRole, Scope, Snapshot, Usage, Visibility,
    Whose,
};
use crate::media::{Disk, Store};
use crate::sheet::ReadOptions;
use crate::units::{Bytes, Code, LessonId, PersonId};

pub use captions::CaptionsPresent;
pub use disk::{Freed, Holdings};
pub use error::{ConflictError, Error, Lasting};
pub use files::{CaptionsSeen, LARGEST_ATTACHMENT};
pub use history::{Past, Undo};
pub use job_feed::{CrowdedError, JobFeed, Listener, StreamLimits, Tick};
pub use jobs::{JobPage, JobsAsked, sees};
pub use lessons::Version;
pub use links::{Counts, Link, MOST_DAYS, MOST_LINKS, USUAL_DAYS};
pub use sheet::{LARGEST_SHEET, MOST_ROWS, RowDifference, RowFate, SheetDifference};

/// Who works at the desk.
#[derive(Clone, Debug)]
pub enum Author {
    /// Somebody who is signed in, or acts by a token.
    Person(Arc<Actor>),
    /// The operator, who may do everything.
    CommandLine,
}

impl Author {
    fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person(actor) => Some(actor.person),
            Self::CommandLine => None,
        }
    }

    /// The lessons that they may edit.
    pub fn edits(&self) -> Whose {
        let Self::Person(actor) = self else {
            return Whose::All;
        };
        let scopes: &[Scope] = &actor.scopes;
        match actor.role {
            PersonRole::Worker | PersonRole::Teacher => Whose::Own(actor.person),
            PersonRole::Editor => Whose::Edited(actor.person, scopes.to_vec()),
            PersonRole::Admin => Whose::All,
        }
    }
}

/// The rules that an archive's settings make.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Whether teachers publish their lessons themselves.
    pub teachers_publish: TeachersPublish,
    /// Bytes that a teacher's lessons and uploads may have together, unless an administrator said otherwise:
    /// `teacher_quota_bytes`.
    pub teacher_quota: Bytes,
    /// Whether there is a program that makes captions of speech: `speech_program`.
    pub speech: bool,
}

/// The desk of an archive.
#[derive(Clone)]
pub struct Desk {
    catalogue: Catalogue,
    store: Store,
    zone: TimeZone,
    rules: Rules,
}

/// A lesson as its people see it, and what one of them may do with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mine {
    /// The lesson.
    pub lesson: Lesson,
    /// Names of those whose it is.
    pub owners: Vec<String>,
    /// What may be done, of [`Act::ALL`].
    pub may: Vec<Act>,
}

impl Mine {
    /// Whether this may be done with it.
    pub fn may(&self, act: Act) -> bool {
        self.may.contains(&act)
    }
}

impl Desk {
    /// The desk of an archive, in its school's time zone.
    pub fn new(catalogue: Catalogue, store: Store, zone: TimeZone, rules: Rules) -> Self {
        Self {
            catalogue,
            store,
            zone,
            rules,
        }
    }

    /// The rules that it goes by.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// A lesson, for somebody who may see it as its people do.
    ///
    /// # Errors
    /// [`Error::Unknown`] and [`Error::NotYours`]; the catalogue's.
    pub fn lesson(&self, author: &Author, code: Code) -> Result<Mine, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.ask(move |c| {
            let lesson = rules.lesson(c, &author, code, Act::View)?;
            rules.mine(c, &author, lesson)
        })
    }

    /// Bytes that somebody's lessons and uploads take together, and how many they may; `None`: as many as there is
    /// room for.
    ///
    /// # Errors
    /// The catalogue's.
    pub fn space(&self, actor: &Actor) -> Result<(Bytes, Option<Bytes>), Error> {
        let person = actor.person;
        let used = self.catalogue.read_blocking(move |c| c.bytes_of(person))?;
        Ok((used, self.rules.quota(actor).map(|(most, _)| most)))
    }

    /// What everybody's lessons take, and what the disk has.
    ///
    /// # Errors
    /// The catalogue's and the disk's.
    pub fn usage(&self) -> Result<(Vec<Usage>, Disk), Error> {
        let usage = self.catalogue.read_blocking(|c| c.usage())?;
        Ok((usage, self.store.disk()?))
    }

    /// A question that may be refused.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Snapshot<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.catalogue.read_blocking(move |c| Ok(question(c)))?
    }

    /// A change that may be refused, and is undone then.
    fn attempt<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Change<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.catalogue.attempt_blocking(change)
    }

    fn reading(&self) -> ReadOptions {
        ReadOptions {
            time_zone: self.zone.clone(),
            from_spreadsheet: true,
        }
    }
}

impl Rules {
    fn may(&self, author: &Author, act: Act, description: &Description, own: bool) -> bool {
        match author {
            Author::CommandLine => {
                act != Act::DeleteDraft || description.visibility == Visibility::Draft
            }
            Author::Person(actor) => {
                actor.may(act, Standing::of(description, own), self.teachers_publish)
            }
        }
    }

    /// Whether somebody may do this with a lesson that is there.
    fn allows(
        &self,
        c: &Snapshot<'_>,
        author: &Author,
        act: Act,
        lesson: &Lesson,
    ) -> Result<bool, Error> {
        Ok(self.may(
            author,
            act,
            &lesson.description,
            is_own(c, author, lesson.id)?,
        ))
    }

    /// The lesson of a code or an alias, if this may be done with it. Of a draft of others' nobody learns that it
    /// is there.
    fn lesson(
        &self,
        c: &Snapshot<'_>,
        author: &Author,
        code: Code,
        act: Act,
    ) -> Result<Lesson, Error> {
        let found = match c.find(code)? {
            Found::Moved(own) => c.find(own)?,
            found => found,
        };
        let Found::Lesson(lesson) = found else {
            return Err(Error::Unknown(code));
        };
        if self.allows(c, author, act, &lesson)? {
            return Ok(*lesson);
        }
        let hidden = lesson.description.visibility == Visibility::Draft;
        if hidden && !self.allows(c, author, Act::View, &lesson)? {
            return Err(Error::Unknown(code));
        }
        if act == Act::DeleteDraft && !hidden {
            return Err(ConflictError::Published.into());
        }
        Err(Error::NotYours(act))
    }

    fn mine(&self, c: &Snapshot<'_>, author: &Author, lesson: Lesson) -> Result<Mine, Error> {
        let own = is_own(c, author, lesson.id)?;
        let may = Act::ALL
            .into_iter()
            .filter(|act| self.may(author, *act, &lesson.description, own))
            .filter(|act| match act {
                Act::DeleteDraft => lesson.published.is_none(),
                Act::Withdraw => lesson.published.is_some(),
                _ => true,
            })
            .collect();
        Ok(Mine {
            owners: owners::owner_names(c, lesson.id)?,
            lesson,
            may,
        })
    }
}

fn is_own(c: &Snapshot<'_>, author: &Author, lesson: LessonId) -> Result<bool, Error> {
    Ok(match author.person() {
        Some(person) => c.owners(lesson)?.contains(&person),
        None => false,
    })
}
