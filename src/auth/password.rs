//! Passwords: Argon2id with the parameters that OWASP asks for (19 MiB, two passes, one lane).

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// Fewest characters (NIST SP 800-63B §3.1.1.2 asks for no other rule).
pub const SHORTEST: usize = 8;
/// Most bytes: more is no password.
pub const LONGEST: usize = 1000;
/// Computed at once: each takes 19 MiB and a core for some 20 ms.
const AT_ONCE: usize = 2;
/// That may wait for their turn before the next are told to come back: some seconds' worth.
const WAITING: usize = 128;

/// Of no password that anybody knows: who is not there takes as long to be refused as who is.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUu$mhZ8wuGGU3yMxJRXh8Y1Vt2iCeXnNqBcVfOzI1fQh2k";

/// Why a password is not taken, or not looked at.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too easily guessed.
    #[error("the password has {0} characters; take at least {SHORTEST}")]
    Short(usize),
    /// No password.
    #[error("the password has {0} bytes; take at most {LONGEST}")]
    Long(usize),
    /// Too many wait to be looked at.
    #[error("too many people are signing in; try again in a few seconds")]
    Busy,
    /// Argon2 failed: there was no memory or no randomness.
    #[error("the password could not be worked on: {0}")]
    Failed(String),
}

/// Computes hashes of passwords, a few at once.
pub struct Passwords {
    turns: Semaphore,
    queue: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            queue: Semaphore::new(AT_ONCE + WAITING),
        }
    }
}

impl Passwords {
    /// [`hash`] on a thread that may block.
    ///
    /// # Errors
    /// As [`hash`], and [`Error::Busy`].
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        self.compute(move || hash(&password)).await?
    }

    /// Whether `password` is the one of `known`, a PHC string. Without one it never is, but takes as long.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Failed`].
    pub async fn is(&self, password: String, known: Option<String>) -> Result<bool, Error> {
        if password.len() > LONGEST {
            // Nobody's, and no work for those who send megabytes.
            return Ok(false);
        }
        self.compute(move || is(&password, known.as_deref())).await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let _place = self.queue.try_acquire().map_err(|_| Error::Busy)?;
        let _turn = self.turns.acquire().await.map_err(|_| Error::Busy)?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|e| Error::Failed(e.to_string()))
    }
}

/// The PHC string of a new password. Takes some 20 ms.
///
/// # Errors
/// For a password that is too short or too long.
pub fn hash(password: &str) -> Result<String, Error> {
    let (length, bytes) = (password.chars().count(), password.len());
    if length < SHORTEST {
        return Err(Error::Short(length));
    }
    if bytes > LONGEST {
        return Err(Error::Long(bytes));
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|h| h.to_string())
        .map_err(|e| Error::Failed(e.to_string()))
}

fn is(password: &str, known: Option<&str>) -> bool {
    let Ok(hash) = PasswordHash::new(known.unwrap_or(NOBODY)) else {
        return false;
    };
    let right = Argon2::default().verify_password(password.as_bytes(), &hash);
    right.is_ok() && known.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_its_hash_says_how_it_was_made() {
        let known = hash("düzgün parol").unwrap();
        assert!(
            known.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{known}"
        );
        assert!(is("düzgün parol", Some(&known)));
        assert!(!is("duzgun parol", Some(&known)));
        assert!(!is("", Some(&known)));
        assert_ne!(hash("düzgün parol").unwrap(), known, "salted");
    }

    #[test]
    fn nobody_is_refused_after_the_same_work() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let somebody = hash("password").unwrap();
        let somebody = PasswordHash::new(&somebody).unwrap();
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert_eq!(
            nobody.hash.map(|h| h.as_bytes().len()),
            somebody.hash.map(|h| h.as_bytes().len())
        );
        assert!(!is("password", None));
        assert!(!is("password", Some("not a hash")));
    }

    #[test]
    fn passwords_have_a_length() {
        assert_eq!(hash("1234567"), Err(Error::Short(7)));
        assert!(hash("12345678").is_ok());
        assert_eq!(hash(&"a".repeat(1001)), Err(Error::Long(1001)));
        let long = "a".repeat(1000);
        let known = hash(&long).unwrap();
        assert!(is(&long, Some(&known)));
    }

    #[tokio::test]
    async fn who_comes_when_too_many_wait_is_told_to_come_back() {
        let passwords = Passwords::default();
        let all = passwords.queue.acquire_many((AT_ONCE + WAITING) as u32);
        let _all = all.await.unwrap();
        let refused = passwords.is("password".into(), None).await;
        assert_eq!(refused, Err(Error::Busy));
        // What can be no password is not worth a place in the queue.
        let long = passwords.is("a".repeat(LONGEST + 1), None).await;
        assert_eq!(long, Ok(false));
    }
}
