//! Clients that send nothing, too slowly, too much or too often, and that take nothing.

use std::sync::mpsc;

use tokio::net::TcpSocket;
use tokio::time::sleep;

use super::*;

#[tokio::test]
async fn a_client_that_sends_nothing_or_part_of_a_preface_is_dropped() {
    let limits = Limits {
        header_timeout: SHORT,
        ..Limits::default()
    };
    let server = running(limits).await;
    for beginning in ["", "PRI", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r"] {
        assert_eq!(server.say(beginning).await, "", "{beginning:?}");
    }
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_given_up_with_408() {
    let limits = Limits {
        header_timeout: Duration::from_secs(2),
        ..Limits::default()
    };
    let server = running(limits).await;
    let mut socket = server.connect().await;
    // A second request, so that its time begins with its first byte.
    socket.write_all(get_line("/").as_bytes()).await.unwrap();
    one_answer(&mut socket).await;
    let (mut from, mut to) = socket.into_split();
    let dribble = tokio::spawn(async move {
        to.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await?;
        loop {
            to.write_all(b"X-Slow: 1\r\n").await?;
            sleep(Duration::from_millis(20)).await;
        }
        #[allow(unreachable_code, reason = "gives the block its type")]
        io::Result::Ok(())
    });
    let mut answer = Vec::new();
    timeout(BOUND, from.read_to_end(&mut answer))
        .await
        .unwrap()
        .ok();
    assert_eq!(status(&String::from_utf8_lossy(&answer)), 408);
    dribble.abort();
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let limits = Limits {
        idle_timeout: SHORT,
        ..Limits::default()
    };
    let server = running(limits).await;
    let answer = server.say(&get_line("/")).await;
    assert!(answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn a_head_of_100_kilobytes_is_431_and_the_client_gets_to_read_it() {
    let server = running(Limits::default()).await;
    let cookie = "x".repeat(100_000);
    let head = format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n\r\n");
    assert_eq!(status(&server.say(&head).await), 431);
    let lines = "X: y\r\n".repeat(101);
    let head = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
    assert_eq!(status(&server.say(&head).await), 431);
    let fits = "x".repeat(60_000);
    let head = format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {fits}\r\n\r\n");
    assert_eq!(status(&server.say(&head).await), 200);
}

#[tokio::test]
async fn a_long_target_is_414_and_a_longer_one_431() {
    let server = running(Limits::default()).await;
    for (length, expected) in [(8_000, 404), (8_200, 414), (65_000, 414), (70_000, 431)] {
        let path = format!("/{}", "x".repeat(length - 1));
        let answer = server.say(&closing_get(&path)).await;
        assert_eq!(status(&answer), expected, "{length}");
    }
}

/// Tells when it is dropped, which is when the server has given the answer up.
struct Told(mpsc::Sender<()>);

impl Drop for Told {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

/// An app whose answer at `/` never ends, and a receiver that hears when it is given up.
fn endless() -> (Router, mpsc::Receiver<()>) {
    let (tell, told) = mpsc::channel();
    let app = Router::new().route(
        "/",
        get(move || {
            let told = Told(tell.clone());
            async move {
                Body::from_stream(stream::repeat_with(move || {
                    let _ = &told;
                    Ok::<_, Infallible>(Bytes::from_static(&[7; 65_536]))
                }))
            }
        }),
    );
    (app, told)
}

async fn hears(told: mpsc::Receiver<()>) {
    let heard = tokio::task::spawn_blocking(move || told.recv_timeout(BOUND));
    heard.await.unwrap().expect("the answer was never given up");
}

#[tokio::test]
async fn a_reader_that_stops_reading_is_cut() {
    let limits = Limits {
        write_stall: SHORT,
        ..Limits::default()
    };
    let (app, told) = endless();
    let server = running_app(Server::new(limits), app).await;
    let mut socket = server.connect().await;
    socket.write_all(get_line("/").as_bytes()).await.unwrap();
    hears(told).await;
    // And the kernel holds nothing for it any more: not even what was on its way comes to an end.
    let mut rest = Vec::new();
    let end = timeout(BOUND, socket.read_to_end(&mut rest)).await.unwrap();
    assert_eq!(end.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_reader_that_reads_slowly_gets_all() {
    // Twenty pauses of the reader fit into the stall that would cut it.
    let write_stall = Duration::from_secs(3);
    let pause = Duration::from_millis(150);
    let limits = Limits {
        write_stall,
        ..Limits::default()
    };
    let server = running(limits).await;
    let socket = TcpSocket::new_v4().unwrap();
    // A small window, so that the server's kernel hears of every few kilobytes.
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut socket = socket.connect(server.address).await.unwrap();
    socket
        .write_all(closing_get("/big").as_bytes())
        .await
        .unwrap();
    let mut all = Vec::new();
    let begun = Instant::now();
    // Far too little for the socket ever to become writable in this time.
    while begun.elapsed() < write_stall * 2 + write_stall / 2 {
        let mut some = [0; 1024];
        let n = timeout(BOUND, socket.read(&mut some))
            .await
            .unwrap()
            .unwrap();
        assert_ne!(n, 0, "cut after {} bytes", all.len());
        all.extend_from_slice(&some[..n]);
        sleep(pause).await;
    }
    timeout(BOUND, socket.read_to_end(&mut all))
        .await
        .unwrap()
        .unwrap();
    let body = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    assert!(all[body..] == pattern(BIG), "{} bytes", all.len() - body);
}

#[tokio::test]
async fn too_many_connections_are_told_so_and_room_is_given_again() {
    let limits = Limits {
        max_connections_per_address: 2,
        ..Limits::default()
    };
    let server = running(limits).await;
    let mut first = server.connect().await;
    let mut second = server.connect().await;
    for socket in [&mut first, &mut second] {
        socket.write_all(get_line("/").as_bytes()).await.unwrap();
        one_answer(socket).await;
    }
    let refused = server.say(&get_line("/")).await;
    assert_eq!(status(&refused), 503, "{refused}");
    assert_eq!(header(&refused, "retry-after"), Some("10"));
    assert_eq!(header(&refused, "connection"), Some("close"));
    drop(first);
    timeout(BOUND, async {
        while status(&server.say(&closing_get("/")).await) != 200 {}
    })
    .await
    .expect("the seat was never given back");
    drop(second);
    let report = server.stopped().await;
    assert!(report.served >= 3 && report.refused >= 1, "{report:?}");
}
