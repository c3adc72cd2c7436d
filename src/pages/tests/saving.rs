//! What makes the site an app, and lessons something to save. Scripts are there when the web bundle was built.

use serde_json::Value;

use super::made::everything;
use super::*;
use crate::pages::assets;

fn attribute(html: &str, name: &str) -> Option<Value> {
    let value = html
        .split(&format!("{name}=\""))
        .nth(1)?
        .split('"')
        .next()?;
    let text = value.replace("&#34;", "\"").replace("&#39;", "'");
    Some(serde_json::from_str(&text.replace("&#38;", "&")).unwrap())
}

async fn whole(site: &Site) -> Saved {
    let saved = site.save(about("Kəsrlər")).await;
    let recording = site.record(saved, footage(), 148_000_000).await;
    let storyboard = file(Role::Storyboard, 2_000, "text/vtt");
    for made in everything().chain([storyboard]) {
        site.add(recording, made).await;
    }
    saved
}

#[tokio::test]
async fn every_way_can_be_saved_and_the_cheapest_video_comes_first() {
    let site = site();
    let code = whole(&site).await.code;
    let page = site.get(&format!("/az/l/{code}")).await;
    let Some(offer) = attribute(page.text(), "data-offer") else {
        assert_eq!(assets::Script::Offline.url(), None, "no offer");
        return;
    };
    let ways = offer["ways"].as_array().unwrap();
    let told: Vec<_> = ways
        .iter()
        .map(|way| format!("{} {} {}", way["form"], way["name"], way["url"]).replace('"', ""))
        .collect();
    assert_eq!(
        told,
        [
            format!("video 240p /l/{code}/video.mp4?q=240"),
            format!("video 360p /l/{code}/video.mp4?q=360"),
            format!("video 480p /l/{code}/video.mp4?q=480"),
            format!("video 720p /l/{code}/video.mp4?q=720"),
            format!("slides Slaydlar və səs /l/{code}/audio.m4a?q=24"),
            format!("sound Yalnız səs /l/{code}/audio.m4a?q=24"),
        ]
    );
    assert_eq!(ways[0]["pages"][0], format!("/az/l/{code}?q=240"));
    assert_eq!(ways[0]["beside"][0], format!("/l/{code}/storyboard.vtt"));
    assert_eq!(ways[0]["cost"], "13\u{a0}MB");
}

#[tokio::test]
async fn nothing_of_a_draft_is_offered_nor_where_the_operator_wants_none() {
    let off = site_with(ServeGiven {
        save_in_browser: Some(false),
        ..ServeGiven::default()
    });
    let code = whole(&off).await.code;
    off.get(&format!("/az/l/{code}"))
        .await
        .lacks(&["data-offer"]);
    let worker = off.get("/sw.js").await;
    worker.shows(&["skipWaiting", "unregister"]);
    worker.lacks(&["indexedDB"]);
    let page = off.get("/az/saved").await;
    page.lacks(&["<noscript>"]);
    page.shows(&["Hazırda bu saytda"]);
    // What was saved before takes room still.
    match attribute(page.text(), "data-settings") {
        Some(settings) => assert_eq!(settings["saves"], false),
        None => assert_eq!(assets::Script::Offline.url(), None, "no settings"),
    }

    let site = site();
    let announced = site.save(about("Elan")).await.code;
    site.get(&format!("/az/l/{announced}"))
        .await
        .lacks(&["data-offer"]);
}

#[tokio::test]
async fn the_worker_is_asked_for_anew_each_time_and_may_only_talk_to_us() {
    let site = site();
    let answer = site.get("/sw.js").await;
    if assets::worker_script().is_none() {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        return;
    }
    assert_eq!(
        answer.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(answer.header("cache-control"), "public, no-cache");
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; connect-src 'self'"
    );
    let tag = answer.header("etag").to_owned();
    let again = site
        .ask(Method::GET, "/sw.js", &[("if-none-match", &tag)])
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_site_is_one_app_in_three_languages() {
    let site = site();
    for language in ["az", "ru", "en"] {
        let page = site.get(&format!("/{language}/")).await;
        let here = format!("/{language}/manifest.webmanifest");
        page.shows(&[
            &format!("<link rel=\"manifest\" href=\"{here}\">"),
            "<meta name=\"theme-color\" content=\"#fbf7f0\"",
        ]);
        let answer = site.get(&here).await;
        assert_eq!(answer.header("content-type"), "application/manifest+json");
        let manifest: Value = serde_json::from_str(answer.text()).unwrap();
        assert_eq!(
            (&manifest["id"], &manifest["scope"], &manifest["display"]),
            (&"/".into(), &"/".into(), &"standalone".into())
        );
        assert_eq!(manifest["start_url"], format!("/{language}/"));
        assert_eq!(manifest["lang"], language);
        for icon in manifest["icons"].as_array().unwrap() {
            let found = site.get(icon["src"].as_str().unwrap()).await;
            assert_eq!(found.header("content-type"), icon["type"].as_str().unwrap());
        }
        let shortcut = manifest["shortcuts"][0]["url"].as_str().unwrap();
        assert_eq!(site.get(shortcut).await.status, StatusCode::OK);
    }
    assert_eq!(
        site.get("/tr/manifest.webmanifest").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_list_of_what_is_saved_tells_its_script_every_word_and_the_reader_what_it_needs() {
    let site = site();
    for language in ["az", "ru", "en"] {
        let page = site.get(&format!("/{language}/saved")).await;
        let Some(settings) = attribute(page.text(), "data-settings") else {
            assert_eq!(assets::Script::Offline.url(), None, "no settings");
            return;
        };
        page.shows(&[
            "<noscript>",
            "JavaScript",
            "name=\"robots\" content=\"noindex\"",
        ]);
        let words = settings["words"].as_object().unwrap();
        for (name, text) in words {
            assert!(!text.as_str().unwrap().is_empty(), "{language}: {name}");
        }
        let months = settings["months"].as_array().unwrap();
        assert_eq!(months.len(), 12);
        for (at, month) in months.iter().enumerate() {
            let month = month.as_str().unwrap();
            assert!(
                month.contains("{day}") && month.contains("{year}"),
                "{at}: {month}"
            );
        }
        assert_ne!(months[0], months[11]);
    }
}
