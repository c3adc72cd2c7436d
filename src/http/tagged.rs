//! Small answers made in memory, with an entity tag of their content and 304 for who has it already.

use ::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::cache::CachePolicy;
use super::problem::Problem;
use crate::clock;
use crate::config::Serve;
use crate::streaming::conditional::{self, Validators, Verdict};
use crate::streaming::{self, ETag, HttpDate};

/// `body` as JSON.
pub fn json<T: Serialize>(
    request: &HeaderMap,
    policy: CachePolicy,
    settings: &Serve,
    body: &T,
) -> Response {
    match serde_json::to_string(body) {
        Ok(text) => self::text(request, policy, settings, "application/json", text),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
    }
}

/// `body` as `content_type`, readable from any site unless it is somebody's own.
pub fn text(
    request: &HeaderMap,
    policy: CachePolicy,
    settings: &Serve,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response {
    let bytes: Bytes = body.into();
    let hash = Sha256::digest(&bytes);
    let opaque: String = hash.iter().take(12).map(|b| format!("{b:02x}")).collect();
    let verdict = ETag::strong(&opaque).map_or(Verdict::Proceed, |etag| {
        let ours = Validators {
            etag: &etag,
            last_modified: None,
        };
        let now = HttpDate::from_unix_seconds(clock::now().0 / 1000);
        conditional::evaluate(&Method::GET, request, ours, now)
    });
    let (status, body) = match verdict {
        Verdict::Proceed => (StatusCode::OK, Body::from(bytes)),
        // A 304 has no length of its own (RFC 9110 §8.6).
        Verdict::NotModified => {
            let body = Body::new(streaming::Body::without_length());
            (StatusCode::NOT_MODIFIED, body)
        }
        Verdict::Failed => return Problem::new(StatusCode::PRECONDITION_FAILED).into_response(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    // Weak, since a compressed form of the same text has the same tag.
    let tag = format!("W/\"{opaque}\"");
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, policy.value(settings));
    // Said here, so that a 304 says it too: the compression layer sees only what it compresses.
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if policy != CachePolicy::Personal {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
    }
    if status == StatusCode::OK {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}
