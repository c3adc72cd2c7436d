use super::*;

#[tokio::test]
async fn the_index_leads_to_all_listed_lessons_in_all_languages_with_their_videos() {
    let archive = archive();
    let described = Description {
        description: Some(format!("Kəsrlər <{}>", "ə".repeat(500))),
        ..lesson("Kəsr")
    };
    let code = archive.film(described).await;
    let index = archive.get("/sitemap.xml").await;
    assert_eq!(
        index.header("content-type"),
        "application/xml; charset=utf-8"
    );
    index.shows(&[
        "<loc>http://lessons.example/sitemaps/pages.xml</loc>",
        "<loc>http://lessons.example/sitemaps/lessons-1.xml</loc><lastmod>20",
    ]);
    index.lacks(&["lessons-2.xml"]);

    let lessons = archive.get("/sitemaps/lessons-1.xml").await;
    for language in ["az", "ru", "en"] {
        lessons.shows(&[
            &format!("<url><loc>http://lessons.example/{language}/l/{code}</loc><lastmod>20"),
            &format!("<xhtml:link rel=\"alternate\" hreflang=\"{language}\" href=\"http://lessons.example/{language}/l/{code}\"/>"),
        ]);
    }
    lessons.shows(&[
        &format!("hreflang=\"x-default\" href=\"http://lessons.example/l/{code}\""),
        &format!(
            "<video:thumbnail_loc>http://lessons.example/l/{code}/poster.jpg</video:thumbnail_loc>"
        ),
        "<video:title>Kəsr</video:title><video:description>Kəsrlər &lt;ə",
        &format!(
            "<video:content_loc>http://lessons.example/l/{code}/video.mp4</video:content_loc>"
        ),
        &format!("<video:player_loc>http://lessons.example/embed/{code}</video:player_loc>"),
        "<video:duration>1200</video:duration>",
    ]);
    assert!(lessons.text.matches('ə').count() < 3 * 310);
    let again = [("if-none-match", lessons.header("etag"))];
    let unchanged = archive.get_with("/sitemaps/lessons-1.xml", &again).await;
    assert_eq!(unchanged.status, 304);
}

#[tokio::test]
async fn no_sitemap_names_what_lists_do_not() {
    let archive = archive();
    let draft = archive.save(as_is(Visibility::Draft, "Draft")).await.code;
    let unlisted = archive.film(as_is(Visibility::Unlisted, "Unlisted")).await;
    let withdrawn = archive.film(lesson("Withdrawn")).await;
    archive.withdraw(withdrawn).await;
    assert_eq!(archive.get("/sitemaps/lessons-1.xml").await.status, 404);
    archive.get("/sitemap.xml").await.lacks(&["lessons-1.xml"]);
    // Without a recording there is a page and no video.
    let announced = archive.save(lesson("Announced")).await.code;
    let lessons = archive.get("/sitemaps/lessons-1.xml").await;
    lessons.shows(&[announced.as_str()]);
    let hidden = [draft, unlisted, withdrawn];
    lessons.lacks(&hidden.each_ref().map(Code::as_str));
    lessons.lacks(&["video:video"]);
    for none in [
        "lessons-0.xml",
        "lessons-01.xml",
        "lessons-9.xml",
        "lessons-x.xml",
        "other.xml",
    ] {
        assert_eq!(
            archive.get(&format!("/sitemaps/{none}")).await.status,
            404,
            "{none}"
        );
    }
}

#[tokio::test]
async fn pages_stand_there_in_each_section_that_has_lessons() {
    let archive = archive();
    archive.film(lesson("A")).await;
    let pages = archive.get("/sitemaps/pages.xml").await;
    pages.shows(&[
        "<loc>http://lessons.example/az/</loc>",
        "<loc>http://lessons.example/ru/grades/7</loc>",
        "<loc>http://lessons.example/en/grades/7/mathematics</loc>",
        "hreflang=\"x-default\" href=\"http://lessons.example/grades/7/mathematics\"",
    ]);
    pages.lacks(&["section=ru", "grades/8"]);
    let russian = Description {
        section: "ru".into(),
        ..lesson("Б")
    };
    archive.film(russian).await;
    let pages = archive.get("/sitemaps/pages.xml").await;
    pages.shows(&["<loc>http://lessons.example/az/grades/7/mathematics?section=ru</loc>"]);
}

#[tokio::test]
async fn robots_find_the_sitemap_and_leave_the_desk_alone() {
    let archive = archive();
    let robots = archive.get("/robots.txt").await;
    assert_eq!(robots.header("content-type"), "text/plain; charset=utf-8");
    robots.shows(&[
        "User-agent: *\n",
        "\nDisallow: /*/teach\n",
        "\nSitemap: http://lessons.example/sitemap.xml\n",
    ]);
}

#[tokio::test]
async fn the_index_is_remembered_until_something_changes() {
    let archive = archive();
    archive.save(lesson("A")).await;
    let first = archive.get("/sitemap.xml").await;
    let again = archive.get("/sitemap.xml").await;
    assert_eq!(
        (&first.text, first.header("etag")),
        (&again.text, again.header("etag"))
    );
    let had = [("if-none-match", first.header("etag"))];
    assert_eq!(archive.get_with("/sitemap.xml", &had).await.status, 304);
    // Told by the layer that remembers.
    let other = archive
        .get_with("/sitemap.xml", &[("if-match", "\"x\"")])
        .await;
    assert_eq!(other.status, 412);
    other.shows(&["this is not what If-Match names"]);
    let drafts = archive.app.catalogue.write(|c| {
        for _ in 0..1_000 {
            c.save_lesson(Target::New, &as_is(Visibility::Draft, "Draft"))?;
        }
        Ok(())
    });
    drafts.await.unwrap();
    archive.save(lesson("B")).await;
    let later = archive.get_with("/sitemap.xml", &had).await;
    later.shows(&["/sitemaps/lessons-1.xml", "/sitemaps/lessons-2.xml"]);
}
