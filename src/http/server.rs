//! The connection server: an accept loop of our own, because axum's never drops a slow client.
//!
//! HTTP/1.1 and HTTP/2 (by prior knowledge) share the port. Nothing a client does, or leaves undone,
//! costs more than [`Limits`] says. hyper answers malformed HTTP/1.1 by itself (400, 414, 431, without
//! a body); these answers pass neither the access log nor the manners.

mod body;
mod connection;
mod limits;
mod listening;
mod pulse;
mod seats;
mod service;
mod socket;
#[cfg(test)]
mod tests;
mod ticket;
mod tls;
mod workers;
mod zero_copy;

use std::io;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use http::Extensions;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use body::{BodyError, MaxBody};
pub use limits::Limits;
pub use service::{PeerAddress, Shortcut};
pub use tls::{CertificateError, Secure, Tls, TlsSocket, Which};
pub use workers::Workers;
pub use zero_copy::ZeroCopy;

use super::access_log::AccessLog;
use super::host::HostPolicy;
use connection::Ending;
use listening::{Accept, Next, Waiter};
use pulse::Pulse;
use seats::Seats;
use service::{Doorway, House, NoShortcut, Visit};

/// How an accepted socket becomes what HTTP is spoken over.
pub trait Transport: Clone + Send + Sync + 'static {
    /// The wrapped socket. Its descriptor is asked how much the client has acknowledged.
    type Io: AsyncRead + AsyncWrite + AsFd + Unpin + Send + 'static;

    /// Wraps `socket`; what is put into `extensions` is given to each of its requests.
    fn open(&self, socket: TcpStream, extensions: &mut Extensions) -> Self::Io;

    /// Whether the last write that did not go through waits for this server (its disk, or a turn)
    /// and not for the client, who must not be blamed for it.
    fn is_held_up(io: &Self::Io) -> bool {
        let _ = io;
        false
    }
}

/// The socket as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Transport for Plain {
    type Io = TcpStream;

    fn open(&self, socket: TcpStream, _: &mut Extensions) -> TcpStream {
        socket
    }
}

/// What a server did until it was stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Connections that were served.
    pub served: u64,
    /// Connections refused for want of room.
    pub refused: u64,
    /// Connections still at work when the patience of the stop ended.
    pub cut: u64,
}

/// A server before it starts: [`Limits`], and whom it serves.
#[derive(Clone)]
pub struct Server<T = Plain> {
    limits: Limits,
    hosts: HostPolicy,
    log: AccessLog,
    log_addresses: bool,
    shortcut: Arc<dyn Shortcut>,
    workers: Option<Arc<Workers>>,
    transport: T,
}

impl Server {
    /// Serves any host over plain sockets and keeps no log.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            hosts: HostPolicy::Any,
            log: AccessLog::none(),
            log_addresses: false,
            shortcut: Arc::new(NoShortcut),
            workers: None,
            transport: Plain,
        }
    }
}

impl<T: Transport> Server<T> {
    /// Serves only these hosts.
    pub fn hosts(mut self, hosts: HostPolicy) -> Self {
        self.hosts = hosts;
        self
    }

    /// Writes a line for each request.
    pub fn log(mut self, log: AccessLog) -> Self {
        self.log = log;
        self
    }

    /// Writes clients' addresses into the access log. Off by default: nothing tracks a child.
    pub fn log_addresses(mut self, yes: bool) -> Self {
        self.log_addresses = yes;
        self
    }

    /// Asks this before the app, for requests with GET or HEAD and without a body.
    pub fn shortcut(mut self, shortcut: Arc<dyn Shortcut>) -> Self {
        self.shortcut = shortcut;
        self
    }

    /// Serves each connection on one of these threads, and not on the runtime that accepts it.
    pub fn workers(mut self, workers: Workers) -> Self {
        self.workers = Some(Arc::new(workers));
        self
    }

    /// Speaks HTTP over another transport.
    pub fn transport<U: Transport>(self, transport: U) -> Server<U> {
        Server {
            limits: self.limits,
            hosts: self.hosts,
            log: self.log,
            log_addresses: self.log_addresses,
            shortcut: self.shortcut,
            workers: self.workers,
            transport,
        }
    }

    /// Serves `app` until `stop`, then lets answers that are under way end and returns.
    ///
    /// Errors: only what makes the listener useless for ever; connections are then ended in good
    /// order first.
    pub async fn serve(
        self,
        listener: TcpListener,
        app: Router,
        stop: CancellationToken,
    ) -> io::Result<Report> {
        self.serve_from(listener, app, stop).await
    }

    async fn serve_from(
        self,
        listener: impl Accept,
        app: Router,
        stop: CancellationToken,
    ) -> io::Result<Report> {
        let tasks = TaskTracker::new();
        let builder = Arc::new(connection::Builders::new(&self.limits, tasks.clone()));
        let house = Arc::new(House {
            // The limit on bodies is ours alone (`MaxBody`), whether extracted or streamed.
            app: app.layer(DefaultBodyLimit::disable()),
            limits: self.limits,
            hosts: self.hosts,
            log: self.log,
            log_addresses: self.log_addresses,
            shortcut: self.shortcut,
        });
        let limits = &house.limits;
        // Not the caller's token: a listener that fails also stops the connections.
        let stop_all = stop.child_token();
        let cut = CancellationToken::new();
        let cuts = Arc::new(AtomicU64::new(0));
        let seats = Arc::new(Seats::default());
        let mut report = Report::default();
        let mut waiter = Waiter::new(listener);

        let outcome = loop {
            let next = tokio::select! {
                biased;
                () = stop.cancelled() => break Ok(()),
                next = waiter.next() => next,
            };
            let (socket, peer) = match next {
                Next::Connection(socket, peer) => (socket, peer),
                Next::Useless(error) => break Err(error),
            };
            let Some(seat) = seats.take(peer.ip(), limits) else {
                report.refused += 1;
                waiter.refuse(socket, limits.retry_after, &tasks);
                continue;
            };
            // Both fail only on a socket that the client has already reset.
            let Ok(local) = socket.local_addr() else {
                continue;
            };
            if socket.set_nodelay(true).is_err() {
                continue;
            }
            let place = self.workers.as_ref().and_then(|workers| workers.place());
            let socket = match &place {
                None => socket,
                Some(place) => match place.adopt(socket) {
                    Ok(socket) => socket,
                    Err(error) => {
                        tracing::warn!(%error, "cannot hand a connection to a worker");
                        continue;
                    }
                },
            };
            report.served += 1;
            let mut extensions = Extensions::new();
            let io = self.transport.open(socket, &mut extensions);
            let doorway = Doorway(Arc::new(Visit {
                house: Arc::clone(&house),
                pulse: Arc::new(Pulse::new(Instant::now())),
                peer,
                local,
                extensions,
                admitted: OnceLock::new(),
            }));
            let (builder, cuts) = (Arc::clone(&builder), Arc::clone(&cuts));
            let (stop, cut) = (stop_all.clone(), cut.clone());
            let visit = async move {
                let _seat = seat;
                if connection::run::<T>(io, doorway, &builder, stop, cut).await == Ending::Cut {
                    cuts.fetch_add(1, Relaxed);
                }
            };
            match place {
                None => tasks.spawn(visit),
                Some(place) => place.run(&tasks, visit),
            };
        };
        // From here on the kernel refuses new clients, so that a successor may have them.
        drop(waiter);
        stop_all.cancel();
        tasks.close();
        if timeout(limits.shutdown_grace, tasks.wait()).await.is_err() {
            cut.cancel();
            // Each needs one poll to end; a handler that blocks its thread is not waited for.
            let _ = timeout(Duration::from_secs(1), tasks.wait()).await;
        }
        report.cut = cuts.load(Relaxed);
        outcome.map(|()| report)
    }
}

/// Serves `app` under any host until `stop`: [`Server::serve`] with nothing but limits.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    limits: Limits,
    stop: CancellationToken,
) -> io::Result<Report> {
    Server::new(limits).serve(listener, app, stop).await
}
