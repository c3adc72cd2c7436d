//! The captions that a lesson has.

use std::fs::File;
use std::io::Read;

use super::{Author, Desk, Error};
use crate::auth::permission::Act;
use crate::captions;
use crate::catalogue::{Lesson, Placement, Role, StoredFile};
use crate::units::{Bytes, Code};

/// Captions that a lesson has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptionsPresent {
    /// BCP 47.
    pub language: String,
    /// Of their file.
    pub bytes: Bytes,
    /// How many; `None`: their file cannot be read.
    pub cues: Option<usize>,
}

impl Desk {
    /// The captions of the recording that is shown.
    pub fn captions_of(&self, lesson: &Lesson) -> Vec<CaptionsPresent> {
        let present = lesson.files_of(Role::Captions).map(|stored| {
            let text = self.read_captions(stored);
            let parsed = text.ok().and_then(|text| captions::read(&text).ok());
            CaptionsPresent {
                language: stored.file.language.clone().unwrap_or_default(),
                bytes: stored.file.bytes,
                cues: parsed.map(|p| p.captions.cues().len()),
            }
        });
        present.collect()
    }

    /// The WebVTT text of the captions in one language, to be mended.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::NotYours`], [`Error::NoPart`]; the disk's.
    pub fn captions_text(
        &self,
        author: &Author,
        code: Code,
        language: &str,
    ) -> Result<String, Error> {
        let (rules, who) = (self.rules, author.clone());
        let lesson = self.ask(move |c| rules.lesson(c, &who, code, Act::View))?;
        let mut all = lesson.files_of(Role::Captions);
        let found = all.find(|f| {
            let own = f.file.language.as_deref();
            own.is_some_and(|own| own.eq_ignore_ascii_case(language))
        });
        let stored = found.ok_or_else(|| Error::NoPart {
            what: "captions",
            name: crate::sheet::shortened(language),
        })?;
        let text = self.read_captions(stored)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// What is said in `stored`, a file of captions. Reads from disk.
    ///
    /// # Errors
    /// The disk's, and what keeps damaged captions from being read.
    pub fn captions_in(&self, stored: &StoredFile) -> std::io::Result<captions::Captions> {
        let parsed = captions::read(&self.read_captions(stored)?);
        parsed.map(|p| p.captions).map_err(std::io::Error::other)
    }

    fn read_captions(&self, stored: &StoredFile) -> std::io::Result<Vec<u8>> {
        let path = match stored.file.placement {
            Placement::Store => self.store.path(&stored.file.location),
            Placement::InPlace => stored.file.location.clone().into(),
        };
        let mut text = Vec::new();
        File::open(path)?
            .take(captions::MAX_BYTES as u64)
            .read_to_end(&mut text)?;
        Ok(text)
    }
}
