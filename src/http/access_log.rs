//! The access log: one line per finished request, at level info under the target `access`.
//!
//! The query is left out, because it holds what a child searched for, and so is the client's address
//! unless the operator asks for it. Lines look like those of the other log, and go the same way, but are
//! formatted here and written in heaps by a thread of their own: at some 10 µs for a whole request, a line
//! may not cost two.

mod heap;
mod line;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Version};

use heap::Heap;

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

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `TIME  INFO access: method="GET" …`
    Text,
    /// One JSON object a line.
    Json,
}

/// Where lines go. Cheap to clone; what was written is flushed when the last clone is dropped, for at most
/// a second.
#[derive(Clone)]
pub struct AccessLog(Option<Arc<Heap>>);

impl AccessLog {
    /// For nobody.
    pub fn none() -> Self {
        Self(None)
    }

    /// To `out`, which only the log's thread waits for: when it is too slow, lines are dropped, and their
    /// number is told as soon as it is not.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn to(out: impl io::Write + Send + 'static, format: Format) -> io::Result<Self> {
        Ok(Self(Some(Arc::new(Heap::new(out, format)?))))
    }

    /// Writes the line.
    pub fn write(&self, entry: &Entry<'_>) {
        if let Some(heap) = &self.0 {
            let path = told(entry.path);
            heap.add(&Entry {
                path,
                ..entry.clone()
            });
        }
    }

    /// Whether anybody listens, so that a line need not be prepared for nobody.
    pub fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Has written out by its return what was given before, if that takes no more than a second: for the
    /// end of the program.
    pub fn flush(&self) {
        if let Some(heap) = &self.0 {
            heap.flush();
        }
    }
}

/// What the log tells of a path: not the ticket of somebody from a learning platform, nor an invite, which whoever reads the
/// log could use in their place.
fn told(path: &str) -> &str {
    for (at, kind) in [(0, "/lti/register/"), (3, "/lti/pick/"), (3, "/lti/watch/")] {
        if path.get(at..).is_some_and(|rest| rest.starts_with(kind)) {
            return &path[..at + kind.len()];
        }
    }
    path
}

/// Whether the program's log filter lets the target `access` through.
pub fn admitted() -> bool {
    tracing::enabled!(target: "access", tracing::Level::INFO)
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn tickets_and_invites_are_not_in_the_log() {
        for (path, expected) in [
            ("/lti/register/abc", "/lti/register/"),
            ("/az/lti/pick/abc.def/l/K7M2QX", "/az/lti/pick/"),
            ("/ru/lti/watch/abc.def", "/ru/lti/watch/"),
            ("/lti/launch", "/lti/launch"),
            ("/az/l/K7M2QX", "/az/l/K7M2QX"),
            ("/", "/"),
            ("/ə", "/ə"),
            ("*", "*"),
        ] {
            assert_eq!(told(path), expected);
        }
    }
}
