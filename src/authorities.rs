//! Whose signatures on certificates count when this program asks another server by https.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

/// What keeps certificates from being looked at.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read, or has something else in it.
    #[error("{path}: {source}", path = .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// A certificate in the file is none.
    #[error("{path}: {source}", path = .path.display())]
    Certificate {
        /// In which file.
        path: PathBuf,
        /// What is wrong with it.
        source: rustls::Error,
    },
    /// The file names nobody.
    #[error("{path} has no certificate in it; it takes PEM", path = .0.display())]
    Empty(PathBuf),
    /// The system names nobody.
    #[error(
        "this system trusts no authority: install the package ca-certificates, or name a file with SSL_CERT_FILE, for a worker with --ca"
    )]
    None,
    /// The library of TLS.
    #[error(transparent)]
    Library(rustls::Error),
}

/// TLS with the authorities of a PEM file, and no others, or those of the system (`SSL_CERT_FILE` names others).
///
/// # Errors
/// Nobody is trusted, or the file cannot be read.
pub fn connector(authorities: Option<&Path>) -> Result<TlsConnector, Error> {
    let mut roots = RootCertStore::empty();
    match authorities {
        Some(path) => {
            let wrong = |source| Error::File {
                path: path.to_owned(),
                source,
            };
            for one in CertificateDer::pem_file_iter(path).map_err(wrong)? {
                roots
                    .add(one.map_err(wrong)?)
                    .map_err(|source| Error::Certificate {
                        path: path.to_owned(),
                        source,
                    })?;
            }
            if roots.is_empty() {
                return Err(Error::Empty(path.to_owned()));
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(Error::None);
            }
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::Library)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
