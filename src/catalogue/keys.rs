//! What lets somebody in: sessions, API tokens, one-time links. Each is known by the SHA-256 of its secret.

use rusqlite::{OptionalExtension, named_params};

use super::{Change, Error, Person, PersonRole, Snapshot};
use crate::clock::{self, UnixMillis};
use crate::units::{PersonId, TokenId};

/// SHA-256 of a secret: all that is kept of it.
pub type SecretHash = [u8; 32];

/// A person as a session or a token of theirs lets them act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Who.
    pub person: Person,
    /// With which role: at most their own.
    pub role: PersonRole,
    /// Until when.
    pub expires: UnixMillis,
}

/// A token of somebody's. Its secret is not here, nor anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// By which it is revoked.
    pub id: TokenId,
    /// Who acts with it.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// At most.
    pub role: PersonRole,
    /// What it is for.
    pub label: Option<String>,
    /// When it was made.
    pub created: UnixMillis,
    /// When it ends.
    pub expires: UnixMillis,
    /// When it was taken back.
    pub revoked: Option<UnixMillis>,
}

/// A token about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// Who will act with it.
    pub person: PersonId,
    /// At most.
    pub role: PersonRole,
    /// What it is for.
    pub label: Option<String>,
    /// When it ends.
    pub expires: UnixMillis,
}

/// Whom a one-time link lets choose a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkFor {
    /// The first administrator, who is not there yet.
    Welcome,
    /// This person.
    Person(PersonId),
}

impl Snapshot<'_> {
    /// Whom a session lets in at `now`: nobody once it expired or its person was disabled.
    pub fn by_session(
        &self,
        secret: &SecretHash,
        now: UnixMillis,
    ) -> Result<Option<Admitted>, Error> {
        let found: Option<(i64, i64)> = self
            .sql()
            .prepare_cached(
                "SELECT person, expires_at FROM sessions WHERE token_sha256 = :secret AND expires_at > :now",
            )?
            .query_row(named_params! {":secret": secret, ":now": now.0}, |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
            .optional()?;
        let Some((person, expires)) = found else {
            return Ok(None);
        };
        let person = self.enabled(PersonId(person))?;
        Ok(person.map(|person| Admitted {
            role: person.role,
            person,
            expires: UnixMillis(expires),
        }))
    }

    /// Whom a token lets in at `now`: nobody once it expired, was revoked, or its person was disabled.
    pub fn by_token(
        &self,
        secret: &SecretHash,
        now: UnixMillis,
    ) -> Result<Option<Admitted>, Error> {
        let found: Option<(i64, PersonRole, i64)> = self
            .sql()
            .prepare_cached(
                "SELECT person, role, expires_at FROM tokens
                 WHERE token_sha256 = :secret AND expires_at > :now AND revoked_at IS NULL",
            )?
            .query_row(named_params! {":secret": secret, ":now": now.0}, |r| {
                Ok((r.get(0)?, r.get(1)?, r.get(2)?))
            })
            .optional()?;
        let Some((person, role, expires)) = found else {
            return Ok(None);
        };
        let person = self.enabled(PersonId(person))?;
        Ok(person.and_then(|person| {
            Some(Admitted {
                role: person.role.limited_to(role)?,
                person,
                expires: UnixMillis(expires),
            })
        }))
    }

    fn enabled(&self, id: PersonId) -> Result<Option<Person>, Error> {
        Ok(self.person(id)?.filter(|p| p.disabled.is_none()))
    }

    /// Tokens, the newest first: of one person, or everybody's.
    pub fn tokens(&self, of: Option<PersonId>) -> Result<Vec<Token>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT t.*, p.name FROM tokens t JOIN people p ON p.id = t.person
                 WHERE :of IS NULL OR t.person = :of ORDER BY t.id DESC",
            )?
            .query_map(named_params! {":of": of.map(|p| p.0)}, |r| {
                Ok(Token {
                    id: TokenId(r.get("id")?),
                    person: PersonId(r.get("person")?),
                    name: r.get("name")?,
                    role: r.get("role")?,
                    label: r.get("label")?,
                    created: UnixMillis(r.get("created_at")?),
                    expires: UnixMillis(r.get("expires_at")?),
                    revoked: r.get::<_, Option<i64>>("revoked_at")?.map(UnixMillis),
                })
            })?
            .collect::<Result<_, _>>()?)
    }

    /// Whom a one-time link is for at `now`; `None`: it was used, it expired, or it never was one.
    pub fn link(&self, key: &SecretHash, now: UnixMillis) -> Result<Option<LinkFor>, Error> {
        let found: Option<Option<i64>> = self
            .sql()
            .prepare_cached(
                "SELECT person FROM password_links WHERE key_sha256 = :key AND expires_at > :now",
            )?
            .query_row(named_params! {":key": key, ":now": now.0}, |r| r.get(0))
            .optional()?;
        match found {
            None => Ok(None),
            Some(Some(person)) => Ok(Some(LinkFor::Person(PersonId(person)))),
            // Somebody may have made an administrator on the command line meanwhile.
            Some(None) if self.has_administrator()? => Ok(None),
            Some(None) => Ok(Some(LinkFor::Welcome)),
        }
    }
}

impl Change<'_> {
    /// Begins a session; those that are over are forgotten.
    pub fn add_session(
        &self,
        secret: &SecretHash,
        person: PersonId,
        expires: UnixMillis,
    ) -> Result<(), Error> {
        let now = clock::now().0;
        self.sql()
            .prepare_cached("DELETE FROM sessions WHERE expires_at <= :now")?
            .execute(named_params! {":now": now})?;
        self.sql()
            .prepare_cached(
                "INSERT INTO sessions (token_sha256, person, created_at, expires_at)
                 VALUES (:secret, :person, :now, :expires)",
            )?
            .execute(named_params! {
                ":secret": secret, ":person": person.0, ":now": now, ":expires": expires.0,
            })?;
        Ok(())
    }

    /// Ends one session.
    pub fn end_session(&self, secret: &SecretHash) -> Result<(), Error> {
        self.sql()
            .prepare_cached("DELETE FROM sessions WHERE token_sha256 = :secret")?
            .execute(named_params! {":secret": secret})?;
        Ok(())
    }

    /// Ends all of a person's sessions.
    pub fn end_sessions_of(&self, person: PersonId) -> Result<(), Error> {
        self.sql()
            .prepare_cached("DELETE FROM sessions WHERE person = :person")?
            .execute(named_params! {":person": person.0})?;
        Ok(())
    }

    /// Makes a token, and logs `by` whom.
    pub fn add_token(
        &self,
        by: Option<PersonId>,
        secret: &SecretHash,
        token: &NewToken,
    ) -> Result<TokenId, Error> {
        let id: TokenId = self
            .sql()
            .prepare_cached(
                "INSERT INTO tokens (token_sha256, person, role, label, created_at, expires_at)
                 VALUES (:secret, :person, :role, :label, :now, :expires) RETURNING id",
            )?
            .query_row(
                named_params! {
                    ":secret": secret, ":person": token.person.0, ":role": token.role,
                    ":label": token.label, ":now": clock::now().0, ":expires": token.expires.0,
                },
                |r| r.get(0).map(TokenId),
            )?;
        let told = format!("{id} {}", token.role.as_str());
        self.record_about(by, token.person, "token-created", Some(&told))?;
        Ok(id)
    }

    /// Takes a token back, if it is one of `of`, or anybody's; whether there is such a one.
    pub fn revoke_token(
        &self,
        by: Option<PersonId>,
        id: TokenId,
        of: Option<PersonId>,
    ) -> Result<bool, Error> {
        let person: Option<i64> = self
            .sql()
            .prepare_cached(
                "UPDATE tokens SET revoked_at = coalesce(revoked_at, :now)
                 WHERE id = :id AND (:of IS NULL OR person = :of) RETURNING person",
            )?
            .query_row(
                named_params! {":now": clock::now().0, ":id": id.0, ":of": of.map(|p| p.0)},
                |r| r.get(0),
            )
            .optional()?;
        let Some(person) = person.map(PersonId) else {
            return Ok(false);
        };
        self.record_about(by, person, "token-revoked", Some(&id.to_string()))?;
        Ok(true)
    }

    /// Makes a one-time link; earlier ones for the same are over.
    pub fn add_link(
        &self,
        key: &SecretHash,
        link: &LinkFor,
        expires: UnixMillis,
    ) -> Result<(), Error> {
        let person = match link {
            LinkFor::Welcome => None,
            LinkFor::Person(person) => Some(person.0),
        };
        let now = clock::now().0;
        self.sql()
            .prepare_cached(
                "DELETE FROM password_links WHERE person IS :person OR expires_at <= :now",
            )?
            .execute(named_params! {":person": person, ":now": now})?;
        self.sql()
            .prepare_cached(
                "INSERT INTO password_links (key_sha256, person, created_at, expires_at)
                 VALUES (:key, :person, :now, :expires)",
            )?
            .execute(named_params! {
                ":key": key, ":person": person, ":now": now, ":expires": expires.0,
            })?;
        Ok(())
    }

    /// Uses a one-time link up: what it was for, once.
    pub fn take_link(&self, key: &SecretHash, now: UnixMillis) -> Result<Option<LinkFor>, Error> {
        let link = self.snapshot().link(key, now)?;
        self.sql()
            .prepare_cached("DELETE FROM password_links WHERE key_sha256 = :key")?
            .execute(named_params! {":key": key})?;
        Ok(link)
    }
}
