//! A platform's token: that it is signed by the platform (RFC 7515), and says what a launch must say (LTI Security Framework
//! §5.1.3, LTI 1.3 Core §5.3). Signatures are checked by jsonwebtoken; the claims here, since each fault has its own words.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, errors::ErrorKind};
use serde_json::{Map, Value};

use super::Refusal;
use super::refusal::{Claim, shown};
use crate::catalogue::{LONGEST_CLIENT_ID, Platform};
use crate::clock::UnixMillis;

/// What begins the names of LTI's own claims.
pub(super) const LTI: &str = "https://purl.imsglobal.org/spec/lti/claim/";

/// Characters of a token that are read.
const LONGEST: usize = 64 << 10;
/// Seconds that two clocks may differ.
const SKEW: i64 = 60;
/// Seconds ago that a token may have been made.
const OLDEST: i64 = 3600;
/// The ways to sign that are taken, in words.
const TAKEN: &str = "RS256 or ES256";

/// What a token says of how it is signed. Nobody has vouched for it yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) algorithm: Algorithm,
    /// Which key.
    pub(super) kid: Option<String>,
}

/// The claims of a token.
pub(super) type Claims = Map<String, Value>;

/// How `token` is signed.
///
/// # Errors
/// [`Refusal::Malformed`], [`Refusal::Algorithm`]: never one that needs no key, or a key that both have.
pub(super) fn head(token: &str) -> Result<Head, Refusal> {
    let malformed = |why: &str| Refusal::Malformed(why.to_owned());
    if token.len() > LONGEST {
        return Err(malformed("it is longer than 65536 characters"));
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [head, _, _] = parts[..] else {
        return Err(malformed("it has not three parts with dots between them"));
    };
    let head = BASE64URL_NOPAD
        .decode(head.as_bytes())
        .map_err(|_| malformed("its head is not base64url"))?;
    let head: Claims =
        serde_json::from_slice(&head).map_err(|_| malformed("its head is no JSON object"))?;
    if head.contains_key("crit") {
        // RFC 7515 §4.1.11: what must be understood, and nothing is.
        return Err(malformed("its head has crit"));
    }
    let found = head.get("alg").and_then(Value::as_str);
    let algorithm = match found {
        Some("RS256") => Algorithm::RS256,
        Some("ES256") => Algorithm::ES256,
        other => {
            return Err(Refusal::Algorithm {
                found: shown(other.unwrap_or("nothing")),
                expected: TAKEN,
            });
        }
    };
    let kid = match head.get("kid") {
        None | Some(Value::Null) => None,
        Some(Value::String(kid)) => Some(kid.clone()),
        Some(_) => return Err(malformed("kid in its head is no text")),
    };
    Ok(Head { algorithm, kid })
}

/// With what `key` can have signed; `None`: with nothing that is taken.
pub(super) fn signs(key: &Jwk) -> Option<Algorithm> {
    let algorithm = match &key.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            Algorithm::ES256
        }
        _ => return None,
    };
    let meant = match key.common.key_algorithm {
        None => true,
        Some(KeyAlgorithm::RS256) => algorithm == Algorithm::RS256,
        Some(KeyAlgorithm::ES256) => algorithm == Algorithm::ES256,
        Some(_) => false,
    };
    let to_sign = matches!(
        key.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    (meant && to_sign).then_some(algorithm)
}

/// What `token` says, signed with `key` in the way that its head says. `url` is where the key was found.
///
/// # Errors
/// [`Refusal::Signature`], [`Refusal::Malformed`], [`Refusal::Keys`] for a key that is none.
pub(super) fn opened(token: &str, head: &Head, key: &Jwk, url: &str) -> Result<Claims, Refusal> {
    let kid = kid_said(head.kid.as_deref());
    let key = DecodingKey::from_jwk(key)
        .map_err(|e| Refusal::Keys(format!("{}: the key kid = {kid}: {e}", shown(url))))?;
    // Only the signature: claims are looked at by `checked`.
    let mut signature_alone = Validation::new(head.algorithm);
    signature_alone.required_spec_claims.clear();
    signature_alone.validate_exp = false;
    signature_alone.validate_aud = false;
    let opened = jsonwebtoken::decode::<Claims>(token, &key, &signature_alone);
    match opened {
        Ok(opened) => Ok(opened.claims),
        Err(e) => Err(match e.kind() {
            ErrorKind::InvalidSignature => Refusal::Signature {
                kid,
                url: shown(url),
            },
            _ => Refusal::Malformed(e.to_string()),
        }),
    }
}

/// A key's name in a sentence.
pub(super) fn kid_said(kid: Option<&str>) -> String {
    kid.map_or("(none)".to_owned(), |kid| format!("{:?}", shown(kid)))
}

/// What a launch is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// `LtiResourceLinkRequest`.
    ResourceLink,
    /// `LtiDeepLinkingRequest`.
    DeepLinking,
}

/// What a launch is about and from which deployment, when `claims` are those of a launch from `platform` that was begun with
/// `nonce`.
///
/// # Errors
/// [`Refusal::Claim`], [`Refusal::Over`], [`Refusal::Old`], [`Refusal::Future`].
pub(super) fn checked(
    claims: &Claims,
    platform: &Platform,
    nonce: &str,
    now: UnixMillis,
) -> Result<(Message, String), Refusal> {
    if text(claims, "iss") != Some(&platform.issuer) {
        return Err(wrong(
            claims,
            Claim::Issuer,
            format!("{:?}", platform.issuer),
        ));
    }
    audience(claims, &platform.client_id)?;
    times(claims, now.0.div_euclid(1000))?;
    if text(claims, "nonce") != Some(nonce) {
        return Err(wrong(claims, Claim::Nonce, format!("{nonce:?}")));
    }
    if lti_text(claims, Claim::Version) != Some("1.3.0") {
        return Err(wrong(claims, Claim::Version, "\"1.3.0\"".to_owned()));
    }
    let message = match lti_text(claims, Claim::MessageType) {
        Some("LtiResourceLinkRequest") => Message::ResourceLink,
        Some("LtiDeepLinkingRequest") => Message::DeepLinking,
        _ => {
            let expected = "LtiResourceLinkRequest or LtiDeepLinkingRequest";
            return Err(wrong(claims, Claim::MessageType, expected.to_owned()));
        }
    };
    let deployment = lti_text(claims, Claim::Deployment)
        .filter(|d| !d.is_empty() && d.chars().count() <= LONGEST_CLIENT_ID);
    let Some(deployment) = deployment else {
        let expected = format!("a text of at most {LONGEST_CLIENT_ID} characters");
        return Err(wrong(claims, Claim::Deployment, expected));
    };
    let listed = platform.deployments.iter().any(|d| d == deployment);
    if !listed && !platform.deployments.is_empty() {
        let listed = platform.deployments.join(", ");
        return Err(wrong(
            claims,
            Claim::Deployment,
            format!("one of {}", shown(&listed)),
        ));
    }
    Ok((message, deployment.to_owned()))
}

/// To whom it is said (OpenID Connect Core §3.1.3.7, 3 to 5).
fn audience(claims: &Claims, client_id: &str) -> Result<(), Refusal> {
    let several = match claims.get("aud") {
        Some(Value::String(one)) if one == client_id => false,
        Some(Value::Array(all)) if all.iter().any(|one| one == client_id) => all.len() > 1,
        _ => return Err(wrong(claims, Claim::Audience, format!("{client_id:?}"))),
    };
    let party = claims.get("azp");
    if party.is_none() && !several || party.and_then(Value::as_str) == Some(client_id) {
        return Ok(());
    }
    Err(wrong(
        claims,
        Claim::AuthorizedParty,
        format!("{client_id:?}"),
    ))
}

/// When it is said; `now` in seconds since 1970.
fn times(claims: &Claims, now: i64) -> Result<(), Refusal> {
    let Some(exp) = seconds(claims, "exp") else {
        return Err(wrong(
            claims,
            Claim::Expiry,
            "seconds since 1970".to_owned(),
        ));
    };
    let Some(iat) = seconds(claims, "iat") else {
        return Err(wrong(
            claims,
            Claim::IssuedAt,
            "seconds since 1970".to_owned(),
        ));
    };
    if claims.contains_key("nbf") && seconds(claims, "nbf").is_none() {
        return Err(wrong(
            claims,
            Claim::NotBefore,
            "seconds since 1970".to_owned(),
        ));
    }
    for (claim, at) in [("iat", Some(iat)), ("nbf", seconds(claims, "nbf"))] {
        let ahead = at.map(|at| at.saturating_sub(now));
        if let (Some(at), Some(ahead)) = (at, ahead.filter(|ahead| *ahead > SKEW)) {
            return Err(Refusal::Future {
                claim,
                at,
                seconds: ahead,
                most: SKEW,
            });
        }
    }
    let over = now.saturating_sub(exp);
    if over >= SKEW {
        return Err(Refusal::Over { exp, seconds: over });
    }
    let old = now.saturating_sub(iat);
    if old > OLDEST + SKEW {
        return Err(Refusal::Old {
            iat,
            seconds: old,
            most: OLDEST,
        });
    }
    Ok(())
}

/// A claim that is a moment in seconds since 1970 (RFC 7519 §2: also with decimals).
fn seconds(claims: &Claims, name: &str) -> Option<i64> {
    let number = claims.get(name)?;
    // What is too large saturates.
    number
        .as_i64()
        .or_else(|| number.as_f64().map(|f| f as i64))
}

fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// One of LTI's own claims.
fn lti_text(claims: &Claims, claim: Claim) -> Option<&str> {
    text(claims, &full_name(claim))
}

/// A claim as it is called in a token.
pub(super) fn full_name(claim: Claim) -> String {
    let name = claim.name();
    match claim {
        Claim::Version | Claim::MessageType | Claim::Deployment | Claim::Target => {
            format!("{LTI}{name}")
        }
        Claim::DeepLinking => format!("https://purl.imsglobal.org/spec/lti-dl/claim/{name}"),
        _ => name.to_owned(),
    }
}

/// A claim that is not what is expected.
pub(super) fn wrong(claims: &Claims, claim: Claim, expected: String) -> Refusal {
    let value = claims.get(&full_name(claim));
    Refusal::Claim {
        claim,
        value: value.map_or("nothing".to_owned(), |v| shown(&v.to_string())),
        expected,
    }
}
