//! Why what was uploaded is no recording, as kinds: teachers read it in their language, programs by a name that stays.
//!
//! The row of an upload has one text for it. What is written there is JSON with a version, so that no table had to change;
//! a text that is none was written by an earlier version of the program, in English.

use serde::{Deserialize, Serialize};

use crate::mp4::{self, LooksLike};
use crate::processing::ProbeError;
use crate::units::{Bytes, Millis};
use crate::words::{self, Language};

/// The version of what is stored. It only grows; what a later one wrote is told by its English text.
const VERSION: u32 = 1;

/// Why an upload is no recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `None`: written by an earlier version, or by a later one.
    reason: Option<Reason>,
    /// In English, with all that is known.
    english: String,
}

/// The kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Reason {
    Empty,
    /// What it looks like, by [`word`].
    NotMedia {
        looks: String,
    },
    CutShort {
        needed: Bytes,
        have: Bytes,
    },
    NoIndex,
    Damaged,
    TooManyParts,
    TooLong {
        said: Millis,
        most: Millis,
    },
    NoTracks,
    NoFrames,
    NoDuration,
    Unreadable,
    /// No fault of the file's.
    NotLookedInto,
    /// Of one that was sent in parts.
    PartGone,
}

/// As it lies in the catalogue.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    #[serde(flatten)]
    reason: Option<Reason>,
    english: String,
}

/// What of it a later version is known to have as well.
#[derive(Deserialize)]
struct StoredLater {
    version: u32,
    english: String,
}

impl Refusal {
    /// A part was deleted before all parts were joined.
    pub(super) fn part_gone() -> Self {
        Self {
            reason: Some(Reason::PartGone),
            english: "a part of this upload is gone; send the file again".into(),
        }
    }

    /// As the catalogue keeps it.
    pub(super) fn stored(&self) -> String {
        let stored = Stored {
            version: VERSION,
            reason: self.reason.clone(),
            english: self.english.clone(),
        };
        // Strings and numbers always become JSON.
        serde_json::to_string(&stored).unwrap_or_else(|_| self.english.clone())
    }

    /// What the catalogue kept.
    pub fn read(stored: &str) -> Self {
        let known = serde_json::from_str::<Stored>(stored);
        if let Ok(known) = known
            && known.version == VERSION
        {
            return Self {
                reason: known.reason,
                english: known.english,
            };
        }
        let later = serde_json::from_str::<StoredLater>(stored);
        let english = later.ok().filter(|later| later.version > VERSION);
        Self {
            reason: None,
            english: english.map_or_else(|| stored.to_owned(), |later| later.english),
        }
    }

    /// Its name for programs: `cut-short`.
    pub fn code(&self) -> &'static str {
        self.key().trim_start_matches("refusal-")
    }

    /// In English, with numbers and names that a teacher has no use for.
    pub fn english(&self) -> &str {
        &self.english
    }

    /// The name of its text.
    fn key(&self) -> &'static str {
        match &self.reason {
            None => "refusal-other",
            Some(Reason::Empty) => "refusal-empty",
            Some(Reason::NotMedia { .. }) => "refusal-not-media",
            Some(Reason::CutShort { .. }) => "refusal-cut-short",
            Some(Reason::NoIndex) => "refusal-no-index",
            Some(Reason::Damaged) => "refusal-damaged",
            Some(Reason::TooManyParts) => "refusal-too-many-parts",
            Some(Reason::TooLong { .. }) => "refusal-too-long",
            Some(Reason::NoTracks) => "refusal-no-tracks",
            Some(Reason::NoFrames) => "refusal-no-frames",
            Some(Reason::NoDuration) => "refusal-no-duration",
            Some(Reason::Unreadable) => "refusal-unreadable",
            Some(Reason::NotLookedInto) => "refusal-not-looked-into",
            Some(Reason::PartGone) => "refusal-part-gone",
        }
    }

    /// What is wrong and what can be done, in whole sentences.
    pub fn text(&self, language: Language) -> String {
        let hours = |time: &Millis| (time.0 / 3_600_000).into();
        let arguments: Vec<(&'static str, _)> = match &self.reason {
            None => vec![("why", self.english.as_str().into())],
            Some(Reason::NotMedia { looks }) => vec![("looks", looks.as_str().into())],
            Some(Reason::CutShort { needed, have }) => vec![
                ("needed", words::size(language, *needed).into()),
                ("have", words::size(language, *have).into()),
            ],
            Some(Reason::TooLong { said, most }) => {
                vec![("hours", hours(said)), ("most", hours(most))]
            }
            Some(_) => Vec::new(),
        };
        language.with(self.key(), &arguments)
    }
}

impl From<&ProbeError> for Refusal {
    fn from(error: &ProbeError) -> Self {
        Self {
            reason: Some(reason_of(error)),
            english: error.to_string(),
        }
    }
}

fn reason_of(error: &ProbeError) -> Reason {
    match error {
        ProbeError::NotMedia(looks) => Reason::NotMedia {
            looks: word(*looks).into(),
        },
        ProbeError::Mp4(error) => reason_of_mp4(error),
        ProbeError::Refused { .. } => Reason::Unreadable,
        ProbeError::NoTracks => Reason::NoTracks,
        ProbeError::NoDuration => Reason::NoDuration,
        ProbeError::Missing
        | ProbeError::NotAFile(_)
        | ProbeError::Open(_)
        | ProbeError::FfprobeMissing(_)
        | ProbeError::Ffprobe(_)
        | ProbeError::Answer { .. } => Reason::NotLookedInto,
    }
}

fn reason_of_mp4(error: &mp4::Error) -> Reason {
    use mp4::Error as E;
    match error {
        E::Empty => Reason::Empty,
        E::NotMp4(looks) => Reason::NotMedia {
            looks: word(*looks).into(),
        },
        E::Truncated { needed, have, .. } => Reason::CutShort {
            needed: *needed,
            have: *have,
        },
        E::NoIndex { .. } => Reason::NoIndex,
        E::IndexTooLarge { .. } | E::TooManyBoxes | E::TooManyTracks | E::TooManySamples => {
            Reason::TooManyParts
        }
        E::TooLong { duration } => Reason::TooLong {
            said: *duration,
            most: mp4::MAX_DURATION,
        },
        E::Damaged { .. } | E::MoreSamplesThanBytes { .. } => Reason::Damaged,
        E::NoTracks { .. } => Reason::NoTracks,
        E::NoFrames => Reason::NoFrames,
        E::Read(_) => Reason::NotLookedInto,
    }
}

/// A kind of file that is no recording, as the texts know it.
fn word(looks: LooksLike) -> &'static str {
    match looks {
        LooksLike::Text => "text",
        LooksLike::Zeros => "zeros",
        LooksLike::Mp3 | LooksLike::Wav => "sound",
        LooksLike::Picture => "picture",
        LooksLike::Pdf => "pdf",
        LooksLike::Zip => "zip",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Refusal> {
        let looks = [
            LooksLike::Text,
            LooksLike::Zeros,
            LooksLike::Mp3,
            LooksLike::Picture,
            LooksLike::Pdf,
            LooksLike::Zip,
            LooksLike::Unknown,
        ];
        let mut errors: Vec<ProbeError> = looks.map(ProbeError::NotMedia).into();
        errors.extend([
            mp4::Error::Empty.into(),
            mp4::Error::Truncated {
                part: mp4::Part::Track(1),
                needed: Bytes(5_000_000),
                have: Bytes(3_000_000),
            }
            .into(),
            mp4::Error::NoIndex { bytes: Bytes(9) }.into(),
            mp4::Error::TooManyTracks.into(),
            mp4::Error::TooLong {
                duration: Millis(90_000_000_000),
            }
            .into(),
            mp4::Error::MoreSamplesThanBytes {
                claimed: 9,
                bytes: Bytes(2),
            }
            .into(),
            mp4::Error::NoFrames.into(),
            ProbeError::NoTracks,
            ProbeError::NoDuration,
            ProbeError::FfprobeMissing(LooksLike::Avi),
            ProbeError::Refused {
                looks: LooksLike::Avi,
                why: "Invalid data found when processing input".into(),
            },
        ]);
        let refusals = errors.iter().map(Refusal::from);
        refusals.chain([Refusal::part_gone()]).collect()
    }

    #[test]
    fn each_kind_is_told_in_the_readers_language_and_what_was_stored_is_read_again() {
        for refusal in all() {
            assert_eq!(Refusal::read(&refusal.stored()), refusal);
            let texts = Language::ALL.map(|language| refusal.text(language));
            for text in &texts {
                assert!(
                    text.chars().count() > 30 && !text.contains("refusal-"),
                    "{text}"
                );
                assert!(!text.contains(['{', '$']), "{text}");
                assert!(!text.contains("Invalid data"), "{text}");
            }
            assert!(texts[0] != texts[1] && texts[1] != texts[2]);
            assert!(
                texts[1].contains('я') || texts[1].contains('о'),
                "{}",
                texts[1]
            );
        }
        let cut = &all()[8];
        assert_eq!(cut.code(), "cut-short");
        let text = cut.text(Language::Az).replace('\u{a0}', " ");
        assert!(text.contains("5,0 MB") && text.contains("3,0 MB"), "{text}");
    }

    #[test]
    fn what_other_versions_wrote_is_told_in_their_words() {
        let old = Refusal::read("the file is empty (0 bytes): copy it again");
        assert_eq!(old.code(), "other");
        assert_eq!(old.english(), "the file is empty (0 bytes): copy it again");
        assert!(
            old.text(Language::Ru)
                .contains("the file is empty (0 bytes): copy it again")
        );
        let later = r#"{"version":2,"kind":"haunted","ghosts":3,"english":"it is haunted"}"#;
        assert_eq!(Refusal::read(later).code(), "other");
        assert_eq!(Refusal::read(later).english(), "it is haunted");
    }
}
