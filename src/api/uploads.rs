//! `/api/v1/uploads` and `/api/v1/uploads/ID`: what has become of uploads.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::Shared;
use crate::auth::access::{self, Viewer};
use crate::catalogue::{OwnUpload, PersonRole, UploadId, UploadState};
use crate::clock::{self, UnixMillis};
use crate::http::cache::CachePolicy;
use crate::http::identity::SignedIn;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::tagged;
use crate::upload::Refusal;
use crate::upload::protocol::Metadata;
use crate::words::Language;

/// Uploads in one page unless asked otherwise.
const LIMIT: u32 = 50;
/// At most so many in one page.
const MOST: u32 = 200;

/// An upload on its way to becoming a recording.
#[derive(Serialize, ToSchema)]
pub(super) struct UploadBody {
    /// Last segment of its URL.
    #[schema(example = "0f8fad5bd9cb469fa16570867728950e")]
    id: String,
    /// Where tus goes on with it.
    #[schema(example = "https://lessons.example/uploads/0f8fad5bd9cb469fa16570867728950e")]
    url: String,
    /// What its sender calls the file.
    #[schema(example = "Kəsrlər.mp4")]
    filename: Option<String>,
    /// Bytes that it will have; null: not said yet.
    #[schema(example = 734003200)]
    bytes: Option<u64>,
    /// Bytes that are here for good. While some are coming, it may be a few seconds old: ask by HEAD before
    /// going on.
    #[schema(example = 209715200)]
    offset: u64,
    /// `whole`; `partial`: a part of one that is sent in parts; `final`: made of such parts.
    #[schema(example = "whole")]
    kind: &'static str,
    /// Upload-Metadata, decoded; without values that are no text.
    #[schema(example = json!({"filename": "Kəsrlər.mp4", "filetype": "video/mp4", "lesson": "K7M2QX"}))]
    metadata: BTreeMap<String, String>,
    /// `uploading`, `queued`, `processing`, `done` (the lesson has it) or `failed` (the bytes are kept).
    #[schema(example = "uploading")]
    state: &'static str,
    /// Code of the lesson that it is for, or that was made of it.
    #[schema(example = "K7M2QX")]
    lesson: Option<String>,
    /// That lesson's title; null as well where it is a draft that its sender may not see any more.
    #[schema(example = "Kəsrlər")]
    title: Option<String>,
    /// Once it is done: whether browsers play the recording as it came, or can only save it; null before.
    #[schema(example = json!(null))]
    playable: Option<bool>,
    /// Why it failed, in English and with all that is known.
    #[schema(example = json!(null))]
    error: Option<String>,
    /// The same as a kind; null: it did not fail.
    refusal: Option<RefusalBody>,
    /// When it began, RFC 3339.
    #[schema(example = "2026-03-04T09:15:00Z")]
    created: Option<String>,
    /// When it is deleted if nothing is added to it, RFC 3339; null: all of it is here.
    #[schema(example = "2026-03-11T09:20:00Z")]
    expires: Option<String>,
}

impl UploadBody {
    fn new(own: OwnUpload, origin: &Origin) -> Self {
        let rfc3339 = |at: UnixMillis| at.timestamp().map(|t| t.to_string());
        let upload = own.upload;
        let metadata = Metadata::parse(&upload.metadata).unwrap_or_default();
        let filename = metadata.text("filename").or_else(|| metadata.text("name"));
        let unfinished = upload.state == UploadState::Uploading;
        let refusal = upload.error.as_deref().map(Refusal::read);
        Self {
            id: upload.id.to_string(),
            url: origin.url(format_args!("/uploads/{}", upload.id)),
            filename: filename.map(str::to_owned),
            bytes: upload.length.map(|b| b.0),
            offset: upload.offset.0,
            kind: upload.kind.as_str(),
            metadata: metadata
                .texts()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
            state: upload.state.as_str(),
            lesson: upload.code.map(|c| c.to_string()),
            title: own.title,
            playable: own.playable.filter(|_| upload.state == UploadState::Done),
            error: refusal.as_ref().map(|r| r.english().to_owned()),
            refusal: refusal.as_ref().map(RefusalBody::new),
            created: rfc3339(own.created),
            expires: unfinished.then(|| rfc3339(upload.expires)).flatten(),
        }
    }
}

/// Why an upload is no recording.
#[derive(Serialize, ToSchema)]
struct RefusalBody {
    /// Does not change; there may be more of them later. `other`: `error` alone tells it.
    #[schema(example = "cut-short")]
    code: &'static str,
    /// What is wrong and what can be done, by language of the interface: `az`, `ru`, `en`.
    #[schema(value_type = BTreeMap<String, String>)]
    text: BTreeMap<&'static str, String>,
}

impl RefusalBody {
    fn new(refusal: &Refusal) -> Self {
        let texts = Language::ALL.map(|language| (language.code(), refusal.text(language)));
        Self {
            code: refusal.code(),
            text: texts.into(),
        }
    }
}

/// One page of one's uploads, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct UploadsBody {
    uploads: Vec<UploadBody>,
    /// Cursor of the next page; null: there is none.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// How many at once, and where to begin.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadsQuery {
    /// Uploads in a page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(example = "0f8fad5bd9cb469fa16570867728950e")]
    cursor: Option<String>,
}

/// List one's own uploads.
///
/// What is unfinished or turned out to be no recording; and what became one, for as long as it would have been kept
/// unfinished (`upload_expires_hours`).
#[utoipa::path(
    get, path = "/api/v1/uploads", tag = "uploads", security(("token" = [])), params(UploadsQuery),
    responses(
        (status = 200, description = "A page of uploads.", body = UploadsBody),
        (status = 400, description = "A limit or cursor that cannot be."),
    )
)]
pub(super) async fn list(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    origin: Origin,
    headers: HeaderMap,
    query: Result<Query<UploadsQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let bad_request = |why: String| Problem::new(StatusCode::BAD_REQUEST).detail(why);
    let Query(query) = query.map_err(|e| bad_request(e.body_text()))?;
    let limit = query.limit.unwrap_or(LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(bad_request(format!("limit = {limit}: write 1 to {MOST}")));
    }
    let cursor = query.cursor.filter(|c| !c.is_empty());
    let after = cursor.map(|text| {
        text.parse::<UploadId>().map_err(|_| {
            bad_request(format!(
                "cursor = {text:?}: write what next said in the page before"
            ))
        })
    });
    let (after, person, now) = (after.transpose()?, actor.person, clock::now());
    // One more than wanted: it tells whether there is a next page.
    let viewer = Viewer::Person(actor);
    let found = app.catalogue.read(move |c| {
        let mut found = c.uploads_of(person, after, now, limit + 1)?;
        for own in &mut found {
            access::hide_title(c, own, &viewer)?;
        }
        Ok(found)
    });
    let mut found = found.await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let last = found.last().filter(|_| more).map(|own| own.upload.id);
    let body = UploadsBody {
        uploads: found
            .into_iter()
            .map(|own| UploadBody::new(own, &origin))
            .collect(),
        next: last.map(|id| id.to_string()),
    };
    let policy = CachePolicy::Personal;
    Ok(tagged::json(&headers, policy, &app.settings, &body))
}

/// What has become of an upload: for whoever sent it, and for administrators.
#[utoipa::path(
    get,
    path = "/api/v1/uploads/{id}",
    tag = "uploads",
    security(("token" = [])),
    params(("id" = String, Path, description = "Last segment of the upload's URL.", example = "0f8fad5bd9cb469fa16570867728950e")),
    responses(
        (status = 200, description = "How far it is.", body = UploadBody),
        (status = 404, description = "There is no such upload of yours."),
        (status = 410, description = "It was terminated or has expired."),
    )
)]
pub(super) async fn one(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Path(id): Path<String>,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let unknown = || Problem::new(StatusCode::NOT_FOUND).detail("there is no such upload of yours");
    let id: UploadId = id.parse().map_err(|_| unknown())?;
    let viewer = Viewer::Person(Arc::clone(&actor));
    let told = app.catalogue.read(move |c| {
        let mut told = c.told_upload(id)?;
        if let Some(own) = &mut told {
            access::hide_title(c, own, &viewer)?;
        }
        Ok(told)
    });
    let told = told.await?;
    let theirs = |own: &OwnUpload| {
        own.upload.person == Some(actor.person) || actor.role == PersonRole::Admin
    };
    let told = told.filter(theirs).ok_or_else(unknown)?;
    if told.upload.state == UploadState::Gone {
        return Err(Problem::new(StatusCode::GONE)
            .detail("this upload was terminated or has expired; begin a new one"));
    }
    let body = UploadBody::new(told, &origin);
    let policy = CachePolicy::Personal;
    Ok(tagged::json(&headers, policy, &app.settings, &body))
}
