//! What an answer made of bytes must know of its request.

use std::convert::Infallible;

use ::http::request::Parts;
use ::http::{HeaderMap, Method, Response};
use axum::extract::FromRequestParts;

use crate::streaming::{Body, Entity, Lane, respond};

/// How the bytes at an address were asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// GET, HEAD or what will be refused.
    pub method: Method,
    /// Range and conditions are among them.
    pub headers: HeaderMap,
    /// Whether the connection sends files without copying them.
    pub lane: Option<Lane>,
}

impl Wanted {
    /// The answer for `entity`, over the fastest way that the connection has.
    pub fn respond(&self, entity: &Entity, extra: HeaderMap) -> Response<Body> {
        let response = respond(&self.method, &self.headers, entity, extra);
        response.map(|body| body.over(self.lane.clone()))
    }
}

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            method: parts.method.clone(),
            headers: parts.headers.clone(),
            lane: Lane::of(parts.version, &parts.extensions),
        })
    }
}
