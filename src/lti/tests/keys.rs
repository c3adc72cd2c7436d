//! Platforms' keys and our own, as they change.

use std::time::Duration;

use serde_json::{Value, json};

use super::school::{Answers, key};
use super::*;
use crate::clock::UnixMillis;

/// Seconds after which keys are used no longer.
const DAY: u64 = 24 * 3600;

/// A launch signed by one of the keys.
async fn launch_by(site: &Site, number: usize) -> Result<Launch, Refusal> {
    let (state, nonce) = site.begin().await;
    let token = own_key::sign(&key(number), &site.claims(&nonce)).unwrap();
    site.launch(&state, &token).await
}

/// One of a few keys, as if it were made at this moment.
fn made_now(number: usize) -> crate::catalogue::PrivateKey {
    crate::catalogue::PrivateKey {
        created: clock::now(),
        ..key(number)
    }
}

async fn pass(site: &Site, seconds: u64) {
    site.lti.0.keys.pass(Duration::from_secs(seconds)).await;
}

#[tokio::test]
async fn a_platform_that_changed_its_key_is_asked_again_but_at_most_once_a_minute() {
    let site = Site::new().await;
    launch_by(&site, 0).await.unwrap();
    launch_by(&site, 0).await.unwrap();
    assert_eq!(site.school.keys_asked(), 1);
    site.school.publish(&[public(&key(1))]);
    for _ in 0..20 {
        let refusal = launch_by(&site, 1).await.unwrap_err();
        assert!(matches!(refusal, Refusal::NoKey { .. }), "{refusal}");
    }
    pass(&site, 58).await;
    assert!(launch_by(&site, 1).await.is_err());
    assert_eq!(site.school.keys_asked(), 1);
    pass(&site, 2).await;
    launch_by(&site, 1).await.unwrap();
    assert_eq!(site.school.keys_asked(), 2);
    // The key before is the platform's no more.
    let refusal = launch_by(&site, 0).await.unwrap_err();
    assert!(
        refusal.to_string().contains("/jwks does not have"),
        "{refusal}"
    );
    assert_eq!(site.school.keys_asked(), 2);
}

#[tokio::test]
async fn keys_are_kept_for_an_hour_and_a_key_taken_back_counts_no_longer() {
    let site = Site::new().await;
    launch_by(&site, 0).await.unwrap();
    site.school.publish(&[public(&key(1))]);
    pass(&site, 3590).await;
    launch_by(&site, 0).await.unwrap();
    pass(&site, 10).await;
    assert!(matches!(
        launch_by(&site, 0).await,
        Err(Refusal::NoKey { .. })
    ));
    assert_eq!(site.school.keys_asked(), 2);
}

#[tokio::test]
async fn a_class_that_comes_at_once_asks_once() {
    let site = Site::new().await;
    let all = futures_util::future::join_all((0..30).map(|_| launch_by(&site, 0))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(site.school.keys_asked(), 1);
    // Also when nobody answers.
    pass(&site, DAY).await;
    site.school.answer_for_keys(Answers::Json(500, json!({})));
    let all = futures_util::future::join_all((0..30).map(|_| launch_by(&site, 0))).await;
    for launch in all {
        let refusal = launch.unwrap_err().to_string();
        assert!(refusal.contains("/jwks: it answered 500"), "{refusal}");
    }
    assert_eq!(site.school.keys_asked(), 2);
    pass(&site, 10).await;
    site.school.publish(&[public(&key(0))]);
    launch_by(&site, 0).await.unwrap();
}

#[tokio::test]
async fn a_platform_that_does_not_answer_leaves_its_keys_as_they_were_for_a_day() {
    let site = Site::new().await;
    launch_by(&site, 0).await.unwrap();
    site.school.answer_for_keys(Answers::Json(503, json!({})));
    // Anybody may have it asked for a key that it has not.
    pass(&site, 60).await;
    let refusal = launch_by(&site, 1).await.unwrap_err();
    assert!(matches!(refusal, Refusal::NoKey { .. }), "{refusal}");
    assert_eq!(site.school.keys_asked(), 2);
    launch_by(&site, 0).await.unwrap();
    // An hour later it is asked once a minute, and meanwhile believed.
    pass(&site, 3600).await;
    launch_by(&site, 0).await.unwrap();
    launch_by(&site, 0).await.unwrap();
    assert_eq!(site.school.keys_asked(), 3);
    pass(&site, DAY - 3661).await;
    launch_by(&site, 0).await.unwrap();
    pass(&site, 61).await;
    let refusal = launch_by(&site, 0).await.unwrap_err().to_string();
    assert!(refusal.contains("/jwks: it answered 503"), "{refusal}");
}

#[tokio::test]
async fn of_a_set_of_keys_only_what_fits_is_taken() {
    let site = Site::new().await;
    let with = |name: &str, value: Value| {
        let mut public = public(&key(0));
        public[name] = value;
        public
    };
    let refused = [
        (json!({}), "no list called keys"),
        (json!({"keys": {}}), "no list called keys"),
        (json!([]), "no JSON object"),
        (json!({"keys": []}), "does not have"),
        (json!({"keys": [7, null, {"kty": "new"}]}), "does not have"),
        (
            json!({"keys": [with("use", "enc".into())]}),
            "what the platform's own list says",
        ),
        (
            json!({"keys": [with("alg", "RS512".into())]}),
            "what the platform's own list says",
        ),
        (
            json!({"keys": [with("kid", "another".into())]}),
            "does not have",
        ),
        (
            json!({"keys": vec![with("kid", "another".into()); 101]}),
            "has 101 keys; at most 100",
        ),
        (json!({"keys": [with("n", "!!".into())]}), "kid ="),
        (json!({"keys": [with("n", "AQAB".into())]}), "does not fit"),
    ];
    for (set, expected) in refused {
        pass(&site, DAY).await;
        site.school.answer_for_keys(Answers::Json(200, set));
        let refusal = launch_by(&site, 0).await.expect_err(expected).to_string();
        assert!(refusal.contains(expected), "{expected}: {refusal}");
    }
    let mut unnamed = public(&key(0));
    for name in ["use", "alg"] {
        unnamed.as_object_mut().unwrap().remove(name);
    }
    pass(&site, 4000).await;
    site.school
        .publish(&[json!({"kty": "new"}), public(&key(1)), unnamed]);
    launch_by(&site, 0).await.unwrap();
}

#[tokio::test]
async fn whatever_a_platform_answers_is_bounded_and_told() {
    let site = Site::new().await;
    let url = format!("{}/jwks", site.school.origin);
    let asker = ask::Asker::default();
    for (answers, expected) in [
        (Answers::Endless, "longer than 262144 bytes"),
        (
            Answers::Elsewhere("https://a.example/"),
            "answered 302 Found and sends to https://a.example/",
        ),
        (Answers::Json(404, json!({})), "it answered 404"),
    ] {
        site.school.answer_for_keys(answers);
        let refusal = asker.get(&url, None).await.unwrap_err().to_string();
        assert!(refusal.contains(expected), "{expected}: {refusal}");
    }
    site.school.answer_for_keys(Answers::Never);
    let impatient = ask::Asker::with_patience(Duration::from_millis(300));
    // It never answers, so that who waits for it waits for ever.
    let refusal = tokio::time::timeout(Duration::from_secs(15), impatient.get(&url, None)).await;
    let refusal = refusal.expect("it waits for ever").unwrap_err().to_string();
    assert!(
        refusal.contains("it took longer than 0.3 seconds"),
        "{refusal}"
    );
    let nobody = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        format!("http://{}/jwks", listener.local_addr().unwrap())
    };
    let refusal = asker.get(&nobody, None).await.unwrap_err().to_string();
    assert!(refusal.contains("it cannot be reached"), "{refusal}");
    // TLS with who speaks none.
    let refusal = asker
        .get(&url.replace("http:", "https:"), None)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refusal.contains("no encrypted connection") || refusal.contains("trusts no authority"),
        "{refusal}"
    );
    for foreign in [
        "http://a.example/",
        "http://127.0.0.1.example/",
        "ftp://127.0.0.1/",
        "http://127.0.0.1@a.example/",
        "x",
    ] {
        let refusal = asker.get(foreign, None).await.unwrap_err();
        assert!(
            matches!(refusal, Refusal::Address { .. }),
            "{foreign}: {refusal}"
        );
    }
}

#[tokio::test]
async fn a_renewed_key_is_published_before_it_signs_and_the_one_before_until_what_it_signed_is_over()
 {
    let site = Site::new().await;
    let published = async || {
        let set = site.lti.published_keys().await.unwrap();
        let keys = set["keys"].as_array().unwrap().clone();
        assert!(!set.to_string().contains("\"d\""));
        keys.iter()
            .map(|k| k["kid"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let picking = Picking {
        platform: site.platform.id,
        deployment: "1".into(),
        return_url: "https://school.example/".into(),
        data: None,
        multiple: false,
        kind: ItemKind::ResourceLink,
        framer: None,
    };
    let signed_by = async || {
        let token = site
            .lti
            .response(&site.platform, &picking, &[])
            .await
            .unwrap();
        read_by(&site.lti.published_keys().await.unwrap(), &token);
        token::head(&token).unwrap().kid.unwrap()
    };
    let first = signed_by().await;
    assert_eq!(published().await, std::slice::from_ref(&first));
    assert_eq!(signed_by().await, first);
    // As the command line does, while the server runs.
    let (data, new) = (site.data.path().to_owned(), made_now(0));
    let (renewed, at) = (new.kid.clone(), new.created);
    std::thread::spawn(move || {
        let other = Catalogue::open(&data, 1).unwrap();
        other
            .write_blocking(move |c| c.renew_platform_key(&new, UnixMillis(0)))
            .unwrap();
    })
    .join()
    .unwrap();
    assert_eq!(published().await, [renewed.clone(), first.clone()]);
    assert_eq!(signed_by().await, first);
    // Somebody may have the list from the moment before for an hour.
    let signs = async |seconds: i64| {
        let key = own_key::signing(&site.catalogue, UnixMillis(at.0 + seconds * 1000)).await;
        key.unwrap().kid
    };
    assert_eq!(signs(3599).await, first);
    assert_eq!(signs(3600).await, renewed);
    let count = async |since: i64| {
        let since = UnixMillis(clock::now().0 + since);
        site.catalogue
            .read(move |c| c.platform_keys(since))
            .await
            .unwrap()
            .len()
    };
    assert_eq!((count(-10_800_000).await, count(1000).await), (2, 1));
    // Where one leaked, no other is left, and the new one signs.
    let newest = made_now(1);
    let (kid, now) = (newest.kid.clone(), newest.created);
    site.catalogue
        .write(move |c| c.renew_platform_key(&newest, now))
        .await
        .unwrap();
    assert_eq!(published().await, std::slice::from_ref(&kid));
    assert_eq!(signed_by().await, kid);
}

#[tokio::test]
async fn many_that_ask_for_the_first_key_at_once_get_the_same_one() {
    let site = Site::new().await;
    let sets = futures_util::future::join_all((0..4).map(|_| site.lti.published_keys())).await;
    let sets: Vec<String> = sets
        .into_iter()
        .map(|set| set.unwrap().to_string())
        .collect();
    assert!(sets.iter().all(|set| *set == sets[0]), "{sets:?}");
}
