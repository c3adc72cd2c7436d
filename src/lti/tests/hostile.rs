//! Bytes that nobody would send on purpose.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::school::key;
use super::*;
use crate::catalogue::NewPlatform;
use crate::clock::UnixMillis;

static SEALER: LazyLock<Sealer> = LazyLock::new(|| Sealer::new([7; 32]));

fn platform() -> Platform {
    let NewPlatform {
        name,
        issuer,
        client_id,
        authorization_url,
        jwks_url,
        deployments,
    } = NewPlatform {
        name: "school".into(),
        issuer: "https://school.example".into(),
        client_id: "the client".into(),
        authorization_url: "https://school.example/auth".into(),
        jwks_url: "https://school.example/jwks".into(),
        deployments: Vec::new(),
    };
    Platform {
        id: PlatformId(1),
        name,
        issuer,
        client_id,
        authorization_url,
        jwks_url,
        deployments,
        created: UnixMillis(0),
    }
}

/// Any JSON, not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(json!("https://lessons.example/l/")),
        Just(json!("https://lessons.example/l/ABCDEF?t=99999999")),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A token that is right, and the public key that says so.
static RIGHT: LazyLock<(String, Jwk)> = LazyLock::new(|| {
    let token = own_key::sign(&key(0), &json!({"iss": "https://school.example"})).unwrap();
    (token, serde_json::from_value(public(&key(0))).unwrap())
});

proptest! {
    #[test]
    fn nothing_that_is_said_panics_or_is_believed(text in prop_oneof![".*", "[A-Za-z0-9_.-]{0,200}"]) {
        let now = UnixMillis(i64::MAX);
        prop_assert!(Begun::open(&SEALER, &text, now).is_err());
        prop_assert!(tickets::watching(&SEALER, &text, now).is_err());
        prop_assert!(tickets::picking(&SEALER, &text, now).is_err());
        if let Ok(head) = token::head(&text) {
            prop_assert!(token::opened(&text, &head, &RIGHT.1, "x").is_err());
        }
        let _ = origin_of(&text);
        let _ = check_address("x", &text);
        let login = Login { iss: Some(text.clone()), target_link_uri: Some(text), ..Login::default() };
        prop_assert!(Asked::read(&login, OWN).is_err());
    }

    #[test]
    fn what_is_sealed_but_is_no_statement_of_ours_does_not_panic(said in any::<Vec<u8>>(), json in any_json()) {
        for said in [said, json.to_string().into_bytes()] {
            for now in [i64::MIN, 0, i64::MAX].map(UnixMillis) {
                let _ = Begun::open(&SEALER, &SEALER.seal("lti state", &said), now);
                let _ = tickets::watching(&SEALER, &SEALER.seal("lti watch", &said), now);
                let _ = tickets::picking(&SEALER, &SEALER.seal("lti pick", &said), now);
            }
        }
    }

    #[test]
    fn a_token_with_any_byte_changed_is_not_the_platforms(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (right, key) = &*RIGHT;
        let mut bytes = right.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let Ok(changed) = String::from_utf8(bytes) else { return Ok(()) };
        let believed = token::head(&changed).and_then(|head| token::opened(&changed, &head, key, "x"));
        prop_assert!(believed.is_err(), "{changed}");
    }

    #[test]
    fn claims_of_any_kind_are_refused_without_a_panic(
        values in proptest::collection::vec(any_json(), 14),
        now in prop_oneof![any::<i64>(), Just(1_800_000_000_000)],
    ) {
        let names = [
            "iss", "aud", "azp", "exp", "iat", "nbf", "nonce",
            &long("version"), &long("message_type"), &long("deployment_id"), &long("target_link_uri"),
            &long("custom"), &long("roles"), DEEP_LINKING,
        ];
        let claims: token::Claims = names.into_iter().map(str::to_owned).zip(values).collect();
        let refused = token::checked(&claims, &platform(), "nonce", UnixMillis(now));
        prop_assert!(refused.is_err());
        let _ = refused.map_err(|refusal| refusal.to_string());
        for message in [token::Message::ResourceLink, token::Message::DeepLinking] {
            let _ = aim::aim(&claims, message, &platform(), "1".into(), OWN);
        }
        let _ = aim::locale(&claims);
    }
}

#[test]
fn an_address_has_the_origin_that_a_browser_sees_or_none() {
    for (url, origin) in [
        (
            "https://school.example/a?b#c",
            Some("https://school.example"),
        ),
        ("HTTPS://School.Example:443", Some("https://school.example")),
        ("http://[::1]:8080/", Some("http://[::1]:8080")),
        ("http://school.example:80/", Some("http://school.example")),
        (
            "https://school.example:444/",
            Some("https://school.example:444"),
        ),
        ("https://school.example:/", None),
        ("https://school.example:99999/", None),
        ("https://user@school.example/", None),
        ("https://school.example\\@other.example/", None),
        ("https://school.example;script-src", None),
        ("https://a b.example/", None),
        ("//school.example/", None),
        ("/l/ABCDEF", None),
        ("data:text/html,x", None),
        ("", None),
    ] {
        assert_eq!(origin_of(url).as_deref(), origin, "{url}");
    }
}
