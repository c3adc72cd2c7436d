//! `/api/v1/lessons` and `/api/v1/lessons/CODE`.

use ::http::StatusCode;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::lesson::LessonBody;
use crate::app::Shared;
use crate::auth::access::{self, Access, Viewer};
use crate::catalogue::{Filter, Found, Term, Vocabulary};
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::tagged;
use crate::search::fold::match_expression;
use crate::units::Code;

/// Lessons in one page unless asked otherwise.
const LIMIT: u32 = 20;
/// Characters of q at most.
const MOST_WORDS: usize = 200;
/// At most so many in one page.
const MOST: u32 = 200;

/// Which lessons, and how many at once.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Grade id, such as `7`.
    #[param(example = "7")]
    grade: Option<String>,
    /// Subject id, such as `mathematics`.
    #[param(example = "mathematics")]
    subject: Option<String>,
    /// Section id: `az` or `ru`.
    section: Option<String>,
    /// Words of the title, topic, unit, teachers or description; case, diacritics and endings are forgiven.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Lessons in a page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 20)]
    #[serde(default, deserialize_with = "number")]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// One page of lessons in programme order.
#[derive(Serialize, ToSchema)]
pub(super) struct ListBody {
    lessons: Vec<LessonBody>,
    /// Cursor of the next page; null: there is none.
    next: Option<String>,
}

/// List the public lessons.
#[utoipa::path(
    get, path = "/api/v1/lessons", tag = "lessons", params(ListQuery),
    responses(
        (status = 200, description = "A page of lessons", body = ListBody),
        (status = 304, description = "Not modified"),
        (status = 400, description = "A filter, limit or cursor that cannot be", content_type = "application/problem+json", body = crate::http::problem::Members),
    )
)]
pub(super) async fn list(
    State(app): State<Shared>,
    origin: Origin,
    headers: ::http::HeaderMap,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(mut query) = query.map_err(|e| bad_request(e.body_text()))?;
    for field in [
        &mut query.grade,
        &mut query.subject,
        &mut query.section,
        &mut query.cursor,
    ] {
        // A form sends its empty fields as well.
        field.take_if(|value| value.is_empty());
    }
    if let Some(q) = query
        .q
        .as_deref()
        .filter(|q| q.chars().count() > MOST_WORDS)
    {
        let length = q.chars().count();
        return Err(bad_request(format!(
            "q has {length} characters: write at most {MOST_WORDS}"
        )));
    }
    let limit = query.limit.unwrap_or(LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(bad_request(format!("limit = {limit}: write 1 to {MOST}")));
    }
    let after = query.cursor.as_deref().map(cursor).transpose()?;
    let vocabulary = app.vocabulary().await?;
    let Some(filter) = filter(query, &vocabulary)? else {
        // Words without a letter or digit in them: nothing has those.
        return Ok(tagged::json(
            &headers,
            CachePolicy::Page,
            &app.settings,
            &ListBody {
                lessons: Vec::new(),
                next: None,
            },
        ));
    };
    let page = app
        .catalogue
        .read(move |c| {
            let mut page = c.list(&filter, after, limit)?;
            for lesson in &mut page.lessons {
                access::hide_sibling(c, lesson, &Viewer::anybody())?;
            }
            Ok(page)
        })
        .await?;
    let body = ListBody {
        lessons: page
            .lessons
            .into_iter()
            .map(|l| LessonBody::new(l, &origin, &app.zone))
            .collect(),
        next: page.next.map(|c| c.to_string()),
    };
    Ok(tagged::json(
        &headers,
        CachePolicy::Page,
        &app.settings,
        &body,
    ))
}

/// Get one lesson.
///
/// The code may be written in either case and may be an alias; `code` in the answer is the one to keep.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}", tag = "lessons", security((), ("token" = [])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "The lesson", body = LessonBody),
        (status = 304, description = "Not modified"),
        (status = 404, description = "No lesson has this code", content_type = "application/problem+json", body = crate::http::problem::Members),
        (status = 410, description = "The lesson was withdrawn", content_type = "application/problem+json", body = crate::http::problem::Members),
    )
)]
pub(super) async fn one(
    State(app): State<Shared>,
    origin: Origin,
    headers: ::http::HeaderMap,
    Decoded(code): Decoded<String>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    let not_found = |why: String| Problem::new(StatusCode::NOT_FOUND).detail(why);
    let code: Code = code.parse().map_err(|e| not_found(format!("{e}")))?;
    let access = app
        .catalogue
        .read(move |c| {
            let found = match c.find(code)? {
                Found::Moved(own) => c.find(own)?,
                found => found,
            };
            let mut access = access::to_lesson(c, found, &viewer)?;
            match &mut access {
                // The same for everybody, whoever asks: caches keep it.
                Access::Granted(lesson) => access::hide_sibling(c, lesson, &Viewer::anybody())?,
                Access::Draft(lesson) => access::hide_sibling(c, lesson, &viewer)?,
                _ => {}
            }
            Ok(access)
        })
        .await?;
    let policy = match &access {
        Access::Draft(_) => CachePolicy::Personal,
        _ => CachePolicy::Lesson,
    };
    match access {
        Access::Granted(lesson) | Access::Draft(lesson) => {
            let body = LessonBody::new(*lesson, &origin, &app.zone);
            Ok(tagged::json(&headers, policy, &app.settings, &body))
        }
        Access::Withdrawn(reason) => Err(Problem::new(StatusCode::GONE).detail(reason)),
        Access::Moved(_) | Access::Unknown => {
            Err(not_found(format!("no lesson has the code {code}")))
        }
    }
}

/// This description.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "lessons",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
pub(super) async fn description(
    State(app): State<Shared>,
    headers: ::http::HeaderMap,
) -> Result<Response, Problem> {
    let text = super::description().map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR))?;
    Ok(tagged::text(
        &headers,
        CachePolicy::Page,
        &app.settings,
        "application/json",
        text,
    ))
}

/// A number; an empty field of a form is none.
pub(super) fn number<'de, D: serde::Deserializer<'de>>(field: D) -> Result<Option<u32>, D::Error> {
    let text = String::deserialize(field)?;
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |_| serde::de::Error::custom(format!("limit = {text:?}: write 1 to {MOST}"));
    text.parse().map(Some).map_err(wrong)
}

pub(super) fn bad_request(why: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST).detail(why.into())
}

fn cursor(text: &str) -> Result<Code, Problem> {
    text.parse().map_err(|_| {
        bad_request(format!(
            "cursor = {text:?}: write what next said in the page before"
        ))
    })
}

/// Refuses an id that is none of a vocabulary's.
pub(super) fn known(name: &str, value: &Option<String>, terms: &[Term]) -> Result<(), Problem> {
    match value {
        Some(id) if !terms.iter().any(|t| t.id == *id) => {
            let ids: Vec<&str> = terms.iter().map(|t| t.id.as_str()).collect();
            Err(bad_request(format!(
                "{name} = {id:?}: write one of {}",
                ids.join(", ")
            )))
        }
        _ => Ok(()),
    }
}

/// The filter of a query; `None`: words that nothing can match.
fn filter(query: ListQuery, vocabulary: &Vocabulary) -> Result<Option<Filter>, Problem> {
    known("grade", &query.grade, &vocabulary.grades)?;
    known("subject", &query.subject, &vocabulary.subjects)?;
    known("section", &query.section, &vocabulary.sections)?;
    let words = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        None => None,
        Some(q) => match match_expression(q) {
            None => return Ok(None),
            words => words,
        },
    };
    Ok(Some(Filter {
        grade: query.grade,
        subject: query.subject,
        section: query.section,
        words,
    }))
}
