//! The way past the router: what it answers, and when it may not be taken.

use std::convert::Infallible;
use std::sync::mpsc::RecvTimeoutError;

use bytes::Bytes as Chunk;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::*;
use crate::catalogue::Snapshot;

/// Without what differs by nature: the moment, and the boundary that is drawn for each answer.
fn comparable(answer: &str) -> String {
    let boundary = answer
        .split_once("boundary=")
        .map(|(_, rest)| rest[..32].to_owned());
    let answer = match boundary {
        Some(boundary) => answer.replace(&boundary, "B"),
        None => answer.to_owned(),
    };
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.split("\r\n").collect();
    lines.retain(|line| !line.starts_with("date: "));
    lines[1..].sort_unstable();
    format!("{}\n\n{body}", lines.join("\n"))
}

#[tokio::test]
async fn the_shortcut_answers_as_the_router_does() {
    let archive = archive().await;
    let lesson = archive.publish("Angles").await;
    let download = format!("{}?download", lesson.video);
    let targets = [&lesson.media, &lesson.video, &download];
    let fields = [
        "",
        "Range: bytes=2-4\r\n",
        "Range: bytes=-1\r\n",
        "Range: bytes=0-1,5-6\r\n",
        "Range: bytes=20-\r\n",
        "Range: bytes=x\r\n",
        "If-None-Match: \"version-1\"\r\n",
        "If-None-Match: \"version-2\"\r\nRange: bytes=1-1\r\n",
        "If-Match: \"version-2\"\r\n",
        "If-Range: \"version-1\"\r\nRange: bytes=1-1\r\n",
        "If-Range: \"version-2\"\r\nRange: bytes=1-1\r\n",
        "If-Modified-Since: Sun, 09 Sep 2001 01:46:40 GMT\r\n",
        "Connection: close\r\n",
        "Host: b\r\n",
    ];
    let mut taken = 0;
    for target in targets {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            for field in fields {
                for version in ["HTTP/1.1", "HTTP/1.0"] {
                    let request = format!("{method} {target} {version}\r\nHost: a\r\n{field}\r\n");
                    let long = say(archive.long, &request).await;
                    let readable = matches!(method, "GET" | "HEAD") && !field.starts_with("Host");
                    // A second may pass between two requests, and then the disk is looked at.
                    let deadline = Instant::now() + BOUND;
                    loop {
                        let before = archive.taken.load(Ordering::Relaxed);
                        let short = say(archive.short, &request).await;
                        assert_eq!(comparable(&short), comparable(&long), "{request}");
                        let here = archive.taken.load(Ordering::Relaxed) - before;
                        taken += here;
                        if here == usize::from(readable) {
                            break;
                        }
                        assert!(readable, "{request}");
                        assert!(Instant::now() < deadline, "never remembered: {request}");
                    }
                }
            }
        }
    }
    assert_eq!(taken, 3 * 2 * 2 * (fields.len() - 1));
    for (target, host) in [
        (format!("http://a{}", lesson.media), "b"),
        (lesson.media.replace("/media", "//media"), "a"),
        (lesson.video.replace('.', "%2E"), "a"),
        (lesson.video.to_lowercase(), "a"),
        (lesson.video.clone(), "a b"),
        (lesson.video.clone(), ""),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        for _ in 0..2 {
            let (short, long) = (say(archive.short, &request), say(archive.long, &request));
            assert_eq!(comparable(&short.await), comparable(&long.await));
        }
    }
    // A request with content is the app's, which has to read it.
    archive.remember(&lesson.video).await;
    let before = archive.taken.load(Ordering::Relaxed);
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
        lesson.video
    );
    assert!(
        say(archive.short, &request)
            .await
            .starts_with("HTTP/1.1 200 ")
    );
    assert_eq!(archive.taken.load(Ordering::Relaxed), before);
}

#[tokio::test]
async fn over_http_2_it_is_the_same() {
    let archive = archive().await;
    let lesson = archive.publish("Angles").await;
    archive.remember(&lesson.video).await;
    let mut answers = Vec::new();
    let before = archive.taken.load(Ordering::Relaxed);
    for address in [archive.long, archive.short] {
        let socket = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let (mut client, connection) = http2::handshake(TokioExecutor::new(), socket)
            .await
            .unwrap();
        tokio::spawn(connection);
        let mut seen = Vec::new();
        for (method, range) in [("GET", "bytes=0-3"), ("GET", "bytes=30-"), ("HEAD", "")] {
            let request = http::Request::builder()
                .method(method)
                .uri(format!("http://a{}", lesson.video))
                .header("range", range)
                .body(Empty::<Chunk>::new())
                .unwrap();
            let answer = client.send_request(request).await.unwrap();
            let (mut head, body) = answer.into_parts();
            head.headers.remove("date");
            let body = body.collect().await.unwrap().to_bytes();
            seen.push((head.status, head.headers, body));
        }
        answers.push(seen);
    }
    assert_eq!(answers[0], answers[1]);
    assert!(archive.taken.load(Ordering::Relaxed) > before);
}

#[tokio::test]
async fn what_is_remembered_is_answered_while_the_catalogue_is_busy() {
    let archive = archive().await;
    let lesson = archive.publish("Angles").await;
    let deadline = Instant::now() + BOUND;
    loop {
        assert!(Instant::now() < deadline, "the catalogue never rests");
        archive.remember(&lesson.media).await;
        let catalogue = archive.app.catalogue.clone();
        let generation = catalogue.generation();
        let (release, held) = std::sync::mpsc::channel::<Infallible>();
        let asked = catalogue.clone();
        // The only reader answers nobody until it is released, or the lesson's publication is noticed again.
        let question = tokio::spawn(async move {
            let hold = move |_: &Snapshot<'_>| {
                while held.recv_timeout(Duration::from_millis(10)) == Err(RecvTimeoutError::Timeout)
                {
                    if catalogue.generation() != generation {
                        return Ok(false);
                    }
                }
                Ok(true)
            };
            asked.read(hold).await
        });
        for _ in 0..100 {
            assert_eq!(archive.head(&lesson.media).await.0, 200);
        }
        drop(release);
        if question.await.unwrap().unwrap() {
            break;
        }
    }
}

#[tokio::test]
async fn a_host_that_was_admitted_admits_no_other_one() {
    let archive = archive().await;
    let lesson = archive.publish("Angles").await;
    archive.remember(&lesson.media).await;
    let ask = |host: &str| format!("HEAD {} HTTP/1.1\r\nHost: {host}\r\n\r\n", lesson.media);
    for other in ["a b", "a\r\nHost: a", ""] {
        let answers = say(archive.short, &[ask("a"), ask("a"), ask(other)].concat()).await;
        let statuses: Vec<&str> = answers
            .split("HTTP/1.1 ")
            .skip(1)
            .map(|answer| &answer[..3])
            .collect();
        assert_eq!(statuses, ["200", "200", "400"], "{other}");
    }
}

#[tokio::test]
async fn what_this_process_hides_or_replaces_is_not_served_from_memory() {
    let archive = archive().await;
    let lesson = archive.publish("Angles").await;
    archive.remember(&lesson.video).await;
    archive.remember(&lesson.media).await;
    let (second, path) = archive.record(lesson.saved).await;
    std::fs::remove_file(&lesson.path).unwrap();
    // The permanent address leads to the new file at once, though the old one was believed to be there.
    assert_eq!(archive.head(&lesson.video).await, (200, false));
    assert!(path.exists());
    archive.remember(&second).await;
    archive.hide(&lesson).await;
    for hidden in [&lesson.video, &lesson.media, &second] {
        for _ in 0..2 {
            assert_eq!(archive.head(hidden).await, (404, false), "{hidden}");
        }
    }
}

#[tokio::test]
async fn what_another_process_hides_is_forgotten() {
    let archive = archive().await;
    let lesson = archive.publish("Angles").await;
    archive.remember(&lesson.video).await;
    let data = archive.data.path().to_owned();
    let id = lesson.saved.id;
    let elsewhere = std::thread::spawn(move || {
        let other = Catalogue::open(&data, 1).unwrap();
        let draft = about("hidden", Visibility::Draft);
        other.write_blocking(move |c| c.save_lesson(Target::Existing(id), &draft))
    });
    elsewhere.join().unwrap().unwrap();
    archive.becomes(&lesson.video, 404).await;
    assert_eq!(archive.head(&lesson.media).await, (404, false));
}

#[tokio::test]
async fn a_file_that_is_removed_cut_or_overwritten_is_noticed() {
    let archive = archive().await;
    for harm in [
        |path: &PathBuf| std::fs::remove_file(path).unwrap(),
        |path: &PathBuf| std::fs::write(path, b"short").unwrap(),
    ] {
        let lesson = archive.publish("Angles").await;
        archive.remember(&lesson.media).await;
        harm(&lesson.path);
        archive.becomes(&lesson.media, 500).await;
        // Put back as it was (another file at the same place), it is served again.
        std::fs::write(&lesson.path, CONTENT).unwrap();
        archive.remember(&lesson.media).await;
    }
}

#[tokio::test]
async fn errors_and_redirections_are_not_remembered() {
    let archive = archive().await;
    let lesson = archive.publish("Angles").await;
    let lower = lesson.video.replace(
        lesson.saved.code.as_str(),
        &lesson.saved.code.as_str().to_lowercase(),
    );
    for (path, status) in [(lower.as_str(), 301), ("/media/none.mp4", 404)] {
        for _ in 0..3 {
            assert_eq!(archive.head(path).await, (status, false), "{path}");
        }
    }
    std::fs::remove_file(&lesson.path).unwrap();
    for _ in 0..3 {
        assert_eq!(archive.head(&lesson.media).await, (500, false));
    }
}
