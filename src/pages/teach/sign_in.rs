//! `/teach/sign-in` and `/teach/sign-out`.

use std::time::Instant;

use ::http::StatusCode;
use ::http::header::SET_COOKIE;
use askama::Template;
use axum::response::Response;

use super::{Complaint, Desk, Frame, see, send, welcome};
use crate::auth::access::Viewer;
use crate::catalogue::LONGEST_NAME;
use crate::http::client::ClientAddress;
use crate::http::fields::Fields;
use crate::http::identity::{OwnSession, session_cookie};
use crate::pages::error;
use crate::pages::page::{Visit, path};

#[derive(Template)]
#[template(path = "teach/sign_in.html")]
struct SignIn {
    page: Frame,
    action: String,
    user: String,
}

impl SignIn {
    fn new(visit: &Visit, user: &str, complaint: Option<String>) -> Self {
        let title = visit.language.text("teach-sign-in");
        Self {
            page: Frame::new(visit, &title, "/teach/sign-in").complaining(complaint),
            action: path(visit.language, "/teach/sign-in"),
            // Given back to be mended, unless nobody could mean it.
            user: user.chars().take(LONGEST_NAME).collect(),
        }
    }
}

/// Where one signs in; who has done so is led on.
pub async fn show(visit: Visit, viewer: Viewer) -> Response {
    match viewer {
        Viewer::Person(_) => see(&visit, "/teach/"),
        Viewer::Anybody | Viewer::Holder(_) => {
            send(&visit, StatusCode::OK, &SignIn::new(&visit, "", None))
        }
    }
}

/// Signs in with the fields `user` and `password`: a new session, whatever the request came with.
pub async fn sign_in(
    visit: Visit,
    ClientAddress(address): ClientAddress,
    OwnSession(before): OwnSession,
    fields: Fields,
) -> Response {
    let (user, password) = (fields.value("user"), fields.value("password").to_owned());
    let signing = visit
        .app
        .sign_in
        .by_password(user, password, address, Instant::now());
    let refusal = match signing.await {
        Ok(secret) => {
            if let Some(before) = before {
                let ended = visit.app.catalogue.write(move |c| c.end_session(&before));
                if let Err(error) = ended.await {
                    tracing::warn!(%error, "an earlier session was not ended");
                }
            }
            return welcome(&visit, &secret);
        }
        Err(refusal) => refusal,
    };
    match Complaint::of_refusal(visit.language, refusal) {
        Ok(complaint) => {
            let page = SignIn::new(&visit, user, Some(complaint.text.clone()));
            let mut response = send(&visit, complaint.status, &page);
            complaint.dress(&mut response);
            response
        }
        Err(instead) => error::respond(&visit, instead),
    }
}

/// Ends this session.
pub async fn sign_out(visit: Visit, OwnSession(session): OwnSession) -> Response {
    if let Some(session) = session {
        let ended = visit.app.catalogue.write(move |c| c.end_session(&session));
        if let Err(error) = ended.await {
            return error::respond(&visit, error.into());
        }
    }
    out(&visit)
}

/// Ends all of one's sessions.
pub async fn sign_out_everywhere(desk: Desk) -> Response {
    let Desk { visit, actor } = desk;
    let ended = visit
        .app
        .catalogue
        .write(move |c| c.end_sessions_of(actor.person));
    match ended.await {
        Ok(()) => out(&visit),
        Err(error) => error::respond(&visit, error.into()),
    }
}

fn out(visit: &Visit) -> Response {
    let mut response = see(visit, "/teach/sign-in");
    let over = session_cookie(visit.origin(), "", 0);
    response.headers_mut().insert(SET_COOKIE, over);
    response
}
