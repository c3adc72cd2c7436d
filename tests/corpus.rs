//! Recordings as teachers and television bring them, and what is no recording: each becomes a lesson that can be
//! watched, or is answered in words that say why not.
//!
//! `tests/corpus/make.py` makes them. Files in the folder that the environment variable `TELEDARS_CORPUS` names are
//! tried as well; of those it is only asked that they end one way or the other.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use teledars::catalogue::{Catalogue, JobState, Whose};

use super::support::archive::Archive;
use super::support::process;
use super::support::samples::repository;
use super::support::server::Server;
use super::support::teacher::Teacher;

/// How a file ends.
enum End {
    /// As a lesson, of which this is said, and nothing else.
    Lesson(&'static [&'static str]),
    /// Refused with these words in the reason.
    Refused(&'static str),
}

use End::{Lesson, Refused};

const CORPUS: &[(&str, End)] = &[
    (
        "off-air.ts",
        Lesson(&["converted", "sounds", "interlaced", "bitmap-subtitles"]),
    ),
    ("cut.ts", Lesson(&["converted", "interlaced"])),
    ("phone.mp4", Lesson(&["upright", "small"])),
    ("screen.mp4", Lesson(&["uneven", "small"])),
    ("screen.mkv", Lesson(&["converted", "uneven", "small"])),
    ("hevc.mkv", Lesson(&["converted", "small"])),
    (
        "hdr.mp4",
        Lesson(&["converted", "high-dynamic-range", "small"]),
    ),
    ("old.avi", Lesson(&["converted"])),
    ("old.wmv", Lesson(&["converted", "small"])),
    ("large.mp4", Lesson(&["quiet", "larger"])),
    ("no-sound.mp4", Lesson(&["no-sound", "small"])),
    ("no-picture.mp4", Lesson(&["no-picture"])),
    ("cut.mp4", Refused("the file is cut short")),
    ("cut.mkv", Lesson(&["converted", "breaks-off", "small"])),
    ("eight-hours.mp4", Lesson(&["breaks-off", "small"])),
    ("broken-times.mp4", Lesson(&["uneven", "small"])),
    ("empty.mp4", Refused("the file is empty")),
    ("program.mp4", Refused("give an MP4")),
];

/// How long the jobs of all files together may take on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// What became of a file that somebody uploaded.
struct Uploaded {
    name: String,
    /// What the API says of the upload.
    told: Value,
}

fn upload(teacher: &Teacher, server: &Server, path: &Path) -> Uploaded {
    const PIECE: u64 = 8 << 20;
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let length = usize::try_from(fs::metadata(path).unwrap().len()).unwrap();
    let address = teacher.begin(server, length, &[("filename", &name)]);
    let mut file = fs::File::open(path).unwrap();
    let mut offset = 0;
    while offset < length {
        let mut piece = Vec::new();
        file.by_ref().take(PIECE).read_to_end(&mut piece).unwrap();
        let answer = teacher.add(server, &address, offset, &piece);
        assert_eq!(answer.status, 204, "{name}: {}", answer.text());
        offset += piece.len();
    }
    let told = teacher.settled(server, &address);
    Uploaded { name, told }
}

/// Waits until no job waits or runs. None of what is taken in may fail.
fn until_all_jobs_ended(archive: &Archive, server: &Server) {
    let catalogue = Catalogue::open(archive.data(), 1).unwrap();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let counts = catalogue
            .read_blocking(|c| c.job_counts(&Whose::All))
            .unwrap();
        let many = |wanted: &[JobState]| -> u64 {
            let of = counts.iter().filter(|(state, _)| wanted.contains(state));
            of.map(|(_, many)| many).sum()
        };
        if many(&[JobState::Queued, JobState::Running]) == 0 {
            if own_files().is_empty() {
                assert_eq!(many(&[JobState::Failed]), 0, "{}", server.log());
            }
            return;
        }
        assert!(Instant::now() < deadline, "{counts:?}\n{}", server.log());
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn lesson(teacher: &Teacher, server: &Server, code: &str) -> Value {
    let target = format!("/api/v1/desk/lessons/{code}");
    let answer = teacher.ask(&mut server.connect(), "GET", &target, &[], &[]);
    let answer = answer.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn files<'a>(lesson: &'a Value, role: &'a str) -> impl Iterator<Item = &'a Value> {
    let files = lesson["files"].as_array().unwrap().iter();
    files.filter(move |file| file["role"] == role)
}

fn codes(lesson: &Value) -> Vec<&str> {
    let verdicts = lesson["verdicts"].as_array().unwrap().iter();
    verdicts.map(|v| v["code"].as_str().unwrap()).collect()
}

/// Whether a browser is sent something that it plays.
fn is_watchable(lesson: &Value) -> bool {
    let made = files(lesson, "rendition").chain(files(lesson, "audio"));
    lesson["playable"] == true || made.count() > 0
}

fn own_files() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("TELEDARS_CORPUS") else {
        return Vec::new();
    };
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{folder:?}: {e}"));
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_file()).collect()
}

#[test]
fn each_recording_can_be_watched_in_the_end_or_its_teacher_is_told_why_not() {
    let made = tempfile::tempdir().unwrap();
    let script = repository().join("tests/corpus/make.py");
    let arguments = [Path::new("-B"), &script, made.path()];
    let names = process::run_other("python3", arguments)
        .expect_code(0)
        .stdout;
    let mut expected: Vec<&str> = CORPUS.iter().map(|(name, _)| *name).collect();
    expected.sort_unstable();
    let mut names: Vec<&str> = names.lines().collect();
    names.sort_unstable();
    assert_eq!(names, expected, "what is made is what is tried");

    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "leyla", "editor");
    // What fails here fails for good: a second attempt would only wait.
    let server = Server::with(archive.data(), ["--jobs", "1", "--job-attempts", "1"]);
    let paths = CORPUS.iter().map(|(name, _)| made.path().join(name));
    let paths: Vec<PathBuf> = paths.chain(own_files()).collect();
    let uploaded: Vec<Uploaded> = paths
        .iter()
        .map(|path| upload(&teacher, &server, path))
        .collect();
    until_all_jobs_ended(&archive, &server);

    for (n, Uploaded { name, told }) in uploaded.iter().enumerate() {
        let refusal = told["error"].as_str();
        let lesson = told["lesson"]
            .as_str()
            .map(|code| lesson(&teacher, &server, code));
        let end = CORPUS.get(n).map(|(_, end)| end);
        match (end, &lesson) {
            (Some(Lesson(said)), Some(lesson)) => {
                assert_eq!(codes(lesson), *said, "{name}");
                assert!(is_watchable(lesson), "{name}: {lesson}");
            }
            (Some(Refused(why)), None) => {
                assert_eq!(told["state"], "failed", "{name}");
                let refusal = refusal.unwrap_or_else(|| panic!("{name}: {told}"));
                assert!(refusal.contains(why), "{name}: {refusal}");
            }
            (None, Some(lesson)) => {
                let is_told = ["hopeless", "not-converted"];
                let told = codes(lesson).iter().any(|code| is_told.contains(code));
                assert!(is_watchable(lesson) || told, "{name}: {lesson}");
            }
            (None, None) => assert!(refusal.is_some_and(|why| !why.is_empty()), "{name}: {told}"),
            _ => panic!("{name} ended otherwise: {told} {lesson:?}"),
        }
    }
    archive.expect_sound();
}
