//! Beginning, describing, publishing, withdrawing and deleting a lesson.

use serde_json::{Map, Value, json};

use super::{Author, ConflictError, Desk, Error, Mine, Rules, defaults, is_own};
use crate::auth::permission::Act;
use crate::catalogue::{
    Change, Deed, Description, LONGEST_REASON, Lesson, Snapshot, Target, Visibility, Vocabulary,
};
use crate::clock::UnixMillis;
use crate::sheet::fields::Fields;
use crate::sheet::{CellError, Column, Fault, KnownTerms, ReadOptions};
use crate::units::Code;

/// The state of a lesson that somebody saw when they decided on a change: [`Lesson::updated`].
pub type Version = UnixMillis;

impl Desk {
    /// What the next lesson of somebody probably says: for a form that is still to be filled.
    ///
    /// # Errors
    /// The catalogue's.
    pub fn defaults(&self, author: &Author) -> Result<Description, Error> {
        let person = author.person();
        self.ask(move |c| Ok(defaults::next_lesson_of(c, person)?))
    }

    /// Begins a lesson: a draft of its author's, without a recording yet. What is not said is as in their last
    /// lesson, its number one higher.
    ///
    /// # Errors
    /// [`Error::Fields`]; publishing at once is judged like publishing later.
    pub fn create(&self, author: &Author, fields: Fields) -> Result<Mine, Error> {
        let (rules, author, options) = (self.rules, author.clone(), self.reading());
        self.attempt(move |c| {
            let vocabulary = c.snapshot().vocabulary()?;
            let before = defaults::next_lesson_of(&c.snapshot(), author.person())?;
            let description = said(&fields, &before, None, &options, &vocabulary)?;
            let lesson = rules.begin(c, &author, &description)?;
            rules.mine(&c.snapshot(), &author, lesson)
        })
    }

    /// Says some fields of a lesson anew, `visibility` among them: publishing is saying `public` or `unlisted`.
    /// `seen`: the state in which the author saw it; where it has changed since, nothing is done.
    ///
    /// # Errors
    /// [`Error::Fields`], [`Error::NotYours`], [`Error::OutOfScope`], [`ConflictError::Changed`],
    /// [`ConflictError::Published`] for a draft that is to be made of what was published.
    pub fn edit(
        &self,
        author: &Author,
        code: Code,
        fields: Fields,
        seen: Option<Version>,
    ) -> Result<Mine, Error> {
        let (rules, author, options) = (self.rules, author.clone(), self.reading());
        self.attempt(move |c| {
            let lesson = rules.lesson(&c.snapshot(), &author, code, Act::View)?;
            unchanged_since(&c.snapshot(), &lesson, seen)?;
            let vocabulary = c.snapshot().vocabulary()?;
            let own = Some(lesson.code);
            let before = &lesson.description;
            let description = said(&fields, before, own, &options, &vocabulary)?;
            rules.change(c, &author, &lesson, &description, None)?;
            rules.again(c, &author, &lesson)
        })
    }

    /// Takes a lesson back: its addresses answer 410 with the reason, here at once. Copies elsewhere may remain.
    ///
    /// # Errors
    /// [`Error::Reason`], [`Error::NotYours`], [`ConflictError::Withdrawn`].
    pub fn withdraw(&self, author: &Author, code: Code, reason: &str) -> Result<Mine, Error> {
        let reason = reason.trim().replace("\r\n", "\n");
        let has = reason.chars().count();
        let readable = reason.chars().all(|c| c == '\n' || !c.is_control());
        if has == 0 || has > LONGEST_REASON || !readable {
            let most = LONGEST_REASON;
            return Err(Error::Reason { has, most });
        }
        self.set_withdrawn(author, code, Some(reason))
    }

    /// Puts a withdrawn lesson back as it was.
    ///
    /// # Errors
    /// [`Error::NotYours`], [`ConflictError::NotWithdrawn`].
    pub fn reinstate(&self, author: &Author, code: Code) -> Result<Mine, Error> {
        self.set_withdrawn(author, code, None)
    }

    fn set_withdrawn(
        &self,
        author: &Author,
        code: Code,
        reason: Option<String>,
    ) -> Result<Mine, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.attempt(move |c| {
            let lesson = rules.lesson(&c.snapshot(), &author, code, Act::Withdraw)?;
            rules.put_withdrawn(c, &author, &lesson, reason.as_deref(), None)?;
            rules.again(c, &author, &lesson)
        })
    }

    /// Deletes a draft that was never published, with its bytes and what is still being uploaded for it. Its code
    /// stays taken. True: the bytes are gone; false: they go when an import that is running has ended.
    ///
    /// # Errors
    /// [`Error::NotYours`], [`ConflictError::Published`].
    pub fn delete(&self, author: &Author, code: Code) -> Result<bool, Error> {
        let (rules, author) = (self.rules, author.clone());
        let given_up = self.attempt(move |c| {
            let lesson = rules.lesson(&c.snapshot(), &author, code, Act::DeleteDraft)?;
            if lesson.published.is_some() {
                return Err(ConflictError::Published.into());
            }
            let title = json!({"title": lesson.description.title});
            record(c, &author, &lesson, "deleted", Some(title))?;
            Ok(c.delete_lesson(lesson.id)?)
        })?;
        Ok(self.discard(given_up))
    }
}

/// What `old` says when `fields` are said anew.
pub(super) fn said(
    fields: &Fields,
    old: &Description,
    code: Option<Code>,
    options: &ReadOptions,
    vocabulary: &Vocabulary,
) -> Result<Description, Error> {
    fields
        .applied(old, code, options, &KnownTerms(vocabulary))
        .map_err(Error::Fields)
}

/// What is wrong with a sibling that is not there.
pub(super) fn no_sibling(line: u64, code: Code) -> CellError {
    CellError {
        line,
        column: Some(Column::VariantOf),
        value: code.to_string(),
        fault: Fault::NoSibling,
    }
}

/// Refuses when the lesson is not in the state that somebody saw.
fn unchanged_since(c: &Snapshot<'_>, lesson: &Lesson, seen: Option<Version>) -> Result<(), Error> {
    if seen.is_none_or(|seen| seen == lesson.updated) {
        return Ok(());
    }
    let last = c.changes(Some(lesson.id), None, 1)?.pop();
    let by = last.and_then(|change| change.by);
    Err(ConflictError::Changed { by }.into())
}

/// Writes down what is done to a lesson.
pub(super) fn record(
    c: &Change<'_>,
    author: &Author,
    lesson: &Lesson,
    action: &str,
    detail: Option<Value>,
) -> Result<(), Error> {
    Ok(c.record_change(&Deed {
        by: author.person(),
        lesson: Some((lesson.id, lesson.code)),
        action,
        detail,
    })?)
}

/// `detail`, and which change it undoes.
pub(super) fn undoing(mut detail: Map<String, Value>, undoes: Option<i64>) -> Option<Value> {
    if let Some(id) = undoes {
        detail.insert("undoes".into(), id.into());
    }
    Some(Value::Object(detail))
}

impl Rules {
    /// Makes a new lesson, its author's own.
    pub(super) fn begin(
        &self,
        c: &Change<'_>,
        author: &Author,
        description: &Description,
    ) -> Result<Lesson, Error> {
        if description.visibility != Visibility::Draft
            && !self.may(author, Act::Publish, description, author.person().is_some())
        {
            return Err(Error::NotYours(Act::Publish));
        }
        self.sibling(&c.snapshot(), author, description, None)?;
        let saved = c.save_lesson(Target::New, description)?;
        if let Some(person) = author.person() {
            c.add_owner(saved.id, person)?;
        }
        let lesson = self.row(c, saved.id, saved.code)?;
        record(c, author, &lesson, "created", None)?;
        Ok(lesson)
    }

    /// Refuses a sibling that is no lesson, or a draft of others: who guesses codes must not learn of it here.
    fn sibling(
        &self,
        c: &Snapshot<'_>,
        author: &Author,
        description: &Description,
        named_before: Option<Code>,
    ) -> Result<(), Error> {
        let named = description
            .variant_of
            .filter(|code| Some(*code) != named_before);
        match named {
            Some(code) if !self.is_there(c, author, code)? => {
                Err(Error::Fields(vec![no_sibling(0, code)]))
            }
            _ => Ok(()),
        }
    }

    /// Whether a code leads to a lesson, as far as this author may know.
    pub(super) fn is_there(
        &self,
        c: &Snapshot<'_>,
        author: &Author,
        code: Code,
    ) -> Result<bool, Error> {
        match self.lesson(c, author, code, Act::View) {
            // Others' lessons that are published are known to everybody.
            Ok(_) | Err(Error::NotYours(_)) => Ok(true),
            Err(Error::Unknown(_)) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Makes a lesson say `description`, if its author may. Saying what it says already changes nothing.
    pub(super) fn change(
        &self,
        c: &Change<'_>,
        author: &Author,
        lesson: &Lesson,
        description: &Description,
        undoes: Option<i64>,
    ) -> Result<bool, Error> {
        let differences = lesson.description.differences(description);
        let own = is_own(&c.snapshot(), author, lesson.id)?;
        let (was, will) = (lesson.description.visibility, description.visibility);
        if was != will {
            if !self.may(author, Act::Publish, &lesson.description, own) {
                return Err(Error::NotYours(Act::Publish));
            }
            if will == Visibility::Draft && lesson.published.is_some() {
                return Err(ConflictError::Published.into());
            }
        }
        if differences.is_empty() {
            return Ok(false);
        }
        // Whoever may publish it may edit it as well.
        if !self.may(author, Act::Edit, &lesson.description, own) {
            return Err(Error::NotYours(Act::Edit));
        }
        if !self.may(author, Act::Edit, description, own) {
            return Err(Error::OutOfScope);
        }
        let named_before = lesson.description.variant_of;
        self.sibling(&c.snapshot(), author, description, named_before)?;
        c.save_lesson(Target::Existing(lesson.id), description)?;
        let action = lesson.description.change_to(description);
        record(c, author, lesson, action, undoing(differences, undoes))?;
        Ok(true)
    }

    pub(super) fn put_withdrawn(
        &self,
        c: &Change<'_>,
        author: &Author,
        lesson: &Lesson,
        reason: Option<&str>,
        undoes: Option<i64>,
    ) -> Result<(), Error> {
        let before = lesson.withdrawn.as_ref().map(|w| w.reason.as_str());
        match (before, reason) {
            (Some(_), Some(_)) => return Err(ConflictError::Withdrawn.into()),
            (None, None) => return Err(ConflictError::NotWithdrawn.into()),
            (None, Some(_)) if lesson.published.is_none() => {
                return Err(ConflictError::NeverPublished.into());
            }
            _ => {}
        }
        c.set_withdrawn(lesson.id, reason)?;
        let action = match reason {
            Some(_) => "withdrawn",
            None => "reinstated",
        };
        let mut detail = Map::new();
        detail.insert("withdrawn".into(), json!([before, reason]));
        record(c, author, lesson, action, undoing(detail, undoes))
    }

    /// The lesson as it is now.
    pub(super) fn again(
        &self,
        c: &Change<'_>,
        author: &Author,
        lesson: &Lesson,
    ) -> Result<Mine, Error> {
        let now = self.row(c, lesson.id, lesson.code)?;
        self.mine(&c.snapshot(), author, now)
    }

    fn row(&self, c: &Change<'_>, id: crate::units::LessonId, code: Code) -> Result<Lesson, Error> {
        c.snapshot().lesson(id)?.ok_or(Error::Unknown(code))
    }
}
