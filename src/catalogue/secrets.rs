//! Secrets of the archive's own.

use rusqlite::{OptionalExtension, named_params};

use super::{Change, Error, Snapshot};
use crate::clock;

impl Snapshot<'_> {
    /// The secret of this name, where there is one.
    pub fn secret(&self, name: &str) -> Result<Option<[u8; 32]>, Error> {
        let mut query = self
            .sql()
            .prepare_cached("SELECT secret FROM secrets WHERE name = :name")?;
        Ok(query
            .query_row(named_params! {":name": name}, |r| r.get(0))
            .optional()?)
    }
}

impl Change<'_> {
    /// The secret of this name: the one that is there, or else `new` from now on.
    pub fn secret_or(&self, name: &str, new: &[u8; 32]) -> Result<[u8; 32], Error> {
        if let Some(secret) = self.snapshot().secret(name)? {
            return Ok(secret);
        }
        self.sql()
            .prepare_cached(
                "INSERT INTO secrets (name, secret, made_at) VALUES (:name, :secret, :now)",
            )?
            .execute(named_params! {":name": name, ":secret": new, ":now": clock::now().0})?;
        Ok(*new)
    }
}
