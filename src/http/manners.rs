//! Headers that every answer carries, whoever made it.
//!
//! A small set. `Date` comes from hyper, `Content-Security-Policy` and framing from the pages, cache policies
//! from the handlers; there is no `Server` header, since it helps nobody but a scanner.

use http::header::{CACHE_CONTROL, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue};

/// Adds what is missing; what a handler chose stays.
pub fn add(headers: &mut HeaderMap) {
    // Types are decided once and stored: no browser may guess another from a student's bytes.
    headers
        .entry(X_CONTENT_TYPE_OPTIONS)
        .or_insert(HeaderValue::from_static("nosniff"));
    // The site that a lesson links to need not learn that a child came from here. Stricter than
    // browsers' default, which tells the origin; same-origin requests keep it whole.
    headers
        .entry(REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("same-origin"));
    // What declares no policy was not thought about: nobody keeps it.
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_may_choose_another_referrer_policy_but_need_not_think_of_it() {
        let mut headers = HeaderMap::new();
        add(&mut headers);
        assert_eq!(headers[REFERRER_POLICY], "same-origin");
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        add(&mut headers);
        assert_eq!(headers.get_all(REFERRER_POLICY).iter().count(), 1);
        assert_eq!(headers[REFERRER_POLICY], "no-referrer");
    }
}
