//! What is made of recordings: how far it is, its logs; cancelling it, and making it anew.

use ::http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use ::http::{HeaderValue, StatusCode};
use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{at_desk, code, object, personal};
use crate::app::Shared;
use crate::catalogue::{Job, JobKind, JobState};
use crate::clock::UnixMillis;
use crate::desk::{Author, JobsAsked};
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::identity::SignedIn;
use crate::http::problem::Problem;
use crate::units::JobId;

/// Jobs in one page unless asked otherwise.
const LIMIT: u32 = 50;
/// At most so many in one page.
const MOST: u32 = 200;

/// Something that is made of a recording.
#[derive(Serialize, ToSchema)]
pub(crate) struct JobBody {
    #[schema(example = 17)]
    id: i64,
    /// The lesson's code.
    #[schema(example = "K7M2QX")]
    lesson: String,
    /// The lesson's title.
    #[schema(example = "Kəsrlər")]
    title: String,
    /// Of which edition of its footage.
    #[schema(example = 1)]
    edition: u32,
    /// Whether that is the one that the lesson shows.
    shown: bool,
    /// `probe` looks into the recording; `narrow`: 240p and sound; `ladder`: the higher qualities; `pictures`: poster and
    /// storyboard; `slides`; `words`: captions that it brings along; `speech`: captions of what is said.
    #[schema(example = "ladder")]
    kind: &'static str,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    #[schema(example = "running")]
    state: &'static str,
    /// Thousandths.
    #[schema(example = 430)]
    progress: u32,
    /// How many jobs have their turns before this one; null: it does not wait.
    #[schema(example = json!(null))]
    before: Option<u64>,
    /// Times that it was begun.
    #[schema(example = 1)]
    attempts: u32,
    /// Who has it, or had it last: `server`, or a remote worker's name.
    #[schema(example = "server")]
    worker: Option<String>,
    /// When the present attempt began, or the last one did, RFC 3339; null: none ever did.
    #[schema(example = "2026-03-04T09:16:00Z")]
    begun: Option<String>,
    /// After a failure: when it is tried again, RFC 3339; null: at its turn.
    #[schema(example = json!(null))]
    not_before: Option<String>,
    /// What went wrong last; of a job that is done: why there was nothing to make.
    #[schema(example = json!(null))]
    error: Option<String>,
    /// When it was queued first, RFC 3339.
    #[schema(example = "2026-03-04T09:15:00Z")]
    created: Option<String>,
    /// When it last changed, RFC 3339.
    #[schema(example = "2026-03-04T09:20:00Z")]
    updated: Option<String>,
}

impl From<&Job> for JobBody {
    fn from(job: &Job) -> Self {
        let rfc3339 = |at: UnixMillis| at.timestamp().map(|t| t.to_string());
        let rests = job.state == JobState::Queued && job.not_before.0 > 0;
        Self {
            id: job.id.0,
            lesson: job.code.to_string(),
            title: job.title.clone(),
            edition: job.edition,
            shown: job.shown,
            kind: job.kind.as_str(),
            state: job.state.as_str(),
            progress: job.progress,
            before: job.before,
            attempts: job.attempts,
            worker: job.worker.clone(),
            begun: job.begun.and_then(rfc3339),
            not_before: rests.then(|| rfc3339(job.not_before)).flatten(),
            error: job.error.clone(),
            created: rfc3339(job.created),
            updated: rfc3339(job.updated),
        }
    }
}

/// A page of jobs.
#[derive(Serialize, ToSchema)]
pub(crate) struct JobsBody {
    jobs: Vec<JobBody>,
    /// Cursor of the next page; null: there is none.
    #[schema(example = "queued.200.17")]
    next: Option<String>,
}

impl JobsBody {
    fn whole(jobs: &[Job]) -> Self {
        Self {
            jobs: jobs.iter().map(Into::into).collect(),
            next: None,
        }
    }
}

/// Which jobs, how many at once, and where to begin.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobsQuery {
    /// Only those that are `queued`, `running`, `done`, `failed` or `cancelled`.
    #[param(example = "failed")]
    state: Option<String>,
    /// Only those of the lesson of this code, all its editions'.
    #[param(example = "K7M2QX")]
    lesson: Option<String>,
    /// Jobs in a page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(example = "queued.200.17")]
    cursor: Option<String>,
}

impl JobsQuery {
    fn asked(self) -> Result<JobsAsked, Problem> {
        let bad = |why: String| Problem::new(StatusCode::BAD_REQUEST).detail(why);
        let given = |text: Option<String>| text.filter(|t| !t.is_empty());
        let limit = self.limit.unwrap_or(LIMIT);
        if !(1..=MOST).contains(&limit) {
            return Err(bad(format!("limit = {limit}: write 1 to {MOST}")));
        }
        let state = given(self.state).map(|word| {
            let words: Vec<&str> = JobState::ALL.iter().map(|s| s.as_str()).collect();
            let wrong = || {
                bad(format!(
                    "state = {word:?}: write one of {}",
                    words.join(", ")
                ))
            };
            JobState::from_word(&word).ok_or_else(wrong)
        });
        let after = given(self.cursor).map(|text| {
            text.parse()
                .map_err(|why| bad(format!("cursor = {text:?}: {why}")))
        });
        Ok(JobsAsked {
            lesson: given(self.lesson).map(|text| code(&text)).transpose()?,
            state: state.transpose()?,
            after: after.transpose()?,
            limit,
        })
    }
}

/// List the jobs of lessons that one may edit.
///
/// Those that run first, then those that wait in the order of their turns, then those that failed, were done and were
/// cancelled, the latest first.
#[utoipa::path(
    get, path = "/api/v1/jobs", tag = "jobs", security(("token" = [])), params(JobsQuery),
    responses(
        (status = 200, description = "A page of jobs", body = JobsBody),
        (status = 400, description = "A state, limit or cursor that cannot be"),
        (status = 403, description = "The lesson is others'"),
        (status = 404, description = "No such lesson, or a draft of others"),
    )
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: Result<Query<JobsQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let bad = |e: QueryRejection| Problem::new(StatusCode::BAD_REQUEST).detail(e.body_text());
    let asked = query.map_err(bad)?.0.asked()?;
    let page = at_desk(&app, Author::Person(actor), move |d, a| d.jobs(a, asked)).await?;
    let body = JobsBody {
        next: page.next.map(|cursor| cursor.to_string()),
        ..JobsBody::whole(&page.jobs)
    };
    Ok(personal(StatusCode::OK, &body))
}

/// A job's number in a path: what is none names no job.
fn id(text: &str) -> Result<JobId, Problem> {
    let none =
        |_| Problem::new(StatusCode::NOT_FOUND).detail(format!("{text:?} is no job's number"));
    text.parse().map(JobId).map_err(none)
}

/// A job.
#[utoipa::path(
    get, path = "/api/v1/jobs/{id}", tag = "jobs", security(("token" = ["author"])),
    params(("id" = i64, Path, description = "The job's number", example = 17)),
    responses(
        (status = 200, description = "How far it is", body = JobBody),
    )
)]
pub(crate) async fn one(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let job = at_desk(&app, Author::Person(actor), move |d, a| d.job(a, id)).await?;
    Ok(personal(StatusCode::OK, &JobBody::from(&job)))
}

/// What was noted while a job was tried: what programs said, and why it failed.
#[utoipa::path(
    get, path = "/api/v1/jobs/{id}/log", tag = "jobs", security(("token" = ["author"])),
    params(("id" = i64, Path, description = "The job's number", example = 17)),
    responses(
        (status = 200, description = "Lines with times; empty until it was begun", body = String, content_type = "text/plain"),
    )
)]
pub(crate) async fn log(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let log = at_desk(&app, Author::Person(actor), move |d, a| d.job_log(a, id)).await?;
    let mut response = log.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        // Whatever a file made a program say, it is text.
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = CachePolicy::Personal.value(&app.settings);
    headers.insert(::http::header::CACHE_CONTROL, policy);
    Ok(response)
}

/// Cancel a job, whether it waits or runs. Whoever does it stops within seconds.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/cancel", tag = "jobs", security(("token" = ["author"])),
    params(("id" = i64, Path, description = "The job's number", example = 17)),
    responses(
        (status = 200, description = "The job as it is now", body = JobBody),
        (status = 409, description = "It is over"),
    )
)]
pub(crate) async fn cancel(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let job = at_desk(&app, Author::Person(actor), move |d, a| d.cancel_job(a, id)).await?;
    Ok(personal(StatusCode::OK, &JobBody::from(&job)))
}

/// Queue a job that is over anew, with all its attempts: also one that is done is made anew.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/retry", tag = "jobs", security(("token" = ["author"])),
    params(("id" = i64, Path, description = "The job's number", example = 17)),
    responses(
        (status = 200, description = "The job as it is now", body = JobBody),
        (status = 409, description = "It waits or runs, or its edition is not the one that is shown"),
    )
)]
pub(crate) async fn retry(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let job = at_desk(&app, Author::Person(actor), move |d, a| d.retry_job(a, id)).await?;
    Ok(personal(StatusCode::OK, &JobBody::from(&job)))
}

/// What is made of the recording that a lesson shows, in the order in which it is done.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}/jobs", tag = "jobs", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "Its jobs, all of them: there is no next page", body = JobsBody),
    )
)]
pub(crate) async fn of_lesson(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let jobs = at_desk(&app, Author::Person(actor), move |d, a| {
        d.jobs_of_lesson(a, code)
    });
    Ok(personal(StatusCode::OK, &JobsBody::whole(&jobs.await?)))
}

/// What is to be made of a lesson's recording.
#[derive(Deserialize, ToSchema)]
pub(crate) struct KindsBody {
    /// Kinds of jobs; without any all, from looking into the recording on.
    #[schema(example = json!(["narrow", "ladder"]))]
    #[allow(dead_code, reason = "it describes what is read word by word")]
    kinds: Option<Vec<String>>,
}

/// Make things of a lesson's recording anew. What waits or runs is left alone.
#[utoipa::path(
    post, path = "/api/v1/lessons/{code}/jobs", tag = "jobs", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    request_body = KindsBody,
    responses(
        (status = 200, description = "The lesson's jobs as they are now", body = JobsBody),
        (status = 409, description = "It has no recording, or that has not been looked into"),
        (status = 422, description = "Kinds that there are not"),
    )
)]
pub(crate) async fn make(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded(text): Decoded<String>,
    body: Result<Json<serde_json::Value>, JsonRejection>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let kinds = kinds(&object(body)?)?;
    let jobs = at_desk(&app, Author::Person(actor), move |d, a| {
        d.make_jobs(a, code, &kinds)
    });
    Ok(personal(StatusCode::OK, &JobsBody::whole(&jobs.await?)))
}

fn kinds(body: &serde_json::Map<String, serde_json::Value>) -> Result<Vec<JobKind>, Problem> {
    let wrong = |why: String| {
        let words: Vec<&str> = JobKind::ALL.iter().map(|k| k.as_str()).collect();
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY).detail(format!(
            "{why}: write {{\"kinds\": […]}} with any of {}",
            words.join(", ")
        ))
    };
    if let Some(name) = body.keys().find(|name| *name != "kinds") {
        return Err(wrong(format!("there is no {name:?} here")));
    }
    let listed = match body.get("kinds") {
        None | Some(serde_json::Value::Null) => return Ok(Vec::new()),
        Some(listed) => listed.as_array(),
    };
    let listed = listed.ok_or_else(|| wrong("kinds is no list".into()))?;
    let kind = |value: &serde_json::Value| {
        let known = value.as_str().and_then(JobKind::from_word);
        known.ok_or_else(|| wrong(format!("{value} is no kind of job")))
    };
    let mut kinds: Vec<JobKind> = Vec::new();
    for value in listed {
        let kind = kind(value)?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}
