//! Connections on threads of their own.

use super::*;

fn thread_name() -> String {
    std::thread::current().name().unwrap_or("none").to_owned()
}

fn telling() -> Router {
    let blocking = || async {
        let asked = tokio::task::spawn_blocking(|| tokio::runtime::Handle::try_current().is_ok());
        asked.await.unwrap().to_string()
    };
    app()
        .route("/thread", get(|| async { thread_name() }))
        .route("/blocking", get(blocking))
}

async fn with_workers(count: usize) -> Running {
    let server = Server::new(Limits::default()).workers(Workers::start(count).unwrap());
    running_app(server, telling()).await
}

async fn thread_of(socket: &mut TcpStream) -> String {
    socket
        .write_all(get_line("/thread").as_bytes())
        .await
        .unwrap();
    let answer = one_answer(socket).await;
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[tokio::test]
async fn each_connection_stays_with_the_worker_that_had_the_fewest() {
    let server = with_workers(2).await;
    let mut clients = Vec::new();
    let mut at = std::collections::HashMap::new();
    for _ in 0..4 {
        let mut client = server.connect().await;
        let thread = thread_of(&mut client).await;
        *at.entry(thread.clone()).or_insert(0) += 1;
        clients.push((client, thread));
    }
    let even = [("worker-0".to_owned(), 2), ("worker-1".to_owned(), 2)];
    assert_eq!(at, even.into());
    for (client, thread) in &mut clients {
        for _ in 0..3 {
            assert_eq!(thread_of(client).await, *thread);
        }
    }
    // Who leaves makes room where he was.
    clients.retain(|(_, thread)| thread != "worker-1");
    let deadline = Instant::now() + BOUND;
    loop {
        let mut client = server.connect().await;
        if thread_of(&mut client).await == "worker-1" {
            break;
        }
        assert!(Instant::now() < deadline, "nobody comes to worker-1");
    }
    let blocking = server.say(&closing_get("/blocking")).await;
    assert!(blocking.ends_with("true"), "{blocking}");
}

#[tokio::test]
async fn a_stop_ends_answers_streams_and_workers_in_good_order() {
    let server = with_workers(2).await;
    let mut reader = server.connect().await;
    reader.write_all(get_line("/big").as_bytes()).await.unwrap();
    reader.read_u8().await.unwrap();
    server.stop.cancel();
    let mut rest = Vec::new();
    timeout(BOUND, reader.read_to_end(&mut rest))
        .await
        .unwrap()
        .unwrap();
    let body = rest.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    assert!(rest[body..] == pattern(BIG), "{} bytes", rest.len() - body);
    let report = server.stopped().await;
    assert_eq!((report.served, report.cut), (1, 0));
}
