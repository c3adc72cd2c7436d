//! `/lti/login` and `/lti/launch`: somebody comes from a platform and is sent on. Both are asked by pages of other sites, as
//! LTI has it: they look at no cookie, and what they do is for everybody the same.

use ::http::header::CACHE_CONTROL;
use ::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::MOST_POSTED;
use super::frame::Fence;
use super::told::{Told, refused};
use crate::http::fields::Fields;
use crate::http::problem::Problem;
use crate::lti::{Aim, Launch, Login, Posted};
use crate::pages::language::lead;
use crate::pages::page::{Visit, path};
use crate::words::Language;

/// A login request in the address (OpenID Connect Core §4, third-party initiated login).
pub async fn login(visit: Visit) -> Response {
    let said = |name: &str| visit.asked(name).map(str::to_owned);
    let login = read(said);
    if login == Login::default() {
        return by_hand(visit).await;
    }
    begin(&visit, &login).await
}

/// The same in a form.
pub async fn login_posted(visit: Visit, fields: Result<Fields, Problem>) -> Response {
    let fields = match fields {
        Ok(fields) => fields,
        Err(problem) => return unread(&visit, &problem),
    };
    let said = |name: &str| {
        let sent = Some(fields.value(name)).filter(|value| !value.is_empty());
        sent.or_else(|| visit.asked(name)).map(str::to_owned)
    };
    begin(&visit, &read(said)).await
}

fn read(said: impl Fn(&str) -> Option<String>) -> Login {
    Login {
        iss: said("iss"),
        login_hint: said("login_hint"),
        target_link_uri: said("target_link_uri"),
        lti_message_hint: said("lti_message_hint"),
        client_id: said("client_id"),
        lti_deployment_id: said("lti_deployment_id"),
    }
}

async fn begin(visit: &Visit, login: &Login) -> Response {
    match visit.app.lti.begin(login, &visit.origin().0).await {
        Ok(there) => sent_on(StatusCode::FOUND, &there),
        Err(refusal) => refused(visit, refusal),
    }
}

/// A launch, which the platform has the browser post.
pub async fn launch(visit: Visit, fields: Result<Fields, Problem>) -> Response {
    let fields = match fields {
        Ok(fields) => fields,
        Err(problem) => return unread(&visit, &problem),
    };
    let said = |name: &str| {
        let sent = Some(fields.value(name)).filter(|value| !value.is_empty());
        sent.map(str::to_owned)
    };
    let posted = Posted {
        id_token: said("id_token"),
        state: said("state"),
        error: said("error"),
        error_description: said("error_description"),
    };
    match visit.app.lti.launch(&posted, &visit.origin().0).await {
        Ok(launch) => arrived(visit, &launch),
        Err(refusal) => refused(&visit, refusal),
    }
}

/// Sends somebody on to the page that they came for, in the platform's language if it is one of ours.
fn arrived(mut visit: Visit, launch: &Launch) -> Response {
    let locale = launch.locale.as_deref().and_then(spoken);
    visit.language = locale.unwrap_or(visit.language);
    let lti = &visit.app.lti;
    let rest = match &launch.aim {
        Aim::Watch(watching) => format!("/lti/watch/{}", lti.watch_ticket(watching)),
        Aim::Pick(picking) => format!("/lti/pick/{}", lti.pick_ticket(picking)),
        Aim::Nothing => return nothing(&visit, &launch.platform.name),
    };
    sent_on(StatusCode::SEE_OTHER, &path(visit.language, &rest))
}

/// A language of ours that a platform's locale names: `ru`, `ru-RU`, `ru_RU`.
fn spoken(locale: &str) -> Option<Language> {
    let primary = locale.split(['-', '_']).next()?;
    Language::from_code(&primary.to_ascii_lowercase())
}

/// An activity that shows no lesson yet.
fn nothing(visit: &Visit, platform: &str) -> Response {
    let language = visit.language;
    let address = visit.origin().url("/l/…");
    let texts = vec![
        language.with("lti-nothing-text", &[("platform", platform.into())]),
        language.text("lti-nothing-how"),
        language.with("lti-nothing-address", &[("address", address.into())]),
    ];
    let told = Told::new(visit, language.text("lti-nothing"), texts);
    Fence::default().send(visit, StatusCode::OK, &told)
}

/// Somebody opened an address by hand that is a platform's.
pub async fn by_hand(visit: Visit) -> Response {
    let language = visit.language;
    let heading = language.text("lti-invite-asked");
    let told = Told::new(&visit, heading, vec![language.text("lti-by-itself")]);
    Fence::default().send(&visit, StatusCode::BAD_REQUEST, &told)
}

/// A form that cannot be read, or is too large.
fn unread(visit: &Visit, problem: &Problem) -> Response {
    let language = visit.language;
    let texts = vec![
        language.text("lti-refused-request"),
        language.text("lti-fault-again"),
    ];
    let mut told = Told::new(visit, language.text("lti-fault"), texts);
    told.technical = Some(format!(
        "{}; at most {MOST_POSTED} bytes of application/x-www-form-urlencoded are read",
        problem.status()
    ));
    Fence::default().send(visit, problem.status(), &told)
}

fn sent_on(status: StatusCode, to: &str) -> Response {
    let mut response = lead(status, to);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
