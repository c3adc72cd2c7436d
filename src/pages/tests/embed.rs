//! Lessons and lists in frames of other sites' pages: what they show, in which language, who may have them there; the code to
//! copy, and what other sites show of an address.

use super::manners::{attributes_stand_apart, elements_are_closed};
use super::signed_in::textarea;
use super::*;
use crate::catalogue::{Broadcast, PersonRole};
use crate::pages::assets::Sheet;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; \
     form-action 'none'";

/// Nothing runs in it, nothing is kept or asked for, and it is whole.
#[track_caller]
fn is_framed(answer: &Answer) {
    assert_eq!(answer.header("content-security-policy"), POLICY);
    for name in ["set-cookie", "x-frame-options"] {
        assert_eq!(answer.header(name), "", "{name}");
    }
    answer.lacks(&["<script", "<form", "<iframe", " style=\"", "manifest"]);
    answer.shows(&[
        "<meta name=\"robots\" content=\"noindex\">",
        "<main>",
        "<h1",
    ]);
    attributes_stand_apart(answer.text());
    elements_are_closed(answer.text());
}

#[tokio::test]
async fn a_lesson_stands_in_a_frame_with_its_price_and_the_way_to_its_page() {
    let site = site();
    let saved = site.save(about("Kəsrlərin toplanması")).await;
    let recording = site.record(saved, footage(), 24_000_000).await;
    site.add(recording, captions("az")).await;
    site.add(recording, captions("ru")).await;
    let code = saved.code;
    let frame = site.get(&format!("/ru/embed/{code}")).await;
    assert_eq!(frame.status, StatusCode::OK);
    is_framed(&frame);
    frame.shows(&[
        "<html lang=\"ru\"",
        "<video id=\"video\" controls preload=\"none\" playsinline crossorigin=\"anonymous\" width=\"854\" height=\"480\"",
        &format!("<source src=\"/l/{code}/video.mp4?form=fragmented\" type=\"video/mp4\">"),
        &format!("<a class=\"logo\" href=\"/ru/l/{code}\" target=\"_blank\" rel=\"noopener\">"),
        "<bdi lang=\"az\">Kəsrlərin toplanması</bdi>",
        "(откроется в новом окне)",
        "21 минута <span class=\"cost\">24\u{a0}МБ</span>",
        &format!("<link rel=\"canonical\" href=\"http://lessons.example/ru/l/{code}\">"),
    ]);
    frame.lacks(&[" default>", "#t=", "data-script"]);
    assert_eq!(frame.header("cache-control"), "public, max-age=60");
    assert_eq!(frame.header("vary"), "Accept-Encoding");
}

#[tokio::test]
async fn the_address_says_where_a_frame_begins_in_which_quality_and_with_which_captions() {
    let site = site();
    let saved = site.save(about("Kəsrlər")).await;
    let recording = site.record(saved, footage(), 148_000_000).await;
    for made in super::made::everything() {
        site.add(recording, made).await;
    }
    for tag in ["az", "ru"] {
        site.add(recording, captions(tag)).await;
    }
    let code = saved.code;
    let path = format!("/az/embed/{code}");
    let frame = site.get(&format!("{path}?t=90&q=240&captions=RU")).await;
    is_framed(&frame);
    frame.shows(&[
        &format!("<source src=\"/l/{code}/video.mp4?q=240&#38;form=fragmented#t=90\" type=\"video/mp4; codecs=avc1\">"),
        &format!("<source src=\"/l/{code}/video.mp4?q=240#t=90\" type=\"video/mp4\">"),
        &format!("poster=\"/l/{code}/poster.jpg\""),
        "srclang=\"ru\" label=\"rusca\" default>",
        &format!("href=\"/az/l/{code}?q=240&#38;t=90\" target=\"_blank\""),
    ]);
    assert_eq!(frame.text().matches(" default>").count(), 1);
    for nonsense in [
        "t=-1&q=&captions=xx",
        "t=99999&q=%00&captions=%FF",
        "captions=",
    ] {
        let frame = site.get(&format!("{path}?{nonsense}")).await;
        assert_eq!(frame.status, StatusCode::OK, "{nonsense}");
        frame.lacks(&["#t=", " default>"]);
    }
}

#[tokio::test]
async fn a_frame_without_a_language_in_its_path_is_answered_at_once_in_the_one_that_is_asked_for() {
    let site = site();
    let code = site.lesson(about("Kəsrlər"), 1_000_000).await.code;
    let shelf = "grades/7/mathematics";
    for what in [code.as_str(), shelf] {
        for (path, wished, language, vary) in [
            (
                "/embed/W",
                "ru-RU, en;q=0.5",
                "ru",
                "Accept-Encoding, Accept-Language",
            ),
            ("/embed/W", "ja", "az", "Accept-Encoding, Accept-Language"),
            (
                "/embed/W?lang=xx",
                "en",
                "en",
                "Accept-Encoding, Accept-Language",
            ),
            ("/embed/W?lang=en", "ru", "en", "Accept-Encoding"),
            // What stands in the path counts.
            ("/az/embed/W?lang=en", "ru", "az", "Accept-Encoding"),
        ] {
            let path = path.replace('W', what);
            let asked = [("accept-language", wished)];
            let frame = site.ask(Method::GET, &path, &asked).await;
            assert_eq!(frame.status, StatusCode::OK, "{path}");
            frame.shows(&[&format!("<html lang=\"{language}\"")]);
            assert_eq!(frame.header("vary"), vary, "{path}");
            assert_eq!(frame.header("cache-control"), "public, max-age=60");
            is_framed(&frame);
            let again = [asked[0], ("if-none-match", frame.header("etag"))];
            let same = site.ask(Method::GET, &path, &again).await;
            assert_eq!(same.status, StatusCode::NOT_MODIFIED, "{path}");
            assert_eq!(same.header("vary"), vary, "{path}");
            assert_eq!(same.header("content-security-policy"), POLICY);
        }
        let missing = site.get(&format!("/xx/embed/{what}")).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    }
    let slash = site.get(&format!("/embed/{code}/?t=5")).await;
    assert_eq!(slash.header("location"), format!("/embed/{code}?t=5"));
}

#[tokio::test]
async fn only_frames_can_be_framed_and_by_whom_the_operator_says() {
    let mut given = ServeGiven {
        frame_ancestors: Some("https://school.example, https://*.edu.example".into()),
        ..ServeGiven::default()
    };
    let listed = "frame-ancestors 'self' https://school.example https://*.edu.example";
    for (who, directive) in [(None, listed), (Some(""), "frame-ancestors 'self'")] {
        if let Some(who) = who {
            given.frame_ancestors = Some(who.into());
        }
        let site = site_with(given.clone());
        let code = site.lesson(about("A"), 1_000_000).await.code;
        for path in [
            format!("/az/embed/{code}"),
            format!("/embed/{code}"),
            "/az/embed/grades/7/mathematics".into(),
            // What is said instead of a lesson is seen by the same.
            "/az/embed/2222AA".into(),
        ] {
            let policy = format!("{POLICY}; {directive}");
            assert_eq!(
                site.get(&path).await.header("content-security-policy"),
                policy
            );
        }
        for path in [
            format!("/az/l/{code}"),
            "/az/".into(),
            "/az/l/2222AA".into(),
        ] {
            let page = site.get(&path).await;
            assert!(
                page.header("content-security-policy")
                    .ends_with("; frame-ancestors 'none'")
            );
        }
    }
}

#[tokio::test]
async fn a_frame_shows_what_everybody_may_see_to_everybody_who_is_signed_in_as_well() {
    let site = site();
    let owner = site.signed_in("owner", PersonRole::Teacher).await;
    let own = site.own(&owner, "Qaralama").await;
    let hide = Description {
        visibility: Visibility::Draft,
        ..about("Qaralama")
    };
    let write =
        move |c: &crate::catalogue::Change<'_>| c.save_lesson(Target::Existing(own.id), &hide);
    site.app.catalogue.write(write).await.unwrap();
    let path = format!("/az/embed/{}", own.code);
    assert_eq!(site.see(&owner, &path).await.status, StatusCode::NOT_FOUND);

    let unlisted = Description {
        visibility: Visibility::Unlisted,
        ..about("Açıq")
    };
    let unlisted = site.lesson(unlisted, 1).await.code;
    is_framed(&site.get(&format!("/az/embed/{unlisted}")).await);
    site.get("/az/embed/grades/7/mathematics")
        .await
        .lacks(&[unlisted.as_str(), own.code.as_str()]);
}

#[tokio::test]
async fn another_spelling_of_the_code_leads_on_in_the_way_it_was_asked_with_its_query() {
    let site = site();
    let code = site.lesson(about("A"), 1_000_000).await.code;
    let lower = code.as_str().to_lowercase();
    for (prefix, query) in [("", "?t=5&lang=ru"), ("/ru", "?captions=az")] {
        let answer = site.get(&format!("{prefix}/embed/{lower}{query}")).await;
        assert_eq!(answer.status, StatusCode::MOVED_PERMANENTLY);
        assert_eq!(
            answer.header("location"),
            format!("{prefix}/embed/{code}{query}")
        );
    }
}

#[tokio::test]
async fn where_there_is_no_lesson_a_frame_says_why_in_few_words() {
    let site = site();
    let gone = site.lesson(about("Geri götürülən"), 1_000_000).await;
    let other = site.lesson(about("Geri götürülən"), 1_000_000).await;
    let withdraw =
        move |c: &crate::catalogue::Change<'_>| c.set_withdrawn(gone.id, Some("<Səhv> var"));
    site.app.catalogue.write(withdraw).await.unwrap();
    let frame = site.get(&format!("/az/embed/{}", gone.code)).await;
    assert_eq!(frame.status, StatusCode::GONE);
    is_framed(&frame);
    frame.shows(&[
        "Bu dərs götürülüb",
        "&#60;Səhv&#62; var",
        &format!("<a href=\"/az/l/{}\" target=\"_blank\" rel=\"noopener\">", other.code),
        "<a href=\"/az/grades/7/mathematics\" target=\"_blank\" rel=\"noopener\">Riyaziyyat, 7-ci sinif</a>",
    ]);
    for (path, words) in [
        ("/ru/embed/2222AA", "В коде ошибка"),
        ("/ru/embed/short", "Такого урока нет"),
        ("/ru/embed/grades/77/mathematics", "Такого класса нет"),
        ("/embed/grades/7/alchemy?lang=ru", "Такого предмета нет"),
    ] {
        let frame = site.get(path).await;
        assert_eq!(frame.status, StatusCode::NOT_FOUND, "{path}");
        is_framed(&frame);
        frame.shows(&[words, "href=\"/ru/\" target=\"_blank\""]);
        assert_eq!(frame.header("cache-control"), "no-store");
        assert_eq!(frame.header("etag"), "");
    }
}

#[tokio::test]
async fn a_frame_tells_what_is_not_recorded_only_heard_or_not_playable() {
    let site = site();
    let announced = Description {
        broadcasts: vec![Broadcast {
            at: UnixMillis(1_583_991_000_000),
            channel: "medeniyyet".into(),
        }],
        ..about("Elan")
    };
    let announced = site.save(announced).await;
    let frame = site.get(&format!("/az/embed/{}", announced.code)).await;
    is_framed(&frame);
    frame.shows(&["Bu dərsin yazısı hələ yoxdur", "12 mart 2020", "Elan</bdi>"]);
    frame.lacks(&["<video", "class=\"cost\""]);

    let heard = site.save(about("Radio")).await;
    let sound = NewRecording {
        size: None,
        ..footage()
    };
    site.record(heard, sound, 9_000_000).await;
    let frame = site.get(&format!("/az/embed/{}", heard.code)).await;
    is_framed(&frame);
    frame.shows(&["crossorigin=\"anonymous\" class=\"sound\"", "9,0\u{a0}MB"]);

    let raw = site.save(about("Köhnə yazı")).await;
    let unplayable = NewRecording {
        playable: false,
        ..footage()
    };
    site.record(raw, unplayable, 148_000_000).await;
    let frame = site.get(&format!("/az/embed/{}", raw.code)).await;
    is_framed(&frame);
    frame.shows(&[
        "Bu dərs hazırlanır",
        &format!("href=\"/az/l/{}\"", raw.code),
    ]);
    frame.lacks(&["<video"]);
}

#[tokio::test]
async fn a_list_in_a_frame_goes_on_there_and_opens_lessons_elsewhere() {
    let site = site();
    let mut codes = Vec::new();
    for number in 1..=60 {
        let d = Description {
            lesson_number: Some(number),
            unit: Some("Kəsrlər".into()),
            kind: if number % 2 == 0 {
                Kind::Lesson
            } else {
                Kind::Revision
            },
            ..about(&format!("Dərs {number}"))
        };
        codes.push(site.lesson(d, 1_000_000).await.code);
    }
    let frame = site.get("/az/embed/grades/7/mathematics").await;
    is_framed(&frame);
    frame.shows(&[
        "<a class=\"logo\" href=\"/az/grades/7/mathematics\" target=\"_blank\" rel=\"noopener\">",
        "Riyaziyyat, 7-ci sinif",
        &format!(
            "<a dir=\"auto\" href=\"/az/l/{}\" target=\"_blank\" rel=\"noopener\">Dərs 1</a>",
            codes[0]
        ),
        &format!(
            "rel=\"next\" href=\"/az/embed/grades/7/mathematics?after={}\"",
            codes[49]
        ),
    ]);
    let next = format!("/az/embed/grades/7/mathematics?after={}", codes[49]);
    let next = site.get(&next).await;
    next.shows(&[
        codes[59].as_str(),
        "href=\"/az/embed/grades/7/mathematics\"",
    ]);
    next.lacks(&["rel=\"next\""]);

    let part = site
        .get("/embed/grades/7/mathematics?lang=en&kind=revision&section=az")
        .await;
    part.shows(&[
        codes[0].as_str(),
        "href=\"/en/grades/7/mathematics?kind=revision\"",
    ]);
    part.lacks(&[codes[1].as_str()]);
    let asked = "/embed/grades/7/mathematics?lang=en&section=az";
    site.get(asked).await.shows(&[&format!(
        "rel=\"next\" href=\"/embed/grades/7/mathematics?lang=en&#38;after={}\"",
        codes[49]
    )]);
    let empty = site.get("/az/embed/grades/3/mathematics").await;
    empty.shows(&["hələ dərs yoxdur"]);
    is_framed(&empty);
}

#[tokio::test]
async fn a_frame_weighs_half_of_what_a_page_may() {
    let site = site();
    let saved = site
        .save(about("Məxrəcləri müxtəlif olan kəsrlərin müqayisəsi"))
        .await;
    let recording = site.record(saved, footage(), 148_000_000).await;
    for made in super::made::everything().chain([captions("az"), captions("ru")]) {
        site.add(recording, made).await;
    }
    let zipped = [("accept-encoding", "gzip")];
    let mut weight = 0;
    for path in [
        &format!("/az/embed/{}?t=90", saved.code),
        Sheet::Look.url(),
        Sheet::Embed.url(),
    ] {
        weight += site.ask(Method::GET, path, &zipped).await.body.len();
    }
    assert!(weight < 7_000, "{weight}");
}

#[tokio::test]
async fn the_code_to_copy_begins_where_the_page_does() {
    let site = site();
    let saved = site.save(about("\"Kəsr\" <və> ədəd & say")).await;
    let recording = site.record(saved, footage(), 148_000_000).await;
    for made in super::made::everything() {
        site.add(recording, made).await;
    }
    let code = saved.code;
    let title = "&quot;Kəsr&quot; &lt;və&gt; ədəd &amp; say";
    for (query, kept) in [
        ("", ""),
        ("?t=90", "?t=90"),
        ("?q=240", "?q=240"),
        ("?q=240&t=90&utm=x", "?q=240&amp;t=90"),
    ] {
        let page = site.get(&format!("/en/l/{code}{query}")).await;
        assert_eq!(
            textarea(page.text()),
            format!(
                "<iframe src=\"http://lessons.example/en/embed/{code}{kept}\" title=\"{title}\" width=\"640\" height=\"431\" \
                 style=\"max-width:100%;border:0\" loading=\"lazy\" referrerpolicy=\"no-referrer\" allowfullscreen></iframe>"
            )
        );
    }
    let shelf = site.get("/en/grades/7/mathematics").await;
    assert!(textarea(shelf.text()).starts_with(
        "<iframe src=\"http://lessons.example/en/embed/grades/7/mathematics\" title=\"Mathematics, Grade 7\" width=\"640\""
    ));
    // Nothing to show, nothing to copy; and what only its people see nobody else could frame.
    site.get("/en/grades/3/mathematics")
        .await
        .lacks(&["<textarea"]);
    let owner = site.signed_in("owner", PersonRole::Admin).await;
    let draft = Description {
        visibility: Visibility::Draft,
        ..about("Qaralama")
    };
    let draft = site.lesson(draft, 1).await;
    let page = site.see(&owner, &format!("/en/l/{}", draft.code)).await;
    page.shows(&["<video"]);
    page.lacks(&["<textarea", "og:title", "oembed", "ld+json"]);
}

#[tokio::test]
async fn other_sites_find_the_title_a_picture_and_a_player() {
    let given = ServeGiven {
        base_url: Some("https://lessons.example".into()),
        ..ServeGiven::default()
    };
    let site = site_with(given);
    let unlisted = Description {
        visibility: Visibility::Unlisted,
        ..about("Kəsrlər & \"ədədlər\"")
    };
    let saved = site.save(unlisted).await;
    let recording = site.record(saved, footage(), 148_000_000).await;
    for made in super::made::everything() {
        site.add(recording, made).await;
    }
    let code = saved.code;
    let page = site.get(&format!("/az/l/{code}?t=90")).await;
    let own = format!("https://lessons.example/az/l/{code}");
    let frame = format!("https://lessons.example/az/embed/{code}");
    let below = format!("https://lessons.example/l/{code}");
    let encoded = format!("https%3A%2F%2Flessons.example%2Faz%2Fl%2F{code}");
    page.shows(&[
        "<meta name=\"robots\" content=\"noindex\">",
        "<meta property=\"og:title\" content=\"Kəsrlər &#38; &#34;ədədlər&#34;\">",
        "<meta property=\"og:locale\" content=\"az_AZ\">",
        &format!("<meta property=\"og:url\" content=\"{own}\">"),
        &format!("<meta property=\"og:image\" content=\"{below}/poster.jpg\">"),
        "<meta property=\"og:type\" content=\"video.other\">",
        &format!("<meta property=\"og:video\" content=\"{frame}\">"),
        &format!("<meta property=\"og:video:secure_url\" content=\"{frame}\">"),
        "<meta property=\"og:video:type\" content=\"text/html\">",
        &format!("<meta property=\"og:video\" content=\"{below}/video.mp4\">"),
        "<meta property=\"og:video:type\" content=\"video/mp4\">",
        "<meta name=\"twitter:card\" content=\"player\">",
        &format!("<meta name=\"twitter:player\" content=\"{frame}\">"),
        &format!("<meta name=\"twitter:player:stream\" content=\"{below}/video.mp4\">"),
        &format!("<link rel=\"alternate\" type=\"application/json+oembed\" href=\"https://lessons.example/oembed?format=json&#38;url={encoded}\""),
        &format!("<link rel=\"alternate\" type=\"text/xml+oembed\" href=\"https://lessons.example/oembed?format=xml&#38;url={encoded}\""),
    ]);
    // Whoever has the address may pass it on; machines that gather are told nothing.
    page.lacks(&["ld+json"]);

    // The lessons of a subject are told of as well, as they are filtered.
    let list = site.get("/az/grades/7/mathematics?unit=Kəsrlər").await;
    list.shows(&[
        "<meta property=\"og:type\" content=\"website\">",
        "<meta property=\"og:url\" content=\"https://lessons.example/az/grades/7/mathematics\">",
        "type=\"application/json+oembed\" href=\"https://lessons.example/oembed?format=json&#38;url=https%3A%2F%2Flessons.example%2Faz%2Fgrades%2F7%2Fmathematics%3Funit%3DK%25C9%2599srl%25C9%2599r\"",
    ]);

    let announced = site.save(about("Elan")).await;
    let page = site.get(&format!("/ru/l/{}", announced.code)).await;
    page.shows(&[
        "<meta property=\"og:type\" content=\"website\">",
        "<meta name=\"twitter:card\" content=\"summary\">",
        "json+oembed",
    ]);
    page.lacks(&["og:video", "twitter:player", "og:image"]);

    let heard = site.save(about("Radio")).await;
    let sound = NewRecording {
        size: None,
        ..footage()
    };
    let heard_only = site.record(heard, sound, 9_000_000).await;
    site.add(heard_only, narrow_sound()).await;
    let page = site.get(&format!("/az/l/{}", heard.code)).await;
    let audio = format!("https://lessons.example/l/{}/audio.m4a", heard.code);
    page.shows(&[
        &format!("<meta property=\"og:audio\" content=\"{audio}\">"),
        "<meta name=\"twitter:player:height\" content=\"144\">",
    ]);
    page.lacks(&["<meta property=\"og:image\"", "/video.mp4\">\n"]);
}

fn narrow_sound() -> NewFile {
    NewFile {
        quality: Some(24),
        ..file(Role::Audio, 3_000_000, "audio/mp4")
    }
}

#[tokio::test]
async fn a_withdrawn_lesson_names_its_shelf_and_the_listed_lessons_that_may_take_its_place() {
    let site = site();
    let numbered = |title: &str, number: u32| Description {
        lesson_number: Some(number),
        ..about(title)
    };
    let topic = |title: &str| Description {
        topic: Some("Toplama".into()),
        ..numbered(title, 90)
    };
    let gone = Description {
        topic: Some("Toplama".into()),
        ..numbered("Kəsrlər", 3)
    };
    let gone = site.lesson(gone, 1).await;
    let mut named = Vec::new();
    let signed = Description {
        variant_of: Some(gone.code),
        interpreter: Some("C".into()),
        subject: "physics".into(),
        ..about("Jest dili ilə")
    };
    for d in [
        signed.clone(),
        numbered("Yenisi", 3),
        topic("Həmin mövzu"),
        numbered("Kəsrlər", 91),
    ] {
        named.push(site.lesson(d, 1).await.code);
    }
    let mut others = Vec::new();
    for d in [
        numbered("Başqa dərs", 4),
        Description {
            visibility: Visibility::Unlisted,
            ..signed.clone()
        },
        Description {
            visibility: Visibility::Draft,
            ..signed
        },
        Description {
            visibility: Visibility::Unlisted,
            ..numbered("Kəsrlər", 3)
        },
        Description {
            grades: vec!["8".into()],
            ..numbered("Kəsrlər", 3)
        },
        Description {
            programme: None,
            ..numbered("Başqa proqram", 3)
        },
    ] {
        others.push(site.lesson(d, 1).await.code);
    }
    let withdraw =
        move |c: &crate::catalogue::Change<'_>| c.set_withdrawn(gone.id, Some("Səhv var"));
    site.app.catalogue.write(withdraw).await.unwrap();
    let page = site.get(&format!("/az/l/{}", gone.code)).await;
    assert_eq!(page.status, StatusCode::GONE);
    page.shows(&[
        "Səhv var",
        "Əvəzinə bunlara baxa bilərsən",
        "Bütün dərslər: <a href=\"/az/grades/7/mathematics\">Riyaziyyat, 7-ci sinif</a>",
    ]);
    let api = site.get(&format!("/api/v1/lessons/{}", gone.code)).await;
    assert_eq!(api.status, StatusCode::GONE);
    let told: serde_json::Value = serde_json::from_slice(&api.body).unwrap();
    let told: Vec<&str> = told["instead"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c.as_str().unwrap())
        .collect();
    assert_eq!(told.len(), named.len(), "{told:?}");
    // Another form of the very lesson comes first.
    assert_eq!(told[0], named[0].as_str());
    for code in &named {
        page.shows(&[&format!("href=\"/az/l/{code}\"")]);
        assert!(told.contains(&code.as_str()), "{code}");
    }
    for code in &others {
        page.lacks(&[code.as_str()]);
    }

    let alone = site.lesson(about("Tək"), 1).await;
    let withdraw =
        move |c: &crate::catalogue::Change<'_>| c.set_withdrawn(alone.id, Some("Səhv var"));
    site.app.catalogue.write(withdraw).await.unwrap();
    let page = site.get(&format!("/ru/l/{}", alone.code)).await;
    page.shows(&["Все уроки: <a href=\"/ru/grades/7/mathematics\">"]);
    page.lacks(&["Вместо него", "ways meant"]);
    let api = site.get(&format!("/api/v1/lessons/{}", alone.code)).await;
    api.lacks(&["instead"]);
}
