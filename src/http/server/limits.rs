//! Every limit of the connection server, with its unit and default.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

/// What one client may cost. The defaults admit a whole school behind one address, and a phone on
/// a 1 KB/s line; they do not admit somebody who sends or takes nothing.
#[derive(Clone, Debug)]
pub struct Limits {
    /// From accept, or from the first byte of a later request, to the end of the request's head.
    /// It also covers the bytes by which HTTP/2 is told from HTTP/1.1. Default 15 s.
    pub header_timeout: Duration,
    /// How long a connection without a request stays open. Default 75 s, as browsers expect.
    pub idle_timeout: Duration,
    /// How long a handler that reads a request's body waits for its next byte; then the body ends
    /// in an error and the answer is 408. Default 60 s.
    pub body_stall: Duration,
    /// How long a client may take no byte of an answer. Any byte that it acknowledges starts the
    /// time anew; it is looked at four times in this span, so the cut may come a quarter late.
    /// A slow line acknowledges steadily. A program that holds back on a fast line does so only
    /// when a sixteenth of its receive buffer is free, and may have to go on with a range request.
    /// Default 60 s.
    pub write_stall: Duration,
    /// How long a client may go on sending after an answer that did not wait for all of its
    /// request (RFC 9112 §9.6), so that the answer is not lost to a TCP reset. Default 5 s.
    pub linger: Duration,
    /// How long answers that are under way may take after the stop. Default 30 s.
    pub shutdown_grace: Duration,
    /// Open connections in all. Default 10,000.
    pub max_connections: usize,
    /// Open connections from one IPv4 address or one IPv6 /64. Default 2,000: a school of 1,000
    /// students has one address, and a browser opens two or three.
    pub max_connections_per_address: usize,
    /// Addresses that the limit per address does not count: the reverse proxies of this server.
    /// Default none.
    pub uncounted: Vec<RangeInclusive<IpAddr>>,
    /// The `Retry-After` of a connection refused for want of room, in whole seconds. Default 10 s.
    pub retry_after: Duration,
    /// Bytes of an HTTP/1.1 request's head; more is 431. Also the size of the connection's
    /// buffers. hyper takes no less than 8192. Default 64 KiB.
    pub max_header_bytes: usize,
    /// Header lines of an HTTP/1.1 request; more is 431. Default 100.
    pub max_headers: usize,
    /// Bytes of path and query; more is 414 (beyond `max_header_bytes`, 431). Default 8 KiB.
    pub max_target_bytes: usize,
    /// Bytes of a request's body, whatever its method, unless the route allows another number
    /// ([`MaxBody`](super::MaxBody)); more is 413. Default 1 MiB.
    pub max_body_bytes: u64,
    /// Streams that one HTTP/2 connection may have open. Default 100.
    pub h2_max_streams: u32,
    /// Bytes of an HTTP/2 request's headers as RFC 9113 §6.5.2 counts them. Default 16 KiB.
    pub h2_header_list: u32,
    /// Time between the pings that ask whether an HTTP/2 client is still there. Default none: a
    /// ping waits in the kernel's buffer behind what a slow reader has yet to take, so its answer
    /// may need minutes, and a reader at 1 KB/s was cut by it. Who has really vanished is found by
    /// `write_stall` and `idle_timeout`.
    pub h2_ping_interval: Option<Duration>,
    /// How long the answer to a ping may take. Default 20 s.
    pub h2_ping_timeout: Duration,
    /// Streams reset by the client before they reached a handler that end the connection
    /// (rapid reset, CVE-2023-44487). Default 20.
    pub h2_max_unaccepted_resets: usize,
    /// Streams that the server had to reset for the client's errors, over a connection's life,
    /// that end the connection (CVE-2025-8671, MadeYouReset). Default 256.
    pub h2_max_error_resets: usize,
    /// Requests that a client may abandon at once on one HTTP/2 connection. Seeking in a video
    /// abandons one at each step. Default 100.
    pub h2_abandoned_burst: u32,
    /// Time in which one more may be abandoned. Default 100 ms; beyond, the connection ends.
    pub h2_abandoned_refill: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(15),
            idle_timeout: Duration::from_secs(75),
            body_stall: Duration::from_secs(60),
            write_stall: Duration::from_secs(60),
            linger: Duration::from_secs(5),
            shutdown_grace: Duration::from_secs(30),
            max_connections: 10_000,
            max_connections_per_address: 2_000,
            uncounted: Vec::new(),
            retry_after: Duration::from_secs(10),
            max_header_bytes: 64 * 1024,
            max_headers: 100,
            max_target_bytes: 8 * 1024,
            max_body_bytes: 1024 * 1024,
            h2_max_streams: 100,
            h2_header_list: 16 * 1024,
            h2_ping_interval: None,
            h2_ping_timeout: Duration::from_secs(20),
            h2_max_unaccepted_resets: 20,
            h2_max_error_resets: 256,
            h2_abandoned_burst: 100,
            h2_abandoned_refill: Duration::from_millis(100),
        }
    }
}
