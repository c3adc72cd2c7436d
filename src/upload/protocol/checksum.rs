//! Upload-Checksum: the hash of one request's bytes, which are kept only if it is right.

use data_encoding::BASE64;
use http::HeaderMap;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::Malformed;
use super::field::{once, wrong};

const NAME: &str = "upload-checksum";

/// How a checksum is made. They find accidents; sha1 and md5 find no attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Every server must know it.
    Sha1,
    /// SHA-256.
    Sha256,
    /// MD5.
    Md5,
}

impl Algorithm {
    /// All of them, as Tus-Checksum-Algorithm lists them.
    pub const LIST: &'static str = "sha1,sha256,md5";

    fn named(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            "md5" => Some(Self::Md5),
            _ => None,
        }
    }

    fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Md5 => 16,
        }
    }
}

/// What a request's bytes must hash to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checksum {
    /// How.
    pub algorithm: Algorithm,
    digest: Vec<u8>,
}

impl Checksum {
    /// Reads the header `ALGORITHM BASE64`.
    pub fn of(headers: &HeaderMap) -> Result<Option<Self>, Malformed> {
        let Some(text) = once(headers, NAME)? else {
            return Ok(None);
        };
        let malformed = || {
            wrong(
                NAME,
                text,
                "an algorithm and a hash in Base64 of its length",
            )
        };
        let (name, encoded) = text.split_once(' ').ok_or_else(malformed)?;
        let algorithm = Algorithm::named(name)
            .ok_or_else(|| Malformed::Algorithm(name.chars().take(40).collect()))?;
        let digest = BASE64
            .decode(encoded.trim().as_bytes())
            .map_err(|_| malformed())?;
        if digest.len() != algorithm.length() {
            return Err(malformed());
        }
        Ok(Some(Self { algorithm, digest }))
    }

    /// Begins hashing.
    pub fn hasher(&self) -> Hasher {
        match self.algorithm {
            Algorithm::Sha1 => Hasher::Sha1(Sha1::new()),
            Algorithm::Sha256 => Hasher::Sha256(Sha256::new()),
            Algorithm::Md5 => Hasher::Md5(Md5::new()),
        }
    }

    /// Whether what was hashed is what was announced.
    pub fn holds(&self, hashed: Hasher) -> bool {
        match hashed {
            Hasher::Sha1(h) => h.finalize()[..] == self.digest[..],
            Hasher::Sha256(h) => h.finalize()[..] == self.digest[..],
            Hasher::Md5(h) => h.finalize()[..] == self.digest[..],
        }
    }
}

/// Bytes being hashed.
#[allow(missing_docs, reason = "one for each algorithm")]
#[derive(Clone, Debug)]
pub enum Hasher {
    Sha1(Sha1),
    Sha256(Sha256),
    Md5(Md5),
}

impl Hasher {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(h) => h.update(bytes),
            Self::Sha256(h) => h.update(bytes),
            Self::Md5(h) => h.update(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<Option<Checksum>, Malformed> {
        let mut headers = HeaderMap::new();
        headers.insert(NAME, value.parse().unwrap());
        Checksum::of(&headers)
    }

    #[test]
    fn each_algorithm_knows_the_hash_of_hello_world() {
        for value in [
            "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
            "sha256 uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=",
            "md5 XrY7u+Ae7tCTyyK7j1rNww==",
        ] {
            let checksum = read(value).unwrap().unwrap();
            let mut hasher = checksum.hasher();
            hasher.update(b"hello ");
            hasher.update(b"world");
            assert!(checksum.holds(hasher.clone()), "{value}");
            hasher.update(b"!");
            assert!(!checksum.holds(hasher), "{value}");
        }
    }

    #[test]
    fn what_is_no_checksum_is_refused() {
        assert_eq!(Checksum::of(&HeaderMap::new()), Ok(None));
        assert_eq!(
            read("crc64 AAAA"),
            Err(Malformed::Algorithm("crc64".into()))
        );
        for wrong in [
            "",
            "sha1",
            "sha1 ",
            "sha1 ???",
            "sha1 AAAA",
            "sha1  Kq5sNclPz7QV2+lfQIuc6R7oRu0",
        ] {
            assert!(
                matches!(read(wrong), Err(Malformed::Value { .. })),
                "{wrong:?}"
            );
        }
    }
}
