//! The socket of a connection, noting what comes and goes in the connection's pulse.

use std::io;
use std::os::fd::AsFd;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::pulse::{PREFACE, Pulse};

const TIMEOUT_ANSWER: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// A transport whose reads and writes are noted.
pub(super) struct Watched<T: AsFd> {
    inner: T,
    is_held_up: fn(&T) -> bool,
    pulse: Arc<Pulse>,
    look_every: Duration,
    most_head: usize,
    shut: bool,
    /// The first bytes, by which the protocol was told; `read` of them are here.
    first: [u8; PREFACE.len()],
    read: usize,
}

impl<T: AsFd> Watched<T> {
    pub(super) fn new(
        inner: T,
        is_held_up: fn(&T) -> bool,
        pulse: Arc<Pulse>,
        look_every: Duration,
        most_head: usize,
    ) -> Self {
        Self {
            inner,
            is_held_up,
            pulse,
            look_every,
            most_head,
            shut: false,
            first: [0; PREFACE.len()],
            read: 0,
        }
    }

    /// Pending until enough has come to tell whether HTTP/2 is spoken; `None`: the client left.
    /// What has come is read again by whoever speaks it.
    pub(super) fn poll_http2(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<bool>>>
    where
        T: AsyncRead + Unpin,
    {
        loop {
            if let Some(http2) = self.pulse.http2() {
                return Poll::Ready(Ok(Some(http2)));
            }
            let mut buf = ReadBuf::new(&mut self.first[self.read..]);
            ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buf))?;
            let came = buf.filled();
            if came.is_empty() {
                return Poll::Ready(Ok(None));
            }
            self.pulse.read(came, Instant::now());
            self.read += came.len();
        }
    }

    fn noted(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(0)) => {}
            Poll::Ready(Ok(_)) => self.pulse.wrote(Instant::now()),
            Poll::Ready(Err(_)) => self.pulse.broke(),
            Poll::Pending if (self.is_held_up)(&self.inner) => self.pulse.held_up(Instant::now()),
            Poll::Pending => {
                self.pulse
                    .write_pending(Instant::now(), self.look_every, || queued(&self.inner));
            }
        }
        written
    }
}

impl<T: AsyncRead + AsyncWrite + AsFd + Unpin> AsyncRead for Watched<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.pulse.head_expired() {
            if this.pulse.mid_head() {
                // If it does not fit into the socket now, it is not worth waiting for.
                let _ = Pin::new(&mut this.inner).poll_write(cx, TIMEOUT_ANSWER)?;
            }
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let again = this.read.min(buf.remaining());
        buf.put_slice(&this.first[..again]);
        this.first.copy_within(again..this.read, 0);
        this.read -= again;
        let before = buf.filled().len();
        // With what was read first comes what else is there, in one: hyper's buffer would double
        // for a head that comes in two.
        let room = this.pulse.room(this.most_head);
        let inner = Pin::new(&mut this.inner);
        let read = if room >= buf.remaining() {
            inner.poll_read(cx, buf)
        } else {
            let mut part = ReadBuf::new(buf.initialize_unfilled_to(room));
            let read = inner.poll_read(cx, &mut part);
            let came = part.filled().len();
            buf.advance(came);
            read
        };
        match read {
            Poll::Pending if again > 0 => {}
            read => ready!(read)?,
        }
        let came = &buf.filled()[before..];
        if !came.is_empty() {
            this.pulse.read(came, Instant::now());
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + AsyncWrite + AsFd + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.inner).poll_write(cx, bytes);
        this.noted(written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.inner).poll_write_vectored(cx, slices);
        this.noted(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    /// Closes our side, and then, if the client may still be sending, reads until it closes its
    /// own (RFC 9112 §9.6): a socket closed over unread bytes sends a reset, and a reset may
    /// destroy the answer before the client has read it. The pulse's deadline bounds the wait.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.shut {
            ready!(Pin::new(&mut this.inner).poll_shutdown(cx))?;
            this.shut = true;
            this.pulse.closing(Instant::now());
        }
        if !this.pulse.must_linger() {
            return Poll::Ready(Ok(()));
        }
        let mut scrap = [0_u8; 4096];
        // A bounded share of each turn, so that a flood does not hold the worker.
        for _ in 0..64 {
            let mut buf = ReadBuf::new(&mut scrap);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut buf))?;
            if buf.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<T: AsFd> Drop for Watched<T> {
    /// After a cut the kernel would go on offering its buffer, up to megabytes, for many minutes to
    /// a client that takes nothing; closed without lingering, the socket forgets it and says so.
    fn drop(&mut self) {
        if self.pulse.is_reset() {
            // It fails on a transport that is no socket, which has no such buffer.
            let _ = rustix::net::sockopt::set_socket_linger(&self.inner, Some(Duration::ZERO));
        }
    }
}

/// Bytes in the kernel's queue that the client has not acknowledged (SIOCOUTQ, tcp(7)); `None`
/// where this is not known.
///
/// Without it a slow reader looks like one that stopped: a socket becomes writable only when a
/// third of its buffer is free, which at 1 KB/s and a buffer of megabytes takes many minutes.
#[cfg(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
))]
#[allow(
    unsafe_code,
    reason = "no safe call tells how much a client has acknowledged"
)]
fn queued(socket: impl AsFd) -> Option<usize> {
    const SIOCOUTQ: rustix::ioctl::Opcode = 0x5411;
    // SAFETY: SIOCOUTQ writes one C int to the pointer it is given and touches nothing else; on a
    // descriptor that is no socket it fails or tells a terminal's queue, also as one int.
    let queued = unsafe {
        rustix::ioctl::ioctl(
            socket,
            rustix::ioctl::Getter::<SIOCOUTQ, std::ffi::c_int>::new(),
        )
    };
    queued.ok().and_then(|bytes| usize::try_from(bytes).ok())
}

#[cfg(not(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
)))]
fn queued(_: impl AsFd) -> Option<usize> {
    None
}
