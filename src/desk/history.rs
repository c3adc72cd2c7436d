//! What was done to a lesson, and undoing it.

use serde_json::{Map, Value};

use super::files::MOST_ATTACHMENTS;
use super::lessons::{record, said, undoing};
use super::owners::owner_names;
use super::{Author, ConflictError, Desk, Error, Lasting, Mine, Rules};
use crate::auth::permission::Act;
use crate::catalogue::{Change, Lesson, Logged, Role, Visibility};
use crate::clock::UnixMillis;
use crate::sheet::ReadOptions;
use crate::sheet::fields::Fields;
use crate::units::Code;

/// Something that was done to a lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// Grows with time; names it for [`Desk::undo`].
    pub id: i64,
    /// When.
    pub at: UnixMillis,
    /// Who; `None`: the command line.
    pub by: Option<String>,
    /// In one word: `edited`, `published`, `captions`.
    pub action: String,
    /// What changed: `{field: [before, after]}` and what else the action says.
    pub detail: Map<String, Value>,
    /// Whether it can be undone, as far as can be told without trying.
    pub undo: Undo,
}

/// Whether a change can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// It can, unless later changes stand in the way.
    Possible,
    /// It cannot, by its nature.
    No,
}

impl Past {
    fn of(logged: Logged) -> Self {
        let detail = logged.detail.as_deref().unwrap_or("{}");
        let detail = match serde_json::from_str(detail) {
            Ok(Value::Object(detail)) => detail,
            _ => Map::new(),
        };
        let undo = match Undoing::of(&logged.action, &detail) {
            Ok(_) => Undo::Possible,
            Err(_) => Undo::No,
        };
        Self {
            id: logged.id,
            at: logged.at,
            by: logged.by,
            action: logged.action,
            detail,
            undo,
        }
    }
}

impl Desk {
    /// What was done to a lesson before the change `before`, the newest first.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::NotYours`].
    pub fn history(
        &self,
        author: &Author,
        code: Code,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Past>, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.ask(move |c| {
            let lesson = rules.lesson(c, &author, code, Act::View)?;
            let logged = c.changes(Some(lesson.id), before, limit)?;
            Ok(logged.into_iter().map(Past::of).collect())
        })
    }

    /// Undoes a change, if what it changed is still as it left it; that is a change itself, and can be undone.
    ///
    /// # Errors
    /// [`ConflictError::ChangedSince`], [`ConflictError::NotUndone`], [`ConflictError::Published`], [`Error::NoPart`],
    /// [`Error::NotYours`].
    pub fn undo(&self, author: &Author, code: Code, change: i64) -> Result<Mine, Error> {
        let (rules, author, options) = (self.rules, author.clone(), self.reading());
        self.attempt(move |c| {
            let lesson = rules.lesson(&c.snapshot(), &author, code, Act::View)?;
            let logged = c.snapshot().change(change)?;
            let logged = logged.filter(|l| l.lesson == Some(lesson.id));
            let past = logged.map(Past::of).ok_or_else(|| Error::NoPart {
                what: "change",
                name: change.to_string(),
            })?;
            rules.undo(c, &author, &lesson, &past, &options)?;
            rules.again(c, &author, &lesson)
        })
    }
}

/// What undoing a change comes to.
enum Undoing<'d> {
    /// Saying again what was said before.
    Fields(Vec<(&'d String, &'d Value, &'d Value)>),
    /// Withdrawing again for the reason that was told before, or putting back; and the reason that was told then.
    Withdrawn(Option<&'d str>, Option<&'d str>),
    /// The file that was there, and the one that took its place.
    File(Option<&'d str>, Option<&'d str>),
    /// The edition that was shown, and the one that was shown then.
    Edition(u32, u64),
    /// Whose it was, and whose it was then.
    Owners(Vec<&'d str>, Vec<&'d str>),
}

impl<'d> Undoing<'d> {
    fn of(action: &str, detail: &'d Map<String, Value>) -> Result<Self, ConflictError> {
        let pair = |name: &str| {
            let pair = detail.get(name)?.as_array()?;
            Some((pair.first()?, pair.get(1)?))
        };
        let no = ConflictError::NotUndone;
        match action {
            "edited" | "published" | "unlisted" => {
                let named = detail.iter().filter(|(name, _)| *name != "undoes");
                let pairs = named.map(|(name, value)| {
                    let pair = value.as_array()?;
                    Some((name, pair.first()?, pair.get(1)?))
                });
                let pairs: Option<Vec<_>> = pairs.collect();
                let pairs = pairs
                    .filter(|p| !p.is_empty())
                    .ok_or(no(Lasting::NothingKnown))?;
                let draft = Visibility::Draft.as_str();
                if pairs
                    .iter()
                    .any(|(name, before, _)| *name == "visibility" && *before == draft)
                {
                    return Err(ConflictError::Published);
                }
                Ok(Self::Fields(pairs))
            }
            "withdrawn" | "reinstated" => {
                let (before, after) = pair("withdrawn").ok_or(no(Lasting::NothingKnown))?;
                Ok(Self::Withdrawn(before.as_str(), after.as_str()))
            }
            "captions" | "attachment" => {
                let (before, after) = pair("file").ok_or(no(Lasting::NothingKnown))?;
                Ok(Self::File(before.as_str(), after.as_str()))
            }
            "edition" | "recording" => {
                let (before, after) = pair("edition").ok_or(no(Lasting::NothingKnown))?;
                let before = before.as_u64().and_then(|n| u32::try_from(n).ok());
                let before = before.ok_or(no(Lasting::FirstRecording))?;
                let after = after.as_u64().ok_or(no(Lasting::NothingKnown))?;
                Ok(Self::Edition(before, after))
            }
            "owners" => {
                let (before, after) = pair("owners").ok_or(no(Lasting::NothingKnown))?;
                let names = |value: &'d Value| -> Option<Vec<&'d str>> {
                    value.as_array()?.iter().map(Value::as_str).collect()
                };
                let both = names(before).zip(names(after));
                let (before, after) = both.ok_or(no(Lasting::NothingKnown))?;
                Ok(Self::Owners(before, after))
            }
            "created" => Err(no(Lasting::Began)),
            "pruned" => Err(no(Lasting::BytesGone)),
            _ => Err(no(Lasting::NothingKnown)),
        }
    }
}

impl Rules {
    fn undo(
        &self,
        c: &Change<'_>,
        author: &Author,
        lesson: &Lesson,
        past: &Past,
        options: &ReadOptions,
    ) -> Result<(), Error> {
        let since = |name: &str| Error::from(ConflictError::ChangedSince(vec![name.to_owned()]));
        let undoes = Some(past.id);
        match Undoing::of(&past.action, &past.detail)? {
            Undoing::Fields(fields) => {
                let now = lesson.description.fields();
                let changed = fields.iter().filter(|(name, _, after)| {
                    // Order is that of the sheet's row in all lists, so that equal means equal.
                    now.get(*name) != Some(*after)
                });
                let changed: Vec<String> = changed.map(|(name, ..)| (*name).clone()).collect();
                if !changed.is_empty() {
                    return Err(ConflictError::ChangedSince(changed).into());
                }
                let before: Map<String, Value> = fields
                    .into_iter()
                    .map(|(name, before, _)| (name.clone(), before.clone()))
                    .collect();
                let fields = Fields::of_json(&before).map_err(Error::Fields)?;
                let vocabulary = c.snapshot().vocabulary()?;
                let own = Some(lesson.code);
                let description = said(&fields, &lesson.description, own, options, &vocabulary)?;
                self.change(c, author, lesson, &description, undoes)?;
                Ok(())
            }
            Undoing::Withdrawn(reason, after) => {
                if !self.allows(&c.snapshot(), author, Act::Withdraw, lesson)? {
                    return Err(Error::NotYours(Act::Withdraw));
                }
                let now = lesson.withdrawn.as_ref().map(|w| w.reason.as_str());
                // Put back and withdrawn again for another reason.
                if now.is_some() && after.is_some() && now != after {
                    return Err(since("withdrawn"));
                }
                self.put_withdrawn(c, author, lesson, reason, undoes)
            }
            Undoing::File(before, after) => {
                self.edits(c, author, lesson)?;
                let recording = lesson
                    .recording
                    .as_ref()
                    .ok_or(ConflictError::NoRecording)?
                    .id;
                let present = |name: &str| {
                    let mut files = lesson.files.iter();
                    files.find(|f| f.file.name == name && f.recording == recording)
                };
                let (mut language, mut label) = (Value::Null, Value::Null);
                if let Some(name) = after {
                    let file = present(name).ok_or_else(|| since("the file"))?;
                    c.replace_file(recording, file.id)?;
                    language = file.file.language.clone().into();
                    label = file.file.label.clone().into();
                }
                if let Some(name) = before {
                    let old = c.snapshot().file_of_lesson(lesson.id, name)?;
                    let old = old.ok_or(ConflictError::NotUndone(Lasting::BytesGone))?;
                    if present(name).is_some() {
                        return Err(since("the file"));
                    }
                    if old.recording != recording {
                        return Err(since("the recording"));
                    }
                    let taken = lesson.files_of(Role::Captions).any(|f| {
                        old.file.role == Role::Captions
                            && f.file.language == old.file.language
                            && Some(f.file.name.as_str()) != after
                    });
                    if taken {
                        return Err(since("captions"));
                    }
                    let others = lesson.files_of(Role::Attachment).count();
                    if old.file.role == Role::Attachment && others >= MOST_ATTACHMENTS {
                        return Err(ConflictError::Full(MOST_ATTACHMENTS).into());
                    }
                    c.put_file_back(recording, old.id)?;
                    language = old.file.language.into();
                    label = old.file.label.into();
                }
                let mut detail = Map::new();
                detail.insert("file".into(), serde_json::json!([after, before]));
                detail.insert("language".into(), language);
                detail.insert("label".into(), label);
                record(c, author, lesson, &past.action, undoing(detail, undoes))
            }
            Undoing::Edition(before, after) => {
                self.edits(c, author, lesson)?;
                let shown = lesson.recording.as_ref().map(|r| u64::from(r.edition));
                if shown != Some(after) {
                    return Err(since("the edition"));
                }
                self.put_edition(c, author, lesson, before, undoes)
            }
            Undoing::Owners(before, after) => {
                if owner_names(&c.snapshot(), lesson.id)? != after {
                    return Err(since("the owners"));
                }
                self.put_owners(c, author, lesson, &before, undoes)
            }
        }
    }

    fn edits(&self, c: &Change<'_>, author: &Author, lesson: &Lesson) -> Result<(), Error> {
        match self.allows(&c.snapshot(), author, Act::Edit, lesson)? {
            true => Ok(()),
            false => Err(Error::NotYours(Act::Edit)),
        }
    }
}
