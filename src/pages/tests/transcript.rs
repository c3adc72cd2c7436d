//! What is said in a lesson, to read; its address, to print.

use super::*;
use crate::catalogue::Chapter;

const AZ: &str = "WEBVTT\n\n00:00.400 --> 00:02.000\nSalam,\nuşaqlar!\n\n00:02.100 --> 00:04.000\n5 < 7 & 7 > 5\n\n\
                  03:40.700 --> 03:43.000\nİndi <i>qrafik</i>.\n";
const RU: &str = "WEBVTT\n\n01:30.000 --> 01:32.000\nЗдравствуйте!\n";

impl Site {
    /// A lesson whose captions these are.
    async fn written(&self, description: Description, captions: &[(&str, &str)]) -> Saved {
        let saved = self.save(description).await;
        let recording = self.record(saved, footage(), 1_000_000).await;
        for (language, text) in captions {
            let file = NewFile {
                bytes: Bytes(text.len() as u64),
                ..super::captions(language)
            };
            let path = self.app.store.path(&file.location);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
            self.add(recording, file).await;
        }
        saved
    }
}

fn in_two_chapters() -> Description {
    let chapter = |seconds: u64, title: &str| Chapter {
        start: Millis(seconds * 1000),
        title: title.into(),
    };
    Description {
        chapters: vec![chapter(0, "Giriş"), chapter(220, "Qrafik")],
        ..about("Kəsrlər")
    }
}

#[tokio::test]
async fn each_line_leads_to_its_moment_under_its_chapter() {
    let site = site();
    let saved = site.written(in_two_chapters(), &[("az", AZ)]).await;
    let code = saved.code;
    let page = site.get(&format!("/az/l/{code}/transcript")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), "public, max-age=60");
    page.shows(&[
        "<div class=\"transcript\" lang=\"az\" dir=\"auto\">",
        "<h2 lang=\"az\">Giriş</h2>",
        &format!(
            "<p><a href=\"/az/l/{code}\"><span class=\"clock\">0:00</span> Salam, uşaqlar!</a>\n\
             <a href=\"/az/l/{code}?t=2\">5 &#60; 7 &#38; 7 &#62; 5</a>"
        ),
        "<h2 lang=\"az\">Qrafik</h2>",
        &format!(
            "<a href=\"/az/l/{code}?t=220\"><span class=\"clock\">3:40</span> İndi qrafik.</a>"
        ),
        &format!("<link rel=\"canonical\" href=\"http://lessons.example/az/l/{code}/transcript\">"),
    ]);
    page.lacks(&[
        "class=\"switch\"",
        "class=\"pages\"",
        "<script type=\"module\" src=\"/assets/lesson",
    ]);
    site.get(&format!("/az/l/{code}"))
        .await
        .shows(&[&format!("<a href=\"/az/l/{code}/transcript\"><b>Oxu</b>")]);
}

#[tokio::test]
async fn every_language_of_the_captions_can_be_chosen_and_is_named_as_what_it_is() {
    let site = site();
    let saved = site
        .written(about("Kəsrlər"), &[("ru", RU), ("az", AZ)])
        .await;
    let path = format!("/en/l/{}/transcript", saved.code);
    // The lesson's own language first, however files are ordered.
    site.get(&path).await.shows(&[
        "lang=\"az\" dir=\"auto\"",
        &format!("<a href=\"{path}\" aria-current=\"page\">Azerbaijani</a>"),
        &format!("<a href=\"{path}?captions=ru\">Russian</a>"),
    ]);
    let russian = site.get(&format!("{path}?captions=RU")).await;
    russian.shows(&[
        "lang=\"ru\" dir=\"auto\"",
        "Здравствуйте!",
        &format!("<link rel=\"canonical\" href=\"http://lessons.example{path}?captions=ru\">"),
    ]);
    let none = site.get(&format!("{path}?captions=de")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    none.shows(&["There is no text of this lesson"]);
    // Without a language of the interface the words' language is kept.
    let chosen = site
        .get(&format!("/l/{}/transcript?captions=ru", saved.code))
        .await;
    let there = format!("/az/l/{}/transcript?captions=ru", saved.code);
    assert_eq!(chosen.header("location"), there);
}

#[tokio::test]
async fn it_is_missing_withdrawn_hidden_and_broken_as_its_lesson_is() {
    let site = site();
    let without = site.lesson(about("A"), 1).await;
    let address = |code| format!("/az/l/{code}/transcript");
    let page = site.get(&address(without.code)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.shows(&["Bu dərsin mətni yoxdur"]);
    site.get(&format!("/az/l/{}", without.code))
        .await
        .lacks(&["/transcript"]);

    let draft = Description {
        visibility: Visibility::Draft,
        ..about("B")
    };
    let hidden = site.written(draft, &[("az", AZ)]).await;
    let nothing = site.get(&address(hidden.code)).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    nothing.lacks(&["Salam"]);

    let saved = site.written(about("C"), &[("az", AZ)]).await;
    let lower = saved.code.as_str().to_lowercase();
    let moved = site
        .get(&format!("/ru/l/{lower}/transcript?captions=az"))
        .await;
    assert_eq!(moved.status, StatusCode::MOVED_PERMANENTLY);
    let there = format!("/ru/l/{}/transcript?captions=az", saved.code);
    assert_eq!(moved.header("location"), there);
    let withdraw =
        move |c: &crate::catalogue::Change<'_>| c.set_withdrawn(saved.id, Some("Səhv var"));
    site.app.catalogue.write(withdraw).await.unwrap();
    let gone = site.get(&address(saved.code)).await;
    assert_eq!(gone.status, StatusCode::GONE);
    gone.shows(&["Səhv var"]);
    gone.lacks(&["Salam"]);

    // The archive has lost its bytes: no reader can mend that.
    let lost = site.written(about("D"), &[("az", "no captions")]).await;
    let failed = site.get(&address(lost.code)).await;
    assert_eq!(failed.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(failed.header("cache-control"), "no-store");
}

#[tokio::test]
async fn three_hours_of_speech_are_one_page_and_what_is_longer_goes_on() {
    let site = site();
    let speech = |count: u64| {
        let cue = |n: u64| {
            let at = |n: u64| format!("{:02}:{:02}:{:02}.000", n / 3600, n / 60 % 60, n % 60);
            let (from, to) = (at(n * 3), at(n * 3 + 3));
            format!("{from} --> {to}\nBu cümlə nömrə {n} üçündür və bitir.\n\n")
        };
        format!("WEBVTT\n\n{}", (0..count).map(cue).collect::<String>())
    };
    let (long, longer) = (speech(3_600), speech(5_000));
    let saved = site.written(about("A"), &[("az", &long)]).await;
    let page = site.get(&format!("/az/l/{}/transcript", saved.code)).await;
    page.shows(&["nömrə 0 ", "nömrə 3599 "]);
    page.lacks(&["class=\"pages\""]);
    // With all its links it is what a minute and a half of the narrowest video takes.
    assert!(page.body.len() < 600_000, "{}", page.body.len());

    let saved = site.written(about("B"), &[("az", &longer)]).await;
    let path = format!("/az/l/{}/transcript", saved.code);
    let first = site.get(&path).await;
    first.shows(&[&format!("rel=\"next\" href=\"{path}?part=2\"")]);
    first.lacks(&["nömrə 4999 ", "rel=\"prev\""]);
    let second = site.get(&format!("{path}?part=2")).await;
    second.shows(&["nömrə 4999 ", &format!("rel=\"prev\" href=\"{path}\"")]);
    second.lacks(&["nömrə 0 ", "rel=\"next\""]);
    for odd in ["0", "3", "x", "99999999999999999999"] {
        let page = site.get(&format!("{path}?part={odd}")).await;
        page.shows(&["nömrə 0 "]);
    }
}

#[tokio::test]
async fn the_printed_code_says_the_permanent_address_and_is_seen_by_whom_the_lesson_is() {
    let site = site_with(ServeGiven {
        base_url: Some("https://school.example".into()),
        ..Default::default()
    });
    let saved = site.lesson(about("A"), 1).await;
    let address = format!("/l/{}/qr.svg", saved.code);
    let picture = site.get(&address).await;
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert_eq!(picture.header("cache-control"), "public, max-age=60");
    let expected = crate::http::qr::svg(&format!("https://school.example/l/{}", saved.code));
    assert_eq!(picture.text(), expected.as_deref().unwrap());
    let pixels = site.get(&address.replace(".svg", ".png")).await;
    assert_eq!(pixels.header("content-type"), "image/png");
    let expected = crate::http::qr::png(&format!("https://school.example/l/{}", saved.code));
    assert_eq!(pixels.body, expected.unwrap());
    let again = [("if-none-match", picture.header("etag"))];
    let known = site.ask(Method::GET, &address, &again).await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    // The same stands in the page, unseen until it is printed.
    let page = site.get(&format!("/ru/l/{}", saved.code)).await;
    page.shows(&[
        picture.text(),
        &format!("<p>https://school.example<wbr>/l/{}</p>", saved.code),
    ]);
    let lower = address.replace(saved.code.as_str(), &saved.code.as_str().to_lowercase());
    let moved = site.get(&lower).await;
    assert_eq!(moved.header("location"), address);

    let draft = Description {
        visibility: Visibility::Draft,
        ..about("B")
    };
    let hidden = site.lesson(draft, 1).await;
    let nothing = site.get(&format!("/l/{}/qr.svg", hidden.code)).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    let withdraw = move |c: &crate::catalogue::Change<'_>| c.set_withdrawn(saved.id, Some("Səhv"));
    site.app.catalogue.write(withdraw).await.unwrap();
    assert_eq!(site.get(&address).await.status, StatusCode::GONE);
}
