//! `/teach/account`: one's own password, sessions and tokens.

use std::time::Instant;

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::{Choice, Complaint, Desk, Frame, role_name, roles, see, welcome};
use crate::auth::permission::Task;
use crate::auth::secret::Secret;
use crate::auth::sign_in::Refusal;
use crate::catalogue::{NewToken, PersonRole, Token};
use crate::clock;
use crate::http::fields::Fields;
use crate::pages::error::{self, Instead};
use crate::pages::page::{Visit, path};
use crate::units::{PersonId, TokenId};
use crate::words;

/// Longest life of a token, in days.
const MOST_DAYS: u32 = 3650;

#[derive(Template)]
#[template(path = "teach/account.html")]
struct Account {
    page: Frame,
    /// Whether there is a password that could be changed.
    has_password: bool,
    user: String,
    change: String,
    everywhere: String,
    create: String,
    roles: Vec<Choice>,
    tokens: Vec<TokenRow>,
    /// A new token, shown this once.
    token: Option<String>,
}

/// A token in a list.
pub(super) struct TokenRow {
    pub(super) name: String,
    pub(super) details: String,
    /// Where it is revoked, while it counts.
    pub(super) revoke: Option<String>,
    /// Whose page that leads back to; empty: one's own account.
    pub(super) back: String,
}

impl TokenRow {
    pub(super) fn new(visit: &Visit, token: &Token, back: Option<PersonId>) -> Self {
        let language = visit.language;
        let date = |at| {
            [(
                "date",
                words::date_time(language, at, &visit.app.zone).into(),
            )]
        };
        let (state, over) = match token.revoked {
            Some(at) => (language.with("teach-token-revoked", &date(at)), true),
            None if token.expires <= clock::now() => (
                language.with("teach-token-expired", &date(token.expires)),
                true,
            ),
            None => (
                language.with("teach-token-until", &date(token.expires)),
                false,
            ),
        };
        let own = format!("{} {}", language.text("teach-token"), token.id);
        Self {
            back: back.map_or(String::new(), |id| id.to_string()),
            name: token.label.clone().unwrap_or(own),
            details: format!("{} · {state}", role_name(language, token.role)),
            revoke: (!over).then(|| {
                path(
                    language,
                    &format!("/teach/account/tokens/{}/revoke", token.id),
                )
            }),
        }
    }
}

/// One's account.
pub async fn show(desk: Desk) -> Response {
    respond(&desk, None, None).await
}

async fn respond(desk: &Desk, complaint: Option<Complaint>, token: Option<String>) -> Response {
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    match account(desk, complaint.as_ref(), token).await {
        Ok(page) => {
            let mut response = desk.send(status, &page);
            if let Some(complaint) = complaint {
                complaint.dress(&mut response);
            }
            response
        }
        Err(instead) => error::respond(&desk.visit, instead),
    }
}

async fn account(
    desk: &Desk,
    complaint: Option<&Complaint>,
    token: Option<String>,
) -> Result<Account, Instead> {
    let (visit, own) = (&desk.visit, desk.actor.person);
    let language = visit.language;
    let found = visit.app.catalogue.read(move |c| {
        let has_password = c.password_hash(own)?.is_some();
        Ok((has_password, c.tokens(Some(own))?))
    });
    let (has_password, tokens) = found.await?;
    let frame = desk.frame(&language.text("teach-account"), "/teach/account");
    Ok(Account {
        page: frame.complaining(complaint.map(|c| c.text.clone())),
        has_password,
        user: desk.actor.name.clone(),
        change: path(language, "/teach/account/password"),
        everywhere: path(language, "/teach/sign-out-everywhere"),
        create: path(language, "/teach/account/tokens"),
        roles: roles(language, desk.actor.role, desk.actor.role),
        tokens: tokens
            .iter()
            .map(|t| TokenRow::new(visit, t, None))
            .collect(),
        token,
    })
}

/// Changes one's own password; other sessions end.
pub async fn change_password(desk: Desk, fields: Fields) -> Response {
    let language = desk.visit.language;
    let new = fields.value("password");
    if new != fields.value("again") {
        let text = language.text("teach-differ");
        let complaint = Complaint::new(StatusCode::BAD_REQUEST, text);
        return respond(&desk, Some(complaint), None).await;
    }
    let old = fields.value("old").to_owned();
    let changed = desk.visit.app.sign_in.change_password(
        desk.actor.person,
        old,
        new.to_owned(),
        Instant::now(),
    );
    match changed.await {
        Ok(secret) => welcome(&desk.visit, &secret),
        Err(refusal) => match Complaint::of_refusal(language, refusal) {
            Ok(mut complaint) => {
                // Who they are is known; what they wrote is wrong.
                if complaint.status == StatusCode::UNAUTHORIZED {
                    complaint.status = StatusCode::BAD_REQUEST;
                }
                respond(&desk, Some(complaint), None).await
            }
            Err(instead) => error::respond(&desk.visit, instead),
        },
    }
}

/// Makes a token for oneself and shows it this once.
pub async fn create_token(desk: Desk, fields: Fields) -> Response {
    let language = desk.visit.language;
    let role = PersonRole::from_word(fields.value("role"));
    let days = fields.value("days").trim().parse().ok();
    let label = Some(fields.value("label").trim()).filter(|l| !l.is_empty());
    let (Some(role), Some(days)) = (
        role.filter(|r| desk.actor.role.grants(*r)),
        days.filter(|d| (1..=MOST_DAYS).contains(d)),
    ) else {
        let text = language.count("teach-token-bad", u64::from(MOST_DAYS));
        let complaint = Complaint::new(StatusCode::BAD_REQUEST, text);
        return respond(&desk, Some(complaint), None).await;
    };
    let token = NewToken {
        person: desk.actor.person,
        role,
        label: label.map(|l| l.chars().take(100).collect()),
        expires: desk.actor.outlived_by_none(clock::now().after_days(days)),
    };
    let secret = match Secret::token() {
        Ok(secret) => secret,
        Err(error) => {
            let refusal = Refusal::Random(error);
            return match Complaint::of_refusal(language, refusal) {
                Ok(complaint) => respond(&desk, Some(complaint), None).await,
                Err(instead) => error::respond(&desk.visit, instead),
            };
        }
    };
    let hash = secret.hash();
    let made = desk
        .visit
        .app
        .catalogue
        .write(move |c| c.add_token(Some(token.person), &hash, &token));
    match made.await {
        Ok(_) => respond(&desk, None, Some(secret.told().to_owned())).await,
        Err(error) => error::respond(&desk.visit, error.into()),
    }
}

/// Takes a token back: one's own, or for an administrator anybody's.
pub async fn revoke_token(desk: Desk, fields: Fields) -> Response {
    let own = match desk.actor.can(Task::ManagePeople) {
        true => None,
        false => Some(desk.actor.person),
    };
    let (by, id) = (desk.actor.person, desk.visit.part("id").parse());
    let Ok(id) = id.map(TokenId) else {
        return error::lost(desk.visit).await;
    };
    let revoked = desk
        .visit
        .app
        .catalogue
        .write(move |c| c.revoke_token(Some(by), id, own));
    match revoked.await {
        Ok(true) => match fields.value("back").parse().map(PersonId) {
            Ok(person) => see(&desk.visit, &format!("/teach/people/{person}?done=1")),
            Err(_) => see(&desk.visit, "/teach/account?done=1"),
        },
        Ok(false) => error::lost(desk.visit).await,
        Err(error) => error::respond(&desk.visit, error.into()),
    }
}
