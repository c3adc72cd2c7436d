//! Jobs go on whatever is killed, at whatever moment: nothing half made is to be seen, nothing is left, and in the end
//! all is made.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::archive::{Archive, files_below};
use crate::support::process::run_other;
use crate::support::server::Server;
use crate::support::teacher::Teacher;

/// How long anything may take on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(180);
/// Servers that are killed at moments that fall evenly over all that is made of the recording.
const KILLS: u32 = 6;

const WITH_JOBS: [&str; 2] = ["--jobs", "1"];

/// An archive with one recording, of which nothing has been made.
struct Desk {
    archive: Archive,
    teacher: Teacher,
    code: String,
}

impl Desk {
    fn new() -> Self {
        let archive = Archive::empty();
        let teacher = Teacher::of(&archive, "Aysel", "admin");
        let server = archive.serve();
        let bytes = fs::read(recording()).unwrap();
        let upload = teacher.begin(&server, bytes.len(), &[("filename", "dərs.mp4")]);
        assert_eq!(teacher.add(&server, &upload, 0, &bytes).status, 204);
        let told = teacher.settled(&server, &upload);
        let code = told["lesson"].as_str().expect("it is a lesson").to_owned();
        Self {
            archive,
            teacher,
            code,
        }
    }

    fn serve(&self) -> Server {
        Server::with(self.archive.data(), WITH_JOBS)
    }

    fn get(&self, server: &Server, target: &str) -> Value {
        let answer = self
            .teacher
            .ask(&mut server.connect(), "GET", target, &[], &[]);
        let answer = answer.unwrap();
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        answer.json()
    }

    fn jobs(&self, server: &Server) -> Vec<Value> {
        let told = self.get(server, "/api/v1/jobs?limit=200");
        told["jobs"].as_array().unwrap().clone()
    }

    /// The jobs, as soon as they are as hoped.
    #[track_caller]
    fn jobs_when(&self, server: &Server, as_hoped: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let jobs = self.jobs(server);
            if as_hoped(&jobs) {
                return jobs;
            }
            assert!(Instant::now() < deadline, "{jobs:#?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// All that is made of the recording, once it is: each job done at its first attempt that was not interrupted.
    #[track_caller]
    fn all_made(&self, server: &Server) -> Vec<String> {
        let jobs = self.jobs_when(server, |jobs| {
            jobs.iter()
                .all(|job| job["state"] != "queued" && job["state"] != "running")
        });
        for job in &jobs {
            assert_eq!(
                (&job["state"], &job["attempts"]),
                (&"done".into(), &1.into()),
                "{job}"
            );
        }
        let lesson = self.get(server, &format!("/api/v1/lessons/{}", self.code));
        let files = lesson["files"].as_array().unwrap().iter();
        let mut made: Vec<String> = files
            .map(|file| format!("{} {}", file["role"].as_str().unwrap(), file["quality"]))
            .collect();
        made.sort();
        made
    }

    /// What the bytes in the store are called.
    fn stored(&self) -> Vec<PathBuf> {
        files_below(&self.archive.data().join("files"))
    }

    /// `check` finds every byte that is named, and none that is not.
    #[track_caller]
    fn expect_clean(&self) {
        let said = self.archive.run(["check", "--hash"]).expect_code(0).stdout;
        assert!(!said.contains("named by nothing"), "{said}");
    }

    /// No program of a job runs any more, and none has left anything to the next.
    #[track_caller]
    fn expect_nothing_left(&self) {
        until("a program of a job runs on", || {
            programs(self.archive.data()).is_empty()
        });
        let work = fs::read_dir(self.archive.data().join("work")).unwrap();
        let left: Vec<_> = work.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["lock"]);
    }
}

/// Eight seconds, large enough for a narrow and a higher quality.
fn recording() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = folder.join(format!("jobs-{}.mp4", std::process::id()));
        let line = "-nostdin -v error -y -f lavfi -i testsrc2=s=640x360:r=25:d=8 -f lavfi -i sine=f=300:d=8 \
                    -c:v libx264 -preset ultrafast -c:a aac";
        let words = line.split_whitespace().map(Into::into);
        run_other("ffmpeg", words.chain([path.clone().into_os_string()])).expect_code(0);
        path
    })
}

/// Ids and command lines of programs that name the archive and are not its server.
fn programs(data: &Path) -> Vec<(i32, Vec<u8>)> {
    let name = data.as_os_str().as_bytes();
    let holds = |line: &[u8], word: &[u8]| line.windows(word.len()).any(|part| part == word);
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    ids.filter_map(|id| Some((id, fs::read(format!("/proc/{id}/cmdline")).ok()?)))
        .filter(|(_, line)| holds(line, name) && !holds(line, b"\0serve\0"))
        .collect()
}

#[track_caller]
fn until(otherwise: &str, hoped: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !hoped() {
        assert!(Instant::now() < deadline, "{otherwise}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The id of an ffmpeg that makes something, once there is one.
#[track_caller]
fn an_ffmpeg(data: &Path) -> Pid {
    let found = || {
        let programs = programs(data);
        let own = programs.into_iter().find(|(_, line)| {
            let name = line.split(|b| *b == 0).next().unwrap_or_default();
            name.ends_with(b"/ffmpeg") && line.windows(7).any(|part| part == b"libx264")
        });
        own.and_then(|(id, _)| Pid::from_raw(id))
    };
    until("no ffmpeg is started", || found().is_some());
    found().unwrap_or_else(|| an_ffmpeg(data))
}

#[test]
fn a_server_killed_at_any_moment_loses_nothing_and_makes_all_in_the_end() {
    let undisturbed = Desk::new();
    let server = undisturbed.serve();
    let began = Instant::now();
    let expected = undisturbed.all_made(&server);
    let whole = began.elapsed();
    drop(server);
    assert!(expected.len() > 2, "{expected:?}");

    let desk = Desk::new();
    let mut under_way = 0;
    for n in 1..=KILLS {
        let server = desk.serve();
        // Each goes on where the one before was killed.
        std::thread::sleep(whole.mul_f64((f64::from(n) * 0.618_034).fract() / 2.0));
        under_way += u32::from(!programs(desk.archive.data()).is_empty());
        server.kill();
        until("a program outlives the server", || {
            programs(desk.archive.data()).is_empty()
        });
        desk.expect_clean();
    }
    assert!(
        under_way > 0,
        "none of {KILLS} was killed while a program ran"
    );
    let server = desk.serve();
    assert_eq!(desk.all_made(&server), expected);
    drop(server);
    desk.expect_clean();
    desk.expect_nothing_left();
}

#[test]
fn killed_between_the_plan_and_the_commit_what_was_moved_is_cleared_away_and_made_again() {
    // Before the first file is moved, between the first and the second, and when all are moved and durable: the last
    // thing synced is the folder of their folders. (Once before, for the probe, which moves nothing.)
    for (what, moved) in [
        ("rename:signal=KILL:when=1", 0),
        ("rename:signal=KILL:when=2", 1),
        ("fsync:signal=KILL:when=2", 2),
    ] {
        let desk = Desk::new();
        // The probe moves nothing; the next job makes a quality and the sound.
        let before = desk.stored().len();
        let inject = format!("inject={what}");
        let files = desk.archive.data().join("files");
        let mut strace = vec![
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            &inject,
        ];
        if what.starts_with("fsync") {
            strace.extend(["-P", files.to_str().unwrap()]);
        }
        let server = Server::behind_with(&strace, desk.archive.data(), WITH_JOBS);
        let (status, _) = server.ended();
        assert!(!status.success(), "{what}: {status}");
        until("a program outlives the server", || {
            programs(desk.archive.data()).is_empty()
        });
        assert_eq!(desk.stored().len(), before + moved, "{what}");
        // Named by the plan, so that nobody takes them for left-overs meanwhile.
        desk.expect_clean();
        let server = desk.serve();
        desk.all_made(&server);
        drop(server);
        desk.expect_clean();
        desk.expect_nothing_left();
    }
}

#[test]
fn a_killed_ffmpeg_is_a_failure_with_words_and_the_job_is_tried_again() {
    let desk = Desk::new();
    let server = desk.serve();
    kill_process(an_ffmpeg(desk.archive.data()), Signal::KILL).unwrap();
    let jobs = desk.jobs_when(&server, |jobs| {
        jobs.iter().any(|job| !job["error"].is_null())
    });
    let failed = jobs.iter().find(|job| !job["error"].is_null()).unwrap();
    let error = failed["error"].as_str().unwrap();
    assert!(
        error.contains("it was killed, perhaps because memory ran out"),
        "{error}"
    );
    assert_eq!(
        (&failed["state"], &failed["attempts"]),
        (&"queued".into(), &1.into())
    );
    assert!(!failed["not_before"].is_null(), "it rests: {failed}");
    let jobs = desk.jobs_when(&server, |jobs| {
        jobs.iter().all(|job| job["state"] == "done")
    });
    assert!(jobs.iter().any(|job| job["attempts"] == 2), "{jobs:#?}");
    desk.expect_clean();
    desk.expect_nothing_left();
}

#[test]
fn a_server_that_is_told_to_stop_gives_its_job_back_and_leaves_no_program() {
    let desk = Desk::new();
    let server = desk.serve();
    an_ffmpeg(desk.archive.data());
    server.ask_to_stop();
    let (status, _) = server.ended();
    assert!(status.success(), "{status}");
    desk.expect_nothing_left();
    desk.expect_clean();
    let jobs = desk.jobs(&desk.archive.serve());
    let open = jobs.iter().filter(|job| job["state"] != "done");
    for job in open {
        assert_eq!(
            (&job["state"], &job["attempts"]),
            (&"queued".into(), &0.into()),
            "{job}"
        );
    }
}

#[test]
fn of_two_servers_on_one_folder_one_does_the_jobs_and_the_other_takes_its_place() {
    let desk = Desk::new();
    let first = desk.serve();
    an_ffmpeg(desk.archive.data());
    let second = desk.serve();
    second.log_until("another program does this archive's jobs");
    // A third that does none does not disturb them either.
    let none = desk.archive.serve();
    let running = |jobs: &[Value]| jobs.iter().any(|job| job["state"] == "running");
    desk.jobs_when(&none, running);
    drop(none);
    first.kill();
    desk.all_made(&second);
    desk.expect_clean();
    desk.expect_nothing_left();
}

#[test]
fn where_the_disk_has_no_more_than_is_kept_for_the_catalogue_jobs_rest_and_students_are_served() {
    let desk = Desk::new();
    let kept = (1_u64 << 60).to_string();
    let flags = ["--jobs", "1", "--reserve-bytes", &kept];
    let server = Server::with(desk.archive.data(), flags);
    let jobs = desk.jobs_when(&server, |jobs| {
        jobs.iter().any(|job| !job["error"].is_null())
    });
    let error = jobs[0]["error"].as_str().unwrap();
    assert!(
        error.contains("kept for the catalogue (reserve_bytes)"),
        "{error}"
    );
    assert_eq!(
        (&jobs[0]["state"], &jobs[0]["attempts"]),
        (&"queued".into(), &0.into())
    );
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/az/").status, 200);
    desk.expect_clean();
}
