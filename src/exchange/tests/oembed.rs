use serde_json::Value;

use super::*;

async fn embed(archive: &Archive, query: &str) -> Value {
    let answer = archive.get(&format!("/oembed?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    serde_json::from_str(&answer.text).unwrap()
}

#[tokio::test]
async fn a_lesson_is_a_video_in_a_frame_that_starts_where_its_address_says() {
    let archive = archive();
    let code = archive.film(lesson("Kəsrlər & \"ədədlər\"")).await;
    let lower = code.as_str().to_lowercase();
    let url = format!("url=http%3A%2F%2Flessons.example%2Fru%2Fl%2F{lower}%3Ft%3D95");
    let found = embed(&archive, &url).await;
    assert_eq!(found["version"], "1.0");
    assert_eq!(found["type"], "video");
    assert_eq!(found["title"], "Kəsrlər & \"ədədlər\"");
    assert_eq!(found["author_name"], "Aygün Əliyeva");
    assert_eq!(found["provider_name"], "Teledərs");
    assert_eq!(found["provider_url"], "http://lessons.example/");
    assert_eq!(
        (&found["width"], &found["height"]),
        (&640.into(), &432.into())
    );
    let frame = format!("<iframe src=\"http://lessons.example/embed/{code}?t=95&amp;lang=ru\"");
    assert!(
        found["html"].as_str().unwrap().starts_with(&frame),
        "{found}"
    );
    assert_eq!(
        found["thumbnail_url"],
        format!("http://lessons.example/l/{code}/poster.jpg")
    );
    assert_eq!(found["thumbnail_width"], 640);

    // In less room it is smaller, and the picture, which is there in one size, is left out.
    let small = embed(
        &archive,
        &format!("{url}&maxwidth=400&maxheight=252&format=json"),
    )
    .await;
    assert_eq!(
        (&small["width"], &small["height"]),
        (&320.into(), &252.into())
    );
    assert_eq!(small.get("thumbnail_url"), None);
    // A moment that the lesson does not have is none.
    let late = embed(
        &archive,
        &format!("url=http://lessons.example/l/{code}%23t=1200"),
    )
    .await;
    assert!(!late["html"].as_str().unwrap().contains("?t="), "{late}");
}

#[tokio::test]
async fn the_same_is_said_in_xml() {
    let archive = archive();
    let code = archive.film(lesson("1 < 2\u{1}")).await;
    let url = format!("/oembed?url=http://lessons.example/l/{code}&format=xml");
    let answer = archive.get(&url).await;
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    answer.shows(&[
        "<oembed>",
        "<type>video</type>",
        "<title>1 &lt; 2\u{fffd}</title>",
        "<width>640</width>",
        "<html>&lt;iframe src=",
    ]);
    let again = [("if-none-match", answer.header("etag"))];
    assert_eq!(archive.get_with(&url, &again).await.status, 304);
}

#[tokio::test]
async fn a_shelf_is_a_list_in_a_frame() {
    let archive = archive();
    let url =
        "url=http://lessons.example/az/grades/7/mathematics?section=ru&maxwidth=300&maxheight=1000";
    let found = embed(&archive, url).await;
    assert_eq!(found["type"], "rich");
    assert_eq!(
        (&found["width"], &found["height"]),
        (&300.into(), &480.into())
    );
    let frame =
        "<iframe src=\"http://lessons.example/embed/grades/7/mathematics?section=ru&amp;lang=az\"";
    assert!(
        found["html"].as_str().unwrap().starts_with(frame),
        "{found}"
    );
    // The code to copy of a filtered list has an address of its own, and leads to the same list.
    let part = "url=http%3A%2F%2Flessons.example%2Fembed%2Fgrades%2F7%2Fmathematics%3Funit%3DA%2520%2522%2526B%26signed%3D1";
    let found = embed(&archive, part).await;
    let frame = "<iframe src=\"http://lessons.example/embed/grades/7/mathematics?unit=A%20%22%26B&amp;signed=1\"";
    assert!(
        found["html"].as_str().unwrap().starts_with(frame),
        "{found}"
    );
    for none in [
        "grades/77/mathematics",
        "grades/7/magic",
        "grades/7/mathematics?section=tr",
    ] {
        let answer = archive
            .get(&format!("/oembed?url=http://lessons.example/{none}"))
            .await;
        assert_eq!(answer.status, 404, "{none}");
    }
}

#[tokio::test]
async fn what_cannot_be_shown_is_refused_with_the_reason() {
    let archive = archive();
    let draft = archive.save(as_is(Visibility::Draft, "Draft")).await.code;
    let unlisted = archive.film(as_is(Visibility::Unlisted, "Unlisted")).await;
    let announced = archive.save(lesson("Announced")).await.code;
    let withdrawn = archive.film(lesson("Withdrawn")).await;
    archive.withdraw(withdrawn).await;
    let nobody = Code::from_number(1);
    for (query, status) in [
        (format!("url=http://lessons.example/l/{draft}"), 404),
        (format!("url=http://lessons.example/l/{nobody}"), 404),
        (format!("url=http://lessons.example/l/{withdrawn}"), 410),
        // Whoever has the address may show it.
        (format!("url=http://lessons.example/l/{unlisted}"), 200),
        (format!("url=http://evil.example/l/{unlisted}"), 404),
        (
            format!("url=http://lessons.example/l/{unlisted}&format=yaml"),
            501,
        ),
        (
            format!("url=http://lessons.example/l/{unlisted}&maxwidth=0"),
            400,
        ),
        (
            format!("url=http://lessons.example/l/{unlisted}&maxwidth=wide"),
            400,
        ),
        ("url=".into(), 400),
        ("format=json".into(), 400),
        ("url=%ff".into(), 404),
    ] {
        let answer = archive.get(&format!("/oembed?{query}")).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text);
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{query}");
    }
    let hidden = archive
        .get(&format!("/oembed?url=http://lessons.example/l/{draft}"))
        .await;
    let absent = archive
        .get(&format!("/oembed?url=http://lessons.example/l/{nobody}"))
        .await;
    assert_eq!(hidden.text, absent.text);
    // What cannot be watched yet is a link.
    let url = format!("url=http://lessons.example/l/{announced}");
    let link = embed(&archive, &url).await;
    assert_eq!((&link["type"], link.get("html")), (&"link".into(), None));
}

#[tokio::test]
async fn with_a_base_url_addresses_are_the_bases() {
    let archive = archive_with(ServeGiven {
        base_url: Some("https://ders.example".into()),
        ..ServeGiven::default()
    });
    let code = archive.film(lesson("A")).await;
    // The request came in by the listen address, which the server has found to be its own.
    for host in ["https://ders.example", "http://lessons.example"] {
        let found = embed(&archive, &format!("url={host}/l/{code}")).await;
        let html = found["html"].as_str().unwrap();
        assert!(html.contains("\"https://ders.example/embed/"), "{html}");
    }
}
