//! The access log: one line per finished request, at level info under the target `access`.
//!
//! The query is left out, because it holds what a child searched for, and so is the client's address
//! unless the operator asks for it. Lines look like those of the other log, and go the same way, but are
//! formatted here and written in heaps by a thread of their own: at some 10 µs for a whole request, a line
//! may not cost two.

mod heap;
mod line;

use std::borrow::Cow;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Version};

use crate::auth::grant;
use heap::Heap;

/// What a line of the log is made of.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The request's method.
    pub method: &'a Method,
    /// The request's path, percent-encoded as it came, without the query and what would open a lesson.
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
            heap.add(entry);
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

/// The path without what whoever reads the log could use: links that end, tickets of people from learning platforms, invites.
/// Every part of a path that is long enough to be one is left out, wherever it stands and however it was written, since a
/// mistaken address may hold one, too; no other part of our addresses is so long.
pub fn without_keys(path: &str) -> Cow<'_, str> {
    let long = |part: &str| part.len() >= grant::CHARACTERS;
    if !long(path) || !path.split('/').any(long) {
        return Cow::Borrowed(path);
    }
    let parts = path
        .split('/')
        .map(|part| if long(part) { "*" } else { part });
    Cow::Owned(parts.collect::<Vec<_>>().join("/"))
}

/// Whether the program's log filter lets the target `access` through.
pub fn admitted() -> bool {
    tracing::enabled!(target: "access", tracing::Level::INFO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_has_what_opens_a_lesson() {
        let grant = "q83v-83vq8_vq83v.".to_owned() + &"s".repeat(43);
        assert_eq!(grant.len(), grant::CHARACTERS);
        let encoded = grant.replace('.', "%2E");
        for (path, told) in [
            (
                format!("/s/{grant}/l/K7M2QX/video.mp4"),
                "/s/*/l/K7M2QX/video.mp4",
            ),
            (format!("/az/s/{encoded}/l/K7M2QX"), "/az/s/*/l/K7M2QX"),
            (
                format!("/s/{grant}/s/{grant}/l/K7M2QX"),
                "/s/*/s/*/l/K7M2QX",
            ),
            (format!("//S/{grant}"), "//S/*"),
            (
                format!("/lti/register/{}", "7f".repeat(32)),
                "/lti/register/*",
            ),
            (
                format!("/az/lti/pick/{grant}{grant}/l/K7M2QX"),
                "/az/lti/pick/*/l/K7M2QX",
            ),
            (format!("/{grant}/l"), "/*/l"),
            (
                "/media/0123456789abcdef0123456789abcdef.mp4".into(),
                "/media/0123456789abcdef0123456789abcdef.mp4",
            ),
            (
                "/az/grades/7/mathematics/codes/and/more/and/more/and/more/than/that".into(),
                "/az/grades/7/mathematics/codes/and/more/and/more/and/more/than/that",
            ),
        ] {
            assert_eq!(without_keys(&path), told);
        }
    }
}
