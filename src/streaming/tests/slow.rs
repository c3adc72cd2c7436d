//! Slow disks and slow readers hold up themselves and nobody else.

use rustix::fs::Advice;
use tokio::net::TcpSocket;

use super::*;
use crate::streaming::disk::TURNS;

/// As long as a test waits to see that something does not happen.
const SHORT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn a_slow_reader_gets_all_over_many_windows() {
    let stored = stored(5, 12_000_000);
    let (entity, bytes) = view(&stored);
    let server = serving(vec![stored.entity(), entity]).await;
    for (n, expected) in [(0, &*stored.bytes), (1, &bytes)] {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(16 * 1024).unwrap();
        let mut socket = socket.connect(server.address).await.unwrap();
        socket
            .write_all(request("GET", n, "").as_bytes())
            .await
            .unwrap();
        let head = read_head(&mut socket).await;
        let mut body = Vec::new();
        timeout(BOUND, async {
            let mut some = vec![0; 5_000];
            while body.len() < length(&head) {
                let n = socket.read(&mut some).await.unwrap();
                assert!(n > 0, "ended after {} bytes", body.len());
                body.extend_from_slice(&some[..n]);
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
        assert!(body == *expected);
    }
    assert!(server.transport.tally().sent() >= 12_000_000);
}

#[tokio::test]
async fn what_is_not_in_memory_is_read_first_and_arrives() {
    let stored = stored(6, 5_000_000);
    let server = serving(vec![stored.entity()]).await;
    stored.file.file().sync_all().unwrap();
    rustix::fs::fadvise(&stored.file, 0, None, Advice::DontNeed).unwrap();
    // Some file systems live in memory.
    let cold = !stored.file.is_resident(0..5_000_000);
    assert!(server.get(0, "").await.body == *stored.bytes);
    let tally = server.transport.tally();
    assert_eq!(tally.sent(), 5_000_000);
    assert_eq!(tally.fetched() > 0, cold, "{tally:?}");
}

#[tokio::test]
async fn while_the_disk_keeps_one_waiting_others_are_served_and_nobody_is_cut() {
    let (cold, hot) = (stored(7, 5_000_000), stored(8, 3_000_000));
    // Nobody can tell what of it is in memory, so each window waits for its turn at the disk.
    cold.file.make_blind();
    let limits = Limits {
        write_stall: SHORT,
        ..Limits::default()
    };
    let server = with_limits(limits, vec![cold.entity(), hot.entity()]).await;
    let turns = TURNS.acquire_many(32).await.unwrap();
    let mut waiting = server.connect().await;
    waiting
        .write_all(request("GET", 0, "").as_bytes())
        .await
        .unwrap();
    let head = read_head(&mut waiting).await;
    let mut byte = [0];
    // The disk takes ten times as long as a client may.
    let early = timeout(10 * SHORT, waiting.read(&mut byte)).await;
    assert!(early.is_err(), "{early:?}");
    assert!(server.get(1, "").await.body == *hot.bytes);
    drop(turns);
    let mut body = vec![0; length(&head)];
    timeout(BOUND, waiting.read_exact(&mut body))
        .await
        .unwrap()
        .unwrap();
    assert!(body == *cold.bytes);
    assert!(server.transport.tally().fetched() >= 5);
}
