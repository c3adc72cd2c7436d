//! `GET /api/v1/uploads/ID`: what has become of an upload.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Shared;
use crate::catalogue::{PersonRole, UploadId, UploadState};
use crate::http::cache::CachePolicy;
use crate::http::identity::SignedIn;
use crate::http::problem::{Members, Problem};
use crate::http::tagged;

/// An upload on its way to becoming a recording.
#[derive(Serialize, ToSchema)]
pub(super) struct UploadBody {
    /// `uploading`, `queued`, `processing`, `done` (the lesson has it) or `failed` (the bytes are kept).
    #[schema(example = "done")]
    state: &'static str,
    /// Code of the lesson that it is for, or that was made of it.
    #[schema(example = "K7M2QX")]
    lesson: Option<String>,
    /// Why it failed.
    error: Option<String>,
}

/// What has become of an upload: for whoever sent it, and for administrators.
#[utoipa::path(
    get,
    path = "/api/v1/uploads/{id}",
    tag = "uploads",
    security(("token" = [])),
    params(("id" = String, Path, description = "Last segment of the upload's URL.")),
    responses(
        (status = 200, description = "How far it is.", body = UploadBody),
        (status = 401, description = "Nobody is signed in.", body = Members, content_type = "application/problem+json"),
        (status = 404, description = "There is no such upload of yours.", body = Members, content_type = "application/problem+json"),
        (status = 410, description = "It was terminated or has expired.", body = Members, content_type = "application/problem+json"),
    )
)]
pub(super) async fn one(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let unknown = || Problem::new(StatusCode::NOT_FOUND).detail("there is no such upload of yours");
    let id: UploadId = id.parse().map_err(|_| unknown())?;
    let upload = app.catalogue.read(move |c| c.upload(id)).await?;
    let theirs = |u: &crate::catalogue::Upload| {
        u.person == Some(actor.person) || actor.role == PersonRole::Admin
    };
    let upload = upload.filter(theirs).ok_or_else(unknown)?;
    if upload.state == UploadState::Gone {
        return Err(Problem::new(StatusCode::GONE)
            .detail("this upload was terminated or has expired; begin a new one"));
    }
    let body = UploadBody {
        state: upload.state.as_str(),
        lesson: upload.code.map(|c| c.to_string()),
        error: upload.error,
    };
    let policy = CachePolicy::Personal;
    Ok(tagged::json(&headers, policy, &app.settings, &body))
}
