//! A teacher finds lessons, looks at them, and takes one or several.

use super::*;

#[tokio::test]
async fn a_teacher_goes_from_grade_to_subject_to_lesson_and_back_without_leaving_the_frame() {
    let course = course().await;
    let site = &course.site;
    let first = Description {
        unit: Some("Kəsrlər".into()),
        lesson_number: Some(1),
        ..about("Kəsrlərin müqayisəsi")
    };
    let first = site.lesson(first, 24_000_000).await.code;
    let second = Description {
        unit: Some("Kəsrlər".into()),
        lesson_number: Some(2),
        ..about("Kəsrlərin toplanması")
    };
    let second = site.lesson(second, 24_000_000).await.code;
    let pick = course.pick();
    let grades = site.get(&pick).await;
    assert_eq!(grades.status, StatusCode::OK);
    is_the_platforms(&grades, BOTH);
    grades.shows(&[
        "Məktəb &#60;7&#62;",
        &format!("<a href=\"{pick}?grade=7\""),
        &format!("<form class=\"find\" role=\"search\" action=\"{pick}\">"),
        &format!("href=\"{pick}?section=ru\""),
        &format!(
            "<form method=\"post\" action=\"{}\">",
            RETURN.replace('&', "&#38;")
        ),
    ]);
    grades.lacks(&[
        "<select name=\"section\"",
        "grade=4",
        "type=\"checkbox\" name=\"code\"",
        "/az/grades/",
    ]);
    assert_eq!(brought(&grades, "class=\"bar\""), serde_json::json!([]));
    let other = site.get(&format!("{pick}?section=ru")).await;
    other.shows(&["<input type=\"hidden\" name=\"section\" value=\"ru\">"]);
    let subjects = site.get(&format!("{pick}?grade=7")).await;
    is_the_platforms(&subjects, BOTH);
    subjects.shows(&[&format!("href=\"{pick}?grade=7&#38;subject=mathematics\"")]);
    let list = site
        .get(&format!("{pick}?grade=7&subject=mathematics"))
        .await;
    is_the_platforms(&list, BOTH);
    let query = "?grade=7&#38;subject=mathematics";
    list.shows(&[
        "Kəsrlərin müqayisəsi",
        &format!("href=\"{pick}/l/{first}{query}\""),
        &format!("<input type=\"checkbox\" name=\"code\" value=\"{second}\" aria-label=\"İşarələ: Kəsrlərin toplanması\">"),
        &format!("href=\"{pick}/chosen{query}&#38;code={first}&#38;code={second}\""),
        &format!("<form class=\"take\" action=\"{pick}/chosen\">"),
        "<input type=\"hidden\" name=\"subject\" value=\"mathematics\">",
    ]);
    let preview = site
        .get(&format!("{pick}/l/{first}?grade=7&subject=mathematics"))
        .await;
    assert_eq!(preview.status, StatusCode::OK);
    is_the_platforms(&preview, BOTH);
    preview.shows(&[
        &format!("href=\"{pick}{query}\""),
        "<video id=\"video\" controls preload=\"none\"",
        &format!("<form class=\"begin\" action=\"{pick}/l/{first}\">"),
    ]);
    let items = brought(&preview, "class=\"add\"");
    assert_eq!(items.as_array().unwrap().len(), 1);
    let item = &items[0];
    assert_eq!(item["type"], "ltiResourceLink");
    assert_eq!(item["title"], "Kəsrlərin müqayisəsi");
    assert_eq!(item["text"], "7-ci sinif · Riyaziyyat · 21 dəqiqə");
    assert_eq!(item["url"], format!("http://lessons.example/l/{first}"));
    assert_eq!(codes_of(&items), [first.as_str()]);
    assert_eq!(item["iframe"]["width"], 640);
}

#[tokio::test]
async fn a_teacher_says_where_the_lesson_begins_as_a_clock_shows_it() {
    let course = course().await;
    let code = course.site.lesson(about("Kəsrlər"), 24_000_000).await.code;
    let path = format!("{}/l/{code}", course.pick());
    for (typed, seconds) in [("12:30", 750), ("750", 750), ("%2012:30", 750)] {
        let page = course.site.get(&format!("{path}?t={typed}")).await;
        assert_eq!(page.status, StatusCode::OK, "{typed}");
        page.shows(&["value=\"12:30\"", "#t=750\"", "12:30 anından"]);
        let items = brought(&page, "class=\"add\"");
        assert_eq!(items[0]["custom"]["start"], seconds.to_string());
        assert_eq!(
            items[0]["url"],
            format!("http://lessons.example/l/{code}?t={seconds}")
        );
    }
    for typed in ["21:02", "99:00", "sonra", "-1", "%3Cb%3E", "12:75"] {
        let page = course.site.get(&format!("{path}?t={typed}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{typed}");
        is_the_platforms(&page, BOTH);
        page.shows(&["role=\"alert\"", "21:02", "aria-invalid=\"true\""]);
        page.lacks(&["class=\"add\"", "<b>", "#t="]);
    }
    let page = course.site.get(&format!("{path}?t=0")).await;
    page.lacks(&["#t=", "anından"]);
}

#[tokio::test]
async fn what_is_searched_for_is_found_with_its_moments_and_kept_on_the_way_back() {
    let course = course().await;
    let code = course
        .site
        .lesson(about("Kəsrlərin toplanması"), 24_000_000)
        .await
        .code;
    course.site.lesson(about("Bucaqlar"), 24_000_000).await;
    let pick = course.pick();
    let found = course
        .site
        .get(&format!("{pick}?q=kesr&grade=&subject=&section="))
        .await;
    assert_eq!(found.status, StatusCode::OK);
    is_the_platforms(&found, BOTH);
    found.shows(&[
        "<mark>Kəsr",
        &format!("href=\"{pick}/l/{code}?q=kesr\""),
        &format!("name=\"code\" value=\"{code}\""),
        "name=\"q\" value=\"kesr\"",
    ]);
    found.shows(&["<select name=\"section\""]);
    found.lacks(&["Bucaqlar", "/az/l/", "/az/search"]);
    let meant = course.site.get(&format!("{pick}?q=buccaqlar")).await;
    meant.lacks(&["/az/search"]);
    meant.shows(&["role=\"status\"", &format!("href=\"{pick}?q=")]);
    let none = course.site.get(&format!("{pick}?q=zzzzzz")).await;
    none.lacks(&["/az/search", "class=\"take\""]);
    let unknown = course.site.get(&format!("{pick}?grade=77")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    is_the_platforms(&unknown, BOTH);
}

#[tokio::test]
async fn several_ticked_lessons_go_into_the_course_together_in_their_order() {
    let course = course().await;
    let mut codes = Vec::new();
    for number in 0..51 {
        let saved = course
            .site
            .lesson(about(&format!("Dərs {number}")), 1_000_000)
            .await;
        codes.push(saved.code);
    }
    // Another ticket at another moment.
    let pick = course.pick();
    let chosen = |some: &[Code]| {
        let ticked: Vec<_> = some.iter().map(|code| format!("code={code}")).collect();
        format!("{pick}/chosen?{}", ticked.join("&"))
    };
    let two = [codes[4], codes[1], codes[4]];
    let page = course.site.get(&chosen(&two)).await;
    assert_eq!(page.status, StatusCode::OK);
    is_the_platforms(&page, BOTH);
    page.shows(&["Dərs 4", "Dərs 1", "Bu 2 dərs"]);
    let items = brought(&page, "class=\"add stays\"");
    assert_eq!(codes_of(&items), [codes[4].as_str(), codes[1].as_str()]);
    let most = course.site.get(&chosen(&codes[..50])).await;
    assert_eq!(most.status, StatusCode::OK);
    for (path, said) in [
        (chosen(&codes), "50"),
        (format!("{pick}/chosen?grade=7"), "işarələnməyib"),
        (
            format!("{pick}/chosen?code={}&code=%3Cb%3E", codes[0]),
            "&#60;b&#62;",
        ),
        (
            format!("{pick}/chosen?code={}", Code::from_number(9)),
            "yoxdur",
        ),
    ] {
        let page = course.site.get(&path).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        is_the_platforms(&page, BOTH);
        page.shows(&[said, &format!("class=\"button\" href=\"{pick}")]);
        page.lacks(&["name=\"JWT\""]);
    }
}

#[tokio::test]
async fn a_platform_that_takes_one_lesson_is_offered_no_boxes() {
    let course = course().await;
    let mut codes = Vec::new();
    for title in ["A", "B"] {
        codes.push(course.site.lesson(about(title), 1_000_000).await.code);
    }
    let one = Picking {
        multiple: false,
        ..course.picking()
    };
    let pick = course.pick_as(&one);
    for query in ["?grade=7&subject=mathematics", "?q=a"] {
        let list = course.site.get(&format!("{pick}{query}")).await;
        list.lacks(&["checkbox\" name=\"code\"", "/chosen", "class=\"take\""]);
    }
    let both = format!("{pick}/chosen?code={}&code={}", codes[0], codes[1]);
    let page = course.site.get(&both).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    page.shows(&["Yalnız bir dərs"]);
    page.lacks(&["name=\"JWT\""]);
}

#[tokio::test]
async fn a_platform_that_takes_links_only_gets_the_lessons_address() {
    let course = course().await;
    let code = course.site.lesson(about("A"), 1_000_000).await.code;
    let links = Picking {
        kind: ItemKind::Link,
        ..course.picking()
    };
    let page = course
        .site
        .get(&format!("{}/l/{code}", course.pick_as(&links)))
        .await;
    let items = brought(&page, "class=\"add\"");
    assert_eq!(items[0]["type"], "link");
    assert_eq!(items[0]["url"], format!("http://lessons.example/l/{code}"));
}
