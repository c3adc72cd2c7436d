//! Small answers made in memory, with an entity tag of their content and 304 for who has it already.

use ::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::cache::CachePolicy;
use super::problem::Problem;
use crate::clock;
use crate::config::Serve;
use crate::streaming::conditional::{self, Validators, Verdict};
use crate::streaming::{self, ETag, HttpDate};

/// What a reader's conditions say of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// They have not got it: send it.
    Differs,
    /// They have it: 304.
    Same,
    /// They meant another one: 412.
    Failed,
}

/// The tag of an answer with this content. Weak, since a compressed form of the same content has the same one.
pub fn tag_of(content: &[u8]) -> Option<HeaderValue> {
    let hash = Sha256::digest(content);
    let opaque = HEXLOWER.encode(&hash[..12]);
    HeaderValue::try_from(format!("W/\"{opaque}\"")).ok()
}

/// Compares the conditions of a GET with the tag of what there is.
pub fn compare(request: &HeaderMap, tag: &str) -> Compared {
    let opaque = tag.trim_start_matches("W/").trim_matches('"');
    let Ok(etag) = ETag::strong(opaque) else {
        return Compared::Differs;
    };
    let ours = Validators {
        etag: &etag,
        last_modified: None,
    };
    let now = HttpDate::from_unix_seconds(clock::now().0 / 1000);
    match conditional::evaluate(&Method::GET, request, ours, now) {
        Verdict::Proceed => Compared::Differs,
        Verdict::NotModified => Compared::Same,
        Verdict::Failed => Compared::Failed,
    }
}

/// `body` as JSON.
pub fn json<T: Serialize>(
    request: &HeaderMap,
    policy: CachePolicy,
    settings: &Serve,
    body: &T,
) -> Response {
    match written(body) {
        Ok(text) => self::text(request, policy, settings, "application/json", text),
        Err(problem) => problem.into_response(),
    }
}

/// `body` as the text of JSON.
///
/// # Errors
/// 500 where it cannot be written as JSON, which is a fault of ours.
pub fn written<T: Serialize>(body: &T) -> Result<String, Problem> {
    serde_json::to_string(body).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR)
    })
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
    let tag = tag_of(&bytes);
    let text = tag.as_ref().and_then(|tag| tag.to_str().ok());
    let verdict = text.map_or(Compared::Differs, |tag| compare(request, tag));
    let (status, body) = match verdict {
        Compared::Differs => (StatusCode::OK, Body::from(bytes)),
        // A 304 has no length of its own (RFC 9110 §8.6).
        Compared::Same => {
            let body = Body::new(streaming::Body::without_length());
            (StatusCode::NOT_MODIFIED, body)
        }
        Compared::Failed => return Problem::new(StatusCode::PRECONDITION_FAILED).into_response(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Some(tag) = tag {
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
