//! What was done to a lesson, and undoing it.

use ::http::StatusCode;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{DeskLessonBody, at_desk, code, personal, told};
use crate::app::Shared;
use crate::desk::{Author, Past, Undo};
use crate::http::decoded::Decoded;
use crate::http::identity::{Administrator, SignedIn};
use crate::http::origin::Origin;
use crate::http::problem::Problem;

/// Changes of a page.
const LIMIT: u32 = 50;

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// `next` of the page before.
    cursor: Option<i64>,
}

/// A page of a lesson's history, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct HistoryBody {
    changes: Vec<ChangeBody>,
    /// Cursor of the next page; null: there is none.
    next: Option<i64>,
}

/// Something that was done.
#[derive(Serialize, ToSchema)]
struct ChangeBody {
    id: i64,
    /// RFC 3339.
    at: Option<String>,
    /// Who; null: the operator's command line.
    by: Option<String>,
    /// `created`, `edited`, `published`, `unlisted`, `withdrawn`, `reinstated`, `recording`, `edition`,
    /// `captions`, `attachment`, `pruned`, `owner`.
    action: String,
    /// What changed: `{field: [before, after]}` and what else belongs to the action.
    detail: serde_json::Map<String, serde_json::Value>,
    /// Whether it can be undone, unless later changes stand in the way.
    undoable: bool,
}

impl From<Past> for ChangeBody {
    fn from(past: Past) -> Self {
        Self {
            id: past.id,
            at: past.at.timestamp().map(|t| t.to_string()),
            by: past.by,
            action: past.action,
            detail: past.detail,
            undoable: past.undo == Undo::Possible,
        }
    }
}

/// List what was done to a lesson.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}/history", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), HistoryQuery),
    responses(
        (status = 200, description = "A page of changes", body = HistoryBody),
    )
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
    query: Result<Query<HistoryQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let bad = |e: QueryRejection| Problem::new(StatusCode::BAD_REQUEST).detail(e.body_text());
    let Query(query) = query.map_err(bad)?;
    let page = at_desk(&app, Author::Person(actor), move |d, a| {
        d.history(a, code, query.cursor, LIMIT)
    })
    .await?;
    let next = page
        .last()
        .map(|p| p.id)
        .filter(|_| page.len() == LIMIT as usize);
    let changes = page.into_iter().map(Into::into).collect();
    Ok(personal(StatusCode::OK, &HistoryBody { changes, next }))
}

/// Undo a change, if what it changed is still as it left it. That is a change itself.
#[utoipa::path(
    post, path = "/api/v1/lessons/{code}/history/{change}/undo", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("change" = i64, Path, description = "The change's id", example = 17)),
    responses(
        (status = 200, description = "The lesson as it is now", body = DeskLessonBody),
        (status = 409, description = "Later changes stand in the way, or it cannot be undone"),
        (status = 422, description = "What was said then cannot be said any more"),
    )
)]
pub(crate) async fn undo(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    Decoded((text, change)): Decoded<(String, i64)>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let mine = at_desk(&app, Author::Person(actor), move |d, a| {
        d.undo(a, code, change)
    });
    told(StatusCode::OK, mine.await?, &origin, &app).await
}

/// A page of the log of everything, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogBody {
    entries: Vec<EntryBody>,
    /// Cursor of the next page; null: there is none.
    next: Option<i64>,
}

/// An entry of the log.
#[derive(Serialize, ToSchema)]
struct EntryBody {
    id: i64,
    /// RFC 3339.
    at: Option<String>,
    /// Who; null: the operator's command line.
    by: Option<String>,
    /// Code that the lesson had then; null: it was not about a lesson.
    lesson: Option<String>,
    action: String,
    /// What changed, as the action has it.
    detail: Option<serde_json::Value>,
}

/// Say who did what, to lessons and to people.
#[utoipa::path(
    get, path = "/api/v1/log", tag = "people", security(("token" = ["admin"])), params(HistoryQuery),
    responses(
        (status = 200, description = "A page of the log", body = LogBody),
        (status = 400, description = "A cursor that cannot be"),

    )
)]
pub(crate) async fn log(
    State(app): State<Shared>,
    _admin: Administrator,
    query: Result<Query<HistoryQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let bad = |e: QueryRejection| Problem::new(StatusCode::BAD_REQUEST).detail(e.body_text());
    let Query(query) = query.map_err(bad)?;
    let before = query.cursor;
    let page = app
        .catalogue
        .read(move |c| c.changes(None, before, LIMIT))
        .await?;
    let next = page
        .last()
        .map(|l| l.id)
        .filter(|_| page.len() == LIMIT as usize);
    let entries = page.into_iter().map(|l| EntryBody {
        id: l.id,
        at: l.at.timestamp().map(|t| t.to_string()),
        by: l.by,
        lesson: l.code,
        action: l.action,
        detail: l.detail.and_then(|d| serde_json::from_str(&d).ok()),
    });
    let entries = entries.collect();
    Ok(personal(StatusCode::OK, &LogBody { entries, next }))
}
