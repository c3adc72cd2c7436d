//! What is said to somebody who is not let in: a sentence for them, and a line for whoever looks after the platform.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::frame::{Fence, laid_out};
use crate::http::problem::Problem;
use crate::lti::Refusal;
use crate::pages::page::{Page, Visit};
use crate::words::Language;

/// What lti/told.html shows.
#[derive(Template)]
#[template(path = "lti/told.html")]
pub(super) struct Told {
    pub(super) page: Page,
    pub(super) heading: String,
    pub(super) texts: Vec<String>,
    /// For whoever looks after the platform: claim, value, what was expected.
    pub(super) technical: Option<String>,
    /// Name and path of where to go on.
    pub(super) back: Option<(String, String)>,
}

impl Told {
    pub(super) fn new(visit: &Visit, heading: String, texts: Vec<String>) -> Self {
        Self {
            page: laid_out(visit, &heading),
            heading,
            texts,
            technical: None,
            back: None,
        }
    }
}

/// Says why somebody is not let in, in anybody's frame: where they come from is what is not known.
pub(super) fn refused(visit: &Visit, refusal: Refusal) -> Response {
    refused_in(&Fence::default(), visit, refusal)
}

/// The same in a frame of those who may have it.
pub(super) fn refused_in(fence: &Fence, visit: &Visit, refusal: Refusal) -> Response {
    let language = visit.language;
    let (heading, after) = around(language, &refusal);
    let mut told = Told::new(visit, heading, vec![language.text(refusal.key())]);
    told.texts.extend(after);
    let technical = refusal.to_string();
    let by_anybody = matches!(
        refusal,
        Refusal::Missing(_)
            | Refusal::TooLong { .. }
            | Refusal::StateUnknown
            | Refusal::TicketUnknown
            | Refusal::InviteUnknown
    );
    let status = Problem::from(refusal).status();
    // What is wrong in the archive itself is for its log.
    if status != StatusCode::INTERNAL_SERVER_ERROR {
        // What anybody can send without a platform must not fill the log.
        match by_anybody {
            true => tracing::debug!(
                why = technical,
                "an address of learning platforms was refused"
            ),
            false => tracing::warn!(
                why = technical,
                "somebody from a learning platform was refused"
            ),
        }
        told.technical = Some(technical);
    }
    fence.send(visit, status, &told)
}

/// The heading for a refusal, and what is said after its sentence.
fn around(language: Language, refusal: &Refusal) -> (String, Option<String>) {
    match refusal {
        Refusal::TicketUnknown | Refusal::TicketOver { .. } | Refusal::PlatformGone => {
            (language.text("lti-over"), Some(language.text("lti-again")))
        }
        Refusal::NotATeacher(_) => (language.text("lti-not-teacher"), None),
        Refusal::TooMany { .. } => (language.text("lti-too-many"), None),
        Refusal::InviteUnknown => (language.text("lti-invite"), None),
        Refusal::Address { .. }
        | Refusal::Unreachable { .. }
        | Refusal::Configuration { .. }
        | Refusal::NotRegistered { .. } => (
            language.text("lti-register-failed"),
            Some(language.text("lti-register-failed-text")),
        ),
        _ => (
            language.text("lti-fault"),
            Some(language.text("lti-fault-again")),
        ),
    }
}
