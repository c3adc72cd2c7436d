//! `/api/v1/me`, `/api/v1/tokens`, `/api/v1/people`: who may do what.

use ::http::StatusCode;
use ::http::header::LOCATION;
use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::Shared;
use crate::auth::permission::{By, Task};
use crate::auth::secret::Secret;
use crate::catalogue::{self, Change, LinkFor, NewToken, Person, PersonRole, Scope, Token};
use crate::clock::{self, UnixMillis};
use crate::http::decoded::Decoded;
use crate::http::identity::{Administrator, SignedIn};
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::units::{Bytes, PersonId, TokenId};

/// Longest life of a token that is made here, in days.
const MOST_DAYS: u32 = 3650;
/// Bytes of a quota at most, as in the settings.
const MOST_BYTES: u64 = 1 << 60;
/// Persons or tokens in one page, at most and unless asked otherwise.
const MOST: u32 = 200;

/// Who acts.
#[derive(Serialize, ToSchema)]
pub(super) struct MeBody {
    #[schema(example = "leyla")]
    name: String,
    /// `teacher`, `editor` or `admin`; of a token perhaps less than its person's.
    role: &'static str,
    /// What an editor is limited to: `7`, `mathematics`, `7/mathematics`. Empty: nothing.
    scopes: Vec<String>,
    /// Bytes that one's lessons and uploads may have together; null: there is no limit.
    quota: Option<u64>,
    /// Bytes that they have.
    used: u64,
    /// `session` or `token`.
    by: &'static str,
}

/// A person.
#[derive(Serialize, ToSchema)]
pub(super) struct PersonBody {
    id: i64,
    name: String,
    /// `teacher`, `editor` or `admin`.
    role: &'static str,
    /// What an editor is limited to. Empty: nothing.
    scopes: Vec<String>,
    /// Bytes of recordings; null: the setting's default.
    quota: Option<u64>,
    /// Neither their sessions nor their tokens count.
    disabled: bool,
    /// Whether they can sign in.
    has_password: bool,
    /// RFC 3339.
    created: Option<String>,
}

/// One page of everybody.
#[derive(Serialize, ToSchema)]
pub(super) struct PeopleBody {
    people: Vec<PersonBody>,
    /// Cursor of the next page; null: there is none.
    #[schema(example = json!(null))]
    next: Option<i64>,
}

/// How many at once, and where to begin.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// How many in a page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 200)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(example = 17)]
    cursor: Option<i64>,
}

impl PageQuery {
    /// The page of `all` that is asked for, and the cursor of the next one. They are few enough to be read together.
    fn page<T>(
        query: Result<Query<Self>, QueryRejection>,
        all: Vec<T>,
        id: impl Fn(&T) -> i64,
    ) -> Result<(Vec<T>, Option<i64>), Problem> {
        let Query(query) = query.map_err(|e| bad(e.body_text()))?;
        let limit = query.limit.unwrap_or(MOST);
        if !(1..=MOST).contains(&limit) {
            return Err(bad(format!("limit = {limit}: write 1 to {MOST}")));
        }
        let begin = match query.cursor {
            None => 0,
            Some(cursor) => match all.iter().position(|one| id(one) == cursor) {
                Some(at) => at + 1,
                None => {
                    return Err(bad(format!(
                        "cursor = {cursor}: write what next said in the page before"
                    )));
                }
            },
        };
        let more = all.len() > begin + limit as usize;
        let page: Vec<T> = all.into_iter().skip(begin).take(limit as usize).collect();
        let next = page.last().map(id).filter(|_| more);
        Ok((page, next))
    }
}

/// Somebody new.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPersonBody {
    name: String,
    /// `teacher`, `editor` or `admin`.
    role: String,
    /// Without one they choose it by a link.
    password: Option<String>,
}

/// What changes of a person; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonChanges {
    /// `teacher`, `editor` or `admin`.
    role: Option<String>,
    /// `7`, `mathematics`, `7/mathematics`; an empty list takes all limits away.
    scopes: Option<Vec<String>>,
    /// Bytes of recordings; null: the setting's default.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<u64>, maximum = 1152921504606846976_u64)]
    quota: Option<Option<u64>>,
    disabled: Option<bool>,
    /// Ends their sessions.
    password: Option<String>,
}

/// Tells null from what is left out.
fn said<'de, D: serde::Deserializer<'de>>(field: D) -> Result<Option<Option<u64>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// A link by which somebody chooses a password, once.
#[derive(Serialize, ToSchema)]
pub(super) struct LinkBody {
    url: String,
    /// Seconds.
    expires_in: u64,
}

/// A token. Its secret is told once, when it is made.
#[derive(Serialize, ToSchema)]
pub(super) struct TokenBody {
    id: i64,
    /// Who acts with it.
    name: String,
    /// At most.
    role: &'static str,
    label: Option<String>,
    /// RFC 3339.
    created: Option<String>,
    /// RFC 3339.
    expires: Option<String>,
    /// RFC 3339; null while it counts.
    revoked: Option<String>,
}

/// One page of one's tokens.
#[derive(Serialize, ToSchema)]
pub(super) struct TokensBody {
    tokens: Vec<TokenBody>,
    /// Cursor of the next page; null: there is none.
    #[schema(example = json!(null))]
    next: Option<i64>,
}

/// A token to be made for oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTokenBody {
    /// Not above one's own.
    role: String,
    label: Option<String>,
    /// Until it expires: 1 to 3650, or 365 when it is left out.
    days: Option<u32>,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeTokenBody {
    id: i64,
    /// The token itself, told this once.
    token: String,
}

fn time(at: UnixMillis) -> Option<String> {
    at.timestamp().map(|t| t.to_string())
}

impl From<Person> for PersonBody {
    fn from(p: Person) -> Self {
        Self {
            id: p.id.0,
            name: p.name,
            role: p.role.as_str(),
            scopes: p.scopes.iter().map(ToString::to_string).collect(),
            quota: p.quota.map(|q| q.0),
            disabled: p.disabled.is_some(),
            has_password: p.has_password,
            created: time(p.created),
        }
    }
}

impl From<Token> for TokenBody {
    fn from(t: Token) -> Self {
        Self {
            id: t.id.0,
            name: t.name,
            role: t.role.as_str(),
            label: t.label,
            created: time(t.created),
            expires: time(t.expires),
            revoked: t.revoked.and_then(time),
        }
    }
}

/// Say who acts.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "people", security(("token" = [])),
    responses(
        (status = 200, description = "Who acts", body = MeBody),
    )
)]
pub(super) async fn me(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
) -> Result<Json<MeBody>, Problem> {
    let person = actor.person;
    let used = app.catalogue.read(move |c| c.bytes_of(person)).await?;
    Ok(Json(MeBody {
        name: actor.name.clone(),
        role: actor.role.as_str(),
        scopes: actor.scopes.iter().map(ToString::to_string).collect(),
        quota: app.desk.rules().quota(&actor).map(|(quota, _)| quota.0),
        used: used.0,
        by: match actor.by {
            By::Session => "session",
            By::Token => "token",
        },
    }))
}

/// List one's tokens; an administrator sees everybody's.
#[utoipa::path(
    get, path = "/api/v1/tokens", tag = "people", security(("token" = [])), params(PageQuery),
    responses(
        (status = 200, description = "The tokens, the newest first", body = TokensBody),
    )
)]
pub(super) async fn tokens(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<TokensBody>, Problem> {
    let of = (!actor.can(Task::ManagePeople)).then_some(actor.person);
    let tokens = app.catalogue.read(move |c| c.tokens(of)).await?;
    let (tokens, next) = PageQuery::page(query, tokens, |token| token.id.0)?;
    Ok(Json(TokensBody {
        tokens: tokens.into_iter().map(Into::into).collect(),
        next,
    }))
}

/// Make a token for oneself.
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "people", security(("token" = [])), request_body = NewTokenBody,
    responses(
        (status = 201, description = "The token, told this once", body = MadeTokenBody),
        (status = 400, description = "A role or a time that cannot be"),
        (status = 403, description = "A role above one's own"),
    )
)]
pub(super) async fn make_token(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    body: Result<Json<NewTokenBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let new = sent(body)?;
    let role = role(&new.role)?;
    if !actor.role.grants(role) {
        return Err(Problem::new(StatusCode::FORBIDDEN).detail(format!(
            "role {:?} is not yours to give, which is {:?}",
            role.as_str(),
            actor.role.as_str()
        )));
    }
    let days = new.days.unwrap_or(365);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(bad(format!("days = {days}: write 1 to {MOST_DAYS}")));
    }
    let label = new.label.filter(|l| !l.trim().is_empty());
    if label.as_ref().is_some_and(|l| l.chars().count() > 100) {
        return Err(bad("label: write at most 100 characters"));
    }
    let secret = random()?;
    let (hash, token) = (
        secret.hash(),
        NewToken {
            person: actor.person,
            role,
            label,
            expires: actor.outlived_by_none(clock::now().after_days(days)),
        },
    );
    let by = Some(actor.person);
    let id = app
        .catalogue
        .write(move |c| c.add_token(by, &hash, &token))
        .await?;
    let body = MadeTokenBody {
        id: id.0,
        token: secret.told().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Revoke a token: one's own, or as an administrator anybody's.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{id}", tag = "people", security(("token" = [])),
    params(("id" = i64, Path, description = "The token's number")),
    responses(
        (status = 204, description = "It does not count any more"),
        (status = 404, description = "No such token of yours"),
    )
)]
pub(super) async fn revoke_token(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Decoded(id): Decoded<i64>,
) -> Result<StatusCode, Problem> {
    let of = (!actor.can(Task::ManagePeople)).then_some(actor.person);
    let by = Some(actor.person);
    let revoked = app
        .catalogue
        .write(move |c| c.revoke_token(by, TokenId(id), of));
    match revoked.await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => {
            Err(Problem::new(StatusCode::NOT_FOUND)
                .detail(format!("there is no token {id} of yours")))
        }
    }
}

/// List everybody.
#[utoipa::path(
    get, path = "/api/v1/people", tag = "people", security(("token" = ["admin"])), params(PageQuery),
    responses(
        (status = 200, description = "Everybody, by name", body = PeopleBody),

    )
)]
pub(super) async fn list(
    State(app): State<Shared>,
    _admin: Administrator,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<PeopleBody>, Problem> {
    let people = app.catalogue.read(|c| c.people()).await?;
    let (people, next) = PageQuery::page(query, people, |person| person.id.0)?;
    Ok(Json(PeopleBody {
        people: people.into_iter().map(Into::into).collect(),
        next,
    }))
}

/// Add a person.
#[utoipa::path(
    post, path = "/api/v1/people", tag = "people", security(("token" = ["admin"])), request_body = NewPersonBody,
    responses(
        (status = 201, description = "The person; Location has the address", body = PersonBody),
        (status = 400, description = "A name, role or password that cannot be"),

        (status = 409, description = "Somebody has this name"),
    )
)]
pub(super) async fn add(
    State(app): State<Shared>,
    Administrator(actor): Administrator,
    body: Result<Json<NewPersonBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let new = sent(body)?;
    let role = role(&new.role)?;
    let hash = match new.password {
        Some(password) => Some(app.sign_in.hash(password).await?),
        None => None,
    };
    let by = Some(actor.person);
    let person = app.catalogue.write(move |c| {
        let id = c.add_person(by, &new.name, role, hash.as_deref())?;
        c.snapshot().person(id)
    });
    let person = person.await?.ok_or_else(|| nobody(0))?;
    let there = format!("/api/v1/people/{}", person.id);
    let body = Json(PersonBody::from(person));
    Ok((StatusCode::CREATED, [(LOCATION, there)], body).into_response())
}

/// Get one person.
#[utoipa::path(
    get, path = "/api/v1/people/{id}", tag = "people", security(("token" = ["admin"])),
    params(("id" = i64, Path, description = "The person's number")),
    responses(
        (status = 200, description = "The person", body = PersonBody),


    )
)]
pub(super) async fn one(
    State(app): State<Shared>,
    _admin: Administrator,
    Decoded(id): Decoded<i64>,
) -> Result<Json<PersonBody>, Problem> {
    let person = app.catalogue.read(move |c| c.person(PersonId(id))).await?;
    Ok(Json(person.ok_or_else(|| nobody(id))?.into()))
}

/// Change what a person may do.
#[utoipa::path(
    patch, path = "/api/v1/people/{id}", tag = "people", security(("token" = ["admin"])), request_body = PersonChanges,
    params(("id" = i64, Path, description = "The person's number")),
    responses(
        (status = 200, description = "The person as changed", body = PersonBody),
        (status = 400, description = "A value that cannot be"),


        (status = 409, description = "The only administrator"),
    )
)]
pub(super) async fn edit(
    State(app): State<Shared>,
    Administrator(actor): Administrator,
    Decoded(id): Decoded<i64>,
    body: Result<Json<PersonChanges>, JsonRejection>,
) -> Result<Json<PersonBody>, Problem> {
    let changes = sent(body)?;
    let new_role = changes.role.as_deref().map(role).transpose()?;
    let vocabulary = app.vocabulary().await?;
    let read = |texts: Vec<String>| {
        let scopes = texts.iter().map(|text| Scope::read(text, &vocabulary));
        scopes.collect::<Result<Vec<_>, catalogue::Error>>()
    };
    let scopes = changes.scopes.map(read).transpose()?;
    let hash = match changes.password {
        Some(password) => Some(app.sign_in.hash(password).await?),
        None => None,
    };
    if let Some(quota) = changes.quota.flatten()
        && quota > MOST_BYTES
    {
        return Err(bad(format!(
            "quota = {quota}: write 0 to {MOST_BYTES} bytes"
        )));
    }
    let (by, id) = (Some(actor.person), PersonId(id));
    let change = move |c: &Change<'_>| {
        if c.snapshot().person(id)?.is_none() {
            return Ok(None);
        }
        if let Some(role) = new_role {
            c.set_role(by, id, role)?;
        }
        if let Some(scopes) = scopes {
            c.set_scopes(by, id, &scopes)?;
        }
        if let Some(quota) = changes.quota {
            c.set_quota(by, id, quota.map(Bytes))?;
        }
        if let Some(hash) = hash {
            c.set_password(by, id, &hash)?;
        }
        match changes.disabled {
            Some(true) => c.disable(by, id)?,
            Some(false) => c.enable(by, id)?,
            None => {}
        }
        c.snapshot().person(id)
    };
    let person = app.catalogue.write(change).await?;
    Ok(Json(person.ok_or_else(|| nobody(id.0))?.into()))
}

/// Make a link by which a person chooses a password; an earlier one is over.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/password-link", tag = "people", security(("token" = ["admin"])),
    params(("id" = i64, Path, description = "The person's number")),
    responses(
        (status = 201, description = "The link, told this once", body = LinkBody),


    )
)]
pub(super) async fn password_link(
    State(app): State<Shared>,
    _admin: Administrator,
    origin: Origin,
    Decoded(id): Decoded<i64>,
) -> Result<Response, Problem> {
    let person = app.catalogue.read(move |c| c.person(PersonId(id))).await?;
    let person = person.ok_or_else(|| nobody(id))?;
    let key = app.sign_in.link(LinkFor::Person(person.id)).await?;
    let body = LinkBody {
        url: origin.url(format_args!("/teach/password?key={}", key.told())),
        expires_in: crate::auth::sign_in::LINK_SECONDS,
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

fn sent<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Problem> {
    body.map(|Json(body)| body).map_err(|e| {
        let status = match e.status() {
            StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
            status => status,
        };
        Problem::new(status).detail(e.body_text())
    })
}

fn role(word: &str) -> Result<PersonRole, Problem> {
    PersonRole::from_word(word).ok_or_else(|| {
        bad(format!(
            "role = {word:?}: write worker, teacher, editor or admin"
        ))
    })
}

fn random() -> Result<Secret, Problem> {
    Secret::token().map_err(|error| {
        tracing::error!(%error, "the operating system has no randomness");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR)
    })
}

fn bad(why: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST).detail(why)
}

fn nobody(id: i64) -> Problem {
    Problem::new(StatusCode::NOT_FOUND).detail(format!("there is no person {id}"))
}
