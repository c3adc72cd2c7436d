//! Surface: the bytes of jobs that are done elsewhere, at `/worker/ID/…`: the recording goes out like every file, what was
//! made of it comes in at the end of what is here already.
//!
//! These are no uploads: those belong to a person, count for their quota and become lessons; what a worker sends belongs
//! to a lease, and is nothing once the lease is over.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt as _;

use super::files::{Disposition, send};
use crate::app::Shared;
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::identity::Worker;
use crate::http::problem::Problem;
use crate::http::sent_file::as_it_is;
use crate::http::server::MaxBody;
use crate::http::wanted::Wanted;
use crate::processing::{Arrival, Footage, RemoteError};
use crate::streaming::Form;
use crate::units::JobId;
use crate::upload::protocol::Append;

/// Shows the lease.
const LEASE: &str = "job-lease";
/// Bytes written at once.
const CHUNK: usize = 256 << 10;

/// The recording as it came.
pub async fn source(
    State(app): State<Shared>,
    _worker: Worker,
    Decoded(id): Decoded<i64>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    footage(&app, JobId(id), wanted, Footage::Source).await
}

/// The recording in its lowest quality.
pub async fn narrow(
    State(app): State<Shared>,
    _worker: Worker,
    Decoded(id): Decoded<i64>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    footage(&app, JobId(id), wanted, Footage::Narrow).await
}

async fn footage(
    app: &Shared,
    id: JobId,
    wanted: Wanted,
    which: Footage,
) -> Result<Response, Problem> {
    let lease = lease(&wanted.headers)?;
    let file = app
        .at_jobs(move |jobs| jobs.footage(id, &lease, which))
        .await?;
    let (form, policy) = (Form::Stored, CachePolicy::Personal);
    Ok(send(app, &wanted, file, form, policy, Disposition::Inline).await)
}

/// HEAD: how many bytes of a file are here.
pub async fn standing(
    State(app): State<Shared>,
    _worker: Worker,
    Decoded((id, number)): Decoded<(i64, u32)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lease = lease(&headers)?;
    let here = app
        .at_jobs(move |jobs| jobs.standing(JobId(id), &lease, number))
        .await?;
    Ok(told(StatusCode::OK, here))
}

/// PATCH: bytes are added to a file.
pub async fn add(
    State(app): State<Shared>,
    _worker: Worker,
    Decoded((id, number)): Decoded<(i64, u32)>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, mut body) = request.into_parts();
    as_it_is(&parts.headers)?;
    let lease = lease(&parts.headers)?;
    let offset = Append::of(&parts.headers)
        .map_err(crate::upload::Error::from)?
        .offset;
    if let Some(max) = parts.extensions.get::<MaxBody>() {
        // What a job may make has a limit of its own.
        max.allow(u64::MAX);
    }
    let announced = body.size_hint().exact();
    let opened =
        app.at_jobs(move |jobs| jobs.arrival(JobId(id), &lease, number, offset, announced));
    let mut arrival = opened.await?;
    let mut filling = Vec::new();
    while let Some(frame) = body.frame().await {
        // What came is kept, and the worker asks by HEAD how much that is.
        let Ok(frame) = frame else {
            write(arrival, filling).await?;
            return Err(Problem::new(StatusCode::BAD_REQUEST)
                .detail("the bytes did not come whole: ask by HEAD where to go on"));
        };
        if let Ok(data) = frame.into_data() {
            filling.extend_from_slice(&data);
        }
        if filling.len() >= CHUNK {
            (arrival, filling) = write(arrival, filling).await?;
        }
    }
    let (arrival, _) = write(arrival, filling).await?;
    Ok(told(StatusCode::NO_CONTENT, arrival.offset()))
}

async fn write(mut arrival: Arrival, mut bytes: Vec<u8>) -> Result<(Arrival, Vec<u8>), Problem> {
    let written = tokio::task::spawn_blocking(move || {
        arrival.add(&bytes)?;
        bytes.clear();
        Ok((arrival, bytes))
    });
    written
        .await
        .map_err(|_| Problem::stopping())?
        .map_err(|e: RemoteError| e.into())
}

fn lease(headers: &HeaderMap) -> Result<String, Problem> {
    let lease = headers.get(LEASE).and_then(|v| v.to_str().ok());
    lease.map(str::to_owned).ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST)
            .detail("send the job's lease, which its claim gave, in the header Job-Lease")
    })
}

fn told(status: StatusCode, offset: u64) -> Response {
    let headers = [
        (HeaderName::from_static("upload-offset"), offset.into()),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers).into_response()
}
