//! The archive's own keys, with which it signs what teachers chose: RSA, since that is what every platform reads (LTI Security
//! Framework §5.1.2 has RS256 for all). They lie in the catalogue, so that a key renewed on the command line counts without a
//! new start. It is published first and signs an hour later, when no copy of the list that anybody kept lacks it.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Refusal;
use crate::catalogue::{Catalogue, PrivateKey};
use crate::clock::{self, UnixMillis};

/// How long what was signed counts, in seconds: as long as a teacher may take to choose, since a page with it may lie open.
pub(super) const COUNTS_SECONDS: u64 = super::tickets::PICK_HOURS * 3600;
/// How long copies of the published keys are kept by caches and platforms, in seconds: so long a new key signs nothing.
const COPIED_SECONDS: u64 = 3600;
/// How long a retired key stays published, in seconds: until what it signed last is over.
const PUBLISHED_SECONDS: u64 = COPIED_SECONDS + COUNTS_SECONDS;

/// A new key.
///
/// # Errors
/// [`Refusal::OwnKey`].
pub fn new_key() -> Result<PrivateKey, Refusal> {
    let unusable = |_| Refusal::OwnKey("none could be made".to_owned());
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(unusable)?;
    let private: Pkcs8V1Der<'_> = pair.as_der().map_err(unusable)?;
    Ok(PrivateKey {
        kid: thumbprint(&pair),
        private: private.as_ref().to_vec(),
        created: clock::now(),
        retired: None,
    })
}

/// The key that signs at `now`: the newest that was published for long enough, or the oldest of those that are there; made
/// where there is none.
///
/// # Errors
/// [`Refusal::OwnKey`], the catalogue's.
pub(super) async fn signing(catalogue: &Catalogue, now: UnixMillis) -> Result<PrivateKey, Refusal> {
    let copied = before(now, COPIED_SECONDS);
    let mut keys = catalogue.read(move |c| c.platform_keys(copied)).await?;
    keys.sort_by_key(|key| key.created);
    let known = keys.iter().rposition(|key| key.created <= copied);
    if !keys.is_empty() {
        return Ok(keys.swap_remove(known.unwrap_or(0)));
    }
    let made = tokio::task::spawn_blocking(new_key).await;
    let new = made.map_err(|_| Refusal::OwnKey("the server is stopping".to_owned()))??;
    Ok(catalogue.write(move |c| c.platform_key_or(&new)).await?)
}

/// The public halves of the newest key and of those whose signatures still count (RFC 7517 §5).
///
/// # Errors
/// [`Refusal::OwnKey`], the catalogue's.
pub(super) async fn published(catalogue: &Catalogue) -> Result<Value, Refusal> {
    let now = clock::now();
    signing(catalogue, now).await?;
    let since = before(now, PUBLISHED_SECONDS);
    let keys = catalogue.read(move |c| c.platform_keys(since)).await?;
    let public = keys
        .iter()
        .map(public)
        .collect::<Result<Vec<Value>, Refusal>>()?;
    Ok(json!({ "keys": public }))
}

/// Until when a key must have been retired so that `renew_platform_key` may forget it at `now`.
pub fn forgotten(now: UnixMillis) -> UnixMillis {
    before(now, PUBLISHED_SECONDS)
}

fn before(now: UnixMillis, seconds: u64) -> UnixMillis {
    UnixMillis(now.0 - (seconds * 1000) as i64)
}

/// The public half of a key (RFC 7517 §4).
///
/// # Errors
/// [`Refusal::OwnKey`].
pub(super) fn public(key: &PrivateKey) -> Result<Value, Refusal> {
    let (n, e) = public_numbers(&pair(key)?);
    Ok(json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.kid, "n": n, "e": e}))
}

/// `claims` as a token signed with `key` (RFC 7515 §3.1, RS256).
///
/// # Errors
/// [`Refusal::OwnKey`].
pub(super) fn sign(key: &PrivateKey, claims: &Value) -> Result<String, Refusal> {
    let head = json!({"alg": "RS256", "typ": "JWT", "kid": key.kid}).to_string();
    let said = format!(
        "{}.{}",
        BASE64URL_NOPAD.encode(head.as_bytes()),
        BASE64URL_NOPAD.encode(claims.to_string().as_bytes())
    );
    let pair = pair(key)?;
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        said.as_bytes(),
        &mut signature,
    )
    .map_err(|_| Refusal::OwnKey(format!("{} does not sign", key.kid)))?;
    Ok(format!("{said}.{}", BASE64URL_NOPAD.encode(&signature)))
}

fn pair(key: &PrivateKey) -> Result<KeyPair, Refusal> {
    KeyPair::from_pkcs8(&key.private).map_err(|e| {
        Refusal::OwnKey(format!(
            "{} is damaged ({e}); make another with teledars platform renew-key",
            key.kid
        ))
    })
}

/// Modulus and exponent in base64url (RFC 7518 §6.3.1).
fn public_numbers(pair: &KeyPair) -> (String, String) {
    let public = pair.public_key();
    let said = |number: &[u8]| BASE64URL_NOPAD.encode(number);
    (
        said(public.modulus().big_endian_without_leading_zero()),
        said(public.exponent().big_endian_without_leading_zero()),
    )
}

/// RFC 7638 §3.
fn thumbprint(pair: &KeyPair) -> String {
    let (n, e) = public_numbers(pair);
    let said = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
    BASE64URL_NOPAD.encode(&Sha256::digest(said))
}
