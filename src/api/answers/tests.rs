//! What is made once for everybody, and what is never anybody else's.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{Remembered, remember};

use crate::app::{Shared, in_temporary_folder};
use crate::auth::secret::Secret;
use crate::catalogue::tests::lesson as plain;
use crate::catalogue::{Description, NewToken, PersonRole, Saved, Target, Visibility};
use crate::clock;
use crate::config::ServeGiven;
use crate::http::host::RequestHost;

struct Archive {
    app: Shared,
    router: Router,
    _data: tempfile::TempDir,
}

struct Answer {
    status: u16,
    headers: ::http::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Archive {
    async fn new(settings: ServeGiven) -> Self {
        let (app, data) = in_temporary_folder(settings);
        Self {
            router: crate::routes::router(app.clone()),
            app,
            _data: data,
        }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = ::http::Request::builder()
            .method(method)
            .uri(path)
            .extension(RequestHost("lessons.example".into()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }

    async fn save(&self, title: &str, visibility: Visibility) -> Saved {
        let said = Description {
            visibility,
            ..described(title)
        };
        let saved = self
            .app
            .catalogue
            .write(move |c| c.save_lesson(Target::New, &said));
        saved.await.unwrap()
    }

    async fn token(&self, role: PersonRole) -> String {
        let secret = Secret::token().unwrap();
        let hash = secret.hash();
        let made = self.app.catalogue.write(move |c| {
            let person = c.add_person(None, "leyla", role, None)?;
            let token = NewToken {
                person,
                role,
                label: None,
                expires: clock::now().after_days(1),
            };
            c.add_token(None, &hash, &token)
        });
        made.await.unwrap();
        format!("Bearer {}", secret.told())
    }
}

fn described(title: &str) -> Description {
    Description {
        programme: None,
        ..plain(title, &["7"], "mathematics")
    }
}

#[tokio::test]
async fn an_answer_is_the_same_when_it_is_remembered_and_another_one_when_anything_changed() {
    let archive = Archive::new(ServeGiven::default()).await;
    for n in 0..3 {
        archive.save(&format!("Kəsr {n}"), Visibility::Public).await;
    }
    for path in [
        "/api/v1/lessons",
        "/api/v1/lessons?fields=code,title",
        "/api/v1/vocabulary",
    ] {
        for coding in ["", "gzip", "br"] {
            let headers = [("accept-encoding", coding)];
            let first = archive.ask("GET", path, &headers).await;
            let again = archive.ask("GET", path, &headers).await;
            assert_eq!(
                (first.status, &first.body),
                (200, &again.body),
                "{path} {coding}"
            );
            for name in [
                "etag",
                "content-type",
                "content-encoding",
                "cache-control",
                "vary",
            ] {
                assert_eq!(
                    first.header(name),
                    again.header(name),
                    "{path} {coding} {name}"
                );
            }
            let head = archive.ask("HEAD", path, &headers).await;
            assert_eq!((head.status, head.body.len()), (200, 0));
            assert_eq!(
                head.header("content-length"),
                Some(&*first.body.len().to_string())
            );
            let tag = first.header("etag").unwrap();
            for method in ["GET", "HEAD"] {
                let known = [headers[0], ("if-none-match", tag)];
                let same = archive.ask(method, path, &known).await;
                assert_eq!((same.status, same.body.len()), (304, 0), "{path} {coding}");
                assert_eq!(same.header("etag"), Some(tag));
                assert_eq!(same.header("cache-control"), first.header("cache-control"));
                assert_eq!(same.header("content-encoding"), None);
            }
            let other = archive
                .ask("GET", path, &[headers[0], ("if-match", "\"x\"")])
                .await;
            assert_eq!(other.status, 412);
        }
    }
    let before = archive.get("/api/v1/lessons").await;
    archive.save("Yeni", Visibility::Public).await;
    let after = archive.get("/api/v1/lessons").await;
    assert_eq!(after.json()["lessons"].as_array().unwrap().len(), 4);
    let tag = before.header("etag").unwrap();
    let asked = archive
        .ask("GET", "/api/v1/lessons", &[("if-none-match", tag)])
        .await;
    assert_eq!(asked.status, 200);
}

#[tokio::test]
async fn what_anybody_may_have_is_made_once_until_something_changes() {
    let archive = Archive::new(ServeGiven::default()).await;
    let made = Arc::new(AtomicUsize::new(0));
    let counting = |policy: &'static str| {
        let made = Arc::clone(&made);
        get(move || async move {
            made.fetch_add(1, Relaxed);
            (
                [("cache-control", policy), ("etag", "W/\"1234567890\"")],
                "text",
            )
        })
    };
    let remembered = Remembered::new(&archive.app);
    let router = Router::new()
        .route("/public", counting("public, max-age=60"))
        .route("/own", counting("private, no-store"))
        .route("/nobodys", counting("no-store"))
        .layer(from_fn_with_state(remembered, remember));
    let ask = async |path: &str, field: Option<(&str, &str)>| {
        let mut request = ::http::Request::builder().uri(path);
        if let Some((name, value)) = field {
            request = request.header(name, value);
        }
        let request = request.body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        (made.swap(0, Relaxed), answer.status().as_u16())
    };
    for path in ["/own", "/nobodys"] {
        assert_eq!(ask(path, None).await, (1, 200), "{path}");
        assert_eq!(ask(path, None).await, (1, 200), "{path}");
    }
    let tag = Some(("if-none-match", "W/\"1234567890\""));
    // Who has it already lets it be made for all others, too.
    assert_eq!(ask("/public", tag).await, (1, 304));
    assert_eq!(ask("/public", tag).await, (0, 304));
    assert_eq!(ask("/public", None).await, (0, 200));
    assert_eq!(
        ask("/public", Some(("accept-encoding", "br"))).await,
        (1, 200)
    );
    assert_eq!(ask("/public?a", None).await, (1, 200));
    archive.save("Kəsr", Visibility::Public).await;
    assert_eq!(ask("/public", tag).await, (1, 304));
    assert_eq!(ask("/public", None).await, (0, 200));
}

#[tokio::test]
async fn what_is_somebodys_own_is_tagged_and_never_given_to_others() {
    let archive = Archive::new(ServeGiven::default()).await;
    let draft = archive.save("Qaralama", Visibility::Draft).await;
    let token = archive.token(PersonRole::Admin).await;
    let own = [("authorization", token.as_str())];
    let paths = [
        format!("/api/v1/lessons/{}", draft.code),
        format!("/api/v1/lessons/{}/chapters", draft.code),
        format!("/api/v1/desk/lessons/{}", draft.code),
        "/api/v1/desk/lessons".to_owned(),
        "/api/v1/me".to_owned(),
        "/api/v1/people".to_owned(),
        "/api/v1/sheet".to_owned(),
    ];
    for path in &paths {
        for _ in 0..2 {
            let mine = archive.ask("GET", path, &own).await;
            assert_eq!(mine.status, 200, "{path}");
            assert_eq!(mine.header("access-control-allow-origin"), None, "{path}");
            let tag = mine.header("etag").unwrap_or_else(|| panic!("{path}"));
            let known = [own[0], ("if-none-match", tag)];
            assert_eq!(archive.ask("GET", path, &known).await.status, 304, "{path}");
            let others = archive.ask("GET", path, &[("if-none-match", tag)]).await;
            assert!(
                [401, 404].contains(&others.status),
                "{path}: {}",
                others.status
            );
            // Why they did not get it, scripts of other sites may read.
            assert_eq!(others.header("access-control-allow-origin"), Some("*"));
        }
    }
}

#[tokio::test]
async fn scripts_of_other_sites_read_what_is_public_and_send_no_tokens() {
    let archive = Archive::new(ServeGiven::default()).await;
    let lesson = archive.save("Kəsr", Visibility::Public).await;
    for (path, _) in super::super::open_paths() {
        let path = path
            .replace("{code}", lesson.code.as_str())
            .replace("{language}", "az");
        let allowed = archive
            .ask("OPTIONS", &path, &[("origin", "https://school.example")])
            .await;
        assert_eq!(allowed.status, 204, "{path}");
        assert_eq!(allowed.header("access-control-allow-origin"), Some("*"));
        assert_eq!(allowed.header("access-control-allow-credentials"), None);
        let may = allowed.header("access-control-allow-headers").unwrap();
        assert!(
            may.contains("If-None-Match") && !may.contains("Authorization"),
            "{may}"
        );
        let read = archive.get(&path).await;
        assert_eq!(
            read.header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
        let told = read.header("access-control-expose-headers").unwrap();
        assert!(
            told.contains("ETag") && told.contains("Retry-After"),
            "{told}"
        );
    }
    let wrong = archive.get("/api/v1/lessons?limit=0").await;
    assert_eq!(wrong.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn beyond_the_limit_a_program_is_told_when_to_go_on_and_whoever_has_a_token_has_a_limit_of_their_own()
 {
    let archive = Archive::new(ServeGiven {
        api_requests_per_minute: Some(3),
        ..Default::default()
    })
    .await;
    let token = archive.token(PersonRole::Teacher).await;
    for left in ["2", "1", "0"] {
        let answer = archive.get("/api/v1/lessons").await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.header("ratelimit-policy"),
            Some("\"address\";q=3;w=60")
        );
        let told = answer.header("ratelimit").unwrap();
        assert!(
            told.starts_with(&format!("\"address\";r={left};t=")),
            "{told}"
        );
    }
    // Neither what is remembered nor a wrong token is a way past it.
    for headers in [
        &[][..],
        &[("authorization", "Bearer tds_wrong")],
        &[("if-none-match", "*")],
    ] {
        let refused = archive.ask("GET", "/api/v1/lessons", headers).await;
        assert_eq!(refused.status, 429);
        assert_eq!(
            refused.header("content-type"),
            Some("application/problem+json")
        );
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=20).contains(&wait), "{wait}");
        assert!(
            refused.text().contains("3 requests a minute"),
            "{}",
            refused.text()
        );
        assert_eq!(refused.header("cache-control"), Some("no-store"));
    }
    let own = archive
        .ask("GET", "/api/v1/lessons", &[("authorization", &token)])
        .await;
    assert_eq!(own.status, 200);
    assert_eq!(own.header("ratelimit-policy"), Some("\"person\";q=3;w=60"));
    // Pages and files are not counted.
    for _ in 0..5 {
        let page = archive.ask("GET", "/az/", &[("accept", "text/html")]).await;
        assert_eq!((page.status, page.header("ratelimit")), (200, None));
    }
}

#[tokio::test]
async fn without_a_limit_nothing_is_said_of_one() {
    let archive = Archive::new(ServeGiven {
        api_requests_per_minute: Some(0),
        ..Default::default()
    })
    .await;
    let answer = archive.get("/api/v1/lessons").await;
    assert_eq!((answer.status, answer.header("ratelimit")), (200, None));
}

#[tokio::test]
async fn a_copy_follows_by_the_cursor_and_hears_of_what_is_gone() {
    let archive = Archive::new(ServeGiven::default()).await;
    let first = archive.save("Birinci", Visibility::Public).await;
    archive.save("Gizli", Visibility::Unlisted).await;
    let since = "/api/v1/lessons?updated_since=2020-01-01T00:00:00Z&fields=code";
    let told = archive.get(since).await.json();
    assert_eq!(
        told["lessons"],
        serde_json::json!([{"code": first.code.as_str()}])
    );
    assert_eq!(told["next"], serde_json::Value::Null);
    let resume = told["resume"].as_str().unwrap().to_owned();
    let later = format!("{since}&cursor={resume}");
    assert_eq!(
        archive.get(&later).await.json()["lessons"],
        serde_json::json!([])
    );
    let id = first.id;
    let gone = archive
        .app
        .catalogue
        .write(move |c| c.set_withdrawn(id, Some("Köhnə")));
    gone.await.unwrap();
    let told = archive.get(&later).await.json();
    assert_eq!(told["lessons"][0]["state"], "withdrawn");
    assert_eq!(told["lessons"][0]["reason"], "Köhnə");
    let code = first.code;
    for (wrong, why) in [
        ("updated_since=yesterday", "write a moment"),
        (
            "updated_since=2020-01-01T00:00:00Z&grade=7",
            "whole archive",
        ),
        ("updated_since=2020-01-01T00:00:00Z&cursor=x", "cursor"),
        ("fields=titel", "write any of"),
    ] {
        let refused = archive.get(&format!("/api/v1/lessons?{wrong}")).await;
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(refused.text().contains(why), "{wrong}: {}", refused.text());
    }
    assert_eq!(
        archive.get(&format!("/api/v1/lessons/{code}")).await.status,
        410
    );
}
