//! A raw HTTP/1.1 client: every byte that goes out is the test's, every byte that comes in is looked at.
//!
//! Framing is RFC 9112 §6.3, read strictly: what a lenient client would forgive is [`Trouble::Malformed`].

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long a whole response may take before it counts as a hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// One connection.
pub struct Client {
    stream: TcpStream,
    authority: String,
    /// Bytes that arrived after the end of the last response.
    ahead: Vec<u8>,
    patience: Duration,
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub reason: String,
    /// In the order and spelling of the wire; bytes above 127 as the Latin-1 characters of the same number.
    pub headers: Vec<(String, String)>,
    /// Without its chunks' framing.
    pub body: Vec<u8>,
    /// Statuses of the 1xx responses that came first.
    pub interim: Vec<u16>,
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The connection was closed before the first byte.
    Closed,
    /// The connection was closed after these bytes of the response.
    Cut(Vec<u8>),
    /// It took too long; so much had come.
    Hung(Vec<u8>),
    /// It is not HTTP/1.1.
    Malformed(String),
}

impl Response {
    /// The value of the header `name`, in any case; a panic if it stands there twice.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self
            .headers
            .iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(name));
        let first = all.next().map(|(_, v)| v.as_str());
        assert_eq!(all.next(), None, "{name} twice: {:?}", self.headers);
        first
    }

    /// Every value of the header `name`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |(n, _): &&(String, String)| n.eq_ignore_ascii_case(name);
        self.headers.iter().filter(same).map(|(_, v)| v.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Client {
    /// Connects to `address`.
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self {
            stream,
            authority: address.to_string(),
            ahead: Vec::new(),
            patience: PATIENCE,
        }
    }

    /// Counts a response as hung after `patience`.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Sends these bytes and nothing else.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Says that nothing more will be sent.
    pub fn finish_sending(&mut self) -> std::io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    /// Sends a request without a body and reads its response. A `Host` among `headers` replaces the usual one.
    pub fn request(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
    ) -> Result<Response, Trouble> {
        let mut head = format!("{method} {target} HTTP/1.1\r\n");
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            head.push_str(&format!("Host: {}\r\n", self.authority));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // A server that refuses early may have closed already; what it said is still to be read.
        let _ = self.send(head + "\r\n");
        self.response_to(method)
    }

    /// Sends a request with `body` and reads its response.
    pub fn send_body(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Response, Trouble> {
        let length = body.len().to_string();
        self.begin(method, target, headers, Some(&length));
        let _ = self.send(body);
        self.response_to(method)
    }

    /// Sends the head of a request, whose body will have `length` bytes if it has one.
    pub fn begin(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        length: Option<&str>,
    ) {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.authority);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(length) = length {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        // A server that refuses early may have closed already; what it said is still to be read.
        let _ = self.send(head + "\r\n");
    }

    /// Sends a form by POST and reads the response.
    pub fn post(
        &mut self,
        target: &str,
        headers: &[(&str, &str)],
        form: &str,
    ) -> Result<Response, Trouble> {
        let mut head = format!("POST {target} HTTP/1.1\r\n");
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            head.push_str(&format!("Host: {}\r\n", self.authority));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        head.push_str(&format!("Content-Length: {}\r\n\r\n{form}", form.len()));
        let _ = self.send(head);
        self.response_to("POST")
    }

    /// Reads the response to a request with `method`, which decides whether a body follows.
    pub fn response_to(&mut self, method: &str) -> Result<Response, Trouble> {
        let mut wire = Wire {
            deadline: Instant::now() + self.patience,
            taken: 0,
            client: self,
        };
        let mut interim = Vec::new();
        loop {
            let (status, reason, headers) = wire.head()?;
            if (100..200).contains(&status) && status != 101 {
                interim.push(status);
                continue;
            }
            let body = if method == "HEAD" || matches!(status, 101 | 204 | 304) {
                Vec::new()
            } else {
                wire.body(&headers)?
            };
            wire.client.ahead.drain(..wire.taken);
            return Ok(Response {
                status,
                reason,
                headers,
                body,
                interim,
            });
        }
    }

    /// Reads the head of a response whose body comes piece by piece, for [`Client::chunk`].
    pub fn head(&mut self) -> Result<Response, Trouble> {
        let mut wire = self.wire();
        let (status, reason, headers) = wire.head()?;
        wire.done();
        Ok(Response {
            status,
            reason,
            headers,
            body: Vec::new(),
            interim: Vec::new(),
        })
    }

    /// Reads the next piece of such a body; `None`: it has ended.
    pub fn chunk(&mut self) -> Result<Option<Vec<u8>>, Trouble> {
        let mut wire = self.wire();
        let chunk = wire.chunk()?;
        wire.done();
        Ok(chunk)
    }

    fn wire(&mut self) -> Wire<'_> {
        Wire {
            deadline: Instant::now() + self.patience,
            taken: 0,
            client: self,
        }
    }

    /// Reads an interim response (1xx) alone: its status.
    pub fn interim(&mut self) -> Result<u16, Trouble> {
        let mut wire = Wire {
            deadline: Instant::now() + self.patience,
            taken: 0,
            client: self,
        };
        let (status, ..) = wire.head()?;
        wire.client.ahead.drain(..wire.taken);
        Ok(status)
    }

    /// Whether the server asks for a request's content (100 Continue), as whoever sent `Expect: 100-continue` is told
    /// when something waits for it; what it says otherwise is left for [`Client::response_to`].
    pub fn is_awaited(&mut self) -> Result<bool, Trouble> {
        let mut wire = Wire {
            deadline: Instant::now() + self.patience,
            taken: 0,
            client: self,
        };
        let (status, ..) = wire.head()?;
        if status == 100 {
            wire.client.ahead.drain(..wire.taken);
        }
        Ok(status == 100)
    }

    /// Whether the server closes the connection, and sends nothing more before it does.
    pub fn is_closed(&mut self) -> bool {
        let mut wire = Wire {
            deadline: Instant::now() + self.patience,
            taken: 0,
            client: self,
        };
        wire.byte() == Err(Trouble::Closed)
    }
}

type Headers = Vec<(String, String)>;

/// One response being read: `taken` bytes of what has arrived belong to it so far.
struct Wire<'a> {
    client: &'a mut Client,
    deadline: Instant,
    taken: usize,
}

impl Wire<'_> {
    /// What was taken is over.
    fn done(self) {
        self.client.ahead.drain(..self.taken);
    }

    /// The status line and the header fields.
    fn head(&mut self) -> Result<(u16, String, Headers), Trouble> {
        let line = self.line()?;
        let malformed = || Trouble::Malformed(format!("status line {line:?}"));
        let rest = line.strip_prefix("HTTP/1.1 ").ok_or_else(malformed)?;
        let (status, reason) = rest.split_once(' ').ok_or_else(malformed)?;
        if status.len() != 3 {
            return Err(malformed());
        }
        let status = status.parse().map_err(|_| malformed())?;
        Ok((status, reason.to_owned(), self.fields()?))
    }

    /// Fields up to the empty line: those of the head, or the trailers.
    fn fields(&mut self) -> Result<Headers, Trouble> {
        let mut fields = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                return Ok(fields);
            }
            let malformed = || Trouble::Malformed(format!("header line {line:?}"));
            let (name, value) = line.split_once(':').ok_or_else(malformed)?;
            let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            if name.is_empty() || !name.bytes().all(token) {
                return Err(malformed());
            }
            let value = value.trim_matches([' ', '\t']);
            fields.push((name.to_owned(), value.to_owned()));
        }
    }

    fn body(&mut self, headers: &Headers) -> Result<Vec<u8>, Trouble> {
        let values = |wanted: &str| -> Vec<&str> {
            let same = headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            same.map(|(_, value)| value.as_str()).collect()
        };
        let malformed = |what: &str| Err(Trouble::Malformed(format!("{what}: {headers:?}")));
        match (
            values("transfer-encoding").as_slice(),
            values("content-length").as_slice(),
        ) {
            ([], []) => self.until_closed(),
            ([], [length]) if length.bytes().all(|b| b.is_ascii_digit()) => match length.parse() {
                Ok(length) => self.bytes(length),
                Err(_) => malformed("content-length"),
            },
            ([coding], []) if coding.eq_ignore_ascii_case("chunked") => self.chunks(),
            _ => malformed("framing"),
        }
    }

    fn chunks(&mut self) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk()? {
            body.extend(chunk);
        }
        Ok(body)
    }

    /// The next chunk; `None`: that was the last one.
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, Trouble> {
        let line = self.line()?;
        let size = line.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16)
            .map_err(|_| Trouble::Malformed(format!("chunk size {line:?}")))?;
        if size == 0 {
            self.fields()?;
            return Ok(None);
        }
        let bytes = self.bytes(size)?;
        let end = self.line()?;
        if !end.is_empty() {
            return Err(Trouble::Malformed(format!("after a chunk {end:?}")));
        }
        Ok(Some(bytes))
    }

    fn until_closed(&mut self) -> Result<Vec<u8>, Trouble> {
        let from = self.taken;
        while self.more()? {}
        self.taken = self.client.ahead.len();
        Ok(self.client.ahead[from..].to_vec())
    }

    fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Trouble> {
        let end = self.taken + count;
        while self.client.ahead.len() < end {
            if !self.more()? {
                return Err(self.end());
            }
        }
        let bytes = self.client.ahead[self.taken..end].to_vec();
        self.taken = end;
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<u8, Trouble> {
        self.bytes(1).map(|one| one[0])
    }

    /// A line that ends in CR LF, without them, as Latin-1.
    fn line(&mut self) -> Result<String, Trouble> {
        let mut line = String::new();
        loop {
            match self.byte()? {
                b'\n' if line.ends_with('\r') => {
                    line.pop();
                    return Ok(line);
                }
                b'\n' => return Err(Trouble::Malformed(format!("bare LF after {line:?}"))),
                byte => line.push(char::from(byte)),
            }
        }
    }

    /// Reads what has come; `false` when the server has closed the connection.
    fn more(&mut self) -> Result<bool, Trouble> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Trouble::Hung(self.client.ahead.clone()));
        }
        self.client.stream.set_read_timeout(Some(left)).unwrap();
        let mut some = [0; 65536];
        match self.client.stream.read(&mut some) {
            Ok(0) => Ok(false),
            Ok(count) => {
                self.client.ahead.extend(&some[..count]);
                Ok(true)
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => Ok(true),
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Err(Trouble::Hung(self.client.ahead.clone()))
            }
            // A reset is an end as well, if a less polite one.
            Err(_) => Ok(false),
        }
    }

    fn end(&self) -> Trouble {
        if self.client.ahead.is_empty() {
            Trouble::Closed
        } else {
            Trouble::Cut(self.client.ahead.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// A client of a server that sends `answer` at once, whatever it is asked, and then closes or not.
    fn answered(answer: &'static [u8], then: Then) -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(answer).unwrap();
            if then == Then::Close {
                stream.shutdown(Shutdown::Write).unwrap();
            }
            // Until the client is gone.
            let _ = stream.read_to_end(&mut Vec::new());
        });
        Client::connect(address)
    }

    #[derive(PartialEq)]
    enum Then {
        Close,
        Wait,
    }

    #[test]
    fn two_responses_on_one_connection_are_told_apart_by_their_lengths() {
        let mut client = answered(
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-A: 1\r\nx-a: \t2 \r\n\r\nabc\
              HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nde\r\n1\r\nf\r\n0\r\nT: v\r\n\r\n",
            Then::Wait,
        );
        let first = client.request("GET", "/", &[]).unwrap();
        assert_eq!((first.status, first.text().as_str()), (200, "abc"));
        assert_eq!(first.all("X-a").collect::<Vec<_>>(), ["1", "2"]);
        let second = client.request("GET", "/", &[]).unwrap();
        assert_eq!((second.status, second.text().as_str()), (404, "def"));
        assert_eq!(second.reason, "Not Found");
    }

    #[test]
    fn a_head_request_has_no_body_whatever_the_length_says() {
        let mut client = answered(
            b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n",
            Then::Close,
        );
        let response = client.request("HEAD", "/", &[]).unwrap();
        assert_eq!(response.header("content-length"), Some("999"));
        assert!(response.body.is_empty() && client.is_closed());
    }

    #[test]
    fn a_response_without_a_length_ends_with_the_connection() {
        let mut client = answered(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nall",
            Then::Close,
        );
        let response = client.request("GET", "/", &[]).unwrap();
        assert_eq!(
            (response.text().as_str(), response.interim),
            ("all", vec![100])
        );
    }

    #[test]
    fn a_cut_a_hang_and_a_closed_connection_are_told_apart() {
        let get = |mut client: Client| client.request("GET", "/", &[]).unwrap_err();
        let short = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
        assert_eq!(get(answered(b"", Then::Close)), Trouble::Closed);
        assert_eq!(
            get(answered(short, Then::Close)),
            Trouble::Cut(short.into())
        );
        let waiting = answered(short, Then::Wait).with_patience(Duration::from_millis(300));
        assert!(matches!(get(waiting), Trouble::Hung(_)));
    }

    #[test]
    fn framing_that_two_readers_could_read_differently_is_refused() {
        for wrong in [
            &b"HTTP/1.1 200 OK\nContent-Length: 0\n\n"[..],
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nBad Name: 1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
            b"HTTP/1.1 2000 OK\r\n\r\n",
        ] {
            let answer = answered(wrong, Then::Close).request("GET", "/", &[]);
            assert!(
                matches!(answer, Err(Trouble::Malformed(_))),
                "{} gave {answer:?}",
                wrong.escape_ascii()
            );
        }
    }
}
