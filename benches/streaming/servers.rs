//! The servers: how each is started on the same files, where it listens, what it is called in the table.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::archive::Archive;
use super::client::Connection;
use super::https::Pair;
use super::process;
use super::shared::support::process::wait;

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a stop may take before the process is killed.
const GRACE: Duration = Duration::from_secs(3);

/// A server that can be asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Teledars,
    /// What the others are compared with.
    Nginx,
    /// Keeps files open between requests, as this program does.
    NginxOpenFiles,
    /// Reads what is not in memory on threads of its own.
    NginxThreads,
    StaticWebServer,
    Miniserve,
    Dufs,
    /// hyper with a stream of a file, as people write it by hand; see `peers`.
    Hyper,
    /// axum with tower-http's ServeDir; see `peers`.
    ServeDir,
}

impl Kind {
    /// In the order of the table.
    pub const ALL: [Self; 9] = [
        Self::Teledars,
        Self::Nginx,
        Self::NginxOpenFiles,
        Self::NginxThreads,
        Self::StaticWebServer,
        Self::Miniserve,
        Self::Dufs,
        Self::Hyper,
        Self::ServeDir,
    ];

    /// As the command line and the table spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Teledars => "teledars",
            Self::Nginx => "nginx",
            Self::NginxOpenFiles => "nginx-open-files",
            Self::NginxThreads => "nginx-aio",
            Self::StaticWebServer => "static-web-server",
            Self::Miniserve => "miniserve",
            Self::Dufs => "dufs",
            Self::Hyper => "hyper",
            Self::ServeDir => "ServeDir",
        }
    }

    /// Whether threads for cold reads are all that sets it apart from another.
    pub fn only_cold(self) -> bool {
        self == Self::NginxThreads
    }
}

/// Where programs are.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The server that is measured.
    pub teledars: PathBuf,
    /// Folder of the programs that cargo installed, looked into before $PATH.
    pub peers: PathBuf,
    /// Folder for logs and settings of this run.
    pub run: PathBuf,
}

impl Programs {
    /// The program called `name`; `None`: it is not installed.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        // Debian keeps daemons where only root looks.
        let system = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
        [self.peers.join("bin")]
            .into_iter()
            .chain(std::env::split_paths(&path))
            .chain(system)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    }

    fn program(&self, kind: Kind) -> Result<PathBuf, String> {
        let name = match kind {
            Kind::Teledars => return Ok(self.teledars.clone()),
            Kind::Hyper | Kind::ServeDir => {
                return std::env::current_exe().map_err(|e| e.to_string());
            }
            Kind::Nginx | Kind::NginxOpenFiles | Kind::NginxThreads => "nginx",
            Kind::StaticWebServer | Kind::Miniserve | Kind::Dufs => kind.name(),
        };
        self.find(name).ok_or_else(|| "not installed".to_owned())
    }

    /// The versions of those of `kinds` that are programs of others.
    pub fn versions(&self, kinds: &[Kind]) -> Vec<String> {
        let mut all = Vec::new();
        for (kind, flag) in [
            (Kind::Nginx, "-v"),
            (Kind::StaticWebServer, "--version"),
            (Kind::Miniserve, "--version"),
            (Kind::Dufs, "--version"),
        ] {
            let Some(program) = kinds.contains(&kind).then(|| self.program(kind).ok()) else {
                continue;
            };
            let out = program.and_then(|p| run(&p).arg(flag).output().ok());
            if let Some(out) = out {
                let text = [out.stdout, out.stderr].concat();
                let text = String::from_utf8_lossy(&text);
                let version = text.split(|c: char| c.is_whitespace() || c == '/');
                let version = version.map(|w| w.trim_start_matches('v'));
                let mut version = version.filter(|w| w.starts_with(|c: char| c.is_ascii_digit()));
                let version = version.find(|w| w.contains('.')).unwrap_or("?").to_owned();
                all.push(format!("{} {version}", kind.name()));
            }
        }
        all
    }
}

/// A server that runs; ended by its own id when dropped.
pub struct Started {
    /// Which.
    pub kind: Kind,
    child: Child,
    address: SocketAddr,
    targets: HashMap<String, String>,
}

impl Started {
    /// Starts it and waits until it answers. Errors say why there is none.
    pub fn start(kind: Kind, programs: &Programs, archive: &Archive) -> Result<Self, String> {
        let mut started = Self::start_with(kind, programs, archive, None)?;
        if kind == Kind::Teledars {
            started.targets = archive.targets(started.address)?;
        }
        Ok(started)
    }

    /// Starts it with a certificate; it knows no other targets than those of files.
    pub fn start_with(
        kind: Kind,
        programs: &Programs,
        archive: &Archive,
        pair: Option<&Pair>,
    ) -> Result<Self, String> {
        let program = programs.program(kind)?;
        let address = free_address().map_err(|e| e.to_string())?;
        let mut command = run(&program);
        let place = Place {
            address,
            programs,
            archive,
            pair,
        };
        arguments(kind, &mut command, &place).map_err(|e| e.to_string())?;
        let log = programs.run.join(format!("{}.log", kind.name()));
        let log = File::options().create(true).append(true).open(log);
        let log = log.map_err(|e| e.to_string())?;
        let errors = log.try_clone().map_err(|e| e.to_string())?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|e| e.to_string())?;
        let mut started = Self {
            kind,
            child,
            address,
            targets: HashMap::new(),
        };
        started.wait_until_it_answers()?;
        Ok(started)
    }

    fn wait_until_it_answers(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("ended at its start with {status}; see its log"));
            }
            if Instant::now() > deadline {
                return Err(format!("does not listen after {PATIENCE:?}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The process that was started.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// It and its workers.
    pub fn pids(&self) -> Vec<u32> {
        process::family(self.child.id())
    }

    /// The target of a file below the common folder.
    pub fn target(&self, file: &str) -> String {
        match self.targets.get(file) {
            Some(own) => own.clone(),
            None => format!("/{file}"),
        }
    }

    /// What a client would send to ask whether `file` is still the same, from what the server says of it.
    pub fn validator(&self, file: &str) -> io::Result<Option<String>> {
        let mut connection = Connection::open(self.address)?;
        let (head, _) = connection.get(&request("HEAD", &self.target(file), ""))?;
        let tag = head
            .field("etag")
            .map(|v| format!("If-None-Match: {v}\r\n"));
        let date = head.field("last-modified");
        let date = date.map(|v| format!("If-Modified-Since: {v}\r\n"));
        Ok(tag.or(date))
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            let _ = kill_process(pid, Signal::TERM);
        }
        if wait(&mut self.child, GRACE).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A request's head; `fields` end with CRLF each.
pub fn request(method: &str, target: &str, fields: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n")
}

/// Where a server listens and what it serves.
struct Place<'a> {
    address: SocketAddr,
    programs: &'a Programs,
    archive: &'a Archive,
    pair: Option<&'a Pair>,
}

fn arguments(kind: Kind, command: &mut Command, place: &Place<'_>) -> io::Result<()> {
    let Place {
        address,
        programs,
        archive,
        pair,
    } = *place;
    let (port, ip) = (address.port().to_string(), address.ip().to_string());
    let root = archive.files();
    match kind {
        // Defaults, except that all clients come from one address here.
        Kind::Teledars => {
            command.args(["serve", "--jobs", "0"]);
            if let Some(pair) = pair {
                command.arg("--tls-cert").arg(&pair.certificate);
                command.arg("--tls-key").arg(&pair.key);
            }
            command
                .args(["--listen", &address.to_string(), "--data"])
                .arg(archive.data())
                .args(["--max-connections", "20000"])
                .args(["--max-connections-per-address", "20000"])
        }
        Kind::Nginx | Kind::NginxOpenFiles | Kind::NginxThreads => {
            let run = programs.run.join(kind.name());
            fs::create_dir_all(&run)?;
            let settings = run.join("nginx.conf");
            fs::write(&settings, nginx(kind, address, &run, &root, pair))?;
            command.arg("-p").arg(&run).arg("-c").arg(settings)
        }
        Kind::StaticWebServer => command
            .args(["--host", &ip, "--port", &port, "--log-level", "error"])
            .arg("--root")
            .arg(root),
        Kind::Miniserve => command
            .args(["--quiet", "--interfaces", &ip, "--port", &port])
            .arg(root),
        Kind::Dufs => command
            .args(["--bind", &ip, "--port", &port, "--log-format", ""])
            .arg(root),
        Kind::Hyper | Kind::ServeDir => {
            command.args(["--peer", kind.name(), "--listen", &address.to_string()]);
            command.arg("--folder").arg(root)
        }
    };
    Ok(())
}

/// One worker for each processor, sendfile, a buffered line in the log for each request; nothing is paced.
fn nginx(kind: Kind, address: SocketAddr, run: &Path, root: &Path, pair: Option<&Pair>) -> String {
    let user = match rustix::process::geteuid().is_root() {
        // The files may lie where only root looks.
        true => "user root;",
        false => "",
    };
    let more = match kind {
        Kind::NginxOpenFiles => "open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;",
        Kind::NginxThreads => "aio threads;",
        _ => "",
    };
    let (run, root) = (run.display(), root.display());
    let (over, certificate) = match pair {
        None => ("", String::new()),
        Some(pair) => {
            let (certificate, key) = (pair.certificate.display(), pair.key.display());
            let files = format!("ssl_certificate {certificate}; ssl_certificate_key {key};");
            (" ssl http2", files)
        }
    };
    format!(
        "{user}\ndaemon off;\nworker_processes auto;\nworker_rlimit_nofile 20000;\n\
         pid {run}/pid;\nerror_log {run}/error.log;\n\
         events {{ worker_connections 20000; }}\n\
         http {{\n  access_log {run}/access.log combined buffer=64k flush=1s;\n  \
         sendfile on;\n  tcp_nopush off;\n  tcp_nodelay on;\n  {more}\n  \
         keepalive_timeout 75s;\n  keepalive_requests 1000000000;\n  \
         types {{ video/mp4 mp4; }}\n  \
         client_body_temp_path {run}/body;\n  proxy_temp_path {run}/proxy;\n  \
         fastcgi_temp_path {run}/fastcgi;\n  uwsgi_temp_path {run}/uwsgi;\n  scgi_temp_path {run}/scgi;\n  \
         server {{ listen {address}{over} backlog=4096; {certificate} root {root}; }}\n}}\n"
    )
}

/// A port that nobody listens at. Another program could take it before it is used; then the start fails.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// A command in an environment that sets nothing.
#[allow(
    clippy::disallowed_methods,
    reason = "the servers are processes of their own"
)]
pub fn run(program: &Path) -> Command {
    let mut command = Command::new(program);
    // No setting from the environment of whoever measures.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TELEDARS_") {
            command.env_remove(name);
        }
    }
    command
}
