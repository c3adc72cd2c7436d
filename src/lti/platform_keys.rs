//! Platforms' public keys: fetched when they are first needed, kept for an hour, and fetched again for a key that is not
//! among them, since platforms change keys without telling anybody; but at most once a minute, since anybody may name a key.
//! A platform that does not answer leaves the keys as they were, for a day.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jsonwebtoken::jwk::Jwk;
use serde::Deserialize as _;
use serde_json::Value;

use super::Refusal;
use super::ask::Asker;
use super::refusal::shown;
use super::token::{Head, kid_said, signs};
use crate::catalogue::Platform;
use crate::units::PlatformId;

/// How long keys are kept.
const KEPT: Duration = Duration::from_secs(3600);
/// How long they are used where the platform does not answer.
const USABLE: Duration = Duration::from_secs(24 * 3600);
/// How long a platform is not asked again while its keys can be used, be it for a key that is not among them.
const UNKNOWN: Duration = Duration::from_secs(60);
/// How long a platform without keys that did not answer is not asked again: a class of thirty comes at once.
const TROUBLE: Duration = Duration::from_secs(10);
/// Keys of one platform that are looked at.
const MOST: usize = 100;

/// The keys of all platforms that somebody came from lately.
#[derive(Default)]
pub(super) struct PlatformKeys {
    asker: Arc<Asker>,
    /// Each behind a lock of its own, so that it is asked once for all who wait, and nobody waits for another's.
    of: Mutex<HashMap<PlatformId, Arc<tokio::sync::Mutex<Known>>>>,
}

/// What is known of a platform's keys.
#[derive(Default)]
struct Known {
    /// When it was asked last.
    asked: Option<Instant>,
    /// What it said, and when.
    keys: Option<(Instant, Vec<Jwk>)>,
    /// Why it said nothing when it was asked last.
    trouble: Option<String>,
}

impl PlatformKeys {
    pub(super) fn new(asker: Arc<Asker>) -> Self {
        Self {
            asker,
            of: Mutex::default(),
        }
    }

    /// The key of `platform` with which a token with this head is signed.
    ///
    /// # Errors
    /// [`Refusal::Keys`], [`Refusal::NoKey`], [`Refusal::Algorithm`].
    pub(super) async fn key(&self, platform: &Platform, head: &Head) -> Result<Jwk, Refusal> {
        let known = {
            let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(of.entry(platform.id).or_default())
        };
        let mut known = known.lock().await;
        if known.is_stale(Instant::now()) {
            known.ask(&self.asker, &platform.jwks_url).await;
        }
        if let Some(found) = known.find(platform, head)? {
            return Ok(found);
        }
        if known.may_ask_for_unknown(Instant::now()) {
            known.ask(&self.asker, &platform.jwks_url).await;
            if let Some(found) = known.find(platform, head)? {
                return Ok(found);
            }
        }
        Err(Refusal::NoKey {
            kid: kid_said(head.kid.as_deref()),
            url: shown(&platform.jwks_url),
        })
    }

    /// As if `by` had passed.
    #[cfg(test)]
    pub(super) async fn pass(&self, by: Duration) {
        let all: Vec<_> = self.of.lock().unwrap().values().cloned().collect();
        for known in all {
            let mut known = known.lock().await;
            let earlier = |at: Instant| at.checked_sub(by).unwrap();
            known.asked = known.asked.map(earlier);
            known.keys = known.keys.take().map(|(at, keys)| (earlier(at), keys));
        }
    }
}

impl Known {
    /// The keys, while they can be used, and how old they are.
    fn usable(&self, now: Instant) -> Option<(Duration, &[Jwk])> {
        let (at, keys) = self.keys.as_ref()?;
        let age = now.saturating_duration_since(*at);
        (age < USABLE).then_some((age, keys.as_slice()))
    }

    /// Whether the platform was not asked for so long.
    fn rested(&self, now: Instant, long: Duration) -> bool {
        self.asked
            .is_none_or(|at| now.saturating_duration_since(at) >= long)
    }

    fn is_stale(&self, now: Instant) -> bool {
        match self.usable(now) {
            Some((age, _)) => age >= KEPT && self.rested(now, UNKNOWN),
            None => self.rested(now, TROUBLE),
        }
    }

    fn may_ask_for_unknown(&self, now: Instant) -> bool {
        self.usable(now).is_some() && self.rested(now, UNKNOWN)
    }

    async fn ask(&mut self, asker: &Asker, url: &str) {
        let said = match asker.get(url, None).await {
            Ok(answer) => answer
                .object()
                .and_then(|set| read(&set))
                .map_err(|why| format!("{}: {why}", shown(url))),
            Err(refusal) => Err(refusal.to_string()),
        };
        let now = Instant::now();
        self.asked = Some(now);
        self.trouble = match said {
            Ok(keys) => {
                self.keys = Some((now, keys));
                None
            }
            Err(why) => Some(why),
        };
    }

    /// The key that a head names, or the only one that it can mean (OpenID Connect Core §10.1).
    fn find(&self, platform: &Platform, head: &Head) -> Result<Option<Jwk>, Refusal> {
        let Some((_, keys)) = self.usable(Instant::now()) else {
            return Err(Refusal::Keys(self.trouble.clone().unwrap_or_default()));
        };
        let mut fits = keys.iter().filter(|key| signs(key) == Some(head.algorithm));
        let Some(kid) = head.kid.as_deref() else {
            let first = fits.next();
            return match fits.next() {
                None => Ok(first.cloned()),
                Some(_) => Err(Refusal::NoKey {
                    kid: kid_said(None),
                    url: format!("{}, which has several,", shown(&platform.jwks_url)),
                }),
            };
        };
        let named = |key: &&Jwk| key.common.key_id.as_deref() == Some(kid);
        if let Some(found) = fits.find(named) {
            return Ok(Some(found.clone()));
        }
        match keys.iter().find(named) {
            None => Ok(None),
            Some(_) => Err(Refusal::Algorithm {
                found: format!("{:?}", head.algorithm),
                expected: "what the platform's own list says of this key",
            }),
        }
    }
}

/// The keys of a set; those of kinds that we do not know are passed over (RFC 7517 §5).
fn read(set: &serde_json::Map<String, Value>) -> Result<Vec<Jwk>, String> {
    let Some(Value::Array(keys)) = set.get("keys") else {
        return Err("the answer has no list called keys".to_owned());
    };
    if keys.len() > MOST {
        return Err(format!(
            "the answer has {} keys; at most {MOST} are taken",
            keys.len()
        ));
    }
    let known = keys.iter().filter_map(|key| Jwk::deserialize(key).ok());
    Ok(known.collect())
}
