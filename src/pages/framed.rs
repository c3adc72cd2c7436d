//! Pages that stand in a frame of another site's: in which language they speak, and what is said instead of them. They have no
//! script, set no cookie and ask for none: whoever is signed in sees in a frame what everybody sees.

use ::http::HeaderValue;
use ::http::header::{CONTENT_SECURITY_POLICY, VARY};
use ::http::request::Parts;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::response::Response;

use super::assets;
use super::error::{self, Instead, Told};
use super::page::{Page, Visit, path};
use crate::app::Shared;
use crate::http::cache::CachePolicy;
use crate::words::Language;

/// Nothing runs, nothing is sent, nothing comes from elsewhere.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; \
     form-action 'none'";

const NOBODY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// A request for a page that may stand in a frame. One whose address names no language is answered all the same: a
/// redirection would cost a slow line a round trip in every frame.
pub struct Framed {
    pub(super) visit: Visit,
    /// Of the path, as `/az`, or nothing.
    prefix: String,
    /// Nothing but the browser says in which language.
    by_browser: bool,
}

impl FromRequestParts<Shared> for Framed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let mut visit = Visit::from_request_parts(parts, app).await?;
        let named = visit.part("lang").to_owned();
        let asked = visit.asked("lang").and_then(Language::from_code);
        let by_browser = named.is_empty() && asked.is_none();
        if named.is_empty() {
            visit.language = asked.unwrap_or(visit.language);
        }
        Ok(Self {
            prefix: match named.as_str() {
                "" => String::new(),
                _ => path(visit.language, ""),
            },
            visit,
            by_browser,
        })
    }
}

#[derive(Template)]
#[template(path = "framed_error.html")]
struct FramedError {
    page: Page,
    told: Told,
    home: String,
}

impl Framed {
    /// The path of what lies at `rest`, in a language if this page's address names one.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.prefix)
    }

    /// The page, or what is said instead of it, for the frames of those who may have it there.
    pub(super) fn answer(
        &self,
        policy: CachePolicy,
        page: Result<impl Template, Instead>,
    ) -> Response {
        let visit = &self.visit;
        let mut response = match page.and_then(|p| Ok(p.render()?)) {
            Ok(html) => visit.send(policy, html),
            Err(instead) => self.instead(instead),
        };
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, self.content_policy());
        if self.by_browser {
            headers.insert(
                VARY,
                HeaderValue::from_static("Accept-Encoding, Accept-Language"),
            );
        }
        response
    }

    fn instead(&self, instead: Instead) -> Response {
        self::instead(&self.visit, instead)
    }

    fn content_policy(&self) -> HeaderValue {
        match &self.visit.app.framers {
            // Not `*`, which would shut out what has no network's scheme: a page on a teacher's own disk.
            None => HeaderValue::from_static(CONTENT_POLICY),
            Some(origins) => {
                let origins = origins.join(" ");
                let all = format!("{CONTENT_POLICY}; frame-ancestors 'self' {origins}");
                // The settings were checked.
                HeaderValue::try_from(all.trim_end()).unwrap_or(NOBODY)
            }
        }
    }
}

/// What is said in a frame instead of a page.
pub(super) fn instead(visit: &Visit, instead: Instead) -> Response {
    match Told::new(visit.language, instead) {
        Ok(told) => {
            let status = told.status;
            let page = visit.bare_page(&told.heading, told.text.clone(), visit.here());
            let error = FramedError {
                page: dressed(page),
                told,
                home: path(visit.language, "/"),
            };
            error::send(visit, status, &error)
        }
        Err(to) => error::moved(visit, &to),
    }
}

/// The layout of a page in a frame: those who search the web are looking for the page that it belongs to.
pub(super) fn dressed(mut page: Page) -> Page {
    page.noindex = true;
    page.second_look = Some(assets::Sheet::Embed.url());
    page
}
