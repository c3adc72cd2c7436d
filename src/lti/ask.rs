//! Asking platforms: one request on a connection of its own, over https, no redirects, no proxies; whatever they do, it is over
//! after ten seconds and a quarter of a megabyte.

use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderValue, LOCATION, USER_AGENT,
};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_util::task::AbortOnDropHandle;

use super::Refusal;
use super::address::safe;
use super::refusal::shown;
use crate::authorities;

/// How long everything may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read.
pub(super) const MOST_ANSWER: usize = 256 << 10;

/// Asks, with the authorities that the system trusts, which are read when they are first needed.
pub(super) struct Asker {
    tls: OnceCell<TlsConnector>,
    patience: Duration,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// Never one that sends elsewhere.
    pub(super) status: StatusCode,
    pub(super) content: Bytes,
}

impl Answer {
    /// The JSON object that it is.
    pub(super) fn object(&self) -> Result<serde_json::Map<String, serde_json::Value>, String> {
        serde_json::from_slice(&self.content)
            .map_err(|e| format!("the answer is no JSON object: {e}"))
    }
}

impl Default for Asker {
    fn default() -> Self {
        Self::with_patience(PATIENCE)
    }
}

impl Asker {
    /// One that waits so long for everything.
    pub(super) fn with_patience(patience: Duration) -> Self {
        Self {
            tls: OnceCell::new(),
            patience,
        }
    }

    /// What is at `url`, asked with a bearer token (RFC 6750 §2.1) where there is one.
    ///
    /// # Errors
    /// [`Refusal::Unreachable`], also for an answer that says no; [`Refusal::Address`].
    pub(super) async fn get(&self, url: &str, token: Option<&str>) -> Result<Answer, Refusal> {
        let answer = self.send(url, Method::GET, token, Bytes::new()).await?;
        if answer.status != StatusCode::OK {
            return Err(unreachable_at(
                url,
                format!("it answered {}", answer.status),
            ));
        }
        Ok(answer)
    }

    /// Posts `json`, likewise.
    ///
    /// # Errors
    /// [`Refusal::Unreachable`], but not for an answer that says no; [`Refusal::Address`].
    pub(super) async fn post(
        &self,
        url: &str,
        token: Option<&str>,
        json: &serde_json::Value,
    ) -> Result<Answer, Refusal> {
        let content = Bytes::from(json.to_string());
        self.send(url, Method::POST, token, content).await
    }

    async fn send(
        &self,
        url: &str,
        method: Method,
        token: Option<&str>,
        content: Bytes,
    ) -> Result<Answer, Refusal> {
        safe("an address", url)?;
        let asked = tokio::time::timeout(self.patience, self.exchange(url, method, token, content));
        let seconds = self.patience.as_secs_f32();
        match asked.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(why)) => Err(unreachable_at(url, why)),
            Err(_) => Err(unreachable_at(
                url,
                format!("it took longer than {seconds} seconds"),
            )),
        }
    }

    async fn exchange(
        &self,
        url: &str,
        method: Method,
        token: Option<&str>,
        content: Bytes,
    ) -> Result<Answer, String> {
        let uri: Uri = url.parse().map_err(|e| format!("it is no address: {e}"))?;
        let authority = uri.authority().ok_or("it is no address")?.clone();
        let path = uri.path_and_query().map_or("/", |p| p.as_str());
        let mut request = Request::builder()
            .method(&method)
            .uri(path)
            .header(HOST, authority.as_str())
            .header(USER_AGENT, concat!("teledars/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "application/json")
            .header(CONNECTION, "close");
        if method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if let Some(token) = token {
            let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|_| "the registration token has characters that no token has")?;
            bearer.set_sensitive(true);
            request = request.header(AUTHORIZATION, bearer);
        }
        let request = request
            .body(Full::new(content))
            .map_err(|e| format!("a request that cannot be sent: {e}"))?;
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let secure = uri.scheme_str() == Some("https");
        let port = authority
            .port_u16()
            .unwrap_or(if secure { 443 } else { 80 });
        let stream = TcpStream::connect((host.as_str(), port))
            .await
            .map_err(|e| format!("it cannot be reached: {e}"))?;
        if !secure {
            return speak(stream, request).await;
        }
        let name = ServerName::try_from(host).map_err(|e| format!("its host has no name: {e}"))?;
        let stream = self
            .connector()
            .await?
            .connect(name, stream)
            .await
            .map_err(|e| format!("no encrypted connection: {e}"))?;
        speak(stream, request).await
    }

    async fn connector(&self) -> Result<&TlsConnector, String> {
        let read = || async {
            let read = tokio::task::spawn_blocking(|| authorities::connector(None)).await;
            match read {
                Ok(Ok(connector)) => Ok(connector),
                Ok(Err(e)) => Err(e.to_string()),
                Err(_) => Err("the server is stopping".to_owned()),
            }
        };
        self.tls.get_or_try_init(read).await
    }
}

async fn speak<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |e: hyper::Error| format!("the line broke: {e}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    // It ends when nobody waits any more.
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let answer = sender.send_request(request).await.map_err(broken)?;
    let status = answer.status();
    if status.is_redirection() {
        let there = answer.headers().get(LOCATION).and_then(|l| l.to_str().ok());
        let there = shown(there.unwrap_or("an address that it does not name"));
        return Err(format!(
            "it answered {status} and sends to {there}; give that address instead"
        ));
    }
    let content = Limited::new(answer.into_body(), MOST_ANSWER)
        .collect()
        .await;
    let content = content.map_err(|e| match e.is::<http_body_util::LengthLimitError>() {
        true => format!("its answer is longer than {MOST_ANSWER} bytes"),
        false => format!("its answer did not come whole: {e}"),
    })?;
    Ok(Answer {
        status,
        content: content.to_bytes(),
    })
}

fn unreachable_at(url: &str, why: String) -> Refusal {
    Refusal::Unreachable {
        url: shown(url),
        why,
    }
}
