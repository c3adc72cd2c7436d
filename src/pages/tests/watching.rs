//! The lesson's page.

use super::*;
use crate::catalogue::{Broadcast, Chapter, PersonRole};

fn full() -> Description {
    let chapters = [
        (0, "Xatırlayaq"),
        (220, "Eyni məxrəc"),
        (555, "Ortaq məxrəc"),
    ];
    Description {
        description: Some("Birinci sətir\n\nİkinci sətir".into()),
        grades: vec!["7".into(), "8".into()],
        lesson_number: Some(3),
        unit: Some("Kəsrlər".into()),
        topic: Some("Toplama".into()),
        textbook: Some(("9789952000000".into(), "34".into())),
        broadcasts: vec![Broadcast {
            at: UnixMillis(1_583_991_000_000),
            channel: "medeniyyet".into(),
        }],
        teachers: vec!["Müəllim A".into(), "Müəllim B".into()],
        interpreter: Some("Tərcüməçi C".into()),
        kind: Kind::Exam,
        chapters: chapters
            .map(|(s, title)| Chapter {
                start: Millis(s * 1000),
                title: title.into(),
            })
            .into(),
        license: Some("CC-BY-4.0".into()),
        rights_holder: Some("Nazirlik".into()),
        source_url: Some("https://video.example/dersler?id=2".into()),
        ..about("Kəsrlərin toplanması")
    }
}

#[tokio::test]
async fn the_video_comes_first_with_its_size_captions_and_price() {
    let site = site();
    let saved = site.save(full()).await;
    let recording = site.record(saved, footage(), 24_000_000).await;
    site.add(recording, captions("az")).await;
    site.add(recording, captions("ru")).await;
    let code = saved.code;
    let page = site.get(&format!("/az/l/{code}")).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows(&[
        "<title>Kəsrlərin toplanması · Teledərs</title>",
        "<video id=\"video\" controls preload=\"none\" playsinline width=\"854\" height=\"480\"",
        &format!("<source src=\"/l/{code}/video.mp4?form=fragmented\" type=\"video/mp4\">"),
        &format!("<track kind=\"captions\" src=\"/l/{code}/captions/az.vtt\" srclang=\"az\" label=\"azərbaycanca\">"),
        &format!("src=\"/l/{code}/captions/ru.vtt\" srclang=\"ru\" label=\"rusca\">"),
        "480p",
        "24\u{a0}MB",
        &format!("href=\"/l/{code}/audio.m4a\""),
        &format!("href=\"/l/{code}/video.mp4?download\""),
        "3-cü dərs · Kəsrlər · 21 dəqiqə",
        "Birinci sətir\n\nİkinci sətir",
    ]);
    let text = page.text();
    assert!(
        text.find("<video") < text.find("<h1"),
        "the video comes before the words"
    );
}

#[tokio::test]
async fn everything_that_is_known_is_said() {
    let site = site();
    let saved = site.lesson(full(), 24_000_000).await;
    let path = format!("/l/{}", saved.code);
    site.get(&format!("/az{path}")).await.shows(&[
        "<dt>Bölmə</dt><dd>Azərbaycan bölməsi</dd>",
        "<dt>Siniflər</dt><dd><a href=\"/az/grades/7\">7-ci sinif</a></dd><dd><a href=\"/az/grades/8\">8-ci sinif</a></dd>",
        "<dd>Teledərs 2020</dd>",
        "<dt>Proqramda yeri</dt><dd>3</dd>",
        "<dd>Toplama</dd>",
        "<dd>imtahana hazırlıq</dd>",
        "<dt>Müəllimlər</dt><dd>Müəllim A</dd><dd>Müəllim B</dd>",
        "<dd>Tərcüməçi C</dd>",
        "<time datetime=\"2020-03-12T09:30:00+04:00\">Mədəniyyət, 12 mart 2020, cümə axşamı, 09:30</time>",
        "ISBN 9789952000000, səh. 34",
        "<dd>CC-BY-4.0</dd>",
        "<dd>Nazirlik</dd>",
        "<a href=\"https://video.example/dersler?id=2\">video.example</a>",
        &format!("<code class=\"code\">{}</code>", saved.code),
    ]);
    site.get(&format!("/ru{path}")).await.shows(&[
        "Medeniyyet, 12 марта 2020, четверг, 09:30",
        "Учителя",
        "с. 34",
    ]);
}

#[tokio::test]
async fn a_chapter_is_a_link_that_works_without_a_script() {
    let site = site();
    let saved = site.lesson(full(), 24_000_000).await;
    let path = format!("/az/l/{}", saved.code);
    site.get(&path)
        .await
        .shows(&["<a href=\"?t=220\"><span class=\"clock\">3:40</span><bdi>Eyni məxrəc</bdi></a>"]);
    let there = site.get(&format!("{path}?t=220")).await;
    there.shows(&[
        "/video.mp4?form=fragmented#t=220\" type=",
        "<a href=\"?t=220\" aria-current=\"true\">",
    ]);
    there.shows(&[&format!(
        "<link rel=\"canonical\" href=\"http://lessons.example{path}\">"
    )]);
    for nonsense in [
        "",
        "-1",
        "1.5",
        "+5",
        "1e3",
        "0x10",
        "99999999999999999999",
        "0",
        "00000005",
        "%2B5",
        "1262",
        "٣",
        "%00",
        "5&t=9%22",
    ] {
        let page = site.get(&format!("{path}?t={nonsense}")).await;
        assert_eq!(page.status, StatusCode::OK, "{nonsense}");
        if !nonsense.starts_with('5') {
            page.lacks(&["#t="]);
        }
    }
}

#[tokio::test]
async fn a_lesson_without_sound_says_so_and_shows_its_captions() {
    let site = site();
    let saved = site.save(about("Səssiz")).await;
    let recording = site
        .record(
            saved,
            NewRecording {
                has_sound: false,
                ..footage()
            },
            1_000_000,
        )
        .await;
    let path = format!("/az/l/{}", saved.code);
    site.get(&path).await.shows(&["Bu dərsdə səs yoxdur.</p>"]);
    site.add(recording, captions("ru")).await;
    site.add(recording, captions("az")).await;
    let page = site.get(&path).await;
    page.shows(&[
        "deyilənlər subtitrlərdə yazılıb",
        "srclang=\"az\" label=\"azərbaycanca\" default>",
        "label=\"rusca\">",
    ]);
    page.lacks(&["audio.m4a"]);
}

#[tokio::test]
async fn what_browsers_cannot_play_is_offered_to_download() {
    let site = site();
    let saved = site.save(about("Köhnə yazı")).await;
    site.record(
        saved,
        NewRecording {
            playable: false,
            ..footage()
        },
        148_000_000,
    )
    .await;
    let path = format!("/az/l/{}", saved.code);
    let offered = [
        &format!("/l/{}/video.mp4?download", saved.code),
        "148\u{a0}MB",
    ];
    let page = site.get(&path).await;
    page.shows(&["Bu dərs hazırlanır", "O vaxta qədər yazını yükləyib"]);
    page.shows(&offered);
    page.lacks(&["<video", "class=\"start\"", "açılmır"]);

    // Nothing is made of it any more.
    let cancel = move |c: &crate::catalogue::Change<'_>| {
        for job in c.snapshot().jobs_of_lessons(&[saved.id])? {
            c.cancel_job(job.id)?;
        }
        Ok(())
    };
    site.app.catalogue.write(cancel).await.unwrap();
    let page = site.get(&path).await;
    page.shows(&["Bu yazı brauzerdə açılmır"]);
    page.shows(&offered);
    page.lacks(&["<video", "class=\"start\"", "hazırlanır"]);
}

#[tokio::test]
async fn an_announced_lesson_says_when_it_is_broadcast() {
    let site = site();
    let saved = site.save(full()).await;
    let page = site.get(&format!("/az/l/{}", saved.code)).await;
    page.shows(&[
        "Bu dərsin yazısı hələ yoxdur",
        "Televiziyada göstərilir:",
        "12 mart 2020, cümə axşamı, 09:30",
    ]);
    page.lacks(&["<video", "video.mp4", "?t="]);
}

#[tokio::test]
async fn sound_alone_is_played_and_named() {
    let site = site();
    let saved = site.save(about("Radio")).await;
    site.record(
        saved,
        NewRecording {
            size: None,
            ..footage()
        },
        9_000_000,
    )
    .await;
    let page = site.get(&format!("/en/l/{}", saved.code)).await;
    page.shows(&["<video", "class=\"sound\"", "sound only"]);
    // The sound alone is what it shows already.
    page.lacks(&["width=\"854\"", "audio.m4a"]);
}

#[tokio::test]
async fn attachments_are_offered_with_their_size() {
    let site = site();
    let saved = site.save(about("A")).await;
    let recording = site.record(saved, footage(), 1_000_000).await;
    let sheet = NewFile {
        label: Some("İş <vərəqi>.pdf".into()),
        ..file(Role::Attachment, 64_000, "application/pdf")
    };
    let name = sheet.name.clone();
    site.add(recording, sheet).await;
    let page = site.get(&format!("/az/l/{}", saved.code)).await;
    page.shows(&[
        &format!("<a href=\"/media/{name}\" download dir=\"auto\">İş &#60;vərəqi&#62;.pdf</a>"),
        "64\u{a0}KB",
    ]);
}

#[tokio::test]
async fn the_neighbours_stand_beside_the_lesson_and_the_present_one_is_marked() {
    let site = site();
    let mut codes = Vec::new();
    for number in 1..=30 {
        let d = Description {
            lesson_number: Some(number),
            unit: Some("Kəsrlər".into()),
            ..about(&format!("Dərs {number:02}"))
        };
        codes.push(site.lesson(d, 1_000_000).await.code);
    }
    let page = site.get(&format!("/az/l/{}", codes[19])).await;
    page.shows(&[
        "Növbəti dərs",
        &format!(
            "href=\"/az/l/{}\" aria-current=\"page\">Dərs 20</a>",
            codes[19]
        ),
    ]);
    let shown: Vec<_> = codes
        .iter()
        .enumerate()
        .filter(|(_, c)| page.text().contains(&format!("/az/l/{c}\"")))
        .collect();
    let numbers: Vec<_> = shown.iter().map(|(at, _)| at + 1).collect();
    assert_eq!(numbers, [16, 17, 18, 19, 20, 21, 22, 23, 24]);
    let next = page.text().split("Növbəti dərs").nth(1).unwrap();
    assert!(next.find(codes[20].as_str()) < next.find(codes[18].as_str()));
    site.get(&format!("/az/l/{}", codes[29]))
        .await
        .lacks(&["Növbəti dərs"]);
}

#[tokio::test]
async fn a_variant_leads_to_its_original_unless_that_is_hidden() {
    let site = site();
    let original = site.lesson(about("Əsli"), 1_000_000).await;
    let hidden = site
        .lesson(
            Description {
                visibility: Visibility::Draft,
                ..about("Gizli")
            },
            1_000_000,
        )
        .await;
    let variant = |of| Description {
        variant_of: Some(of),
        interpreter: Some("C".into()),
        subject: "physics".into(),
        ..about("Variant")
    };
    let (shown, alone) = (
        site.lesson(variant(original.code), 1).await,
        site.lesson(variant(hidden.code), 1).await,
    );
    site.get(&format!("/az/l/{}", shown.code))
        .await
        .shows(&[&format!("href=\"/az/l/{}\">Əsli</a>", original.code)]);
    site.get(&format!("/az/l/{}", alone.code))
        .await
        .lacks(&["Gizli", "başqa variantı"]);
}

#[tokio::test]
async fn an_unlisted_or_withdrawn_lesson_is_named_by_no_other() {
    let site = site();
    let variant = |title: &str, of| Description {
        variant_of: Some(of),
        interpreter: Some("C".into()),
        ..about(title)
    };
    let unlisted = |d: Description| Description {
        visibility: Visibility::Unlisted,
        ..d
    };
    let public = site.lesson(about("Əsli"), 1_000_000).await;
    let linked = site
        .lesson(unlisted(variant("Yalnız ünvanla", public.code)), 1)
        .await;
    let alone = site.lesson(variant("Variant", linked.code), 1).await;
    let gone = site.lesson(variant("Geri götürülən", public.code), 1).await;
    let after = site.lesson(variant("Sonrakı", gone.code), 1).await;
    let withdraw =
        move |c: &crate::catalogue::Change<'_>| c.set_withdrawn(gone.id, Some("because"));
    site.app.catalogue.write(withdraw).await.unwrap();
    for code in [public.code, alone.code, after.code] {
        let page = site.get(&format!("/az/l/{code}")).await;
        page.shows(&["<video"]);
        page.lacks(&["Yalnız ünvanla", linked.code.as_str()]);
        page.lacks(&["Geri götürülən", gone.code.as_str()]);
        let one = site.get(&format!("/api/v1/lessons/{code}")).await;
        one.shows(&[code.as_str(), "\"variant_of\":null"]);
    }
    for path in ["/api/v1/lessons", "/api/v1/lessons?q=variant"] {
        let list = site.get(path).await;
        list.shows(&[alone.code.as_str()]);
        list.lacks(&[linked.code.as_str(), gone.code.as_str()]);
    }
    // What is public may be named by what is not.
    let page = site.get(&format!("/az/l/{}", linked.code)).await;
    page.shows(&[&format!("href=\"/az/l/{}\">Əsli</a>", public.code)]);
    let one = site.get(&format!("/api/v1/lessons/{}", linked.code)).await;
    one.shows(&[&format!("\"variant_of\":\"{}\"", public.code)]);
}

#[tokio::test]
async fn a_draft_tells_its_owner_of_their_own_lessons_and_of_no_others() {
    let site = site();
    let owner = site.signed_in("owner", PersonRole::Teacher).await;
    let of = |visibility, title: &str, variant_of| Description {
        visibility,
        variant_of,
        ..about(title)
    };
    let own = |saved: Saved| {
        let person = owner.id;
        site.app
            .catalogue
            .write(move |c| c.add_owner(saved.id, person))
    };
    let mine = of(Visibility::Unlisted, "Özümün", None);
    let mine = site.lesson(mine, 1).await;
    own(mine).await.unwrap();
    let other = of(Visibility::Unlisted, "Başqasının", None);
    let other = site.lesson(other, 1).await;
    for (sibling, title, told) in [(mine, "Özümün", true), (other, "Başqasının", false)] {
        let draft = of(Visibility::Draft, "Qaralama", Some(sibling.code));
        let draft = site.lesson(draft, 1).await;
        own(draft).await.unwrap();
        let page = site.see(&owner, &format!("/az/l/{}", draft.code)).await;
        assert_eq!(page.text().contains(title), told, "{title}");
        let path = format!("/api/v1/lessons/{}", draft.code);
        let body: serde_json::Value =
            serde_json::from_slice(&site.see(&owner, &path).await.body).unwrap();
        let code = told.then(|| sibling.code.to_string());
        assert_eq!(body["variant_of"].as_str(), code.as_deref(), "{title}");
    }
}

#[tokio::test]
async fn a_code_is_canonical_in_one_spelling_only() {
    let site = site();
    let saved = site.lesson(about("A"), 1_000_000).await;
    let lower = saved.code.as_str().to_lowercase();
    let answer = site.get(&format!("/ru/l/{lower}?t=5")).await;
    assert_eq!(answer.status, StatusCode::MOVED_PERMANENTLY);
    assert_eq!(
        answer.header("location"),
        format!("/ru/l/{}?t=5", saved.code)
    );
}

#[tokio::test]
async fn a_draft_looks_like_what_never_was_and_an_unlisted_lesson_is_not_indexed() {
    let site = site();
    let draft = site
        .lesson(
            Description {
                visibility: Visibility::Draft,
                ..about("Qaralama")
            },
            1,
        )
        .await;
    let code = crate::units::Code::from_number(u32::from(
        draft.code == crate::units::Code::from_number(0),
    ));
    let never = site.get(&format!("/az/l/{code}")).await;
    let drafted = site.get(&format!("/az/l/{}", draft.code)).await;
    assert_eq!(
        (never.status, drafted.status),
        (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
    );
    assert_eq!(
        never.text().replace(code.as_str(), ""),
        drafted.text().replace(draft.code.as_str(), "")
    );
    let lower = draft.code.as_str().to_lowercase();
    assert_eq!(
        site.get(&format!("/az/l/{lower}")).await.status,
        StatusCode::NOT_FOUND
    );
    let unlisted = site
        .lesson(
            Description {
                visibility: Visibility::Unlisted,
                ..about("Açıq")
            },
            1,
        )
        .await;
    site.get(&format!("/az/l/{}", unlisted.code))
        .await
        .shows(&["<meta name=\"robots\" content=\"noindex\">", "<video"]);
    let public = site.lesson(about("Hamı üçün"), 1).await;
    site.get(&format!("/az/l/{}", public.code))
        .await
        .lacks(&["noindex"]);
}

#[tokio::test]
async fn a_miscopied_code_is_told_from_an_unknown_one() {
    let site = site();
    let code = crate::units::Code::from_number(7).to_string();
    let wrong = format!(
        "{}{}",
        if code.starts_with('2') { '3' } else { '2' },
        &code[1..]
    );
    site.get(&format!("/en/l/{code}"))
        .await
        .shows(&["There is no such lesson"]);
    let page = site.get(&format!("/en/l/{wrong}")).await;
    page.shows(&["There is a mistake in the code"]);
    page.lacks(&["ways meant"]);
}

#[tokio::test]
async fn a_miscopied_code_leads_to_the_listed_lessons_that_were_meant() {
    let site = site();
    let public = site.lesson(about("Kəsrlər"), 1).await;
    let code = public.code.to_string();
    let letter = |at: usize| if &code[at..=at] == "2" { "3" } else { "2" };
    let wrong = format!("{}{}", letter(0), &code[1..]);
    let link = format!("href=\"/en/l/{code}\"");
    for miscopied in [
        wrong.clone(),
        wrong.to_lowercase(),
        format!("{}{}{}", &code[..3], letter(3), &code[4..]),
        // No character of any code: the letter O for whatever was printed.
        format!("{}O", &code[..5]),
    ] {
        let page = site.get(&format!("/en/l/{miscopied}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{miscopied}");
        page.shows(&["Did you mean", &link, "Kəsrlər"]);
        let api = site.get(&format!("/api/v1/lessons/{miscopied}")).await;
        assert_eq!(api.status, StatusCode::NOT_FOUND, "{miscopied}");
        api.shows(&[&format!("\"near\":[\"{code}\"]")]);
    }
    site.get(&format!("/en/l/{}", &code[..5]))
        .await
        .shows(&["There is no such lesson"]);

    // What is not for everybody is not told to everybody who guesses.
    for visibility in [Visibility::Unlisted, Visibility::Draft] {
        let hidden = Description {
            visibility,
            ..about("Gizli")
        };
        let code = site.lesson(hidden, 1).await.code.to_string();
        let letter = if code.starts_with('2') { '3' } else { '2' };
        let wrong = format!("{letter}{}", &code[1..]);
        let page = site.get(&format!("/en/l/{wrong}")).await;
        page.shows(&["There is a mistake in the code"]);
        page.lacks(&[&code, "Gizli"]);
        let api = site.get(&format!("/api/v1/lessons/{wrong}")).await;
        api.lacks(&[&code, "near"]);
    }
}

#[tokio::test]
async fn what_people_write_is_shown_and_never_run() {
    let site = site();
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let d = Description {
        description: Some(evil.into()),
        unit: Some(evil.into()),
        topic: Some(evil.into()),
        teachers: vec![evil.into()],
        rights_holder: Some(evil.into()),
        source_url: Some("javascript:alert(document.cookie)".into()),
        chapters: vec![Chapter {
            start: Millis(0),
            title: evil.into(),
        }],
        ..about(evil)
    };
    let saved = site.lesson(d.clone(), 1_000_000).await;
    site.lesson(d, 1_000_000).await;
    for path in [
        format!("/az/l/{}", saved.code),
        "/az/grades/7/mathematics".into(),
    ] {
        let page = site.get(&path).await;
        page.lacks(&["<script>", "<img", "href=\"javascript:"]);
        page.shows(&["&#60;script&#62;"]);
    }
}

#[tokio::test]
async fn a_player_is_there_for_a_script_and_only_where_there_is_a_picture() {
    use crate::pages::assets;
    use crate::words::Language;
    let site = site();
    let saved = site.lesson(full(), 24_000_000).await;
    let page = site.get(&format!("/ru/l/{}", saved.code)).await;
    match assets::Script::Player.url() {
        Some(script) => page.shows(&[
            &format!("<div class=\"screen\" data-script=\"{script}\""),
            &format!("data-look=\"{}\"", assets::Sheet::Player.url()),
            &format!(
                "data-words=\"{}\"",
                assets::player_words(Language::Ru).unwrap()
            ),
            "<p class=\"stopped\" hidden>Продолжение с <b class=\"clock\"></b>",
        ]),
        // Built without the web bundle.
        None => page.shows(&["<div class=\"screen\">"]),
    }
    // One quality, no pictures: no stream, no storyboard.
    page.lacks(&["data-stream", "data-storyboard"]);

    let words = site.get(assets::player_words(Language::Ru).unwrap()).await;
    assert_eq!(words.header("content-type"), "application/json");
    let told: serde_json::Value = serde_json::from_slice(&words.body).unwrap();
    assert_eq!(told["words"]["position"], "{at}, всего {all}");
    assert_eq!(told["counts"]["minutes"]["few"], "{count} минуты");
    assert_eq!(told["counts"]["seconds"]["one"], "{count} секунда");

    let heard = site.save(about("Dinləmə")).await;
    let sound = NewRecording {
        size: None,
        ..footage()
    };
    site.record(heard, sound, 3_000_000).await;
    let page = site.get(&format!("/az/l/{}", heard.code)).await;
    page.shows(&["<p class=\"stopped\" hidden>"]);
    page.lacks(&["data-script"]);
}
