//! What a client receives over a real connection, through axum and hyper, byte for byte.

use std::os::unix::fs::FileExt;
use std::sync::Arc;

use ::http::header::{CACHE_CONTROL, VARY};
use ::http::{HeaderMap, HeaderValue, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{ETag, Entity, FileHandle, HttpDate, Slices, respond};

/// More than hyper buffers (400 KiB) before it must send something.
const LEN: usize = 900_000;

fn entity(stored: u64) -> Entity {
    let bytes: Vec<u8> = (0..LEN).map(|i| (i % 251) as u8).collect();
    let file = tempfile::tempfile().unwrap();
    file.write_all_at(&bytes, 0).unwrap();
    let file = FileHandle::new(file).unwrap();
    file.file().set_len(stored).unwrap();
    Entity {
        content: Slices::file(Arc::new(file)),
        etag: ETag::strong("v1").unwrap(),
        last_modified: Some(HttpDate::from_unix_seconds(784_111_777)),
        content_type: HeaderValue::from_static("video/mp4"),
    }
}

/// Sends the request line and fields; gives the head as text, without Date, and the body.
async fn exchange(entity: Entity, request: &str) -> (String, Vec<u8>) {
    let app = axum::Router::new().fallback(move |request: Request<axum::body::Body>| async move {
        let extra = HeaderMap::from_iter([
            (CACHE_CONTROL, HeaderValue::from_static("max-age=60")),
            (VARY, HeaderValue::from_static("origin")),
        ]);
        respond(request.method(), request.headers(), &entity, extra).map(axum::body::Body::new)
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(axum::serve(listener, app).into_future());

    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{request}\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is cut may end in a reset; what came before it counts.
    let _ = stream.read_to_end(&mut answer).await;
    server.abort();

    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let mut head: Vec<&str> = std::str::from_utf8(&answer[..end])
        .unwrap()
        .split("\r\n")
        .filter(|line| !line.starts_with("date: ") && *line != "connection: close")
        .collect();
    head[1..].sort_unstable();
    (head.join("\n"), answer[end + 4..].to_vec())
}

#[tokio::test]
async fn a_whole_file_and_a_part_of_it_arrive() {
    let (head, body) = exchange(entity(LEN as u64), "GET / HTTP/1.1").await;
    assert_eq!(
        head,
        "HTTP/1.1 200 OK\n\
         accept-ranges: bytes\n\
         cache-control: max-age=60\n\
         content-length: 900000\n\
         content-type: video/mp4\n\
         etag: \"v1\"\n\
         last-modified: Sun, 06 Nov 1994 08:49:37 GMT\n\
         vary: origin"
    );
    assert!(body.iter().enumerate().all(|(i, b)| *b == (i % 251) as u8));
    assert_eq!(body.len(), LEN);

    let request = "GET / HTTP/1.1\r\nrange: bytes=251-253";
    let (head, body) = exchange(entity(LEN as u64), request).await;
    assert_eq!(
        head,
        "HTTP/1.1 206 Partial Content\n\
         accept-ranges: bytes\n\
         cache-control: max-age=60\n\
         content-length: 3\n\
         content-range: bytes 251-253/900000\n\
         content-type: video/mp4\n\
         etag: \"v1\"\n\
         last-modified: Sun, 06 Nov 1994 08:49:37 GMT\n\
         vary: origin"
    );
    assert_eq!(body, [0, 1, 2]);
}

#[tokio::test]
async fn head_tells_the_length_of_the_whole_and_sends_nothing() {
    let request = "HEAD / HTTP/1.1\r\nrange: bytes=0-1";
    let (head, body) = exchange(entity(LEN as u64), request).await;
    assert!(head.starts_with("HTTP/1.1 200 OK\n"), "{head}");
    assert!(head.contains("\ncontent-length: 900000\n"), "{head}");
    assert!(!head.contains("content-range"), "{head}");
    assert!(body.is_empty());
}

#[tokio::test]
async fn not_modified_states_no_length_to_get_or_head() {
    for method in ["GET", "HEAD"] {
        let request = format!("{method} / HTTP/1.1\r\nif-none-match: \"v1\"");
        let (head, body) = exchange(entity(LEN as u64), &request).await;
        assert_eq!(
            head,
            "HTTP/1.1 304 Not Modified\n\
             cache-control: max-age=60\n\
             etag: \"v1\"\n\
             vary: origin",
            "{method}"
        );
        assert!(body.is_empty());
    }
}

#[tokio::test]
async fn a_file_cut_short_on_disk_cuts_the_connection() {
    let (head, body) = exchange(entity(600_000), "GET / HTTP/1.1").await;
    assert!(head.contains("\ncontent-length: 900000\n"), "{head}");
    assert!(!body.is_empty() && body.len() <= 600_000);
    assert!(body.iter().enumerate().all(|(i, b)| *b == (i % 251) as u8));
}
