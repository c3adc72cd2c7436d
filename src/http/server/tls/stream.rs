//! One socket from its first byte to its last: the handshake is part of the first read, so that
//! accepting waits for nobody and the time of a request's head covers it.

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rustix::net::Shutdown;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

/// The first byte of a TLS connection: a record of the handshake (RFC 8446 §5.1).
const HANDSHAKE: u8 = 22;

/// For who typed http instead of https.
const PLAIN: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
connection: close\r\n\
content-type: text/plain; charset=utf-8\r\n\
content-length: 59\r\n\
\r\n\
This address speaks HTTPS only: write https:// before it.\r\n";

/// A socket inside which TLS is spoken.
pub struct TlsSocket {
    socket: Shared,
    acceptor: TlsAcceptor,
    state: State,
}

/// Boxed, since an idle connection should cost what it needs and no more.
enum State {
    New,
    Handshake(Box<Accept<Shared>>),
    Open(Box<TlsStream<Shared>>),
    Over,
}

impl TlsSocket {
    pub(super) fn new(socket: TcpStream, acceptor: TlsAcceptor) -> Self {
        Self {
            socket: Shared(Arc::new(socket)),
            acceptor,
            state: State::New,
        }
    }

    /// Pending until the handshake is done.
    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&mut TlsStream<Shared>>> {
        loop {
            match &mut self.state {
                State::New => {
                    let mut first = [0];
                    let mut buf = ReadBuf::new(&mut first);
                    if ready!(self.socket.0.poll_peek(cx, &mut buf))? == 0 {
                        self.state = State::Over;
                    } else if first != [HANDSHAKE] {
                        self.refuse_plain();
                    } else {
                        let accept = self.acceptor.accept(self.socket.clone());
                        self.state = State::Handshake(Box::new(accept));
                    }
                }
                State::Handshake(accept) => {
                    let accepted = ready!(Pin::new(accept).poll(cx));
                    self.state = State::Over;
                    self.state = State::Open(Box::new(accepted?));
                }
                // What the borrow checker asks for is this second match.
                State::Open(_) => break,
                State::Over => return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            }
        }
        match &mut self.state {
            State::Open(stream) => Poll::Ready(Ok(stream)),
            _ => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
        }
    }

    /// Says in plain words what is wrong. The request is taken off the socket first, or its bytes
    /// would turn the close into a reset that may destroy the answer; what does not fit at once is
    /// not worth waiting for.
    fn refuse_plain(&mut self) {
        self.state = State::Over;
        let mut scrap = [0; 8192];
        while self.socket.0.try_read(&mut scrap).is_ok_and(|n| n > 0) {}
        let _ = self.socket.0.try_write(PLAIN);
    }
}

impl AsFd for TlsSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.0.as_fd()
    }
}

impl AsyncRead for TlsSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = ready!(self.get_mut().poll_open(cx))?;
        Pin::new(stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for TlsSocket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let stream = ready!(self.get_mut().poll_open(cx))?;
        Pin::new(stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let stream = ready!(self.get_mut().poll_open(cx))?;
        Pin::new(stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().state {
            State::Open(stream) => Pin::new(stream).poll_flush(cx),
            // Nothing was written yet.
            _ => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match &mut this.state {
            State::Open(stream) => Pin::new(stream).poll_shutdown(cx),
            _ => Pin::new(&mut this.socket).poll_shutdown(cx),
        }
    }
}

/// The socket under a handshake and under the stream that comes of it: a handshake that fails
/// drops what it was given, and the connection still has to be asked about and closed.
#[derive(Clone)]
struct Shared(Arc<TcpStream>);

impl AsyncRead for Shared {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(cx))?;
            match self.0.try_read(buf.initialize_unfilled()) {
                Ok(read) => {
                    buf.advance(read);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl Shared {
    fn poll_with(
        &self,
        cx: &mut Context<'_>,
        write: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(cx))?;
            match write(&self.0) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }
}

impl AsyncWrite for Shared {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_with(cx, |socket| socket.try_write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_with(cx, |socket| socket.try_write_vectored(slices))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match rustix::net::shutdown(&*self.0, Shutdown::Write) {
            // The client was faster.
            Ok(()) | Err(rustix::io::Errno::NOTCONN) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(Err(error.into())),
        }
    }
}
