//! The access log: one line per finished request, at level info under the target `access`.
//!
//! The query is left out, because it holds what a child searched for, and so is the client's address
//! unless the operator asks for it.

use std::net::IpAddr;
use std::time::Duration;

use http::{Method, Version};

/// What a line of the log is made of.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The request's method.
    pub method: &'a Method,
    /// The request's path, percent-encoded as it came, without the query.
    pub path: &'a str,
    /// The protocol it came by.
    pub version: Version,
    /// The status; `None` when the client went away before there was one.
    pub status: Option<u16>,
    /// Bytes of content handed to the connection; framing and headers are not counted. When the
    /// answer is not `whole`, up to one piece of them (see the server) may not have left.
    pub bytes: u64,
    /// Whether all of the answer left this process.
    pub whole: bool,
    /// From the end of the request's head to the last byte written, on the monotonic clock.
    pub took: Duration,
    /// The client's address, when the operator wants it in the log.
    pub peer: Option<IpAddr>,
}

/// Whether anybody listens, so that a line need not be prepared for nobody.
pub fn wanted() -> bool {
    tracing::enabled!(target: "access", tracing::Level::INFO)
}

/// Writes the line.
pub fn write(entry: &Entry<'_>) {
    tracing::info!(
        target: "access",
        method = entry.method.as_str(),
        path = entry.path,
        version = ?entry.version,
        status = entry.status,
        bytes = entry.bytes,
        whole = entry.whole,
        took_us = u64::try_from(entry.took.as_micros()).unwrap_or(u64::MAX),
        peer = entry.peer.map(tracing::field::display),
    );
}
