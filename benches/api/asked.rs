//! Requests on connections that stay open, as fast as they are answered.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::shared::support::server::Server;

/// How it went.
pub struct Load {
    pub per_second: f64,
    /// User and system time of the server, for each request.
    pub cpu_micros: f64,
    /// Of a body, on average.
    pub bytes: usize,
}

/// An open connection.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer: its status, its head and how long its body was.
struct Answered {
    status: u16,
    head: String,
    bytes: usize,
}

impl Line {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: vec![0; 1 << 18],
        }
    }

    /// Asks for `target`; `fields` end with CRLF each. The body is read and not looked at.
    fn get(&mut self, target: &str, fields: &str) -> Answered {
        let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n");
        self.stream.write_all(request.as_bytes()).unwrap();
        let mut have = 0;
        let end = loop {
            let got = self.stream.read(&mut self.buffer[have..]).unwrap();
            assert!(got > 0, "the server closed while {target} was asked for");
            have += got;
            if let Some(end) = self.buffer[..have]
                .windows(4)
                .position(|w| w == b"\r\n\r\n")
            {
                break end + 4;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_lowercase();
        let status = head[9..12].parse().unwrap();
        let length = head.split("\r\ncontent-length: ").nth(1);
        let length: usize = match length {
            Some(rest) => rest.split("\r\n").next().unwrap().parse().unwrap(),
            None => 0,
        };
        let mut left = length - (have - end);
        while left > 0 {
            let most = left.min(self.buffer.len());
            let got = self.stream.read(&mut self.buffer[..most]).unwrap();
            assert!(got > 0, "{target} broke off");
            left -= got;
        }
        Answered {
            status,
            head,
            bytes: length,
        }
    }
}

/// Asks for the targets in turn on several connections for so long; each has its tag along, if there are any.
pub fn load(
    server: &Server,
    targets: &[String],
    fields: &str,
    tags: Option<&[String]>,
    connections: usize,
    how_long: Duration,
) -> Load {
    let address = server.address();
    let run = |until: Duration| {
        let (next, bytes) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let began = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..connections {
                scope.spawn(|| {
                    let mut line = Line::open(address);
                    while began.elapsed() < until {
                        let n = next.fetch_add(1, Relaxed) % targets.len();
                        let answered = match tags {
                            Some(tags) => {
                                let condition = format!("{fields}If-None-Match: {}\r\n", tags[n]);
                                line.get(&targets[n], &condition)
                            }
                            None => line.get(&targets[n], fields),
                        };
                        let expected = if tags.is_some() { 304 } else { 200 };
                        assert_eq!(answered.status, expected, "{}", targets[n]);
                        bytes.fetch_add(answered.bytes, Relaxed);
                    }
                });
            }
        });
        (next.into_inner(), bytes.into_inner(), began.elapsed())
    };
    // A server that has just started has empty caches.
    run(how_long / 4);
    let before = cpu(server.pid());
    let (requests, bytes, took) = run(how_long);
    let spent = cpu(server.pid()).saturating_sub(before);
    Load {
        per_second: requests as f64 / took.as_secs_f64(),
        cpu_micros: spent.as_secs_f64() * 1e6 / requests as f64,
        bytes: bytes / requests.max(1),
    }
}

/// The entity tag of each target.
pub fn tags(server: &Server, targets: &[String], fields: &str) -> Vec<String> {
    let mut line = Line::open(server.address());
    let tag = |target: &String| {
        let head = line.get(target, fields).head;
        let tag = head.split("\r\netag: ").nth(1).unwrap();
        // Heads are read in small letters; ours begins with a capital one.
        tag.split("\r\n").next().unwrap().replace("w/", "W/")
    };
    targets.iter().map(tag).collect()
}

/// Time that all threads of a process have run: the first field of schedstat, to the nanosecond.
fn cpu(pid: u32) -> Duration {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten() {
        let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
        let run = text.split_whitespace().next().and_then(|t| t.parse().ok());
        nanoseconds += run.unwrap_or(0_u64);
    }
    Duration::from_nanos(nanoseconds)
}
