//! `/teach/people`: everybody, and somebody new.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::{Choice, Complaint, Frame, Office, role_name, roles_of_people};
use crate::catalogue::{LinkFor, Person, PersonRole};
use crate::http::fields::Fields;
use crate::pages::error;
use crate::pages::page::path;
use crate::words::Language;

#[derive(Template)]
#[template(path = "teach/people.html")]
struct People {
    page: Frame,
    add: String,
    roles: Vec<Choice>,
    people: Vec<Row>,
    /// Somebody new, and the link by which they choose their password.
    added: Option<(String, String)>,
}

struct Row {
    href: String,
    name: String,
    details: String,
}

/// What is worth knowing of a person, in a line.
pub(super) fn details(language: Language, person: &Person) -> String {
    let mut parts = vec![role_name(language, person.role)];
    if person.role == PersonRole::Editor && !person.scopes.is_empty() {
        let scopes: Vec<String> = person.scopes.iter().map(ToString::to_string).collect();
        parts.push(scopes.join(", "));
    }
    if person.disabled.is_some() {
        parts.push(language.text("teach-disabled"));
    }
    if !person.has_password {
        parts.push(language.text("teach-no-password"));
    }
    parts.join(" · ")
}

/// Everybody.
pub async fn show(office: Office) -> Response {
    respond(&office, None, None).await
}

async fn respond(
    Office(desk): &Office,
    complaint: Option<Complaint>,
    added: Option<(String, String)>,
) -> Response {
    let language = desk.visit.language;
    let people = match desk.visit.app.catalogue.read(|c| c.people()).await {
        Ok(people) => people,
        Err(error) => return error::respond(&desk.visit, error.into()),
    };
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    let frame = desk.frame(&language.text("teach-people"), "/teach/people");
    let row = |person: &Person| Row {
        href: path(language, &format!("/teach/people/{}", person.id)),
        name: person.name.clone(),
        details: details(language, person),
    };
    let page = People {
        page: frame.complaining(complaint.map(|c| c.text)),
        add: path(language, "/teach/people"),
        roles: roles_of_people(language, PersonRole::Teacher),
        people: people.iter().map(row).collect(),
        added,
    };
    desk.send(status, &page)
}

/// Adds somebody, who chooses a password by the link that is shown.
pub async fn add(office: Office, fields: Fields) -> Response {
    let desk = &office.0;
    let language = desk.visit.language;
    let name = fields.value("name").trim().to_owned();
    let Some(role) = PersonRole::from_word(fields.value("role")) else {
        return respond(&office, None, None).await;
    };
    let by = desk.actor.person;
    let new = name.clone();
    let added = desk
        .visit
        .app
        .catalogue
        .write(move |c| c.add_person(Some(by), &new, role, None));
    let id = match added
        .await
        .map_err(|e| Complaint::of_catalogue(language, e))
    {
        Ok(id) => id,
        Err(Ok(complaint)) => return respond(&office, Some(complaint), None).await,
        Err(Err(instead)) => return error::respond(&desk.visit, instead),
    };
    match desk.visit.app.sign_in.link(LinkFor::Person(id)).await {
        Ok(key) => {
            let link = super::person::link(&desk.visit, &key);
            respond(&office, None, Some((name, link))).await
        }
        Err(refusal) => match Complaint::of_refusal(language, refusal) {
            Ok(complaint) => respond(&office, Some(complaint), None).await,
            Err(instead) => error::respond(&desk.visit, instead),
        },
    }
}
