//! Where a lesson lies for whoever asks for it: at its permanent address, or below the link by which they come
//! (`/s/GRANT/…`), and what holds for every answer there.

use std::convert::Infallible;

use ::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, REFERRER_POLICY};
use ::http::request::Parts;
use ::http::{HeaderName, HeaderValue};
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::middleware::Next;
use axum::response::Response;

use crate::auth::grant;
use crate::units::Code;

/// The part of a route that is a grant.
const PARAMETER: &str = "grant";

/// The place of a lesson's addresses. What a page or a playlist names of a lesson, it names from here, so that whoever came by
/// a link goes on by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place(Option<String>);

impl Place {
    /// Below a link; what cannot be a grant is none, and so is no part of an address of ours.
    fn behind(grant: &str) -> Self {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        let whole = grant.len() == grant::CHARACTERS && grant.bytes().all(plain);
        Self(Some(if whole { grant } else { "" }.to_owned()))
    }

    /// What the link says for itself; `None`: nobody comes by one here.
    pub fn grant(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Whether whoever asks comes by a link.
    pub fn is_behind_link(&self) -> bool {
        self.0.is_some()
    }

    /// The path of a lesson, without a language.
    pub fn lesson(&self, code: Code) -> String {
        self.path(&format!("/l/{code}"))
    }

    /// The path of an immutable file.
    pub fn media(&self, name: &str) -> String {
        self.path(&format!("/media/{name}"))
    }

    /// Here instead of at the root.
    pub fn path(&self, rest: &str) -> String {
        match &self.0 {
            Some(grant) => format!("/s/{grant}{rest}"),
            None => rest.to_owned(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Ok(parameters) = RawPathParams::from_request_parts(parts, state).await else {
            return Ok(Self::default());
        };
        let found = parameters.iter().find(|(name, _)| *name == PARAMETER);
        Ok(found.map_or(Self::default(), |(_, grant)| Self::behind(grant)))
    }
}

/// Whether a path lies below a link, with a language before it or without, be there anything or not. Nothing else of ours is
/// called so.
fn is_behind_link(path: &str) -> bool {
    let mut segments = path.split('/').skip(1);
    match segments.next() {
        Some("s") => true,
        Some(_) => segments.next() == Some("s"),
        None => false,
    }
}

/// The layer around every route: what is answered below a link is for its holder alone, and no other site learns the link from
/// a browser that goes on to it.
pub async fn keep_links(request: Request, next: Next) -> Response {
    let behind = is_behind_link(request.uri().path());
    let mut response = next.run(request).await;
    if behind {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex, nofollow"),
        );
        headers.remove(ACCESS_CONTROL_ALLOW_ORIGIN);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_root_or_a_link_and_nothing_that_a_reader_made_up() {
        let code = Code::from_number(1);
        assert_eq!(Place::default().lesson(code), format!("/l/{code}"));
        let grant = "a".repeat(16) + "." + &"b".repeat(43);
        let place = Place::behind(&grant);
        assert_eq!(place.lesson(code), format!("/s/{grant}/l/{code}"));
        assert_eq!(place.media("a.mp4"), format!("/s/{grant}/media/a.mp4"));
        for made_up in ["", "x", "//evil.example", &"\"".repeat(60), &"é".repeat(30)] {
            let place = Place::behind(made_up);
            assert!(place.is_behind_link());
            assert_eq!(place.grant(), Some(""), "{made_up}");
        }
    }

    #[test]
    fn addresses_below_a_link_are_known_whatever_they_lead_to() {
        for (path, behind) in [
            ("/s/x/l/K7M2QX", true),
            ("/az/s/x/l/K7M2QX/slides", true),
            ("/%61z/s/x", true),
            ("/s", true),
            ("/search", false),
            ("/az/search", false),
            ("/media/a.mp4", false),
            ("/", false),
        ] {
            assert_eq!(is_behind_link(path), behind, "{path}");
        }
    }
}
