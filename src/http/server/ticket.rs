//! One request from its head to the last byte of its answer: what the log and the pulse learn of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering::Relaxed};

use http::{Method, StatusCode, Version};
use tokio::time::Instant;

use super::pulse::Pulse;
use super::service::Visit;
use crate::http::access_log::{Entry, without_keys};

/// Dropped by whoever holds the request last: its handler, the answer's body, or its last piece.
pub(super) struct Ticket {
    visit: Arc<Visit>,
    begun: Instant,
    method: Method,
    /// As logs may have it. A copy: a slice of what was read would keep the connection's whole read buffer, for as long as a slow
    /// reader takes.
    path: Box<str>,
    version: Version,
    status: AtomicU16,
    bytes: AtomicU64,
    offered: AtomicBool,
    finished: AtomicBool,
}

impl Ticket {
    pub(super) fn new(visit: Arc<Visit>, request: &http::request::Parts) -> Arc<Self> {
        let begun = Instant::now();
        visit.pulse.begin(begun);
        Arc::new(Self {
            visit,
            begun,
            method: request.method.clone(),
            path: without_keys(request.uri.path()).into(),
            version: request.version,
            status: AtomicU16::new(0),
            bytes: AtomicU64::new(0),
            offered: AtomicBool::new(false),
            finished: AtomicBool::new(false),
        })
    }

    fn pulse(&self) -> &Pulse {
        &self.visit.pulse
    }

    pub(super) fn http2(&self) -> bool {
        self.version == Version::HTTP_2
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn answered(&self, status: StatusCode) {
        self.status.store(status.as_u16(), Relaxed);
    }

    /// A piece was handed to the connection.
    pub(super) fn offered(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
        if self.http2() && !self.offered.swap(true, Relaxed) {
            self.pulse().offer(Instant::now());
        }
    }

    /// The connection asks for more.
    pub(super) fn came_back(&self) {
        if self.offered.swap(false, Relaxed) {
            self.pulse().taken(Instant::now());
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
            let refill = self.visit.house.limits.h2_abandoned_refill;
            self.pulse().abandon(now, refill);
        }
        self.pulse().end(now);
        let house = &self.visit.house;
        if house.log.is_wanted() {
            house.log.write(&Entry {
                method: &self.method,
                path: &self.path,
                version: self.version,
                status: Some(self.status.load(Relaxed)).filter(|&status| status != 0),
                bytes: self.bytes.load(Relaxed),
                whole: finished && !self.pulse().is_broken(),
                took: now - self.begun,
                peer: house.log_addresses.then(|| self.visit.peer.ip()),
            });
        }
    }
}
