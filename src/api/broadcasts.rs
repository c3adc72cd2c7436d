//! `/api/v1/broadcasts`: what was on television when.

use ::http::{HeaderMap, StatusCode};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::chosen::{Chosen, Part};
use super::lesson::local;
use super::lessons::{bad_request, known, number};
use crate::app::Shared;
use crate::catalogue::{AirPlace, Airing, OnAir, Span, State as Stage, parse_day};
use crate::clock::UnixMillis;
use crate::http::cache::CachePolicy;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::tagged;

/// Broadcasts in one page unless asked otherwise.
const LIMIT: u32 = 50;
/// At most so many in one page.
const MOST: u32 = 200;

/// Which broadcasts, and how many at once.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BroadcastQuery {
    /// The first day (`2020-04-06`, in the archive's time zone), or the first moment (RFC 3339).
    #[param(example = "2020-04-06")]
    from: Option<String>,
    /// The last day, which belongs to it, or the moment before which it ends.
    #[param(example = "2020-04-12")]
    to: Option<String>,
    /// Channel id, such as `medeniyyet`.
    #[param(example = "medeniyyet")]
    channel: Option<String>,
    /// Grade id, such as `7`.
    #[param(example = "7")]
    grade: Option<String>,
    /// Section id: `az` or `ru`.
    #[param(example = "az")]
    section: Option<String>,
    /// Broadcasts in a page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    #[serde(default, deserialize_with = "number")]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(max_length = 100, example = "1585814400000.medeniyyet.K7M2QX")]
    cursor: Option<String>,
    /// Names of what is wanted of each, separated by commas; a dot leads further: `at,lesson.title`. Without them, everything.
    #[param(example = "at,lesson.title")]
    fields: Option<String>,
}

/// One page of broadcasts in order of time.
#[derive(Serialize, ToSchema)]
pub(super) struct BroadcastsBody<'c> {
    #[schema(value_type = Vec<BroadcastBody>)]
    broadcasts: Vec<Part<'c, BroadcastBody>>,
    /// Cursor of the next page; null: there is none. A page before the last may hold few broadcasts or none.
    next: Option<String>,
}

/// One airing of a lesson.
#[derive(Serialize, ToSchema)]
struct BroadcastBody {
    /// When it began, RFC 3339 in the archive's time zone.
    #[schema(example = "2020-04-06T10:00:00+04:00")]
    at: String,
    /// Vocabulary id.
    #[schema(example = "medeniyyet")]
    channel: String,
    /// The lesson was broadcast before.
    repeat: bool,
    lesson: AiredBody,
}

/// What a list needs of the lesson; `/api/v1/lessons/CODE` has the rest.
#[derive(Serialize, ToSchema)]
struct AiredBody {
    #[schema(example = "K7M2QX")]
    code: String,
    /// The lesson's page for people.
    url: String,
    title: String,
    /// `announced` (no recording yet) or `available`.
    #[schema(example = "available")]
    state: &'static str,
    /// Vocabulary ids.
    #[schema(example = json!(["7"]))]
    grades: Vec<String>,
    /// Vocabulary id.
    #[schema(example = "mathematics")]
    subject: String,
    /// Vocabulary id.
    #[schema(example = "az")]
    section: String,
    /// Place in the programme.
    lesson_number: Option<u32>,
    duration_ms: Option<u64>,
    /// Bytes of the cheapest form to watch, else to save; null: no recording yet.
    cost: Option<u64>,
}

/// List what was broadcast, and what will be.
///
/// Only public lessons, in order of time.
#[utoipa::path(
    get, path = "/api/v1/broadcasts", tag = "lessons", params(BroadcastQuery),
    responses(
        (status = 200, description = "A page of broadcasts", body = BroadcastsBody),
        (status = 400, description = "A time, filter, limit or cursor that cannot be"),
    )
)]
pub(super) async fn list(
    State(app): State<Shared>,
    origin: Origin,
    headers: HeaderMap,
    query: Result<Query<BroadcastQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(mut query) = query.map_err(|e| bad_request(e.body_text()))?;
    for field in [
        &mut query.from,
        &mut query.to,
        &mut query.channel,
        &mut query.grade,
        &mut query.section,
        &mut query.cursor,
        &mut query.fields,
    ] {
        // A form sends its empty fields as well.
        field.take_if(|value| value.is_empty());
    }
    let limit = query.limit.unwrap_or(LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(bad_request(format!("limit = {limit}: write 1 to {MOST}")));
    }
    let chosen = Chosen::read(query.fields.as_deref(), "BroadcastBody")?;
    let span = span(&query, &app.zone)?;
    let after = query.cursor.as_deref().map(cursor).transpose()?;
    let vocabulary = app.vocabulary().await?;
    known("channel", &query.channel, &vocabulary.channels)?;
    known("grade", &query.grade, &vocabulary.grades)?;
    known("section", &query.section, &vocabulary.sections)?;
    let which = OnAir {
        grade: query.grade,
        section: query.section,
        channel: query.channel,
    };
    let page = app
        .catalogue
        .read(move |c| c.airings(&which, span, after.as_ref(), limit))
        .await?;
    let body = BroadcastsBody {
        next: page.next.map(|place| place.to_string()),
        broadcasts: page
            .airings
            .into_iter()
            .filter_map(|airing| BroadcastBody::new(airing, &origin, &app.zone))
            .map(|broadcast| chosen.of(broadcast))
            .collect(),
    };
    Ok(tagged::json(
        &headers,
        CachePolicy::Page,
        &app.settings,
        &body,
    ))
}

impl BroadcastBody {
    fn new(airing: Airing, origin: &Origin, zone: &TimeZone) -> Option<Self> {
        let lesson = airing.lesson;
        let state = match lesson.duration {
            Some(_) => Stage::Available,
            None => Stage::Announced,
        };
        Some(Self {
            at: local(airing.at, zone)?,
            channel: airing.channel,
            repeat: airing.repeat,
            lesson: AiredBody {
                code: lesson.code.to_string(),
                url: origin.url(format_args!("/l/{}", lesson.code)),
                title: lesson.title,
                state: state.as_str(),
                grades: airing.grades,
                subject: lesson.subject,
                section: lesson.section,
                lesson_number: lesson.lesson_number,
                duration_ms: lesson.duration.map(|d| d.0),
                cost: lesson.cost.map(|b| b.0),
            },
        })
    }
}

/// The time between `from` and `to`.
fn span(query: &BroadcastQuery, zone: &TimeZone) -> Result<Span, Problem> {
    let edge = |name: &str,
                text: &Option<String>,
                day: fn(Span) -> UnixMillis,
                none: UnixMillis| {
        let Some(text) = text else {
            return Ok(none);
        };
        if let Some(date) = parse_day(text) {
            return Ok(day(Span::of_day(date, zone)));
        }
        let moment = text.parse::<Timestamp>();
        moment.map(|at| UnixMillis(at.as_millisecond())).map_err(|_| {
            bad_request(format!(
                "{name} = {text:?}: write a day like 2020-04-06, or a moment like 2020-04-06T10:00:00Z \
                 (a + of an offset is written %2B in an address)"
            ))
        })
    };
    let span = Span {
        from: edge("from", &query.from, |day| day.from, Span::ALWAYS.from)?,
        until: edge("to", &query.to, |day| day.until, Span::ALWAYS.until)?,
    };
    if span.from >= span.until {
        return Err(Problem::new(StatusCode::BAD_REQUEST)
            .detail("from is not before to: write the earlier one first"));
    }
    Ok(span)
}

fn cursor(text: &str) -> Result<AirPlace, Problem> {
    AirPlace::parse(text).ok_or_else(|| {
        bad_request(format!(
            "cursor = {text:?}: write what next said in the page before"
        ))
    })
}
