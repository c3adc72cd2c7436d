//! Tokens that are not signed by the platform, or not in a way that is taken.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::launches::watched;
use super::school::key;
use super::*;

/// A token with any head, signed by `sign`.
fn token_of(head: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let said = [head, claims]
        .map(|part| BASE64URL_NOPAD.encode(part.to_string().as_bytes()))
        .join(".");
    let signature = sign(said.as_bytes());
    format!("{said}.{}", BASE64URL_NOPAD.encode(&signature))
}

#[tokio::test]
async fn a_token_that_is_not_signed_by_the_platforms_key_is_refused() {
    let site = Site::new().await;
    let (state, nonce) = site.begin().await;
    let claims = site.claims(&nonce);
    let kid = site.school.key().kid;
    let hs256 = |said: &[u8]| {
        // What is public must be no secret: the modulus as a key of both.
        let n = public(&key(0))["n"].as_str().unwrap().to_owned();
        let mut mac = Hmac::<Sha256>::new_from_slice(n.as_bytes()).unwrap();
        mac.update(said);
        mac.finalize().into_bytes().to_vec()
    };
    let right = own_key::sign(&key(0), &claims).unwrap();
    let (said, signature) = right.rsplit_once('.').unwrap();
    let (head, _) = said.split_once('.').unwrap();
    let mut other = claims.clone();
    other["sub"] = "somebody else".into();
    let exchanged = format!(
        "{head}.{}.{signature}",
        BASE64URL_NOPAD.encode(other.to_string().as_bytes())
    );
    let by_other_under_same_name = {
        let mut other = key(1);
        other.kid.clone_from(&kid);
        own_key::sign(&other, &claims).unwrap()
    };
    let head = |alg: &str| json!({"alg": alg, "kid": kid, "typ": "JWT"});
    let cases = [
        (
            token_of(&head("none"), &claims, |_| Vec::new()),
            "alg = \"none\"; expected RS256 or ES256",
        ),
        (
            token_of(&head("None"), &claims, |_| Vec::new()),
            "alg = \"None\"",
        ),
        (token_of(&head("HS256"), &claims, hs256), "alg = \"HS256\""),
        (token_of(&head("RS512"), &claims, hs256), "alg = \"RS512\""),
        (
            token_of(&head("ES256"), &claims, hs256),
            "signed with alg = \"ES256\"",
        ),
        (
            token_of(&head("RS256"), &claims, hs256),
            "does not fit the key",
        ),
        (
            token_of(&head("RS256"), &claims, |_| Vec::new()),
            "does not fit the key",
        ),
        (
            token_of(&json!({"kid": kid}), &claims, hs256),
            "alg = \"nothing\"",
        ),
        (
            token_of(&json!({"alg": "RS256", "kid": 7}), &claims, hs256),
            "kid in its head is no text",
        ),
        (
            token_of(
                &json!({"alg": "RS256", "crit": ["exp"], "kid": kid}),
                &claims,
                hs256,
            ),
            "crit",
        ),
        (
            token_of(&json!({"alg": "RS256", "kid": "unknown"}), &claims, hs256),
            "kid = \"unknown\"",
        ),
        (by_other_under_same_name, "does not fit the key"),
        (own_key::sign(&key(1), &claims).unwrap(), "does not have"),
        (exchanged, "does not fit the key"),
        (said.to_owned(), "three parts"),
        (format!("{right}."), "three parts"),
        (format!("!{right}"), "base64url"),
        (String::new(), "three parts"),
        ("x".repeat(70_000), "longer than 65536"),
    ];
    for (token, expected) in cases {
        let refusal = site
            .launch(&state, &token)
            .await
            .expect_err(expected)
            .to_string();
        assert!(refusal.contains(expected), "{expected}: {refusal}");
        assert!(!refusal.contains(signature), "{refusal}");
    }
    // None of these used the launch up.
    site.launch(&state, &right).await.unwrap();
}

#[tokio::test]
async fn a_key_on_a_curve_signs_as_well_and_only_in_its_own_way() {
    let site = Site::new().await;
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = pair.public_key().as_ref();
    let (x, y) = point[1..].split_at(32);
    site.school.publish(&[json!({
        "kty": "EC", "crv": "P-256", "kid": "curve",
        "x": BASE64URL_NOPAD.encode(x), "y": BASE64URL_NOPAD.encode(y),
    })]);
    let sign = |said: &[u8]| {
        pair.sign(&SystemRandom::new(), said)
            .unwrap()
            .as_ref()
            .to_vec()
    };
    let (state, nonce) = site.begin().await;
    let claims = site.claims(&nonce);
    let refusal = site
        .launch(
            &state,
            &token_of(&json!({"alg": "RS256", "kid": "curve"}), &claims, sign),
        )
        .await;
    assert!(
        matches!(refusal, Err(Refusal::Algorithm { .. })),
        "{refusal:?}"
    );
    // Without a name it can only be this one.
    let token = token_of(&json!({"alg": "ES256"}), &claims, sign);
    assert_eq!(
        watched(site.launch(&state, &token).await.unwrap()).0,
        code()
    );
}
