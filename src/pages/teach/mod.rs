//! The pages of those who make lessons: signing in, their account, their lessons with captions, files and history,
//! the sheet, and for administrators people, the log and the disk.
//!
//! Nothing here is kept by any cache. Forms are plain; their language is their address's, and a POST to an
//! address without one speaks the browser's.

mod account;
mod captions;
mod choose_password;
mod deeds;
mod desk;
mod disk;
mod files;
mod history;
mod job_view;
mod jobs;
mod lesson;
mod lesson_form;
mod lesson_nav;
mod links;
mod log;
mod new_lesson;
mod people;
mod person;
mod refusal;
mod sheet;
mod sheet_rows;
mod sign_in;
mod standing;
mod upload;

pub use account::{change_password, create_token, revoke_token, show as account};
pub use captions::{look as look_at_captions, save as save_captions, show as captions};
pub use choose_password::{choose, show as choose_password};
pub use desk::show as desk;
pub use disk::{ask_to_prune as ask_to_prune_all, prune as prune_all, show as disk};
pub use files::{
    ask_to_prune, attach, prune, remove_attachment, remove_captions, show as files, show_edition,
};
pub use history::{show as history, undo};
pub use jobs::{cancel as cancel_job, make_all as make_all_jobs, retry as retry_job, show as jobs};
pub use lesson::{save as save_lesson, show as lesson};
pub use links::{make as make_lesson_link, remove as remove_lesson_link, show as lesson_links};
pub use log::show as log;
pub use new_lesson::{begin as begin_lesson, show as new_lesson};
pub use people::{add as add_person, show as people};
pub use person::{edit as edit_person, make_link, show as person};
pub use sheet::{
    apply as apply_sheet, export as export_sheet, import as import_sheet, show as sheet,
};
pub use sign_in::{show as sign_in, sign_in as enter, sign_out, sign_out_everywhere};
pub use standing::{
    ask_deletion, ask_reason, delete as delete_draft, reinstate, set_visibility, withdraw,
};
pub use upload::{send as send_recording, show as upload};

use std::sync::Arc;

use ::http::header::{ETAG, HeaderValue, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE};
use ::http::request::Parts;
use ::http::{HeaderMap, StatusCode, Uri};
use askama::Template;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};

use super::assets;
use super::error::{self, Instead};
use super::language::lead;
use super::page::{Page, Visit, path, wished};
use crate::app::Shared;
use crate::auth::access::Viewer;
use crate::auth::password;
use crate::auth::permission::{Actor, Task};
use crate::auth::secret::Secret;
use crate::auth::sign_in::Refusal;
use crate::catalogue::{self, PersonRole};
use crate::http::cache::CachePolicy;
use crate::http::identity::session_cookie;
use crate::http::problem::Problem;
use crate::words::Language;

/// Leads to the same page in the language that the browser asks for. Nobody keeps where: a key may be in it.
pub async fn choose_language(uri: Uri, headers: HeaderMap) -> Response {
    let rest = uri.path_and_query().map_or("/teach/", |p| p.as_str());
    let rest = match rest {
        "/teach" => "/teach/",
        rest => rest,
    };
    lead(StatusCode::FOUND, &path(wished(&headers), rest))
}

/// Somebody who is signed in visits a page. Who is not is led to where one signs in.
pub struct Desk {
    visit: Visit,
    actor: Arc<Actor>,
}

impl FromRequestParts<Shared> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, app).await?;
        let viewer = Viewer::from_request_parts(parts, app).await;
        match viewer.map_err(IntoResponse::into_response)? {
            Viewer::Person(actor) => Ok(Self { visit, actor }),
            Viewer::Anybody | Viewer::Holder(_) => Err(see(&visit, "/teach/sign-in")),
        }
    }
}

/// An administrator visits a page. Others are told that it is not theirs.
pub struct Office(Desk);

impl FromRequestParts<Shared> for Office {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let desk = Desk::from_request_parts(parts, app).await?;
        if desk.actor.can(Task::ManagePeople) {
            return Ok(Self(desk));
        }
        let language = desk.visit.language;
        let heading = language.text("teach-forbidden-title");
        let message = Message {
            page: desk.frame(&heading, "/teach/"),
            heading,
            text: language.text("teach-forbidden-text"),
            next: None,
        };
        Err(send(&desk.visit, StatusCode::FORBIDDEN, &message))
    }
}

#[derive(Template)]
#[template(path = "teach/message.html")]
struct Message {
    page: Frame,
    heading: String,
    text: String,
    /// Where to go from here, and its name.
    next: Option<(String, String)>,
}

/// What all these pages show around their own.
struct Frame {
    base: Page,
    nav: Option<Nav>,
    /// What was done.
    notice: Option<String>,
    /// What was not, and how to put it right.
    complaint: Option<String>,
}

/// So that templates find in their `page` what every page has.
impl std::ops::Deref for Frame {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.base
    }
}

/// Where somebody who is signed in can go.
struct Nav {
    who: String,
    links: Vec<(String, String, bool)>,
    sign_out: String,
}

impl Frame {
    /// `rest` is where the page is read by GET, behind the language: what was sent may have gone elsewhere.
    fn new(visit: &Visit, title: &str, rest: &str) -> Self {
        let mut base = visit.bare_page(title, String::new(), rest);
        base.noindex = true;
        base.second_look = Some(assets::Sheet::Desk.url());
        let done = visit.asked("done").is_some();
        Self {
            base,
            nav: None,
            notice: done.then(|| visit.language.text("teach-saved")),
            complaint: None,
        }
    }

    fn complaining(mut self, complaint: Option<String>) -> Self {
        self.complaint = complaint;
        self
    }
}

impl Desk {
    fn frame(&self, title: &str, rest: &str) -> Frame {
        let language = self.visit.language;
        let mut places = vec![
            ("/teach/", language.text("teach-desk")),
            ("/teach/upload", language.text("upload-nav")),
            ("/teach/sheet", language.text("teach-sheet")),
            ("/teach/jobs", language.text("jobs-nav")),
            ("/teach/account", language.text("teach-account")),
        ];
        if self.actor.can(Task::ManagePeople) {
            places.push(("/teach/people", language.text("teach-people")));
            places.push(("/teach/log", language.text("teach-log")));
            places.push(("/teach/disk", language.text("teach-disk")));
        }
        // A person's page belongs to everybody's, a lesson's to the desk.
        let here = |place: &str| {
            let below = rest.strip_prefix(place);
            let of_lesson = |b: &str| place == "/teach/" && b.starts_with("lessons/");
            below.is_some_and(|b| b.is_empty() || b.starts_with(['/', '?']) || of_lesson(b))
        };
        let link = |(place, name): (&str, String)| (path(language, place), name, here(place));
        Frame {
            nav: Some(Nav {
                who: self.actor.name.clone(),
                links: places.into_iter().map(link).collect(),
                sign_out: path(language, "/teach/sign-out"),
            }),
            ..Frame::new(&self.visit, title, rest)
        }
    }

    fn send(&self, status: StatusCode, page: &impl Template) -> Response {
        send(&self.visit, status, page)
    }
}

fn send(visit: &Visit, status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => {
            let mut response = visit.send_always(CachePolicy::NoStore, html);
            *response.status_mut() = status;
            // What is never kept is never asked for again on a condition.
            response.headers_mut().remove(ETAG);
            response
        }
        Err(e) => error::respond(visit, Instead::Broken(e)),
    }
}

/// To a page of ours, to be read by GET (RFC 9110 §15.4.4).
fn see(visit: &Visit, rest: &str) -> Response {
    lead(StatusCode::SEE_OTHER, &path(visit.language, rest))
}

/// To the desk, signed in.
fn welcome(visit: &Visit, secret: &Secret) -> Response {
    let mut response = see(visit, "/teach/");
    let seconds = visit.app.sign_in.session_seconds();
    let cookie = session_cookie(visit.origin(), secret.told(), seconds);
    response.headers_mut().insert(SET_COOKIE, cookie);
    response
}

/// What did not go, for the reader: a page shows it again with its form.
struct Complaint {
    status: StatusCode,
    text: String,
    retry_after: Option<u64>,
}

impl Complaint {
    fn new(status: StatusCode, text: String) -> Self {
        Self {
            status,
            text,
            retry_after: None,
        }
    }

    fn of_refusal(language: Language, refusal: Refusal) -> Result<Self, Instead> {
        let bad = |text| Ok(Self::new(StatusCode::BAD_REQUEST, text));
        match refusal {
            Refusal::Wrong => Ok(Self::new(
                StatusCode::UNAUTHORIZED,
                language.text("teach-wrong"),
            )),
            Refusal::Often(wait) => {
                let seconds = wait.as_secs() + 1;
                let text = language.count("teach-often", seconds.div_ceil(60));
                Ok(Self {
                    retry_after: Some(seconds),
                    ..Self::new(StatusCode::TOO_MANY_REQUESTS, text)
                })
            }
            Refusal::Link => Ok(Self::new(
                StatusCode::GONE,
                language.text("teach-link-over"),
            )),
            Refusal::Password(password::Error::Short(_)) => {
                bad(language.count("teach-short", password::SHORTEST as u64))
            }
            Refusal::Password(password::Error::Long(_)) => {
                bad(language.count("teach-long", password::LONGEST as u64))
            }
            Refusal::Password(password::Error::Busy) => Ok(Self {
                retry_after: Some(5),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, language.text("teach-busy"))
            }),
            Refusal::Catalogue(error) => Self::of_catalogue(language, error),
            Refusal::Password(password::Error::Failed(_)) | Refusal::Random(_) => {
                tracing::error!(error = %refusal, "signing in");
                let text = language.text("failed-text");
                Ok(Self::new(StatusCode::INTERNAL_SERVER_ERROR, text))
            }
        }
    }

    /// What its sender can mend; other failures are a page of their own.
    fn of_catalogue(language: Language, error: catalogue::Error) -> Result<Self, Instead> {
        let text = match &error {
            catalogue::Error::NameTaken(name) => {
                language.with("teach-name-taken", &[("name", name.as_str().into())])
            }
            catalogue::Error::LastAdministrator => language.text("teach-last-admin"),
            catalogue::Error::Invalid(why) => why.clone(),
            _ => return Err(error.into()),
        };
        Ok(Self::new(Problem::from(error).status(), text))
    }

    fn dress(&self, response: &mut Response) {
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 9110 §15.5.2 asks for one; a form is no scheme, a token is another way in.
            let challenge = HeaderValue::from_static(r#"Bearer realm="teledars""#);
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            let value = HeaderValue::from(seconds);
            response.headers_mut().insert(RETRY_AFTER, value);
        }
    }
}

fn role_name(language: Language, role: PersonRole) -> String {
    language.with("teach-role", &[("role", role.as_str().into())])
}

/// A choice of a list, and whether it is chosen.
struct Choice {
    value: &'static str,
    name: String,
    chosen: bool,
}

/// The roles of people who sign in, and that of somebody who has another.
fn roles_of_people(language: Language, chosen: PersonRole) -> Vec<Choice> {
    let all = roles(language, PersonRole::Admin, chosen);
    let signs_in = |choice: &Choice| choice.chosen || choice.value != PersonRole::Worker.as_str();
    all.into_iter().filter(signs_in).collect()
}

/// The roles that `most` may give.
fn roles(language: Language, most: PersonRole, chosen: PersonRole) -> Vec<Choice> {
    let up_to = PersonRole::ALL.iter().filter(|role| most.grants(**role));
    let choice = |role: &PersonRole| Choice {
        value: role.as_str(),
        name: role_name(language, *role),
        chosen: *role == chosen,
    };
    up_to.map(choice).collect()
}
