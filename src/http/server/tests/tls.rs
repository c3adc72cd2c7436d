//! HTTPS with a certificate made here, and a client that trusts it and nothing else.

use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::PathBuf;

use axum::response::Response;
use http::{HeaderMap, HeaderValue, Request, Version};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;
use crate::http::wanted::Wanted;
use crate::streaming::{ETag, Entity, FileHandle, Slices};

const NAME: &str = "ders.example";
const LEN: usize = 9_000_001;

/// A certificate's files.
struct Pair {
    folder: tempfile::TempDir,
    der: CertificateDer<'static>,
}

fn made() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed([NAME.to_owned()]).unwrap()
}

fn pair() -> Pair {
    let made = made();
    let pair = Pair {
        folder: tempfile::tempdir().unwrap(),
        der: made.cert.der().clone(),
    };
    std::fs::write(pair.chain(), made.cert.pem()).unwrap();
    std::fs::write(pair.key(), made.signing_key.serialize_pem()).unwrap();
    pair
}

impl Pair {
    fn chain(&self) -> PathBuf {
        self.folder.path().join("fullchain.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("privkey.pem")
    }

    fn tls(&self) -> Result<Tls, CertificateError> {
        Tls::new(&self.chain(), &self.key())
    }

    fn refusal(&self) -> String {
        self.tls().err().expect("it was taken").to_string()
    }
}

fn file_app() -> (Router, Arc<FileHandle>) {
    let file = tempfile::tempfile().unwrap();
    file.write_all_at(&pattern(LEN), 0).unwrap();
    let file = Arc::new(FileHandle::new(file).unwrap());
    let entity = Entity {
        content: Slices::file(Arc::clone(&file)),
        etag: ETag::strong("v1").unwrap(),
        last_modified: None,
        content_type: HeaderValue::from_static("video/mp4"),
    };
    let answer = move |wanted: Wanted| async move {
        let response: Response = wanted.respond(&entity, HeaderMap::new()).map(Body::new);
        response
    };
    let secure = |secure: Option<Extension<Secure>>| async move { secure.is_some().to_string() };
    let app = app()
        .route("/file", get(answer))
        .route("/secure", get(secure));
    (app, file)
}

async fn dial(
    server: &Running,
    trusted: &CertificateDer<'static>,
    protocols: &[&str],
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|p| p.as_bytes().to_vec()).collect();
    let name = ServerName::try_from(NAME).unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, server.connect().await)
        .await
}

/// All that comes; whether the server said that this was all.
async fn exchange(stream: &mut TlsStream<TcpStream>, text: &str) -> (Vec<u8>, bool) {
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    let read = timeout(BOUND, stream.read_to_end(&mut all)).await;
    let ended = read.expect("the server never closed").is_ok();
    (all, ended)
}

#[tokio::test]
async fn http_1_gets_files_and_ranges_and_is_told_that_it_is_secure() {
    let pair = pair();
    let (app, _) = file_app();
    let server = running_app(
        Server::new(Limits::default()).transport(pair.tls().unwrap()),
        app,
    );
    let server = server.await;
    let mut stream = dial(&server, &pair.der, &["http/1.1"]).await.unwrap();
    let range = "Range: bytes=5000000-8000000\r\n";
    let asked = format!(
        "GET /secure HTTP/1.1\r\nHost: a\r\n\r\nGET /file HTTP/1.1\r\nHost: a\r\n{range}\r\n{}",
        closing_get("/file")
    );
    let (all, ended) = exchange(&mut stream, &asked).await;
    assert!(ended, "closed with a goodbye");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let bytes = pattern(LEN);
    assert!(all.ends_with(&bytes));
    let text = String::from_utf8_lossy(&all);
    assert!(
        text.contains("\r\n\r\ntrueHTTP/1.1 206"),
        "{}",
        &text[..200]
    );
    let at = all
        .windows(4)
        .enumerate()
        .filter(|(_, w)| *w == b"\r\n\r\n");
    let second = at.map(|(at, _)| at + 4).nth(1).unwrap();
    assert!(all[second..].starts_with(&bytes[5_000_000..=8_000_000]));
}

#[tokio::test]
async fn http_2_is_agreed_on_and_gets_the_same() {
    let pair = pair();
    let (app, _) = file_app();
    let server = Server::new(Limits::default()).transport(pair.tls().unwrap());
    let server = running_app(server, app).await;
    let stream = dial(&server, &pair.der, &["h2", "http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut client, connection) = http2::Builder::new(TokioExecutor::new())
        .handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let bytes = pattern(LEN);
    for (range, expected) in [
        ("bytes=0-", &bytes[..]),
        ("bytes=-70000", &bytes[LEN - 70_000..]),
    ] {
        let request = Request::get("https://ders.example/file")
            .header("range", range)
            .body(Empty::<Bytes>::new());
        let answer = client.send_request(request.unwrap()).await.unwrap();
        assert_eq!(answer.version(), Version::HTTP_2);
        let body = timeout(BOUND, answer.into_body().collect()).await.unwrap();
        assert!(body.unwrap().to_bytes() == expected);
    }
}

#[tokio::test]
async fn a_file_that_is_cut_ends_the_connection_short_and_nothing_else() {
    let pair = pair();
    let (app, file) = file_app();
    let server = Server::new(Limits::default()).transport(pair.tls().unwrap());
    let server = running_app(server, app).await;
    file.file().set_len(500_000).unwrap();
    let mut stream = dial(&server, &pair.der, &["http/1.1"]).await.unwrap();
    let (all, _) = exchange(&mut stream, &closing_get("/file")).await;
    assert!(all.len() < 510_000, "{} bytes", all.len());
    let mut stream = dial(&server, &pair.der, &[]).await.unwrap();
    let (all, _) = exchange(&mut stream, &closing_get("/")).await;
    assert!(all.ends_with(b"hello"), "the server lives");
}

#[tokio::test]
async fn who_writes_http_is_told_in_plain_words() {
    let server = Server::new(Limits::default()).transport(pair().tls().unwrap());
    let server = running_app(server, app()).await;
    let answer = server.say(&get_line("/")).await;
    assert_eq!(status(&answer), 400);
    assert!(answer.contains("https://"), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        header(&answer, "content-length"),
        Some(body.len().to_string().as_str())
    );
}

#[tokio::test]
async fn who_never_shakes_hands_is_cut_and_keeps_nobody_waiting() {
    let limits = Limits {
        header_timeout: SHORT,
        ..Limits::default()
    };
    let pair = pair();
    let server = running_app(Server::new(limits).transport(pair.tls().unwrap()), app()).await;
    let mut silent = server.connect().await;
    let mut halfway = server.connect().await;
    // The beginning of a handshake that will not go on.
    halfway.write_all(&[22, 3, 1, 2, 0, 1]).await.unwrap();
    let mut stream = dial(&server, &pair.der, &[]).await.unwrap();
    let (all, _) = exchange(&mut stream, &closing_get("/")).await;
    assert!(all.ends_with(b"hello"));
    assert_eq!(to_end(&mut silent).await, "");
    assert_eq!(to_end(&mut halfway).await, "");
}

#[tokio::test]
async fn garbage_and_strangers_end_themselves_only() {
    let pair = pair();
    let server = Server::new(Limits::default()).transport(pair.tls().unwrap());
    let server = running_app(server, app()).await;
    let mut garbage = server.connect().await;
    garbage.write_all(&[22; 3000]).await.unwrap();
    let mut rest = Vec::new();
    let ended = timeout(BOUND, garbage.read_to_end(&mut rest)).await;
    ended.expect("never closed").ok();
    // One who does not trust us hangs up in the middle of the handshake.
    let other = made();
    assert!(dial(&server, other.cert.der(), &[]).await.is_err());
    let mut stream = dial(&server, &pair.der, &[]).await.unwrap();
    assert!(
        exchange(&mut stream, &closing_get("/"))
            .await
            .0
            .ends_with(b"hello")
    );
}

#[tokio::test]
async fn a_renewed_certificate_is_used_without_a_restart_and_half_a_one_is_not() {
    let pair = pair();
    let tls = pair.tls().unwrap();
    let server = Server::new(Limits::default()).transport(tls.clone());
    let server = running_app(server, app()).await;
    let mut early = dial(&server, &pair.der, &[]).await.unwrap();
    assert!(!tls.look_again().unwrap(), "nothing changed");

    let new = made();
    std::fs::write(pair.chain(), new.cert.pem()).unwrap();
    let error = tls.look_again().unwrap_err();
    assert!(
        matches!(error, CertificateError::Mismatch { .. }),
        "{error}"
    );
    dial(&server, &pair.der, &[])
        .await
        .expect("the old one still");

    std::fs::write(pair.key(), new.signing_key.serialize_pem()).unwrap();
    assert!(tls.look_again().unwrap());
    dial(&server, new.cert.der(), &[])
        .await
        .expect("the new one");
    dial(&server, &pair.der, &[])
        .await
        .expect_err("not the old one any more");
    // Who was there before stays.
    assert!(
        exchange(&mut early, &closing_get("/"))
            .await
            .0
            .ends_with(b"hello")
    );
}

#[test]
fn what_is_wrong_with_the_files_is_told_with_its_remedy() {
    let pair = pair();
    pair.tls().unwrap();
    let (chain, key) = (pair.chain(), pair.key());
    let right = std::fs::read(&key).unwrap();

    std::fs::write(&key, made().signing_key.serialize_pem()).unwrap();
    let said = pair.refusal();
    assert!(said.contains("is not the key of the certificate"), "{said}");
    assert!(
        said.contains("privkey.pem") && said.contains("fullchain.pem"),
        "{said}"
    );

    std::fs::write(
        &key,
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    )
    .unwrap();
    let said = pair.refusal();
    assert!(
        said.contains("passphrase") && said.contains("openssl"),
        "{said}"
    );

    std::fs::copy(&chain, &key).unwrap();
    let said = pair.refusal();
    assert!(
        said.contains("privkey.pem has no key in it; it takes one unencrypted"),
        "{said}"
    );

    std::fs::write(&key, &right).unwrap();
    std::fs::copy(&key, &chain).unwrap();
    let said = pair.refusal();
    assert!(
        said.contains("fullchain.pem has no certificate in it"),
        "{said}"
    );

    std::fs::write(
        &chain,
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    let said = pair.refusal();
    assert!(said.contains("fullchain.pem is no PEM"), "{said}");

    std::fs::remove_file(&chain).unwrap();
    let said = pair.refusal();
    assert!(
        said.contains("cannot be read") && said.contains("existing PEM file"),
        "{said}"
    );
}

#[test]
fn a_key_that_the_server_may_not_read_is_told_as_such() {
    let pair = pair();
    std::fs::set_permissions(pair.key(), PermissionsExt::from_mode(0o0)).unwrap();
    // To root nothing is forbidden.
    if std::fs::read(pair.key()).is_ok() {
        return;
    }
    let said = pair.refusal();
    assert!(said.contains("the user that the server runs as"), "{said}");
}
