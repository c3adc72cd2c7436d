//! The first half of a launch: a platform asks for somebody's login, and the browser is sent to it with a state and a nonce
//! (LTI Security Framework §5.1.1). Nothing is kept meanwhile, and no cookie is set: third-party cookies do not come back in
//! frames. What the state says is sealed by this process.
//!
//! So a launch is not bound to the browser that began it. Nobody gains by that: a launch signs nobody in, and shows lessons
//! that anybody may see.

use data_encoding::HEXLOWER;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::address::origin_of;
use super::message::Login;
use super::refusal::shown;
use crate::auth::seal::Sealer;
use crate::catalogue::{LONGEST_ADDRESS, LONGEST_CLIENT_ID, Platform};
use crate::clock::UnixMillis;
use crate::units::PlatformId;

/// For what states are sealed.
const PURPOSE: &str = "lti state";
/// How long somebody may take to sign in at their platform.
pub(super) const STATE_MINUTES: u64 = 10;
/// Characters of what a platform wants back as it is; Canvas puts a whole token there.
const LONGEST_HINT: usize = 8000;
/// Bytes of randomness in a nonce.
const NONCE: usize = 16;

/// What a state says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begun {
    platform: i64,
    /// Which the platform repeats in what it signs.
    pub(super) nonce: String,
    /// Milliseconds since 1970.
    at: i64,
}

impl Begun {
    /// A beginning at `now`.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub(super) fn new(platform: PlatformId, now: UnixMillis) -> std::io::Result<Self> {
        let mut bits = [0; NONCE];
        getrandom::fill(&mut bits)?;
        Ok(Self {
            platform: platform.0,
            nonce: HEXLOWER.encode(&bits),
            at: now.0,
        })
    }

    pub(super) fn platform(&self) -> PlatformId {
        PlatformId(self.platform)
    }

    /// Until when its launch may come.
    pub(super) fn until(&self) -> UnixMillis {
        UnixMillis(self.at).after_seconds(STATE_MINUTES * 60)
    }

    pub(super) fn seal(&self, sealer: &Sealer) -> String {
        let said = serde_json::to_vec(self).unwrap_or_default();
        sealer.seal(PURPOSE, &said)
    }

    /// What `state` says, if it counts at `now`.
    ///
    /// # Errors
    /// [`Refusal::StateUnknown`], [`Refusal::StateOver`].
    pub(super) fn open(sealer: &Sealer, state: &str, now: UnixMillis) -> Result<Self, Refusal> {
        let said = sealer.open(PURPOSE, state).ok_or(Refusal::StateUnknown)?;
        let begun: Self = serde_json::from_slice(&said).map_err(|_| Refusal::StateUnknown)?;
        if begun.until() < now {
            return Err(Refusal::StateOver {
                minutes: now.0.saturating_sub(begun.at) / 60_000,
                most: STATE_MINUTES,
            });
        }
        Ok(begun)
    }
}

/// A login request that says everything that it must.
pub(super) struct Asked<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: Option<&'a str>,
    login_hint: &'a str,
    message_hint: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// What `login` asks of the archive at `own_origin`.
    ///
    /// # Errors
    /// [`Refusal::Missing`], [`Refusal::TooLong`], [`Refusal::Elsewhere`].
    pub(super) fn read(login: &'a Login, own_origin: &str) -> Result<Self, Refusal> {
        let target = said("target_link_uri", &login.target_link_uri, LONGEST_ADDRESS)?;
        let target = target.ok_or(Refusal::Missing("target_link_uri"))?;
        let asked = Self {
            issuer: said("iss", &login.iss, LONGEST_ADDRESS)?.ok_or(Refusal::Missing("iss"))?,
            client_id: said("client_id", &login.client_id, LONGEST_CLIENT_ID)?,
            login_hint: said("login_hint", &login.login_hint, LONGEST_HINT)?
                .ok_or(Refusal::Missing("login_hint"))?,
            message_hint: said("lti_message_hint", &login.lti_message_hint, LONGEST_HINT)?,
        };
        at_home(target, own_origin)?;
        Ok(asked)
    }

    /// Where the browser goes: to the platform, which knows whom it has there.
    pub(super) fn address(
        &self,
        platform: &Platform,
        own_origin: &str,
        state: &str,
        nonce: &str,
    ) -> String {
        let back = format!("{own_origin}/lti/launch");
        let mut parameters = vec![
            ("scope", "openid"),
            ("response_type", "id_token"),
            ("response_mode", "form_post"),
            ("prompt", "none"),
            ("client_id", &platform.client_id),
            ("redirect_uri", &back),
            ("login_hint", self.login_hint),
            ("state", state),
            ("nonce", nonce),
        ];
        parameters.extend(self.message_hint.map(|hint| ("lti_message_hint", hint)));
        let parameters = parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ESCAPED)));
        let parameters: Vec<String> = parameters.collect();
        let (there, _) = platform
            .authorization_url
            .split_once('#')
            .unwrap_or((&platform.authorization_url, ""));
        let sign = if there.contains('?') { '&' } else { '?' };
        format!("{there}{sign}{}", parameters.join("&"))
    }
}

/// All but the unreserved characters (RFC 3986 §2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A parameter that is there and not empty.
fn said<'a>(
    what: &'static str,
    value: &'a Option<String>,
    most: usize,
) -> Result<Option<&'a str>, Refusal> {
    let Some(value) = value.as_deref().filter(|v| !v.is_empty()) else {
        return Ok(None);
    };
    let length = value.chars().count();
    if length > most {
        return Err(Refusal::TooLong { what, length, most });
    }
    Ok(Some(value))
}

/// Whether `target` is an address of the archive at `own_origin`.
///
/// # Errors
/// [`Refusal::Elsewhere`].
pub(super) fn at_home(target: &str, own_origin: &str) -> Result<(), Refusal> {
    let there = origin_of(target);
    if there.is_some() && there == origin_of(own_origin) {
        return Ok(());
    }
    Err(Refusal::Elsewhere {
        target: shown(target),
        own: own_origin.to_owned(),
    })
}
