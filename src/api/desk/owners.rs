//! Whose a lesson is.

use ::http::StatusCode;
use axum::extract::State;
use axum::response::Response;

use super::{DeskLessonBody, at_desk, code, told};
use crate::app::Shared;
use crate::desk::Author;
use crate::http::decoded::Decoded;
use crate::http::identity::Administrator;
use crate::http::origin::Origin;
use crate::http::problem::Problem;

/// Make a lesson somebody's, beside whose it is already.
#[utoipa::path(
    put, path = "/api/v1/lessons/{code}/owners/{name}", tag = "desk", security(("token" = ["admin"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("name" = String, Path, description = "A person's name", example = "leyla")),
    responses(
        (status = 200, description = "The lesson as it is now", body = DeskLessonBody),


        (status = 422, description = "Nobody has that name"),
    )
)]
pub(crate) async fn add(
    State(app): State<Shared>,
    origin: Origin,
    Administrator(actor): Administrator,
    Decoded((text, name)): Decoded<(String, String)>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let mine = at_desk(&app, Author::Person(actor), move |d, a| {
        d.add_owner(a, code, &name)
    });
    told(StatusCode::OK, mine.await?, &origin, &app).await
}

/// Make a lesson no longer somebody's. It may be nobody's then, and is edited by editors and administrators.
#[utoipa::path(
    delete, path = "/api/v1/lessons/{code}/owners/{name}", tag = "desk", security(("token" = ["admin"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("name" = String, Path, description = "A person's name", example = "leyla")),
    responses(
        (status = 200, description = "The lesson as it is now", body = DeskLessonBody),

        (status = 404, description = "No such lesson, or it is not theirs"),
    )
)]
pub(crate) async fn remove(
    State(app): State<Shared>,
    origin: Origin,
    Administrator(actor): Administrator,
    Decoded((text, name)): Decoded<(String, String)>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let mine = at_desk(&app, Author::Person(actor), move |d, a| {
        d.remove_owner(a, code, &name)
    });
    told(StatusCode::OK, mine.await?, &origin, &app).await
}
