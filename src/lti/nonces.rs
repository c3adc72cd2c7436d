//! Launches that were used, so that none is used twice (OpenID Connect Core §15.5.2): remembered until their state is over, in
//! so much memory and no more.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Refusal;
use crate::clock::UnixMillis;

/// Launches that are remembered: what 150 a second leave in ten minutes. About 10 MB.
pub(super) const MOST: usize = 100_000;

/// The nonces of used launches, and until when each could be shown again.
pub(super) struct Nonces {
    used: Mutex<HashMap<String, UnixMillis>>,
    most: usize,
}

impl Nonces {
    /// With room for `most`.
    pub(super) fn new(most: usize) -> Self {
        Self {
            used: Mutex::default(),
            most,
        }
    }

    /// Uses a nonce up that counts until `until`.
    ///
    /// # Errors
    /// [`Refusal::Replayed`]: it was used. [`Refusal::Busy`]: there is no room; forgetting one that still counts would let it
    /// be used twice.
    pub(super) fn take(
        &self,
        nonce: &str,
        until: UnixMillis,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.contains_key(nonce) {
            return Err(Refusal::Replayed);
        }
        if used.len() >= self.most {
            used.retain(|_, until| *until >= now);
        }
        if used.len() >= self.most {
            return Err(Refusal::Busy(self.most));
        }
        used.insert(nonce.to_owned(), until);
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.used.lock().unwrap().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_used_once() {
        let nonces = Nonces::new(9);
        let (now, until) = (UnixMillis(1000), UnixMillis(2000));
        nonces.take("a", until, now).unwrap();
        let again = nonces.take("a", until, now).unwrap_err();
        assert!(matches!(again, Refusal::Replayed), "{again}");
        nonces.take("b", until, now).unwrap();
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_only_what_cannot_be_shown_again() {
        let nonces = Nonces::new(100);
        for n in 0..100 {
            let until = UnixMillis(if n < 40 { 2000 } else { 3000 });
            nonces
                .take(&n.to_string(), until, UnixMillis(1000))
                .unwrap();
        }
        let full = nonces.take("one more", UnixMillis(3000), UnixMillis(2000));
        assert!(matches!(full, Err(Refusal::Busy(100))));
        // At their last moment they still count, one later they do not.
        nonces
            .take("one more", UnixMillis(3000), UnixMillis(2001))
            .unwrap();
        assert_eq!(nonces.count(), 61);
        let replayed = nonces.take("40", UnixMillis(3000), UnixMillis(2001));
        assert!(matches!(replayed, Err(Refusal::Replayed)));
    }
}
