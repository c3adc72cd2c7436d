//! Links that end, by which a draft is shown to chosen people who have no account.

use ::http::StatusCode;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{at_desk, code, personal};
use crate::app::Shared;
use crate::auth::grant;
use crate::clock::UnixMillis;
use crate::desk::{Author, Link, USUAL_DAYS};
use crate::http::decoded::Decoded;
use crate::http::identity::SignedIn;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::units::Code;

/// A link by which whoever has it watches a draft.
#[derive(Serialize, ToSchema)]
pub(crate) struct LessonLinkBody {
    /// By which it is taken back.
    #[schema(example = 5)]
    id: i64,
    /// The link itself. Whoever has it sees the lesson: it is told to those alone who may make one.
    #[schema(
        example = "https://lessons.example/s/q83vq83vq83vq83v.s9Kz1xUe0mVw5pQ7rT2yA4bC6dE8fG0hJ1kL3mN5oPQ/l/K7M2QX"
    )]
    url: String,
    /// Whom or what it is for; null: nobody said.
    #[schema(example = "for the reviewers")]
    note: Option<String>,
    /// Name of who made it; null: the operator's command line.
    #[schema(example = "leyla")]
    made_by: Option<String>,
    /// RFC 3339.
    #[schema(example = "2026-03-04T09:15:00Z")]
    made_at: Option<String>,
    /// From then on it shows nothing. RFC 3339.
    #[schema(example = "2026-03-18T09:15:00Z")]
    ends_at: Option<String>,
    /// `yes`; `ended`; or `rests`, while who made it may not show the lesson.
    #[schema(example = "yes")]
    counts: &'static str,
}

/// The links of a lesson.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinksBody {
    /// The newest first; of those that ended the last fifty.
    links: Vec<LessonLinkBody>,
}

/// A link to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLinkBody {
    /// How long it counts: 1 to 400, or 14 when it is left out.
    #[schema(minimum = 1, maximum = 400, example = 14)]
    days: Option<u32>,
    /// Whom or what it is for: at most 200 characters, in one line.
    #[schema(max_length = 200, example = "for the reviewers")]
    note: Option<String>,
}

impl LessonLinkBody {
    fn new(app: &Shared, origin: &Origin, code: Code, link: Link) -> Self {
        let time = |at: UnixMillis| at.timestamp().map(|t| t.to_string());
        let Link { link, counts } = link;
        Self {
            id: link.id.0,
            url: origin.url(grant::path(&app.sealer, &link.key, code)),
            note: link.note,
            made_by: link.maker,
            made_at: time(link.made),
            ends_at: time(link.ends),
            counts: counts.as_str(),
        }
    }
}

/// List the links that show a lesson while it is a draft.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}/links", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "The links, those that ended among them", body = LinksBody),
    )
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let found = at_desk(&app, Author::Person(actor), move |d, a| d.links(a, code));
    let (mine, links) = found.await?;
    let code = mine.lesson.code;
    let links = links.into_iter();
    let links = links.map(|link| LessonLinkBody::new(&app, &origin, code, link));
    let links = links.collect();
    Ok(personal(StatusCode::OK, &LinksBody { links }))
}

/// Make a link that shows a draft to whoever has it, without an account, until it ends.
///
/// It counts as long as who made it may show the lesson, and can be taken back at any time.
#[utoipa::path(
    post, path = "/api/v1/lessons/{code}/links", tag = "desk", security(("token" = ["author"])), request_body = NewLinkBody,
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 201, description = "The link", body = LessonLinkBody),
        (status = 409, description = "The lesson is no draft: its own address is for everybody; or it has fifty links that count"),
        (status = 422, description = "A time or a note that cannot be"),
    )
)]
pub(crate) async fn make(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
    body: Result<Json<NewLinkBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let author = Author::Person(actor);
    // Of a draft of others' nobody learns by what is wrong with the body.
    at_desk(&app, author.clone(), move |d, a| d.lesson(a, code)).await?;
    let Json(new) = body.map_err(|e| Problem::new(e.status()).detail(e.body_text()))?;
    let made = at_desk(&app, author, move |d, a| {
        let days = new.days.unwrap_or(USUAL_DAYS);
        d.make_link(a, code, days, new.note.as_deref())
    });
    let (mine, link) = made.await?;
    let body = LessonLinkBody::new(&app, &origin, mine.lesson.code, link);
    Ok(personal(StatusCode::CREATED, &body))
}

/// Take a link back. From now on it answers like one that never was.
#[utoipa::path(
    delete, path = "/api/v1/lessons/{code}/links/{id}", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("id" = i64, Path, description = "The link's id", example = 5)),
    responses(
        (status = 204, description = "It shows nothing any more"),
        (status = 404, description = "No such lesson, or it has no such link"),
    )
)]
pub(crate) async fn remove(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded((text, id)): Decoded<(String, i64)>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let removed = at_desk(&app, Author::Person(actor), move |d, a| {
        d.remove_link(a, code, &id.to_string())
    });
    removed.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
