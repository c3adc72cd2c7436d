//! The program with a certificate: it speaks HTTPS and says so, or refuses to start and says why.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::generate_simple_self_signed;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::archive::Archive;
use crate::support::server::Server;

struct Pair {
    chain: PathBuf,
    key: PathBuf,
    der: CertificateDer<'static>,
}

/// A certificate for `localhost` with its key, in two files of this name.
fn pair(folder: &Path, name: &str) -> Pair {
    let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let pair = Pair {
        chain: folder.join(format!("{name}.pem")),
        key: folder.join(format!("{name}.key")),
        der: made.cert.der().clone(),
    };
    std::fs::write(&pair.chain, made.cert.pem()).unwrap();
    std::fs::write(&pair.key, made.signing_key.serialize_pem()).unwrap();
    pair
}

/// All that the server says to one GET.
fn get(server: &Server, pair: &Pair, target: &str) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(pair.der.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let socket = TcpStream::connect(server.address()).unwrap();
    let mut stream = StreamOwned::new(connection, socket);
    let port = server.address().port();
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn with_a_certificate_the_archive_speaks_https_and_its_addresses_say_so() {
    let (archive, folder) = (Archive::with_samples(), tempfile::tempdir().unwrap());
    let pair = pair(folder.path(), "own");
    let flags = ["--tls-cert".as_ref(), pair.chain.as_os_str()];
    let more = ["--tls-key".as_ref(), pair.key.as_os_str()];
    let server = Server::with(archive.data(), flags.into_iter().chain(more));
    let answer = get(&server, &pair, "/az/");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let own = format!("https://localhost:{}/az/", server.address().port());
    assert!(answer.contains(&own), "no {own} in {answer}");
    assert!(!answer.contains("http://localhost"), "{answer}");
}

#[test]
fn files_that_do_not_fit_are_refused_at_the_start() {
    let (archive, folder) = (Archive::empty(), tempfile::tempdir().unwrap());
    let (own, other) = (pair(folder.path(), "own"), pair(folder.path(), "other"));
    let refused = |flags: &[(&str, &Path)]| {
        let mut arguments = vec!["serve".into(), "--listen".into(), "127.0.0.1:0".into()];
        for (flag, path) in flags {
            arguments.extend([(*flag).into(), path.as_os_str().to_owned()]);
        }
        let refused = archive.run(arguments);
        assert_ne!(refused.code(), 0);
        refused.stderr
    };
    let said = refused(&[("--tls-cert", &own.chain)]);
    assert!(
        said.contains("tls_key") && said.contains("own.pem"),
        "{said}"
    );
    let said = refused(&[("--tls-cert", &own.chain), ("--tls-key", &other.key)]);
    assert!(said.contains("other.key is not the key of"), "{said}");
    let nothing = folder.path().join("nothing.pem");
    let said = refused(&[("--tls-cert", &nothing), ("--tls-key", &own.key)]);
    assert!(said.contains("nothing.pem cannot be read"), "{said}");
}
