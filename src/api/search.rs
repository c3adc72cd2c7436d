//! `/api/v1/search`: lessons by their words, and the moments at which these are said.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::chosen::{Chosen, Part};
use super::lessons::{LIMIT, bad_request, cursor, next_page, not_too_long, number};
use crate::app::Shared;
use crate::catalogue::{Facets, FoundLesson, Search};
use crate::http::cache::CachePolicy;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::tagged;

/// At most so many in one page: for each, captions are read.
const MOST: u32 = 50;

/// What is looked for, in which lessons.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// Words of the title, topic, unit, teachers or description, or said in the lesson (its captions). Case, diacritics,
    /// endings and slips are forgiven.
    #[param(max_length = 200, example = "kesr")]
    q: String,
    /// Grade id, such as `7`.
    #[param(example = "7")]
    grade: Option<String>,
    /// Subject id, such as `mathematics`.
    #[param(example = "mathematics")]
    subject: Option<String>,
    /// Section id: `az` or `ru`.
    #[param(example = "az")]
    section: Option<String>,
    /// Such as `2019/20`.
    #[param(example = "2019/20")]
    school_year: Option<String>,
    /// Channel id: broadcast there.
    #[param(example = "medeniyyet")]
    channel: Option<String>,
    /// `1`: with a sign-language interpreter only.
    #[param(example = "1")]
    signed: Option<String>,
    /// `1`: with captions only.
    #[param(example = "1")]
    captioned: Option<String>,
    /// Lessons in a page, 1 to 50.
    #[param(minimum = 1, maximum = 50, default = 20)]
    #[serde(default, deserialize_with = "number")]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(max_length = 100, example = "20")]
    cursor: Option<String>,
    /// Names of what is wanted of each, separated by commas; a dot leads further: `code,moments.start_ms`. Without them, everything.
    #[param(example = "code,moments.start_ms")]
    fields: Option<String>,
}

/// One page of what was found, the best first.
#[derive(Serialize, ToSchema)]
pub(super) struct SearchBody<'c> {
    #[schema(value_type = Vec<FoundBody>)]
    found: Vec<Part<'c, FoundBody>>,
    /// What was looked for instead, where no lesson has what was asked for; else null.
    corrected: Option<String>,
    /// What more lessons have than what was asked for; else null.
    suggested: Option<String>,
    /// Cursor of the next page; null: there is none. Of one search, 500 lessons can be had.
    next: Option<String>,
}

/// A lesson that was found.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundBody {
    /// Its permanent name.
    #[schema(example = "K7M2QX")]
    code: String,
    /// The lesson's page for people.
    url: String,
    title: String,
    topic: Option<String>,
    /// Vocabulary ids.
    grades: Vec<String>,
    /// Vocabulary id.
    subject: String,
    /// Vocabulary id.
    section: String,
    teachers: Vec<String>,
    duration_ms: Option<u64>,
    /// Bytes of the cheapest form to watch; null: no recording yet.
    cost: Option<u64>,
    /// When what is looked for is said: three moments at most, in order.
    moments: Vec<MomentBody>,
}

/// Words that are said.
#[derive(Serialize, ToSchema)]
pub(super) struct MomentBody {
    /// From the recording's beginning.
    start_ms: u64,
    /// The caption.
    text: String,
    /// BCP 47, of the captions.
    language: String,
    /// The lesson's page at this second.
    url: String,
}

/// Search lessons and what is said in them.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "lessons", params(SearchQuery),
    responses(
        (status = 200, description = "A page of what was found", body = SearchBody),
        (status = 400, description = "Words, a filter, limit or cursor that cannot be"),
    )
)]
pub(super) async fn search(
    State(app): State<Shared>,
    origin: Origin,
    headers: ::http::HeaderMap,
    query: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|e| bad_request(e.body_text()))?;
    not_too_long(&query.q)?;
    let limit = query.limit.unwrap_or(LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(bad_request(format!("limit = {limit}: write 1 to {MOST}")));
    }
    // A form sends its empty fields as well.
    let said = |value: Option<String>| value.filter(|value| !value.is_empty());
    let skip = said(query.cursor).as_deref().map(cursor).transpose()?;
    let skip: usize = skip.unwrap_or(0);
    let facets = Facets {
        grade: said(query.grade),
        subject: said(query.subject),
        section: said(query.section),
        school_year: said(query.school_year),
        channel: said(query.channel),
        signed: switch("signed", said(query.signed))?,
        captioned: switch("captioned", said(query.captioned))?,
    };
    let chosen = Chosen::read(query.fields.as_deref(), "FoundBody")?;
    let vocabulary = app.vocabulary().await?;
    if let Some((name, value, known)) = facets.unknown(&vocabulary) {
        return Err(bad_request(format!(
            "{name} = {value:?}: write one of {}",
            known.join(", ")
        )));
    }
    let search = Search {
        text: query.q,
        facets,
        skip,
        limit: limit as usize,
        moments: true,
    };
    let results = app.catalogue.search(search).await?;
    let body = SearchBody {
        next: next_page(skip, limit, results.more),
        corrected: results.corrected.map(|c| c.text),
        suggested: results.suggested.map(|c| c.text),
        found: results
            .lessons
            .into_iter()
            .map(|found| chosen.of(FoundBody::new(found, &origin)))
            .collect(),
    };
    Ok(tagged::json(
        &headers,
        CachePolicy::Page,
        &app.settings,
        &body,
    ))
}

fn switch(name: &str, value: Option<String>) -> Result<bool, Problem> {
    match value.as_deref() {
        None => Ok(false),
        Some("1" | "true") => Ok(true),
        Some(other) => Err(bad_request(format!(
            "{name} = {other:?}: write 1, or leave it out"
        ))),
    }
}

impl FoundBody {
    fn new(found: FoundLesson, origin: &Origin) -> Self {
        let card = found.card;
        let url = origin.url(format_args!("/l/{}", card.code));
        let moments = found.moments.into_iter().map(|moment| MomentBody {
            start_ms: moment.start.0,
            url: format!("{url}?t={}", moment.start.whole_seconds()),
            text: moment.line,
            language: moment.language,
        });
        Self {
            moments: moments.collect(),
            code: card.code.to_string(),
            title: card.title,
            topic: card.topic,
            grades: found.grades,
            subject: card.subject,
            section: card.section,
            teachers: found.teachers,
            duration_ms: card.duration.map(|d| d.0),
            cost: card.cost.map(|c| c.0),
            url,
        }
    }
}
