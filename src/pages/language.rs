//! Pages without a language in their URL: they lead to the reader's own.

use ::http::header::{CACHE_CONTROL, LOCATION, VARY};
use ::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::page;
use super::page::{Visit, wished};
use crate::app::Shared;
use crate::http::cache::CachePolicy;

/// Leads to the same page in the language that the browser asks for, query kept.
pub async fn choose(State(app): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    let rest = uri.path_and_query().map_or("/", |p| p.as_str());
    let mut response = lead(StatusCode::FOUND, &page::path(wished(&headers), rest));
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, CachePolicy::Private.value(&app.settings));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// A redirection.
pub(super) fn lead(status: StatusCode, to: &str) -> Response {
    match HeaderValue::try_from(to) {
        Ok(to) => (status, [(LOCATION, to)]).into_response(),
        // What came in as a URL can go out as one.
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `/az` leads to `/az/`.
pub async fn home_of_language(visit: Visit) -> Response {
    let mut response = lead(
        StatusCode::MOVED_PERMANENTLY,
        &format!("{}{}", page::path(visit.language, "/"), visit.query()),
    );
    let policy = CachePolicy::Page.value(&visit.app.settings);
    response.headers_mut().insert(CACHE_CONTROL, policy);
    response
}
