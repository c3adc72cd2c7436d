//! What a client gets, over real sockets. Limits under test are short; everything else keeps its default,
//! and waiting is for an event, with a bound that only a hang reaches.

mod abuse;
mod bodies;
mod http2;
mod hygiene;
mod stopping;
mod tls;
mod working;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::http::access_log::Format;
use crate::http::host::RequestHost;

/// Reached only by a hang.
const BOUND: Duration = Duration::from_secs(60);

/// Short enough for a timeout that a test waits for.
const SHORT: Duration = Duration::from_millis(100);

/// Larger than all the buffers between the server and a client that does not read.
const BIG: usize = 24 * 1024 * 1024;

/// A server and the means to stop it.
struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<io::Result<Report>>,
}

async fn running(limits: Limits) -> Running {
    running_app(Server::new(limits), app()).await
}

async fn running_app<T: Transport>(server: Server<T>, app: Router) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let task = tokio::spawn(server.serve(listener, app, stop.clone()));
    Running {
        address,
        stop,
        task,
    }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// All that comes back until the server closes.
    async fn say(&self, text: &str) -> String {
        let mut socket = self.connect().await;
        socket.write_all(text.as_bytes()).await.unwrap();
        to_end(&mut socket).await
    }

    async fn stopped(self) -> Report {
        self.stop.cancel();
        timeout(BOUND, self.task).await.unwrap().unwrap().unwrap()
    }
}

async fn to_end(socket: &mut TcpStream) -> String {
    let mut all = Vec::new();
    timeout(BOUND, socket.read_to_end(&mut all))
        .await
        .expect("the server never closed")
        .unwrap();
    String::from_utf8_lossy(&all).into_owned()
}

/// One answer with a Content-Length from a connection that stays open.
async fn one_answer(socket: &mut TcpStream) -> String {
    timeout(BOUND, async {
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(socket.read_u8().await.unwrap());
        }
        let head = String::from_utf8(answer).unwrap();
        let length = header(&head, "content-length").unwrap_or("0");
        let mut body = vec![0; length.parse().unwrap()];
        socket.read_exact(&mut body).await.unwrap();
        head + &String::from_utf8(body).unwrap()
    })
    .await
    .expect("no answer came")
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn status(answer: &str) -> u16 {
    let status = answer.split(' ').nth(1).unwrap_or_default();
    status.parse().unwrap_or_default()
}

fn get_line(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

fn closing_get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
}

/// The body's bytes: a pattern in which any lost or doubled piece shows.
fn pattern(length: usize) -> Bytes {
    let period = 65_521;
    (0..length).map(|at| (at % period) as u8).collect()
}

fn app() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route(
            "/host",
            get(|Extension(RequestHost(host)): Extension<RequestHost>| async { host }),
        )
        .route(
            "/peer",
            get(|Extension(peer): Extension<PeerAddress>| async move { peer.0.ip().to_string() }),
        )
        .route("/echo", post(|body: String| async { body }))
        .route("/deaf", post(|| async { "not read" }))
        .route(
            "/length",
            get(|body: Bytes| async move { body.len().to_string() }),
        )
        .route("/upload", post(upload))
        .route("/big", get(|| async { Body::from(pattern(BIG)) }))
        .route("/middling", get(|| async { Body::from(pattern(10_000)) }))
        .route("/panic", get(panics))
        .route("/late-panic", get(panics_late))
}

async fn upload(Extension(max): Extension<MaxBody>, body: Body) -> impl IntoResponse {
    max.allow(u64::MAX);
    match axum::body::to_bytes(body, usize::MAX).await {
        Ok(bytes) => (StatusCode::OK, bytes.len().to_string()),
        Err(_) => (StatusCode::BAD_REQUEST, "broken off".to_owned()),
    }
}

async fn panics() -> &'static str {
    panic!("on purpose")
}

async fn panics_late() -> Body {
    let frames = [0, 1].map(Ok::<_, Infallible>);
    Body::from_stream(stream::StreamExt::map(stream::iter(frames), |frame| {
        frame.map(|n| {
            assert_eq!(n, 0, "on purpose");
            Bytes::from_static(b"begun")
        })
    }))
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = running(Limits::default()).await;
    let all = [get_line("/"), get_line("/nothing"), closing_get("/host")].concat();
    let answers = server.say(&all).await;
    let statuses: Vec<u16> = answers
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|answer| answer[..3].parse().unwrap())
        .collect();
    assert_eq!(statuses, [200, 404, 200]);
    assert!(
        answers.contains("hello") && answers.ends_with("\r\n\r\na"),
        "{answers}"
    );
}

#[tokio::test]
async fn a_client_that_closes_its_side_receives_the_entire_body() {
    let server = running(Limits::default()).await;
    let mut socket = server.connect().await;
    socket.write_all(get_line("/big").as_bytes()).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut all = Vec::new();
    timeout(BOUND, socket.read_to_end(&mut all))
        .await
        .unwrap()
        .unwrap();
    let body = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    assert!(all[body..] == pattern(BIG), "{} bytes", all.len() - body);
}

#[tokio::test]
async fn a_panic_costs_one_answer_and_not_the_connection() {
    let server = running(Limits::default()).await;
    let mut socket = server.connect().await;
    socket
        .write_all(get_line("/panic").as_bytes())
        .await
        .unwrap();
    let answer = one_answer(&mut socket).await;
    assert_eq!(status(&answer), 500, "{answer}");
    assert_eq!(
        header(&answer, "content-type"),
        Some("application/problem+json")
    );
    assert!(!answer.contains("on purpose"), "{answer}");
    socket.write_all(get_line("/").as_bytes()).await.unwrap();
    assert_eq!(status(&one_answer(&mut socket).await), 200);

    // Half an answer cannot be taken back; the client sees that it is not whole.
    let begun = server.say(&get_line("/late-panic")).await;
    assert!(!begun.ends_with("0\r\n\r\n"), "{begun}");
    assert_eq!(status(&server.say(&closing_get("/")).await), 200);
}

#[tokio::test]
async fn every_answer_has_a_date_and_forbids_guessing_its_type() {
    let server = running(Limits::default()).await;
    for path in ["/", "/nothing", "/panic"] {
        let answer = server.say(&closing_get(path)).await;
        assert!(header(&answer, "date").is_some(), "{answer}");
        assert_eq!(header(&answer, "x-content-type-options"), Some("nosniff"));
        assert_eq!(header(&answer, "referrer-policy"), Some("same-origin"));
        assert_eq!(header(&answer, "server"), None);
    }
    let answer = server.say(&closing_get("/peer")).await;
    assert!(answer.ends_with("\r\n\r\n127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn head_has_the_length_and_no_body_even_where_the_handler_forgot() {
    let forgetful = Router::new().route("/", axum::routing::any(|| async { "hello" }));
    let server = running_app(Server::new(Limits::default()), forgetful).await;
    let answer = server
        .say("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(header(&answer, "content-length"), Some("5"));
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

/// Answers errors before it listens.
struct Unlucky {
    errors: Vec<rustix::io::Errno>,
    listener: TcpListener,
}

impl Accept for Unlucky {
    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        match self.errors.pop() {
            Some(errno) => Err(errno.into()),
            None => self.listener.accept().await,
        }
    }
}

#[tokio::test]
async fn a_server_out_of_descriptors_goes_on_when_there_are_some_again() {
    use rustix::io::Errno;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let errors = vec![Errno::NFILE, Errno::MFILE, Errno::CONNABORTED, Errno::MFILE];
    let unlucky = Unlucky { errors, listener };
    let stop = CancellationToken::new();
    let server = Server::new(Limits::default());
    let task = tokio::spawn(server.serve_from(unlucky, app(), stop.clone()));
    let server = Running {
        address,
        stop,
        task,
    };
    assert_eq!(status(&server.say(&closing_get("/")).await), 200);
    assert_eq!(server.stopped().await.served, 1);
}

#[tokio::test]
async fn a_listener_that_can_never_accept_again_ends_the_server_with_its_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let errors = vec![rustix::io::Errno::BADF];
    let unlucky = Unlucky { errors, listener };
    let server = Server::new(Limits::default());
    let ended = server.serve_from(unlucky, app(), CancellationToken::new());
    let error = timeout(BOUND, ended).await.unwrap().unwrap_err();
    assert_eq!(
        error.raw_os_error(),
        Some(rustix::io::Errno::BADF.raw_os_error())
    );
}

/// Where the lines of a test's own log go.
#[derive(Clone, Default)]
struct Lines(Arc<std::sync::Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The access log of one request.
async fn logged(log_addresses: bool, request: &str) -> serde_json::Value {
    let lines = Lines::default();
    let log = AccessLog::to(lines.clone(), Format::Json).unwrap();
    let server = Server::new(Limits::default())
        .log(log.clone())
        .log_addresses(log_addresses);
    let server = running_app(server, app()).await;
    server.say(request).await;
    server.stopped().await;
    log.flush();
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let mut of_access = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line["target"] == "access");
    let line = of_access.next().expect("no line");
    assert_eq!(of_access.next(), None, "one line per request: {text}");
    line["fields"].clone()
}

#[tokio::test]
async fn the_log_has_what_was_served_and_not_what_a_child_searched_for() {
    let line = logged(false, &closing_get("/host?q=secret")).await;
    assert_eq!(line["method"], "GET");
    assert_eq!(line["path"], "/host");
    assert_eq!(line["status"], 200);
    assert_eq!(line["bytes"], 1);
    assert_eq!(line["whole"], true);
    assert!(line["took_us"].is_u64());
    assert!(line.get("peer").is_none());
    assert!(!line.to_string().contains("secret"), "{line}");
    let line = logged(true, "GET / HTTP/1.1\r\n\r\n").await;
    assert_eq!(line["status"], 400);
    assert_eq!(line["peer"], "127.0.0.1");
}

#[tokio::test]
async fn with_a_base_url_a_foreign_host_is_misdirected() {
    let hosts = HostPolicy::Only {
        hosts: vec!["ders.example".parse().unwrap()],
    };
    let server = running_app(Server::new(Limits::default()).hosts(hosts), app()).await;
    let foreign = server.say("GET / HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n");
    assert_eq!(status(&foreign.await), 421);
    for ours in ["ders.example".to_owned(), server.address.to_string()] {
        let request = format!("GET /host HTTP/1.1\r\nHost: {ours}\r\nConnection: close\r\n\r\n");
        let answer = server.say(&request).await;
        assert!(answer.ends_with(&format!("\r\n\r\n{ours}")), "{answer}");
    }
}
