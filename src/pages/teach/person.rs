//! `/teach/people/{id}`: what somebody may do, and the link by which they choose a password.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::account::TokenRow;
use super::people::details;
use super::{Choice, Complaint, Desk, Frame, Office, roles_of_people, see};
use crate::auth::secret::Secret;
use crate::catalogue::{self, Change, LinkFor, Person, PersonRole, Scope, Token};
use crate::http::fields::Fields;
use crate::pages::error::{self, Instead, Missing};
use crate::pages::page::{Visit, path};
use crate::units::{Bytes, PersonId};

/// Bytes in the unit that a quota is written in.
const GIGABYTE: u64 = 1_000_000_000;

#[derive(Template)]
#[template(path = "teach/person.html")]
struct PersonPage {
    page: Frame,
    name: String,
    details: String,
    action: String,
    make_link: String,
    roles: Vec<Choice>,
    scopes: String,
    /// In GB; empty: the setting's default.
    quota: String,
    disabled: bool,
    tokens: Vec<TokenRow>,
    /// Just made.
    link: Option<String>,
}

/// The address that a link's key makes.
pub(super) fn link(visit: &Visit, key: &Secret) -> String {
    let there = path(visit.language, "/teach/password");
    visit
        .origin()
        .url(format_args!("{there}?key={}", key.told()))
}

/// One person.
pub async fn show(Office(desk): Office) -> Response {
    respond(&desk, None, None).await
}

async fn found(desk: &Desk) -> Result<(Person, Vec<Token>), Instead> {
    let id = desk.visit.part("id").parse();
    let id = id
        .map(PersonId)
        .map_err(|_| Instead::Missing(Missing::Page))?;
    let found = desk.visit.app.catalogue.read(move |c| {
        let person = c.person(id)?;
        person.map(|p| Ok((p, c.tokens(Some(id))?))).transpose()
    });
    found.await?.ok_or(Instead::Missing(Missing::Page))
}

async fn respond(desk: &Desk, complaint: Option<Complaint>, link: Option<String>) -> Response {
    let (person, tokens) = match found(desk).await {
        Ok(found) => found,
        Err(instead) => return error::respond(&desk.visit, instead),
    };
    let visit = &desk.visit;
    let language = visit.language;
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    let own = format!("/teach/people/{}", person.id);
    let frame = desk
        .frame(&person.name, &own)
        .complaining(complaint.map(|c| c.text));
    let scopes: Vec<String> = person.scopes.iter().map(ToString::to_string).collect();
    let page = PersonPage {
        page: frame,
        details: details(language, &person),
        action: path(language, &own),
        make_link: path(language, &format!("{own}/link")),
        roles: roles_of_people(language, person.role),
        scopes: scopes.join(" "),
        quota: person.quota.map_or(String::new(), in_gigabytes),
        disabled: person.disabled.is_some(),
        tokens: tokens
            .iter()
            .map(|t| TokenRow::new(visit, t, Some(person.id)))
            .collect(),
        link,
        name: person.name,
    };
    desk.send(status, &page)
}

/// As short as it can be said without changing it when the form is sent again.
fn in_gigabytes(bytes: Bytes) -> String {
    let (whole, rest) = (bytes.0 / GIGABYTE, bytes.0 % GIGABYTE);
    let text = format!("{whole}.{rest:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The opposite; a comma is as good as a point.
fn from_gigabytes(text: &str) -> Option<Bytes> {
    let text = text.replace(',', ".");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || rest.len() > 9 || !digits(whole) || !digits(rest) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let rest: u64 = format!("{rest:0<9}").parse().ok()?;
    Some(Bytes(whole * GIGABYTE + rest))
}

/// What the form asks for.
struct Wishes {
    role: PersonRole,
    scopes: Vec<Scope>,
    quota: Option<Bytes>,
    disabled: bool,
}

impl Wishes {
    async fn of(desk: &Desk, fields: &Fields) -> Result<Self, catalogue::Error> {
        let invalid = |why: &str| catalogue::Error::Invalid(why.to_owned());
        let vocabulary = desk.visit.app.vocabulary().await?;
        let words = fields.value("scopes").replace(',', " ");
        let scopes = words
            .split_whitespace()
            .map(|w| Scope::read(w, &vocabulary));
        let quota = fields.value("quota").trim();
        let bad_quota = || invalid(&desk.visit.language.text("teach-quota-bad"));
        Ok(Self {
            role: PersonRole::from_word(fields.value("role"))
                .ok_or_else(|| invalid("role: write worker, teacher, editor or admin"))?,
            scopes: scopes.collect::<Result<_, _>>()?,
            quota: match quota {
                "" => None,
                text => Some(from_gigabytes(text).ok_or_else(bad_quota)?),
            },
            disabled: fields.value("disabled") == "1",
        })
    }

    /// Only what is different: the log says what was changed.
    fn grant(&self, c: &Change<'_>, by: PersonId, person: &Person) -> Result<(), catalogue::Error> {
        let (by, id) = (Some(by), person.id);
        if self.role != person.role {
            c.set_role(by, id, self.role)?;
        }
        if self.scopes != person.scopes {
            c.set_scopes(by, id, &self.scopes)?;
        }
        if self.quota != person.quota {
            c.set_quota(by, id, self.quota)?;
        }
        match (self.disabled, person.disabled.is_some()) {
            (true, false) => c.disable(by, id),
            (false, true) => c.enable(by, id),
            _ => Ok(()),
        }
    }
}

/// Saves what somebody may do.
pub async fn edit(Office(desk): Office, fields: Fields) -> Response {
    let (person, _) = match found(&desk).await {
        Ok(found) => found,
        Err(instead) => return error::respond(&desk.visit, instead),
    };
    let (id, by) = (person.id, desk.actor.person);
    let saved = match Wishes::of(&desk, &fields).await {
        Ok(wishes) => {
            let grant = move |c: &Change<'_>| wishes.grant(c, by, &person);
            desk.visit.app.catalogue.write(grant).await
        }
        Err(error) => Err(error),
    };
    match saved.map_err(|e| Complaint::of_catalogue(desk.visit.language, e)) {
        Ok(()) => see(&desk.visit, &format!("/teach/people/{id}?done=1")),
        Err(Ok(complaint)) => respond(&desk, Some(complaint), None).await,
        Err(Err(instead)) => error::respond(&desk.visit, instead),
    }
}

/// Makes a link by which they choose a password, and shows it this once.
pub async fn make_link(Office(desk): Office) -> Response {
    let (person, _) = match found(&desk).await {
        Ok(found) => found,
        Err(instead) => return error::respond(&desk.visit, instead),
    };
    let made = desk.visit.app.sign_in.link(LinkFor::Person(person.id));
    match made.await {
        Ok(key) => respond(&desk, None, Some(link(&desk.visit, &key))).await,
        Err(refusal) => match Complaint::of_refusal(desk.visit.language, refusal) {
            Ok(complaint) => respond(&desk, Some(complaint), None).await,
            Err(instead) => error::respond(&desk.visit, instead),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_survives_being_shown_and_sent_again() {
        for (bytes, text) in [
            (0, "0"),
            (50_000_000_000, "50"),
            (1_500_000_000, "1.5"),
            (1, "0.000000001"),
        ] {
            assert_eq!(in_gigabytes(Bytes(bytes)), text);
            assert_eq!(from_gigabytes(text), Some(Bytes(bytes)));
        }
        assert_eq!(from_gigabytes("2,5"), Some(Bytes(2_500_000_000)));
        for bad in ["", "-1", "1e3", "1.2.3", "10 GB", "9999999999", "٣"] {
            assert_eq!(from_gigabytes(bad), None, "{bad}");
        }
    }
}
