//! `text/event-stream`: an answer that stays open and tells what happens (WHATWG HTML §9.2).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::HeaderValue;
use ::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http_body::Frame;
use tokio::sync::mpsc;

/// Pieces that may wait for a client that takes them slowly.
const PIECES: usize = 16;
/// How long a line is silent before something is sent along it: proxies cut those on which nothing moves.
pub const BEAT: Duration = Duration::from_secs(15);

/// The end from which events are told. When it is dropped, the answer ends.
pub struct Events(mpsc::Sender<Bytes>);

/// An open answer. Clients that lose it come back after `again`.
pub async fn open(again: Duration) -> (Events, Response) {
    let (sender, receiver) = mpsc::channel(PIECES);
    let mut response = Response::new(Body::new(Stream(receiver)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would collect events until its buffer is full.
    let buffering = HeaderName::from_static("x-accel-buffering");
    headers.insert(buffering, HeaderValue::from_static("no"));
    let events = Events(sender);
    events
        .piece(format!("retry: {}\n\n", again.as_millis()))
        .await;
    (events, response)
}

impl Events {
    /// Tells an event. `data` is one line, as JSON is. `false`: nobody listens any more.
    pub async fn tell(&self, id: i64, name: &str, data: &str) -> bool {
        self.piece(format!("id: {id}\nevent: {name}\ndata: {data}\n\n"))
            .await
    }

    /// Sends a comment, which clients pass over.
    pub async fn beat(&self) -> bool {
        self.piece(":\n\n".to_owned()).await
    }

    /// Returns when the client has gone.
    pub async fn gone(&self) {
        self.0.closed().await;
    }

    async fn piece(&self, text: String) -> bool {
        self.0.send(text.into()).await.is_ok()
    }
}

struct Stream(mpsc::Receiver<Bytes>);

impl http_body::Body for Stream {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let piece = self.0.poll_recv(cx);
        piece.map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }
}
