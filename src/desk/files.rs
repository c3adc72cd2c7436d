//! Captions and attachments: what lies beside a recording.

use std::io::Read;
use std::path::Path;

use serde_json::{Map, json};

use super::lessons::{record, undoing};
use super::{Author, ConflictError, Desk, Error, Mine, Rules};
use crate::auth::permission::{Act, Actor};
use crate::captions::{self, Format, Summary, Warning};
use crate::catalogue::{Change, GivenUp, Lesson, NewFile, PersonRole, Role, Snapshot, StoredFile};
use crate::media;
use crate::units::{Bytes, Code, Millis, RecordingId};

/// An attachment has at most this many bytes.
pub const LARGEST_ATTACHMENT: u64 = crate::sheet::LARGEST_ATTACHMENT;
/// A lesson has at most this many attachments.
pub(super) const MOST_ATTACHMENTS: usize = 50;
/// Characters that the name of an attachment may have.
const LONGEST_LABEL: usize = 200;

/// Captions as they would be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptionsSeen {
    /// Their language, BCP 47 in canonical case.
    pub language: String,
    /// How their file was written.
    pub format: Format,
    /// How many cues, from when until when.
    pub summary: Summary,
    /// Beginning, end and plain text of every cue.
    pub cues: Vec<(Millis, Millis, String)>,
    /// What was left out or changed, and what to look at.
    pub warnings: Vec<Warning>,
    /// As WebVTT.
    text: String,
}

impl CaptionsSeen {
    /// The captions as the WebVTT file that would be stored.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Desk {
    /// Reads captions without storing them. With a recording's length, cues behind its end are told.
    ///
    /// # Errors
    /// [`Error::Captions`], [`Error::Language`], [`Error::Empty`].
    pub fn look_at_captions(
        language: &str,
        bytes: &[u8],
        length: Option<Millis>,
    ) -> Result<CaptionsSeen, Error> {
        let language = crate::sheet::language(language)
            .ok_or_else(|| Error::Language(crate::sheet::shortened(language)))?;
        if bytes.is_empty() {
            return Err(Error::Empty);
        }
        let mut parsed = captions::read(bytes)?;
        if let Some(length) = length {
            parsed.compare(length);
        }
        let lines = parsed.captions.lines();
        Ok(CaptionsSeen {
            language,
            format: parsed.format,
            summary: parsed.captions.summary(),
            cues: lines
                .map(|(from, to, text)| (from, to, text.to_owned()))
                .collect(),
            text: captions::write(&parsed.captions),
            warnings: parsed.warnings,
        })
    }

    /// Gives the recording that is shown captions in one language, instead of those it had.
    ///
    /// # Errors
    /// As [`Desk::look_at_captions`]; [`ConflictError::NoRecording`], [`Error::NotYours`], the disk's.
    pub fn put_captions(
        &self,
        author: &Author,
        code: Code,
        language: &str,
        bytes: &[u8],
    ) -> Result<(Mine, CaptionsSeen), Error> {
        let lesson = self.editable(author, code)?;
        let recording = lesson
            .recording
            .as_ref()
            .ok_or(ConflictError::NoRecording)?;
        let seen = Self::look_at_captions(language, bytes, Some(recording.duration))?;
        let length = seen.text.len() as u64;
        self.afford(author, length)?;
        let taking = self.store.taking_in()?;
        self.store.room_for(Bytes(length))??;
        let stored = self.store.put(&mut seen.text.as_bytes(), "vtt", |_| ())?;
        let (key, sha256) = (stored.key.clone(), stored.sha256);
        let mut file = NewFile::stored(
            Role::Captions,
            media::media_name("vtt"),
            stored.key,
            stored.bytes,
            stored.sha256,
        );
        file.language = Some(seen.language.clone());
        file.mime = media::mime_of(Path::new("captions.vtt"));
        let language = seen.language.clone();
        let mine = self.exchange(author, code, move |lesson| {
            let mut old = lesson.files_of(Role::Captions);
            let before = old.find(|f| f.file.language.as_deref() == Some(&language));
            if before.is_some_and(|f| f.file.sha256 == Some(sha256)) {
                return Ok(None);
            }
            Ok(Some(Exchange {
                before: before.cloned(),
                after: Some(file),
                action: "captions",
            }))
        });
        Ok((self.named_or_discarded(mine, taking, key)?, seen))
    }

    /// Takes the captions in one language away.
    ///
    /// # Errors
    /// [`Error::NoPart`], [`Error::NotYours`].
    pub fn remove_captions(
        &self,
        author: &Author,
        code: Code,
        language: &str,
    ) -> Result<Mine, Error> {
        let language = language.to_owned();
        self.exchange(author, code, move |lesson| {
            let mut all = lesson.files_of(Role::Captions);
            let before = all.find(|f| {
                let own = f.file.language.as_deref();
                own.is_some_and(|own| own.eq_ignore_ascii_case(&language))
            });
            let before = before.cloned().ok_or_else(|| Error::NoPart {
                what: "captions",
                name: crate::sheet::shortened(&language),
            })?;
            Ok(Some(Exchange {
                before: Some(before),
                after: None,
                action: "captions",
            }))
        })
    }

    /// Adds an attachment to the recording that is shown: any file, sent to students as something to save.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Empty`], [`Error::OverQuota`], [`ConflictError::NoRecording`],
    /// [`Error::NotYours`], [`Error::NoRoom`], the disk's and the sender's.
    pub fn add_attachment(
        &self,
        author: &Author,
        code: Code,
        name: &str,
        announced: Option<u64>,
        bytes: &mut dyn Read,
    ) -> Result<Mine, Error> {
        let too_large = |has| Error::TooLarge {
            has,
            most: LARGEST_ATTACHMENT,
        };
        let lesson = self.editable(author, code)?;
        if lesson.recording.is_none() {
            return Err(ConflictError::NoRecording.into());
        }
        let present = lesson.files_of(Role::Attachment).count();
        if present >= MOST_ATTACHMENTS {
            return Err(ConflictError::Full(MOST_ATTACHMENTS).into());
        }
        if let Some(has) = announced.filter(|has| *has > LARGEST_ATTACHMENT) {
            return Err(too_large(has));
        }
        self.afford(author, announced.unwrap_or(0))?;
        let taking = self.store.taking_in()?;
        self.store.room_for(Bytes(announced.unwrap_or(0)))??;
        let label = label_of(name);
        let path = Path::new(&label);
        let extension = media::extension_of(path);
        let mut limited = bytes.take(LARGEST_ATTACHMENT + 1);
        let stored = self.store.put(&mut limited, &extension, |_| ())?;
        let mut file = NewFile::stored(
            Role::Attachment,
            media::media_name(&extension),
            stored.key.clone(),
            stored.bytes,
            stored.sha256,
        );
        let (key, has) = (stored.key, stored.bytes.0);
        file.mime = media::mime_of(path);
        file.label = Some(label);
        let fits = if has == 0 {
            Err(Error::Empty)
        } else if has > LARGEST_ATTACHMENT {
            Err(too_large(has))
        } else {
            Ok(())
        };
        let mine = fits.and_then(|()| {
            self.exchange(author, code, move |lesson| {
                if lesson.files_of(Role::Attachment).count() >= MOST_ATTACHMENTS {
                    return Err(ConflictError::Full(MOST_ATTACHMENTS).into());
                }
                let last = lesson.files_of(Role::Attachment).map(|f| f.file.position);
                file.position = last.max().map_or(0, |p| p + 1);
                Ok(Some(Exchange {
                    before: None,
                    after: Some(file),
                    action: "attachment",
                }))
            })
        });
        self.named_or_discarded(mine, taking, key)
    }

    /// Takes an attachment away; `name`: the last segment of its `/media/…` address.
    ///
    /// # Errors
    /// [`Error::NoPart`], [`Error::NotYours`].
    pub fn remove_attachment(
        &self,
        author: &Author,
        code: Code,
        name: &str,
    ) -> Result<Mine, Error> {
        let name = name.to_owned();
        self.exchange(author, code, move |lesson| {
            let mut all = lesson.files_of(Role::Attachment);
            let before = all.find(|f| f.file.name == name).cloned();
            let before = before.ok_or_else(|| Error::NoPart {
                what: "attachment",
                name: crate::sheet::shortened(&name),
            })?;
            Ok(Some(Exchange {
                before: Some(before),
                after: None,
                action: "attachment",
            }))
        })
    }

    fn editable(&self, author: &Author, code: Code) -> Result<Lesson, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.ask(move |c| rules.lesson(c, &author, code, Act::Edit))
    }

    /// Refuses up front what would go over its author's quota.
    fn afford(&self, author: &Author, bytes: u64) -> Result<(), Error> {
        let (rules, author) = (self.rules, author.clone());
        self.ask(move |c| rules.afford(c, &author, bytes))
    }

    /// What was done, where it was; else the bytes at `key`, which were taken in for it, are given up again.
    fn named_or_discarded(
        &self,
        done: Result<Mine, Error>,
        taking: std::fs::File,
        key: String,
    ) -> Result<Mine, Error> {
        if done.is_err() {
            drop(taking);
            self.discard(GivenUp {
                locations: vec![key],
                uploads: Vec::new(),
            });
        }
        done
    }

    /// Puts one file of a lesson in another's place, as `choose` says of the lesson as it is then; `None`: it is so
    /// already.
    fn exchange(
        &self,
        author: &Author,
        code: Code,
        choose: impl FnOnce(&Lesson) -> Result<Option<Exchange>, Error> + Send + 'static,
    ) -> Result<Mine, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.attempt(move |c| {
            let lesson = rules.lesson(&c.snapshot(), &author, code, Act::Edit)?;
            let recording = lesson
                .recording
                .as_ref()
                .ok_or(ConflictError::NoRecording)?
                .id;
            if let Some(exchange) = choose(&lesson)? {
                if let Some(after) = &exchange.after {
                    // Others of theirs may have come in meanwhile; and what was not announced is known now.
                    rules.afford(&c.snapshot(), &author, after.bytes.0)?;
                }
                exchange.make(c, &author, &lesson, recording)?;
            }
            rules.again(c, &author, &lesson)
        })
    }
}

/// One file instead of another, or of none, or none instead of one.
struct Exchange {
    before: Option<StoredFile>,
    after: Option<NewFile>,
    action: &'static str,
}

impl Exchange {
    fn make(
        self,
        c: &Change<'_>,
        author: &Author,
        lesson: &Lesson,
        recording: RecordingId,
    ) -> Result<(), Error> {
        let name = |file: &NewFile| file.name.clone();
        let pair = json!([
            self.before.as_ref().map(|f| name(&f.file)),
            self.after.as_ref().map(name)
        ]);
        let told = self
            .after
            .as_ref()
            .or(self.before.as_ref().map(|f| &f.file));
        let mut detail = Map::new();
        detail.insert("file".into(), pair);
        detail.insert(
            "language".into(),
            json!(told.and_then(|f| f.language.clone())),
        );
        detail.insert("label".into(), json!(told.and_then(|f| f.label.clone())));
        if let Some(before) = &self.before {
            c.replace_file(recording, before.id)?;
        }
        if let Some(after) = &self.after {
            c.add_file(recording, after)?;
        }
        record(c, author, lesson, self.action, undoing(detail, None))
    }
}

impl Rules {
    /// What somebody's lessons and uploads may have together, and who said so; `None`: no limit.
    pub fn quota(&self, actor: &Actor) -> Option<(Bytes, &'static str)> {
        match (actor.quota, actor.role) {
            (Some(own), _) => Some((own, "set by an administrator")),
            (None, PersonRole::Teacher) => {
                Some((self.teacher_quota, "the setting teacher_quota_bytes"))
            }
            (None, _) => None,
        }
    }

    /// Refuses what would go over its author's quota.
    fn afford(&self, c: &Snapshot<'_>, author: &Author, bytes: u64) -> Result<(), Error> {
        let Author::Person(actor) = author else {
            return Ok(());
        };
        let Some((quota, set_by)) = self.quota(actor) else {
            return Ok(());
        };
        let used = c.bytes_of(actor.person)?.0;
        if used.saturating_add(bytes) <= quota.0 {
            return Ok(());
        }
        Err(Error::OverQuota {
            bytes,
            used,
            quota: quota.0,
            set_by,
        })
    }
}

/// A name to save a file by: one line, no path, not too long.
fn label_of(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // What turns the writing direction makes an .exe look like a .pdf.
    let unseen =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clean: String = last
        .chars()
        .map(|c| if unseen(c) { ' ' } else { c })
        .collect();
    let clean = clean.trim();
    if clean.chars().all(|c| c == '.') {
        return "file.bin".into();
    }
    let count = clean.chars().count();
    if count <= LONGEST_LABEL {
        return clean.to_owned();
    }
    // Its end says what it is.
    let end = media::extension_of(Path::new(clean));
    let start: String = clean.chars().take(LONGEST_LABEL - end.len() - 1).collect();
    format!("{start}.{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_attachment_is_one_line_and_no_path() {
        for (name, label) in [
            ("İş vərəqi.pdf", "İş vərəqi.pdf"),
            ("C:\\Users\\a\\iş.pdf", "iş.pdf"),
            ("../../etc/passwd", "passwd"),
            ("a\r\nb.pdf", "a  b.pdf"),
            ("", "file.bin"),
            ("/", "file.bin"),
            ("..", "file.bin"),
            ("sual\u{202e}fdp.exe", "sual fdp.exe"),
        ] {
            assert_eq!(label_of(name), label);
        }
        let long = label_of(&format!("{}.pdf", "ə".repeat(500)));
        assert_eq!(long.chars().count(), LONGEST_LABEL);
        assert!(long.ends_with("ə.pdf"));
    }
}
