//! The servers that take uploads, each on a folder of its own, and tus 1.0.0 spoken to all of them alike.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::process;

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// What the client reads and sends at once.
const PIECE: u64 = 1 << 20;

/// A server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Teledars,
    /// @tus/server with its file store.
    Node,
    /// With `--force-fsync`, since that is what it is compared with. A request's body is kept in memory.
    Rustus,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Teledars, Self::Node, Self::Rustus];

    pub fn name(self) -> &'static str {
        match self {
            Self::Teledars => "teledars",
            Self::Node => "@tus/server",
            Self::Rustus => "rustus",
        }
    }

    /// Whether it answers when the disk has the bytes.
    pub fn is_durable(self) -> bool {
        self == Self::Teledars
    }
}

/// A running server.
pub struct Taker {
    pub kind: Kind,
    child: Child,
    folder: PathBuf,
    address: SocketAddr,
    /// Where uploads are begun.
    base: &'static str,
    /// What every request says besides.
    bearer: String,
}

impl Taker {
    /// Starts it on `folder`.
    pub fn start(kind: Kind, teledars: &Path, peers: &Path, folder: &Path) -> Result<Self, String> {
        fs::create_dir_all(folder).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
        let port = free.unwrap().port();
        let mut bearer = String::new();
        let mut command = match kind {
            Kind::Teledars => {
                bearer = format!("Authorization: Bearer {}\r\n", token(teledars, folder));
                let mut command = Command::new(teledars);
                command
                    .args(["serve", "--jobs", "0", "--log", "warn", "--data"])
                    .arg(folder);
                command.arg("--listen").arg(format!("127.0.0.1:{port}"));
                command
            }
            Kind::Node => {
                let installed = installed(&peers.join("tus"), "node_modules/@tus/server")?;
                let script =
                    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/uploads/tus-server.mjs");
                let mut command = Command::new("node");
                command
                    .arg(script)
                    .arg(fs::canonicalize(installed).unwrap());
                command.arg(port.to_string()).arg(folder);
                command
            }
            Kind::Rustus => {
                let mut command = Command::new(installed(peers, "bin/rustus")?.join("bin/rustus"));
                command.args([
                    "--host",
                    "127.0.0.1",
                    "--log-level",
                    "ERROR",
                    "--force-fsync",
                    "yes",
                ]);
                command.args(["--port", &port.to_string(), "--max-body-size", "4294967296"]);
                command
                    .arg("--data-dir")
                    .arg(folder)
                    .arg("--info-dir")
                    .arg(folder);
                command
            }
        };
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let taker = Self {
            kind,
            child: child.map_err(|e| e.to_string())?,
            folder: folder.to_owned(),
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            base: match kind {
                Kind::Teledars => "/uploads",
                Kind::Node | Kind::Rustus => "/files",
            },
            bearer,
        };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(taker.address).is_err() {
            if Instant::now() > deadline {
                return Err("does not start".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(taker)
    }

    /// It and its children.
    pub fn family(&self) -> Vec<u32> {
        process::family(self.child.id())
    }

    /// Begins an upload of so many bytes: its path.
    pub fn begin(&self, bytes: u64) -> String {
        let headers = format!("Upload-Length: {bytes}\r\nContent-Length: 0\r\n");
        let mut socket = self.ask("POST", self.base, &headers);
        let (status, head, _) = answer(&mut socket);
        assert_eq!(status, 201, "{head}");
        let location = header(&head, "location").unwrap();
        let path = location.find(self.base).unwrap();
        location[path..].to_owned()
    }

    /// Sends `bytes` of `from` in one request.
    pub fn send(&self, upload: &str, mut from: &File, bytes: u64) {
        let headers = format!(
            "Upload-Offset: 0\r\nContent-Length: {bytes}\r\nContent-Type: application/offset+octet-stream\r\n"
        );
        let mut socket = self.ask("PATCH", upload, &headers);
        let mut piece = vec![0; PIECE as usize];
        let mut left = bytes;
        while left > 0 {
            let piece = &mut piece[..left.min(PIECE) as usize];
            from.read_exact(piece).unwrap();
            socket.write_all(piece).unwrap();
            left -= piece.len() as u64;
        }
        let (status, head, _) = answer(&mut socket);
        assert_eq!(status, 204, "{head}");
    }

    /// Waits until nothing more is done with the upload.
    pub fn settled(&self, upload: &str) {
        if self.kind != Kind::Teledars {
            return;
        }
        let api = |path: &str| {
            let (status, head, body) = answer(&mut self.ask("GET", path, ""));
            assert_eq!(status, 200, "{head}");
            serde_json::from_slice::<serde_json::Value>(&body).unwrap()
        };
        let told = api(&format!("/api/v1{upload}"));
        let lesson = told["lesson"].as_str().unwrap();
        let path = format!("/api/v1/lessons/{lesson}");
        while api(&path)["files"][0]["sha256"].is_null() {
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Deletes the upload, so that all write where something was before: blocks that are new to a virtual disk cost
    /// more. What is a recording its server does not delete with the upload; its bytes go by hand.
    pub fn forget(&self, upload: &str) {
        answer(&mut self.ask("DELETE", upload, ""));
        for folder in fs::read_dir(self.folder.join("files"))
            .into_iter()
            .flatten()
        {
            for file in fs::read_dir(folder.unwrap().path()).into_iter().flatten() {
                fs::remove_file(file.unwrap().path()).unwrap();
            }
        }
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> TcpStream {
        let mut socket = TcpStream::connect(self.address).unwrap();
        let (address, bearer) = (self.address, &self.bearer);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nTus-Resumable: 1.0.0\r\nConnection: close\r\n{bearer}{headers}\r\n"
        );
        socket.write_all(head.as_bytes()).unwrap();
        socket
    }
}

impl Drop for Taker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn token(teledars: &Path, data: &Path) -> String {
    let made = Command::new(teledars)
        .args(["token", "create", "Teacher", "--role", "editor", "--data"])
        .arg(data)
        .output()
        .unwrap();
    assert!(made.status.success());
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

fn installed(folder: &Path, what: &str) -> Result<PathBuf, String> {
    match folder.join(what).exists() {
        true => Ok(folder.to_owned()),
        false => Err("not installed; scripts/setup bench does that".to_owned()),
    }
}

/// Status, head and body.
fn answer(socket: &mut TcpStream) -> (u16, String, Vec<u8>) {
    let mut reader = BufReader::new(socket);
    let mut head = String::new();
    while reader.read_line(&mut head).unwrap() > 2 {}
    let mut body = Vec::new();
    // Chunked or not, the connection ends with it.
    reader.read_to_end(&mut body).unwrap();
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok());
    (status.unwrap_or(0), head, body)
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
