//! Somebody comes from a platform.

use serde_json::{Value, json};

use super::school::key;
use super::*;
use crate::clock::UnixMillis;

/// The lesson that a launch leads to, and where it begins.
pub(super) fn watched(launch: Launch) -> (Code, Option<u64>) {
    match launch.aim {
        Aim::Watch(watching) => (watching.code, watching.start),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_browser_is_sent_to_the_platform_with_all_that_it_needs() {
    let site = Site::new().await;
    let there = site.lti.begin(&site.login(), OWN).await.unwrap();
    assert!(there.starts_with(&format!("{}/auth?a=1&scope=openid&", site.school.origin)));
    for (name, value) in [
        ("response_type", "id_token"),
        ("response_mode", "form_post"),
        ("prompt", "none"),
        ("client_id", "the client"),
        ("redirect_uri", "https://lessons.example/lti/launch"),
        ("login_hint", "someone & 1"),
        ("lti_message_hint", "hint=1"),
    ] {
        assert_eq!(parameter(&there, name), value, "{there}");
    }
    let again = site.lti.begin(&site.login(), OWN).await.unwrap();
    assert_ne!(parameter(&there, "nonce"), parameter(&again, "nonce"));
}

#[tokio::test]
async fn a_login_that_lacks_something_or_leads_elsewhere_is_refused() {
    let site = Site::new().await;
    type Change = fn(&mut Login);
    let cases: [(Change, &str); 9] = [
        (|l| l.iss = None, "parameter iss is missing"),
        (
            |l| l.login_hint = Some(String::new()),
            "login_hint is missing",
        ),
        (|l| l.target_link_uri = None, "target_link_uri is missing"),
        (
            |l| l.target_link_uri = Some("https://other.example/l/ABCDEF".into()),
            "not an address of this archive, https://lessons.example",
        ),
        (
            |l| l.target_link_uri = Some("https://lessons.example@other.example/".into()),
            "not an address of this archive",
        ),
        (
            |l| l.target_link_uri = Some("javascript:alert(1)".into()),
            "not an address of this archive",
        ),
        (
            |l| l.iss = Some("https://nobody.example".into()),
            "no platform with iss = \"https://nobody.example\"",
        ),
        (
            |l| l.client_id = Some("another".into()),
            "and client_id = \"another\" is registered; there is one with this iss",
        ),
        (
            |l| l.login_hint = Some("ə".repeat(8001)),
            "login_hint has 8001 characters; at most 8000",
        ),
    ];
    for (change, expected) in cases {
        let mut login = site.login();
        change(&mut login);
        let refusal = site.lti.begin(&login, OWN).await.unwrap_err().to_string();
        assert!(refusal.contains(expected), "{expected}: {refusal}");
    }
    let mut login = site.login();
    login.iss = login.iss.map(|iss| format!("{iss}/"));
    let refusal = site.lti.begin(&login, OWN).await.unwrap_err().to_string();
    assert!(refusal.contains("there is one with this iss, or one that differs in a slash"));
}

#[tokio::test]
async fn of_several_schools_of_one_host_the_client_id_tells_which_one_is_meant() {
    let site = Site::new().await;
    let mut other = site.school.as_platform("other", &[]);
    other.client_id = "second".into();
    site.catalogue
        .write(move |c| c.add_platform(&other))
        .await
        .unwrap();
    let mut login = site.login();
    login.client_id = None;
    let refusal = site.lti.begin(&login, OWN).await.unwrap_err();
    assert!(matches!(
        refusal,
        Refusal::SeveralPlatforms { count: 2, .. }
    ));
    login.client_id = Some("second".into());
    let there = site.lti.begin(&login, OWN).await.unwrap();
    assert_eq!(parameter(&there, "client_id"), "second");
}

#[tokio::test]
async fn a_launch_leads_to_the_lesson_that_it_names() {
    let site = Site::new().await;
    let launch = site.launch_with(|_| ()).await.unwrap();
    assert_eq!(launch.platform, site.platform);
    assert_eq!(launch.locale, None);
    assert_eq!(watched(launch), (code(), None));
    let code = code();
    for (target, start) in [
        (format!("/embed/{code}"), None),
        (format!("/az/l/{code}?t=90"), Some(90)),
        (format!("/ru/embed/{code}?q=360&t=5#x"), Some(5)),
        (format!("/l/{}", code.as_str().to_lowercase()), None),
        (format!("/l/{code}?t=0"), None),
        (format!("/l/{code}?t=-9"), None),
    ] {
        let change =
            |claims: &mut Value| claims[long("target_link_uri")] = format!("{OWN}{target}").into();
        let launch = site.launch_with(change).await.unwrap();
        assert_eq!(watched(launch), (code, start), "{target}");
    }
    for custom in [
        json!({"code": code, "start": "90"}),
        json!({"code": format!(" {code}"), "start": 90}),
    ] {
        let change = |claims: &mut Value| {
            claims[long("target_link_uri")] = format!("{OWN}/lti/launch").into();
            claims[long("custom")] = custom;
        };
        assert_eq!(
            watched(site.launch_with(change).await.unwrap()),
            (code, Some(90))
        );
    }
    for target in ["/lti/launch", "/", "", "/az", "/l/", "/az/grades/7"] {
        let change = |claims: &mut Value| {
            claims[long("target_link_uri")] = format!("{OWN}{target}").into();
            claims[long("custom")] = json!({"code": ""});
        };
        let launch = site.launch_with(change).await;
        let nothing = matches!(
            &launch,
            Ok(Launch {
                aim: Aim::Nothing,
                ..
            })
        );
        let no_code = matches!(&launch, Err(Refusal::NoCode { .. }));
        assert!(
            if target == "/l/" {
                nothing || no_code
            } else {
                nothing
            },
            "{target}: {launch:?}"
        );
    }
    let change = |claims: &mut Value| claims[long("custom")] = json!({"code": "K7M2QQ"});
    let refusal = site.launch_with(change).await.unwrap_err().to_string();
    assert!(refusal.contains("\"K7M2QQ\" is no code"), "{refusal}");
}

#[tokio::test]
async fn the_language_and_the_page_around_are_what_the_platform_says() {
    let site = Site::new().await;
    let change = |claims: &mut Value| {
        claims[long("launch_presentation")] =
            json!({"locale": "az_AZ", "return_url": "https://School.example:443/course/7"});
    };
    let launch = site.launch_with(change).await.unwrap();
    assert_eq!(launch.locale.as_deref(), Some("az-AZ"));
    let Aim::Watch(watching) = launch.aim else {
        panic!("{:?}", launch.aim)
    };
    let framers = watching.framers(&launch.platform);
    assert_eq!(
        framers,
        [site.school.origin.as_str(), "https://school.example"]
    );
    let change = |claims: &mut Value| {
        claims[long("launch_presentation")] =
            json!({"locale": "'; drop", "return_url": "https://a b; script-src *"});
    };
    let launch = site.launch_with(change).await.unwrap();
    assert_eq!(launch.locale, None);
    let Aim::Watch(watching) = launch.aim else {
        panic!("{:?}", launch.aim)
    };
    assert_eq!(watching.framer, None);
}

#[tokio::test]
async fn each_claim_that_is_wrong_is_named_with_what_was_expected() {
    let site = Site::with_deployments(&["1", "2"]).await;
    let now = clock::now().0 / 1000;
    let own = site.platform.issuer.clone();
    let wrong = |claim: &str, value: Value, expected: String| (claim.to_owned(), value, expected);
    let cases = [
        wrong(
            "iss",
            json!("https://other.example"),
            format!("iss = \"https://other.example\"; expected {own:?}"),
        ),
        wrong("iss", json!(format!("{own}/")), "expected".into()),
        wrong("iss", Value::Null, "iss = null".into()),
        wrong(
            "aud",
            json!("another"),
            "aud = \"another\"; expected \"the client\"".into(),
        ),
        wrong("aud", json!([]), "aud = []".into()),
        wrong("aud", json!(["x", "y"]), "aud = [".into()),
        wrong(
            "aud",
            json!(["the client", "y"]),
            "azp = nothing; expected \"the client\"".into(),
        ),
        wrong("azp", json!("another"), "azp = \"another\"".into()),
        wrong("exp", Value::Null, "exp = null; expected seconds".into()),
        wrong("exp", json!("soon"), "exp = \"soon\"".into()),
        wrong("exp", json!(now - 61), format!("exp = {} was 6", now - 61)),
        wrong("exp", json!(0), "exp = 0 was".into()),
        wrong(
            "exp",
            json!(-1e300),
            "was 9223372036854775807 seconds ago".into(),
        ),
        wrong("iat", Value::Null, "iat = null".into()),
        wrong(
            "iat",
            json!(now + 90),
            "ahead of this server's clock; at most 60".into(),
        ),
        wrong("iat", json!(1e300), "ahead".into()),
        wrong("iat", json!(now - 3700), "at most 3600".into()),
        wrong("nbf", json!(now + 90), "nbf =".into()),
        wrong("nbf", json!("x"), "nbf = \"x\"".into()),
        wrong("nonce", json!("another"), "nonce = \"another\"".into()),
        wrong("nonce", Value::Null, "nonce = null".into()),
        wrong(
            &long("version"),
            json!("1.1"),
            "version = \"1.1\"; expected \"1.3.0\"".into(),
        ),
        wrong(&long("version"), json!(1.3), "version = 1.3".into()),
        wrong(
            &long("message_type"),
            json!("LtiSubmissionReviewRequest"),
            "expected LtiResourceLinkRequest or".into(),
        ),
        wrong(
            &long("deployment_id"),
            json!("3"),
            "deployment_id = \"3\"; expected one of 1, 2".into(),
        ),
        wrong(&long("deployment_id"), json!(1), "deployment_id = 1".into()),
        wrong(
            &long("deployment_id"),
            json!(""),
            "deployment_id = \"\"".into(),
        ),
        wrong(
            &long("target_link_uri"),
            json!("https://other.example/l/ABCDEF"),
            "not an address of this archive".into(),
        ),
        wrong(
            &long("target_link_uri"),
            json!(["x"]),
            "target_link_uri = [\"x\"]".into(),
        ),
    ];
    for (claim, value, expected) in cases {
        let said = format!("{claim} = {value}");
        let refusal = site.launch_with(|claims| claims[&claim] = value).await;
        let refusal = refusal.expect_err(&said).to_string();
        assert!(
            refusal.contains(&expected),
            "{said}: {refusal}, expected {expected}"
        );
    }
    for claim in ["iss", "aud", "exp", "iat", "nonce"]
        .map(str::to_owned)
        .into_iter()
        .chain(
            [
                "version",
                "message_type",
                "deployment_id",
                "target_link_uri",
            ]
            .map(long),
        )
    {
        let left_out = |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove(&claim));
        let refusal = site.launch_with(left_out).await.unwrap_err().to_string();
        assert!(
            refusal.contains(" = nothing; expected "),
            "{claim}: {refusal}"
        );
    }
    // What may be so.
    type Change = fn(&mut Value);
    let good: [Change; 6] = [
        |c| c["aud"] = json!(["the client"]),
        |c| {
            c["aud"] = json!(["other", "the client"]);
            c["azp"] = "the client".into();
        },
        |c| c["exp"] = json!(clock::now().0 / 1000 - 30),
        |c| c["iat"] = json!((clock::now().0 / 1000 + 30) as f64 + 0.5),
        |c| drop(c.as_object_mut().unwrap().remove("sub")),
        |c| c[long("deployment_id")] = "2".into(),
    ];
    for change in good {
        site.launch_with(change).await.unwrap();
    }
}

#[tokio::test]
async fn a_launch_counts_once_and_only_with_a_state_of_this_process() {
    let site = Site::new().await;
    let (state, nonce) = site.begin().await;
    let token = own_key::sign(&site.school.key(), &site.claims(&nonce)).unwrap();
    let other_process = Lti::new(
        site.catalogue.clone(),
        site.lasting.clone(),
        Sealer::passing().unwrap(),
    );
    let posted = Posted {
        id_token: Some(token.clone()),
        state: Some(state.clone()),
        ..Posted::default()
    };
    let refusal = other_process.launch(&posted, OWN).await.unwrap_err();
    assert!(matches!(refusal, Refusal::StateUnknown), "{refusal}");
    for altered in [
        "",
        ".",
        "x",
        &state[1..],
        &format!("{state}A"),
        &site.passing.seal("lti watch", b"{}"),
    ] {
        let refusal = site.launch(altered, &token).await.unwrap_err();
        assert!(
            matches!(refusal, Refusal::StateUnknown),
            "{altered}: {refusal}"
        );
    }
    let (another, _) = site.begin().await;
    let refusal = site.launch(&another, &token).await.unwrap_err();
    assert!(
        matches!(
            refusal,
            Refusal::Claim {
                claim: Claim::Nonce,
                ..
            }
        ),
        "{refusal}"
    );
    site.launch(&state, &token).await.unwrap();
    let refusal = site.launch(&state, &token).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Replayed), "{refusal}");

    let past = |seconds: i64| UnixMillis(clock::now().0 - seconds * 1000);
    for (ago, good) in [(590, true), (601, false)] {
        let begun = Begun::new(site.platform.id, past(ago)).unwrap();
        let token = own_key::sign(&site.school.key(), &site.claims(&begun.nonce)).unwrap();
        let launch = site.launch(&begun.seal(&site.passing), &token).await;
        assert_eq!(launch.is_ok(), good, "{launch:?}");
        if let Err(refusal) = launch {
            assert_eq!(
                refusal.to_string(),
                "state was made 10 minutes ago; it counts for 10"
            );
        }
    }
}

#[tokio::test]
async fn what_the_platform_itself_says_against_it_is_told() {
    let site = Site::new().await;
    let posted = Posted {
        error: Some("login_required".into()),
        error_description: Some("x".repeat(5000)),
        ..Posted::default()
    };
    let refusal = site.lti.launch(&posted, OWN).await.unwrap_err().to_string();
    assert!(
        refusal.contains("error = \"login_required\"") && refusal.len() < 500,
        "{refusal}"
    );
    for (posted, expected) in [
        (Posted::default(), "state is missing"),
        (
            Posted {
                state: Some("x".into()),
                ..Posted::default()
            },
            "id_token is missing",
        ),
    ] {
        let refusal = site.lti.launch(&posted, OWN).await.unwrap_err().to_string();
        assert!(refusal.contains(expected), "{refusal}");
    }
}

#[tokio::test]
async fn another_platforms_token_is_none_of_this_ones() {
    let site = Site::new().await;
    let other = School::start().await;
    other.publish(&[public(&key(1))]);
    let mut new = other.as_platform("other", &[]);
    new.client_id = "the client".into();
    let id = site
        .catalogue
        .write(move |c| c.add_platform(&new))
        .await
        .unwrap();
    let (state, nonce) = site.begin().await;
    let mut claims = site.claims(&nonce);
    // Signed by the other one's key, in this one's name and in its own.
    let refusal = site
        .launch(&state, &own_key::sign(&key(1), &claims).unwrap())
        .await
        .unwrap_err();
    assert!(matches!(refusal, Refusal::NoKey { .. }), "{refusal}");
    claims["iss"] = other.origin.clone().into();
    let refusal = site
        .launch(&state, &own_key::sign(&key(1), &claims).unwrap())
        .await
        .unwrap_err();
    assert!(matches!(refusal, Refusal::NoKey { .. }), "{refusal}");
    let refusal = site
        .launch(&state, &own_key::sign(&key(0), &claims).unwrap())
        .await
        .unwrap_err();
    assert!(
        matches!(
            refusal,
            Refusal::Claim {
                claim: Claim::Issuer,
                ..
            }
        ),
        "{refusal}"
    );
    // And of a platform that is there no more.
    let begun = Begun::new(id, clock::now()).unwrap();
    site.catalogue
        .write(move |c| c.remove_platform(id))
        .await
        .unwrap();
    claims["nonce"] = begun.nonce.clone().into();
    let token = own_key::sign(&key(1), &claims).unwrap();
    let refusal = site
        .launch(&begun.seal(&site.passing), &token)
        .await
        .unwrap_err();
    assert!(matches!(refusal, Refusal::PlatformGone), "{refusal}");
}
