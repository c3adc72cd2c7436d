//! What holds for every answer of the API, around all of its routes: entity tags and conditions, who may read it, and that
//! what anybody may have is made once for each state of the catalogue.

use std::sync::Arc;

use ::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW,
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, IF_MATCH,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE,
};
use ::http::request::Parts;
use ::http::{HeaderMap, Method, StatusCode};
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes as Chunk;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::app::Shared;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::tagged::{self, Compared};
use crate::streaming;

/// Longer addresses and lists of encodings are answered, and not remembered.
const LONGEST_QUESTION: usize = 1024;
/// What an answer takes besides its content: its address, its headers, its place.
const BESIDES: u64 = 1024;

/// Answers that anybody may have, as they are sent: true for one generation of the catalogue.
pub struct Remembered {
    app: Shared,
    kept: Cache<String, Arc<Kept>, ByBytes>,
    /// A longer one would take the place of too many.
    largest: u64,
}

/// A whole answer.
struct Kept {
    generation: u64,
    headers: HeaderMap,
    body: Chunk,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<String, Arc<Kept>> for ByBytes {
    fn weight(&self, question: &String, kept: &Arc<Kept>) -> u64 {
        (question.len() + kept.body.len()) as u64 + BESIDES
    }
}

impl Remembered {
    /// Nothing yet; at most as many bytes as the settings allow.
    pub fn new(app: &Shared) -> Arc<Self> {
        let bytes = app.settings.api_answers_bytes;
        Arc::new(Self {
            app: app.clone(),
            kept: Cache::with_weighter(
                usize::try_from(bytes / 4096).unwrap_or(1).max(1),
                bytes,
                ByBytes,
            ),
            largest: bytes / 16,
        })
    }

    /// What an answer depends on besides the catalogue; `None`: it is too long to be asked twice.
    fn question(&self, head: &Parts, origin: &Origin) -> Option<String> {
        let mut lines = head.headers.get_all(ACCEPT_ENCODING).iter();
        let encodings = lines.next().map_or(Some(""), |line| line.to_str().ok())?;
        let target = head.uri.path_and_query()?.as_str();
        let length = encodings.len() + target.len() + origin.0.len();
        if lines.next().is_some() || length > LONGEST_QUESTION || self.largest == 0 {
            return None;
        }
        Some([encodings, "\n", &origin.0, target].concat())
    }
}

/// The layer that remembers, and compares what a reader has with what there is (RFC 9110 §13). A HEAD is answered as the
/// GET would be.
pub async fn remember(
    State(remembered): State<Arc<Remembered>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut head, content) = request.into_parts();
    let method = head.method.clone();
    if !matches!(method, Method::GET | Method::HEAD) {
        return next.run(Request::from_parts(head, content)).await;
    }
    let Ok(origin) = Origin::from_request_parts(&mut head, &remembered.app).await;
    let question = remembered.question(&head, &origin);
    // Before anything is asked: what is committed meanwhile makes the answer old, and not the other way round.
    let generation = remembered.app.catalogue.generation();
    let known = question.as_ref().and_then(|q| remembered.kept.get(q));
    if let Some(kept) = known.filter(|kept| kept.generation == generation) {
        let body = Body::from(kept.body.clone());
        return compared(&method, &head.headers, kept.headers.clone(), body);
    }
    let mut conditions = HeaderMap::new();
    for name in [
        IF_MATCH,
        IF_NONE_MATCH,
        IF_MODIFIED_SINCE,
        IF_UNMODIFIED_SINCE,
    ] {
        let lines: Vec<HeaderValue> = head.headers.get_all(&name).iter().cloned().collect();
        head.headers.remove(&name);
        for line in lines {
            conditions.append(name.clone(), line);
        }
    }
    head.method = Method::GET;
    let response = next.run(Request::from_parts(head, content)).await;
    if response.status() != StatusCode::OK || is_stream(response.headers()) {
        return for_method(&method, response);
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    };
    if let Some(question) = question
        && is_public(&parts.headers)
        && body.len() as u64 <= remembered.largest
    {
        let kept = Kept {
            generation,
            headers: parts.headers.clone(),
            // Its own bytes, and not a part of a larger buffer.
            body: Chunk::copy_from_slice(&body),
        };
        remembered.kept.insert(question, Arc::new(kept));
    }
    compared(&method, &conditions, parts.headers, Body::from(body))
}

/// An answer of 200, or what its reader's conditions make of it.
fn compared(method: &Method, asked: &HeaderMap, mut headers: HeaderMap, body: Body) -> Response {
    let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok());
    match tag.map_or(Compared::Differs, |tag| tagged::compare(asked, tag)) {
        Compared::Differs => {
            let mut response = Response::new(body);
            *response.headers_mut() = headers;
            for_method(method, response)
        }
        Compared::Same => {
            for name in [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_LENGTH] {
                headers.remove(name);
            }
            // A 304 has no length of its own (RFC 9110 §8.6).
            let mut response = Response::new(Body::new(streaming::Body::without_length()));
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.headers_mut() = headers;
            response
        }
        Compared::Failed => Problem::new(StatusCode::PRECONDITION_FAILED)
            .detail("this is not what If-Match names; ask again without it")
            .into_response(),
    }
}

/// HEAD has the headers of GET and no content (RFC 9110 §9.3.2).
fn for_method(method: &Method, response: Response) -> Response {
    if *method != Method::HEAD {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    if let Some(length) = http_body::Body::size_hint(&body).exact() {
        parts.headers.insert(CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, Body::empty())
}

/// The innermost layer: what a handler gives without an entity tag gets that of its content.
pub async fn tag(request: Request, next: Next) -> Response {
    let reads = *request.method() == Method::GET;
    let response = next.run(request).await;
    let headers = response.headers();
    if !reads
        || response.status() != StatusCode::OK
        || headers.contains_key(ETAG)
        || is_stream(headers)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    };
    if let Some(tag) = tagged::tag_of(&body) {
        parts.headers.insert(ETAG, tag);
    }
    Response::from_parts(parts, Body::from(body))
}

/// The outermost layer: scripts of any site may read what anybody may have, and why they did not get it. Never what is
/// somebody's own: nothing here says that a cookie may come along (Fetch §3.2.5).
pub async fn open(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    let refused = response.status().is_client_error() || response.status().is_server_error();
    if reads && (refused || is_public(response.headers())) {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("ETag, RateLimit, RateLimit-Policy, Retry-After"),
        );
    }
    response
}

/// OPTIONS of what anybody may read: scripts ask before they send a condition. A token is not among what they may send:
/// programs have tokens, pages of other sites do not.
pub fn preflight(allow: &HeaderValue) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ALLOW, allow.clone());
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "If-None-Match, If-Modified-Since, Cache-Control",
        ),
        (ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether any cache may keep it, and so anybody may have it.
fn is_public(headers: &HeaderMap) -> bool {
    let policy = headers.get(CACHE_CONTROL).map(HeaderValue::as_bytes);
    policy.is_some_and(|policy| policy.starts_with(b"public"))
}

/// Whether it goes on for as long as somebody listens.
fn is_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.starts_with(b"text/event-stream"))
}

#[cfg(test)]
mod tests;
