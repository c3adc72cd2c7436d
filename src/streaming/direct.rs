//! A socket that sends ranges of files without reading them.

use std::io::{self, IoSlice};
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::disk;
use super::handle::FileHandle;
use super::lane::{Found, Lane};

/// How many bytes are asked for at once, and read ahead at once when they are not in memory.
const WINDOW: u64 = 1024 * 1024;

/// After so many bytes without a pause the other connections of the thread have a turn.
const TURN: usize = 4 * 1024 * 1024;

/// How long what was found in memory is taken to be there still: much less than the kernel needs to
/// give up pages that were used, even under pressure.
const FRESH: Duration = Duration::from_secs(1);

/// How bytes have left, over all connections of a server.
#[derive(Debug, Default)]
pub struct Tally {
    sent: AtomicU64,
    copied: AtomicU64,
    fetched: AtomicU64,
}

impl Tally {
    /// Bytes that sendfile sent.
    pub fn sent(&self) -> u64 {
        self.sent.load(Relaxed)
    }

    /// Bytes that were copied into the kernel: heads, small answers, and what sendfile refused.
    pub fn copied(&self) -> u64 {
        self.copied.load(Relaxed)
    }

    /// Windows that had to be read from the disk first.
    pub fn fetched(&self) -> u64 {
        self.fetched.load(Relaxed)
    }
}

/// A TCP socket under hyper that knows by its address a slice of a file's mapping, and gives that
/// range of the file to sendfile(2); everything else it writes as it is.
///
/// Before a range is sent, the kernel is asked whether it is in the page cache; if it is not, a
/// blocking thread reads it ahead, and this thread serves others meanwhile. A file that has become
/// shorter ends the connection.
#[derive(Debug)]
pub struct Direct {
    socket: TcpStream,
    lane: Lane,
    tally: Arc<Tally>,
    /// What was found in memory, or brought there, and when.
    resident: Resident,
    fetching: Option<JoinHandle<io::Result<()>>>,
    /// Bytes since the last pause.
    burst: usize,
    held_up: bool,
}

impl Direct {
    /// Wraps `socket`. TCP_NODELAY should be set: a head and its body are written separately.
    pub fn new(socket: TcpStream, tally: Arc<Tally>) -> Self {
        Self {
            socket,
            lane: Lane::default(),
            tally,
            resident: Resident::default(),
            fetching: None,
            burst: 0,
            held_up: false,
        }
    }

    /// What the bodies of this connection must have to make use of it.
    pub fn lane(&self) -> Lane {
        self.lane.clone()
    }

    /// Whether the last write that did not go through waits for this server's disk or for a turn,
    /// and not for the client.
    pub fn is_held_up(&self) -> bool {
        self.held_up
    }

    /// Pending until the next write may begin.
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.burst < TURN {
            return Poll::Ready(());
        }
        self.burst = 0;
        self.held_up = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Pending until the window of `range` at its start is in memory; then the end of the window.
    fn poll_resident(
        &mut self,
        cx: &mut Context<'_>,
        file: &Arc<FileHandle>,
        range: &Range<u64>,
    ) -> Poll<io::Result<u64>> {
        let id = Arc::as_ptr(file).addr();
        if self.fetching.is_none() && !self.resident.has(id, range.start) {
            let window = range.start..range.end.min(range.start.saturating_add(WINDOW));
            if !file.is_resident(window.clone()) {
                let (file, window) = (Arc::clone(file), window.clone());
                self.tally.fetched.fetch_add(1, Relaxed);
                self.fetching = Some(disk::later(move || file.make_resident(window)));
            }
            self.resident = Resident {
                file: id,
                window,
                since: Some(Instant::now()),
            };
        }
        if let Some(fetching) = &mut self.fetching {
            let Poll::Ready(fetched) = Pin::new(fetching).poll(cx) else {
                self.held_up = true;
                return Poll::Pending;
            };
            self.fetching = None;
            // Not asked again, although the pages may be gone already: under such pressure it is
            // better to wait here once than to fetch for ever.
            self.resident.since = Some(Instant::now());
            fetched.map_err(io::Error::other).flatten()?;
        }
        Poll::Ready(Ok(self.resident.window.end.min(range.end)))
    }

    /// Sends some of `slice`, which is the range of `found.file` that begins at `found.offset`.
    fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        found: &Found,
        slice: &IoSlice<'_>,
    ) -> Poll<io::Result<usize>> {
        let Found { file, offset } = found;
        ready!(self.poll_turn(cx));
        let range = *offset..offset + slice.len() as u64;
        let end = ready!(self.poll_resident(cx, file, &range))?;
        let len = (end - offset) as usize;
        loop {
            if file.must_be_copied() {
                let polled = Pin::new(&mut self.socket).poll_write(cx, &slice[..len]);
                return self.copied(polled);
            }
            if self.socket.poll_write_ready(cx)?.is_pending() {
                return self.full();
            }
            let sent = self.socket.try_io(Interest::WRITABLE, || {
                let mut from = *offset;
                Ok(rustix::fs::sendfile(
                    &self.socket,
                    file,
                    Some(&mut from),
                    len,
                )?)
            });
            match sent {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                Ok(sent) => {
                    self.burst += sent;
                    self.tally.sent.fetch_add(sent as u64, Relaxed);
                    return Poll::Ready(Ok(sent));
                }
                Err(error) => match Errno::from_io_error(&error) {
                    // The readiness was old; it has been taken back, so the next look registers.
                    Some(Errno::AGAIN | Errno::INTR) => {}
                    Some(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => file.copy_from_now_on(),
                    _ if error.kind() == io::ErrorKind::WouldBlock => {}
                    _ => return Poll::Ready(Err(error)),
                },
            }
        }
    }

    /// The client must take something first.
    fn full<T>(&mut self) -> Poll<T> {
        self.burst = 0;
        self.held_up = false;
        Poll::Pending
    }

    fn copied(&mut self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match polled {
            Poll::Pending => return self.full(),
            Poll::Ready(Ok(written)) => {
                self.burst += written;
                self.tally.copied.fetch_add(written as u64, Relaxed);
            }
            Poll::Ready(Err(_)) => {}
        }
        polled
    }
}

/// A part of a file that is in memory.
#[derive(Debug, Default)]
struct Resident {
    /// The file's address, only ever compared.
    file: usize,
    window: Range<u64>,
    since: Option<Instant>,
}

impl Resident {
    /// Whether the byte at `offset` may be taken to be in memory still.
    fn has(&self, file: usize, offset: u64) -> bool {
        self.file == file
            && self.window.contains(&offset)
            && self.since.is_some_and(|since| since.elapsed() < FRESH)
    }
}

impl AsFd for Direct {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl AsyncRead for Direct {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_read(cx, buf)
    }
}

impl AsyncWrite for Direct {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        // One that is empty says nothing by its address.
        let skip = slices.iter().take_while(|slice| slice.is_empty()).count();
        let slices = &slices[skip..];
        match this.lane.split(slices) {
            (0, Some(found)) => this.poll_send(cx, &found, &slices[0]),
            (memory, _) => {
                let polled = Pin::new(&mut this.socket).poll_write_vectored(cx, &slices[..memory]);
                this.copied(polled)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // hyper flushes when it has nothing more to write.
        this.lane.clear();
        Pin::new(&mut this.socket).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(cx)
    }
}

impl Drop for Direct {
    fn drop(&mut self) {
        if let Some(fetching) = &self.fetching {
            fetching.abort();
        }
    }
}
