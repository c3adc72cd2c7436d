//! A platform's administrator opens an invite.

use serde_json::{Value, json};

use super::school::Answers;
use super::*;
use crate::auth::secret::Secret;
use crate::clock::UnixMillis;

const HERE: &str = "http://127.0.0.1:8080";

fn ours(origin: &str) -> Ours {
    Ours {
        origin: origin.to_owned(),
        name: "Lessons".into(),
        names: vec![
            ("az".into(), "Dərslər".into()),
            ("ru".into(), "Уроки".into()),
        ],
        description: "Recorded lessons".into(),
        logo: format!("{origin}/icon.png"),
        local: origin == HERE,
    }
}

/// An archive that is on the same machine, as in tests alone.
fn here() -> Ours {
    ours(HERE)
}

async fn invite(site: &Site, days: i64) -> String {
    let key = Secret::new().unwrap();
    let (hash, until) = (key.hash(), UnixMillis(clock::now().0 + days * 86_400_000));
    site.catalogue
        .write(move |c| c.add_platform_invite(&hash, until))
        .await
        .unwrap();
    key.told().to_owned()
}

async fn platforms(site: &Site) -> Vec<Platform> {
    site.catalogue.read(|c| c.platforms()).await.unwrap()
}

#[tokio::test]
async fn a_platform_registers_itself_with_an_invite_once() {
    let site = Site::new().await;
    let (invite, url) = (invite(&site, 7).await, site.school.configuration_url());
    let offer = site
        .lti
        .look_up(&invite, &url, None, &here())
        .await
        .unwrap();
    assert_eq!(offer.issuer, site.school.origin);
    assert_eq!(offer.product.as_deref(), Some("moodle"));
    assert_eq!(offer.name, "127.0.0.1");
    assert_eq!(platforms(&site).await.len(), 1);
    let platform = site
        .lti
        .register(&invite, &url, Some("the.token"), &here())
        .await
        .unwrap();
    assert_eq!(platform.client_id, "new-client");
    assert_eq!(platform.name, "127.0.0.1");
    assert_eq!(platform.deployments, [] as [&str; 0]);
    assert_eq!(platforms(&site).await.len(), 2);

    let [(headers, client)] = &site.school.registered()[..] else {
        panic!("not registered once")
    };
    assert_eq!(headers["authorization"], "Bearer the.token");
    let launch = "http://127.0.0.1:8080/lti/launch";
    assert_eq!(client["redirect_uris"], json!([launch]));
    assert_eq!(
        client["initiate_login_uri"],
        "http://127.0.0.1:8080/lti/login"
    );
    assert_eq!(client["jwks_uri"], "http://127.0.0.1:8080/lti/jwks.json");
    assert_eq!(client["response_types"], json!(["id_token"]));
    assert_eq!(client["token_endpoint_auth_method"], "private_key_jwt");
    assert_eq!(client["client_name#az"], "Dərslər");
    assert_eq!(client["scope"], "");
    let tool = &client["https://purl.imsglobal.org/spec/lti-tool-configuration"];
    assert_eq!(tool["domain"], "127.0.0.1:8080");
    assert_eq!(tool["claims"], json!(["iss", "sub"]));
    assert_eq!(tool["messages"][0]["type"], "LtiDeepLinkingRequest");
    assert_eq!(tool["messages"][0]["label#ru"], "Уроки");

    let again = site
        .lti
        .register(&invite, &url, None, &here())
        .await
        .unwrap_err();
    assert!(matches!(again, Refusal::InviteUnknown), "{again}");
    let again = site
        .lti
        .look_up(&invite, &url, None, &here())
        .await
        .unwrap_err();
    assert!(matches!(again, Refusal::InviteUnknown), "{again}");
    assert_eq!(site.school.registered().len(), 1);
}

#[tokio::test]
async fn an_invite_that_is_over_or_never_was_registers_nothing() {
    let site = Site::new().await;
    let url = site.school.configuration_url();
    let (good, over) = (invite(&site, 7).await, invite(&site, 0).await);
    for other in [
        over.as_str(),
        "",
        "x",
        &good[1..],
        &"0".repeat(64),
        &"ə".repeat(32),
    ] {
        let refusal = site
            .lti
            .register(other, &url, None, &here())
            .await
            .unwrap_err();
        assert!(
            matches!(refusal, Refusal::InviteUnknown),
            "{other}: {refusal}"
        );
    }
    assert_eq!(site.school.registered().len(), 0);
    let hash = secret::hash_of(&good).unwrap();
    let counts = async |days: i64| {
        let now = UnixMillis(clock::now().0 + days * 86_400_000);
        site.catalogue
            .read(move |c| c.platform_invite(&hash, now))
            .await
            .unwrap()
    };
    assert_eq!((counts(6).await, counts(7).await), (true, false));
}

#[tokio::test]
async fn of_two_who_open_the_same_invite_at_once_one_registers() {
    let site = Site::new().await;
    let (invite, url) = (invite(&site, 7).await, site.school.configuration_url());
    let ours = here();
    let both = tokio::join!(
        site.lti.register(&invite, &url, None, &ours),
        site.lti.register(&invite, &url, None, &ours),
    );
    assert_eq!(usize::from(both.0.is_ok()) + usize::from(both.1.is_ok()), 1);
    assert_eq!(site.school.registered().len(), 1);
    assert_eq!(platforms(&site).await.len(), 2);
}

#[tokio::test]
async fn a_browser_that_goes_away_meanwhile_leaves_nothing_half_done() {
    let site = Site::new().await;
    let (invite, url) = (invite(&site, 7).await, site.school.configuration_url());
    let ours = here();
    {
        let mut register = std::pin::pin!(site.lti.register(&invite, &url, None, &ours));
        // Begun, and nobody waits for it any more.
        while site.lti.0.registering.try_lock().is_ok() {
            assert!(futures_util::poll!(register.as_mut()).is_pending());
            tokio::task::yield_now().await;
        }
    }
    let registered = async {
        while platforms(&site).await.len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(20), registered).await;
    in_time.expect("it was given up with the browser");
    assert_eq!(site.school.registered().len(), 1);
}

#[tokio::test]
async fn a_platform_that_does_not_say_what_it_must_is_not_registered_and_the_invite_stays() {
    let site = Site::new().await;
    let (invite, url) = (invite(&site, 7).await, site.school.configuration_url());
    let with = |name: &str, value: Value| {
        let mut said = site.school.configuration();
        said[name] = value;
        Answers::Json(200, said)
    };
    let good = Answers::Json(200, site.school.configuration());
    for (answers, expected) in [
        (
            with("issuer", "https://other.example".into()),
            "is on another host than the configuration",
        ),
        (
            with("issuer", "https://127.0.0.1".into()),
            "is on another host",
        ),
        (
            with("issuer", "http://localhost".into()),
            "is on another host",
        ),
        (
            with("issuer", Value::Null),
            "issuer = null; expected an address",
        ),
        (
            with("authorization_endpoint", Value::Null),
            "authorization_endpoint = null",
        ),
        (
            with("authorization_endpoint", "http://other.example/".into()),
            "must begin with https://",
        ),
        (
            with("jwks_uri", "x".into()),
            "jwks_uri = \"x\": it is no address",
        ),
        (with("jwks_uri", "x".repeat(3000).into()), "at most 2000"),
        (
            with("registration_endpoint", "http://other.example/".into()),
            "must begin with https://",
        ),
        (
            with("id_token_signing_alg_values_supported", json!(["HS256"])),
            "expected RS256 or ES256",
        ),
        (Answers::Json(500, json!({})), "it answered 500"),
        (Answers::Json(200, json!([])), "no JSON object"),
        (Answers::Endless, "longer than 262144 bytes"),
        (
            Answers::Elsewhere("/there"),
            "sends to /there; give that address instead",
        ),
    ] {
        site.school.answer_for_configuration(answers);
        for refusal in [
            site.lti
                .look_up(&invite, &url, None, &here())
                .await
                .unwrap_err()
                .to_string(),
            site.lti
                .register(&invite, &url, None, &here())
                .await
                .unwrap_err()
                .to_string(),
        ] {
            assert!(refusal.contains(expected), "{expected}: {refusal}");
        }
    }
    assert_eq!(site.school.registered().len(), 0);
    site.school.answer_for_configuration(good);
    for (answers, expected) in [
        (
            Answers::Json(400, json!({"error": "invalid_redirect_uris"})),
            "answered 400: invalid_redirect_uris",
        ),
        (
            Answers::Json(
                401,
                json!({"error": "x", "error_description": "token_already_used"}),
            ),
            "answered 401: token_already_used",
        ),
        (Answers::Json(500, json!("no")), "answered 500"),
        (
            Answers::Json(200, json!({})),
            "client_id = nothing; expected a text",
        ),
        (Answers::Json(200, json!({"client_id": 7})), "client_id = 7"),
        (
            Answers::Json(200, json!({"client_id": "a\tb"})),
            "client_id = \"a\\tb\"; expected a text",
        ),
        (Answers::Endless, "longer than 262144 bytes"),
        (Answers::Elsewhere("/there"), "sends to /there"),
    ] {
        site.school.answer_for_registration(answers);
        let refusal = site
            .lti
            .register(&invite, &url, None, &here())
            .await
            .unwrap_err()
            .to_string();
        assert!(refusal.contains(expected), "{expected}: {refusal}");
    }
    let refusal = site
        .lti
        .register(&invite, &url, Some("a\nb"), &here())
        .await
        .unwrap_err();
    assert!(
        refusal.to_string().contains("characters that no token has"),
        "{refusal}"
    );
    assert_eq!(platforms(&site).await.len(), 1);
    site.school
        .answer_for_registration(Answers::Json(200, json!({"client_id": "at last"})));
    site.lti
        .register(&invite, &url, None, &here())
        .await
        .unwrap();
}

#[tokio::test]
async fn an_invite_is_no_leave_to_look_about_the_archives_own_machine() {
    let site = Site::new().await;
    let invite = invite(&site, 7).await;
    for (url, expected) in [
        (
            site.school.configuration_url(),
            "on this archive's own machine",
        ),
        ("http://school.example/x".into(), "must begin with https://"),
        ("https://".into(), "it is no address"),
        ("file:///etc/passwd".into(), "it is no address"),
        (String::new(), "it is no address"),
    ] {
        let refusal = site
            .lti
            .look_up(&invite, &url, None, &ours(OWN))
            .await
            .unwrap_err()
            .to_string();
        assert!(refusal.contains(expected), "{url}: {refusal}");
    }
}

#[tokio::test]
async fn the_same_host_registered_again_gets_another_name() {
    let site = Site::new().await;
    let url = site.school.configuration_url();
    for (number, expected) in [(1, "127.0.0.1"), (2, "127.0.0.1 2"), (3, "127.0.0.1 3")] {
        let client = json!({"client_id": format!("client {number}")});
        site.school
            .answer_for_registration(Answers::Json(200, client));
        let invite = invite(&site, 7).await;
        let platform = site
            .lti
            .register(&invite, &url, None, &here())
            .await
            .unwrap();
        assert_eq!(platform.name, expected);
    }
    // The same client a second time is not kept, and says so.
    let again = site
        .lti
        .register(&invite(&site, 7).await, &url, None, &here())
        .await
        .unwrap_err();
    assert!(
        again
            .to_string()
            .contains("is registered already, as \"127.0.0.1 3\""),
        "{again}"
    );
}
