//! A lesson as JSON: the sheet's names, lists as arrays, and its files.

use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::{Lesson, Role, StoredFile};
use crate::clock::UnixMillis;
use crate::http::origin::Origin;

/// A lesson. What is not said is null.
#[derive(Serialize, ToSchema)]
pub(super) struct LessonBody {
    /// Its permanent name.
    #[schema(example = "K7M2QX")]
    code: String,
    /// `announced` (no recording yet), `available` or `withdrawn`.
    #[schema(example = "available")]
    state: &'static str,
    /// The lesson's page for people.
    url: String,
    title: String,
    description: Option<String>,
    /// Vocabulary ids.
    #[schema(example = json!(["7"]))]
    grades: Vec<String>,
    /// Vocabulary id.
    #[schema(example = "mathematics")]
    subject: String,
    /// Vocabulary id: the language of instruction.
    #[schema(example = "az")]
    section: String,
    /// BCP 47, where it is not the section's.
    language: Option<String>,
    programme: Option<String>,
    /// Place in the programme.
    lesson_number: Option<u32>,
    unit: Option<String>,
    topic: Option<String>,
    /// `framework:code`.
    curriculum: Vec<String>,
    #[schema(example = "2019/20")]
    school_year: Option<String>,
    term: Option<u8>,
    /// Week of the programme (`3`) or of the calendar (`2020-W14`).
    week: Option<String>,
    /// `isbn:page`.
    textbook: Option<String>,
    /// `channel@time`, the time by RFC 3339.
    #[schema(example = json!(["medeniyyet@2020-04-02T10:00:00+04:00"]))]
    broadcasts: Vec<String>,
    teachers: Vec<String>,
    /// Sign-language interpreter.
    interpreter: Option<String>,
    /// `lesson`, `live`, `revision` or `exam`.
    kind: &'static str,
    /// Code of the signed or other-language sibling.
    variant_of: Option<String>,
    /// `m:ss Title`.
    chapters: Vec<String>,
    license: Option<String>,
    rights_holder: Option<String>,
    source_url: Option<String>,
    /// `public` or `unlisted`.
    visibility: &'static str,
    /// Last change that a reader could notice, RFC 3339.
    updated: Option<String>,
    /// Bytes of the cheapest form to watch, else to save; null: no recording yet.
    cost: Option<u64>,
    /// A still picture, where one has been made: an address that stays.
    poster: Option<String>,
    /// WebVTT that tells which part of which picture beside it shows what the recording shows when: an address that
    /// stays.
    storyboard: Option<String>,
    /// Of the current recording.
    files: Vec<FileBody>,
}

/// A file of a lesson.
#[derive(Serialize, ToSchema)]
pub(super) struct FileBody {
    /// `source`, `rendition`, `audio`, `poster`, `storyboard`, `slide`, `captions` or `attachment`.
    role: &'static str,
    /// Height class of a rendition (360), kbit/s of an audio file.
    quality: Option<u32>,
    mime: String,
    bytes: u64,
    duration_ms: Option<u64>,
    /// Of a slide: when the lesson comes to it. A slide in several types is several files of one moment.
    start_ms: Option<u64>,
    /// Immutable: these bytes for as long as the archive has them.
    url: String,
    /// Hexadecimal; null until hashed.
    sha256: Option<String>,
    /// BCP 47: of captions, or of the sound.
    language: Option<String>,
    /// Pixels as shown.
    width: Option<u32>,
    /// Pixels as shown.
    height: Option<u32>,
}

impl LessonBody {
    pub(super) fn new(lesson: Lesson, origin: &Origin, zone: &TimeZone) -> Self {
        let state = lesson.state().as_str();
        let files = lesson
            .files
            .iter()
            .map(|f| FileBody::new(f, origin))
            .collect();
        let cost = lesson.cost().map(|bytes| bytes.0);
        let made = |role: Role, name: &str| {
            let any = lesson.files_of(role).next();
            any.map(|_| origin.url(&format!("/l/{}/{name}", lesson.code)))
        };
        let (poster, storyboard) = (
            made(Role::Poster, "poster.jpg"),
            made(Role::Storyboard, "storyboard.vtt"),
        );
        let d = lesson.description;
        Self {
            code: lesson.code.to_string(),
            state,
            url: origin.url(&format!("/l/{}", lesson.code)),
            title: d.title,
            description: d.description,
            grades: d.grades,
            subject: d.subject,
            section: d.section,
            language: d.language,
            programme: d.programme,
            lesson_number: d.lesson_number,
            unit: d.unit,
            topic: d.topic,
            curriculum: d
                .curriculum
                .into_iter()
                .map(|(framework, code)| format!("{framework}:{code}"))
                .collect(),
            school_year: d.school_year,
            term: d.term,
            week: d.week,
            textbook: d.textbook.map(|(isbn, page)| format!("{isbn}:{page}")),
            broadcasts: d
                .broadcasts
                .into_iter()
                .filter_map(|b| Some(format!("{}@{}", b.channel, local(b.at, zone)?)))
                .collect(),
            teachers: d.teachers,
            interpreter: d.interpreter,
            kind: d.kind.as_str(),
            variant_of: d.variant_of.map(|c| c.to_string()),
            chapters: d
                .chapters
                .into_iter()
                .map(|c| format!("{} {}", c.start.clock_face(), c.title))
                .collect(),
            license: d.license,
            rights_holder: d.rights_holder,
            source_url: d.source_url,
            visibility: d.visibility.as_str(),
            updated: lesson.updated.timestamp().map(|t| t.to_string()),
            cost,
            poster,
            storyboard,
            files,
        }
    }
}

impl FileBody {
    fn new(stored: &StoredFile, origin: &Origin) -> Self {
        let f = &stored.file;
        Self {
            role: f.role.as_str(),
            quality: f.quality,
            mime: f.mime.clone(),
            bytes: f.bytes.0,
            duration_ms: f.duration.map(|d| d.0),
            start_ms: f.start.map(|s| s.0),
            url: origin.url(&format!("/media/{}", f.name)),
            sha256: f
                .sha256
                .as_ref()
                .map(|h| h.iter().map(|b| format!("{b:02x}")).collect()),
            language: f.language.clone(),
            width: f.size.map(|s| s.0),
            height: f.size.map(|s| s.1),
        }
    }
}

/// A moment in the school's time zone, RFC 3339.
pub(super) fn local(at: UnixMillis, zone: &TimeZone) -> Option<String> {
    Some(
        at.timestamp()?
            .to_zoned_datetime(zone.clone())
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string(),
    )
}
