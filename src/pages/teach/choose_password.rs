//! `/teach/welcome` and `/teach/password`: what a one-time link leads to.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::{Complaint, Frame, send, welcome};
use crate::auth::secret;
use crate::auth::sign_in::Refusal;
use crate::catalogue::LinkFor;
use crate::clock;
use crate::http::fields::Fields;
use crate::pages::error::{self, Instead};
use crate::pages::page::{Visit, path};

#[derive(Template)]
#[template(path = "teach/choose_password.html")]
struct ChoosePassword {
    page: Frame,
    heading: String,
    lead: String,
    /// The form; `None`: the link is over.
    form: Option<Form>,
}

struct Form {
    action: String,
    key: String,
    /// Whose password it will be: fixed, or to be chosen as well.
    user: String,
    new: bool,
}

/// What the link is for.
pub async fn show(visit: Visit) -> Response {
    let key = visit.asked("key").unwrap_or_default().to_owned();
    respond(&visit, &key, "", None).await
}

/// Chooses the password, and signs in.
pub async fn choose(visit: Visit, fields: Fields) -> Response {
    let (key, user) = (fields.value("key"), fields.value("user"));
    let password = fields.value("password");
    if password != fields.value("again") {
        let text = visit.language.text("teach-differ");
        let complaint = Complaint::new(StatusCode::BAD_REQUEST, text);
        return respond(&visit, key, user, Some(complaint)).await;
    }
    let chosen = match secret::hash_of(key) {
        Some(hash) => {
            let sign_in = &visit.app.sign_in;
            sign_in
                .by_link(hash, user.to_owned(), password.to_owned())
                .await
        }
        None => Err(Refusal::Link),
    };
    match chosen.map_err(|refusal| Complaint::of_refusal(visit.language, refusal)) {
        Ok(secret) => welcome(&visit, &secret),
        Err(Ok(complaint)) => respond(&visit, key, user, Some(complaint)).await,
        Err(Err(instead)) => error::respond(&visit, instead),
    }
}

async fn respond(visit: &Visit, key: &str, user: &str, complaint: Option<Complaint>) -> Response {
    match page(visit, key, user, complaint.as_ref()).await {
        Ok((page, status)) => {
            let mut response = send(visit, status, &page);
            if let Some(complaint) = complaint {
                complaint.dress(&mut response);
            }
            response
        }
        Err(instead) => error::respond(visit, instead),
    }
}

async fn page(
    visit: &Visit,
    key: &str,
    user: &str,
    complaint: Option<&Complaint>,
) -> Result<(ChoosePassword, StatusCode), Instead> {
    let language = visit.language;
    let hash = secret::hash_of(key);
    let found = visit.app.catalogue.read(move |c| {
        let link = hash.map(|hash| c.link(&hash, clock::now())).transpose()?;
        Ok(match link.flatten() {
            None => None,
            Some(LinkFor::Welcome) => Some(None),
            Some(LinkFor::Person(id)) => c.person(id)?.map(|p| Some(p.name)),
        })
    });
    let found = found.await?;
    let (heading, lead) = match &found {
        Some(None) => (
            language.text("teach-welcome"),
            language.text("teach-welcome-lead"),
        ),
        Some(Some(_)) => (
            language.text("teach-choose"),
            language.text("teach-choose-lead"),
        ),
        None => (
            language.text("teach-choose"),
            language.text("teach-link-over"),
        ),
    };
    let status = match (&found, complaint) {
        (None, _) => StatusCode::GONE,
        (_, Some(complaint)) => complaint.status,
        _ => StatusCode::OK,
    };
    let form = found.map(|name| Form {
        action: path(
            language,
            match &name {
                None => "/teach/welcome",
                Some(_) => "/teach/password",
            },
        ),
        key: key.to_owned(),
        new: name.is_none(),
        user: name.unwrap_or_else(|| user.to_owned()),
    });
    let text = complaint.filter(|_| form.is_some()).map(|c| c.text.clone());
    let mut frame = Frame::new(visit, &heading, "/teach/sign-in").complaining(text);
    // After a POST, too, the switch of languages leads to a form that still knows its key.
    if let Some(form) = &form {
        for (other, href) in &mut frame.base.switch {
            let there = form.action.replacen(language.code(), other.code(), 1);
            *href = format!("{there}?key={key}");
        }
    }
    let page = ChoosePassword {
        page: frame,
        heading,
        lead,
        form,
    };
    Ok((page, status))
}
