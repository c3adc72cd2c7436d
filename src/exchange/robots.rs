//! `/robots.txt` (RFC 9309): what search engines need not ask for, and where the sitemap is.

use ::http::header::HeaderMap;
use axum::extract::State;
use axum::response::Response;

use crate::app::Shared;
use crate::http::cache::CachePolicy;
use crate::http::origin::Origin;
use crate::http::tagged;

/// The desk is for those who sign in, and every search is another page. Everything else may be read, the recordings too:
/// a search engine that shows a video looks at it.
const RULES: &str = "User-agent: *
Disallow: /teach
Disallow: /*/teach
Disallow: /search
Disallow: /*/search
Disallow: /saved
Disallow: /*/saved
Disallow: /uploads
Disallow: /worker/
Disallow: /oai
Allow: /

";

/// The rules for everybody.
pub async fn robots(State(app): State<Shared>, origin: Origin, headers: HeaderMap) -> Response {
    let text = format!("{RULES}Sitemap: {}\n", origin.url("/sitemap.xml"));
    let kind = "text/plain; charset=utf-8";
    tagged::text(&headers, CachePolicy::Page, &app.settings, kind, text)
}
