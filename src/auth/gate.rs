//! Who acts: found by the secret that a request brings.
//!
//! What the catalogue said is remembered for one of its generations, so that a request costs no SQL, and a
//! change of access counts as soon as it is noticed: at once here, within 250 ms from the command line.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::permission::{Actor, By};
use super::secret;
use crate::catalogue::{Catalogue, Error, SecretHash};
use crate::clock::{self, UnixMillis};

/// Sessions and tokens that are remembered.
const REMEMBERED: usize = 4096;

/// What a request brings to show who sends it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presented {
    /// A session's cookie.
    Session(SecretHash),
    /// An API token.
    Token(SecretHash),
}

impl Presented {
    /// The value of a session's cookie; `None`: no session of ours.
    pub fn session(cookie: &str) -> Option<Self> {
        secret::hash_of(cookie).map(Self::Session)
    }

    /// An API token; `None`: none of ours.
    pub fn token(token: &str) -> Option<Self> {
        secret::hash_of_token(token).map(Self::Token)
    }
}

/// Finds who acts.
pub struct Gate {
    catalogue: Catalogue,
    known: Cache<Presented, Known>,
}

#[derive(Clone)]
struct Known {
    actor: Arc<Actor>,
    expires: UnixMillis,
    generation: u64,
}

impl Gate {
    /// To what `catalogue` keeps.
    pub fn new(catalogue: Catalogue) -> Self {
        Self {
            catalogue,
            known: Cache::new(REMEMBERED),
        }
    }

    /// Who acts; `None`: nobody any more, or nobody ever did.
    pub async fn admit(&self, presented: Presented) -> Result<Option<Arc<Actor>>, Error> {
        // Before the catalogue is asked: what is committed meanwhile makes the answer old.
        let (generation, now) = (self.catalogue.generation(), clock::now());
        if let Some(known) = self.known.get(&presented)
            && known.generation == generation
        {
            return Ok((now < known.expires).then_some(known.actor));
        }
        let asked = move |c: &crate::catalogue::Snapshot<'_>| match presented {
            Presented::Session(secret) => Ok((c.by_session(&secret, now)?, By::Session)),
            Presented::Token(secret) => Ok((c.by_token(&secret, now)?, By::Token)),
        };
        let (Some(admitted), by) = self.catalogue.read(asked).await? else {
            self.known.remove(&presented);
            return Ok(None);
        };
        let expires = admitted.expires;
        let actor = Arc::new(Actor::new(admitted, by));
        let known = Known {
            actor: Arc::clone(&actor),
            expires,
            generation,
        };
        self.known.insert(presented, known);
        Ok(Some(actor))
    }
}
