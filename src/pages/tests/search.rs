//! The search page, and the same for programs.

use super::*;
use crate::units::LessonId;

impl Site {
    /// A lesson in which this is said: from which second, and what.
    async fn says(&self, description: Description, lines: &[(u64, &str)]) -> Saved {
        let saved = self.save(description).await;
        let recording = self.record(saved, footage(), 3_800_000).await;
        let cues: String = lines
            .iter()
            .map(|(at, line)| {
                let clock = |s: u64| format!("{:02}:{:02}.000", s / 60, s % 60);
                format!("\n{} --> {}\n{line}\n", clock(*at), clock(*at + 2))
            })
            .collect();
        let file = captions("az");
        let path = self._data.path().join(&file.location);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("WEBVTT\n{cues}")).unwrap();
        self.add(recording, file).await;
        saved
    }
}

#[tokio::test]
async fn a_spoken_word_leads_to_its_second_and_is_marked() {
    let site = site();
    let saved = site
        .says(
            about("Adi KƏSRLƏR"),
            &[(5, "salam"), (725, "adi kəsri götürək"), (903, "başqa")],
        )
        .await;
    let page = site.get("/az/search?q=kesr").await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows(&[
        "Adi <mark>KƏSRLƏR</mark></a></h2>",
        "7-ci sinif, Riyaziyyat",
        "<span class=\"cost\">3,8\u{a0}MB-dan</span>",
        &format!("<a href=\"/az/l/{0}?t=725#t=725\"><time class=\"clock\" datetime=\"PT12M5S\">12:05</time>", saved.code),
        "<span>adi <mark>kəsri</mark> götürək</span>",
        "value=\"kesr\"",
        "<meta name=\"robots\" content=\"noindex\">",
    ]);
    page.lacks(&["başqa", "class=\"ask\""]);
    assert!(page.header("cache-control").starts_with("public"));
    site.get(&format!("/az/l/{}?t=725", saved.code))
        .await
        .shows(&["#t=725"]);
}

#[tokio::test]
async fn what_lessons_and_readers_write_is_never_markup() {
    let site = site();
    site.says(
        Description {
            topic: Some("<b>kəsr</b>".into()),
            teachers: vec!["\"><i>kəsr".into()],
            description: Some("<script>kəsr()</script>".into()),
            ..about("<script>alert('kəsr')</script>")
        },
        &[(1, "a &lt;img src=x onerror=kəsr&gt; b")],
    )
    .await;
    let page = site
        .get("/az/search?q=kesr+%22%3E%3Cscript%3E&year=%22%3E%3Cscript%3E")
        .await;
    page.lacks(&["<script>", "<b>", "<i>", "<img"]);
    page.shows(&["value=\"kesr &#34;&#62;&#60;script&#62;\""]);
    let page = site.get("/az/search?q=kesr").await;
    page.shows(&["<mark>kəsr</mark>", "alert", "onerror=<mark>kəsr</mark>"]);
    page.lacks(&["<script>", "<b>", "<i>", "<img"]);
}

#[tokio::test]
async fn filters_stay_in_the_address_and_go_one_by_one() {
    let site = site();
    site.lesson(about("Kəsr bir"), 1_000_000).await;
    site.lesson(
        Description {
            section: "ru".into(),
            ..about("Kəsr iki")
        },
        1_000_000,
    )
    .await;
    let page = site
        .get("/az/search?q=k%C9%99sr&grade=7&subject=&section=ru&year=&channel=")
        .await;
    page.shows(&[
        "iki",
        "<option value=\"7\" selected>",
        "<option value=\"ru\" selected>",
        "<a href=\"/az/search?q=k%C9%99sr&#38;section=ru\"",
        "<a href=\"/az/search?q=k%C9%99sr&#38;grade=7\"",
        "<details open>",
        "href=\"/ru/search?q=k%C9%99sr&#38;grade=7&#38;section=ru\"",
    ]);
    page.lacks(&["bir</a>"]);
    for wrong in ["grade=77", "subject=x", "section=en", "channel=x"] {
        let page = site.get(&format!("/az/search?q=a&{wrong}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[tokio::test]
async fn who_finds_nothing_is_helped_on() {
    let site = site();
    site.lesson(about("Fotosintez"), 1_000_000).await;
    let empty = site.get("/az/search").await;
    empty.shows(&[
        "istənilən klaviaturada",
        "href=\"/az/grades/7\"",
        "<link rel=\"canonical\"",
    ]);
    empty.lacks(&["noindex"]);
    let none = site.get("/az/search?q=zzzz").await;
    none.shows(&["Heç bir dərs tapılmadı", "href=\"/az/grades/7\""]);
    let wordless = site.get("/az/search?q=%3F!").await;
    wordless.shows(&["Burada söz yoxdur"]);
    let corrected = site.get("/az/search?q=fotosintes").await;
    corrected.shows(&[
        "«fotosintes» heç bir dərsdə yoxdur",
        "<a href=\"/az/search?q=fotosintez\">fotosintez</a>",
        "<mark>Fotosintez</mark>",
    ]);
    let long = site
        .get(&format!("/az/search?q={}&page=-7", "a".repeat(5000)))
        .await;
    assert_eq!(long.status, StatusCode::OK);
    let past = site.get("/az/search?q=fotosintez&page=99999").await;
    assert_eq!(past.status, StatusCode::OK);
}

#[tokio::test]
async fn every_page_of_a_student_has_the_form_and_keeps_the_section() {
    let site = site();
    let saved = site.lesson(about("Kəsr"), 1_000_000).await;
    let form = "<form class=\"ask\" role=\"search\" action=\"/az/search\">";
    for path in [
        "/az/",
        "/az/grades/7",
        "/az/grades/7/mathematics",
        "/az/nothing",
        &format!("/az/l/{}", saved.code),
    ] {
        let page = site.get(path).await;
        page.shows(&[form]);
        page.lacks(&["name=\"section\""]);
    }
    site.get("/az/grades/7?section=ru").await.shows(&[
        form,
        "<input type=\"hidden\" name=\"section\" value=\"ru\">",
    ]);
    site.get("/az/teach/sign-in").await.lacks(&[form]);

    let unprefixed = site
        .ask(
            Method::GET,
            "/search?q=kesr&grade=7",
            &[("accept-language", "ru")],
        )
        .await;
    assert_eq!(unprefixed.status, StatusCode::FOUND);
    assert_eq!(unprefixed.header("location"), "/ru/search?q=kesr&grade=7");
    assert!(unprefixed.header("cache-control").starts_with("private"));
}

#[tokio::test]
async fn programs_get_the_same_with_moments() {
    let site = site();
    let saved = site
        .says(about("Kəsrlər"), &[(61, "surəti topla"), (70, "məxrəc")])
        .await;
    site.lesson(about("Surət"), 1_000_000).await;
    let ask = |path: &'static str| site.ask(Method::GET, path, &[]);
    let json =
        |answer: Answer| -> serde_json::Value { serde_json::from_slice(&answer.body).unwrap() };
    let body = json(ask("/api/v1/search?q=suret&grade=7&limit=1").await);
    assert_eq!(body["found"][0]["title"], "Surət");
    assert_eq!(body["next"], "1");
    let body = json(ask("/api/v1/search?q=suret&grade=7&limit=1&cursor=1").await);
    assert_eq!(body["found"][0]["code"], saved.code.to_string());
    assert_eq!(body["next"], serde_json::Value::Null);
    let moment = &body["found"][0]["moments"][0];
    assert_eq!(
        (moment["start_ms"].as_u64(), moment["text"].as_str()),
        (Some(61_000), Some("surəti topla"))
    );
    assert_eq!(moment["language"], "az");
    assert_eq!(
        moment["url"],
        format!("http://lessons.example/l/{}?t=61", saved.code)
    );
    assert_eq!(
        json(ask("/api/v1/search?q=surtt").await)["corrected"],
        "surət"
    );

    // The list of lessons finds the same.
    let body = json(ask("/api/v1/lessons?q=SURET").await);
    let titles: Vec<_> = body["lessons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Surət", "Kəsrlər"]);
    let body = json(ask("/api/v1/lessons?q=SURET&limit=1").await);
    assert_eq!(body["next"], "1");

    for wrong in [
        "",
        "?q=a&limit=51",
        "?q=a&limit=0",
        "?q=a&cursor=x",
        "?q=a&grade=77",
        "?q=a&signed=maybe",
        "?q=a&b=c",
    ] {
        let path = format!("/api/v1/search{wrong}");
        let answer = site.ask(Method::GET, &path, &[]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let long = format!("/api/v1/search?q={}", "a".repeat(201));
    assert_eq!(
        site.ask(Method::GET, &long, &[]).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn what_was_taken_back_is_found_by_nobody() {
    let site = site();
    let saved = site.says(about("Gizlincə"), &[(1, "sirrimiz")]).await;
    let id: LessonId = saved.id;
    site.get("/az/search?q=sirrimiz").await.shows(&["Gizlincə"]);
    let withdraw = move |c: &crate::catalogue::Change<'_>| c.set_withdrawn(id, Some("Səhv"));
    site.app.catalogue.write(withdraw).await.unwrap();
    for path in [
        "/az/search?q=sirrimiz",
        "/az/search?q=gizlince",
        "/az/search?q=sirimiz",
        "/api/v1/search?q=sirrimiz",
        "/api/v1/lessons?q=gizlince",
    ] {
        site.get(path).await.lacks(&["Gizlincə", "<mark>"]);
    }
}
