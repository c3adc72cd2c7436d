//! `/api/v1/lessons` and `/api/v1/lessons/CODE`.

use ::http::StatusCode;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::chosen::{Chosen, Part};
use super::lesson::LessonBody;
use crate::app::Shared;
use crate::auth::access::{self, Access, Viewer};
use crate::catalogue::{
    self, ChangePlace, Changed, Changes, Facets, Filter, Found, GoneLesson, LONGEST_QUERY, Lesson,
    MOST_FOUND, Search, Snapshot, Term, Visibility, Vocabulary,
};
use crate::clock::UnixMillis;
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
    #[param(example = "az")]
    section: Option<String>,
    /// Words of the title, topic, unit, teachers or description, or said in the lesson (its captions). Case, diacritics,
    /// endings and slips are forgiven; the lessons that fit best come first, 500 at most.
    #[param(max_length = 200, example = "kesr")]
    q: Option<String>,
    /// Lessons in a page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 20)]
    #[serde(default, deserialize_with = "number")]
    limit: Option<u32>,
    /// `next` of the page before; with `updated_since` also `resume` of the last page, any time later.
    #[param(max_length = 64, example = "K7M2QX")]
    cursor: Option<String>,
    /// All that changed since a moment (RFC 3339), in the order in which it did: for a copy of the archive. Not together with
    /// `q`, `grade`, `subject` or `section`.
    #[param(example = "2026-03-04T09:15:00Z", max_length = 40)]
    updated_since: Option<String>,
    /// Names of what is wanted of each lesson, separated by commas; a dot leads further: `code,title,files.url`. Without
    /// them, everything.
    #[param(example = "code,title,files.url")]
    fields: Option<String>,
}

/// One page of lessons, in programme order unless words or changes are looked for.
#[derive(Serialize, ToSchema)]
pub(super) struct ListBody<'c> {
    #[schema(value_type = Vec<ListedBody>)]
    lessons: Vec<Part<'c, ListedBody>>,
    /// Cursor of the next page; null: there is none.
    next: Option<String>,
    /// Of changes: cursor of what is still to come, for another time. Not there in other lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1772615700000.K7M2QX")]
    resume: Option<String>,
}

/// A lesson; among changes also one that is not listed any more.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum ListedBody {
    Lesson(Box<LessonBody>),
    Gone(GoneBody),
}

/// A lesson that was listed and is not any more, whatever `fields` says. One that never was is never named.
#[derive(Serialize, ToSchema)]
pub(super) struct GoneBody {
    #[schema(example = "K7M2QX")]
    code: String,
    /// `withdrawn`: its addresses answer 410; `unlisted`: no list names it.
    #[schema(example = "withdrawn")]
    state: &'static str,
    /// Why it was withdrawn.
    #[schema(example = "Superseded by the lesson of 2021.")]
    reason: Option<String>,
    /// When it last changed, RFC 3339.
    #[schema(example = "2026-03-04T09:15:00Z")]
    updated: Option<String>,
}

impl GoneBody {
    fn new(gone: GoneLesson) -> Self {
        Self {
            code: gone.code.to_string(),
            state: match gone.withdrawn {
                Some(_) => "withdrawn",
                None => "unlisted",
            },
            reason: gone.withdrawn,
            updated: gone.changed.timestamp().map(|t| t.to_string()),
        }
    }
}

/// List the public lessons.
///
/// In programme order, or the best first where words are looked for. With `updated_since`, what changed, each lesson once
/// and at its last change, what was withdrawn or is not listed any more among it. Whoever keeps a copy goes on with `next`
/// while there is one, keeps `resume`, and later asks with the same `updated_since` and `resume` as the cursor: so nothing
/// is missed, whatever happens in between.
#[utoipa::path(
    get, path = "/api/v1/lessons", tag = "lessons", params(ListQuery),
    responses(
        (status = 200, description = "A page of lessons", body = ListBody),
        (status = 400, description = "A filter, limit or cursor that cannot be"),
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
        &mut query.updated_since,
        &mut query.fields,
    ] {
        // A form sends its empty fields as well.
        field.take_if(|value| value.is_empty());
    }
    not_too_long(query.q.as_deref().unwrap_or_default())?;
    let limit = query.limit.unwrap_or(LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(bad_request(format!("limit = {limit}: write 1 to {MOST}")));
    }
    let chosen = Chosen::read(query.fields.as_deref(), "LessonBody")?;
    let vocabulary = app.vocabulary().await?;
    let filter = filter(&query, &vocabulary)?;
    let words = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let told = Told {
        chosen,
        origin,
        zone: app.zone.clone(),
    };
    let cursor = query.cursor.as_deref();
    let text = match (&query.updated_since, words) {
        (Some(since), None) if filter == Filter::default() => {
            changes(&app, since, cursor, limit, told).await?
        }
        (Some(_), _) => {
            return Err(bad_request(
                "updated_since is of the whole archive: a lesson that leaves a grade would be missed otherwise; \
                 leave q, grade, subject and section out, and choose among what comes",
            ));
        }
        (None, None) => in_order(&app, filter, cursor, limit, told).await?,
        (None, Some(words)) => with_words(&app, filter, words, cursor, limit, told).await?,
    };
    Ok(tagged::text(
        &headers,
        CachePolicy::Page,
        &app.settings,
        "application/json",
        text,
    ))
}

/// How lessons are told. It is done where they were read: what one thread allocates and another frees costs more.
struct Told {
    chosen: Chosen,
    origin: Origin,
    zone: TimeZone,
}

impl Told {
    fn lesson(&self, lesson: Lesson) -> Part<'_, ListedBody> {
        let body = LessonBody::new(lesson, &self.origin, &self.zone);
        self.chosen.of(ListedBody::Lesson(Box::new(body)))
    }

    /// A page of lessons as JSON.
    fn page(&self, lessons: Vec<Lesson>, next: Option<String>) -> Result<String, Problem> {
        tagged::written(&ListBody {
            lessons: lessons.into_iter().map(|l| self.lesson(l)).collect(),
            next,
            resume: None,
        })
    }

    /// What changed, as JSON.
    fn changes(&self, changes: Changes) -> Result<String, Problem> {
        let resume = changes.last.to_string();
        let whole = Chosen::default();
        let lessons = changes.lessons.into_iter().map(|changed| match changed {
            Changed::Listed(lesson) => self.lesson(*lesson),
            Changed::Gone(gone) => whole.of(ListedBody::Gone(GoneBody::new(gone))),
        });
        tagged::written(&ListBody {
            lessons: lessons.collect(),
            next: changes.more.then(|| resume.clone()),
            resume: Some(resume),
        })
    }
}

/// What changed since a moment, or behind a cursor.
async fn changes(
    app: &Shared,
    since: &str,
    after: Option<&str>,
    limit: u32,
    told: Told,
) -> Result<String, Problem> {
    let moment: Timestamp = since.parse().map_err(|_| {
        bad_request(format!(
            "updated_since = {since:?}: write a moment like 2026-03-04T09:15:00Z (a + of an offset is written %2B in an address)"
        ))
    })?;
    let beginning = ChangePlace {
        at: UnixMillis(moment.as_millisecond().max(0)),
        lesson: None,
    };
    let place = after.map(cursor).transpose()?.unwrap_or(beginning);
    let changes = app.catalogue.read(move |c| {
        let mut changes = c.changed(place, limit)?;
        let listed = changes
            .lessons
            .iter_mut()
            .filter_map(|changed| match changed {
                Changed::Listed(lesson) => Some(&mut **lesson),
                Changed::Gone(_) => None,
            });
        access::hide_siblings(c, listed)?;
        Ok(told.changes(changes))
    });
    changes.await?
}

/// Lessons in programme order.
async fn in_order(
    app: &Shared,
    filter: Filter,
    after: Option<&str>,
    limit: u32,
    told: Told,
) -> Result<String, Problem> {
    let after: Option<Code> = after.map(cursor).transpose()?;
    let page = app.catalogue.read(move |c| {
        let mut page = c.list(&filter, after, limit)?;
        access::hide_siblings(c, page.lessons.iter_mut())?;
        Ok(told.page(page.lessons, page.next.map(|code| code.to_string())))
    });
    page.await?
}

/// Lessons that have some words, the best first.
async fn with_words(
    app: &Shared,
    filter: Filter,
    words: &str,
    after: Option<&str>,
    limit: u32,
    told: Told,
) -> Result<String, Problem> {
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
    let next = next_page(skip, limit, results.more);
    let page = app.catalogue.read(move |c| {
        let mut lessons = c.lessons(&ids)?;
        // One that was withdrawn meanwhile is left out.
        lessons.retain(|lesson| {
            lesson.withdrawn.is_none() && lesson.description.visibility == Visibility::Public
        });
        access::hide_siblings(c, lessons.iter_mut())?;
        Ok(told.page(lessons, next))
    });
    page.await?
}

/// The cursor of the page after this one.
pub(super) fn next_page(skip: usize, limit: u32, more: bool) -> Option<String> {
    let next = skip.saturating_add(limit as usize);
    (more && next < MOST_FOUND).then(|| next.to_string())
}

/// What is wanted of an answer.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FieldsQuery {
    /// Names of what is wanted, separated by commas; a dot leads further: `code,title,files.url`. Without them, everything.
    #[param(example = "code,title,files.url")]
    fields: Option<String>,
}

/// Get one lesson.
///
/// The code may be written in either case and may be an alias; `code` in the answer is the one to keep.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}", tag = "lessons", security((), ("token" = [])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX"), FieldsQuery),
    responses(
        (status = 200, description = "The lesson", body = LessonBody),
        (status = 404, description = "No lesson has this code; where it is one character away from those of lessons, `near` has them"),
        (status = 410, description = "The lesson was withdrawn; where lessons may take its place, `instead` has their codes"),
    )
)]
pub(super) async fn one(
    State(app): State<Shared>,
    origin: Origin,
    headers: ::http::HeaderMap,
    Decoded(code): Decoded<String>,
    query: Result<Query<FieldsQuery>, QueryRejection>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|e| bad_request(e.body_text()))?;
    let chosen = Chosen::read(query.fields.as_deref(), "LessonBody")?;
    let (lesson, policy) = reach(&app, &code, viewer, |_, _, _| Ok(()))
        .await
        .map(|(lesson, (), policy)| (lesson, policy))?;
    let body = LessonBody::new(lesson, &origin, &app.zone);
    Ok(tagged::json(
        &headers,
        policy,
        &app.settings,
        &chosen.of(body),
    ))
}

/// The lesson that a code in a path leads to, what else is `asked` of it, and how long the answer may be kept.
///
/// # Errors
/// 404 and 410, as whoever asks may know.
pub(super) async fn reach<T: Send + 'static>(
    app: &Shared,
    code: &str,
    viewer: Viewer,
    asked: impl FnOnce(&Snapshot<'_>, &Lesson, &Viewer) -> Result<T, catalogue::Error> + Send + 'static,
) -> Result<(Lesson, T, CachePolicy), Problem> {
    let not_found = |why: String| Problem::new(StatusCode::NOT_FOUND).detail(why);
    let code: Code = match code.parse() {
        Ok(code) => code,
        Err(why) => {
            let near = Code::near(code);
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
    let reached = app
        .catalogue
        .read(move |c| {
            let (own, found) = match c.find(code)? {
                Found::Moved(own) => (own, c.find(own)?),
                found => (code, found),
            };
            let (mut lesson, policy, viewer) = match access::to_lesson(c, found, &viewer)? {
                // The same for everybody, whoever asks: caches keep it.
                Access::Granted(lesson) => (lesson, CachePolicy::Lesson, Viewer::anybody()),
                Access::Draft(lesson) => (lesson, CachePolicy::Personal, viewer),
                Access::Withdrawn(reason) => return Ok(Err(Some((reason, c.instead_of(own)?)))),
                Access::Moved(_) | Access::Ended(_) | Access::Opened(_) | Access::Unknown => {
                    return Ok(Err(None));
                }
            };
            access::hide_sibling(c, &mut lesson, &viewer)?;
            let told = asked(c, &lesson, &viewer)?;
            Ok(Ok((*lesson, told, policy)))
        })
        .await?;
    reached.map_err(|withdrawn| match withdrawn {
        Some((reason, instead)) => {
            let problem = Problem::new(StatusCode::GONE).detail(reason);
            let lessons = instead.map(|instead| instead.lessons).unwrap_or_default();
            let codes: Vec<String> = lessons.iter().map(|l| l.code.to_string()).collect();
            match codes.is_empty() {
                true => problem,
                false => problem.member("instead", codes),
            }
        }
        None => not_found(format!("no lesson has the code {code}")),
    })
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
    let description = super::description();
    Ok(tagged::json(
        &headers,
        CachePolicy::Page,
        &app.settings,
        description,
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
