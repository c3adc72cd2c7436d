//! `/lti/jwks.json`: the public keys of this archive (RFC 7517 §5), by which platforms know what it signs.

use ::http::HeaderMap;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::app::Shared;
use crate::http::cache::CachePolicy;
use crate::http::problem::Problem;
use crate::http::tagged;

/// The keys, for an hour: so long a new one is published before it signs.
pub async fn show(State(app): State<Shared>, headers: HeaderMap) -> Response {
    match app.lti.published_keys().await {
        Ok(keys) => tagged::json(&headers, CachePolicy::Hour, &app.settings, &keys),
        Err(refusal) => Problem::from(refusal).into_response(),
    }
}
