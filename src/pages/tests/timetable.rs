//! The timetable, the week that was missed, filters of a shelf: on any day that a test wants.

use jiff::Timestamp;

use super::*;
use crate::catalogue::Broadcast;

fn moment(text: &str) -> UnixMillis {
    UnixMillis(text.parse::<Timestamp>().unwrap().as_millisecond())
}

/// A lesson that is broadcast on channel Mədəniyyət at these times in Baku.
fn aired(title: &str, times: &[&str]) -> Description {
    let broadcasts = times.iter().map(|at| Broadcast {
        at: moment(&format!("{at}:00+04:00")),
        channel: "medeniyyet".into(),
    });
    Description {
        broadcasts: broadcasts.collect(),
        ..about(title)
    }
}

impl Site {
    /// The page at `path`, as it is at `now` in Baku.
    pub(super) async fn at(&self, now: &str, path: &str) -> Answer {
        let request = Request::builder()
            .uri(path)
            .header("accept", "text/html")
            .extension(RequestHost("lessons.example".into()))
            .extension(Moment(moment(&format!("{now}+04:00"))));
        self.answer(request.body(Body::empty()).unwrap()).await
    }

    /// Two weeks of grade 7, with a day off between them.
    pub(super) async fn two_weeks(&self) {
        self.lesson(
            aired(
                "Koordinat müstəvisi",
                &["2020-03-30T10:00", "2020-03-30T16:00"],
            ),
            3_600_000,
        )
        .await;
        self.save(aired("Elan olunan dərs", &["2020-04-01T09:30"]))
            .await;
        let physics = Description {
            subject: "physics".into(),
            ..aired("Sürət", &["2020-03-30T10:00"])
        };
        self.lesson(physics, 4_000_000).await;
        let russian = Description {
            section: "ru".into(),
            ..aired("Координатная плоскость", &["2020-03-31T11:00"])
        };
        self.lesson(russian, 4_000_000).await;
        self.lesson(aired("Xətti funksiya", &["2020-04-06T10:00"]), 3_700_000)
            .await;
    }
}

/// Where these parts of the page stand, one after another.
#[track_caller]
pub(super) fn in_order(page: &Answer, parts: &[&str]) {
    page.shows(parts);
    let mut rest = page.text();
    for part in parts {
        let at = rest.find(part);
        rest = &rest[at.unwrap_or_else(|| {
            panic!("{part:?} stands before those before it\n{}", page.text())
        })..];
    }
}

#[tokio::test]
async fn todays_timetable_tells_times_channels_prices_and_what_is_shown_again() {
    let site = site();
    site.two_weeks().await;
    let page = site.at("2020-03-30T08:00:00", "/az/timetable").await;
    assert_eq!(page.status, StatusCode::OK);
    in_order(
        &page,
        &[
            "<h1>Bu gün efirdə</h1>",
            "30 mart 2020, bazar ertəsi",
            "<time>10:00</time>",
            "Koordinat müstəvisi",
            "Riyaziyyat · 7-ci sinif · Mədəniyyət<",
            "3,6\u{a0}MB-dan",
            "Sürət",
            "<time>16:00</time>",
            "Koordinat müstəvisi",
            "Riyaziyyat · 7-ci sinif · Mədəniyyət · təkrar yayım",
        ],
    );
    page.lacks(&["Xətti funksiya", "rel=\"prev\"", "noindex"]);
    page.shows(&[
        "rel=\"next\">31 mart 2020 ›",
        "href=\"/az/timetable?week=2020-W14\">Bütün həftə: 30 mart – 5 aprel 2020",
    ]);
    let announced = site.get("/ru/timetable?date=2020-04-01").await;
    announced.shows(&[
        "1 апреля 2020, среда",
        "запись будет",
        "class=\"announced\"",
        "‹ 31 марта 2020",
        "6 апреля 2020 ›",
    ]);
    announced.shows(&["value=\"2020-04-01\" min="]);
}

#[tokio::test]
async fn today_is_kept_until_midnight_at_school_and_other_days_as_all_pages() {
    let site = site();
    site.two_weeks().await;
    for (now, path, kept) in [
        ("2020-03-30T08:00:00", "/az/timetable", 60),
        ("2020-03-30T23:59:48", "/az/timetable", 12),
        ("2020-03-30T23:59:48", "/az/", 12),
        ("2020-03-30T23:59:48", "/az/grades/7", 12),
        ("2020-03-30T23:59:59", "/az/?week=last", 1),
        ("2020-03-30T23:59:48", "/az/timetable?date=2020-03-30", 60),
        ("2020-03-30T23:59:48", "/az/grades/7?week=2020-W14", 60),
    ] {
        let page = site.at(now, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_eq!(
            page.header("cache-control"),
            format!("public, max-age={kept}"),
            "{now} {path}"
        );
    }
    let late = site.at("2020-03-30T23:59:59", "/az/timetable").await;
    let early = site.at("2020-03-31T00:00:00", "/az/timetable").await;
    late.shows(&["30 mart 2020"]);
    early.shows(&["<p class=\"lead\">31 mart 2020, çərşənbə axşamı</p>"]);
    assert_ne!(late.header("etag"), early.header("etag"));
}

#[tokio::test]
async fn a_day_without_lessons_leads_to_those_that_have_some() {
    let site = site();
    let empty = site.at("2020-03-30T08:00:00", "/az/timetable").await;
    empty.shows(&["Bu gün üçün cədvəldə dərs yoxdur.", "30 mart 2020"]);
    empty.lacks(&["class=\"steps\"><ul>\n</ul>", "rel=\"next\"", "Keçən həftə"]);
    site.get("/az/")
        .await
        .lacks(&["class=\"home\"", "Keçən həftə", "class=\"missed\""]);
    site.two_weeks().await;
    let between = site.at("2020-04-04T08:00:00", "/az/timetable").await;
    between.shows(&[
        "Bu gün üçün cədvəldə dərs yoxdur.",
        "Növbəti efir: 6 aprel 2020, bazar ertəsi",
        "Xətti funksiya",
    ]);
    let years_later = site.at("2026-11-26T08:00:00", "/az/timetable").await;
    years_later.shows(
        &[
            "Sonuncu efir: 6 aprel 2020, bazar ertəsi",
            "Xətti funksiya",
            "rel=\"prev\" ",
            "‹ 1 aprel 2020",
        ]
        .map(|p| p.trim()),
    );
    let day = site.get("/az/timetable?date=2020-04-04").await;
    day.shows(&[
        "Bu gündə cədvəldə dərs yoxdur.",
        "‹ 1 aprel 2020",
        "6 aprel 2020 ›",
    ]);
}

#[tokio::test]
async fn the_timetable_is_narrowed_to_a_channel_grade_or_section_and_stays_so() {
    let site = site();
    site.two_weeks().await;
    let russian = site.get("/az/timetable?week=2020-W14&section=ru").await;
    russian.shows(&[
        "<h2><time datetime=\"2020-03-31\">Çərşənbə axşamı, 31 mart</time></h2>",
        "Координатная плоскость",
        "<option value=\"ru\" selected>",
        "name=\"week\" value=\"2020-W14\"",
        "noindex",
    ]);
    russian.lacks(&["Koordinat müstəvisi", "rel=\"next\""]);
    let grade = site
        .get("/az/timetable?week=2020-W14&grade=7&section=az")
        .await;
    grade.shows(&["href=\"/az/timetable?week=2020-W15&#38;grade=7&#38;section=az\" rel=\"next\">6–12 aprel 2020 ›"]);
    let none = site.get("/az/timetable?date=2020-03-30&grade=8").await;
    none.shows(&["Seçimə uyğun dərs yoxdur."]);
    for (path, words) in [
        ("/az/timetable?channel=bbc", "Belə kanal yoxdur"),
        ("/az/timetable?grade=77", "Belə sinif yoxdur"),
        ("/az/timetable?section=x", "Belə bölmə yoxdur"),
    ] {
        let page = site.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        page.shows(&[words]);
    }
}

#[tokio::test]
async fn a_full_day_is_turned_page_by_page() {
    let site = site();
    for n in 0..130 {
        site.save(aired(&format!("Dərs {n}"), &["2020-03-30T10:00"]))
            .await;
    }
    let (mut path, mut found, mut pages) =
        ("/az/timetable?date=2020-03-30".to_owned(), Vec::new(), 0);
    loop {
        let page = site.get(&path).await;
        found.extend(
            page.text()
                .split("href=\"/az/l/")
                .skip(1)
                .map(|p| p[..6].to_owned()),
        );
        pages += 1;
        let Some(next) = page.text().split("rel=\"next\" href=\"").nth(1) else {
            break;
        };
        path = next.split('"').next().unwrap().replace("&#38;", "&");
    }
    assert_eq!((pages, found.len()), (3, 130));
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 130);
}

#[tokio::test]
async fn who_missed_last_week_finds_it_from_home_and_from_the_grade() {
    let site = site();
    site.two_weeks().await;
    let now = "2020-04-08T12:00:00";
    let home = site.at(now, "/az/").await;
    home.shows(&[
        "Keçən həftəni buraxdın? <a href=\"/az/?week=2020-W14\">Keçən həftənin bütün dərsləri</a>",
    ]);
    let keys = site.at(now, "/az/?week=2020-W14").await;
    keys.shows(&[
        "<h1>Həftənin dərsləri: neçənci sinifdə oxuyursan?</h1>",
        "30 mart – 5 aprel 2020",
        "href=\"/az/grades/7?week=2020-W14\"",
        "<small>3 dərs</small>",
        "href=\"/az/?section=ru&#38;week=2020-W14\"",
        "noindex",
    ]);
    let grade = site.at(now, "/az/grades/7").await;
    grade.shows(&["Keçən həftəni buraxdın? <a href=\"/az/grades/7?week=2020-W14\">"]);
    site.at(now, "/az/grades/3")
        .await
        .lacks(&["class=\"missed\""]);

    let week = site.at(now, "/az/grades/7?week=2020-W14").await;
    in_order(
        &week,
        &[
            "<h1>7-ci sinif: həftənin dərsləri</h1>",
            "30 mart – 5 aprel 2020",
            "rel=\"next\">6–12 aprel 2020 ›",
            "<h2><time datetime=\"2020-03-30\">Bazar ertəsi, 30 mart</time></h2>",
            // At the same time: in the order of subjects.
            "Koordinat müstəvisi",
            "Sürət",
            "təkrar yayım",
            "<h2><time datetime=\"2020-04-01\">Çərşənbə, 1 aprel</time></h2>",
            "Elan olunan dərs",
            "href=\"/az/grades/7\">Bütün fənlər",
        ],
    );
    week.lacks(&[
        "Координатная",
        "Xətti funksiya",
        "rel=\"prev\"",
        "7-ci sinif · Mədəniyyət",
    ]);
    week.shows(&[
        "<link rel=\"canonical\" href=\"http://lessons.example/az/grades/7?week=2020-W14\">",
    ]);
    site.at(now, "/en/grades/7?section=ru&week=2020-W14")
        .await
        .shows(&[
            "Tuesday, 31 March",
            "Координатная плоскость",
            "href=\"/ru/grades/7?section=ru&#38;week=2020-W14\"",
        ]);

    // Years later it is the newest week, and is called so.
    let later = site.at("2026-11-26T12:00:00", "/ru/grades/7").await;
    later.shows(&["<a href=\"/ru/grades/7?week=2020-W15\">Все уроки недели: 6–12 апреля 2020</a>"]);
    later.lacks(&["Прошлую неделю"]);
    for (now, path, location) in [
        (now, "/az/grades/7?week=last", "/az/grades/7?week=2020-W14"),
        (
            "2026-11-26T12:00:00",
            "/az/grades/7?week=last",
            "/az/grades/7?week=2020-W15",
        ),
        (
            "2026-11-26T12:00:00",
            "/az/grades/7?section=ru&week=last",
            "/az/grades/7?section=ru&week=2020-W14",
        ),
        (
            "2026-11-26T23:59:59",
            "/az/grades/3?week=last",
            "/az/grades/3?week=2026-W47",
        ),
    ] {
        let led = site.at(now, path).await;
        assert_eq!(
            (led.status, led.header("location")),
            (StatusCode::FOUND, location)
        );
        assert!(led.header("cache-control").starts_with("public, max-age="));
    }
    let empty = site.get("/az/grades/3?week=2026-W47").await;
    assert_eq!(empty.status, StatusCode::OK);
    empty.shows(&["Bu həftə bu sinif üçün televiziyada dərs olmayıb."]);
}

#[tokio::test]
async fn a_week_or_day_that_cannot_be_is_named_with_what_is_right() {
    let site = site();
    for (path, words) in [
        (
            "/az/grades/7?week=2020-60",
            "«2020-60» həftə deyil. Həftəni belə yaz: 2020-W14",
        ),
        ("/ru/grades/7?week=54", "«54» — не неделя"),
        ("/en/grades/7?week=%3Cb%3E", "“&#60;b&#62;” is not a week"),
        (
            "/en/grades/7?week=2019-W53",
            "2019 has 52 weeks. Write 2019-W52 or 2020-W01.",
        ),
        (
            "/ru/grades/7?week=2019-W53",
            "в 2019 году 52 недели. Напиши 2019-W52 или 2020-W01.",
        ),
        ("/az/?week=2019-W53", "yoxdur: 2019-cu ildə 52 həftə var."),
        ("/az/?week=2016-W53", "yoxdur: 2016-cı ildə 52 həftə var."),
        ("/az/?week=2013-W53", "yoxdur: 2013-cü ildə 52 həftə var."),
        ("/az/?week=2021-W53", "yoxdur: 2021-ci ildə 52 həftə var."),
        ("/az/?week=2000-W53", "yoxdur: 2000-ci ildə 52 həftə var."),
        (
            "/az/?week=2010-W53",
            "2010-cu ildə 52 həftə var. Belə yaz: 2010-W52 və ya 2011-W01.",
        ),
        ("/az/?week=x", "«x» həftə deyil"),
        ("/az/timetable?week=2020W14", "«2020W14» həftə deyil"),
        (
            "/ru/timetable?date=6.4.2020",
            "«6.4.2020» — не дата. Напиши её так: 2020-04-06.",
        ),
        ("/en/grades/7?week=+7", "“ 7” is not a week"),
    ] {
        let page = site.get(path).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        page.shows(&[words, "noindex"]);
        assert_eq!(page.header("cache-control"), "no-store");
    }
    let long = site
        .get(&format!("/en/grades/7?week={}", "9".repeat(5000)))
        .await;
    long.shows(&[&format!("“{}…”", "9".repeat(40))]);
    assert_eq!(
        site.get("/az/grades/77?week=2020-W14").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn home_shows_what_is_not_over_yet() {
    let site = site();
    for hour in 9..=19 {
        site.save(aired(
            &format!("Saat {hour}"),
            &[&format!("2020-03-30T{hour:02}:00")],
        ))
        .await;
    }
    let shown = |page: &Answer| -> Vec<String> {
        let parts = page.text().split("<time>").skip(1);
        parts.map(|p| p[..5].to_owned()).collect()
    };
    let morning = site.at("2020-03-30T08:00:00", "/az/").await;
    assert_eq!(
        shown(&morning),
        ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00"]
    );
    let noon = site.at("2020-03-30T12:20:00", "/az/").await;
    assert_eq!(shown(&noon)[0], "12:00");
    let evening = site.at("2020-03-30T23:00:00", "/az/").await;
    assert_eq!(
        shown(&evening),
        ["14:00", "15:00", "16:00", "17:00", "18:00", "19:00"]
    );
    evening.shows(&[
        "Bu gün efirdə",
        "href=\"/az/timetable?date=2020-03-30\">Bütün cədvəl",
    ]);
    site.at("2020-03-30T08:00:00", "/az/?section=ru")
        .await
        .lacks(&["<time>"]);
}

#[tokio::test]
async fn a_shelf_is_narrowed_by_what_divides_it() {
    let site = site();
    for (n, year) in [(1, "2019/20"), (2, "2019/20"), (3, "2020/21")] {
        let d = Description {
            lesson_number: Some(n),
            school_year: Some(year.into()),
            unit: Some(
                if n == 1 {
                    "Kəsrlər & faizlər"
                } else {
                    "Tənliklər"
                }
                .into(),
            ),
            interpreter: (n == 2).then(|| "X".into()),
            ..about(&format!("Dərs {n}"))
        };
        site.lesson(d, 1_000_000).await;
    }
    let shelf = "/az/grades/7/mathematics";
    let whole = site.get(shelf).await;
    whole.shows(&[
        "<details class=\"filters\"><summary>Dərsləri seç</summary>",
        "<select name=\"year\"><option value=\"\">hamısı</option><option value=\"2020/21\">2020/21</option>",
        "<select name=\"unit\">",
        "name=\"signed\" value=\"1\">jest dili ilə",
    ]);
    whole.lacks(&[
        "name=\"captioned\"",
        "name=\"channel\"",
        "name=\"kind\"",
        "noindex",
    ]);
    let old = site.get(&format!("{shelf}?year=2019/20&signed=1")).await;
    old.shows(&[
        "Dərs 2",
        "<details class=\"filters\" open>",
        "<option value=\"2019/20\" selected>",
        "value=\"1\" checked>",
        "noindex",
        "<link rel=\"canonical\" href=\"http://lessons.example/az/grades/7/mathematics\">",
        // The language keeps what was chosen.
        "href=\"/ru/grades/7/mathematics?year=2019/20&#38;signed=1\"",
        "href=\"/az/grades/7/mathematics\">Hamısını göstər",
    ]);
    old.lacks(&["Dərs 1<", "Dərs 3<", "hreflang=\"x-default\""]);
    let unit = site
        .get(&format!("{shelf}?unit=K%C9%99srl%C9%99r+%26+faizl%C9%99r"))
        .await;
    unit.shows(&["Dərs 1", "unit=K%C9%99srl%C9%99r%20%26%20faizl%C9%99r"]);
    unit.lacks(&["Dərs 2<"]);
    let none = site.get(&format!("{shelf}?kind=%3Cb%3E&year=")).await;
    none.shows(&["Seçimə uyğun dərs yoxdur.", "&#60;b&#62;"]);
    // A shelf of which all lessons are alike has nothing to choose, and no style for it.
    site.get("/az/grades/7/physics")
        .await
        .lacks(&["<details", crate::pages::assets::Sheet::Timetable.url()]);
}

#[tokio::test]
async fn filters_stay_chosen_from_page_to_page() {
    let site = site();
    for n in 1..=120 {
        let d = Description {
            lesson_number: Some(n),
            school_year: Some(if n % 2 == 0 { "2019/20" } else { "2020/21" }.into()),
            ..about("Dərs")
        };
        site.save(d).await;
    }
    let page = site.get("/az/grades/7/mathematics?year=2019/20").await;
    assert_eq!(page.text().matches("href=\"/az/l/").count(), 50);
    let next = page.text().split("rel=\"next\" href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    assert!(
        next.starts_with("/az/grades/7/mathematics?year=2019/20&after="),
        "{next}"
    );
    let page = site.get(&next).await;
    assert_eq!(page.text().matches("href=\"/az/l/").count(), 10);
    page.lacks(&["rel=\"next\""]);
    page.shows(&["href=\"/az/grades/7/mathematics?year=2019/20\">Əvvəldən başla"]);
}

#[tokio::test]
async fn broadcasts_are_listed_for_machines() {
    let site = site();
    site.two_weeks().await;
    let list = |query: &'static str| {
        let site = &site;
        async move {
            let answer = site
                .ask(Method::GET, &format!("/api/v1/broadcasts{query}"), &[])
                .await;
            let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            (answer.status, body)
        }
    };
    let (status, body) = list("?from=2020-03-30&to=2020-03-30&section=az").await;
    assert_eq!(status, StatusCode::OK);
    let all = body["broadcasts"].as_array().unwrap();
    assert_eq!((all.len(), &body["next"]), (3, &serde_json::Value::Null));
    assert_eq!(all[0]["at"], "2020-03-30T10:00:00+04:00");
    assert_eq!(
        (&all[0]["repeat"], &all[2]["repeat"]),
        (&false.into(), &true.into())
    );
    assert_eq!(all[2]["lesson"]["title"], "Koordinat müstəvisi");
    assert_eq!(all[2]["lesson"]["cost"], 3_600_000);
    for (query, count) in [
        ("", 6),
        ("?from=2020-03-30T06:00:00Z&to=2020-03-30T12:00:00Z", 2),
        ("?grade=8", 0),
        ("?grade=7&channel=medeniyyet&limit=200&from=", 6),
    ] {
        let (_, body) = list(query).await;
        assert_eq!(
            body["broadcasts"].as_array().unwrap().len(),
            count,
            "{query}"
        );
    }
    let (mut cursor, mut times) = (String::new(), Vec::new());
    loop {
        let path = format!("/api/v1/broadcasts?limit=2&cursor={cursor}");
        let body: serde_json::Value = serde_json::from_slice(&site.get(&path).await.body).unwrap();
        times.extend(
            body["broadcasts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|b| b["at"].to_string()),
        );
        let Some(next) = body["next"].as_str() else {
            break;
        };
        cursor = next.to_owned();
    }
    assert_eq!(times.len(), 6);
    assert!(times.is_sorted());
    for (query, words) in [
        (
            "?from=yesterday",
            "from = \"yesterday\": write a day like 2020-04-06",
        ),
        ("?from=2020-04-02&to=2020-04-01", "from is not before to"),
        ("?limit=201", "limit = 201: write 1 to 200"),
        ("?limit=x", "write 1 to 200"),
        ("?cursor=x", "write what next said"),
        ("?channel=x", "write one of"),
        ("?word=x", "unknown field"),
    ] {
        let (status, body) = list(query).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(body["detail"].as_str().unwrap().contains(words), "{body}");
    }
}
