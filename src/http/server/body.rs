//! The bodies of requests and answers as they pass the server: bounded, timed, counted.

use std::any::Any;
use std::error::Error as StdError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep_until};

use super::pulse::Pulse;
use super::ticket::Ticket;
use crate::streaming;

/// Why the server ended a request's body early. A handler finds it as the source of the body's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More bytes than the route allows.
    #[error("the request's body is longer than the {0} bytes that are accepted here")]
    TooLong(u64),
    /// No byte came for so long.
    #[error("no byte of the request's body came for {0:?}")]
    Stalled(Duration),
}

/// How many bytes the body of this request may have, among its extensions.
///
/// A route that takes more (an upload) or less says so before it reads the body.
#[derive(Clone, Debug)]
pub struct MaxBody(Arc<Allowance>);

#[derive(Debug)]
struct Allowance {
    bytes: AtomicU64,
    verdict: AtomicU8,
}

const FINE: u8 = 0;
const TOO_LONG: u8 = 1;
const STALLED: u8 = 2;

impl MaxBody {
    pub(super) fn new(bytes: u64) -> Self {
        Self(Arc::new(Allowance {
            bytes: AtomicU64::new(bytes),
            verdict: AtomicU8::new(FINE),
        }))
    }

    /// Allows this many bytes instead; `u64::MAX` when the handler counts for itself.
    pub fn allow(&self, bytes: u64) {
        self.0.bytes.store(bytes, Relaxed);
    }

    fn bytes(&self) -> u64 {
        self.0.bytes.load(Relaxed)
    }

    pub(super) fn was_exceeded(&self) -> bool {
        self.0.verdict.load(Relaxed) == TOO_LONG
    }

    pub(super) fn was_stalled(&self) -> bool {
        self.0.verdict.load(Relaxed) == STALLED
    }
}

/// A request's body that ends in an error when it grows too long or stalls.
pub(super) struct RequestBody {
    inner: Incoming,
    came: u64,
    max: MaxBody,
    stall: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
    waiting: bool,
    over: bool,
    pulse: Arc<Pulse>,
}

impl RequestBody {
    pub(super) fn new(inner: Incoming, max: MaxBody, stall: Duration, pulse: Arc<Pulse>) -> Self {
        pulse.hold();
        Self {
            inner,
            came: 0,
            max,
            stall,
            alarm: None,
            waiting: false,
            over: false,
            pulse,
        }
    }

    fn fail(&mut self, verdict: u8, error: BodyError) -> Poll<Option<Result<Frame<Bytes>, Boxed>>> {
        self.max.0.verdict.store(verdict, Relaxed);
        self.over = true;
        self.pulse.left_unread();
        Poll::Ready(Some(Err(error.into())))
    }
}

type Boxed = Box<dyn StdError + Send + Sync>;

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = Boxed;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Boxed>>> {
        let this = self.get_mut();
        if this.over {
            return Poll::Ready(None);
        }
        // What is announced too long is refused before `100 Continue` invites it.
        let max = this.max.bytes();
        if this.came.saturating_add(this.inner.size_hint().lower()) > max {
            return this.fail(TOO_LONG, BodyError::TooLong(max));
        }
        let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) else {
            if !this.waiting {
                this.waiting = true;
                let at = Instant::now() + this.stall;
                match &mut this.alarm {
                    Some(alarm) => alarm.as_mut().reset(at),
                    None => this.alarm = Some(Box::pin(sleep_until(at))),
                }
            }
            if let Some(alarm) = &mut this.alarm {
                ready!(alarm.as_mut().poll(cx));
            }
            return this.fail(STALLED, BodyError::Stalled(this.stall));
        };
        this.waiting = false;
        match frame {
            None => {
                this.over = true;
                Poll::Ready(None)
            }
            Some(Err(error)) => {
                this.over = true;
                Poll::Ready(Some(Err(error.into())))
            }
            Some(Ok(frame)) => {
                let length = frame.data_ref().map_or(0, |data| data.len() as u64);
                this.came = this.came.saturating_add(length);
                if this.came > max {
                    return this.fail(TOO_LONG, BodyError::TooLong(max));
                }
                Poll::Ready(Some(Ok(frame)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.over || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if !self.is_end_stream() {
            self.pulse.left_unread();
        }
        self.pulse.end(Instant::now());
    }
}

/// Bytes that are handed to the connection at once. A body of one huge frame (a mapped file) is cut
/// into such pieces, without copying, so that it is known how far the client has got.
fn piece(http2: bool) -> usize {
    // A slow HTTP/2 reader shows progress once per piece, and 16 KiB is the default frame. In
    // HTTP/1.1 the socket shows it, so a piece only has to be small beside a file.
    if http2 { 16 * 1024 } else { 1024 * 1024 }
}

/// What an answer's content is.
pub(super) enum Reply {
    /// Stored bytes.
    Stored(streaming::Body),
    /// What a handler made.
    Made(Body),
}

impl HttpBody for Reply {
    type Data = Bytes;
    type Error = Boxed;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Boxed>>> {
        match self.get_mut() {
            Self::Stored(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
            Self::Made(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Stored(body) => body.is_end_stream(),
            Self::Made(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Stored(body) => body.size_hint(),
            Self::Made(body) => body.size_hint(),
        }
    }
}

/// An answer's body on its way out, with the request's ticket.
pub(super) struct ReplyBody {
    inner: Reply,
    rest: Option<Bytes>,
    piece: usize,
    ticket: Arc<Ticket>,
}

/// The last piece of an answer: the ticket ends when the connection lets go of it, which is when
/// its last byte was written. Its address stays the piece's own, so a transport may still know it.
struct Last {
    bytes: Bytes,
    _ticket: Arc<Ticket>,
}

impl AsRef<[u8]> for Last {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl ReplyBody {
    pub(super) fn new(inner: Reply, ticket: Arc<Ticket>) -> Self {
        if inner.is_end_stream() {
            ticket.finished();
        }
        Self {
            inner,
            rest: None,
            piece: piece(ticket.http2()),
            ticket,
        }
    }

    fn send(&mut self, mut data: Bytes) -> Frame<Bytes> {
        if data.len() > self.piece {
            self.rest = Some(data.split_off(self.piece));
        }
        self.ticket.offered(data.len());
        if self.is_end_stream() {
            self.ticket.finished();
            data = Bytes::from_owner(Last {
                bytes: data,
                _ticket: Arc::clone(&self.ticket),
            });
        }
        Frame::data(data)
    }
}

impl HttpBody for ReplyBody {
    type Data = Bytes;
    type Error = Boxed;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Boxed>>> {
        let this = self.get_mut();
        this.ticket.came_back();
        if let Some(rest) = this.rest.take() {
            return Poll::Ready(Some(Ok(this.send(rest))));
        }
        let inner = Pin::new(&mut this.inner);
        let Ok(polled) = catch_unwind(AssertUnwindSafe(|| inner.poll_frame(cx))) else {
            tracing::error!(path = this.ticket.path(), "panic while an answer was made");
            return Poll::Ready(Some(Err("the answer's maker panicked".into())));
        };
        Poll::Ready(match ready!(polled) {
            None => {
                this.ticket.finished();
                None
            }
            Some(Err(error)) => Some(Err(error)),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => Some(Ok(this.send(data))),
                Err(trailers) => {
                    this.ticket.finished();
                    Some(Ok(trailers))
                }
            },
        })
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.as_ref().map_or(0, |rest| rest.len() as u64);
        let inner = self.inner.size_hint();
        let mut hint = SizeHint::new();
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint.set_lower(inner.lower().saturating_add(rest));
        hint
    }
}

/// What a panic said, when it said it in words.
pub(super) fn words_of(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("(no message)")
}
