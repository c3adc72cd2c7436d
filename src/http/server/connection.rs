//! One connection from accept to close: hyper does the protocol, the pulse's deadlines end what hyper would not.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, ready};

use hyper::rt::Executor;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Transport;
use super::limits::Limits;
use super::pulse::{Due, look_every};
use super::service::Doorway;
use super::socket::Watched;

/// hyper's smallest buffer.
const SMALLEST_BUFFER: usize = 8192;

/// Runs HTTP/2 streams where the stop can wait for them.
#[derive(Clone)]
pub(super) struct Tracked(pub(super) TaskTracker);

impl<F> Executor<F> for Tracked
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, future: F) {
        self.0.spawn(future);
    }
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// By itself, in good order or by the client's error.
    Done,
    /// A deadline passed.
    Late(Due),
    /// The stop's patience ended.
    Cut,
}

/// hyper's settings for each protocol. Which one is spoken is told by ourselves: hyper-util would hand
/// the first bytes on alone, for which hyper's buffer, of every connection, becomes twice as large.
pub(super) struct Builders {
    http1: auto::Builder<Tracked>,
    http2: auto::Builder<Tracked>,
}

impl Builders {
    pub(super) fn new(limits: &Limits, streams: TaskTracker) -> Self {
        let both = builder(limits, streams);
        Self {
            http1: both.clone().http1_only(),
            http2: both.http2_only(),
        }
    }
}

/// hyper's settings; the reasons for the numbers stand at [`Limits`].
fn builder(limits: &Limits, streams: TaskTracker) -> auto::Builder<Tracked> {
    let mut builder = auto::Builder::new(Tracked(streams));
    let mut http1 = builder.http1();
    http1
        // hyper has one time for waiting idle and for the head together, and none before it knows the protocol;
        // it would set a timer at every request. The pulse has the times, and one timer for a connection.
        .header_read_timeout(None)
        .max_buf_size(limits.max_header_bytes.max(SMALLEST_BUFFER))
        // A client may close its side and still read; without this it loses the body.
        .half_close(true)
        // Hung a client that pipelines, when it was on.
        .pipeline_flush(false);
    if limits.max_headers != Limits::default().max_headers {
        // hyper's own 100 costs no allocation, any number set here does.
        http1.max_headers(limits.max_headers);
    }
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.h2_max_streams)
        .max_header_list_size(limits.h2_header_list)
        .keep_alive_interval(limits.h2_ping_interval)
        .keep_alive_timeout(limits.h2_ping_timeout)
        .max_pending_accept_reset_streams(limits.h2_max_unaccepted_resets)
        .max_local_error_reset_streams(limits.h2_max_error_resets)
        // What waits for a slow reader is slices of pages, but each has a price.
        .max_send_buf_size(64 * 1024);
    builder
}

/// Serves one connection until it ends. `stop` asks it to end in good order, `cut` at once.
pub(super) async fn run<T: Transport>(
    transport: T::Io,
    doorway: Doorway,
    builders: &Builders,
    stop: CancellationToken,
    cut: CancellationToken,
) -> Ending {
    let house = Arc::clone(&doorway.0.house);
    let pulse = Arc::clone(&doorway.0.pulse);
    let limits = &house.limits;
    let mut socket = Watched::new(
        transport,
        T::is_held_up,
        Arc::clone(&pulse),
        look_every(limits),
        limits.max_header_bytes.max(SMALLEST_BUFFER),
    );
    let mut stopped = pin!(stop.cancelled());
    let mut was_cut = pin!(cut.cancelled());
    let mut stopping = false;
    let mut alarm = pin!(sleep_until(Instant::now() + limits.header_timeout));

    let told = poll_fn(|cx| {
        if let Poll::Ready(told) = socket.poll_http2(cx) {
            return Poll::Ready(told.ok().flatten().ok_or(Ending::Done));
        }
        if was_cut.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(Ending::Cut));
        }
        // Nobody has asked for anything yet.
        if stopped.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(Ending::Done));
        }
        ready!(alarm.as_mut().poll(cx));
        Poll::Ready(Err(Ending::Late(Due::Header)))
    });
    let builder = match told.await {
        Ok(true) => &builders.http2,
        Ok(false) => &builders.http1,
        Err(ending) => {
            pulse.broke();
            return ending;
        }
    };
    let mut connection = pin!(builder.serve_connection(TokioIo::new(socket), doorway));

    let ending = poll_fn(|cx| {
        loop {
            if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                if let Err(error) = ended {
                    tracing::debug!(%error, "connection failed");
                }
                return Poll::Ready(Ending::Done);
            }
            if was_cut.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ending::Cut);
            }
            if !stopping && stopped.as_mut().poll(cx).is_ready() {
                stopping = true;
                pulse.closing(Instant::now());
                connection.as_mut().graceful_shutdown();
                continue;
            }
            let Some((at, due)) = pulse.deadline(limits) else {
                return Poll::Pending;
            };
            // An alarm that rings too early costs one more look; so it is moved only when it
            // would ring too late, and not at every request.
            let now = Instant::now();
            if now < at {
                if at < alarm.deadline() || alarm.is_elapsed() {
                    alarm.as_mut().reset(at);
                }
                if alarm.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                continue;
            }
            match due {
                Due::Look => pulse.looked(now),
                Due::Idle => {
                    pulse.closing(now);
                    connection.as_mut().graceful_shutdown();
                }
                Due::Header => {
                    pulse.expire_head();
                    // The socket says 408 at this poll, if there was a head to answer.
                    let _ = connection.as_mut().poll(cx);
                    return Poll::Ready(Ending::Late(due));
                }
                Due::Stall | Due::Linger | Due::Abandoned => {
                    return Poll::Ready(Ending::Late(due));
                }
            }
        }
    })
    .await;
    if ending != Ending::Done {
        pulse.broke();
        tracing::debug!(?ending, "connection cut");
    }
    // The time of a head is over in peace: a 408 may still be on its way.
    if matches!(
        ending,
        Ending::Cut | Ending::Late(Due::Stall | Due::Abandoned)
    ) {
        pulse.reset();
    }
    ending
}
