//! Languages, headers, caches, errors, weight.

use super::*;
use crate::catalogue::Broadcast;
use crate::pages::{error, page};
use axum::extract::FromRequestParts;

/// Every kind of page of a small archive.
async fn every_page(site: &Site) -> Vec<String> {
    let mut last = None;
    for number in 1..=60 {
        let d = Description {
            lesson_number: Some(number),
            unit: Some(format!(
                "Bölüm {}: kəsrlər və onların xassələri",
                number / 7
            )),
            school_year: Some(if number > 30 { "2019/20" } else { "2020/21" }.into()),
            broadcasts: vec![Broadcast {
                at: UnixMillis(
                    1_585_548_000_000
                        + i64::from(number / 12) * 86_400_000
                        + i64::from(number % 12) * 1_800_000,
                ),
                channel: if number % 2 == 0 {
                    "medeniyyet"
                } else {
                    "arb_gunes"
                }
                .into(),
            }],
            description: Some("Bu dərsdə məxrəcləri müxtəlif olan kəsrləri toplayırıq.".into()),
            ..about(&format!(
                "{number} məxrəcli kəsrlərin müqayisəsi və toplanması"
            ))
        };
        last = Some(site.lesson(d, u64::from(number) * 777_777).await);
    }
    let last = last.unwrap();
    let recording = site.record(last, footage(), 148_000_000).await;
    for file in super::made::everything() {
        site.add(recording, file).await;
    }
    let announced = site.save(about("Elan")).await.code;
    let lesson = format!("/az/l/{}", last.code);
    let pages = [
        "/az/",
        "/ru/?section=ru",
        "/az/grades/7",
        "/en/grades/3",
        "/az/grades/7/mathematics",
        "/ru/grades/7/physics",
        "/az/timetable",
        "/ru/timetable?week=2020-W14",
        "/az/grades/7?week=2020-W14",
        "/az/?week=2020-W14",
        "/az/grades/7/mathematics?year=2019/20",
        "/en/grades/7?week=never",
    ];
    let mut pages: Vec<String> = pages.map(str::to_owned).into();
    pages.extend([
        format!("{lesson}/slides"),
        lesson,
        format!("/ru/l/{announced}"),
        "/en/nowhere".into(),
        "/az/grades/77".into(),
        "/az/search".into(),
        "/az/search?q=k%C9%99sr&grade=7&signed=".into(),
        "/en/search?q=k%C9%99srl%C9%99rr&section=az&page=2".into(),
    ]);
    pages
}

#[tokio::test]
async fn an_address_without_a_language_leads_to_the_browsers_own() {
    let site = site();
    for (path, accepted, location) in [
        ("/", "ru-RU,ru;q=0.9", "/ru/"),
        ("/?section=ru", "en", "/en/?section=ru"),
        ("/grades/7", "", "/az/grades/7"),
        (
            "/grades/7/mathematics?after=2222A2&x=%3C",
            "de, en;q=0.5",
            "/en/grades/7/mathematics?after=2222A2&x=%3C",
        ),
        ("/l/ABCDEF?t=5", "ja", "/az/l/ABCDEF?t=5"),
    ] {
        let answer = site
            .ask(Method::GET, path, &[("accept-language", accepted)])
            .await;
        assert_eq!(answer.status, StatusCode::FOUND, "{path}");
        assert_eq!(answer.header("location"), location);
        assert!(answer.header("cache-control").starts_with("private"));
        assert_eq!(answer.header("vary"), "Accept-Language");
    }
    let answer = site.get("/az").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::MOVED_PERMANENTLY, "/az/")
    );
}

#[tokio::test]
async fn every_page_names_itself_and_its_siblings_in_other_languages() {
    let site = site();
    let page = site.get("/ru/grades/7?section=ru&utm_source=x").await;
    page.shows(&[
        "<link rel=\"canonical\" href=\"http://lessons.example/ru/grades/7?section=ru\">",
        "<link rel=\"alternate\" hreflang=\"az\" href=\"http://lessons.example/az/grades/7?section=ru\">",
        "<link rel=\"alternate\" hreflang=\"en\" href=\"http://lessons.example/en/grades/7?section=ru\">",
        "<link rel=\"alternate\" hreflang=\"x-default\" href=\"http://lessons.example/grades/7?section=ru\">",
        "<a href=\"/en/grades/7?section=ru\" lang=\"en\"",
    ]);
}

#[tokio::test]
async fn a_page_may_be_kept_by_anyone_and_is_not_sent_twice() {
    let site = site();
    for path in ["/az/", "/az/grades/7", "/az/grades/7/mathematics"] {
        for encoding in ["gzip", "br", "identity"] {
            let first = site
                .ask(Method::GET, path, &[("accept-encoding", encoding)])
                .await;
            assert_eq!(first.header("cache-control"), "public, max-age=60");
            assert_eq!(first.header("vary"), "Accept-Encoding");
            assert_eq!(first.header("content-type"), "text/html; charset=utf-8");
            let tag = first.header("etag").to_owned();
            let again = [
                ("accept-encoding", encoding),
                ("if-none-match", tag.as_str()),
            ];
            let second = site.ask(Method::GET, path, &again).await;
            assert_eq!(
                (second.status, second.body.len()),
                (StatusCode::NOT_MODIFIED, 0)
            );
            for name in ["etag", "cache-control", "vary", "content-security-policy"] {
                assert_eq!(first.header(name), second.header(name), "{name}");
            }
        }
        let head = site.ask(Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    }
    let before = site.get("/az/").await;
    site.lesson(about("Yeni"), 1_000_000).await;
    assert_ne!(before.header("etag"), site.get("/az/").await.header("etag"));
}

#[tokio::test]
async fn every_page_is_closed_to_foreign_and_inline_code() {
    let site = site();
    for path in every_page(&site).await {
        let page = site.get(&path).await;
        assert_eq!(
            page.header("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; \
             connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        assert_eq!(page.header("access-control-allow-origin"), "");
        page.lacks(&[" style=\"", "<style", "<script>", " onclick="]);
        for source in page.text().split(" src=\"").skip(1) {
            assert!(source.starts_with('/'), "{path}: {source:.40}");
        }
    }
}

#[tokio::test]
async fn every_page_is_well_formed_and_has_its_landmarks() {
    let site = site();
    for path in every_page(&site).await {
        let page = site.get(&path).await;
        page.shows(&[
            "<!doctype html>",
            "class=\"skip\" href=\"#content\"",
            "<main id=\"content\"",
            "<h1",
            "<footer",
            "name=\"description\"",
        ]);
        assert_eq!(page.text().matches("<h1").count(), 1, "{path}");
        attributes_stand_apart(page.text());
        elements_are_closed(page.text());
    }
}

/// After the quotation mark that ends a value comes a space or the end of the tag.
pub(super) fn attributes_stand_apart(html: &str) {
    for tag in html
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
    {
        for (at, after) in tag.split('"').enumerate().skip(2).step_by(2) {
            assert!(
                after.is_empty() || after.starts_with([' ', '\n', '/']),
                "part {at} of <{tag}>"
            );
        }
        let name = tag
            .trim_start_matches('/')
            .split([' ', '\n', '>', '/'])
            .next()
            .unwrap();
        assert!(
            name.chars().all(|c| c.is_ascii_alphanumeric() || c == '!'),
            "<{tag}>"
        );
    }
}

pub(super) fn elements_are_closed(html: &str) {
    const EMPTY: [&str; 12] = [
        "!doctype", "meta", "link", "path", "rect", "circle", "source", "track", "br", "img",
        "input", "wbr",
    ];
    let mut open = Vec::new();
    for tag in html
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
    {
        let name = tag.split([' ', '\n']).next().unwrap();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "</{closed}>"),
            None if EMPTY.contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[tokio::test]
async fn home_shelf_and_lesson_weigh_at_most_fourteen_kilobytes_with_their_style() {
    let site = site();
    let pages = every_page(&site).await;
    let zipped = [("accept-encoding", "gzip"), ("accept", "text/html")];
    let sheet = site
        .ask(
            Method::GET,
            crate::pages::assets::Sheet::Look.url(),
            &zipped,
        )
        .await;
    assert_eq!(sheet.header("content-encoding"), "gzip");
    for path in pages {
        let page = site.ask(Method::GET, &path, &zipped).await;
        let mut weight = page.body.len() + sheet.body.len();
        // Some pages have a second one.
        let plain = site.get(&path).await;
        for second in [
            crate::pages::assets::Sheet::Slides.url(),
            crate::pages::assets::Sheet::Timetable.url(),
        ] {
            if plain.text().contains(second) {
                weight += site.ask(Method::GET, second, &zipped).await.body.len();
            }
        }
        assert!(
            weight <= 14_000,
            "{path}: {} + {}",
            page.body.len(),
            sheet.body.len()
        );
    }
}

#[tokio::test]
async fn only_the_desk_loads_the_desks_style() {
    let site = site();
    let sheet = crate::pages::assets::Sheet::Desk.url();
    site.get("/en/teach/sign-in").await.shows(&[sheet]);
    for path in every_page(&site).await {
        site.get(&path).await.lacks(&[sheet]);
    }
}

#[tokio::test]
async fn style_and_icon_are_kept_for_ever_under_names_of_their_content() {
    let site = site();
    for (url, content_type) in [
        (
            crate::pages::assets::Sheet::Look.url(),
            "text/css; charset=utf-8",
        ),
        (
            crate::pages::assets::Sheet::Desk.url(),
            "text/css; charset=utf-8",
        ),
        (
            crate::pages::assets::Sheet::Slides.url(),
            "text/css; charset=utf-8",
        ),
        (
            crate::pages::assets::Icon::Vector.url().unwrap_or_default(),
            "image/svg+xml",
        ),
    ] {
        let answer = site.get(url).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::OK, content_type)
        );
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
    }
    assert_eq!(
        site.get("/assets/look.00000000.css").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        site.get("/assets/..%2fCargo.toml").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_does_not_exist_is_said_in_the_readers_language_with_a_way_on() {
    let site = site();
    for (path, words) in [
        ("/az/grades/77", "Belə sinif yoxdur"),
        ("/ru/grades/7/alchemy", "Такого предмета нет"),
        ("/en/?section=klingon", "There is no such section"),
        (
            "/en/grades/7/mathematics?section=%FF",
            "There is no such section",
        ),
        ("/az/l/short", "Belə dərs yoxdur"),
        ("/ru/nowhere/at/all", "Страница не найдена"),
    ] {
        let page = site
            .ask(
                Method::GET,
                path,
                // The address counts, not the browser.
                &[("accept", "text/html"), ("accept-language", "de")],
            )
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        page.shows(&[words, &format!("href=\"/{}/\"", &path[1..3]), "noindex"]);
        page.lacks(&["canonical"]);
        assert_eq!(
            (page.header("cache-control"), page.header("etag")),
            ("no-store", "")
        );
    }
    let undecodable = site.get("/ru/grades/%FF").await;
    assert_eq!(undecodable.status, StatusCode::NOT_FOUND);
    for path in ["/xx/", "/xx/grades/7", "/AZ/", "/az/grades/%00", "/az//"] {
        assert_eq!(site.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_program_that_is_lost_gets_problem_details() {
    let site = site();
    let answer = site
        .ask(
            Method::GET,
            "/api/v9/lessons",
            &[("accept", "application/json")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn a_withdrawn_lesson_and_a_busy_archive_have_their_own_pages() {
    let site = site();
    let request = Request::builder()
        .header("accept-language", "ru")
        .uri("/ru/l/ABCDEF")
        .body(())
        .unwrap();
    let (mut parts, ()) = request.into_parts();
    let Ok(visit) = page::Visit::from_request_parts(&mut parts, &site.app).await else {
        panic!("refused")
    };
    for (instead, status, words) in [
        (
            error::Instead::Gone(Box::new(error::Gone {
                reason: "По <просьбе> школы".into(),
                shelf: None,
                lessons: Vec::new(),
            })),
            StatusCode::GONE,
            "По &#60;просьбе&#62; школы",
        ),
        (
            error::Instead::Failed(crate::catalogue::Error::Busy),
            StatusCode::SERVICE_UNAVAILABLE,
            "очень много",
        ),
        (
            error::Instead::Broken(askama::Error::Fmt),
            StatusCode::INTERNAL_SERVER_ERROR,
            "не получилось",
        ),
    ] {
        let response = error::respond(&visit, instead);
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(
            response.headers().contains_key("retry-after"),
            status == StatusCode::SERVICE_UNAVAILABLE
        );
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let html = String::from_utf8(body.to_vec()).unwrap();
        assert!(
            html.contains(words) && html.contains("<html lang=\"ru\""),
            "{html}"
        );
    }
}
