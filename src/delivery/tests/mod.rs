//! What readers of files get from memory: the same as from the catalogue and the disk, and never more.

mod shelf;
mod shortcut;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::request::Parts;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Shared};
use crate::catalogue::tests::lesson as plain;
use crate::catalogue::{
    Catalogue, Change, Description, NewFile, NewRecording, Placement, Role, Saved, Target,
    Visibility,
};
use crate::clock::UnixMillis;
use crate::config::{General, GeneralGiven, ServeGiven};
use crate::http::server::{Limits, Server, Shortcut, Transport, ZeroCopy};
use crate::routes;
use crate::streaming::Body;
use crate::units::{Bytes, Millis};

/// Reached only by a hang.
const BOUND: Duration = Duration::from_secs(60);

const CONTENT: &[u8] = b"0123456789abcdefghij";

/// An archive that is served twice: with the shortcut, and by the router alone with nothing remembered.
struct Archive {
    app: Shared,
    short: SocketAddr,
    long: SocketAddr,
    taken: Arc<AtomicUsize>,
    data: tempfile::TempDir,
    stop: CancellationToken,
}

/// How often the shortcut was taken.
struct Counted {
    shortcut: Arc<dyn Shortcut>,
    taken: Arc<AtomicUsize>,
}

impl Shortcut for Counted {
    fn answer(&self, head: &Parts) -> Option<http::Response<Body>> {
        let response = self.shortcut.answer(head)?;
        self.taken.fetch_add(1, Ordering::Relaxed);
        Some(response)
    }
}

fn general(data: &std::path::Path) -> General {
    let given = GeneralGiven {
        data: Some(data.to_owned()),
        ..Default::default()
    };
    given.or(GeneralGiven::default()).unwrap()
}

async fn archive() -> Archive {
    let data = tempfile::tempdir().unwrap();
    let open = |remembered: usize| {
        let general = general(data.path());
        let given = ServeGiven {
            remembered_answers: Some(remembered),
            catalogue_readers: Some(1),
            ..Default::default()
        };
        let settings = given.or(ServeGiven::default()).unwrap();
        // Opening blocks, as it may at the start of the program; a test's thread belongs to its runtime.
        let opening = std::thread::spawn(move || App::open(&general, settings).unwrap());
        opening.join().unwrap()
    };
    let (app, forgetful) = (open(8), open(0));
    let stop = CancellationToken::new();
    let taken = Arc::<AtomicUsize>::default();
    let site = routes::site(app.clone());
    let counted = Counted {
        shortcut: site.shortcut,
        taken: Arc::clone(&taken),
    };
    let server = Server::new(Limits::default())
        .shortcut(Arc::new(counted))
        .transport(ZeroCopy::default());
    let short = serving(server, site.router, &stop).await;
    let server = Server::new(Limits::default());
    let long = serving(server, routes::router(forgetful), &stop).await;
    Archive {
        app,
        short,
        long,
        taken,
        data,
        stop,
    }
}

async fn serving<T: Transport>(
    server: Server<T>,
    router: axum::Router,
    stop: &CancellationToken,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(server.serve(listener, router, stop.clone()));
    address
}

impl Drop for Archive {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A lesson with a file.
struct Published {
    saved: Saved,
    media: String,
    video: String,
    path: PathBuf,
}

impl Archive {
    async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Change<'_>) -> Result<T, crate::catalogue::Error> + Send + 'static,
    ) -> T {
        self.app.catalogue.write(change).await.unwrap()
    }

    async fn publish(&self, title: &str) -> Published {
        let description = about(title, Visibility::Public);
        let saved = self
            .change(move |c| c.save_lesson(Target::New, &description))
            .await;
        let (media, path) = self.record(saved).await;
        Published {
            saved,
            media,
            video: format!("/l/{}/video.mp4", saved.code),
            path,
        }
    }

    /// Another edition: its address under `/media`, and its file.
    async fn record(&self, saved: Saved) -> (String, PathBuf) {
        let file = source();
        let path = self.data.path().join(&file.location);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, CONTENT).unwrap();
        let media = format!("/media/{}", file.name);
        self.change(move |c| c.add_recording(saved.id, &footage(), &file))
            .await;
        (media, path)
    }

    async fn hide(&self, lesson: &Published) {
        let (id, draft) = (lesson.saved.id, about("hidden", Visibility::Draft));
        self.change(move |c| c.save_lesson(Target::Existing(id), &draft))
            .await;
    }

    /// The status for a HEAD, and whether the answer came from memory alone.
    async fn head(&self, path: &str) -> (u16, bool) {
        let before = self.taken.load(Ordering::Relaxed);
        let request = format!("HEAD {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        let answer = say(self.short, &request).await;
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, self.taken.load(Ordering::Relaxed) > before)
    }

    /// Asks until it is answered from memory. The machine may be so slow that a second is over by then.
    async fn remember(&self, path: &str) {
        let deadline = Instant::now() + BOUND;
        while self.head(path).await != (200, true) {
            assert!(Instant::now() < deadline, "{path} is never remembered");
        }
    }

    async fn becomes(&self, path: &str, status: u16) {
        let deadline = Instant::now() + BOUND;
        while self.head(path).await.0 != status {
            assert!(Instant::now() < deadline, "{path} never becomes {status}");
        }
    }
}

/// What a server says to `request` until it closes; one that asks for more than HEAD must say so.
async fn say(address: SocketAddr, request: &str) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut all = Vec::new();
    let read = socket.read_to_end(&mut all);
    let read = tokio::time::timeout(BOUND, read).await;
    read.expect("the server never closed").unwrap();
    String::from_utf8(all).unwrap()
}

fn about(title: &str, visibility: Visibility) -> Description {
    Description {
        programme: None,
        visibility,
        ..plain(title, &["7"], "mathematics")
    }
}

fn footage() -> NewRecording {
    NewRecording {
        duration: Millis(1000),
        size: Some((854, 480)),
        has_sound: true,
        playable: true,
        origin: None,
    }
}

fn source() -> NewFile {
    let name = format!("{}.mp4", uuid::Uuid::new_v4().simple());
    NewFile {
        role: Role::Source,
        location: format!("files/aa/{name}"),
        name,
        placement: Placement::Store,
        bytes: Bytes(CONTENT.len() as u64),
        sha256: None,
        etag: "version-1".into(),
        mime: "video/mp4".into(),
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
