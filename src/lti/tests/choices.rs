//! A teacher chooses lessons, and what a launch led to stays open.

use serde_json::{Value, json};

use super::*;
use crate::clock::UnixMillis;

async fn picked(site: &Site, change: impl FnOnce(&mut Value)) -> Result<Picking, Refusal> {
    let launch = site.launch_with(|claims| {
        Site::choosing(claims);
        change(claims);
    });
    match launch.await?.aim {
        Aim::Pick(picking) => Ok(picking),
        other => panic!("{other:?}"),
    }
}

fn item(number: u32) -> Item {
    Item {
        code: Code::from_number(number),
        start: (number == 1).then_some(90),
        title: format!("Kəsrlər {number}"),
        text: Some("7 · Riyaziyyat".into()),
        url: format!("{OWN}/l/{}", Code::from_number(number)),
        embed: format!("{OWN}/az/embed/{}", Code::from_number(number)),
        frame: (640, 400),
        thumbnail: Some(Thumbnail {
            url: format!("{OWN}/media/x.jpg"),
            width: 320,
            height: 180,
        }),
    }
}

#[tokio::test]
async fn a_teacher_may_choose_and_a_pupil_may_not() {
    let site = Site::new().await;
    let picking = picked(&site, |_| ()).await.unwrap();
    assert_eq!(picking.deployment, "1");
    assert_eq!(picking.data.as_deref(), Some("given back"));
    assert_eq!(
        (picking.multiple, picking.kind),
        (false, ItemKind::ResourceLink)
    );
    assert_eq!(
        picking.return_origin().as_deref(),
        Some("https://school.example")
    );
    let lis = "http://purl.imsglobal.org/vocab/lis/v2";
    for (roles, may) in [
        (json!([]), false),
        (Value::Null, false),
        (json!("Instructor"), false),
        (json!([7]), false),
        (json!([format!("{lis}/membership#Learner")]), false),
        (json!([format!("{lis}/membership#NonInstructor")]), false),
        (json!([format!("{lis}/institution/person#Student")]), false),
        (json!(["http://evil.example/membership#Instructor"]), false),
        (
            json!([
                format!("{lis}/membership#Learner"),
                format!("{lis}/membership#ContentDeveloper")
            ]),
            true,
        ),
        (
            json!([format!("{lis}/membership/Instructor#TeachingAssistant")]),
            true,
        ),
        (json!([format!("{lis}/membership#Mentor")]), false),
        (
            json!([format!("{lis}/institution/person#Administrator")]),
            true,
        ),
        (json!(["Instructor"]), true),
    ] {
        let said = roles.to_string();
        let picking = picked(&site, |claims| claims[long("roles")] = roles).await;
        match picking {
            Ok(_) => assert!(may, "{said}"),
            Err(refusal) => {
                assert!(
                    matches!(refusal, Refusal::NotATeacher(_)) && !may,
                    "{said}: {refusal}"
                );
            }
        }
    }
}

#[tokio::test]
async fn what_a_choice_is_to_be_must_be_said_wholly() {
    let site = Site::new().await;
    let cases = [
        (Value::Null, "deep_linking_settings = null"),
        (json!({}), "with deep_link_return_url"),
        (
            json!({"deep_link_return_url": 7}),
            "with deep_link_return_url",
        ),
        (
            json!({"deep_link_return_url": "https://a.example"}),
            "a list accept_types",
        ),
        (
            json!({"deep_link_return_url": "http://a.example", "accept_types": []}),
            "must begin with https://",
        ),
        (
            json!({"deep_link_return_url": "javascript:alert(1)", "accept_types": []}),
            "it is no address",
        ),
        (
            json!({"deep_link_return_url": "https://a.example/", "accept_types": ["file", "html"]}),
            "accept_types = [\"file\",\"html\"]",
        ),
        (
            json!({"deep_link_return_url": "https://a.example/", "accept_types": ["link"], "data": {}}),
            "data is a text",
        ),
        (
            json!({"deep_link_return_url": "https://a.example/", "accept_types": ["link"], "data": "x".repeat(4001)}),
            "has 4001 characters; at most 4000",
        ),
        (
            // What travels in an address is longer than what was said.
            json!({"deep_link_return_url": "https://a.example/", "accept_types": ["link"], "data": "ə".repeat(3000)}),
            "characters; at most 6000",
        ),
    ];
    for (settings, expected) in cases {
        let refusal = picked(&site, |claims| claims[DEEP_LINKING] = settings)
            .await
            .unwrap_err();
        assert!(
            refusal.to_string().contains(expected),
            "{expected}: {refusal}"
        );
    }
    let only_links = json!({
        "deep_link_return_url": "https://a.example/", "accept_types": ["link"], "accept_multiple": true,
    });
    let picking = picked(&site, |claims| claims[DEEP_LINKING] = only_links)
        .await
        .unwrap();
    assert_eq!((picking.kind, picking.multiple), (ItemKind::Link, true));
}

#[tokio::test]
async fn what_was_chosen_is_signed_for_the_platform() {
    let site = Site::new().await;
    let mut picking = picked(&site, |_| ()).await.unwrap();
    let token = site
        .lti
        .response(&site.platform, &picking, &[item(1)])
        .await
        .unwrap();
    let said = read_by(&site.lti.published_keys().await.unwrap(), &token);
    assert_eq!(said["iss"], "the client");
    assert_eq!(said["aud"], site.platform.issuer.as_str());
    let now = clock::now().0 / 1000;
    assert!((now - 60..=now).contains(&said["iat"].as_i64().unwrap()));
    assert_eq!(
        said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(),
        7200
    );
    assert_eq!(said[long("message_type")], "LtiDeepLinkingResponse");
    assert_eq!(said[long("version")], "1.3.0");
    assert_eq!(said[long("deployment_id")], "1");
    assert_eq!(
        said["https://purl.imsglobal.org/spec/lti-dl/claim/data"],
        "given back"
    );
    let items = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";
    let code = Code::from_number(1);
    assert_eq!(
        said[items],
        json!([{
            "type": "ltiResourceLink",
            "title": "Kəsrlər 1",
            "text": "7 · Riyaziyyat",
            "url": format!("{OWN}/l/{code}"),
            "custom": {"code": code, "start": "90"},
            "iframe": {"width": 640, "height": 400},
            "thumbnail": {"url": format!("{OWN}/media/x.jpg"), "width": 320, "height": 180},
        }])
    );
    // Nothing chosen, and as an address.
    let none = site
        .lti
        .response(&site.platform, &picking, &[])
        .await
        .unwrap();
    let none = read_by(&site.lti.published_keys().await.unwrap(), &none);
    assert_eq!(none[items], json!([]));
    assert_ne!(none["nonce"], said["nonce"]);
    picking.kind = ItemKind::Link;
    let link = site
        .lti
        .response(&site.platform, &picking, &[item(2)])
        .await
        .unwrap();
    let link = read_by(&site.lti.published_keys().await.unwrap(), &link);
    assert_eq!(link[items][0]["type"], "link");
    assert_eq!(link[items][0]["iframe"]["src"], item(2).embed);
    assert!(link[items][0].get("custom").is_none());
}

#[tokio::test]
async fn at_most_as_many_lessons_as_the_platform_takes_are_told_at_once() {
    let site = Site::new().await;
    let mut picking = picked(&site, |_| ()).await.unwrap();
    for (multiple, most) in [(false, 1), (true, 50)] {
        picking.multiple = multiple;
        let items: Vec<Item> = (0..=most).map(item).collect();
        let most = most as usize;
        site.lti
            .response(&site.platform, &picking, &items[..most])
            .await
            .unwrap();
        let refusal = site
            .lti
            .response(&site.platform, &picking, &items)
            .await
            .unwrap_err();
        assert_eq!(
            refusal.to_string(),
            format!(
                "{} lessons were chosen; at most {most} are taken at once",
                most + 1
            )
        );
    }
}

#[tokio::test]
async fn a_ticket_says_what_was_sealed_until_its_time_is_over_or_its_platform_gone() {
    let site = Site::new().await;
    let watching = Watching {
        platform: site.platform.id,
        code: code(),
        start: Some(90),
        framer: Some("https://school.example".into()),
    };
    let picking = picked(&site, |_| ()).await.unwrap();
    let (watch, pick) = (
        site.lti.watch_ticket(&watching),
        site.lti.pick_ticket(&picking),
    );
    assert!(watch.len() < 250, "{watch}");
    // Also by the next process.
    let next = Lti::new(
        site.catalogue.clone(),
        site.lasting.clone(),
        Sealer::passing().unwrap(),
    );
    assert_eq!(
        next.watching(&watch).await.unwrap(),
        (site.platform.clone(), watching.clone())
    );
    assert_eq!(
        next.picking(&pick).await.unwrap(),
        (site.platform.clone(), picking.clone())
    );
    for other in [pick.as_str(), "", ".", &watch[1..], &format!("{watch}A")] {
        let refusal = site.lti.watching(other).await.unwrap_err();
        assert!(
            matches!(refusal, Refusal::TicketUnknown),
            "{other}: {refusal}"
        );
    }
    assert!(matches!(
        site.lti.picking(&watch).await,
        Err(Refusal::TicketUnknown)
    ));

    let ago = |hours: i64| UnixMillis(clock::now().0 - hours * 3_600_000 + 60_000);
    for (hours, good) in [(12, true), (13, false)] {
        let ticket = tickets::for_watching(&site.lasting, &watching, ago(hours));
        assert_eq!(site.lti.watching(&ticket).await.is_ok(), good);
    }
    for (hours, good) in [(2, true), (3, false)] {
        let ticket = tickets::for_picking(&site.lasting, &picking, ago(hours));
        assert_eq!(site.lti.picking(&ticket).await.is_ok(), good);
    }
    let id = site.platform.id;
    site.catalogue
        .write(move |c| c.remove_platform(id))
        .await
        .unwrap();
    assert!(matches!(
        site.lti.watching(&watch).await,
        Err(Refusal::PlatformGone)
    ));
    assert!(matches!(
        site.lti.picking(&pick).await,
        Err(Refusal::PlatformGone)
    ));
}
