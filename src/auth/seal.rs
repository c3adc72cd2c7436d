//! Statements that this archive makes and knows again: whoever holds one can show it, and nobody can make one or change a bit of
//! it. HMAC-SHA-256 (RFC 2104) over what is said and what for, so that a seal for one purpose is none for another.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::catalogue::{Catalogue, Error};

/// Bytes of a secret, and of a whole seal.
const BYTES: usize = 32;
/// Bytes of a block of SHA-256.
const BLOCK: usize = 64;

/// Under which the catalogue keeps it.
const NAME: &str = "seal";

/// What makes seals and knows them.
#[derive(Clone)]
pub struct Sealer([u8; BYTES]);

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// With a secret that stays: what is sealed today is known in ten years.
    pub fn new(secret: [u8; BYTES]) -> Self {
        Self(secret)
    }

    /// With the secret of the archive itself; the first time it is this one's.
    ///
    /// # Errors
    /// The catalogue's.
    pub fn kept_in(self, catalogue: &Catalogue) -> Result<Self, Error> {
        let secret = match catalogue.read_blocking(|c| c.secret(NAME))? {
            Some(secret) => secret,
            None => catalogue.write_blocking(move |c| c.secret_or(NAME, &self.0))?,
        };
        Ok(Self(secret))
    }

    /// With a secret of this process alone: nothing that it sealed is known after the next start.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn passing() -> std::io::Result<Self> {
        let mut secret = [0; BYTES];
        getrandom::fill(&mut secret)?;
        Ok(Self(secret))
    }

    /// `said` with its seal, in characters that need no escape in a URL: `SAID.SEAL`, both base64url (RFC 4648 §5).
    pub fn seal(&self, purpose: &str, said: &[u8]) -> String {
        let seal = self.mac(purpose, said).finalize().into_bytes();
        format!(
            "{}.{}",
            BASE64URL_NOPAD.encode(said),
            BASE64URL_NOPAD.encode(&seal)
        )
    }

    /// What was sealed for `purpose`; `None`: this archive never said it so.
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let (said, seal) = sealed.split_once('.')?;
        let said = BASE64URL_NOPAD.decode(said.as_bytes()).ok()?;
        let seal = BASE64URL_NOPAD.decode(seal.as_bytes()).ok()?;
        // Compared in a time that does not depend on where they differ.
        self.mac(purpose, &said).verify_slice(&seal).ok()?;
        Some(said)
    }

    fn mac(&self, purpose: &str, said: &[u8]) -> Hmac<Sha256> {
        // A shorter key is filled up with zeros (RFC 2104 §2).
        let mut block = [0; BLOCK];
        block[..BYTES].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        // Its length first: no purpose and statement read like others.
        mac.update(&(purpose.len() as u64).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(said);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sealed_for_this_opens() {
        let sealer = Sealer::new([7; BYTES]);
        let sealed = sealer.seal("link", b"K7M2QX");
        assert_eq!(
            sealer.open("link", &sealed).as_deref(),
            Some(&b"K7M2QX"[..])
        );
        assert_eq!(sealer.open("lin", &sealed), None);
        assert_eq!(Sealer::passing().unwrap().open("link", &sealed), None);
        assert_eq!(Sealer::new([8; BYTES]).open("link", &sealed), None);
        for at in 0..sealed.len() {
            let mut other = sealed.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(sealer.open("link", &other), None, "{other}");
        }
        for cut in 0..sealed.len() {
            assert_eq!(sealer.open("link", &sealed[..cut]), None, "{cut}");
        }
        for other in ["", ".", "a.b.c", "é.é", &format!("{sealed}.{sealed}")] {
            assert_eq!(sealer.open("link", other), None, "{other}");
        }
    }

    #[test]
    fn an_archive_knows_its_own_seals_after_it_was_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Catalogue::open(folder.path(), 1).unwrap();
        let sealer = || Sealer::passing().unwrap().kept_in(&open()).unwrap();
        let sealed = sealer().seal("link", b"K7M2QX");
        let again = sealer();
        assert!(again.open("link", &sealed).is_some());
    }

    #[test]
    fn the_border_between_purpose_and_statement_counts() {
        let sealer = Sealer::new([7; BYTES]);
        let one = sealer.seal("ab", b"c");
        let other = sealer.seal("a", b"bc");
        assert_ne!(
            one.split_once('.').unwrap().1,
            other.split_once('.').unwrap().1
        );
    }
}
