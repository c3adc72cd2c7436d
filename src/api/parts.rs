//! `/api/v1/lessons/CODE/…`: what belongs to a lesson and is read by itself.

use ::http::{HeaderMap, StatusCode};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::lessons::reach;
use crate::app::Shared;
use crate::auth::access::{self, Viewer};
use crate::captions::Captions;
use crate::catalogue::{Found, Lesson, Role, StoredFile};
use crate::http::decoded::Decoded;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::tagged;
use crate::units::Code;

/// A lesson's chapters, in order.
#[derive(Serialize, ToSchema)]
pub(super) struct ChaptersBody {
    chapters: Vec<ChapterBody>,
}

/// A titled part of a recording.
#[derive(Serialize, ToSchema)]
struct ChapterBody {
    #[schema(example = 220_000)]
    start_ms: u64,
    /// Where the next one begins or the recording ends; null: nobody knows yet.
    #[schema(example = 415_000)]
    end_ms: Option<u64>,
    #[schema(example = "Onluq kəsrlərin toplanması")]
    title: String,
    /// The lesson's page at this second.
    #[schema(example = "https://lessons.example/l/K7M2QX?t=220")]
    url: String,
}

impl ChaptersBody {
    fn new(lesson: &Lesson, origin: &Origin) -> Self {
        let chapters = &lesson.description.chapters;
        let end = lesson.recording.as_ref().map(|r| r.duration.0);
        let ends = chapters.iter().skip(1).map(|c| Some(c.start.0));
        let told = chapters.iter().zip(ends.chain([end]));
        let url = origin.url(format_args!("/l/{}", lesson.code));
        let told = told.map(|(chapter, end)| ChapterBody {
            start_ms: chapter.start.0,
            end_ms: end,
            title: chapter.title.clone(),
            url: format!("{url}?t={}", chapter.start.whole_seconds()),
        });
        Self {
            chapters: told.collect(),
        }
    }
}

/// Get a lesson's chapters with their times.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}/chapters", tag = "lessons", security((), ("token" = [])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "The chapters; none where nobody has named any", body = ChaptersBody),
        (status = 410, description = "The lesson was withdrawn"),
    )
)]
pub(super) async fn chapters(
    State(app): State<Shared>,
    origin: Origin,
    headers: HeaderMap,
    Decoded(code): Decoded<String>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    let (lesson, (), policy) = reach(&app, &code, viewer, |_, _, _| Ok(())).await?;
    let body = ChaptersBody::new(&lesson, &origin);
    Ok(tagged::json(&headers, policy, &app.settings, &body))
}

/// The other forms of a lesson.
#[derive(Serialize, ToSchema)]
pub(super) struct SiblingsBody {
    siblings: Vec<SiblingBody>,
}

/// A lesson with the same content: signed, or in another language.
#[derive(Serialize, ToSchema)]
struct SiblingBody {
    #[schema(example = "K7M2QX")]
    code: String,
    /// The lesson's page for people.
    #[schema(example = "https://lessons.example/l/K7M2QX")]
    url: String,
    #[schema(example = "Сложение десятичных дробей")]
    title: String,
    /// Vocabulary id: the language of instruction.
    #[schema(example = "ru")]
    section: String,
    /// BCP 47, where it is not the section's.
    language: Option<String>,
    /// Sign-language interpreter; null: it is not signed.
    interpreter: Option<String>,
    /// `announced` or `available`.
    #[schema(example = "available")]
    state: &'static str,
}

impl SiblingBody {
    fn new(lesson: Lesson, origin: &Origin) -> Self {
        Self {
            url: origin.url(format_args!("/l/{}", lesson.code)),
            state: lesson.state().as_str(),
            code: lesson.code.to_string(),
            title: lesson.description.title,
            section: lesson.description.section,
            language: lesson.description.language,
            interpreter: lesson.description.interpreter,
        }
    }
}

/// List the other forms of a lesson: signed, or in another language.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}/siblings", tag = "lessons", security((), ("token" = [])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "Its siblings, ten at most; those alone that lists show", body = SiblingsBody),
        (status = 410, description = "The lesson was withdrawn"),
    )
)]
pub(super) async fn siblings(
    State(app): State<Shared>,
    origin: Origin,
    headers: HeaderMap,
    Decoded(code): Decoded<String>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    let (_, siblings, policy) = reach(&app, &code, viewer, |c, lesson, viewer| {
        let mut told = Vec::new();
        for code in c.siblings(lesson.id)? {
            if let Found::Lesson(sibling) = c.find(code)?
                && access::may_be_told(c, &sibling, viewer)?
            {
                told.push(*sibling);
            }
        }
        Ok(told)
    })
    .await?;
    let siblings = siblings.into_iter().map(|s| SiblingBody::new(s, &origin));
    let body = SiblingsBody {
        siblings: siblings.collect(),
    };
    Ok(tagged::json(&headers, policy, &app.settings, &body))
}

/// What is said in a lesson.
#[derive(Serialize, ToSchema)]
pub(super) struct WordsBody {
    /// BCP 47.
    #[schema(example = "az")]
    language: String,
    cues: Vec<LineBody>,
}

/// Words, and when they are said.
#[derive(Serialize, ToSchema)]
struct LineBody {
    #[schema(example = 5000)]
    start_ms: u64,
    #[schema(example = 8200)]
    end_ms: u64,
    /// Plain text.
    #[schema(example = "Salam, uşaqlar!")]
    text: String,
}

/// Get what is said in a lesson, from its captions in one language.
///
/// Which languages there are the lesson's `files` say. The same as WebVTT: `/l/CODE/captions/az.vtt`.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}/captions/{language}", tag = "lessons", security((), ("token" = [])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("language" = String, Path, description = "BCP 47", example = "az")),
    responses(
        (status = 200, description = "Every line with its times", body = WordsBody),
        (status = 404, description = "No such lesson, or it has no captions in this language"),
        (status = 410, description = "The lesson was withdrawn"),
    )
)]
pub(super) async fn captions(
    State(app): State<Shared>,
    headers: HeaderMap,
    Decoded((code, language)): Decoded<(String, String)>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    let (lesson, (), policy) = reach(&app, &code, viewer, |_, _, _| Ok(())).await?;
    let tag = |file: &StoredFile| file.file.language.clone().unwrap_or_default();
    let mut all = lesson.files_of(Role::Captions);
    let stored = all.find(|file| tag(file).eq_ignore_ascii_case(&language));
    let Some(stored) = stored else {
        let there: Vec<String> = lesson.files_of(Role::Captions).map(tag).collect();
        return Err(
            Problem::new(StatusCode::NOT_FOUND).detail(match there.is_empty() {
                true => format!("the lesson {} has no captions", lesson.code),
                false => format!(
                    "the lesson {} has no captions in {language:?}; it has them in {}",
                    lesson.code,
                    there.join(", ")
                ),
            }),
        );
    };
    let language = tag(stored);
    let read = read(&app, stored).await?;
    let cues = read.lines().map(|(start, end, text)| LineBody {
        start_ms: start.0,
        end_ms: end.0,
        text: text.to_owned(),
    });
    let body = WordsBody {
        language,
        cues: cues.collect(),
    };
    Ok(tagged::json(&headers, policy, &app.settings, &body))
}

/// Small pictures for a seek bar, in order.
#[derive(Default, Serialize, ToSchema)]
pub(super) struct StoryboardBody {
    pictures: Vec<PictureBody>,
}

/// A part of an image, and when the recording looks like that.
#[derive(Serialize, ToSchema)]
struct PictureBody {
    #[schema(example = 0)]
    start_ms: u64,
    #[schema(example = 10_000)]
    end_ms: u64,
    /// The image that has it among others.
    #[schema(example = "https://lessons.example/l/K7M2QX/storyboard-0.jpg")]
    url: String,
    /// Pixels from the image's left.
    #[schema(example = 160)]
    x: u32,
    /// Pixels from its top.
    #[schema(example = 90)]
    y: u32,
    #[schema(example = 160)]
    width: u32,
    #[schema(example = 90)]
    height: u32,
}

impl StoryboardBody {
    fn new(captions: &Captions, code: Code, origin: &Origin) -> Self {
        let pictures = captions.lines().filter_map(|(start, end, target)| {
            // Media Fragments URI 1.0 §4.2.2, as src/processing/pictures/storyboard.rs writes it.
            let (name, place) = target.trim().split_once("#xywh=")?;
            let numbers: Vec<u32> = place
                .split(',')
                .map(|n| n.parse().ok())
                .collect::<Option<_>>()?;
            let [x, y, width, height] = numbers[..] else {
                return None;
            };
            Some(PictureBody {
                start_ms: start.0,
                end_ms: end.0,
                url: origin.url(format_args!("/l/{code}/{name}")),
                x,
                y,
                width,
                height,
            })
        });
        Self {
            pictures: pictures.collect(),
        }
    }
}

/// Get a lesson's small pictures for a seek bar: which part of which image shows what the recording shows when.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}/storyboard", tag = "lessons", security((), ("token" = [])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "The pictures; none until they are made", body = StoryboardBody),
        (status = 410, description = "The lesson was withdrawn"),
    )
)]
pub(super) async fn storyboard(
    State(app): State<Shared>,
    origin: Origin,
    headers: HeaderMap,
    Decoded(code): Decoded<String>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    let (lesson, (), policy) = reach(&app, &code, viewer, |_, _, _| Ok(())).await?;
    let mut all = lesson.files_of(Role::Storyboard);
    let cues = match all.find(|file| file.file.mime == "text/vtt") {
        // A recording too short for a picture has a file without any.
        Some(stored) => read(&app, stored).await.ok(),
        None => None,
    };
    let body = match cues {
        Some(cues) => StoryboardBody::new(&cues, lesson.code, &origin),
        None => StoryboardBody::default(),
    };
    Ok(tagged::json(&headers, policy, &app.settings, &body))
}

/// The cues of a stored WebVTT file.
async fn read(app: &Shared, stored: &StoredFile) -> Result<Captions, Problem> {
    let stored = stored.clone();
    let read = app.at_desk(move |desk| desk.captions_in(&stored)).await;
    read.ok_or_else(Problem::stopping)?.map_err(|error| {
        tracing::error!(%error, "stored captions cannot be read");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR).detail(
            "the archive's captions cannot be read; its operator finds the fault in the log",
        )
    })
}
