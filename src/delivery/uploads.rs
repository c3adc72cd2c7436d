//! Surface: resumable uploads, tus 1.0.0 at `/uploads`.
//!
//! There are no CORS headers: a browser lets other sites' scripts send nothing here.

use axum::body::Body;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body::Body as _;

use crate::app::{App, Shared};
use crate::auth::permission::Actor;
use crate::catalogue::{Upload, UploadId, UploadKind, UploadState};
use crate::clock::UnixMillis;
use crate::http::identity::SignedIn;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::server::MaxBody;
use crate::streaming::HttpDate;
use crate::units::{Code, LessonId};
use crate::upload::protocol::{
    Algorithm, Append, Creation, EXTENSIONS, Metadata, VERSION, Verb, parts_of, speaks_our_version,
    verb,
};
use crate::upload::{Error, Reached};

/// The path below which uploads lie.
const BASE: &str = "/uploads";

/// `/uploads`: OPTIONS, and POST for a new one.
pub async fn all(State(app): State<Shared>, request: Request) -> Response {
    resumable(answer(app, None, request).await)
}

/// `/uploads/ID`: HEAD, PATCH, DELETE.
pub async fn one(State(app): State<Shared>, Path(id): Path<String>, request: Request) -> Response {
    resumable(answer(app, Some(id), request).await)
}

/// What every answer says.
fn resumable(answer: Result<Response, Problem>) -> Response {
    let mut response = answer.unwrap_or_else(Problem::into_response);
    let headers = response.headers_mut();
    headers.insert(name("tus-resumable"), HeaderValue::from_static(VERSION));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn answer(app: Shared, id: Option<String>, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let verb = verb(&parts.method, &parts.headers);
    if verb == Some(Verb::Discover) {
        return Ok(discovered(&app));
    }
    let SignedIn(actor) = SignedIn::from_request_parts(&mut parts, &app).await?;
    let allowed = match (&id, verb) {
        (None, Some(Verb::Create))
        | (Some(_), Some(Verb::Ask | Verb::Append | Verb::Terminate)) => true,
        (None, _) => return Err(not_allowed("POST, OPTIONS")),
        (Some(_), _) => false,
    };
    if !allowed {
        return Err(not_allowed("HEAD, PATCH, DELETE, OPTIONS"));
    }
    if !speaks_our_version(&parts.headers) {
        return Err(Problem::new(StatusCode::PRECONDITION_FAILED)
            .detail("this server speaks tus 1.0.0: send Tus-Resumable: 1.0.0")
            .header(name("tus-version"), HeaderValue::from_static(VERSION)));
    }
    let Some(id) = id else {
        return create(&app, &actor, parts, body).await;
    };
    let id: UploadId = id.parse().map_err(|_| Error::Unknown)?;
    match verb {
        Some(Verb::Ask) => {
            let upload = app.uploads.ask(actor.person, id).await?;
            Ok((StatusCode::OK, told(&upload)).into_response())
        }
        Some(Verb::Terminate) => {
            app.uploads.terminate(actor.person, id).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        _ => {
            let request = Append::of(&parts.headers).map_err(Error::from)?;
            counts_for_itself(&parts);
            let uploader = app.uploader(&actor);
            let reached = app.uploads.append(uploader, id, request, body).await?;
            Ok((StatusCode::NO_CONTENT, told_of(&reached)).into_response())
        }
    }
}

async fn create(
    app: &Shared,
    actor: &Actor,
    mut parts: Parts,
    mut body: Body,
) -> Result<Response, Problem> {
    let empty = body.is_end_stream()
        || !parts.headers.contains_key(CONTENT_TYPE)
            && !app.uploads.brings_bytes(&mut body).await?;
    let creation = Creation::of(&parts.headers, empty).map_err(Error::from)?;
    let lesson = lesson_for(app, actor, &creation.metadata).await?;
    let (with_bytes, announced) = (creation.with_bytes, body.size_hint().exact());
    counts_for_itself(&parts);
    let uploader = app.uploader(actor);
    let begun = app
        .uploads
        .begin(uploader, lesson, creation, announced, body);
    let begun = begun.await?;
    let Ok(origin) = Origin::from_request_parts(&mut parts, app).await;
    let mut headers = told_of(&begun.reached);
    if !with_bytes {
        headers.remove("upload-offset");
    }
    let url = origin.url(format_args!("{BASE}/{}", begun.id));
    let url = HeaderValue::try_from(url).map_err(|_| Problem::new(StatusCode::BAD_REQUEST))?;
    headers.insert(LOCATION, url);
    Ok((StatusCode::CREATED, headers).into_response())
}

/// The lesson that an upload names, if its sender may change it.
async fn lesson_for(
    app: &Shared,
    actor: &Actor,
    metadata: &Metadata,
) -> Result<Option<LessonId>, Problem> {
    let Some(text) = metadata.text("lesson") else {
        return Ok(None);
    };
    let code: Code = text.parse().map_err(|why| {
        Problem::new(StatusCode::BAD_REQUEST)
            .detail(format!("Upload-Metadata: the lesson {text:?}: {why}"))
    })?;
    let edited = app.lesson_to_edit(actor, code).await?;
    // Whether it is there at all is not told.
    edited.map(|lesson| Some(lesson.id)).ok_or_else(|| {
        Problem::new(StatusCode::FORBIDDEN)
            .detail(format!("there is no lesson {code} that you may change"))
    })
}

/// An upload has limits of its own.
fn counts_for_itself(parts: &Parts) {
    if let Some(max) = parts.extensions.get::<MaxBody>() {
        max.allow(u64::MAX);
    }
}

/// OPTIONS: what this server can do.
fn discovered(app: &App) -> Response {
    let headers = [
        (
            ALLOW,
            HeaderValue::from_static("POST, HEAD, PATCH, DELETE, OPTIONS"),
        ),
        (name("tus-version"), HeaderValue::from_static(VERSION)),
        (name("tus-extension"), HeaderValue::from_static(EXTENSIONS)),
        (name("tus-max-size"), app.uploads.limits().most_bytes.into()),
        (
            name("tus-checksum-algorithm"),
            HeaderValue::from_static(Algorithm::LIST),
        ),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// HEAD: how far an upload is, and what was said of it.
fn told(upload: &Upload) -> HeaderMap {
    let mut headers = HeaderMap::new();
    // Of what is made of parts, the offset is told when they are joined (concatenation extension).
    if upload.kind != UploadKind::Final || upload.is_whole() {
        headers.insert(name("upload-offset"), upload.offset.0.into());
    }
    match upload.length {
        Some(length) => headers.insert(name("upload-length"), length.0.into()),
        None => headers.insert(name("upload-defer-length"), HeaderValue::from_static("1")),
    };
    let mut text = |header: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name(header), value);
        }
    };
    if !upload.metadata.is_empty() {
        text("upload-metadata", &upload.metadata);
    }
    match upload.kind {
        UploadKind::Whole => {}
        UploadKind::Partial => text("upload-concat", "partial"),
        UploadKind::Final => text("upload-concat", &parts_of(&upload.parts, BASE)),
    }
    if upload.state == UploadState::Uploading || upload.kind == UploadKind::Partial {
        expires(&mut headers, upload.expires);
    }
    headers
}

fn told_of(reached: &Reached) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(name("upload-offset"), reached.offset.into());
    if let Some(at) = reached.expires {
        expires(&mut headers, at);
    }
    headers
}

fn expires(headers: &mut HeaderMap, at: UnixMillis) {
    let date = HttpDate::from_unix_seconds(at.0.div_euclid(1000));
    headers.insert(name("upload-expires"), date.header_value());
}

fn not_allowed(methods: &'static str) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED)
        .detail("uploads are made by tus 1.0.0; see Allow")
        .header(ALLOW, HeaderValue::from_static(methods))
}

/// tus's own header fields, in lower case.
fn name(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}
