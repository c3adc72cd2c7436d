//! `/api/v1/lessons` for those who make them, and `/api/v1/desk/lessons`: what is theirs.

use ::http::header::LOCATION;
use ::http::{HeaderMap, HeaderValue, StatusCode};
use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{DeskLessonBody, at_desk, code, object, personal, seen, told};
use crate::app::Shared;
use crate::catalogue::{DeskFilter, Stands, Whose};
use crate::desk::{self, Author};
use crate::http::decoded::Decoded;
use crate::http::identity::SignedIn;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::search::fold::match_expression;
use crate::sheet::fields::Fields;
use crate::units::LessonId;

/// Lessons of a page of the desk.
const LIMIT: u32 = 50;

/// What is said of a lesson, under the names of the sheet: a member that is left out stays as it is, null or an
/// empty array says nothing.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what is read member by member")]
pub(crate) struct LessonFields {
    #[schema(example = "Onluq kəsrlərin toplanması")]
    title: Option<String>,
    #[schema(example = "Onluq kəsrlər mərtəbə-mərtəbə toplanır.")]
    description: Option<String>,
    /// Vocabulary ids.
    #[schema(example = json!(["7"]))]
    grades: Option<Vec<String>>,
    /// Vocabulary id.
    #[schema(example = "mathematics")]
    subject: Option<String>,
    /// Vocabulary id: the language of instruction.
    #[schema(example = "az")]
    section: Option<String>,
    /// BCP 47, where it is not the section's.
    #[schema(example = "az")]
    language: Option<String>,
    #[schema(example = "Televiziya dərsləri")]
    programme: Option<String>,
    /// 1 to 9999.
    #[schema(example = 12)]
    lesson_number: Option<u32>,
    #[schema(example = "Kəsrlər")]
    unit: Option<String>,
    #[schema(example = "Onluq kəsrlər")]
    topic: Option<String>,
    /// `framework:code`.
    #[schema(example = json!(["az:2.1.1"]))]
    curriculum: Option<Vec<String>>,
    #[schema(example = "2019/20")]
    school_year: Option<String>,
    /// 1 to 6.
    #[schema(example = 4)]
    term: Option<u8>,
    /// `3` or `2020-W14`.
    #[schema(example = "2020-W14")]
    week: Option<String>,
    /// `isbn:page`.
    #[schema(example = "9789952000009:34")]
    textbook: Option<String>,
    /// `channel@time`.
    #[schema(example = json!(["medeniyyet@2020-04-02T10:00:00+04:00"]))]
    broadcasts: Option<Vec<String>>,
    #[schema(example = json!(["L. Məmmədova"]))]
    teachers: Option<Vec<String>>,
    #[schema(example = json!(null))]
    interpreter: Option<String>,
    /// `lesson`, `live`, `revision` or `exam`.
    #[schema(example = "lesson")]
    kind: Option<String>,
    /// A code.
    #[schema(example = json!(null))]
    variant_of: Option<String>,
    /// `03:40 Title`, in the order of their times.
    #[schema(example = json!(["0:00 Giriş", "3:40 Toplama"]))]
    chapters: Option<Vec<String>>,
    #[schema(example = "CC-BY-4.0")]
    license: Option<String>,
    #[schema(example = json!(null))]
    rights_holder: Option<String>,
    #[schema(example = "https://example.org/lessons/12")]
    source_url: Option<String>,
    /// `public`, `unlisted` or `draft`. What was published is never a draft again.
    #[schema(example = "draft")]
    visibility: Option<String>,
}

/// Begin a lesson.
///
/// It is a draft of one's own. What is left out is as in one's last lesson, `lesson_number` one higher.
#[utoipa::path(
    post, path = "/api/v1/lessons", tag = "desk", security(("token" = [])), request_body = LessonFields,
    responses(
        (status = 201, description = "The lesson; Location has its address", body = DeskLessonBody),
        (status = 403, description = "Publishing is others' to do"),
        (status = 422, description = "Values that cannot be; errors names each"),
    )
)]
pub(crate) async fn create(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    body: Result<Json<serde_json::Value>, JsonRejection>,
) -> Result<Response, Problem> {
    let fields = Fields::of_json(&object(body)?).map_err(desk::Error::Fields)?;
    let mine = at_desk(&app, Author::Person(actor), |d, a| d.create(a, fields)).await?;
    let url = origin.url(format_args!("/api/v1/lessons/{}", mine.lesson.code));
    let mut response = told(StatusCode::CREATED, mine, &origin, &app).await?;
    if let Ok(url) = HeaderValue::try_from(url) {
        response.headers_mut().insert(LOCATION, url);
    }
    Ok(response)
}

/// Say some fields of a lesson anew.
///
/// Publishing is saying `visibility`. A merge patch (RFC 7396) without nested objects.
#[utoipa::path(
    patch, path = "/api/v1/lessons/{code}", tag = "desk", security(("token" = ["author"])), request_body = LessonFields,
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), ("If-Match" = Option<String>, Header, description = "The version that was seen", example = json!("\"1585821600000\""))),
    responses(
        (status = 200, description = "The lesson as it is now", body = DeskLessonBody),
        (status = 409, description = "It was published, and is never a draft again"),
        (status = 412, description = "Somebody changed it meanwhile"),
        (status = 422, description = "Values that cannot be; errors names each"),
    )
)]
pub(crate) async fn edit(
    State(app): State<Shared>,
    origin: Origin,
    headers: HeaderMap,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
    body: Result<Json<serde_json::Value>, JsonRejection>,
) -> Result<Response, Problem> {
    let (code, seen) = (code(&text)?, seen(&headers)?);
    // Whether there is such a lesson comes before what is wrong with the values.
    let author = Author::Person(actor);
    at_desk(&app, author.clone(), move |d, a| d.lesson(a, code)).await?;
    let fields = Fields::of_json(&object(body)?).map_err(desk::Error::Fields)?;
    let mine = at_desk(&app, author, move |d, a| d.edit(a, code, fields, seen));
    told(StatusCode::OK, mine.await?, &origin, &app).await
}

/// Delete a draft that was never published, with its bytes.
///
/// What is being uploaded for it is forgotten. Its code stays taken.
#[utoipa::path(
    delete, path = "/api/v1/lessons/{code}", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, description = "It was published: withdraw it"),
    )
)]
pub(crate) async fn delete(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
) -> Result<StatusCode, Problem> {
    let code = code(&text)?;
    at_desk(&app, Author::Person(actor), move |d, a| d.delete(a, code)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a lesson is withdrawn.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawalBody {
    /// What readers are told, 1 to 2000 characters.
    #[schema(example = "Superseded by the lesson of 2021.")]
    reason: String,
}

/// Withdraw a lesson.
///
/// Its addresses answer 410 with the reason, here at once; copies elsewhere may remain.
#[utoipa::path(
    put, path = "/api/v1/lessons/{code}/withdrawal", tag = "desk", security(("token" = ["author"])),
    request_body = WithdrawalBody, params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "The lesson as it is now", body = DeskLessonBody),
        (status = 409, description = "It is withdrawn already"),
        (status = 422, description = "A reason that readers could not be told"),
    )
)]
pub(crate) async fn withdraw(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
    body: Result<Json<WithdrawalBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let author = Author::Person(actor);
    at_desk(&app, author.clone(), move |d, a| d.lesson(a, code)).await?;
    let Json(body) = body.map_err(|e| Problem::new(e.status()).detail(e.body_text()))?;
    let mine = at_desk(&app, author, move |d, a| d.withdraw(a, code, &body.reason));
    told(StatusCode::OK, mine.await?, &origin, &app).await
}

/// Put a withdrawn lesson back.
#[utoipa::path(
    delete, path = "/api/v1/lessons/{code}/withdrawal", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "The lesson as it is now", body = DeskLessonBody),
        (status = 409, description = "It is not withdrawn"),
    )
)]
pub(crate) async fn reinstate(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let mine = at_desk(&app, Author::Person(actor), move |d, a| {
        d.reinstate(a, code)
    });
    told(StatusCode::OK, mine.await?, &origin, &app).await
}

/// Get a lesson as its people see it: also a withdrawn one, with its version and what one may do.
#[utoipa::path(
    get, path = "/api/v1/desk/lessons/{code}", tag = "desk", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "The lesson", body = DeskLessonBody),
    )
)]
pub(crate) async fn one(
    State(app): State<Shared>,
    origin: Origin,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let mine = at_desk(&app, Author::Person(actor), move |d, a| d.lesson(a, code));
    told(StatusCode::OK, mine.await?, &origin, &app).await
}

/// Which lessons of the desk.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeskQuery {
    /// `own`, or `edited`: all that one may edit. Left out: `edited`.
    #[param(example = "own")]
    whose: Option<String>,
    /// `draft`, `unlisted`, `public` or `withdrawn`.
    #[param(example = "draft")]
    stands: Option<String>,
    /// Grade id.
    #[param(example = "7")]
    grade: Option<String>,
    /// Subject id.
    #[param(example = "mathematics")]
    subject: Option<String>,
    /// Words of the title, topic, unit, teachers or description.
    #[param(max_length = 200, example = "kesr")]
    q: Option<String>,
    /// `next` of the page before.
    cursor: Option<i64>,
}

/// One page of the desk, the newest lesson first.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeskBody {
    lessons: Vec<DeskCardBody>,
    /// Cursor of the next page; null: there is none.
    next: Option<i64>,
}

/// A lesson on the desk.
#[derive(Serialize, ToSchema)]
struct DeskCardBody {
    #[schema(example = "K7M2QX")]
    code: String,
    title: String,
    lesson_number: Option<u32>,
    /// Vocabulary id.
    subject: String,
    /// Vocabulary id.
    section: String,
    /// `draft`, `unlisted`, `public` or `withdrawn`.
    stands: &'static str,
    /// Of the recording; null: there is none.
    duration_ms: Option<u64>,
    captions: bool,
    /// RFC 3339.
    updated: Option<String>,
}

/// List one's lessons, or those that one may edit.
#[utoipa::path(
    get, path = "/api/v1/desk/lessons", tag = "desk", security(("token" = [])), params(DeskQuery),
    responses(
        (status = 200, description = "A page of lessons", body = DeskBody),
        (status = 400, description = "A filter that cannot be"),
    )
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: Result<Query<DeskQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let bad = |why: String| Problem::new(StatusCode::BAD_REQUEST).detail(why);
    let Query(query) = query.map_err(|e| bad(e.body_text()))?;
    let cursor = query.cursor;
    let nothing = || {
        personal(
            StatusCode::OK,
            &DeskBody {
                lessons: Vec::new(),
                next: None,
            },
        )
    };
    let Some(filter) = filter(&query, &Author::Person(actor))? else {
        return Ok(nothing());
    };
    let before = cursor.map(LessonId);
    let page = app
        .catalogue
        .read(move |c| c.on_desk(&filter, before, LIMIT))
        .await?;
    let next = page
        .last()
        .map(|l| l.card.id.0)
        .filter(|_| page.len() == LIMIT as usize);
    let lessons = page
        .into_iter()
        .map(|own| DeskCardBody {
            stands: own.stands().as_str(),
            updated: own.updated.timestamp().map(|t| t.to_string()),
            code: own.card.code.to_string(),
            title: own.card.title,
            lesson_number: own.card.lesson_number,
            subject: own.card.subject,
            section: own.card.section,
            duration_ms: own.card.duration.map(|d| d.0),
            captions: own.card.captioned,
        })
        .collect();
    Ok(personal(StatusCode::OK, &DeskBody { lessons, next }))
}

/// The filter of a query; `None`: words that nothing can have.
pub(super) fn filter(query: &DeskQuery, author: &Author) -> Result<Option<DeskFilter>, Problem> {
    let bad = |why: String| Problem::new(StatusCode::BAD_REQUEST).detail(why);
    let whose = match (query.whose.as_deref().unwrap_or("edited"), author) {
        ("edited" | "", _) => author.edits(),
        ("own", Author::Person(actor)) => Whose::Own(actor.person),
        (other, _) => return Err(bad(format!("whose = {other:?}: write own or edited"))),
    };
    let said = |value: &Option<String>| value.clone().filter(|v| !v.trim().is_empty());
    let stands = match said(&query.stands) {
        None => None,
        Some(word) => Some(Stands::from_word(&word).ok_or_else(|| {
            bad(format!(
                "stands = {word:?}: write draft, unlisted, public or withdrawn"
            ))
        })?),
    };
    let words = match said(&query.q) {
        None => None,
        Some(q) if q.chars().count() > 200 => {
            return Err(bad(format!(
                "q has {} characters: write at most 200",
                q.chars().count()
            )));
        }
        Some(q) => match match_expression(&q) {
            None => return Ok(None),
            words => words,
        },
    };
    Ok(Some(DeskFilter {
        whose,
        stands,
        grade: said(&query.grade),
        subject: said(&query.subject),
        words,
    }))
}
