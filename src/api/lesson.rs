//! A lesson as JSON: the sheet's names, lists as arrays, and its files.

use data_encoding::HEXLOWER;
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
    #[schema(example = "https://lessons.example/l/K7M2QX")]
    url: String,
    #[schema(example = "Onluq kəsrlərin toplanması")]
    title: String,
    #[schema(example = "Onluq kəsrlər mərtəbə-mərtəbə toplanır.")]
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
    #[schema(example = json!(null))]
    language: Option<String>,
    #[schema(example = "Televiziya dərsləri")]
    programme: Option<String>,
    /// Place in the programme.
    #[schema(example = 12)]
    lesson_number: Option<u32>,
    #[schema(example = "Kəsrlər")]
    unit: Option<String>,
    #[schema(example = "Onluq kəsrlər")]
    topic: Option<String>,
    /// `framework:code`.
    #[schema(example = json!(["az:2.1.1"]))]
    curriculum: Vec<String>,
    #[schema(example = "2019/20")]
    school_year: Option<String>,
    #[schema(example = 4)]
    term: Option<u8>,
    /// Week of the programme (`3`) or of the calendar (`2020-W14`).
    #[schema(example = "2020-W14")]
    week: Option<String>,
    /// `isbn:page`.
    #[schema(example = "9789952000000:34")]
    textbook: Option<String>,
    /// `channel@time`, the time by RFC 3339.
    #[schema(example = json!(["medeniyyet@2020-04-02T10:00:00+04:00"]))]
    broadcasts: Vec<String>,
    #[schema(example = json!(["L. Məmmədova"]))]
    teachers: Vec<String>,
    /// Sign-language interpreter.
    #[schema(example = json!(null))]
    interpreter: Option<String>,
    /// `lesson`, `live`, `revision` or `exam`.
    #[schema(example = "lesson")]
    kind: &'static str,
    /// Code of the signed or other-language sibling.
    #[schema(example = json!(null))]
    variant_of: Option<String>,
    /// `m:ss Title`.
    #[schema(example = json!(["3:40 Toplama"]))]
    chapters: Vec<String>,
    #[schema(example = "CC-BY-4.0")]
    license: Option<String>,
    #[schema(example = json!(null))]
    rights_holder: Option<String>,
    #[schema(example = json!(null))]
    source_url: Option<String>,
    /// `public` or `unlisted`.
    #[schema(example = "public")]
    visibility: &'static str,
    /// Last change that a reader could notice, RFC 3339.
    #[schema(example = "2026-03-04T09:15:00Z")]
    updated: Option<String>,
    /// Bytes of the cheapest form to watch, else to save; null: no recording yet.
    #[schema(example = 4194304)]
    cost: Option<u64>,
    /// A still picture, where one has been made: an address that stays.
    #[schema(example = "https://lessons.example/l/K7M2QX/poster.jpg")]
    poster: Option<String>,
    /// WebVTT that tells which part of which picture beside it shows what the recording shows when: an address that
    /// stays.
    #[schema(example = "https://lessons.example/l/K7M2QX/storyboard.vtt")]
    storyboard: Option<String>,
    /// Of the current recording.
    files: Vec<FileBody>,
}

/// A file of a lesson.
#[derive(Serialize, ToSchema)]
pub(super) struct FileBody {
    /// `source`, `rendition`, `audio`, `poster`, `storyboard`, `slide`, `captions` or `attachment`.
    #[schema(example = "rendition")]
    role: &'static str,
    /// Height class of a rendition (360), kbit/s of an audio file.
    #[schema(example = 360)]
    quality: Option<u32>,
    #[schema(example = "video/mp4")]
    mime: String,
    #[schema(example = 52428800)]
    bytes: u64,
    #[schema(example = 1200000)]
    duration_ms: Option<u64>,
    /// Of a slide: when the lesson comes to it. A slide in several types is several files of one moment.
    #[schema(example = json!(null))]
    start_ms: Option<u64>,
    /// Immutable: these bytes for as long as the archive has them.
    #[schema(example = "https://lessons.example/media/0f8fad5bd9cb469fa16570867728950e.mp4")]
    url: String,
    /// Hexadecimal; null until hashed.
    #[schema(example = json!(null))]
    sha256: Option<String>,
    /// BCP 47: of captions, or of the sound.
    #[schema(example = json!(null))]
    language: Option<String>,
    /// Pixels as shown.
    #[schema(example = 640)]
    width: Option<u32>,
    /// Pixels as shown.
    #[schema(example = 360)]
    height: Option<u32>,
}

impl LessonBody {
    pub(super) fn new(lesson: Lesson, origin: &Origin, zone: &TimeZone) -> Self {
        let state = lesson.state().as_str();
        let cost = lesson.cost().map(|bytes| bytes.0);
        let made = |role: Role, name: &str| {
            let any = lesson.files_of(role).next();
            any.map(|_| origin.url(format_args!("/l/{}/{name}", lesson.code)))
        };
        let (poster, storyboard) = (
            made(Role::Poster, "poster.jpg"),
            made(Role::Storyboard, "storyboard.vtt"),
        );
        let files = lesson.files.into_iter();
        let files = files.map(|file| FileBody::new(file, origin)).collect();
        let d = lesson.description;
        Self {
            code: lesson.code.to_string(),
            state,
            url: origin.url(format_args!("/l/{}", lesson.code)),
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
    fn new(stored: StoredFile, origin: &Origin) -> Self {
        let f = stored.file;
        Self {
            role: f.role.as_str(),
            quality: f.quality,
            mime: f.mime,
            bytes: f.bytes.0,
            duration_ms: f.duration.map(|d| d.0),
            start_ms: f.start.map(|s| s.0),
            url: origin.url(format_args!("/media/{}", f.name)),
            sha256: f.sha256.map(|hash| HEXLOWER.encode(&hash)),
            language: f.language,
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
