//! Jobs that are done on other machines: the real server and real workers between which lines break, and workers that
//! are wrong or mean harm, whose requests are written here.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use teledars::catalogue::{Catalogue, Job, JobFilter, JobKind, JobState, Whose};

use crate::support::archive::{Archive, files_below};
use crate::support::client::Response;
use crate::support::line::{Fault, Line};
use crate::support::process;
use crate::support::samples;
use crate::support::server::Server;
use crate::support::teacher::BYTES;

/// How long something may take on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(100);

/// An archive with one lesson, whose recording is `more` bytes longer than the smallest sample.
fn one_lesson(more: u32) -> Archive {
    let (archive, folder) = (Archive::empty(), tempfile::tempdir().unwrap());
    samples::make_recording(&folder.path().join("a.mp4"), more, "worker");
    let sheet = folder.path().join("sheet.csv");
    let row =
        "file,title,grades,subject,section,visibility\na.mp4,Kəsrlər,7,mathematics,az,public\n";
    fs::write(&sheet, row).unwrap();
    archive.import(&sheet).expect_code(0);
    archive
}

/// A server that does no jobs itself and waits two seconds for others.
fn serve(archive: &Archive) -> Server {
    Server::with(archive.data(), ["--jobs", "0", "--job-lease-seconds", "2"])
}

fn token(archive: &Archive, name: &str, role: &str) -> String {
    let made = archive.run(["token", "create", name, "--role", role]);
    made.expect_code(0).stdout.trim().to_owned()
}

fn jobs(archive: &Archive) -> Vec<Job> {
    let catalogue = Catalogue::open(archive.data(), 1).unwrap();
    let filter = JobFilter {
        whose: Whose::All,
        lesson: None,
        state: None,
    };
    let all = catalogue.read_blocking(move |c| c.jobs(&filter, None, 100));
    all.unwrap().0
}

/// The job of `kind`, as soon as it is in `state`.
#[track_caller]
fn job_until(archive: &Archive, kind: JobKind, state: JobState) -> Job {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let all = jobs(archive);
        let found = all.iter().find(|j| j.kind == kind && j.state == state);
        if let Some(job) = found {
            return job.clone();
        }
        assert!(Instant::now() < deadline, "{all:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// `teledars worker`; killed by its own id when dropped.
struct Worker {
    child: Child,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Worker {
    fn start(server: &str, token: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = process::teledars(["worker", "--server", server, "--data"]);
        command.arg(folder.path()).args(flags);
        command.env("TELEDARS_WORKER_TOKEN", token);
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (stderr, written) = (
            BufReader::new(child.stderr.take().unwrap()),
            Arc::clone(&log),
        );
        let reader = std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let mut log = written.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Self {
            child,
            log,
            reader: Some(reader),
            _folder: folder,
        }
    }

    /// Does jobs of the kind probe only, which need no encoder.
    fn probes(server: std::net::SocketAddr, token: &str, name: &str) -> Self {
        let flags = ["--kinds", "probe", "--name", name];
        Self::start(&format!("http://{server}"), token, &flags)
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    #[track_caller]
    fn log_until(&self, part: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = self.log.lock().unwrap().clone();
            if log.contains(part) {
                return;
            }
            assert!(Instant::now() < deadline, "no {part:?} in\n{log}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for its end: its status, and what it logged.
    #[track_caller]
    fn ended(mut self) -> (ExitStatus, String) {
        let status = process::wait(&mut self.child, PATIENCE);
        let status =
            status.unwrap_or_else(|| panic!("still running\n{}", self.log.lock().unwrap()));
        self.reader.take().unwrap().join().unwrap();
        let log = self.log.lock().unwrap().clone();
        (status, log)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Errors mean that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        if std::thread::panicking() {
            eprintln!("--- a worker's log\n{}", self.log.lock().unwrap());
        }
    }
}

/// A worker whose every request is written by hand.
struct ByHand<'a> {
    server: &'a Server,
    bearer: String,
}

impl<'a> ByHand<'a> {
    fn new(server: &'a Server, token: &str) -> Self {
        Self {
            server,
            bearer: format!("Bearer {token}"),
        }
    }

    fn post(&self, path: &str, body: &Value) -> Response {
        let headers = [
            ("Authorization", self.bearer.as_str()),
            ("Content-Type", "application/json"),
        ];
        let body = body.to_string();
        let answer = self
            .server
            .connect()
            .send_body("POST", path, &headers, body.as_bytes());
        answer.unwrap()
    }

    /// Claims a job of this kind.
    #[track_caller]
    fn claim(&self, kind: &str) -> Value {
        let answer = self.post(
            "/api/v1/worker/claim",
            &json!({"worker": "by hand", "kinds": [kind]}),
        );
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    fn about(&self, job: &Value, what: &str, more: Value) -> Response {
        let mut body = more;
        body["lease"] = job["lease"].clone();
        let path = match what {
            "" => format!("/api/v1/worker/{}", job["job"]),
            what => format!("/api/v1/worker/{}/{what}", job["job"]),
        };
        self.post(&path, &body)
    }

    fn bytes(
        &self,
        method: &str,
        path: &str,
        lease: &str,
        more: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        let mut headers = vec![
            ("Authorization", self.bearer.as_str()),
            ("Job-Lease", lease),
        ];
        headers.extend(more);
        let mut client = self.server.connect();
        let answer = match method {
            "PATCH" => client.send_body(method, path, &headers, body),
            _ => client.request(method, path, &headers),
        };
        answer.unwrap()
    }

    fn get(&self, job: &Value, file: &str, more: &[(&str, &str)]) -> Response {
        let url = job[file]["url"].as_str().unwrap();
        self.bytes("GET", url, job["lease"].as_str().unwrap(), more, &[])
    }

    fn add(&self, job: &Value, number: u32, offset: usize, bytes: &[u8]) -> Response {
        let path = format!("/worker/{}/products/{number}", job["job"]);
        let offset = offset.to_string();
        let more = [BYTES, ("Upload-Offset", offset.as_str())];
        self.bytes("PATCH", &path, job["lease"].as_str().unwrap(), &more, bytes)
    }

    /// Sends a file whole and says that it is all that was made.
    fn hand_in(&self, job: &Value, bytes: &[u8], product: Value) -> Response {
        let sent = self.add(job, 0, 0, bytes);
        assert_eq!(sent.status, 204, "{}", sent.text());
        self.about(
            job,
            "done",
            json!({"products": [declared(0, bytes, product)]}),
        )
    }
}

fn declared(number: u32, bytes: &[u8], product: Value) -> Value {
    let mut product = product;
    product["number"] = number.into();
    let sha256: String = Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    product["sha256"] = sha256.into();
    product
}

/// What a probe might say of the smallest sample.
fn facts(duration: &Value) -> Value {
    json!({
        "format": "mov,mp4,m4a,3gp,3g2,mj2", "duration": duration,
        "video": {"stream": 0, "codec": "h264", "lines": "yuv420p", "width": 640, "height": 360, "rate": 25.0},
        "sounds": [{"stream": 1, "codec": "aac", "channels": 1, "rate": 44100}],
    })
}

fn lesson(server: &Server) -> Value {
    let all = server.get("/api/v1/lessons?grade=7").json();
    all["lessons"][0].clone()
}

/// The beginning of a JPEG file of 160 × 90 pixels, which is all that the archive looks at.
const PICTURE: &[u8] = &[
    0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 90, 0, 160, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9,
];

/// A worker by hand that has had its probe believed, so that there are jobs with files.
fn after_the_probe<'a>(server: &'a Server, token: &str) -> ByHand<'a> {
    let worker = ByHand::new(server, token);
    let job = worker.claim("probe");
    let duration = &lesson(server)["files"][0]["duration_ms"];
    let done = worker.about(&job, "done", json!({"facts": facts(duration)}));
    assert_eq!(done.status, 200, "{}", done.text());
    worker
}

#[test]
fn a_server_without_jobs_of_its_own_leaves_them_all_to_another_machine() {
    let archive = one_lesson(8);
    let server = serve(&archive);
    let token = token(&archive, "classroom", "worker");
    let worker = Worker::start(
        &format!("http://{}", server.address()),
        &token,
        &["--name", "classroom 4"],
    );
    job_until(&archive, JobKind::Probe, JobState::Done);
    let deadline = Instant::now() + PATIENCE;
    while jobs(&archive)
        .iter()
        .any(|j| matches!(j.state, JobState::Queued | JobState::Running))
    {
        assert!(Instant::now() < deadline, "{:?}", jobs(&archive));
        std::thread::sleep(Duration::from_millis(50));
    }
    let all = jobs(&archive);
    assert!(all.len() > 1, "the probe leads to more: {all:?}");
    for job in &all {
        assert_eq!(job.state, JobState::Done, "{job:?}");
        assert_eq!(job.worker.as_deref(), Some("classroom 4"), "{job:?}");
        let log = archive.data().join(format!("jobs/{}.log", job.id));
        assert!(fs::read_to_string(log).unwrap().contains("by classroom 4"));
    }
    worker.signal(Signal::TERM);
    let (status, log) = worker.ended();
    assert_eq!(status.code(), Some(0), "{log}");
    assert_eq!(results(&archive), 0);
    let files = lesson(&server)["files"].clone();
    let small = files
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["quality"] == 240);
    assert_eq!(
        small.map(|f| &f["role"]),
        Some(&json!("rendition")),
        "{files}"
    );
    archive.expect_sound();
}

/// Files that workers sent and that are not taken in.
fn results(archive: &Archive) -> usize {
    let folder = archive.data().join("results");
    match folder.exists() {
        true => files_below(&folder).len(),
        false => 0,
    }
}

#[test]
fn what_a_worker_made_is_in_the_lesson_as_if_it_had_been_made_here() {
    let archive = one_lesson(8);
    let server = serve(&archive);
    let token = token(&archive, "classroom", "worker");
    let worker = after_the_probe(&server, &token);

    let job = worker.claim("narrow");
    assert_eq!(job["facts"]["video"]["codec"], "h264");
    assert_eq!(job["limits"]["wall_seconds"], 21_600);
    let source = worker.get(&job, "source", &[]);
    assert_eq!(
        (source.status, source.header("cache-control")),
        (200, Some("private, no-store"))
    );
    assert_eq!(
        source.body.len() as u64,
        job["source"]["bytes"].as_u64().unwrap()
    );
    let tag = source.header("etag").unwrap();
    let part = worker.get(&job, "source", &[("Range", "bytes=7-9"), ("If-Range", tag)]);
    assert_eq!((part.status, &part.body[..]), (206, &source.body[7..10]));
    let other = worker.get(
        &job,
        "source",
        &[("Range", "bytes=7-9"), ("If-Range", "\"other\"")],
    );
    assert_eq!(other.status, 200);

    // Sent in two pieces, the first of which breaks off: what came of it need not come again.
    let (length, bytes) = (source.body.len(), &source.body);
    let path = format!("/worker/{}/products/0", job["job"]);
    let lease = job["lease"].as_str().unwrap();
    let mut broken = server.connect();
    let said = length.to_string();
    broken.begin(
        "PATCH",
        &path,
        &[
            ("Authorization", &worker.bearer),
            ("Job-Lease", lease),
            BYTES,
            ("Upload-Offset", "0"),
        ],
        Some(&said),
    );
    broken.send(&bytes[..length / 2]).unwrap();
    drop(broken);
    let here = {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let told = worker.bytes("HEAD", &path, lease, &[], &[]);
            let here: usize = told.header("upload-offset").unwrap().parse().unwrap();
            if here == length / 2 {
                break here;
            }
            assert!(Instant::now() < deadline, "{here} of {}", length / 2);
        }
    };
    let beyond = worker.add(&job, 0, here + 1, &bytes[here + 1..]);
    assert_eq!(
        (beyond.status, beyond.header("upload-offset")),
        (409, Some(here.to_string().as_str()))
    );
    assert_eq!(worker.add(&job, 0, here, &bytes[here..]).status, 204);
    let progress = worker.about(
        &job,
        "",
        json!({"progress": 500, "log": ["half way", "a\nb"]}),
    );
    assert_eq!(progress.status, 200);
    let running = jobs(&archive)
        .into_iter()
        .find(|j| j.state == JobState::Running)
        .unwrap();
    assert_eq!(
        (running.progress, running.worker.as_deref()),
        (500, Some("by hand"))
    );
    let rendition = declared(0, bytes, json!({"role": "rendition", "quality": 360}));
    let done = worker.about(&job, "done", json!({"products": [rendition]}));
    assert_eq!(done.status, 200, "{}", done.text());
    let log = fs::read_to_string(archive.data().join(format!("jobs/{}.log", job["job"]))).unwrap();
    assert!(log.contains("half way") && log.contains("a b"), "{log}");

    // What follows is made of it.
    let job = worker.claim("pictures");
    let narrow = worker.get(&job, "narrow", &[]);
    assert_eq!(narrow.body, source.body);
    let done = worker.hand_in(&job, PICTURE, json!({"role": "poster"}));
    assert_eq!(done.status, 200, "{}", done.text());

    let shown = server.get_until("/api/v1/lessons?grade=7", |answer| {
        let files = answer.json()["lessons"][0]["files"]
            .as_array()
            .map_or(0, Vec::len);
        files == 3
    });
    let files = shown.json()["lessons"][0]["files"].clone();
    let of = |role: &str| {
        files
            .as_array()
            .unwrap()
            .iter()
            .find(|f| f["role"] == role)
            .unwrap()
            .clone()
    };
    assert_eq!(of("rendition")["quality"], 360);
    assert_eq!(
        (&of("poster")["width"], &of("poster")["mime"]),
        (&json!(160), &json!("image/jpeg"))
    );
    assert_eq!(results(&archive), 0);
    archive.expect_sound();
}

#[test]
fn a_worker_can_do_no_more_harm_than_a_bad_picture_of_the_job_that_it_has() {
    let archive = one_lesson(8);
    let server = serve(&archive);
    let worker = after_the_probe(&server, &token(&archive, "classroom", "worker"));
    let recording = fs::read(samples::small_recording()).unwrap();
    let captions = b"WEBVTT\n\n00:00.000 --> 00:01.000\n<script>alert(1)</script>\n";
    // Each is a failed attempt, after which a job rests: it is queued anew by hand.
    let forget = || {
        let catalogue = Catalogue::open(archive.data(), 1).unwrap();
        for job in jobs(&archive) {
            catalogue
                .progress_blocking(move |c| Ok((c.cancel_job(job.id)?, c.retry_job(job.id)?)))
                .unwrap();
        }
    };
    let short = &recording[..recording.len() / 2];
    let cases: Vec<(&str, &[u8], Value, &str)> = vec![
        (
            "narrow",
            b"MZ\x90\0 no video",
            json!({"role": "rendition", "quality": 240}),
            "no",
        ),
        (
            "narrow",
            short,
            json!({"role": "rendition", "quality": 360}),
            "",
        ),
        (
            "narrow",
            &recording,
            json!({"role": "rendition", "quality": 1080}),
            "lines",
        ),
        (
            "narrow",
            &recording,
            json!({"role": "rendition"}),
            "quality",
        ),
        (
            "narrow",
            &recording,
            json!({"role": "audio", "quality": 24}),
            "sound alone",
        ),
        (
            "narrow",
            &recording,
            json!({"role": "source", "quality": 360}),
            "makes none such",
        ),
        (
            "narrow",
            &recording,
            json!({"role": "attachment"}),
            "makes none such",
        ),
        (
            "narrow",
            PICTURE,
            json!({"role": "poster"}),
            "makes none such",
        ),
        (
            "ladder",
            &recording,
            json!({"role": "rendition", "quality": 360, "language": "az"}),
            "captions",
        ),
        (
            "slides",
            b"MZ\x90\0 no picture",
            json!({"role": "slide", "start_ms": 0}),
            "JPEG",
        ),
        (
            "slides",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            json!({"role": "slide", "start_ms": 0}),
            "JPEG",
        ),
        ("slides", PICTURE, json!({"role": "slide"}), "start_ms"),
        (
            "slides",
            captions,
            json!({"role": "captions", "language": "az"}),
            "makes none such",
        ),
    ];
    for (kind, bytes, product, why) in cases {
        let job = worker.claim(kind);
        let refused = worker.hand_in(&job, bytes, product.clone());
        let said = refused.text();
        assert_eq!(refused.status, 422, "{kind} {product}: {said}");
        assert!(said.contains(why), "{kind} {product}: {said}");
        // The job is over, and its lease worth nothing.
        assert_eq!(worker.about(&job, "done", json!({})).status, 409);
        forget();
    }
    let job = worker.claim("narrow");
    assert_eq!(worker.add(&job, 0, 0, &recording).status, 204);
    let mut lie = declared(
        0,
        b"other bytes",
        json!({"role": "rendition", "quality": 360}),
    );
    let refused = worker.about(&job, "done", json!({"products": [lie.clone()]}));
    assert!(refused.text().contains("SHA-256"), "{}", refused.text());
    forget();
    let job = worker.claim("narrow");
    for (change, value) in [
        ("role", json!("poster ")),
        ("sha256", json!("xyz")),
        ("number", json!(2000)),
    ] {
        lie = declared(0, b"", json!({"role": "rendition"}));
        lie[change] = value;
        assert_eq!(
            worker
                .about(&job, "done", json!({"products": [lie]}))
                .status,
            400,
            "{change}"
        );
    }
    assert_eq!(worker.about(&job, "give-back", json!({})).status, 200);
    let job = worker.claim("ladder");
    let bad = worker.about(&job, "done", json!({"facts": facts(&json!(1))}));
    assert!(bad.text().contains("tells no facts"), "{}", bad.text());
    forget();

    // Nine gigabytes are refused before the first of them.
    let job = worker.claim("narrow");
    let path = format!("/worker/{}/products/0", job["job"]);
    let mut client = server.connect();
    let headers = [
        ("Authorization", worker.bearer.as_str()),
        ("Job-Lease", job["lease"].as_str().unwrap()),
        BYTES,
        ("Upload-Offset", "0"),
    ];
    client.begin("PATCH", &path, &headers, Some("9000000000"));
    let refused = client.response_to("PATCH").unwrap();
    assert_eq!(refused.status, 413, "{}", refused.text());
    assert_eq!(
        worker.add(&job, 8, 0, b"a").status,
        400,
        "there is no ninth file"
    );
    assert_eq!(worker.add(&job, 0, 0, b"never declared").status, 204);
    assert_eq!(worker.about(&job, "give-back", json!({})).status, 200);

    let catalogue = Catalogue::open(archive.data(), 1).unwrap();
    let probe = jobs(&archive)
        .into_iter()
        .find(|j| j.kind == JobKind::Probe)
        .unwrap();
    catalogue
        .progress_blocking(move |c| c.retry_job(probe.id))
        .unwrap();
    let mut nonsense = facts(&json!(1000));
    nonsense["video"]["codec"] = "h264; rm -rf /".into();
    let job = worker.claim("probe");
    let refused = worker.about(&job, "done", json!({"facts": nonsense}));
    assert_eq!(refused.status, 422, "{}", refused.text());

    assert_eq!(
        lesson(&server)["files"].as_array().unwrap().len(),
        1,
        "nothing of it was taken"
    );
    assert_eq!(results(&archive), 0);
    let kept = files_below(&archive.data().join("files"));
    assert_eq!(kept.len(), 1, "{kept:?}");
    archive.expect_sound();
}

#[test]
fn whose_lease_it_is_not_gets_nothing() {
    let archive = one_lesson(8);
    let server = serve(&archive);
    let (own, other) = (
        token(&archive, "classroom", "worker"),
        token(&archive, "admin", "admin"),
    );
    let (worker, other) = (ByHand::new(&server, &own), ByHand::new(&server, &other));
    let job = worker.claim("probe");
    let none = other.post(
        "/api/v1/worker/claim",
        &json!({"worker": "other", "kinds": ["probe", "later"]}),
    );
    assert_eq!(none.status, 204, "it is given once");
    for stranger in [&worker, &other] {
        let mut foreign = job.clone();
        for (field, value) in [("lease", json!("0".repeat(32))), ("job", json!(999))] {
            foreign[field] = value;
            foreign["source"]["url"] = format!("/worker/{}/source", foreign["job"]).into();
            assert_eq!(stranger.get(&foreign, "source", &[]).status, 409);
            assert_eq!(stranger.add(&foreign, 0, 0, b"a").status, 409);
            for what in ["", "done", "failed", "give-back"] {
                let said = json!({"progress": 1, "error": "x", "facts": facts(&json!(1))});
                let refused = stranger.about(&foreign, what, said);
                assert_eq!(refused.status, 409, "{what}: {}", refused.text());
                assert_eq!(refused.json()["type"], "/problems/lease-lost");
            }
        }
    }
    for name in ["", "server", "a\nb", &"a".repeat(101)] {
        let refused = worker.post(
            "/api/v1/worker/claim",
            &json!({"worker": name, "kinds": ["probe"]}),
        );
        assert_eq!(refused.status, 400, "{name:?}");
    }
    assert_eq!(
        jobs(&archive)[0].state,
        JobState::Running,
        "it is still its own"
    );
    assert_eq!(
        worker
            .about(&job, "failed", json!({"error": "no", "hopeless": true}))
            .status,
        200
    );
    let failed = job_until(&archive, JobKind::Probe, JobState::Failed);
    assert_eq!(failed.error.as_deref(), Some("no"));
}

#[test]
fn a_workers_token_opens_nothing_else_and_only_an_administrator_gives_it() {
    let archive = one_lesson(8);
    let server = serve(&archive);
    let address = format!("http://{}", server.address());
    let own = token(&archive, "classroom", "worker");
    let teachers = token(&archive, "Leyla", "teacher");
    let asks = |token: &str, path: &str| {
        let bearer = format!("Bearer {token}");
        let answer = server
            .connect()
            .request("GET", path, &[("Authorization", &bearer)]);
        answer.unwrap().status
    };
    assert_eq!(asks(&own, "/api/v1/me"), 403);
    assert_eq!(asks(&own, "/api/v1/desk/lessons"), 403);
    assert_eq!(asks(&teachers, "/api/v1/me"), 200);
    let refused = archive.run(["token", "create", "Leyla", "--role", "worker"]);
    assert!(refused.expect_code(1).stderr.contains("cannot be worker"));

    // What an administrator could do is nobody's when they are none any more.
    let admins = token(&archive, "Samir", "admin");
    let lent = token(&archive, "Samir", "worker");
    assert_eq!(
        ByHand::new(&server, &admins).claim("probe")["kind"],
        "probe"
    );
    let claims = |token: &str| {
        let body = json!({"worker": "w", "kinds": ["speech"]});
        ByHand::new(&server, token)
            .post("/api/v1/worker/claim", &body)
            .status
    };
    assert_eq!((claims(&lent), claims(&teachers)), (204, 403));
    archive
        .run(["user", "role", "Samir", "teacher"])
        .expect_code(0);
    let deadline = Instant::now() + PATIENCE;
    while claims(&lent) != 401 {
        assert!(Instant::now() < deadline);
    }
    assert_eq!(claims(&admins), 403);

    for (token, code, said) in [
        ("tds_wrong", 1, "401"),
        (teachers.as_str(), 1, "403"),
        ("a b", 2, "token"),
    ] {
        let (status, log) = Worker::start(&address, token, &[]).ended();
        assert_eq!(status.code(), Some(code), "{log}");
        assert!(log.contains(said), "{log}");
    }
    for server in [
        "lessons.example",
        "ftp://lessons.example",
        "http://lessons.example/path",
    ] {
        let (status, log) = Worker::start(server, &own, &[]).ended();
        assert_eq!(
            (status.code(), log.contains("is no address")),
            (Some(2), true),
            "{log}"
        );
    }
    let (status, log) = Worker::start(&address, &own, &["--kinds", "dance"]).ended();
    assert_eq!(
        (status.code(), log.contains("write one of probe")),
        (Some(2), true),
        "{log}"
    );
}

#[test]
fn a_recording_over_a_line_that_breaks_comes_once() {
    let archive = one_lesson(4 << 20);
    let server = serve(&archive);
    let line = Line::to(server.address(), Fault::BreaksAfter(1 << 20));
    let worker = Worker::probes(
        line.address(),
        &token(&archive, "classroom", "worker"),
        "far",
    );
    job_until(&archive, JobKind::Probe, JobState::Done);
    let length = lesson(&server)["files"][0]["bytes"].as_u64().unwrap();
    assert!(line.faults() >= 4, "it broke {} times", line.faults());
    // Besides the recording there are heads, and the answers to what a worker says about its job.
    let more = line.bytes_down() - length;
    assert!(more < 64 << 10, "{more} bytes more than the recording has");
    worker.signal(Signal::TERM);
    assert_eq!(worker.ended().0.code(), Some(0));
}

#[test]
fn what_was_made_goes_over_a_line_that_breaks_once() {
    let archive = one_lesson(8);
    let server = serve(&archive);
    let token = token(&archive, "classroom", "worker");
    let probe = Worker::probes(server.address(), &token, "near");
    job_until(&archive, JobKind::Probe, JobState::Done);
    drop(probe);
    let line = Line::to(server.address(), Fault::BreaksAfterSending(32 << 10));
    let address = format!("http://{}", line.address());
    let _worker = Worker::start(&address, &token, &["--kinds", "narrow"]);
    job_until(&archive, JobKind::Narrow, JobState::Done);
    let files = lesson(&server)["files"].as_array().unwrap().clone();
    let made = files.iter().filter(|f| f["role"] != "source");
    let made: u64 = made.map(|f| f["bytes"].as_u64().unwrap()).sum();
    assert!(made > 64 << 10, "{made} bytes were made");
    assert!(line.faults() >= 2, "it broke {} times", line.faults());
    // Besides what was made there are heads, and what a worker says about its job.
    let more = line.bytes_up() - made;
    assert!(more < 64 << 10, "{more} bytes more than what was made");
    archive.expect_sound();
}

#[test]
fn a_worker_that_is_killed_gives_its_job_to_another() {
    let archive = one_lesson(4 << 20);
    let server = serve(&archive);
    let token = token(&archive, "classroom", "worker");
    let line = Line::to(server.address(), Fault::SilentAfter(1 << 20));
    let first = Worker::probes(line.address(), &token, "first");
    line.until_fault();
    assert_eq!(
        job_until(&archive, JobKind::Probe, JobState::Running)
            .worker
            .as_deref(),
        Some("first")
    );
    first.signal(Signal::KILL);
    first.ended();
    let second = Worker::probes(server.address(), &token, "second");
    let done = job_until(&archive, JobKind::Probe, JobState::Done);
    assert_eq!((done.worker.as_deref(), done.attempts), (Some("second"), 2));
    second.signal(Signal::TERM);
    assert_eq!(second.ended().0.code(), Some(0));
    archive.expect_sound();
}

#[test]
fn what_a_dead_worker_had_sent_is_deleted_with_its_lease_and_never_seen() {
    let archive = one_lesson(8);
    let server = serve(&archive);
    let worker = after_the_probe(&server, &token(&archive, "classroom", "worker"));
    let job = worker.claim("narrow");
    let recording = fs::read(samples::small_recording()).unwrap();
    assert_eq!(worker.add(&job, 0, 0, &recording).status, 204);
    assert!(results(&archive) > 0);
    // It is not heard of again.
    let deadline = Instant::now() + PATIENCE;
    while results(&archive) > 0 {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(
        job_until(&archive, JobKind::Narrow, JobState::Queued).attempts,
        1
    );
    let rendition = declared(0, &recording, json!({"role": "rendition", "quality": 360}));
    assert_eq!(
        worker
            .about(&job, "done", json!({"products": [rendition]}))
            .status,
        409
    );
    assert_eq!(lesson(&server)["files"].as_array().unwrap().len(), 1);
    archive.expect_sound();
}

#[test]
fn whoever_did_not_hear_that_it_is_handed_in_asks_again_and_is_told_the_same() {
    let archive = one_lesson(8);
    let server = serve(&archive);
    let worker = after_the_probe(&server, &token(&archive, "classroom", "worker"));
    let job = worker.claim("narrow");
    let recording = fs::read(samples::small_recording()).unwrap();
    let rendition = json!({"role": "rendition", "quality": 360});
    assert_eq!(worker.hand_in(&job, &recording, rendition).status, 200);
    let again = worker.about(&job, "done", json!({"products": []}));
    assert_eq!(again.status, 200, "{}", again.text());
    assert_eq!(lesson(&server)["files"].as_array().unwrap().len(), 2);
    // Only that is still theirs to say.
    let late = worker.about(&job, "", json!({"progress": 1}));
    assert_eq!(late.status, 409, "{}", late.text());
    let done = job_until(&archive, JobKind::Narrow, JobState::Done);
    let catalogue = Catalogue::open(archive.data(), 1).unwrap();
    let retried = catalogue.progress_blocking(move |c| c.retry_job(done.id));
    assert!(retried.unwrap());
    let stale = worker.about(&job, "done", json!({"products": []}));
    assert_eq!(stale.status, 409, "{}", stale.text());
    archive.expect_sound();
}

#[test]
fn what_a_worker_declares_wrongly_is_no_good_and_nothing_of_it_is_taken() {
    let archive = one_lesson(8);
    let server = serve(&archive);
    let worker = after_the_probe(&server, &token(&archive, "classroom", "worker"));
    let job = worker.claim("narrow");
    let none = worker.about(&job, "done", json!({"products": []}));
    assert_eq!(none.status, 422, "{}", none.text());
    assert!(
        none.text().contains("no file is declared"),
        "{}",
        none.text()
    );
    let job = worker.claim("slides");
    assert_eq!(worker.add(&job, 0, 0, PICTURE).status, 204);
    let slide = |position: u32| {
        let slide = json!({"role": "slide", "start_ms": position, "position": position});
        declared(0, PICTURE, slide)
    };
    let twice = worker.about(&job, "done", json!({"products": [slide(0), slide(1)]}));
    assert_eq!(twice.status, 422, "{}", twice.text());
    assert!(
        twice.text().contains("its number is another one's as well"),
        "{}",
        twice.text()
    );
    let job = worker.claim("ladder");
    let why = "nothing to make: the recording has too few lines for higher qualities";
    let none = worker.about(&job, "done", json!({"nothing": why}));
    assert_eq!(none.status, 200, "{}", none.text());
    let done = job_until(&archive, JobKind::Ladder, JobState::Done);
    assert_eq!(done.error.as_deref(), Some(why));
    assert_eq!(lesson(&server)["files"].as_array().unwrap().len(), 1);
    assert_eq!(results(&archive), 0);
    archive.expect_sound();
}

#[test]
fn one_persons_workers_keep_no_more_jobs_than_they_may() {
    let archive = one_lesson(8);
    let flags = ["--jobs", "0", "--job-leases-per-person", "2"];
    let server = Server::with(archive.data(), flags);
    let (own, other) = (
        token(&archive, "classroom", "worker"),
        token(&archive, "library", "worker"),
    );
    let second = token(&archive, "classroom", "worker");
    let worker = after_the_probe(&server, &own);
    let narrow = worker.claim("narrow");
    let slides = ByHand::new(&server, &second).claim("slides");
    let body = json!({"worker": "w", "kinds": ["ladder"]});
    // Another token of the same person's is no other person.
    let refused = ByHand::new(&server, &second).post("/api/v1/worker/claim", &body);
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert!(
        refused.text().contains("job_leases_per_person"),
        "{}",
        refused.text()
    );
    assert_eq!(refused.header("retry-after"), Some("30"));
    let ladder = ByHand::new(&server, &other).claim("ladder");
    assert_eq!(ladder["kind"], "ladder");
    assert_eq!(worker.about(&slides, "give-back", json!({})).status, 200);
    assert_eq!(worker.claim("slides")["kind"], "slides");
    // After a start whoever goes on with a job has it still.
    server.kill();
    let server = Server::with(archive.data(), flags);
    let worker = ByHand::new(&server, &own);
    assert_eq!(
        worker.about(&narrow, "", json!({"progress": 1})).status,
        200
    );
    drop(worker);
}

#[test]
fn workers_that_are_killed_one_after_the_other_lose_nothing_and_leave_nothing() {
    let archive = one_lesson(8);
    let flags = [
        "--jobs",
        "0",
        "--job-lease-seconds",
        "2",
        "--job-attempts",
        "100",
    ];
    let server = Server::with(archive.data(), flags);
    let token = token(&archive, "classroom", "worker");
    let address = format!("http://{}", server.address());
    // Each at another step of a job: claimed, fetching, at work, sending.
    for bytes in [1_u64, 20 << 10, 60 << 10] {
        let line = Line::to(server.address(), Fault::SilentAfter(bytes));
        let far = format!("http://{}", line.address());
        let worker = Worker::start(&far, &token, &[]);
        line.until_fault();
        worker.signal(Signal::KILL);
        worker.ended();
        let said = archive.run(["check", "--hash"]).expect_code(0).stdout;
        assert!(!said.contains("named by nothing"), "{said}");
    }
    let last = Worker::start(&address, &token, &[]);
    job_until(&archive, JobKind::Ladder, JobState::Done);
    job_until(&archive, JobKind::Pictures, JobState::Done);
    let all = jobs(&archive);
    assert!(
        all.iter().all(|job| job.state == JobState::Done),
        "{all:#?}"
    );
    last.signal(Signal::TERM);
    assert_eq!(last.ended().0.code(), Some(0));
    let deadline = Instant::now() + PATIENCE;
    while results(&archive) > 0 {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(20));
    }
    archive.expect_sound();
}

#[test]
fn a_worker_whose_job_was_taken_away_stops_and_takes_the_next() {
    let archive = one_lesson(4 << 20);
    let server = serve(&archive);
    let line = Line::to(server.address(), Fault::SilentAfter(1 << 20));
    let worker = Worker::probes(
        line.address(),
        &token(&archive, "classroom", "worker"),
        "far",
    );
    line.until_fault();
    let job = job_until(&archive, JobKind::Probe, JobState::Running);
    let catalogue = Catalogue::open(archive.data(), 1).unwrap();
    assert!(
        catalogue
            .progress_blocking(move |c| c.cancel_job(job.id))
            .unwrap()
    );
    worker.log_until("it was taken away");
    line.set(Fault::None);
    catalogue
        .progress_blocking(move |c| c.retry_job(job.id))
        .unwrap();
    job_until(&archive, JobKind::Probe, JobState::Done);
}

#[test]
fn a_worker_that_is_told_to_stop_gives_its_job_back_at_once() {
    let archive = one_lesson(4 << 20);
    let server = serve(&archive);
    let line = Line::to(server.address(), Fault::SilentAfter(1 << 20));
    let worker = Worker::probes(
        line.address(),
        &token(&archive, "classroom", "worker"),
        "far",
    );
    line.until_fault();
    worker.signal(Signal::TERM);
    let (status, log) = worker.ended();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.contains("given back"), "{log}");
    let job = &jobs(&archive)[0];
    assert_eq!((job.state, job.attempts), (JobState::Queued, 0), "{job:?}");
}

#[test]
fn a_server_that_starts_anew_finds_its_workers_where_they_were() {
    let archive = one_lesson(8);
    let server = serve(&archive);
    let token = token(&archive, "classroom", "worker");
    let worker = after_the_probe(&server, &token);
    let job = worker.claim("narrow");
    let recording = fs::read(samples::small_recording()).unwrap();
    let half = recording.len() / 2;
    assert_eq!(worker.add(&job, 0, 0, &recording[..half]).status, 204);
    server.kill();
    let server = Server::with(
        archive.data(),
        ["--jobs", "0", "--job-lease-seconds", "600"],
    );
    let worker = ByHand::new(&server, &token);
    assert_eq!(worker.about(&job, "", json!({"progress": 1})).status, 200);
    assert_eq!(worker.add(&job, 0, half, &recording[half..]).status, 204);
    let rendition = declared(0, &recording, json!({"role": "rendition", "quality": 360}));
    let done = worker.about(&job, "done", json!({"products": [rendition]}));
    assert_eq!(done.status, 200, "{}", done.text());
    archive.expect_sound();
}

#[test]
fn a_worker_believes_only_certificates_of_the_authority_that_it_is_told() {
    let (archive, folder) = (one_lesson(8), tempfile::tempdir().unwrap());
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("own.pem"), made.cert.pem()).unwrap();
    fs::write(at("own.key"), made.signing_key.serialize_pem()).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(at("other.pem"), other.cert.pem()).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let flags = [
        "--tls-cert",
        &text(&at("own.pem")),
        "--tls-key",
        &text(&at("own.key")),
    ];
    let server = Server::with(archive.data(), flags);
    let address = format!("https://localhost:{}", server.address().port());
    let token = token(&archive, "classroom", "worker");
    let stranger = Worker::start(&address, &token, &["--ca", &text(&at("other.pem"))]);
    stranger.log_until("no encrypted connection");
    assert_eq!(jobs(&archive)[0].attempts, 0);
    let worker = Worker::start(
        &address,
        &token,
        &["--ca", &text(&at("own.pem")), "--kinds", "probe"],
    );
    job_until(&archive, JobKind::Probe, JobState::Done);
    drop((worker, stranger));
}
