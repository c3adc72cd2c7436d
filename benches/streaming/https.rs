//! Whole files over TLS, where nobody can send from the page cache without encrypting: what it costs beside nginx.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::load::Done;
use super::process;
use super::servers::{Programs, Started, run};

/// A certificate for `localhost` and its key, as PEM files.
pub struct Pair {
    /// The certificate.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

impl Pair {
    /// Makes one in `folder`.
    pub fn make(folder: &Path) -> io::Result<Self> {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        let made = made.map_err(io::Error::other)?;
        let pair = Self {
            certificate: folder.join("bench.pem"),
            key: folder.join("bench.key"),
        };
        fs::write(&pair.certificate, made.cert.pem())?;
        fs::write(&pair.key, made.signing_key.serialize_pem())?;
        Ok(pair)
    }
}

/// How the file is asked for.
#[derive(Clone, Copy)]
pub enum Version {
    /// HTTP/1.1 over TLS.
    One,
    /// HTTP/2 over TLS.
    Two,
}

impl Version {
    fn flag(self) -> &'static str {
        match self {
            Self::One => "--http1.1",
            Self::Two => "--http2",
        }
    }
}

/// Fetches `target`, which has `length` bytes, once with curl: a client that people use and that is not ours.
pub fn fetch(
    server: &Started,
    programs: &Programs,
    target: &str,
    length: u64,
    version: Version,
) -> io::Result<Done> {
    let curl = programs.find("curl");
    let curl = curl.ok_or_else(|| io::Error::other("curl is not installed"))?;
    let pids = server.pids();
    let (before, began) = (process::cpu(&pids), std::time::Instant::now());
    let address = server.address();
    let out = run(&curl)
        .args([
            "--silent",
            "--show-error",
            "--insecure",
            "--max-time",
            "120",
        ])
        .args(["--write-out", "%{size_download} %{http_version}"])
        .args(["--output", "/dev/null", version.flag()])
        .arg("--resolve")
        .arg(format!("localhost:{}:{}", address.port(), address.ip()))
        .arg(format!("https://localhost:{}{target}", address.port()))
        .output()?;
    let took: Duration = began.elapsed();
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let spoken = match version {
        Version::One => "1.1",
        Version::Two => "2",
    };
    if !out.status.success() || said != format!("{length} {spoken}") {
        let errors = String::from_utf8_lossy(&out.stderr);
        return Err(io::Error::other(format!("curl: {said} {errors}")));
    }
    Ok(Done {
        requests: 1,
        bytes: length,
        took,
        cpu: process::cpu(&pids).saturating_sub(before),
    })
}
