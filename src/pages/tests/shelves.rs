//! From the first page to a shelf.

use super::*;

#[tokio::test]
async fn a_child_goes_from_the_grade_to_the_subject_to_the_lesson() {
    let site = site();
    let lesson = site.lesson(about("Kəsrlərin toplanması"), 3_800_000).await;
    let home = site.get("/az/").await;
    assert_eq!(home.status, StatusCode::OK);
    home.shows(&[
        "Neçənci sinifdə oxuyursan?",
        "href=\"/az/grades/7\"",
        "<small>1 dərs</small>",
        "3,8\u{a0}MB",
    ]);
    let grade = site.get("/az/grades/7").await;
    grade.shows(&[
        "href=\"/az/grades/7/mathematics\"",
        "<b>Riyaziyyat</b>",
        "1 dərs",
        "bir dərs ≈ 3,8\u{a0}MB",
        "sign h-210",
    ]);
    let subject = site.get("/az/grades/7/mathematics").await;
    subject.shows(&[
        &format!("href=\"/az/l/{}\"", lesson.code),
        "Kəsrlərin toplanması",
        "21 dəqiqə",
        "3,8\u{a0}MB",
    ]);
    assert_eq!(
        site.get(&format!("/az/l/{}", lesson.code)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn each_language_has_its_own_words_numbers_and_forms() {
    let site = site();
    for number in 1..=2 {
        site.lesson(
            Description {
                lesson_number: Some(number),
                ..about("Kəsrlər")
            },
            3_800_000,
        )
        .await;
    }
    site.get("/ru/grades/7")
        .await
        .shows(&["7-й класс", "Математика", "2 урока", "3,8\u{a0}МБ"]);
    site.get("/en/grades/7")
        .await
        .shows(&["Grade 7", "Mathematics", "2 lessons", "3.8\u{a0}MB"]);
    // The lesson's own words stay in theirs, and say so.
    site.get("/ru/grades/7/mathematics")
        .await
        .shows(&["<html lang=\"ru\" dir=\"ltr\">", "lang=\"az\">Kəsrlər</a>"]);
    site.get("/az/grades/7/mathematics")
        .await
        .lacks(&["lang=\"az\">Kəsrlər</a>"]);
}

#[tokio::test]
async fn the_chosen_section_stays_chosen_on_the_way() {
    let site = site();
    let russian = Description {
        section: "ru".into(),
        ..about("Сложение дробей")
    };
    let lesson = site.lesson(russian, 4_000_000).await;
    site.get("/az/grades/7").await.shows(&[
        "Bu bölmədə hələ dərs yoxdur.",
        "lang=\"ru\">Русский сектор</a>",
    ]);
    let home = site.get("/az/?section=ru").await;
    home.shows(&[
        "href=\"/az/grades/7?section=ru\"",
        "href=\"/ru/?section=ru\"",
    ]);
    let grade = site.get("/az/grades/7?section=ru").await;
    grade.shows(&[
        "href=\"/az/grades/7/mathematics?section=ru\"",
        "href=\"/az/?section=ru\"",
        "href=\"/ru/grades/7?section=ru\"",
    ]);
    let shelf = site.get("/az/grades/7/mathematics?section=ru").await;
    shelf.shows(&[lesson.code.as_str(), "lang=\"ru\">Сложение дробей</a>"]);
    let page = site.get(&format!("/az/l/{}", lesson.code)).await;
    page.shows(&[
        "href=\"/az/grades/7/mathematics?section=ru\"",
        "<h1><bdi lang=\"ru\">",
    ]);
}

#[tokio::test]
async fn lessons_stand_in_programme_order_under_their_units() {
    let site = site();
    for (number, unit) in [
        (3, Some("Tənliklər")),
        (1, Some("Kəsrlər")),
        (2, Some("Kəsrlər")),
        (4, None),
    ] {
        let d = Description {
            lesson_number: Some(number),
            unit: unit.map(str::to_owned),
            ..about(&format!("Dərs {number}"))
        };
        site.lesson(d, 1_000_000).await;
    }
    let page = site.get("/az/grades/7/mathematics").await;
    let order = [
        "<h2>Kəsrlər</h2>",
        "Dərs 1",
        "Dərs 2",
        "<h2>Tənliklər</h2>",
        "Dərs 3",
        "<h2>Digər dərslər</h2>",
        "Dərs 4",
    ];
    let places: Vec<_> = order
        .iter()
        .map(|part| page.text().find(part).unwrap_or_else(|| panic!("{part}")))
        .collect();
    assert!(places.is_sorted(), "{}", page.text());
}

#[tokio::test]
async fn a_long_shelf_is_turned_page_by_page_and_every_lesson_is_met_once() {
    let site = site();
    for number in 1..=101 {
        site.save(Description {
            lesson_number: Some(number),
            ..about("Dərs")
        })
        .await;
    }
    let (mut path, mut codes, mut pages) = ("/ru/grades/7/mathematics".to_owned(), Vec::new(), 0);
    loop {
        let page = site.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        page.shows(&[&format!(
            "<link rel=\"canonical\" href=\"http://lessons.example{path}\">"
        )]);
        codes.extend(
            page.text()
                .split("href=\"/ru/l/")
                .skip(1)
                .map(|part| part[..6].to_owned()),
        );
        pages += 1;
        let Some(next) = page.text().split("rel=\"next\" href=\"").nth(1) else {
            break;
        };
        path = next.split('"').next().unwrap().to_owned();
    }
    assert_eq!((pages, codes.len()), (3, 101));
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 101);
    // The last page leads back; a place that nobody was given is the beginning.
    site.get(&path)
        .await
        .shows(&["href=\"/ru/grades/7/mathematics\">К началу списка"]);
    let nonsense = site.get("/ru/grades/7/mathematics?after=%3Cb%3E").await;
    nonsense.shows(&["mathematics?after="]);
    nonsense.lacks(&["К началу списка", "<b>"]);
}

#[tokio::test]
async fn what_one_should_know_before_playing_stands_beside_the_title() {
    let site = site();
    let signed = Description {
        interpreter: Some("X".into()),
        kind: Kind::Revision,
        ..about("A")
    };
    let saved = site.save(signed).await;
    let silent = NewRecording {
        has_sound: false,
        ..footage()
    };
    let recording = site.record(saved, silent, 5_000_000).await;
    site.add(recording, captions("az")).await;
    site.save(about("B")).await;
    let page = site.get("/az/grades/7/mathematics").await;
    page.shows(&[
        "21 dəqiqə · təkrar dərsi · subtitrlə · jest dili ilə · səssiz",
        "class=\"announced\"",
        "yazısı hələ yoxdur",
    ]);
}

#[tokio::test]
async fn what_is_not_public_stands_on_no_shelf() {
    let site = site();
    for visibility in [Visibility::Unlisted, Visibility::Draft] {
        site.lesson(
            Description {
                visibility,
                ..about("Gizli")
            },
            1_000_000,
        )
        .await;
    }
    site.get("/az/").await.lacks(&["1 dərs<", "2 dərs<"]);
    site.get("/az/grades/7").await.lacks(&["Riyaziyyat"]);
    site.get("/az/grades/7/mathematics").await.lacks(&["Gizli"]);
}

#[tokio::test]
async fn the_codes_of_a_unit_are_printed_with_their_addresses() {
    let site = site_with(ServeGiven {
        base_url: Some("https://school.example".into()),
        ..Default::default()
    });
    let of_unit = |unit: &str, title: &str, visibility| Description {
        unit: Some(unit.into()),
        visibility,
        ..about(title)
    };
    let public = Visibility::Public;
    let fractions = site.lesson(of_unit("Kəsrlər", "Toplama", public), 1).await;
    let angles = site.lesson(of_unit("Bucaqlar", "Ölçmə", public), 1).await;
    let unlisted = of_unit("Kəsrlər", "Gizli", Visibility::Unlisted);
    let unlisted = site.lesson(unlisted, 1).await;
    let own = "/ru/grades/7/mathematics";
    site.get(own)
        .await
        .shows(&[&format!("href=\"{own}/codes\" rel=\"nofollow\"")]);
    let printed = |saved: &Saved| {
        let address = format!("https://school.example/l/{}", saved.code);
        let qr = crate::http::qr::svg(&address).unwrap();
        (
            format!("{qr}<p><a dir=\"auto\" lang=\"az\" href=\"{address}\">"),
            format!("https://school.example/l/<wbr><b>{}</b>", saved.code),
        )
    };
    let all = site.get(&format!("{own}/codes")).await;
    assert_eq!(all.status, StatusCode::OK);
    for lesson in [&fractions, &angles] {
        let (picture, address) = printed(lesson);
        all.shows(&[&picture, &address]);
    }
    all.lacks(&[unlisted.code.as_str(), "Gizli"]);
    let one = site.get(&format!("{own}/codes?unit=Bucaqlar")).await;
    one.shows(&[&printed(&angles).0, "<bdi lang=\"az\">Bucaqlar</bdi>"]);
    one.lacks(&[fractions.code.as_str()]);
    // Without a language it is for print as well.
    let moved = site.get("/grades/7/mathematics/codes").await;
    assert!(
        moved
            .header("location")
            .ends_with("/grades/7/mathematics/codes")
    );
    let missing = site.get("/ru/grades/7/alchemy/codes").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}
