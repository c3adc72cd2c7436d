//! Two servers as people write them with the libraries that this program stands on: what it is compared with.
//! Each runs as a process of its own, started by this benchmark from itself.

use std::io::SeekFrom;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::serve::ListenerExt as _;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio::net::TcpListener;
use tokio_util::io::ReaderStream;
use tower_http::services::ServeDir;

use super::servers::Kind;

/// What one read of the plain stream asks for.
const PIECE: usize = 256 * 1024;

/// Serves `folder` until the process is ended.
pub fn run(kind: Kind, listen: SocketAddr, folder: &Path) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen).await?;
        match kind {
            Kind::ServeDir => {
                let app = axum::Router::new().fallback_service(ServeDir::new(folder));
                // Not axum's default: without it each short answer waits 40 ms for the client's kernel.
                let listener = listener.tap_io(|socket| {
                    let _ = socket.set_nodelay(true);
                });
                axum::serve(listener, app).await
            }
            _ => plain(listener, folder.into()).await,
        }
    })
}

async fn plain(listener: TcpListener, folder: PathBuf) -> std::io::Result<()> {
    let folder = Arc::new(folder);
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        let folder = Arc::clone(&folder);
        tokio::spawn(async move {
            let answer = service_fn(move |request| answer(Arc::clone(&folder), request));
            let mut server = http1::Builder::new();
            server.timer(TokioTimer::new());
            // A client that goes away is nobody's fault.
            let _ = server.serve_connection(TokioIo::new(socket), answer).await;
        });
    }
}

type Body = BoxBody<Bytes, std::io::Error>;

async fn answer(
    folder: Arc<PathBuf>,
    request: Request<Incoming>,
) -> Result<Response<Body>, std::io::Error> {
    let name = request.uri().path().trim_start_matches('/');
    if name.split('/').any(|part| part.starts_with('.')) {
        return empty(StatusCode::NOT_FOUND);
    }
    let Ok(mut file) = File::open(folder.join(name)).await else {
        return empty(StatusCode::NOT_FOUND);
    };
    let length = file.metadata().await?.len();
    let asked = request.headers().get(RANGE).and_then(|v| v.to_str().ok());
    let range = asked.and_then(|text| range(text, length));
    let (status, start, end) = match range {
        Some((start, end)) => (StatusCode::PARTIAL_CONTENT, start, end),
        None => (StatusCode::OK, 0, length),
    };
    let mut response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "video/mp4")
        .header(ACCEPT_RANGES, "bytes")
        .header(CONTENT_LENGTH, end - start);
    if range.is_some() {
        response = response.header(CONTENT_RANGE, format!("bytes {start}-{}/{length}", end - 1));
    }
    let body = match *request.method() {
        Method::HEAD => nothing(),
        _ => {
            file.seek(SeekFrom::Start(start)).await?;
            let pieces = ReaderStream::with_capacity(file.take(end - start), PIECE);
            StreamBody::new(pieces.map_ok(Frame::data)).boxed()
        }
    };
    response.body(body).map_err(std::io::Error::other)
}

/// `bytes=FIRST-LAST` as half-open offsets; everything else is answered whole.
fn range(text: &str, length: u64) -> Option<(u64, u64)> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last && last < length).then_some((first, last + 1))
}

fn empty(status: StatusCode) -> Result<Response<Body>, std::io::Error> {
    let response = Response::builder().status(status);
    response.body(nothing()).map_err(std::io::Error::other)
}

fn nothing() -> Body {
    Empty::new().map_err(|never| match never {}).boxed()
}
