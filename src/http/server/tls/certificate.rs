//! A certificate and its key from PEM files, read again when they change.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use sha2::{Digest, Sha256};
use tokio_rustls::rustls;
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

/// Why HTTPS cannot be spoken with these files.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("the {which} {path} cannot be read: {why}; {remedy}", path = .path.display(), remedy = remedy(.why))]
    Unreadable {
        /// Which of the two.
        which: Which,
        /// As it was given.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// A file holds something else.
    #[error("the {which} {path} {what}; {remedy}", path = .path.display())]
    Unusable {
        /// Which of the two.
        which: Which,
        /// As it was given.
        path: PathBuf,
        /// What was found.
        what: String,
        /// What would be right.
        remedy: &'static str,
    },
    /// Each file is right, but they are not of one pair.
    #[error(
        "the key {key} is not the key of the certificate {chain}; name the files of one pair in tls_cert and tls_key",
        key = .key.display(), chain = .chain.display()
    )]
    Mismatch {
        /// The certificate's file.
        chain: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The TLS library refuses for a reason of its own.
    #[error("TLS cannot be set up: {0}")]
    Library(rustls::Error),
}

/// One of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// `tls_cert`.
    Certificate,
    /// `tls_key`.
    Key,
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Certificate => "certificate",
            Self::Key => "key",
        })
    }
}

fn remedy(why: &io::Error) -> &'static str {
    match why.kind() {
        io::ErrorKind::NotFound => "name an existing PEM file in tls_cert and in tls_key",
        io::ErrorKind::PermissionDenied => {
            "let the user that the server runs as read it, and every folder above it be entered"
        }
        _ => "tls_cert and tls_key each name a PEM file",
    }
}

/// What the files hold now.
pub(super) struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    current: RwLock<Current>,
}

struct Current {
    certified: Arc<CertifiedKey>,
    /// SHA-256 of both files.
    hash: [u8; 32],
}

impl Certificate {
    pub(super) fn load(
        chain: &Path,
        key: &Path,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, CertificateError> {
        let files = Files::read(chain, key)?;
        if files.key_is_public {
            tracing::warn!(
                key = %key.display(),
                "any user of this machine may read the TLS key; chmod 600 (or 640) it"
            );
        }
        let current = Current {
            certified: Arc::new(files.certified(chain, key, &provider)?),
            hash: files.hash(),
        };
        Ok(Self {
            chain: chain.to_owned(),
            key: key.to_owned(),
            provider,
            current: RwLock::new(current),
        })
    }

    /// Whether the files have changed; then new connections get the new certificate.
    pub(super) fn look_again(&self) -> Result<bool, CertificateError> {
        let files = Files::read(&self.chain, &self.key)?;
        let hash = files.hash();
        let known = |current: &Current| current.hash == hash;
        if known(&self.current.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(false);
        }
        let certified = Arc::new(files.certified(&self.chain, &self.key, &self.provider)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Current { certified, hash };
        Ok(true)
    }
}

impl fmt::Debug for Certificate {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificate").field(&self.chain).finish()
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current.certified))
    }
}

struct Files {
    chain: Vec<u8>,
    key: Vec<u8>,
    key_is_public: bool,
}

impl Files {
    fn read(chain: &Path, key: &Path) -> Result<Self, CertificateError> {
        use std::os::unix::fs::MetadataExt as _;
        let read = |which, path: &Path| {
            std::fs::read(path).map_err(|why| CertificateError::Unreadable {
                which,
                path: path.to_owned(),
                why,
            })
        };
        Ok(Self {
            chain: read(Which::Certificate, chain)?,
            key: read(Which::Key, key)?,
            key_is_public: std::fs::metadata(key).is_ok_and(|found| found.mode() & 0o004 != 0),
        })
    }

    fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update((self.chain.len() as u64).to_le_bytes());
        hash.update(&self.chain);
        hash.update(&self.key);
        hash.finalize().into()
    }

    fn certified(
        &self,
        chain_path: &Path,
        key_path: &Path,
        provider: &CryptoProvider,
    ) -> Result<CertifiedKey, CertificateError> {
        let unusable = |which, what: String, remedy| CertificateError::Unusable {
            which,
            path: match which {
                Which::Certificate => chain_path.to_owned(),
                Which::Key => key_path.to_owned(),
            },
            what,
            remedy,
        };
        const CHAIN: &str = "it takes PEM, the server's own certificate first and then those up to the authority (fullchain.pem)";
        const KEY: &str = "it takes one unencrypted private key as PEM (privkey.pem)";
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.chain).collect();
        let chain = chain.map_err(|e| unusable(Which::Certificate, malformed(&e), CHAIN))?;
        if chain.is_empty() {
            return Err(unusable(
                Which::Certificate,
                "has no certificate in it".into(),
                CHAIN,
            ));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|error| match error {
            pem::Error::NoItemsFound if contains(&self.key, b"ENCRYPTED PRIVATE KEY") => unusable(
                Which::Key,
                "is protected by a passphrase".into(),
                "take the passphrase off: openssl pkey -in KEY -out NEWKEY",
            ),
            pem::Error::NoItemsFound => unusable(Which::Key, "has no key in it".into(), KEY),
            error => unusable(Which::Key, malformed(&error), KEY),
        })?;
        CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => CertificateError::Mismatch {
                chain: chain_path.to_owned(),
                key: key_path.to_owned(),
            },
            rustls::Error::InvalidCertificate(why) => {
                unusable(Which::Certificate, format!("is refused: {why}"), CHAIN)
            }
            error => unusable(Which::Key, format!("is refused: {error}"), KEY),
        })
    }
}

fn malformed(error: &pem::Error) -> String {
    format!("is no PEM: {error}")
}

fn contains(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|window| window == what)
}
