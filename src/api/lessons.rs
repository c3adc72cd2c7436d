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
use crate::catalogue::{
    Facets, Filter, Found, LONGEST_QUERY, Lesson, MOST_FOUND, Search, Term, Visibility, Vocabulary,
};
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::tagged;
use crate::units::{Code, LessonId};

/// Lessons in one page unless asked otherwise.
pub(super) const LIMIT: u32 = 20;
/// Characters of q at most.
pub(super) const MOST_WORDS: usize = LONGEST_QUERY;
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
    /// Words of the title, topic, unit, teachers or description, or said in the lesson (its captions). Case, diacritics,
    /// endings and slips are forgiven; the lessons that fit best come first, 500 at most.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Lessons in a page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 20)]
    #[serde(default, deserialize_with = "number")]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// One page of lessons, in programme order unless words are looked for.
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
    not_too_long(query.q.as_deref().unwrap_or_default())?;
    let limit = query.limit.unwrap_or(LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(bad_request(format!("limit = {limit}: write 1 to {MOST}")));
    }
    let vocabulary = app.vocabulary().await?;
    let filter = filter(&query, &vocabulary)?;
    let words = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let (lessons, next) = match words {
        None => in_order(&app, filter, query.cursor.as_deref(), limit).await?,
        Some(words) => with_words(&app, filter, words, query.cursor.as_deref(), limit).await?,
    };
    let body = ListBody {
        lessons: lessons
            .into_iter()
            .map(|l| LessonBody::new(l, &origin, &app.zone))
            .collect(),
        next,
    };
    Ok(tagged::json(
        &headers,
        CachePolicy::Page,
        &app.settings,
        &body,
    ))
}

/// Lessons in programme order, and the cursor of the next page.
async fn in_order(
    app: &Shared,
    filter: Filter,
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<Lesson>, Option<String>), Problem> {
    let after: Option<Code> = after.map(cursor).transpose()?;
    let page = app.catalogue.read(move |c| {
        let mut page = c.list(&filter, after, limit)?;
        for lesson in &mut page.lessons {
            access::hide_sibling(c, lesson, &Viewer::anybody())?;
        }
        Ok(page)
    });
    let page = page.await?;
    Ok((page.lessons, page.next.map(|code| code.to_string())))
}

/// Lessons that have some words, the best first, and the cursor of the next page.
async fn with_words(
    app: &Shared,
    filter: Filter,
    words: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<Lesson>, Option<String>), Problem> {
    let skip = after.map(cursor).transpose()?.unwrap_or(0);
    let search = Search {
        text: words.to_owned(),
        facets: Facets {
            grade: filter.grade,
            subject: filter.subject,
            section: filter.section,
            ..Facets::default()
        },
        skip,
        limit: limit as usize,
        moments: false,
    };
    let results = app.catalogue.search(search).await?;
    let ids: Vec<LessonId> = results.lessons.iter().map(|found| found.card.id).collect();
    let lessons = app.catalogue.read(move |c| {
        let mut lessons = Vec::with_capacity(ids.len());
        for id in ids {
            // One that was withdrawn meanwhile is left out.
            let listed = |lesson: &Lesson| {
                lesson.withdrawn.is_none() && lesson.description.visibility == Visibility::Public
            };
            if let Some(mut lesson) = c.lesson(id)?.filter(listed) {
                access::hide_sibling(c, &mut lesson, &Viewer::anybody())?;
                lessons.push(lesson);
            }
        }
        Ok(lessons)
    });
    let next = next_page(skip, limit, results.more);
    Ok((lessons.await?, next))
}

/// The cursor of the page after this one.
pub(super) fn next_page(skip: usize, limit: u32, more: bool) -> Option<String> {
    let next = skip.saturating_add(limit as usize);
    (more && next < MOST_FOUND).then(|| next.to_string())
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
        (status = 404, description = "No lesson has this code; where it is one character away from those of lessons, `near` has them", content_type = "application/problem+json", body = crate::http::problem::Members),
        (status = 410, description = "The lesson was withdrawn; where lessons may take its place, `instead` has their codes", content_type = "application/problem+json", body = crate::http::problem::Members),
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
    let code: Code = match code.parse() {
        Ok(code) => code,
        Err(why) => {
            let near = Code::near(&code);
            let meant = app.catalogue.read(move |c| c.listed_among(&near)).await?;
            let meant: Vec<String> = meant.iter().map(|lesson| lesson.code.to_string()).collect();
            let problem = not_found(match meant.is_empty() {
                true => why.to_string(),
                false => format!("{why}; did you mean {}?", meant.join(" or ")),
            });
            return Err(match meant.is_empty() {
                true => problem,
                false => problem.member("near", meant),
            });
        }
    };
    let (access, instead) = app
        .catalogue
        .read(move |c| {
            let (own, found) = match c.find(code)? {
                Found::Moved(own) => (own, c.find(own)?),
                found => (code, found),
            };
            let mut access = access::to_lesson(c, found, &viewer)?;
            let mut instead = None;
            match &mut access {
                // The same for everybody, whoever asks: caches keep it.
                Access::Granted(lesson) => access::hide_sibling(c, lesson, &Viewer::anybody())?,
                Access::Draft(lesson) => access::hide_sibling(c, lesson, &viewer)?,
                Access::Withdrawn(_) => instead = c.instead_of(own)?,
                Access::Moved(_) | Access::Unknown => {}
            }
            Ok((access, instead))
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
        Access::Withdrawn(reason) => {
            let problem = Problem::new(StatusCode::GONE).detail(reason);
            let lessons = instead.map(|instead| instead.lessons).unwrap_or_default();
            let codes: Vec<String> = lessons.iter().map(|l| l.code.to_string()).collect();
            Err(match codes.is_empty() {
                true => problem,
                false => problem.member("instead", codes),
            })
        }
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

/// Refuses what nobody types.
pub(super) fn not_too_long(q: &str) -> Result<(), Problem> {
    match q.chars().count() {
        ..=MOST_WORDS => Ok(()),
        length => Err(bad_request(format!(
            "q has {length} characters: write at most {MOST_WORDS}"
        ))),
    }
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

pub(super) fn cursor<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
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

/// The filter of a query.
fn filter(query: &ListQuery, vocabulary: &Vocabulary) -> Result<Filter, Problem> {
    known("grade", &query.grade, &vocabulary.grades)?;
    known("subject", &query.subject, &vocabulary.subjects)?;
    known("section", &query.section, &vocabulary.sections)?;
    Ok(Filter {
        grade: query.grade.clone(),
        subject: query.subject.clone(),
        section: query.section.clone(),
    })
}
