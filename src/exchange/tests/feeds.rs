use super::*;

#[tokio::test]
async fn a_feed_has_every_quality_with_what_it_weighs() {
    let archive = archive();
    let code = archive.film(lesson("Kəsr\u{8}lər")).await;
    let feed = archive.get("/feeds/grades/7/mathematics/lessons.rss").await;
    assert_eq!(
        feed.header("content-type"),
        "application/rss+xml; charset=utf-8"
    );
    assert_eq!(feed.header("access-control-allow-origin"), "*");
    feed.shows(&[
        "<title>Riyaziyyat, 7-ci sinif · Teledərs</title>",
        "<link>http://lessons.example/az/grades/7/mathematics</link>",
        "<language>az</language>",
        "<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"http://lessons.example/feeds/grades/7/mathematics/lessons.rss\"/>",
        "<title>Kəsr\u{fffd}lər</title>",
        &format!("<guid isPermaLink=\"true\">http://lessons.example/l/{code}</guid>"),
        // The nearest to 360 lines that is not above.
        "length=\"15000000\" type=\"video/mp4\"/>",
        "<media:group><media:content url=\"http://lessons.example/media/",
        "medium=\"video\" isDefault=\"true\" expression=\"full\" lang=\"az\" fileSize=\"15000000\" bitrate=\"100\" duration=\"1200\" width=\"426\" height=\"240\"/>",
        "medium=\"video\" isDefault=\"false\" expression=\"full\" lang=\"az\" fileSize=\"90000000\" bitrate=\"600\" duration=\"1200\" width=\"1280\" height=\"720\"/>",
        "type=\"audio/mp4\" medium=\"audio\" isDefault=\"false\" expression=\"full\" lang=\"az\" fileSize=\"3600000\"",
        &format!("<media:thumbnail url=\"http://lessons.example/l/{code}/poster.jpg\" width=\"640\" height=\"360\"/>"),
        &format!("<media:subTitle type=\"text/vtt\" lang=\"az\" href=\"http://lessons.example/l/{code}/captions/az.vtt\"/>"),
    ]);
    let again = [("if-none-match", feed.header("etag"))];
    let unchanged = archive
        .get_with("/feeds/grades/7/mathematics/lessons.rss", &again)
        .await;
    assert_eq!(unchanged.status, 304);
}

#[tokio::test]
async fn podcasts_have_one_file_a_lesson_and_no_file_whose_length_is_not_known() {
    let archive = archive();
    archive.film(lesson("A")).await;
    // Nothing was made of it yet: its sound could only be computed.
    let saved = archive.save(lesson("B")).await;
    let filmed = archive.app.catalogue.write(move |c| {
        let recording = NewRecording {
            duration: Millis(60_000),
            size: Some((1280, 720)),
            has_sound: true,
            playable: true,
            origin: None,
        };
        let source = file(Role::Source, "mp4", "video/mp4", 5_000_000);
        c.add_recording(saved.id, &recording, &source)
    });
    filmed.await.unwrap();
    let video = archive.get("/feeds/grades/7/video.rss").await;
    video.shows(&[
        "<title>7-ci sinif · Teledərs (video)</title>",
        "<itunes:image href=\"http://lessons.example/feeds/cover.png\"/>",
        "<itunes:explicit>false</itunes:explicit>",
        "length=\"5000000\" type=\"video/mp4\"/>",
        "<itunes:duration>1200</itunes:duration>",
        "<itunes:author>Aygün Əliyeva</itunes:author>",
        "<itunes:episode>3</itunes:episode>",
    ]);
    video.lacks(&["media:content", "itunes:owner"]);
    assert_eq!(video.text.matches("<enclosure ").count(), 2);
    let audio = archive.get("/feeds/audio.rss").await;
    audio.shows(&["length=\"3600000\" type=\"audio/mp4\"/>"]);
    assert_eq!(audio.text.matches("<item>").count(), 1);
}

#[tokio::test]
async fn a_long_feed_goes_on_and_the_section_stays_chosen() {
    let archive = archive();
    let russian = |title: &str| Description {
        section: "ru".into(),
        ..lesson(title)
    };
    let mut codes = Vec::new();
    for n in 0..51 {
        codes.push(archive.film(russian(&format!("Урок {n}"))).await);
    }
    let first = archive.get("/feeds/lessons.rss?section=ru").await;
    assert_eq!(first.text.matches("<item>").count(), 50);
    let next = format!("/feeds/lessons.rss?section=ru&after={}", codes[1]);
    first.shows(&[
        "<language>ru</language>",
        "<title>Русский сектор · Teledərs</title>",
        "<link>http://lessons.example/ru/?section=ru</link>",
        &format!(
            "rel=\"next\" type=\"application/rss+xml\" href=\"http://lessons.example{}\"",
            next.replace('&', "&amp;")
        ),
        "rel=\"first\"",
    ]);
    let second = archive.get(&next).await;
    assert_eq!(second.text.matches("<item>").count(), 1);
    second.shows(&[codes[0].as_str(), "rel=\"self\""]);
    second.lacks(&["rel=\"next\""]);
    archive
        .get("/feeds/lessons.rss")
        .await
        .lacks(&["<item>", "rel=\"first\""]);
}

#[tokio::test]
async fn no_feed_names_what_lists_do_not_and_wrong_addresses_are_told_so() {
    let archive = archive();
    let unlisted = archive.film(as_is(Visibility::Unlisted, "Unlisted")).await;
    let withdrawn = archive.film(lesson("Withdrawn")).await;
    archive.withdraw(withdrawn).await;
    let draft = archive.film(as_is(Visibility::Draft, "Draft")).await;
    for feed in ["/feeds", "/feeds/grades/7", "/feeds/grades/7/mathematics"] {
        for form in ["lessons.rss", "video.rss", "audio.rss"] {
            let answer = archive.get(&format!("{feed}/{form}")).await;
            assert_eq!(answer.status, 200);
            answer.lacks(&["<item>"]);
        }
    }
    for (path, status) in [
        (format!("/feeds/lessons.rss?after={draft}"), 400),
        (format!("/feeds/lessons.rss?after={unlisted}"), 400),
        // It was listed: whoever read until there goes on.
        (format!("/feeds/lessons.rss?after={withdrawn}"), 200),
        ("/feeds/lessons.rss?after=x".into(), 400),
        ("/feeds/lessons.atom".into(), 404),
        ("/feeds/lessons.rss?section=tr".into(), 404),
        ("/feeds/grades/77/lessons.rss".into(), 404),
        ("/feeds/grades/7/magic/lessons.rss".into(), 404),
    ] {
        assert_eq!(archive.get(&path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn the_pages_of_grades_and_subjects_lead_to_their_feeds() {
    let archive = archive();
    for (page, feed) in [
        ("/en/grades/7", "/feeds/grades/7/lessons.rss"),
        (
            "/en/grades/7?section=ru",
            "/feeds/grades/7/audio.rss?section=ru",
        ),
        (
            "/en/grades/7/mathematics",
            "/feeds/grades/7/mathematics/lessons.rss",
        ),
    ] {
        let html = archive.get(page).await;
        html.shows(&[&format!("href=\"http://lessons.example{feed}\"")]);
        assert_eq!(archive.get(feed).await.status, 200);
    }
}
