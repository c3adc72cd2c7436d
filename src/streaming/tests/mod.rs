//! Files and views over real sockets, through the real server and its zero-copy transport.

mod damage;
mod ranges;
mod slow;

use std::net::SocketAddr;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderMap, HeaderValue};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::toy::{Part, Toy};
use super::{ETag, Entity, FileHandle, Slices};
use crate::http::server::{Limits, Server, ZeroCopy};
use crate::http::wanted::Wanted;
use crate::mp4::View;

/// Reached only by a hang.
const BOUND: Duration = Duration::from_secs(60);

/// Bytes in which any lost, doubled or moved piece shows.
fn pattern(seed: u64, len: usize) -> Vec<u8> {
    let word = |n: u64| (n + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
    let mut bytes: Vec<u8> = (0..len.div_ceil(8) as u64).flat_map(word).collect();
    bytes.truncate(len);
    bytes
}

/// A stored file with its bytes.
#[derive(Clone)]
struct Stored {
    file: Arc<FileHandle>,
    bytes: Arc<Vec<u8>>,
}

fn stored(seed: u64, len: usize) -> Stored {
    let bytes = pattern(seed, len);
    let file = tempfile::tempfile().unwrap();
    file.write_all_at(&bytes, 0).unwrap();
    Stored {
        file: Arc::new(FileHandle::new(file).unwrap()),
        bytes: Arc::new(bytes),
    }
}

impl Stored {
    fn entity(&self) -> Entity {
        entity(Slices::file(Arc::clone(&self.file)))
    }
}

fn entity(content: Slices) -> Entity {
    Entity {
        content,
        etag: ETag::strong("v1").unwrap(),
        last_modified: None,
        content_type: HeaderValue::from_static("video/mp4"),
    }
}

/// A view of `stored` with all that views are made of, small and large, and its bytes.
fn view(stored: &Stored) -> (Entity, Vec<u8>) {
    let len = stored.bytes.len() as u64;
    let mut parts = vec![
        Part::Made(pattern(99, 70_001).into()),
        Part::Turned(0..len / 3),
        Part::Stored(len / 4..len),
    ];
    parts.extend((0..300).map(|n| {
        let at = n * 1_237 % (len / 2);
        Part::Stored(at..at + 300 + n)
    }));
    parts.push(Part::Made(pattern(98, 13).into()));
    parts.push(Part::Stored(1..50_000.min(len)));
    let toy = Toy(parts);
    let bytes = toy.bytes(&stored.bytes);
    let view: Arc<dyn View> = Arc::new(toy);
    (entity(Slices::view(view, Arc::clone(&stored.file))), bytes)
}

/// A server of these entities at `/0`, `/1` and so on.
struct Running {
    address: SocketAddr,
    transport: ZeroCopy,
    stop: CancellationToken,
}

async fn serving(entities: Vec<Entity>) -> Running {
    with_limits(Limits::default(), entities).await
}

async fn with_limits(limits: Limits, entities: Vec<Entity>) -> Running {
    let transport = ZeroCopy::default();
    let server = Server::new(limits).transport(transport.clone());
    let app = Router::new()
        .route("/{n}", get(answer))
        .with_state(Arc::new(entities));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(server.serve(listener, app, stop.clone()));
    Running {
        address,
        transport,
        stop,
    }
}

async fn answer(
    State(entities): State<Arc<Vec<Entity>>>,
    Path(n): Path<usize>,
    wanted: Wanted,
) -> Response {
    wanted
        .respond(&entities[n], HeaderMap::new())
        .map(axum::body::Body::new)
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn get(&self, n: usize, fields: &str) -> Answer {
        let mut socket = self.connect().await;
        let request = request("GET", n, fields);
        socket.write_all(request.as_bytes()).await.unwrap();
        read_answer(&mut socket, true).await
    }
}

fn request(method: &str, n: usize, fields: &str) -> String {
    format!("{method} /{n} HTTP/1.1\r\nHost: a\r\n{fields}\r\n")
}

struct Answer {
    head: String,
    body: Vec<u8>,
}

async fn read_head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap().to_ascii_lowercase()
}

fn length(head: &str) -> usize {
    let line = head
        .lines()
        .find_map(|l| l.strip_prefix("content-length: "));
    line.map_or(0, |length| length.parse().unwrap())
}

/// One answer of a connection that stays open.
async fn read_answer(socket: &mut TcpStream, has_body: bool) -> Answer {
    timeout(BOUND, async {
        let head = read_head(socket).await;
        let mut body = vec![0; if has_body { length(&head) } else { 0 }];
        socket.read_exact(&mut body).await.unwrap();
        Answer { head, body }
    })
    .await
    .expect("no answer came")
}

/// What comes until the connection ends, in whatever way.
async fn until_end(socket: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let read = timeout(BOUND, socket.read_to_end(&mut all)).await;
    // A reset is an end too.
    let _ = read.expect("the connection never ended");
    all
}
