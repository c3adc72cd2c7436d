//! What other programs get, through the router, from an archive in a temporary folder.

mod cartridge;
mod feeds;
mod oai;
mod oembed;
mod sitemap;

use ::http::{HeaderMap, Request, StatusCode};
use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::app::{Shared, in_temporary_folder};
use crate::catalogue::tests::lesson as plain;
use crate::catalogue::{
    Description, NewFile, NewRecording, Placement, Role, Saved, Target, Visibility,
};
use crate::clock::UnixMillis;
use crate::config::ServeGiven;
use crate::http::host::RequestHost;
use crate::routes;
use crate::units::{Bytes, Code, Millis};

/// An archive that answers requests.
struct Archive {
    app: Shared,
    router: Router,
    _data: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    #[track_caller]
    fn shows(&self, parts: &[&str]) {
        for part in parts {
            assert!(
                self.text.contains(part),
                "{part:?} is not in\n{}",
                self.text
            );
        }
    }

    #[track_caller]
    fn lacks(&self, parts: &[&str]) {
        for part in parts {
            assert!(!self.text.contains(part), "{part:?} is in\n{}", self.text);
        }
    }
}

fn archive() -> Archive {
    archive_with(ServeGiven::default())
}

fn archive_with(settings: ServeGiven) -> Archive {
    let (app, data) = in_temporary_folder(settings);
    Archive {
        router: routes::router(app.clone()),
        app,
        _data: data,
    }
}

impl Archive {
    async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.answer(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()));
        self.answer(request.unwrap()).await
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let (status, headers, body) = self.sent(request).await;
        Answer {
            status,
            headers,
            text: String::from_utf8(body).unwrap(),
        }
    }

    /// What is no text.
    async fn get_bytes(&self, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        let request = Request::builder().uri(path);
        self.sent(request.body(Body::empty()).unwrap()).await
    }

    async fn sent(&self, mut request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let host = RequestHost("lessons.example".into());
        request.extensions_mut().insert(host);
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        (parts.status, parts.headers, body)
    }

    /// A lesson without a recording.
    async fn save(&self, description: Description) -> Saved {
        let saving = self
            .app
            .catalogue
            .write(move |c| c.save_lesson(Target::New, &description));
        saving.await.unwrap()
    }

    /// A lesson of 20 minutes with everything made of it.
    async fn film(&self, description: Description) -> Code {
        let saved = self.save(description).await;
        let filmed = self.app.catalogue.write(move |c| {
            let recording = NewRecording {
                duration: Millis(1_200_000),
                size: Some((1280, 720)),
                has_sound: true,
                playable: true,
                origin: None,
            };
            let source = file(Role::Source, "mp4", "video/mp4", 90_000_000);
            let id = c.add_recording(saved.id, &recording, &source)?;
            let rendition = NewFile {
                quality: Some(240),
                size: Some((426, 240)),
                duration: Some(Millis(1_200_000)),
                ..file(Role::Rendition, "mp4", "video/mp4", 15_000_000)
            };
            let sound = NewFile {
                quality: Some(24),
                duration: Some(Millis(1_200_100)),
                ..file(Role::Audio, "m4a", "audio/mp4", 3_600_000)
            };
            let poster = NewFile {
                size: Some((640, 360)),
                ..file(Role::Poster, "jpg", "image/jpeg", 30_000)
            };
            let captions = NewFile {
                language: Some("az".into()),
                ..file(Role::Captions, "vtt", "text/vtt", 900)
            };
            for made in [rendition, sound, poster, captions] {
                c.add_file(id, &made)?;
            }
            Ok(())
        });
        filmed.await.unwrap();
        saved.code
    }

    async fn withdraw(&self, code: Code) {
        let withdrawn = self.app.catalogue.write(move |c| {
            let lesson = c.snapshot().harvested(code)?.unwrap().lesson;
            c.set_withdrawn(lesson.id, Some("Səhv var"))
        });
        withdrawn.await.unwrap();
    }
}

fn file(role: Role, extension: &str, mime: &str, bytes: u64) -> NewFile {
    let name = format!("{}.{extension}", uuid::Uuid::new_v4().simple());
    NewFile {
        role,
        location: format!("files/aa/{name}"),
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

fn lesson(title: &str) -> Description {
    Description {
        programme: Some("Televiziya dərsləri 2020".into()),
        lesson_number: Some(3),
        curriculum: vec![("az-2020".into(), "1.2.3".into())],
        textbook: Some(("9789952345674".into(), "34".into())),
        teachers: vec!["Aygün Əliyeva".into()],
        license: Some("CC-BY-4.0".into()),
        ..plain(title, &["7"], "mathematics")
    }
}

fn as_is(visibility: Visibility, title: &str) -> Description {
    Description {
        visibility,
        ..lesson(title)
    }
}
