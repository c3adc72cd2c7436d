//! Captions, attachments and editions of a lesson.

use ::http::header::RETRY_AFTER;
use ::http::{HeaderValue, StatusCode};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{DeskLessonBody, at_desk, code, personal, told};
use crate::app::Shared;
use crate::captions;
use crate::catalogue::Edition;
use crate::desk::{Author, CaptionsSeen, Desk};
use crate::http::decoded::Decoded;
use crate::http::identity::{Administrator, SignedIn};
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::sent_file::SentFile;

/// Captions as they are, or would be, stored.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaptionsBody {
    /// BCP 47.
    #[schema(example = "az")]
    language: String,
    /// What was left out or changed, and what to look at.
    warnings: Vec<String>,
    cues: Vec<CueBody>,
}

/// A text and when it is shown.
#[derive(Serialize, ToSchema)]
struct CueBody {
    start_ms: u64,
    end_ms: u64,
    /// Plain text.
    text: String,
}

impl From<CaptionsSeen> for CaptionsBody {
    fn from(seen: CaptionsSeen) -> Self {
        let cues = seen.cues.into_iter().map(|(start, end, text)| CueBody {
            start_ms: start.0,
            end_ms: end.0,
            text,
        });
        Self {
            language: seen.language,
            warnings: seen.warnings.iter().map(ToString::to_string).collect(),
            cues: cues.collect(),
        }
    }
}

/// Whether to do it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrialQuery {
    /// `true`: look only; nothing is changed.
    #[serde(default)]
    dry_run: bool,
}

/// Give a lesson captions in one language, instead of those it had.
///
/// WebVTT or SubRip in UTF-8; what is served is written anew from the cues.
#[utoipa::path(
    put, path = "/api/v1/lessons/{code}/captions/{language}", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("language" = String, Path, description = "BCP 47", example = "az"), TrialQuery),
    request_body(content = Vec<u8>, content_type = "text/vtt", description = "At most 5 MiB"),
    responses(
        (status = 200, description = "The captions", body = CaptionsBody),
        (status = 409, description = "The lesson has no recording yet"),
        (status = 413, description = "Too large, or over one's quota"),
        (status = 415, description = "An encoded body"),
        (status = 422, description = "These are no captions"),
    )
)]
pub(crate) async fn put_captions(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded((text, language)): Decoded<(String, String)>,
    query: Result<Query<TrialQuery>, QueryRejection>,
    file: Result<SentFile, Problem>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let author = Author::Person(actor);
    let mine = at_desk(&app, author.clone(), move |d, a| d.lesson(a, code)).await?;
    let bad = |e: QueryRejection| Problem::new(StatusCode::BAD_REQUEST).detail(e.body_text());
    let Query(query) = query.map_err(bad)?;
    let bytes = file?.whole(captions::MAX_BYTES).await?;
    let length = mine.lesson.recording.map(|r| r.duration);
    let seen = at_desk(&app, author, move |d, a| match query.dry_run {
        true => Desk::look_at_captions(&language, &bytes, length),
        false => d
            .put_captions(a, code, &language, &bytes)
            .map(|(_, seen)| seen),
    });
    Ok(personal(StatusCode::OK, &CaptionsBody::from(seen.await?)))
}

/// Take the captions in one language away.
#[utoipa::path(
    delete, path = "/api/v1/lessons/{code}/captions/{language}", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("language" = String, Path, description = "BCP 47", example = "az")),
    responses(
        (status = 200, description = "The lesson as it is now", body = DeskLessonBody),
        (status = 409, description = "The lesson has no recording yet"),
    )
)]
pub(crate) async fn remove_captions(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    Decoded((text, language)): Decoded<(String, String)>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let mine = at_desk(&app, Author::Person(actor), move |d, a| {
        d.remove_captions(a, code, &language)
    });
    told(StatusCode::OK, mine.await?, &origin, &app).await
}

/// What an attachment is called.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AttachmentQuery {
    /// What students save it as. Its last 200 characters at most, without a path.
    #[param(example = "worksheet.pdf")]
    name: String,
}

/// Add an attachment: any file, for students to save.
#[utoipa::path(
    post, path = "/api/v1/lessons/{code}/attachments", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), AttachmentQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "At most 200 MiB"),
    responses(
        (status = 201, description = "The lesson as it is now", body = DeskLessonBody),
        (status = 400, description = "No name, or no bytes"),
        (status = 409, description = "The lesson has no recording yet, or as many attachments as may be"),
        (status = 413, description = "Too large, or over one's quota"),
        (status = 415, description = "An encoded body"),
        (status = 503, description = "Many files are on their way just now"),
        (status = 507, description = "The disk is full"),
    )
)]
pub(crate) async fn add_attachment(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
    query: Result<Query<AttachmentQuery>, QueryRejection>,
    file: Result<SentFile, Problem>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let author = Author::Person(actor);
    at_desk(&app, author.clone(), move |d, a| d.lesson(a, code)).await?;
    let bad = |e: QueryRejection| Problem::new(StatusCode::BAD_REQUEST).detail(e.body_text());
    let Query(query) = query.map_err(bad)?;
    let file = file?;
    let seat = app.seat().ok_or_else(|| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE)
            .detail("many files are on their way just now; try again in a minute")
            .header(RETRY_AFTER, HeaderValue::from_static("60"))
    })?;
    let announced = file.announced();
    let mut bytes = file.reader();
    let mine = at_desk(&app, author, move |d, a| {
        // Until the thread is free, whether or not anybody waits for it.
        let _seat = seat;
        d.add_attachment(a, code, &query.name, announced, &mut bytes)
    });
    told(StatusCode::CREATED, mine.await?, &origin, &app).await
}

/// Take an attachment away.
#[utoipa::path(
    delete, path = "/api/v1/lessons/{code}/attachments/{name}", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("name" = String, Path, description = "Last segment of the attachment's url", example = "0f8fad5bd9cb469fa16570867728950e.pdf")),
    responses(
        (status = 200, description = "The lesson as it is now", body = DeskLessonBody),
        (status = 409, description = "The lesson has no recording yet"),
    )
)]
pub(crate) async fn remove_attachment(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    Decoded((text, name)): Decoded<(String, String)>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let mine = at_desk(&app, Author::Person(actor), move |d, a| {
        d.remove_attachment(a, code, &name)
    });
    told(StatusCode::OK, mine.await?, &origin, &app).await
}

/// The editions of a lesson, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct EditionsBody {
    editions: Vec<EditionBody>,
}

/// One edition of a lesson's footage.
#[derive(Serialize, ToSchema)]
struct EditionBody {
    /// 1 for the first footage.
    edition: u32,
    /// RFC 3339.
    created: Option<String>,
    duration_ms: u64,
    /// Whether it is the one under the lesson's addresses.
    current: bool,
    /// Whether its bytes are there.
    kept: bool,
    /// What it takes of the disk.
    bytes: u64,
}

impl From<Edition> for EditionBody {
    fn from(e: Edition) -> Self {
        Self {
            edition: e.number,
            created: e.created.timestamp().map(|t| t.to_string()),
            duration_ms: e.duration.0,
            current: e.current,
            kept: e.kept,
            bytes: e.bytes.0,
        }
    }
}

/// List a lesson's editions.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}/editions", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "The editions", body = EditionsBody),
    )
)]
pub(crate) async fn editions(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let editions = at_desk(&app, Author::Person(actor), move |d, a| d.editions(a, code)).await?;
    let editions = editions.into_iter().map(Into::into).collect();
    Ok(personal(StatusCode::OK, &EditionsBody { editions }))
}

/// Show an edition under the lesson's addresses.
#[utoipa::path(
    put, path = "/api/v1/lessons/{code}/editions/{edition}/current", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("edition" = u32, Path, description = "Its number", example = 1)),
    responses(
        (status = 200, description = "The lesson as it is now", body = DeskLessonBody),
        (status = 409, description = "It was pruned"),
    )
)]
pub(crate) async fn show_edition(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    Decoded((text, edition)): Decoded<(String, u32)>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let mine = at_desk(&app, Author::Person(actor), move |d, a| {
        d.show_edition(a, code, edition)
    });
    told(StatusCode::OK, mine.await?, &origin, &app).await
}

/// What pruning gave back.
#[derive(Serialize, ToSchema)]
pub(crate) struct PrunedBody {
    bytes: u64,
    /// Whether they are free already: while an import runs, they are later.
    free: bool,
}

/// Delete the bytes of an edition that is not shown. Its old addresses answer 410.
#[utoipa::path(
    delete, path = "/api/v1/lessons/{code}/editions/{edition}", tag = "desk", security(("token" = ["admin"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("edition" = u32, Path, description = "Its number", example = 1)),
    responses(
        (status = 200, description = "What it gave back", body = PrunedBody),
        (status = 409, description = "It is the one that is shown"),
    )
)]
pub(crate) async fn prune(
    State(app): State<Shared>,
    Administrator(actor): Administrator,
    Decoded((text, edition)): Decoded<(String, u32)>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let (bytes, free) = at_desk(&app, Author::Person(actor), move |d, a| {
        d.prune(a, code, Some(edition))
    })
    .await?;
    let body = PrunedBody {
        bytes: bytes.0,
        free,
    };
    Ok(personal(StatusCode::OK, &body))
}
