//! What a connection waits for and since when: facts in, the next deadline out. No I/O and no timer here.
//!
//! The socket, the service and the bodies of one connection note facts; the connection's task asks
//! for the deadline after each poll. So there is one timer per connection, and it is seldom moved.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::limits::Limits;

/// The client's connection preface (RFC 9113 §3.4).
pub(super) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What is to be done once a deadline has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Ask the socket whether the client has taken anything.
    Look,
    /// Close in good order: nobody asks for anything.
    Idle,
    /// Cut: the head of a request took too long.
    Header,
    /// Cut: the client takes nothing.
    Stall,
    /// Cut: the last words were said long enough ago.
    Linger,
    /// Cut: request after request was abandoned.
    Abandoned,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    /// So many bytes of the preface have come.
    Unsure(usize),
    Http1,
    Http2,
}

/// A socket that takes no bytes.
#[derive(Clone, Copy, Debug)]
struct Blocked {
    looked: Instant,
    progress: Instant,
    /// Bytes that the client had not acknowledged at the last look.
    queued: Option<usize>,
}

#[derive(Debug)]
struct Facts {
    opened: Instant,
    protocol: Protocol,
    /// First byte of a head that has not ended. HTTP/1.1 only: in HTTP/2 frames come at any time.
    head: Option<Instant>,
    /// Bytes that came since then.
    head_bytes: usize,
    /// Requests that reached the service.
    begun: u64,
    /// Requests whose answer has not left yet, and bodies still in a handler's hands.
    active: usize,
    quiet_since: Instant,
    blocked: Option<Blocked>,
    /// HTTP/2 streams that were given a piece and have not come back for the next.
    offered: usize,
    moved: Instant,
    closing: Option<Instant>,
    /// A request's body was left unread, so the client may still be sending.
    unread: bool,
    broken: bool,
    reset: bool,
    head_expired: bool,
    abandoned: f64,
    abandoned_at: Instant,
}

/// The facts of one connection, shared by its parts.
#[derive(Debug)]
pub(super) struct Pulse {
    facts: Mutex<Facts>,
}

impl Pulse {
    pub(super) fn new(now: Instant) -> Self {
        let facts = Facts {
            opened: now,
            protocol: Protocol::Unsure(0),
            head: None,
            head_bytes: 0,
            begun: 0,
            active: 0,
            quiet_since: now,
            blocked: None,
            offered: 0,
            moved: now,
            closing: None,
            unread: false,
            broken: false,
            reset: false,
            head_expired: false,
            abandoned: 0.0,
            abandoned_at: now,
        };
        Self {
            facts: Mutex::new(facts),
        }
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        // Every change below is complete in itself, so a panic elsewhere leaves nothing half done.
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes came from the client.
    pub(super) fn read(&self, bytes: &[u8], now: Instant) {
        let mut facts = self.facts();
        facts.protocol = facts.protocol.after(bytes);
        if facts.protocol != Protocol::Http2 && facts.active == 0 && facts.head.is_none() {
            facts.head = Some(now);
        }
        if facts.head.is_some() {
            facts.head_bytes += bytes.len();
        }
    }

    /// How many bytes may be read now: of an HTTP/1.1 head no more than `most`. hyper looks at its limit
    /// only between two reads, and one may fill a buffer that is larger than it by then.
    pub(super) fn room(&self, most: usize) -> usize {
        let facts = self.facts();
        if facts.protocol == Protocol::Http2 || facts.active > 0 {
            return usize::MAX;
        }
        // Where there is no room hyper has refused the head; then what comes is thrown away.
        most.saturating_sub(facts.head_bytes).max(1)
    }

    /// Whether HTTP/2 is spoken, once that is known.
    pub(super) fn http2(&self) -> Option<bool> {
        match self.facts().protocol {
            Protocol::Unsure(_) => None,
            protocol => Some(protocol == Protocol::Http2),
        }
    }

    /// The client's kernel, or ours, took bytes.
    pub(super) fn wrote(&self, now: Instant) {
        let mut facts = self.facts();
        if facts.blocked.take().is_some() {
            // Until now it was the socket that held the streams up, not their windows.
            facts.moved = now;
        }
        // In HTTP/2 pings are written too, and a ping is no use of the connection.
        if facts.protocol != Protocol::Http2 {
            facts.quiet_since = now;
        }
    }

    /// The socket takes nothing now. `queued` tells how many bytes the client has yet to
    /// acknowledge; it is asked only now and then, since it costs a system call.
    pub(super) fn write_pending(
        &self,
        now: Instant,
        every: Duration,
        queued: impl FnOnce() -> Option<usize>,
    ) {
        let mut facts = self.facts();
        let Some(blocked) = &mut facts.blocked else {
            facts.blocked = Some(Blocked {
                looked: now,
                progress: now,
                queued: None,
            });
            return;
        };
        if now < blocked.looked + every {
            return;
        }
        let queued = queued();
        // The first look has nothing to compare with, so it gives the benefit of the doubt.
        if let Some(less) = queued
            && blocked.queued.is_none_or(|before| less < before)
        {
            blocked.progress = now;
        }
        blocked.queued = queued;
        blocked.looked = now;
    }

    /// A write waits for this server and not for the client.
    pub(super) fn held_up(&self, now: Instant) {
        let mut facts = self.facts();
        facts.blocked = None;
        facts.moved = now;
    }

    /// A request reached the service.
    pub(super) fn begin(&self, now: Instant) {
        let mut facts = self.facts();
        facts.head = None;
        facts.head_bytes = 0;
        // The body of the request before was read after all, or this one would not be here.
        facts.unread = false;
        facts.begun += 1;
        facts.active += 1;
        facts.moved = now;
    }

    /// The answer has left, or will never.
    pub(super) fn end(&self, now: Instant) {
        let mut facts = self.facts();
        facts.active = facts.active.saturating_sub(1);
        facts.quiet_since = now;
        facts.moved = now;
    }

    /// A request's body is in a handler's hands until [`Pulse::end`].
    pub(super) fn hold(&self) {
        self.facts().active += 1;
    }

    /// A request's body was dropped before its end.
    pub(super) fn left_unread(&self) {
        self.facts().unread = true;
    }

    /// An HTTP/2 stream was given a piece to send.
    pub(super) fn offer(&self, now: Instant) {
        let mut facts = self.facts();
        facts.offered += 1;
        facts.moved = now;
    }

    /// The stream came back, or has ended.
    pub(super) fn taken(&self, now: Instant) {
        let mut facts = self.facts();
        facts.offered = facts.offered.saturating_sub(1);
        facts.moved = now;
    }

    /// The client abandoned an HTTP/2 request.
    pub(super) fn abandon(&self, now: Instant, refill: Duration) {
        let mut facts = self.facts();
        let refilled = (now - facts.abandoned_at).as_secs_f64() / refill.as_secs_f64().max(1e-9);
        facts.abandoned = (facts.abandoned - refilled).max(0.0) + 1.0;
        facts.abandoned_at = now;
    }

    /// The connection is being closed in good order, from now on.
    pub(super) fn closing(&self, now: Instant) {
        self.facts().closing.get_or_insert(now);
    }

    /// The connection failed or was cut: what has not left will not leave.
    pub(super) fn broke(&self) {
        self.facts().broken = true;
    }

    /// What waits in the kernel for the client is to be thrown away.
    pub(super) fn reset(&self) {
        self.facts().reset = true;
    }

    pub(super) fn is_reset(&self) -> bool {
        self.facts().reset
    }

    pub(super) fn is_broken(&self) -> bool {
        self.facts().broken
    }

    /// The head's time is over: the socket may say so and end.
    pub(super) fn expire_head(&self) {
        self.facts().head_expired = true;
    }

    pub(super) fn head_expired(&self) -> bool {
        self.facts().head_expired
    }

    /// Whether a request has begun to come, so that an answer (408) would be understood.
    pub(super) fn mid_head(&self) -> bool {
        let facts = self.facts();
        facts.protocol == Protocol::Http1 && facts.head.is_some()
    }

    /// Whether the client may still be sending what nobody will read.
    pub(super) fn must_linger(&self) -> bool {
        let facts = self.facts();
        facts.protocol == Protocol::Http1 && (facts.unread || facts.head.is_some())
    }

    /// A look was due and has been taken, whatever it found.
    pub(super) fn looked(&self, now: Instant) {
        if let Some(blocked) = &mut self.facts().blocked {
            blocked.looked = blocked.looked.max(now);
        }
    }

    /// The next moment at which something is due if nothing happens; `None` while the server
    /// itself is at work.
    pub(super) fn deadline(&self, limits: &Limits) -> Option<(Instant, Due)> {
        self.facts().deadline(limits)
    }
}

impl Protocol {
    fn after(self, bytes: &[u8]) -> Self {
        let Self::Unsure(matched) = self else {
            return self;
        };
        let rest = &PREFACE[matched..];
        let n = rest.len().min(bytes.len());
        if rest[..n] != bytes[..n] {
            Self::Http1
        } else if n == rest.len() {
            Self::Http2
        } else {
            Self::Unsure(matched + n)
        }
    }
}

impl Facts {
    fn deadline(&self, limits: &Limits) -> Option<(Instant, Due)> {
        if self.abandoned > f64::from(limits.h2_abandoned_burst) {
            return Some((self.abandoned_at, Due::Abandoned));
        }
        if let Some(blocked) = &self.blocked {
            let cut = blocked.progress + limits.write_stall;
            let look = blocked.looked + look_every(limits);
            return Some(if look < cut {
                (look, Due::Look)
            } else {
                (cut, Due::Stall)
            });
        }
        if self.active > 0 {
            let stalled = self.protocol == Protocol::Http2 && self.offered > 0;
            return stalled.then_some((self.moved + limits.write_stall, Due::Stall));
        }
        if let Some(closing) = self.closing {
            // An answer that ended just now is still being written.
            let since = closing.max(self.quiet_since);
            return Some((since + limits.linger, Due::Linger));
        }
        Some(match (self.protocol, self.head) {
            (Protocol::Http2, _) => (self.quiet_since + limits.idle_timeout, Due::Idle),
            _ if self.begun == 0 => (self.opened + limits.header_timeout, Due::Header),
            (_, Some(since)) => (since + limits.header_timeout, Due::Header),
            (_, None) => (self.quiet_since + limits.idle_timeout, Due::Idle),
        })
    }
}

/// Time between two looks at a socket that takes nothing.
pub(super) fn look_every(limits: &Limits) -> Duration {
    limits.write_stall / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn due(pulse: &Pulse, start: Instant) -> Option<(Duration, Due)> {
        let limits = Limits::default();
        pulse.deadline(&limits).map(|(at, due)| (at - start, due))
    }

    #[test]
    fn silence_and_a_slow_preface_have_the_time_of_a_head() {
        let start = Instant::now();
        let pulse = Pulse::new(start);
        assert_eq!(due(&pulse, start), Some((seconds(15), Due::Header)));
        pulse.read(b"PRI", start + seconds(14));
        assert_eq!(due(&pulse, start), Some((seconds(15), Due::Header)));
        pulse.read(b" * HTTP/2.0\r\n\r\nSM\r\n\r\n", start + seconds(14));
        assert_eq!(due(&pulse, start), Some((seconds(75), Due::Idle)));
    }

    #[test]
    fn bytes_of_a_head_do_not_prolong_its_time() {
        let start = Instant::now();
        let pulse = Pulse::new(start);
        pulse.read(b"G", start);
        pulse.begin(start);
        assert_eq!(due(&pulse, start), None, "the server is at work");
        pulse.end(start + seconds(100));
        assert_eq!(due(&pulse, start), Some((seconds(175), Due::Idle)));
        pulse.read(b"G", start + seconds(150));
        pulse.read(b"E", start + seconds(160));
        assert_eq!(due(&pulse, start), Some((seconds(165), Due::Header)));
    }

    #[test]
    fn a_reader_lives_as_long_as_the_kernel_sees_any_byte_taken() {
        let start = Instant::now();
        let pulse = Pulse::new(start);
        pulse.read(b"G", start);
        pulse.begin(start);
        let look = |at: u64, queued: usize| {
            pulse.write_pending(start + seconds(at), seconds(15), || Some(queued));
        };
        look(0, 9_000);
        assert_eq!(due(&pulse, start), Some((seconds(15), Due::Look)));
        look(5, 9_000);
        assert_eq!(due(&pulse, start), Some((seconds(15), Due::Look)));
        for at in 1..50 {
            look(at * 15, 9_000 - at as usize);
        }
        assert_eq!(due(&pulse, start), Some((seconds(750), Due::Look)));
        for at in 50..53 {
            look(at * 15, 8_951);
        }
        assert_eq!(due(&pulse, start), Some((seconds(795), Due::Stall)));
        pulse.wrote(start + seconds(796));
        assert_eq!(due(&pulse, start), None);
    }

    #[test]
    fn without_the_kernels_word_only_a_write_is_progress() {
        let start = Instant::now();
        let pulse = Pulse::new(start);
        pulse.begin(start);
        for at in 0..4 {
            pulse.write_pending(start + seconds(at * 15), seconds(15), || None);
        }
        assert_eq!(due(&pulse, start), Some((seconds(60), Due::Stall)));
    }

    #[test]
    fn an_http_2_client_that_opens_no_window_is_cut_and_a_slow_handler_is_not() {
        let start = Instant::now();
        let pulse = Pulse::new(start);
        pulse.read(PREFACE, start);
        pulse.begin(start);
        pulse.begin(start);
        assert_eq!(due(&pulse, start), None);
        pulse.offer(start + seconds(1));
        pulse.offer(start + seconds(2));
        assert_eq!(due(&pulse, start), Some((seconds(62), Due::Stall)));
        pulse.taken(start + seconds(50));
        assert_eq!(due(&pulse, start), Some((seconds(110), Due::Stall)));
        pulse.taken(start + seconds(100));
        assert_eq!(due(&pulse, start), None);
    }

    #[test]
    fn an_http_2_stream_held_up_by_a_slow_line_is_not_taken_for_one_without_a_window() {
        let start = Instant::now();
        let pulse = Pulse::new(start);
        pulse.read(PREFACE, start);
        pulse.begin(start);
        pulse.offer(start);
        for at in 0..20 {
            let queued = 9_000 - at as usize;
            pulse.write_pending(start + seconds(at * 15), seconds(15), || Some(queued));
        }
        pulse.wrote(start + seconds(300));
        assert_eq!(due(&pulse, start), Some((seconds(360), Due::Stall)));
        // What is written while nothing was held up says nothing of the stream's window.
        pulse.wrote(start + seconds(330));
        assert_eq!(due(&pulse, start), Some((seconds(360), Due::Stall)));
    }

    #[test]
    fn pings_do_not_keep_an_idle_http_2_connection() {
        let start = Instant::now();
        let pulse = Pulse::new(start);
        pulse.read(PREFACE, start);
        pulse.begin(start);
        pulse.end(start + seconds(1));
        pulse.wrote(start + seconds(31));
        pulse.read(b"pong", start + seconds(31));
        assert_eq!(due(&pulse, start), Some((seconds(76), Due::Idle)));
        pulse.closing(start + seconds(76));
        assert_eq!(due(&pulse, start), Some((seconds(81), Due::Linger)));
    }

    #[test]
    fn seeking_abandons_some_requests_and_an_attack_too_many() {
        let start = Instant::now();
        let pulse = Pulse::new(start);
        pulse.read(PREFACE, start);
        let abandon = |at| pulse.abandon(start + at, Duration::from_millis(100));
        (0..1_000).for_each(|n| abandon(Duration::from_millis(n * 100)));
        assert_eq!(due(&pulse, start).map(|(_, due)| due), Some(Due::Idle));
        (0..103).for_each(|n| abandon(seconds(100) + Duration::from_millis(n)));
        assert_eq!(due(&pulse, start).map(|(_, due)| due), Some(Due::Abandoned));
    }
}
