//! HTTP/2 by prior knowledge on the same port.

use http::{Request, Version};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::*;

type Client = SendRequest<Empty<Bytes>>;

/// A client, and the end of its connection.
async fn client(server: &Running, window: u32) -> (Client, JoinHandle<hyper::Result<()>>) {
    let socket = TokioIo::new(server.connect().await);
    let (client, connection) = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(window)
        .handshake(socket)
        .await
        .unwrap();
    (client, tokio::spawn(connection))
}

const WIDE: u32 = 1024 * 1024;

fn request(path: &str) -> Request<Empty<Bytes>> {
    let uri = format!("http://ders.example{path}");
    Request::builder().uri(uri).body(Empty::new()).unwrap()
}

async fn body_of(client: &mut Client, path: &str) -> (StatusCode, Bytes) {
    timeout(BOUND, async {
        let answer = client.send_request(request(path)).await.unwrap();
        assert_eq!(answer.version(), Version::HTTP_2);
        let status = answer.status();
        (
            status,
            answer.into_body().collect().await.unwrap().to_bytes(),
        )
    })
    .await
    .expect("no answer came")
}

#[tokio::test]
async fn prior_knowledge_gets_the_same_answers() {
    let server = running(Limits::default()).await;
    let (mut client, _connection) = client(&server, WIDE).await;
    let (status, host) = body_of(&mut client, "/host").await;
    assert_eq!((status, &host[..]), (StatusCode::OK, &b"ders.example"[..]));
    let (_, big) = body_of(&mut client, "/big").await;
    assert!(big == pattern(BIG), "{} bytes", big.len());
    assert_eq!(body_of(&mut client, "/panic").await.0, 500);
    assert_eq!(body_of(&mut client, "/").await.0, 200);
}

#[tokio::test]
async fn head_has_no_body_when_it_is_refused_either() {
    let server = running(Limits::default()).await;
    let (mut client, _connection) = client(&server, WIDE).await;
    let mut head = request(&"/x".repeat(8_000));
    *head.method_mut() = http::Method::HEAD;
    let answer = timeout(BOUND, client.send_request(head))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answer.status(), StatusCode::URI_TOO_LONG);
    assert!(answer.headers().contains_key("content-length"));
    let body = timeout(BOUND, answer.into_body().collect())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(body.to_bytes().len(), 0);
}

#[tokio::test]
async fn an_idle_connection_is_said_goodbye_to() {
    let limits = Limits {
        idle_timeout: SHORT,
        ..Limits::default()
    };
    let server = running(limits).await;
    let (mut client, connection) = client(&server, WIDE).await;
    assert_eq!(body_of(&mut client, "/").await.0, 200);
    let ended = timeout(BOUND, connection)
        .await
        .expect("never closed")
        .unwrap();
    assert!(ended.is_ok(), "GOAWAY without an error: {ended:?}");
}

#[tokio::test]
async fn a_client_that_opens_no_window_is_cut() {
    let limits = Limits {
        write_stall: SHORT,
        ..Limits::default()
    };
    let server = running(limits).await;
    // Also when all that is left fits into one piece.
    for path in ["/big", "/middling"] {
        let (mut client, connection) = client(&server, 1_000).await;
        // Its body is never polled, so the client never widens the window.
        let _unread = client.send_request(request(path)).await.unwrap();
        let ended = timeout(BOUND, connection).await;
        assert!(ended.is_ok(), "{path} is still being sent");
    }
}

#[tokio::test]
async fn a_client_that_abandons_request_after_request_is_cut() {
    let limits = Limits {
        h2_abandoned_burst: 20,
        h2_abandoned_refill: Duration::from_secs(3600),
        ..Limits::default()
    };
    let (reached, mut reaches) = tokio::sync::mpsc::channel::<()>(1);
    let app = Router::new().route(
        "/",
        get(move || async move {
            reached.send(()).await.unwrap();
            std::future::pending::<String>().await
        }),
    );
    let server = running_app(Server::new(limits), app).await;
    let (mut client, connection) = client(&server, WIDE).await;
    let mut abandoned = 0;
    let attack = async {
        while client.ready().await.is_ok() {
            let answer = client.send_request(request("/"));
            tokio::select! {
                _ = answer => break,
                _ = reaches.recv() => abandoned += 1,
            }
        }
    };
    timeout(BOUND, attack).await.expect("never cut");
    assert!(abandoned > 20, "{abandoned}");
    drop(timeout(BOUND, connection).await.expect("still open"));
}

#[tokio::test]
async fn a_stop_lets_streams_end() {
    let server = running(Limits::default()).await;
    let (mut client, connection) = client(&server, WIDE).await;
    let answer = client.send_request(request("/big")).await.unwrap();
    server.stop.cancel();
    let body = timeout(BOUND, answer.into_body().collect());
    let body = body.await.expect("cut").unwrap().to_bytes();
    assert!(body == pattern(BIG), "{} bytes", body.len());
    drop(timeout(BOUND, connection).await.expect("still open"));
    let report = server.stopped().await;
    assert_eq!((report.served, report.cut), (1, 0));
}
