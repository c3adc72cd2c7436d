//! One request from its head to the last byte of its answer: what the log and the pulse learn of it.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use http::{Method, StatusCode, Uri, Version};
use tokio::time::Instant;

use super::pulse::Pulse;
use crate::http::access_log::{self, Entry};

/// Dropped by whoever holds the request last: its handler, the answer's body, or its last piece.
pub(super) struct Ticket {
    pulse: Arc<Pulse>,
    refill: Duration,
    begun: Instant,
    method: Method,
    uri: Uri,
    version: Version,
    peer: Option<IpAddr>,
    status: AtomicU16,
    bytes: AtomicU64,
    offered: AtomicBool,
    finished: AtomicBool,
}

impl Ticket {
    /// `refill`: see `Limits::h2_abandoned_refill`. `peer`: only when the log may name it.
    pub(super) fn new(
        pulse: Arc<Pulse>,
        refill: Duration,
        request: &http::request::Parts,
        peer: Option<IpAddr>,
    ) -> Arc<Self> {
        let begun = Instant::now();
        pulse.begin(begun);
        Arc::new(Self {
            pulse,
            refill,
            begun,
            method: request.method.clone(),
            uri: request.uri.clone(),
            version: request.version,
            peer,
            status: AtomicU16::new(0),
            bytes: AtomicU64::new(0),
            offered: AtomicBool::new(false),
            finished: AtomicBool::new(false),
        })
    }

    pub(super) fn http2(&self) -> bool {
        self.version == Version::HTTP_2
    }

    pub(super) fn path(&self) -> &str {
        self.uri.path()
    }

    pub(super) fn answered(&self, status: StatusCode) {
        self.status.store(status.as_u16(), Relaxed);
    }

    /// A piece was handed to the connection.
    pub(super) fn offered(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
        if self.http2() && !self.offered.swap(true, Relaxed) {
            self.pulse.offer(Instant::now());
        }
    }

    /// The connection asks for more.
    pub(super) fn came_back(&self) {
        if self.offered.swap(false, Relaxed) {
            self.pulse.taken(Instant::now());
        }
    }

    /// Nothing more will be handed over.
    pub(super) fn finished(&self) {
        self.finished.store(true, Relaxed);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let now = Instant::now();
        self.came_back();
        let finished = self.finished.load(Relaxed);
        if self.http2() && !finished {
            self.pulse.abandon(now, self.refill);
        }
        self.pulse.end(now);
        if access_log::wanted() {
            access_log::write(&Entry {
                method: &self.method,
                path: self.uri.path(),
                version: self.version,
                status: Some(self.status.load(Relaxed)).filter(|&status| status != 0),
                bytes: self.bytes.load(Relaxed),
                whole: finished && !self.pulse.is_broken(),
                took: now - self.begun,
                peer: self.peer,
            });
        }
    }
}
