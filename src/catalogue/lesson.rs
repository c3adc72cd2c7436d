//! What a lesson is made of, as values.

use data_encoding::HEXLOWER;

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
            etag: HEXLOWER.encode(&sha256[..16]),
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
    /// When lists first had it: from then on harvesters know of it.
    pub listed: Option<UnixMillis>,
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

    /// The footage as it came.
    pub fn source(&self) -> Option<&StoredFile> {
        self.files_of(Role::Source).next()
    }

    /// What a player is sent when nothing else is asked for: the footage as it came where browsers play it, else
    /// the best of what was made of it. `None`: nothing can be watched yet.
    pub fn played(&self) -> Option<&StoredFile> {
        let best = || {
            self.files_of(Role::Rendition)
                .max_by_key(|f| (self.class(f), f.file.bytes))
        };
        self.playable_source().or_else(best)
    }

    /// The video to send when nothing else is asked for: what a player gets, else what can at least be saved.
    pub fn video(&self) -> Option<&StoredFile> {
        self.played().or_else(|| self.source())
    }

    /// The qualities in which it can be watched, by their height classes, the lowest first; of each the file that
    /// takes the fewest bytes. None of sound alone.
    pub fn qualities(&self) -> Vec<(u32, &StoredFile)> {
        let mut all: Vec<(u32, &StoredFile)> = self
            .playable_source()
            .into_iter()
            .chain(self.files_of(Role::Rendition))
            .filter_map(|file| Some((self.class(file)?, file)))
            .collect();
        all.sort_by_key(|(class, file)| (*class, file.file.bytes));
        all.dedup_by_key(|(class, _)| *class);
        all
    }

    /// The video of this quality (its height class): the nearest that is not above it, else the lowest, so
    /// that an address goes on to work when the qualities are others. `None`: [`Lesson::video`].
    pub fn quality(&self, asked: Option<u32>) -> Option<&StoredFile> {
        asked
            .and_then(|asked| nearest(self.qualities().into_iter(), asked))
            .or_else(|| self.video())
    }

    /// Bytes of the cheapest form to watch, or to listen to where there is no picture, else to save: what lists show.
    /// `None`: no recording yet. The catalogue keeps the same number for its lists, as `lesson_grades.cost`.
    pub fn cost(&self) -> Option<Bytes> {
        let heard = self.recording.as_ref().is_some_and(|r| r.size.is_none());
        let sounds = self.files_of(Role::Audio).filter(|_| heard);
        self.playable_source()
            .into_iter()
            .chain(self.files_of(Role::Rendition))
            .chain(sounds)
            .map(|file| file.file.bytes)
            .min()
            .or_else(|| self.source().map(|file| file.file.bytes))
    }

    fn playable_source(&self) -> Option<&StoredFile> {
        self.source()
            .filter(|_| self.recording.as_ref().is_some_and(|r| r.playable))
    }

    /// The height class of a video.
    fn class(&self, stored: &StoredFile) -> Option<u32> {
        let file = &stored.file;
        let size = match file.role {
            Role::Source => self.recording.as_ref()?.size,
            _ => file.size,
        };
        file.quality.or(size.map(lines))
    }

    /// The sound that was made for narrow lines, of this quality (in kbit/s), chosen likewise.
    pub fn sound(&self, asked: u32) -> Option<&StoredFile> {
        let all = self.files_of(Role::Audio);
        nearest(
            all.filter_map(|file| Some((file.file.quality?, file))),
            asked,
        )
    }

    /// The language of its sound: its own, or `section_language`.
    pub fn language<'a>(&'a self, section_language: &'a str) -> &'a str {
        self.description
            .language
            .as_deref()
            .unwrap_or(section_language)
    }
}

/// The height class of a picture of this size, as people name it: the lesser of its sides, since a phone may have been held
/// upright. Of what is more than three times as long as that (a slide show on three screens, a ticker), the lesser side
/// says nothing: it counts as the picture of 16:9 that is as long.
pub fn lines((width, height): (u32, u32)) -> u32 {
    let (short, long) = (width.min(height), width.max(height));
    match long / 3 > short {
        true => u32::try_from(u64::from(long) * 9 / 16).unwrap_or(u32::MAX),
        false => short,
    }
}

fn nearest<'f>(
    files: impl Iterator<Item = (u32, &'f StoredFile)>,
    asked: u32,
) -> Option<&'f StoredFile> {
    files
        .min_by_key(|(quality, _)| match quality.cmp(&asked) {
            std::cmp::Ordering::Greater => (true, *quality),
            _ => (false, asked - quality),
        })
        .map(|(_, file)| file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lesson whose recording has these files: role, quality, bytes.
    fn lesson(playable: bool, size: Option<(u32, u32)>, files: &[(Role, u32, u64)]) -> Lesson {
        let files = (1..).zip(files).map(|(id, (role, quality, bytes))| {
            let plain =
                NewFile::stored(*role, String::new(), String::new(), Bytes(*bytes), [0; 32]);
            StoredFile {
                id: FileId(id),
                recording: RecordingId(1),
                file: NewFile {
                    quality: (*role != Role::Source).then_some(*quality),
                    ..plain
                },
            }
        });
        Lesson {
            id: LessonId(1),
            code: Code::from_number(1),
            description: crate::catalogue::tests::lesson("A", &["7"], "mathematics"),
            withdrawn: None,
            recording: Some(Recording {
                id: RecordingId(1),
                edition: 1,
                duration: Millis(1000),
                size,
                has_sound: true,
                playable,
                origin: None,
            }),
            files: files.collect(),
            updated: UnixMillis(0),
            published: None,
            listed: None,
        }
    }

    /// The number of the file that is chosen, by its place in the list.
    fn chosen(lesson: &Lesson, asked: Option<u32>) -> Option<i64> {
        lesson.quality(asked).map(|file| file.id.0)
    }

    const HD: Option<(u32, u32)> = Some((1280, 720));
    const LADDER: [(Role, u32, u64); 4] = [
        (Role::Source, 0, 900),
        (Role::Rendition, 480, 500),
        (Role::Rendition, 360, 300),
        (Role::Rendition, 240, 100),
    ];

    #[test]
    fn a_quality_is_the_nearest_that_is_not_above_what_was_asked_for() {
        let lesson = lesson(true, HD, &LADDER);
        for (asked, number) in [
            (None, 1),
            (Some(0), 4),
            (Some(240), 4),
            (Some(359), 4),
            (Some(479), 3),
            (Some(480), 2),
            (Some(719), 2),
            (Some(720), 1),
            (Some(u32::MAX), 1),
        ] {
            assert_eq!(chosen(&lesson, asked), Some(number), "{asked:?}");
        }
    }

    #[test]
    fn what_browsers_do_not_play_is_sent_only_while_nothing_else_is_there() {
        let made = lesson(false, HD, &LADDER);
        for (asked, number) in [(None, 2), (Some(720), 2), (Some(1), 4)] {
            assert_eq!(chosen(&made, asked), Some(number), "{asked:?}");
        }
        assert_eq!(made.source().map(|f| f.id.0), Some(1));
        let raw = lesson(false, HD, &LADDER[..1]);
        assert_eq!(raw.played(), None);
        assert_eq!(chosen(&raw, None), Some(1));
        assert_eq!(chosen(&raw, Some(360)), Some(1));
    }

    #[test]
    fn of_one_quality_there_is_the_cheapest_and_a_phone_held_upright_counts_by_its_width() {
        let files = [(Role::Source, 0, 900), (Role::Rendition, 720, 400)];
        let upright = lesson(true, Some((720, 1280)), &files);
        assert_eq!(chosen(&upright, Some(720)), Some(2));
        assert_eq!(upright.qualities().len(), 1);
        // Asked for nothing, a player has the recording as it came.
        assert_eq!(chosen(&upright, None), Some(1));
        let dear = [(Role::Source, 0, 300), (Role::Rendition, 720, 400)];
        assert_eq!(chosen(&lesson(true, HD, &dear), Some(720)), Some(1));
    }

    #[test]
    fn of_a_very_wide_picture_the_low_quality_is_the_lower_one() {
        for (size, own) in [((1280, 100), 720), ((8000, 100), 4500), ((100, 8000), 4500)] {
            assert_eq!(lines(size), own);
            let files = [(Role::Source, 0, 900), (Role::Rendition, 240, 100)];
            let wide = lesson(true, Some(size), &files);
            for (asked, number) in [(240, 2), (360, 2), (own, 1), (10, 2)] {
                assert_eq!(chosen(&wide, Some(asked)), Some(number), "{size:?} {asked}");
            }
        }
        for (size, own) in [
            ((1920, 800), 800),
            ((1280, 720), 720),
            ((720, 1280), 720),
            ((160, 120), 120),
        ] {
            assert_eq!(lines(size), own, "{size:?}");
        }
    }

    #[test]
    fn the_cost_is_that_of_the_cheapest_form_that_plays() {
        let sound = (Role::Audio, 24, 10);
        for (playable, size, files, cost) in [
            (true, HD, &LADDER[..1], Some(900)),
            (false, HD, &LADDER[..1], Some(900)),
            (true, HD, &LADDER[..], Some(100)),
            (false, HD, &[LADDER[0], LADDER[1], sound], Some(500)),
            // Whoever wants to watch gets no picture for what the sound costs.
            (true, HD, &[LADDER[0], sound], Some(900)),
            (true, None, &[LADDER[0], sound], Some(10)),
            (true, HD, &[], None),
        ] {
            let found = lesson(playable, size, files).cost();
            assert_eq!(found, cost.map(Bytes), "{playable} {size:?} {files:?}");
        }
    }
}
