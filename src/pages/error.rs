//! What is answered instead of a page: elsewhere, not found, gone, failed.

use ::http::header::{CACHE_CONTROL, ETAG, RETRY_AFTER};
use ::http::{HeaderValue, StatusCode};
use askama::Template;
use axum::response::{IntoResponse, Response};

use super::language::lead;
use super::page::{Page, Visit, path};
use crate::catalogue::{self, Titled};
use crate::http::cache::CachePolicy;
use crate::http::problem::Problem;
use crate::units::Code;
use crate::words::Language;

/// What is answered instead of a page.
pub(super) enum Instead {
    /// It is at this path for good.
    Moved(String),
    /// There is no such thing.
    Missing(Missing),
    /// The address has a code that was copied wrongly; the lessons that may have been meant.
    Miscopied(Vec<Titled>),
    /// What was asked for cannot be: what is wrong, and what would be right.
    Refused(String, String),
    /// It was taken back.
    Gone(Box<Gone>),
    /// The link by which they came has ended, at this moment in words.
    Ended(String),
    /// They came by a link and need none any more: everybody's address is this path.
    Opened(String),
    /// The catalogue did not answer.
    Failed(catalogue::Error),
    /// The template failed.
    Broken(askama::Error),
    /// Stored bytes that the page is made of cannot be read.
    Unreadable(std::io::Error),
}

/// A lesson that was taken back.
pub(super) struct Gone {
    /// In the words of who took it back.
    pub(super) reason: String,
    /// The shelf where it stood, by name and path.
    pub(super) shelf: Option<(String, String)>,
    /// Lessons that may take its place.
    pub(super) lessons: Vec<Titled>,
}

/// What there is not.
#[derive(Clone, Copy)]
pub(super) enum Missing {
    Page,
    Grade,
    Subject,
    Section,
    Channel,
    Lesson,
    /// There is the lesson, but without slides.
    Slides,
    /// There is the lesson, but nobody wrote down what is said, or not in this language.
    Transcript,
}

impl From<catalogue::Error> for Instead {
    fn from(error: catalogue::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<askama::Error> for Instead {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error)
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    told: Told,
    home: String,
}

/// What is said instead of a page.
pub(super) struct Told {
    pub(super) status: StatusCode,
    pub(super) heading: String,
    pub(super) text: String,
    /// In the words of who took a lesson back.
    pub(super) reason: Option<String>,
    /// What the lessons are, where the text does not say it.
    pub(super) caption: Option<String>,
    /// Those that may have been meant, or may take another one's place.
    pub(super) lessons: Vec<Meant>,
    /// Name and path of the shelf where there are more.
    pub(super) shelf: Option<(String, String)>,
}

pub(super) struct Meant {
    pub(super) href: String,
    pub(super) code: Code,
    pub(super) title: String,
}

/// Nothing is at this URL. A program that does not ask for HTML gets problem details.
pub async fn lost(visit: Visit) -> Response {
    if let Some(there) = visit.without_last_slash() {
        return moved(&visit, &there);
    }
    if visit.reads_html() {
        respond(&visit, Instead::Missing(Missing::Page))
    } else {
        lost_file()
    }
}

/// Nothing is at this URL of a file.
pub(super) fn lost_file() -> Response {
    Problem::new(StatusCode::NOT_FOUND)
        .detail("there is nothing at this address")
        .into_response()
}

/// The answer in the reader's language, never kept by a cache.
pub(super) fn respond(visit: &Visit, instead: Instead) -> Response {
    if let Instead::Opened(to) = &instead {
        // Nobody is to remember where a link led.
        return lead(StatusCode::FOUND, to);
    }
    let told = match Told::new(visit.language, instead) {
        Ok(told) => told,
        Err(to) => return moved(visit, &to),
    };
    let mut page = visit.bare_page(&told.heading, told.text.clone(), visit.here());
    page.noindex = true;
    // There may be no such section.
    page.search
        .iter_mut()
        .for_each(|search| search.section = None);
    let status = told.status;
    let error = ErrorPage {
        page,
        told,
        home: path(visit.language, "/"),
    };
    send(visit, status, &error)
}

/// Sends what is said instead of a page, for no cache to keep.
pub(super) fn send(visit: &Visit, status: StatusCode, said: &impl Template) -> Response {
    let mut response = visit.send_always(CachePolicy::NoStore, said.render().unwrap_or_default());
    *response.status_mut() = status;
    // A state, not a representation: nothing to revalidate.
    response.headers_mut().remove(ETAG);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}

impl Told {
    /// What is said; `Err`: nothing, since it is at this path.
    pub(super) fn new(language: Language, instead: Instead) -> Result<Self, String> {
        let plain = |status, (heading, text): (String, String)| Self {
            status,
            heading,
            text,
            reason: None,
            caption: None,
            lessons: Vec::new(),
            shelf: None,
        };
        let meant = |lessons: Vec<Titled>| {
            let lessons = lessons.into_iter().map(|lesson| Meant {
                href: path(language, &format!("/l/{}", lesson.code)),
                code: lesson.code,
                title: lesson.title,
            });
            lessons.collect::<Vec<_>>()
        };
        Ok(match instead {
            Instead::Moved(to) | Instead::Opened(to) => return Err(to),
            Instead::Missing(what) => plain(StatusCode::NOT_FOUND, missing(language, what)),
            Instead::Miscopied(near) => {
                let text = match near.is_empty() {
                    true => language.text("miscopied-text"),
                    false => language.text("miscopied-meant"),
                };
                let heading = language.text("miscopied-title");
                Self {
                    lessons: meant(near),
                    ..plain(StatusCode::NOT_FOUND, (heading, text))
                }
            }
            Instead::Refused(heading, text) => plain(StatusCode::BAD_REQUEST, (heading, text)),
            Instead::Gone(gone) => {
                let Gone {
                    reason,
                    shelf,
                    lessons,
                } = *gone;
                let said = (language.text("gone-title"), language.text("gone-text"));
                Self {
                    reason: Some(reason),
                    caption: (!lessons.is_empty()).then(|| language.text("gone-instead")),
                    lessons: meant(lessons),
                    shelf,
                    ..plain(StatusCode::GONE, said)
                }
            }
            Instead::Ended(date) => {
                let text = language.with("link-ended-text", &[("date", date.into())]);
                plain(StatusCode::GONE, (language.text("link-ended-title"), text))
            }
            Instead::Failed(error) => {
                // The one table knows the status, and logs what the reader cannot mend.
                let status = Problem::from(error).status();
                plain(status, failed(language, status))
            }
            Instead::Broken(error) => {
                tracing::error!(%error, "a page could not be written");
                broken(language, plain)
            }
            Instead::Unreadable(error) => {
                tracing::error!(%error, "a stored file that a page is made of cannot be read");
                broken(language, plain)
            }
        })
    }
}

/// It is at the path `to` for good.
pub(super) fn moved(visit: &Visit, to: &str) -> Response {
    let mut response = lead(StatusCode::MOVED_PERMANENTLY, to);
    let policy = CachePolicy::Lesson.value(&visit.app.settings);
    response.headers_mut().insert(CACHE_CONTROL, policy);
    response
}

fn missing(language: Language, what: Missing) -> (String, String) {
    let general = || language.text("missing-text");
    match what {
        Missing::Page => (language.text("missing-title"), general()),
        Missing::Grade => (language.text("missing-grade-title"), general()),
        Missing::Subject => (language.text("missing-subject-title"), general()),
        Missing::Section => (language.text("missing-section-title"), general()),
        Missing::Channel => (language.text("bad-channel-title"), general()),
        Missing::Lesson => (
            language.text("missing-lesson-title"),
            language.text("missing-lesson-text"),
        ),
        Missing::Slides => (
            language.text("missing-slides-title"),
            language.text("missing-slides-text"),
        ),
        Missing::Transcript => (
            language.text("missing-transcript-title"),
            language.text("missing-transcript-text"),
        ),
    }
}

fn broken(language: Language, plain: impl Fn(StatusCode, (String, String)) -> Told) -> Told {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    plain(status, failed(language, status))
}

fn failed(language: Language, status: StatusCode) -> (String, String) {
    match status {
        StatusCode::SERVICE_UNAVAILABLE => {
            (language.text("busy-title"), language.text("busy-text"))
        }
        _ => (language.text("failed-title"), language.text("failed-text")),
    }
}
