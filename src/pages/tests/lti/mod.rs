//! Pages of people who come from a learning platform: a lesson in a course, lessons that a teacher chooses, what is said to
//! somebody who is not let in.

mod choosing;

use data_encoding::BASE64URL_NOPAD;

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
        serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
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
async fn lessons_in_a_course_stand_in_the_platforms_pages_and_in_those_that_the_settings_name() {
    for (given, named) in [
        (None, ""),
        (Some("https://other.example"), " https://other.example"),
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
        let list = course.site.get(&course.pick()).await;
        let own = "frame-ancestors https://login.school.example https://school.example";
        for page in [page, list] {
            let policy = page.header("content-security-policy");
            assert!(policy.ends_with(&format!("{own}{named}")), "{policy}");
        }
    }
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
        // What is empty is not said.
        (
            "/lti/launch",
            "error=&id_token=a.b.c&state=".into(),
            StatusCode::BAD_REQUEST,
        ),
        // A form is not sent on from where a slash is too many.
        ("/lti/launch/", String::new(), StatusCode::BAD_REQUEST),
        ("/lti/login/", "iss=a".into(), StatusCode::BAD_REQUEST),
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
    let head = BASE64URL_NOPAD
        .decode(jwt.split('.').next().unwrap().as_bytes())
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
