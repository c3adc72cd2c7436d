//! Whatever is asked, the bytes are right, and they go by sendfile where that is worth it.

use std::io;

use ::http::{Request, Version};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const LEN: usize = 3_000_001;

#[tokio::test]
async fn a_whole_file_goes_by_sendfile_and_only_its_head_is_copied() {
    let stored = stored(1, LEN);
    let server = serving(vec![stored.entity()]).await;
    let answer = server.get(0, "").await;
    assert!(answer.body == *stored.bytes);
    let tally = server.transport.tally();
    assert_eq!(tally.sent(), LEN as u64);
    assert!(tally.copied() < 1_000, "{tally:?}");
}

#[tokio::test]
async fn a_short_range_is_copied_with_its_head_in_one_write() {
    let stored = stored(1, LEN);
    let server = serving(vec![stored.entity()]).await;
    let answer = server.get(0, "Range: bytes=1000000-1000009\r\n").await;
    assert_eq!(answer.body, stored.bytes[1_000_000..1_000_010]);
    assert_eq!(server.transport.tally().sent(), 0);
}

#[tokio::test]
async fn large_pieces_of_a_view_go_by_sendfile_and_small_ones_together() {
    let stored = stored(1, LEN);
    let (entity, bytes) = view(&stored);
    let server = serving(vec![entity]).await;
    assert!(server.get(0, "").await.body == bytes);
    let tally = server.transport.tally();
    assert!(tally.sent() >= (LEN - LEN / 4) as u64, "{tally:?}");
    assert!(tally.sent() + tally.copied() >= bytes.len() as u64);
}

#[tokio::test]
async fn many_ranges_of_many_files_are_answered_in_order_when_they_are_asked_for_at_once() {
    let files: Vec<Stored> = (0..5).map(|n| stored(n, 400_000)).collect();
    let server = serving(files.iter().map(Stored::entity).collect()).await;
    let mut socket = server.connect().await;
    let asked: Vec<(usize, usize, usize)> = (0..300)
        .map(|n| {
            let (from, len) = (
                n * 7_919 % 200_000,
                [1, 40_000, 33_000, 200_000, 700][n % 5],
            );
            (n * 3 % 5, from, from + len)
        })
        .collect();
    let all: String = asked
        .iter()
        .map(|&(n, from, to)| request("GET", n, &format!("Range: bytes={from}-{}\r\n", to - 1)))
        .collect();
    let (mut read, mut write) = socket.split();
    let sending = async { write.write_all(all.as_bytes()).await.unwrap() };
    let reading = async {
        for &(n, from, to) in &asked {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(read.read_u8().await.unwrap());
            }
            let mut body = vec![0; to - from];
            read.read_exact(&mut body).await.unwrap();
            assert!(body == files[n].bytes[from..to], "{n} {from}-{to}");
        }
    };
    timeout(BOUND, async { tokio::join!(sending, reading) })
        .await
        .expect("a pipelined answer never came");
    assert!(server.transport.tally().sent() > 0);
    // When all was written, the connection keeps no file open.
    timeout(BOUND, async {
        while files
            .iter()
            .any(|s| std::sync::Arc::strong_count(&s.file) > 2)
        {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("an idle connection holds files");
}

#[tokio::test]
async fn head_conditions_and_several_ranges_share_a_connection() {
    let stored = stored(1, LEN);
    let server = serving(vec![stored.entity()]).await;
    let mut socket = server.connect().await;
    for round in 0..3 {
        let say = request("HEAD", 0, "");
        socket.write_all(say.as_bytes()).await.unwrap();
        let head = read_answer(&mut socket, false).await.head;
        assert_eq!((length(&head), head.contains(" 200 ")), (LEN, true));

        let say = request("GET", 0, "If-None-Match: \"v1\"\r\n");
        socket.write_all(say.as_bytes()).await.unwrap();
        assert!(read_answer(&mut socket, false).await.head.contains(" 304 "));

        let say = request("GET", 0, "Range: bytes=5-100004,-200000,7-8\r\n");
        socket.write_all(say.as_bytes()).await.unwrap();
        let answer = read_answer(&mut socket, true).await;
        assert!(
            answer.head.contains("multipart/byteranges"),
            "{}",
            answer.head
        );
        let has = |part: &[u8]| {
            let starts = answer.body.windows(16).enumerate();
            starts
                .filter(|(_, window)| *window == &part[..16])
                .any(|(at, _)| answer.body[at..].starts_with(part))
        };
        assert!(has(&stored.bytes[5..100_005]), "{round}");
        assert!(has(&stored.bytes[LEN - 200_000..]), "{round}");
    }
    let sent = server.transport.tally().sent();
    assert_eq!(sent, 3 * 300_000);
}

#[tokio::test]
async fn http_2_gets_the_same_bytes_copied() {
    let stored = stored(1, LEN);
    let (entity, bytes) = view(&stored);
    let server = serving(vec![stored.entity(), entity]).await;
    let socket = TokioIo::new(server.connect().await);
    let (mut client, connection) = http2::Builder::new(TokioExecutor::new())
        .handshake(socket)
        .await
        .unwrap();
    tokio::spawn(connection);
    for (n, expected) in [(0, &*stored.bytes), (1, &bytes)] {
        let request = Request::get(format!("http://a/{n}")).body(Empty::<Bytes>::new());
        let answer = client.send_request(request.unwrap()).await.unwrap();
        assert_eq!(answer.version(), Version::HTTP_2);
        let body = timeout(BOUND, answer.into_body().collect()).await.unwrap();
        assert!(body.unwrap().to_bytes() == expected[..]);
    }
    assert_eq!(server.transport.tally().sent(), 0);
}

#[tokio::test]
async fn a_client_that_closes_its_side_receives_all() {
    let stored = stored(1, LEN);
    let server = serving(vec![stored.entity()]).await;
    let mut socket = server.connect().await;
    socket
        .write_all(request("GET", 0, "").as_bytes())
        .await
        .unwrap();
    socket.shutdown().await.unwrap();
    let all = until_end(&mut socket).await;
    assert!(all.ends_with(&stored.bytes));
}

#[tokio::test]
async fn an_empty_file_is_an_empty_answer() {
    let stored = stored(1, 0);
    let server = serving(vec![stored.entity()]).await;
    let answer = server.get(0, "").await;
    assert!(answer.head.contains(" 200 ") && answer.head.contains("content-length: 0"));
}

#[tokio::test]
async fn where_sendfile_is_refused_the_kernel_copies() {
    let stored = stored(1, LEN);
    let server = serving(vec![stored.entity()]).await;
    let mut socket = server.connect().await;
    socket
        .write_all(request("GET", 0, "").as_bytes())
        .await
        .unwrap();
    let head = read_head(&mut socket).await;
    // From here on, though ranges of it are already on their way.
    stored.file.copy_from_now_on();
    let mut body = vec![0; length(&head)];
    timeout(BOUND, socket.read_exact(&mut body))
        .await
        .unwrap()
        .unwrap();
    assert!(body == *stored.bytes);
    let before = server.transport.tally().sent();
    assert!(server.get(0, "").await.body == *stored.bytes);
    assert_eq!(server.transport.tally().sent(), before);
}

#[derive(Clone, Debug)]
struct Question {
    n: usize,
    from: u32,
    len: u32,
    view: bool,
}

fn question() -> impl Strategy<Value = Question> {
    let len = prop_oneof![1..2_000_u32, 30_000..40_000_u32, 1..1_500_000_u32];
    (0..2_usize, any::<u32>(), len, any::<bool>()).prop_map(|(n, from, len, view)| Question {
        n,
        from,
        len,
        view,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_ranges_of_files_and_views_are_their_bytes(questions in vec(question(), 1..30)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let outcome: io::Result<()> = runtime.block_on(async {
            let files = [stored(1, 700_000), stored(2, 1_300_000)];
            let views = [view(&files[0]), view(&files[1])];
            let mut entities: Vec<Entity> = files.iter().map(Stored::entity).collect();
            entities.extend(views.iter().map(|(entity, _)| entity.clone()));
            let server = serving(entities).await;
            let mut socket = server.connect().await;
            for Question { n, from, len, view } in &questions {
                let bytes = if *view { &views[*n].1 } else { &*files[*n].bytes };
                let from = *from as usize % bytes.len();
                let to = (from + *len as usize).min(bytes.len());
                let at = if *view { n + 2 } else { *n };
                let say = request("GET", at, &format!("Range: bytes={from}-{}\r\n", to - 1));
                socket.write_all(say.as_bytes()).await?;
                let answer = read_answer(&mut socket, true).await;
                assert!(answer.body == bytes[from..to], "{at}: {from}..{to}");
            }
            Ok(())
        });
        outcome.unwrap();
    }
}
