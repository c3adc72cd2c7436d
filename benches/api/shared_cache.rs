//! A class in front of a shared cache: how much of what its pupils ask for the archive itself has to give.
//!
//! nginx keeps pages and files as long as they say, and videos in slices of a megabyte (ngx_http_slice_module), so that any
//! range of one is answered from what another pupil had fetched. Each pupil opens the first page, the grade, the subject and
//! the lesson, with all that belongs to them, plays the lesson to its end as Chromium does (one open range), and goes back
//! in it twice. Nobody asks twice for what a browser keeps.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::asked::Line;
use super::shared::support::archive::Archive;
use super::shared::support::server::Server;

/// A class, and the classes of a grade in a large school.
const PUPILS: [usize; 2] = [30, 120];
/// Pupils who are served at the same moment.
const AT_ONCE: usize = 10;
const PATIENCE: Duration = Duration::from_secs(10);

/// The table; `None`: there is no nginx.
pub fn measure() -> Option<String> {
    let nginx = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"];
    let nginx = nginx
        .into_iter()
        .map(Path::new)
        .find(|path| path.exists())?;
    let mut table = String::from(
        "| pupils | requests | of them the archive's | served by the cache | bytes | of them the archive's | served by the cache |\n\
         |--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for pupils in PUPILS {
        eprintln!("replaying {pupils} pupils");
        let class = replay(nginx, pupils);
        let share = |own: u64, all: u64| 100.0 * (1.0 - own as f64 / all.max(1) as f64);
        writeln!(
            table,
            "| {pupils} | {} | {} | {:.2} % | {} | {} | {:.2} % |",
            class.asked,
            class.own_asked,
            share(class.own_asked, class.asked),
            class.bytes,
            class.own_bytes,
            share(class.own_bytes, class.bytes),
        )
        .unwrap();
    }
    Some(table)
}

/// What a class asked for, and what came to the archive.
struct Class {
    asked: u64,
    bytes: u64,
    own_asked: u64,
    own_bytes: u64,
}

fn replay(nginx: &Path, pupils: usize) -> Class {
    let archive = Archive::with_samples();
    let server = Server::with(archive.data(), ["--log", "info"]);
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::start(nginx, folder.path(), server.address());
    let way = Way::of(&server);
    // What was asked for on the way to the way does not count.
    let before = server.log_until("/l/").lines().count();
    let queue = std::sync::atomic::AtomicUsize::new(0);
    let (asked, bytes) = std::thread::scope(|scope| {
        let pupils: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| {
                    let mut sums = (0, 0);
                    while queue.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < pupils {
                        let (asked, bytes) = way.walk(cache.address);
                        sums = (sums.0 + asked, sums.1 + bytes);
                    }
                    sums
                })
            })
            .collect();
        let sums = pupils.into_iter().map(|p| p.join().unwrap());
        sums.fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    });
    drop(cache);
    let address = server.address();
    // The log is written by a thread of its own; this comes behind everything else.
    Line::open(address).get("/healthz", "");
    let log = server.log_until("path=\"/healthz\"");
    let (mut own_asked, mut own_bytes) = (0, 0);
    for line in log.lines().skip(before).filter(|l| l.contains(" access: ")) {
        if line.contains("path=\"/healthz\"") {
            continue;
        }
        own_asked += 1;
        let sent = line.split(" bytes=").nth(1);
        let sent = sent.and_then(|rest| rest.split(' ').next()?.parse::<u64>().ok());
        own_bytes += sent.unwrap_or_default();
    }
    Class {
        asked,
        bytes,
        own_asked,
        own_bytes,
    }
}

/// What a pupil opens, in order.
struct Way {
    pages: Vec<String>,
    files: BTreeSet<String>,
    video: String,
    video_bytes: u64,
}

impl Way {
    /// From the first page to a lesson that has a recording and captions.
    fn of(server: &Server) -> Self {
        let mut client = server.connect();
        let list = client
            .request("GET", "/api/v1/lessons?limit=200", &[])
            .unwrap()
            .json();
        let lessons = list["lessons"].as_array().unwrap();
        let role = |lesson: &serde_json::Value, role: &str| {
            let files = lesson["files"].as_array().unwrap();
            files.iter().any(|f| f["role"] == role)
        };
        let lesson = lessons
            .iter()
            .find(|l| role(l, "source") && role(l, "captions"));
        let lesson = lesson.unwrap();
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
        let mut video = String::new();
        for page in &pages {
            let html = client.request("GET", page, &[]).unwrap().text();
            for part in html.split(['"', ' ']) {
                let file = part.starts_with("/assets/") || part.contains("/captions/");
                if file && part.starts_with('/') {
                    files.insert(part.replace("&amp;", "&").replace("&#38;", "&"));
                }
                if part.starts_with("/l/")
                    && part.contains("video.mp4?form=fragmented")
                    && video.is_empty()
                {
                    video = part.replace("&amp;", "&").replace("&#38;", "&");
                }
            }
        }
        if video.is_empty() {
            video = format!("/l/{code}/video.mp4?form=fragmented");
        }
        let head = client.request("HEAD", &video, &[]).unwrap();
        Self {
            pages,
            files,
            video_bytes: head.header("content-length").unwrap().parse().unwrap(),
            video,
        }
    }

    /// One pupil: how many requests, and bytes.
    fn walk(&self, cache: SocketAddr) -> (u64, u64) {
        let mut line = Line::open(cache);
        let (mut asked, mut bytes) = (0, 0);
        let mut get = |target: &str, fields: &str| {
            let answered = line.get(target, fields);
            assert!(
                [200, 206].contains(&answered.status),
                "{target}: {}",
                answered.head
            );
            asked += 1;
            bytes += answered.bytes as u64;
        };
        for page in &self.pages {
            get(page, "");
        }
        for file in &self.files {
            get(file, "");
        }
        get(&self.video, "Range: bytes=0-\r\n");
        for part in [2, 3] {
            let from = self.video_bytes / part;
            get(&self.video, &format!("Range: bytes={from}-\r\n"));
        }
        (asked, bytes)
    }
}

/// nginx in front of the archive; ended when dropped.
struct Cache {
    child: Child,
    address: SocketAddr,
}

impl Cache {
    #[allow(
        clippy::disallowed_methods,
        reason = "the cache that is measured is a process of its own"
    )]
    fn start(nginx: &Path, folder: &Path, archive: SocketAddr) -> Self {
        // nginx takes no socket that is open already, so the port is free at this moment only.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let settings: PathBuf = folder.join("nginx.conf");
        fs::write(&settings, self::settings(folder, address, archive)).unwrap();
        let child = Command::new(nginx)
            .arg("-c")
            .arg(&settings)
            .arg("-p")
            .arg(folder)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let cache = Self { child, address };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        cache
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

/// What README recommends to operators, with everything in one folder.
fn settings(folder: &Path, own: SocketAddr, archive: SocketAddr) -> String {
    let folder = folder.display();
    format!(
        "daemon off; pid {folder}/pid; error_log {folder}/error.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n\
           access_log off;\n\
           client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/f;\n\
           uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n\
           proxy_cache_path {folder}/kept levels=1:2 keys_zone=lessons:10m max_size=1g inactive=1d use_temp_path=off;\n\
           upstream archive {{ server {archive}; keepalive 16; }}\n\
           server {{\n\
             listen {own};\n\
             proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $host;\n\
             proxy_set_header Range $slice_range;\n\
             proxy_cache lessons; proxy_cache_lock on; proxy_cache_revalidate on; proxy_cache_use_stale updating;\n\
             proxy_cache_key $host$request_uri$slice_range;\n\
             location / {{ proxy_pass http://archive; }}\n\
             location ~ \\.(mp4|m4a|m4s)$ {{ slice 1m; proxy_pass http://archive; }}\n\
           }}\n\
         }}\n"
    )
}
