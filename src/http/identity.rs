//! Who sends a request: by a session's cookie or by `Authorization: Bearer` (RFC 6750 §2.1).
//!
//! One layer around all routes, so that no handler can forget what a cookie calls for: that unsafe requests
//! come from our own pages. Who it is is asked only by handlers that want to know, through [`Viewer`],
//! [`SignedIn`], [`Administrator`] and [`Worker`]. A machine that does jobs is nobody to all but the last of them.

use std::sync::Arc;

use ::http::header::{AUTHORIZATION, COOKIE, WWW_AUTHENTICATE};
use ::http::request::Parts;
use ::http::{HeaderMap, HeaderValue, StatusCode};
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::cross_site::{self, Sender};
use super::origin::Origin;
use super::place::Place;
use super::problem::Problem;
use crate::app::Shared;
use crate::auth::access::Viewer;
use crate::auth::gate::Presented;
use crate::auth::grant::Grant;
use crate::auth::permission::{Actor, Task};
use crate::auth::secret::{self, SecretHash};
use crate::clock::{self, Moment};

/// The session's cookie under https: a browser takes the name from nobody else (RFC 6265bis §4.1.3.2).
const SECURE_COOKIE: &str = "__Host-session";
/// The session's cookie under http.
const COOKIE_NAME: &str = "session";

/// What a session's cookie is called at `origin`.
fn cookie_name(origin: &Origin) -> &'static str {
    if origin.is_https() {
        SECURE_COOKIE
    } else {
        COOKIE_NAME
    }
}

/// The Set-Cookie that begins a session of so many seconds, or with 0 ends it.
pub fn session_cookie(origin: &Origin, secret: &str, seconds: u64) -> HeaderValue {
    let (name, secure) = (
        cookie_name(origin),
        if origin.is_https() { "; Secure" } else { "" },
    );
    let line =
        format!("{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut value = HeaderValue::try_from(line).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// The layer around every route.
pub async fn identify(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(origin) = Origin::from_request_parts(&mut parts, &app).await;
    let shown = Shown::of(&parts.headers, &origin);
    // A token is added by a program that knows it; a cookie by any browser that is told to send something.
    if !parts.method.is_safe() && !matches!(shown, Shown::Token(_)) {
        let has_cookie = matches!(shown, Shown::Cookie(_));
        let sender = cross_site::sender(&parts, &origin);
        if sender == Sender::Foreign || sender == Sender::Unknown && has_cookie {
            return cross_site::refused().into_response();
        }
    }
    parts.extensions.insert(shown);
    next.run(Request::from_parts(parts, body)).await
}

/// What a request shows of its sender.
#[derive(Clone, Copy)]
enum Shown {
    Nothing,
    /// A session's cookie, and the session if it looks like one.
    Cookie(Option<SecretHash>),
    /// An Authorization header, and the token if it looks like one. A cookie beside it does not count.
    Token(Option<Presented>),
}

impl Shown {
    fn of(headers: &HeaderMap, origin: &Origin) -> Self {
        let mut lines = headers.get_all(AUTHORIZATION).iter();
        if let Some(line) = lines.next() {
            let token = bearer(line).and_then(Presented::token);
            return Self::Token(token.filter(|_| lines.next().is_none()));
        }
        match cookie(headers, cookie_name(origin)) {
            Some(value) => Self::Cookie(secret::hash_of(value)),
            None => Self::Nothing,
        }
    }

    fn presented(self) -> Option<Presented> {
        match self {
            Self::Nothing => None,
            Self::Cookie(session) => session.map(Presented::Session),
            Self::Token(token) => token,
        }
    }
}

/// What a request shows of its sender, be it worth something or not.
pub(super) fn presented(parts: &Parts) -> Option<Presented> {
    parts.extensions.get::<Shown>().and_then(|s| s.presented())
}

fn bearer(line: &HeaderValue) -> Option<&str> {
    let (scheme, token) = line.to_str().ok()?.trim().split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start())
}

/// The first cookie called `name` (RFC 6265 §5.4); HTTP/2 may send several lines.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(n, _)| *n == name).map(|(_, value)| value)
}

/// The session that a request came with, so that it can be ended.
pub struct OwnSession(pub Option<SecretHash>);

impl<S: Sync> FromRequestParts<S> for OwnSession {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(match parts.extensions.get::<Shown>() {
            Some(Shown::Cookie(session)) => *session,
            _ => None,
        }))
    }
}

impl FromRequestParts<Shared> for Viewer {
    type Rejection = Problem;

    /// Who comes by a link is nobody else, whatever they show besides. Who shows nothing, or what counts no more, is anybody.
    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let Ok(place) = Place::from_request_parts(parts, app).await;
        if let Some(grant) = place.grant() {
            let moment = parts.extensions.get();
            let at = moment.map_or_else(clock::now, |Moment(at)| *at);
            return Ok(Self::Holder(Grant::shown(&app.sealer, grant, at)));
        }
        let actor = admitted(parts, app).await?;
        let person = actor.filter(|a| a.can(Task::ManageOneself));
        Ok(person.map_or(Self::Anybody, Self::Person))
    }
}

/// Whoever a request shows; `None`: nobody any more, or nobody ever did.
async fn admitted(parts: &Parts, app: &Shared) -> Result<Option<Arc<Actor>>, Problem> {
    let shown = parts.extensions.get::<Shown>();
    match shown.and_then(|s| s.presented()) {
        Some(presented) => Ok(app.gate.admit(presented).await?),
        None => Ok(None),
    }
}

/// A person who is signed in or acts by a token; everybody else gets 401, a machine that does jobs 403.
pub struct SignedIn(pub Arc<Actor>);

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let actor = admitted(parts, app).await?;
        let actor = actor.ok_or_else(|| unknown_sender(parts))?;
        if actor.can(Task::ManageOneself) {
            return Ok(Self(actor));
        }
        Err(Problem::new(StatusCode::FORBIDDEN).detail(
            "a worker's token is for /api/v1/worker only; make one of another role for this",
        ))
    }
}

/// Whoever may do jobs: a machine, or an administrator; others who are known get 403.
pub struct Worker(pub Arc<Actor>);

impl FromRequestParts<Shared> for Worker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let actor = admitted(parts, app).await?;
        let actor = actor.ok_or_else(|| unknown_sender(parts))?;
        if actor.can(Task::DoJobs) {
            return Ok(Self(actor));
        }
        Err(Problem::new(StatusCode::FORBIDDEN).detail(
            "jobs are done with a worker's or an administrator's token; make one with teledars token create NAME --role worker",
        ))
    }
}

/// What somebody who is signed in showed, for an answer that stays open: it is asked again whether that still counts.
pub struct Credential(pub Presented);

impl FromRequestParts<Shared> for Credential {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let shown = parts.extensions.get::<Shown>();
        let presented = shown.and_then(|s| s.presented());
        presented.map(Self).ok_or_else(|| unknown_sender(parts))
    }
}

/// Somebody who manages people; others who are signed in get 403.
pub struct Administrator(pub Arc<Actor>);

impl FromRequestParts<Shared> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, app).await?;
        if actor.can(Task::ManagePeople) {
            return Ok(Self(actor));
        }
        Err(Problem::new(StatusCode::FORBIDDEN).detail("only an administrator may do this"))
    }
}

/// RFC 6750 §3: the code only where a token was sent.
fn unknown_sender(parts: &Parts) -> Problem {
    let (challenge, why) = match parts.extensions.get::<Shown>() {
        Some(Shown::Token(_)) => (
            r#"Bearer realm="teledars", error="invalid_token""#,
            "the token is wrong, expired or revoked; make another one",
        ),
        _ => (
            r#"Bearer realm="teledars""#,
            "sign in at /teach/sign-in, or send Authorization: Bearer with a token",
        ),
    };
    Problem::new(StatusCode::UNAUTHORIZED)
        .detail(why)
        .header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}
