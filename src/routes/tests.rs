//! Every route, asked as everybody: the list is the routes' own, so that none is forgotten.

mod links;

use std::path::Path;

use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;
use crate::app::in_temporary_folder;
use crate::auth::grant;
use crate::auth::secret::Secret;
use crate::catalogue::tests::lesson as plain;
use crate::catalogue::{
    Change, Deed, Description, LinkKey, NewFile, NewLessonLink, NewRecording, NewToken, PersonRole,
    Placement, Role, Scope, Target, Visibility,
};
use crate::clock::{self, Moment, UnixMillis};
use crate::config::ServeGiven;
use crate::http::host::RequestHost;
use crate::mp4::VIEW_FORMAT;
use crate::units::{Bytes, Code, JobId, LinkId, Millis, PersonId, TokenId};

const ORIGIN: &str = "http://lessons.example";

/// Everybody there is, by what they are to the draft.
const PEOPLE: [Whoever; 8] = [
    Whoever::Owner,
    Whoever::OtherTeacher,
    Whoever::EditorOfIt,
    Whoever::EditorOfOthers,
    Whoever::EditorOfAll,
    Whoever::Admin,
    Whoever::OwnersAdminAsTeacher,
    Whoever::Worker,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whoever {
    Nobody,
    Owner,
    OtherTeacher,
    EditorOfIt,
    EditorOfOthers,
    EditorOfAll,
    Admin,
    /// An administrator with a token that is only a teacher's.
    OwnersAdminAsTeacher,
    /// A machine that does jobs.
    Worker,
}

impl Whoever {
    fn sees_the_draft(self) -> bool {
        matches!(
            self,
            Self::Owner | Self::EditorOfIt | Self::EditorOfAll | Self::Admin
        )
    }
}

/// How they show who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Cookie,
    Token,
}

struct Archive {
    app: Shared,
    router: Router,
    people: Vec<(Whoever, PersonId, TokenId)>,
    code: Code,
    files: Files,
    /// What stands in the address of a link to it.
    grant: String,
    data: tempfile::TempDir,
}

/// Of the link to the draft.
const KEY: LinkKey = [0xAB; 12];

/// Names under `/media`.
struct Files {
    source: String,
    captions: String,
    poster: String,
    slide: String,
    rendition: String,
    attachment: String,
    /// What can be undone.
    change: i64,
    /// What is to be made of the recording.
    job: JobId,
    /// By which it is shown to whoever has it, for a day.
    link: LinkId,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Archive {
    async fn new() -> Self {
        let (app, data) = in_temporary_folder(ServeGiven::default());
        let people = app.catalogue.write(add_people).await.unwrap();
        let owner = people[0].1;
        let at = data.path().to_owned();
        let draft = app.catalogue.write(move |c| draft(c, &at, owner));
        let (code, files) = draft.await.unwrap();
        Self {
            router: router(Arc::clone(&app)),
            grant: grant::told(&app.sealer, &KEY),
            app,
            people,
            code,
            files,
            data,
        }
    }

    /// The headers by which somebody shows who they are, new each time: some routes end sessions.
    async fn shows(&self, who: Whoever, shown: Shown) -> Vec<(&'static str, String)> {
        let Some((_, person, _)) = self.people.iter().find(|p| p.0 == who) else {
            return Vec::new();
        };
        let (person, until) = (*person, clock::now().after_days(1));
        match shown {
            Shown::Cookie => {
                let secret = Secret::new().unwrap();
                let hash = secret.hash();
                let begun = self
                    .app
                    .catalogue
                    .write(move |c| c.add_session(&hash, person, until));
                begun.await.unwrap();
                vec![
                    ("cookie", format!("a=b; session={}", secret.told())),
                    ("origin", ORIGIN.to_owned()),
                ]
            }
            Shown::Token => {
                let secret = Secret::token().unwrap();
                let role = match who {
                    Whoever::OwnersAdminAsTeacher => PersonRole::Teacher,
                    _ => PersonRole::Admin,
                };
                let (hash, token) = (
                    secret.hash(),
                    NewToken {
                        person,
                        role,
                        label: None,
                        expires: until,
                    },
                );
                let made = self
                    .app
                    .catalogue
                    .write(move |c| c.add_token(None, &hash, &token));
                made.await.unwrap();
                vec![("authorization", format!("Bearer {}", secret.told()))]
            }
        }
    }

    async fn ask(&self, method: &Method, path: &str, headers: &[(&'static str, String)]) -> Answer {
        self.ask_at(clock::now(), method, path, headers).await
    }

    async fn ask_at(
        &self,
        moment: UnixMillis,
        method: &Method,
        path: &str,
        headers: &[(&'static str, String)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .extension(Moment(moment))
            .extension(RequestHost("lessons.example".into()))
            .header("accept", "text/html");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let body = match *method {
            Method::POST | Method::PATCH if path.starts_with("/api/") => {
                request = request.header("content-type", "application/json");
                Body::from("{}")
            }
            Method::POST => {
                let form = "application/x-www-form-urlencoded";
                request = request.header("content-type", form);
                Body::from("")
            }
            _ => Body::empty(),
        };
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let stays_open =
            parts.headers.get("content-type") == Some(&"text/event-stream".parse().unwrap());
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: match stays_open {
                true => Vec::new(),
                false => body.collect().await.unwrap().to_bytes().to_vec(),
            },
        }
    }

    /// A path of `route` that leads to the draft, to a person or token that is there.
    fn filled(&self, route: &str) -> String {
        let name = match route {
            "/api/v1/lessons/{code}/attachments/{name}" => &self.files.attachment,
            r if r.ends_with("/l/{code}/captions/{name}") => "az.vtt",
            r if r.ends_with("/l/{code}/{sheet}") => "storyboard-0.jpg",
            r if r.ends_with("/media/{name}") => &self.files.source,
            r if r.ends_with("/media/hls/{format}/{name}/{part}") => &self.files.source,
            _ => "nothing",
        };
        let victim = &self.people[1];
        let id = match route {
            r if r.contains("/people/") => victim.1.to_string(),
            r if r.contains("/jobs/") => self.files.job.to_string(),
            r if r.contains("/links/") => self.files.link.to_string(),
            _ => victim.2.to_string(),
        };
        let path = route
            .replace("{lang}", "en")
            .replace("{grant}", &self.grant)
            .replace("{code}", self.code.as_str())
            .replace("{name}", name)
            .replace("{sheet}", name)
            .replace("{format}", &format!("v{VIEW_FORMAT}"))
            .replace("{part}", "video.m3u8")
            .replace("{form}", "lessons.rss")
            .replace("{grade}", "7")
            .replace("{subject}", "mathematics")
            .replace("{language}", "az")
            .replace("{edition}", "1")
            .replace("{change}", &self.files.change.to_string())
            .replace("{number}", "0")
            .replace("{ticket}", "bm90aGluZw.bm90aGluZw")
            .replace("{invite}", "nothing")
            .replace("{id}", &id);
        assert!(!path.contains('{'), "{route} has a part that is not filled");
        match path.ends_with("/clip.mp4") {
            true => format!("{path}?from=0&to=1"),
            false => path,
        }
    }

    /// The same for a lesson and files that never were.
    fn never_was(&self, path: &str) -> String {
        let nothing = Code::from_number(1);
        path.replace(self.code.as_str(), nothing.as_str())
            .replace(
                &self.code.as_str().to_lowercase(),
                &nothing.as_str().to_lowercase(),
            )
            .replace(&self.files.source, "0123456789abcdef0123456789abcdef.mp4")
            .replace(&self.files.captions, "0123456789abcdef0123456789abcdef.vtt")
            .replace(&self.files.poster, "0123456789abcdef0123456789abcdef.jpg")
            .replace(&self.files.slide, "0123456789abcdef0123456789abcdef.webp")
            .replace(
                &self.files.rendition,
                "0123456789abcdef0123456789abcdef.mp4",
            )
    }
}

fn add_people(
    c: &Change<'_>,
) -> Result<Vec<(Whoever, PersonId, TokenId)>, crate::catalogue::Error> {
    let mut people = Vec::new();
    for who in PEOPLE {
        let role = match who {
            Whoever::Owner | Whoever::OtherTeacher => PersonRole::Teacher,
            Whoever::Admin | Whoever::OwnersAdminAsTeacher => PersonRole::Admin,
            Whoever::Worker => PersonRole::Worker,
            _ => PersonRole::Editor,
        };
        let id = c.add_person(None, &format!("{who:?}"), role, None)?;
        let scope = |grade: &str| Scope {
            grade: Some(grade.into()),
            subject: Some("mathematics".into()),
        };
        match who {
            Whoever::EditorOfIt => c.set_scopes(None, id, &[scope("8"), scope("7")])?,
            Whoever::EditorOfOthers => c.set_scopes(None, id, &[scope("8")])?,
            _ => {}
        }
        let token = NewToken {
            person: id,
            role,
            label: None,
            expires: clock::now().after_days(1),
        };
        let token = c.add_token(None, &Secret::token().unwrap().hash(), &token)?;
        people.push((who, id, token));
    }
    Ok(people)
}

fn draft(
    c: &Change<'_>,
    data: &Path,
    owner: PersonId,
) -> Result<(Code, Files), crate::catalogue::Error> {
    let description = Description {
        programme: None,
        visibility: Visibility::Draft,
        ..plain("Hidden", &["7"], "mathematics")
    };
    let saved = c.save_lesson(Target::New, &description)?;
    c.add_owner(saved.id, owner)?;
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("media/samples");
    let video = std::fs::read(samples.join("1-mathematics-az-1.mp4")).unwrap();
    let source = stored(data, Role::Source, "mp4", "video/mp4", &video);
    let footage = NewRecording {
        duration: Millis(10_000),
        size: Some((854, 480)),
        has_sound: true,
        playable: true,
        origin: None,
    };
    let recording = c.add_recording(saved.id, &footage, &source)?;
    let captions = NewFile {
        language: Some("az".into()),
        ..stored(
            data,
            Role::Captions,
            "vtt",
            "text/vtt",
            b"WEBVTT\n\n00:00.000 --> 00:01.000\nSalam\n",
        )
    };
    let poster = stored(data, Role::Poster, "jpg", "image/jpeg", b"a picture");
    let slide = NewFile {
        start: Some(Millis(0)),
        ..stored(data, Role::Slide, "webp", "image/webp", b"a slide")
    };
    let rendition = NewFile {
        quality: Some(240),
        ..stored(data, Role::Rendition, "mp4", "video/mp4", &video)
    };
    let sheet = stored(data, Role::Storyboard, "jpg", "image/jpeg", b"pictures");
    let cues = stored(data, Role::Storyboard, "vtt", "text/vtt", b"WEBVTT\n");
    for made in [&captions, &poster, &slide, &rendition, &sheet, &cues] {
        c.add_file(recording, made)?;
    }
    let attachment = stored(
        data,
        Role::Attachment,
        "pdf",
        "application/pdf",
        &b"a sheet ".repeat(100),
    );
    c.add_file(recording, &attachment)?;
    let link = c.add_lesson_link(&NewLessonLink {
        key: KEY,
        lesson: saved.id,
        by: Some(owner),
        note: None,
        made: clock::now(),
        ends: clock::now().after_days(1),
    })?;
    // What there is to undo: it was said before.
    c.record_change(&Deed {
        by: Some(owner),
        lesson: Some((saved.id, saved.code)),
        action: "edited",
        detail: Some(serde_json::json!({"unit": ["Fractions", null]})),
    })?;
    let files = Files {
        source: source.name,
        captions: captions.name,
        poster: poster.name,
        slide: slide.name,
        rendition: rendition.name,
        attachment: attachment.name,
        change: c.snapshot().changes(Some(saved.id), None, 1)?[0].id,
        job: c.snapshot().jobs_of_lessons(&[saved.id])?[0].id,
        link,
    };
    Ok((saved.code, files))
}

fn stored(data: &Path, role: Role, extension: &str, mime: &str, bytes: &[u8]) -> NewFile {
    let name = format!("{}.{extension}", uuid::Uuid::new_v4().simple());
    let location = format!("files/aa/{name}");
    std::fs::create_dir_all(data.join("files/aa")).unwrap();
    std::fs::write(data.join(&location), bytes).unwrap();
    NewFile {
        role,
        location,
        name,
        placement: Placement::Store,
        bytes: Bytes(bytes.len() as u64),
        sha256: None,
        etag: "version-1".into(),
        mime: mime.into(),
        modified: UnixMillis(1_000_000_000_000),
        label: None,
        language: None,
        quality: None,
        size: None,
        duration: None,
        start: None,
        position: 0,
    }
}

/// Whether an answer lets nobody in: not even told whether there is anything.
fn is_refused(answer: &Answer) -> bool {
    let to_sign_in =
        answer.status == StatusCode::SEE_OTHER && answer.headers["location"] == "/en/teach/sign-in";
    matches!(
        answer.status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    ) || to_sign_in
}

/// POSTs whose own answer looks like a refusal: a wrong password, or the way to the sign-in when one is out.
fn answers_like_a_refusal(route: &Listed) -> bool {
    route.method == Method::POST
        && ["sign-in", "sign-out", "sign-out-everywhere"]
            .iter()
            .any(|end| route.path.ends_with(end))
}

/// After these the draft is not what it was.
fn takes_the_draft_apart(route: &Listed) -> bool {
    route.method == Method::DELETE && route.whom == For::Authors
}

#[tokio::test]
async fn every_route_lets_in_whom_it_is_for_and_nobody_else() {
    let mut archive = Archive::new().await;
    let routes = listed();
    assert!(routes.len() > 50, "{}", routes.len());
    for route in &routes {
        for who in std::iter::once(Whoever::Nobody).chain(PEOPLE) {
            for shown in [Shown::Cookie, Shown::Token] {
                if who == Whoever::OwnersAdminAsTeacher && shown == Shown::Cookie {
                    continue; // a session is always as much as its person
                }
                let path = archive.filled(&route.path);
                let headers = archive.shows(who, shown).await;
                let answer = archive.ask(&route.method, &path, &headers).await;
                if takes_the_draft_apart(route) && answer.status.is_success() {
                    archive = Archive::new().await;
                }
                let about = format!(
                    "{} {path} as {who:?} by {shown:?}: {}",
                    route.method, answer.status
                );
                assert!(!answer.status.is_server_error(), "{about}");
                let signed_in = ![Whoever::Nobody, Whoever::Worker].contains(&who);
                let is_admin = who == Whoever::Admin;
                let let_in = match route.whom {
                    For::Anybody | For::Platforms => true,
                    For::Holders => {
                        assert_eq!(answer.status, StatusCode::OK, "{about}");
                        let policy = &answer.headers["cache-control"];
                        assert_eq!(policy, "private, no-store", "{about}");
                        continue;
                    }
                    For::SignedIn => signed_in,
                    For::Administrators => is_admin,
                    For::Workers => is_admin || who == Whoever::Worker,
                    For::Authors if !signed_in => false,
                    For::Authors => {
                        let nothing = answer.status == StatusCode::NOT_FOUND;
                        assert_eq!(nothing, !who.sees_the_draft(), "{about}");
                        assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{about}");
                        continue;
                    }
                    For::Viewers => {
                        let expected = match who.sees_the_draft() {
                            true => StatusCode::OK,
                            false => StatusCode::NOT_FOUND,
                        };
                        assert_eq!(answer.status, expected, "{about}");
                        let policy = &answer.headers["cache-control"];
                        match who.sees_the_draft() {
                            true => assert_eq!(policy, "private, no-store", "{about}"),
                            false => assert_eq!(policy, "no-store", "{about}"),
                        }
                        continue;
                    }
                };
                if !answers_like_a_refusal(route) {
                    assert_eq!(is_refused(&answer), !let_in, "{about}");
                }
            }
        }
    }
}

#[tokio::test]
async fn outsiders_cannot_tell_a_draft_from_what_never_was() {
    let archive = Archive::new().await;
    let routes = listed();
    let mut paths: Vec<String> = routes
        .iter()
        .filter(|r| r.whom == For::Viewers)
        .map(|r| archive.filled(&r.path))
        .collect();
    let (code, files) = (archive.code, &archive.files);
    for more in [
        format!("/l/{code}/video.mp4?form=fragmented"),
        format!("/l/{code}/video.mp4?q=360&download"),
        format!("/l/{code}/video.mp4?form=original"),
        format!("/az/l/{code}?q=240"),
        format!("/az/embed/{code}"),
        format!("/embed/{code}?t=1&lang=ru"),
        format!("/az/l/{}/slides", code.as_str().to_lowercase()),
        format!("/l/{}/video.mp4", code.as_str().to_lowercase()),
        format!("/media/{}", files.captions),
        format!("/media/{}", files.poster),
        format!("/media/{}", files.slide),
        format!("/media/hls/v{VIEW_FORMAT}/{}/video.m3u8", files.rendition),
        format!(
            "/media/hls/v{VIEW_FORMAT}/{}/captions.m3u8?seconds=9",
            files.captions
        ),
        format!("/media/hls/v{VIEW_FORMAT}/{}/init.mp4", files.source),
        format!("/media/hls/v{VIEW_FORMAT}/{}/0.m4s", files.source),
    ] {
        paths.push(more);
    }
    let conditions: [&[(&str, &str)]; 6] = [
        &[],
        &[("range", "bytes=0-3")],
        &[("range", "bytes=999999999-")],
        &[("if-none-match", "*")],
        &[("if-match", "\"version-1\"")],
        &[("if-modified-since", "Fri, 31 Dec 2100 23:59:59 GMT")],
    ];
    // A signed-in outsider and a wrong token see no more than nobody.
    let stranger = archive.shows(Whoever::OtherTeacher, Shown::Cookie).await;
    let wrong = vec![("authorization", "Bearer tds_wrong".to_owned())];
    for path in &paths {
        let nothing = archive.never_was(path);
        assert_ne!(&nothing, path);
        for method in [Method::GET, Method::HEAD] {
            for who in [&[][..], &stranger, &wrong] {
                for condition in conditions {
                    let mut headers = who.to_vec();
                    headers.extend(condition.iter().map(|(n, v)| (*n, (*v).to_owned())));
                    let mut hidden = archive.ask(&method, path, &headers).await;
                    let mut absent = archive.ask(&method, &nothing, &headers).await;
                    // How many requests are left is another number each time.
                    for answer in [&mut hidden, &mut absent] {
                        answer.headers.remove("ratelimit");
                    }
                    let about = format!("{method} {path} {condition:?}");
                    assert_eq!(hidden.status, absent.status, "{about}");
                    assert_eq!(hidden.headers, absent.headers, "{about}");
                    let body = String::from_utf8(hidden.body).unwrap();
                    let expected = String::from_utf8(absent.body).unwrap();
                    assert_eq!(archive.never_was(&body), expected, "{about}");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_a_draft_shows_its_people_is_never_remembered_for_others() {
    let archive = Archive::new().await;
    let owner = archive.shows(Whoever::Owner, Shown::Cookie).await;
    for path in [
        format!("/l/{}/video.mp4", archive.code),
        format!("/media/{}", archive.files.source),
    ] {
        for _ in 0..3 {
            let own = archive.ask(&Method::GET, &path, &owner).await;
            assert_eq!(own.status, StatusCode::OK);
            assert!(!own.headers.contains_key("access-control-allow-origin"));
            let others = archive.ask(&Method::GET, &path, &[]).await;
            assert_eq!(others.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}

#[tokio::test]
async fn no_unsafe_request_that_another_site_sends_with_a_cookie_is_served() {
    let archive = Archive::new().await;
    let unsafe_ones = listed().into_iter();
    let unsafe_ones = unsafe_ones.filter(|r| !r.method.is_safe() && r.whom != For::Platforms);
    let unsafe_ones: Vec<_> = unsafe_ones.collect();
    assert!(unsafe_ones.len() > 15);
    let senders: [&[(&str, &str)]; 6] = [
        &[],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
        &[("sec-fetch-site", "same-site")],
        &[("referer", "https://evil.example/lessons.example")],
    ];
    let with_cookie = archive.shows(Whoever::Admin, Shown::Cookie).await;
    let cookie = with_cookie[..1].to_vec();
    let with_token = archive.shows(Whoever::OtherTeacher, Shown::Token).await;
    for route in &unsafe_ones {
        let path = archive.filled(&route.path);
        for sender in senders {
            let mut headers = cookie.clone();
            headers.extend(sender.iter().map(|(n, v)| (*n, (*v).to_owned())));
            let answer = archive.ask(&route.method, &path, &headers).await;
            let about = format!("{} {path} {sender:?}", route.method);
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{about}");
            let said = String::from_utf8(answer.body).unwrap();
            assert!(said.contains("does not come from a page"), "{about}");
            // A token is no cookie: whoever has it may send it from anywhere.
            let mut headers = with_token.clone();
            headers.extend(cookie.clone());
            headers.extend(sender.iter().map(|(n, v)| (*n, (*v).to_owned())));
            let answer = archive.ask(&route.method, &path, &headers).await;
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!said.contains("does not come from a page"), "{about}");
        }
    }
    // Nothing of it was done: the session is still there.
    let me = archive.ask(&Method::GET, "/api/v1/me", &cookie).await;
    assert_eq!(me.status, StatusCode::OK);
}

#[tokio::test]
async fn what_other_sites_may_post_knows_nobody_who_is_signed_in() {
    let archive = Archive::new().await;
    let mut open: Vec<_> = listed()
        .into_iter()
        .filter(|r| r.whom == For::Platforms)
        .collect();
    open.retain(|r| !r.method.is_safe());
    let paths: Vec<_> = open.iter().map(|r| r.path.as_str()).collect();
    let expected = ["/lti/login", "/lti/login/", "/lti/launch", "/lti/launch/"];
    assert_eq!(paths, expected);
    let cookie = archive.shows(Whoever::Admin, Shown::Cookie).await;
    let foreign = [
        ("origin", "https://school.example".to_owned()),
        ("sec-fetch-site", "cross-site".to_owned()),
    ];
    for route in &open {
        let nobody = archive.ask(&route.method, &route.path, &foreign).await;
        let known = [&cookie[..1], &foreign].concat();
        let known = archive.ask(&route.method, &route.path, &known).await;
        assert_eq!(nobody.status, StatusCode::BAD_REQUEST, "{}", route.path);
        assert_eq!(known.status, nobody.status);
        assert_eq!(known.headers, nobody.headers);
        assert_eq!(known.body, nobody.body);
        assert!(!known.headers.contains_key("set-cookie"));
    }
    let me = archive.ask(&Method::GET, "/api/v1/me", &cookie[..1]).await;
    assert_eq!(me.status, StatusCode::OK);
}
