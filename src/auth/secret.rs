//! Secrets that stand for a person: session cookies, API tokens, one-time links. 256 bits of the operating
//! system's; only their SHA-256 is kept, which for so much randomness need not be slow.

use std::fmt;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

pub use crate::catalogue::SecretHash;

/// Before each API token, so that one is recognised where it should not be.
const TOKEN_MARK: &str = "tds_";
/// Hexadecimal digits of a secret.
const DIGITS: usize = 64;

/// A new secret, to be told once.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// For a cookie or a link.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn new() -> std::io::Result<Self> {
        let mut bits = [0; DIGITS / 2];
        getrandom::fill(&mut bits)?;
        Ok(Self(HEXLOWER.encode(&bits)))
    }

    /// For an API token.
    ///
    /// # Errors
    /// As [`Secret::new`].
    pub fn token() -> std::io::Result<Self> {
        Ok(Self(format!("{TOKEN_MARK}{}", Self::new()?.0)))
    }

    /// To be sent to whom it is for, and to nobody else.
    pub fn told(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> SecretHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The hash of a cookie's or link's secret; `None`: no secret of ours looks like this.
pub fn hash_of(presented: &str) -> Option<SecretHash> {
    let digits = presented.bytes().all(|b| b.is_ascii_hexdigit());
    (digits && presented.len() == DIGITS).then(|| Sha256::digest(presented.as_bytes()).into())
}

/// The hash of an API token's secret; `None`: no token of ours looks like this.
pub fn hash_of_token(presented: &str) -> Option<SecretHash> {
    hash_of(presented.strip_prefix(TOKEN_MARK)?)?;
    Some(Sha256::digest(presented.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_found_again_by_its_hash_and_nothing_else_looks_like_it() {
        let (cookie, token) = (Secret::new().unwrap(), Secret::token().unwrap());
        assert_eq!(hash_of(cookie.told()), Some(cookie.hash()));
        assert_eq!(hash_of_token(token.told()), Some(token.hash()));
        assert_ne!(Secret::new().unwrap(), cookie);
        assert_eq!(hash_of(token.told()), None);
        assert_eq!(hash_of_token(cookie.told()), None);
        for other in ["", "tds_", "tds_zz", &cookie.told()[1..], &"ə".repeat(32)] {
            assert_eq!(
                (hash_of(other), hash_of_token(other)),
                (None, None),
                "{other}"
            );
        }
        assert!(!format!("{cookie:?}").contains(&cookie.told()[..8]));
    }
}
