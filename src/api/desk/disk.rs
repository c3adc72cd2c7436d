//! What everything takes of the disk, and giving some of it back.

use ::http::StatusCode;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::{at_desk, personal};
use crate::app::Shared;
use crate::catalogue::Usage;
use crate::desk::Author;
use crate::http::identity::Administrator;
use crate::http::problem::Problem;

/// What the archive takes of its disk.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiskBody {
    /// Bytes that are free; some of them are kept for the catalogue (`reserve_bytes`).
    free: u64,
    /// Bytes of the whole disk.
    total: u64,
    people: Vec<UsageBody>,
}

/// What somebody's lessons take. A lesson of several owners counts for each.
#[derive(Serialize, ToSchema)]
struct UsageBody {
    /// Null: lessons that are nobody's, such as imported ones.
    name: Option<String>,
    lessons: u64,
    /// Stored bytes, all editions.
    bytes: u64,
    /// What pruning would give back of them.
    prunable: u64,
}

impl From<Usage> for UsageBody {
    fn from(u: Usage) -> Self {
        Self {
            name: u.person,
            lessons: u.lessons,
            bytes: u.bytes.0,
            prunable: u.prunable.0,
        }
    }
}

/// Say what everybody's lessons take of the disk.
#[utoipa::path(
    get, path = "/api/v1/disk", tag = "desk", security(("token" = ["admin"])),
    responses(
        (status = 200, description = "The disk", body = DiskBody),

    )
)]
pub(crate) async fn disk(
    State(app): State<Shared>,
    Administrator(actor): Administrator,
) -> Result<Response, Problem> {
    let (usage, disk) = at_desk(&app, Author::Person(actor), |d, _| d.usage()).await?;
    let body = DiskBody {
        free: disk.free.0,
        total: disk.total.0,
        people: usage.into_iter().map(Into::into).collect(),
    };
    Ok(personal(StatusCode::OK, &body))
}

/// What pruning the whole archive gave back.
#[derive(Serialize, ToSchema)]
pub(crate) struct FreedBody {
    /// Of how many lessons.
    lessons: u64,
    bytes: u64,
    /// Whether they are free already: while bytes are taken in, some are later.
    free: bool,
}

/// Delete the bytes of all editions that are not shown, and of all captions and attachments that were replaced. Their
/// old addresses answer 410.
#[utoipa::path(
    post, path = "/api/v1/disk/prune", tag = "desk", security(("token" = ["admin"])),
    responses(
        (status = 200, description = "What it gave back", body = FreedBody),

    )
)]
pub(crate) async fn prune_all(
    State(app): State<Shared>,
    Administrator(actor): Administrator,
) -> Result<Response, Problem> {
    let freed = at_desk(&app, Author::Person(actor), |d, a| d.prune_all(a)).await?;
    let body = FreedBody {
        lessons: freed.lessons,
        bytes: freed.bytes.0,
        free: !freed.later,
    };
    Ok(personal(StatusCode::OK, &body))
}
