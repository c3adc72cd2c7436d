//! nginx as a shared cache in front of an archive, set up as README tells operators to, and a class that watches a lesson
//! through it.

use std::collections::BTreeSet;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::client::Client;
use super::process;
use super::server::Server;

/// Bytes of a slice in which README has videos kept.
pub const SLICE: u64 = 1 << 20;
/// How an archive behind it is started, with a log of what it gives itself. Jobs would make more files meanwhile, and so other
/// pages. README's `--base-url` is left out: nginx alone has to keep hosts of others out.
pub const FLAGS: [&str; 6] = [
    "--trusted-proxy",
    "127.0.0.1",
    "--log",
    "info",
    "--jobs",
    "0",
];
/// Pupils who are served at the same moment.
const AT_ONCE: usize = 10;
const PATIENCE: Duration = Duration::from_secs(20);

/// Requests, and bytes of what was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    pub requests: u64,
    pub bytes: u64,
}

impl Traffic {
    /// What a server has given in its life, by the log that it leaves ([`Server::log_when_ended`]).
    pub fn logged(log: &str) -> Self {
        let mut given = Self::default();
        for line in log.lines().filter(|line| line.contains(" access: ")) {
            given.requests += 1;
            let sent = line.split(" bytes=").nth(1);
            let sent = sent.and_then(|rest| rest.split(' ').next()?.parse::<u64>().ok());
            given.bytes += sent.unwrap_or_else(|| panic!("no bytes in {line}"));
        }
        given
    }
}

/// What a pupil opens, in order: the first page, the grade, the subject, a lesson, and all that belongs to them; then the
/// lesson's recording, to its end as Chromium plays it (one open range), and from two places in it once more. Nobody asks twice
/// for what a browser keeps.
pub struct Way {
    pages: Vec<String>,
    files: BTreeSet<String>,
    video: String,
    video_bytes: u64,
}

impl Way {
    /// To the first lesson that has a recording and captions.
    pub fn of(server: &Server) -> Self {
        let list = server.get("/api/v1/lessons?limit=200").json();
        let has = |lesson: &serde_json::Value, role: &str| {
            let files = lesson["files"].as_array().unwrap();
            files.iter().any(|f| f["role"] == role)
        };
        let lessons = list["lessons"].as_array().unwrap();
        let mut whole = lessons
            .iter()
            .filter(|l| has(l, "source") && has(l, "captions"));
        let lesson = whole.next().unwrap();
        let (code, grade, subject) = (
            lesson["code"].as_str().unwrap(),
            lesson["grades"][0].as_str().unwrap(),
            lesson["subject"].as_str().unwrap(),
        );
        let pages = vec![
            "/az/".to_owned(),
            format!("/az/grades/{grade}"),
            format!("/az/grades/{grade}/{subject}"),
            format!("/az/l/{code}"),
        ];
        let mut files = BTreeSet::new();
        let mut videos = BTreeSet::new();
        for page in &pages {
            let html = server.get(page).text();
            for part in html.split(['"', ' ']).filter(|part| part.starts_with('/')) {
                let target = part.replace("&amp;", "&").replace("&#38;", "&");
                if target.starts_with("/assets/") || target.contains("/captions/") {
                    files.insert(target);
                } else if target.contains("/video.mp4?form=fragmented") {
                    videos.insert(target);
                }
            }
        }
        let video = videos.pop_first().expect("a page with its recording");
        let head = server.connect().request("HEAD", &video, &[]).unwrap();
        Self {
            video_bytes: head.header("content-length").unwrap().parse().unwrap(),
            pages,
            files,
            video,
        }
    }

    /// Things that a cache fetches once each: pages, files and slices of the recording.
    pub fn things(&self) -> u64 {
        (self.pages.len() + self.files.len()) as u64 + self.video_bytes.div_ceil(SLICE)
    }

    /// A class of so many pupils, some at the same moment.
    pub fn attended(&self, cache: SocketAddr, pupils: usize) -> Traffic {
        let next = AtomicUsize::new(0);
        let some = || {
            let mut traffic = Traffic::default();
            while next.fetch_add(1, Relaxed) < pupils {
                self.walk(cache, &mut traffic);
            }
            traffic
        };
        std::thread::scope(|scope| {
            let some: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(some)).collect();
            let each = some.into_iter().map(|pupils| pupils.join().unwrap());
            each.fold(Traffic::default(), |a, b| Traffic {
                requests: a.requests + b.requests,
                bytes: a.bytes + b.bytes,
            })
        })
    }

    fn walk(&self, cache: SocketAddr, traffic: &mut Traffic) {
        let mut client = Client::connect(cache);
        let mut get = |target: &str, range: Option<&str>, status| {
            let range = range.map(|range| ("Range", range));
            let answer = client.request("GET", target, range.as_slice()).unwrap();
            assert_eq!(answer.status, status, "{target}: {:?}", answer.headers);
            traffic.requests += 1;
            traffic.bytes += answer.body.len() as u64;
        };
        for target in self.pages.iter().chain(&self.files) {
            get(target, None, 200);
        }
        for from in [0, self.video_bytes / 2, self.video_bytes / 3] {
            get(&self.video, Some(&format!("bytes={from}-")), 206);
        }
    }
}

/// nginx in front of an archive; ended when dropped.
pub struct SharedCache {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl SharedCache {
    /// Where nginx is, if it is installed.
    pub fn nginx() -> Option<PathBuf> {
        let places = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"];
        places.into_iter().map(PathBuf::from).find(|p| p.exists())
    }

    /// Keeps what `archive` gives, in a folder of its own.
    pub fn start(nginx: &Path, archive: SocketAddr) -> Self {
        // nginx takes no socket that is open already, and somebody else may take the port meanwhile.
        let mut tries = (0..10).map(|_| Self::try_to_start(nginx, archive));
        tries.find_map(|cache| cache).expect("a port for nginx")
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the cache is a process of its own"
    )]
    fn try_to_start(nginx: &Path, archive: SocketAddr) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        // Started by root, its workers are nobody.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let settings = folder.path().join("nginx.conf");
        fs::write(&settings, self::settings(folder.path(), address, archive)).unwrap();
        let child = Command::new(nginx)
            .arg("-c")
            .arg(&settings)
            .arg("-p")
            .arg(folder.path())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut cache = Self {
            child,
            address,
            folder,
        };
        let deadline = Instant::now() + PATIENCE;
        // It writes this when it listens.
        while fs::read_to_string(cache.folder.path().join("pid")).map_or(true, |id| id.is_empty()) {
            if cache.child.try_wait().unwrap().is_some() {
                let said = fs::read_to_string(cache.folder.path().join("error.log"));
                let said = said.unwrap_or_default();
                assert!(
                    said.contains("Address already in use"),
                    "nginx ended: {said}"
                );
                return None;
            }
            assert!(Instant::now() < deadline, "nginx does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(cache)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for SharedCache {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        // Its workers end with it, which SIGKILL would leave behind.
        let pid = Pid::from_raw(self.child.id().cast_signed()).unwrap();
        let _ = kill_process(pid, Signal::TERM);
        process::wait(&mut self.child, PATIENCE);
    }
}

/// README's settings, with everything in `folder`, and what a whole nginx.conf needs around them.
fn settings(folder: &Path, own: SocketAddr, archive: SocketAddr) -> String {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let from = readme.find("proxy_cache_path ").unwrap();
    let told = &readme[from..];
    let told = &told[..told.find("```").unwrap()];
    let folder = folder.display().to_string();
    let here = |told: &str, there: &str, here: &str| {
        assert!(told.contains(there), "README's nginx has no {there:?}");
        told.replace(there, here)
    };
    let told = here(told, "/var/cache/lessons", &format!("{folder}/kept"));
    let told = here(&told, "http://127.0.0.1:8080", &format!("http://{archive}"));
    let told = here(&told, "server {", &format!("server {{ listen {own};"));
    format!(
        "daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n\
         http {{\n\
         access_log off;\n\
         client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/fastcgi;\n\
         uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n\
         {told}}}\n"
    )
}
