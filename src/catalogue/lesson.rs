//! What a lesson is made of, as values.

use crate::clock::{self, UnixMillis};
use crate::units::{Bytes, Code, FileId, LessonId, Millis, RecordingId};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that the catalogue, the sheet and the API use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value that `word` names.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.as_str() == word)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                let word = value.as_str()?;
                Self::from_word(word).ok_or(rusqlite::types::FromSqlError::InvalidType)
            }
        }
    };
}

pub(super) use words;

words! {
    /// What sort of broadcast a lesson was.
    Kind {
        /// An ordinary lesson.
        Lesson = "lesson",
        /// Broadcast live, with questions.
        Live = "live",
        /// Revision of several lessons.
        Revision = "revision",
        /// Preparation for an examination.
        Exam = "exam",
    }
}

words! {
    /// Who may see a lesson.
    Visibility {
        /// Everybody; listed.
        Public = "public",
        /// Everybody who has the link; not listed.
        Unlisted = "unlisted",
        /// Its owners.
        Draft = "draft",
    }
}

#[allow(clippy::derivable_impls, reason = "the macro cannot mark one variant")]
impl Default for Kind {
    fn default() -> Self {
        Self::Lesson
    }
}

#[allow(clippy::derivable_impls, reason = "the macro cannot mark one variant")]
impl Default for Visibility {
    /// Nothing is shown to anybody by an oversight.
    fn default() -> Self {
        Self::Draft
    }
}

words! {
    /// What a stored file is to its recording.
    Role {
        /// The footage as it came.
        Source = "source",
        /// A lower quality made from it.
        Rendition = "rendition",
        /// Its sound alone.
        Audio = "audio",
        /// A still picture.
        Poster = "poster",
        /// Small pictures for the seek bar.
        Storyboard = "storyboard",
        /// A picture of what is on the board or screen for a while.
        Slide = "slide",
        /// WebVTT in one language.
        Captions = "captions",
        /// Worksheets and the like.
        Attachment = "attachment",
    }
}

words! {
    /// Where a file's bytes lie.
    Placement {
        /// In the archive's own store; the location is a key.
        Store = "store",
        /// Where the operator keeps them; the location is an absolute path.
        InPlace = "in_place",
    }
}

/// One airing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broadcast {
    /// When.
    pub at: UnixMillis,
    /// Vocabulary id of the channel.
    pub channel: String,
}

/// A titled point on the recording's timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Where it starts.
    pub start: Millis,
    /// What it is about.
    pub title: String,
}

/// Everything that people say about a lesson: the sheet's columns without the files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the columns of `lessons` in schema.sql, where each says why and its limits"
)]
pub struct Description {
    pub title: String,
    pub description: Option<String>,
    pub grades: Vec<String>,
    pub subject: String,
    pub section: String,
    pub language: Option<String>,
    pub programme: Option<String>,
    pub lesson_number: Option<u32>,
    pub unit: Option<String>,
    pub topic: Option<String>,
    /// (framework, code) pairs.
    pub curriculum: Vec<(String, String)>,
    pub school_year: Option<String>,
    pub term: Option<u8>,
    pub week: Option<String>,
    /// ISBN and page.
    pub textbook: Option<(String, String)>,
    /// In order of time.
    pub broadcasts: Vec<Broadcast>,
    pub teachers: Vec<String>,
    pub interpreter: Option<String>,
    pub kind: Kind,
    pub variant_of: Option<Code>,
    /// In order of time.
    pub chapters: Vec<Chapter>,
    pub license: Option<String>,
    pub rights_holder: Option<String>,
    pub source_url: Option<String>,
    pub visibility: Visibility,
}

/// Where a recording was imported from: "the same file as last time", without reading it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Absolute path.
    pub path: String,
    /// Its length then.
    pub bytes: Bytes,
    /// Its modification time then.
    pub modified: UnixMillis,
}

/// One edition of a lesson's footage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Its row.
    pub id: RecordingId,
    /// 1 for the first footage, one more for every replacement.
    pub edition: u32,
    /// How long it plays.
    pub duration: Millis,
    /// Pixels as shown; `None`: sound only.
    pub size: Option<(u32, u32)>,
    /// Whether there is a sound track.
    pub has_sound: bool,
    /// Whether browsers play the source as it is.
    pub playable: bool,
    /// Where it was imported from.
    pub origin: Option<Origin>,
}

/// A file whose bytes are durable, about to be named by the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// What it is to the recording.
    pub role: Role,
    /// Last segment of its `/media/…` URL; made by the media module.
    pub name: String,
    /// Whose bytes they are.
    pub placement: Placement,
    /// Key or absolute path.
    pub location: String,
    /// Exact length.
    pub bytes: Bytes,
    /// Of all bytes.
    pub sha256: Option<[u8; 32]>,
    /// Opaque part of its strong entity tag.
    pub etag: String,
    /// Media type, decided from the content.
    pub mime: String,
    /// In place: the file's own time; else when it was stored.
    pub modified: UnixMillis,
    /// What a download is called.
    pub label: Option<String>,
    /// BCP 47, of captions or of the sound.
    pub language: Option<String>,
    /// Height class of a rendition, kbit/s of audio.
    pub quality: Option<u32>,
    /// Pixels as shown.
    pub size: Option<(u32, u32)>,
    /// How long it plays.
    pub duration: Option<Millis>,
    /// Of a slide: when the lesson comes to it.
    pub start: Option<Millis>,
    /// Order among its siblings.
    pub position: u32,
}

impl NewFile {
    /// A file in the store that has bytes and a hash, and nothing else that is known of it yet.
    pub fn stored(role: Role, name: String, key: String, bytes: Bytes, sha256: [u8; 32]) -> Self {
        Self {
            role,
            name,
            placement: Placement::Store,
            location: key,
            bytes,
            etag: sha256[..16].iter().map(|b| format!("{b:02x}")).collect(),
            sha256: Some(sha256),
            mime: String::new(),
            modified: clock::now(),
            label: None,
            language: None,
            quality: None,
            size: None,
            duration: None,
            start: None,
            position: 0,
        }
    }
}

/// A file that the catalogue names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Its row.
    pub id: FileId,
    /// The recording that it belongs to.
    pub recording: RecordingId,
    /// All else.
    pub file: NewFile,
}

/// A withdrawal: the lesson's URLs answer 410 with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Since when.
    pub at: UnixMillis,
    /// What readers are told.
    pub reason: String,
}

/// A lesson with everything that hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Its row.
    pub id: LessonId,
    /// Its permanent name.
    pub code: Code,
    /// What people say about it.
    pub description: Description,
    /// Set: it is not to be had any more.
    pub withdrawn: Option<Withdrawal>,
    /// The current edition; `None`: announced only.
    pub recording: Option<Recording>,
    /// The current edition's files: source first, then by role and position.
    pub files: Vec<StoredFile>,
    /// Last change that a reader could notice. Every change moves it, so that it is the lesson's version.
    pub updated: UnixMillis,
    /// When it was first to be seen by others: from then on its addresses must not break.
    pub published: Option<UnixMillis>,
}

words! {
    /// Where a lesson stands in its life, as the API says it.
    State {
        /// In the timetable, without a recording yet.
        Announced = "announced",
        /// There is a recording.
        Available = "available",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

impl Lesson {
    /// Where it stands in its life.
    pub fn state(&self) -> State {
        match (&self.withdrawn, &self.recording) {
            (Some(_), _) => State::Withdrawn,
            (None, Some(_)) => State::Available,
            (None, None) => State::Announced,
        }
    }

    /// The files that play `role`.
    pub fn files_of(&self, role: Role) -> impl Iterator<Item = &StoredFile> {
        self.files.iter().filter(move |f| f.file.role == role)
    }

    /// The video to send when nothing else is asked for: the footage as it came.
    pub fn video(&self) -> Option<&StoredFile> {
        self.files_of(Role::Source).next()
    }

    /// The video of this quality (its height in pixels): the nearest that is not above it, else the lowest, so
    /// that an address goes on to work when the qualities are others. `None`: [`Lesson::video`].
    pub fn quality(&self, asked: Option<u32>) -> Option<&StoredFile> {
        let Some(asked) = asked else {
            return self.video();
        };
        let all = self
            .files_of(Role::Source)
            .chain(self.files_of(Role::Rendition));
        nearest(all, asked, |file| {
            file.quality.or(file.size.map(|(_, height)| height))
        })
    }

    /// The sound that was made for narrow lines, of this quality (in kbit/s), chosen likewise.
    pub fn sound(&self, asked: u32) -> Option<&StoredFile> {
        nearest(self.files_of(Role::Audio), asked, |file| file.quality)
    }

    /// The language of its sound: its own, or `section_language`.
    pub fn language<'a>(&'a self, section_language: &'a str) -> &'a str {
        self.description
            .language
            .as_deref()
            .unwrap_or(section_language)
    }
}

fn nearest<'f>(
    files: impl Iterator<Item = &'f StoredFile>,
    asked: u32,
    quality: impl Fn(&NewFile) -> Option<u32>,
) -> Option<&'f StoredFile> {
    files
        .filter_map(|file| Some((quality(&file.file)?, file)))
        .min_by_key(|(quality, _)| match quality.cmp(&asked) {
            std::cmp::Ordering::Greater => (true, *quality),
            _ => (false, asked - quality),
        })
        .map(|(_, file)| file)
}
