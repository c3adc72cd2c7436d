//! The stop: who is let finish, who is sent home, and for how long.

use tokio::sync::mpsc;

use super::*;

/// An app whose answer at `/slow` is what the test sends it.
fn fed() -> (Router, mpsc::Sender<&'static str>) {
    let (feed, food) = mpsc::channel::<&'static str>(1);
    let food = std::sync::Mutex::new(Some(food));
    let food = Arc::new(food);
    let slow = move || {
        let food = food.lock().unwrap().take().unwrap();
        let parts = stream::unfold(food, |mut food| async move {
            let part = food.recv().await?;
            Some((Ok::<_, Infallible>(part), food))
        });
        async move { Body::from_stream(parts) }
    };
    (app().route("/slow", get(slow)), feed)
}

#[tokio::test]
async fn a_stop_lets_an_answer_end_and_closes_idle_connections_at_once() {
    let (app, feed) = fed();
    let server = running_app(Server::new(Limits::default()), app).await;
    let mut busy = server.connect().await;
    busy.write_all(get_line("/slow").as_bytes()).await.unwrap();
    feed.send("first ").await.unwrap();
    let mut first = Vec::new();
    while !first.ends_with(b"first \r\n") {
        first.push(busy.read_u8().await.unwrap());
    }
    // Accepted in order: once the second is answered, the first is known to the server.
    let mut fresh = server.connect().await;
    let mut idle = server.connect().await;
    idle.write_all(get_line("/").as_bytes()).await.unwrap();
    one_answer(&mut idle).await;

    server.stop.cancel();
    assert_eq!(to_end(&mut idle).await, "");
    assert_eq!(to_end(&mut fresh).await, "");
    timeout(BOUND, async {
        while TcpStream::connect(server.address).await.is_ok() {}
    })
    .await
    .expect("new clients are still accepted");
    assert!(!server.task.is_finished(), "an answer is under way");

    feed.send("last").await.unwrap();
    drop(feed);
    let rest = to_end(&mut busy).await;
    assert!(
        rest.contains("last") && rest.ends_with("0\r\n\r\n"),
        "{rest}"
    );
    let report = timeout(BOUND, server.task).await.unwrap().unwrap().unwrap();
    assert_eq!((report.served, report.cut), (3, 0));
}

#[tokio::test]
async fn who_is_not_done_when_patience_ends_is_cut_and_counted() {
    let limits = Limits {
        shutdown_grace: SHORT,
        ..Limits::default()
    };
    let (reached, mut reaches) = mpsc::channel::<()>(1);
    let app = Router::new().route(
        "/",
        get(move || async move {
            reached.send(()).await.unwrap();
            std::future::pending::<String>().await
        }),
    );
    let server = running_app(Server::new(limits), app).await;
    let mut socket = server.connect().await;
    socket.write_all(get_line("/").as_bytes()).await.unwrap();
    timeout(BOUND, reaches.recv()).await.unwrap().unwrap();
    let report = server.stopped().await;
    assert_eq!((report.served, report.cut), (1, 1));
    let end = timeout(BOUND, socket.read_u8()).await.unwrap();
    assert_eq!(end.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
}
