//! `/api/v1/sheet`: many lessons at once.

use ::http::StatusCode;
use ::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lessons::{DeskQuery, filter};
use super::{at_desk, personal};
use crate::app::Shared;
use crate::desk::{Author, LARGEST_SHEET, RowDifference, RowFate};
use crate::http::identity::SignedIn;
use crate::http::problem::{FieldFault, Problem};
use crate::http::sent_file::SentFile;
use crate::http::status::fault;
use crate::sheet::Separator;

/// Get the lessons that one may edit as a sheet: what is said of them, without files.
///
/// UTF-8 with a byte order mark, for spreadsheets; what comes back is taken with or without one, and with commas,
/// semicolons or tabs.
#[utoipa::path(
    get, path = "/api/v1/sheet", tag = "desk", security(("token" = [])), params(DeskQuery),
    responses(
        (status = 200, description = "The sheet", body = String, content_type = "text/csv"),
        (status = 400, description = "A filter that cannot be"),
    )
)]
pub(crate) async fn export(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: Result<Query<DeskQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let bad = |e: QueryRejection| Problem::new(StatusCode::BAD_REQUEST).detail(e.body_text());
    let Query(query) = query.map_err(bad)?;
    let author = Author::Person(actor);
    let filter = filter(&query, &author)?;
    let sheet = at_desk(&app, author, move |d, _| {
        let mut sheet = Vec::new();
        if let Some(filter) = filter {
            d.write_sheet(&filter, Separator::Comma, &mut sheet)?;
        }
        Ok(sheet)
    });
    let mut response = Response::new(Body::from(sheet.await?));
    for (name, value) in [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"lessons.csv\""),
        (CACHE_CONTROL, "private, no-store"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Whether to do it, and what was seen before.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SheetQuery {
    /// `true`: say what would be done; nothing is changed.
    #[serde(default)]
    dry_run: bool,
    /// `digest` of a dry run: do just what it said, or nothing.
    digest: Option<String>,
}

/// What a sheet did or would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct SheetBody {
    rows: Vec<RowBody>,
    /// Names these differences.
    digest: String,
}

/// What a row did or would do.
#[derive(Serialize, ToSchema)]
struct RowBody {
    /// Of the sheet, from 1.
    line: u64,
    title: String,
    /// Null: a lesson that would be new.
    code: Option<String>,
    /// `new`, `changed`, `unchanged` or `refused`.
    fate: &'static str,
    /// Of a changed one: cells before and after.
    changes: Vec<CellBody>,
    /// Of a refused one: why.
    errors: Vec<FieldFault>,
}

/// A cell that changes.
#[derive(Serialize, ToSchema)]
struct CellBody {
    #[schema(example = "title")]
    field: &'static str,
    before: String,
    after: String,
}

impl From<RowDifference> for RowBody {
    fn from(row: RowDifference) -> Self {
        let (fate, changes, errors) = match row.fate {
            RowFate::New => ("new", Vec::new(), Vec::new()),
            RowFate::Unchanged => ("unchanged", Vec::new(), Vec::new()),
            RowFate::Changed(cells) => ("changed", cells, Vec::new()),
            RowFate::Refused(errors) => ("refused", Vec::new(), errors),
        };
        let changes = changes.into_iter().map(|(column, before, after)| CellBody {
            field: column.name(),
            before,
            after,
        });
        Self {
            line: row.line,
            title: row.title,
            code: row.code.map(|c| c.to_string()),
            fate,
            changes: changes.collect(),
            errors: errors.iter().map(fault).collect(),
        }
    }
}

/// Apply a sheet to the lessons that one may edit; a row without a code is a new lesson.
///
/// All good rows at once; bad ones are left out and told. Columns that the sheet has not stay as they are.
#[utoipa::path(
    post, path = "/api/v1/sheet", tag = "desk", security(("token" = [])), params(SheetQuery),
    request_body(content = String, content_type = "text/csv", description = "At most 4 MiB and 5000 rows"),
    responses(
        (status = 200, description = "What it did or would do", body = SheetBody),
        (status = 400, description = "A query that cannot be"),
        (status = 412, description = "It would do something else than the dry run said"),
        (status = 413, description = "Too large, or too many rows"),
        (status = 415, description = "An encoded body"),
        (status = 422, description = "Nothing of this can be read as a sheet"),
    )
)]
pub(crate) async fn apply(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: Result<Query<SheetQuery>, QueryRejection>,
    file: Result<SentFile, Problem>,
) -> Result<Response, Problem> {
    let bad = |e: QueryRejection| Problem::new(StatusCode::BAD_REQUEST).detail(e.body_text());
    let Query(query) = query.map_err(bad)?;
    let sheet = file?.whole(LARGEST_SHEET as usize).await?;
    let difference = at_desk(&app, Author::Person(actor), move |d, a| {
        match query.dry_run {
            true => d.foresee_sheet(a, sheet),
            false => d.apply_sheet(a, sheet, query.digest),
        }
    })
    .await?;
    let body = SheetBody {
        rows: difference.rows.into_iter().map(Into::into).collect(),
        digest: difference.digest,
    };
    Ok(personal(StatusCode::OK, &body))
}
