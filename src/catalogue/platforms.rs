//! Learning platforms (LTI 1.3) whose people come to lessons: what was registered of each, the links by which they register
//! themselves, and the keys with which this archive signs what it says to them.

use rusqlite::{OptionalExtension, Row, named_params};

use super::people::name_to_tell_apart;
use super::{Change, Deed, Error, SecretHash, Snapshot};
use crate::clock::{self, UnixMillis};
use crate::search::fold::fold;
use crate::units::PlatformId;

/// Longest address of a platform, in characters.
pub const LONGEST_ADDRESS: usize = 2000;
/// Longest client or deployment id, in characters (LTI 1.3 Core §3.1.3 has 255 for deployments).
pub const LONGEST_CLIENT_ID: usize = 255;
/// Deployments that are listed for one platform.
pub const MOST_DEPLOYMENTS: usize = 1000;

/// A learning platform that was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// Its row.
    pub id: PlatformId,
    /// What the operator calls it.
    pub name: String,
    /// What it calls itself in what it signs; compared byte by byte.
    pub issuer: String,
    /// What it calls this archive.
    pub client_id: String,
    /// Where browsers are sent to sign in.
    pub authorization_url: String,
    /// Where its public keys are.
    pub jwks_url: String,
    /// From which of its deployments people may come; empty: from any.
    pub deployments: Vec<String>,
    /// When it was registered.
    pub created: UnixMillis,
}

/// A platform about to be registered. Its addresses have been looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPlatform {
    /// What the operator calls it.
    pub name: String,
    /// What it calls itself in what it signs.
    pub issuer: String,
    /// What it calls this archive.
    pub client_id: String,
    /// Where browsers are sent to sign in.
    pub authorization_url: String,
    /// Where its public keys are.
    pub jwks_url: String,
    /// From which of its deployments people may come; empty: from any.
    pub deployments: Vec<String>,
}

/// A key of this archive's own, with which it signs what it says to platforms.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey {
    /// By which platforms tell keys apart.
    pub kid: String,
    /// PKCS #8 (RFC 5958).
    pub private: Vec<u8>,
    /// When it was made.
    pub created: UnixMillis,
    /// When another took its place.
    pub retired: Option<UnixMillis>,
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateKey({}, …)", self.kid)
    }
}

impl Snapshot<'_> {
    /// All platforms, by name.
    pub fn platforms(&self) -> Result<Vec<Platform>, Error> {
        let found: Vec<Platform> = self
            .sql()
            .prepare_cached("SELECT * FROM platforms ORDER BY name_folded")?
            .query_map([], read_platform)?
            .collect::<Result<_, _>>()?;
        found.into_iter().map(|p| self.deployed(p)).collect()
    }

    /// The platform of a row; `None`: it was removed.
    pub fn platform(&self, id: PlatformId) -> Result<Option<Platform>, Error> {
        let found = self
            .sql()
            .prepare_cached("SELECT * FROM platforms WHERE id = :id")?
            .query_row(named_params! {":id": id.0}, read_platform)
            .optional()?;
        found.map(|p| self.deployed(p)).transpose()
    }

    /// The platform called `name`, in any spelling that folds to the same.
    pub fn platform_named(&self, name: &str) -> Result<Option<Platform>, Error> {
        let found = self
            .sql()
            .prepare_cached("SELECT * FROM platforms WHERE name_folded = :name")?
            .query_row(named_params! {":name": fold(name.trim())}, read_platform)
            .optional()?;
        found.map(|p| self.deployed(p)).transpose()
    }

    /// The platforms that call themselves `issuer`: several, where one host has many schools.
    pub fn platforms_of(&self, issuer: &str) -> Result<Vec<Platform>, Error> {
        let found: Vec<Platform> = self
            .sql()
            .prepare_cached("SELECT * FROM platforms WHERE issuer = :issuer ORDER BY client_id")?
            .query_map(named_params! {":issuer": issuer}, read_platform)?
            .collect::<Result<_, _>>()?;
        found.into_iter().map(|p| self.deployed(p)).collect()
    }

    fn deployed(&self, mut platform: Platform) -> Result<Platform, Error> {
        platform.deployments = self
            .sql()
            .prepare_cached(
                "SELECT deployment FROM platform_deployments WHERE platform = :id ORDER BY deployment",
            )?
            .query_map(named_params! {":id": platform.id.0}, |r| r.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(platform)
    }

    /// Whether an invite can be used at `now`: it was made, not used, and is not over.
    pub fn platform_invite(&self, key: &SecretHash, now: UnixMillis) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM platform_invites WHERE key_sha256 = :key AND expires_at > :now)",
            )?
            .query_row(named_params! {":key": key, ":now": now.0}, |r| r.get(0))?)
    }

    /// The newest key, then those that were retired after `since`, the latest first.
    pub fn platform_keys(&self, since: UnixMillis) -> Result<Vec<PrivateKey>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT kid, private, created_at, retired_at FROM platform_keys
                 WHERE retired_at IS NULL OR retired_at > :since
                 ORDER BY retired_at IS NOT NULL, retired_at DESC, kid",
            )?
            .query_map(named_params! {":since": since.0}, |r| {
                Ok(PrivateKey {
                    kid: r.get("kid")?,
                    private: r.get("private")?,
                    created: UnixMillis(r.get("created_at")?),
                    retired: r.get::<_, Option<i64>>("retired_at")?.map(UnixMillis),
                })
            })?
            .collect::<Result<_, _>>()?)
    }
}

impl Change<'_> {
    /// Registers a platform.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the name is none or taken, or this platform is registered with this client id already.
    pub fn add_platform(&self, new: &NewPlatform) -> Result<PlatformId, Error> {
        let name = name_to_tell_apart(&new.name)?;
        let ids = [&new.issuer, &new.client_id].into_iter();
        for id in ids.chain(&new.deployments) {
            if id.chars().any(char::is_control) {
                return Err(Error::Invalid(format!(
                    "the id {id:?} has characters that cannot be seen; copy it from the platform once more"
                )));
            }
        }
        if let Some(other) = self.snapshot().platform_named(name)? {
            return Err(Error::Invalid(format!(
                "there is a platform called {:?} already; choose another name, or remove that one first",
                other.name
            )));
        }
        let same = self.snapshot().platforms_of(&new.issuer)?;
        if let Some(same) = same.iter().find(|p| p.client_id == new.client_id) {
            return Err(Error::Invalid(format!(
                "{} with the client id {:?} is registered already, as {:?}; remove that one first",
                new.issuer, new.client_id, same.name
            )));
        }
        if new.deployments.len() > MOST_DEPLOYMENTS {
            return Err(Error::Invalid(format!(
                "{} deployments are too many; list at most {MOST_DEPLOYMENTS}, or none to let all of them in",
                new.deployments.len()
            )));
        }
        let id = self
            .sql()
            .prepare_cached(
                "INSERT INTO platforms (name, name_folded, issuer, client_id, authorization_url, jwks_url, created_at)
                 VALUES (:name, fold(:name), :issuer, :client_id, :authorization_url, :jwks_url, :now) RETURNING id",
            )?
            .query_row(
                named_params! {
                    ":name": name, ":issuer": new.issuer, ":client_id": new.client_id,
                    ":authorization_url": new.authorization_url, ":jwks_url": new.jwks_url, ":now": clock::now().0,
                },
                |r| r.get(0).map(PlatformId),
            )?;
        for deployment in &new.deployments {
            self.sql()
                .prepare_cached(
                    "INSERT INTO platform_deployments (platform, deployment) VALUES (:id, :deployment)
                     ON CONFLICT DO NOTHING",
                )?
                .execute(named_params! {":id": id.0, ":deployment": deployment})?;
        }
        self.record_platform("platform-added", name)?;
        Ok(id)
    }

    /// Forgets a platform: what was sealed for it counts no more. Whether there was one.
    pub fn remove_platform(&self, id: PlatformId) -> Result<bool, Error> {
        let Some(platform) = self.snapshot().platform(id)? else {
            return Ok(false);
        };
        self.sql()
            .prepare_cached("DELETE FROM platforms WHERE id = :id")?
            .execute(named_params! {":id": id.0})?;
        self.record_platform("platform-removed", &platform.name)?;
        Ok(true)
    }

    fn record_platform(&self, action: &str, name: &str) -> Result<(), Error> {
        self.record_change(&Deed {
            by: None,
            lesson: None,
            action,
            detail: Some(serde_json::json!({"platform": name})),
        })
    }

    /// Makes an invite; those that are over are forgotten.
    pub fn add_platform_invite(&self, key: &SecretHash, expires: UnixMillis) -> Result<(), Error> {
        let now = clock::now().0;
        self.sql()
            .prepare_cached("DELETE FROM platform_invites WHERE expires_at <= :now")?
            .execute(named_params! {":now": now})?;
        self.sql()
            .prepare_cached(
                "INSERT INTO platform_invites (key_sha256, created_at, expires_at) VALUES (:key, :now, :expires)",
            )?
            .execute(named_params! {":key": key, ":now": now, ":expires": expires.0})?;
        Ok(())
    }

    /// Uses an invite up; whether it could be used.
    pub fn take_platform_invite(&self, key: &SecretHash, now: UnixMillis) -> Result<bool, Error> {
        let usable = self.snapshot().platform_invite(key, now)?;
        self.sql()
            .prepare_cached("DELETE FROM platform_invites WHERE key_sha256 = :key")?
            .execute(named_params! {":key": key})?;
        Ok(usable)
    }

    /// The newest key: the one that is there, or else `new` from now on.
    pub fn platform_key_or(&self, new: &PrivateKey) -> Result<PrivateKey, Error> {
        let there = self.snapshot().platform_keys(UnixMillis(i64::MAX))?;
        if let Some(key) = there.into_iter().find(|key| key.retired.is_none()) {
            return Ok(key);
        }
        self.insert_platform_key(new)?;
        Ok(new.clone())
    }

    /// Puts `new` in the place of the newest key, which is retired; of those, the ones from before `forget` are deleted.
    pub fn renew_platform_key(&self, new: &PrivateKey, forget: UnixMillis) -> Result<(), Error> {
        // A clock that was put back must not make one end before it began.
        self.sql()
            .prepare_cached(
                "UPDATE platform_keys SET retired_at = max(:now, created_at) WHERE retired_at IS NULL",
            )?
            .execute(named_params! {":now": new.created.0})?;
        // Where the one before leaked, it must not be there at all.
        self.sql()
            .prepare_cached("DELETE FROM platform_keys WHERE retired_at <= :forget")?
            .execute(named_params! {":forget": forget.0})?;
        self.insert_platform_key(new)?;
        self.record_change(&Deed {
            by: None,
            lesson: None,
            action: "platform-key-renewed",
            detail: Some(serde_json::json!({"kid": new.kid})),
        })
    }

    fn insert_platform_key(&self, new: &PrivateKey) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "INSERT INTO platform_keys (kid, private, created_at) VALUES (:kid, :private, :created)",
            )?
            .execute(named_params! {":kid": new.kid, ":private": new.private, ":created": new.created.0})?;
        Ok(())
    }
}

fn read_platform(r: &Row<'_>) -> rusqlite::Result<Platform> {
    Ok(Platform {
        id: PlatformId(r.get("id")?),
        name: r.get("name")?,
        issuer: r.get("issuer")?,
        client_id: r.get("client_id")?,
        authorization_url: r.get("authorization_url")?,
        jwks_url: r.get("jwks_url")?,
        deployments: Vec::new(),
        created: UnixMillis(r.get("created_at")?),
    })
}
