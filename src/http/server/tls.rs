//! HTTPS: sockets over which HTTP is spoken inside TLS 1.2 or 1.3.

mod certificate;
mod stream;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::Extensions;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::server::ServerConfig;

pub use certificate::{CertificateError, Which};
pub use stream::TlsSocket;

use super::Transport;
use certificate::Certificate;

/// How often the certificate's files are looked at again, so that a renewal needs no restart.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Among a request's extensions: it came over TLS, so the archive's own addresses begin with https.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secure;

/// TLS with a certificate from files, for HTTP/2 and HTTP/1.1 (ALPN). Bytes are copied.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<Certificate>,
}

impl Tls {
    /// Reads the PEM files of the certificate chain, the server's own first, and of its key.
    ///
    /// # Errors
    /// What is wrong with which file; also when the key is not the certificate's.
    pub fn new(chain: &Path, key: &Path) -> Result<Self, CertificateError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let certificate = Arc::new(Certificate::load(chain, key, Arc::clone(&provider))?);
        let mut config = config(provider, &certificate).map_err(CertificateError::Library)?;
        // Who comes back need not do the costly part again; the tickets' key never leaves memory.
        config.ticketer = aws_lc_rs::Ticketer::new().map_err(CertificateError::Library)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            certificate,
        })
    }

    /// Looks at the files again; new connections get what is in them. Says whether it is another
    /// certificate. Reads files, so it waits for the disk.
    ///
    /// # Errors
    /// As [`Tls::new`]; the certificate stays what it was. A renewal that is half written is such
    /// an error, and gone at the next look.
    pub fn look_again(&self) -> Result<bool, CertificateError> {
        self.certificate.look_again()
    }

    /// Looks at the files again every minute, for ever, and logs what it finds.
    pub async fn keep_fresh(self) {
        let mut last = None;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let own = self.clone();
            let Ok(looked) = tokio::task::spawn_blocking(move || own.look_again()).await else {
                continue;
            };
            let said = looked.as_ref().err().map(ToString::to_string);
            match looked {
                Ok(true) => tracing::info!("a new certificate is in use"),
                Ok(false) => {}
                // Once, and not every minute.
                Err(error) if said != last => {
                    tracing::error!(%error, "the certificate in use stays the old one");
                }
                Err(_) => {}
            }
            last = said;
        }
    }
}

fn config(
    provider: Arc<CryptoProvider>,
    certificate: &Arc<Certificate>,
) -> Result<ServerConfig, tokio_rustls::rustls::Error> {
    Ok(ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(certificate) as _))
}

impl Transport for Tls {
    type Io = TlsSocket;

    fn open(&self, socket: TcpStream, extensions: &mut Extensions) -> TlsSocket {
        extensions.insert(Secure);
        TlsSocket::new(socket, self.acceptor.clone())
    }
}
