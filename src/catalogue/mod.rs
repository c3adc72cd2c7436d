//! ALL the SQL: the archive's catalogue in SQLite. The truth about the tables is schema.sql.
//!
//! Questions are methods of [`Snapshot`], changes methods of [`Change`]; both live in the file of
//! what they are about. [`Catalogue`] runs them on its own threads.

mod calendar;
mod changed;
mod changes;
mod check;
mod columns;
mod connection;
mod copy;
#[cfg(test)]
mod dump;
mod editions;
mod error;
mod facets;
mod fields;
mod find;
mod functions;
mod generation;
mod harvest;
mod index;
mod job_list;
mod jobs;
mod keys;
mod leases;
mod lesson;
mod lessons;
mod links;
mod list;
mod many;
mod own_uploads;
mod owned;
mod people;
mod platforms;
mod recordings;
mod save;
mod secrets;
mod shelf;
mod shelf_part;
#[cfg(test)]
pub(crate) mod tests;
mod timetable;
mod upgrade;
mod uploads;
mod vocabulary;
mod weeks;
mod withdrawal;

pub use calendar::{NoWeek, Span, Week, day_at, parse_day};
pub use changed::{ChangePlace, Changed, Changes, GoneLesson, NoChangePlace};
pub use changes::{Deed, Logged};
pub use check::{Fault, NamedBytes};
pub use connection::{Catalogue, path_in};
pub use copy::{CatalogueCopy, LeftOut};
pub use editions::Edition;
pub use error::Error;
pub use facets::Facets;
pub use find::{Corrected, FoundLesson, LONGEST_QUERY, MOST_FOUND, Moment, Results, Search};
pub use harvest::{Harvest, Harvested, Mapped, Newest, Shelves};
pub use job_list::{Job, JobCursor, JobFilter, JobNews, NoJobCursor};
pub use jobs::{Claim, JobKind, JobState};
pub use keys::{Admitted, LinkFor, NewToken, SecretHash, Token};
pub use lesson::{
    Broadcast, Chapter, Description, Kind, Lesson, NewFile, Origin, Placement, Recording, Role,
    State, StoredFile, Visibility, Withdrawal, lines,
};
pub use lessons::{Found, ServedFile, Titled};
pub use links::{LONGEST_NOTE, LessonLink, LinkKey, NewLessonLink};
pub use list::{Filter, Page};
pub use own_uploads::OwnUpload;
pub use owned::{DeskFilter, OnDesk, Stands, Stored, Usage, Whose};
pub use people::{LONGEST_NAME, Person, PersonRole, Scope};
pub use platforms::{
    LONGEST_ADDRESS, LONGEST_CLIENT_ID, MOST_DEPLOYMENTS, NewPlatform, Platform, PrivateKey,
};
pub use recordings::NewRecording;
pub use save::{Saved, Target};
pub use shelf::{Card, ShelfCount};
pub use shelf_part::{Divisions, Part, Rights, ShelfName};
pub use timetable::{AirPlace, Airing, Airings, OnAir, Side};
pub use upgrade::{FORMAT, SCHEMA};
pub use uploads::{NewUpload, NoUploadId, OpenUploads, Upload, UploadId, UploadKind, UploadState};
pub use vocabulary::{LANGUAGES, Term, Vocabulary, shipped as shipped_vocabulary};
pub use weeks::{Class, WeekLesson, WeekLessons};
pub use withdrawal::{GivenUp, LONGEST_REASON, Replacements};

use std::ops::Deref;

use rusqlite::{Connection, Transaction};

/// One consistent view of the catalogue.
pub struct Snapshot<'a>(&'a Connection);

impl<'a> Snapshot<'a> {
    fn new(connection: &'a Connection) -> Self {
        Self(connection)
    }

    fn sql(&self) -> &'a Connection {
        self.0
    }
}

/// A change under way: committed when the closure that got it returns `Ok`, undone otherwise.
pub struct Change<'a>(Progress<'a>);

impl<'a> Change<'a> {
    fn new(transaction: &'a Transaction<'a>) -> Self {
        Self(Progress::new(transaction))
    }
}

impl<'a> Deref for Change<'a> {
    type Target = Progress<'a>;

    fn deref(&self) -> &Progress<'a> {
        &self.0
    }
}

/// The part of a change that no reader is told of: what becomes of uploads on their way.
pub struct Progress<'a>(&'a Transaction<'a>);

impl<'a> Progress<'a> {
    fn new(transaction: &'a Transaction<'a>) -> Self {
        Self(transaction)
    }

    fn sql(&self) -> &'a Connection {
        self.0
    }

    /// The catalogue as this change has made it so far.
    pub fn snapshot(&self) -> Snapshot<'a> {
        Snapshot(self.0)
    }
}
