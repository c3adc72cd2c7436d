//! An HTTP/1.1 client that costs little: bodies are dropped by the kernel (MSG_TRUNC) instead of being copied.
//!
//! Status and length of every answer are checked, the first bytes of most bodies and all bytes of some.

use std::fs::File;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use rustix::net::{AddressFamily, RecvFlags, SocketType, recv, socket, sockopt};

/// An answer that keeps the client waiting longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes that one call drops at most.
const SINK: usize = 1 << 20;
/// Room for an answer's head. What follows the head in it is compared with the file.
const HEAD: usize = 2048;
/// One answer in so many is compared as a whole, when it is short.
const WHOLE_EVERY: u64 = 64;
/// Longer answers are not compared as a whole.
const WHOLE_LIMIT: u64 = 1 << 20;

/// A request, and what must come back.
pub struct Ask<'a> {
    /// The request's head, as it goes out.
    pub request: String,
    /// The only right status.
    pub status: u16,
    /// Bytes of content announced; `None`: it may be left out.
    pub length: Option<u64>,
    /// Whether the content follows (not after HEAD or with 304).
    pub body: bool,
    /// Which bytes they are: a file and where in it they begin.
    pub truth: Option<(&'a File, u64)>,
}

/// The head of an answer.
pub struct Head {
    /// Status code.
    pub status: u16,
    /// Content-Length, where it was given.
    pub length: Option<u64>,
    text: String,
}

impl Head {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.text.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// A connection that is kept alive.
pub struct Connection {
    socket: TcpStream,
    head: Box<[u8; HEAD]>,
    answers: u64,
}

/// Where dropped bytes would go; never touched by the kernel, so never resident.
pub struct Sink(Vec<u8>);

impl Sink {
    /// An empty one.
    pub fn new() -> Self {
        Self(vec![0; SINK])
    }
}

impl Connection {
    /// Connects as a client does that takes what it gets at once.
    pub fn open(to: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect(to)?)
    }

    /// Connects with a small receive buffer, so that what is not read stays with the server.
    pub fn open_narrow(to: SocketAddr, buffer: usize) -> io::Result<Self> {
        let socket: OwnedFd = socket(AddressFamily::INET, SocketType::STREAM, None)?;
        sockopt::set_socket_recv_buffer_size(&socket, buffer)?;
        rustix::net::connect(&socket, &to)?;
        Self::over(TcpStream::from(socket))
    }

    fn over(socket: TcpStream) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            socket,
            head: Box::new([0; HEAD]),
            answers: 0,
        })
    }

    /// Sends a request.
    pub fn send(&mut self, ask: &Ask<'_>) -> io::Result<()> {
        self.socket.write_all(ask.request.as_bytes())
    }

    /// Receives its answer; the bytes of content that came.
    pub fn receive(&mut self, ask: &Ask<'_>, sink: &mut Sink) -> io::Result<u64> {
        let (head, start, end) = self.read_head()?;
        if head.status != ask.status {
            return Err(wrong(format!("{} instead of {}", head.status, ask.status)));
        }
        if let Some(length) = ask.length
            && head.length != Some(length)
        {
            return Err(wrong(format!("{:?} bytes, not {length}", head.length)));
        }
        if !ask.body {
            return match start == end {
                true => Ok(0),
                false => Err(wrong("content where none may be".into())),
            };
        }
        let length = head.length.ok_or_else(|| wrong("no length".into()))?;
        let came = (end - start) as u64;
        if came > length {
            return Err(wrong("more content than announced".into()));
        }
        if let Some((file, at)) = ask.truth {
            compare(file, at, &self.head[start..end])?;
        }
        self.answers += 1;
        let whole = self.answers.is_multiple_of(WHOLE_EVERY) && length <= WHOLE_LIMIT;
        match (whole, ask.truth) {
            (true, Some((file, at))) => self.take(length - came, file, at + came, sink)?,
            _ => self.discard(length - came, sink)?,
        }
        Ok(length)
    }

    /// Request and answer.
    pub fn ask(&mut self, ask: &Ask<'_>, sink: &mut Sink) -> io::Result<u64> {
        self.send(ask)?;
        self.receive(ask, sink)
    }

    /// A request whose answer is kept: its head and its content.
    pub fn get(&mut self, request: &str) -> io::Result<(Head, Vec<u8>)> {
        self.socket.write_all(request.as_bytes())?;
        let (head, start, end) = self.read_head()?;
        let mut content = self.head[start..end].to_vec();
        let has_none = request.starts_with("HEAD") || head.status == 304;
        let length = match has_none {
            true => 0,
            false => head.length.ok_or_else(|| wrong("no length".into()))?,
        };
        while (content.len() as u64) < length {
            let mut piece = vec![0; (length as usize - content.len()).min(SINK)];
            let (came, _) = recv(&self.socket, &mut piece[..], RecvFlags::empty())?;
            if came == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            content.extend_from_slice(&piece[..came]);
        }
        Ok((head, content))
    }

    /// Asks, but leaves all that comes where it is.
    pub fn start(&mut self, request: &str) -> io::Result<()> {
        self.socket.write_all(request.as_bytes())
    }

    /// Drops at most `bytes` of what is there, without waiting.
    pub fn sip(&self, bytes: usize, sink: &mut Sink) -> io::Result<usize> {
        let flags = RecvFlags::TRUNC | RecvFlags::DONTWAIT;
        match recv(&self.socket, &mut sink.0[..bytes], flags) {
            Ok((_, came)) => Ok(came),
            Err(rustix::io::Errno::AGAIN) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Drops whatever comes, waiting at most `patience`; `None`: nothing came in that time.
    pub fn gulp(&self, patience: Duration, sink: &mut Sink) -> io::Result<Option<u64>> {
        self.socket.set_read_timeout(Some(patience))?;
        match recv(&self.socket, &mut sink.0[..], RecvFlags::TRUNC) {
            Ok((_, 0)) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok((_, came)) => Ok(Some(came as u64)),
            Err(rustix::io::Errno::AGAIN) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The head, and which bytes of the buffer are content.
    fn read_head(&mut self) -> io::Result<(Head, usize, usize)> {
        let mut have = 0;
        loop {
            let (came, _) = recv(&self.socket, &mut self.head[have..], RecvFlags::empty())?;
            if came == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let seen = have.saturating_sub(3);
            have += came;
            let found = self.head[seen..have]
                .windows(4)
                .position(|w| w == b"\r\n\r\n");
            if let Some(at) = found {
                let start = seen + at + 4;
                return Ok((parse(&self.head[..start])?, start, have));
            }
            if have == HEAD {
                return Err(wrong("a head longer than 2 KiB".into()));
            }
        }
    }

    fn discard(&mut self, mut left: u64, sink: &mut Sink) -> io::Result<()> {
        while left > 0 {
            let most = left.min(SINK as u64) as usize;
            let flags = RecvFlags::TRUNC | RecvFlags::WAITALL;
            let (_, came) = recv(&self.socket, &mut sink.0[..most], flags)?;
            if came == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            left -= came as u64;
        }
        Ok(())
    }

    fn take(&mut self, mut left: u64, file: &File, mut at: u64, sink: &mut Sink) -> io::Result<()> {
        while left > 0 {
            let most = left.min(SINK as u64) as usize;
            let (came, _) = recv(&self.socket, &mut sink.0[..most], RecvFlags::empty())?;
            if came == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            compare(file, at, &sink.0[..came])?;
            at += came as u64;
            left -= came as u64;
        }
        Ok(())
    }
}

fn compare(file: &File, at: u64, bytes: &[u8]) -> io::Result<()> {
    let mut right = vec![0; bytes.len()];
    file.read_exact_at(&mut right, at)?;
    match right == bytes {
        true => Ok(()),
        false => Err(wrong(format!("wrong bytes at {at} or behind"))),
    }
}

fn parse(head: &[u8]) -> io::Result<Head> {
    let text = String::from_utf8_lossy(head).into_owned();
    let status = text.get(9..12).and_then(|s| s.parse().ok());
    let status = status.ok_or_else(|| wrong(format!("not an answer: {text:?}")))?;
    let mut head = Head {
        status,
        length: None,
        text,
    };
    head.length = head.field("content-length").and_then(|v| v.parse().ok());
    Ok(head)
}

fn wrong(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
