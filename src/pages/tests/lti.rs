//! Pages of people who come from a learning platform: a lesson in a course, lessons that a teacher chooses, what is said to
//! somebody who is not let in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::manners::{attributes_stand_apart, elements_are_closed};
use super::*;
use crate::catalogue::NewPlatform;
use crate::lti::{ItemKind, Picking, Watching};
use crate::units::{Code, PlatformId};

const SCHOOL: &str = "https://school.example";
const RETURN: &str = "https://school.example/mod/lti/contentitem_return.php?course=4&sesskey=x";

/// An archive that a school's platform is connected with.
struct Course {
    site: Site,
    platform: PlatformId,
}

async fn course() -> Course {
    course_with(ServeGiven::default()).await
}

async fn course_with(given: ServeGiven) -> Course {
    let site = site_with(given);
    let new = NewPlatform {
        name: "Məktəb <7>".into(),
        issuer: SCHOOL.into(),
        client_id: "archive-1".into(),
        authorization_url: "https://login.school.example/auth".into(),
        jwks_url: format!("{SCHOOL}/jwks"),
        deployments: Vec::new(),
    };
    let adding = site.app.catalogue.write(move |c| c.add_platform(&new));
    Course {
        platform: adding.await.unwrap(),
        site,
    }
}

impl Course {
    fn picking(&self) -> Picking {
        Picking {
            platform: self.platform,
            deployment: "7".into(),
            return_url: RETURN.into(),
            data: Some("of-the-course".into()),
            multiple: true,
            kind: ItemKind::ResourceLink,
            framer: None,
        }
    }

    /// Where a teacher chooses.
    fn pick(&self) -> String {
        self.pick_as(&self.picking())
    }

    fn pick_as(&self, picking: &Picking) -> String {
        format!("/az/lti/pick/{}", self.site.app.lti.pick_ticket(picking))
    }

    fn watching(&self, code: Code) -> Watching {
        Watching {
            platform: self.platform,
            code,
            start: None,
            framer: Some(SCHOOL.into()),
        }
    }

    fn watch(&self, watching: &Watching) -> String {
        format!("/ru/lti/watch/{}", self.site.app.lti.watch_ticket(watching))
    }

    async fn remove(&self) {
        let id = self.platform;
        let removing = self
            .site
            .app
            .catalogue
            .write(move |c| c.remove_platform(id));
        assert!(removing.await.unwrap());
    }
}

/// It stands in the platform's pages and nobody else's, nobody keeps it, and it needs nothing of its reader's browser.
#[track_caller]
fn is_the_platforms(answer: &Answer, forms: &str) {
    let policy = answer.header("content-security-policy");
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action {forms}; \
             frame-ancestors https://login.school.example {SCHOOL}"
        )
    );
    is_nobodys_to_keep(answer);
}

#[track_caller]
fn is_nobodys_to_keep(answer: &Answer) {
    assert!(
        ["private, no-store", "no-store"].contains(&answer.header("cache-control")),
        "{}",
        answer.header("cache-control")
    );
    for name in [
        "set-cookie",
        "x-frame-options",
        "access-control-allow-origin",
    ] {
        assert_eq!(answer.header(name), "", "{name}");
    }
    answer.lacks(&["<script", " style=\"", "manifest", "http-equiv"]);
    answer.shows(&["<meta name=\"robots\" content=\"noindex\">", "<h1"]);
    attributes_stand_apart(answer.text());
    elements_are_closed(answer.text());
}

const BOTH: &str = "'self' https://school.example";

/// What a page's form would bring to the platform.
fn brought(answer: &Answer, form: &str) -> serde_json::Value {
    let after = answer.text().split(form).nth(1).expect(form);
    let jwt = after.split("name=\"JWT\" value=\"").nth(1).unwrap();
    let jwt = jwt.split('"').next().unwrap();
    let claims = jwt.split('.').nth(1).unwrap();
    let all: serde_json::Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(all["aud"], serde_json::json!(SCHOOL));
    assert_eq!(all["iss"], serde_json::json!("archive-1"));
    all["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"].clone()
}

fn codes_of(items: &serde_json::Value) -> Vec<&str> {
    let all = items.as_array().unwrap().iter();
    all.map(|item| item["custom"]["code"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_lesson_stands_in_the_course_from_its_moment_on_as_in_any_frame() {
    let course = course().await;
    let saved = course.site.save(about("Kəsrlər")).await;
    let recording = course.site.record(saved, footage(), 24_000_000).await;
    course.site.add(recording, captions("az")).await;
    let code = saved.code;
    let watching = Watching {
        start: Some(90),
        ..course.watching(code)
    };
    let path = course.watch(&watching);
    let page = course.site.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    is_the_platforms(&page, "'none'");
    page.lacks(&["<form"]);
    page.shows(&[
        "<html lang=\"ru\"",
        "<bdi lang=\"az\">Kəsrlər</bdi>",
        &format!("href=\"/ru/l/{code}?t=90\" target=\"_blank\""),
        "#t=90\"",
    ]);
    // What its address says besides is what a frame's may say.
    let other = course.site.get(&format!("{path}?t=5&captions=az")).await;
    other.shows(&["#t=5\"", " default>"]);
    let whole = course.site.get(&course.watch(&course.watching(code))).await;
    whole.lacks(&["#t="]);
}

#[tokio::test]
async fn what_is_not_for_everybody_is_not_in_a_course_either() {
    let course = course().await;
    let site = &course.site;
    let unlisted = Description {
        visibility: Visibility::Unlisted,
        ..about("Siyahıda yox")
    };
    let unlisted = site.lesson(unlisted, 1_000_000).await.code;
    let draft = Description {
        visibility: Visibility::Draft,
        ..about("Qaralama")
    };
    let draft = site.lesson(draft, 1_000_000).await.code;
    let gone = site.lesson(about("Köhnə"), 1_000_000).await;
    let withdrawing =
        move |c: &crate::catalogue::Change<'_>| c.set_withdrawn(gone.id, Some("Səhv var"));
    let gone = gone.code;
    site.app.catalogue.write(withdrawing).await.unwrap();
    for (code, status) in [
        (unlisted, StatusCode::OK),
        (draft, StatusCode::NOT_FOUND),
        (gone, StatusCode::GONE),
        (Code::from_number(1), StatusCode::NOT_FOUND),
    ] {
        let page = site.get(&course.watch(&course.watching(code))).await;
        assert_eq!(page.status, status, "{code}");
        is_the_platforms(&page, "'none'");
        let preview = site.get(&format!("{}/l/{code}", course.pick())).await;
        assert_eq!(preview.status, status, "{code}");
        is_the_platforms(&preview, BOTH);
        preview.lacks(&["Qaralama"]);
        let chosen = site
            .get(&format!("{}/chosen?code={code}", course.pick()))
            .await;
        let expected = match status {
            StatusCode::OK => StatusCode::OK,
            _ => StatusCode::BAD_REQUEST,
        };
        assert_eq!(chosen.status, expected, "{code}");
        chosen.lacks(&["Qaralama"]);
    }
    // A list shows only what is listed.
    let list = site
        .get(&format!("{}?grade=7&subject=mathematics", course.pick()))
        .await;
    list.lacks(&["Siyahıda yox", "Qaralama", "Köhnə"]);
}

#[tokio::test]
async fn a_platform_that_does_not_say_where_it_shows_lessons_may_do_so_where_everybodys_frames_may_stand()
 {
    for (given, directive) in [
        (None, None),
        (
            Some("https://other.example"),
            Some(
                "frame-ancestors https://login.school.example https://school.example https://other.example",
            ),
        ),
    ] {
        let course = course_with(ServeGiven {
            frame_ancestors: given.map(str::to_owned),
            ..ServeGiven::default()
        })
        .await;
        let code = course.site.lesson(about("A"), 1_000_000).await.code;
        let watching = Watching {
            framer: None,
            ..course.watching(code)
        };
        let page = course.site.get(&course.watch(&watching)).await;
        let policy = page.header("content-security-policy");
        match directive {
            None => assert!(!policy.contains("frame-ancestors"), "{policy}"),
            Some(directive) => assert!(policy.ends_with(directive), "{policy}"),
        }
        // A choice is made in the platform's own pages only.
        let list = course.site.get(&course.pick()).await;
        is_the_platforms(&list, BOTH);
    }
}

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

#[tokio::test]
async fn a_ticket_that_is_none_or_whose_platform_was_removed_says_to_begin_again() {
    let course = course().await;
    let code = course.site.lesson(about("A"), 1_000_000).await.code;
    let (pick, watch) = (course.pick(), course.watch(&course.watching(code)));
    let changed = |path: &str| {
        let last = path.chars().last().unwrap();
        format!(
            "{}{}",
            &path[..path.len() - 1],
            if last == 'A' { 'B' } else { 'A' }
        )
    };
    // A ticket of one kind is none of the other.
    let swapped = pick.replace("/pick/", "/watch/");
    for path in [
        changed(&pick),
        changed(&watch),
        swapped,
        "/en/lti/pick/x/l/x".into(),
    ] {
        let page = course.site.get(&path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        is_nobodys_to_keep(&page);
    }
    course.remove().await;
    for path in [
        pick.clone(),
        format!("{pick}/l/{code}"),
        format!("{pick}/chosen"),
        watch,
    ] {
        let page = course.site.get(&path).await;
        assert_eq!(page.status, StatusCode::GONE, "{path}");
        page.lacks(&["<video", "name=\"JWT\""]);
    }
}

#[tokio::test]
async fn whoever_is_not_let_in_reads_why_in_their_language_and_the_operator_what_was_wrong() {
    let site = site();
    for (language, heading) in [
        ("az", "Kurs arxivi aça bilmədi"),
        ("ru", "Курс не смог открыть архив"),
        ("en", "The course could not open the archive"),
    ] {
        let asked = [("accept-language", language)];
        let path = "/lti/login?iss=https%3A%2F%2Fnobody.example&login_hint=1&target_link_uri=http%3A%2F%2Flessons.example%2Flti%2Flaunch&client_id=%3Cb%3E";
        let page = site.ask(Method::GET, path, &asked).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        is_nobodys_to_keep(&page);
        page.shows(&[
            heading,
            "https://nobody.example",
            "&#60;b&#62;",
            "<code dir=\"auto\">",
        ]);
        // In whose frame it stands is not known.
        assert!(
            !page
                .header("content-security-policy")
                .contains("frame-ancestors")
        );
    }
    for path in ["/lti/login", "/lti/launch", "/lti/register/abc"] {
        let page = site
            .ask(Method::GET, path, &[("accept-language", "en")])
            .await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        page.shows(&["This address is for a learning platform"]);
        page.lacks(&["<code"]);
    }
}

async fn posted(site: &Site, path: &str, body: String) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .extension(RequestHost("lessons.example".into()))
        .extension(Moment(NOON))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", SCHOOL)
        .header("sec-fetch-site", "cross-site")
        .header("accept-language", "en")
        .body(Body::from(body))
        .unwrap();
    site.answer(request).await
}

#[tokio::test]
async fn what_a_platform_posts_is_answered_with_a_page_whatever_it_is() {
    let site = site();
    for (path, body, status) in [
        ("/lti/launch", String::new(), StatusCode::BAD_REQUEST),
        (
            "/lti/launch",
            "id_token=a.b.c&state=d".into(),
            StatusCode::BAD_REQUEST,
        ),
        (
            "/lti/launch",
            "error=login_required&error_description=%3Cscript%3E&state=d".into(),
            StatusCode::FORBIDDEN,
        ),
        ("/lti/launch", "%FF%FE".into(), StatusCode::BAD_REQUEST),
        ("/lti/login", "iss=a".into(), StatusCode::BAD_REQUEST),
        (
            "/lti/launch",
            format!("id_token={}", "a".repeat(64 * 1024)),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let page = posted(&site, path, body.clone()).await;
        let about = &body[..body.len().min(60)];
        assert_eq!(page.status, status, "{path} {about}");
        is_nobodys_to_keep(&page);
        page.shows(&["The course could not open the archive"]);
    }
}

#[tokio::test]
async fn an_administrator_of_a_platform_cannot_be_brought_to_connect_it_by_another_site() {
    let site = site();
    let body = "openid_configuration=https%3A%2F%2Fschool.example%2Fc";
    let page = posted(&site, "/lti/register/abc", body.into()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let invite = "/lti/register/abc?openid_configuration=https%3A%2F%2Fschool.example%2Fc";
    let page = site
        .ask(Method::GET, invite, &[("accept-language", "en")])
        .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.shows(&["This invitation is no longer valid"]);
}

#[tokio::test]
async fn the_public_keys_are_there_for_every_platform_and_kept_for_an_hour() {
    let course = course().await;
    // What was signed is signed with a key that is published.
    let list = course.site.get(&course.pick()).await;
    let jwt = list.text().split("name=\"JWT\" value=\"").nth(1).unwrap();
    let head = URL_SAFE_NO_PAD
        .decode(jwt.split('.').next().unwrap())
        .unwrap();
    let head: serde_json::Value = serde_json::from_slice(&head).unwrap();
    let keys = course.site.get("/lti/jwks.json").await;
    assert_eq!(keys.status, StatusCode::OK);
    assert_eq!(keys.header("cache-control"), "public, max-age=3600");
    assert_eq!(keys.header("access-control-allow-origin"), "*");
    let published: serde_json::Value = serde_json::from_slice(&keys.body).unwrap();
    let kids: Vec<_> = published["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|k| &k["kid"])
        .collect();
    assert!(kids.contains(&&head["kid"]), "{published}");
    for key in published["keys"].as_array().unwrap() {
        assert!(key["d"].is_null() && key["p"].is_null(), "{key}");
    }
    let again = [("if-none-match", keys.header("etag"))];
    let same = course.site.ask(Method::GET, "/lti/jwks.json", &again).await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
}
