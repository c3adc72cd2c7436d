//! What readers get, through the router, from an archive in a temporary folder.

mod desk;
mod embed;
mod files;
mod linked_data;
mod look;
mod lti;
mod made;
mod manners;
mod old_browsers;
mod saving;
mod search;
mod sheets;
mod shelves;
mod signed_in;
mod templates;
mod timetable;
mod transcript;
mod watching;
mod weeks;

use ::http::{HeaderMap, Method, Request, StatusCode};
use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::app::{Shared, in_temporary_folder};
use crate::catalogue::tests::lesson as plain;
use crate::catalogue::{
    Description, Kind, NewFile, NewRecording, Placement, Role, Saved, Target, Visibility,
};
use crate::clock::{Moment, UnixMillis};
use crate::config::ServeGiven;
use crate::http::host::RequestHost;
use crate::routes;
use crate::units::{Bytes, Millis, RecordingId};

/// When tests ask, unless they say another time: 2026-11-26, noon in Baku, so that no midnight comes between.
const NOON: UnixMillis = UnixMillis(1_795_680_000_000);

/// An archive that answers requests.
struct Site {
    app: Shared,
    router: Router,
    _data: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    #[track_caller]
    fn shows(&self, parts: &[&str]) {
        for part in parts {
            assert!(
                self.text().contains(part),
                "{part:?} is not in\n{}",
                self.text()
            );
        }
    }

    #[track_caller]
    fn lacks(&self, parts: &[&str]) {
        for part in parts {
            assert!(
                !self.text().contains(part),
                "{part:?} is in\n{}",
                self.text()
            );
        }
    }
}

fn site() -> Site {
    site_with(ServeGiven::default())
}

fn site_with(settings: ServeGiven) -> Site {
    let (app, data) = in_temporary_folder(settings);
    Site {
        router: routes::router(app.clone()),
        app,
        _data: data,
    }
}

impl Site {
    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .extension(RequestHost("lessons.example".into()))
            .extension(Moment(NOON));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.answer(request.body(Body::empty()).unwrap()).await
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// The page at `path`, as a browser asks for it.
    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[("accept", "text/html")])
            .await
    }

    async fn save(&self, description: Description) -> Saved {
        let write =
            move |c: &crate::catalogue::Change<'_>| c.save_lesson(Target::New, &description);
        self.app.catalogue.write(write).await.unwrap()
    }

    async fn record(&self, lesson: Saved, recording: NewRecording, bytes: u64) -> RecordingId {
        let source = file(Role::Source, bytes, "video/mp4");
        let write =
            move |c: &crate::catalogue::Change<'_>| c.add_recording(lesson.id, &recording, &source);
        self.app.catalogue.write(write).await.unwrap()
    }

    async fn add(&self, recording: RecordingId, file: NewFile) {
        let write = move |c: &crate::catalogue::Change<'_>| c.add_file(recording, &file);
        self.app.catalogue.write(write).await.unwrap();
    }

    /// A lesson that can be watched.
    async fn lesson(&self, description: Description, bytes: u64) -> Saved {
        let saved = self.save(description).await;
        self.record(saved, footage(), bytes).await;
        saved
    }
}

/// A public lesson of grade 7, mathematics, in the Azerbaijani section.
fn about(title: &str) -> Description {
    Description {
        programme: Some("Teledərs 2020".into()),
        ..plain(title, &["7"], "mathematics")
    }
}

/// Twenty-one minutes in colour and sound.
fn footage() -> NewRecording {
    NewRecording {
        duration: Millis(1_262_000),
        size: Some((854, 480)),
        has_sound: true,
        playable: true,
        origin: None,
    }
}

fn file(role: Role, bytes: u64, mime: &str) -> NewFile {
    let name = format!("{}.bin", uuid::Uuid::new_v4().simple());
    NewFile {
        role,
        location: format!("files/{name}"),
        name,
        placement: Placement::Store,
        bytes: Bytes(bytes),
        sha256: None,
        etag: "0123456789abcdef".into(),
        mime: mime.into(),
        modified: UnixMillis(0),
        label: None,
        language: None,
        quality: None,
        size: None,
        duration: None,
        start: None,
        position: 0,
    }
}

fn captions(language: &str) -> NewFile {
    NewFile {
        language: Some(language.into()),
        ..file(Role::Captions, 4000, "text/vtt")
    }
}
