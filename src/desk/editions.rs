//! The editions of a lesson's footage: which there are, showing an earlier one again, giving up bytes.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::lessons::{record, undoing};
use super::{Author, ConflictError, Desk, Error, Mine, Rules};
use crate::auth::permission::Act;
use crate::catalogue::{Change, Edition, GivenUp, Lesson, Snapshot};
use crate::units::{Bytes, Code, RecordingId};

/// How long bytes that were given up wait for an import or an upload's end that may be taking in the same.
const PATIENCE: Duration = Duration::from_millis(200);

impl Desk {
    /// The editions of a lesson, the newest first.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::NotYours`].
    pub fn editions(&self, author: &Author, code: Code) -> Result<Vec<Edition>, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.ask(move |c| {
            let lesson = rules.lesson(c, &author, code, Act::View)?;
            Ok(c.editions(lesson.id)?)
        })
    }

    /// Shows an edition under the lesson's addresses, in place of the one that is shown.
    ///
    /// # Errors
    /// [`Error::NoPart`], [`ConflictError::Pruned`], [`Error::NotYours`].
    pub fn show_edition(&self, author: &Author, code: Code, number: u32) -> Result<Mine, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.attempt(move |c| {
            let lesson = rules.lesson(&c.snapshot(), &author, code, Act::Edit)?;
            rules.put_edition(c, &author, &lesson, number, None)?;
            rules.again(c, &author, &lesson)
        })
    }

    /// Gives up the bytes of editions that are not shown (of `number` alone, if one is named), and of captions and
    /// attachments that were replaced. Their `/media/…` addresses answer 410. How many bytes that frees, and whether
    /// they are free already: where an import is running, they are later.
    ///
    /// # Errors
    /// [`ConflictError::Shown`], [`Error::NoPart`], [`Error::NotYours`] for all but administrators.
    pub fn prune(
        &self,
        author: &Author,
        code: Code,
        number: Option<u32>,
    ) -> Result<(Bytes, bool), Error> {
        let (rules, author) = (self.rules, author.clone());
        let (bytes, given_up) = self.attempt(move |c| {
            let (lesson, edition) = rules.lesson_to_prune(&c.snapshot(), &author, code, number)?;
            let Some((bytes, given_up)) = c.prune(lesson.id, edition)? else {
                return Ok((Bytes(0), GivenUp::default()));
            };
            let detail = json!({"bytes": bytes.0, "edition": number});
            record(c, &author, &lesson, "pruned", Some(detail))?;
            Ok((bytes, given_up))
        })?;
        Ok((bytes, self.discard(given_up)))
    }

    /// Deletes bytes that were given up, where nothing names them any more. False: some are left for later, since
    /// somebody is taking bytes in or the disk fails; `teledars check --repair` finds them.
    pub(super) fn discard(&self, given_up: GivenUp) -> bool {
        let count = given_up.uploads.len() + given_up.locations.len();
        match self.discard_now(given_up) {
            Ok(true) => true,
            Ok(false) => {
                tracing::warn!(
                    count,
                    "bytes that were given up stay: others are being taken in"
                );
                false
            }
            Err(error) => {
                tracing::error!(%error, count, "bytes that were given up stay");
                false
            }
        }
    }

    fn discard_now(&self, given_up: GivenUp) -> Result<bool, Error> {
        let GivenUp {
            mut locations,
            uploads,
        } = given_up;
        for upload in uploads {
            let name = upload.to_string();
            self.store.drop_incoming(&name)?;
            // Its end may have come just now: then the bytes are in the store, and nobody names them.
            let adopted = self.store.incoming_or_adopted(&name).ok();
            locations.extend(adopted.and_then(|path| self.store.key_at(&path)));
        }
        if locations.is_empty() {
            return Ok(true);
        }
        // Bytes are named by their content: somebody may be taking in the same ones just now.
        let Some(_clearing) = self.store.clearing_within(PATIENCE)? else {
            return Ok(false);
        };
        for location in locations {
            let asked = location.clone();
            let named = self
                .catalogue
                .read_blocking(move |c| c.names_location(&asked, None))?;
            if named {
                continue;
            }
            match self.store.delete(&location) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
                _ => {}
            }
        }
        Ok(true)
    }
}

fn edition_of(c: &Snapshot<'_>, lesson: &Lesson, number: u32) -> Result<Edition, Error> {
    let editions = c.editions(lesson.id)?;
    let found = editions.into_iter().find(|e| e.number == number);
    found.ok_or_else(|| Error::NoPart {
        what: "edition",
        name: number.to_string(),
    })
}

impl Rules {
    /// The lesson of which something is to be pruned, and of which edition, if of one.
    pub(super) fn lesson_to_prune(
        &self,
        c: &Snapshot<'_>,
        author: &Author,
        code: Code,
        number: Option<u32>,
    ) -> Result<(Lesson, Option<RecordingId>), Error> {
        let lesson = self.lesson(c, author, code, Act::Prune)?;
        let Some(number) = number else {
            return Ok((lesson, None));
        };
        let edition = edition_of(c, &lesson, number)?;
        if edition.current {
            return Err(ConflictError::Shown(number).into());
        }
        Ok((lesson, Some(edition.id)))
    }

    pub(super) fn put_edition(
        &self,
        c: &Change<'_>,
        author: &Author,
        lesson: &Lesson,
        number: u32,
        undoes: Option<i64>,
    ) -> Result<(), Error> {
        let edition = edition_of(&c.snapshot(), lesson, number)?;
        if !edition.kept {
            return Err(ConflictError::Pruned(number).into());
        }
        if edition.current {
            return Ok(());
        }
        c.show_edition(lesson.id, edition.id)?;
        let before = lesson.recording.as_ref().map(|r| r.edition);
        let mut detail: Map<String, Value> = Map::new();
        detail.insert("edition".into(), json!([before, number]));
        record(c, author, lesson, "edition", undoing(detail, undoes))
    }
}
