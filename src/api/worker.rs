//! `/api/v1/worker`: jobs for machines elsewhere.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::Shared;
use crate::catalogue::{Claim, JobKind, Role, StoredFile};
use crate::http::decoded::Decoded;
use crate::http::identity::Worker;
use crate::http::problem::Problem;
use crate::processing::facts::Facts;
use crate::processing::{Declared, MOST_PRODUCTS, Remote, Settings};
use crate::units::{JobId, Millis};

/// Who asks for a job, and of which kinds.
#[derive(Deserialize, ToSchema)]
pub(super) struct ClaimBody {
    /// What the desk calls whoever does it, 1 to 100 characters.
    #[schema(example = "classroom-4")]
    worker: String,
    /// `probe`, `narrow`, `ladder`, `pictures`, `slides`, `words`, `speech`; others are left out.
    #[schema(example = json!(["probe", "narrow", "ladder"]))]
    kinds: Vec<String>,
}

/// A job, for as long as the lease holds.
#[derive(Serialize, ToSchema)]
#[schema(as = ClaimedJobBody)]
pub(super) struct JobBody {
    job: i64,
    /// What is to be made.
    #[schema(example = "narrow")]
    kind: &'static str,
    /// The lesson's code.
    #[schema(example = "K7M2QX")]
    code: String,
    /// Times that it was begun, this one included.
    attempt: u32,
    /// To be shown with everything about this job.
    #[schema(example = "0f8fad5bd9cb469fa16570867728950e")]
    lease: String,
    /// The lease ends so many seconds after it was last shown with progress.
    seconds: u64,
    source: FootageBody,
    /// The recording in its lowest quality, once there is one.
    narrow: Option<FootageBody>,
    /// What the probe found; null: it has not been done.
    #[schema(value_type = Option<Object>)]
    facts: Option<serde_json::Value>,
    /// What the lesson speaks, BCP 47.
    #[schema(example = "az")]
    language: String,
    /// Languages of the captions that the recording has.
    captioned: Vec<String>,
    limits: LimitsBody,
}

/// A file that is read.
#[derive(Serialize, ToSchema)]
struct FootageBody {
    /// Where, on this server: send Job-Lease along.
    #[schema(example = "/worker/17/source")]
    url: String,
    /// Other bytes have another name.
    name: String,
    bytes: u64,
    /// In hexadecimal; null: not hashed yet.
    sha256: Option<String>,
    mime: String,
}

impl FootageBody {
    fn new(url: String, stored: &StoredFile) -> Self {
        let file = &stored.file;
        Self {
            url,
            name: file.name.clone(),
            bytes: file.bytes.0,
            sha256: file.sha256.as_ref().map(|hash| HEXLOWER.encode(hash)),
            mime: file.mime.clone(),
        }
    }
}

/// What a job's programs may use.
#[derive(Serialize, ToSchema)]
struct LimitsBody {
    /// Seconds from start to end.
    wall_seconds: u64,
    /// Bytes of address space.
    memory_bytes: u64,
}

impl JobBody {
    fn new(claim: Claim, narrow: Option<&StoredFile>, settings: &Settings) -> Self {
        let url = |what: &str| format!("/worker/{}/{what}", claim.id);
        let facts = claim.facts.as_deref();
        Self {
            job: claim.id.0,
            kind: claim.kind.as_str(),
            code: claim.code.to_string(),
            attempt: claim.attempts,
            seconds: settings.lease_seconds,
            source: FootageBody::new(url("source"), &claim.source),
            narrow: narrow.map(|file| FootageBody::new(url("narrow"), file)),
            facts: facts.and_then(|json| serde_json::from_str(json).ok()),
            language: claim.language,
            captioned: claim.captioned,
            limits: LimitsBody {
                wall_seconds: settings.tools.wall.as_secs(),
                memory_bytes: settings.tools.memory.0,
            },
            lease: claim.lease,
        }
    }
}

/// Get a job to do.
#[utoipa::path(
    post, path = "/api/v1/worker/claim", tag = "worker", security(("token" = ["worker"])), request_body = ClaimBody,
    responses(
        (status = 200, description = "A job", body = JobBody),
        (status = 204, description = "There is none now; ask again in some seconds"),
        (status = 400, description = "A name that is none"),

        (status = 429, description = "The same person's workers have as many jobs as they may; see Retry-After"),
    )
)]
pub(super) async fn claim(
    State(app): State<Shared>,
    Worker(actor): Worker,
    body: Result<Json<ClaimBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let asked = sent(body)?;
    let kinds: Vec<JobKind> = asked
        .kinds
        .iter()
        .filter_map(|word| JobKind::from_word(word))
        .collect();
    let claimed = app
        .at_jobs(move |jobs| jobs.claim(actor.person, &kinds, &asked.worker))
        .await?;
    Ok(match claimed {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(claim) => {
            let narrow = Remote::narrow_of(&claim).cloned();
            let body = JobBody::new(claim, narrow.as_ref(), app.jobs.settings());
            own(&body)
        }
    })
}

/// How far a job is.
#[derive(Deserialize, ToSchema)]
pub(super) struct ProgressBody {
    lease: String,
    /// Thousandths.
    #[schema(maximum = 1000)]
    progress: u32,
    /// Lines for the job's log.
    #[serde(default)]
    log: Vec<String>,
}

/// Say how far a job is; the lease goes on.
#[utoipa::path(
    post, path = "/api/v1/worker/{id}", tag = "worker", security(("token" = ["worker"])), request_body = ProgressBody,
    params(("id" = i64, Path, description = "The job")),
    responses(
        (status = 200, description = "Go on", body = Object),

        (status = 409, description = "The job is not yours any more: stop"),
    )
)]
pub(super) async fn progress(
    State(app): State<Shared>,
    Worker(actor): Worker,
    Decoded(id): Decoded<i64>,
    body: Result<Json<ProgressBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let said = sent(body)?;
    let noted = app.at_jobs(move |jobs| {
        let job = (JobId(id), said.lease.as_str());
        jobs.reached(actor.person, job, said.progress, &said.log)
    });
    noted.await?;
    Ok(own(&serde_json::json!({})))
}

/// What was made.
#[derive(Deserialize, ToSchema)]
pub(super) struct DoneBody {
    lease: String,
    /// Files that were sent.
    #[serde(default)]
    products: Vec<ProductBody>,
    /// What the probe found; of `narrow`, only how long the recording really plays and how loud it is counts.
    #[schema(value_type = Option<Object>)]
    facts: Option<Facts>,
    /// Where there was nothing to make: why, in the words of the same version's jobs.
    nothing: Option<String>,
}

/// A file that was sent. Its type, size and duration are read from it.
#[derive(Deserialize, ToSchema)]
struct ProductBody {
    /// Last segment of the address to which it was sent.
    number: u32,
    /// `rendition`, `audio`, `poster`, `storyboard`, `slide` or `captions`, as the job's kind makes them.
    #[schema(example = "rendition")]
    role: String,
    /// Of all its bytes, in hexadecimal.
    sha256: String,
    /// Height class of a rendition, kbit/s of audio.
    #[schema(example = 240)]
    quality: Option<u32>,
    /// Of a slide: when the lesson comes to it.
    start_ms: Option<u64>,
    /// BCP 47, of captions.
    language: Option<String>,
    /// Order among its siblings.
    #[serde(default)]
    position: u32,
}

impl ProductBody {
    fn declared(self) -> Result<Declared, Problem> {
        let bad = |why: String| {
            Problem::new(StatusCode::BAD_REQUEST).detail(format!("file {}: {why}", self.number))
        };
        if self.number >= MOST_PRODUCTS {
            return Err(bad(format!("the last number is {}", MOST_PRODUCTS - 1)));
        }
        let role = Role::from_word(&self.role)
            .ok_or_else(|| bad(format!("there is no role {:?}", self.role)))?;
        Ok(Declared {
            number: self.number,
            role,
            sha256: hash(&self.sha256)
                .ok_or_else(|| bad("sha256: write 64 hexadecimal digits".into()))?,
            quality: self.quality,
            start: self.start_ms.map(Millis),
            language: self.language,
            position: self.position,
        })
    }
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
    bytes.try_into().ok()
}

/// Hand in what was made.
///
/// Every file is looked at first. One that is not as the job's kind makes it ends the job like a failure. Whoever did not
/// hear the answer asks again, and is told the same.
#[utoipa::path(
    post, path = "/api/v1/worker/{id}/done", tag = "worker", security(("token" = ["worker"])), request_body = DoneBody,
    params(("id" = i64, Path, description = "The job")),
    responses(
        (status = 200, description = "The lesson has it", body = Object),
        (status = 400, description = "No such role or file"),

        (status = 409, description = "The job is not yours any more"),
        (status = 422, description = "A file is not what it should be; the job has failed"),
        (status = 423, description = "Bytes are still being taken in; try again"),
        (status = 507, description = "No room"),
    )
)]
pub(super) async fn done(
    State(app): State<Shared>,
    _worker: Worker,
    Decoded(id): Decoded<i64>,
    body: Result<Json<DoneBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let DoneBody {
        lease,
        products,
        facts,
        nothing,
    } = sent(body)?;
    let declared = products.into_iter().map(ProductBody::declared);
    let declared = declared.collect::<Result<Vec<_>, _>>()?;
    let ended =
        app.at_jobs(move |jobs| jobs.done(JobId(id), &lease, &declared, facts, nothing.as_deref()));
    ended.await?;
    Ok(own(&serde_json::json!({})))
}

/// Why nothing was made.
#[derive(Deserialize, ToSchema)]
pub(super) struct FailedBody {
    lease: String,
    /// For the teacher.
    error: String,
    /// Whether another attempt would end the same way.
    #[serde(default)]
    hopeless: bool,
}

/// Say that a job failed.
#[utoipa::path(
    post, path = "/api/v1/worker/{id}/failed", tag = "worker", security(("token" = ["worker"])), request_body = FailedBody,
    params(("id" = i64, Path, description = "The job")),
    responses(
        (status = 200, description = "It is noted", body = Object),

        (status = 409, description = "The job is not yours any more"),
    )
)]
pub(super) async fn failed(
    State(app): State<Shared>,
    _worker: Worker,
    Decoded(id): Decoded<i64>,
    body: Result<Json<FailedBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let said = sent(body)?;
    let noted =
        app.at_jobs(move |jobs| jobs.failed(JobId(id), &said.lease, &said.error, said.hopeless));
    noted.await?;
    Ok(own(&serde_json::json!({})))
}

/// Whose job it was.
#[derive(Deserialize, ToSchema)]
pub(super) struct LeaseBody {
    lease: String,
}

/// Give a job back, as if it had not been begun.
#[utoipa::path(
    post, path = "/api/v1/worker/{id}/give-back", tag = "worker", security(("token" = ["worker"])), request_body = LeaseBody,
    params(("id" = i64, Path, description = "The job")),
    responses(
        (status = 200, description = "Another one gets it", body = Object),

        (status = 409, description = "The job is not yours any more"),
    )
)]
pub(super) async fn give_back(
    State(app): State<Shared>,
    _worker: Worker,
    Decoded(id): Decoded<i64>,
    body: Result<Json<LeaseBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let LeaseBody { lease } = sent(body)?;
    app.at_jobs(move |jobs| jobs.given_back(JobId(id), &lease))
        .await?;
    Ok(own(&serde_json::json!({})))
}

/// For one reader, once.
fn own(body: &impl Serialize) -> Response {
    let headers = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (headers, Json(body)).into_response()
}

fn sent<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Problem> {
    body.map(|Json(body)| body).map_err(|e| {
        let status = match e.status() {
            StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
            status => status,
        };
        Problem::new(status).detail(e.body_text())
    })
}
