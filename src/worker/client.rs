//! HTTP as a worker speaks it: one request on a connection of its own, no redirects, no proxies, and nothing waits for a
//! dead line longer than [`SILENCE`].

use std::convert::Infallible;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, Either, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::authorities;

/// How long a connection may take to begin.
const CONNECT: Duration = Duration::from_secs(15);
/// How long a line may be silent before it counts as broken.
const SILENCE: Duration = Duration::from_secs(60);
/// How often whoever waits is asked whether to go on.
const ASK_EVERY: Duration = Duration::from_millis(200);
/// Bytes of an answer that is no file.
const MOST_ANSWER: usize = 4 << 20;
/// Bytes of a file sent at once.
const CHUNK: usize = 128 << 10;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The line broke, or the server cannot answer now: try again.
    #[error("{0}")]
    Line(String),
    /// The server says no.
    #[error("{said} ({status})")]
    Refused {
        /// With which status.
        status: StatusCode,
        /// In which words.
        said: String,
    },
    /// The server gives other bytes than it promises.
    #[error("{0}")]
    Wrong(&'static str),
    /// Nobody waits for it any more.
    #[error("it was stopped")]
    Ended,
    /// The worker's own disk.
    #[error("the disk: {0}")]
    Disk(#[from] std::io::Error),
}

/// What keeps a client from being made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server's address.
    #[error(
        "the server {0:?} is no address: write http:// or https://, a host and at most a port, such as https://lessons.example"
    )]
    Server(String),
    /// The token.
    #[error(
        "the token has characters that no token has; make one with teledars token create NAME --role worker"
    )]
    Token,
    /// Whose signatures on certificates count.
    #[error(transparent)]
    Authorities(#[from] authorities::Error),
}

/// Talks to one server.
pub(super) struct Client {
    runtime: Handle,
    host: String,
    port: u16,
    authority: HeaderValue,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    bearer: HeaderValue,
}

/// Whether whoever waits for something does not any more.
pub(super) type Ends<'a> = &'a (dyn Fn() -> bool + Sync);

/// An answer whose content is still on its way.
pub(super) type Answer = Response<Incoming>;

type Content = Either<Full<Bytes>, Fed>;

impl Client {
    /// Of the server at `server`, whose certificate is signed by one of `authorities` (PEM), else by one that the
    /// system trusts.
    pub(super) fn new(
        server: &str,
        token: &str,
        authorities: Option<&Path>,
        runtime: Handle,
    ) -> Result<Self, ClientError> {
        let wrong = || ClientError::Server(server.to_owned());
        let uri: Uri = server.parse().map_err(|_| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        if !bare || authority.as_str().contains('@') {
            return Err(wrong());
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let (tls, usual) = match uri.scheme_str() {
            Some("http") => (None, 80),
            Some("https") => {
                let name = ServerName::try_from(host.clone()).map_err(|_| wrong())?;
                (Some((authorities::connector(authorities)?, name)), 443)
            }
            _ => return Err(wrong()),
        };
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
            .ok()
            .filter(|_| token.bytes().all(|b| b.is_ascii_graphic()) && !token.is_empty())
            .ok_or(ClientError::Token)?;
        bearer.set_sensitive(true);
        Ok(Self {
            runtime,
            port: authority.port_u16().unwrap_or(usual),
            authority: HeaderValue::try_from(authority.as_str()).map_err(|_| wrong())?,
            host,
            tls,
            bearer,
        })
    }

    /// Whether what is said can be read by others on the way.
    pub(super) fn is_open_to_others(&self) -> bool {
        let own = ["localhost", "127.0.0.1", "::1"].contains(&self.host.as_str());
        self.tls.is_none() && !own
    }

    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let agent = concat!("teledars-worker/", env!("CARGO_PKG_VERSION"));
        Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.authority)
            .header(AUTHORIZATION, &self.bearer)
            .header(USER_AGENT, agent)
            .header(CONNECTION, "close")
    }

    /// POSTs `body` and reads the answer whole; the server may think about it for so long.
    pub(super) fn post(
        &self,
        path: &str,
        body: &serde_json::Value,
        patience: Duration,
        ends: Ends<'_>,
    ) -> Result<(StatusCode, Bytes), Trouble> {
        let content = Either::Left(Full::new(Bytes::from(body.to_string())));
        let request = self
            .request(Method::POST, path)
            .header(CONTENT_TYPE, "application/json")
            .body(content)
            .map_err(malformed)?;
        self.runtime.block_on(async {
            let answer = self.exchange(request, patience, ends).await?;
            let answer = accepted(answer, ends).await?;
            let status = answer.status();
            Ok((status, whole(answer, ends).await?))
        })
    }

    /// GETs or HEADs `path`.
    pub(super) fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, String)],
        ends: Ends<'_>,
    ) -> Result<Answer, Trouble> {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request
            .body(Either::Left(Full::default()))
            .map_err(malformed)?;
        self.runtime.block_on(async {
            let answer = self.exchange(request, SILENCE, ends).await?;
            accepted(answer, ends).await
        })
    }

    /// The next bytes of an answer; `None`: that was all.
    pub(super) fn next(
        &self,
        answer: &mut Answer,
        ends: Ends<'_>,
    ) -> Result<Option<Bytes>, Trouble> {
        self.runtime.block_on(async {
            loop {
                let frame = patiently(answer.body_mut().frame(), SILENCE, ends).await?;
                match frame {
                    None => return Ok(None),
                    Some(Err(error)) => return Err(broken(&error)),
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(data) => return Ok(Some(data)),
                        Err(_) => continue,
                    },
                }
            }
        })
    }

    /// PATCHes with the next `length` bytes of `file`.
    pub(super) fn send(
        &self,
        path: &str,
        headers: &[(&'static str, String)],
        mut file: &File,
        length: u64,
        ends: Ends<'_>,
    ) -> Result<Answer, Trouble> {
        let (feed, chunks) = mpsc::channel(2);
        let mut request = self.request(Method::PATCH, path);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let content = Either::Right(Fed {
            chunks,
            left: length,
        });
        let request = request.body(content).map_err(malformed)?;
        self.runtime.block_on(async {
            // Silence is measured here for what goes out, so the exchange itself may last.
            let mut answer = pin!(self.exchange(request, Duration::MAX, ends));
            let mut left = length;
            while left > 0 {
                let mut chunk = vec![0; CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))];
                file.read_exact(&mut chunk)?;
                left -= chunk.len() as u64;
                let sent = pin!(feed.send(Bytes::from(chunk)));
                tokio::select! {
                    biased;
                    // It has an answer before it has everything.
                    early = &mut answer => return accepted(early?, ends).await,
                    sent = patiently(sent, SILENCE, ends) => {
                        if sent?.is_err() {
                            break;
                        }
                    }
                }
            }
            drop(feed);
            let answer = patiently(answer, SILENCE, ends).await??;
            accepted(answer, ends).await
        })
    }

    /// Sends a request on a connection of its own, up to the head of the answer.
    async fn exchange(
        &self,
        request: Request<Content>,
        patience: Duration,
        ends: Ends<'_>,
    ) -> Result<Answer, Trouble> {
        let connected = TcpStream::connect((self.host.as_str(), self.port));
        let stream = patiently(connected, CONNECT, ends).await?;
        let stream =
            stream.map_err(|e| Trouble::Line(format!("the server cannot be reached: {e}")))?;
        let _ = stream.set_nodelay(true); // only a little slower without
        match &self.tls {
            None => speak(stream, request, patience, ends).await,
            Some((connector, name)) => {
                let secured = connector.connect(name.clone(), stream);
                let secured = patiently(secured, CONNECT, ends).await?;
                let secured = secured.map_err(|e| {
                    Trouble::Line(format!("no encrypted connection to the server: {e}"))
                })?;
                speak(secured, request, patience, ends).await
            }
        }
    }
}

async fn speak<S>(
    stream: S,
    request: Request<Content>,
    patience: Duration,
    ends: Ends<'_>,
) -> Result<Answer, Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|e| broken(&e))?;
    // It ends with the answer's content, or when nobody reads that.
    tokio::spawn(connection);
    let answer = patiently(sender.send_request(request), patience, ends).await?;
    answer.map_err(|e| broken(&e))
}

/// Waits for at most `patience`, as long as somebody wants it.
async fn patiently<T>(
    work: impl Future<Output = T>,
    patience: Duration,
    ends: Ends<'_>,
) -> Result<T, Trouble> {
    let (mut work, began) = (pin!(work), Instant::now());
    loop {
        tokio::select! {
            biased;
            done = &mut work => return Ok(done),
            () = tokio::time::sleep(ASK_EVERY) => {}
        }
        if ends() {
            return Err(Trouble::Ended);
        }
        if began.elapsed() > patience {
            let seconds = patience.as_secs();
            return Err(Trouble::Line(format!(
                "the server was silent for {seconds} seconds"
            )));
        }
    }
}

/// An answer that says yes; what says no is read for its words.
async fn accepted(answer: Answer, ends: Ends<'_>) -> Result<Answer, Trouble> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let location = answer.headers().get(http::header::LOCATION);
    let said = match location.and_then(|l| l.to_str().ok()) {
        Some(there) if status.is_redirection() => {
            format!("the server is elsewhere: {there}; give that as --server")
        }
        _ => {
            let words = whole(answer, ends).await?;
            let problem: Option<serde_json::Value> = serde_json::from_slice(&words).ok();
            let detail = problem.as_ref().and_then(|p| p["detail"].as_str());
            detail.unwrap_or("the server says no").to_owned()
        }
    };
    let later = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::LOCKED,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    match status.is_server_error() || later.contains(&status) {
        true => Err(Trouble::Line(format!("{said} ({status})"))),
        false => Err(Trouble::Refused { status, said }),
    }
}

async fn whole(answer: Answer, ends: Ends<'_>) -> Result<Bytes, Trouble> {
    let collected = Limited::new(answer.into_body(), MOST_ANSWER).collect();
    match patiently(collected, SILENCE, ends).await? {
        Ok(all) => Ok(all.to_bytes()),
        Err(error) => Err(Trouble::Line(format!(
            "the answer did not come whole: {error}"
        ))),
    }
}

fn broken(error: &hyper::Error) -> Trouble {
    Trouble::Line(format!("the line broke: {error}"))
}

fn malformed(error: http::Error) -> Trouble {
    Trouble::Line(format!("a request that cannot be sent: {error}"))
}

/// A request's content, piece by piece from a thread that reads a file.
struct Fed {
    chunks: mpsc::Receiver<Bytes>,
    left: u64,
}

impl Body for Fed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.chunks.poll_recv(cx).map(|chunk| {
            chunk.map(|chunk| {
                self.left = self.left.saturating_sub(chunk.len() as u64);
                Ok(Frame::data(chunk))
            })
        })
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
