//! What all these pages are sent with: who may have them in a frame, and where their forms go.

use ::http::header::{CONTENT_SECURITY_POLICY, ETAG};
use ::http::{HeaderValue, StatusCode};
use askama::Template;
use axum::response::Response;

use crate::http::cache::CachePolicy;
use crate::pages::assets::Sheet;
use crate::pages::error::Instead;
use crate::pages::framed;
use crate::pages::page::{Page, Visit};

/// Nothing comes from elsewhere, and no script runs unless the page has one.
const NOTHING: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'";

/// What a page of ours may do, and where it may stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Fence {
    /// Origins whose pages may show it in a frame; `None`: everybody's.
    pub(super) framers: Option<Vec<String>>,
    /// Where its forms go, as sources of a content security policy.
    pub(super) forms: Vec<String>,
    /// Whether it has a script of ours.
    pub(super) script: bool,
}

/// The pages of a platform, which may show ours in a frame, and those that the settings name: a platform may itself stand in
/// somebody's frame, and then all of them must be named (CSP 3 §6.4.2).
pub(super) fn framers(visit: &Visit, of_platform: Vec<String>) -> Vec<String> {
    let named = visit.app.framers.iter().flatten().cloned();
    of_platform.into_iter().chain(named).collect()
}

impl Fence {
    fn value(&self) -> HeaderValue {
        let mut policy = NOTHING.to_owned();
        if self.script {
            policy.push_str("; script-src 'self'");
        }
        policy.push_str("; form-action ");
        match self.forms.is_empty() {
            true => policy.push_str("'none'"),
            false => policy.push_str(&self.forms.join(" ")),
        }
        if let Some(framers) = &self.framers {
            policy.push_str("; frame-ancestors ");
            policy.push_str(&framers.join(" "));
        }
        // Origins were read as such.
        HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ))
    }

    /// Sends a page, which nobody keeps: its address is its reader's own.
    pub(super) fn send(&self, visit: &Visit, status: StatusCode, page: &impl Template) -> Response {
        match page.render() {
            Ok(html) => {
                let mut response = visit.send_always(CachePolicy::Personal, html);
                *response.status_mut() = status;
                response.headers_mut().remove(ETAG);
                self.dress(response)
            }
            Err(error) => self.instead(visit, error.into()),
        }
    }

    /// What is said instead of a page, in the frame where it would be.
    pub(super) fn instead(&self, visit: &Visit, instead: Instead) -> Response {
        self.dress(framed::instead(visit, instead))
    }

    fn dress(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, self.value());
        response
    }
}

/// The layout of a page that lti/frame.html shows.
pub(super) fn laid_out(visit: &Visit, title: &str) -> Page {
    let mut page = visit.bare_page(title, String::new(), visit.here());
    page.noindex = true;
    page.search = None;
    page.second_look = Some(Sheet::Lti.url());
    page
}

/// What stands above a teacher's pages.
pub(super) struct Top {
    /// The platform's name.
    pub(super) platform: String,
    /// Goes back without a choice.
    pub(super) cancel: Post,
}

/// A form that the browser posts to the platform.
#[derive(Clone)]
pub(super) struct Post {
    pub(super) action: String,
    /// What this archive says, signed.
    pub(super) jwt: String,
}
